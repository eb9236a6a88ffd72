"""Keys of programmes, letting rules and calendars: what each means, its unit, range and default."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic_core import PydanticUndefined

from ...scenarios import PROGRAMME_GROUPS, LandlordRules, ProgrammeSpec, Stretch
from ...scenarios.parameters import Group
from . import Texts

#: Groups of keys that are no parameters of the world, by the name that stands before the dot.
FIELD_GROUPS: dict[str, type[Group]] = {
    **PROGRAMME_GROUPS,
    "landlord": LandlordRules,
    "stretches": Stretch,
}
#: Keys of a programme in a policy that stand in no group; `Texts` hold what they mean.
TOP_KEYS = (
    "places",
    "calendar",
    "payers",
    "equal_money_to",
    "money_eur",
    "equal_in",
    "starts_year",
)


@dataclass(frozen=True)
class FieldCard:
    """One key; ``low`` and ``high`` are None where it is no number, and so is a missing default."""

    key: str
    doc: str
    unit: str
    low: float | None
    high: float | None
    default: Any
    source: str


@functools.cache
def field_cards() -> dict[str, FieldCard]:
    """Return the card of every key in a group, by ``group.name``, in the order of declaration."""
    cards: dict[str, FieldCard] = {}
    for group, model in FIELD_GROUPS.items():
        for name, field in model.model_fields.items():
            found = field.json_schema_extra
            extra: dict[str, Any] = found if isinstance(found, dict) else {}
            key = f"{group}.{name}"
            cards[key] = FieldCard(
                key=key,
                doc=field.description or "",
                unit=extra.get("unit", ""),
                low=extra.get("low"),
                high=extra.get("high"),
                default=None if field.default is PydanticUndefined else field.default,
                source=extra.get("source", ""),
            )
    return cards


def value_of(spec: ProgrammeSpec, key: str) -> Any:
    """Return the value of a key (``places``, ``funnel.visit``) of a programme."""
    value: Any = spec
    for part in key.split("."):
        value = getattr(value, part)
    return value


def value_text(value: Any, t: Texts) -> str:
    """Return any value of a scenario as people read it; a dash where there is none."""
    if value is None or value in ((), {}, ""):
        return "-"
    if isinstance(value, bool):
        return t("explain.yes" if value else "explain.no")
    if isinstance(value, int | float):
        return t.value(value)
    if isinstance(value, tuple):
        if all(isinstance(element, int | float) for element in value):
            return t.value(value)
        return t("explain.items", count=len(value))
    if isinstance(value, Mapping):
        return shares_text(value, t)
    return str(value)


def shares_text(payers: Mapping[Any, float], t: Texts) -> str:
    """Return who pays which part: ``gemeente 60%, verhuurder 40%``, the largest first."""
    ordered = sorted(payers.items(), key=lambda one: -one[1])
    return ", ".join(
        f"{t(f'payer.{payer}')} {t.value(round(100 * share, 6))}%"
        for payer, share in ordered
        if share
    )


def basis_of(spec: ProgrammeSpec, key: str, t: Texts) -> str:
    """Return what a value of a programme rests on; it is said when that is only the default's."""
    if stated := spec.sources.get(key):
        return stated
    card = field_cards().get(key)
    if card is not None and card.default == value_of(spec, key):
        source = card.source or t("programme.switch")
        return t("programme.default", source=source)
    return t("programme.unsourced")
