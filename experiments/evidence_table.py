"""All claims held against the simulation: living their grounds, and what comes out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass
from typing import Literal

import numpy as np

from .claims import Claim, Ground
from .evidence_runs import measure_ground
from .executors import local, stop, width
from .intervals import mean_interval, share_interval

Verdict = Literal["holds", "fails", "unknown"]

#: Fewer replicates with a value say nothing.
FEWEST = 2


@dataclass(frozen=True)
class Finding:
    """A claim and what the simulation says of it.

    Attributes
    ----------
    claim : Claim
        What is claimed.
    values : tuple of float
        By replicate; NaN where it could not tell.
    """

    claim: Claim
    values: tuple[float, ...]

    @property
    def known(self) -> int:
        """Number of replicates with a value."""
        return int(np.isfinite(self.values).sum())

    @property
    def interval(self) -> tuple[float, float, float]:
        """Mean over the replicates with a value, and its 95% interval; NaN where unknown."""
        if self.claim.unit == "share":
            least = 0.0 if self.claim.accepted[0] >= 0 else -1.0
            return share_interval(self.values, least)
        return mean_interval(self.values)

    @property
    def verdict(self) -> Verdict:
        """Whether the mean lies in the accepted range; unknown with too few values."""
        if self.known < FEWEST:
            return "unknown"
        return "holds" if self.claim.holds(self.interval[0]) else "fails"

    @property
    def close(self) -> bool:
        """Whether the interval reaches over an end of the range: other luck could say otherwise."""
        if self.verdict == "unknown":
            return False
        _, low, high = self.interval
        return any(low < end < high for end in self.claim.accepted)


def seeds_of(claim: Claim, replicates: int | None, seed: int) -> range:
    """Return the luck of the replicates of a claim."""
    return range(seed, seed + (claim.replicates if replicates is None else replicates))


def examine(
    claims: Sequence[Claim],
    replicates: int | None = None,
    seed: int = 1,
    workers: int | None = None,
    told: Callable[[int, int], None] = lambda done, total: None,
) -> list[Finding]:
    """Live the grounds of some claims and return what is found, in their order.

    A ground is lived once for each luck, whatever the number of its claims. Results do not depend
    on the number of workers.

    Parameters
    ----------
    claims
        What is claimed.
    replicates
        How many for every claim; default what each states.
    seed
        Luck of the first.
    workers
        Processes; default as many as there are cores.
    told
        Is told how many grounds have been lived, of how many.

    Raises
    ------
    ExecutorError
        For fewer than one worker.
    ScenarioError
        For a ground that cannot be lived.
    """
    tasks = _tasks(claims, replicates, seed)
    values: dict[tuple[str, int], float] = {}
    told(0, len(tasks))
    pool = local(workers)
    try:
        # The longest first, so that no worker is left with it at the end.
        ordered = sorted(tasks, key=lambda task: -task[0].years * (2 if task[0].twin else 1))
        if width(pool) == 1:
            for done, (ground, own, luck) in enumerate(ordered, start=1):
                values |= _keyed(measure_ground(ground, own, luck), luck)
                told(done, len(tasks))
        else:
            running = {
                pool.submit(measure_ground, ground, own, luck): luck
                for ground, own, luck in ordered
            }
            for done, future in enumerate(as_completed(running), start=1):
                values |= _keyed(future.result(), running[future])
                told(done, len(tasks))
    except BaseException:
        stop(pool)
        raise
    pool.shutdown()
    return [
        Finding(one, tuple(values[one.key, luck] for luck in seeds_of(one, replicates, seed)))
        for one in claims
    ]


def _keyed(found: dict[str, float], luck: int) -> dict[tuple[str, int], float]:
    return {(key, luck): value for key, value in found.items()}


def _tasks(
    claims: Sequence[Claim], replicates: int | None, seed: int
) -> list[tuple[Ground, tuple[Claim, ...], int]]:
    """Return what has to be lived: ground, claims that need it with this luck, and the luck."""
    asked: dict[tuple[Ground, int], list[Claim]] = {}
    for one in claims:
        for luck in seeds_of(one, replicates, seed):
            asked.setdefault((one.ground, luck), []).append(one)
    return [(ground, tuple(own), luck) for (ground, luck), own in asked.items()]
