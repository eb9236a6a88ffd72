"""The map of the neighbourhood: one cell a dwelling, coloured by the rungs of who lives there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure

from ..text import DEFAULT_LANGUAGE, Texts, texts
from .layout import CELL, COLUMN_GAP, Layout, layout
from .style import (
    BODY,
    LADDERS,
    MARGIN,
    PAPER,
    SMALL,
    SOFT,
    TOP_RUNG,
    Page,
    font,
    rung_colour,
)
from .wording import moment, source_line

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ...model import Neighbourhood

WHICH = ("mean", *LADDERS)

_WIDTH, _HEIGHT = 12.0, 8.0
_KEY_WIDTH = 2.75
_STRIP = 0.24
#: Room for the number of a street, and the largest cell, in inches.
_LABEL, _LARGEST_CELL = 0.34, 0.3
_HERE = 0
_OUTLINE = "#8a949e"
_NOBODY = "#e9ecef"
_LINE = 1.25 * BODY / 72


@dataclass(frozen=True)
class Dwellings:
    """What a map shows of every dwelling.

    Attributes
    ----------
    rung : numpy.ndarray
        Mean over its adult residents who count for the ladder; NaN without any.
    adults : numpy.ndarray
        Number of those residents.
    vacant : numpy.ndarray
        Whether it stands empty.
    """

    rung: np.ndarray
    adults: np.ndarray
    vacant: np.ndarray


def dwelling_rungs(world: Neighbourhood, ladder: str = "mean") -> Dwellings:
    """Return the mean rung of the adults in every dwelling.

    Working counts for adults below the pension age; the mean over the ladders of an older resident
    is that of the other three.

    Raises
    ------
    ValueError
        For a ladder that there is not.
    """
    if ladder not in WHICH:
        raise ValueError(f"unknown ladder {ladder!r}; allowed: {', '.join(WHICH)}")
    ages = world.setup.parameters.ages
    people = world.people
    age_years = (world.month - people.column("birth")) // 12
    counted = (people.column("status") == _HERE) & (age_years >= ages.adult)
    chosen = [ladder in ("mean", one) for one in LADDERS]
    counts = counted[:, None] & np.array(chosen)
    counts[:, LADDERS.index("working")] &= age_years < ages.pension
    number = counts.sum(axis=1)
    total = np.where(counts, people.column("rung"), 0).sum(axis=1, dtype=np.float64)
    rows = np.flatnonzero(number)
    dwelling = world.households.column("dwelling")[people.column("household")[rows]]
    n = world.dwellings.count
    adults = np.bincount(dwelling, minlength=n)
    sums = np.bincount(dwelling, weights=total[rows] / number[rows], minlength=n)
    rung = np.divide(sums, adults, out=np.full(n, np.nan), where=adults > 0)
    return Dwellings(rung, adults, world.dwellings.column("household") < 0)


def map_figure(world: Neighbourhood, ladder: str = "mean", lang: str = DEFAULT_LANGUAGE) -> Figure:
    """Draw the neighbourhood as it is now: streets as rows, stairwells as stacks of dwellings.

    Parameters
    ----------
    world
        At any month.
    ladder
        ``"mean"`` over the four ladders, or one of them.
    lang
        ``"nl"`` or ``"en"``.

    Raises
    ------
    ValueError
        For a ladder that there is not.
    """
    t = texts(lang)
    shown = dwelling_rungs(world, ladder)
    tallest = _page(world, shown, ladder, t, _HEIGHT)
    where, scale = _fitted(world, tallest)
    # The page is as high as the taller of map and key, and not higher.
    needed = max(scale * where.height, _key_height(tallest, shown, ladder, t))
    spare = max(0.0, tallest.top - tallest.bottom - needed - 0.1)
    page = _page(world, shown, ladder, t, _HEIGHT - spare)
    _draw_map(page, where, scale, shown)
    _draw_key(page, shown, ladder, t)
    return page.figure


def _page(world: Neighbourhood, shown: Dwellings, ladder: str, t: Texts, height: float) -> Page:
    page = Page(_WIDTH, height)
    title, note = map_title(world, shown, ladder, t)
    page.headline(title, f"{t('map.below')} {t(f'map.colour_{_kind(ladder)}')} {note}".strip())
    page.source(source_line(t, world.chronicle.info))
    return page


def _fitted(world: Neighbourhood, page: Page) -> tuple[Layout, float]:
    """Return the layout that fills the room left of the key, and the size of a cell in inches."""
    width = page.width - 2 * MARGIN - _KEY_WIDTH - _LABEL
    height = page.top - page.bottom
    where = layout(world.buildings, width / height)
    scale = min(width / where.width, height / where.height, _LARGEST_CELL)
    if COLUMN_GAP * scale < _LABEL:
        # The numbers of the streets need more room between the columns.
        where = layout(world.buildings, width / height, _LABEL / scale)
        scale = min(width / where.width, height / where.height, _LARGEST_CELL)
    return where, scale


def _kind(ladder: str) -> str:
    return ladder if ladder in ("mean", "working") else "one"


def map_title(world: Neighbourhood, shown: Dwellings, ladder: str, t: Texts) -> tuple[str, str]:
    """Return the finding, how far stairwells and streets lie apart, and what its words mean."""
    when = moment(t, world.month)
    place = world.setup.place.name
    what = t("map.on_mean") if ladder == "mean" else t(f"map.on_{ladder}")
    stairwells = _middle(shown, world.buildings.stairwell)
    streets = _middle(shown, world.buildings.street)
    if stairwells is None or streets is None:
        return t("map.title_few", place=place, when=when, what=what), ""
    title = t(
        "map.title",
        place=place,
        when=when,
        what=what,
        low=t.number(stairwells[0], 1),
        high=t.number(stairwells[1], 1),
        street_low=t.number(streets[0], 1),
        street_high=t.number(streets[1], 1),
    )
    return title, t("map.most")


def _middle(shown: Dwellings, unit: np.ndarray) -> tuple[float, float] | None:
    """Return the means of units between which 8 of 10 lie; None with fewer than five units."""
    adults = np.bincount(unit, weights=shown.adults)
    sums = np.bincount(unit, weights=np.nan_to_num(shown.rung) * shown.adults)
    means = sums[adults > 0] / adults[adults > 0]
    if len(means) < 5:
        return None
    low, high = np.quantile(means, [0.1, 0.9])
    return float(low), float(high)


def _draw_map(page: Page, where: Layout, scale: float, shown: Dwellings) -> None:
    below = 0.2
    height = scale * (where.height + below)
    axes = page.axes(MARGIN + _LABEL, page.top - height, scale * where.width, height)
    axes.set(xlim=(0, where.width), ylim=(-below, where.height), xticks=[], yticks=[])
    axes.add_collection(_cells(where, shown, scale))
    axes.add_collection(
        LineCollection(
            [[(one.x, one.y - 0.08), (one.x + one.width, one.y - 0.08)] for one in where.lines],
            colors=_OUTLINE,
            linewidths=min(1.0, 7 * scale),
            gid="streets",
        )
    )
    _street_labels(axes, where, scale)


def _cells(where: Layout, shown: Dwellings, scale: float) -> PolyCollection:
    """Return all dwellings as one collection, in their order."""
    corners = np.array([[0, 0], [CELL, 0], [CELL, CELL], [0, CELL]])
    origin = np.stack([where.x + (1 - CELL) / 2, where.y + (1 - CELL) / 2], axis=1)
    faces = rung_colour(np.nan_to_num(shown.rung))
    edges = faces.copy()
    for chosen, face in ((np.isnan(shown.rung), _NOBODY), (shown.vacant, PAPER)):
        faces[chosen] = edges[chosen] = _rgba(face)
    edges[shown.vacant | (shown.rung < 0.5)] = _rgba(_OUTLINE)
    return PolyCollection(
        list(origin[:, None, :] + corners[None, :, :]),
        facecolors=faces,
        edgecolors=edges,
        linewidths=min(0.6, 4 * scale),
        gid="dwellings",
    )


def _rgba(colour: str) -> tuple[float, ...]:
    return (*(int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)), 1.0)


def _street_labels(axes: Axes, where: Layout, scale: float) -> None:
    """Write the numbers of the streets as in the tables; of every fifth where rows are low."""
    row = where.row_height * scale * 72
    size = SMALL if row >= 1.3 * SMALL else 0.85 * SMALL
    every = 1 if row >= 1.2 * size else 5
    for one in where.lines:
        if one.begins and one.street % every == 0:
            axes.annotate(
                str(one.street),
                xy=(one.x, one.y),
                xytext=(-4, 0),
                textcoords="offset points",
                ha="right",
                va="baseline",
                fontproperties=font(size),
                color=SOFT,
                annotation_clip=False,
            )


def _key_left(page: Page) -> float:
    return page.width - MARGIN - _KEY_WIDTH + 0.35


def _key_head(page: Page, ladder: str, t: Texts) -> list[str]:
    return page.wrapped(t(f"map.key_{_kind(ladder)}"), _KEY_WIDTH - 0.35)


def _key_step(page: Page, ladder: str, t: Texts) -> float:
    """Return the height of a row of the key, for words of one line or of two."""
    words = [t(f"rung.{ladder}.{rung}") for rung in range(TOP_RUNG + 1)]
    return 0.5 + _LINE * (max(len(_key_words(page, one)) for one in words) - 1)


def _key_words(page: Page, words: str) -> list[str]:
    return page.wrapped(words, _KEY_WIDTH - 0.35 - _STRIP - 0.12)


def _extra_rows(shown: Dwellings) -> list[tuple[str, str, int]]:
    """Return (text key, colour, dwellings) of what is on the map beside rungs."""
    nobody = np.isnan(shown.rung) & ~shown.vacant
    rows = [
        ("map.vacant", PAPER, int(shown.vacant.sum())),
        ("map.nobody", _NOBODY, int(nobody.sum())),
    ]
    return [row for row in rows if row[2]]


def _key_height(page: Page, shown: Dwellings, ladder: str, t: Texts) -> float:
    rows = TOP_RUNG + 1 + len(_extra_rows(shown))
    return len(_key_head(page, ladder, t)) * _LINE + 0.2 + rows * _key_step(page, ladder, t) + 0.12


def _draw_key(page: Page, shown: Dwellings, ladder: str, t: Texts) -> None:
    """Draw the colours with the words of the rungs and how many dwellings stand there."""
    left, room = _key_left(page), page.top - page.bottom
    step = _key_step(page, ladder, t) * min(1.0, room / _key_height(page, shown, ladder, t))
    y = page.top - BODY / 72
    for line in _key_head(page, ladder, t):
        page.write(left, y, line)
        y -= _LINE
    top = y
    axes = _swatch(page, left, top - step * (TOP_RUNG + 1), step * (TOP_RUNG + 1))
    axes.set(xlim=(0, 1), ylim=(-0.5, TOP_RUNG + 0.5))
    # Half a rung beyond both ends the strip keeps the colour of the end.
    shades = rung_colour(np.linspace(-0.5, TOP_RUNG + 0.5, 384))[:, None, :]
    axes.imshow(shades, extent=(0, 1, -0.5, TOP_RUNG + 0.5), origin="lower", aspect="auto")
    nearest = np.floor(shown.rung[~np.isnan(shown.rung)] + 0.5)
    for rung in range(TOP_RUNG + 1):
        middle = top - step * (TOP_RUNG - rung + 0.5)
        words = t(f"rung.{ladder}.{rung}")
        _key_row(page, middle, words, int((nearest == rung).sum()), len(shown.rung), t)
    y = top - step * (TOP_RUNG + 1) - 0.12
    for name, face, count in _extra_rows(shown):
        _swatch(page, left, y - (step + _STRIP) / 2, _STRIP).set_facecolor(face)
        _key_row(page, y - step / 2, t(name), count, len(shown.rung), t)
        y -= step


def _swatch(page: Page, left: float, bottom: float, height: float) -> Axes:
    """Return outlined axes of the width of the key's strip."""
    axes = page.axes(left, bottom, _STRIP, height)
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set(visible=True, color=_OUTLINE, linewidth=0.6)
    return axes


def _key_row(page: Page, middle: float, words: str, count: int, total: int, t: Texts) -> None:
    """Write one row of the key: the words, and under them the number of dwellings."""
    x = _key_left(page) + _STRIP + 0.12
    lines = _key_words(page, words)
    y = middle + (len(lines) * _LINE + SMALL / 72) / 2 - BODY / 72
    for line in lines:
        page.write(x, y, line)
        y -= _LINE
    share = t.percent(count / total) if count == 0 or count / total >= 0.005 else "<1%"
    key = "map.count_one" if count == 1 else "map.count"
    y += _LINE - 1.35 * SMALL / 72 - 0.02
    page.write(x, y, t(key, count=t.number(count), share=share), SMALL, color=SOFT)
