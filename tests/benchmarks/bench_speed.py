"""How fast and how large: reported; only ratios within one session are asserted.

Run with ``uv run pytest tests/benchmarks/bench_speed.py -n 0 --benchmark-enable -s``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from langeadem.agents import Resident
from langeadem.model.neighbourhood import Neighbourhood
from langeadem.model.state import DEAD
from langeadem.scenarios import catalogue_names, load

SMALL = {"figures.households": 60, "figures.residents": 125, "years": 2}


def lived_months(world: Neighbourhood) -> tuple[int, int]:
    """Return the months lived in the neighbourhood, and those plus the months of leavers."""
    here = int(world.chronicle.frame()["residents"].iloc[1:].sum())
    column = world.people.column
    left = column("ended") >= 0
    elsewhere = left & (column("status") != DEAD)
    return here, here + int((world.month - column("ended"))[elsewhere].sum())


def timed_run(world: Neighbourhood) -> tuple[float, float]:
    """Return resident-months a second: here, and with leavers."""
    start = time.perf_counter()
    world.run()
    seconds = time.perf_counter() - start
    here, everybody = lived_months(world)
    return here / seconds, everybody / seconds


def test_thirty_years_of_five_thousand_residents(benchmark) -> None:
    """Reports a whole run with everything on, leavers followed and Mesa agents present."""
    Neighbourhood(load("average", overrides=SMALL), rng=1).run()
    scenario = load("average")
    worlds: list[Neighbourhood] = []

    def ready() -> tuple[tuple[Neighbourhood], dict[str, object]]:
        world = Neighbourhood(scenario, rng=len(worlds) + 1)
        assert len(world.agents_by_type[Resident]) == 5000
        worlds.append(world)
        return (world,), {}

    benchmark.pedantic(Neighbourhood.run, setup=ready, rounds=5)
    here, everybody = np.mean([lived_months(world) for world in worlds], axis=0)
    if benchmark.stats:
        seconds = benchmark.stats.stats.median
        benchmark.extra_info["resident_months_per_second"] = round(here / seconds)
        benchmark.extra_info["with_leavers_per_second"] = round(everybody / seconds)
        print(f"\n{here / seconds / 1e6:.2f} million resident-months a second here,", end=" ")
        print(f"{everybody / seconds / 1e6:.2f} million with the leavers who are followed")


def seconds_by_policy(names: list[str], turns: int, worlds: int) -> dict[str, np.ndarray]:
    """Return the time that thirty years take, by policy, turn and world, turn and turn about.

    Time of this process, so that other work on the machine does not count.
    """
    arms = {name: load("average", policy=name) for name in names}
    for scenario in arms.values():
        assert scenario.place.figure("residents") == 5000
        assert scenario.months == 360
        Neighbourhood(scenario, rng=1).run(years=2)
    seconds = {name: np.zeros((turns, worlds)) for name in names}
    for turn in range(turns):
        for seed in range(worlds):
            for name, scenario in arms.items():
                world = Neighbourhood(scenario, rng=seed + 1)
                start = time.process_time()
                world.run()
                seconds[name][turn, seed] = time.process_time() - start
    return seconds


_BEST = """
import json, sys
sys.path.insert(0, {folder!r})
from bench_speed import seconds_by_policy
seconds = seconds_by_policy(sys.argv[2:], turns=int(sys.argv[1]), worlds=3)
print(json.dumps({{name: turns.min(axis=0).sum() for name, turns in seconds.items()}}))
"""


def ratios_by_policy(names: list[str], processes: int, turns: int) -> dict[str, float]:
    """Return the time that thirty years take as a multiple of that without a policy, by policy.

    Over several processes, one after the other: where the tables of a process happen to lie in
    memory makes a tenth of difference. In each three worlds, each the best of its turns.
    """
    best: dict[str, float] = dict.fromkeys(["none", *names], 0.0)
    for _ in range(processes):
        printed = subprocess.run(
            [
                sys.executable,
                "-c",
                _BEST.format(folder=str(Path(__file__).parent)),
                str(turns),
                *best,
            ],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for name, seconds in json.loads(printed).items():
            best[name] += seconds
    return {name: best[name] / best["none"] for name in names}


@pytest.mark.timeout(1800)
def test_what_a_policy_of_five_programmes_costs() -> None:
    """Reports the time of every shipped policy of five programmes as a ratio of that of no policy.

    At most 1.30 is promised.
    """
    names = [
        name
        for name in catalogue_names("policies")
        if len(load("average", policy=name).policy.programmes) == 5
    ]
    assert "continuous" in names
    ratios = ratios_by_policy(names, processes=4, turns=2)
    for name, ratio in sorted(ratios.items(), key=lambda one: one[1]):
        print(f"\n{ratio:.2f} times: {name}", end="")
    print()
    assert max(ratios.values()) <= 1.30


_UNCOMPILED = """
import sys
sys.path.insert(0, {folder!r})
from bench_speed import SMALL, timed_run
from langeadem.model.neighbourhood import Neighbourhood
from langeadem.scenarios import catalogue_names, load
print(*timed_run(Neighbourhood(load("average", overrides=SMALL), rng=1)))
"""


def test_ratio_to_the_same_rules_as_plain_python() -> None:
    """Reports how many times the compiled rules are faster than uncompiled, in one session."""
    folder = str(Path(__file__).parent)
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    printed = subprocess.run(
        [sys.executable, "-c", _UNCOMPILED.format(folder=folder)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    uncompiled = float(printed.split()[0])
    timed_run(Neighbourhood(load("average", overrides=SMALL), rng=1))
    compiled = timed_run(Neighbourhood(load("average"), rng=1))[0]
    print(
        f"\n{uncompiled:,.0f} resident-months a second uncompiled, {compiled:,.0f} compiled:",
        end=" ",
    )
    print(f"{compiled / uncompiled:,.0f} times")
    assert compiled > uncompiled


@pytest.mark.parametrize("agents_present", [False, True])
def test_memory_a_resident_ever_present(agents_present: bool) -> None:
    """Reports bytes a resident ever present after thirty years, chronicle included."""
    Neighbourhood(load("average", overrides=SMALL), rng=1).run()
    scenario = load("average")
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    world = Neighbourhood(scenario, rng=1)
    if agents_present:
        assert world.agents
    world.run()
    after, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    n = world.people.count
    told = "with" if agents_present else "without"
    print(
        f"\n{(after - before) / n:.0f} bytes a resident ever present {told} Mesa agents,"
        f" at the peak {(peak - before) / n:.0f}; state of the world {world.memory_bytes() / n:.0f}"
    )
    assert world.memory_bytes() / n < 300


def _seconds(program: str, **environment: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], env={**os.environ, **environment}, check=True)
    return time.perf_counter() - start


def test_imports_and_first_compilation(tmp_path) -> None:
    """Reports what a newcomer waits for: imports, and the first run with nothing compiled yet."""
    nothing = min(_seconds("pass") for _ in range(3))
    for module in ("langeadem.scenarios", "langeadem.model"):
        seconds = min(_seconds(f"import {module}") for _ in range(3))
        print(f"\nimport {module}: {seconds - nothing:.2f} s", end="")
    mesa = min(_seconds("import mesa") for _ in range(3)) - nothing
    world = "from langeadem.model import Neighbourhood"
    ours = min(_seconds(world) for _ in range(3)) - nothing
    print(f"\n{world}: {ours:.2f} s, of which Mesa {mesa:.2f} s")
    program = (
        "from langeadem.model import Neighbourhood; from langeadem.scenarios import load;"
        f"Neighbourhood(load('average', overrides={SMALL!r}), rng=1).run()"
    )
    first = _seconds(program, NUMBA_CACHE_DIR=str(tmp_path))
    second = _seconds(program, NUMBA_CACHE_DIR=str(tmp_path))
    print(f"first compilation: {first - second:.1f} s (run from the cache {second:.1f} s)")
    # What was compiled is kept: nobody waits for it twice.
    assert second < first / 2
