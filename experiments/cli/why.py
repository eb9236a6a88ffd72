"""``langeadem why``: why the gains of participants do not show, in numbers that add up."""

from __future__ import annotations

import re
import shlex
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from ...scenarios import load
from ...viz.text import Texts, texts
from .folder import RunFolder, portable
from .progress import Progress
from .run import as_json, check_seed, write_record
from .screen import answering, refusing
from .settings import overrides

if TYPE_CHECKING:
    from ..ensemble import Ensemble
    from ..reasons import Why
    from ..replica import Question


@dataclass(frozen=True)
class Asked:
    """The options of ``langeadem why``."""

    scenario: str
    policy: str | None
    baseline: str
    indicator: str | None
    year: int
    replicates: int
    seed: int
    respondents: int
    settings: tuple[str, ...]
    ensemble: Path | None
    workers: int | None
    out: Path | None
    lang: str
    quiet: bool
    as_json: bool
    debug: bool

    def command(self) -> str:
        """Return the command that does this again, without what does not change it."""
        words = ["langeadem", "why", self.scenario]
        if self.policy is not None:
            words += ["--policy", self.policy]
        if self.baseline != "none":
            words += ["--baseline", self.baseline]
        if self.indicator is not None:
            words += ["--indicator", self.indicator]
        words += ["--year", str(self.year), "--replicates", str(self.replicates)]
        words += ["--seed", str(self.seed), "--respondents", str(self.respondents)]
        for setting in self.settings:
            words += ["--set", setting]
        if self.ensemble is not None:
            words += ["--ensemble", portable(self.ensemble)]
        return shlex.join(words)


def why_command(asked: Asked) -> None:
    """Live twins on other luck, add up the ledger, let evaluators look, and show the answer."""
    t = texts(asked.lang)
    with answering(t, asked.debug) as doing:
        from ..ensemble import Ensemble

        ensemble = Ensemble.of(asked.ensemble)
        question = _question(asked, t)
        worlds = None if ensemble is None else _in_worlds(ensemble, asked, t)
        folder = RunFolder(asked.out or _default_folder(question, asked.seed))
        folder.check(t)
        silent = asked.quiet or asked.as_json
        started = time.monotonic()
        with Progress(t, silent) as progress:
            from ..reasons import answer

            doing.what = t("doing.twins", pairs=asked.replicates)
            progress.counting("progress.twins", asked.replicates)
            with progress.telling_of_translation():
                found = answer(
                    question,
                    replicates=asked.replicates,
                    seed=asked.seed,
                    workers=asked.workers,
                    told=progress.counted,
                    worlds=worlds,
                )
            doing.what = t("doing.evaluating")
            progress.evaluating()
            found.look()
            doing.what = t("doing.saving", folder=folder.shown)
            progress.saving()
            with folder.filling() as new:
                _save(found, asked, ensemble, new, time.monotonic() - started)
        _report(found, asked, folder, t)


def _question(asked: Asked, t: Texts) -> Question:
    """Return the question, checked before anything is lived."""
    from ..reasons import check_replicates, question
    from ..replicates import check_workers

    check_seed(asked.seed, t, asked.replicates)
    scenario = load(asked.scenario, None, overrides(asked.settings, None, t))
    with refusing(t):
        check_replicates(asked.replicates)
        check_workers(asked.workers)
        return question(scenario, **_asked_of(asked))


def _asked_of(asked: Asked) -> dict[str, Any]:
    """Return what a question takes beside its scenario."""
    from ..monitor import Monitor

    return {
        "policy": asked.policy,
        "baseline": asked.baseline,
        "name": asked.indicator,
        "year": asked.year,
        "monitor": Monitor(respondents=asked.respondents),
    }


def _in_worlds(ensemble: Ensemble, asked: Asked, t: Texts) -> dict[str, Question]:
    """Return the question in each plausible world that a replicate is lived in."""
    from ..reasons import in_worlds

    own = overrides(asked.settings, None, t)
    with refusing(t):
        return in_worlds(ensemble, asked.replicates, asked.scenario, own, **_asked_of(asked))


def _default_folder(question: Question, seed: int) -> Path:
    name = f"why-{question.policy.name}-{question.policy.policy.key}-seed{seed}"
    return Path("results") / re.sub(r"[^\w.-]+", "-", name).strip(".")


def _save(
    found: Why, asked: Asked, ensemble: Ensemble | None, folder: Path, seconds: float
) -> None:
    """Write the tables, the figures, the two scenarios, the summary and the record."""
    from .summary_file import figure_files, save_figures, write_summary
    from .why_block import why_block
    from .why_figures import figures_of

    paths = []
    for name, frame in tables_of(found).items():
        path = folder / f"{name}.csv"
        frame.to_csv(path, index=False)
        paths.append(path)
    saved = save_figures(folder, asked.lang, lambda lang: figures_of(found, lang), ["ledger"])
    paths += [folder / name for name in figure_files(saved)]
    for name, arm in (("scenario", found.question.policy), ("baseline", found.question.baseline)):
        path = folder / f"{name}.json"
        path.write_text(arm.model_dump_json(indent=2) + "\n", encoding="utf-8")
        paths.append(path)
    command = asked.command()
    paths.append(write_summary(folder, lambda t: why_block(found, command, saved, t)))
    more = {
        "scenario_key": found.question.policy.key(),
        "baseline_key": found.question.baseline.key(),
        "seeds": [one.seed for one in found.replicas],
    }
    if ensemble is not None:
        more["worlds"] = list(found.worlds)
        more["ensemble"] = {"content": ensemble.content, **ensemble.about}
    write_record(folder, command, [path.name for path in paths], seconds, more)


def tables_of(found: Why) -> dict[str, Any]:
    """Return the tables that are saved, by name."""
    import pandas as pd

    from ..indicators import INDICATORS

    ledgers = pd.concat(
        [found.ledger(name).assign(indicator=name) for name in INDICATORS], ignore_index=True
    )
    evaluations = pd.concat(
        [table.reset_index().assign(scale=scale) for scale, table in found.rates.items()],
        ignore_index=True,
    )
    pairs = pd.DataFrame(
        [
            {
                "seed": one.seed,
                **({"world": found.worlds[at]} if found.worlds else {}),
                "started": one.fate.started,
                "supported": one.fate.supported,
                "alive": one.fate.alive,
                "living_here": one.fate.here,
                "compared": one.fate.compared,
                "gain_in_support": one.fate.gained,
                "gain_now": one.fate.kept,
                **one.ledger[found.question.indicator],
            }
            for at, one in enumerate(found.replicas)
        ]
    )
    return {
        "ledger": ledgers[["indicator", "term", "value", "low", "high"]],
        "staircase": pd.DataFrame([vars(step) for step in found.steps]),
        "evaluations": evaluations,
        "verdicts": found.verdicts.reset_index(),
        "pairs": pairs,
    }


def _report(found: Why, asked: Asked, folder: RunFolder, t: Texts) -> None:
    from . import why_outcome

    if asked.as_json:
        data = why_outcome.as_data(found, t, folder.shown)
        typer.echo(as_json(data), nl=False)
    elif asked.quiet:
        typer.echo(folder.shown)
    else:
        why_outcome.show(found, t)
        typer.echo(t("run.saved", folder=folder.shown))
