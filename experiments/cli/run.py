"""``langeadem run``: live a neighbourhood, say what happened, and save it."""

from __future__ import annotations

import json
import re
import shlex
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import typer

from ...scenarios import Scenario, load
from ...viz.text import Texts, texts
from .folder import RECORD, RunFolder
from .progress import Progress
from .screen import Doing, InputError, answering
from .settings import overrides

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ...model import Neighbourhood


@dataclass(frozen=True)
class Asked:
    """The options of ``langeadem run``."""

    scenario: str
    policy: str | None
    years: int | None
    seed: int
    settings: tuple[str, ...]
    out: Path | None
    kind: str
    persons: bool
    lang: str
    quiet: bool
    as_json: bool
    debug: bool

    def command(self) -> str:
        """Return the command that makes this run again, without what does not change it."""
        words = ["langeadem", "run", self.scenario]
        if self.policy is not None:
            words += ["--policy", self.policy]
        if self.years is not None:
            words += ["--years", str(self.years)]
        words += ["--seed", str(self.seed)]
        for setting in self.settings:
            words += ["--set", setting]
        if self.persons:
            words.append("--persons")
        if self.kind != "parquet":
            words += ["--format", self.kind]
        return shlex.join(words)


def run_command(asked: Asked) -> None:
    """Run a scenario, save everything and show what happened."""
    t = texts(asked.lang)
    with answering(t, asked.debug) as doing:
        scenario = load(asked.scenario, asked.policy, overrides(asked.settings, asked.years, t))
        check_seed(asked.seed, t)
        folder = RunFolder(asked.out or _default_folder(scenario, asked.seed))
        folder.check(t)
        silent = asked.quiet or asked.as_json
        started = time.monotonic()
        with Progress(t, silent) as progress:
            world = _live(scenario, asked, t, doing, progress)
            doing.what = t("doing.saving", folder=folder.shown)
            progress.saving()
            with folder.filling() as new:
                _save(world, asked, new, time.monotonic() - started)
        _report(world, asked, folder, t)


def check_seed(seed: int, t: Texts, replicates: int = 1) -> None:
    """Refuse seeds that are not there: the first, and as many from it on as there are replicates."""
    if not 0 <= seed <= 2**63 - replicates:
        raise InputError(t("run.seed_range", seed=str(seed)))


def _default_folder(scenario: Scenario, seed: int) -> Path:
    name = f"{scenario.name}-{scenario.policy.key}-seed{seed}"
    return Path("results") / re.sub(r"[^\w.-]+", "-", name).strip(".")


def _live(
    scenario: Scenario, asked: Asked, t: Texts, doing: Doing, progress: Progress
) -> Neighbourhood:
    name = scenario.place.name
    doing.what = t("doing.building", place=name)
    progress.building(name)
    with progress.telling_of_translation():
        from ...model import Neighbourhood

        world = Neighbourhood(scenario, rng=asked.seed, record_persons=asked.persons)
        progress.living(scenario.years)
        for month in range(1, scenario.months + 1):
            doing.what = t("doing.month", month=month, months=scenario.months)
            world.step()
            progress.lived(month)
    return world


def _save(world: Neighbourhood, asked: Asked, folder: Path, seconds: float) -> None:
    """Write tables, figures, the scenario, the summary and the record of the run."""
    from ...viz.figures import ladders_figure, map_figure
    from .run_block import run_block
    from .summary_file import figure_files, save_figures, write_summary

    kind = cast("Literal['parquet', 'csv']", asked.kind)
    paths = world.chronicle.save(folder, kind)

    def draw(lang: str) -> dict[str, Figure]:
        ladders = ladders_figure(world.chronicle, lang)
        return {"ladders": ladders, "map": map_figure(world, "mean", lang)}

    saved = save_figures(folder, asked.lang, draw)
    paths += [folder / name for name in figure_files(saved)]
    stated = folder / "scenario.json"
    stated.write_text(world.setup.model_dump_json(indent=2) + "\n", encoding="utf-8")
    paths.append(stated)
    command = asked.command()
    paths.append(write_summary(folder, lambda t: run_block(world, command, asked.seed, saved, t)))
    more = {"info": world.chronicle.info, "years": world.setup.years}
    write_record(folder, command, [path.name for path in paths], seconds, more)


def write_record(
    folder: Path, command: str, files: list[str], seconds: float, more: dict[str, Any]
) -> None:
    """Write down with which command and versions the files of a folder were made."""
    record = {
        **more,
        "command": command,
        "files": sorted(files),
        "finished": datetime.now().astimezone().isoformat(timespec="seconds"),
        "seconds": round(seconds, 1),
        "versions": _versions(),
    }
    (folder / RECORD).write_text(as_json(record), encoding="utf-8")


def _versions() -> dict[str, str]:
    import platform
    from importlib.metadata import version

    packages = ("langeadem", "mesa", "numpy", "numba", "pandas")
    return {"python": platform.python_version(), **{name: version(name) for name in packages}}


def as_json(data: Any) -> str:
    """Return data as JSON, with a line end."""
    return json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _report(world: Neighbourhood, asked: Asked, folder: RunFolder, t: Texts) -> None:
    from ..programme_summary import summarise_programmes
    from ..summary import summarise
    from . import outcome, programme_outcome

    summary = summarise(world.chronicle)
    setup = world.setup
    programmes = summarise_programmes(world.chronicle, setup.policy.programmes)
    sentence = outcome.answer(summary, setup.place.name, setup.policy.key, t)
    if asked.as_json:
        data = outcome.as_data(summary, sentence, world.chronicle.info, folder.shown)
        if programmes is not None:
            data["programmes"] = programme_outcome.programme_data(programmes, t)
        typer.echo(as_json(data), nl=False)
    elif asked.quiet:
        typer.echo(folder.shown)
    else:
        outcome.show(summary, sentence, t)
        if programmes is not None:
            programme_outcome.show_programmes(programmes, t)
        typer.echo(t("run.saved", folder=folder.shown))
