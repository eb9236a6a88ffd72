"""What ``langeadem run`` says: the answer in a sentence, the levels, the flows."""

from __future__ import annotations

import math
from typing import Any

from rich.text import Text

from ...viz.text import Texts, policy_words
from ..summary import DECIMALS, Kind, Level, Summary
from .screen import Listing, console, print_plain, show_listing


def answer(summary: Summary, place: str, policy: str, t: Texts) -> str:
    """Return what happened in one sentence, every number in it computed."""
    years = summary.years[-1]
    verb, values = _course(summary.levels["mean_rung"], t)
    return t(
        "run.answer",
        place=place,
        period=t("run.in_year") if years == 1 else t("run.in_years", years=years),
        verb=verb,
        values=values,
        work=" ".join(_course(summary.levels["share_at_work"], t)),
        residents=" ".join(_course(summary.levels["residents"], t)),
        policy=policy_words(policy, t),
    )


def _course(level: Level, t: Texts) -> tuple[str, str]:
    """Return how a level went, verb and values apart: "daalt", "van 2,73 naar 2,58"."""
    before, after = _number(level.shown(0), level.kind, t), _number(level.shown(-1), level.kind, t)
    if level.kind == "share":
        before, after = f"{before}%", f"{after}%"
    if before == after:
        return t("run.stays"), after
    verb = t("run.rises") if level.change > 0 else t("run.falls")
    return verb, t("run.from_to", before=before, after=after)


def _number(value: float, kind: Kind, t: Texts, signed: bool = False) -> str:
    if kind == "share":
        value = 100 * value
    return (t.signed if signed else t.number)(value, DECIMALS[kind])


def show(summary: Summary, sentence: str, t: Texts) -> None:
    """Print the answer and the two tables."""
    out = console()
    print_plain(out, Text(sentence))
    out.print()
    show_listing(out, levels_listing(summary, t))
    out.print()
    show_listing(out, flows_listing(summary, t))
    out.print()


def levels_listing(summary: Summary, t: Texts) -> Listing:
    """Return the levels at the start and after a few years, and their change."""
    years = [t("run.start"), *(t("run.year", year=year) for year in summary.years[1:])]
    rows = []
    for level in summary.levels.values():
        numbers = [_number(level.shown(at), level.kind, t) for at in range(len(years))]
        change = _number(level.change, level.kind, t, signed=True)
        rows.append([t(f"level.{level.name}"), t(f"unit.{level.kind}"), *numbers, change])
    columns = [t("run.level"), t("run.unit"), *years, t("run.change")]
    return Listing(columns, rows, frozenset(range(2, len(columns))), frozenset({0}))


def flows_listing(summary: Summary, t: Texts) -> Listing:
    """Return the events a year, by period."""
    periods = [
        t("run.one_year", year=first) if first == last else t("run.period", first=first, last=last)
        for first, last in summary.periods
    ]
    flows = summary.flows.values()
    # One number of decimals for the whole table, so that it reads as columns.
    decimals = 0 if all(flow.whole >= 5 or flow.whole == 0 for flow in flows) else 1
    rows = []
    for flow in flows:
        numbers = [t.number(value, decimals) for value in (*flow.per_year, flow.whole)]
        rows.append([t(f"flow.{flow.name}"), *numbers, t.number(flow.per_100_residents, 1)])
    columns = [t("run.flow"), *periods, t("run.whole"), t("run.per_100")]
    return Listing(columns, rows, frozenset(range(1, len(columns))), frozenset({0}))


def as_data(summary: Summary, sentence: str, info: dict[str, Any], saved: str) -> dict[str, Any]:
    """Return the outcome for machines: full precision, nothing translated but the answer."""
    levels = {
        level.name: {
            "unit": level.kind,
            "by_year": dict(zip(map(str, summary.years), map(_finite, level.values), strict=True)),
        }
        for level in summary.levels.values()
    }
    periods = [f"{first}-{last}" for first, last in summary.periods]
    flows = {
        flow.name: {
            "per_year": dict(zip(periods, flow.per_year, strict=True)),
            "per_year_whole": flow.whole,
            "per_100_residents_per_year": _finite(flow.per_100_residents),
        }
        for flow in summary.flows.values()
    }
    return {"answer": sentence, "info": info, "levels": levels, "flows": flows, "saved": saved}


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
