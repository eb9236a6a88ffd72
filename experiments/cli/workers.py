"""Who does the work of a command: processes of this machine, or an existing Dask cluster."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from concurrent.futures import Executor

from ...viz.text import Texts
from .screen import InputError


def check_workers_asked(
    workers: int | None, executor: str, scheduler: str | None, t: Texts
) -> None:
    """Refuse a number of workers that cannot be, and a cluster without an address or the reverse.

    Raises
    ------
    ValueError, InputError
        Which say what is allowed.
    """
    from ..replicates import check_workers

    check_workers(workers)
    if (executor == "dask") != (scheduler is not None):
        raise InputError(t("sweep.scheduler"))


@contextlib.contextmanager
def cluster(scheduler: str | None) -> Iterator[Executor | None]:
    """Give the workers of an existing cluster, or None for processes of this machine.

    Raises
    ------
    ExecutorError
        When nobody answers there, or not with this model.
    """
    if scheduler is None:
        yield None
        return
    from ..executors import dask, stop

    executor = dask(scheduler)
    try:
        yield executor
    finally:
        stop(executor)
