"""The same question with other luck: replicates, in as many processes as there are cores."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from .executors import cores, local

Each = TypeVar("Each")
Result = TypeVar("Result")


def replicate(
    task: Callable[[Each], Result], seeds: Sequence[Each], workers: int | None = None
) -> Iterator[Result]:
    """Yield what a task returns for each seed, in the order of the seeds.

    Results do not depend on the number of workers.

    Parameters
    ----------
    task
        A function of the seed that can be sent to another process.
    seeds
        Luck of each replicate, or whatever else the task is told.
    workers
        Processes; default as many as there are cores for this one, and never more than seeds. With one worker
        nothing leaves this process.

    Raises
    ------
    ValueError
        For fewer than one worker.
    """
    check_workers(workers)
    count = min(workers or cores(), len(seeds))
    if count <= 1:
        yield from map(task, seeds)
        return
    with local(count, opening=load_world) as pool:
        try:
            yield from pool.map(task, seeds)
        finally:
            pool.shutdown(cancel_futures=True)


def load_world() -> None:
    """Import everything with which worlds are lived and measured."""
    from ..model import Neighbourhood
    from . import measuring

    del Neighbourhood, measuring


def check_workers(workers: int | None) -> None:
    """Refuse fewer than one worker; raise ValueError."""
    if workers is not None and workers < 1:
        raise ValueError(f"workers {workers!r}; allowed: 1 or more")
