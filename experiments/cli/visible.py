"""``langeadem visible``: how many places for how many years before a figure would show it."""

from __future__ import annotations

import math
import re
import shlex
import time
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.text import Text

from ...scenarios import load, load_programme, with_policy
from ...viz.text import Texts, texts
from .folder import RunFolder
from .progress import Progress
from .run import as_json, check_seed, write_record
from .screen import (
    InputError,
    Listing,
    answering,
    console,
    print_plain,
    refusing,
    show_listing,
)
from .settings import overrides

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from ...viz.figures import Facts, Point
    from ..visibility import Search, Visibility

#: The sixteen projects of the first digest.
_PROJECT = re.compile(r"digest 000 section 4 row \d+")


@dataclass(frozen=True)
class Asked:
    """The options of ``langeadem visible``."""

    programme: str
    place: str
    indicator: str | None
    years: str
    replicates: int
    seed: int
    respondents: int
    settings: tuple[str, ...]
    workers: int | None
    out: Path | None
    lang: str
    quiet: bool
    as_json: bool
    debug: bool

    def command(self) -> str:
        """Return the command that does this again, without what does not change it."""
        words = ["langeadem", "visible", self.programme, self.place]
        if self.indicator is not None:
            words += ["--indicator", self.indicator]
        words += ["--years", self.years, "--replicates", str(self.replicates)]
        words += ["--seed", str(self.seed), "--respondents", str(self.respondents)]
        for setting in self.settings:
            words += ["--set", setting]
        return shlex.join(words)


def visible_command(asked: Asked) -> None:
    """Search the sizes, show the borders, and save them."""
    t = texts(asked.lang)
    with answering(t, asked.debug) as doing:
        search = _search(asked, t)
        folder = RunFolder(asked.out or _default_folder(search))
        folder.check(t)
        started = time.monotonic()
        with Progress(t, asked.quiet or asked.as_json) as progress:
            from ..visibility import searched

            doing.what = t("doing.sizes")
            with progress.telling_of_translation():
                found = searched(search, partial(_told, progress, search.replicates))
            doing.what = t("doing.saving", folder=folder.shown)
            progress.saving()
            with folder.filling() as new:
                _save(found, search, asked, new, time.monotonic() - started)
        _report(found, search, asked, folder, t)


def _told(progress: Progress, replicates: int, places: int, number: int, done: int) -> None:
    if done == 1:
        what = "progress.size" if places else "progress.without"
        known = {"places": places, "number": number} if places else {}
        progress.counting(what, replicates, **known)
    progress.counted(done)


def _search(asked: Asked, t: Texts) -> Search:
    """Return the search, checked before anything is lived."""
    from ..monitor import Monitor
    from ..visibility import search

    check_seed(asked.seed, t, asked.replicates)
    if not re.fullmatch(r"\d+(,\d+)*", asked.years):
        raise InputError(t("visible.years_form", years=asked.years))
    programme = load_programme(asked.programme)
    scenario = load(asked.place, "none", overrides(asked.settings, None, t))
    with refusing(t):
        return search(
            programme,
            scenario,
            name=asked.indicator,
            years=[int(year) for year in asked.years.split(",")],
            monitor=Monitor(respondents=asked.respondents),
            replicates=asked.replicates,
            seed=asked.seed,
            workers=asked.workers,
        )


def _default_folder(search: Search) -> Path:
    name = f"visible-{search.programme.key}-{search.scenario.name}-seed{search.seed}"
    return Path("results") / re.sub(r"[^\w.-]+", "-", name).strip(".")


def facts_of(found: Visibility, search: Search) -> Facts:
    """Return which worlds the figure is about."""
    from ...viz.figures import Facts

    return Facts(
        place=search.scenario.place.name,
        programme=search.programme.name,
        year=found.years[-1],
        participants=float(found.reached[-1, -1]),
        residents=search.scenario.place.figure("residents"),
        gain=math.nan,
        pairs=found.replicates,
        policy=search.programme.key,
        scenario=search.scenario.name,
        key=search.scenario.key(),
        seed=search.seed,
        version=version("langeadem"),
    )


def projects() -> list[Point]:
    """Return the sixteen projects at their real size and years.

    Their years are those over which documents saw them, start-up included.
    """
    from ...scenarios import catalogue_names
    from ...viz.figures import Point

    points = []
    for key in catalogue_names("programmes"):
        spec = load_programme(key)
        if _PROJECT.match(spec.source):
            years = (spec.setting.months + spec.staff.start_up_months) / 12
            points.append(Point(spec.name, spec.places, years))
    return points


def figure_of(found: Visibility, search: Search, lang: str) -> Figure:
    """Return the contour of places and years."""
    from ...viz.figures import visibility_figure

    return visibility_figure(found, projects(), facts_of(found, search), found.indicator, lang)


