"""Where the preferred calendar changes: a dot a combination of assumptions, and the box around them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ..text import DEFAULT_LANGUAGE, Texts, texts
from ..text.outcome_words import OutcomeWords
from ..text.policy_names import policy_name
from .assumption_rows import (
    WIDTH,
    StudyFacts,
    as_title,
    assumption_words,
    trimmed,
)
from .comparison import POLICY_COLOURS, POLICY_MARKS
from .effects import LINE, nice_ticks, page_for, tick_words, write_lines
from .ladders import spread
from .style import BODY, FAINT, INK, MARGIN, PAPER, SMALL, SOFT, Page, font

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ...experiments.discovery import Limit
    from ...experiments.frontier import Frontier

_LEFT, _GAP, _NARROW, _HIGH, _FOOT = 0.75, 0.45, 3.0, 4.3, 0.62


def frontier_figure(found: Frontier, facts: StudyFacts, lang: str = DEFAULT_LANGUAGE) -> Figure:
    """Draw which policy is best at every combination, over the two assumptions that say most.

    At the right, where there is a box, its limits, each on the range that was tried.

    Parameters
    ----------
    found
        The answer.
    facts
        Which worlds it is about; ``policies`` are all that are held against each other.
    lang
        ``"nl"`` or ``"en"``.

    Raises
    ------
    ValueError
        With fewer than two assumptions, or more policies than there are colours.
    """
    if len(found.question.assumptions) < 2:
        raise ValueError("two assumptions are needed to draw them against each other")
    if len(facts.policies) > len(POLICY_COLOURS):
        raise ValueError(f"{len(facts.policies)} policies; allowed: at most {len(POLICY_COLOURS)}")
    t = texts(lang)
    page = page_for(
        WIDTH, _HIGH + _FOOT, frontier_title(found, t), _below(found, facts, t), facts.source(t)
    )
    narrow = _NARROW if found.box is not None else 1.35
    width = page.width - 2 * MARGIN - _LEFT - _GAP - narrow
    bottom = page.bottom + _FOOT
    axes = page.axes(MARGIN + _LEFT, bottom, width, page.top - bottom)
    _scatter(page, axes, found, t)
    right = MARGIN + _LEFT + width + _GAP
    top = _names(page, right, narrow, found, facts, t)
    if found.box is not None:
        _limits(page, right, top, narrow, found, t)
    return page.figure


def frontier_title(found: Frontier, t: Texts) -> str:
    """Return the finding: under which assumptions another policy wins, or that there are none."""
    policies = [policy_name(one, t) for one in found.question.policies]
    usual = policies[found.usual_best]
    points, changed = t.number(len(found.best)), t.number(int(found.changed.sum()))
    if found.box is not None:
        limits = t.listing([limit_words(one, t) for one in found.box.limits])
        return t("frontier.title", limits=limits, winner=policies[found.winner], usual=usual)
    if found.without == "never":
        return t("frontier.title_never", points=points, usual=usual)
    return t(f"frontier.title_{found.without}", changed=changed, points=points, usual=usual)


def limit_words(limit: Limit, t: Texts) -> str:
    """Return a limit of a box as a condition."""
    words = assumption_words(limit.key, t)
    if math.isnan(limit.low):
        return t("frontier.under", words=words, high=trimmed(limit.high, t))
    if math.isnan(limit.high):
        return t("frontier.above", words=words, low=trimmed(limit.low, t))
    return t("frontier.within", words=words, low=trimmed(limit.low, t), high=trimmed(limit.high, t))


def _below(found: Frontier, facts: StudyFacts, t: Texts) -> str:
    as_is = found.question.ground.money == "as-is"
    words = OutcomeWords(facts.outcome, t).words
    return t(
        "frontier.below_as_is" if as_is else "frontier.below",
        what=as_title(words),
        when=facts.when(t),
        replicates=t.number(facts.replicates),
        clear=t.number(int(found.clear.sum())),
        points=t.number(len(found.clear)),
    )


def _scatter(page: Page, axes: Axes, found: Frontier, t: Texts) -> None:
    across, upward = found.telling
    x, y = (found.cases[key].to_numpy(dtype=float) for key in (across, upward))
    for number in range(len(found.question.policies)):
        colour, mark = POLICY_COLOURS[number], POLICY_MARKS[number]
        for clear in (True, False):
            chosen = (found.best == number) & (found.clear == clear)
            axes.plot(
                x[chosen],
                y[chosen],
                linestyle="none",
                marker=mark,
                markersize=6.5,
                markerfacecolor=colour if clear else PAPER,
                markeredgecolor=PAPER if clear else colour,
                markeredgewidth=0.6 if clear else 1.2,
                zorder=3,
                gid=f"best-{number}-{'clear' if clear else 'open'}",
            )
    for which, key in (("x", across), ("y", upward)):
        _axis(axes, which, found.assumption(key).span, t)
    width = axes.get_position().width * page.width
    left = axes.get_position().x0 * page.width
    words = page.wrapped(f"{assumption_words(across, t)} ({across})", width, SMALL)
    write_lines(page, left, page.bottom + 0.26, words, SMALL, color=SOFT)
    high = axes.get_position().height * page.height
    side = page.wrapped(f"{assumption_words(upward, t)} ({upward})", high, SMALL)
    for at, line in enumerate(reversed(side)):
        page.write(
            MARGIN + 0.28 - at * 1.12 * LINE * SMALL / BODY,
            axes.get_position().y0 * page.height,
            line,
            SMALL,
            color=SOFT,
            rotation=90,
            va="bottom",
            ha="right",
        )
    _box(axes, found, across, upward, t)


def _axis(axes: Axes, which: str, span: object, t: Texts) -> None:
    low, high = float(span.low), float(span.high)  # type: ignore[attr-defined]
    spare = 0.03 * (high - low)
    ticks = nice_ticks(low, high, 6)
    words = tick_words(t, ticks)
    if which == "x":
        axes.set_xlim(low - spare, high + spare)
        axes.set_xticks(ticks.tolist(), words, fontproperties=font(SMALL), color=SOFT)
    else:
        axes.set_ylim(low - spare, high + spare)
        axes.set_yticks(ticks.tolist(), words, fontproperties=font(SMALL), color=SOFT)
    axes.grid(axis=which, color=FAINT, linewidth=0.8)  # type: ignore[arg-type]
    axes.set_axisbelow(True)


def _box(axes: Axes, found: Frontier, across: str, upward: str, t: Texts) -> None:
    """Draw the box as far as these two assumptions show it."""
    if found.box is None:
        return
    ends = {one.key: (one.low, one.high) for one in found.box.limits}
    sides = []
    for key, (low, high) in ((across, axes.get_xlim()), (upward, axes.get_ylim())):
        own = ends.get(key, (math.nan, math.nan))
        sides.append(
            (low if math.isnan(own[0]) else own[0], high if math.isnan(own[1]) else own[1])
        )
    (left, right), (bottom, top) = sides
    axes.add_patch(
        Rectangle(
            (left, bottom),
            right - left,
            top - bottom,
            facecolor="#f3d9a4",
            alpha=0.45,
            edgecolor="none",
            zorder=1,
        )
    )
    axes.add_patch(
        Rectangle(
            (left, bottom),
            right - left,
            top - bottom,
            fill=False,
            edgecolor=INK,
            linewidth=1.6,
            zorder=2,
            gid="box",
        )
    )


def _names(
    page: Page, left: float, width: float, found: Frontier, facts: StudyFacts, t: Texts
) -> float:
    """Write which mark is which policy, and how often it is best; return what is free below."""
    y, high = page.top - 0.15, 0.3 * (len(facts.policies) + 2)
    axes = page.axes(left, page.top - high, width, high)
    axes.set(xlim=(0, width), ylim=(page.top - high, page.top), xticks=[], yticks=[])
    counts = np.bincount(found.best, minlength=len(facts.policies))
    for number, policy in enumerate(facts.policies):
        words = (
            as_title(t("frontier.wins", policy=policy_name(policy, t)))
            + f": {t.number(int(counts[number]))}"
        )
        lines = page.wrapped(words, width - 0.3, BODY)
        axes.plot(
            [0.1],
            [y],
            marker=POLICY_MARKS[number],
            markersize=7,
            color=POLICY_COLOURS[number],
        )
        y = write_lines(page, left + 0.28, y - 0.36 * BODY / 72, lines, BODY) - 0.02
    lines = page.wrapped(t("frontier.unclear"), width, SMALL)
    return write_lines(page, left, y - 0.02, lines, SMALL, color=SOFT) - 0.15


def _limits(page: Page, left: float, top: float, width: float, found: Frontier, t: Texts) -> None:
    """Draw every limit of the box on the range that was tried, and what the box holds."""
    assert found.box is not None
    page.write(left, top, as_title(t("frontier.limits")), BODY, bold=True)
    y = top - 0.3
    for limit in found.box.limits:
        span = found.assumption(limit.key).span
        lines = page.wrapped(assumption_words(limit.key, t), width, SMALL)
        y = write_lines(page, left, y, lines, SMALL)
        y = _range(page, left, y - 0.12, width, limit, (float(span.low), float(span.high)), t)
    told = t(
        "frontier.box",
        density=t.percent(found.box.density),
        coverage=t.percent(found.box.coverage),
        elsewhere=t.percent(found.box.elsewhere),
    )
    write_lines(page, left, y - 0.02, page.wrapped(told, width, SMALL), SMALL, color=SOFT)


def _range(
    page: Page,
    left: float,
    y: float,
    width: float,
    limit: Limit,
    tried: tuple[float, float],
    t: Texts,
) -> float:
    axes = page.axes(left, y - 0.06, width, 0.16)
    low, high = tried
    spare = 0.02 * (high - low)
    axes.set(xlim=(low - spare, high + spare), ylim=(0, 1))
    axes.set_xticks([])
    axes.set_yticks([])
    axes.plot([low, high], [0.5, 0.5], color=FAINT, linewidth=6, solid_capstyle="butt")
    ends = (
        low if math.isnan(limit.low) else limit.low,
        high if math.isnan(limit.high) else limit.high,
    )
    axes.plot(
        ends, [0.5, 0.5], color=INK, linewidth=6, solid_capstyle="butt", gid=f"limit-{limit.key}"
    )
    inner = [one for one in (limit.low, limit.high) if not math.isnan(one)]
    marks = [(low, SOFT), *((one, INK) for one in inner), (high, SOFT)]
    wanted = [(one - low + spare) / (high - low + 2 * spare) * width for one, _ in marks]
    places = spread(wanted, 0.5, 0.1, width - 0.1)
    for (value, colour), x in zip(marks, places, strict=True):
        ha = "left" if value == low else "right" if value == high else "center"
        at = {"left": left, "right": left + width}.get(ha, left + x)
        page.write(at, y - 0.24, trimmed(value, t), SMALL, color=colour, ha=ha)
    return y - 0.46
