"""The steps of the staircase: how far their axis goes, and each with its interval, line and number.

The effects set the axis. A smallest visible effect that lies far from them would make every step a
flat stripe; it is marked at the edge with its number instead.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from ..text import Texts
from .effects import GAINED, LINE, Measure, write_lines
from .style import BODY, INK, PAPER, SMALL, SOFT, Page, font

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ...experiments.staircase import Step

#: How far the axis goes for lines and intervals, beyond the effects, as a share of their range:
#: the highest step with its interval keeps at least half of the height.
_BEYOND = 0.35
#: Room for a number above or below the steps, and for a line or an interval, in inches.
NUMBER_ROOM, _LINE_ROOM = 0.3, 0.1
#: A step that ends within this share of the range from an end of the axis has its number there.
_NEAR = 0.12
_GAP, _WHISKER = 0.07, 0.84
PALE = "#cfe3f1"
BROKEN = (0, (3, 1.5))
#: Where across a step its number stands, and how far from its end in points.
_NUMBER, _FROM_STEP = 0.45, 4.0
#: Of what is marked off the axis, in inches: from the axis to the line, the arrow, a line of words.
_APART, _ARROW, _LINE = 0.13, 0.2, LINE * SMALL / BODY
#: From here on a line is not said to be so many times as large as the step.
_MOST_TIMES = 1e5
#: A step that half of the evaluations see is solid; the others are pale with an outline.
_HALF = 0.5


@dataclass(frozen=True)
class Place:
    """Where a step stands on the page, in inches from the left."""

    left: float
    width: float

    @property
    def middle(self) -> float:
        """Return its middle."""
        return self.left + self.width / 2


@dataclass(frozen=True)
class Span:
    """What the axis of the steps holds, in units of the indicator; zero lies in it."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Return whether a value is a number that lies on the axis."""
        return self.low <= value <= self.high

    def limits(self, steps: Sequence[Step], height: float) -> tuple[float, float]:
        """Return the ends of an axis of a height in inches, with room for numbers."""
        rooms = [
            0.0
            if end == 0
            else NUMBER_ROOM
            if any(abs(step.effect - end) < _NEAR * (self.high - self.low) for step in steps)
            else _LINE_ROOM
            for end in (self.low, self.high)
        ]
        unit = (self.high - self.low) / (height - sum(rooms))
        return self.low - rooms[0] * unit, self.high + rooms[1] * unit


def visible_from(step: Step) -> float:
    """Return the smallest effect that would be seen, on the side of zero of the effect itself."""
    return -step.smallest_visible if step.effect < 0 else step.smallest_visible


def span_of(steps: Sequence[Step]) -> Span:
    """Return what the axis holds: the effects, and of lines and intervals what lies near them."""
    largest = max(steps, key=lambda step: abs(step.effect))
    intervals = [end for step in steps for end in (step.low, step.high)]
    lines = [visible_from(step) for step in steps]
    core = [0.0, largest.low, largest.high, *(step.effect for step in steps)]
    # Where there is no effect at all, the intervals set the axis, or else the lines.
    for more in ([], intervals, lines, [1.0]):
        core = [value for value in (*core, *more) if math.isfinite(value)]
        if max(core) > min(core):
            break
    reach = _BEYOND * (max(core) - min(core))
    near = [
        value
        for value in (*core, *intervals, *lines)
        if min(core) - reach <= value <= max(core) + reach
    ]
    return Span(min(near), max(near))


def beyond(step: Step, span: Span) -> bool:
    """Return whether the line of a step is known and lies off the axis."""
    line = visible_from(step)
    return math.isfinite(line) and not span.holds(line)


def draw_bar(axes: Axes, step: Step, place: Place, factor: float, name: str = "step") -> None:
    """Draw a step from zero to its effect."""
    axes.add_patch(
        Rectangle(
            (place.left + _GAP, 0),
            place.width - 2 * _GAP,
            step.effect * factor,
            facecolor=GAINED if step.seen >= _HALF else PALE,
            edgecolor=GAINED,
            linewidth=1.0,
            zorder=2,
            gid=f"{name}-{step.name}",
        )
    )


def draw_interval(axes: Axes, step: Step, place: Place, span: Span, factor: float) -> None:
    """Draw the interval of a step; an arrow where it goes on beyond the axis."""
    if not (math.isfinite(step.low) and math.isfinite(step.high)):
        return
    x, limits = place.left + _WHISKER * place.width, axes.get_ylim()
    ends, marks = [], []
    for end, limit, arrow in zip((step.low, step.high), limits, "v^", strict=True):
        near = span.holds(end)
        ends.append(end * factor if near else limit)
        marks.append({"marker": "_", "markersize": 6.0} if near else {"marker": arrow})
    # A white rim, so that it shows on a solid step as well.
    rim = [(PAPER, 2.8)] if step.seen >= _HALF else []
    for colour, line in [*rim, (SOFT, 1.1)]:
        look: dict[str, Any] = {"color": colour, "zorder": 3.5, "clip_on": False}
        name = f"interval-{step.name}" if colour == SOFT else None
        axes.plot([x, x], ends, linewidth=line, solid_capstyle="butt", gid=name, **look)
        for end, mark in zip(ends, marks, strict=True):
            axes.plot([x], [end], markeredgewidth=line, **{"markersize": 4.0, **mark, **look})


