"""The files of a store: chunks that appear whole or not at all, and name their own content."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from numbers import Integral, Real
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from .manifest import Manifest

#: Where damaged files are moved.
CORRUPT = "corrupt"
_TYPES = {"float": pa.float64(), "int": pa.int64(), "str": pa.string(), "bool": pa.bool_()}
#: What is kept in a column of a type.
_VALUES: dict[pa.DataType, Any] = {
    pa.float64(): Real,
    pa.int64(): Integral,
    pa.string(): str,
    pa.bool_(): (bool, np.bool_),
}
_STUDY, _MODEL = b"langeadem.study", b"langeadem.model"

#: What a reader is told, by kind; `StoreError.details` fills the names.
MESSAGES = {
    "not-a-store": "{folder}: no store of runs; there is no study.json in it",
    "unreadable": "{folder}: study.json cannot be read ({reason})",
    "layout": "{folder}: made by another version of langeadem (layout {layout}, this one makes {own})",
    "foreign": "{folder}: holds other things than a study ({names}); give an empty or a new folder",
    "file": "{folder}: a file; give a folder",
    "other-study": "{folder}: holds the runs of another study; different here: {names}. Give another"
    " folder for this study",
    "other-version": "{folder}: holds runs of model version {stored}, this is {own}; runs of two"
    " versions are not mixed. Give another folder",
    "locked": "{folder}: another sweep is writing in this folder now; wait for it or give another"
    " folder",
    "unwritable": "{folder}: cannot be written ({reason})",
    "write": "{folder}: runs could not be written ({reason}). What was written before is whole: make"
    " room and give the same command again",
    "damaged": "{folder}: damaged chunks: {names}. The command that made the folder sets them aside"
    " and lives their runs again",
    "reading": "{folder}: opened to read, not to write",
}


class StoreError(ValueError):
    """A store that cannot be used as asked; the text is for who asked.

    Attributes
    ----------
    kind : str
        Which of `MESSAGES`.
    origin : str
        ``write`` when rows could not be written, else ``store``.
    details : dict
        What the message names.
    """

    def __init__(self, kind: str, folder: Path, **details: Any) -> None:
        self.kind = kind
        self.origin = "write" if kind == "write" else "store"
        self.details = {"folder": str(folder), **details}
        super().__init__(MESSAGES[kind].format(**self.details))


class ChunkError(ValueError):
    """A file among the chunks that cannot be used."""


class Chunks:
    """The chunks in one folder of a store, all of one schema that the manifest fixes.

    Parameters
    ----------
    store
        Folder of the store.
    name
        ``runs``, finished runs with a row a year, or ``failed``.
    manifest
        Where the columns come from.
    """

    def __init__(self, store: Path, name: str, manifest: Manifest) -> None:
        self.store = store
        self.folder = store / name
        self.schema = _schema(name, manifest)
        self._labels = frozenset(manifest.labels)

    def paths(self) -> list[Path]:
        """Return the chunks, by name."""
        return sorted(self.folder.glob("*.parquet"))

    def write(self, rows: Sequence[Mapping[str, Any]]) -> Path:
        """Write rows as one chunk: under a temporary name, to the disk, then under its own name.

        Raises
        ------
        OSError
            When it cannot be written; nothing of it is left then.
        """
        content = _bytes_of(_table(rows, self.schema))
        path = self.folder / f"{_name_of(content)}.parquet"
        write_whole(path, content, temporary=self.store)
        return path

    def check(self, row: Mapping[str, Any]) -> None:
        """Refuse a row that lacks a column, or holds another kind of thing in it; raise ValueError.

        Arrow itself would turn 1.5 into 1 where whole numbers are kept.
        """
        for column in self.schema:
            if column.name not in row:
                raise ValueError(f"column {column.name!r}: a row without it")
            value = row[column.name]
            if value is None and column.name in self._labels:
                # An arm without the programme that a point is about.
                continue
            allowed = _VALUES[column.type]
            # Yes or no is a whole number to Python.
            mistaken = column.type != pa.bool_() and isinstance(value, bool)
            if mistaken or not isinstance(value, allowed):
                raise ValueError(f"column {column.name!r}, {column.type}: {value!r} does not fit")

    def read(self, path: Path, columns: Sequence[str] | None = None) -> pa.Table:
        """Read a chunk.

        Raises
        ------
        ChunkError
            When its content is not what was written, or not of this study and version.
        """
        try:
            content = path.read_bytes()
        except OSError as error:
            raise ChunkError(f"{path.name}: {error.strerror or error}") from error
        if path.name != f"{_name_of(content)}.parquet":
            raise ChunkError(f"{path.name}: its content is not what its name says")
        try:
            file = pq.ParquetFile(pa.BufferReader(content))
            if not file.schema_arrow.equals(self.schema, check_metadata=False):
                raise ChunkError(f"{path.name}: has other columns than this study")
            kept = file.schema_arrow.metadata or {}
            if any(
                kept.get(name) != (self.schema.metadata or {})[name] for name in (_STUDY, _MODEL)
            ):
                raise ChunkError(f"{path.name}: is of another study or version of the model")
            return file.read(columns=None if columns is None else list(columns))
        except pa.ArrowException as error:
            raise ChunkError(f"{path.name}: {error}") from error

    def tables(
        self, columns: Sequence[str] | None = None, skip: Sequence[str] = ()
    ) -> Iterator[pa.Table]:
        """Yield the chunks one by one, by name, without those to skip.

        Raises
        ------
        StoreError
            At the end, naming the damaged ones.
        """
        damaged = []
        for path in self.paths():
            if self.shown(path) in skip:
                continue
            try:
                table = self.read(path, columns)
            except ChunkError:
                damaged.append(self.shown(path))
                continue
            if not damaged:
                yield table
        if damaged:
            raise StoreError("damaged", self.store, names=", ".join(damaged))

    def damaged(self) -> list[Path]:
        """Return what cannot be used: damaged chunks and things that are no chunks."""
        found = []
        for path in sorted(self.folder.iterdir()) if self.folder.is_dir() else ():
            if path.name.startswith("."):
                continue
            try:
                if path.suffix != ".parquet":
                    raise ChunkError(path.name)
                self.read(path, ["key"])
            except ChunkError:
                found.append(path)
        return found

    def shown(self, path: Path) -> str:
        """Return the name of a chunk as people find it in the store."""
        return f"{self.folder.name}/{path.name}"

    def set_aside(self, path: Path) -> None:
        """Move a damaged file into ``corrupt/``, beside others of that name."""
        aside = self.store / CORRUPT
        aside.mkdir(exist_ok=True)
        target, at = aside / path.name, 1
        while target.exists():
            target, at = aside / f"{path.name}.{at}", at + 1
        path.rename(target)
        for folder in (aside, self.folder):
            sync_folder(folder)


def write_whole(path: Path, content: bytes, temporary: Path) -> None:
    """Write a file so that it is there whole or not at all, also when the power fails.

    Parameters
    ----------
    path
        Where it appears.
    content
        All of it.
    temporary
        Folder, on the same disk, of the file while it grows.
    """
    part = temporary / f".{path.name}.part"
    try:
        _fill(part, content)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def _fill(path: Path, content: bytes) -> None:
    """Write a file and bring it to the disk."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    if os.name == "nt":  # a folder cannot be opened there, and a rename is on the disk at once
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _schema(name: str, manifest: Manifest) -> pa.Schema:
    """Return the columns of the chunks in a folder of a store."""
    head = [("key", pa.string()), ("policy", pa.string()), ("world", pa.string())]
    head.append(("seed", pa.int64()))
    labels = [(label, _TYPES[kind]) for label, kind in manifest.labels.items()]
    if name == "runs":
        outcomes = [(outcome, pa.float64()) for outcome in manifest.outcomes]
        tail = [("year", pa.int64()), *outcomes, ("seconds", pa.float64())]
    else:
        told = [(column, pa.string()) for column in ("status", "origin", "message")]
        tail = [*told, ("attempt", pa.int64()), ("seconds", pa.float64())]
    metadata = {_STUDY: manifest.study_key.encode(), _MODEL: manifest.model_version.encode()}
    return pa.schema([*head, *labels, *tail], metadata=metadata)


def _table(rows: Sequence[Mapping[str, Any]], schema: pa.Schema) -> pa.Table:
    arrays = [pa.array([row[one.name] for row in rows], type=one.type) for one in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


def _bytes_of(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    return sink.getvalue().to_pybytes()


def _name_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
