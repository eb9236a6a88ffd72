"""The same sweep by `mesa.batch_run` and by ours: ``python tests/benchmarks/batch_run_of_mesa.py``.

Both live the same model with the same luck in two processes, and end with the same numbers.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import mesa
from langeadem.experiments.manifest import make_manifest
from langeadem.experiments.runner import run_all
from langeadem.experiments.runs import Asked, Run
from langeadem.experiments.store import Store
from langeadem.model import Neighbourhood
from langeadem.scenarios import Scenario, load

RUNS = int(os.environ.get("SWEEP_RUNS", "60"))
NAMES = ("working", "trust")
VERSION = tuple(int(part) for part in mesa.__version__.split(".")[:2])


def full() -> Scenario:
    """Return the neighbourhood of 3,000 residents that is promised, without policy."""
    return load("average", overrides={"figures.households": 1440, "figures.residents": 3000})


class Watched(Neighbourhood):
    """A neighbourhood whose last month `batch_run` sees."""

    def __init__(self, scenario: Scenario, rng: int) -> None:
        super().__init__(scenario, rng=rng)
        self.datacollector = mesa.DataCollector({name: _last(name) for name in NAMES})

    def step(self) -> None:
        """Live a month; collect the last."""
        super().step()
        if not self.running:
            self.datacollector.collect(self)


def _last(name: str) -> Callable[[Neighbourhood], float]:
    """Return what reads an outcome in the last month that was lived."""
    return lambda world: float(world.chronicle.frame("neighbourhood")[name].iloc[-1])


def by_batch_run(seeds: list[int]) -> tuple[float, dict[int, tuple[float, ...]]]:
    """Return how long `batch_run` takes, and the numbers by seed."""
    asked: dict = {"scenario": [full()]}
    luck: dict = {}
    if VERSION >= (3, 5):
        luck["rng"] = seeds
    else:
        asked["rng"] = seeds
    began = time.perf_counter()
    rows = mesa.batch_run(
        Watched, asked, number_processes=2, max_steps=360, display_progress=False, **luck
    )
    seconds = time.perf_counter() - began
    key = next(name for name in ("rng", "seed") if name in rows[0])
    return seconds, {int(row[key]): tuple(row[name] for name in NAMES) for row in rows}


def by_sweep(seeds: list[int]) -> tuple[float, dict[int, tuple[float, ...]]]:
    """Return how long the sweep takes with its store, and the numbers by seed."""
    asked = Asked(NAMES, (30,))
    manifest = make_manifest({}, outcomes=NAMES, years=(30,), seeds=seeds)
    scenario = full()
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        with Store.open(Path(folder), manifest) as store:
            runs = [Run(scenario, seed) for seed in seeds]
            run_all(runs, asked, store, total=len(runs), workers=2)
        seconds = time.perf_counter() - began
        frame = Store.read(Path(folder)).frame()
    numbers = frame[list(NAMES)].itertuples(index=False, name=None)
    return seconds, dict(zip(frame["seed"], numbers, strict=True))


if __name__ == "__main__":
    Neighbourhood(full(), rng=1).run(years=1)
    sweep, ours = by_sweep(list(range(RUNS)))
    where = f"Mesa {mesa.__version__}, Python {sys.version_info[0]}.{sys.version_info[1]}"
    print(f"{where}: {RUNS} runs in {sweep:.1f} s by the sweep", end="", flush=True)
    batch, theirs = by_batch_run(list(range(RUNS)))
    differing = sum(theirs.get(seed) != numbers for seed, numbers in ours.items())
    print(f", {batch:.1f} s by batch_run: {batch / sweep:.2f} times; {differing} runs differ")
