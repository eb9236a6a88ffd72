"""``langeadem frontier``: under which assumptions another policy becomes best."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import typer

from ...viz.text import Texts, texts
from .analysis import (
    folder_of,
    going_on,
    refusing_analysis,
    save_scenarios,
    store_of,
    study_of,
    telling,
)
from .progress import Progress
from .run import as_json
from .screen import answering
from .sensitivity import portable

if TYPE_CHECKING:
    from ..equal_money import Money
    from ..frontier import Frontier, Prefer, Question


@dataclass(frozen=True)
class Asked:
    """The options of ``langeadem frontier``."""

    study: str
    outcome: str | None
    year: int | None
    prefer: str
    samples: int | None
    replicates: int | None
    seed: int | None
    money: str
    retry_failed: bool
    workers: int | None
    out: Path | None
    lang: str
    quiet: bool
    as_json: bool
    debug: bool

    def command(self, here: bool = False) -> str:
        """Return the command that does this again; ``here`` with where it is saved, to type it."""
        words = ["langeadem", "frontier", self.study if here else portable(Path(self.study))]
        for name in ("outcome", "year", "samples", "replicates", "seed"):
            if getattr(self, name) is not None:
                words += [f"--{name}", str(getattr(self, name))]
        if self.prefer != "most":
            words += ["--prefer", self.prefer]
        if self.money != "total":
            words += ["--money", self.money]
        if here and self.out is not None:
            words += ["--out", str(self.out)]
        return shlex.join(words)


def frontier_command(asked: Asked) -> None:
    """Check everything, live what is not there yet, and show where the best policy changes."""
    t = texts(asked.lang)
    with answering(t, asked.debug) as doing, refusing_analysis(t):
        question = _question(asked, t)
        name = question.ground.study.name
        folder = folder_of(asked.out, "frontier", name, asked.seed)
        with (
            store_of(question.ground, folder, asked.command()) as store,
            Progress(t, asked.quiet or asked.as_json) as progress,
        ):
            from ..frontier import answer
            from ..points import Crew

            doing.what = t("doing.frontier_runs")
            hear = telling(progress)
            crew = Crew(workers=asked.workers, retry_failed=asked.retry_failed)
            with (
                going_on(store, folder, asked.command(here=True), t),
                progress.telling_of_translation(),
            ):
                found = answer(
                    question,
                    store,
                    crew,
                    lambda done, total: hear("progress.frontier", done, total),
                )
            doing.what = t("doing.saving", folder=folder.shown)
            progress.saving()
            _save(found, asked, folder.path)
        _report(found, asked, folder.shown, t)


def _question(asked: Asked, t: Texts) -> Question:
    """Return the question, checked before anything is lived."""
    from ..frontier import question
    from ..replicates import check_workers

    check_workers(asked.workers)
    return question(
        study_of(asked.study, asked.seed, asked.replicates, t),
        outcome=asked.outcome,
        year=asked.year,
        replicates=asked.replicates,
        samples=asked.samples,
        prefer=cast("Prefer", asked.prefer),
        money=cast("Money", asked.money),
    )


def _save(found: Frontier, asked: Asked, folder: Path) -> None:
    from . import frontier_outcome as outcome
    from .summary_file import save_figures, write_summary

    for name, frame in outcome.tables_of(found).items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    scenarios = save_scenarios(found.question.ground, folder)
    saved = save_figures(folder, asked.lang, lambda lang: outcome.figures_of(found, lang))
    command = asked.command()
    write_summary(
        folder,
        lambda t: {**outcome.block(found, command, scenarios, t), "figures": saved[t.lang]},
    )


def _report(found: Frontier, asked: Asked, shown: str, t: Texts) -> None:
    from . import frontier_outcome as outcome

    if asked.as_json:
        typer.echo(as_json(outcome.as_data(found, t, shown)), nl=False)
    elif asked.quiet:
        typer.echo(shown)
    else:
        outcome.show(found, t)
        typer.echo(t("run.saved", folder=shown))
