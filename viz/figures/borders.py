"""From how many places and years on half, and most, of the evaluations see a programme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

#: Shares of evaluations whose borders are drawn.
HALF, MOST = 0.5, 0.8


class VisibilityLike(Protocol):
    """What is drawn of a `Visibility` of `experiments.visible`."""

    @property
    def years(self) -> Sequence[int]:
        """Numbers of years that were tried, ascending."""
        ...

    @property
    def places(self) -> Sequence[int]:
        """Numbers of places that were tried, ascending."""
        ...

    @property
    def rate(self) -> Mapping[str, np.ndarray]:
        """By scale: share of evaluations that see it, shape ``(places, years)``."""
        ...

    def threshold(self, scale: str, level: float) -> np.ndarray:
        """Return the places needed, by number of years; NaN where that is not within reach."""
        ...


class Borders:
    """Where half, and most, of the evaluations begin to see it, at one scale.

    Parameters
    ----------
    visibility
        What was found.
    scale
        Stairwell, complex, street or neighbourhood.
    """

    def __init__(self, visibility: VisibilityLike, scale: str) -> None:
        self.years = np.asarray(visibility.years, dtype=float)
        self.top = float(visibility.places[-1])
        self.needed = {
            level: np.asarray(visibility.threshold(scale, level), dtype=float)
            for level in (HALF, MOST)
        }

    def drawn(self, level: float) -> np.ndarray:
        """Return the border by year; where it is out of reach it runs along the upper edge."""
        return np.where(np.isfinite(self.needed[level]), self.needed[level], self.top)

    def seen(self, places: np.ndarray, years: np.ndarray, level: float) -> np.ndarray:
        """Return whether projects of these sizes are at or beyond a border."""
        needed = self.needed[level]
        at = np.where(np.isfinite(needed), needed, self.top * (1 + 1e-9))
        border = np.interp(years, self.years, np.log(at))
        return np.log(np.minimum(places, self.top)) >= border - 1e-12

    def region(self, places: np.ndarray, years: np.ndarray) -> np.ndarray:
        """Return 0 where fewer than half see it, 1 from half on, 2 from most on; -1 not computed."""
        known = (years >= self.years[0]) & (years <= self.years[-1]) & (places <= self.top)
        region = self.seen(places, years, HALF).astype(int) + self.seen(places, years, MOST)
        return np.where(known, region, -1)
