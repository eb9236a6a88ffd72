"""What another value of an assumption does to an outcome, in words and on one axis."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ..text import Texts
from ..text.outcome_words import OutcomeWords
from .strips import axis_of

#: What came out as usual and with another value, with the same luck.
Pair = tuple[dict[str, float], dict[str, float]]


@dataclass(frozen=True)
class Tried:
    """One outcome with the usual value and with another.

    Attributes
    ----------
    heading : str
        What it is.
    before, after : tuple of float
        World by world, as usual and otherwise.
    axis : tuple of float
        Ends of an axis that holds both.
    ends : tuple of str
        The same in words; the second with the unit.
    told : str
        How much it moved, in a sentence.
    """

    heading: str
    before: tuple[float, ...]
    after: tuple[float, ...]
    axis: tuple[float, float]
    ends: tuple[str, str]
    told: str


def tried_outcome(name: str, pairs: Sequence[Pair], t: Texts) -> Tried | None:
    """Return an outcome of pairs of worlds; None where a world has no number for it."""
    words = OutcomeWords(name, t)
    before, after = tuple(a[name] for a, _ in pairs), tuple(b[name] for _, b in pairs)
    if not pairs or not all(math.isfinite(one) for one in (*before, *after)):
        return None
    steps = [b - a for a, b in zip(before, after, strict=True)]
    mean = sum(steps) / len(steps)
    digits = words.decimals([*steps, mean], 2)
    told = t(
        "workshop_assume.moved",
        change=words.signed(mean, digits),
        unit=words.unit,
        low=words.signed(min(steps), digits),
        high=words.signed(max(steps), digits),
    )
    axis = axis_of([*before, *after])
    sizes = words.decimals(axis)
    return Tried(
        words.words[:1].upper() + words.words[1:],
        before,
        after,
        axis,
        (words.number(axis[0], sizes), f"{words.number(axis[1], sizes)} {words.unit}"),
        told,
    )
