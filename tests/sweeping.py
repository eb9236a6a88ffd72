"""Runs that take no time, and sweeps in processes of their own that can be killed."""

from __future__ import annotations

import functools
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from langeadem.experiments.manifest import Manifest, make_manifest
from langeadem.experiments.runner import Finished, run_all
from langeadem.experiments.runs import Asked, Row, Run
from langeadem.experiments.store import Store
from langeadem.scenarios import Scenario, load

ROOT = Path(__file__).resolve().parent.parent
ASKED = Asked(outcomes=("working", "trust"), years=(1, 2))
#: Points of the study of fakes that do something else than finish.
FAILS, RAISES, DIES = 1001, 1002, 1003


class FakeRun(Run):
    """A run whose name does not change with the code, which may change while tests run."""

    @functools.cached_property
    def key(self) -> str:
        """Name of the run by its point and luck."""
        content = f"{self.labels['point']} {self.seed}"
        return hashlib.sha256(content.encode()).hexdigest()[:32]


@functools.cache
def tiny() -> Scenario:
    """Return a scenario that fakes carry and nobody lives."""
    return load("average", overrides={"years": 2})


def runs_of(points: Sequence[int], seeds: Sequence[int]) -> list[Run]:
    """Return runs of a study with one label, replicate by replicate."""
    return [FakeRun(tiny(), seed, labels={"point": at}) for seed in seeds for at in points]


def manifest_of(
    points: Sequence[int], seeds: Sequence[int], version: str = "1", name: str = "fakes"
) -> Manifest:
    """Return the manifest of such a study."""
    return make_manifest(
        {"name": name, "points": list(points), "replicates": len(seeds)},
        outcomes=ASKED.outcomes,
        years=ASKED.years,
        seeds=seeds,
        labels={"point": "int"},
        command="langeadem sweep fakes.toml",
        model_version=version,
    )


def row(run: Run, **values: object) -> Row:
    """Return a row of a fake run."""
    told = {"status": "done", "origin": "", "message": "", "seconds": 0.0}
    named = {"key": run.key, "policy": run.policy, "world": run.world, "seed": run.seed}
    return {**named, **told, **dict.fromkeys(ASKED.outcomes, float("nan")), **run.labels, **values}


def rows_of(runs: Sequence[Run]) -> list[Row]:
    """Return what fakes give: numbers that depend on the run and on nothing else."""
    found = []
    for run in runs:
        number = int(hashlib.sha256(run.key.encode()).hexdigest()[:12], 16) / 16**12
        found += [row(run, year=year, working=number * year, trust=number) for year in ASKED.years]
    return found


def fake(runs: Sequence[Run], asked: Asked) -> list[Row]:
    """Stand in for `live`: at once, with points that fail, raise, or end their process."""
    del asked
    found = []
    for run in runs:
        point = run.labels["point"]
        if point == DIES:
            os._exit(9)
        if point == RAISES:
            raise MemoryError("no room")
        if point == FAILS:
            found.append(row(run, year=-1, status="failed", origin="step", message="a bad month"))
        else:
            found += rows_of([run])
    return found


def healed(runs: Sequence[Run], asked: Asked) -> list[Row]:
    """Stand in for `live` after whatever made runs fail was mended."""
    del asked
    return rows_of(runs)


def slow(runs: Sequence[Run], asked: Asked, seconds: float = 0.01) -> list[Row]:
    """Stand in for `live` and take a moment for each run; each one lived is written in a log."""
    found = []
    for run in runs:
        time.sleep(seconds)
        log = os.environ.get("LIVED")
        if log:
            with Path(log).open("a") as file:
                file.write(run.key + "\n")
        found += fake([run], asked)
    return found


def swept(folder: Path, points: Sequence[int], seeds: Sequence[int], **how: object) -> Finished:
    """Sweep fakes into a folder, in this process unless asked otherwise."""
    runs = runs_of(points, seeds)
    how = {"workers": 1, "how": fake, **how}
    with Store.open(folder, manifest_of(points, seeds)) as store:
        return run_all(runs, ASKED, store, total=len(runs), **how)


#: A sweep of 60 fakes that writes all the time; what stands before can make it fail somewhere.
PROGRAM = """
import sys, functools
sys.path.insert(0, {root!r})
import langeadem.experiments.batches as batches, langeadem.experiments.store as store
from pathlib import Path
from tests.sweeping import slow, swept
batches.BATCH = store.EVERY = 0.02
{before}
if __name__ == "__main__":
    swept(Path({folder!r}), range(20), range(1, 4), workers={workers}, how=slow)
"""


def filled_store(folder: Path) -> Path:
    """Make a store of twelve fakes in three chunks."""
    with Store.open(folder, manifest_of(range(4), (1, 2, 3))) as store:
        for seed in (1, 2, 3):
            store.append(rows_of(runs_of(range(4), [seed])))
            store.flush()
    assert len(list((folder / "runs").iterdir())) == 3
    return folder


def content(folder: Path) -> dict[str, bytes]:
    """Return every file in a folder, hidden ones too."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def program(folder: Path, script: Path, before: str = "", workers: int = 1) -> list[str]:
    """Return the command that runs such a sweep."""
    text = PROGRAM.format(root=str(ROOT), folder=str(folder), before=before, workers=workers)
    script.write_text(text, encoding="utf-8")
    return [sys.executable, "-W", "error", str(script)]


#: Tests that run in the background are deaf to Ctrl-C, and so would be what they start.
_HEARING = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])
"""


def start(command: list[str], log: Path | None = None) -> subprocess.Popen[str]:
    """Start a sweep in a process of its own."""
    environment = {**os.environ, **({"LIVED": str(log)} if log else {})}
    return subprocess.Popen(
        [sys.executable, "-c", _HEARING, *command],
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
