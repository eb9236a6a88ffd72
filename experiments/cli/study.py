"""``langeadem study``: a study that ships with a question of its own, lived and told."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from ...viz.text import Texts, texts
from ..opening import MANIFEST
from ..shipped_study import ContinuityFile, ScaleFile, read_shipped, worlds_of
from .folder import RECORD, REPORT, portable, shown_path
from .one_file import write_whole
from .progress import Progress
from .run import as_json, check_seed, write_record
from .screen import Doing, InputError, answering
from .settings import overrides
from .study_page import StudyPage, block, markdown, show
from .summary_file import figure_files, save_figures, write_summary
from .sweep import refusing_study

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ...scenarios import Scenario
    from ..continuity import Asked as Continuities


#: The folder in which a study of scale keeps finished worlds.
WORLDS = "worlds"
#: What is told of a study that has just begun.
_FAR = ("planned", "done", "failed")


@dataclass(frozen=True)
class Asked:
    """The options of ``langeadem study``."""

    name: str
    ensemble: str | None
    replicates: int | None
    settings: tuple[str, ...]
    workers: int | None
    out: Path | None
    page: Path | None
    status: bool
    lang: str
    quiet: bool
    as_json: bool
    debug: bool

    def command(self, here: bool = False) -> str:
        """Return the command that does this again; ``here`` with where it is saved, to type it."""
        words = ["langeadem", "study", self.name if here else portable(self.name)]
        if self.ensemble is not None:
            words += ["--ensemble", self.ensemble if here else portable(self.ensemble)]
        if self.replicates is not None:
            words += ["--replicates", str(self.replicates)]
        for setting in self.settings:
            words += ["--set", setting]
        if here and self.out is not None:
            words += ["--out", str(self.out)]
        return shlex.join(words)


@dataclass(frozen=True)
class Told:
    """What one kind of study hands over to be saved and shown.

    Attributes
    ----------
    page : callable
        From texts to the page in their language.
    figures : callable
        From a language to figures by name.
    tables : dict
        Frames that are saved, by name.
    scenarios : dict
        What was lived, by title.
    data : callable
        From texts to what ``--json`` shows beside the answer.
    failed : int
        Runs that failed.
    seconds : float
        That it took now.
    """

    page: Callable[[Texts], StudyPage]
    figures: Callable[[str], Mapping[str, Figure]]
    tables: Mapping[str, Any]
    scenarios: Mapping[str, Scenario]
    data: Callable[[Texts], Mapping[str, Any]]
    failed: int = 0
    seconds: float = 0.0


def study_command(asked: Asked) -> None:
    """Check everything, live what is not there yet, write the page, and show it."""
    t = texts(asked.lang)
    with answering(t, asked.debug) as doing, refusing_study(t):
        name, file = _file(asked, t)
        folder = asked.out or Path("results") / f"study-{name}"
        _check_page(asked.page, t)
        _check_folder(folder, file, t)
        if asked.status:
            _check_begun(folder, file, asked, t)
        doing.what = t("doing.study", folder=shown_path(folder))
        with Progress(t, asked.quiet or asked.as_json) as progress:
            found = _told(name, file, folder, asked, t, progress)
            doing.what = t("doing.saving", folder=shown_path(folder))
            progress.saving()
            _save(found, folder, asked, t)
        _report(found, folder, asked, t, doing)
    if found.failed:
        raise typer.Exit(1)


def _file(asked: Asked, t: Texts) -> tuple[str, ContinuityFile | ScaleFile]:
    """Return the study with as many lucks as were asked."""
    name, file = read_shipped(asked.name)
    if asked.replicates is not None:
        least = type(file).LEAST
        if asked.replicates < least:
            told = {"replicates": str(asked.replicates), "least": str(least)}
            raise InputError(t("study.few", **told))
        file = file.model_copy(update={"replicates": asked.replicates})
    check_seed(file.seed, t, file.replicates)
    return name, file


def _check_folder(folder: Path, file: ContinuityFile | ScaleFile, t: Texts) -> None:
    """Refuse a folder that holds something else than a study, begun or finished."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise InputError(t("out.file", path=str(folder)))
    ours = any(one.exists() for one in _begun(folder, file)) or _is_record(folder / RECORD)
    if any(folder.iterdir()) and not ours:
        raise InputError(t("out.foreign", path=str(folder)))


def _begun(folder: Path, file: ContinuityFile | ScaleFile) -> list[Path]:
    """Return what a study lays down in its folder when it begins."""
    if isinstance(file, ContinuityFile):
        return [folder / place / MANIFEST for place in file.places]
    return [folder / WORLDS]


def _is_record(path: Path) -> bool:
    """Return whether a folder was filled by this command: the others have such a file too."""
    try:
        command = json.loads(path.read_text(encoding="utf-8"))["command"]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return str(command).startswith("langeadem study ")


def _check_begun(folder: Path, file: ContinuityFile | ScaleFile, asked: Asked, t: Texts) -> None:
    """Say at once that there is nothing to tell of: building every scenario takes a minute."""
    missing = [one for one in _begun(folder, file) if not one.exists()]
    if missing:
        # Of a folder that is there it is told what of it is missing.
        where = missing[0].parent if folder.exists() else folder
        told = {"folder": shown_path(where), "command": asked.command(here=True)}
        raise InputError(t("study.not_begun", **told))


def _check_page(page: Path | None, t: Texts) -> None:
    """Refuse a page that cannot be written before anything is lived."""
    if page is None:
        return
    if page.is_dir():
        raise InputError(t("report.out_folder", path=str(page)))
    if page.suffix.lower() != ".md":
        raise InputError(t("evidence.out_name", path=str(page)))
    above = page.parent
    if not (above.is_dir() and os.access(above, os.W_OK | os.X_OK)):
        raise InputError(t("report.out_above", path=str(page), above=str(above)))


