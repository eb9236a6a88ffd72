"""Which assumptions matter, from the outcomes at the points of a design.

The designs and indices are SALib's. What is added is luck: outcomes are means over a few
replicates, so part of every difference is luck. It is measured from the replicates and taken out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .noise import Split, checked, split
from .saltelli import is_uneven, saltelli_points, unit_problem

#: Levels of a screening design; steps go over two thirds of a range.
LEVELS = 4
#: Smallest base sample: below it Sobol sequences are uneven.
FEWEST = 64
_RESAMPLES = 400
_FOLDED = float(np.sqrt(2 / np.pi))


@dataclass(frozen=True)
class Screened:
    """What one assumption does, coarsely: elementary effects of Morris, scaled to its whole range.

    Attributes
    ----------
    key : str
        The assumption.
    effect : float
        Mean size of the change of the outcome from one end of its range to the other.
    low, high : float
        95% interval of that over trajectories.
    direction : float
        The same with its sign: up or down when the assumption goes up.
    spread : float
        Standard deviation over places: large where it depends on the other assumptions.
    noise : float
        The size that luck alone would give an assumption that does nothing.
    """

    key: str
    effect: float
    low: float
    high: float
    direction: float
    spread: float
    noise: float


@dataclass(frozen=True)
class Indices:
    """Sobol indices with 95% intervals, luck taken out.

    Attributes
    ----------
    keys : tuple of str
        The assumptions.
    samples : int
        Size of the base sample.
    first, total : numpy.ndarray
        Share of the variance by the assumption alone, and with all it does together with others.
    first_half, total_half : numpy.ndarray
        Half widths of the intervals, by bootstrap over the base sample.
    raw_first, raw_total : numpy.ndarray
        As SALib gives them, luck included.
    second, second_half : numpy.ndarray or None
        Share of each pair beyond the two alone, in the upper triangle; None when not asked.
    split : Split
        What of the variance is assumptions and what is luck.
    """

    keys: tuple[str, ...]
    samples: int
    first: np.ndarray
    total: np.ndarray
    first_half: np.ndarray
    total_half: np.ndarray
    raw_first: np.ndarray
    raw_total: np.ndarray
    second: np.ndarray | None
    second_half: np.ndarray | None
    split: Split


def screening_points(count: int, trajectories: int, seed: int) -> np.ndarray:
    """Return the points of a Morris design in the unit cube, shape ``(points, count)``."""
    from SALib.sample import morris

    return morris.sample(unit_problem(count), trajectories, num_levels=LEVELS, seed=seed)


def sobol_points(count: int, samples: int, seed: int, second_order: bool = False) -> np.ndarray:
    """Return the points of a Saltelli design in the unit cube, shape ``(points, count)``.

    A design of twice the samples begins with the points of this one.

    Raises
    ------
    ValueError
        Unless samples are a power of two of at least `FEWEST`.
    """
    check_samples(samples)
    return saltelli_points(count, samples, seed, second_order)


def check_samples(samples: int) -> None:
    """Refuse base samples that leave holes: all but powers of two from `FEWEST` on."""
    if samples < FEWEST or samples & (samples - 1):
        raise ValueError(f"samples {samples}; allowed: {FEWEST}, 128, 256, 512, 1024 ...")


def screened(
    points: np.ndarray, values: np.ndarray, keys: Sequence[str], seed: int
) -> list[Screened]:
    """Return what every assumption does in a Morris design, in the order of the keys.

    Parameters
    ----------
    points
        As `screening_points` gave them.
    values
        Outcome by point and replicate.
    keys
        Names of the assumptions.
    seed
        Of the bootstrap.
    """
    from SALib.analyze import morris

    values = checked(values)
    found = morris.analyze(
        unit_problem(len(keys)),
        points,
        values.mean(axis=1),
        num_levels=LEVELS,
        num_resamples=_RESAMPLES,
        seed=seed,
    )
    noise = _noise_of_effects(points, values)
    return [
        Screened(
            key=key,
            effect=float(found["mu_star"][at]),
            low=max(0.0, float(found["mu_star"][at] - found["mu_star_conf"][at])),
            high=float(found["mu_star"][at] + found["mu_star_conf"][at]),
            direction=float(found["mu"][at]),
            spread=float(found["sigma"][at]),
            noise=float(noise[at]),
        )
        for at, key in enumerate(keys)
    ]


def _noise_of_effects(points: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return the mean size of elementary effects that are luck alone, by assumption."""
    count = points.shape[1]
    steps = np.diff(points.reshape(-1, count + 1, count), axis=1)
    changes = np.diff(values.reshape(-1, count + 1, values.shape[1]), axis=1)
    which = np.abs(steps).argmax(axis=2)
    size = np.abs(steps).max(axis=2)
    variance = changes.var(axis=2, ddof=1) / values.shape[1] / size**2
    return np.array([_FOLDED * np.sqrt(variance[which == one].mean()) for one in range(count)])


