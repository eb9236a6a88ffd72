"""The picture of page 5 to take home: on what assumptions rest, or what another value of one does."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from matplotlib.patches import Rectangle

from ..figures.effects import page_for
from ..figures.style import BODY, FAINT, INK, MARGIN, PAPER, SMALL, SOFT, Page
from ..text import Texts
from .tried_words import Tried

_WIDTH, _ACROSS, _SIDE = 10.0, 25, 0.2
#: What rests on a source is filled, what rests on a judgement is open: it reads in grey too.
_FILLS = {"source": INK, "partly": "#9aa5af", "judgement": PAPER}
_STRIP, _NAMES = 1.35, 1.2
_NOW, _OTHER = SOFT, "#0b5c8a"


def marks_png(title: str, below: str, counts: Mapping[str, int], source: str, t: Texts) -> bytes:
    """Return every assumption as a square, by what it rests on, as PNG.

    Parameters
    ----------
    title, below
        What the page says.
    counts
        Number of assumptions by mark: ``source``, ``partly``, ``judgement``.
    source
        The line at the foot.
    """
    total = sum(counts.values())
    rows = -(-total // _ACROSS)
    page = page_for(_WIDTH, rows * _SIDE + 1.0, title, below, source)
    axes = page.axes(MARGIN, page.top - rows * _SIDE, _ACROSS * _SIDE, rows * _SIDE)
    axes.set(xlim=(0, _ACROSS), ylim=(rows, 0), xticks=[], yticks=[])
    kinds = [mark for mark in _FILLS for _ in range(counts.get(mark, 0))]
    for at, mark in enumerate(kinds):
        corner = (at % _ACROSS + 0.1, at // _ACROSS + 0.1)
        axes.add_patch(_square(corner, _FILLS[mark]))
    y = page.top - rows * _SIDE - 0.35
    x = MARGIN
    for mark, fill in _FILLS.items():
        words = f"{t(f'workshop_assume.mark_{mark}')}: {t.number(counts.get(mark, 0))}"
        key = page.axes(x, y - 0.03, 0.18, 0.18)
        key.set(xlim=(0, 1), ylim=(0, 1), xticks=[], yticks=[])
        key.add_patch(_square((0.05, 0.05), fill, 0.9))
        page.write(x + 0.28, y, words)
        x += 0.28 + page.text_width(words) + 0.35
    return _png(page)


def tried_png(
    title: str, below: str, tried: Sequence[Tried], names: tuple[str, str], source: str
) -> bytes:
    """Return what another value does to every outcome as PNG: a dot a world, a line the mean.

    Parameters
    ----------
    title, below
        What is tried, and in which worlds.
    tried
        The outcomes.
    names
        What the two rows of each are called.
    source
        The line at the foot.
    """
    page = page_for(_WIDTH, _STRIP * len(tried) + 0.1, title, below, source)
    y = page.top
    for one in tried:
        page.write(MARGIN, y - 0.15, one.heading, bold=True)
        axes = page.axes(MARGIN + _NAMES, y - 0.75, _WIDTH - 2 * MARGIN - _NAMES - 0.2, 0.5)
        axes.set(xlim=one.axis, ylim=(1.6, -0.6), xticks=[], yticks=[])
        rows = ((one.before, _NOW), (one.after, _OTHER))
        for at, (values, colour) in enumerate(rows):
            mean = sum(values) / len(values)
            axes.axhline(at, color=FAINT, linewidth=0.8)
            axes.plot(values, [at] * len(values), "o", color=colour, alpha=0.5, clip_on=False)
            axes.plot([mean, mean], [at - 0.45, at + 0.45], color=colour, linewidth=3)
            page.write(MARGIN, y - 0.42 - 0.25 * at, names[at], SMALL, color=SOFT)
        page.write(MARGIN + _NAMES, y - 0.92, one.ends[0], SMALL, color=SOFT)
        page.write(_WIDTH - MARGIN - 0.2, y - 0.92, one.ends[1], SMALL, color=SOFT, ha="right")
        page.write(MARGIN, y - 1.12, one.told, BODY)
        y -= _STRIP
    return _png(page)


def _square(corner: tuple[float, float], fill: str, side: float = 0.8) -> Rectangle:
    return Rectangle(corner, side, side, facecolor=fill, edgecolor=INK, linewidth=0.8)


def _png(page: Page) -> bytes:
    out = io.BytesIO()
    page.figure.savefig(out, format="png", dpi=150)
    return out.getvalue()
