"""The state of the world: one row a resident, a household, a dwelling, a tie.

Each is one structured array with a named column for every quantity. Loops read several columns of
one row, and follow ties to rows anywhere; a row in one piece of memory serves both, and a loop
takes one argument where separate arrays would be two dozen (``model/README.md`` has the figures).

Rows are never reused, so a row number is a name for life within one run; ``identity`` is the name
that twins share. Tables grow by an eighth when they are full.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..agents.compiling import COMPILED

HERE, ELSEWHERE, DEAD = 0, 1, 2
ORIGINAL, NEWCOMER, BORN = 0, 1, 2
HEAD, PARTNER, CHILD = 0, 1, 2
NEIGHBOUR, FRIEND, FELLOW = 0, 1, 2

#: Persons of one tenancy are numbered in 8 bits, tenancies of a dwelling in 24.
PLACE_BITS = 8
DWELLING_SHIFT = 32


#: Rows by which a small table grows at least.
_LEAST_GROWTH = 1024


def _columns(*columns: tuple[Any, ...]) -> np.dtype[Any]:
    return np.dtype(list(columns), align=True)


#: One row a resident ever present. ``birth``, ``arrived`` and ``ended`` are months (0 is the start
#: of the run); ``ended`` is the month of leaving or death, or -1. ``rung``, ``capability`` and
#: ``footing`` hold learning, working, housing, leisure. ``ties_wanted`` is -1 until it is drawn;
#: ``tie_*`` hold what ties carried at the last exchange (-1: no ties). ``held`` is the share of
#: falls that programmes prevent this month, ``programme_hours`` what they ask in a week,
#: ``contract`` is 1 while work comes with a programme.
PERSON = _columns(
    ("identity", np.int64),
    ("birth", np.int32),
    ("household", np.int32),
    ("next_member", np.int32),
    ("arrived", np.int32),
    ("ended", np.int32),
    ("capability", np.float32, 4),
    ("footing", np.float32, 4),
    ("agency", np.float32),
    ("burden", np.float32),
    ("trust", np.float32),
    ("strain", np.float32),
    ("tie_agency", np.float32),
    ("tie_trust", np.float32),
    ("tie_work", np.float32),
    ("held", np.float32),
    ("programme_hours", np.float32),
    ("idle_months", np.int16),
    ("ties_wanted", np.int16),
    ("ties", np.int16),
    ("ties_near", np.int16),
    ("bridges", np.int16),
    ("supported_months", np.int16),
    ("rung", np.int8, 4),
    ("status", np.int8),
    ("origin", np.int8),
    ("role", np.int8),
    ("contract", np.int8),
)

#: One row a household ever present; ``dwelling`` is -1 for a household elsewhere. ``poor`` is 1
#: when nobody earns on the market or has a pension; ``burden`` is the mean of the adults;
#: ``queue`` is 1 for who is offered a dwelling here first until ``queue_until``, 2 for who has to
#: leave a room of a programme; ``restless`` is how much larger the wish to move is until ``restless_until``, after a
#: programme; ``claimants`` are long without work and on benefit unless somebody in the household earns.
HOUSEHOLD = _columns(
    ("identity", np.int64),
    ("dwelling", np.int32),
    ("first_member", np.int32),
    ("arrears", np.float32),
    ("burden", np.float32),
    ("restless", np.float32),
    ("restless_until", np.int32),
    ("queue_until", np.int32),
    ("members", np.int16),
    ("members_ever", np.int16),
    ("earners", np.int16),
    ("adults", np.int16),
    ("claimants", np.int16),
    ("poor", np.int8),
    ("queue", np.int8),
)

#: One row a dwelling; ``household`` is -1 while it stands empty. ``rung`` is the housing rung of
#: the head and partner who live in it. A room of a programme is let to heads of ``age_from`` to
#: ``age_to`` (0: whoever comes); ``heavy`` is the share of its lettings that referrers fill with
#: the lowest placed; ``closed`` is 1 while nobody pays for it: it is let to nobody.
DWELLING = _columns(
    ("stairwell", np.int32),
    ("complex", np.int32),
    ("street", np.int32),
    ("household", np.int32),
    ("tenancies", np.int32),
    ("vacant_since", np.int32),
    ("heavy", np.float32),
    ("age_from", np.int16),
    ("age_to", np.int16),
    ("tenure", np.int8),
    ("rung", np.int8),
    ("closed", np.int8),
)

#: One row a tie between two residents; ``until`` is the month in which it ends. A fellow is met in
#: a programme.
EDGE = _columns(
    ("a", np.int32),
    ("b", np.int32),
    ("until", np.int32),
    ("kind", np.int8),
    ("cut", np.int8),
)


def as_rows(array: np.ndarray) -> np.ndarray:
    """Return a structured array as loops take it.

    Plain Python reads ``rows[i].name`` from a record array only; compiled loops read it from any
    structured array, and are called faster with a plain one.
    """
    return array if COMPILED else array.view(np.recarray)


def copy_rows(rows: Any, into: Any) -> None:
    """Copy the rows of a structured array into the first of a longer one; the last axis is rows.

    As bytes: NumPy copies structured rows column by column, which takes twenty times as long.
    """
    source = rows.view(np.uint8)
    into.view(np.uint8)[..., : source.shape[-1]] = source


class Table:
    """A growing structured array.

    Attributes
    ----------
    rows : numpy.ndarray
        The array, longer than ``count`` where there is room; replaced when it grows.
    count : int
        Rows in use.
    """

    def __init__(self, columns: np.dtype[Any], capacity: int) -> None:
        self.count = 0
        self.rows: Any = as_rows(np.zeros(capacity, dtype=columns))
        self._identities = np.zeros(0, dtype=np.int64)
        self._identified = 0

    def copy(self) -> Table:
        """Return the same rows as a table of its own."""
        own = Table(self.rows.dtype, 0)
        rows = np.empty_like(self.rows)
        rows.view(np.uint8)[:] = self.rows.view(np.uint8)
        own.rows, own.count = as_rows(rows), self.count
        return own

    @property
    def capacity(self) -> int:
        """Rows that fit before the table grows."""
        return len(self.rows)

    def reserve(self, more: int) -> None:
        """Make room for ``more`` rows beyond the count; `rows` may become another array."""
        needed = self.count + more
        if needed <= self.capacity:
            return
        grown = np.zeros(
            max(needed, self.capacity + max(self.capacity // 8, _LEAST_GROWTH)),
            dtype=self.rows.dtype,
        )
        copy_rows(self.rows[: self.count], grown)
        self.rows = as_rows(grown)

    def column(self, name: str) -> np.ndarray:
        """Return one column of the rows in use, as a view."""
        return np.asarray(self.rows[name])[: self.count]

    def identities(self) -> np.ndarray:
        """Return the identities of the rows in use, in one piece of memory, in an array at least as long.

        A row has one identity for life, so only those of new rows are read.
        """
        known, count = self._identified, self.count
        if known < count:
            if len(self._identities) < count:
                longer = np.empty(self.capacity, dtype=np.int64)
                longer[:known] = self._identities[:known]
                self._identities = longer
            self._identities[known:count] = self.rows["identity"][known:count]
            self._identified = count
        return self._identities

    def fill(self, **columns: Any) -> None:
        """Write columns of the rows in use."""
        for name, values in columns.items():
            self.rows[name][: self.count] = values


class Pairs:
    """Pairs of residents who met; ``rows`` has shape ``(room, 2)``."""

    def __init__(self) -> None:
        self.count = 0
        self.rows = np.zeros((64, 2), dtype=np.int32)

    def reserve(self, more: int) -> None:
        """Make room for ``more`` pairs."""
        if self.count + more > len(self.rows):
            self.rows = np.concatenate([self.rows, np.zeros((more + 64, 2), dtype=np.int32)])


def identity_of(dwelling: Any, tenancy: Any, place: Any) -> Any:
    """Return the lifelong identity: (dwelling, how many-eth tenancy, place in the household)."""
    return ((dwelling + 1) << DWELLING_SHIFT) | (tenancy << PLACE_BITS) | place
