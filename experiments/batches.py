"""What has to be lived, in batches that take about as long each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .runs import Run

#: Seconds of work that are handed out at a time.
BATCH = 2.0
#: Runs that are handed out at a time at most, however short they are: they are in memory together.
LARGEST = 500
#: Runs with the same twin that stay together at least, so that it is lived once for them.
TOGETHER = 8


class Todo:
    """The runs of a study that are not in its store, in batches of about `BATCH` seconds.

    Parameters
    ----------
    runs, total
        All runs of the study, and how many.
    done, failed
        Keys of those that are not lived again.

    Attributes
    ----------
    earlier, failed_earlier : int
        How many of those have come by.
    """

    def __init__(self, runs: Iterable[Run], total: int, done: set[str], failed: set[str]) -> None:
        self.earlier = 0
        self.failed_earlier = 0
        self._left = total
        self._known = (done, failed)
        self._seconds: float | None = None
        self._runs = self._not_lived(runs)
        self._next = next(self._runs, None)

    def _not_lived(self, runs: Iterable[Run]) -> Iterator[Run]:
        done, failed = self._known
        for run in runs:
            key = run.key
            if key in done or key in failed:
                self._left -= 1
                self.earlier += key in done
                self.failed_earlier += key in failed
                continue
            yield run

    def batch(self, workers: int) -> list[Run]:
        """Return the next runs, none when all have been handed out.

        Runs with one baseline and one luck stay together: their baseline is lived once. Towards the
        end batches shrink, so that workers end together.
        """
        count = 1 if self._seconds is None else max(1, round(BATCH / max(self._seconds, 1e-6)))
        count = min(count, LARGEST, max(1, self._left // (2 * workers)))
        found: list[Run] = []
        while self._next is not None:
            together = bool(found) and _share(found[-1], self._next)
            if found and len(found) >= (max(count, TOGETHER) if together else count):
                break
            found.append(self._next)
            self._next = next(self._runs, None)
        self._left -= len(found)
        return found

    def learn(self, runs: int, seconds: float) -> None:
        """Learn from a batch how long a run takes; recent batches count most."""
        mean = seconds / runs
        self._seconds = mean if self._seconds is None else (self._seconds + mean) / 2


def _share(one: Run, other: Run) -> bool:
    """Return whether one life of the twin serves both."""
    return one.baseline is not None and one.together == other.together
