"""``langeadem sweep``: live a study, point by point and luck by luck, into a folder that survives."""

from __future__ import annotations

import contextlib
import shlex
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from ...viz.report.blocks import SUMMARY
from ...viz.text import Texts, texts
from .folder import RunFolder, portable
from .progress import Progress
from .run import as_json
from .screen import InputError, answering
from .workers import check_workers_asked, cluster

if TYPE_CHECKING:
    from ..study import Study
    from ..sweeps import Sweep


@dataclass(frozen=True)
class Asked:
    """The options of ``langeadem sweep``."""

    study: str
    out: Path | None
    add_replicates: int | None
    retry_failed: bool
    ensemble: Path | None
    status: bool
    workers: int | None
    executor: str
    scheduler: str | None
    lang: str
    quiet: bool
    as_json: bool
    debug: bool

    def command(self, full: bool = False) -> str:
        """Return the command that does this again; ``full`` with where it is saved, to type it."""
        words = ["langeadem", "sweep", self.study if full else portable(self.study)]
        if self.add_replicates is not None:
            words += ["--add-replicates", str(self.add_replicates)]
        if self.ensemble is not None:
            words += ["--ensemble", str(self.ensemble) if full else portable(self.ensemble)]
        if full and self.out is not None:
            words += ["--out", str(self.out)]
        return shlex.join(words)


def sweep_command(asked: Asked) -> None:
    """Check everything, live what is not there yet, and show what there is."""
    t = texts(asked.lang)
    with answering(t, asked.debug) as doing, refusing_study(t):
        study, folder = _study(asked, t)
        if asked.status:
            _show_status(study, folder, asked, t)
            return
        silent = asked.quiet or asked.as_json
        with cluster(asked.scheduler) as executor, Progress(t, silent) as progress:
            doing.what = t("doing.sweep", folder=folder.shown)
            with progress.telling_of_translation(), _going_on(folder, asked, t):
                found = _lived(study, folder.path, asked, executor, progress)
        _save_and_tell(found, folder, asked, t)
    if len(found.failed()):
        raise typer.Exit(1)


@contextlib.contextmanager
def refusing_study(t: Texts) -> Iterator[None]:
    """Turn what a study, a folder or workers are refused for into bad input, in the language.

    Runs that could not be written are a failure, and no bad input.
    """
    from ...scenarios import ScenarioError
    from ..chunks import StoreError
    from ..executors import ExecutorError

    try:
        yield
    except (ScenarioError, InputError):
        raise
    except StoreError as error:
        if error.kind == "write":
            typer.echo(t.of_problem(str(error)), err=True)
            raise typer.Exit(1) from None
        raise InputError(t.of_problem(str(error))) from None
    except ValueError as error:
        if type(error) not in (ValueError, ExecutorError):
            raise
        raise InputError(t.of_problem(str(error))) from None


def _study(asked: Asked, t: Texts) -> tuple[Study, RunFolder]:
    """Return the study and its folder, as far as they can be checked without building scenarios."""
    from ..ensemble import Ensemble
    from ..study import Study
    from ..sweeps import as_long_as_kept, default_folder, extended

    check_workers_asked(asked.workers, asked.executor, asked.scheduler, t)
    study = Study.read(asked.study)
    if asked.ensemble is not None:
        study = study.with_ensemble(Ensemble.read(asked.ensemble))
    folder = RunFolder(asked.out or default_folder(study))
    if asked.add_replicates is not None:
        if asked.add_replicates < 1:
            raise InputError(t("sweep.add_replicates", number=str(asked.add_replicates)))
        told = (folder.path / SUMMARY).is_file()
        return extended(study, folder.path, asked.add_replicates, asked.command(), told), folder
    return as_long_as_kept(study, folder.path), folder


def _lived(
    study: Study, folder: Path, asked: Asked, executor: Executor | None, progress: Progress
) -> Sweep:
    from ..sweeps import sweep

    progress.counting("progress.points", len(study.design))
    return sweep(
        study,
        folder,
        executor=executor,
        workers=asked.workers,
        retry_failed=asked.retry_failed,
        command=asked.command(),
        told=_telling(study, folder, progress),
        checked=progress.counted,
    )


def _telling(study: Study, folder: Path, progress: Progress) -> Callable[[int, int], None]:
    """Return what hears how many runs are there; those of earlier tell nothing of the time left."""
    began = False

    def told(done: int, failed: int) -> None:
        nonlocal began
        if not began:
            began = True
            # It was of fewer runs; that there is none says that the last word is still to come.
            (folder / SUMMARY).unlink(missing_ok=True)
            progress.counting_on("progress.runs", study.total, done + failed)
        else:
            progress.counted(done + failed)

    return told


@contextlib.contextmanager
def _going_on(folder: RunFolder, asked: Asked, t: Texts) -> Iterator[None]:
    """On Ctrl-C say what is kept and how to go on with it."""
    try:
        yield
    except KeyboardInterrupt:
        from ..store import MANIFEST, Store
        from ..sweeps import planned

        if not (folder.path / MANIFEST).is_file():
            # Nothing has been lived: there is nothing to go on with.
            raise
        store = Store.read(folder.path)
        lines = t(
            "sweep.interrupted",
            done=t.number(len(store.done())),
            total=t.number(planned(store)),
            folder=folder.shown,
            command=asked.command(full=True),
        )
        typer.echo(lines, err=True)
        raise typer.Exit(1) from None


def _show_status(study: Study, folder: RunFolder, asked: Asked, t: Texts) -> None:
    """Print how far the study is in its folder, without living anything."""
    from ..store import MANIFEST, Status, Store
    from . import sweep_outcome

    study.check()
    if (folder.path / MANIFEST).is_file():
        store = Store.read(folder.path)
        sweep_outcome.check_same(store, study.manifest(), t)
        status = store.status(study.total)
    else:
        status = Status(study.total, 0, 0, study.total, 0, (), ())
    if asked.as_json:
        typer.echo(as_json(sweep_outcome.status_data(status)), nl=False)
    else:
        sweep_outcome.show_status(status, t)


def _save_and_tell(found: Sweep, folder: RunFolder, asked: Asked, t: Texts) -> None:
    """Write what a report needs beside the runs, and say what came out."""
    from . import sweep_block, sweep_outcome

    look = sweep_block.look_at(found)
    sweep_block.save(found, look, asked.command(), asked.lang)
    finding = sweep_block.finding(look, t)
    if asked.as_json:
        typer.echo(as_json(sweep_outcome.as_data(found, finding, t, folder.shown)), nl=False)
    elif asked.quiet:
        typer.echo(folder.shown)
    else:
        sweep_outcome.show(found, finding, t)
        typer.echo(t("run.saved", folder=folder.shown))
