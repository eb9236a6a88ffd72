"""How many places for how many years before the figure of a place would show a programme."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator

from ..text import DEFAULT_LANGUAGE, Texts, texts
from .borders import HALF, MOST, Borders, VisibilityLike
from .effects import Facts, Measure, page_for, twin_source
from .ladders import spread
from .placing import Placer
from .style import BODY, FAINT, INK, MARGIN, PAPER, SMALL, SOFT, Page, font

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class Point:
    """A real project: its name, and at how many places it ran for how many years."""

    name: str
    places: float
    years: float


_WIDTH, _ROOM = 10.0, 5.35
_SMALL_WIDTH, _BETWEEN = 2.2, 1.15
_AXIS, _FOOT, _HEAD, _SMALL_HEAD = 0.55, 0.5, 0.3, 0.42
#: Lighter is less often seen; the line styles tell the borders apart without colour.
_BAND, _SEEN = "#d6e6f2", "#9cc5e3"
_LINE_COLOUR = "#0b4f7d"
_LINES: dict[float, object] = {HALF: (0, (5, 2)), MOST: "solid"}
_SCALES = ("stairwell", "complex", "street", "neighbourhood")


@dataclass(frozen=True)
class Frame:
    """The axes that all panels share: years across, places upward on a logarithmic scale."""

    first: float
    last: float
    fewest: float
    most: float

    def across(self, years: float, width: float) -> float:
        """Return how far to the right a number of years is, in inches of a panel."""
        return (years - self.first) / (self.last - self.first) * width

    def up(self, places: float, height: float) -> float:
        """Return how high a number of places is, in inches of a panel."""
        span = math.log(self.most / self.fewest)
        return math.log(places / self.fewest) / span * height


def visibility_figure(
    visibility: VisibilityLike,
    points: Sequence[Point],
    facts: Facts,
    indicator: str,
    lang: str = DEFAULT_LANGUAGE,
) -> Figure:
    """Draw at how many places for how many years evaluations begin to see a programme.

    Large for the largest scale there is, small for the others, all on the same axes.

    Parameters
    ----------
    visibility
        Of at least two numbers of years and two of places.
    points
        Real projects, shown at their size.
    facts
        Which worlds it is about.
    indicator
        Key of the indicator.
    lang
        ``"nl"`` or ``"en"``.

    Raises
    ------
    ValueError
        With fewer years or places, without a known scale, or with a project of no size.
    """
    if len(visibility.years) < 2 or len(visibility.places) < 2:
        raise ValueError("at least two numbers of years and two numbers of places are needed")
    scales = [scale for scale in _SCALES if scale in visibility.rate]
    if not scales:
        raise ValueError(f"no known scale in {sorted(visibility.rate)}; allowed: {list(_SCALES)}")
    for point in points:
        if not (point.places > 0 and point.years > 0):
            raise ValueError(f"{point.name}: {point.places!r} places for {point.years!r} years")
    t = texts(lang)
    borders = {scale: Borders(visibility, scale) for scale in scales}
    title = visibility_title(visibility, borders[scales[-1]], scales[-1], points, facts, t)
    on = Measure(indicator, t).words
    below = t("visibility.below", on=on, pairs=t.number(facts.pairs))
    page = page_for(_WIDTH, _ROOM, title, below, twin_source(t, facts))
    frame = _frame(visibility, points)
    _draw_large(page, borders[scales[-1]], frame, points, bool(scales[:-1]), t)
    for at, scale in enumerate(reversed(scales[:-1])):
        _draw_small(page, borders[scale], frame, points, (at, scale), t)
    return page.figure


def visibility_title(
    visibility: VisibilityLike,
    borders: Borders,
    scale: str,
    points: Sequence[Point],
    facts: Facts,
    t: Texts,
) -> str:
    """Return the finding: from what size on half of the evaluations see it, and who is there."""
    needed = borders.needed[HALF][-1]
    told = {
        "place": facts.place,
        "programme": facts.programme,
        "years": t.value(float(visibility.years[-1])),
        "scale": t(f"effect.of_{scale}"),
    }
    if math.isfinite(needed):
        finding = t("visibility.title", **told, places=t.number(math.ceil(needed - 1e-9)))
    else:
        finding = t("visibility.title_never", **told, places=t.number(visibility.places[-1]))
    if not points or not math.isfinite(needed):
        return finding
    large = int(
        borders.seen(
            np.array([point.places for point in points]),
            np.array([point.years for point in points]),
            HALF,
        ).sum()
    )
    key = "none" if large == 0 else "some"
    more = {"count": t.number(large)} if large else {}
    return f"{finding}. {t(f'visibility.points_{key}', **more, points=t.number(len(points)))}"


def _frame(visibility: VisibilityLike, points: Sequence[Point]) -> Frame:
    """Return axes that hold all that was tried and all projects."""
    years = [*visibility.years, *(point.years for point in points)]
    places = [*visibility.places, *(point.places for point in points)]
    spare = 0.03 * (max(years) - min(years))
    wide = (max(places) / min(places)) ** 0.04
    # What was tried ends at the edge of the panel, unless a project lies beyond it.
    last, most = float(visibility.years[-1]), float(visibility.places[-1])
    longest = max((point.years for point in points), default=0.0)
    largest = max((point.places for point in points), default=0.0)
    return Frame(
        max(0.0, min(years) - spare),
        last if longest < last - spare else max(years) + spare,
        min(places) / wide,
        most if largest < most / wide else max(places) * wide,
    )


def _panel(axes: Axes, borders: Borders, frame: Frame, line: float) -> None:
    """Draw areas and borders of one scale."""
    axes.set_yscale("log")
    axes.set(xlim=(frame.first, frame.last), ylim=(frame.fewest, frame.most))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_minor_locator(NullLocator())
    years, top = borders.years, borders.top
    half, most = borders.drawn(HALF), borders.drawn(MOST)
    axes.fill_between(years, half, top, color=_BAND, linewidth=0, gid="half", zorder=1)
    axes.fill_between(years, most, top, color=_SEEN, linewidth=0, gid="most", zorder=1.1)
    for level, style in _LINES.items():
        found = np.isfinite(borders.needed[level])
        # Towards years in which it is out of reach the border leaves through the upper edge.
        beside = found | np.append(found[1:], False) | np.append(False, found[:-1])
        y = np.where(beside, borders.drawn(level), np.nan)
        axes.plot(
            years, y, color=_LINE_COLOUR, linestyle=style, linewidth=line, gid=f"level-{level}"
        )
    for spine in axes.spines.values():
        spine.set(visible=True, color=FAINT, linewidth=0.8)
    axes.set_axisbelow(True)


def _ticks(axes: Axes, frame: Frame, t: Texts, most: int) -> None:
    low, high = frame.fewest, frame.most
    rounds = [m * 10.0**e for e in range(-1, 7) for m in (1, 2, 5)]
    places = [one for one in rounds if low <= one <= high]
    if len(places) > most:
        places = [one for one in places if math.log10(one).is_integer()] or places[::3]
    axes.yaxis.set_major_locator(FixedLocator(places))
    axes.set_yticklabels([t.value(one) for one in places], fontproperties=font(SMALL), color=SOFT)
    step = next(s for s in (1, 2, 5, 10, 20, 50) if (frame.last - frame.first) / s <= most + 2)
    years = np.arange(math.ceil(frame.first / step) * step, frame.last + 1e-9, step)
    axes.xaxis.set_major_locator(FixedLocator(years.tolist()))
    words = [t.value(float(one)) for one in years]
    axes.set_xticklabels(words, fontproperties=font(SMALL), color=SOFT)


def _dots(axes: Axes, points: Sequence[Point], size: float) -> None:
    axes.plot(
        [point.years for point in points],
        [point.places for point in points],
        linestyle="none",
        marker="o",
        markersize=size,
        color=INK,
        markeredgecolor=PAPER,
        markeredgewidth=0.7,
        gid="projects",
        zorder=5,
    )


def _draw_large(
    page: Page, borders: Borders, frame: Frame, points: Sequence[Point], others: bool, t: Texts
) -> None:
    """Draw the panel of the largest scale, with words in its areas and the projects by name."""
    left, bottom = MARGIN + _AXIS, page.bottom + _FOOT
    right = page.width - MARGIN - _BETWEEN - (_SMALL_WIDTH if others else 0.0)
    width, height = right - left, page.top - _HEAD - bottom
    axes = page.axes(left, bottom, width, height)
    _panel(axes, borders, frame, 2.0)
    _ticks(axes, frame, t, 8)
    axes.set_xlabel(t("visibility.years"), fontproperties=font(BODY), color=SOFT, labelpad=6)
    page.write(MARGIN, page.top - BODY / 72, t("visibility.places"), color=SOFT)
    _dots(axes, points, 5.5)
    placer = Placer(width, height)
    for point in points:
        placer.block_dot(frame.across(point.years, width), frame.up(point.places, height), 0.05)
    _name_borders(page, axes, borders, frame, t)
    for level in _LINES:
        ends = list(zip(borders.years, borders.drawn(level), strict=True))
        placer.block_line([(frame.across(x, width), frame.up(y, height)) for x, y in ends])
    # The small areas have the least room for words, the large one the most.
    _name_areas(page, axes, placer, borders, frame, (2, 1), t)
    _name_points(page, axes, placer, frame, points)
    _name_areas(page, axes, placer, borders, frame, (0,), t)


def _name_borders(page: Page, axes: Axes, borders: Borders, frame: Frame, t: Texts) -> None:
    """Write at the right end of each border how many evaluations see it from there on."""
    height = axes.get_position().height * page.height
    named = [level for level in _LINES if math.isfinite(borders.needed[level][-1])]
    wanted = [frame.up(float(borders.needed[level][-1]), height) for level in named]
    order = sorted(range(len(named)), key=lambda k: wanted[k])
    places = spread([wanted[k] for k in order], 3.2 * SMALL / 72, 0.15, height - 0.15)
    for k, y in zip(order, places, strict=True):
        words = t("visibility.border", count=t.number(100 * named[k]))
        words = "\n".join(page.wrapped(words, _BETWEEN - 0.45, SMALL))
        axes.annotate(
            words,
            xy=(1.0, y / height),
            xycoords="axes fraction",
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontproperties=font(SMALL),
            color=_LINE_COLOUR,
            annotation_clip=False,
            gid=f"border-{named[k]}",
        )


def _name_areas(
    page: Page,
    axes: Axes,
    placer: Placer,
    borders: Borders,
    frame: Frame,
    areas: Sequence[int],
    t: Texts,
) -> None:
    """Write in every area that has the room what it means."""
    width, height = placer.width, placer.height

    def region(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        years = frame.first + x / width * (frame.last - frame.first)
        places = frame.fewest * (frame.most / frame.fewest) ** (y / height)
        return borders.region(places, years)

    for number in areas:
        for room in (2.4, 1.7, 1.2):
            lines = page.wrapped(t(f"visibility.area_{number}"), room)
            box = placer.inside(
                max(page.text_width(line) for line in lines) + 0.12,
                len(lines) * 1.32 * BODY / 72 + 0.1,
                lambda x, y, wanted=number: region(x, y) == wanted,
            )
            if box is not None:
                axes.text(
                    box.middle[0] / width,
                    box.middle[1] / height,
                    "\n".join(lines),
                    transform=axes.transAxes,
                    ha="center",
                    va="center",
                    fontproperties=font(BODY),
                    color=_LINE_COLOUR,
                    linespacing=1.25,
                    gid=f"area-{number}",
                )
                break


def _name_points(
    page: Page, axes: Axes, placer: Placer, frame: Frame, points: Sequence[Point]
) -> None:
    """Write the name of every project beside its dot, with a thin line where it stands apart."""
    width, height = placer.width, placer.height
    dots = [
        (frame.across(point.years, width), frame.up(point.places, height), point)
        for point in points
    ]
    # Those with the least room choose first.
    dots.sort(key=lambda dot: (-placer.crowd(dot[0], dot[1]), dot[1], dot[0]))
    for x, y, point in dots:
        wide, high = page.text_width(point.name, SMALL), 1.25 * SMALL / 72
        box = placer.beside(x, y, wide, high)
        axes.annotate(
            point.name,
            xy=(x / width, y / height),
            xycoords="axes fraction",
            xytext=(box.middle[0] / width, box.middle[1] / height),
            textcoords="axes fraction",
            ha="center",
            va="center",
            fontproperties=font(SMALL),
            color=INK,
            zorder=6,
            gid=f"project-{point.name}",
        )
        if box.gap_to(x, y) > 0.16:
            end = box.nearest(x, y)
            axes.plot(
                [x / width, end[0] / width],
                [y / height, end[1] / height],
                transform=axes.transAxes,
                color=SOFT,
                linewidth=0.7,
                zorder=4,
            )


def _draw_small(
    page: Page,
    borders: Borders,
    frame: Frame,
    points: Sequence[Point],
    which: tuple[int, str],
    t: Texts,
) -> None:
    """Draw the panel of a smaller scale; the panels stand under each other, the smallest lowest."""
    at, scale = which
    floor = page.bottom + _FOOT
    height = (page.top - _HEAD - floor - 2 * _SMALL_HEAD) / 3
    left = page.width - MARGIN - _SMALL_WIDTH
    bottom = page.top - _HEAD - height - at * (height + _SMALL_HEAD)
    axes = page.axes(left, bottom, _SMALL_WIDTH, height)
    _panel(axes, borders, frame, 1.4)
    _ticks(axes, frame, t, 4)
    _dots(axes, points, 3.2)
    if bottom - floor > 0.1:
        axes.set_xticklabels([])
    page.write(left, bottom + height + 0.08, t(f"visibility.in_{scale}"), BODY, color=SOFT)
