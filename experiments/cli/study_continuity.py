"""What ``langeadem study continuity`` does and says; every sentence follows from finished runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from ...viz.text import Texts
from ...viz.text.policy_names import policy_name
from ..continuity import FIGURE, OUTCOMES, PEOPLE, Asked, Continuity, live, look
from ..continuity_findings import MOSTLY, OPEN, SAME, SURE, Findings, Standing
from .folder import portable
from .progress import Progress
from .screen import Listing
from .study import Told, made
from .study_continuity_why import decided, luck, unknown
from .study_page import Section, StudyPage

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from .study import Asked as Options

#: Decimals of an outcome.
DECIMALS = {PEOPLE: 0, FIGURE: 3}


def told_continuity(
    asked: Asked, folder: Path, options: Options, t: Texts, progress: Progress
) -> Told:
    """Live the places and return what there is to save and show."""
    began: dict[str, int] = {}

    def told(place: str, done: int, failed: int, total: int) -> None:
        if began.get(place) != total:
            began[place] = total
            progress.counting_on("progress.compare", total, done + failed)
        progress.counted(done + failed)

    def lived() -> Continuity:
        return live(asked, folder, command=options.command(), workers=options.workers, told=told)

    try:
        found = look(asked, folder) if options.status else lived()
    except KeyboardInterrupt:
        there = sum(len(one.cells) for one in look(asked, folder).places.values())
        command = options.command(here=True)
        typer.echo(t("study.go_on", done=t.number(there), command=command), err=True)
        raise typer.Exit(1) from None
    if not found.finished:
        typer.echo(t("compare.nothing", folder=folder.name), err=True)
        raise typer.Exit(1)
    findings = Findings(found)
    return Told(
        page=lambda t: page_of(findings, made(options, t), t),
        figures=lambda lang: figures_of(findings, lang),
        tables=tables_of(findings),
        scenarios=_scenarios(found),
        data=lambda t: as_data(findings),
        failed=found.failed,
    )


def _scenarios(found: Continuity) -> dict[str, Any]:
    """Return the favourite in every place over the longest horizon, by title."""
    return {
        f"{one.arms.baseline.place.name}, {found.favourite}": one.arms.scenario(found.favourite)
        for one in found.places.values()
    }


def figures_of(findings: Findings, lang: str) -> dict[str, Figure]:
    """Return the picture of who comes first in how many worlds."""
    from ...viz.figures import continuity_figure

    return {"continuity": continuity_figure(findings, lang)}


def page_of(findings: Findings, made: str, t: Texts) -> StudyPage:
    """Return the page in a language."""
    sections = [
        Section(
            t("continuity.first_title"),
            [t("continuity.first_note")],
            [first_listing(findings, outcome, t) for outcome in OUTCOMES],
        ),
        Section(
            t("continuity.won_title"),
            [t("continuity.won_note")],
            [won_listing(findings, outcome, t) for outcome in OUTCOMES],
        ),
        decided(findings, t),
        Section(t("continuity.not_title"), points=not_first(findings, t)),
        luck(findings, t),
    ]
    best = [one.key for one in findings.deciders(PEOPLE, findings.of.horizon)]
    return StudyPage(
        title=t("continuity.title"),
        question=t("continuity.question"),
        answer=answer(findings, t),
        facts=facts(findings, t),
        sections=sections,
        unknown=unknown(findings, t),
        made=made,
        assumptions=best[:12],
    )


# -- words ------------------------------------------------------------------------------------


def place_name(findings: Findings, place: str) -> str:
    """Return what people call a place."""
    return findings.of.places[place].arms.baseline.place.name


def names(policies: Sequence[str], t: Texts) -> str:
    """Return what people call calendars that are the same."""
    return t.listing([policy_name(one, t) for one in policies])


def outcome_words(outcome: str, t: Texts) -> str:
    """Return what an outcome is, for the middle of a sentence."""
    return t("continuity.of_people" if outcome == PEOPLE else "continuity.of_figure")


def facts(findings: Findings, t: Texts) -> list[tuple[str, str]]:
    """Return what was asked."""
    file, ensemble = findings.of.asked.file, findings.of.asked.ensemble
    places = t.listing([place_name(findings, one) for one in findings.of.places])
    horizons = t.listing([str(one) for one in findings.of.finished])
    lucks = max(one.lucks for one in findings.of.places.values())
    found = [
        (t("continuity.fact_places"), f"{places}. {file.text('places', t.lang)}".strip()),
        (t("continuity.fact_calendars"), _calendars(findings, t)),
        (t("continuity.fact_horizons"), t("continuity.horizons", years=horizons)),
        (t("continuity.fact_worlds"), _worlds(findings, t)),
        (t("continuity.fact_luck"), t.number(lucks)),
    ]
    if ensemble is not None and ensemble.about.get("command"):
        found.append(
            (
                t("continuity.fact_ensemble"),
                f"{portable(ensemble.where)}: {_made_of(ensemble.about)}",
            )
        )
    return found


def _made_of(about: Any) -> str:
    """Return with which command, and when, an ensemble was made, as far as it says."""
    when = str(about.get("made", ""))[:10]
    return f"{about['command']}" + (f" ({when})" if when else "")


def _calendars(findings: Findings, t: Texts) -> str:
    """Return the calendars, and which of them are the same at equal money."""
    arms = next(iter(findings.of.places.values())).arms
    told = names(arms.policies, t)
    same = [
        t("continuity.same", one=policy_name(one, t), other=policy_name(arms.same_as(one), t))
        for one in arms.policies
        if arms.same_as(one) != one
    ]
    return ". ".join([told, *same])


def _worlds(findings: Findings, t: Texts) -> str:
    if findings.of.asked.ensemble is None:
        return t("continuity.no_worlds")
    count = len(findings.of.asked.ensemble.worlds)
    keys = len(findings.of.asked.ensemble.keys)
    return t("continuity.worlds", worlds=t.number(count), keys=t.number(keys))


def answer(findings: Findings, t: Texts) -> list[str]:
    """Return the answer: who comes first after the longest horizon, and over all that was asked."""
    horizon = findings.of.horizon
    lines = []
    for outcome in OUTCOMES:
        told = [
            in_place(findings, findings.standings[place, outcome, horizon], t)
            for place in findings.of.places
        ]
        lines.append(
            t(
                f"continuity.answer_{'people' if outcome == PEOPLE else 'figure'}",
                years=str(horizon),
                places="; ".join(told),
            )
        )
    return [*lines, overall(findings, t)]


def in_place(findings: Findings, one: Standing, t: Texts) -> str:
    """Return who comes first in a place, in how many worlds, and how sure that is."""
    told = {"place": place_name(findings, one.place)}
    if one.verdict == SAME or one.lead.second is None:
        return t("continuity.place_same", **told)
    return t(
        f"continuity.place_{one.verdict}",
        **told,
        first=names(one.first, t),
        second=policy_name(one.lead.second, t),
        won=t.number(one.won_by(one.first[0]), _decimals(one.won_by(one.first[0]))),
        worlds=t.number(one.worlds),
    )


def _decimals(number: float) -> int:
    return 0 if abs(number - round(number)) < 0.05 else 1


def overall(findings: Findings, t: Texts) -> str:
    """Return how often the favourite comes first, and how surely, over all that was asked."""
    own = findings.of.favourite
    every = [one for one in findings.standings.values() if one.verdict != SAME]
    if not every:
        return t("continuity.overall_same", all=t.number(len(findings.standings)))
    ours = [one for one in every if own in one.first]
    others = [one for one in every if own not in one.first]

    def count(some: Sequence[Standing], verdict: str) -> str:
        return t.number(sum(1 for one in some if one.verdict == verdict))

    return t(
        "continuity.overall",
        favourite=policy_name(own, t),
        all=t.number(len(every)),
        same=t.number(len(findings.standings) - len(every)),
        first=t.number(len(ours)),
        first_sure=count(ours, SURE),
        first_mostly=count(ours, MOSTLY),
        first_open=count(ours, OPEN),
        other=t.number(len(others)),
        other_sure=count(others, SURE),
        other_mostly=count(others, MOSTLY),
        other_open=count(others, OPEN),
    )


def not_first(findings: Findings, t: Texts) -> list[str]:
    """Return where the favourite does not come first, or is not told from the second."""
    own = findings.of.favourite
    lines = []
    for one in findings.standings.values():
        told = {
            "place": place_name(findings, one.place),
            "what": outcome_words(one.outcome, t),
            "years": str(one.horizon),
        }
        if one.verdict == SAME or one.lead.second is None or one.lead.pair is None:
            lines.append(t("continuity.not_same", **told))
        elif own not in one.first:
            won = one.won_by(own)
            lines.append(
                t(
                    f"continuity.not_{one.verdict}",
                    **told,
                    first=names(one.first, t),
                    favourite=policy_name(own, t),
                    won=t.number(won, _decimals(won)),
                    worlds=t.number(one.worlds),
                )
            )
        elif one.verdict == OPEN:
            lines.append(
                t(
                    "continuity.not_told",
                    **told,
                    favourite=policy_name(own, t),
                    second=policy_name(one.lead.second, t),
                )
            )
    return lines or [t("continuity.always", favourite=policy_name(own, t))]


# -- tables -----------------------------------------------------------------------------------


def first_listing(findings: Findings, outcome: str, t: Texts) -> Listing:
    """Return who comes first and second, by place and horizon, and how sure that is."""
    rows = []
    for place in findings.of.places:
        for number, horizon in enumerate(findings.of.finished):
            one = findings.standings[place, outcome, horizon]
            row = ["" if number else place_name(findings, place), str(horizon)]
            pair = one.lead.pair
            if pair is None or one.lead.second is None:
                rows.append([*row, t("compare.same"), "-", "-", "-", "-"])
                continue
            mean = t.signed(pair.mean, DECIMALS[outcome])
            half = t.number(pair.half, DECIMALS[outcome])
            ahead = t.number(float((pair.world_means > 0).sum()))
            rows.append(
                [
                    *row,
                    names(one.first, t),
                    policy_name(one.lead.second, t),
                    t("compare.plus_minus", mean=mean, half=half),
                    t("continuity.of", some=ahead, all=t.number(pair.worlds)),
                    t(f"continuity.verdict_{one.verdict}"),
                ]
            )
    heads = ("place", "years", "first", "second", "difference", "ahead", "verdict")
    columns = [t(f"continuity.head_{name}") for name in heads]
    title = t(f"continuity.table_{'people' if outcome == PEOPLE else 'figure'}")
    return Listing(columns, rows, frozenset({1, 4, 5}), frozenset({2, 3, 6}), title)


def won_listing(findings: Findings, outcome: str, t: Texts) -> Listing:
    """Return in how many worlds each calendar is best, by place and horizon."""
    arms = next(iter(findings.of.places.values())).arms
    distinct = [one for one in arms.policies if arms.same_as(one) == one]
    rows = []
    for place in findings.of.places:
        for number, horizon in enumerate(findings.of.finished):
            one = findings.standings[place, outcome, horizon]
            cells = []
            for policy in distinct:
                group = next(group for group in one.groups if policy in group)
                won = one.won_by(policy)
                # Of calendars that are the same over this horizon only, the first has the number.
                alone = group[0] == policy
                cells.append(t.number(won, _decimals(won)) if alone else t("compare.dash"))
            rows.append(["" if number else place_name(findings, place), str(horizon), *cells])
    columns = [t("continuity.head_place"), t("continuity.head_years")]
    columns += [
        names([one for one in arms.policies if arms.same_as(one) == policy], t)
        for policy in distinct
    ]
    title = t(f"continuity.table_{'people' if outcome == PEOPLE else 'figure'}")
    wide = frozenset(range(2, len(columns)))
    return Listing(columns, rows, frozenset(range(1, len(columns))), wide, title)


# -- for machines -----------------------------------------------------------------------------


def tables_of(findings: Findings) -> dict[str, pd.DataFrame]:
    """Return the tables that are saved, by name."""
    import pandas as pd

    rows = []
    for one in findings.standings.values():
        pair = one.lead.pair
        rows.append(
            {
                "place": one.place,
                "outcome": one.outcome,
                "horizon": one.horizon,
                "first": " ".join(one.first),
                "second": one.lead.second,
                "difference": None if pair is None else pair.mean,
                "low": None if pair is None else pair.low,
                "high": None if pair is None else pair.high,
                "worlds": one.worlds,
                "verdict": one.verdict,
                **{f"won.{group[0]}": won for group, won in zip(one.groups, one.won, strict=True)},
            }
        )
    each = [
        findings.margins(outcome, findings.of.horizon)
        .rename_axis("world")
        .reset_index()
        .assign(outcome=outcome)
        for outcome in OUTCOMES
    ]
    return {"standings": pd.DataFrame(rows), "margins": pd.concat(each, ignore_index=True)}


def as_data(findings: Findings) -> dict[str, Any]:
    """Return the standings for machines."""
    return {
        "places": list(findings.of.places),
        "horizons": findings.of.finished,
        "favourite": findings.of.favourite,
        "standings": [
            {
                "place": one.place,
                "outcome": one.outcome,
                "years": one.horizon,
                "first": list(one.first),
                "second": one.lead.second,
                "verdict": one.verdict,
                "won": {group[0]: won for group, won in zip(one.groups, one.won, strict=True)},
            }
            for one in findings.standings.values()
        ],
    }
