"""The ledger as a waterfall: from what participants gained to what the figure of a place shows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ..text import DEFAULT_LANGUAGE, Texts, texts
from .effects import (
    GAINED,
    LINE,
    REACHED,
    Facts,
    Measure,
    count,
    nice_ticks,
    page_for,
    rule,
    tick_words,
    twin_source,
    when,
    write_lines,
)
from .style import BODY, FAINT, INK, MARGIN, PAPER, SMALL, SOFT, Page, font

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_WIDTH = 10.0
_WORDS = 3.25
_TOGETHER = 1.0
_ROW, _HEAD, _AXIS, _BAR = 0.37, 0.4, 0.36, 0.6
_AMBER, _PURPLE, _ORANGE, _GREY = "#F0B03C", "#7B3FA0", "#D55E00", "#a3adb8"

#: Terms of the ledger by whom they are about, in the order in which they are shown.
GROUPS: dict[str, tuple[str, ...]] = {
    "participants": ("gained", "relapsed", "exported"),
    "around": ("home", "spillover", "crowding"),
    "who_lives_here": ("moved_out", "kept", "newcomers", "knock_on"),
}
#: Terms whose words depend on their sign.
_SIGNED = ("gained", "relapsed", "exported", "crowding")
#: face, edge and hatch of each term: never told apart by colour alone.
_LOOKS: dict[str, tuple[str, str, str]] = {
    "gained": (GAINED, GAINED, ""),
    "relapsed": (_AMBER, "#8a5a00", "////"),
    "exported": (PAPER, _PURPLE, ""),
    "home": (REACHED, REACHED, ""),
    "spillover": (REACHED, REACHED, ""),
    "crowding": (_ORANGE, _ORANGE, ""),
    "net": (INK, INK, ""),
}


@dataclass(frozen=True)
class Bar:
    """One bar: from ``start`` to ``start + value``, in what is written at the axis."""

    term: str
    start: float
    value: float
    low: float
    high: float

    @property
    def right(self) -> float:
        """Return the rightmost place that the bar or its interval takes."""
        ends = [self.start, self.start + self.value, self.start + self.high]
        return max(end for end in ends if math.isfinite(end))

    @property
    def left(self) -> float:
        """Return the leftmost place that the bar or its interval takes."""
        ends = [self.start, self.start + self.value, self.start + self.low]
        return min(end for end in ends if math.isfinite(end))


def waterfall_figure(
    ledger: pd.DataFrame,
    gap: tuple[float, float, float],
    facts: Facts,
    indicator: str,
    lang: str = DEFAULT_LANGUAGE,
) -> Figure:
    """Draw how the gains of participants become the difference that the figure of a place shows.

    Parameters
    ----------
    ledger
        Columns ``term``, ``value`` and, for the interval over replicates, ``low`` and ``high``;
        in units of the indicator for each resident counted. Every term of `GROUPS` once.
    gap
        What the terms add up to, with its interval: value, low, high; NaN without one.
    facts
        Which worlds it is about.
    indicator
        Key of the indicator.
    lang
        ``"nl"`` or ``"en"``.

    Raises
    ------
    ValueError
        When terms are missing, unknown or no number, or do not add up to the gap.
    """
    t = texts(lang)
    measure = Measure(indicator, t)
    values = _values(ledger, gap)
    decimals = measure.decimals([value for value, _, _ in values.values()])
    bars = _bars(values, measure.factor)
    words = {bar.term: _words(bar, facts, t) for bar in bars}
    title = waterfall_title(values["net"][0], facts, measure, decimals, t)
    page = _page(title, _rows(0.0, words)["net"], facts, t)
    rows = _rows(page.top, words)
    axes = _axes(page, bars, rows, measure, t)
    _draw(axes, bars, rows)
    _label(page, axes, bars, rows, decimals, t)
    _write_words(page, words, rows, t)
    _write_together(page, bars, rows, facts, measure, t)
    return page.figure


def waterfall_title(gap: float, facts: Facts, measure: Measure, decimals: int, t: Texts) -> str:
    """Return the finding: what a participant gained, and what is left of it in the figure."""
    told = {
        "place": facts.place,
        "when": when(t, facts),
        "gap": measure.with_unit(gap, decimals),
        "scale": t(f"effect.of_{facts.scale}"),
    }
    if facts.participants <= 0 or not math.isfinite(facts.gain):
        return t("waterfall.title_none", **told)
    way = t("waterfall.more" if facts.gain >= 0 else "waterfall.fewer")
    if measure.kind == "share":
        told["size"] = count(t, abs(facts.gain) * facts.participants)
    else:
        told["size"] = measure.size(facts.gain)
        way = t("waterfall.higher" if facts.gain >= 0 else "waterfall.lower")
    key = "one" if facts.participants == 1 else "some"
    if key == "some":
        told["participants"] = count(t, facts.participants)
    return t(f"waterfall.title_{measure.kind}_{key}", **told, way=way, on=measure.words)


def _values(
    ledger: pd.DataFrame, gap: tuple[float, float, float]
) -> dict[str, tuple[float, float, float]]:
    """Return (value, low, high) by term, in the order of the picture, the net last."""
    wanted = [term for group in GROUPS.values() for term in group]
    given = [str(term) for term in ledger["term"]]
    if sorted(given) != sorted(wanted):
        raise ValueError(f"the ledger has terms {given}; needed, each once: {wanted}")
    columns = [
        ledger[name].to_numpy(dtype=float) if name in ledger else np.full(len(given), np.nan)
        for name in ("value", "low", "high")
    ]
    found = {
        term: (float(value), float(low), float(high))
        for term, value, low, high in zip(given, *columns, strict=True)
    }
    total = sum(found[term][0] for term in wanted)
    if not math.isfinite(total) or not math.isfinite(gap[0]):
        raise ValueError("a term of the ledger, or the gap, is not a number")
    if abs(total - gap[0]) > 1e-6 * max(1e-3, abs(gap[0]), *(abs(v[0]) for v in found.values())):
        raise ValueError(f"the terms add up to {total!r} and not to the gap, {gap[0]!r}")
    return {**{term: found[term] for term in wanted}, "net": gap}


def _bars(values: dict[str, tuple[float, float, float]], factor: float) -> list[Bar]:
    bars: list[Bar] = []
    reached = 0.0
    for term, (value, low, high) in values.items():
        start = 0.0 if term == "net" else reached
        bars.append(Bar(term, start, value * factor, low * factor, high * factor))
        reached += value * factor
    return bars


def _page(title: str, depth: float, facts: Facts, t: Texts) -> Page:
    """Return a page with title and source that leaves as much room as the rows need."""
    below = t("waterfall.below", programme=facts.programme)
    if facts.pairs > 1:
        below += " " + t("effect.interval", pairs=t.number(facts.pairs))
    return page_for(_WIDTH, _ROW - depth, title, below, twin_source(t, facts))


def term_words(term: str, value: float, t: Texts) -> str:
    """Return what a term of the ledger is called: what is lost is called so, a gain never."""
    if term not in _SIGNED:
        return t(f"waterfall.{term}")
    less = value < 0 or (value == 0 and term != "gained")
    return t(f"waterfall.{term}_{'down' if less else 'up'}")


def _words(bar: Bar, facts: Facts, t: Texts) -> list[str]:
    page, bold = Page(_WIDTH, 1), bar.term == "net"
    if bold:
        name = t("waterfall.net", scale=t(f"effect.of_{facts.scale}"))
    else:
        name = term_words(bar.term, bar.value, t)
    return page.wrapped(name, _WORDS - 0.15, BODY, bold)


def _rows(top: float, words: dict[str, list[str]]) -> dict[str, float]:
    """Return the middle of every row in inches from the foot, by term; heads by group."""
    y = top - _AXIS
    places: dict[str, float] = {}
    for group, terms in GROUPS.items():
        places[group] = y - _HEAD + 0.14
        y -= _HEAD
        for term in terms:
            high = max(_ROW, LINE * len(words[term]) + 0.1)
            places[term] = y - high / 2
            y -= high
    places["net"] = y - 0.16 - _ROW / 2
    return places


def _axes(page: Page, bars: list[Bar], rows: dict[str, float], measure: Measure, t: Texts) -> Axes:
    """Return axes in which a unit upward is an inch, with zero on them and room for labels."""
    left = MARGIN + _WORDS
    width = page.width - MARGIN - _TOGETHER - left
    bottom, top = rows["net"] - 0.75 * _ROW, page.top - _AXIS
    axes = page.axes(left, bottom, width, top - bottom)
    low = min(0.0, *(bar.left for bar in bars))
    high = max(0.0, *(bar.right for bar in bars))
    if high - low <= 0:
        low, high = -1.0, 1.0
    room = 0.85
    span = (high - low) * width / (width - room - 0.1)
    axes.set(xlim=(low - 0.1 / width * span, low - 0.1 / width * span + span), ylim=(bottom, top))
    ticks = nice_ticks(low, high, 5)
    axes.set_xticks(ticks.tolist(), tick_words(t, ticks), fontproperties=font(SMALL), color=SOFT)
    axes.xaxis.tick_top()
    axes.tick_params(axis="x", pad=2)
    axes.set_yticks([])
    axes.grid(axis="x", color=FAINT, linewidth=0.8)
    axes.axvline(0, color=INK, linewidth=1.1, zorder=1.5)
    axes.set_axisbelow(True)
    page.write(MARGIN + _WORDS, page.top - 0.02, _unit_line(measure, t), SMALL, color=SOFT)
    return axes


def _unit_line(measure: Measure, t: Texts) -> str:
    return t(f"waterfall.axis_{measure.kind}")


def _draw(axes: Axes, bars: list[Bar], rows: dict[str, float]) -> None:
    half = _ROW * _BAR / 2
    for bar, following in zip(bars, [*bars[1:], None], strict=True):
        y = rows[bar.term]
        face, edge, hatch = _LOOKS.get(bar.term, (_GREY, _GREY, ""))
        axes.add_patch(
            Rectangle(
                (bar.start, y - half),
                bar.value,
                2 * half,
                facecolor=face,
                edgecolor=edge,
                hatch=hatch,
                linewidth=1.6 if bar.term == "exported" else 1.0,
                zorder=2.5,
                gid=f"bar-{bar.term}",
            )
        )
        end = bar.start + bar.value
        if following is not None:
            axes.plot(
                [end, end], [y - half, rows[following.term] + half], color=SOFT, linewidth=0.8
            )
        if math.isfinite(bar.low) and math.isfinite(bar.high):
            _whisker(axes, bar, y)


def _whisker(axes: Axes, bar: Bar, y: float) -> None:
    """Draw the interval with a white rim, so that it shows on a dark bar as well."""
    ends = [bar.start + bar.low, bar.start + bar.high]
    for colour, line in ((PAPER, 2.4), (SOFT, 1.1)):
        axes.plot(ends, [y, y], color=colour, linewidth=line, solid_capstyle="butt", zorder=3.5)
    axes.plot(
        ends,
        [y, y],
        linestyle="none",
        marker="|",
        markersize=4,
        color=SOFT,
        zorder=3.6,
        gid=f"interval-{bar.term}",
    )


def _label(
    page: Page, axes: Axes, bars: list[Bar], rows: dict[str, float], decimals: int, t: Texts
) -> None:
    """Write the number of every bar right of it."""
    for bar in bars:
        axes.annotate(
            t.signed(bar.value, decimals),
            xy=(bar.right, rows[bar.term]),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontproperties=font(BODY, bar.term == "net"),
            color=INK,
            gid=f"number-{bar.term}",
            bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.8},
            zorder=4,
        )


def _write_words(page: Page, words: dict[str, list[str]], rows: dict[str, float], t: Texts) -> None:
    for group in GROUPS:
        page.write(MARGIN, rows[group], t(f"waterfall.{group}"), SMALL, color=SOFT)
        rule(page, rows[group] - 0.07)
    for term, lines in words.items():
        first = rows[term] + (len(lines) - 1) * LINE / 2 - 0.36 * BODY / 72
        write_lines(page, MARGIN, first, lines, BODY, bold=term == "net")
    rule(page, rows["net"] + _ROW / 2 + 0.06, INK)


def _write_together(
    page: Page, bars: list[Bar], rows: dict[str, float], facts: Facts, measure: Measure, t: Texts
) -> None:
    """Write at the right what each bar is for all residents counted together."""
    right = page.width - MARGIN
    together = [bar.value / measure.factor * facts.residents for bar in bars]
    decimals = 0 if max(map(abs, together)) >= 100 else 1
    head = page.wrapped(t(f"waterfall.together_{measure.kind}"), _TOGETHER + 0.2, SMALL)
    y = page.top - 0.02 + (len(head) - 2) * LINE * SMALL / BODY
    write_lines(page, right, y, head, SMALL, ha="right", color=SOFT)
    for bar, value in zip(bars, together, strict=True):
        y = rows[bar.term] - 0.36 * BODY / 72
        bold = bar.term == "net"
        page.write(right, y, t.signed(value, decimals), BODY, ha="right", bold=bold)
