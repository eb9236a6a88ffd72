"""What a scenario changes: every key in which it differs from its base, value beside value."""

from __future__ import annotations

from pathlib import Path

import typer
from rich.console import Console
from rich.text import Text

from ...scenarios import OF_POLICY, Scenario, load
from ...scenarios.document import read_toml
from ...viz.text import Texts
from ...viz.text.changes import changed_value, changes, unit_of
from .screen import Listing, print_plain, show_facts, show_listing

#: Keys that only a scenario or a place has.
_OF_SCENARIOS = (
    *("place", "policy", "years", "parameters", "mechanisms", "figures"),
    *("municipality", "landlords", "synthetic"),
)
#: Keys that a scenario and a policy both have.
_SHARED = OF_POLICY
#: Keys that tell what else a file is.
_TELLING = {
    "calendar": ("stretches", "then"),
    "programme": ("ladder", "approach", "intervention"),
    "policy": ("about", "source", "calendar", "equal_money_to"),
}


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
        show_changes(base_name, base, setup, t, out)
    out.print()
    # A command is never broken over lines, so that it can be copied.
    typer.echo(t("scenario.run", command=command))


def show_changes(base_name: str, base: Scenario, setup: Scenario, t: Texts, out: Console) -> None:
    """Print every key in which a scenario differs from another, value beside value."""
    rows = changes(base, setup, t)
    if not rows:
        print_plain(out, Text(t("scenario.same", base=base_name)))
        return
    columns = [t("list.key"), t("scenario.base"), t("scenario.here")]
    if any(unit_of(row.key, t) for row in rows):
        columns.append(t("place.unit"))
    shown = [
        [
            row.key,
            changed_value(row.key, row.base, t),
            changed_value(row.key, row.here, t),
            unit_of(row.key, t),
        ][: len(columns)]
        for row in rows
    ]
    title = t("scenario.differs", base=base_name, count=len(rows))
    if len(rows) == 1:
        title = t("scenario.differs_one", base=base_name)
    show_listing(out, Listing(columns, shown, frozenset({1, 2}), frozenset({1, 2, 3}), title))


def kind_of_file(path: Path) -> str | None:
    """Return the kind of a file that is no scenario and no place: policy, calendar or programme.

    A policy and a scenario share keys, and a base can hold what tells them apart: a scenario comes
    to a place somewhere. What can be either is taken for a scenario.
    """
    seen: list[Path] = []
    differs = False
    while path not in seen:
        seen.append(path)
        data = read_toml(path, str(path)).data
        differs = differs or any(key in data for key in _SHARED)
        if any(key in data for key in _OF_SCENARIOS):
            return None
        for kind, keys in _TELLING.items():
            if any(key in data for key in keys):
                return kind
        base = data.get("base")
        if not isinstance(base, str):
            return "policy" if differs and "base" not in data else None
        if not base.endswith(".toml"):
            # A scenario rests on a file only; a name is that of a policy.
            return "policy"
        path = path.parent / base
    return None


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