def sobol_indices(
    values: np.ndarray, keys: Sequence[str], seed: int, second_order: bool = False
) -> Indices:
    """Return first and total indices, luck taken out.

    An index is a mean of products of outcomes. In the products of means over replicates each
    replicate also meets itself, which adds its luck; that part is measured and subtracted, as is
    luck in the variance they are shares of.

    Parameters
    ----------
    values
        Outcome by point, in the order of `sobol_points`, and replicate.
    keys
        Names of the assumptions.
    seed
        Of the bootstrap.
    second_order
        Whether the design is one with second order.

    Raises
    ------
    ValueError
        When a value is not a number, or there are fewer than two replicates.
    """
    from SALib.analyze import sobol

    values = checked(values)
    count = len(keys)
    blocks = values.reshape(-1, (2 * count if second_order else count) + 2, values.shape[1])
    plain = np.concatenate([blocks[:, 0], blocks[:, -1]])
    parts = split(plain)
    whole = float(plain.mean(axis=1).var())
    # A variance of rounding errors is none.
    if whole <= 1e-20 * max(1.0, float(np.abs(values).max()) ** 2):
        return _nothing(keys, len(blocks), second_order, parts)
    found = sobol.analyze(
        unit_problem(count),
        values.mean(axis=1),
        calc_second_order=second_order,
        num_resamples=_RESAMPLES,
        # SALib draws at will when its seed is 0.
        seed=seed + 1,
    )
    left = whole - parts.noise
    luck = _luck(blocks, count, second_order)
    more = second_order and left > 0
    scale = whole / left if left > 0 else float("nan")
    return Indices(
        keys=tuple(keys),
        samples=len(blocks),
        first=(found["S1"] - luck["first"] / whole) * scale,
        total=(found["ST"] - luck["total"] / whole) * scale,
        first_half=found["S1_conf"] * scale,
        total_half=found["ST_conf"] * scale,
        raw_first=np.asarray(found["S1"]),
        raw_total=np.asarray(found["ST"]),
        second=(found["S2"] - luck["second"] / whole) * scale if more else None,
        second_half=found["S2_conf"] * scale if more else None,
        split=parts,
    )


def _luck(blocks: np.ndarray, count: int, second_order: bool) -> dict[str, np.ndarray]:
    """Return what luck adds to the numerator of every index."""
    blocks = blocks - blocks.mean(axis=(0, 1))
    replicates = blocks.shape[2]
    first_sample, other_sample = blocks[:, 0], blocks[:, -1]

    def shared(one: np.ndarray, other: np.ndarray) -> float:
        own = one - one.mean(axis=1, keepdims=True)
        others = other - other.mean(axis=1, keepdims=True)
        return float((own * others).sum(axis=1).mean() / (replicates - 1) / replicates)

    swapped = [blocks[:, 1 + at] for at in range(count)]
    steps = [one - first_sample for one in swapped]
    luck = {
        "first": np.array([shared(other_sample, step) for step in steps]),
        "total": np.array([0.5 * shared(step, step) for step in steps]),
    }
    if second_order:
        pairs = np.full((count, count), np.nan)
        alone = shared(first_sample, other_sample)
        for j in range(count):
            for k in range(j + 1, count):
                both = shared(blocks[:, 1 + count + j], swapped[k]) - alone
                pairs[j, k] = both - luck["first"][j] - luck["first"][k]
        luck["second"] = pairs
    return luck


def _nothing(keys: Sequence[str], samples: int, second_order: bool, parts: Split) -> Indices:
    """Return indices of an outcome that does not vary: there is no variance to share."""
    none = np.full(len(keys), np.nan)
    square = np.full((len(keys), len(keys)), np.nan) if second_order else None
    return Indices(tuple(keys), samples, none, none, none, none, none, none, square, square, parts)


def converging(
    values: np.ndarray, keys: Sequence[str], seed: int, second_order: bool = False
) -> list[Indices]:
    """Return the indices of the first 32, 48, 64, 96, 128 ... of the base sample, up to all of it.

    Parameters are those of `sobol_indices`; the seed is also that of the design, of which parts
    that are uneven are left out.
    """
    count = len(keys)
    size = (2 * count if second_order else count) + 2
    samples = len(values) // size
    plain = sobol_points(count, samples, seed)
    sizes = [half * 2**power for power in range(16) for half in (32, 48)]
    sizes = [one for one in sizes if one <= samples]
    even = [one for one in sizes if one == samples or not is_uneven(plain, count, one)]
    return [sobol_indices(values[: one * size], keys, seed, second_order) for one in even]
