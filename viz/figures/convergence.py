"""Whether the parts stand still: indices from more and more of the sample points."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator

from ..text import DEFAULT_LANGUAGE, Texts, texts
from .assumption_rows import WIDTH, StudyFacts, assumption_words
from .effects import LINE, nice_ticks, page_for
from .indices import by_total
from .style import BODY, FAINT, INK, MARGIN, SMALL, SOFT, Page, font

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ...experiments.indices import Indices

_BLUE = "#0072B2"
_ACROSS, _HIGH, _BETWEEN, _LEFT = 3, 1.25, 0.45, 0.5
_FOOT = 0.5
MOST_PANELS = 12


def convergence_figure(
    found: Sequence[Indices], facts: StudyFacts, lang: str = DEFAULT_LANGUAGE
) -> Figure:
    """Draw the total index of every assumption at growing sizes of the base sample.

    Parameters
    ----------
    found
        Indices at each size, the whole last; the first `MOST_PANELS` assumptions are drawn.
    facts
        Which worlds it is about.
    lang
        ``"nl"`` or ``"en"``.

    Raises
    ------
    ValueError
        Without sizes, or when the outcome varies by no more than luck.
    """
    if not found or not np.isfinite(found[-1].total).all():
        raise ValueError("there are no indices to follow")
    t = texts(lang)
    order = by_total(found[-1])[:MOST_PANELS]
    wide = (WIDTH - 2 * MARGIN - _LEFT - (_ACROSS - 1) * _BETWEEN) / _ACROSS
    measure = Page(WIDTH, 1)
    lines = {
        at: measure.wrapped(assumption_words(found[-1].keys[at], t), wide, SMALL) for at in order
    }
    head = max(map(len, lines.values())) * LINE * SMALL / BODY + 0.36
    down = math.ceil(len(order) / _ACROSS)
    room = down * (_HIGH + head) + _FOOT
    below = t(
        "convergence.below",
        first=t.number(found[0].samples),
        last=t.number(found[-1].samples),
    )
    page = page_for(WIDTH, room, convergence_title(found, t), below, facts.source(t))
    low, high = _reach(found, order)
    for place, at in enumerate(order):
        row, column = divmod(place, _ACROSS)
        left = MARGIN + _LEFT + column * (wide + _BETWEEN)
        top = page.top - row * (_HIGH + head)
        y = top - 0.12
        for line in lines[at]:
            page.write(left, y, line, SMALL, color=INK)
            y -= LINE * SMALL / BODY
        page.write(left, y, found[-1].keys[at], SMALL * 0.9, color=SOFT)
        axes = page.axes(left, top - head - _HIGH + 0.26, wide, _HIGH - 0.12)
        last_of_column = place + _ACROSS >= len(order)
        _panel(axes, found, at, (low, high), (column == 0, last_of_column), t)
    words = t("convergence.samples")
    page.write(MARGIN + _LEFT, page.bottom + 0.2, words, SMALL, color=SOFT)
    return page.figure


def convergence_title(found: Sequence[Indices], t: Texts) -> str:
    """Return the finding: how far the parts still moved at the last step."""
    if len(found) < 2:
        return t("convergence.title_one")
    moved = float(np.abs(found[-1].total - found[-2].total).max())
    return t(
        "convergence.title",
        before=t.number(found[-2].samples),
        last=t.number(found[-1].samples),
        moved=t.number(100 * moved, 1),
    )


def _reach(found: Sequence[Indices], order: Sequence[int]) -> tuple[float, float]:
    ends = np.array([[one.total - one.total_half, one.total + one.total_half] for one in found])
    known = ends[:, :, list(order)]
    known = known[np.isfinite(known)]
    return min(0.0, float(known.min())), max(0.2, float(known.max()))


def _panel(
    axes: Axes,
    found: Sequence[Indices],
    at: int,
    reach: tuple[float, float],
    edges: tuple[bool, bool],
    t: Texts,
) -> None:
    sizes = [one.samples for one in found]
    total = np.array([one.total[at] for one in found])
    half = np.array([one.total_half[at] for one in found])
    axes.set_xscale("log", base=2)
    axes.xaxis.set_minor_locator(NullLocator())
    spare = 2**0.3
    axes.set(xlim=(sizes[0] / spare, sizes[-1] * spare), ylim=reach)
    ticks = nice_ticks(*reach, 4)
    words = [t.percent(float(one)) for one in ticks] if edges[0] else []
    axes.yaxis.set_major_locator(FixedLocator(ticks.tolist()))
    axes.set_yticklabels(words or [""] * len(ticks), fontproperties=font(SMALL), color=SOFT)
    shown = [one for one in sizes if one & (one - 1) == 0] or sizes
    axes.xaxis.set_major_locator(FixedLocator(shown))
    below = [t.number(one) if edges[1] else "" for one in shown]
    axes.set_xticklabels(below, fontproperties=font(SMALL), color=SOFT)
    axes.grid(axis="y", color=FAINT, linewidth=0.8)
    axes.axhline(0, color=INK, linewidth=0.9)
    axes.fill_between(
        sizes, total - half, total + half, color=_BLUE, alpha=0.18, linewidth=0, gid=f"band-{at}"
    )
    axes.plot(sizes, total, color=_BLUE, marker="o", markersize=4, linewidth=1.6, gid=f"total-{at}")
    axes.set_axisbelow(True)
