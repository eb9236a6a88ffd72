"""Who lives the batches of a sweep, and who replaces processes that died."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, wait

from .executors import Cluster, ExecutorError, Here, local, stop, width

#: Seconds after which whoever waits for workers looks up, to see how things stand.
LOOK_UP = 1.0
#: Batches of each worker that are on their way, so that nobody waits for the next.
AHEAD = 2


class Crew:
    """An executor that is replaced when its processes died.

    Parameters
    ----------
    executor
        Who does the work.
    own
        Whether it is ours, to end.
    """

    def __init__(self, executor: Executor, own: bool) -> None:
        self.executor = executor
        self.own = own

    @property
    def width(self) -> int:
        """How many batches are lived at the same time."""
        return width(self.executor)

    @property
    def ahead(self) -> int:
        """How many batches may be on their way."""
        return 1 if isinstance(self.executor, Here) else AHEAD * self.width

    def begin(self) -> None:
        """See that the workers can start; raise ExecutorError when they cannot."""
        try:
            ready = self.executor.submit(_ready)
            while not wait([ready], timeout=LOOK_UP).done:
                self.check()
            ready.result()
        except CancelledError:
            self.check()
            raise
        except BrokenExecutor as error:
            raise ExecutorError(
                "workers die while they start. A script that starts them needs"
                " `if __name__ == '__main__':` before its work"
            ) from error

    def check(self) -> None:
        """Raise ExecutorError when a cluster is gone, so that what is left is not called failed."""
        if isinstance(self.executor, Cluster) and not self.executor.alive:
            raise ExecutorError(
                "the Dask cluster is gone; what is done is kept, the same command goes on with it"
            )

    def renew(self) -> None:
        """Replace processes that died by as many others."""
        count = self.width
        self.end()
        self.executor, self.own = local(count), True
        self.begin()

    def end(self) -> None:
        """End the processes that are ours."""
        if self.own:
            stop(self.executor)


@contextlib.contextmanager
def crew_of(executor: Executor | None, workers: int | None) -> Iterator[Crew]:
    """Give the crew of a sweep, as `runner.run_all` was asked; processes of its own end with it."""
    if executor is not None:
        crew = Crew(executor, own=False)
    elif workers == 1:
        crew = Crew(Here(), own=False)
    else:
        crew = Crew(local(workers), own=True)
    try:
        crew.begin()
        yield crew
    finally:
        crew.end()


def _ready() -> bool:
    return True
