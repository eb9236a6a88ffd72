"""What a participant gets, and what it changes; all changes are zero unless a programme states them."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from ..parameters.base import Group, par


class Support(Group):
    """What a participant gets: how long, how much, and what a month of full quality does."""

    duration_months: int = par(
        12,
        unit="months",
        low=1,
        high=1200,
        source="judgement: a year",
        doc="Length of a trajectory.",
    )
    aftercare_months: int = par(
        0, unit="months", low=0, high=600, source="judgement: none", doc="Months of aftercare."
    )
    aftercare_dose: float = par(
        0.25,
        unit="share of the dose",
        low=0,
        high=1,
        source="judgement: a quarter of the contact",
        doc="Dose of aftercare.",
    )
    dose: float = par(
        1.0,
        unit="share of a full month",
        low=0,
        high=2,
        source="judgement: a full month",
        doc="Dose of a month; 0 is no programme.",
    )
    hours_per_week: float = par(
        2.0,
        unit="hours/week",
        low=0,
        high=60,
        source="judgement: a weekly meeting",
        doc="Time that taking part costs a participant.",
    )
    sessions: float = par(
        4.0,
        unit="1/month",
        low=0,
        high=60,
        source="judgement: weekly",
        doc="Visits or sessions in a month, counted as output.",
    )
    group: bool = Field(
        default=False,
        description="A group offer: who has no hand free for burden cannot take it up.",
    )
    own_surroundings: float = par(
        1.0,
        unit="0 to 1",
        low=0,
        high=1,
        source="judgement: in one's own surroundings; digest 001 M04",
        doc="Where support takes place: 0 in an institution, 1 in one's own surroundings.",
    )
    holding: float = par(
        0.0,
        unit="share",
        low=0,
        high=1,
        source="judgement: none unless a programme states it; digest 002 p48-49 on holding a level",
        doc="Share of falls that support of full quality prevents.",
    )
    household_share: float = par(
        0.0,
        unit="share",
        low=0,
        high=1,
        source="judgement: none unless a programme states it",
        doc="Share of the nudge on burden that reaches the other adults of the household.",
    )
    lasting: float = par(
        0.0,
        unit="share",
        low=0,
        high=1,
        source="judgement: none unless a programme states it; digest 001 M04 on what sticks",
        doc="Share of a nudge on capability that becomes part of its footing.",
    )


def _nudge(what: str, unit: str = "1/month", high: float = 1.0) -> Any:
    return par(
        0.0,
        unit=unit,
        low=-high,
        high=high,
        source="judgement: zero unless a programme states it",
        doc=f"Change of {what} by a month of full-quality support.",
    )


class Nudges(Group):
    """What a month of full-quality support changes; all zero unless stated."""

    learning: float = _nudge("capability in learning", "rungs/month", 3.0)
    working: float = _nudge("capability in working", "rungs/month", 3.0)
    housing: float = _nudge("capability in housing", "rungs/month", 3.0)
    leisure: float = _nudge("capability in leisure", "rungs/month", 3.0)
    agency: float = _nudge("agency")
    burden: float = _nudge("burden")
    trust: float = _nudge("trust")
