"""Claims about a neighbourhood without programmes, measured as registers would."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from . import patterns
from .evidence_registry import measure

if TYPE_CHECKING:
    from .evidence_runs import Bench


@measure()
def turnover_social_rent(bench: Bench) -> float:
    """Return the share of social-rent dwellings whose tenants leave in a year."""
    return patterns.turnover_social_rent(bench.panel)


@measure()
def move_ratio(bench: Bench, ages: tuple[int, int], base: tuple[int, int]) -> float:
    """Return how often people of some ages move, as a multiple of people of other ages."""
    return patterns.move_rate(bench.panel, *ages) / patterns.move_rate(bench.panel, *base)


@measure()
def job_finding_quarter(bench: Bench) -> float:
    """Return the share of the unemployed who have paid work three months later."""
    return patterns.job_finding_quarter(bench.panel)


@measure()
def job_loss_year(bench: Bench) -> float:
    """Return the share of the employed who lose their work in a year."""
    return patterns.job_loss_year(bench.panel)


@measure()
def benefit_exit_year(bench: Bench) -> float:
    """Return the share of those on benefit who are off it a year later, for whatever reason."""
    return patterns.benefit_exit_year(bench.panel)[0]


@measure()
def benefit_return(bench: Bench, months: int) -> float:
    """Return the share of those who left benefit who are back on it within some months."""
    return patterns.benefit_return(bench.panel, months)


@measure()
def permanent_after(bench: Bench, years: int) -> float:
    """Return the share of those who start temporary work with permanent work years later."""
    return patterns.permanent_after(bench.panel, years)


@measure()
def still_temporary_after_year(bench: Bench) -> float:
    """Return the share of those who start temporary work who still have it a year later."""
    return patterns.still_temporary_after_year(bench.panel)


@measure()
def poverty_exit(bench: Bench, year: int) -> float:
    """Return the share of the newly poor who are out the year after, or of the rest the next."""
    return patterns.poverty_exit(bench.panel)[year - 1]


@measure()
def poverty_return(bench: Bench, years: int) -> float:
    """Return the share of those who left poverty who are poor again within some years."""
    return patterns.poverty_return(bench.panel, years)


@measure()
def long_poor(bench: Bench, years: int) -> float:
    """Return the share of poor adults in the last year who were poor in all of the last years."""
    poor = patterns.poor_years(bench.panel)
    adult = (bench.panel.age_years[-1] >= 18 + years) & bench.panel.alive[-1]
    now = poor[-1] & adult & bench.panel.alive[-1 - 12 * years]
    return float(np.mean(poor[-years:, now].all(axis=0)))


@measure()
def tie_survival(bench: Bench, years: int) -> float:
    """Return the share of the ties of residents who stay that still exist some years later."""
    return patterns.tie_survival(bench.scenario, bench.seed, years)


@measure()
def stayers_rise(bench: Bench, years: int) -> float:
    """Return the share of stayers who rose minus the share who fell."""
    found = patterns.directions(bench.panel, years)
    return found.stayers_risen - found.stayers_fallen


@measure()
def leavers_rise(bench: Bench, years: int) -> float:
    """Return the share of leavers who rose minus the share of stayers who rose."""
    found = patterns.directions(bench.panel, years)
    return found.leavers_risen - found.stayers_risen


@measure()
def newcomers_gap(bench: Bench, years: int) -> float:
    """Return the mean rung of newcomers minus that of all adults."""
    return patterns.directions(bench.panel, years).newcomers_gap


@measure()
def area_change(bench: Bench, years: int) -> float:
    """Return by how much the mean rung of the adults of the area changed."""
    return patterns.directions(bench.panel, years).area_change
