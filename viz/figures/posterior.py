"""What a calibration taught: every parameter before and after, as small pictures."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from ..text import DEFAULT_LANGUAGE, Texts, texts
from .assumption_rows import WIDTH, assumption_words, trimmed
from .effects import LINE, page_for
from .style import BODY, FAINT, INK, MARGIN, SMALL, SOFT, Page, font

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ...experiments.calibrated import Calibrated

_BLUE, _BEFORE = "#0072B2", "#b9c2ca"
_ACROSS, _HIGH, _BETWEEN = 3, 0.85, 0.35
MOST_PANELS = 12
_BINS = 20


def posterior_figure(found: Calibrated, lang: str = DEFAULT_LANGUAGE) -> Figure:
    """Draw the prior and the parameter sets of the parameters of which most was learned.

    Parameters
    ----------
    found
        A calibration; the first `MOST_PANELS` parameters are drawn.
    lang
        ``"nl"`` or ``"en"``.
    """
    t = texts(lang)
    shown = found.learned[:MOST_PANELS]
    wide = (WIDTH - 2 * MARGIN - (_ACROSS - 1) * _BETWEEN) / _ACROSS
    measure = Page(WIDTH, 1)
    lines = [measure.wrapped(assumption_words(one.key, t), wide, SMALL) for one in shown]
    head = max(map(len, lines)) * LINE * SMALL / BODY + 0.4
    down = math.ceil(len(shown) / _ACROSS)
    below = t("posterior.below", sets=t.number(len(found.posterior.places)))
    if found.truth:
        below += " " + t("posterior.truth")
    source = t("posterior.source", lives=t.number(found.lives), seed=str(found.question.seed))
    page = page_for(WIDTH, down * (_HIGH + head), posterior_title(found, t), below, source)
    order = {key: at for at, key in enumerate(found.question.priors.keys)}
    for place, one in enumerate(shown):
        row, column = divmod(place, _ACROSS)
        left = MARGIN + column * (wide + _BETWEEN)
        top = page.top - row * (_HIGH + head)
        y = top - 0.12
        for line in lines[place]:
            page.write(left, y, line, SMALL, color=INK)
            y -= LINE * SMALL / BODY
        page.write(left, y, one.key, SMALL * 0.9, color=SOFT)
        axes = page.axes(left, top - head - _HIGH + 0.28, wide, _HIGH - 0.12)
        _panel(axes, found, order[one.key], t)
    return page.figure


def posterior_title(found: Calibrated, t: Texts) -> str:
    """Return the finding: of how many parameters the figures of the evidence teach something."""
    return t(
        "posterior.title",
        told=t.number(len(found.told)),
        all=t.number(len(found.learned)),
        targets=t.number(len(found.question.targets)),
    )


def _panel(axes: Axes, found: Calibrated, at: int, t: Texts) -> None:
    prior = found.question.priors.each[at]
    edges = np.linspace(0.0, 1.0, _BINS + 1)
    before = np.diff(prior.share_of_place(edges)) * _BINS
    after = np.histogram(found.posterior.places[:, at], edges, density=True)[0]
    axes.stairs(before, edges, fill=True, color=_BEFORE, alpha=0.7, gid=f"prior-{prior.key}")
    axes.stairs(after, edges, color=_BLUE, linewidth=1.5, gid=f"posterior-{prior.key}")
    if prior.key in found.truth:
        place = float(prior.place(found.truth[prior.key]))
        axes.axvline(place, color=INK, linewidth=1.2, linestyle=(0, (3, 2)))
    axes.set(xlim=(0.0, 1.0), ylim=(0.0, 1.08 * max(before.max(), after.max())))
    axes.set_yticks([])
    ticks = [0.0, 0.5, 1.0]
    words = [trimmed(float(prior.at_place(one)), t) for one in ticks]
    labels = axes.set_xticks(ticks, words, fontproperties=font(SMALL), color=SOFT)
    for label, side in zip(labels, ("left", "center", "right"), strict=True):
        label.label1.set_horizontalalignment(side)
    axes.axhline(0, color=FAINT, linewidth=1.0)
