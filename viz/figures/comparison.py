"""Policies beside each other: what participants, people and the neighbourhood gained, by horizon."""

from __future__ import annotations

import math
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...experiments.leading import FIGURE, Lead, lead
from ..text import DEFAULT_LANGUAGE, Texts, policy_words, texts
from ..text.money_words import rate_words
from ..text.policy_names import policy_name
from .effects import nice_ticks, page_for, tick_words
from .style import BODY, FAINT, INK, MARGIN, PAPER, SMALL, SOFT, Page, font

if TYPE_CHECKING:
    from ...experiments.comparison import Comparison

#: Okabe-Ito hues of policies in the order asked; a mark of their own goes with each.
POLICY_COLOURS = (
    "#0072B2",
    "#D55E00",
    "#009E73",
    "#CC79A7",
    "#56B4E9",
    "#E69F00",
    "#1b2530",
    "#6b7681",
)
POLICY_MARKS = ("o", "s", "^", "D", "v", "P", "X", "*")
#: Rungs that the axis of the neighbourhood is wide at least: a tenth of a step on the ladder.
_LEAST_WIDE = 0.1

_WIDTH = 10.0
_LABEL, _BESIDE, _WON, _BETWEEN = 1.5, 1.55, 0.55, 0.26
_ROW, _HEAD, _AXIS, _TOP = 0.3, 0.32, 0.3, 0.62
#: Columns: outcome and share of the room.
_COLUMNS = (("rung_years.participants", 0.38), ("rung_years.people", 0.38), (FIGURE, 0.24))


class _Line:
    """A row of the picture: policies that are the same, over one horizon."""

    def __init__(self, found: Comparison, policies: list[str], horizon: int) -> None:
        self.policies = policies
        self.horizon = horizon
        self.number = found.policies.index(policies[0])
        self.values = {name: found.mean(name, policies[0], horizon) for name, _ in _COLUMNS}
        best = found.best(horizon=horizon)
        self.behind = None if best in policies else found.paired(policies[0], best, horizon=horizon)
        ranking = found.ranking(horizon=horizon)
        self.wins = float(sum(ranking.wins[found.policies.index(one)] for one in policies))


def comparison_figure(found: Comparison, lang: str = DEFAULT_LANGUAGE) -> Figure:
    """Draw what each policy gained beside its twin over each horizon, the best first.

    Participants and people in rung-years on equal axes, the figure of the neighbourhood beside them
    on an axis at least a tenth of a rung wide; whiskers are intervals. Behind each row stands the
    paired difference with the first for participants, and in how many of a hundred replicates the
    policy came first.

    Parameters
    ----------
    found
        What was compared.
    lang
        ``"nl"`` or ``"en"``.

    Raises
    ------
    ValueError
        When there is no finished replicate.
    """
    groups = [
        (horizon, _lines(found, horizon)) for horizon in found.horizons if found.replicates(horizon)
    ]
    if not groups:
        raise ValueError("there is no finished replicate to draw")
    t = texts(lang)
    rows = sum(len(lines) for _, lines in groups)
    room = _TOP + len(groups) * _HEAD + rows * _ROW + _AXIS
    below = t(
        "comparison.below",
        baseline=policy_words(found.arms.baseline.policy.key, t),
        money=t(
            f"comparison.money_{found.arms.money.replace('-', '_')}", **rate_words(found.arms, t)
        ),
    )
    page = page_for(_WIDTH, room, comparison_title(found, t), below, source_of(found, t))
    columns = _columns(page, found, groups, t)
    y = page.top - _TOP
    for horizon, lines in groups:
        y -= _HEAD
        words = t("comparison.after", years=horizon)
        page.write(MARGIN, y + 0.09, words, BODY, bold=True)
        for line in lines:
            y -= _ROW
            _draw_line(page, columns, line, y + _ROW / 2, t)
    return page.figure


def comparison_title(found: Comparison, t: Texts) -> str:
    """Return the finding: who comes first for participants, by how much, and what the figure shows."""
    horizon = found.horizon_shown
    front = lead(found, horizon=horizon)
    told = {"place": found.arms.baseline.place.name, "years": horizon}
    if front.second is None or front.pair is None:
        return t("comparison.title_same", **told)
    return t(
        "comparison.title" if front.sure else "comparison.title_open",
        **told,
        first=policy_name(front.first[0], t),
        second=policy_name(front.second, t),
        more=t.number(front.pair.mean),
        shows=_shows(front, t),
    )


def _shows(front: Lead, t: Texts) -> str:
    """Return what the figure of the neighbourhood shows of it."""
    assert front.figure is not None
    gap = t.signed(front.figure.mean, 3)
    return t("comparison.hardly" if front.hardly_shows else "comparison.shows", gap=gap)


def names_of(policies: tuple[str, ...] | list[str], t: Texts) -> str:
    """Return what people call some policies that are the same."""
    return t.listing([policy_name(one, t) for one in policies])


def source_of(found: Comparison, t: Texts) -> str:
    """Return what was computed, for the foot of a figure."""
    arms = found.arms
    one = len(arms.worlds) == 1
    return t(
        "comparison.source",
        version=version("langeadem"),
        scenario=arms.baseline.name,
        pairs=t.number(found.replicates(found.horizon_shown)),
        worlds="" if one else t("comparison.worlds", worlds=t.number(len(arms.worlds))),
        key=arms.manifest((0,)).study_key,
    )


# -- drawing ----------------------------------------------------------------------------------


