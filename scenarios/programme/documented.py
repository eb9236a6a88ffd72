"""What documents report of a programme: its risk, and figures to compare a run with."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from ..errors import nearest_name
from ..parameters.base import Group, par
from ..risks import RISKS

#: What documents count and a run counts too: measure -> what it is.
MEASURES: dict[str, str] = {
    "aimed_at": "people or households whom the programme set out to reach",
    "contacted": "people or households with whom there was contact",
    "visited": "people or households visited or introduced",
    "starts": "participants who started",
    "in_support": "participants at one moment, mean over the months with support",
    "key_workers": "key workers at one moment, mean over the months with support",
    "completions": "participants who completed",
    "drop_outs": "participants who stopped before the end",
    "contacted_share": "share of those aimed at with whom there was contact",
    "visited_share": "share of those aimed at who were visited",
    "started_share": "share of those visited who started",
    "drop_out_share": "share of those who started and stopped before the end",
    "completed_share": "share of those who started and completed",
    "found_work": "participants who found paid work after they started",
    "found_work_share": "share of those who started and found paid work",
    "moved_on": "participants who moved on to a dwelling of their own",
    "volunteers": "participants who became volunteers",
    "tenure_changes": "dwellings sold to participants",
    "spent_eur": "euros spent",
}
Measure = Literal[
    "aimed_at",
    "contacted",
    "visited",
    "starts",
    "in_support",
    "key_workers",
    "completions",
    "drop_outs",
    "contacted_share",
    "visited_share",
    "started_share",
    "drop_out_share",
    "completed_share",
    "found_work",
    "found_work_share",
    "moved_on",
    "volunteers",
    "tenure_changes",
    "spent_eur",
]


class Risk(Group):
    """The documented risk of a programme, as a mechanism that can be switched off.

    Where no document names a risk, ``text`` is empty, and what can be switched on is a judgement.
    """

    kind: str = Field(description="One of the kinds of `RISKS`.")
    text: str = Field(
        default="", description="What the document says; empty where no document names a risk."
    )
    on: bool = Field(default=True, description="Whether it acts.")
    size: float = par(
        0.5,
        unit="0 to 1",
        low=0,
        high=1,
        source="judgement: half",
        doc="How much; what it is a share of, the kind says.",
    )
    months: int = par(
        6,
        unit="months",
        low=1,
        high=600,
        source="judgement: half a year",
        doc="How long, where the kind has a duration.",
    )

    @field_validator("kind", mode="after")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in RISKS:
            near = nearest_name(value, RISKS)
            hint = f"; did you mean {near!r}?" if near else ""
            raise ValueError(f"unknown kind of risk; allowed: {', '.join(RISKS)}{hint}")
        return value


class Documented(BaseModel):
    """A figure that a document states, for comparison with a run at the documented scale.

    ``tolerance`` is relative to the value; ``unmet`` says why a run cannot meet the figure.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    measure: Measure
    value: float = Field(ge=0)
    tolerance: float = Field(gt=0, le=1)
    source: str = Field(min_length=3)
    why: str = Field(min_length=3, description="Why this tolerance.")
    unmet: str = ""

    @field_validator("value", "tolerance", mode="before")
    @classmethod
    def _whole_is_a_number(cls, value: Any) -> Any:
        return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


class Setting(Group):
    """Where and how long a document saw the programme at work."""

    place: str = Field(default="average", description="Place of the catalogue.")
    place_note: str = Field(default="", description="Why that place.")
    households: int = par(
        0,
        unit="households",
        low=0,
        high=100_000,
        source="judgement: those of the place",
        doc="Households of the place where the documented scale asks another number; 0: its own.",
    )
    months: int = par(
        12,
        unit="months",
        low=1,
        high=1200,
        source="judgement: a year",
        doc="Months over which the documented figures were counted, from the opening on.",
    )
