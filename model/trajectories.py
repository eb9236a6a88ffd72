"""Tables of what programmes did: a row a programme and month, a row a trajectory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..agents.compiling import kernel
from .enrolment import COUNT, COUNTS, IN_SUPPORT, STATUS_NAMES, STOCKS, WAITING
from .paying import out_of_balance

if TYPE_CHECKING:
    import pandas as pd

    from .registry import Registry

#: What is written down of a programme each month beside what is counted.
MEANS_OF_WORK = (
    "level",
    "working",
    "places",
    "posts",
    "posts_vacant",
    "key_workers",
    "capacity",
    "memory_months",
    "balance_eur",
    "spent_eur",
)
#: Rows that there is room for at first.
_ROOM = 256
_WHOLE = frozenset(MEANS_OF_WORK[1:7])
_LADDERS = ("learning", "working", "housing", "leisure")
#: Sums that are published as a mean: name -> (sum, number).
_MEANS = {
    "quality": ("quality_sum", "supported_months"),
    "months_together": ("together_sum", "supported_months"),
    "burden_of_starters": ("burden_of_starts", "starts"),
    "agency_of_starters": ("agency_of_starts", "starts"),
}


@kernel
def write_month(
    purses: Any,
    running: Any,
    levels: Any,
    counts: Any,
    stocks: Any,
    work_written: Any,
    counts_written: Any,
    stocks_written: Any,
    first: int,
    month: int,
) -> tuple[int, int]:
    """Write down the month of every programme from row ``first`` on; ``counts`` are then zero.

    ``levels`` has what the calendar states, by programme and month; tables of programmes have a row
    for each. Returns a programme whose money does not add up and one that supports more people than
    fit, -1 where there is none.
    """
    wrong = out_of_balance(purses)
    if wrong >= 0:
        return wrong, -1
    full = -1
    for p in range(len(purses)):
        own, purse, row = running[p], purses[p], first + p
        work = work_written[row]
        work[0] = levels[p, month - 1] if month <= levels.shape[1] else 0.0
        work[1] = own.working
        work[2] = own.places
        work[3] = own.posts
        work[4] = own.posts - own.filled
        work[5] = own.filled
        work[6] = own.capacity
        work[7] = own.memory_months
        work[8] = purse.available / 100
        work[9] = purse.spent / 100
        for k in range(counts.shape[1]):
            counts_written[row, k] = counts[p, k]
            counts[p, k] = 0.0
        for k in range(stocks.shape[1]):
            stocks_written[row, k] = stocks[p, k]
        if stocks[p, IN_SUPPORT] > own.slots:
            full = p
    return -1, full


class ProgrammeBook:
    """The months of every programme of a run: a row a programme and month, in tables that grow."""

    def __init__(self) -> None:
        self._keys: list[str] = []
        self._months: list[int] = []
        # Longer than there are rows.
        self._work = np.zeros((_ROOM, len(MEANS_OF_WORK)))
        self._counts = np.zeros((_ROOM, len(COUNTS)))
        self._stocks = np.zeros((_ROOM, len(STOCKS)), dtype=np.int64)

    def __len__(self) -> int:
        return len(self._keys) * len(self._months)

    def open_for(self, keys: list[str]) -> None:
        """Have rows for programmes of these names, in this order."""
        self._keys = keys

    def room_for_a_month(self, month: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
        """Return the tables of means of work, counts and stocks, and the row where a month begins."""
        first = len(self)
        self._months.append(month)
        while len(self) > len(self._work):
            for name in ("_work", "_counts", "_stocks"):
                table = getattr(self, name)
                setattr(self, name, np.concatenate([table, np.zeros_like(table)]))
        return self._work, self._counts, self._stocks, first

    def frame(self) -> pd.DataFrame:
        """Return a row a programme and month: money, staff, reach, output.

        Reach and output (approached, visited, started, sessions, completed) say nothing of
        outcomes; those are in the other tables. ``*_eur`` are totals since the start.
        """
        import pandas as pd

        months = np.repeat(np.array(self._months, dtype=np.int64), len(self._keys))
        frame = pd.DataFrame({"month": months, "programme": self._keys * len(self._months)})
        work, counts, stocks = (
            table[: len(self)] for table in (self._work, self._counts, self._stocks)
        )
        for number, name in enumerate(MEANS_OF_WORK):
            frame[name] = work[:, number].astype(np.int64) if name in _WHOLE else work[:, number]
        hidden = {total for total, _ in _MEANS.values()}
        for number, name in enumerate(COUNTS):
            if name not in hidden:
                whole = name != "sessions"
                frame[name] = counts[:, number].astype(np.int64) if whole else counts[:, number]
        for number, name in enumerate(STOCKS):
            frame[name] = stocks[:, number]
        for name, (total, number) in _MEANS.items():
            by = counts[:, COUNT[number]]
            frame[name] = np.divide(
                counts[:, COUNT[total]], by, out=np.full(len(by), np.nan), where=by > 0
            )
        return frame


def trajectory_frame(world: Registry, key: str, trajectories: np.ndarray) -> pd.DataFrame:
    """Return every trajectory of a programme, those on the list included.

    ``support_ended`` is the month in which support ended, ``ended`` that in which aftercare did,
    where there was any; a month that has not come is missing.
    """
    import pandas as pd

    column = np.asarray(trajectories).__getitem__
    rows = column("person")
    people = world.people.rows
    started = column("status") != WAITING
    months = column("months")

    def month(name: str) -> pd.api.extensions.ExtensionArray:
        return pd.arrays.IntegerArray(column(name).astype(np.int64), column(name) < 0)

    columns: dict[str, Any] = {
        "programme": np.full(len(rows), key, dtype=object),
        "person": people["identity"][rows],
        "status": np.array(STATUS_NAMES, dtype=object)[column("status")],
        "since": month("since"),
        "started": month("started"),
        "support_ended": month("released"),
        "ended": month("ended"),
        "supported_months": months,
        "quality": np.where(months > 0, column("quality") / np.maximum(1, months), np.nan),
    }
    for name in ("burden", "agency", "trust"):
        columns[f"{name}_start"] = np.where(started, column(f"{name}_start"), np.nan)
    for number, ladder in enumerate(_LADDERS):
        columns[f"{ladder}_start"] = column("rung_start")[:, number]
        columns[f"{ladder}_now"] = people["rung"][rows, number]
    for name in ("work_given", "found_work", "completed"):
        columns[name] = column(name) == 1
    living = np.array(["here", "elsewhere", "dead"], dtype=object)
    columns["living"] = living[people["status"][rows]]
    return pd.DataFrame(columns)
