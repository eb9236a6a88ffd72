"""The folder of a run: it appears complete or not at all, and nobody else's files are touched."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from ...viz.text import Texts
from .screen import InputError

#: The file that makes a folder ours; it lists the others.
RECORD = "run.json"
#: What ``langeadem report`` makes of a folder; it goes when the results are made anew.
REPORT = "report.html"


class RunFolder:
    """Where a run is saved.

    Parameters
    ----------
    path
        As asked; it need not exist.
    """

    def __init__(self, path: Path) -> None:
        self.asked = path
        self.path = path.resolve()

    def check(self, t: Texts) -> None:
        """Refuse, before any work is done, a folder that cannot be used.

        Raises
        ------
        InputError
            When it is a file, holds something else than an earlier run, or cannot be written.
        """
        if self.path.exists():
            if not self.path.is_dir():
                raise InputError(t("out.file", path=str(self.asked)))
            if any(self.path.iterdir()) and self._earlier() is None:
                raise InputError(t("out.foreign", path=str(self.asked)))
        above = self.path.parent
        while not above.exists():
            above = above.parent
        if not (above.is_dir() and os.access(above, os.W_OK | os.X_OK)):
            raise InputError(t("out.unwritable", path=str(self.asked), above=str(above)))

    def _earlier(self) -> list[str] | None:
        """Return the files of the earlier run that is here, or None when there is none."""
        try:
            files = json.loads((self.path / RECORD).read_text(encoding="utf-8"))["files"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return [str(name) for name in files] if isinstance(files, list) else None

    @contextlib.contextmanager
    def filling(self) -> Iterator[Path]:
        """Give a folder beside it to write into; it takes its place when all went well.

        Files of an earlier run are replaced; others that somebody put there are kept.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        new = self.path.with_name(f".{self.path.name}.{os.getpid()}.part")
        new.mkdir()
        try:
            yield new
            self._take_place(new)
        finally:
            shutil.rmtree(new, ignore_errors=True)

    def _take_place(self, new: Path) -> None:
        if not self.path.exists():
            new.rename(self.path)
            return
        old = self.path.with_name(f".{self.path.name}.{os.getpid()}.old")
        ours = {*(self._earlier() or ()), RECORD, REPORT}
        self.path.rename(old)
        try:
            new.rename(self.path)
        except OSError:
            old.rename(self.path)
            raise
        for entry in old.iterdir():
            if entry.name not in ours and not (self.path / entry.name).exists():
                entry.rename(self.path / entry.name)
        shutil.rmtree(old)

    @property
    def shown(self) -> str:
        """The path as people read it."""
        return shown_path(self.path)


def portable(name: str | Path) -> str:
    """Return a path without the folders of this machine."""
    return Path(name).name if Path(name).is_absolute() else str(name)


def shown_path(path: Path) -> str:
    """Return a path as people read it: relative to the current folder where it lies in it."""
    path = path.resolve()
    with contextlib.suppress(ValueError, OSError):
        return str(path.relative_to(Path.cwd()))
    return str(path)
