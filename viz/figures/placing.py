"""Room for words in a picture: where they stand without running over what is already there."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

#: Side of the squares in which room is counted, in inches, and the edge that words keep off.
_MESH, _EDGE = 0.05, 0.04
#: Distances from a dot at which its words are tried, in inches, and directions in degrees.
_RINGS = (0.08, 0.16, 0.26, 0.38, 0.52, 0.7, 0.9, 1.15, 1.4, 1.7, 2.0)
_TURNS = tuple(range(0, 360, 15))


@dataclass(frozen=True)
class Box:
    """A rectangle, in inches."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def middle(self) -> tuple[float, float]:
        """Return its middle."""
        return (self.left + self.right) / 2, (self.bottom + self.top) / 2

    def overlap(self, other: Box) -> float:
        """Return the area that both cover."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.top, other.top) - max(self.bottom, other.bottom)
        return max(0.0, width) * max(0.0, height)

    def nearest(self, x: float, y: float) -> tuple[float, float]:
        """Return the place in it that is nearest to a point."""
        return min(max(x, self.left), self.right), min(max(y, self.bottom), self.top)

    def gap_to(self, x: float, y: float) -> float:
        """Return the distance from a point, 0 inside."""
        there = self.nearest(x, y)
        return math.hypot(there[0] - x, there[1] - y)


class Placer:
    """Finds room in a rectangle, and remembers what was placed.

    Parameters
    ----------
    width, height
        Of the rectangle, in inches.
    """

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self._words = np.empty((0, 4))
        self._marks = np.empty((0, 4))
        self._dots = np.empty((0, 2))

    def block_dot(self, x: float, y: float, radius: float) -> None:
        """Keep words off a dot."""
        self._dots = np.vstack([self._dots, [x, y]])
        self._marks = np.vstack([self._marks, [x - radius, y - radius, x + radius, y + radius]])

    def block_line(self, ends: Sequence[tuple[float, float]]) -> None:
        """Keep words off a line through points."""
        for (x0, y0), (x1, y1) in pairwise(ends):
            at = _along(x0, y0, x1, y1)
            self._marks = np.vstack([self._marks, np.hstack([at - 0.02, at + 0.02])])

    def inside(
        self, width: float, height: float, belongs: Callable[[np.ndarray, np.ndarray], np.ndarray]
    ) -> Box | None:
        """Return room in an area with as much free around it as can be; None when there is none.

        Parameters
        ----------
        width, height
            Of the words, in inches.
        belongs
            Whether points are in the area, by arrays of their x and y.
        """
        from scipy.ndimage import minimum_filter

        free = self._free(belongs)
        if not free.any():
            return None
        y, x = (places.mean() for places in np.nonzero(free))
        found = None
        for more in (0.0, 0.1, 0.2, 0.35, 0.55, 0.8):
            size = [math.ceil((side + 2 * more) / _MESH) + 1 for side in (height, width)]
            fits = minimum_filter(free.astype(np.int8), size=size, mode="constant", cval=0)
            rows, columns = np.divmod(np.flatnonzero(fits), free.shape[1])
            if not len(rows):
                break
            nearest = int(np.argmin((rows - y) ** 2 + (columns - x) ** 2))
            found = (columns[nearest] + 0.5) * _MESH, (rows[nearest] + 0.5) * _MESH
        if found is None:
            return None
        left, low = found[0] - width / 2, found[1] - height / 2
        return self._placed(Box(left, low, left + width, low + height))

    def _placed(self, box: Box) -> Box:
        self._words = np.vstack([self._words, [box.left, box.bottom, box.right, box.top]])
        return box

    def _free(self, belongs: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> np.ndarray:
        """Return which squares are in an area and have nothing in them yet, by row and column."""
        x = (np.arange(math.floor(self.width / _MESH)) + 0.5) * _MESH
        y = (np.arange(math.floor(self.height / _MESH)) + 0.5) * _MESH
        free = np.array(belongs(*np.meshgrid(x, y)), dtype=bool)
        for left, low, right, top in np.maximum(0.0, np.vstack([self._words, self._marks])):
            rows = slice(math.floor(low / _MESH), math.ceil(top / _MESH))
            free[rows, math.floor(left / _MESH) : math.ceil(right / _MESH)] = False
        return free

    def crowd(self, x: float, y: float) -> int:
        """Return the number of dots near a point."""
        away = np.abs(self._dots - [x, y])
        return int(((away[:, 0] < 1.0) & (away[:, 1] < 0.3)).sum())

    def beside(self, x: float, y: float, width: float, height: float) -> Box:
        """Return room for the words of a dot: next to it where that is free, else nearby."""
        best: tuple[float, Box] | None = None
        for ring, away in enumerate(_RINGS):
            for angle in _TURNS:
                box = _box_at(x, y, width, height, away, math.radians(angle))
                cost = self._cost(box, x, y) + 0.004 * ring + 0.001 * _awkward(angle)
                if best is None or cost < best[0] - 1e-12:
                    best = (cost, box)
            if best is not None and best[0] < 0.004 * (ring + 1):
                break
        assert best is not None
        return self._placed(best[1])

    def _cost(self, box: Box, x: float, y: float) -> float:
        """Return how badly words of a dot stand: off the rectangle, over others, or ambiguous."""
        whole = (box.right - box.left) * (box.top - box.bottom)
        page = Box(_EDGE, _EDGE, self.width - _EDGE, self.height - _EDGE)
        off = 1.0 - box.overlap(page) / whole
        cost = (
            100 * off + (50 * _covered(box, self._words) + 5 * _covered(box, self._marks)) / whole
        )
        own = box.gap_to(x, y)
        others = self._dots[(self._dots != [x, y]).any(axis=1)]
        nearest = np.clip(others, [box.left, box.bottom], [box.right, box.top])
        mistaken = (np.hypot(*(nearest - others).T) < own + 0.03).sum()
        crossed = 0
        if own > 0.16:
            line = _along(x, y, *box.nearest(x, y))[:, None]
            into = np.clip(line, self._words[None, :, :2], self._words[None, :, 2:]) - line
            crossed = (np.hypot(into[..., 0], into[..., 1]) < 0.02).any(axis=0).sum()
            to = others[None] - line
            crossed += (np.hypot(to[..., 0], to[..., 1]) < 0.06).any(axis=0).sum()
        return (cost if cost > 1e-6 else 0.0) + 0.02 * float(mistaken) + 0.5 * float(crossed)


def _covered(box: Box, others: np.ndarray) -> float:
    """Return how much of a box others cover, those that overlap counted each."""
    width = np.minimum(box.right, others[:, 2]) - np.maximum(box.left, others[:, 0])
    height = np.minimum(box.top, others[:, 3]) - np.maximum(box.bottom, others[:, 1])
    return float((np.maximum(0.0, width) * np.maximum(0.0, height)).sum())


def _awkward(angle: int) -> float:
    """Return how far a direction is from straight to the right, or else to the left."""
    turned = min(angle, 360 - angle)
    return min(turned / 90, 0.5 + (180 - turned) / 90)


def _along(x0: float, y0: float, x1: float, y1: float) -> np.ndarray:
    """Return points along a line, shape ``(points, 2)``."""
    return np.linspace(
        [x0, y0], [x1, y1], max(1, math.ceil(math.hypot(x1 - x0, y1 - y0) / 0.04)) + 1
    )


def _box_at(x: float, y: float, width: float, height: float, away: float, angle: float) -> Box:
    """Return a box that touches a circle around a point from the outside."""
    cos, sin = math.cos(angle), math.sin(angle)
    left = x + away * cos - width * (1 - cos) / 2
    bottom = y + away * sin - height * (1 - sin) / 2
    return Box(left, bottom, left + width, bottom + height)