def _table(found: Visibility) -> pd.DataFrame:
    """Return a row a scale, size and number of years."""
    import pandas as pd

    rows = [
        {
            "scale": scale,
            "places": places,
            "years": years,
            "detection": found.rate[scale][row, column],
            "effect": found.effect[scale][row, column],
            "started": found.reached[row, column],
        }
        for scale in found.rate
        for row, places in enumerate(found.places)
        for column, years in enumerate(found.years)
    ]
    return pd.DataFrame(rows)


def _save(found: Visibility, search: Search, asked: Asked, folder: Path, seconds: float) -> None:
    from ..visibility import sized
    from .summary_file import figure_files, save_figures, write_summary
    from .visible_block import TRIED, visible_block

    _table(found).to_csv(folder / "visibility.csv", index=False)

    def draw(lang: str) -> dict[str, Figure]:
        if len(found.years) < 2 or len(found.places) < 2:
            return {}
        return {"visibility": figure_of(found, search, lang)}

    saved = save_figures(folder, asked.lang, draw)
    tried = with_policy(search.scenario, sized(search.programme, search.programme.places))
    for name, setup in (("scenario.json", search.scenario), (TRIED, tried)):
        text = setup.model_dump_json(indent=2) + "\n"
        (folder / name).write_text(text, encoding="utf-8")
    command = asked.command()
    summary = write_summary(
        folder, lambda t: visible_block(found, search, tried, command, saved[t.lang], t)
    )
    files = ["visibility.csv", "scenario.json", TRIED, summary.name, *figure_files(saved)]
    seeds = list(range(search.seed, search.seed + search.replicates))
    more = {"scenario_key": search.scenario.key(), "seeds": seeds}
    write_record(folder, command, files, seconds, more)


def answer(found: Visibility, search: Search, t: Texts) -> str:
    """Return the answer in sentences, every number in them computed."""
    needed = float(found.threshold("neighbourhood", 0.5)[-1])
    told = {
        "programme": search.programme.name,
        "place": search.scenario.place.name,
        "years": str(found.years[-1]),
        "own": t.number(search.programme.places),
        "started": t.number(float(found.reached[-1, -1])),
        "respondents": t.number(search.monitor.respondents),
    }
    if math.isfinite(needed):
        return t("visible.answer", **told, places=t.number(math.ceil(needed - 1e-9)))
    return t("visible.never", **told, places=t.number(found.places[-1]))


def listing(found: Visibility, t: Texts) -> Listing:
    """Return the places needed by scale and years, for half and for most of the evaluations."""
    from ..visibility import LEVELS

    rows = []
    for scale in reversed(found.rate):
        for level in LEVELS:
            needed = found.threshold(scale, level)
            cells = [_places(found, float(one), t) for one in needed]
            rows.append([t(f"staircase.{scale}"), t.percent(level), *cells])
    columns = [t("visible.scale"), t("visible.level")]
    columns += [t("visible.year", year=str(year)) for year in found.years]
    return Listing(columns, rows, frozenset(range(1, len(columns))), frozenset({0}))


def note(found: Visibility, t: Texts) -> str:
    """Return which sizes were lived, how often, and what is read off between them."""
    return t(
        "visible.note",
        sizes=t.listing([t.number(size) for size in found.places]),
        worlds=t.number(found.replicates),
        surveys=t.number(found.surveys),
    )


def _places(found: Visibility, needed: float, t: Texts) -> str:
    if not math.isfinite(needed):
        return f"> {t.number(found.places[-1])}"
    if needed <= found.places[0]:
        return f"≤ {t.number(found.places[0])}"
    return t.number(math.ceil(needed - 1e-9))


def _report(found: Visibility, search: Search, asked: Asked, folder: RunFolder, t: Texts) -> None:
    from ..visibility import LEVELS

    if asked.as_json:
        data = {
            "answer": answer(found, search, t),
            "indicator": found.indicator,
            "years": found.years,
            "places": found.places,
            "detection": {scale: rate.tolist() for scale, rate in found.rate.items()},
            "threshold": {
                scale: {
                    f"{level:g}": [
                        None if math.isnan(one) else one
                        for one in found.threshold(scale, level).tolist()
                    ]
                    for level in LEVELS
                }
                for scale in found.rate
            },
            "saved": folder.shown,
        }
        typer.echo(as_json(data), nl=False)
        return
    if asked.quiet:
        typer.echo(folder.shown)
        return
    out = console()
    print_plain(out, Text(answer(found, search, t)))
    out.print()
    show_listing(out, listing(found, t))
    print_plain(out, Text(note(found, t)))
    out.print()
    typer.echo(t("run.saved", folder=folder.shown))
