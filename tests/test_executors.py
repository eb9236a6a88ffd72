"""Who does the work: processes that count one thread and end in time, or a Dask cluster."""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from langeadem.experiments import executors
from langeadem.experiments.executors import ExecutorError, Here, cores, dask, local, stop, width
from langeadem.experiments.runner import run_all
from langeadem.experiments.store import Store
from pandas.testing import assert_frame_equal

from .sweeping import ASKED, DIES, ROOT, fake, manifest_of, runs_of, slow, swept


@pytest.fixture(autouse=True)
def _findable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let other processes find the fakes of the tests."""
    monkeypatch.syspath_prepend(str(ROOT))


# -- processes ------------------------------------------------------------------------------------


def test_a_worker_counts_one_thread_and_leaves_ctrl_c_alone() -> None:
    """Protects two cores: workers do not take each other's; an interruption is for who asked."""
    with local(1) as pool:
        assert pool.submit(os.getenv, "OMP_NUM_THREADS").result() == "1"
        assert pool.submit(signal.getsignal, signal.SIGINT).result() == signal.SIG_IGN


def test_how_many_workers_there_are() -> None:
    """Protects the default: as many as there are cores for us, and never none."""
    pool = local()
    assert width(pool) == cores() >= 1
    pool.shutdown()
    assert width(Here()) == 1
    with ThreadPoolExecutor(3) as threads:
        assert width(threads) == 3
    for count in (0, -1):
        with pytest.raises(ExecutorError, match="allowed: 1 or more"):
            local(count)


def test_here_gives_back_results_and_errors() -> None:
    """Protects the runner: this process answers as any executor does."""
    assert Here().submit(max, 1, 2).result() == 2
    with pytest.raises(ZeroDivisionError):
        Here().submit(divmod, 1, 0).result()


def test_stopping_ends_processes_at_once() -> None:
    """Protects Ctrl-C: nobody waits for what the workers were doing."""
    pool = local(1)
    pool.submit(abs, 1).result()
    processes = list(pool._processes.values())
    pool.submit(time.sleep, 60)
    time.sleep(0.2)
    began = time.monotonic()
    stop(pool)
    # The thread of the pool may just be burying a process: until it has, that one reads as alive.
    while any(process.is_alive() for process in processes):
        assert time.monotonic() - began < 10
        time.sleep(0.01)


# -- a cluster ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cluster():
    """Start a small cluster of two processes."""
    distributed = pytest.importorskip("distributed")
    import dask as settings

    sys.path.insert(0, str(ROOT))
    # A task whose worker died comes back to the runner at once, and Dask does not try it again.
    with (
        settings.config.set({"distributed.scheduler.allowed-failures": 0}),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=50
        ) as found,
    ):
        yield found
    sys.path.remove(str(ROOT))


def test_a_cluster_gives_the_same_numbers_also_when_a_worker_is_killed(
    cluster, tmp_path: Path
) -> None:
    """Protects sameness: the same frame as here, with a worker killed in the middle of the sweep."""
    points, seeds = range(30), range(1, 6)
    swept(tmp_path / "here", points, seeds)
    killed: list[int] = []

    def kill(done: int, failed: int) -> None:
        if done >= 20 and not killed:
            victim = cluster.workers[0].process.pid
            os.kill(victim, signal.SIGKILL)
            killed.append(victim)

    executor = dask(cluster.scheduler_address)
    try:
        assert width(executor) == 2
        ended = swept(tmp_path / "there", points, seeds, executor=executor, how=slow, told=kill)
    finally:
        executor.shutdown()
    assert killed
    assert (ended.done, ended.failed) == (150, 0)
    frames = [Store.read(tmp_path / name).frame() for name in ("here", "there")]
    assert_frame_equal(*frames, check_exact=True)


def test_a_run_that_kills_the_workers_of_a_cluster(cluster, tmp_path: Path) -> None:
    """Protects the others: a run that no worker survives is a row, and they go on."""
    executor = dask(cluster.scheduler_address)
    try:
        ended = swept(tmp_path, [0, DIES, 1, 2], [1], executor=executor)
    finally:
        executor.shutdown()
    assert (ended.done, ended.failed) == (3, 1)
    failed = Store.read(tmp_path).failed()
    assert failed[["point", "origin"]].values.tolist() == [[DIES, "aborted"]]


def test_a_cluster_that_is_gone_calls_no_run_failed(tmp_path: Path) -> None:
    """Protects the others: when the scheduler ends, the sweep stops and what is left is left."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, dashboard_address=":0", silence_logs=50
    ) as there:
        executor = dask(there.scheduler_address)

        def end(done: int, failed: int) -> None:
            if done >= 5 and executor.alive:
                there.close()

        runs = runs_of(range(40), [1])
        with (
            pytest.raises(ExecutorError, match="the Dask cluster is gone"),
            Store.open(tmp_path, manifest_of(range(40), [1])) as store,
        ):
            run_all(runs, ASKED, store, total=40, executor=executor, told=end, how=slow)
        executor.shutdown()
    store = Store.read(tmp_path)
    assert len(store.done()) >= 5
    assert store.failed().empty
    assert swept(tmp_path, range(40), [1]).exit_code == 0


def test_a_scheduler_that_is_not_there() -> None:
    """Protects the first second: a wrong address is an error at once, with the address in it."""
    distributed = pytest.importorskip("distributed")
    began = time.monotonic()
    with pytest.raises(ExecutorError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        dask("tcp://127.0.0.1:9", patience=1)
    for address in ("nonsense", "tcp://", ""):
        with pytest.raises(ExecutorError, match="no Dask scheduler answers"):
            dask(address, patience=1)
    assert time.monotonic() - began < 30
    # What is left open is closed by the garbage collector, in any thread, which can wait for itself.
    left = [one for one in gc.get_objects() if isinstance(one, distributed.Client)]
    assert {one.status for one in left} <= {"closed"}


def test_a_cluster_without_workers_or_with_another_model(cluster, monkeypatch) -> None:
    """Protects sameness: numbers of two versions of the model are not mixed."""
    monkeypatch.setattr(executors, "_version_there", _another_version)
    with pytest.raises(ExecutorError, match=r"another model than this one .*: 0\.0\.0"):
        dask(cluster.scheduler_address)
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(n_workers=0, dashboard_address=":0", silence_logs=50) as empty,
        pytest.raises(ExecutorError, match="has no workers"),
    ):
        dask(empty.scheduler_address)


def _no_version() -> str:
    time.sleep(5)
    return ""


def test_workers_that_do_not_answer_are_not_waited_for(cluster, monkeypatch) -> None:
    """Protects who typed the command: a worker that hangs is said to, at once."""
    monkeypatch.setattr(executors, "_version_there", _no_version)
    monkeypatch.setattr(executors, "_WORKERS_PATIENCE", 1.0)
    with pytest.raises(ExecutorError, match="gave no answer in 1 seconds"):
        dask(cluster.scheduler_address)


def _another_version() -> str:
    return "0.0.0"


def test_dask_is_asked_for_by_name_where_it_is_not_installed(monkeypatch) -> None:
    """Protects who has no cluster: nothing of Dask is needed, and the error says what to install."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ExecutorError, match=r"pip install 'langeadem\[cluster\]'"):
        dask("tcp://127.0.0.1:8786")
    assert fake(runs_of([1], [1]), ASKED)
