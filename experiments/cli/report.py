"""``langeadem report``: a folder of results as one file that others can open and print."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.text import Text

from ...viz.report.saved import ReportError, read_saved
from ...viz.text import Texts, texts
from .folder import REPORT, shown_path
from .one_file import write_whole
from .run import as_json
from .screen import InputError, answering, console, print_plain

_SUFFIXES = (".html", ".htm")


@dataclass(frozen=True)
class Asked:
    """The options of ``langeadem report``."""

    folder: Path
    out: Path | None
    lang: str
    quiet: bool
    as_json: bool
    debug: bool


def report_command(asked: Asked) -> None:
    """Read a folder, make the page, save it whole or not at all, and say where."""
    t = texts(asked.lang)
    with answering(t, asked.debug) as doing:
        doing.what = t("report.doing")
        try:
            saved = read_saved(asked.folder, t)
        except ReportError as error:
            raise InputError(str(error)) from None
        target = asked.out or asked.folder / REPORT
        _check(target, t)
        from ...viz.report.build import page

        text = page(saved, t)
        write_whole(target, text, t)
        shown, block = shown_path(target), saved.block
        if asked.as_json:
            size = len(text.encode())
            data = {"question": block.question, "answer": block.answer, "lang": t.lang}
            typer.echo(as_json({**data, "bytes": size, "saved": shown}), nl=False)
        elif asked.quiet:
            typer.echo(shown)
        else:
            print_plain(console(), Text(block.answer))
            typer.echo()
            typer.echo(t("report.saved", path=shown))


def _check(target: Path, t: Texts) -> None:
    """Refuse a file that cannot be, or that would take the place of something else."""
    if target.is_dir():
        raise InputError(t("report.out_folder", path=str(target)))
    if target.suffix.lower() not in _SUFFIXES:
        raise InputError(t("report.out_name", path=str(target)))
    above = target.parent
    if not (above.is_dir() and os.access(above, os.W_OK | os.X_OK)):
        raise InputError(t("report.out_above", path=str(target), above=str(above)))
