"""Who does the work: this process, processes of this machine, or a Dask cluster.

All are `concurrent.futures.Executor`; the runner takes any other one as well.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import math
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from typing import Any

#: One thread each: what the libraries under NumPy read when they are loaded.
_THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
#: Seconds in which a scheduler has to answer, and its workers, which load the model first.
PATIENCE = 10.0
_WORKERS_PATIENCE = 60.0


class ExecutorError(ValueError):
    """Nobody can do the work as asked; the text is for who asked."""


class Here(Executor):
    """Do the work in this process, at once: nothing is sent, nothing is guarded."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Call a function now; the future is done when it is given back."""
        future: Future[Any] = Future()
        future.set_running_or_notify_cancel()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def local(
    workers: int | None = None, opening: Callable[[], None] | None = None
) -> ProcessPoolExecutor:
    """Return processes of this machine.

    They are started afresh (spawn), count one thread each, leave Ctrl-C to this process, and end
    when it ends, however it does. What was registered with `atexit` before their work is not called
    in them.

    Parameters
    ----------
    workers
        How many, 1 or more; default as many as there are cores for this process.
    opening
        Called first in every process, to load what its work needs.

    Raises
    ------
    ExecutorError
        For fewer than one.
    """
    count = cores() if workers is None else workers
    if count < 1:
        raise ExecutorError(f"workers {count!r}; allowed: 1 or more")
    return ProcessPoolExecutor(
        count, mp_context=get_context("spawn"), initializer=_prepare, initargs=(opening,)
    )


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


def _prepare(opening: Callable[[], None] | None = None) -> None:
    """Make a process a worker: one thread, Ctrl-C is for the one who asked, no life without it."""
    for name in _THREADS:
        os.environ[name] = "1"
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    atexit.register(_leave)
    if opening is not None:
        _load(opening)


def _load(opening: Callable[[], None]) -> None:
    # Whatever is loaded stays: to look through it for garbage while it comes costs a fifth of the
    # time that loading takes.
    gc.disable()
    try:
        opening()
    finally:
        gc.freeze()
        gc.enable()


def _leave() -> None:
    # Nothing of a worker is needed any more: to take it apart object by object takes a second in
    # which somebody waits for an answer that is there.
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # Nobody reads it any more.
            if stream is not None:
                stream.flush()
    os._exit(0)


def _end_with_parent() -> None:
    # A pool of processes does not notice that the one who filled it was killed.
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


class Cluster(Executor):
    """A Dask cluster that is running already.

    Parameters
    ----------
    client
        A `distributed.Client`; it is closed at `shutdown`, the cluster is not.
    """

    def __init__(self, client: Any) -> None:
        self.client = client
        self._inner = client.get_executor(pure=False)
        self._width = 1
        self._asked = -math.inf

    @property
    def width(self) -> int:
        """How many runs can be lived at the same time; a cluster grows and shrinks."""
        if time.monotonic() - self._asked > PATIENCE:
            self._asked = time.monotonic()
            with contextlib.suppress(OSError):  # `alive` tells when it is gone
                self._width = max(sum(self.client.nthreads().values()), 1)
        return self._width

    @property
    def alive(self) -> bool:
        """Whether the scheduler still answers."""
        return self.client.status == "running"

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Hand a call to the cluster."""
        return self._inner.submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster, which goes on without us."""
        if self.alive:
            self._inner.shutdown(wait=wait and not cancel_futures)
        self.client.close()


def dask(address: str, patience: float = PATIENCE) -> Cluster:
    """Return an existing Dask cluster.

    Start its workers with one thread each (``dask worker ADDRESS --nthreads 1``).

    Parameters
    ----------
    address
        Of the scheduler, such as ``tcp://10.0.0.5:8786``.
    patience
        Seconds in which it has to answer.

    Raises
    ------
    ExecutorError
        When `distributed` is not installed, nobody answers at the address, the cluster has no
        workers, or they have another version of the model.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise ExecutorError(
            "a Dask cluster needs the package distributed: pip install 'langeadem[cluster]'"
        ) from error
    # Made in two steps, to close one that finds nobody here. Left to the garbage collector it is
    # closed in the thread of another client, which then waits for itself.
    client = Client.__new__(Client)
    try:
        client.__init__(address, timeout=patience, set_as_default=False)
    except BaseException as error:
        client.close()
        if isinstance(error, OSError | ValueError | TypeError):
            raise ExecutorError(f"no Dask scheduler answers at {address} ({error})") from error
        raise
    try:
        _check_cluster(client, address)
    except BaseException:
        client.close()
        raise
    return Cluster(client)


def _check_cluster(client: Any, address: str) -> None:
    from .runs import model_version

    if not client.nthreads():
        raise ExecutorError(f"the Dask cluster at {address} has no workers")
    versions = _versions_there(client, address)
    own = model_version()
    others = sorted({str(found) for found in versions.values() if found != own})
    if others:
        raise ExecutorError(
            f"workers at {address} have another model than this one ({own}): {'; '.join(others)}"
        )


def _versions_there(client: Any, address: str) -> dict[str, Any]:
    """Return the version of the model of each worker, by address, or the error it gave.

    Dask waits as long as it takes for a worker that has just died; whoever typed a command does
    not, so it is asked in a thread that can be left behind.
    """
    found: list[dict[str, Any] | BaseException] = []

    def ask() -> None:
        try:
            found.append(client.run(_version_there, on_error="return"))
        except BaseException as error:  # It is raised below, in the thread of who asked.
            found.append(error)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(_WORKERS_PATIENCE)
    if not found:
        seconds = f"{_WORKERS_PATIENCE:.0f}"
        raise ExecutorError(f"the workers at {address} gave no answer in {seconds} seconds")
    answer = found[0]
    if isinstance(answer, OSError | ImportError):
        raise ExecutorError(f"the workers at {address} do not answer ({answer})") from answer
    if isinstance(answer, BaseException):
        raise answer
    return answer


def _version_there() -> str:
    from .runs import model_version

    return model_version()


def width(executor: Executor) -> int:
    """Return how many tasks an executor does at the same time, as far as it tells; else 1."""
    for name in ("width", "_max_workers"):
        count = getattr(executor, name, None)
        if isinstance(count, int) and count > 0:
            return count
    return 1


def stop(executor: Executor) -> None:
    """Stop without waiting for what is being done; processes of a pool are ended."""
    processes = list((getattr(executor, "_processes", None) or {}).values())
    executor.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        with contextlib.suppress(OSError, ValueError):
            process.terminate()