def _lines(found: Comparison, horizon: int) -> list[_Line]:
    """Return the rows of a horizon, the best first; policies that are the same are one row."""
    left = list(found.order(horizon=horizon))
    lines = []
    while left:
        same = [left[0], *(one for one in left if one in found.same_as(left[0], horizon=horizon))]
        same = sorted(dict.fromkeys(same), key=found.policies.index)
        lines.append(_Line(found, same, horizon))
        left = [one for one in left if one not in same]
    return lines


def _columns(
    page: Page, found: Comparison, groups: list[tuple[int, list[_Line]]], t: Texts
) -> list[tuple[str, Axes]]:
    """Return the axes of the three columns, with a head and an axis each."""
    room = page.width - 2 * MARGIN - _LABEL - _BESIDE - _WON - 3 * _BETWEEN
    bottom, height = page.bottom + _AXIS, page.top - _TOP - page.bottom - _AXIS
    left = MARGIN + _LABEL
    found_axes = []
    lines = [line for _, some in groups for line in some]
    for name, share in _COLUMNS:
        axes = page.axes(left, bottom, share * room, height)
        low, high = _limits(lines, name)
        axes.set(xlim=(low, high), ylim=(bottom, bottom + height), yticks=[])
        ticks = np.array([low, 0.0, high]) if name == FIGURE else nice_ticks(low, 0.9 * high, 3)
        axes.set_xticks(
            ticks.tolist(), tick_words(t, ticks), fontproperties=font(SMALL), color=SOFT
        )
        if name == FIGURE:
            for label, side in zip(
                axes.get_xticklabels(), ("left", "center", "right"), strict=True
            ):
                label.set_horizontalalignment(side)
        axes.grid(axis="x", color=FAINT, linewidth=0.8)
        axes.set_axisbelow(True)
        axes.axvline(0, color=INK, linewidth=1.1, zorder=2)
        _write_head(page, left, share * room + _BETWEEN - 0.08, name.replace(".", "_"), t)
        found_axes.append((name, axes))
        left += share * room + _BETWEEN
    _write_head(page, left, _BESIDE, "beside", t)
    _write_head(page, page.width - MARGIN - _WON, _WON + 0.1, "wins", t)
    return found_axes


def _write_head(page: Page, left: float, wide: float, key: str, t: Texts) -> None:
    """Write what a column holds, and its unit under it."""
    page.write(left, page.top - BODY / 72, t(f"comparison.head_{key}"), BODY)
    y = page.top - 0.32
    for line in page.wrapped(t(f"comparison.unit_{key}"), wide, SMALL):
        page.write(left, y, line, SMALL, color=SOFT)
        y -= 1.25 * SMALL / 72


def _limits(lines: list[_Line], name: str) -> tuple[float, float]:
    """Return the ends of an axis; participants and people have the same ones."""
    names = [FIGURE] if name == FIGURE else [one for one, _ in _COLUMNS if one != FIGURE]
    ends = [
        end for line in lines for one in names for end in line.values[one] if math.isfinite(end)
    ]
    low, high = min(0.0, *ends), max(0.0, *ends)
    if name == FIGURE:
        # A neighbourhood is shown on the scale of a ladder, not on that of its own noise.
        half = max(_LEAST_WIDE / 2, math.ceil(110 * max(-low, high)) / 100)
        return -half, half
    wide = (high - low) or 1.0
    return low - 0.03 * wide, high + 0.3 * wide


def _draw_line(
    page: Page, columns: list[tuple[str, Axes]], line: _Line, y: float, t: Texts
) -> None:
    """Draw one row: name, a mark with whiskers and its number in each column, and who won."""
    colour = POLICY_COLOURS[line.number % len(POLICY_COLOURS)]
    marker = POLICY_MARKS[line.number % len(POLICY_MARKS)]
    base = y - 0.36 * BODY / 72
    words = page.wrapped(names_of(line.policies, t), _LABEL - 0.1)
    size = BODY if len(words) == 1 else SMALL
    for at, text in enumerate(words[:2]):
        shift = 0.0 if len(words) == 1 else (0.5 - at) * 1.26 * SMALL / 72
        page.write(MARGIN + 0.1, base + shift, text, size)
    for name, axes in columns:
        mean, low, high = line.values[name]
        if not math.isfinite(mean):
            continue
        axes.plot([0, mean], [y, y], color=colour, linewidth=1.0, alpha=0.45, zorder=2.5)
        if math.isfinite(low) and math.isfinite(high):
            axes.plot(
                [low, high], [y, y], color=colour, linewidth=1.6, marker="|", markersize=7, zorder=3
            )
        axes.plot(
            [mean],
            [y],
            marker=marker,
            color=colour,
            markersize=6.5,
            markeredgecolor=PAPER,
            zorder=4,
        )
        number = t.signed(mean, 3 if name == FIGURE else 0)
        end = high if math.isfinite(high) else mean
        wide = np.ptp(axes.get_xlim())
        axes.text(
            max(end, mean) + 0.03 * wide, y, number, fontproperties=font(SMALL), color=INK,
            va="center_baseline",
        )  # fmt: skip
    won = page.width - MARGIN - _WON
    page.write(won, base, t.number(100 * line.wins), SMALL)
    page.write(won - _BESIDE, base, _beside(line, t), SMALL)


def _beside(line: _Line, t: Texts) -> str:
    """Return the paired difference with the first, with its interval."""
    if line.behind is None:
        return t("comparison.first")
    gap = line.behind
    if not math.isfinite(gap.half):
        return t.signed(gap.mean)
    ends = {"low": t.signed(gap.low), "high": t.signed(gap.high)}
    return t("comparison.from_to", mean=t.signed(gap.mean), **ends)
