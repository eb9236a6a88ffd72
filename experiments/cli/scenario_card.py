"""What a scenario changes: every key in which it differs from its base, value beside value."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.text import Text

from ...scenarios import (
    FIGURES,
    FundedProgramme,
    Policy,
    Scenario,
    catalogue_names,
    differences,
    load,
    load_policy,
    parameter_cards,
)
from ...scenarios.document import read_toml
from ...viz.text import Texts
from .field_cards import field_cards, value_text
from .screen import Listing, print_plain, show_facts, show_listing

#: From the path of a value in a scenario to the key with which it is set.
_SHORTENED = (
    (re.compile(r"^parameters\."), ""),
    (re.compile(r"^policy\.(?=programmes\.|landlord\.)"), ""),
    (re.compile(r"^(programmes\.[^.]+)\.programme\."), r"\1."),
    (re.compile(r"^place\.figures\.([^.]+)\.value$"), r"figures.\1"),
)
#: What a calendar or a figure is made of; the calendar and the figure are shown whole.
_PARTS = re.compile(
    r"^place\.figures\.[^.]+\.(?!value$)|^policy\.programmes\.[^.]+\.(calendar|equal_money_to)\b"
)


@dataclass(frozen=True)
class _Row:
    key: str
    base: Any
    here: Any


def show_scenario(asked: str, setup: Scenario, command: str, t: Texts, out: Console) -> None:
    """Print in what a scenario differs from the file it names as its base, and from its place.

    ``command`` is the one that runs it.
    """
    facts = {
        t("list.place"): setup.place.name,
        t("list.policy"): setup.policy.key,
        t("scenario.years"): str(setup.years),
    }
    show_facts(out, t("scenario.title", name=asked), facts)
    for base_name, base in _bases(asked, setup):
        out.print()
        rows = _rows(base, setup, t)
        if not rows:
            print_plain(out, Text(t("scenario.same", base=base_name)))
            continue
        columns = [t("list.key"), t("scenario.base"), t("scenario.here")]
        if any(_unit(row.key, t) for row in rows):
            columns.append(t("place.unit"))
        shown = [
            [
                row.key,
                _value(row.key, row.base, t),
                _value(row.key, row.here, t),
                _unit(row.key, t),
            ][: len(columns)]
            for row in rows
        ]
        title = t("scenario.differs", base=base_name, count=len(rows))
        if len(rows) == 1:
            title = t("scenario.differs_one", base=base_name)
        show_listing(out, Listing(columns, shown, frozenset({1, 2}), frozenset({1, 2, 3}), title))
    out.print()
    # A command is never broken over lines, so that it can be copied.
    typer.echo(t("scenario.run", command=command))


def _bases(asked: str, setup: Scenario) -> list[tuple[str, Scenario]]:
    """Return what to compare with: the base that the file names, and the place as it is."""
    found = []
    if asked.endswith(".toml"):
        data = read_toml(Path(asked), asked).data
        if isinstance(base := data.get("base"), str):
            path = str(Path(asked).parent / base)
            found.append((path, load(path)))
        place = data.get("place")
        if isinstance(place, str) and place.endswith(".toml"):
            path = str(Path(asked).parent / place)
            return [*found, (path, load(path))]
        if "municipality" in data:
            return [(asked, load(asked))]
    return [*found, (setup.place.key, load(setup.place.key))]


def _rows(base: Scenario, here: Scenario, t: Texts) -> list[_Row]:
    added, gone = _programmes(base.policy, here.policy)
    absent = t("scenario.absent")
    rows = [_Row(f"programmes.{name}.calendar", absent, one.calendar.key) for name, one in added]
    rows += [_Row(f"programmes.{name}.calendar", one.calendar.key, absent) for name, one in gone]
    known = {name: _alone(name, one) for name, one in added}
    kept = {
        name: one
        for name, one in {**base.policy.programmes, **known}.items()
        if name in here.policy.programmes
    }
    level = base.model_copy(update={"policy": base.policy.model_copy(update={"programmes": kept})})
    rows += [_Row(_short(one.key), one.first, one.second) for one in differences(level, here)
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


def _calendars(base: dict[str, FundedProgramme], here: Policy, added: Sequence[str]) -> list[_Row]:
    rows = []
    for name, funded in base.items():
        other = here.programmes[name]
        if funded.calendar != other.calendar and name not in added:
            key = f"programmes.{name}.calendar"
            rows.append(_Row(key, funded.calendar.key, other.calendar.key))
        if funded.equal_money_to != other.equal_money_to:
            first, second = (
                one.equal_money_to.key if one.equal_money_to else None for one in (funded, other)
            )
            rows.append(_Row(f"programmes.{name}.equal_money_to", first, second))
    return rows


def _short(key: str) -> str:
    for pattern, short in _SHORTENED:
        key = pattern.sub(short, key)
    return key


def _value(key: str, value: Any, t: Texts) -> str:
    if isinstance(value, bool) and key.startswith("mechanisms."):
        return t("explain.on" if value else "explain.off")
    if key.startswith("figures.") and _figure_unit(key).startswith("share "):
        return f"{t.value(round(100 * value, 6))}%"
    return value_text(value, t)


def _figure_unit(key: str) -> str:
    return FIGURES[key.removeprefix("figures.")][0]


def _unit(key: str, t: Texts) -> str:
    if key in parameter_cards():
        return t.of_model(parameter_cards()[key].unit)
    if key == "years":
        return t.of_model("years")
    if key.startswith("figures."):
        return t.of_model(_figure_unit(key).removeprefix("share "))
    parts = key.split(".")
    name = ".".join(parts[2:]) if parts[0] == "programmes" else key
    return t.of_model(field_cards()[name].unit) if name in field_cards() else ""
