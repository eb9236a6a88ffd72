"""``langeadem explain`` and ``langeadem place``: what a name means and what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ...scenarios import (
    POLICIES,
    Parameters,
    Scenario,
    catalogue_names,
    load,
    load_place,
    mechanism_descriptions,
    nearest_name,
    parameter_cards,
)
from ...viz.text import Texts, texts
from .lists import default_text
from .place_card import show_place
from .screen import InputError, Listing, answering, console, print_plain, show_listing

LADDERS = ("learning", "working", "housing", "leisure")

#: Shows a thing; made only when it is the one that was asked for.
Shown = Callable[[Console], None]


def explain_command(key: str, scenario: str, lang: str) -> None:
    """Print everything that goes by a name; more than one thing may."""
    t = texts(lang)
    with answering(t):
        setup = load(scenario)
        found = list(_found(key.strip(), setup, t))
        if not found:
            near = nearest_name(key, _known())
            hint = t("explain.nearest", nearest=near) if near else t("explain.where")
            raise InputError(f"{t('explain.unknown', key=key)} {hint}")
        out = console()
        for at, show in enumerate(found):
            if at:
                out.print()
            show(out)


def place_command(name: str, lang: str) -> None:
    """Print the card of a place."""
    t = texts(lang)
    with answering(t):
        show_place(load_place(name), t, console())


def _known() -> list[str]:
    from ...model import PHASES
    from ...model.luck import EVENTS

    names = [*parameter_cards(), *catalogue_names("places"), *mechanism_descriptions(), *POLICIES]
    names += [*Parameters.model_fields, *LADDERS, "month"]
    return [*names, *(name for name, _ in PHASES), *(name for name, _ in EVENTS)]


def _found(key: str, setup: Scenario, t: Texts) -> Iterator[Shown]:
    """Yield how to show each thing that goes by this name."""
    if key in catalogue_names("places"):
        yield lambda out: show_place(load_place(key), t, out)
        return
    if key in parameter_cards():
        yield lambda out: _show_parameter(key, setup, t, out)
        return
    if key.removeprefix("mechanisms.") in mechanism_descriptions():
        yield lambda out: _show_mechanism(key.removeprefix("mechanisms."), setup, t, out)
    if key in LADDERS:
        yield lambda out: _show_ladder(key, t, out)
    if key in POLICIES:
        yield lambda out: _facts(t("explain.policy", name=key), {"": t(f"policy_about.{key}")}, out)
    if key in Parameters.model_fields:
        yield lambda out: _show_group(key, setup, t, out)
    if "." not in key:
        yield from _found_in_model(key, t)


def _found_in_model(key: str, t: Texts) -> Iterator[Shown]:
    """Yield phases and events; knowing them takes the model, which takes a second to import."""
    from ...model import PHASES
    from ...model.luck import EVENTS

    phases, events = dict(PHASES), dict(EVENTS)
    if key == "month":
        yield lambda out: _show_month(PHASES, t, out)
    if key in phases:
        title = t("explain.phase", name=key)
        place = t("explain.phase_place", at=list(phases).index(key) + 1, of=len(phases))
        yield lambda out: _facts(
            title, {"": t.of_model(phases[key]), t("explain.month"): place}, out
        )
    if key in events:
        title = t("explain.event", name=key)
        yield lambda out: _facts(title, {"": t.of_model(events[key])}, out)


def _facts(title: str, facts: dict[str, str], out: Console) -> None:
    """Print a title and labelled lines; a line without label stands by itself."""
    out.print(Text(title, style="bold"))
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for label, text in facts.items():
        if label:
            grid.add_row(Text(label), Text(text))
        else:
            print_plain(out, Text(text))
    if grid.row_count:
        print_plain(out, grid)


def _show_parameter(key: str, setup: Scenario, t: Texts, out: Console) -> None:
    card = parameter_cards()[key]
    group, name = key.split(".")
    value = getattr(getattr(setup.parameters, group), name)
    unit = t.of_model(card.unit)
    facts = {
        "": t.of_model(card.doc),
        t("explain.value"): f"{t.value(value)}  {unit}",
        t("explain.default"): t.value(card.default),
        t("explain.range"): t("explain.from_to", low=t.value(card.low), high=t.value(card.high)),
        t("explain.source"): card.source,
        t("explain.change"): f"--set {key}={_as_toml(value)}",
    }
    _facts(key, facts, out)


def _as_toml(value: object) -> str:
    if isinstance(value, tuple):
        return "'[" + ", ".join(str(element) for element in value) + "]'"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _show_group(name: str, setup: Scenario, t: Texts, out: Console) -> None:
    group = getattr(setup.parameters, name)
    rows = [
        [card.key, default_text(getattr(group, card.key.split(".")[1]), t), t.of_model(card.doc)]
        for card in parameter_cards().values()
        if card.key.startswith(f"{name}.")
    ]
    columns = [t(f"list.{column}") for column in ("key", "value", "meaning")]
    title = t("explain.group", name=name)
    show_listing(out, Listing(columns, rows, frozenset({1}), frozenset({2}), title))


def _show_mechanism(name: str, setup: Scenario, t: Texts, out: Console) -> None:
    on = getattr(setup.mechanisms, name)
    facts = {
        "": t.of_model(mechanism_descriptions()[name]),
        t("explain.value"): t("explain.on" if on else "explain.off"),
        t("explain.change"): f"--set mechanisms.{name}={'false' if on else 'true'}",
    }
    _facts(t("explain.mechanism", name=name), facts, out)


def _show_ladder(name: str, t: Texts, out: Console) -> None:
    out.print(Text(t("explain.ladder", name=t(f"ladder.{name}")), style="bold"))
    for rung in range(5, -1, -1):
        out.print(Text(f"  {t(f'rung.{name}.{rung}')}"))


def _show_month(phases: tuple[tuple[str, str], ...], t: Texts, out: Console) -> None:
    rows = [[str(at), name, t.of_model(doc)] for at, (name, doc) in enumerate(phases, start=1)]
    columns = [t(f"list.{column}") for column in ("order", "phase", "meaning")]
    title = t("explain.month_title")
    show_listing(out, Listing(columns, rows, frozenset({0}), frozenset({2}), title))
