"""Two arms on the same luck: the difference between them, and how sure it is.

A pair is one replicate (seed) of one plausible world (parameter set), lived with either policy.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

#: Widest search for the number of replicates that a precision needs.
_MOST_NEEDED = 10_000_000


@dataclass(frozen=True)
class Paired:
    """Arm A beside arm B, pair by pair.

    Attributes
    ----------
    a, b : numpy.ndarray
        The outcome of either arm, an element a pair; pairs in which either is NaN are left out.
    world : numpy.ndarray
        Number of the plausible world of each pair; all 0 where there is one.
    level : float
        Of the intervals.
    """

    a: np.ndarray
    b: np.ndarray
    world: np.ndarray
    level: float = 0.95

    @classmethod
    def of(
        cls,
        a: Sequence[float] | np.ndarray,
        b: Sequence[float] | np.ndarray,
        world: Sequence[object] | np.ndarray | None = None,
        level: float = 0.95,
    ) -> Paired:
        """Return the pairs in which both arms have a number.

        Raises
        ------
        ValueError
            When the arms, or the worlds, are not equally many.
        """
        first, second = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
        names = np.zeros(len(first)) if world is None else np.asarray(world)
        if not len(first) == len(second) == len(names):
            raise ValueError(
                f"{len(first)} and {len(second)} replicates and {len(names)} worlds are no pairs"
            )
        known = np.isfinite(first) & np.isfinite(second)
        number = np.unique(names[known], return_inverse=True)[1]
        return cls(first[known], second[known], number, level)

    @cached_property
    def difference(self) -> np.ndarray:
        """A minus B, an element a pair."""
        return self.a - self.b

    @property
    def pairs(self) -> int:
        """Number of pairs."""
        return len(self.a)

    @cached_property
    def worlds(self) -> int:
        """Number of plausible worlds among the pairs."""
        return int(self.world.max()) + 1 if len(self.world) else 0

    @cached_property
    def world_means(self) -> np.ndarray:
        """Mean difference in each plausible world."""
        return np.bincount(self.world, self.difference) / np.bincount(self.world)

    @cached_property
    def mean(self) -> float:
        """Mean difference; every plausible world counts for as much. NaN without pairs."""
        return float(self.world_means.mean()) if self.pairs else math.nan

    @property
    def identical(self) -> bool:
        """Whether the arms are equal in every pair, to the last bit."""
        return bool(self.pairs) and bool(np.all(self.difference == 0))

    # -- intervals ----------------------------------------------------------------------------

    @cached_property
    def noise(self) -> float:
        """Half-width of the interval of the mean by chance alone (Student's t); NaN for one pair."""
        if self.identical:
            return 0.0
        spread = self._within(self.difference)
        freedom = self.pairs - self.worlds
        if freedom < 1:
            return math.nan
        number = np.bincount(self.world)
        error = math.sqrt(spread * float((1 / number).sum())) / self.worlds
        return quantile_t(freedom, 0.5 + self.level / 2) * error

    @cached_property
    def half(self) -> float:
        """Half-width of the interval.

        With one world that of its mean, by Student's t. With more: that in which the difference
        of one more plausible world lies, so that it holds both what is not known of the world and
        chance; it does not become narrower than the worlds differ, however many there are.
        """
        if self.worlds <= 1 or self.identical:
            return self.noise
        spread = float(self.world_means.var(ddof=1))
        t = quantile_t(self.worlds - 1, 0.5 + self.level / 2)
        return t * math.sqrt(spread * (1 + 1 / self.worlds))

    @property
    def low(self) -> float:
        """Lower end of the interval."""
        return self.mean - self.half

    @property
    def high(self) -> float:
        """Upper end of the interval."""
        return self.mean + self.half

    def within(self, precision: float) -> bool:
        """Return whether chance alone leaves the mean that precise: ``noise <= p * |mean|``."""
        return self.identical or self.noise <= precision * abs(self.mean)

    def needed(self, precision: float) -> float:
        """Return the pairs that make the interval's half-width ``precision`` times the mean.

        Infinite where the mean is zero and the pairs differ (or it would take more than ten
        million); NaN with fewer than two pairs.
        """
        if self.identical:
            return 1.0
        spread = self._within(self.difference)
        if math.isnan(spread):
            return math.nan
        wanted = precision * abs(self.mean)
        return _pairs_for(math.sqrt(spread), wanted, self.level)

    # -- chances ------------------------------------------------------------------------------

    @cached_property
    def wins(self) -> float:
        """Share of pairs in which A beats B; a tie counts for half."""
        if not self.pairs:
            return math.nan
        return float((0.5 * (1 + np.sign(self.difference))).mean())

    @property
    def ties(self) -> int:
        """Number of pairs in which the arms are equal."""
        return int((self.difference == 0).sum())

    @cached_property
    def wins_interval(self) -> tuple[float, float]:
        """Wilson's interval of `wins`; wider where pairs of one world resemble each other."""
        if self.identical:
            return 0.5, 0.5
        score = 0.5 * (1 + np.sign(self.difference))
        return wilson(self.wins, self._effective(score), self.level)

    @property
    def sign_flips(self) -> float:
        """Share of pairs whose difference has the other sign than the mean difference."""
        if not self.pairs:
            return math.nan
        return float((np.sign(self.difference) * np.sign(self.mean) < 0).mean())

    @property
    def worlds_agreeing(self) -> int:
        """Number of plausible worlds whose mean difference has the sign of the mean over all."""
        return int((np.sign(self.world_means) == np.sign(self.mean)).sum()) if self.pairs else 0

    @property
    def variance_removed(self) -> float:
        """What sharing luck removed: ``1 - var(A - B) / (var A + var B)``, within worlds.

        0 where pairing does nothing (as with separate luck), 1 where the arms differ by the same
        in every pair, below 0 where it makes things worse; NaN where nothing varies.
        """
        apart = self._within(self.a) + self._within(self.b)
        if not apart > 0:
            return math.nan
        return 1.0 - self._within(self.difference) / apart

    # -- within and between worlds ------------------------------------------------------------

    def _within(self, values: np.ndarray) -> float:
        """Return the variance between replicates of one world, pooled; NaN where unknown."""
        freedom = self.pairs - self.worlds
        if freedom < 1:
            return math.nan
        means = np.bincount(self.world, values) / np.bincount(self.world)
        return float(((values - means[self.world]) ** 2).sum()) / freedom

    def _effective(self, score: np.ndarray) -> float:
        """Return how many separate pairs a score is worth, where pairs of a world are alike."""
        if self.worlds <= 1 or self.worlds == self.pairs:
            return float(self.pairs)
        size = self.pairs / self.worlds
        inside = self._within(score)
        means = np.bincount(self.world, score) / np.bincount(self.world)
        between = max(0.0, float(means.var(ddof=1)) - inside / size)
        alike = between / (between + inside) if between + inside > 0 else 1.0
        return self.pairs / (1 + (size - 1) * alike)


def quantile_t(freedom: float, share: float) -> float:
    """Return the quantile of Student's t."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, share))


def wilson(share: float, number: float, level: float = 0.95) -> tuple[float, float]:
    """Return Wilson's score interval of a share of ``number`` trials; NaN without trials."""
    from scipy.special import ndtri

    if not number > 0 or math.isnan(share):
        return math.nan, math.nan
    z = float(ndtri(0.5 + level / 2))
    whole = 1 + z**2 / number
    middle = (share + z**2 / (2 * number)) / whole
    half = z * math.sqrt(share * (1 - share) / number + (z / (2 * number)) ** 2) / whole
    return max(0.0, middle - half), min(1.0, middle + half)


def _pairs_for(spread: float, wanted: float, level: float) -> float:
    """Return the fewest pairs whose half-width is at most ``wanted``, at least two."""
    if spread == 0:
        return 2.0
    if wanted <= 0:
        return math.inf

    def enough(pairs: int) -> bool:
        return quantile_t(pairs - 1, 0.5 + level / 2) * spread <= wanted * math.sqrt(pairs)

    if not enough(_MOST_NEEDED):
        return math.inf
    few, many = 1, _MOST_NEEDED
    while many - few > 1:
        middle = (few + many) // 2
        few, many = (few, middle) if enough(middle) else (middle, many)
    return float(many)


# -- more than two arms -----------------------------------------------------------------------


@dataclass(frozen=True)
class Ranking:
    """Arms in order, and how often replicates agree with it.

    Attributes
    ----------
    order : tuple of int
        Columns from best to worst, by their mean.
    same_order, same_winner : float
        Share of replicates in which the whole order, and the winner, is the same.
    wins : numpy.ndarray
        Share of replicates in which each arm is the best; who tie share it.
    """

    order: tuple[int, ...]
    same_order: float
    same_winner: float
    wins: np.ndarray


def ranking(values: np.ndarray) -> Ranking:
    """Return the order of arms.

    Arms that are equal in every replicate are one in the order: they share their place.

    Parameters
    ----------
    values
        Outcome, a row a replicate and a column an arm; rows with a NaN are left out.
    """
    arms = values.shape[1]
    known = values[np.isfinite(values).all(axis=1)]
    if not len(known):
        return Ranking(tuple(range(arms)), math.nan, math.nan, np.full(arms, math.nan))
    means = known.mean(axis=0)
    order = tuple(sorted(range(arms), key=lambda arm: (-means[arm], arm)))
    agree = np.ones(len(known), dtype=bool)
    for first in range(arms):
        for second in range(first):
            gap = known[:, first] - known[:, second]
            if np.any(gap != 0):
                agree &= np.sign(gap) == np.sign(means[first] - means[second])
    best = known == known.max(axis=1, keepdims=True)
    wins = (best / best.sum(axis=1, keepdims=True)).mean(axis=0)
    twins = [arm for arm in range(arms) if np.array_equal(known[:, arm], known[:, order[0]])]
    return Ranking(order, float(agree.mean()), float(wins[twins].sum()), wins)
