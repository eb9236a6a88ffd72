"""What is checked before a store is opened: whose folder it is, and whether it is free."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import filelock

from .chunks import CORRUPT, StoreError
from .manifest import LAYOUT, OPEN, Manifest, differences

#: The file that makes a folder a store.
MANIFEST = "study.json"
#: Held by the one who writes.
LOCK = ".lock"


def check_folder(folder: Path) -> None:
    """Refuse a file, and a folder with other things than a store; raise StoreError."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise StoreError("file", folder)
    if (folder / MANIFEST).exists():
        return
    others = sorted(
        path.name
        for path in folder.iterdir()
        if path.name not in (LOCK, "runs", "failed", CORRUPT) and not path.name.endswith(".part")
    )
    if others:
        shown = ", ".join(others[:3]) + (", ..." if len(others) > 3 else "")
        raise StoreError("foreign", folder, names=shown)


def read_manifest(folder: Path) -> Manifest | None:
    """Return the manifest in a folder, or None when there is none; raise StoreError."""
    path = folder / MANIFEST
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError("unreadable", folder, reason=str(error)) from error
    try:
        layout = json.loads(text).get("layout")
        if layout != LAYOUT and isinstance(layout, int):
            raise StoreError("layout", folder, layout=layout, own=LAYOUT)
        return Manifest.from_json(text)
    except StoreError:
        raise
    except (ValueError, TypeError, AttributeError) as error:
        raise StoreError("unreadable", folder, reason=str(error)) from error


def check_same(folder: Path, kept: Manifest, asked: Manifest) -> None:
    """Refuse another study and another version of the model; raise StoreError."""
    if kept.study_key != asked.study_key:
        names = _differing(kept, asked)
        raise StoreError("other-study", folder, names=", ".join(names[:5]))
    if kept.model_version != asked.model_version:
        raise StoreError(
            "other-version", folder, stored=kept.model_version, own=asked.model_version
        )


def _differing(kept: Manifest, asked: Manifest) -> list[str]:
    mine, other = (
        {name: value for name, value in one.study.items() if name not in OPEN}
        for one in (kept, asked)
    )
    names = differences(mine, other)
    for name in ("outcomes", "years", "labels"):
        names += differences(getattr(kept, name), getattr(asked, name), name)
    return names


def resumed(kept: Manifest, asked: Manifest) -> Manifest:
    """Return the manifest of a store that is gone on with: new seeds, another command or packages."""
    last = kept.resumed[-1] if kept.resumed else asdict(kept)
    now = {"command": asked.command, "packages": dict(asked.packages)}
    found = kept.with_seeds(asked.seeds)
    if any(last[name] != value for name, value in now.items()):
        found = replace(found, resumed=(*found.resumed, {"created": asked.created, **now}))
    return found


def locked(folder: Path) -> filelock.FileLock:
    """Return the lock of who writes, held; raise StoreError when somebody else holds it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(folder / LOCK, timeout=0)
        lock.acquire()
    except filelock.Timeout:
        raise StoreError("locked", folder) from None
    except OSError as error:
        raise StoreError("unwritable", folder, reason=error.strerror or str(error)) from error
    return lock
