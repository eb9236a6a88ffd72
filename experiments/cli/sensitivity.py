"""``langeadem sensitivity``: which assumptions matter, coarsely and then precisely."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from ...viz.text import Texts, texts
from .analysis import (
    folder_of,
    going_on,
    refusing_analysis,
    save_analysis,
    store_of,
    study_of,
    tell_analysis,
    telling,
)
from .folder import portable
from .progress import Progress
from .screen import answering
from .workers import check_workers_asked, cluster

if TYPE_CHECKING:
    from ..equal_money import Money
    from ..sensitivity import Question


@dataclass(frozen=True)
class Asked:
    """The options of ``langeadem sensitivity``."""

    study: str
    outcome: str | None
    year: int | None
    keep: int
    trajectories: int
    samples: int | None
    second_order: bool
    replicates: int | None
    seed: int | None
    money: str
    retry_failed: bool
    ensemble: Path | None
    workers: int | None
    executor: str
    scheduler: str | None
    out: Path | None
    lang: str
    quiet: bool
    as_json: bool
    debug: bool

    def command(self, here: bool = False) -> str:
        """Return the command that does this again; ``here`` with where it is saved, to type it."""
        words = ["langeadem", "sensitivity", self.study if here else portable(self.study)]
        for name in ("outcome", "year"):
            if getattr(self, name) is not None:
                words += [f"--{name}", str(getattr(self, name))]
        words += ["--keep", str(self.keep), "--trajectories", str(self.trajectories)]
        for name in ("samples", "replicates", "seed"):
            if getattr(self, name) is not None:
                words += [f"--{name}", str(getattr(self, name))]
        if self.second_order:
            words.append("--second-order")
        if self.money != "total":
            words += ["--money", self.money]
        if self.ensemble is not None:
            words += ["--ensemble", str(self.ensemble) if here else portable(self.ensemble)]
        if here and self.out is not None:
            words += ["--out", str(self.out)]
        return shlex.join(words)


def sensitivity_command(asked: Asked) -> None:
    """Check everything, live what is not there yet, and show which assumptions matter."""
    from . import sensitivity_outcome as outcome

    t = texts(asked.lang)
    with answering(t, asked.debug) as doing, refusing_analysis(t):
        question = _question(asked, t)
        name = question.ground.study.name
        folder = folder_of(asked.out, "sensitivity", name, asked.seed)
        with (
            cluster(asked.scheduler) as executor,
            store_of(question.ground, folder, asked.command()) as store,
            Progress(t, asked.quiet or asked.as_json) as progress,
        ):
            from ..points import Crew
            from ..sensitivity import answer

            hear = telling(progress)

            def told(part: str, done: int, total: int) -> None:
                doing.what = t(
                    "doing.screening_runs" if part == "screening" else "doing.index_runs"
                )
                hear(
                    "progress.screening" if part == "screening" else "progress.indices", done, total
                )

            crew = Crew(executor, asked.workers, asked.retry_failed)
            with (
                going_on(store, folder, asked.command(here=True), t),
                progress.telling_of_translation(),
            ):
                found = answer(question, store, crew, told)
            doing.what = t("doing.saving", folder=folder.shown)
            progress.saving()
            ground, command = found.question.ground, asked.command()
            save_analysis(found, ground, outcome, command, asked.lang, folder.path)
        tell_analysis(found, outcome, asked.as_json, asked.quiet, folder.shown, t)


def _question(asked: Asked, t: Texts) -> Question:
    """Return the question, checked before anything is lived."""
    from ..sensitivity import question

    check_workers_asked(asked.workers, asked.executor, asked.scheduler, t)
    return question(
        study_of(asked.study, asked.seed, asked.replicates, t),
        outcome=asked.outcome,
        year=asked.year,
        replicates=asked.replicates,
        keep=asked.keep,
        trajectories=asked.trajectories,
        samples=asked.samples,
        second_order=asked.second_order,
        money=cast("Money", asked.money),
        ensemble=asked.ensemble,
    )
