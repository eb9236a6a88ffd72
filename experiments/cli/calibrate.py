"""``langeadem calibrate``: which parameter sets reproduce what is published, and what is unknown."""

from __future__ import annotations

import contextlib
import json
import shlex
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from ...viz.text import Texts, texts
from .folder import RECORD, REPORT, RunFolder
from .one_file import write_whole
from .progress import Progress
from .run import as_json, check_seed, write_record
from .screen import InputError, answering

if TYPE_CHECKING:
    from ..calibrated import Calibrated
    from ..calibration import Question
    from ..claims import Claim

#: The file that says of which calibration a folder is.
MANIFEST = "calibration.json"
ENSEMBLE = "ensemble.parquet"
PAGE = "page.md"
#: Lives are kept apart from what is made of them.
WAVES = "waves"


@dataclass(frozen=True)
class Asked:
    """The options of ``langeadem calibrate``."""

    budget: int
    sets: int
    priors: Path | None
    synthetic: bool
    seed: int
    workers: int | None
    out: Path | None
    lang: str
    quiet: bool
    as_json: bool
    debug: bool

    def command(self, here: bool = False) -> str:
        """Return the command that does this again; ``here`` with where it is saved, to type it."""
        words = ["langeadem", "calibrate", "--budget", str(self.budget), "--sets", str(self.sets)]
        if self.priors is not None:
            words += ["--priors", str(self.priors) if here else self.priors.name]
        if self.synthetic:
            words.append("--synthetic")
        words += ["--seed", str(self.seed)]
        if here and self.out is not None:
            words += ["--out", str(self.out)]
        return shlex.join(words)


def calibrate_command(asked: Asked) -> None:
    """Live the waves, save the parameter sets with all that tells how far to believe them."""
    from . import calibrate_outcome as outcome

    t = texts(asked.lang)
    with answering(t, asked.debug) as doing, _refusing(t):
        question, claims = _question(asked, t)
        folder = _folder(asked, question, claims, t)
        silent = asked.quiet or asked.as_json
        started = time.monotonic()
        if not silent:
            typer.echo(outcome.plan(question, claims, t), err=True)
        with Progress(t, silent) as progress:
            from ..calibrated import calibrate
            from .study import saving

            doing.what = t("doing.calibrating", folder=folder.shown)
            with progress.telling_of_translation(), _going_on(folder, asked, t):
                found = calibrate(
                    question,
                    folder.path / WAVES,
                    synthetic=asked.synthetic,
                    workers=asked.workers,
                    told=_telling(progress, t),
                )
            doing.what = t("doing.saving", folder=folder.shown)
            progress.saving()
            with saving(folder.path, stale=(RECORD, REPORT)) as new:
                _save(found, claims, asked, new, time.monotonic() - started)
        if asked.as_json:
            typer.echo(as_json(outcome.as_data(found, folder.shown, t)), nl=False)
        elif asked.quiet:
            typer.echo(folder.shown)
        else:
            outcome.show(found, t)
            typer.echo(t("run.saved", folder=folder.shown))


@contextlib.contextmanager
def _refusing(t: Texts) -> Iterator[None]:
    """Turn what a calibration is refused for into bad input, and what does not settle into failure."""
    from ..emulator import INSTALL, MissingExtra
    from ..executors import ExecutorError
    from ..fitting import CalibrationError, UnsettledError

    try:
        yield
    except UnsettledError as error:
        typer.echo(t.of_problem(str(error)), err=True)
        raise typer.Exit(1) from None
    except MissingExtra:
        raise InputError(t("calibrate.missing", command=INSTALL)) from None
    except (CalibrationError, ExecutorError) as error:
        raise InputError(t.of_problem(str(error))) from None


def _question(asked: Asked, t: Texts) -> tuple[Question, tuple[Claim, ...]]:
    """Return what is asked, and the claims that are fitted to; checked before anything is lived."""
    from ...scenarios import parameter_cards
    from ..calibration import Budget, Question
    from ..fitting import CalibrationError, OnGrounds, fitting_claims, targets_of
    from ..priors import read_priors

    check_seed(asked.seed, t)
    if asked.workers is not None and asked.workers < 1:
        raise CalibrationError(f"workers {asked.workers!r}; allowed: 1 or more")
    budget = Budget.of(asked.budget, asked.sets)
    priors, claims = read_priors(asked.priors), fitting_claims()
    cards = parameter_cards()
    inside = (one for one in priors.each if one.low <= cards[one.key].default <= one.high)
    usual = {one.key: float(cards[one.key].default) for one in inside}
    question = Question(
        priors=priors,
        targets=targets_of(claims),
        live=OnGrounds.of(claims),
        budget=budget,
        sets=asked.sets,
        seed=asked.seed,
        usual=usual,
    )
    return question, claims


