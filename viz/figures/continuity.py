"""In how many plausible worlds each calendar comes first, by place and horizon."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import PurePath
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from ...experiments.continuity import FIGURE, OUTCOMES, PEOPLE
from ...experiments.continuity_findings import MOSTLY, SAME, SURE, Findings, Standing
from ..text import DEFAULT_LANGUAGE, Texts, texts
from ..text.policy_names import policy_name
from .comparison import POLICY_COLOURS, names_of
from .effects import page_for
from .style import BODY, FAINT, INK, MARGIN, PAPER, SMALL, SOFT, Page, font

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_WIDTH, _NAME, _YEARS, _BETWEEN = 10.0, 1.75, 0.75, 0.35
_ROW, _HEAD, _TOP, _KEY = 0.3, 0.32, 0.42, 0.62
#: Worlds that a part of a bar holds at least, as a share of all, before its number fits in it.
_FITS = 0.06


def continuity_figure(findings: Findings, lang: str = DEFAULT_LANGUAGE) -> Figure:
    """Draw bars of plausible worlds, split by which calendar is best there.

    Left what people gained, right the figure of the neighbourhood; a row a place and horizon.

    Parameters
    ----------
    findings
        What the study says; at least one horizon is finished.
    lang
        ``"nl"`` or ``"en"``.
    """
    t = texts(lang)
    of = findings.of
    rows = len(of.places) * len(of.finished)
    room = _TOP + len(of.places) * _HEAD + rows * _ROW + _KEY
    below = t("continuity.figure_below", worlds=t.number(_worlds(findings)))
    page = page_for(_WIDTH, room, continuity_title(findings, t), below, _source(findings, t))
    wide = (page.width - 2 * MARGIN - _YEARS - _BETWEEN) / 2
    lefts = {PEOPLE: MARGIN + _YEARS, FIGURE: MARGIN + _YEARS + wide + _BETWEEN}
    for outcome in OUTCOMES:
        words = t(f"continuity.figure_{'people' if outcome == PEOPLE else 'figure'}")
        page.write(lefts[outcome], page.top - BODY / 72, words, BODY)
    y = page.top - _TOP
    for place, found in of.places.items():
        y -= _HEAD
        page.write(MARGIN, y + 0.08, found.arms.baseline.place.name, BODY, bold=True)
        for horizon in of.finished:
            y -= _ROW
            years = t("continuity.figure_years", years=str(horizon))
            page.write(MARGIN + 0.1, y + 0.09, years, SMALL, color=SOFT)
            for outcome in OUTCOMES:
                axes = page.axes(lefts[outcome], y + 0.03, wide, _ROW - 0.07)
                _bar(axes, findings, findings.standings[place, outcome, horizon], t)
    _name_calendars(page, findings, t)
    return page.figure


def continuity_title(findings: Findings, t: Texts) -> str:
    """Return the finding: where the favourite is first and told apart, after the longest horizon."""
    of = findings.of
    told = {}
    for outcome, name in ((PEOPLE, "people"), (FIGURE, "figure")):
        standings = [findings.standings[place, outcome, of.horizon] for place in of.places]
        told[name] = t.number(
            sum(one.verdict in (SURE, MOSTLY) and of.favourite in one.first for one in standings)
        )
    return t(
        "continuity.figure_title",
        favourite=policy_name(of.favourite, t),
        years=str(of.horizon),
        places=t.number(len(of.places)),
        **told,
    )


def _differs(one: Standing) -> bool:
    return one.verdict != SAME


def _worlds(findings: Findings) -> int:
    return max(one.worlds for one in findings.standings.values())


def _source(findings: Findings, t: Texts) -> str:
    of = findings.of
    ensemble = of.asked.ensemble
    return t(
        "continuity.figure_source",
        version=version("langeadem"),
        study=of.asked.name,
        ensemble=t("continuity.no_worlds") if ensemble is None else ensemble_name(ensemble.where),
        lucks=t.number(max(one.lucks for one in of.places.values())),
    )


def ensemble_name(where: str) -> str:
    """Return what an ensemble is called, without the folders of one machine."""
    return PurePath(where).name


def _bar(axes: Axes, findings: Findings, one: Standing, t: Texts) -> None:
    """Draw one bar, the calendars in the order of the study."""
    policies = next(iter(findings.of.places.values())).policies
    axes.set(xlim=(0, one.worlds), ylim=(0, 1), xticks=[], yticks=[])
    if not _differs(one):
        axes.barh(0.5, one.worlds, height=1.0, color=FAINT, linewidth=0)
        axes.text(
            one.worlds / 2, 0.5, t("compare.same"), fontproperties=font(SMALL), color=SOFT,
            ha="center", va="center_baseline",
        )  # fmt: skip
        return
    left = 0.0
    for group, won in zip(one.groups, one.won, strict=True):
        if not won:
            continue
        colour = POLICY_COLOURS[policies.index(group[0]) % len(POLICY_COLOURS)]
        axes.barh(
            0.5, won, left=left, height=1.0, color=colour, edgecolor=PAPER, linewidth=1.0,
            gid=f"{one.place}-{one.outcome}-{one.horizon}-{group[0]}",
        )  # fmt: skip
        if won / one.worlds >= _FITS:
            number = t.number(won, 0 if abs(won - round(won)) < 0.05 else 1)
            axes.text(
                left + won / 2, 0.5, number, fontproperties=font(SMALL), color=PAPER,
                ha="center", va="center_baseline",
            )  # fmt: skip
        left += won


def _name_calendars(page: Page, findings: Findings, t: Texts) -> None:
    """Write below the bars which colour is which calendar."""
    arms = next(iter(findings.of.places.values())).arms
    x, y = MARGIN, page.bottom + _KEY - 0.4
    for number, policy in enumerate(arms.policies):
        if arms.same_as(policy) != policy:
            continue
        same = [one for one in arms.policies if arms.same_as(one) == policy]
        words = names_of(same, t)
        wide = page.text_width(words, SMALL) + 0.42
        if x + wide > page.width - MARGIN:
            x, y = MARGIN, y - 0.22
        box = page.axes(x, y - 0.01, 0.14, 0.11)
        box.set(xlim=(0, 1), ylim=(0, 1), xticks=[], yticks=[])
        box.barh(0.5, 1, height=1, color=POLICY_COLOURS[number % len(POLICY_COLOURS)])
        page.write(x + 0.2, y, words, SMALL, color=INK)
        x += wide
