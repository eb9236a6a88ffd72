"""Two rows of dots on one axis: what came out with the usual value, and with another."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence

_LEFT, _RIGHT, _WIDTH = 96, 384, 400


def strips(rows: Sequence[tuple[str, Sequence[float], str]], ends: Sequence[str], told: str) -> str:
    """Return rows of dots as SVG, the mean of each as a line; zero is on the axis where it is near.

    Parameters
    ----------
    rows
        Name, values and colour of each.
    ends
        Lowest and highest value of the axis in words, as `axis_of` returns them in numbers.
    told
        The same for who does not see it.
    """
    low, high = axis_of([value for _, values, _ in rows for value in values])
    height = 30 * len(rows) + 26

    def x(value: float) -> float:
        return _LEFT + (_RIGHT - _LEFT) * (value - low) / (high - low)

    parts = [
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{html.escape(told)}"'
        ' style="width:100%;display:block;font-size:13px">'
    ]
    if low <= 0 <= high:
        parts.append(
            f'<line x1="{x(0):.1f}" x2="{x(0):.1f}" y1="4" y2="{height - 20}"'
            ' stroke="var(--soft)" stroke-width="1.5"/>'
        )
    for at, (name, values, colour) in enumerate(rows):
        y = 20 + 30 * at
        parts.append(
            f'<text x="{_LEFT - 10}" y="{y + 4}" text-anchor="end" fill="var(--ink)">'
            f"{html.escape(name)}</text>"
            f'<line x1="{_LEFT}" x2="{_RIGHT}" y1="{y}" y2="{y}" stroke="var(--faint)"/>'
        )
        parts += [
            f'<circle cx="{x(value):.1f}" cy="{y}" r="5" fill="{colour}" fill-opacity="0.45"/>'
            for value in values
        ]
        if values:
            mean = x(sum(values) / len(values))
            parts.append(
                f'<line x1="{mean:.1f}" x2="{mean:.1f}" y1="{y - 11}" y2="{y + 11}"'
                f' stroke="{colour}" stroke-width="4"/>'
            )
    for anchor, at, words in (("start", _LEFT, ends[0]), ("end", _RIGHT, ends[1])):
        parts.append(
            f'<text x="{at}" y="{height - 4}" text-anchor="{anchor}" fill="var(--soft)">'
            f"{html.escape(words)}</text>"
        )
    return "".join([*parts, "</svg>"])


def axis_of(values: Sequence[float]) -> tuple[float, float]:
    """Return the ends of an axis that holds all values, with a little room."""
    known = [value for value in values if math.isfinite(value)] or [0.0]
    low, high = min(known), max(known)
    if low > 0 and low < 0.6 * high:
        low = 0.0
    if high < 0 and high > 0.6 * low:
        high = 0.0
    room = 0.06 * (high - low) or max(abs(high), 1.0) * 0.1
    return (low if low == 0 else low - room), (high if high == 0 else high + room)
