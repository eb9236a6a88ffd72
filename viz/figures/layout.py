"""Where every dwelling is on the map: streets as rows of fronts, wrapped into columns."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ...model.buildings import Buildings

#: Sizes in cells: a dwelling is one cell wide and one high.
CELL = 0.86
_STAIRWELL_GAP = 0.55
_COMPLEX_GAP = 1.5
_STREET_GAP = 1.5
COLUMN_GAP = 2.4
#: Dwellings on a floor of a stairwell: left and right of the stairs, as in a portiek.
_ACROSS = 2
_MOST_FLOORS = 6
#: Cells that fit on a row of any page.
_SHORT_ENOUGH = 45.0


@dataclass(frozen=True)
class Line:
    """A piece of street: its number, the ground it stands on, and whether it begins there."""

    street: int
    x: float
    y: float
    width: float
    begins: bool


@dataclass(frozen=True)
class Layout:
    """The map in cells, y upward.

    Attributes
    ----------
    x, y : numpy.ndarray
        Lower left corner of every dwelling.
    lines : tuple of Line
        The pieces of street.
    width, height : float
        Size of the whole.
    row_height : float
        Distance between streets.
    """

    x: np.ndarray
    y: np.ndarray
    lines: tuple[Line, ...]
    width: float
    height: float
    row_height: float


@dataclass(frozen=True)
class _Rows:
    """Dwellings in rows that are not yet stacked into columns of the page."""

    x: np.ndarray
    floor: np.ndarray
    row: np.ndarray
    street: list[int]
    begins: list[bool]
    length: list[float]
    width: float


def layout(buildings: Buildings, aspect: float, column_gap: float = COLUMN_GAP) -> Layout:
    """Return where every dwelling is drawn.

    Parameters
    ----------
    buildings
        Of the world.
    aspect
        Width divided by height of the room on the page; the streets are wrapped to fit it best.
    column_gap
        Cells between two columns of streets.
    """
    widest = _stairwell_places(buildings)[2]
    row_height = widest + _STREET_GAP
    total = _rows(buildings, math.inf)
    area = sum(total.length) * row_height
    # A street much longer than the page is broken into pieces of about the width of the page.
    rows = _rows(buildings, max(1.5 * math.sqrt(area * aspect), _SHORT_ENOUGH))
    return _in_columns(rows, row_height, aspect, column_gap)


def _stairwell_places(buildings: Buildings) -> tuple[np.ndarray, np.ndarray, float]:
    """Return across (cells) and floor of every dwelling in its stairwell, and the most floors."""
    start = buildings.stairwell_start
    inside = np.arange(len(buildings.stairwell)) - start[buildings.stairwell]
    size = np.diff(start)[buildings.stairwell]
    across = np.maximum(_ACROSS, np.ceil(size / _MOST_FLOORS)).astype(np.int64)
    floor = inside // across
    return inside % across, floor, float(floor.max() + 1)


def _rows(buildings: Buildings, most: float) -> _Rows:
    """Put stairwells next to each other, a street a row; break streets longer than ``most``."""
    across, floor, _ = _stairwell_places(buildings)
    first = buildings.stairwell_start[:-1]
    wide = np.maximum.reduceat(across, first) + 1.0
    street, block = buildings.street[first], buildings.complex[first]
    gap = np.where(np.diff(block, prepend=-1) == 0, _STAIRWELL_GAP, _COMPLEX_GAP)
    whole = np.bincount(street, weights=gap + wide)
    # Pieces of one street are about equally long.
    longest = whole / np.maximum(1.0, np.ceil(whole / most)) + wide.max()
    left = np.empty(len(first))
    row_of = np.empty(len(first), dtype=np.int64)
    streets: list[int] = []
    begins: list[bool] = []
    lengths: list[float] = []
    for k, here in enumerate(street.tolist()):
        new = not streets or streets[-1] != here
        if new or lengths[-1] + gap[k] + wide[k] > longest[here]:
            streets.append(here)
            begins.append(new)
            lengths.append(-float(gap[k]))
        left[k] = lengths[-1] + gap[k]
        row_of[k] = len(lengths) - 1
        lengths[-1] = float(left[k] + wide[k])
    own = buildings.stairwell
    return _Rows(left[own] + across, floor, row_of[own], streets, begins, lengths, max(lengths))


def _in_columns(rows: _Rows, row_height: float, aspect: float, column_gap: float) -> Layout:
    """Stack the rows into as many columns of the page as give the largest cells."""
    n = len(rows.length)
    step = rows.width + column_gap
    best, columns = math.inf, 1
    for number in range(1, n + 1):
        deep = math.ceil(n / number)
        width, height = number * step - column_gap, deep * row_height
        scale = max(width / aspect, height)
        if scale < best - 1e-9:
            best, columns = scale, number
    deep = math.ceil(n / columns)
    number = np.arange(n)
    row_x = (number // deep) * step
    row_y = (deep - 1 - number % deep) * row_height
    lines = tuple(
        Line(rows.street[k], float(row_x[k]), float(row_y[k]), rows.length[k], rows.begins[k])
        for k in range(n)
    )
    return Layout(
        x=row_x[rows.row] + rows.x,
        y=row_y[rows.row] + rows.floor,
        lines=lines,
        width=columns * step - column_gap,
        height=deep * row_height - _STREET_GAP,
        row_height=row_height,
    )
