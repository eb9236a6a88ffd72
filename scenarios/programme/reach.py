"""Whom a programme is meant for, and how it finds and loses them."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from ..parameters.base import Group, par

LADDERS = ("learning", "working", "housing", "leisure")


class Eligibility(Group):
    """Whom a programme is meant for."""

    age_from: int = par(
        18, unit="years", low=0, high=120, source="judgement: adults", doc="Youngest age."
    )
    age_to: int = par(
        120, unit="years", low=0, high=120, source="judgement: no limit", doc="Oldest age."
    )
    rung_from: tuple[int, int, int, int] = par(
        (0, 0, 0, 0),
        unit="rungs",
        low=0,
        high=5,
        source="judgement: no limit",
        doc="Lowest rung in learning, working, housing and leisure.",
    )
    rung_to: tuple[int, int, int, int] = par(
        (5, 5, 5, 5),
        unit="rungs",
        low=0,
        high=5,
        source="judgement: no limit",
        doc="Highest rung in learning, working, housing and leisure.",
    )
    burden_from: float = par(
        0.0, unit="share", low=0, high=1, source="judgement: no limit", doc="Lowest burden."
    )
    burden_to: float = par(
        1.0, unit="share", low=0, high=1, source="judgement: no limit", doc="Highest burden."
    )
    poor: bool = Field(
        default=False,
        description="Only members of households without earnings on the market.",
    )
    renters: bool = Field(default=False, description="Only residents of rented dwellings.")
    with_children: bool = Field(
        default=False, description="Only adults of households with a child under 18."
    )
    alone: bool = Field(default=False, description="Only adults who live without another adult.")
    streets: tuple[int, ...] = Field(
        default=(), description="Numbers of the streets in scope; none: all."
    )
    stairwells: tuple[int, ...] = Field(
        default=(), description="Numbers of the stairwells in scope; none: all."
    )
    households: int = par(
        0,
        unit="households",
        low=0,
        high=100_000,
        source="judgement: the whole neighbourhood",
        doc="Dwellings in scope, counted from the first stairwell on; 0: all.",
    )

    @field_validator("streets", "stairwells", mode="after")
    @classmethod
    def _numbers(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if any(number < 0 for number in value):
            raise ValueError("numbers start at 0")
        return value

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        pairs = [("age", self.age_from, self.age_to), ("burden", self.burden_from, self.burden_to)]
        pairs += [
            (f"rung in {name}", low, high)
            for name, low, high in zip(LADDERS, self.rung_from, self.rung_to, strict=True)
        ]
        for name, low, high in pairs:
            if low > high:
                raise ValueError(f"the lowest {name} ({low}) lies above the highest ({high})")
        return self


class Funnel(Group):
    """How a programme finds its participants, step by step, and how it loses them."""

    unit: Literal["person", "household"] = Field(
        default="person",
        description="Who is approached: everybody eligible, or one adult of each household.",
    )
    approaches: float = par(
        2.0,
        unit="a month for each place",
        low=0,
        high=200,
        source="judgement: outreach in proportion to the places",
        doc="People or households that the programme can approach in a month, for each place.",
    )
    again_months: int = par(
        24,
        unit="months",
        low=1,
        high=1200,
        source="judgement: who did not want to is not asked again soon",
        doc="Months before somebody who was approached is approached again.",
    )
    contact: float = par(
        0.75,
        unit="share",
        low=0,
        high=1,
        source="EVIDENCE B17: contact with at least three quarters of the selected residents",
        doc="Chance that an approach leads to contact.",
    )
    visit: float = par(
        0.61,
        unit="share of contacts",
        low=0,
        high=1,
        source="digest 003 L952: 45% visited of 74% contacted",
        doc="Chance that a contact leads to a visit or introduction.",
    )
    start: float = par(
        0.81,
        unit="share of visits",
        low=0,
        high=1,
        source="digest 003 L1649-1666: 258 of 318 started",
        doc="Chance that who was visited and is offered a place wants it.",
    )
    offer_burden_from: float = par(
        0.0,
        unit="share",
        low=0,
        high=1,
        source="judgement: everybody visited is offered a place",
        doc="Burden from which who was visited is offered a trajectory: from broad to narrow.",
    )
    creaming: float = par(
        0.5,
        unit="0 to 1",
        low=0,
        high=1,
        source="judgement: by lot; digest 000 section 5 describes the drift to the top of the bottom",
        doc="Who comes first: 0 the hardest cases, 0.5 by lot, 1 the top of the bottom.",
    )
    referral: float = par(
        0.0,
        unit="share",
        low=0,
        high=1,
        source="judgement: the programme selects; digest 000 section 5 on referral by third parties",
        doc="Share of the eligible whose place in the order is settled by who refers them.",
    )
    referral_creaming: float = par(
        0.0,
        unit="0 to 1",
        low=0,
        high=1,
        source="judgement: referrers send their heaviest cases; digest 000 section 4 row 11",
        doc="Who comes first by referral: 0 the hardest cases, 0.5 by lot, 1 the top of the bottom.",
    )
    wait_months: int = par(
        12,
        unit="months",
        low=1,
        high=1200,
        source="judgement: who waits a year gives up",
        doc="Months on the waiting list before giving up.",
    )
    drop_out: float = par(
        0.0,
        unit="1/month",
        low=0,
        high=1,
        source="judgement: nobody stops unless a programme states it",
        doc="Chance a month to stop early.",
    )
    drop_out_burden: float = par(
        0.0,
        unit="multiple at burden 1",
        low=0,
        high=20,
        source="judgement: none unless a programme states it",
        doc="How much burden adds to the chance to stop early.",
    )
