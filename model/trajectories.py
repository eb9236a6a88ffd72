"""Tables of what programmes did: a row a programme and month, a row a trajectory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .enrolment import COUNT, COUNTS, STATUS_NAMES, STOCKS, WAITING

if TYPE_CHECKING:
    import pandas as pd

    from .registry import Registry

#: What is written down of a programme each month beside what is counted; `Programme.means_of_work`.
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


class ProgrammeBook:
    """The months of every programme of a run."""

    def __init__(self) -> None:
        #: Month, names and means of work of the programmes, a month each.
        self._written: list[tuple[int, list[str], list[tuple[float, ...]]]] = []
        self._rows = 0
        # One row a programme and month, longer than there are rows.
        self._counts = np.zeros((_ROOM, len(COUNTS)))
        self._stocks = np.zeros((_ROOM, len(STOCKS)), dtype=np.int64)

    def __len__(self) -> int:
        return self._rows

    def add(
        self,
        month: int,
        keys: list[str],
        work: list[tuple[float, ...]],
        counts: np.ndarray,
        stocks: np.ndarray,
    ) -> None:
        """Write down a month of every programme, in the order of their names ``keys``."""
        first, after = self._rows, self._rows + len(keys)
        while after > len(self._counts):
            self._counts = np.concatenate([self._counts, np.zeros_like(self._counts)])
            self._stocks = np.concatenate([self._stocks, np.zeros_like(self._stocks)])
        self._written.append((month, keys, work))
        self._counts[first:after] = counts
        self._stocks[first:after] = stocks
        self._rows = after

    def frame(self) -> pd.DataFrame:
        """Return a row a programme and month: money, staff, reach, output.

        Reach and output (approached, visited, started, sessions, completed) say nothing of
        outcomes; those are in the other tables. ``*_eur`` are totals since the start.
        """
        import pandas as pd

        months = [month for month, keys, _ in self._written for _ in keys]
        names = [key for _, keys, _ in self._written for key in keys]
        means = [row for _, _, work in self._written for row in work]
        frame = pd.DataFrame({"month": months, "programme": names})
        work = np.array(means, dtype=np.float64).reshape(len(self), len(MEANS_OF_WORK))
        counts, stocks = self._counts[: len(self)], self._stocks[: len(self)]
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
