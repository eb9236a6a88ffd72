"""The four ladders of a neighbourhood over the years."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator

from ...experiments.summary import Level, summarise
from ..text import DEFAULT_LANGUAGE, Texts, texts
from .style import (
    BODY,
    FAINT,
    INK,
    LADDER_COLOUR,
    LADDER_LINE,
    LADDER_MARK,
    LADDERS,
    MARGIN,
    PAPER,
    SOFT,
    TOP_RUNG,
    Page,
    font,
)
from .wording import source_line

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ...model import Chronicle

_WIDTH, _HEIGHT = 10.0, 6.2
#: Changes of fewer rungs than this are called "hardly".
_HARDLY = 0.1


def ladders_figure(chronicle: Chronicle, lang: str = DEFAULT_LANGUAGE) -> Figure:
    """Draw the mean rung on the four ladders over the years of a run.

    Parameters
    ----------
    chronicle
        Of a run of at least one year.
    lang
        ``"nl"`` or ``"en"``.

    Raises
    ------
    ValueError
        When less than a year was recorded.
    """
    t = texts(lang)
    page = Page(_WIDTH, _HEIGHT)
    page.headline(ladders_title(chronicle, t, chronicle.info["place_name"]), t("ladders.below"))
    page.source(source_line(t, chronicle.info))
    frame = chronicle.frame("neighbourhood")
    ends = {ladder: float(frame[ladder].iloc[-1]) for ladder in LADDERS}
    labels = {ladder: f"{t(f'ladder.{ladder}')}  {t.number(ends[ladder], 2)}" for ladder in LADDERS}
    room = 0.32 + max(page.text_width(label) for label in labels.values())
    left = MARGIN + 0.2
    bottom = page.bottom + 0.42
    page.write(MARGIN, page.top - BODY / 72, t("ladders.unit"), color=SOFT)
    height = page.top - 0.42 - bottom
    axes = page.axes(left, bottom, page.width - left - MARGIN - room, height)
    years = frame["month"].to_numpy() / 12
    _scales(axes, float(years[-1]), t)
    for ladder in LADDERS:
        _line(axes, ladder, years, frame[ladder].to_numpy())
    _end_labels(axes, labels, ends, height)
    return page.figure


def ladders_title(chronicle: Chronicle, t: Texts, place: str) -> str:
    """Return the finding in one sentence: which ladders moved, how far, and which hardly did."""
    summary = summarise(chronicle)
    levels = [summary.levels[ladder] for ladder in LADDERS]
    moved = [one for one in levels if abs(one.change) >= _HARDLY]
    moved.sort(key=lambda one: -abs(one.change))
    still = [t(f"ladder.{one.name}") for one in levels if one not in moved]
    years = summary.years[-1]
    period = t("ladders.in_year") if years == 1 else t("ladders.in_years", years=years)
    if not moved:
        most = max(abs(one.change) for one in levels)
        return t("ladders.none_moved", place=place, period=period, most=t.number(most, 2))
    parts = t.listing([_moved(one, t) for one in moved])
    if not still:
        return t("ladders.all_moved", place=place, period=period, moved=parts)
    key = "ladders.one_still" if len(still) == 1 else "ladders.some_still"
    return t(key, place=place, period=period, moved=parts, still=t.listing(still))


def _moved(level: Level, t: Texts) -> str:
    key = "ladders.rises" if level.change > 0 else "ladders.falls"
    name, size = t(f"ladder.{level.name}"), t.number(abs(level.change), 2)
    return t(key, ladder=name, size=size)


def _scales(axes: Axes, horizon: float, t: Texts) -> None:
    axes.tick_params(axis="y", pad=7)
    axes.set_xlim(0, horizon)
    axes.set_ylim(0, TOP_RUNG)
    step = next(s for s in (1, 2, 5, 10, 20) if horizon / s <= 8)
    ticks = np.arange(0, horizon + 1e-9, step)
    if horizon - ticks[-1] > 1e-9:
        # The last year is always named; a tick too close to it gives way.
        ticks = np.append(ticks[ticks <= horizon - 0.6 * step], horizon)
    axes.xaxis.set_major_locator(FixedLocator(ticks.tolist()))
    axes.set_xticklabels([t.value(float(tick)) for tick in ticks], fontproperties=font(BODY))
    axes.yaxis.set_major_locator(FixedLocator(list(range(TOP_RUNG + 1))))
    axes.set_yticklabels([str(rung) for rung in range(TOP_RUNG + 1)], fontproperties=font(BODY))
    axes.grid(axis="y", color=FAINT, linewidth=0.8)
    axes.axhline(0, color=SOFT, linewidth=0.9)
    axes.set_axisbelow(True)
    axes.set_xlabel(t("ladders.years"), fontproperties=font(BODY), color=SOFT, labelpad=6)


def _line(axes: Axes, ladder: str, years: np.ndarray, means: np.ndarray) -> None:
    colour = LADDER_COLOUR[ladder]
    axes.plot(
        years, means, color=colour, linestyle=LADDER_LINE[ladder], linewidth=2.0, label=ladder
    )
    axes.plot(
        years[-1:],
        means[-1:],
        linestyle="none",
        marker=LADDER_MARK[ladder],
        markersize=7,
        color=colour,
        markeredgecolor=PAPER,
        markeredgewidth=0.8,
        clip_on=False,
        zorder=5,
    )


def _end_labels(axes: Axes, labels: dict[str, str], ends: dict[str, float], height: float) -> None:
    """Write the labels at the line ends, moved apart where lines end close together."""
    apart = TOP_RUNG * (1.45 * BODY / 72) / height
    order = sorted(labels, key=lambda ladder: ends[ladder])
    places = spread([ends[ladder] for ladder in order], apart, 0.0, float(TOP_RUNG))
    for ladder, y in zip(order, places, strict=True):
        moved = abs(y - ends[ladder]) > 0.15 * apart
        axes.annotate(
            labels[ladder],
            xy=(1.0, ends[ladder]),
            xytext=(16, (y - ends[ladder]) * height * 72 / TOP_RUNG),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            fontproperties=font(BODY),
            color=INK,
            va="center",
            annotation_clip=False,
            gid=f"end-{ladder}",
            arrowprops={
                "arrowstyle": "-",
                "color": LADDER_COLOUR[ladder],
                "linewidth": 1.0,
                "shrinkA": 2,
                "shrinkB": 6,
            }
            if moved
            else None,
        )


def spread(wanted: list[float], apart: float, low: float, high: float) -> list[float]:
    """Return places as near as can be to those wanted (ascending), at least ``apart`` apart.

    Neighbours that are too close form a group that is centred on what its members want; all stay
    between ``low`` and ``high`` where there is room.
    """
    groups: list[tuple[list[float], float]] = []
    for one in wanted:
        members, first = [one], one
        while groups and groups[-1][1] + apart * len(groups[-1][0]) > first:
            members = groups.pop()[0] + members
            centre = sum(want - apart * k for k, want in enumerate(members)) / len(members)
            first = min(max(centre, low), high - apart * (len(members) - 1))
        groups.append((members, first))
    return [first + apart * k for members, first in groups for k in range(len(members))]
