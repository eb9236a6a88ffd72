"""One outcome of a sweep against everything that varied in it, policies beside each other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure

from ..text import DEFAULT_LANGUAGE, Texts, texts
from ..text.outcome_words import OutcomeWords
from ..text.policy_names import policy_name
from .assumption_rows import WIDTH, StudyFacts, as_title, assumption_words, trimmed
from .comparison import POLICY_COLOURS, POLICY_MARKS
from .effects import LINE, nice_ticks, page_for, tick_words
from .style import BODY, FAINT, INK, MARGIN, PAPER, SMALL, SOFT, Page, font

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ...experiments.along import Along, Step

#: More panels than this are not read.
MOST_PANELS = 6
_ACROSS, _HIGH, _BETWEEN, _LEFT, _FOOT = 3, 1.75, 0.4, 0.55, 0.44
_KEY = 0.34
_TWIN = "#6b7681"
#: How far policies stand apart at one value, as a share of the distance between values.
_APART = 0.09


@dataclass(frozen=True)
class _Look:
    colour: str
    mark: str
    name: str


def sweep_figure(
    found: Sequence[Sequence[Along]], facts: StudyFacts, lang: str = DEFAULT_LANGUAGE
) -> Figure:
    """Draw an outcome along everything that varied, a panel each, what changes it most first.

    Parameters
    ----------
    found
        As `experiments.along.along` returns it; at most `MOST_PANELS` panels and as many policies
        as there are colours are drawn.
    facts
        Which worlds it is about; ``policies`` are all of the study.
    lang
        ``"nl"`` or ``"en"``.

    Raises
    ------
    ValueError
        When no run has a number.
    """
    if not any(math.isfinite(step.mean) for panel in found for one in panel for step in one.steps):
        raise ValueError("no run has a number to draw")
    t = texts(lang)
    words = OutcomeWords(facts.outcome, t)
    policies = [one.policy for one in found[0]][: len(POLICY_COLOURS)]
    panels = [[one for one in panel if one.policy in policies] for panel in found[:MOST_PANELS]]
    # Four make a square.
    across = 2 if len(panels) == 4 else min(_ACROSS, len(panels))
    wide = (WIDTH - 2 * MARGIN - _LEFT - (across - 1) * _BETWEEN) / across
    heads = [_head(panel[0].key, wide, t) for panel in panels]
    head = max(len(lines) for lines, _ in heads) * LINE * SMALL / BODY + 0.34
    down = math.ceil(len(panels) / across)
    room = _KEY + 0.2 + down * (head + _HIGH + _FOOT)
    page = page_for(
        WIDTH, room, sweep_title(found, facts, t), _below(found, facts, t), facts.source(t)
    )
    looks = _looks(policies, t)
    if panels[0][0].key:
        _write_key(page, looks)
    page.write(MARGIN, page.top - _KEY - 0.1, as_title(words.unit), SMALL, color=SOFT)
    reach = _reach([one for panel in panels for one in panel], words.factor)
    for place, (panel, (lines, small)) in enumerate(zip(panels, heads, strict=True)):
        row, column = divmod(place, across)
        left = MARGIN + _LEFT + column * (wide + _BETWEEN)
        top = page.top - _KEY - 0.2 - row * (head + _HIGH + _FOOT)
        y = top - 0.12
        for line in lines:
            page.write(left, y, line, SMALL)
            y -= LINE * SMALL / BODY
        page.write(left, y, small, SMALL * 0.9, color=SOFT)
        axes = page.axes(left, top - head - _HIGH, wide, _HIGH)
        _vertical(axes, reach, column == 0, t)
        _panel(axes, panel, looks, words.factor, wide, t)
    return page.figure


def sweep_title(found: Sequence[Sequence[Along]], facts: StudyFacts, t: Texts) -> str:
    """Return the finding: what changes the outcome most, from what to what; or that nothing does."""
    words = OutcomeWords(facts.outcome, t)
    told = {"what": as_title(words.words), "when": facts.when(t)}
    every = [one for panel in found for one in panel]
    numbers = [step.mean for one in every for step in one.steps]
    decimals = words.decimals(numbers)
    if not found[0][0].key:
        return _title_of_policies(every, facts.outcome, decimals, told, t)
    if not any(len(one.steps[0].by_luck) > 1 for one in every):
        return t("sweep_figure.title_one", **told)
    sure = [one for one in every if one.change[1] > 0]
    if not sure:
        return t("sweep_figure.title_none", **told)
    first = max(sure, key=lambda one: one.change[0])
    low, high = sorted(first.ends, key=first.steps.index)
    return t(
        "sweep_figure.title",
        **told,
        key=assumption_words(first.key, t),
        start=words.number(low.mean, decimals),
        end=_with_unit(words.number(high.mean, decimals), facts.outcome, words),
        policy=policy_name(first.policy, t),
    )


def _title_of_policies(
    every: Sequence[Along], outcome: str, decimals: int, told: dict[str, str], t: Texts
) -> str:
    words = OutcomeWords(outcome, t)
    known = [one for one in every if math.isfinite(one.steps[0].mean)]
    first = max(known, key=lambda one: one.steps[0].mean)
    last = min(known, key=lambda one: one.steps[0].mean)
    number = {
        one.policy: _with_unit(words.number(one.steps[0].mean, decimals), outcome, words)
        for one in known
    }
    told |= {"first": policy_name(first.policy, t), "most": number[first.policy]}
    if len(known) == 1:
        return t("sweep_figure.title_single", **told)
    return t(
        "sweep_figure.title_policies",
        **told,
        last=policy_name(last.policy, t),
        least=number[last.policy],
    )


def _with_unit(number: str, outcome: str, words: OutcomeWords) -> str:
    """Return a number with its unit; a share is so many percent, and no difference of them."""
    level = words.factor == 100 and "." not in outcome
    return f"{number}%" if level else f"{number} {words.unit}"


def _below(found: Sequence[Sequence[Along]], facts: StudyFacts, t: Texts) -> str:
    parts = [t("sweep_figure.below", replicates=t.number(facts.replicates))]
    if found[0][0].key:
        parts.append(t("sweep_figure.below_points"))
    if found[0][0].key and any(one.steps[0].at is None for panel in found for one in panel):
        parts.append(t("sweep_figure.below_without"))
    if any(one.stretches for panel in found for one in panel):
        parts.append(t("sweep_figure.below_stretches"))
    if len(found) > MOST_PANELS:
        rest = t.number(len(found) - MOST_PANELS)
        parts.append(t("sweep_figure.below_rest", count=rest))
    if len(found[0]) > len(POLICY_COLOURS):
        rest = t.number(len(found[0]) - len(POLICY_COLOURS))
        parts.append(t("sweep_figure.below_policies", count=rest))
    return " ".join(parts)


def _head(key: str, wide: float, t: Texts) -> tuple[list[str], str]:
    """Return what a panel is about: its words in lines, and its key."""
    if not key:
        return [t("sweep_figure.by_policy")], ""
    return Page(WIDTH, 1).wrapped(assumption_words(key, t), wide, SMALL), key


def _looks(policies: Sequence[str], t: Texts) -> dict[str, _Look]:
    """Return colour, mark and name of each policy; without policy is grey."""
    found, at = {}, 0
    for policy in policies:
        if policy == "none":
            found[policy] = _Look(_TWIN, "X", policy_name(policy, t))
            continue
        found[policy] = _Look(POLICY_COLOURS[at], POLICY_MARKS[at], policy_name(policy, t))
        at += 1
    return found


def _write_key(page: Page, looks: dict[str, _Look]) -> None:
    """Write the name of each policy behind its mark, in a row above the panels."""
    x, y = MARGIN, page.top - 0.14
    axes = page.axes(0, y - 0.1, page.width, 0.3)
    axes.set(xlim=(0, page.width), ylim=(-0.1, 0.2), xticks=[], yticks=[])
    for look in looks.values():
        wide = page.text_width(look.name, BODY)
        if x + wide + 0.2 > page.width - MARGIN:
            break
        axes.plot([x + 0.06], [0.05], marker=look.mark, color=look.colour, markersize=6.5)
        page.write(x + 0.2, y, look.name, BODY)
        x += wide + 0.55


def _reach(every: Sequence[Along], factor: float) -> tuple[float, float]:
    """Return the ends of the axis that all panels share."""
    ends = [end for one in every for step in one.steps for end in (step.mean, step.low, step.high)]
    ends += [value for one in every for _, value in one.dots]
    known = [factor * end for end in ends if math.isfinite(end)]
    low, high = min(known), max(known)
    spare = 0.05 * ((high - low) or abs(high) or 1.0)
    return low - spare, high + spare


def _vertical(axes: Axes, reach: tuple[float, float], first: bool, t: Texts) -> None:
    axes.set_ylim(*reach)
    ticks = nice_ticks(*reach, 5)
    words = tick_words(t, ticks) if first else [""] * len(ticks)
    axes.set_yticks(ticks.tolist(), words, fontproperties=font(SMALL), color=SOFT)
    axes.grid(axis="y", color=FAINT, linewidth=0.8)
    axes.set_axisbelow(True)
    if reach[0] < 0 < reach[1]:
        axes.axhline(0, color=INK, linewidth=0.9)


def _panel(
    axes: Axes,
    panel: Sequence[Along],
    looks: dict[str, _Look],
    factor: float,
    wide: float,
    t: Texts,
) -> None:
    """Draw one panel: points faint, means with their intervals, a dashed line where nothing varies."""
    stretches = any(one.stretches for one in panel)
    values = list(
        dict.fromkeys(step.at for one in panel for step in one.steps if step.at is not None)
    )
    if not stretches:
        values = sorted(values)
    place = {value: float(at) for at, value in enumerate(values)}
    if not panel[0].key:
        _by_policy(axes, panel, looks, factor, wide)
        return
    shift = 0.0 if stretches else _APART
    for number, one in enumerate(panel):
        look, off = looks[one.policy], shift * (number - (len(panel) - 1) / 2)
        if one.steps[0].at is None:
            mean = one.steps[0].mean * factor
            axes.axhline(mean, color=look.colour, linewidth=1.4, linestyle=(0, (5, 3)), zorder=2)
            continue
        x = [step.at if stretches else place[step.at] + off for step in one.steps]
        dots = [(at if stretches else place[at] + off, value) for at, value in one.dots]
        _dots(axes, dots, look, factor)
        _means(axes, x, one.steps, look, factor, f"{one.key}-{one.policy}")
    every = [at for one in panel for at, _ in one.dots]
    _horizontal(axes, values, (min(every), max(every)) if stretches else None, wide, t)


def _dots(axes: Axes, dots: Sequence[tuple[float, float]], look: _Look, factor: float) -> None:
    axes.plot(
        [x for x, _ in dots],
        [factor * value for _, value in dots],
        linestyle="none",
        marker=".",
        markersize=5,
        color=look.colour,
        alpha=0.4,
        markeredgewidth=0,
        zorder=1.5,
    )


def _means(
    axes: Axes, x: Sequence[float], steps: Sequence[Step], look: _Look, factor: float, name: str
) -> None:
    means = [factor * step.mean for step in steps]
    for at, step in zip(x, steps, strict=True):
        if math.isfinite(step.low) and math.isfinite(step.high):
            ends = [factor * step.low, factor * step.high]
            axes.plot([at, at], ends, color=look.colour, linewidth=1.3, marker="_", zorder=3)
    axes.plot(x, means, color=look.colour, linewidth=1.6, zorder=3.2)
    axes.plot(
        x,
        means,
        linestyle="none",
        marker=look.mark,
        markersize=6.5,
        color=look.colour,
        markeredgecolor=PAPER,
        zorder=4,
        gid=f"means-{name}",
    )


def _by_policy(
    axes: Axes, panel: Sequence[Along], looks: dict[str, _Look], factor: float, wide: float
) -> None:
    """Draw policies beside each other, where nothing else varied."""
    for at, one in enumerate(panel):
        _means(axes, [at], one.steps, looks[one.policy], factor, f"-{one.policy}")
    names = [_short(looks[one.policy].name, wide / len(panel)) for one in panel]
    axes.set_xlim(-0.5, len(panel) - 0.5)
    axes.set_xticks(range(len(panel)), names, fontproperties=font(SMALL), color=SOFT)


def _horizontal(
    axes: Axes, values: Sequence[Any], spread: tuple[float, float] | None, wide: float, t: Texts
) -> None:
    """Write the values of what varied; stretches stand at their place, single values side by side."""
    if spread is not None:
        low, high = spread
        edge = 0.03 * (high - low)
        axes.set_xlim(low - edge, high + edge)
        ticks = nice_ticks(low, high, 5)
        axes.set_xticks(ticks.tolist(), tick_words(t, ticks), fontproperties=font(SMALL))
    else:
        axes.set_xlim(-0.5, max(len(values), 1) - 0.5)
        words = [_short(_value(one, t), wide / max(len(values), 1)) for one in values]
        axes.set_xticks(range(len(values)), words, fontproperties=font(SMALL))
    axes.tick_params(axis="x", labelcolor=SOFT, pad=2)


def _value(value: Any, t: Texts) -> str:
    if isinstance(value, bool | np.bool_):
        return t("sweep.on") if value else t("sweep.off")
    return value if isinstance(value, str) else trimmed(float(value), t)


def _short(text: str, wide: float) -> str:
    """Return a text in two lines at most, cut where it does not fit."""
    lines = Page(WIDTH, 1).wrapped(text.replace("-", "- "), wide - 0.06, SMALL)
    joined = [line.replace("- ", "-") for line in lines]
    return "\n".join(joined[:2]) + ("…" if len(joined) > 2 else "")
