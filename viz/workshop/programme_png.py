"""The picture of page 2 to take home: two lines on one scale, for paper."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np

from ...scenarios import Scenario
from ..figures.effects import Measure, nice_ticks, page_for, tick_words
from ..figures.style import FAINT, INK, MARGIN, SMALL, SOFT, font
from ..text import Texts
from .programme_life import ProgrammeLife
from .programme_picture import course

_WIDTH, _HEIGHT, _LEFT, _BETWEEN = 10.0, 3.6, 0.5, 0.5
_COLOURS = {"change": "#0072B2", "gap": "#D55E00"}
_AXES = {"change": "participants", "gap": "residents"}


def picture_png(
    lives: Sequence[ProgrammeLife], ladder: str, title: str, scenario: Scenario, t: Texts
) -> bytes:
    """Return participants and neighbourhood side by side as PNG, on one scale."""
    measure = Measure(ladder, t)
    below = t("workshop_try.rests", count=t.number(len(lives)))
    source = t("workshop_try.source", scenario=scenario.name, key=scenario.key())
    page = page_for(_WIDTH, _HEIGHT, title, below, source)
    lines = {name: course(lives, name) for name in _COLOURS}
    known = [
        one for line in lines.values() for part in line.values() for one in part if one is not None
    ]
    low, high = min(0.0, *known), max(0.1, *known)
    wide = (_WIDTH - 2 * MARGIN - 2 * _LEFT - _BETWEEN) / 2
    ticks = nice_ticks(low, high, 5)
    for at, (name, line) in enumerate(lines.items()):
        left = MARGIN + _LEFT + at * (wide + _LEFT + _BETWEEN)
        axes = page.axes(left, page.bottom + 0.3, wide, page.top - page.bottom - 0.7)
        mean, bottom, top = (
            np.array([np.nan if one is None else one for one in line[part]], dtype=np.float64)
            for part in ("mean", "low", "high")
        )
        years = np.arange(len(mean))
        axes.set(xlim=(0, len(mean) - 1), ylim=(low, high * 1.05))
        axes.set_yticks(
            ticks.tolist(), tick_words(t, ticks), fontproperties=font(SMALL), color=SOFT
        )
        axes.set_xticks(years.tolist(), [str(one) for one in years], fontproperties=font(SMALL))
        axes.grid(axis="y", color=FAINT, linewidth=0.8)
        axes.axhline(0, color=INK, linewidth=1.1)
        axes.fill_between(years, bottom, top, color=_COLOURS[name], alpha=0.25, linewidth=0)
        axes.plot(years, mean, color=_COLOURS[name], linewidth=2.2, clip_on=False)
        words = t(f"workshop_try.axis_{_AXES[name]}", on=measure.words)
        page.write(left - _LEFT, page.top - 0.2, words, SMALL, color=SOFT)
    out = io.BytesIO()
    page.figure.savefig(out, format="png", dpi=150)
    return out.getvalue()
