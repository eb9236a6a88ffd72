"""Ten residents and their twins beside the mean of the neighbourhood."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.path import Path

from ..text import DEFAULT_LANGUAGE, Texts, texts
from .biography import biography
from .effects import LINE, TWIN, Facts, page_for, twin_source, when, write_lines
from .style import (
    BODY,
    FAINT,
    INK,
    LADDER_COLOUR,
    MARGIN,
    PAPER,
    SMALL,
    SOFT,
    TOP_RUNG,
    Page,
    font,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ...experiments.lives import Life

_WIDTH, _COLUMNS, _GAP = 10.0, 3, 0.36
_PLOT, _FOOT, _KEY, _CLEAR = 0.86, 0.45, 0.36, 0.12
_SUPPORT = "#dfe6ec"
#: The twin shows on both sides of the own line where the two are the same.
_OWN_LINE, _AWAY_LINE, _TWIN_LINE = 1.9, 0.9, 3.0
_DOTTED = (0, (0.8, 0.9))
#: A doorway and the leaf that stands open: the mark of a move, in and out.
_DOORWAY = Path([(-0.55, -0.8), (-0.55, 0.8), (0.55, 0.8), (0.55, -0.8), (-0.55, -0.8)])
_LEAF = Path([(-0.55, -0.8), (-0.55, 0.8), (0.15, 0.5), (0.15, -1.1), (-0.55, -0.8)])
_GROUND = "#f3f5f7"


def lives_figure(
    lives: Sequence[Life],
    mean: np.ndarray,
    twin_mean: np.ndarray,
    facts: Facts,
    lang: str = DEFAULT_LANGUAGE,
    names: Mapping[str, str] | None = None,
) -> Figure:
    """Draw residents one by one, each beside the own twin, and then the mean of all.

    Parameters
    ----------
    lives
        As chosen by rule, on one ladder; at least one.
    mean, twin_mean
        Mean rung of the neighbourhood on that ladder, in the world with the policy and in its twin, evenly spaced
        from the start to the end of the year of the comparison.
    facts
        Which worlds it is about.
    lang
        ``"nl"`` or ``"en"``.
    names
        Name of a programme by key, as people call it.

    Raises
    ------
    ValueError
        Without lives, with lives on different ladders, or without a mean at the end.
    """
    _check(lives, mean, twin_mean)
    t = texts(lang)
    told = [_told(life, t, names or {}) for life in lives]
    told.append(_told_of_all(mean, twin_mean, _WIDTH - MARGIN - _left(len(lives)), facts, t))
    rows = [
        max(len(story) for _, story in told[first : first + _COLUMNS])
        for first in range(0, len(told), _COLUMNS)
    ]
    height = _KEY + sum(_row(lines) for lines in rows) - 0.1
    title = lives_title(lives, mean, twin_mean, facts, t)
    below = t("lives.below", ladder=t(f"ladder.{lives[0].ladder}"))
    page = page_for(_WIDTH, height, title, below, twin_source(t, facts))
    _key(page, lives, t)
    for at, life in enumerate(lives):
        axes = _cell_axes(page, at, _cell(), rows, told[at])
        _scales(axes, facts.year, at % _COLUMNS == 0, t)
        _life(axes, life)
    axes = _ground(page, len(lives), rows, told[-1])
    _scales(axes, facts.year, len(lives) % _COLUMNS == 0, t)
    _means(axes, mean, twin_mean, facts.year, lives[0].ladder)
    return page.figure


def _check(lives: Sequence[Life], mean: np.ndarray, twin_mean: np.ndarray) -> None:
    """Refuse what cannot be told in one figure."""
    if not lives:
        raise ValueError("there are no lives to draw")
    if len({life.ladder for life in lives}) > 1:
        raise ValueError(f"lives on one ladder are needed, not {[one.ladder for one in lives]}")
    if not (math.isfinite(mean[-1]) and math.isfinite(twin_mean[-1])):
        raise ValueError("the mean of the neighbourhood is not known at the end")


def lives_title(
    lives: Sequence[Life], mean: np.ndarray, twin_mean: np.ndarray, facts: Facts, t: Texts
) -> str:
    """Return the finding: how many stand higher than their twin, and what the mean shows of it."""
    gaps = [life.gap for life in lives]
    gap = float(mean[-1] - twin_mean[-1])
    return t(
        "lives.title",
        place=facts.place,
        when=when(t, facts),
        count=t.number(len(lives)),
        higher=t.number(sum(one is not None and one > 0 for one in gaps)),
        lower=t.number(sum(one is not None and one < 0 for one in gaps)),
        gap=t.signed(gap, gap_decimals(gap)),
    )


def gap_decimals(gap: float) -> int:
    """Return the decimals with which a difference between means shows two digits, at most four."""
    if gap == 0:
        return 2
    return min(4, max(2, 1 - math.floor(math.log10(abs(gap)))))


def _cell() -> float:
    return (_WIDTH - 2 * MARGIN - (_COLUMNS - 1) * _GAP) / _COLUMNS


def _left(at: int) -> float:
    """Return where the cell of a life begins, in inches."""
    return MARGIN + at % _COLUMNS * (_cell() + _GAP)


def _row(lines: int) -> float:
    """Return the height of a row: head, story, picture and years."""
    return BODY / 72 + 0.06 + lines * LINE * SMALL / BODY + _CLEAR + _PLOT + _FOOT


def _told(life: Life, t: Texts, names: Mapping[str, str]) -> tuple[str, list[str]]:
    """Return the head of a life and its biography in lines that fit."""
    page = Page(_WIDTH, 1)
    head = t("lives.head", rule=t(f"lives.{life.rule}"), age=t.number(life.age_years))
    lines = [
        line for one in biography(life, t, names) for line in page.wrapped(one, _cell(), SMALL)
    ]
    return head, lines


def _told_of_all(
    mean: np.ndarray, twin_mean: np.ndarray, width: float, facts: Facts, t: Texts
) -> tuple[str, list[str]]:
    """Return the head of the mean and what it did, in lines that fit."""
    gap = float(mean[-1] - twin_mean[-1])
    decimals = gap_decimals(gap)
    story = t(
        "lives.mean_story",
        own=t.number(float(mean[-1]), decimals),
        twin=t.number(float(twin_mean[-1]), decimals),
        gap=t.signed(gap, decimals),
    )
    return t("lives.mean_head", place=facts.place), Page(_WIDTH, 1).wrapped(story, width, SMALL)


def _high(page: Page, at: int, rows: list[int]) -> float:
    """Return where the cell of a life begins from above, in inches; a row has so many lines."""
    return page.top - _KEY - sum(_row(lines) for lines in rows[: at // _COLUMNS])


def _cell_axes(
    page: Page, at: int, width: float, rows: list[int], told: tuple[str, list[str]]
) -> Axes:
    """Write head and biography and return axes under them."""
    head, story = told
    left, high = _left(at), _high(page, at, rows)
    y = high - BODY / 72
    page.write(left, y, head)
    y -= 0.06 + LINE * SMALL / BODY
    write_lines(page, left, y, story, SMALL, color=SOFT)
    bottom = high - _row(rows[at // _COLUMNS]) + _FOOT
    return page.axes(left + 0.16, bottom, width - 0.16, _PLOT)


def _scales(axes: Axes, horizon: float, named: bool, t: Texts) -> None:
    """Give a panel the axes that all share: years across, rungs upward."""
    axes.set(xlim=(0, horizon), ylim=(-0.25, TOP_RUNG + 0.25))
    axes.set_yticks([0, TOP_RUNG], ["0", str(TOP_RUNG)], fontproperties=font(SMALL), color=SOFT)
    axes.tick_params(axis="both", pad=3)
    step = next(s for s in (1, 2, 5, 10, 20, 50) if horizon / s <= 5)
    ticks = np.arange(0, horizon + 1e-9, step)
    words = [t.value(float(tick)) for tick in ticks]
    if named:
        words[-1] = t("lives.year", year=words[-1])
    axes.set_xticks(ticks.tolist(), words, fontproperties=font(SMALL), color=SOFT)
    for rung in range(TOP_RUNG + 1):
        axes.axhline(rung, color=FAINT, linewidth=0.7, zorder=0.5)


def _life(axes: Axes, life: Life) -> None:
    """Draw a life and, dotted behind it, that of the twin; support shaded."""
    for first, last in life.spans:
        axes.axvspan(
            max(0, first - 1) / 12,
            last / 12,
            color=_SUPPORT,
            linewidth=0,
            zorder=0.2,
            gid="support",
        )
    months = np.arange(len(life.rung)) / 12
    own = np.where(life.rung >= 0, life.rung, np.nan).astype(float)
    twin = np.where(life.twin_rung >= 0, life.twin_rung, np.nan).astype(float)
    axes.plot(
        months,
        twin,
        color=TWIN,
        linestyle=_DOTTED,
        linewidth=_TWIN_LINE,
        drawstyle="steps-post",
        gid="twin",
    )
    colour = LADDER_COLOUR[life.ladder]
    left = len(own)
    if life.left_month is not None and life.living != "here":
        left = life.left_month
    here, away = own.copy(), own.copy()
    here[left + 1 :] = np.nan
    away[:left] = np.nan
    for path, width, name in ((here, _OWN_LINE, "life"), (away, _AWAY_LINE, "life-elsewhere")):
        axes.plot(
            months, path, color=colour, linewidth=width, drawstyle="steps-post", gid=name, zorder=3
        )
    _marks(axes, life, own)


def _marks(axes: Axes, life: Life, own: np.ndarray) -> None:
    """Mark when a life begins here, leaves or ends, on the rung of that moment."""
    for month, name in (
        (life.arrived_month, "arrived"),
        (life.left_month, "left"),
        (life.died_month, "died"),
    ):
        if month is None:
            continue
        known = own[: month + 1] if name == "died" else own[month:]
        known = known[np.isfinite(known)]
        if len(known):
            at = [month / 12], [known[-1] if name == "died" else known[0]]
            for look in _looks(name):
                axes.plot(*at, **look, linestyle="none", clip_on=False, zorder=5, gid=name)


def _looks(name: str) -> list[dict[str, Any]]:
    """Return how a mark is drawn: a cross for death, an open door for a move."""
    if name == "died":
        return [{"marker": "x", "markersize": 6, "markeredgecolor": INK, "markeredgewidth": 1.8}]
    door = {"markersize": 10, "markeredgecolor": INK, "markeredgewidth": 0.9}
    return [
        {"marker": _DOORWAY, "markerfacecolor": PAPER, **door},
        # The leaf stands out a little further, and the size of a mark is that of its longest side.
        {"marker": _LEAF, "markerfacecolor": INK, **door, "markersize": 10 * 1.1 / 0.8},
    ]


def _ground(page: Page, at: int, rows: list[int], told: tuple[str, list[str]]) -> Axes:
    """Return axes for the mean on a ground of its own, in the rest of the last row."""
    left, high = _left(at), _high(page, at, rows)
    width, deep = page.width - MARGIN - left, _row(rows[-1])
    page.figure.add_artist(
        Rectangle(
            ((left - 0.14) / page.width, (high + 0.1 - deep) / page.height),
            (width + 0.28) / page.width,
            (deep - 0.02) / page.height,
            facecolor=_GROUND,
            zorder=-1,
        )
    )
    return _cell_axes(page, at, width, rows, told)


def _means(axes: Axes, mean: np.ndarray, twin_mean: np.ndarray, horizon: int, ladder: str) -> None:
    """Draw the mean of the neighbourhood and that of its twin, as the lives are drawn."""
    for values, colour, style, line, name in (
        (twin_mean, TWIN, _DOTTED, _TWIN_LINE, "twin-mean"),
        (mean, LADDER_COLOUR[ladder], "solid", _OWN_LINE, "mean"),
    ):
        years = np.linspace(0, horizon, len(values))
        axes.plot(years, values, color=colour, linestyle=style, linewidth=line, gid=name)


def _key(page: Page, lives: Sequence[Life], t: Texts) -> None:
    """Say above the lives what the lines and marks are."""
    colour = LADDER_COLOUR[lives[0].ladder]
    looks: dict[str, list[dict[str, Any]]] = {
        "life": [{"color": colour, "linewidth": _OWN_LINE}],
        "elsewhere": [{"color": colour, "linewidth": _AWAY_LINE}],
        "twin": [{"color": TWIN, "linewidth": _TWIN_LINE, "linestyle": _DOTTED}],
        "support": [{"color": _SUPPORT, "linewidth": 10, "solid_capstyle": "butt"}],
        "door": [{**look, "linestyle": "none"} for look in _looks("left")],
        "died": [{**look, "linestyle": "none"} for look in _looks("died")],
    }
    x, y = MARGIN, page.top - SMALL / 72
    for name, drawn in looks.items():
        mark = "marker" in drawn[0]
        wide = 0.14 if mark else 0.3
        ends = [x + wide / 2] if mark else [x, x + wide]
        for look in drawn:
            middle = [(y + 0.36 * SMALL / 72) / page.height] * len(ends)
            page.figure.add_artist(Line2D([one / page.width for one in ends], middle, **look))
        words = t(f"lives.key_{name}")
        page.write(x + wide + 0.07, y, words, SMALL, color=SOFT)
        x += wide + 0.07 + page.text_width(words, SMALL) + 0.24
