"""One text file of a command: it appears whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from ...viz.text import Texts
from .screen import InputError


def write_whole(target: Path, text: str, t: Texts) -> None:
    """Write under another name, then rename: the file is whole or is not there.

    Raises
    ------
    InputError
        When it cannot be written.
    """
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        try:
            with unfinished.open("w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(target)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(t("report.out_failed", path=str(target), reason=reason)) from None
