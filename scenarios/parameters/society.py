"""Parameters of what happens around the neighbourhood."""

from .base import Group, par


class Society(Group):
    """Care, pressure on the housing market and demolition elsewhere."""

    care_price: float = par(
        0.20,
        unit="share",
        low=0,
        high=5,
        source="judgement: own contributions weigh on poor households; no size published",
        doc="Extra burden of an illness in a poor household, as a share of its burden.",
    )
    care_price_growth: float = par(
        0.02,
        unit="1/year",
        low=-0.2,
        high=0.5,
        source="judgement: care costs rise faster than low incomes",
        doc="Relative rise of the price of care in a year.",
    )
    outflow_pressure: float = par(
        1.0,
        unit="times",
        low=0,
        high=5,
        source="judgement: 1 is the turnover of the place",
        doc="Multiple of the chance of households to move.",
    )
    outflow_trend: float = par(
        0.0,
        unit="1/year",
        low=-0.2,
        high=0.2,
        source="judgement: no trend unless a scenario states one",
        doc="Relative change of the outflow pressure in a year.",
    )
    inflow_urgent: float = par(
        0.10,
        unit="share of newcomers",
        low=0,
        high=1,
        source="judgement: allocation gives urgent cases priority; digest 000 section 4 row 11 (no say over inflow)",
        doc="Share of newcomers who come as urgent cases, from the lowest placed quarter of the list.",
    )
    demolition_from: float = par(
        0.0,
        unit="years",
        low=0,
        high=100,
        source="judgement: a scenario states when demolition elsewhere begins",
        doc="Year from which demolition elsewhere sends tenants here.",
    )
    demolition_years: float = par(
        0.0,
        unit="years",
        low=0,
        high=100,
        source="judgement: none unless a scenario states it (digest 001 M55, M56: restructuring moves people)",
        doc="Number of years during which demolition elsewhere sends tenants here.",
    )
    demolition_share: float = par(
        0.30,
        unit="share of vacancies",
        low=0,
        high=1,
        source="judgement: rehoused tenants have priority in the years of demolition",
        doc="Share of rented vacancies that go to tenants of demolished dwellings in those years.",
    )
    rehousing_burden: float = par(
        0.10,
        unit="share",
        low=0,
        high=1,
        source="judgement: digest 001 M56, the displaced are not better off",
        doc="Burden added to adults who had to move for demolition.",
    )
