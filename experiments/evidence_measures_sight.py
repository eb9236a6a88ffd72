"""Claims about what evaluators see of a programme, and about what figures do by themselves."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from .evidence_registry import measure
from .indicators import indicator
from .lived import Lived
from .monitor import Monitor, wave_of
from .verdicts import Reference, Seen, change_of, judged, rank_test

if TYPE_CHECKING:
    from .evidence_runs import Bench

#: Surveys of each world: as many evaluators, each with other people asked.
SURVEYS = 20
LEVEL = 0.05


def _followed(world: Lived, name: str) -> Seen:
    monitor = Monitor(interval=1)
    waves = [wave_of(world, indicator(name), year) for year in (0, world.years)]
    return monitor.follow(waves[0], waves[1], surveys=SURVEYS)


@measure(twin=True)
def seen_at_neighbourhood(bench: Bench, name: str) -> float:
    """Return how much oftener the usual survey calls a change than where nothing was done.

    A difference in differences between start and end with a comparison neighbourhood without
    policy, by the textbook at 5%: share of evaluations that call the neighbourhood with the
    policy, minus the same for its twin.
    """
    against = Reference.of([change_of(_followed(bench.elsewhere(), name))])
    calls = [
        judged("difference_in_differences", change_of(_followed(world, name)), against)
        .called(LEVEL)
        .mean()
        for world in (bench.pair.a, bench.pair.b)
    ]
    return float(calls[0] - calls[1])


@measure(twin=True)
def stands_out(bench: Bench, name: str, scale: str) -> float:
    """Return how much oftener the unit with most participants stands out than in the twin.

    Who knows every door compares the change of the mean between start and end with that of all
    other units of the scale where nothing was done, here and in two comparison neighbourhoods (a
    rank test at 5%).
    """
    pair = bench.pair
    busiest = pair.participants().busiest(pair.a.unit_of_stairwell(scale))
    with_policy, without = (_changes(world, name, scale) for world in (pair.a, pair.b))
    others = [_changes(bench.elsewhere(number), name, scale) for number in (1, 2)]
    placebos = np.concatenate([np.delete(without, busiest), *others])
    placebos = placebos[np.isfinite(placebos)]
    chances = [
        float(rank_test(np.asarray(one[busiest]), placebos, LEVEL)[1])
        for one in (with_policy, without)
    ]
    return chances[0] - chances[1]


def _changes(world: Lived, name: str, scale: str) -> np.ndarray:
    """Return the change of the mean of every unit between start and end; NaN where nobody lives."""
    means = []
    for year in (0, world.years):
        wave = wave_of(world, indicator(name), year, scale)
        count = np.bincount(wave.unit, minlength=wave.units)
        total = np.bincount(wave.unit, weights=wave.score, minlength=wave.units)
        means.append(np.where(count > 0, total / np.maximum(count, 1), np.nan))
    return means[1] - means[0]


def _published(world: Lived, name: str) -> np.ndarray:
    return world.chronicle.frame("neighbourhood")[name].to_numpy()


@measure(twin=True)
def gap_points(bench: Bench, name: str) -> float:
    """Return a published share minus that of the twin at the end, in percentage points."""
    a, b = (_published(world, name) for world in (bench.pair.a, bench.pair.b))
    return 100.0 * float(a[-1] - b[-1])


@measure(twin=True)
def gap_score(bench: Bench, name: str) -> float:
    """Return a published mean minus that of the twin at the end, in its own unit."""
    a, b = (_published(world, name) for world in (bench.pair.a, bench.pair.b))
    return float(a[-1] - b[-1])


@measure()
def moved_points(bench: Bench, name: str) -> float:
    """Return by how much a published share moved from start to end, up or down, in points."""
    figure = _published(bench.world, name)
    return 100.0 * abs(float(figure[-1] - figure[0]))


@measure()
def directions_differ(bench: Bench, names: tuple[str, ...], worse: tuple[str, ...]) -> float:
    """Return 1 where some figures of a neighbourhood got better while others got worse, else 0.

    ``worse`` names the figures of which more is worse. Figures are rounded to whole points, as
    they are published; one that did not move counts for neither.
    """
    moved = []
    for name in names:
        figure = np.round(_published(bench.world, name), 2)
        moved.append(np.sign(figure[-1] - figure[0]) * (-1.0 if name in worse else 1.0))
    if not any(moved):
        return math.nan
    return float(max(moved) > 0 > min(moved))
