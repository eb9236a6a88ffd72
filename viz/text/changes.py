"""In what a scenario differs from its base: keys as they are set, value beside value."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ...scenarios import (
    AMOUNTS,
    FIGURES,
    FundedProgramme,
    Policy,
    Scenario,
    catalogue_names,
    differences,
    load_policy,
    parameter_cards,
)
from . import Texts
from .field_cards import field_cards, value_text

#: From the path of a value in a scenario to the key with which it is set.
_SHORTENED = (
    (re.compile(r"^parameters\."), ""),
    (re.compile(r"^policy\.(?=programmes\.|landlord\.|money_eur)"), ""),
    (re.compile(r"^(programmes\.[^.]+)\.programme\."), r"\1."),
    (re.compile(r"^place\.figures\.([^.]+)\.value$"), r"figures.\1"),
)
#: What a calendar or a figure is made of; the calendar and the figure are shown whole.
_PARTS = re.compile(
    r"^place\.figures\.[^.]+\.(?!value$)|^policy\.programmes\.[^.]+\.(calendar|equal_money_to)\b"
)


@dataclass(frozen=True)
class Change:
    """One key, as it is set, with its value in the base and here; words where one has none."""

    key: str
    base: Any
    here: Any


def changes(base: Scenario, here: Scenario, t: Texts) -> list[Change]:
    """Return every key in which a scenario differs from its base, as keys are set.

    A programme that the base does not have is held against its card in the catalogue.
    """
    added, gone = _programmes(base.policy, here.policy)
    absent = t("scenario.absent")
    rows = [Change(f"programmes.{name}.calendar", absent, one.calendar.key) for name, one in added]
    rows += [Change(f"programmes.{name}.calendar", one.calendar.key, absent) for name, one in gone]
    known = {name: _alone(name, one) for name, one in added}
    kept = {
        name: one
        for name, one in {**base.policy.programmes, **known}.items()
        if name in here.policy.programmes
    }
    level = base.model_copy(update={"policy": base.policy.model_copy(update={"programmes": kept})})
    rows += [Change(_short(one.key), one.first, one.second) for one in differences(level, here)
             if not _PARTS.search(one.key)]  # fmt: skip
    rows += _calendars(kept, here.policy, [name for name, _ in added])
    # What belongs together stands together: programme by programme, then the rest.
    return sorted(rows, key=lambda row: _group(row.key))


def _group(key: str) -> tuple[int, str]:
    parts = key.split(".")
    return (0, parts[1]) if parts[0] == "programmes" else (1, "")


def _programmes(
    base: Policy, here: Policy
) -> tuple[list[tuple[str, FundedProgramme]], list[tuple[str, FundedProgramme]]]:
    """Return the programmes that only the second policy has, and those that only the first has."""
    added = [(name, one) for name, one in here.programmes.items() if name not in base.programmes]
    gone = [(name, one) for name, one in base.programmes.items() if name not in here.programmes]
    return added, gone


def _alone(name: str, funded: FundedProgramme) -> FundedProgramme:
    """Return a programme as its card has it, to tell what a scenario changes in it."""
    if name not in catalogue_names("programmes"):
        return funded
    return load_policy(name).programmes[name]


def _calendars(
    base: dict[str, FundedProgramme], here: Policy, added: Sequence[str]
) -> list[Change]:
    rows = []
    for name, funded in base.items():
        other = here.programmes[name]
        if funded.calendar != other.calendar and name not in added:
            key = f"programmes.{name}.calendar"
            rows.append(Change(key, funded.calendar.key, other.calendar.key))
        if funded.equal_money_to != other.equal_money_to:
            first, second = (
                one.equal_money_to.key if one.equal_money_to else None for one in (funded, other)
            )
            rows.append(Change(f"programmes.{name}.equal_money_to", first, second))
    return rows


def _short(key: str) -> str:
    for pattern, short in _SHORTENED:
        key = pattern.sub(short, key)
    return key


def changed_value(key: str, value: Any, t: Texts) -> str:
    """Return the value of a key as people read it."""
    if isinstance(value, bool) and key.startswith("mechanisms."):
        return t("explain.on" if value else "explain.off")
    if key.startswith("figures.") and _figure_unit(key).startswith("share "):
        return f"{t.value(round(100 * value, 6))}%"
    return value_text(value, t)


def _figure_unit(key: str) -> str:
    return FIGURES[key.removeprefix("figures.")][0]


def unit_of(key: str, t: Texts) -> str:
    """Return the unit of a key, in words; nothing where it has none."""
    if key in parameter_cards():
        return t.of_model(parameter_cards()[key].unit)
    if key in AMOUNTS:
        return t(f"policy_unit.{key}")
    if key == "years":
        return t.of_model("years")
    if key.startswith("figures."):
        return t.of_model(_figure_unit(key).removeprefix("share "))
    parts = key.split(".")
    name = ".".join(parts[2:]) if parts[0] == "programmes" else key
    return t.of_model(field_cards()[name].unit) if name in field_cards() else ""
