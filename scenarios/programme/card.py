"""A programme as the documents describe it: its card and every number it runs on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from ..errors import nearest_name
from ..parameters.base import Group
from .documented import Documented, Risk, Setting
from .means import Money, Saving, Shares, Staff
from .offers import Bonds, Offers
from .reach import Eligibility, Funnel
from .support import Nudges, Support

#: How a programme comes to its participants.
APPROACHES = ("area", "broad_to_narrow", "target_group", "individual")


class ProgrammeSpec(BaseModel):
    """A programme: its card and every number it runs on.

    ``sources`` names for every number that the file states what it rests on; ``places`` is how
    many participants can be supported at a time. Work places and rooms of a card grow and shrink
    along when a policy or an override states other places and says nothing of them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    key: str
    name: str = Field(min_length=1)
    about: str = Field(min_length=3)
    intervention: str = Field(min_length=3)
    where: str = Field(min_length=2)
    partners: str = ""
    approach: Literal["area", "broad_to_narrow", "target_group", "individual"]
    ladder: Literal["learning", "working", "housing", "leisure"]
    places: int = Field(ge=0, le=100_000)
    calendar: str = "continuous"
    source: str = Field(min_length=3)
    success_factor: str = Field(min_length=3)
    eligibility: Eligibility = Field(default_factory=Eligibility)
    funnel: Funnel = Field(default_factory=Funnel)
    support: Support = Field(default_factory=Support)
    nudges: Nudges = Field(default_factory=Nudges)
    bonds: Bonds = Field(default_factory=Bonds)
    offers: Offers = Field(default_factory=Offers)
    staff: Staff = Field(default_factory=Staff)
    money: Money = Field(default_factory=Money)
    payers: Shares = Field(default_factory=lambda: {"municipality": 1.0})
    saves: tuple[Saving, ...] = ()
    risk: Risk
    documented: tuple[Documented, ...] = ()
    setting: Setting = Field(default_factory=Setting)
    sources: dict[str, str] = Field(default_factory=dict)

    @field_validator("saves", "documented", mode="before")
    @classmethod
    def _as_tuple(cls, value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value

    @field_validator("sources", mode="after")
    @classmethod
    def _sources_name_keys(cls, value: dict[str, str]) -> dict[str, str]:
        known = programme_keys()
        for key in value:
            if key not in known:
                near = nearest_name(key, known)
                hint = f"; did you mean {near!r}?" if near else ""
                raise ValueError(f"{key!r} is not a key of a programme{hint}")
        return value

    @model_validator(mode="after")
    def _work_has_places(self) -> Self:
        if self.offers.work_rung and not self.offers.work_places:
            raise ValueError("offers.work_rung without offers.work_places")
        return self

    def per_place_cents(self) -> int:
        """Return what one filled place costs in a month, staff and starts included."""
        staff = self.staff.salary_eur_per_month * (1 + self.money.overhead) / self.staff.caseload
        starts = self.money.start_eur / self.support.duration_months
        # Rounded up, so that what is granted for a place always pays for it.
        return math.ceil(100 * (self.money.place_eur_per_month + staff + starts) - 1e-6)

    def sized(self, places: int) -> ProgrammeSpec:
        """Return a programme of so many places; its work places and rooms are so many times as many."""
        if places == self.places:
            return self
        offers = sized_offers(self.offers.model_dump(), places / max(1, self.places))
        changed = {"places": places, "offers": self.offers.model_copy(update=offers)}
        return self.model_copy(update=changed)

    def full_month_cents(self) -> int:
        """Return what a month with every place filled costs."""
        fixed = round(100 * self.money.fixed_eur_per_month)
        return fixed + self.places * self.per_place_cents()


def sized_offers(offers: Mapping[str, Any], times: float) -> dict[str, int]:
    """Return the work places and rooms that go with so many times the places; at least one."""
    stated = {name: offers.get(name) for name in ("work_places", "rooms")}
    return {
        name: max(1, math.ceil(round(number * times, 9)))
        for name, number in stated.items()
        if type(number) is int and number > 0
    }


#: Groups of a programme whose numbers need a source.
PROGRAMME_GROUPS: dict[str, type[Group]] = {
    "eligibility": Eligibility,
    "funnel": Funnel,
    "support": Support,
    "nudges": Nudges,
    "bonds": Bonds,
    "offers": Offers,
    "staff": Staff,
    "money": Money,
    "risk": Risk,
    "setting": Setting,
}


def programme_keys() -> list[str]:
    """Return the keys of a programme that rest on something: ``group.name``, places and payers."""
    keys = ["places", "payers", "calendar"]
    for group, model in PROGRAMME_GROUPS.items():
        keys += [f"{group}.{name}" for name in model.model_fields]
    return keys