def _told(
    name: str,
    file: ContinuityFile | ScaleFile,
    folder: Path,
    asked: Asked,
    t: Texts,
    progress: Progress,
) -> Told:
    """Live a study of either kind."""
    ensemble = worlds_of(file, asked.ensemble)
    own = overrides(asked.settings, None, t)
    began = time.monotonic()
    with progress.telling_of_translation():
        if isinstance(file, ContinuityFile):
            from ..continuity import asked_of
            from .study_continuity import told_continuity

            question = asked_of(name, file, ensemble, own)
            if asked.status:
                _tell_just_begun(question, folder, asked, t)
            found = told_continuity(question, folder, asked, t, progress)
        else:
            from ..scale import asked_of as asked_of_scale
            from .study_scale import told_scale

            found = told_scale(
                asked_of_scale(name, file, ensemble, own), folder, asked, t, progress
            )
    return replace(found, seconds=time.monotonic() - began)


def _tell_just_begun(question: Continuities, folder: Path, asked: Asked, t: Texts) -> None:
    """Say how far a study is of which nothing can be told yet, and end there."""
    from ..continuity import far, look

    if look(question, folder).finished:
        return
    each = far(question, folder)
    told = {name: sum(getattr(one, name) for one in each.values()) for name in _FAR}
    if asked.as_json:
        typer.echo(as_json(told), nl=False)
        raise typer.Exit
    typer.echo(t("study.begun", **{name: t.number(count) for name, count in told.items()}))
    where = next((place for place, one in each.items() if one.failed), None)
    if where is not None:
        typer.echo(t("study.failed", folder=shown_path(folder / where)))
    raise typer.Exit


def made(asked: Asked, t: Texts) -> str:
    """Return how a page was made: command and version, nothing of the machine."""
    return t("study.made", command=asked.command(), version=version("langeadem"))


@contextlib.contextmanager
def saving(folder: Path, stale: tuple[str, ...] = ()) -> Iterator[Path]:
    """Give a folder to write files into; they are in ``folder`` together when all is written.

    Runs that are kept in ``folder`` stay where they are, for somebody may be adding to them: so the
    folder itself is not replaced.

    Parameters
    ----------
    folder
        Where the files go.
    stale
        Names of what earlier results left that must not stand beside new ones.
    """
    folder.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=".saving-", suffix=".part", dir=folder))
    try:
        yield new
        with _uninterrupted():
            for name in stale:
                (folder / name).unlink(missing_ok=True)
            # The record says that the others are there, so it comes last.
            for one in sorted(new.iterdir(), key=lambda one: one.name == RECORD):
                one.replace(folder / one.name)
    finally:
        shutil.rmtree(new, ignore_errors=True)


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Hold off Ctrl-C for what is done in no time, and must be done whole."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before or signal.SIG_DFL)
    if came:
        raise KeyboardInterrupt


def _save(found: Told, folder: Path, asked: Asked, t: Texts) -> None:
    """Write the result, and the page where it was asked for; all of it or nothing."""
    if asked.page is None:
        # What was told of earlier results goes with them.
        with saving(folder, stale=(RECORD, REPORT)) as new:
            _write(found, new, asked, t)
        return
    with saving(folder, stale=(RECORD, REPORT)) as new, saving(asked.page.parent) as beside:
        page = _write(found, new, asked, t)
        _write_page(found, page, beside / asked.page.name, asked, t)


def _write(found: Told, folder: Path, asked: Asked, t: Texts) -> StudyPage:
    """Write all files of a result, and return its page in the language that was asked."""
    files = []
    for name, frame in found.tables.items():
        frame.to_csv(folder / f"{name}.csv", index=False)
        files.append(f"{name}.csv")
    scenarios = []
    for number, (title, scenario) in enumerate(found.scenarios.items(), start=1):
        file = f"scenario-{number}.json"
        write_whole(folder / file, scenario.model_dump_json(indent=2) + "\n", t)
        scenarios.append({"file": file, "title": title, "years": scenario.years})
        files.append(file)
    figures = save_figures(folder, asked.lang, found.figures)
    pages = {lang: found.page(texts(lang)) for lang in figures}
    for lang, page in pages.items():
        file = "page.md" if lang == asked.lang else f"page.{lang}.md"
        write_whole(folder / file, markdown(page, figures[lang], texts(lang)), t)
        files.append(file)
    write_summary(
        folder, lambda t: block(pages[t.lang], asked.command(), figures[t.lang], scenarios)
    )
    files += ["summary.json", *figure_files(figures)]
    write_record(folder, asked.command(), files, found.seconds, {})
    return pages[asked.lang]


def _write_page(found: Told, page: StudyPage, target: Path, asked: Asked, t: Texts) -> None:
    """Write the page with its figures beside it, named after it."""
    from ...viz.figures import save_figure

    figures = []
    for name, figure in found.figures(asked.lang).items():
        file = f"{target.stem.lower()}-{name}.png"
        save_figure(figure, target.with_name(file))
        figures.append({"file": file, "title": str(figure.get_label()).partition("\n")[0]})
    write_whole(target, markdown(page, figures, t), t)


def _report(found: Told, folder: Path, asked: Asked, t: Texts, doing: Doing) -> None:
    doing.what = t("doing.study", folder=shown_path(folder))
    page = found.page(t)
    shown = shown_path(asked.page or folder)
    if asked.as_json:
        data = {"answer": " ".join(page.answer), **found.data(t), "saved": shown}
        typer.echo(as_json(data), nl=False)
    elif asked.quiet:
        typer.echo(shown)
    else:
        show(page, t)
        typer.echo(t("run.saved", folder=shown))
