"""The months of every person: what a twin's life is held against."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..agents.compiling import kernel
from .state import as_rows

#: One row a person and month: what is kept of it.
PATH = np.dtype(
    [
        ("rung", np.int8, 4),
        ("household", np.int32),
        ("agency", np.float32),
        ("status", np.int8),
    ],
    align=True,
)


@kernel
def _copy(people: Any, n: int, month: Any) -> None:
    for i in range(n):
        for ladder in range(4):
            month[i].rung[ladder] = people[i].rung[ladder]
        month[i].household = people[i].household
        month[i].agency = people[i].agency
        month[i].status = people[i].status


class Paths:
    """Rungs, agency, household and whereabouts of everybody, month by month.

    Rows are those of the world; later months have more of them. Keeping them changes nothing in
    the world.
    """

    def __init__(self) -> None:
        self._months: list[np.ndarray] = []

    def __len__(self) -> int:
        return len(self._months)

    def add(self, people: Any, n: int) -> None:
        """Write down a month of the first ``n`` rows, which are everybody ever present."""
        month = as_rows(np.empty(n, dtype=PATH))
        _copy(people, n, month)
        self._months.append(month)

    def month(self, month: int) -> np.ndarray:
        """Return everybody at the end of a month, 0 for the start; dtype `PATH`.

        Raises
        ------
        ValueError
            For a month that was not lived.
        """
        if not 0 <= month < len(self._months):
            raise ValueError(f"month {month!r} was not lived; allowed: 0 to {len(self) - 1}")
        return self._months[month]

    def of(self, rows: np.ndarray, first: int, last: int) -> np.ndarray:
        """Return the paths of some persons, shape ``(months, persons)``, ``first`` to ``last``.

        A person who was not there yet has a household of -1.
        """
        out = np.zeros((last - first + 1, len(rows)), dtype=PATH)
        out["household"] = -1
        for at, month in enumerate(self._months[first : last + 1]):
            there = rows < len(month)
            out[at, there] = month[rows[there]]
        return out
