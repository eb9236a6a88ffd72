"""The neighbourhood by stairwell: before, after, and the difference with its twin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from cmcrameri import cm
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import Colormap, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ..text import DEFAULT_LANGUAGE, Texts, texts
from .effects import Facts, Measure, page_for, tick_words, twin_source, when
from .layout import CELL, Layout, layout
from .style import BODY, INK, MARGIN, PAPER, RUNG_COLOURS, SMALL, SOFT, TOP_RUNG, Page, font

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ...model.buildings import Buildings


_WIDTH, _GAP, _TALLEST = 10.0, 0.38, 4.6
_LARGEST_CELL = 0.3
_HEAD, _KEY, _BAR = 0.34, 0.85, 0.15
_OUTLINE, _EMPTY = "#8a949e", PAPER
#: Blue is higher than the twin, as in the ledger; brown, with lines for print, is lower.
_DIFFERENCE: Colormap = cm.vik_r  # type: ignore[attr-defined]
_LINES_FROM = 0.12
_NICE = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 8.0, 10.0)


@dataclass(frozen=True)
class Shade:
    """How values become colours."""

    colours: Colormap
    low: float
    high: float

    def faces(self, values: np.ndarray) -> np.ndarray:
        """Return colours (RGBA); without a value that of empty."""
        faces = np.asarray(self.colours(Normalize(self.low, self.high)(np.nan_to_num(values))))
        faces[~np.isfinite(values)] = (1.0, 1.0, 1.0, 1.0)
        return faces


def twin_map_figure(
    buildings: Buildings,
    before: np.ndarray,
    after: np.ndarray,
    difference: np.ndarray,
    facts: Facts,
    indicator: str,
    lang: str = DEFAULT_LANGUAGE,
    participants: np.ndarray | None = None,
) -> Figure:
    """Draw every stairwell before, after, and against its twin.

    Parameters
    ----------
    buildings
        Where dwellings are.
    before, after, difference
        Mean by stairwell in units of the indicator, at the start, at the end with the policy, and
        at the end against the twin; NaN where nobody is counted.
    facts
        Which worlds it is about.
    indicator
        Key of the indicator.
    lang
        ``"nl"`` or ``"en"``.
    participants
        Number of participants of each stairwell; those with any get an outline.

    Raises
    ------
    ValueError
        When an array has another length than there are stairwells.
    """
    stairwells = len(buildings.stairwell_start) - 1
    own = np.zeros(stairwells) if participants is None else participants
    values = _checked(
        stairwells, before=before, after=after, difference=difference, participants=own
    )
    t = texts(lang)
    measure = Measure(indicator, t)
    apart, inhabited = values["difference"], values["participants"] > 0
    shades = _shades(apart, measure)
    title, below = twin_map_title(apart, inhabited, facts, measure, t)
    where, scale = _fitted(buildings)
    height = _HEAD + scale * where.height + 0.25 + _KEY
    page = page_for(_WIDTH, height, title, below, twin_source(t, facts))
    heads = t("twin_map.before"), t("twin_map.after", when=when(t, facts)), t("twin_map.difference")
    _draw_maps(page, (where, scale, _corners(buildings, where)), values, shades, heads)
    _level_key(page, shades[0], measure, t)
    _difference_key(page, apart, shades[1], measure, t)
    _extras(page, apart, inhabited, t)
    return page.figure


def _checked(stairwells: int, **given: np.ndarray) -> dict[str, np.ndarray]:
    """Return values by stairwell as numbers, when there are as many as stairwells."""
    for name, values in given.items():
        if len(values) != stairwells:
            raise ValueError(f"{name} has {len(values)} values for {stairwells} stairwells")
    return {name: np.asarray(values, dtype=float) for name, values in given.items()}


def _shades(difference: np.ndarray, measure: Measure) -> tuple[Shade, Shade]:
    """Return the colours of levels and of differences."""
    limit = _limit(difference, measure)
    top = float(TOP_RUNG) if measure.kind == "rung" else 1.0
    return Shade(RUNG_COLOURS, 0.0, top), Shade(_DIFFERENCE, -limit, limit)


def _draw_maps(
    page: Page,
    drawn: tuple[Layout, float, np.ndarray],
    values: dict[str, np.ndarray],
    shades: tuple[Shade, Shade],
    heads: tuple[str, str, str],
) -> None:
    """Draw the three maps side by side; ``drawn`` is the layout, its scale and all corners."""
    where, scale, corners = drawn
    for at, name in enumerate(("before", "after", "difference")):
        axes = _panel(page, where, scale, at, heads[at])
        _draw(axes, where, scale, corners, values[name], shades[name == "difference"])
        _outline(axes, scale, corners[values["participants"] > 0], rim=name != "difference")


def twin_map_title(
    difference: np.ndarray, with_participants: np.ndarray, facts: Facts, measure: Measure, t: Texts
) -> tuple[str, str]:
    """Return the finding, how many stairwells moved, and under it where participants live."""
    known = np.isfinite(difference)
    title = t(
        "twin_map.title_share" if measure.kind == "share" else "twin_map.title",
        place=facts.place,
        when=when(t, facts),
        up=t.number(int((difference[known] > 0).sum())),
        down=t.number(int((difference[known] < 0).sum())),
        all=t.number(int(known.sum())),
        on=measure.words,
    )
    below = t("twin_map.below", programme=facts.programme)
    own, others = known & with_participants, known & ~with_participants
    if own.any() and others.any():
        below += " " + t(
            "twin_map.where",
            own=measure.signed(float(difference[own].mean())),
            others=measure.with_unit(float(difference[others].mean())),
        )
    return title, below


def _panel_width() -> float:
    return (_WIDTH - 2 * MARGIN - 2 * _GAP) / 3


def _panel_left(at: int) -> float:
    return MARGIN + at * (_panel_width() + _GAP)


def _fitted(buildings: Buildings) -> tuple[Layout, float]:
    """Return where dwellings are drawn in each panel, and the size of a cell in inches."""
    where = layout(buildings, _panel_width() / _TALLEST)
    return where, min(_panel_width() / where.width, _TALLEST / where.height, _LARGEST_CELL)


def _corners(buildings: Buildings, where: Layout) -> np.ndarray:
    """Return the corners of every stairwell, shape ``(stairwells, 4, 2)``, in cells."""
    first = buildings.stairwell_start[:-1].astype(np.int64)
    edge = (1 - CELL) / 2
    left = np.minimum.reduceat(where.x, first) + edge
    right = np.maximum.reduceat(where.x, first) + 1 - edge
    low = np.minimum.reduceat(where.y, first) + edge
    high = np.maximum.reduceat(where.y, first) + 1 - edge
    return np.stack(
        [np.stack(one, axis=1) for one in ((left, low), (right, low), (right, high), (left, high))],
        axis=1,
    )


def _panel(page: Page, where: Layout, scale: float, at: int, head: str) -> Axes:
    left = _panel_left(at)
    page.write(left, page.top - BODY / 72, head)
    height = scale * (where.height + 0.2)
    axes = page.axes(left, page.top - _HEAD - height, scale * where.width, height)
    axes.set(xlim=(0, where.width), ylim=(-0.2, where.height), xticks=[], yticks=[])
    return axes


def _draw(
    axes: Axes, where: Layout, scale: float, corners: np.ndarray, values: np.ndarray, shade: Shade
) -> None:
    faces = shade.faces(values)
    pale = ~np.isfinite(values) | (faces[:, :3] @ np.array([0.299, 0.587, 0.114]) > 0.88)
    edges = faces.copy()
    edges[pale] = _rgba(_OUTLINE)
    axes.add_collection(
        PolyCollection(
            list(corners),
            facecolors=cast("Any", faces),
            edgecolors=cast("Any", edges),
            linewidths=min(0.6, 4 * scale),
            gid="stairwells",
        )
    )
    if shade.low < 0:
        lower = np.nan_to_num(values) < _LINES_FROM * shade.low
        _hatch(axes, corners[lower])
    streets = [[(one.x, one.y - 0.1), (one.x + one.width, one.y - 0.1)] for one in where.lines]
    axes.add_collection(
        LineCollection(streets, colors=_OUTLINE, linewidths=min(0.8, 7 * scale), gid="streets")
    )


def _hatch(axes: Axes, corners: np.ndarray) -> None:
    """Draw a slanting line through stairwells that are lower than their twin."""
    lines = [[one[0], one[2]] for one in corners]
    axes.add_collection(LineCollection(lines, colors=INK, linewidths=0.7, gid="lower"))


def _outline(axes: Axes, scale: float, corners: np.ndarray, rim: bool) -> None:
    """Draw a dark outline around the stairwells where participants live."""
    line = max(0.9, min(1.6, 12 * scale))
    # With a light rim within it shows on dark stairwells as well.
    lines = [(PAPER, 2.0 * line, "rims")] if rim else []
    for colour, width, name in [*lines, (INK, line, "participants")]:
        axes.add_collection(
            PolyCollection(
                list(corners),
                facecolors="none",
                edgecolors=colour,
                linewidths=width,
                gid=name,
                zorder=4,
            )
        )


def _rgba(colour: str) -> tuple[float, ...]:
    return (*(int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)), 1.0)


def _limit(difference: np.ndarray, measure: Measure) -> float:
    """Return the end of the colours of differences: a round number beyond nearly all of them."""
    sizes = np.abs(difference[np.isfinite(difference)])
    sizes = sizes[sizes > 0]
    if not len(sizes):
        return 0.1 / measure.factor
    size = float(np.quantile(sizes, 0.98)) * measure.factor
    power = 10.0 ** np.floor(np.log10(size))
    nice = next((one for one in _NICE if one * power >= size * (1 - 1e-9)), 10.0)
    return float(nice * power) / measure.factor


def _strip(page: Page, left: float, width: float, colours: np.ndarray, name: str) -> Axes:
    axes = page.axes(left, page.bottom + 0.42, width, _BAR)
    axes.imshow(colours[None, :, :], aspect="auto", extent=(0, 1, 0, 1))
    axes.set(xticks=[], yticks=[], gid=name)
    for spine in axes.spines.values():
        spine.set(visible=True, color=_OUTLINE, linewidth=0.6)
    return axes


def _marks(axes: Axes, places: np.ndarray, words: list[str]) -> None:
    axes.set_xticks(places.tolist(), words, fontproperties=font(SMALL), color=SOFT)
    axes.tick_params(axis="x", pad=3)


def _level_key(page: Page, shade: Shade, measure: Measure, t: Texts) -> None:
    """Draw the colours of the first two maps, under them."""
    left, width = _panel_left(0), _panel_width()
    colours = np.asarray(shade.colours(np.linspace(0, 1, 256)))
    axes = _strip(page, left, width, colours, "level-key")
    ticks = np.linspace(shade.low, shade.high, TOP_RUNG + 1)
    factor = measure.factor
    words = [t.number(one * factor, 1 if measure.kind == "score" else 0) for one in ticks]
    _marks(axes, np.linspace(0, 1, TOP_RUNG + 1), words)
    page.write(
        left, page.bottom + 0.42 + _BAR + 0.07, t(f"twin_map.key_{measure.kind}"), SMALL, color=SOFT
    )


def _difference_key(
    page: Page, difference: np.ndarray, shade: Shade, measure: Measure, t: Texts
) -> None:
    """Draw the colours of the differences, under the third map."""
    limit = shade.high
    left, width = _panel_left(2), _panel_width()
    colours = np.asarray(shade.colours(np.linspace(0, 1, 256)))
    axes = _strip(page, left, width, colours, "difference-key")
    ends = np.array([-limit, 0.0, limit]) * measure.factor
    words = tick_words(t, ends)
    words[2] = f"+{words[2]}"
    # What lies beyond the end of the colours has the colour of the end.
    if np.nanmin(difference, initial=0.0) < -limit:
        words[0] = f"\u2264 {words[0]}"
    if np.nanmax(difference, initial=0.0) > limit:
        words[2] = f"\u2265 {words[2]}"
    _marks(axes, np.array([0.0, 0.5, 1.0]), words)
    for label, side in zip(axes.get_xticklabels(), ("left", "center", "right"), strict=True):
        label.set_horizontalalignment(side)
    y = page.bottom + 0.42 + _BAR + 0.07
    page.write(left, y, t("twin_map.lower"), SMALL, color=SOFT)
    page.write(left + width / 2, y, measure.unit, SMALL, color=SOFT, ha="center")
    page.write(left + width, y, t("twin_map.higher"), SMALL, color=SOFT, ha="right")
    end = (1 - _LINES_FROM) / 2
    # The line that marks what is lower, as on the map.
    axes.plot([0.25 * end, 0.45 * end], [0.1, 0.9], color=INK, linewidth=0.7)
    axes.set(xlim=(0, 1), ylim=(0, 1))


def _extras(page: Page, difference: np.ndarray, own: np.ndarray, t: Texts) -> None:
    """Say what the outline and the white stairwells are, under the second map."""
    left = _panel_left(1)
    y = page.bottom + 0.42
    rows = []
    if own.any():
        rows.append((t("twin_map.participants"), "#dfe4e8", INK, 1.4))
    if not np.isfinite(difference).all():
        rows.append((t("twin_map.empty"), _EMPTY, _OUTLINE, 0.6))
    for words, face, edge, line in rows:
        page.figure.add_artist(
            Rectangle(
                (left / page.width, y / page.height),
                0.22 / page.width,
                _BAR / page.height,
                facecolor=face,
                edgecolor=edge,
                linewidth=line,
            )
        )
        page.write(left + 0.32, y + 0.02, words, SMALL, color=SOFT)
        y -= 0.26
