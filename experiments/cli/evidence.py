"""``langeadem evidence``: claims of studies and documents, held against the simulation."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.text import Text

from ...viz.text import Texts, texts
from ..claims import Claim, claim, claims
from ..executors import ExecutorError
from .folder import shown_path
from .progress import Progress
from .run import as_json, check_seed
from .screen import InputError, answering, console, print_plain, show_listing

if TYPE_CHECKING:
    from ..evidence_table import Finding

#: Where the table of the repository stands, beside the package in a folder with its source.
RESULTS = Path(__file__).resolve().parents[1] / "EVIDENCE_RESULTS.md"
#: The language of the repository.
_REPOSITORY = "en"


@dataclass(frozen=True)
class Asked:
    """The options of ``langeadem evidence``."""

    only: tuple[str, ...]
    replicates: int | None
    seed: int
    workers: int | None
    out: Path | None
    lang: str
    quiet: bool
    as_json: bool
    debug: bool

    @property
    def whole(self) -> bool:
        """Whether this is what the table of the repository says it is."""
        return not self.only and self.replicates is None and self.seed == 1

    def command(self) -> str:
        """Return the command that does this again, without what does not change it."""
        words = ["langeadem", "evidence"]
        for key in self.only:
            words += ["--only", key]
        if self.replicates is not None:
            words += ["--replicates", str(self.replicates)]
        if self.seed != 1:
            words += ["--seed", str(self.seed)]
        return shlex.join(words)


def evidence_command(asked: Asked) -> None:
    """Check the claims, show the table and write it."""
    t = texts(asked.lang)
    with answering(t, asked.debug) as doing:
        wanted = _wanted(asked, t)
        target, lang = _target(asked, t)
        doing.what = t("doing.evidence")
        silent = asked.quiet or asked.as_json
        with Progress(t, silent) as progress, progress.telling_of_translation():
            found = _examined(wanted, asked, t, progress)
        if target is not None:
            _write(target, _page(found, asked, texts(lang)), t)
        _report(found, asked, target, t)


def _wanted(asked: Asked, t: Texts) -> tuple[Claim, ...]:
    """Return the claims that are asked for, checked before anything is lived."""
    if asked.replicates is not None and asked.replicates < 2:
        raise InputError(t("evidence.few", replicates=asked.replicates))
    wanted = tuple(claim(key) for key in dict.fromkeys(asked.only)) or claims()
    most = max(one.replicates for one in wanted)
    check_seed(asked.seed, t, most if asked.replicates is None else asked.replicates)
    return wanted


def _target(asked: Asked, t: Texts) -> tuple[Path | None, str]:
    """Return where the table is written, and in which language; None where it is not."""
    if asked.out is None:
        source = (RESULTS.parent.parent / "pyproject.toml").is_file()
        if source and asked.whole and os.access(RESULTS.parent, os.W_OK):
            return RESULTS, _REPOSITORY
        return None, asked.lang
    above = asked.out.parent
    if asked.out.is_dir():
        raise InputError(t("report.out_folder", path=str(asked.out)))
    if asked.out.suffix.lower() != ".md":
        raise InputError(t("evidence.out_name", path=str(asked.out)))
    if not (above.is_dir() and os.access(above, os.W_OK | os.X_OK)):
        raise InputError(t("report.out_above", path=str(asked.out), above=str(above)))
    return asked.out, asked.lang


def _examined(wanted: Sequence[Claim], asked: Asked, t: Texts, progress: Progress) -> list[Finding]:
    from ..evidence_table import examine

    def told(done: int, total: int) -> None:
        if done == 0:
            progress.counting("progress.evidence", total)
        progress.counted(done)

    try:
        return examine(wanted, asked.replicates, asked.seed, asked.workers, told)
    except ExecutorError as error:
        raise InputError(t.of_problem(str(error))) from None


def _page(found: Sequence[Finding], asked: Asked, t: Texts) -> str:
    from .evidence_outcome import markdown

    made = t(
        "evidence.made",
        command=asked.command(),
        version=version("langeadem"),
        seed=str(asked.seed),
    )
    return markdown(found, made, t)


def _write(target: Path, text: str, t: Texts) -> None:
    """Write under another name, then rename: the file is whole or is not there."""
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        try:
            unfinished.write_text(text, encoding="utf-8")
            unfinished.replace(target)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(t("report.out_failed", path=str(target), reason=reason)) from None


def _report(found: Sequence[Finding], asked: Asked, target: Path | None, t: Texts) -> None:
    from .evidence_outcome import answer, as_data, by_theme, explained, listing

    shown = None if target is None else shown_path(target)
    if asked.as_json:
        data = {"answer": answer(found, t), "claims": as_data(found, t), "saved": shown}
        typer.echo(as_json(data), nl=False)
        return
    out = console()
    print_plain(out, Text(answer(found, t)))
    if not asked.quiet:
        for theme, own in by_theme(found).items():
            out.print()
            show_listing(out, listing(own, t(f"evidence.theme_{theme}"), t))
        failing = explained(found, t)
        if failing:
            out.print()
            print_plain(out, Text(t("evidence.why_not"), style="bold"))
        for statement, why in failing:
            print_plain(out, Text(f"- {statement} {why}"))
        out.print()
        print_plain(out, Text(f"{t('evidence.note')} {t('evidence.note_use')}"))
        out.print()
    typer.echo(t("evidence.not_saved") if shown is None else t("evidence.saved", path=shown))
