"""Parameters of the buildings, of moving and of families."""

from typing import Self

from pydantic import model_validator

from .base import Group, par


class Layout(Group):
    """How dwellings are stacked: stairwell in complex in street."""

    dwellings_per_stairwell_low: int = par(
        6,
        unit="dwellings",
        low=1,
        high=40,
        source="judgement: post-war portiek flats have 6-10 dwellings",
        doc="Smallest number of dwellings in a stairwell.",
    )
    dwellings_per_stairwell_high: int = par(
        10,
        unit="dwellings",
        low=1,
        high=40,
        source="judgement: post-war portiek flats have 6-10 dwellings",
        doc="Largest number of dwellings in a stairwell.",
    )
    stairwells_per_complex: int = par(
        4, unit="stairwells", low=1, high=40, source="judgement", doc="Stairwells in a complex."
    )
    complexes_per_street: int = par(
        3, unit="complexes", low=1, high=40, source="judgement", doc="Complexes in a street."
    )

    @model_validator(mode="after")
    def _low_below_high(self) -> Self:
        if self.dwellings_per_stairwell_low > self.dwellings_per_stairwell_high:
            raise ValueError("dwellings_per_stairwell_low is above dwellings_per_stairwell_high")
        return self


class Moving(Group):
    """Why households go and where they go."""

    tenure_rate: tuple[float, ...] = par(
        (0.0054, 0.0130, 0.0036, 0.0250),
        unit="1/month",
        low=0,
        high=1,
        source="EVIDENCE C1 for social rent, with separations, deaths and wishes on top; others judgement",
        doc="Chance a month to leave a social-rent, private-rent, owner-occupied and supported dwelling, at the age factor 1.",
    )
    age_factor: tuple[float, ...] = par(
        (2.6, 2.5, 1.85, 1.32, 0.96, 0.69, 0.53, 0.45, 0.38, 0.36),
        unit="times",
        low=0,
        high=20,
        source="EVIDENCE C4: 25.. 27.3%, 30.. 19.8%, 35.. 14.2%, 40.. 10.2%, 45.. 7.4%, 50.. 5.8%, 60.. 4.0%, 65.. 3.8%; divided by 10.7%",
        doc="Multiple of the move chance for heads of 18, 25, 30, 35, 40, 45, 50, 55, 60 and 65 years and over.",
    )
    risen_factor: float = par(
        1.3,
        unit="times",
        low=0,
        high=10,
        source="EVIDENCE section J: 1.0-1.3-2.0 (A5, A22 weak, A27b)",
        doc="Multiple of the move chance for a household whose position is above what its dwelling offers (the escalator).",
    )
    attachment: float = par(
        0.35,
        unit="share",
        low=0,
        high=1,
        source="judgement: EVIDENCE A6, half of the stayers attached; digest 001 M63",
        doc="Share of the move chance taken away by a full circle of ties near home.",
    )
    local_wish: float = par(
        0.30,
        unit="share",
        low=0,
        high=1,
        source="judgement: EVIDENCE C4, about half of moves stay within the municipality",
        doc="Share of movers who look inside the neighbourhood first.",
    )
    local_priority: float = par(
        0.25,
        unit="share",
        low=0,
        high=1,
        source="judgement: allocation rules often do not help moving on (digest 000 section 2)",
        doc="Share of vacancies offered to residents of the neighbourhood first.",
    )
    vacancy_months: int = par(
        1,
        unit="months",
        low=1,
        high=60,
        source="judgement",
        doc="Months that a dwelling stands empty between two households.",
    )
    up_and_out: float = par(
        0.33,
        unit="share",
        low=0,
        high=1,
        source="EVIDENCE A5: about a third of movers",
        doc="Share of leaving households with the capability for it that step to a better dwelling.",
    )


class Families(Group):
    """Birth, coming of age, partners, death."""

    birth_rate: tuple[float, ...] = par(
        (0.0040, 0.0110, 0.0155, 0.0110, 0.0032),
        unit="1/month",
        low=0,
        high=1,
        source="judgement: about 1.6 children a couple; no source in EVIDENCE",
        doc="Chance a month of a birth in a couple whose youngest partner is 18-24, 25-29, 30-34, 35-39, 40-44.",
    )
    single_birth_factor: float = par(
        0.25,
        unit="times",
        low=0,
        high=5,
        source="judgement",
        doc="Multiple of the chance of a birth in a household with one adult.",
    )
    leave_home_rate: tuple[float, ...] = par(
        (0.010, 0.018, 0.022, 0.015),
        unit="1/month",
        low=0,
        high=1,
        source="EVIDENCE C4: 18% move at 20 and 27% at 25",
        doc="Chance a month that an adult child aged 18-20, 21-23, 24-27, 28 and over leaves home.",
    )
    stay_local: float = par(
        0.15,
        unit="share",
        low=0,
        high=1,
        source="judgement: EVIDENCE C3, starters wait about twelve years",
        doc="Share of young adults leaving home who look for a dwelling in the neighbourhood first.",
    )
    partner_rate: float = par(
        0.0035,
        unit="1/month",
        low=0,
        high=1,
        source="judgement: keeps the share of couples level",
        doc="Chance a month that a single adult under 60 is joined by a partner from elsewhere.",
    )
    death_rate_65: float = par(
        0.011,
        unit="1/year",
        low=0,
        high=1,
        source="judgement: mortality at 65 of about 1%",
        doc="Chance to die in a year at age 65.",
    )
    death_growth: float = par(
        0.10,
        unit="1/year",
        low=0,
        high=0.3,
        source="judgement: mortality doubles about every seven years of age",
        doc="Relative rise of mortality with each year of age.",
    )
