"""The store survives: damage, full disks, and writers that are killed at any step."""

from __future__ import annotations

import errno
import hashlib
import os
import signal
import subprocess
from dataclasses import replace
from pathlib import Path

import langeadem.experiments.chunks as chunks
import langeadem.experiments.store as stores
import pytest
from langeadem.experiments.runner import run_all
from langeadem.experiments.store import Store, StoreError
from pandas.testing import assert_frame_equal

from .sweeping import (
    ASKED,
    content,
    filled_store,
    healed,
    manifest_of,
    program,
    rows_of,
    runs_of,
    start,
    swept,
)

POINTS, SEEDS = range(4), (1, 2, 3)
#: Chance in the tests below is drawn once and for all.
SAME = {"check_exact": True}


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """Return a store of twelve runs in three chunks."""
    return filled_store(tmp_path / "store")


# -- damage ---------------------------------------------------------------------------------------


def _flip(path: Path) -> None:
    spoilt = bytearray(path.read_bytes())
    spoilt[len(spoilt) // 2] ^= 1
    path.write_bytes(spoilt)


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _of_another_study(path: Path) -> None:
    """Put a sound chunk of another study in its place, under the right name."""
    other = chunks.Chunks(path.parent.parent, "runs", manifest_of(POINTS, SEEDS, name="other"))
    path.unlink()
    other.write(rows_of(runs_of([1], [1])))


def _other_columns(path: Path) -> None:
    manifest = replace(manifest_of(POINTS, SEEDS), outcomes=("working",))
    path.unlink()
    chunks.Chunks(path.parent.parent, "runs", manifest).write(rows_of(runs_of([1], [1])))


def _no_parquet(path: Path) -> None:
    spoilt = b"not a table at all"
    path.unlink()
    name = hashlib.sha256(spoilt).hexdigest()[:16]
    path.with_name(f"{name}.parquet").write_bytes(spoilt)


def _renamed(path: Path) -> None:
    path.rename(path.with_name("0123456789abcdef.parquet"))


@pytest.mark.parametrize(
    "spoil", [_flip, _truncate, _empty, _of_another_study, _other_columns, _no_parquet, _renamed]
)
def test_a_damaged_chunk_is_found_named_set_aside_and_lived_again(
    filled: Path, spoil: object
) -> None:
    """Protects answers: no number comes from a damaged chunk, and its runs are not lost."""
    whole = Store.read(filled).frame()
    first = sorted((filled / "runs").iterdir())[0]
    sound = set(content(filled))
    spoil(first)  # type: ignore[operator]
    new = set(content(filled)) - sound
    named = new.pop() if new else f"runs/{first.name}"
    store = Store.read(filled)
    assert store.verify() == [named]
    status = store.status(12)
    assert (status.done, status.left, status.damaged) == (8, 4, (named,))
    with pytest.raises(StoreError, match=f"damaged chunks: {named}"):
        store.frame()
    with Store.open(filled, manifest_of(POINTS, SEEDS)) as store:
        assert store.set_aside == [named]
        assert (filled / "corrupt" / Path(named).name).exists()
        assert len(store.done()) == 8
        runs = runs_of(POINTS, SEEDS)
        finished = run_all(runs, ASKED, store, total=12, workers=1, how=healed)
    assert (finished.done, finished.earlier) == (4, 8)
    store = Store.read(filled)
    assert store.verify() == []
    assert store.status(12).set_aside == (Path(named).name,)
    assert_frame_equal(store.frame(), whole, **SAME)


def test_things_that_are_no_chunks(filled: Path) -> None:
    """Protects readers of `runs/`: what does not belong there is named and moved, hidden files are not."""
    (filled / "runs" / "notes.txt").write_text("mine")
    (filled / "runs" / "deeper").mkdir()
    (filled / "runs" / ".DS_Store").write_text("")
    assert Store.read(filled).verify() == ["runs/deeper", "runs/notes.txt"]
    assert len(Store.read(filled).frame()) == 24
    with Store.open(filled, manifest_of(POINTS, SEEDS)) as store:
        assert store.set_aside == ["runs/deeper", "runs/notes.txt"]
    assert (filled / "corrupt" / "notes.txt").read_text() == "mine"
    (filled / "runs" / "notes.txt").write_text("again")
    Store.open(filled, manifest_of(POINTS, SEEDS)).close()
    assert (filled / "corrupt" / "notes.txt.1").read_text() == "again"


# -- what stops a writer --------------------------------------------------------------------------


def test_rows_are_on_the_disk_within_seconds(tmp_path: Path, monkeypatch) -> None:
    """Protects work: rows wait for `EVERY` seconds at most, or until there are many."""
    clock = [100.0]
    monkeypatch.setattr(stores.time, "monotonic", lambda: clock[0])
    runs = runs_of(range(9), [1])
    with Store.open(tmp_path, manifest_of(range(9), [1])) as store:
        store.append(rows_of(runs[:1]))
        clock[0] += stores.EVERY - 0.1
        store.append(rows_of(runs[1:2]))
        assert not store._runs.paths()
        clock[0] += 0.1
        store.flush_when_due()
        assert len(store._runs.paths()) == 1
        monkeypatch.setattr(stores, "AT_MOST", 4)
        store.append(rows_of(runs[2:4]))
        assert len(store._runs.paths()) == 2
        store.append(rows_of(runs[4:5]))
    assert len(Store.read(tmp_path).done()) == 5


@pytest.mark.parametrize("call", ["fsync", "write", "rename"])
def test_a_full_disk(tmp_path: Path, monkeypatch, call: str) -> None:
    """Protects work: the error says what to do, what was written is whole, and the rest resumes."""
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    real = os.fsync

    def no_room(*_: object) -> None:
        raise full

    folder = tmp_path / "store"
    store = Store.open(folder, manifest_of(POINTS, SEEDS))
    store.append(rows_of(runs_of(POINTS, [1])))
    store.flush()
    before = content(folder)
    where, name = {
        "fsync": (chunks.os, "fsync"),
        "rename": (Path, "replace"),
        "write": (chunks, "_fill"),
    }[call]
    monkeypatch.setattr(where, name, no_room)
    with pytest.raises(StoreError, match=r"No space left on device.*make room") as told, store:
        swept_into(store)
    assert told.value.origin == "write"
    monkeypatch.undo()
    assert os.fsync is real
    assert content(folder) == before
    assert len(Store.read(folder).frame()) == 8
    assert swept(folder, POINTS, SEEDS).exit_code == 0
    swept(tmp_path / "other", POINTS, SEEDS)
    assert_frame_equal(Store.read(folder).frame(), Store.read(tmp_path / "other").frame(), **SAME)


def swept_into(store: Store) -> None:
    """Go on with a store that is open, and write."""
    run_all(runs_of(POINTS, SEEDS), ASKED, store, total=12, workers=1, how=healed)
    store.flush()


def test_a_file_that_may_not_grow(tmp_path: Path) -> None:
    """Protects work against a real refusal by the system, in the middle of a chunk."""
    before = (
        "import resource, langeadem.experiments.chunks as chunks\n"
        "real = chunks.write_whole\n"
        "def limited(path, content, temporary):\n"
        "    if path.suffix == '.parquet' and list(path.parent.iterdir()):\n"
        "        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "    real(path, content, temporary)\n"
        "chunks.write_whole = limited\n"
    )
    folder = tmp_path / "store"
    ended = subprocess.run(
        program(folder, tmp_path / "sweep.py", before), capture_output=True, text=True
    )
    assert ended.returncode == 1
    assert "could not be written (File too large)" in ended.stderr
    assert not list(folder.glob(".*.part"))
    assert Store.read(folder).verify() == []
    assert 0 < len(Store.read(folder).done()) < 60
    assert swept(folder, range(20), (1, 2, 3), how=healed).exit_code == 0
    assert len(Store.read(folder).frame()) == 120


#: Where a writer is killed: at the n-th time that it comes to this call.
_KILL_AT = """
import os, signal, langeadem.experiments.chunks as chunks
from pathlib import Path
times = [0]
def dying(real):
    def call(*args):
        times[0] += 1
        if times[0] == {at}:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args)
    return call
{target} = dying({target})
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
@pytest.mark.parametrize("target", ["os.fsync", "Path.replace", "chunks.sync_folder"])
def test_killed_at_every_step_of_writing(tmp_path: Path, target: str) -> None:
    """Protects the store: killed before, in or after any step of writing, it is whole and goes on."""
    folder = tmp_path / "store"
    kept: set[str] = set()
    for at in (1, 2, 3, 4, 5):
        before = _KILL_AT.format(at=at, target=target)
        ended = subprocess.run(
            program(folder, tmp_path / "sweep.py", before), capture_output=True, text=True
        )
        assert ended.returncode == -signal.SIGKILL, ended.stderr
        if (folder / "study.json").exists():
            store = Store.read(folder)
            assert store.verify() == []
            assert kept <= store.done()
            kept = store.done()
    assert swept(folder, range(20), (1, 2, 3), how=healed).exit_code == 0
    assert not list(folder.glob(".*.part"))
    swept(tmp_path / "other", range(20), (1, 2, 3), how=healed)
    assert_frame_equal(Store.read(folder).frame(), Store.read(tmp_path / "other").frame(), **SAME)


def test_what_a_killed_writer_left_is_cleaned(filled: Path) -> None:
    """Protects the folder: half a file is never read, and goes at the next opening."""
    for name in (".0123456789abcdef.parquet.part", ".study.json.part"):
        (filled / name).write_bytes(b"half")
    assert len(Store.read(filled).frame()) == 24
    Store.open(filled, manifest_of(POINTS, SEEDS)).close()
    assert not list(filled.glob(".*.part"))


def test_start_is_used(tmp_path: Path) -> None:
    """Shows that a sweep in a process of its own does what one here does."""
    sweep = start(program(tmp_path / "a", tmp_path / "sweep.py"), tmp_path / "log")
    assert sweep.communicate()[1] == ""
    assert sweep.returncode == 0
    assert len((tmp_path / "log").read_text().split()) == 60
    swept(tmp_path / "b", range(20), (1, 2, 3))
    assert_frame_equal(
        Store.read(tmp_path / "a").frame(), Store.read(tmp_path / "b").frame(), **SAME
    )
