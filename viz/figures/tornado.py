"""What each assumption does by itself, from one end of its range to the other, the largest above."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ..text import DEFAULT_LANGUAGE, Texts, texts
from ..text.outcome_words import OutcomeWords
from .assumption_rows import (
    MOST_ROWS,
    WIDTH,
    WORDS,
    Rows,
    StudyFacts,
    as_title,
    assumption_words,
    trimmed,
)
from .effects import nice_ticks, page_for, tick_words
from .style import BODY, FAINT, INK, MARGIN, PAPER, SMALL, SOFT, Page, font

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ...experiments.sensitivity import Ends, Swing

_LOW, _HIGH = "#E69F00", "#0072B2"
_AXIS, _FOOT, _BAR = 0.62, 0.3, 0.2
_ROOM = 0.62


def tornado_figure(
    swings: Sequence[Swing],
    usual: float,
    facts: StudyFacts,
    lang: str = DEFAULT_LANGUAGE,
) -> Figure:
    """Draw how far the outcome goes when one assumption goes from low to high, others as usual.

    Parameters
    ----------
    swings
        Of every assumption, the largest first; at most `MOST_ROWS` are drawn.
    usual
        The outcome with everything as usual.
    facts
        Which worlds it is about.
    lang
        ``"nl"`` or ``"en"``.

    Raises
    ------
    ValueError
        Without swings.
    """
    if not swings:
        raise ValueError("no assumptions to draw")
    t = texts(lang)
    shown, rest = list(swings[:MOST_ROWS]), len(swings) - MOST_ROWS
    rows = Rows([one.assumption.key for one in shown], t)
    below = t("tornado.below", replicates=t.number(facts.replicates))
    room = rows.height + _AXIS + (_FOOT if rest > 0 else 0.1)
    page = page_for(WIDTH, room, tornado_title(swings, facts, t), below, facts.source(t))
    places = rows.places(page.top - _AXIS)
    words = OutcomeWords(facts.outcome, t)
    axes = _axes(page, rows, shown, usual, facts, words, t)
    for one in shown:
        _bar(axes, places[one.assumption.key], one, usual, words, t)
    rows.write(page, places)
    if rest > 0:
        y = page.top - _AXIS - rows.height - 0.18
        page.write(MARGIN, y, t("assume.others", count=t.number(rest)), SMALL, color=SOFT)
    return page.figure


def tornado_title(swings: Sequence[Swing], facts: StudyFacts, t: Texts) -> str:
    """Return the finding: which assumption does most by itself."""
    told = {"what": as_title(facts.what(t)), "when": facts.when(t)}
    if not any(is_more_than_luck(one) for one in swings):
        return t("tornado.title_none", **told)
    first = next(one for one in swings if is_more_than_luck(one))
    return t("tornado.title", **told, first=assumption_words(first.assumption.key, t))


def is_more_than_luck(swing: Swing) -> bool:
    """Return whether one end differs from usual by more than its 95% interval."""
    return any(end.low > 0 or end.high < 0 for end in (swing.at_low, swing.at_high))


def _axes(
    page: Page,
    rows: Rows,
    shown: Sequence[Swing],
    usual: float,
    facts: StudyFacts,
    words: OutcomeWords,
    t: Texts,
) -> Axes:
    left = MARGIN + WORDS
    width, bottom = page.width - MARGIN - left, page.top - _AXIS - rows.height
    axes = page.axes(left, bottom, width, rows.height)
    reach = [0.0] if facts.is_difference else []
    for one in shown:
        for end in (one.at_low, one.at_high):
            reach += [usual + end.change, *_finite(usual + end.low, usual + end.high)]
    low, high = min(usual, *reach) * words.factor, max(usual, *reach) * words.factor
    if high <= low:
        low, high = low - 1.0, high + 1.0
    # Values of the assumption stand beside the bars.
    span = (high - low) * width / (width - 2 * _ROOM)
    edge = span * _ROOM / width
    axes.set(xlim=(low - edge, high + edge), ylim=(bottom, bottom + rows.height))
    ticks = nice_ticks(low, high, 5)
    axes.set_xticks(ticks.tolist(), tick_words(t, ticks), fontproperties=font(SMALL), color=SOFT)
    axes.xaxis.tick_top()
    axes.tick_params(axis="x", pad=2)
    axes.set_yticks([])
    axes.grid(axis="x", color=FAINT, linewidth=0.8)
    axes.set_axisbelow(True)
    page.write(left, page.top - 0.1, facts.unit(t), SMALL, color=SOFT)
    axes.axvline(usual * words.factor, color=INK, linewidth=1.1, zorder=1.5, gid="usual")
    _note(axes, usual * words.factor, t("assume.all_usual"))
    if facts.is_difference:
        axes.axvline(0, color=SOFT, linewidth=1.1, linestyle=(0, (4, 2)), zorder=1.4, gid="zero")
        if abs(usual * words.factor) > 0.16 * span:
            _note(axes, 0.0, t("assume.no_difference"))
    return axes


def _note(axes: Axes, x: float, text: str) -> None:
    """Write what a line means above the axis."""
    axes.annotate(
        text,
        xy=(x, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(0, 17),
        textcoords="offset points",
        ha="center",
        va="bottom",
        fontproperties=font(SMALL),
        color=INK,
        annotation_clip=False,
    )


def _finite(*values: float) -> list[float]:
    return [one for one in values if math.isfinite(one)]


def _bar(axes: Axes, y: float, swing: Swing, usual: float, words: OutcomeWords, t: Texts) -> None:
    """Draw the two halves of a bar; where both ends lie on one side they stand under each other."""
    factor, key = words.factor, swing.assumption.key
    ends = (
        ("low", swing.at_low, swing.assumption.span.low, _LOW, "////"),
        ("high", swing.at_high, swing.assumption.span.high, _HIGH, ""),
    )
    same_side = swing.at_low.change * swing.at_high.change > 0
    for at, (name, end, value, colour, hatch) in enumerate(ends):
        shift = (0.55 - 1.1 * at) * _BAR if same_side else 0.0
        half = _BAR / 2 if same_side else _BAR * 0.62
        axes.add_patch(
            Rectangle(
                (usual * factor, y + shift - half),
                end.change * factor,
                2 * half,
                facecolor=PAPER if hatch else colour,
                edgecolor=colour,
                hatch=hatch,
                linewidth=1.0,
                zorder=2.5,
                gid=f"{name}-{key}",
            )
        )
        _whisker(axes, end, usual, y + shift, factor)
        _value(axes, end, usual, y + shift, factor, trimmed(value, t), name == "high")


def _whisker(axes: Axes, end: Ends, usual: float, y: float, factor: float) -> None:
    if not (math.isfinite(end.low) and math.isfinite(end.high)):
        return
    ends = [(usual + end.low) * factor, (usual + end.high) * factor]
    for colour, line in ((PAPER, 2.4), (SOFT, 1.1)):
        axes.plot(ends, [y, y], color=colour, linewidth=line, solid_capstyle="butt", zorder=3.5)
    axes.plot(ends, [y, y], linestyle="none", marker="|", markersize=4, color=SOFT, zorder=3.6)


def _value(
    axes: Axes, end: Ends, usual: float, y: float, factor: float, text: str, high: bool
) -> None:
    """Write the value of the assumption beyond its bar and its interval."""
    right = end.change > 0 or (end.change == 0 and high)
    reach = _finite(end.change, end.low, end.high)
    x = (usual + (max(0.0, *reach) if right else min(0.0, *reach))) * factor
    axes.annotate(
        text,
        xy=(x, y),
        xytext=(5 if right else -5, 0),
        textcoords="offset points",
        ha="left" if right else "right",
        va="center",
        fontproperties=font(BODY if len(text) < 7 else SMALL),
        color=INK,
        bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.6},
        zorder=4,
    )
