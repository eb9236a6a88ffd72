"""Live the runs of a study, by whatever workers, into a store: what is there is not lived again."""

from __future__ import annotations

import functools
import math
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    wait,
)
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .batches import Todo
from .crew import LOOK_UP, Crew, crew_of
from .executors import ExecutorError

if TYPE_CHECKING:
    from .runs import Asked, Row, Run
    from .store import Store

How = Callable[[Sequence["Run"], "Asked"], "list[Row]"]


@dataclass(frozen=True)
class Finished:
    """How it ended.

    Attributes
    ----------
    done, failed : int
        Runs that finished and that failed now.
    stopped : bool
        Whether it was enough before all runs were lived.
    earlier, failed_earlier : int
        Runs that were in the store already: finished, and failed and not tried again.
    """

    done: int
    failed: int
    stopped: bool
    earlier: int = 0
    failed_earlier: int = 0

    @property
    def exit_code(self) -> int:
        """0 when every run that was lived is there; 1 when some run failed, now or earlier."""
        return 1 if self.failed or self.failed_earlier else 0


def run_all(
    runs: Iterable[Run],
    asked: Asked,
    store: Store,
    *,
    total: int,
    executor: Executor | None = None,
    workers: int | None = None,
    told: Callable[[int, int], None] | None = None,
    enough: Callable[[], bool] | None = None,
    retry_failed: bool = False,
    how: How | None = None,
) -> Finished:
    """Live the runs that a store does not have yet, and keep them there.

    The numbers do not depend on the executor, the number of workers or the order in which runs
    end. A run that fails is a row of `Store.failed`; the others go on.

    Parameters
    ----------
    runs
        All runs of the study, in the order in which they are wanted; they may be made one by one.
    asked
        What is measured of each.
    store
        Where they are kept, open to write.
    total
        How many runs there are.
    executor
        Who does the work; it is not shut down. Default processes of this machine; with one worker
        that was asked for, this process.
    workers
        How many, 1 or more; default as many as there are cores.
    told
        Called with the number of runs that are in the store, finished and failed, at the start and
        after each batch.
    enough
        Asked after each batch; when true, what has not begun is left.
    retry_failed
        Whether runs that failed earlier are lived again.
    how
        Lives a batch; default `runs.live`.

    Raises
    ------
    StoreError
        When rows cannot be written; what was written before is whole.
    ExecutorError
        When workers cannot be started, are gone, or have another model than this process.
    KeyboardInterrupt
        On Ctrl-C, after what is done has been written.
    """
    if how is None:
        from .runs import model_version

        how = functools.partial(_live, model_version())
    done, failed = store.done(), set(store.failed()["key"])
    if retry_failed:
        failed = set()
    todo = Todo(runs, total, done, failed)
    with crew_of(executor, workers) as crew:
        sweep = _Sweep(asked, store, crew, how, told)
        stopped = sweep.live_all(todo, enough)
    return Finished(sweep.done, sweep.failed, stopped, todo.earlier, todo.failed_earlier)


def _live(version: str, batch: Sequence[Run], asked: Asked) -> list[Row]:
    """Live a batch, where the model is the one that the store is of; raise ExecutorError elsewhere.

    Workers that start later, here or on a cluster, may find code that has been changed meanwhile.
    """
    from .runs import live, model_version

    if model_version() != version:
        raise ExecutorError(
            f"a worker has another model ({model_version()}) than this sweep ({version}): the code"
            " was changed meanwhile, or is another one there. What is done is kept"
        )
    return live(batch, asked)


def _work(how: How, batch: Sequence[Run], asked: Asked) -> tuple[list[Row], float]:
    """Live a batch where the worker is; return its rows and how long it took."""
    began = time.perf_counter()
    rows = how(batch, asked)
    return rows, time.perf_counter() - began


