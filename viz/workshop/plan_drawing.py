"""Plans as numbers that the page draws: cells of a timeline, lines of a course, panels, the board."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from ..figures.comparison import POLICY_COLOURS
from ..figures.effects import nice_ticks, tick_words
from ..text import Texts
from .plan import Plan
from .plan_results import Band, Outcome, moments
from .purse import Funded

LETTERS = "ABCD"
MARKS = ("circle", "square", "triangle", "diamond")
COLOURS = POLICY_COLOURS[: len(LETTERS)]
#: Lines of a course: name -> (outcome, whether zero is on the axis).
_LINES = {
    "trust": ("trust_participants", False),
    "gain": ("rung_years.participants", True),
}
_PANELS = ("participants", "neighbourhood")


# -- a timeline -------------------------------------------------------------------------------


def highest_month(plans: Sequence[Funded]) -> int:
    """Return the most cents in a month of any of some plans; at least 1."""
    return max((int(one.cents.max(initial=0)) for one in plans), default=0) or 1


def cells(one: Funded, highest: int, t: Texts) -> list[dict[str, Any]]:
    """Return a cell a year: its bars as shares of the highest month, and its weight."""
    plan = one.plan
    unit = plan.unit
    found = []
    for year in range(1, plan.years + 1):
        own = one.cents[12 * (year - 1) : 12 * year]
        euros = one.euros_of_year(year)
        level = plan.level_of(year)
        paid = int((own > 0).sum())
        if paid == 0:
            label = t("workshop_money.year_off", year=year)
        elif paid == 12:
            label = t("workshop_money.year_on", year=year, euros=t.number(euros))
        else:
            label = t("workshop_money.year_part", year=year, euros=t.number(euros), months=paid)
        found.append(
            {
                "on": paid > 0,
                # A year with money in part of it has no weight of its own: a tap fills it.
                "weight": round(level / unit) if paid == 12 else (0 if paid == 0 else -1),
                "label": label,
                "bars": [
                    [first / 12, last / 12, float(own[first]) / highest]
                    for first, last in _runs(own)
                    if own[first] > 0
                ],
            }
        )
    return found


def pieces(plan: Plan) -> list[list[float]]:
    """Return a plan as bars: from and to as shares of its years, height as share of its highest."""
    levels = np.array(plan.levels)
    top = levels.max(initial=0.0) or 1.0
    return [
        [first / len(levels), last / len(levels), float(levels[first] / top)]
        for first, last in _runs(levels)
        if levels[first] > 0
    ]


def _runs(values: np.ndarray) -> list[tuple[int, int]]:
    """Return where equal values stand, from and to.

    Cents of a year's months differ by one where a purse does not divide: that is no step.
    """
    return _stretches(np.abs(np.diff(values)) > 0.01 * np.abs(values).max(initial=0.0))


def _stretches(changes: np.ndarray) -> list[tuple[int, int]]:
    """Return stretches between changes, from and to; a change is told of every step."""
    return list(pairwise([0, *(np.flatnonzero(changes) + 1).tolist(), len(changes) + 1]))


# -- a course ---------------------------------------------------------------------------------


def course(one: Outcome, t: Texts) -> dict[str, Any]:
    """Return what came of a plan through the years, as `course.vue` draws it; empty without any."""
    working = one.working
    if working is None:
        return {}
    lines = {
        name: _line(band)
        for name, (outcome, _) in _LINES.items()
        if (band := one.band(outcome)) is not None
    }
    broken = one.band("relations_broken")
    if broken is not None:
        lines["broken"] = {"mean": np.diff(broken.mean, prepend=0.0).round(2).tolist()}
    return {**lines, "service": _service(one, working), "ends": _ends(one, t)}


def _service(one: Outcome, working: np.ndarray) -> list[list[int]]:
    """Return stretches of months: without money or work, with money but no work yet, at work."""
    paid = one.funded.cents[: len(working)] > 0
    state = np.where(working >= 0.5, 2, np.where(paid, 1, 0))
    return [[first, last, int(state[first])] for first, last in _stretches(np.diff(state) != 0)]


def _ends(one: Outcome, t: Texts) -> dict[str, str]:
    """Return the numbers at the ends of the lines."""
    year = one.years
    without = one.at("months_without_service", year)[0]
    return {
        "service": t.number(without),
        "broken": t.number(one.at("relations_broken", year)[0]),
        "trust": t.number(one.at("trust_participants", year)[0], 2),
        "gain": t.signed(one.at("rung_years.participants", year)[0]),
    }


def scales(outcomes: Sequence[Outcome]) -> dict[str, list[float]]:
    """Return the ends of the axis of every line, the same for all plans."""
    found: dict[str, list[float]] = {}
    for name, (outcome, zero) in _LINES.items():
        bands = [band for one in outcomes if (band := one.band(outcome)) is not None]
        found[name] = _ends_of([*(b.low for b in bands), *(b.high for b in bands)], zero)
    broken = [band for one in outcomes if (band := one.band("relations_broken")) is not None]
    found["broken"] = _ends_of([np.diff(one.mean, prepend=0.0) for one in broken], True)
    return found


def _ends_of(values: Sequence[np.ndarray], zero: bool) -> list[float]:
    known = [float(x) for one in values for x in one if math.isfinite(x)]
    if not known:
        return [0.0, 1.0]
    low, high = min(known), max(known)
    if zero:
        low, high = min(0.0, low), max(0.0, high)
    if low == high:
        high = low + 1.0
    spare = 0.0 if zero else 0.1 * (high - low)
    return [low - spare, high + spare]


def _line(band: Band) -> dict[str, list[float | None]]:
    return {name: _numbers(getattr(band, name)) for name in ("mean", "low", "high")}


def _numbers(values: np.ndarray) -> list[float | None]:
    """Return numbers that can be sent to a page: rounded, and None where there is none."""
    return [round(float(one), 4) if math.isfinite(one) else None for one in values]


# -- plans beside each other ------------------------------------------------------------------


def panels(outcomes: Sequence[Outcome], names: Sequence[str], t: Texts) -> dict[str, Any]:
    """Return the panels of people and of the neighbourhood, on one axis, as `outcomes.vue` draws."""
    years = moments(outcomes[0].funded.plan.years)
    shown = [
        {"key": group, "values": [[_point(one, group, year) for year in years] for one in outcomes]}
        for group in _PANELS
    ]
    known = [
        value
        for panel in shown
        for plan in panel["values"]
        for point in plan
        for value in point.values()
        if value is not None
    ]
    ticks = nice_ticks(min([0.0, *known]), max([1.0, *known]), 5)
    for panel in shown:
        group = panel["key"]
        said = [
            t(
                "workshop_money.panel_plan",
                plan=name,
                gained=t.listing(
                    [
                        t("workshop_money.panel_year", gained=_signed(point["mean"], t), year=year)
                        for year, point in zip(years, plan, strict=True)
                    ]
                ),
            )
            for name, plan in zip(names, panel["values"], strict=True)
        ]
        panel["title"] = t(f"workshop_money.panel_{group}")
        panel["label"] = f"{panel['title']}. {' '.join(said)}"
    return {
        "panels": shown,
        "moments": [t("workshop_money.moment", year=year) for year in years],
        "ticks": [
            {"at": float(at), "words": words}
            for at, words in zip(ticks, tick_words(t, ticks), strict=True)
        ],
        "low": float(min(ticks[0], *known)) if known else float(ticks[0]),
        "high": float(max(ticks[-1], *known)) if known else float(ticks[-1]),
    }


def _point(one: Outcome, group: str, year: int) -> dict[str, float | None]:
    mean, low, high = one.at(f"rung_years.{group}", year)
    values = np.array([mean, low, high])
    return dict(zip(("mean", "low", "high"), _numbers(values), strict=True))


def _signed(value: float | None, t: Texts) -> str:
    return "-" if value is None else t.signed(value)