def _manifest(asked: Asked, question: Question, claims: tuple[Claim, ...]) -> dict[str, Any]:
    from ..fitting import content_of
    from ..runs import model_version

    return {
        "claims_key": content_of(claims),
        "priors_key": question.priors.content,
        "model_version": model_version(),
        "budget": asked.budget,
        "sets": asked.sets,
        "seed": asked.seed,
        "synthetic": asked.synthetic,
    }


def _folder(asked: Asked, question: Question, claims: tuple[Claim, ...], t: Texts) -> RunFolder:
    """Return the folder, begun for this calibration or begun by it earlier; refuse any other."""
    kind = "calibrate-synthetic" if asked.synthetic else "calibrate"
    folder = RunFolder(asked.out or Path("results") / f"{kind}-seed{asked.seed}")
    own, path = _manifest(asked, question, claims), folder.path / MANIFEST
    if path.is_file():
        try:
            earlier = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise InputError(t("calibrate.unreadable", path=str(path), why=str(error))) from None
        different = [key for key, value in own.items() if earlier.get(key) != value]
        if different:
            words = ", ".join(different)
            raise InputError(t("calibrate.other", folder=folder.shown, different=words))
        return folder
    folder.check(t)
    # What another command saved there has a record too, and would stay among what is written now.
    if folder.path.is_dir() and any(folder.path.iterdir()):
        raise InputError(t("out.foreign", path=str(folder.asked)))
    folder.path.mkdir(parents=True, exist_ok=True)
    write_whole(path, as_json(own), t)
    return folder


def _telling(progress: Progress, t: Texts) -> Callable[[str, int, int], None]:
    """Return what hears how far the lives of a wave are."""
    before = ""

    def told(name: str, done: int, total: int) -> None:
        nonlocal before
        kind, _, number = name.partition("-")
        if name != before:
            before = name
            key = f"progress.calibrate_{kind}"
            if kind == "wave":
                progress.counting(key, total, number=int(number))
            else:
                progress.counting_on(key, total, done)
        progress.counted(done)

    return told


@contextlib.contextmanager
def _going_on(folder: RunFolder, asked: Asked, t: Texts) -> Iterator[None]:
    """On Ctrl-C say what is kept and how to go on with it."""
    try:
        yield
    except KeyboardInterrupt:
        told = {"folder": folder.shown, "command": asked.command(here=True)}
        typer.echo(t("calibrate.go_on", **told), err=True)
        raise typer.Exit(1) from None


def _save(
    found: Calibrated, claims: tuple[Claim, ...], asked: Asked, folder: Path, seconds: float
) -> None:
    """Write the parameter sets, tables, figures, the page, the summary and the record."""
    from ..fitting import content_of
    from ..runs import model_version
    from . import calibrate_outcome as outcome
    from .summary_file import figure_files, save_figures, write_summary

    command = asked.command()
    about = found.about(
        command,
        package=version("langeadem"),
        model_version=model_version(),
        claims_key=content_of(claims),
        made=datetime.now(UTC).date().isoformat(),
    )
    names = [found.ensemble().write(folder / ENSEMBLE, about).name]
    for name, frame in outcome.tables_of(found).items():
        frame.to_csv(folder / f"{name}.csv", index=False)
        names.append(f"{name}.csv")
    saved = save_figures(folder, asked.lang, lambda lang: outcome.figures_of(found, lang))
    names += figure_files(saved)
    t = texts(asked.lang)
    page = outcome.page(found, claims, about, saved[asked.lang], t)
    (folder / PAGE).write_text(page, encoding="utf-8")
    names += [PAGE, MANIFEST]
    written = write_summary(folder, lambda t: outcome.block(found, command, saved[t.lang], t))
    names.append(written.name)
    write_record(folder, command, names, seconds, {"lives": found.lives, **about})
