"""What ``sensitivity`` and ``frontier`` share: the study, the folder, who works, and stopping."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import typer

from ...viz.text import Texts
from .folder import RunFolder
from .progress import Progress
from .run import as_json, check_seed
from .sweep import refusing_study

if TYPE_CHECKING:
    from ...viz.figures import StudyFacts
    from ..points import Ground
    from ..store import Store
    from ..study_file import Written


def study_of(name: str, seed: int | None, replicates: int | None, t: Texts) -> Written:
    """Return the study that is analysed, with the luck that was asked."""
    from ..study_file import read_study

    written = read_study(name)
    if seed is not None:
        check_seed(seed, t, replicates or written.file.replicates)
        written = replace(written, file=written.file.model_copy(update={"seed": seed}))
    return written


@contextlib.contextmanager
def refusing_analysis(t: Texts) -> Iterator[None]:
    """Turn what an analysis is refused for into bad input, and runs that failed into a failure."""
    from ..points import Unfinished
    from .screen import InputError

    try:
        with refusing_study(t):
            yield
    except Unfinished as error:
        typer.echo(t.of_problem(str(error)), err=True)
        raise typer.Exit(1) from None
    except RuntimeError as error:
        from ..discovery import INSTALL, MissingExtra

        if not isinstance(error, MissingExtra):
            raise
        raise InputError(t("frontier_answer.missing", command=INSTALL)) from None


def folder_of(asked: Path | None, kind: str, study: str, seed: int | None) -> RunFolder:
    """Return where an analysis is kept: asked, or named after its study."""
    name = f"{kind}-{study}" + ("" if seed is None else f"-seed{seed}")
    return RunFolder(asked or Path("results") / re.sub(r"[^\w.-]+", "-", name).strip("."))


@contextlib.contextmanager
def store_of(ground: Ground, folder: RunFolder, command: str) -> Iterator[Store]:
    """Give the store of an analysis, open to write."""
    from ..store import Store

    with Store.open(folder.path, ground.manifest(command)) as store:
        yield store


@contextlib.contextmanager
def going_on(store: Store, folder: RunFolder, command: str, t: Texts) -> Iterator[None]:
    """On Ctrl-C say what is kept and how to go on with it."""
    try:
        yield
    except KeyboardInterrupt:
        store.flush()
        told = {"done": t.number(len(store.done())), "folder": folder.shown, "command": command}
        typer.echo(t("sensitivity.go_on", **told), err=True)
        raise typer.Exit(1) from None


def telling(progress: Progress) -> Callable[[str, int, int], None]:
    """Return what hears how far a part of the work is; ``part`` is its text under ``progress``."""
    began: set[str] = set()

    def told(part: str, done: int, total: int) -> None:
        if part not in began:
            began.add(part)
            progress.counting_on(part, total, done)
        else:
            progress.counted(done)

    return told


def facts_of(
    ground: Ground, looked_at: tuple[str, int], policies: tuple[str, ...], runs: int
) -> StudyFacts:
    """Return which worlds the figures are about."""
    from ...viz.figures import StudyFacts

    study = ground.study
    arm = study.arms()[0]
    return StudyFacts(
        study=study.name,
        place=arm.scenario.place.name,
        policies=policies,
        outcome=looked_at[0],
        year=looked_at[1],
        replicates=ground.replicates,
        runs=runs,
        seed=study.seeds[0],
        version=version("langeadem"),
        worlds=ground.worlds,
    )


def save_scenarios(ground: Ground, folder: Path) -> list[str]:
    """Write the scenario of each policy with everything as usual; return the names of the files."""
    names = []
    for arm in ground.at([ground.usual()]).arms[0]:
        name = f"scenario-{arm.scenario.policy.key}.json"
        text = arm.scenario.model_dump_json(indent=2) + "\n"
        (folder / name).write_text(text, encoding="utf-8")
        names.append(name)
    return names


def told_facts(ground: Ground, about: StudyFacts, t: Texts) -> list[tuple[str, str]]:
    """Return what was asked, as a report lists it; ranges stand with the assumptions there."""
    luck = t("sensitivity.replicates", count=t.number(ground.replicates), seed=str(about.seed))
    facts = [
        (t("report.fact_years"), t.number(ground.study.years)),
        (t("sensitivity.fact_assumptions"), t.number(len(ground.assumptions))),
        (t("sensitivity.fact_runs"), t.number(about.runs)),
        (t("sensitivity.fact_replicates"), luck),
    ]
    if ground.worlds > 1:
        facts.append((t("sweep.fact_worlds"), t.number(ground.worlds)))
    return facts


def caveats(ground: Ground, left_out: tuple[str, ...], policies: int, t: Texts) -> list[str]:
    """Return what a reader must know of ranges, of money and of what is left out."""
    found = [t("sensitivity.within")]
    guessed = sum(not one.stated for one in ground.assumptions)
    if guessed:
        count = t.number(len(ground.assumptions))
        found.append(t("sensitivity.guessed", count=t.number(guessed), of=count))
    if left_out:
        found.append(t("sensitivity.left_out", keys=", ".join(left_out)))
    if ground.worlds > 1:
        found.append(t("assume.worlds", worlds=t.number(ground.worlds)))
    if policies > 1 and ground.money != "as-is":
        found.append(t("sensitivity.money"))
    return found


def save_analysis(
    found: Any, ground: Ground, outcome: ModuleType, command: str, lang: str, folder: Path
) -> None:
    """Write tables, scenarios, figures and summary; ``outcome`` says what they hold."""
    from .summary_file import save_figures, write_summary

    for name, frame in outcome.tables_of(found).items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    scenarios = save_scenarios(ground, folder)
    saved = save_figures(folder, lang, lambda lang: outcome.figures_of(found, lang))
    write_summary(
        folder,
        lambda t: {**outcome.block(found, command, scenarios, t), "figures": saved[t.lang]},
    )


def tell_analysis(
    found: Any, outcome: ModuleType, as_data: bool, quiet: bool, shown: str, t: Texts
) -> None:
    """Say what was found: as JSON, as the folder alone, or in words and tables."""
    if as_data:
        typer.echo(as_json(outcome.as_data(found, t, shown)), nl=False)
    elif quiet:
        typer.echo(shown)
    else:
        outcome.show(found, t)
        typer.echo(t("run.saved", folder=shown))
