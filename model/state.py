"""The state of the world as arrays: one row a resident, a household, a dwelling, a tie.

Rows are never reused, so a row number is a name for life within one run; ``identity`` is the name
that twins share. Arrays longer than their count grow by an eighth when they are full.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

HERE, ELSEWHERE, DEAD = 0, 1, 2
ORIGINAL, NEWCOMER, BORN = 0, 1, 2
HEAD, PARTNER, CHILD = 0, 1, 2
NEIGHBOUR, FRIEND = 0, 1

#: Persons of one tenancy are numbered in 8 bits, tenancies of a dwelling in 24.
PLACE_BITS = 8
DWELLING_SHIFT = 32


class People(NamedTuple):
    """One row a resident ever present.

    ``birth``, ``arrived`` and ``ended`` are months (0 = start of the run); ``ended`` is the month
    of leaving or death, or -1. ``rung``, ``capability`` and ``footing`` have four columns:
    learning, working, housing, leisure. ``tie_*`` hold what ties carried at the last exchange.
    """

    identity: np.ndarray
    birth: np.ndarray
    status: np.ndarray
    origin: np.ndarray
    role: np.ndarray
    household: np.ndarray
    next_member: np.ndarray
    rung: np.ndarray
    capability: np.ndarray
    footing: np.ndarray
    agency: np.ndarray
    burden: np.ndarray
    trust: np.ndarray
    strain: np.ndarray
    idle_months: np.ndarray
    arrived: np.ndarray
    ended: np.ndarray
    ties_wanted: np.ndarray
    ties: np.ndarray
    ties_near: np.ndarray
    bridges: np.ndarray
    tie_agency: np.ndarray
    tie_trust: np.ndarray
    tie_work: np.ndarray


class Households(NamedTuple):
    """One row a household ever present; ``dwelling`` is -1 for a household elsewhere."""

    identity: np.ndarray
    dwelling: np.ndarray
    first_member: np.ndarray
    size: np.ndarray
    members_ever: np.ndarray
    since: np.ndarray
    earners: np.ndarray
    poor: np.ndarray
    arrears: np.ndarray
    adults: np.ndarray
    burden: np.ndarray


class Dwellings(NamedTuple):
    """One row a dwelling; ``household`` is -1 while it stands empty.

    ``rung`` is the housing rung that an adult holds who lives in it as head or partner.
    """

    stairwell: np.ndarray
    complex: np.ndarray
    street: np.ndarray
    tenure: np.ndarray
    rung: np.ndarray
    household: np.ndarray
    tenancies: np.ndarray
    vacant_since: np.ndarray


class Edges(NamedTuple):
    """One row a tie between two residents; ``until`` is the month in which it ends."""

    a: np.ndarray
    b: np.ndarray
    kind: np.ndarray
    until: np.ndarray
    cut: np.ndarray


_PEOPLE: dict[str, tuple[type, int, float]] = {
    "identity": (np.int64, 0, 0),
    "birth": (np.int32, 0, 0),
    "status": (np.int8, 0, HERE),
    "origin": (np.int8, 0, ORIGINAL),
    "role": (np.int8, 0, HEAD),
    "household": (np.int32, 0, -1),
    "next_member": (np.int32, 0, -1),
    "rung": (np.int8, 4, 0),
    "capability": (np.float32, 4, 0),
    "footing": (np.float32, 4, 0),
    "agency": (np.float32, 0, 0),
    "burden": (np.float32, 0, 0),
    "trust": (np.float32, 0, 0),
    "strain": (np.float32, 0, 0),
    "idle_months": (np.int16, 0, 0),
    "arrived": (np.int32, 0, 0),
    "ended": (np.int32, 0, -1),
    "ties_wanted": (np.int16, 0, 0),
    "ties": (np.int16, 0, 0),
    "ties_near": (np.int16, 0, 0),
    "bridges": (np.int16, 0, 0),
    "tie_agency": (np.float32, 0, -1),
    "tie_trust": (np.float32, 0, -1),
    "tie_work": (np.float32, 0, 0.5),
}
_HOUSEHOLDS: dict[str, tuple[type, int, float]] = {
    "identity": (np.int64, 0, 0),
    "dwelling": (np.int32, 0, -1),
    "first_member": (np.int32, 0, -1),
    "size": (np.int16, 0, 0),
    "members_ever": (np.int16, 0, 0),
    "since": (np.int32, 0, 0),
    "earners": (np.int16, 0, 0),
    "poor": (np.int8, 0, 0),
    "arrears": (np.float32, 0, 0),
    "adults": (np.int16, 0, 0),
    "burden": (np.float32, 0, 0),
}
_DWELLINGS: dict[str, tuple[type, int, float]] = {
    "stairwell": (np.int32, 0, 0),
    "complex": (np.int32, 0, 0),
    "street": (np.int32, 0, 0),
    "tenure": (np.int8, 0, 0),
    "rung": (np.int8, 0, 3),
    "household": (np.int32, 0, -1),
    "tenancies": (np.int32, 0, 0),
    "vacant_since": (np.int32, 0, -1),
}
_EDGES: dict[str, tuple[type, int, float]] = {
    "a": (np.int32, 0, -1),
    "b": (np.int32, 0, -1),
    "kind": (np.int8, 0, 0),
    "until": (np.int32, 0, 0),
    "cut": (np.int8, 0, 0),
}


class Table:
    """A growing set of equally long arrays; ``rows`` is the tuple that compiled loops take."""

    def __init__(
        self, kind: type[Any], columns: dict[str, tuple[type, int, float]], capacity: int
    ) -> None:
        self._kind = kind
        self._columns = columns
        self.count = 0
        self.rows: Any = kind(
            *(_filled(dtype, width, fill, capacity) for dtype, width, fill in columns.values())
        )

    @property
    def capacity(self) -> int:
        """Rows that fit before the arrays grow."""
        return len(self.rows[0])

    def reserve(self, more: int) -> None:
        """Make room for ``more`` rows beyond the count; `rows` may become other arrays."""
        needed = self.count + more
        if needed <= self.capacity:
            return
        extra = max(needed, self.capacity + self.capacity // 8) - self.capacity
        self.rows = self._kind(
            *(
                np.concatenate([array, _filled(dtype, width, fill, extra)])
                for array, (dtype, width, fill) in zip(
                    self.rows, self._columns.values(), strict=True
                )
            )
        )

    def nbytes(self) -> int:
        """Return the memory that the arrays take, in bytes."""
        return sum(array.nbytes for array in self.rows)


def _filled(dtype: type, width: int, fill: float, length: int) -> np.ndarray:
    shape = (length, width) if width else (length,)
    return np.full(shape, fill, dtype=dtype)


def people_table(capacity: int) -> Table:
    """Return an empty table of `People`."""
    return Table(People, _PEOPLE, capacity)


def households_table(capacity: int) -> Table:
    """Return an empty table of `Households`."""
    return Table(Households, _HOUSEHOLDS, capacity)


def dwellings_table(capacity: int) -> Table:
    """Return an empty table of `Dwellings`."""
    return Table(Dwellings, _DWELLINGS, capacity)


def edges_table(capacity: int) -> Table:
    """Return an empty table of `Edges`."""
    return Table(Edges, _EDGES, capacity)


def identity_of(dwelling: Any, tenancy: Any, place: Any) -> Any:
    """Return the lifelong identity: (dwelling, how many-eth tenancy, place in the household)."""
    return ((dwelling + 1) << DWELLING_SHIFT) | (tenancy << PLACE_BITS) | place
