"""What came of plans so far: means over replicates, bands, and which plan is ahead."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...experiments.intervals import mean_interval
from ...experiments.paired import Paired
from .plan_life import YEARLY, PlanLife
from .purse import Funded

#: Years at which results are set beside each other.
MOMENTS = (5, 10, 20, 30)


def moments(years: int) -> tuple[int, ...]:
    """Return the years at which results are shown for a horizon; its end is always one."""
    return tuple(dict.fromkeys([*(one for one in MOMENTS if one < years), years]))


@dataclass(frozen=True)
class Band:
    """A line through the years: its mean, and the lowest and highest replicate."""

    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray


@dataclass(frozen=True, eq=False)
class Outcome:
    """A plan with its euros, and its lives by luck.

    Attributes
    ----------
    funded : Funded
        The plan.
    lives : dict
        Seed -> what came of it; lives that are not finished look less far.
    """

    funded: Funded
    lives: dict[int, PlanLife]

    @cached_property
    def whole(self) -> dict[int, PlanLife]:
        """Lives that were lived to the end."""
        years = self.funded.plan.years
        return {seed: one for seed, one in self.lives.items() if one.years == years}

    @property
    def replicates(self) -> int:
        """Number of lives that were lived to the end."""
        return len(self.whole)

    @property
    def years(self) -> int:
        """How far is known; 0 when nothing is."""
        return max((one.years for one in self.lives.values()), default=0)

    @property
    def _known(self) -> list[PlanLife]:
        return [one for one in self.lives.values() if one.years == self.years]

    def band(self, name: str) -> Band | None:
        """Return an outcome through the years that are known; None when nothing is."""
        if not self._known:
            return None
        return _band(np.array([one.yearly[name] for one in self._known]))

    def monthly(self, name: str) -> Band | None:
        """Return ``"key_workers"`` or ``"in_support"`` through the months that are known."""
        if not self._known:
            return None
        return _band(np.array([getattr(one, name) for one in self._known]))

    @property
    def working(self) -> np.ndarray | None:
        """Share of programmes and replicates that work, by month; None when nothing is known."""
        known = [one.working for one in self._known if len(one.working)]
        return np.array(known).mean(axis=(0, 1)) if known else None

    def at(self, name: str, year: int) -> tuple[float, float, float]:
        """Return the mean of an outcome at the end of a year, with its 95% interval.

        NaN where it is not known; the interval is unknown with one replicate.
        """
        return mean_interval(
            [float(one.yearly[name][year - 1]) for one in self.lives.values() if one.years >= year]
        )


def _band(values: np.ndarray) -> Band:
    """Return the band of values, a row a replicate; NaN where no replicate has a number."""
    known = np.isfinite(values).any(axis=0)
    found = [np.full(values.shape[1], np.nan) for _ in range(3)]
    for one, of in zip(found, (np.nanmean, np.nanmin, np.nanmax), strict=True):
        one[known] = of(values[:, known], axis=0)
    return Band(*found)


@dataclass(frozen=True)
class Verdict:
    """Which plan is ahead at a moment.

    Attributes
    ----------
    best, other : int
        The plan with the highest mean, and the one it is held beside: the next best where that is
        too close, the worst otherwise.
    gain, difference : float
        Mean of the best, and how much more that is than the other's.
    clear : bool
        Whether the best is ahead of the next best beyond chance: the 95% interval of the paired
        difference does not hold zero.
    pairs : int
        Replicates in which both were lived.
    """

    best: int
    other: int
    gain: float
    difference: float
    clear: bool
    pairs: int


def verdict(outcomes: Sequence[Outcome], name: str, year: int) -> Verdict | None:
    """Return which of some plans is ahead; None with fewer than two plans, or nothing known."""
    means = [one.at(name, year)[0] for one in outcomes]
    if len(outcomes) < 2 or not all(math.isfinite(mean) for mean in means):
        return None
    order = sorted(range(len(means)), key=lambda at: -means[at])
    best, second, worst = order[0], order[1], order[-1]
    clear, _, pairs = _ahead(outcomes[best], outcomes[second], name, year)
    other = worst if clear else second
    _, difference, _ = _ahead(outcomes[best], outcomes[other], name, year)
    return Verdict(best, other, means[best], difference, clear, pairs)


def _ahead(one: Outcome, other: Outcome, name: str, year: int) -> tuple[bool, float, int]:
    """Return whether a plan is ahead of another beyond chance, by how much, and on how many."""
    seeds = [
        seed
        for seed, life in one.lives.items()
        if seed in other.lives and min(life.years, other.lives[seed].years) >= year
    ]
    pair = Paired.of(
        [float(one.lives[seed].yearly[name][year - 1]) for seed in seeds],
        [float(other.lives[seed].yearly[name][year - 1]) for seed in seeds],
    )
    mean, low, _ = mean_interval(pair.difference)
    return low > 0, mean, pair.pairs


# -- a table of it ----------------------------------------------------------------------------

COLUMNS = ("plan", "calendar", "year", "outcome", "mean", "low_95", "high_95", "replicates")


def table(outcomes: Iterable[Outcome], names: Sequence[str]) -> Iterator[tuple[object, ...]]:
    """Yield a row a plan, year and outcome, with columns `COLUMNS`."""
    for one, name in zip(outcomes, names, strict=True):
        for year in range(1, one.years + 1):
            count = sum(life.years >= year for life in one.lives.values())
            for outcome in YEARLY:
                yield (
                    name,
                    one.funded.plan.to_text(),
                    year,
                    outcome,
                    *one.at(outcome, year),
                    count,
                )
            paid = one.funded.cents[: 12 * year].sum() / 100
            yield (name, one.funded.plan.to_text(), year, "granted_eur", paid, paid, paid, count)