class _Sweep:
    """The runs on their way, and what comes back.

    Parameters
    ----------
    asked, store, crew, how, told
        As `run_all` has them.
    """

    def __init__(
        self,
        asked: Asked,
        store: Store,
        crew: Crew,
        how: How,
        told: Callable[[int, int], None] | None,
    ) -> None:
        self.done = 0
        self.failed = 0
        self._asked = asked
        self._store = store
        self._crew = crew
        self._how = how
        self._told = told
        self._before = len(store.done())
        self._flying: dict[Future[Any], list[Run]] = {}
        self._suspects: deque[Run] = deque()
        self._tried: set[str] = set()

    def live_all(self, todo: Todo, enough: Callable[[], bool] | None) -> bool:
        """Live everything, or until it is enough; return whether that was earlier."""
        self._tell()
        try:
            stopped = self._go(todo, enough)
        except KeyboardInterrupt:
            self._collect([one for one in self._flying if one.done()], todo)
            raise
        finally:
            for future in self._flying:
                future.cancel()
        self._store.flush()
        return stopped

    def _go(self, todo: Todo, enough: Callable[[], bool] | None) -> bool:
        stopped = False
        while True:
            if not stopped:
                self._hand_out(todo)
            if not self._flying:
                return stopped
            ended, _ = wait(self._flying, timeout=LOOK_UP, return_when=FIRST_COMPLETED)
            self._crew.check()
            if ended:
                self._collect(ended, todo)
                if not stopped and enough is not None and enough():
                    stopped = True
                    self._recall()
            self._store.flush_when_due()

    def _hand_out(self, todo: Todo) -> None:
        # A run that may have ended its worker is alone on its way: then it is known who did it.
        if self._suspects:
            if not self._flying:
                run = self._suspects.popleft()
                self._tried.add(run.key)
                self._submit([run])
            return
        while len(self._flying) < self._crew.ahead:
            batch = todo.batch(self._crew.width)
            if not batch:
                return
            self._submit(batch)

    def _submit(self, batch: list[Run]) -> None:
        self._crew.check()
        future: Future[Any]
        try:
            future = self._crew.executor.submit(_work, self._how, batch, self._asked)
        except BrokenExecutor as error:
            future = Future()
            future.set_exception(error)
        self._flying[future] = batch

    def _recall(self) -> None:
        """Take back what has not begun."""
        for future in [one for one in self._flying if one.cancel()]:
            del self._flying[future]
        self._suspects.clear()

    def _collect(self, ended: Iterable[Future[Any]], todo: Todo) -> None:
        broken = False
        for future in ended:
            batch = self._flying.pop(future)
            error = _error_of(future)
            broken |= isinstance(error, BrokenExecutor)
            if error is None:
                rows, seconds = future.result()
                error = _incomplete(batch, rows)
                if error is None:
                    todo.learn(len(batch), seconds)
                    self._keep(rows)
            if error is not None:
                self._doubt(batch, error)
        if broken:
            self._rebuild()
        self._tell()

    def _doubt(self, batch: list[Run], error: BaseException) -> None:
        """Try runs again that did not come back; give up those that were alone on their way."""
        if isinstance(error, ExecutorError):
            raise error
        self._crew.check()
        for run in batch:
            if run.key in self._tried:
                self._tried.discard(run.key)
                self._keep([self._aborted(run, error)])
            else:
                self._suspects.append(run)

    def _rebuild(self) -> None:
        """Start other workers; what the dead ones had on their way is tried again."""
        wait(self._flying, timeout=LOOK_UP)
        for batch in self._flying.values():
            self._suspects.extend(batch)
        self._flying.clear()
        self._crew.renew()

    def _keep(self, rows: Sequence[Row]) -> None:
        for row in rows:
            self._tried.discard(row["key"])
        self._store.append(rows)
        ok: dict[str, bool] = {row["key"]: row["status"] == "done" for row in rows}
        self.done += sum(ok.values())
        self.failed += len(ok) - sum(ok.values())

    def _tell(self) -> None:
        if self._told is not None:
            self._told(self._before + self.done, self.failed)

    def _aborted(self, run: Run, error: BaseException) -> Row:
        what = "its worker died" if isinstance(error, BrokenExecutor) else ""
        text = what or " ".join(f"{type(error).__name__}: {error}".split())
        told = {"status": "failed", "origin": "aborted", "message": text, "seconds": math.nan}
        named = {"key": run.key, "policy": run.policy, "world": run.world, "seed": run.seed}
        nothing = dict.fromkeys(self._asked.outcomes, math.nan)
        return {**named, "year": -1, **told, **run.labels, **nothing}


def _error_of(future: Future[Any]) -> BaseException | None:
    try:
        return future.exception()
    except CancelledError as error:
        return error


def _incomplete(batch: Sequence[Run], rows: Sequence[Row]) -> Exception | None:
    """Return an error when rows are not those of exactly the runs of a batch."""
    if {run.key for run in batch} == {row["key"] for row in rows}:
        return None
    return RuntimeError("the worker gave back other runs than it got")
