"""Which part of all differences comes from each assumption: Sobol indices, and luck beside them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ..text import DEFAULT_LANGUAGE, Texts, texts
from .assumption_rows import WIDTH, WORDS, Rows, StudyFacts, as_title, assumption_words
from .effects import nice_ticks, page_for
from .style import BODY, FAINT, INK, MARGIN, PAPER, SMALL, SOFT, Page, font

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ...experiments.indices import Indices

_ALONE, _TOGETHER, _LUCK = "#0072B2", "#a9d4ee", "#a3adb8"
_AXIS, _ROOM, _BAR = 0.42, 1.55, 0.34
_LUCK_ROW = "luck"
#: Below it a part, interval included, is next to nothing.
_LITTLE = 0.02


def indices_figure(
    found: Indices, points: int, facts: StudyFacts, lang: str = DEFAULT_LANGUAGE
) -> Figure:
    """Draw which part of the differences comes from each assumption, alone and with others.

    Parameters
    ----------
    found
        The indices; drawn with the largest total above.
    points
        Number of combinations.
    facts
        Which worlds it is about.
    lang
        ``"nl"`` or ``"en"``.

    Raises
    ------
    ValueError
        When the outcome does not vary, or by no more than luck: there is nothing to divide.
    """
    if not np.isfinite(found.total).all():
        raise ValueError("the outcome varies by no more than luck; there is nothing to divide")
    t = texts(lang)
    order = by_total(found)
    luck = t("indices.luck_about", replicates=t.number(facts.replicates))
    rows = Rows([found.keys[at] for at in order], t, 0.55, {_LUCK_ROW: as_title(luck)})
    below = t("indices.below", points=t.number(points))
    title = indices_title(found, facts, t)
    page = page_for(WIDTH, rows.height + _AXIS + 0.1, title, below, facts.source(t))
    places = rows.places(page.top - _AXIS)
    rows.write(page, places)
    axes = _axes(page, rows, found, t)
    for at in order:
        _row(axes, places[found.keys[at]], found, at, t)
    share = found.split.noise_share
    y = places[_LUCK_ROW]
    axes.add_patch(
        Rectangle(
            (0, y - _BAR / 2),
            share,
            _BAR,
            facecolor=PAPER,
            edgecolor=_LUCK,
            hatch="////",
            linewidth=1.0,
            zorder=2,
            gid="luck",
        )
    )
    _write(axes, share, y, [t.percent(share, 1 if share < 0.1 else 0)])
    return page.figure


def by_total(found: Indices) -> list[int]:
    """Return the assumptions by their total index, the largest first."""
    return sorted(range(len(found.keys)), key=lambda at: (-found.total[at], found.keys[at]))


def indices_title(found: Indices, facts: StudyFacts, t: Texts) -> str:
    """Return the finding: the assumption with the largest total, and its part."""
    told = {"what": as_title(facts.what(t)), "when": facts.when(t)}
    if not np.isfinite(found.total).all():
        whole = found.split.parameters + found.split.noise
        key = "indices.title_luck" if whole > 0 else "indices.title_none"
        return t(key, **told)
    first = by_total(found)[0]
    return t(
        "indices.title",
        **told,
        share=share_words(float(found.total[first]), t),
        first=assumption_words(found.keys[first], t),
    )


def share_words(share: float, t: Texts) -> str:
    """Return a part of the whole, from 0% to 100%: an estimate can stray a little beyond."""
    return t.percent(min(max(share, 0.0), 1.0))


def _axes(page: Page, rows: Rows, found: Indices, t: Texts) -> Axes:
    left = MARGIN + WORDS
    width, bottom = page.width - MARGIN - left, page.top - _AXIS - rows.height
    axes = page.axes(left, bottom, width, rows.height)
    ends = np.concatenate([found.total + found.total_half, found.first + found.first_half])
    high = max(0.1, found.split.noise_share, *ends.tolist())
    low = min(0.0, float((found.total - found.total_half).min()))
    low = max(low, float((found.first - found.first_half).min()), -0.1) if low < 0 else 0.0
    span = (high - low) * width / (width - _ROOM)
    axes.set(xlim=(low, low + span), ylim=(bottom, bottom + rows.height))
    ticks = nice_ticks(0.0, high, 5)
    words = [t.percent(float(one)) for one in ticks]
    axes.set_xticks(ticks.tolist(), words, fontproperties=font(SMALL), color=SOFT)
    axes.xaxis.tick_top()
    axes.tick_params(axis="x", pad=2)
    axes.set_yticks([])
    axes.grid(axis="x", color=FAINT, linewidth=0.8)
    axes.axvline(0, color=INK, linewidth=1.1, zorder=1.5)
    axes.set_axisbelow(True)
    page.write(left, page.top - 0.1, as_title(t("indices.axis")), SMALL, color=SOFT)
    return axes


def _row(axes: Axes, y: float, found: Indices, at: int, t: Texts) -> None:
    """Draw the part with others, the part alone on it, and their intervals."""
    total, alone = float(found.total[at]), float(found.first[at])
    key = found.keys[at]
    for value, colour, half, name in (
        (total, _TOGETHER, _BAR / 2, "total"),
        (alone, _ALONE, _BAR / 4, "first"),
    ):
        axes.add_patch(
            Rectangle(
                (0, y - half),
                max(value, 0.0),
                2 * half,
                facecolor=colour,
                edgecolor=_ALONE,
                linewidth=0.7,
                zorder=2 if name == "total" else 2.2,
                gid=f"{name}-{key}",
            )
        )
    reach = 0.0
    for value, half, shift in (
        (total, float(found.total_half[at]), 0.36 * _BAR),
        (alone, float(found.first_half[at]), -0.05 * _BAR),
    ):
        ends = [max(value - half, 0.0), value + half]
        reach = max(reach, *ends)
        for colour, line in ((PAPER, 2.4), (SOFT, 1.1)):
            axes.plot(ends, [y + shift] * 2, color=colour, linewidth=line, zorder=3)
        axes.plot(ends, [y + shift] * 2, linestyle="none", marker="|", color=SOFT, zorder=3)
    if total + float(found.total_half[at]) < _LITTLE:
        _write(axes, reach, y, [t("indices.little")])
        return
    words = [
        t("indices.together", share=share_words(total, t)),
        t("indices.alone", share=share_words(alone, t)),
    ]
    _write(axes, reach, y, words)


def _write(axes: Axes, x: float, y: float, lines: list[str]) -> None:
    axes.annotate(
        "\n".join(lines),
        xy=(x if math.isfinite(x) else 0.0, y),
        xytext=(7, 0),
        textcoords="offset points",
        va="center",
        fontproperties=font(BODY),
        color=INK,
        linespacing=1.25,
    )
