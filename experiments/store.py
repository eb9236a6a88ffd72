"""Where the runs of a study are kept: an append-only folder that survives whatever stops a sweep."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import filelock
import pyarrow as pa

from ..scenarios.errors import nearest_name
from .chunks import CORRUPT, Chunks, StoreError, write_whole
from .manifest import Manifest
from .opening import MANIFEST, check_folder, check_same, locked, read_manifest, resumed

if TYPE_CHECKING:
    import pandas as pd

#: Seconds after which buffered rows are written.
EVERY = 5.0
#: Rows after which buffered rows are written, however fast they come.
AT_MOST = 20_000

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Status:
    """How far a store is.

    Attributes
    ----------
    planned, done, failed, left : int
        Runs: of the study, finished, failed and not done since, not lived yet.
    chunks : int
        Files of finished runs.
    damaged : tuple of str
        Files among the chunks that cannot be used.
    set_aside : tuple of str
        Files that were damaged earlier; their runs were lived again, or will be.
    """

    planned: int
    done: int
    failed: int
    left: int
    chunks: int
    damaged: tuple[str, ...]
    set_aside: tuple[str, ...]


class Store:
    """A folder of finished runs: ``study.json`` and chunks whose name is the hash of their content.

    Made by `open`, to write, or `read`. Use it in a ``with`` statement: at its end buffered rows
    are written and the folder is free for another writer, whatever happened.

    Attributes
    ----------
    folder : Path
        Where it is.
    manifest : Manifest
        What it is of.
    set_aside : list of str
        Damaged files that this opening has moved into ``corrupt/``.
    """

    def __init__(self, folder: Path, manifest: Manifest, lock: filelock.FileLock | None) -> None:
        self.folder = folder
        self.manifest = manifest
        self.set_aside: list[str] = []
        self._lock = lock
        self._runs = Chunks(folder, "runs", manifest)
        self._failed = Chunks(folder, "failed", manifest)
        self._buffer: list[Row] = []
        self._failures: list[Row] = []
        self._since = time.monotonic()
        self._done: set[str] = set()
        self._attempts: dict[str, int] = {}

    # -- opening -------------------------------------------------------------------------------

    @classmethod
    def open(cls, folder: Path, manifest: Manifest) -> Store:
        """Make a store, or go on with it; nobody else can write in it until it is closed.

        Seeds that the store does not know yet are added to it. Damaged chunks are moved into
        ``corrupt/`` and named in `set_aside`, so that their runs are lived again.

        Raises
        ------
        StoreError
            When the folder is of another study or version of the model, holds other things, is
            written by somebody else now, or cannot be written. It is not touched then.
        """
        folder = Path(folder)
        check_folder(folder)
        kept = read_manifest(folder)
        if kept is not None:
            check_same(folder, kept, manifest)
        lock = locked(folder)
        try:
            kept = read_manifest(folder)  # somebody may have begun in between
            if kept is not None:
                check_same(folder, kept, manifest)
            store = cls(folder, kept or manifest, lock)
            store._begin(manifest, new=kept is None)
        except OSError as error:
            lock.release()
            raise StoreError("unwritable", folder, reason=error.strerror or str(error)) from error
        except BaseException:
            lock.release()
            raise
        return store

    @classmethod
    def read(cls, folder: Path) -> Store:
        """Open a store to look at it; others may be writing meanwhile.

        Raises
        ------
        StoreError
            When it is no store.
        """
        folder = Path(folder)
        kept = read_manifest(folder)
        if kept is None:
            raise StoreError("not-a-store", folder)
        return cls(folder, kept, None)

    def _begin(self, asked: Manifest, new: bool) -> None:
        """Make what is missing, clean what a killed writer left, and look at every chunk."""
        for part in self.folder.glob(".*.part"):
            part.unlink()
        for chunks in (self._runs, self._failed):
            chunks.folder.mkdir(exist_ok=True)
            for path in chunks.damaged():
                chunks.set_aside(path)
                self.set_aside.append(chunks.shown(path))
        self._done = self._keys(self._runs)
        for table in self._failed.tables(["key"]):
            for key in table.column("key").to_pylist():
                self._attempts[key] = self._attempts.get(key, 0) + 1
        now = asked if new else resumed(self.manifest, asked)
        if new or now != self.manifest:
            self._save(now)

    def _save(self, manifest: Manifest) -> None:
        write_whole(self.folder / MANIFEST, manifest.to_json().encode(), temporary=self.folder)
        self.manifest = manifest

    def __enter__(self) -> Store:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        try:
            if not (isinstance(error, StoreError) and error.kind == "write"):
                self.flush()
        finally:
            self.close()

    def close(self) -> None:
        """Let the folder go without writing what is buffered; a ``with`` statement writes it first."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    # -- writing -------------------------------------------------------------------------------

    def append(self, rows: Iterable[Row]) -> None:
        """Keep the rows of whole runs; they are on the disk within `EVERY` seconds, or at `flush`.

        A run that is here already is not kept twice.

        Parameters
        ----------
        rows
            Of each run a row a year, all that it will ever have, or one row of a failure.

        Raises
        ------
        StoreError
            When they cannot be written.
        ValueError
            For a run with a year twice or one that is not asked, and for a value that does not fit
            in its column; of that run nothing is kept.
        """
        if self._lock is None:
            raise StoreError("reading", self.folder)
        runs: dict[str, list[Row]] = {}
        for row in rows:
            runs.setdefault(row["key"], []).append(row)
        if not (self._buffer or self._failures):
            self._since = time.monotonic()
        for key, of_run in runs.items():
            if key not in self._done:
                self._take(key, of_run)
        self.flush_when_due()

    def _take(self, key: str, rows: list[Row]) -> None:
        if rows[0]["status"] != "done":
            self._attempts[key] = self._attempts.get(key, 0) + 1
            failure = {**rows[0], "attempt": self._attempts[key]}
            self._failed.check(failure)
            self._failures.append(failure)
            return
        years = [row["year"] for row in rows]
        if len(set(years)) < len(years) or not set(years) <= set(self.manifest.years):
            raise ValueError(f"run {key} has years {years}; asked: {list(self.manifest.years)}")
        for row in rows:
            self._runs.check(row)
        self._buffer += rows
        self._done.add(key)

    def flush_when_due(self) -> None:
        """Write what is buffered when it has waited for `EVERY` seconds, or is much."""
        waiting = len(self._buffer) + len(self._failures)
        if waiting and (waiting >= AT_MOST or time.monotonic() - self._since >= EVERY):
            self.flush()

    def flush(self) -> None:
        """Write what is buffered, as one chunk; raise StoreError when that cannot be done."""
        try:
            if self._buffer:
                self._runs.write(self._buffer)
                self._buffer = []
            if self._failures:
                self._failed.write(self._failures)
                self._failures = []
        except OSError as error:
            raise StoreError("write", self.folder, reason=error.strerror or str(error)) from error

    def extend(self, manifest: Manifest) -> None:
        """Add the seeds of a manifest of the same study: more replicates.

        Raises
        ------
        StoreError
            When it is another study or version, or the folder cannot be written.
        """
        if self._lock is None:
            raise StoreError("reading", self.folder)
        check_same(self.folder, self.manifest, manifest)
        try:
            self._save(self.manifest.with_seeds(manifest.seeds))
        except OSError as error:
            raise StoreError("write", self.folder, reason=error.strerror or str(error)) from error

    # -- looking -------------------------------------------------------------------------------

    def done(self) -> set[str]:
        """Return the keys of finished runs, all their years kept; buffered ones included."""
        if self._lock is not None:
            return set(self._done)
        return self._keys(self._runs)

    def _keys(self, chunks: Chunks, skip: Sequence[str] = ()) -> set[str]:
        found: set[str] = set()
        for table in chunks.tables(["key"], skip):
            found.update(table.column("key").to_pylist())
        return found

    def failed(self) -> pd.DataFrame:
        """Return the runs that failed and are not done since, a row each: the last time they were tried.

        Columns are key, policy, world, seed, the labels, status, origin, message, attempt, seconds.
        """
        self._write_out()
        frame = _frame(self._failed.tables(), self._failed)
        done = self.done()
        frame = frame.loc[[key not in done for key in frame["key"]]]
        frame = frame.sort_values(["attempt"], kind="stable").drop_duplicates("key", keep="last")
        return _sorted(frame, self.manifest)

    def frame(
        self, columns: Sequence[str] | None = None, where: Mapping[str, Any] | None = None
    ) -> pd.DataFrame:
        """Return the finished runs, a row a run and year, in an order that depends on nothing else.

        Parameters
        ----------
        columns
            Which; default all but ``seconds``, which differs each time.
        where
            Column -> value, or several values, that rows must have.

        Raises
        ------
        ValueError
            For an unknown column.
        StoreError
            When a chunk is damaged.
        """
        self._write_out()
        known = self._runs.schema.names
        for name in (*(columns or ()), *(where or ())):
            if name not in known:
                near = nearest_name(name, known)
                hint = f"; nearest: {near}" if near else ""
                raise ValueError(f"no column {name!r}{hint}; there are: {', '.join(known)}")
        frame = _frame(self._runs.tables(), self._runs).drop_duplicates(["key", "year"])
        for name, wanted in (where or {}).items():
            several = isinstance(wanted, (list, tuple, set, frozenset))
            allowed = list(wanted) if several else [wanted]
            frame = frame.loc[frame[name].isin(allowed).to_numpy()]
        frame = _sorted(frame, self.manifest)
        shown = columns or [name for name in known if name != "seconds"]
        return frame.loc[:, list(shown)]

    def status(self, planned: int) -> Status:
        """Return how far the store is, of so many planned runs; damaged chunks are counted apart."""
        self._write_out()
        damaged = self.verify()
        done = self._keys(self._runs, skip=damaged)
        failed = self._keys(self._failed, skip=damaged) - done
        aside = self.folder / CORRUPT
        return Status(
            planned=planned,
            done=len(done),
            failed=len(failed),
            left=max(planned - len(done) - len(failed), 0),
            chunks=len(self._runs.paths()),
            damaged=tuple(damaged),
            set_aside=tuple(sorted(path.name for path in aside.iterdir()))
            if aside.is_dir()
            else (),
        )

    def verify(self) -> list[str]:
        """Return the files among the chunks whose content is not what was written here."""
        return [
            chunks.shown(path) for chunks in (self._runs, self._failed) for path in chunks.damaged()
        ]

    def _write_out(self) -> None:
        """Write what is buffered, so that who looks sees it."""
        if self._lock is not None:
            self.flush()


def _frame(tables: Iterable[pa.Table], chunks: Chunks) -> pd.DataFrame:
    import pandas as pd

    table = pa.concat_tables([chunks.schema.empty_table(), *tables])
    frame = table.to_pandas()
    for name in table.column_names:
        # Where a row has no value pandas would make broken numbers of whole ones, 5.0 of 5.
        if pa.types.is_integer(table.schema.field(name).type) and table.column(name).null_count:
            frame[name] = pd.array(table.column(name).to_pylist(), dtype="Int64")
    return frame


def _sorted(frame: pd.DataFrame, manifest: Manifest) -> pd.DataFrame:
    by = ["policy", *manifest.labels, "world", "seed", "year", "key"]
    by = [name for name in by if name in frame.columns]
    return frame.sort_values(by, kind="stable").reset_index(drop=True)
