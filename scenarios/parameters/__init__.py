"""Every parameter of the world: unit, range, default, source and meaning."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from .base import Group
from .continuity import Counterforces, Quality, Staffing, TakingPart
from .homes import Families, Layout, Moving
from .labour import Labour, Start
from .ladders import Ages, Capability, Housing, Learning, Leisure, Working
from .society import Society
from .ties import Ties
from .wellbeing import Shocks, Wellbeing

__all__ = ["Group", "ParameterCard", "Parameters", "parameter_cards"]


class Parameters(Group):
    """All parameters, by group."""

    ages: Ages = Field(default_factory=Ages)
    capability: Capability = Field(default_factory=Capability)
    learning: Learning = Field(default_factory=Learning)
    working: Working = Field(default_factory=Working)
    housing: Housing = Field(default_factory=Housing)
    leisure: Leisure = Field(default_factory=Leisure)
    wellbeing: Wellbeing = Field(default_factory=Wellbeing)
    shocks: Shocks = Field(default_factory=Shocks)
    labour: Labour = Field(default_factory=Labour)
    moving: Moving = Field(default_factory=Moving)
    families: Families = Field(default_factory=Families)
    society: Society = Field(default_factory=Society)
    ties: Ties = Field(default_factory=Ties)
    quality: Quality = Field(default_factory=Quality)
    staffing: Staffing = Field(default_factory=Staffing)
    taking_part: TakingPart = Field(default_factory=TakingPart)
    counterforces: Counterforces = Field(default_factory=Counterforces)
    layout: Layout = Field(default_factory=Layout)
    start: Start = Field(default_factory=Start)


@dataclass(frozen=True)
class ParameterCard:
    """One parameter as shown by ``langeadem explain``; ``key`` is ``group.name``."""

    key: str
    unit: str
    low: float
    high: float
    default: Any
    source: str
    doc: str


def parameter_cards() -> dict[str, ParameterCard]:
    """Return the card of every parameter, by key, in the order of declaration."""
    return dict(_parameter_cards())


@functools.cache
def _parameter_cards() -> dict[str, ParameterCard]:
    cards: dict[str, ParameterCard] = {}
    for group_name, group_field in Parameters.model_fields.items():
        group = group_field.annotation
        assert isinstance(group, type)
        assert issubclass(group, Group)
        for name, field in group.model_fields.items():
            extra = field.json_schema_extra
            assert isinstance(extra, dict)
            key = f"{group_name}.{name}"
            cards[key] = ParameterCard(
                key=key,
                unit=str(extra["unit"]),
                low=float(extra["low"]),  # type: ignore[arg-type]
                high=float(extra["high"]),  # type: ignore[arg-type]
                default=field.default,
                source=str(extra["source"]),
                doc=field.description or "",
            )
    return cards
