"""The lens of the staircase: steps too low to be read, once more above themselves and enlarged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..text import Texts
from .effects import Measure
from .steps import NUMBER_ROOM, Place, Span, draw_bar, inches_a_unit, label_step, visible_from
from .style import INK, SMALL, SOFT, Page

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ...experiments.staircase import Step

#: An effect lower than this share of the highest is shown magnified as well.
LOW = 0.06
_HEIGHT, _APART, _PAPER, _RIM = 1.55, 0.3, "#f3f5f7", "#b9c2ca"


def first_low(axes: Axes, steps: Sequence[Step], span: Span, measure: Measure) -> int | None:
    """Return from which step on all are too low to be read; None when there are none, or no room."""
    effects = [abs(step.effect) for step in steps]
    first = len(steps)
    while first > 1 and effects[first - 1] < LOW * max(effects):
        first -= 1
    if first == len(steps) or max(effects[first:]) == 0:
        return None
    drawn = [0.0]
    for step in steps[first:]:
        ends = (step.effect, visible_from(step))
        drawn += [value for value in ends if span.holds(value)]
        drawn.append(min(step.high, span.high) if step.high > step.effect else step.effect)
    free = axes.get_ylim()[1] - max(drawn) * measure.factor
    return first if free * inches_a_unit(axes) >= _HEIGHT + _APART else None


def magnify(
    page: Page,
    axes: Axes,
    steps: Sequence[Step],
    places: Sequence[Place],
    measure: Measure,
    t: Texts,
) -> None:
    """Show low steps once more above themselves, in the same widths and on a larger scale."""
    left, right = places[0].left, places[-1].left + places[-1].width
    box = axes.get_position()
    top = box.y1 * page.height - 0.1
    floor = top - _HEIGHT
    lens = page.axes(left, floor, right - left, _HEIGHT)
    lens.set(facecolor=_PAPER, gid="lens")
    values = [0.0, *(step.effect * measure.factor for step in steps)]
    # Above the steps: their numbers and what is said of the lens.
    above, below = 0.62 / _HEIGHT, (NUMBER_ROOM if min(values) < 0 else 0.06) / _HEIGHT
    whole = (max(values) - min(values)) / (1 - above - below)
    lens.set(xlim=(left, right), xticks=[], yticks=[])
    for spine in lens.spines.values():
        spine.set(visible=True, color=_RIM, linewidth=0.8)
    lens.set_ylim(min(values) - below * whole, max(values) + above * whole)
    lens.axhline(0, color=INK, linewidth=1.1, zorder=3)
    for step, place in zip(steps, places, strict=True):
        draw_bar(lens, step, place, measure.factor, "lens")
        label_step(lens, step, place, measure, ground=_PAPER)
    times = inches_a_unit(lens) / inches_a_unit(axes)
    words = t("staircase.magnified", times=t.number(times, 0 if times >= 9.95 else 1))
    page.write(left + 0.1, top - 0.07 - SMALL / 72, words, SMALL, color=SOFT)
    foot = axes.get_ylim()[0] + (floor - box.y0 * page.height) / inches_a_unit(axes)
    for x in (left, right):
        axes.plot([x, x], [0, foot], color=_RIM, linewidth=0.8, linestyle=(0, (1, 2)), zorder=1)
