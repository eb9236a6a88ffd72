"""Sweeps at full size: ``python tests/load/load_sweep.py memory`` and ``... kill``.

Each prints what it found, and ends with 1 when it is not what is promised.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from langeadem.experiments.manifest import Manifest, make_manifest
from langeadem.experiments.runner import run_all
from langeadem.experiments.runs import Asked, Row, Run
from langeadem.experiments.store import Store
from langeadem.scenarios import Scenario, load

#: Tiny runs of which the memory is watched, and the largest growth a run that counts as flat: the
#: names of the runs that are done have to be known, and take this much.
TINY = int(os.environ.get("LOAD_RUNS", "100000"))
BYTES_A_RUN = 300
#: Full-size runs of the kill test, and how often it is killed.
FULL = int(os.environ.get("LOAD_FULL", "60"))
KILLS = 8
ASKED = Asked(("working", "trust"), (10, 20, 30))


def tiny(runs: Sequence[Run], asked: Asked) -> list[Row]:
    """Stand in for `live`: numbers that depend on the luck and take no time."""
    told = {"status": "done", "origin": "", "message": "", "seconds": 0.0}
    return [
        {
            **told,
            **{"key": run.key, "policy": run.policy, "world": run.world, "seed": run.seed},
            **dict.fromkeys(asked.outcomes, run.seed / year),
            "year": year,
        }
        for run in runs
        for year in asked.years
    ]


def manifest_of(seeds: Sequence[int]) -> Manifest:
    """Return the manifest of a study without anything that varies but luck."""
    return make_manifest(
        {"name": "load"}, outcomes=ASKED.outcomes, years=ASKED.years, seeds=[*seeds]
    )


def full() -> Scenario:
    """Return a neighbourhood of 3,000 residents over 30 years with five programmes."""
    size = {"figures.households": 1440, "figures.residents": 3000}
    return load("average", policy="continuous", overrides=size)


def runs_of(scenario: Scenario, count: int) -> Iterator[Run]:
    """Make runs one by one."""
    for seed in range(count):
        yield Run(scenario, seed)


def resident_bytes() -> int:
    """Return the memory of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def memory() -> bool:
    """Sweep a hundred thousand tiny runs; whether the memory of who hands them out stays flat."""
    watched: list[tuple[int, int]] = []

    def told(done: int, failed: int) -> None:
        if not watched or done - watched[-1][0] >= TINY // 20:
            watched.append((done, resident_bytes()))

    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        with Store.open(Path(folder), manifest_of(range(1))) as store:
            runs = runs_of(load("average"), TINY)
            run_all(runs, ASKED, store, total=TINY, workers=2, told=told, how=tiny)
        seconds = time.perf_counter() - began
        chunks = len(list((Path(folder) / "runs").iterdir()))
        began = time.perf_counter()
        again = Store.open(Path(folder), manifest_of(range(1)))
        opening = time.perf_counter() - began
        rows = len(again.frame())
        again.close()
    settled = [one for one in watched if one[0] >= TINY // 5]
    growth = (settled[-1][1] - settled[0][1]) / (settled[-1][0] - settled[0][0])
    for done, size in watched[:: max(len(watched) // 10, 1)]:
        print(f"{done:>8,} runs  {size / 2**20:6.0f} MiB")
    print(f"{TINY:,} runs in {seconds:.0f} s, {chunks} chunks, opened again in {opening:.2f} s")
    print(f"memory grows by {growth:.0f} bytes a run; at most {BYTES_A_RUN} is called flat")
    return growth <= BYTES_A_RUN and rows == TINY * len(ASKED.years)


def sweep(folder: Path) -> None:
    """Sweep full-size runs into a folder."""
    with Store.open(folder, manifest_of(range(FULL))) as store:
        run_all(runs_of(full(), FULL), ASKED, store, total=FULL, workers=2)


def wait_for_more(process: subprocess.Popen[bytes], folder: Path, kept: int) -> None:
    """Wait until a sweep has kept more runs than before, or has ended."""
    while process.poll() is None:
        time.sleep(0.2)
        if (folder / "study.json").exists() and len(Store.read(folder).done()) > kept:
            return


def kill() -> bool:
    """Kill a full-size sweep at random moments; whether it ends as one that was left in peace.

    Each time it is first let go until it has kept something, however slow the machine.
    """
    moments = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        broken, whole = Path(folder) / "broken", Path(folder) / "whole"
        began = time.perf_counter()
        sweep(whole)
        took = time.perf_counter() - began
        print(f"undisturbed: {FULL} runs in {took:.0f} s")
        kept: set[str] = set()
        for at in range(1, KILLS + 1):
            process = subprocess.Popen([sys.executable, __file__, "sweep", str(broken)])
            wait_for_more(process, broken, len(kept))
            time.sleep(moments.random() * took / KILLS)
            if process.poll() is not None:
                print(f"ended by itself after {at - 1} kills")
                break
            process.kill()
            process.wait()
            store = Store.read(broken)
            if store.verify() or not kept <= store.done():
                print(f"kill {at}: damaged {store.verify()}, lost {len(kept - store.done())}")
                return False
            kept = store.done()
            print(f"kill {at}: {len(kept)} of {FULL} runs kept")
        if not kept:
            print("no kill came after anything was kept")
            return False
        sweep(broken)
        same = Store.read(broken).frame().equals(Store.read(whole).frame())
    print("the frame is the same to the bit" if same else "the frame differs")
    return same


if __name__ == "__main__":
    asked = sys.argv[1:2]
    if asked == ["sweep"]:
        sweep(Path(sys.argv[2]))
    elif asked in (["memory"], ["kill"]):
        sys.exit(0 if {"memory": memory, "kill": kill}[asked[0]]() else 1)
    else:
        sys.exit(__doc__)
