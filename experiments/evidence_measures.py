"""How claims are measured in the simulation: functions by name, as the files of evidence call them.

Each takes a bench (`evidence_runs.Bench`: one ground with one luck) and the settings of the claim,
and returns a number; NaN where this replicate cannot tell.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..scenarios import nearest_name
from . import patterns

if TYPE_CHECKING:
    from .evidence_runs import Bench


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
        MEASURES[of.__name__] = Measure(of, twin)
        return of

    return registered


def check_measure(name: str, settings: Mapping[str, Any], twin: bool) -> None:
    """Refuse a measure that is unknown, lacks a setting, or needs a twin; raise ValueError."""
    if name not in MEASURES:
        near = nearest_name(name, MEASURES)
        hint = f"; did you mean {near!r}?" if near else ""
        raise ValueError(f"unknown measure {name!r}; allowed: {', '.join(MEASURES)}{hint}")
    needed = MEASURES[name].settings
    if set(settings) != set(needed):
        listed = ", ".join(needed) or "none"
        raise ValueError(f"{name} has settings {', '.join(settings) or 'none'}; needed: {listed}")
    if MEASURES[name].twin and not twin:
        raise ValueError(f"{name} needs a ground with twin = true")


@measure()
def turnover_social_rent(bench: Bench) -> float:
    """Share of social-rent dwellings whose tenants leave in a year."""
    return patterns.turnover_social_rent(bench.panel)


@measure()
def job_finding_quarter(bench: Bench) -> float:
    """Share of the unemployed who have paid work three months later."""
    return patterns.job_finding_quarter(bench.panel)


@measure()
def job_loss_year(bench: Bench) -> float:
    """Share of the employed who lose their work in a year."""
    return patterns.job_loss_year(bench.panel)


@measure()
def benefit_exit_year(bench: Bench) -> float:
    """Share of benefit recipients who are off it a year later, for whatever reason."""
    return patterns.benefit_exit_year(bench.panel)[0]


@measure()
def benefit_to_work_year(bench: Bench) -> float:
    """Share of benefit recipients who have paid work a year later."""
    return patterns.benefit_exit_year(bench.panel)[1]


@measure()
def benefit_return(bench: Bench, months: int) -> float:
    """Share of those who left benefit who are back on it within some months."""
    return patterns.benefit_return(bench.panel, months)


@measure()
def permanent_after(bench: Bench, years: int) -> float:
    """Share of those who start temporary work who have permanent work some years later."""
    return patterns.permanent_after(bench.panel, years)


@measure()
def still_temporary_after_year(bench: Bench) -> float:
    """Share of those who start temporary work who still have it a year later."""
    return patterns.still_temporary_after_year(bench.panel)


@measure()
def poverty_exit(bench: Bench, year: int) -> float:
    """Share of the newly poor who are out in the first year after, or of the rest in the second."""
    return patterns.poverty_exit(bench.panel)[year - 1]


@measure()
def poverty_return(bench: Bench, years: int) -> float:
    """Share of those who left poverty who are poor again within some years."""
    return patterns.poverty_return(bench.panel, years)


@measure()
def tie_survival(bench: Bench, years: int) -> float:
    """Share of the ties of residents who stay that still exist some years later."""
    return patterns.tie_survival(bench.scenario, bench.seed, years)