def draw_line(axes: Axes, step: Step, place: Place, factor: float) -> None:
    """Draw the smallest effect that would be seen, across the step."""
    y = [visible_from(step) * factor] * 2
    across = [place.left + 0.01, place.left + place.width - 0.01]
    axes.plot(across, y, color=PAPER, linewidth=3.6, zorder=4)
    look: dict[str, Any] = {"color": INK, "linewidth": 1.6, "linestyle": BROKEN}
    axes.plot(across, y, zorder=4.1, gid=f"visible-{step.name}", **look)


def label_step(
    axes: Axes,
    step: Step,
    place: Place,
    measure: Measure,
    line: float = math.nan,
    ground: str = PAPER,
) -> None:
    """Write the effect at a step; where a line would run through the number, in the step."""
    side, colour = (-1 if step.effect < 0 else 1), INK
    unit = side * measure.factor * inches_a_unit(axes)
    offset, away = _FROM_STEP, (line - step.effect) * unit
    if -0.03 < away < NUMBER_ROOM - 0.04:
        if step.effect * unit > NUMBER_ROOM:
            offset = -offset
            colour, ground = (PAPER, GAINED) if step.seen >= _HALF else (INK, PALE)
        else:
            offset += 72 * away
    axes.annotate(
        measure.signed(step.effect),
        xy=(place.left + _NUMBER * place.width, step.effect * measure.factor),
        xytext=(0, offset * side),
        textcoords="offset points",
        ha="center",
        va="bottom" if offset * side > 0 else "top",
        fontproperties=font(BODY, bold=True),
        color=colour,
        bbox={"facecolor": ground, "edgecolor": "none", "pad": 0.6, "alpha": 0.85},
        zorder=5,
        gid=f"number-{step.name}",
    )


def inches_a_unit(axes: Axes) -> float:
    """Return how high one of what is written at the axis is, in inches."""
    low, high = axes.get_ylim()
    return axes.bbox.height / axes.figure.dpi / (high - low)


def words_beyond(page: Page, step: Step, place: Place, measure: Measure, t: Texts) -> list[str]:
    """Return what is written where the line of a step lies off the axis: from where, how far."""
    words = [t("staircase.beyond", least=measure.size(step.smallest_visible))]
    times = step.smallest_visible / abs(step.effect) if step.effect else math.inf
    if times < _MOST_TIMES:
        words.append(t("staircase.times", times=t.number(times, 0 if times >= 9.95 else 1)))
    return [line for one in words for line in page.wrapped(one, place.width - 0.06, SMALL)]


def room_beyond(lines: int) -> float:
    """Return the room that marks with so many lines of words take, in inches."""
    return _APART + _ARROW + 0.1 + lines * _LINE if lines else 0.0


def mark_beyond(page: Page, edge: float, step: Step, place: Place, words: list[str]) -> None:
    """Draw a line off the axis with an arrow that points to where it is, and write how far.

    Parameters
    ----------
    page
        What is drawn on.
    edge
        End of the axis, in inches from the foot.
    step, place
        Whose line it is, and where that stands.
    words
        Lines to write.
    """
    side = -1 if step.effect < 0 else 1
    line = edge + side * _APART
    tip = line + side * _ARROW
    # Narrower than on the axis: the lines of neighbours are not at one height.
    across = [(place.left + 0.2) / page.width, (place.left + place.width - 0.2) / page.width]
    look: dict[str, Any] = {"color": INK, "gid": f"beyond-{step.name}"}
    page.figure.add_artist(
        Line2D(across, [line / page.height] * 2, linewidth=1.6, linestyle=BROKEN, **look)
    )
    middle, ends = place.middle / page.width, [line / page.height, tip / page.height]
    stem = {"linewidth": 1.2, "solid_capstyle": "butt", "marker": "^" if side > 0 else "v"}
    page.figure.add_artist(
        Line2D([middle] * 2, ends, markersize=4.5, markevery=[1], **stem, **look)
    )
    first = tip + 0.08 + (len(words) - 1) * _LINE if side > 0 else tip - 0.07 - SMALL / 72
    write_lines(page, place.middle, first, words, SMALL, ha="center", gid=f"beyond-{step.name}")
