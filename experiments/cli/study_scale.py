"""What ``langeadem study scale`` does and says: from how many places and years on it shows."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import typer

from ...scenarios import parameter_cards
from ...viz.report.assumptions import mark_of
from ...viz.report.relevant import relevant_keys
from ...viz.text import Texts
from ..scale import Asked, Border, Looker, Scale, border, live, unfinished
from ..visibility import LEVELS, sized
from .progress import Progress
from .run import as_json
from .screen import Listing
from .study import WORLDS, Told, made
from .study_page import Section, StudyPage
from .visible import facts_of, projects

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from ...scenarios import Scenario
    from .study import Asked as Options

#: Scales that are told, the largest first, and who looks at them.
SHOWN: tuple[tuple[Looker, str], ...] = (
    ("survey", "neighbourhood"),
    ("survey", "stairwell"),
    ("register", "neighbourhood"),
    ("register", "stairwell"),
)


def told_scale(asked: Asked, folder: Path, options: Options, t: Texts, progress: Progress) -> Told:
    """Live the sizes and return what there is to save and show."""
    began: list[int] = []

    def told(done: int, total: int) -> None:
        if not began:
            began.append(done)
            progress.counting_on("progress.scale", total, done - 1)
        progress.counted(done)

    if options.status and (left := unfinished(asked, folder / WORLDS)):
        _tell_how_far(len(asked.searches), left, options, t)
        raise typer.Exit
    found = live(asked, folder / WORLDS, workers=options.workers, told=told)
    return Told(
        page=lambda t: page_of(found, made(options, t), t),
        figures=lambda lang: figures_of(found, lang),
        tables={"scale": table_of(found)},
        scenarios={asked.file.place: _own_size(asked)},
        data=lambda t: as_data(found),
    )


def _tell_how_far(worlds: int, left: int, options: Options, t: Texts) -> None:
    """Print how many worlds are finished; of some of them only there is no answer."""
    if options.as_json:
        typer.echo(as_json({"worlds": worlds, "done": worlds - left, "left": left}), nl=False)
        return
    told = {"done": worlds - left, "worlds": worlds, "left": left}
    typer.echo(t("study.left", **{name: t.number(count) for name, count in told.items()}))


def _own_size(asked: Asked) -> Scenario:
    """Return the place of the first world with the programme at its own size."""
    from ...scenarios import with_policy

    first = asked.first
    return with_policy(first.scenario, sized(first.programme, first.programme.places))


def figures_of(found: Scale, lang: str) -> dict[str, Figure]:
    """Return the picture of what the survey sees, the mean over worlds."""
    from ...viz.figures import visibility_figure

    if len(found.years) < 2:
        return {}
    pooled = found.pooled("survey")
    about = facts_of(pooled, found.asked.first)
    return {"scale": visibility_figure(pooled, projects(), about, pooled.indicator, lang)}


def page_of(found: Scale, made: str, t: Texts) -> StudyPage:
    """Return the page in a language."""
    sections = [
        Section(
            t("scale.border_title"),
            [t("scale.border_note", what=looked_at(found, t))],
            [border_listing(found, t)],
        ),
        Section(
            t("scale.rate_title"),
            [t("scale.rate_note", respondents=t.number(found.asked.file.respondents))],
            [rate_listing(found, looker, scale, t) for looker, scale in SHOWN],
        ),
        Section(
            t("scale.effect_title"),
            [t("scale.effect_note", what=looked_at(found, t))],
            [effect_listing(found, t)],
        ),
    ]
    return StudyPage(
        title=t("scale.title"),
        question=t("scale.question", **_named(found)),
        answer=answer(found, t),
        facts=facts(found, t),
        sections=sections,
        unknown=unknown(found, t),
        made=made,
        assumptions=relevant_keys(_own_size(found.asked)),
    )


def _named(found: Scale) -> dict[str, str]:
    first = found.asked.first
    return {"programme": first.programme.name, "place": first.scenario.place.name}


def looked_at(found: Scale, t: Texts) -> str:
    """Return which figure of the residents is looked at, with its key."""
    from ...viz.figures.effects import Measure

    own = Measure(found.asked.first.indicator, t)
    return t(f"scale.indicator_{own.kind}", on=own.words, key=own.name)


def answer(found: Scale, t: Texts) -> list[str]:
    """Return from where on half of the evaluations see it, or that they do not."""
    lines = []
    for looker, scale in SHOWN:
        where = {"scale": t(f"staircase.{scale}"), "looker": t(f"scale.by_{looker}")}
        at = _first_year(found, looker, scale)
        worlds = t.number(len(found.asked.searches))
        if at is None:
            told = _never(found, looker, scale, t)
            lines.append(t("scale.answer_never", **where, **told, **_named(found), worlds=worlds))
            continue
        year, one = at
        lines.append(
            t(
                "scale.answer",
                **where,
                **_named(found),
                years=str(year),
                places=t.number(math.ceil(one.middle - 1e-9)),
                own=t.number(found.asked.first.programme.places),
                reached=t.number(one.reached),
                worlds=worlds,
            )
        )
    return lines


def _never(found: Scale, looker: Looker, scale: str, t: Texts) -> dict[str, str]:
    """Return how often it is seen at all, where half of the evaluations never see it."""
    means = 100 * found.rates(looker, scale).mean(axis=0)
    return {
        "places": t.number(found.places[-1]),
        "years": str(found.years[-1]),
        # The highest of many is higher by chance, so their mean is told beside it.
        "mean": t.number(float(means.mean()), 1),
        "rate": t.number(float(means.max()), 1),
        "cells": t.number(means.size),
    }


def _first_year(found: Scale, looker: Looker, scale: str) -> tuple[int, Border] | None:
    """Return the years with the lowest border that more than half of the worlds reach."""
    needed = found.borders(looker, scale, LEVELS[0])
    each = [(year, border(needed[:, at])) for at, year in enumerate(found.years)]
    known = [(year, one) for year, one in each if math.isfinite(one.middle)]
    return min(known, key=lambda pair: (pair[1].middle, pair[0]), default=None)


def facts(found: Scale, t: Texts) -> list[tuple[str, str]]:
    """Return what was asked."""
    file, named = found.asked.file, _named(found)
    worlds = len(found.asked.searches)
    reached = found.pooled("survey").reached
    return [
        (t("scale.fact_what"), t("scale.what", **named)),
        (t("scale.fact_indicator"), looked_at(found, t)),
        (t("scale.fact_sizes"), t.listing([t.number(one) for one in found.places])),
        (
            t("scale.fact_reached"),
            t.listing(
                [
                    t("scale.reached", places=t.number(size), people=t.number(float(row[-1])))
                    for size, row in zip(found.places, reached, strict=True)
                ]
            ),
        ),
        (t("scale.fact_years"), t.listing([str(one) for one in found.years])),
        (
            t("scale.fact_worlds"),
            t(
                "scale.worlds"
                if worlds > 1 or "" not in found.asked.searches
                else "scale.no_worlds",
                worlds=t.number(worlds),
                lucks=t.number(file.replicates),
                surveys=t.number(file.surveys),
            ),
        ),
    ]


def unknown(found: Scale, t: Texts) -> list[str]:
    """Return what may not be concluded."""
    cards = parameter_cards()
    judged = sum(mark_of(one.source) != "source" for one in cards.values())
    evaluations = len(found.asked.searches) * found.asked.file.replicates * found.asked.file.surveys
    lives = len(found.asked.searches) * found.asked.file.replicates
    return [
        t("continuity.unknown_model"),
        t(
            "scale.unknown_rates",
            evaluations=t.number(evaluations),
            lives=t.number(lives),
            doubt=t.number(_doubt(lives)),
        ),
        *_shared_luck(found, t),
        t("scale.unknown_one", **_named(found)),
        t("scale.unknown_compared"),
        t("scale.unknown_unit"),
        t("continuity.unknown_judged", judged=t.number(judged), all=t.number(len(cards))),
    ]


def _doubt(lives: int) -> float:
    """Return by how many of 100 a rate of a half can be off by chance, of lives that stand apart."""
    return 100 * 1.96 * math.sqrt(0.25 / lives)


def _shared_luck(found: Scale, t: Texts) -> list[str]:
    """Return that the worlds have their lucks in common, where there are several."""
    worlds, lucks = len(found.asked.searches), found.asked.file.replicates
    if worlds < 2:
        return []
    told = {"worlds": worlds, "lucks": lucks}
    numbers = {name: t.number(count) for name, count in told.items()}
    return [t("scale.unknown_luck", **numbers, doubt=t.number(_doubt(lucks)))]


# -- tables -----------------------------------------------------------------------------------


def border_listing(found: Scale, t: Texts) -> Listing:
    """Return the places needed, by who looks, scale, share and years."""
    rows = []
    for looker, scale in SHOWN:
        for number, level in enumerate(LEVELS):
            needed = found.borders(looker, scale, level)
            where = f"{t(f'staircase.{scale}')}, {t(f'scale.{looker}')}"
            cells = [_needed(border(needed[:, at]), found, t) for at in range(len(found.years))]
            rows.append(["" if number else where, t.percent(level), *cells])
    columns = [t("scale.head_where"), t("scale.head_level")]
    columns += [t("visible.year", year=str(year)) for year in found.years]
    return Listing(columns, rows, frozenset(range(1, len(columns))), frozenset({0}))


def _needed(one: Border, found: Scale, t: Texts) -> str:
    """Return the median over worlds, and in how many it is reached."""
    if not one.reached:
        return f"> {t.number(found.places[-1])}"
    if math.isinf(one.middle):
        middle = f"> {t.number(found.places[-1])}"
    elif one.middle <= found.places[0]:
        middle = f"≤ {t.number(found.places[0])}"
    else:
        middle = t.number(math.ceil(one.middle - 1e-9))
    return t(
        "scale.in_worlds", places=middle, reached=t.number(one.reached), worlds=str(one.worlds)
    )


def rate_listing(found: Scale, looker: Looker, scale: str, t: Texts) -> Listing:
    """Return how many of a hundred evaluations see it: mean over worlds, lowest and highest."""
    rates = 100 * found.rates(looker, scale)
    rows = []
    for at, places in enumerate(found.places):
        cells = []
        for column in range(len(found.years)):
            each = rates[:, at, column]
            mean = t.number(float(each.mean()))
            if len(each) == 1:
                cells.append(mean)
                continue
            ends = {"low": t.number(float(each.min())), "high": t.number(float(each.max()))}
            cells.append(t("compare.mean_from_to", mean=mean, **ends))
        rows.append([t.number(places), *cells])
    columns = [t("scale.head_places")]
    columns += [t("visible.year", year=str(year)) for year in found.years]
    title = f"{t(f'staircase.{scale}')}, {t(f'scale.{looker}')}"
    return Listing(columns, rows, frozenset(range(len(columns))), title=title)


def effect_listing(found: Scale, t: Texts) -> Listing:
    """Return the true difference with the twin in the figure of the neighbourhood."""
    effects = found.effects("neighbourhood")
    rows = []
    for at, places in enumerate(found.places):
        cells = [
            t.signed(float(np.mean(effects[:, at, column])), 3)
            for column in range(len(found.years))
        ]
        rows.append([t.number(places), *cells])
    columns = [t("scale.head_places")]
    columns += [t("visible.year", year=str(year)) for year in found.years]
    return Listing(columns, rows, frozenset(range(len(columns))))


def table_of(found: Scale) -> pd.DataFrame:
    """Return a row a world, who looks, scale, size and number of years."""
    import pandas as pd

    rows = [
        {
            "world": world,
            "looker": looker,
            "scale": scale,
            "places": places,
            "years": years,
            "detection": one.rate[scale][row, column],
            "effect": one.effect[scale][row, column],
            "started": one.reached[row, column],
        }
        for looker, worlds in found.worlds.items()
        for world, one in worlds.items()
        for scale in one.rate
        for row, places in enumerate(one.places)
        for column, years in enumerate(one.years)
    ]
    return pd.DataFrame(rows)


def as_data(found: Scale) -> dict[str, Any]:
    """Return the borders for machines; None where half of the evaluations never see it."""
    return {
        "places": list(found.places),
        "years": list(found.years),
        "borders": [
            {
                "looker": looker,
                "scale": scale,
                "level": level,
                "years": year,
                "reached": one.reached,
                "worlds": one.worlds,
                "places": one.middle if math.isfinite(one.middle) else None,
            }
            for looker, scale in SHOWN
            for level in LEVELS
            for at, year in enumerate(found.years)
            for one in (border(found.borders(looker, scale, level)[:, at]),)
        ],
    }
