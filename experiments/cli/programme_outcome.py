"""What ``langeadem run`` says of programmes: reach and output, money, where participants stand."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.text import Text

from ...viz.text import Texts
from ..programme_summary import OF_DWELLINGS, Money, OfProgramme, ProgrammeSummary
from .screen import Listing, console, print_plain, show_listing

#: Width from which support and reach stand in one table.
_ONE_TABLE = 100


def show_programmes(summary: ProgrammeSummary, t: Texts) -> None:
    """Print what the programmes did, their money, and where their participants stand."""
    out = console()
    if summary.idle:
        print_plain(out, Text(t("did.nothing")))
        out.print()
        return
    for listing in did_listings(summary, t, out.width):
        show_listing(out, listing)
        out.print()
    print_plain(out, Text(t("did.counting")))
    out.print()
    _show_money(summary, t, out)
    if len(summary.programmes) > 1:
        show_listing(out, standing_listing(summary, t))
        out.print()
    print_plain(out, Text(standing_sentence(summary, t)))
    print_plain(out, Text(t("standing.no_effect")))
    out.print()


# -- reach and output -----------------------------------------------------------------------------


def did_listings(summary: ProgrammeSummary, t: Texts, width: int) -> list[Listing]:
    """Return support and reach, in one table where there is room, and trajectories."""
    programmes = list(summary.programmes.values())
    support, reach = _support(programmes, t), _reach(programmes, t)
    trajectories = _trajectories(programmes, t)
    name = t("did.programmes")
    parts = [(name, {**support, **reach})]
    if width < _ONE_TABLE:
        parts = [(name, support), (t("did.reach"), reach)]
    parts.append((t("did.trajectories"), trajectories))
    return [_by_programme(first, programmes, columns) for first, columns in parts]


def _by_programme(
    first: str, programmes: list[OfProgramme], columns: dict[str, list[str]]
) -> Listing:
    """Return a row a programme: its name, and a number a column."""
    names = [one.name for one in programmes]
    rows = [list(row) for row in zip(names, *columns.values(), strict=True)]
    numbers = frozenset(range(1, len(columns) + 1))
    return Listing([first, *columns], rows, numbers, frozenset({0}))


def _support(programmes: list[OfProgramme], t: Texts) -> dict[str, list[str]]:
    outputs = [one.output for one in programmes]
    return {
        t("list.places"): [t.number(one.places) for one in outputs],
        t("did.in_support"): [t.number(one.in_support, 1) for one in outputs],
        t("did.months_with"): [t.number(one.months_with) for one in outputs],
        t("did.months_without"): [t.number(one.months_without) for one in outputs],
    }


def _reach(programmes: list[OfProgramme], t: Texts) -> dict[str, list[str]]:
    names = ("approached", "contacted", "visited", "started")
    return _counts(names, programmes, t)


def _trajectories(programmes: list[OfProgramme], t: Texts) -> dict[str, list[str]]:
    names = ["begun", "completed", "stopped", "left_behind", "handed_over", "going_on"]
    if not any(one.output.handed_over for one in programmes):
        names.remove("handed_over")
    return _counts(tuple(names), programmes, t)


def _counts(
    names: tuple[str, ...], programmes: list[OfProgramme], t: Texts
) -> dict[str, list[str]]:
    return {
        t(f"output.{name}"): [t.number(getattr(one.output, name)) for one in programmes]
        for name in names
    }


# -- money ----------------------------------------------------------------------------------------


def _show_money(summary: ProgrammeSummary, t: Texts, out: Console) -> None:
    show_listing(out, money_listing(summary.money, t))
    out.print()
    if len(summary.programmes) > 1:
        show_listing(out, money_by_programme(summary, t))
        out.print()
    lines = money_sentences(summary, t)
    for line in lines:
        print_plain(out, Text(line))
    if lines:
        out.print()


def money_listing(money: Money, t: Texts) -> Listing:
    """Return who paid in, where it went, and what others were spared; the first two are equal."""
    paid = {t(f"payer.{payer}"): cents for payer, cents in money.paid.items()}
    gone = {t(f"spent.{kind}"): cents for kind, cents in money.spent.items()}
    gone |= {t("spent.returned"): money.returned, t("spent.left"): money.left}
    spared = {t(f"payer.{payer}"): cents for payer, cents in money.spared.items()}
    rows: list[list[str]] = []
    headings = []
    groups = ((t("cash.paid"), paid), (t("cash.gone"), gone), (t("cash.spared"), spared))
    for title, parts in groups:
        whole = sum(parts.values())
        if not whole:
            continue
        headings.append(len(rows))
        rows.append([title, _euro(whole, t), t.percent(1.0)])
        for name, cents in parts.items():
            if cents:
                rows.append([f"  {name}", _euro(cents, t), t.percent(cents / whole)])
    columns = [t("cash.money"), t("cash.euro"), t("cash.share")]
    return Listing(columns, rows, frozenset({1, 2}), frozenset({0}), headings=frozenset(headings))


def money_by_programme(summary: ProgrammeSummary, t: Texts) -> Listing:
    """Return a row a programme: what came in, where it went, and the cost of what was completed."""
    money = {one.name: one.money for one in summary.programmes.values()}
    money[t("acts.together")] = summary.money
    rows = [
        [
            name,
            _euro(one.paid_in, t),
            _euro(one.spent_in_all, t),
            _euro(one.returned, t),
            _euro(one.left, t),
            _euro(one.per_completed, t),
        ]
        for name, one in money.items()
    ]
    names = ("paid_in", "spent", "returned", "left", "per_completed")
    columns = [t("cash.by_programme"), *(t(f"cash.{name}") for name in names)]
    return Listing(columns, rows, frozenset(range(1, len(columns))), frozenset({0}))


def money_sentences(summary: ProgrammeSummary, t: Texts) -> list[str]:
    """Return the cost of a completed trajectory, what stands in no total, and who bears the gaps."""
    money, lines = summary.money, []
    if money.completed and len(summary.programmes) == 1:
        lines.append(t("cash.each", amount=_euro(money.per_completed, t)))
    if money.spared:
        lines.append(t("cash.beside"))
    if money.dwellings:
        amounts = {name: _euro(money.dwellings.get(name, 0), t) for name in OF_DWELLINGS}
        lines.append(t("cash.dwellings", **amounts))
    for payer, cents in money.bridged.items():
        who = t(f"payer_the.{payer}")
        lines.append(t("cash.bridged", payer=who, amount=_euro(cents, t)))
    if money.cut_off == 1:
        lines.append(t("cash.cut_off_one"))
    elif money.cut_off:
        lines.append(t("cash.cut_off", count=t.number(money.cut_off)))
    return lines


def _euro(cents: float, t: Texts) -> str:
    return t.number(cents / 100)


# -- where participants stand ---------------------------------------------------------------------


def standing_listing(summary: ProgrammeSummary, t: Texts) -> Listing:
    """Return a row a programme: who stands higher, as high and lower on its ladder."""
    programmes = list(summary.programmes.values())
    ladders = [t(f"ladder.{one.ladder}") for one in programmes]
    names = ("people", "higher", "same", "lower")
    counts = {
        t(f"standing.{name}"): [t.number(getattr(one.standing, name)) for one in programmes]
        for name in names
    }
    rows = [
        list(row)
        for row in zip([one.name for one in programmes], ladders, *counts.values(), strict=True)
    ]
    columns = [t("standing.now"), t("list.ladder"), *counts]
    return Listing(columns, rows, frozenset(range(2, len(columns))), frozenset({0}))


def standing_sentence(summary: ProgrammeSummary, t: Texts) -> str:
    """Return how many participants stand higher now than when they started."""
    standing, programmes = summary.standing, list(summary.programmes.values())
    if not standing.people:
        return t("standing.nobody")
    numbers = {
        name: t.number(getattr(standing, name)) for name in ("people", "higher", "same", "lower")
    }
    given = "several"
    if len(programmes) == 1:
        name, given = programmes[0].name, programmes[0].ladder
        parts = [t("standing.one", programme=name, ladder=t(f"ladder.{given}"), **numbers)]
    else:
        parts = [t("standing.several", **numbers)]
    if standing.given:
        parts.append(t(f"standing.given_{given}", count=t.number(standing.given)))
    if standing.elsewhere:
        parts.append(t("standing.elsewhere", count=t.number(standing.elsewhere)))
    return " ".join(parts)


# -- for machines ---------------------------------------------------------------------------------


def programme_data(summary: ProgrammeSummary, t: Texts) -> dict[str, Any]:
    """Return the same for machines: full precision, euros, nothing translated but the sentence."""
    by_programme = {
        key: {
            "name": one.name,
            "ladder": one.ladder,
            "output": {name: _finite(value) for name, value in asdict(one.output).items()},
            "money": _money_data(one.money),
            "standing": asdict(one.standing),
        }
        for key, one in summary.programmes.items()
    }
    return {
        "by_programme": by_programme,
        "money": _money_data(summary.money),
        "standing": {
            **asdict(summary.standing),
            "sentence": f"{standing_sentence(summary, t)} {t('standing.no_effect')}",
        },
    }


def _money_data(money: Money) -> dict[str, Any]:
    """Return euros, exact to the cent."""

    def euros(parts: dict[str, int]) -> dict[str, float]:
        return {name: cents / 100 for name, cents in parts.items()}

    return {
        "paid_eur": euros(money.paid),
        "bridged_eur": euros(money.bridged),
        "spent_eur": euros(money.spent),
        "returned_eur": money.returned / 100,
        "left_eur": money.left / 100,
        "spared_eur": euros(money.spared),
        "dwellings_eur": euros(money.dwellings),
        "completed": money.completed,
        "per_completed_eur": _finite(money.per_completed / 100),
        "cut_off": money.cut_off,
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
