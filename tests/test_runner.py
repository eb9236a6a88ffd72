"""The runner: nothing is lost, repeated or mixed, whoever does the work and whatever stops it."""

from __future__ import annotations

import functools
import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import langeadem.experiments.batches as batches
import langeadem.experiments.runner as runner
import langeadem.experiments.runs as runs_module
import pytest
from langeadem.experiments.executors import ExecutorError, local
from langeadem.experiments.manifest import make_manifest
from langeadem.experiments.runner import run_all
from langeadem.experiments.runs import Asked, Run
from langeadem.experiments.store import Store
from langeadem.scenarios import load
from pandas.testing import assert_frame_equal

from .sweeping import (
    ASKED,
    DIES,
    FAILS,
    RAISES,
    ROOT,
    fake,
    healed,
    manifest_of,
    program,
    rows_of,
    runs_of,
    slow,
    start,
    swept,
    tiny,
)

POINTS, SEEDS = range(20), (1, 2, 3)


@pytest.fixture(autouse=True)
def _findable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let other processes find the fakes of the tests."""
    monkeypatch.syspath_prepend(str(ROOT))


def same(one: Path, other: Path) -> None:
    """Assert that two stores give the same frame, to the bit."""
    assert_frame_equal(Store.read(one).frame(), Store.read(other).frame(), check_exact=True)


# -- sameness -------------------------------------------------------------------------------------


def test_a_sweep_of_real_runs_is_the_same_whoever_does_it(tmp_path: Path, small) -> None:
    """Protects sameness: executor, workers, order and batches change no bit of real outcomes."""
    asked = Asked(("working", "trust", "gap.working"), (1, 2))
    points = [{"years": 2, "moving.local_wish": wish} for wish in (0.2, 0.5)]
    arms = [
        (small(point, policy=policy), small(point))
        for point in points
        for policy in ("none", "watch-out")
    ]
    runs = [
        Run(arm, seed, twin, labels={"arm": at})
        for seed in (1, 2)
        for at, (arm, twin) in enumerate(arms)
    ]
    manifest = make_manifest(
        {}, outcomes=asked.outcomes, years=asked.years, seeds=[1, 2], labels={"arm": "int"}
    )
    with local(2) as pool, ThreadPoolExecutor(1) as thread:
        ways = {
            "here": (runs, {"workers": 1}),
            "reversed": (runs[::-1], {"workers": 1}),
            "two": (runs, {"executor": pool}),
            "thread": (runs[5:] + runs[:5], {"executor": thread}),
        }
        for name, (order, how) in ways.items():
            with Store.open(tmp_path / name, manifest) as store:
                finished = run_all(iter(order), asked, store, total=8, **how)
            assert (finished.done, finished.failed) == (8, 0), store.failed()["message"].tolist()
    for name in ways:
        same(tmp_path / "here", tmp_path / name)
    frame = Store.read(tmp_path / "here").frame(where={"arm": 1})
    assert frame["working"].notna().all()


def test_resuming_lives_only_what_is_missing(tmp_path: Path) -> None:
    """Protects work: the same command again lives nothing; more replicates live only those."""
    assert swept(tmp_path, POINTS, (1, 2)).done == 40
    again = swept(tmp_path, POINTS, (1, 2), how=_never)
    assert (again.done, again.earlier, again.exit_code) == (0, 40, 0)
    more = swept(tmp_path, POINTS, SEEDS)
    assert (more.done, more.earlier) == (20, 40)
    assert Store.read(tmp_path).manifest.seeds == SEEDS


def _never(runs: object, asked: object) -> list[dict]:
    raise AssertionError("nothing is to be lived")


# -- batches --------------------------------------------------------------------------------------


def test_batches_grow_to_two_seconds_and_shrink_at_the_end() -> None:
    """Protects speed and first results: a run at first, then two seconds of work, then less."""
    todo = batches.Todo(runs_of(range(100), SEEDS), 300, set(), set())
    assert len(todo.batch(2)) == 1
    todo.learn(1, 0.1)
    assert [len(todo.batch(2)) for _ in range(3)] == [20, 20, 20]
    sizes = []
    while batch := todo.batch(2):
        sizes.append(len(batch))
    assert sum(sizes) == 300 - 61
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] == 1
    many = batches.Todo(runs_of(range(100_000), [1]), 100_000, set(), set())
    many.learn(1, 1e-9)
    assert len(many.batch(2)) == batches.LARGEST


def test_runs_of_one_twin_stay_together() -> None:
    """Protects speed: the twin of a luck is lived once for the policies that are held against it."""
    twin, places = tiny(), load("average", overrides={"years": 3})
    runs = [
        Run(tiny(), seed, base, labels={"arm": arm})
        for seed in (1, 2)
        for base in (twin, places)
        for arm in range(4)
    ]
    todo = batches.Todo(runs, len(runs), set(), set())
    found = []
    while batch := todo.batch(1):
        found.append([run.together for run in batch])
    # A twin without policy is lived to any horizon: the two baselines are one twin.
    assert [len(batch) for batch in found] == [8, 8]
    assert all(len(set(batch)) == 1 for batch in found)


# -- failures -------------------------------------------------------------------------------------


def test_runs_that_fail_are_rows_and_the_others_go_on(tmp_path: Path) -> None:
    """Protects the sweep: origin, scenario, seed and message are kept, and the exit code says so."""
    finished = swept(tmp_path, [0, FAILS, 1, RAISES], (1, 2))
    assert (finished.done, finished.failed, finished.exit_code) == (4, 4, 1)
    failed = Store.read(tmp_path).failed()
    assert failed[["point", "seed", "origin"]].values.tolist() == [
        [FAILS, 1, "step"],
        [FAILS, 2, "step"],
        [RAISES, 1, "aborted"],
        [RAISES, 2, "aborted"],
    ]
    assert failed["message"].tolist() == ["a bad month"] * 2 + ["MemoryError: no room"] * 2
    again = swept(tmp_path, [0, FAILS, 1, RAISES], (1, 2), how=_never)
    assert (again.done, again.failed, again.failed_earlier, again.exit_code) == (0, 0, 4, 1)


def test_retrying_lives_only_what_failed(tmp_path: Path) -> None:
    """Protects work: done runs stay, and one that is done now is a failure no more."""
    points = [0, FAILS, RAISES]
    swept(tmp_path, points, (1, 2))
    lived: list[tuple[object, int]] = []

    def watched(runs: list[Run], asked: Asked) -> list[dict]:
        lived.extend((run.labels["point"], run.seed) for run in runs)
        return fake(runs, asked) if runs[0].labels["point"] == RAISES else rows_of(runs)

    finished = swept(tmp_path, points, (1, 2), retry_failed=True, how=watched)
    assert set(lived) == {(FAILS, 1), (FAILS, 2), (RAISES, 1), (RAISES, 2)}
    assert (finished.done, finished.failed, finished.earlier) == (2, 2, 2)
    store = Store.read(tmp_path)
    assert store.failed()[["point", "attempt"]].values.tolist() == [[RAISES, 2], [RAISES, 2]]
    assert len(store.frame()) == 8
    assert swept(tmp_path, points, (1, 2), retry_failed=True, how=healed).exit_code == 0
    swept(tmp_path / "other", points, (1, 2), how=healed)
    same(tmp_path, tmp_path / "other")


def test_a_worker_that_gives_back_something_else_is_not_believed(tmp_path: Path) -> None:
    """Protects counts: a run without rows is not lost, and rows of nobody are not kept."""

    def forgetful(runs: list[Run], asked: Asked) -> list[dict]:
        return [one for one in rows_of(runs) if one["point"] != 1]

    finished = swept(tmp_path, range(3), (1,), how=forgetful)
    assert (finished.done, finished.failed) == (2, 1)
    assert "other runs than it got" in Store.read(tmp_path).failed()["message"][0]


@pytest.mark.parametrize("mine", [False, True])
def test_a_worker_that_dies_takes_nobody_along(tmp_path: Path, mine: bool) -> None:
    """Protects the sweep: processes are replaced, the run that ends them is a row, others go on."""
    points = [0, 1, DIES, *range(2, 12)]
    executor = ProcessPoolExecutor(2, mp_context=get_context("spawn")) if mine else None
    finished = swept(tmp_path, points, (1,), workers=2, executor=executor)
    assert (finished.done, finished.failed) == (12, 1)
    failed = Store.read(tmp_path).failed()
    assert failed[["point", "origin", "message"]].values.tolist() == [
        [DIES, "aborted", "its worker died"]
    ]
    again = swept(tmp_path, points, (1,), retry_failed=True, how=healed)
    assert (again.done, again.earlier) == (1, 12)
    swept(tmp_path / "other", points, (1,), how=healed)
    same(tmp_path, tmp_path / "other")


def test_a_worker_that_is_killed_once_loses_nothing(tmp_path: Path) -> None:
    """Protects the sweep: a process killed from outside costs some time and no run."""
    pool = local(2)
    killed: list[int] = []

    def kill(done: int, failed: int) -> None:
        if done >= 10 and not killed:
            killed.append(next(iter(pool._processes)))
            os.kill(killed[0], signal.SIGKILL)

    finished = swept(tmp_path, POINTS, SEEDS, executor=pool, how=slow, told=kill)
    assert killed
    assert (finished.done, finished.failed) == (60, 0)
    swept(tmp_path / "other", POINTS, SEEDS)
    same(tmp_path, tmp_path / "other")


def test_workers_that_cannot_start_are_an_error_with_the_cure(tmp_path: Path) -> None:
    """Protects who writes a script: without a guard no process can start, and no run is to blame."""
    text = Path(program(tmp_path / "store", tmp_path / "sweep.py", workers=2)[-1])
    bare = text.read_text().replace('if __name__ == "__main__":\n    ', "")
    text.write_text(bare)
    ended = subprocess.run([sys.executable, str(text)], capture_output=True, text=True, timeout=300)
    assert ended.returncode == 1
    assert "needs `if __name__ == '__main__':` before its work" in ended.stderr
    assert Store.read(tmp_path / "store").status(60).left == 60


def test_a_worker_with_another_model_stops_the_sweep(tmp_path: Path, monkeypatch) -> None:
    """Protects sameness: runs of two versions of the code are not mixed, nor called failures."""
    runs = [Run(tiny(), 1, labels={"point": 1})]
    changed = functools.partial(runner._live, "another")
    with (
        pytest.raises(ExecutorError, match=r"another model .* than this sweep \(another\)"),
        Store.open(tmp_path, manifest_of([1], [1])) as store,
    ):
        run_all(runs, ASKED, store, total=1, workers=1, how=changed)
    assert Store.read(tmp_path).status(1).left == 1
    monkeypatch.setattr(runs_module, "live", healed)
    with Store.open(tmp_path, manifest_of([1], [1])) as store:
        assert run_all(runs, ASKED, store, total=1, workers=1).done == 1


# -- stopping -------------------------------------------------------------------------------------


def test_enough_stops_and_keeps_what_is_done(tmp_path: Path) -> None:
    """Protects a stated precision: what has not begun is left, and can be lived later."""
    told: list[tuple[int, int]] = []
    finished = swept(
        tmp_path,
        POINTS,
        SEEDS,
        told=lambda *counts: told.append(counts),
        enough=lambda: told[-1][0] >= 7,
    )
    assert finished.stopped
    assert 7 <= finished.done < 60
    assert told[0] == (0, 0)
    assert told[-1] == (finished.done, 0)
    rest = swept(tmp_path, POINTS, SEEDS, told=lambda *counts: told.append(counts))
    assert not rest.stopped
    assert rest.done == 60 - finished.done
    assert told[-1] == (60, 0)


def test_nothing_to_do(tmp_path: Path) -> None:
    """Protects the end: a study without runs ends at once."""
    assert swept(tmp_path, [], SEEDS).done == 0


@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_keeps_what_is_done(tmp_path: Path, workers: int) -> None:
    """Protects work: an interrupted sweep has written what it had, and goes on at the next command."""
    command = program(tmp_path / "store", tmp_path / "sweep.py", workers=workers)
    sweep = start(command, tmp_path / "log")
    _wait_for(tmp_path / "log", 12)
    sweep.send_signal(signal.SIGINT)
    began = time.monotonic()
    error = sweep.communicate(timeout=300)[1]
    assert time.monotonic() - began < 120
    assert sweep.returncode != 0
    assert "KeyboardInterrupt" in error
    store = Store.read(tmp_path / "store")
    assert store.verify() == []
    assert 0 < len(store.done()) < 60
    swept(tmp_path / "store", POINTS, SEEDS)
    swept(tmp_path / "other", POINTS, SEEDS)
    same(tmp_path / "store", tmp_path / "other")


def _wait_for(log: Path, lines: int) -> int:
    """Wait until so many runs are lived; return how many are."""
    for _ in range(6000):
        if log.exists() and (count := log.read_text().count("\n")) >= lines:
            return count
        time.sleep(0.02)
    raise AssertionError("nothing is lived")


@pytest.mark.parametrize("workers", [1, 2])
def test_killed_at_random_moments(tmp_path: Path, workers: int) -> None:
    """Protects the sweep: killed again and again, it ends with the frame of one left in peace.

    What was written before a kill is not lived again, and no worker outlives the one who asked.
    """
    moments = random.Random(workers)
    folder, log = tmp_path / "store", tmp_path / "log"
    command = program(folder, tmp_path / "sweep.py", workers=workers)
    kept: set[str] = set()
    lived_before = 0
    for _ in range(4):
        sweep = start(command, log)
        lived_before = _wait_for(log, lived_before + moments.randint(1, 12))
        time.sleep(moments.random() / 20)
        sweep.kill()
        sweep.communicate(timeout=300)
        store = Store.read(folder)
        assert store.verify() == []
        assert kept <= store.done()
        again = set(log.read_text().split()[lived_before:]) & kept
        assert not again
        kept = store.done()
    assert kept
    finished = swept(folder, POINTS, SEEDS)
    assert (finished.earlier, finished.done) == (len(kept), 60 - len(kept))
    swept(tmp_path / "other", POINTS, SEEDS)
    same(folder, tmp_path / "other")
    count = log.read_text().count("\n")
    time.sleep(0.3)
    assert log.read_text().count("\n") == count


def test_more_runs_than_fit_in_memory_are_never_gathered(tmp_path: Path) -> None:
    """Protects memory: runs are made when they are handed out, a few ahead of those that came back."""
    made: list[int] = []
    ahead: list[int] = []

    def making():
        for run in runs_of(range(500), [1]):
            made.append(1)
            yield run

    with Store.open(tmp_path, manifest_of(range(500), [1])) as store:
        run_all(
            making(),
            ASKED,
            store,
            total=500,
            workers=1,
            how=_measured,
            told=lambda done, failed: ahead.append(len(made) - done),
        )
    assert len(made) == 500
    assert max(ahead) <= 2


def _measured(runs: list[Run], asked: Asked) -> list[dict]:
    time.sleep(0.0)
    return fake(runs, asked)
