"""The first round: how far every assumption moves the outcome, beside what luck alone does."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ..text import DEFAULT_LANGUAGE, Texts, texts
from ..text.outcome_words import OutcomeWords
from .assumption_rows import MOST_ROWS, WIDTH, WORDS, Rows, StudyFacts
from .effects import nice_ticks, page_for, tick_words
from .style import BODY, FAINT, INK, MARGIN, PAPER, SMALL, SOFT, font

if TYPE_CHECKING:
    from ...experiments.indices import Screened

_BLUE, _LUCK = "#0072B2", "#e3e7eb"
_AXIS, _FOOT, _ROOM = 0.42, 0.3, 0.75


def screening_figure(
    found: Sequence[Screened],
    kept: Collection[str],
    trajectories: int,
    facts: StudyFacts,
    lang: str = DEFAULT_LANGUAGE,
) -> Figure:
    """Draw how far each assumption moves the outcome over its range, while the others vary.

    Parameters
    ----------
    found
        Of every assumption, the largest first; at most `MOST_ROWS` are drawn.
    kept
        Keys of those that go on to the next round.
    trajectories
        Size of the design.
    facts
        Which worlds it is about.
    lang
        ``"nl"`` or ``"en"``.

    Raises
    ------
    ValueError
        Without assumptions.
    """
    if not found:
        raise ValueError("no assumptions to draw")
    t = texts(lang)
    shown, rest = list(found[:MOST_ROWS]), len(found) - MOST_ROWS
    rows = Rows([one.key for one in shown], t)
    below = t("screening.below", trajectories=t.number(trajectories))
    room = rows.height + _AXIS + (_FOOT if rest > 0 else 0.1)
    title = screening_title(found, kept, t)
    page = page_for(WIDTH, room, title, below, facts.source(t))
    places = rows.places(page.top - _AXIS)
    rows.write(page, places)
    words = OutcomeWords(facts.outcome, t)
    left = MARGIN + WORDS
    width, bottom = page.width - MARGIN - left, page.top - _AXIS - rows.height
    axes = page.axes(left, bottom, width, rows.height)
    high = max(max(one.high, one.noise) for one in shown) * words.factor or 1.0
    axes.set(xlim=(0, high * width / (width - _ROOM)), ylim=(bottom, bottom + rows.height))
    ticks = nice_ticks(0.0, high, 5)
    axes.set_xticks(ticks.tolist(), tick_words(t, ticks), fontproperties=font(SMALL), color=SOFT)
    axes.xaxis.tick_top()
    axes.tick_params(axis="x", pad=2)
    axes.set_yticks([])
    axes.grid(axis="x", color=FAINT, linewidth=0.8)
    axes.axvline(0, color=INK, linewidth=1.1, zorder=1.5)
    axes.set_axisbelow(True)
    page.write(left, page.top - 0.1, facts.unit(t), SMALL, color=SOFT)
    decimals = words.decimals([one.effect for one in shown])
    for one in shown:
        y, own = places[one.key], one.key in kept
        luck = one.noise * words.factor
        tall = rows.heights[one.key] * 0.62
        axes.add_patch(
            Rectangle((0, y - tall / 2), luck, tall, color=_LUCK, zorder=1.2, gid=f"luck-{one.key}")
        )
        ends = [one.low * words.factor, one.high * words.factor]
        axes.plot(ends, [y, y], color=_BLUE if own else SOFT, linewidth=1.6, zorder=2.5)
        axes.plot(
            [one.effect * words.factor],
            [y],
            marker="o",
            markersize=8,
            markerfacecolor=_BLUE if own else PAPER,
            markeredgecolor=_BLUE if own else SOFT,
            markeredgewidth=1.4,
            zorder=3,
            gid=f"effect-{one.key}",
        )
        axes.annotate(
            words.number(one.effect, decimals),
            xy=(max(ends[1], luck), y),
            xytext=(7, 0),
            textcoords="offset points",
            va="center",
            fontproperties=font(BODY),
            color=INK if own else SOFT,
        )
    if rest > 0:
        page.write(
            MARGIN, bottom - 0.18, t("assume.others", count=t.number(rest)), SMALL, color=SOFT
        )
    return page.figure


def screening_title(found: Sequence[Screened], kept: Collection[str], t: Texts) -> str:
    """Return the finding: how many go on, and how many do no more than luck."""
    silent = sum(is_silent(one) for one in found)
    count = t.number(len(found))
    if len(kept) == len(found):
        if not silent:
            return t("screening.title_loud", count=count)
        return t("screening.title_all", count=count, silent=t.number(silent))
    return t("screening.title", count=count, silent=t.number(silent), kept=t.number(len(kept)))


def is_silent(one: Screened) -> bool:
    """Return whether what an assumption does cannot be told from luck."""
    return one.low <= one.noise
