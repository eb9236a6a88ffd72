"""Designs: which combinations of settings a study lives.

The plans come from SALib and from the quasi-Monte Carlo of SciPy; here they are only turned into
settings. A point of the unit cube becomes a number between low and high, or one of a list.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .saltelli import saltelli_points

if TYPE_CHECKING:
    import numpy as np

DESIGNS = ("grid", "list", "latin-hypercube", "sobol", "morris", "saltelli")
#: Designs that draw points from the unit cube; the number of points follows from ``samples``.
SAMPLED = DESIGNS[2:]
#: Designs whose balance asks for a power of two.
OF_TWOS = ("sobol", "saltelli")
#: More points than this is a slip of the pen and not a study.
MOST_POINTS = 1_000_000


@dataclass(frozen=True)
class Span:
    """A range with its ends; ``whole`` numbers get an equal share of the range each."""

    low: float
    high: float
    whole: bool = False

    def at(self, share: float) -> float | int:
        """Return the value at a share of the range, 0 to 1."""
        if not self.whole:
            # Low is not added to a difference at the far end: rounding would pass high.
            return self.high if share >= 1.0 else self.low + share * (self.high - self.low)
        low, high = int(self.low), int(self.high)
        return min(high, low + math.floor(share * (high - low + 1)))


@dataclass(frozen=True)
class Choice:
    """A list of values; in a sampled design each has an equal share of the points."""

    values: tuple[Any, ...]

    def at(self, share: float) -> Any:
        """Return the value at a share of the list, 0 to 1."""
        return self.values[min(len(self.values) - 1, math.floor(share * len(self.values)))]


@dataclass(frozen=True)
class Design:
    """A plan of points.

    Attributes
    ----------
    kind
        One of `DESIGNS`.
    axes
        What varies, by key; empty for a study in which nothing does, and for a list.
    samples
        Points of a latin hypercube or a Sobol sequence, trajectories of Morris, base points of
        Saltelli.
    seed
        Draws the plan; it has nothing to do with the luck of the runs.
    levels
        Levels of a Morris trajectory, an even number.
    listed
        The points of a list, each its settings by key.
    """

    kind: str = "grid"
    axes: Mapping[str, Span | Choice] = field(default_factory=dict)
    samples: int = 1
    seed: int = 1
    levels: int = 4
    listed: Sequence[Mapping[str, Any]] = ()

    def __len__(self) -> int:
        """Return the number of points, known without drawing them."""
        if self.kind == "list":
            return len(self.listed)
        if self.kind == "grid":
            return math.prod(len(_values(axis)) for axis in self.axes.values())
        per_sample = {"morris": len(self.axes) + 1, "saltelli": len(self.axes) + 2}
        return self.samples * per_sample.get(self.kind, 1)

    def problem(self) -> dict[str, Any]:
        """Return the axes as SALib's analyses take them: names, and the unit cube as bounds."""
        return {
            "num_vars": len(self.axes),
            "names": list(self.axes),
            "bounds": [[0.0, 1.0]] * len(self.axes),
        }

    def unit(self) -> np.ndarray:
        """Return the points of a sampled design in the unit cube, a row a point, a column an axis.

        Raises
        ------
        ValueError
            For a grid or a list, which lie in no unit cube.
        """
        if self.kind not in SAMPLED:
            raise ValueError(f"a design {self.kind!r} has no points in the unit cube")
        return _DRAWN[self.kind](self)

    def points(self) -> list[dict[str, Any]]:
        """Return the settings of every point, in an order that never changes."""
        return list(self._points())

    def _points(self) -> Iterator[dict[str, Any]]:
        if self.kind == "list":
            yield from (dict(point) for point in self.listed)
        elif self.kind == "grid":
            for values in itertools.product(*map(_values, self.axes.values())):
                yield dict(zip(self.axes, values, strict=True))
        else:
            for row in self.unit().tolist():
                yield {
                    key: axis.at(share)
                    for (key, axis), share in zip(self.axes.items(), row, strict=True)
                }


def _values(axis: Span | Choice) -> tuple[Any, ...]:
    """Return the values of an axis of a grid; a range has no steps, so there it has its ends."""
    return axis.values if isinstance(axis, Choice) else (axis.low, axis.high)


def _latin(design: Design) -> np.ndarray:
    from SALib.sample import latin

    return latin.sample(design.problem(), design.samples, seed=design.seed)


def _sobol(design: Design) -> np.ndarray:
    # Only the sequence: SALib's `sobol` is Saltelli's extension of it, with more points.
    from scipy.stats.qmc import Sobol

    drawn = Sobol(d=len(design.axes), scramble=True, rng=design.seed)
    return drawn.random(design.samples)


def _morris(design: Design) -> np.ndarray:
    from SALib.sample import morris

    return morris.sample(
        design.problem(), design.samples, num_levels=design.levels, seed=design.seed
    )


def _saltelli(design: Design) -> np.ndarray:
    return saltelli_points(len(design.axes), design.samples, design.seed)


_DRAWN = {"latin-hypercube": _latin, "sobol": _sobol, "morris": _morris, "saltelli": _saltelli}
