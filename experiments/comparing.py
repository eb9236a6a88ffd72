"""A comparison on its way: runs into a store, a look now and then, and when it is enough."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import TYPE_CHECKING

import numpy as np

from .arms import MAIN, Arms
from .comparison import LEAST, Comparison
from .paired import Paired

if TYPE_CHECKING:
    from .manifest import Manifest
    from .runner import Finished
    from .runs import Asked, Row, Run
    from .store import Store

#: Seconds between two looks at what is there; longer where looking takes its time.
_EVERY = 1.5
#: Share of the time that looking may take.
_LOOKING = 0.05

#: Runs done, runs failed, runs planned, what they say so far (None before there is a pair).
Told = Callable[[int, int, int, "Comparison | None"], None]


class Comparing:
    """Lives a comparison.

    Parameters
    ----------
    arms
        What is compared.
    seed, replicates
        First luck, and how many; each the same for all policies. With plausible worlds every world
        has lucks of its own, ``replicates`` each.
    precision
        Share of a difference: it is enough when chance leaves no difference of the main outcome
        with the reference a wider interval than that to either side, over any horizon. Replicates
        are then counted from the first on, so that what comes out does not depend on who did the
        work; `LEAST` at least.

    Attributes
    ----------
    total : int
        Runs at most.
    """

    def __init__(
        self, arms: Arms, seed: int = 1, replicates: int = 50, precision: float | None = None
    ) -> None:
        check_replicates(replicates)
        check_precision(precision)
        self.arms = arms
        self.precision = precision
        self.seeds = arms.seeds(seed, replicates)
        self.total = replicates * len(arms.lived)
        self._next_look = 0.0
        self._tried = LEAST - 1
        self._enough: int | None = None
        self._latest: Comparison | None = None

    def manifest(self, command: str = "") -> Manifest:
        """Return what the store is of."""
        return self.arms.manifest(self.seeds, command)

    def live(
        self,
        store: Store,
        *,
        executor: Executor | None = None,
        workers: int | None = None,
        told: Told | None = None,
        retry_failed: bool = False,
        lucks: int | None = None,
    ) -> Comparison:
        """Live what the store does not have, and return the comparison.

        Parameters
        ----------
        store
            Open to write, of `manifest`.
        executor, workers, retry_failed
            As `sweeps.sweep`.
        told
            Called with runs done, failed and in all, and the comparison so far.
        lucks
            Only the first so many replicates are lived now; default all of them.

        Raises
        ------
        KeyboardInterrupt
            On Ctrl-C, when what is done has been written; `look` then says what there is.
        """
        from .runner import run_all

        seeds = self.seeds if lucks is None else self._first(lucks)
        planned = len(seeds) // len(self.arms.worlds) * len(self.arms.lived)

        def tell(done: int, failed: int) -> None:
            if told is not None:
                self._look_when_due(store)
                told(done, failed, planned, self._latest)

        def enough() -> bool:
            self._look_when_due(store)
            return self._enough is not None

        if self.precision is not None:
            self._look_when_due(store)
        if self._enough is None:
            finished: Finished = run_all(
                self.arms.runs(seeds),
                self.arms.asked(),
                store,
                total=planned,
                executor=executor,
                workers=workers,
                told=tell,
                retry_failed=retry_failed,
                enough=enough if self.precision is not None else None,
                how=live_to_horizon,
            )
            failed = finished.failed + finished.failed_earlier
        else:
            failed = 0
        found = self.look(store)
        found.failed = failed
        return found

    def look(self, store: Store) -> Comparison:
        """Return what the runs in a store say."""
        frame = store.frame()
        found = Comparison(self.arms, frame, self.seeds)
        if self.precision is not None:
            number = self._where_enough(found, set(store.failed()["seed"].tolist()))
            reached = number is not None
            if number is not None:
                found = Comparison(self.arms, frame, self._first(number), reached=True)
            found.reached, found.precision = reached, self.precision
        return found

    def _first(self, replicates: int) -> tuple[int, ...]:
        """Return the lucks of the first so many replicates."""
        return self.seeds[: replicates * len(self.arms.worlds)]

    def _look_when_due(self, store: Store) -> None:
        now = time.monotonic()
        if now < self._next_look:
            return
        found = self.look(store)
        self._latest = found if len(found.cells) else None
        took = time.monotonic() - now
        self._next_look = time.monotonic() + max(_EVERY, took / _LOOKING)

    def _where_enough(self, found: Comparison, failed: set[int]) -> int | None:
        """Return the least number of replicates, counted from the first, that is precise enough."""
        assert self.precision is not None
        if self._enough is not None:
            return self._enough
        ready = self._ready(found, failed)
        for number in range(max(LEAST, self._tried + 1), ready + 1):
            if self._precise(found, set(self._first(number))):
                self._enough = number
                return number
            self._tried = number
        return None

    def _ready(self, found: Comparison, failed: set[int]) -> int:
        """Return how many replicates, from the first on, are finished in every arm or have failed."""
        worlds = len(self.arms.worlds)
        whole = len(self.arms.scenarios) // worlds
        counts = found.cells["seed"].value_counts()
        done = {int(seed) for seed, count in counts.items() if count == whole}  # type: ignore[arg-type]
        for at, seed in enumerate(self.seeds):
            if seed not in done and seed not in failed:
                return at // worlds
        return len(self.seeds) // worlds

    def _precise(self, found: Comparison, seeds: set[int]) -> bool:
        for horizon in found.horizons:
            units = found.units(horizon)
            own = np.isin(units["seed"].to_numpy(), list(seeds))
            if not own.any():
                return False
            world = units["world"].to_numpy()[own]
            beside = found.values(MAIN, found.reference, horizon)[own]
            for policy in found.policies[1:]:
                values = found.values(MAIN, policy, horizon)[own]
                pairs = Paired.of(values, beside, world, found.level)
                if not pairs.within(self.precision or 0.0):
                    return False
        return True


def live_to_horizon(runs: Sequence[Run], asked: Asked) -> list[Row]:
    """Live runs; years beyond the horizon of a run are rows without numbers.

    A store keeps the same years of every run.
    """
    from .runs import live

    rows = live(runs, asked)
    horizon = {run.key: run.scenario.years for run in runs}
    last = {row["key"]: row for row in rows if row["status"] == "done"}
    for key, row in last.items():
        for year in asked.years:
            if year > horizon[key]:
                empty = dict.fromkeys(asked.outcomes, float("nan"))
                rows.append({**row, "year": year, **empty})
    return rows


def check_replicates(replicates: int) -> None:
    """Refuse fewer than two replicates, and no whole number; raise ValueError."""
    if isinstance(replicates, bool) or int(replicates) != replicates or replicates < 2:
        raise ValueError(f"replicates {replicates!r}; allowed: 2 or more")


def check_precision(precision: float | None) -> None:
    """Refuse a precision that is no share between 0 and 1; raise ValueError."""
    if precision is not None and not 0 < precision < 1:
        raise ValueError(f"precision {precision!r}; allowed: more than 0 and less than 1")
