"""The dilution staircase: how an effect thins out from one participant to the neighbourhood."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from ..text import DEFAULT_LANGUAGE, Texts, texts
from .effects import (
    GAINED,
    Facts,
    Measure,
    count,
    nice_ticks,
    of_hundred,
    page_for,
    tick_words,
    twin_source,
    when,
    write_lines,
)
from .style import BODY, FAINT, INK, MARGIN, PAPER, SMALL, SOFT, Page, font

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ...experiments.staircase import Step


_WIDTH = 10.0
_AXIS_ROOM = 0.5
_CHART, _BLOCK = 3.9, 2.45
_NARROWEST = 1.37
_GAP = 0.07
_SQUARE, _BETWEEN = 0.062, 0.026
#: An effect lower than this share of the highest is shown magnified as well.
_LOW = 0.12
_LENS, _LENS_GAP, _LENS_PAPER, _LENS_RIM = 1.55, 0.3, "#f3f5f7", "#b9c2ca"
_PALE = "#cfe3f1"
_BROKEN = (0, (3, 1.5))
#: A step that half of the evaluations see is solid; the others are pale with an outline.
_HALF = 0.5


def staircase_figure(
    steps: Sequence[Step], facts: Facts, indicator: str, lang: str = DEFAULT_LANGUAGE
) -> Figure:
    """Draw the mean effect in ever larger groups, and how often an evaluation would see it.

    Parameters
    ----------
    steps
        From the participants to the neighbourhood, at least two.
    facts
        Which worlds it is about.
    indicator
        Key of the indicator.
    lang
        ``"nl"`` or ``"en"``.

    Raises
    ------
    ValueError
        With fewer than two steps, or with an effect that is no number.
    """
    if len(steps) < 2:
        raise ValueError(f"a staircase needs at least two steps, and there is {len(steps)}")
    for step in steps:
        if not math.isfinite(step.effect):
            raise ValueError(f"the effect of step {step.name!r} is {step.effect!r}")
    t = texts(lang)
    measure = Measure(indicator, t)
    title = staircase_title(steps, facts, measure, t)
    below = t("staircase.below", programme=facts.programme)
    page = page_for(_WIDTH, _CHART + _BLOCK, title, below, twin_source(t, facts))
    places = _places(steps, page)
    axes = _axes(page, steps, places, measure, t)
    for step, place in zip(steps, places, strict=True):
        _draw_step(axes, step, place, measure)
        _write_block(page, step, place, measure, t)
    _name_the_line(page, axes, steps, places, t)
    first = _first_low(axes, steps, measure)
    _label_steps(axes, steps, places, measure, first)
    if first is not None:
        _magnify(page, axes, steps[first:], places[first:], measure, t)
    return page.figure


def staircase_title(steps: Sequence[Step], facts: Facts, measure: Measure, t: Texts) -> str:
    """Return the finding: the effect on who took part, in the largest group, and who would see it."""
    last = steps[-1]
    told = {
        "place": facts.place,
        "when": when(t, facts),
        "first": measure.with_unit(steps[0].effect),
        "on": measure.words,
        "last": measure.signed(last.effect),
        "scale": t(f"effect.of_{last.name}"),
    }
    if math.isnan(last.seen):
        return t("staircase.title", **told)
    return t("staircase.title_seen", **told, seen=str(of_hundred(last.seen)))


@dataclass(frozen=True)
class Place:
    """Where a step stands on the page, in inches from the left."""

    left: float
    width: float

    @property
    def middle(self) -> float:
        """Return its middle."""
        return self.left + self.width / 2


def _places(steps: Sequence[Step], page: Page) -> list[Place]:
    """Return where steps stand: every step has room for its words, larger groups have more."""
    whole = page.width - 2 * MARGIN - _AXIS_ROOM
    size = np.log10(np.maximum(1.0, [step.people for step in steps]))
    narrowest = min(_NARROWEST, whole / len(steps))
    spare = whole - narrowest * len(steps)
    above = size - size.min()
    share = above / above.sum() if above.sum() > 0 else np.full(len(steps), 1 / len(steps))
    widths = narrowest + spare * share
    lefts = MARGIN + _AXIS_ROOM + np.concatenate([[0.0], np.cumsum(widths)[:-1]])
    return [Place(float(left), float(width)) for left, width in zip(lefts, widths, strict=True)]


def _extent(step: Step) -> list[float]:
    """Return what of a step must fit the axis, in units of the indicator."""
    ends = [0.0, step.effect, step.low, step.high, _visible_from(step)]
    return [value for value in ends if math.isfinite(value)]


def _visible_from(step: Step) -> float:
    """Return the smallest effect that would be seen, on the side of zero of the effect itself."""
    return math.copysign(step.smallest_visible, step.effect)


def _axes(
    page: Page, steps: Sequence[Step], places: list[Place], measure: Measure, t: Texts
) -> Axes:
    """Return axes with inches across and the effect upward, zero on it."""
    left, right = places[0].left, places[-1].left + places[-1].width
    bottom = page.bottom + _BLOCK
    height = page.top - 0.3 - bottom
    axes = page.axes(left, bottom, right - left, height)
    values = np.array([value for step in steps for value in _extent(step)]) * measure.factor
    low, high = float(values.min()), float(values.max())
    if high - low <= 0:
        high = 1.0
    # Room for a number above the highest step, and below the lowest.
    room = 0.3 / height * (high - low)
    axes.set(xlim=(left, right), ylim=(low - room * (low < 0), high + room))
    ticks = nice_ticks(low, high, 5)
    axes.set_yticks(ticks.tolist(), tick_words(t, ticks), fontproperties=font(SMALL), color=SOFT)
    axes.set_xticks([])
    axes.grid(axis="y", color=FAINT, linewidth=0.8)
    axes.axhline(0, color=INK, linewidth=1.1, zorder=3)
    axes.set_axisbelow(True)
    page.write(
        MARGIN, page.top - SMALL / 72, t(f"staircase.axis_{measure.kind}"), SMALL, color=SOFT
    )
    return axes


def _draw_step(
    axes: Axes, step: Step, place: Place, measure: Measure, magnified: bool = False
) -> None:
    """Draw a step, its interval, and the smallest effect that would be seen."""
    factor = measure.factor
    solid = step.seen >= _HALF
    axes.add_patch(
        Rectangle(
            (place.left + _GAP, 0),
            place.width - 2 * _GAP,
            step.effect * factor,
            facecolor=GAINED if solid else _PALE,
            edgecolor=GAINED,
            linewidth=1.0,
            zorder=2,
            gid=f"{'lens' if magnified else 'step'}-{step.name}",
        )
    )
    if magnified:
        return
    if math.isfinite(step.low) and math.isfinite(step.high):
        ends = [step.low * factor, step.high * factor]
        x = place.left + 0.8 * place.width
        for colour, line in ((PAPER, 3.0), (SOFT, 1.2)):
            axes.plot([x, x], ends, color=colour, linewidth=line, zorder=3.5)
    if math.isfinite(step.smallest_visible):
        y = _visible_from(step) * factor
        across = [place.left + 0.01, place.left + place.width - 0.01]
        axes.plot(across, [y, y], color=PAPER, linewidth=3.6, zorder=4)
        axes.plot(
            across,
            [y, y],
            color=INK,
            linewidth=1.6,
            zorder=4.1,
            linestyle=_BROKEN,
            gid=f"visible-{step.name}",
        )


def _label_steps(
    axes: Axes, steps: Sequence[Step], places: list[Place], measure: Measure, first: int | None
) -> None:
    """Write the effect at every step; those that are magnified have it there."""
    for step, place in list(zip(steps, places, strict=True))[:first]:
        below = step.effect < 0
        y = step.effect * measure.factor
        axes.annotate(
            measure.signed(step.effect),
            xy=(place.left + 0.42 * place.width, y),
            xytext=(0, -4 if below else 4),
            textcoords="offset points",
            ha="center",
            va="top" if below else "bottom",
            fontproperties=font(BODY, bold=True),
            color=INK,
            bbox={
                "facecolor": axes.get_facecolor() if axes.get_gid() else PAPER,
                "edgecolor": "none",
                "pad": 0.6,
                "alpha": 0.85,
            },
            zorder=5,
            gid=f"number-{step.name}",
        )


def _write_block(page: Page, step: Step, place: Place, measure: Measure, t: Texts) -> None:
    """Write under a step who it is about and how many of a hundred evaluations would see it."""
    room = place.width - 0.1
    y = page.bottom + _BLOCK - 0.08 - BODY / 72
    centre: dict[str, str] = {"ha": "center"}
    name = page.wrapped(t(f"staircase.{step.name}"), room)
    y = write_lines(page, place.middle, y, name, BODY, **centre)
    key = "staircase.people_one" if step.people == 1 else "staircase.people"
    reach = t.percent(step.reach, 0 if step.reach in (0, 1) or step.reach >= 0.0995 else 1)
    rows = [t(key, people=count(t, step.people)), t("staircase.reach", share=reach)]
    for words in rows:
        lines = page.wrapped(words, room, SMALL)
        y = write_lines(page, place.middle, y, lines, SMALL, color=SOFT, **centre)
    # What was seen stands on one line for all steps, however long the words above.
    top = page.bottom + _BLOCK - 0.95
    if math.isnan(step.seen):
        lines = page.wrapped(t("staircase.unknown"), room, SMALL)
        write_lines(page, place.middle, top - 0.3, lines, SMALL, color=SOFT, **centre)
        return
    seen = of_hundred(step.seen)
    _squares(page, place.middle, top, seen, step.name)
    y = top - 10 * (_SQUARE + _BETWEEN) - 0.1 - SMALL / 72
    lines = page.wrapped(t("staircase.seen", seen=str(seen)), room, SMALL)
    y = write_lines(page, place.middle, y, lines, SMALL, **centre)
    if math.isfinite(step.smallest_visible):
        words = t("staircase.from", least=measure.size(step.smallest_visible))
        lines = page.wrapped(words, room, SMALL)
        write_lines(page, place.middle, y, lines, SMALL, color=SOFT, **centre)


def _squares(page: Page, middle: float, top: float, filled: int, name: str) -> None:
    """Draw a hundred squares, ten a row, and fill as many as evaluations that see the effect."""
    pitch = _SQUARE + _BETWEEN
    left = middle - (10 * pitch - _BETWEEN) / 2
    for k in range(100):
        row, column = divmod(k, 10)
        page.figure.add_artist(
            Rectangle(
                ((left + column * pitch) / page.width, (top - row * pitch - _SQUARE) / page.height),
                _SQUARE / page.width,
                _SQUARE / page.height,
                facecolor=INK if k < filled else PAPER,
                edgecolor=INK if k < filled else "#9aa4ae",
                linewidth=0.5,
                gid=f"{'seen' if k < filled else 'missed'}-{name}",
            )
        )


def _name_the_line(
    page: Page, axes: Axes, steps: Sequence[Step], places: list[Place], t: Texts
) -> None:
    """Say above the steps what the broken line is."""
    if not any(math.isfinite(step.smallest_visible) for step in steps):
        return
    words = t("staircase.line")
    right = places[-1].left + places[-1].width
    y = page.top - SMALL / 72
    page.write(right, y, words, SMALL, ha="right")
    x = right - page.text_width(words, SMALL) - 0.1
    y = (y + 0.35 * SMALL / 72) / page.height
    page.figure.add_artist(
        Line2D(
            [(x - 0.4) / page.width, x / page.width],
            [y, y],
            color=INK,
            linewidth=1.6,
            linestyle=_BROKEN,
        )
    )


def _first_low(axes: Axes, steps: Sequence[Step], measure: Measure) -> int | None:
    """Return from which step on all are too low to be read; None when there are none, or no room."""
    effects = [abs(step.effect) for step in steps]
    first = len(steps)
    while first > 1 and effects[first - 1] < _LOW * max(effects):
        first -= 1
    if first == len(steps) or max(effects[first:]) == 0:
        return None
    free = axes.get_ylim()[1] - _highest(steps[first:], measure)
    return first if free * _inches_a_unit(axes) >= _LENS + _LENS_GAP else None


def _highest(steps: Sequence[Step], measure: Measure) -> float:
    return max(value for step in steps for value in _extent(step)) * measure.factor


def _inches_a_unit(axes: Axes) -> float:
    low, high = axes.get_ylim()
    return axes.bbox.height / axes.figure.dpi / (high - low)


def _magnify(
    page: Page,
    axes: Axes,
    steps: Sequence[Step],
    places: list[Place],
    measure: Measure,
    t: Texts,
) -> None:
    """Show low steps once more above themselves, in the same widths and on a larger scale."""
    left, right = places[0].left, places[-1].left + places[-1].width
    box = axes.get_position()
    # Low in the room that there is, so that the steps themselves stay what is seen first.
    top = box.y1 * page.height - 0.1
    floor = top - _LENS
    lens = page.axes(left, floor, right - left, _LENS)
    lens.set(facecolor=_LENS_PAPER, gid="lens")
    values = [0.0, *(step.effect * measure.factor for step in steps)]
    span = max(values) - min(values)
    # Above the steps: their numbers and what is said of the lens.
    above, below = 0.62 / (top - floor), (0.3 if min(values) < 0 else 0.06) / (top - floor)
    whole = span / (1 - above - below)
    lens.set(xlim=(left, right), xticks=[], yticks=[])
    for spine in lens.spines.values():
        spine.set(visible=True, color=_LENS_RIM, linewidth=0.8)
    lens.set_ylim(min(values) - below * whole, max(values) + above * whole)
    lens.axhline(0, color=INK, linewidth=1.1, zorder=3)
    for step, place in zip(steps, places, strict=True):
        _draw_step(lens, step, place, measure, magnified=True)
    _label_steps(lens, steps, places, measure, None)
    times = _inches_a_unit(lens) / _inches_a_unit(axes)
    words = t("staircase.magnified", times=t.number(times, 0 if times >= 9.95 else 1))
    page.write(left + 0.1, top - 0.07 - SMALL / 72, words, SMALL, color=SOFT)
    for x in (left, right):
        axes.plot(
            [x, x],
            [0, axes.get_ylim()[0] + (floor - box.y0 * page.height) / _inches_a_unit(axes)],
            color=_LENS_RIM,
            linewidth=0.8,
            linestyle=(0, (1, 2)),
            zorder=1,
        )
