"""The dilution staircase: how an effect thins out from one participant to the neighbourhood."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from ..text import DEFAULT_LANGUAGE, Texts, texts
from .effects import (
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
from .lens import first_low, magnify
from .steps import (
    BROKEN,
    Place,
    Span,
    beyond,
    draw_bar,
    draw_interval,
    draw_line,
    label_step,
    mark_beyond,
    room_beyond,
    span_of,
    visible_from,
    words_beyond,
)
from .style import BODY, FAINT, INK, MARGIN, PAPER, SMALL, SOFT, Page, font

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ...experiments.staircase import Step


_WIDTH = 10.0
_AXIS_ROOM = 0.5
_CHART, _BLOCK, _KEY = 3.9, 2.45, 0.3
_NARROWEST = 1.37
_SQUARE, _BETWEEN = 0.062, 0.026


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
    places, span = _places(steps), span_of(steps)
    far = _far(steps, places, span, measure, t)
    over, under = (
        room_beyond(max((len(far.get(step.name, "")) for step in some), default=0))
        for some in _up_and_down(steps)
    )
    page = page_for(_WIDTH, _CHART + _BLOCK + over + under, title, below, twin_source(t, facts))
    edges = page.bottom + _BLOCK + under, page.top - _KEY - over
    axes = _axes(page, edges, span.limits(steps, edges[1] - edges[0]), places, measure, t)
    for step, place in zip(steps, places, strict=True):
        _draw_step(axes, step, place, span, measure.factor)
        _write_block(page, step, place, measure, t, lined=step.name not in far)
        if step.name in far:
            mark_beyond(page, edges[step.effect >= 0], step, place, far[step.name])
    _key(page, steps, t)
    _label(page, axes, steps, places, span, measure, t)
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


def _far(
    steps: Sequence[Step], places: list[Place], span: Span, measure: Measure, t: Texts
) -> dict[str, list[str]]:
    """Return what is written about the lines off the axis, by name of the step."""
    page = Page(_WIDTH, 1)
    return {
        step.name: words_beyond(page, step, place, measure, t)
        for step, place in zip(steps, places, strict=True)
        if beyond(step, span)
    }


def _up_and_down(steps: Sequence[Step]) -> tuple[list[Step], list[Step]]:
    """Return the gains and the losses: where the line of each would be."""
    return [one for one in steps if one.effect >= 0], [one for one in steps if one.effect < 0]


def _places(steps: Sequence[Step]) -> list[Place]:
    """Return where steps stand: every step has room for its words, larger groups have more."""
    whole = _WIDTH - 2 * MARGIN - _AXIS_ROOM
    size = np.log10(np.maximum(1.0, [step.people for step in steps]))
    narrowest = min(_NARROWEST, whole / len(steps))
    spare = whole - narrowest * len(steps)
    above = size - size.min()
    share = above / above.sum() if above.sum() > 0 else np.full(len(steps), 1 / len(steps))
    widths = narrowest + spare * share
    lefts = MARGIN + _AXIS_ROOM + np.concatenate([[0.0], np.cumsum(widths)[:-1]])
    return [Place(float(left), float(width)) for left, width in zip(lefts, widths, strict=True)]


def _axes(
    page: Page,
    edges: tuple[float, float],
    limits: tuple[float, float],
    places: list[Place],
    measure: Measure,
    t: Texts,
) -> Axes:
    """Return axes with inches across and the effect upward, between edges in inches."""
    left, right = places[0].left, places[-1].left + places[-1].width
    axes = page.axes(left, edges[0], right - left, edges[1] - edges[0])
    low, high = (limit * measure.factor for limit in limits)
    axes.set(xlim=(left, right), ylim=(low, high))
    ticks = nice_ticks(low, high, 5)
    axes.set_yticks(ticks.tolist(), tick_words(t, ticks), fontproperties=font(SMALL), color=SOFT)
    axes.set_xticks([])
    axes.grid(axis="y", color=FAINT, linewidth=0.8)
    axes.axhline(0, color=INK, linewidth=1.1, zorder=3, clip_on=False)
    axes.set_axisbelow(True)
    page.write(
        MARGIN, page.top - SMALL / 72, t(f"staircase.axis_{measure.kind}"), SMALL, color=SOFT
    )
    return axes


def _draw_step(axes: Axes, step: Step, place: Place, span: Span, factor: float) -> None:
    """Draw a step, its interval, and the smallest effect that would be seen if that is near."""
    draw_bar(axes, step, place, factor)
    draw_interval(axes, step, place, span, factor)
    if span.holds(visible_from(step)):
        draw_line(axes, step, place, factor)


def _label(
    page: Page,
    axes: Axes,
    steps: Sequence[Step],
    places: list[Place],
    span: Span,
    measure: Measure,
    t: Texts,
) -> None:
    """Write the number of every step; those too low to be read have theirs under a lens."""
    first = first_low(axes, steps, span, measure)
    for step, place in list(zip(steps, places, strict=True))[:first]:
        line = visible_from(step) if span.holds(visible_from(step)) else math.nan
        label_step(axes, step, place, measure, line)
    if first is not None:
        magnify(page, axes, steps[first:], places[first:], measure, t)


def _write_block(
    page: Page, step: Step, place: Place, measure: Measure, t: Texts, lined: bool
) -> None:
    """Write under a step who it is about and how many of a hundred evaluations would see it.

    From where on it would be seen is written here when its line is drawn in the axis.
    """
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
    if lined and math.isfinite(step.smallest_visible):
        words = t("staircase.from", least=measure.size(step.smallest_visible))
        lines = page.wrapped(words, room, SMALL)
        y = write_lines(page, place.middle, y, lines, SMALL, color=SOFT, **centre)
    if math.isfinite(step.false_alarms):
        words = t("staircase.anyway", seen=str(of_hundred(step.false_alarms)))
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


def _key(page: Page, steps: Sequence[Step], t: Texts) -> None:
    """Say above the steps, from the right, what the broken line and the thin line are."""
    right, y = page.width - MARGIN, page.top - SMALL / 72
    middle = (y + 0.35 * SMALL / 72) / page.height
    if any(math.isfinite(step.smallest_visible) for step in steps):
        words = t("staircase.line")
        page.write(right, y, words, SMALL, ha="right")
        right -= page.text_width(words, SMALL) + 0.1
        across = [(right - 0.4) / page.width, right / page.width]
        look = {"color": INK, "linewidth": 1.6, "linestyle": BROKEN}
        page.figure.add_artist(Line2D(across, [middle] * 2, **look))
        right -= 0.65
    if any(math.isfinite(step.low) and math.isfinite(step.high) for step in steps):
        words = t("staircase.interval")
        page.write(right, y, words, SMALL, ha="right", color=SOFT)
        x = (right - page.text_width(words, SMALL) - 0.1) / page.width
        half = 0.08 / page.height
        look = {"color": SOFT, "linewidth": 1.1, "marker": "_", "markersize": 5}
        page.figure.add_artist(Line2D([x, x], [middle - half, middle + half], **look))
