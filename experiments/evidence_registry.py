"""The ways in which claims are measured, by name.

Each is a function of a bench (`evidence_runs.Bench`: one ground with one luck) and of the settings
of the claim, and returns a number; NaN where this replicate cannot tell.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..scenarios import nearest_name


@dataclass(frozen=True)
class Measure:
    """A way of measuring.

    Attributes
    ----------
    of : callable
        From a bench and settings to a number.
    twin : bool
        Whether it needs the twin.
    """

    of: Callable[..., float]
    twin: bool

    @property
    def settings(self) -> tuple[str, ...]:
        """Names of what it has to be told."""
        return tuple(inspect.signature(self.of).parameters)[1:]


#: By name.
MEASURES: dict[str, Measure] = {}


def measure(*, twin: bool = False) -> Callable[[Callable[..., float]], Callable[..., float]]:
    """Register a function as a way of measuring, under its own name."""

    def registered(of: Callable[..., float]) -> Callable[..., float]:
        if of.__name__ in MEASURES:
            raise ValueError(f"two ways of measuring have the name {of.__name__}")
        MEASURES[of.__name__] = Measure(of, twin)
        return of

    return registered


def check_measure(name: str, settings: Mapping[str, Any], twin: bool) -> None:
    """Refuse a measure that is unknown, is told too little or too much, or lacks its twin.

    Raises
    ------
    ValueError
        Says what is wrong and what is allowed.
    """
    if name not in MEASURES:
        near = nearest_name(name, MEASURES)
        hint = f"; did you mean {near!r}?" if near else ""
        raise ValueError(f"unknown measure {name!r}; allowed: {', '.join(sorted(MEASURES))}{hint}")
    needed = MEASURES[name].settings
    if set(settings) != set(needed):
        given = ", ".join(settings) or "none"
        raise ValueError(
            f"{name} was given settings {given}; needed: {', '.join(needed) or 'none'}"
        )
    if MEASURES[name].twin and not twin:
        raise ValueError(f"{name} needs a ground with twin = true")
