"""Rules of agency, burden and trust: where they tend to in one resident's circumstances."""

from __future__ import annotations

from .compiling import rule

#: One rung as a share of all that can be held: five on each of four ladders.
_OF_ALL_RUNGS = 0.05


@rule
def bounded(value: float) -> float:
    """Return ``value`` held between 0 and 1, the range in which agency, burden and trust live."""
    if value <= 0.0:
        return 0.0
    if value >= 1.0:
        return 1.0
    return value


@rule
def burden_target(
    strain: float,
    poor: float,
    idle: float,
    circle: float,
    per_poor: float,
    per_idle: float,
    per_ties: float,
) -> float:
    """Return the burden that circumstances lead to.

    ``strain`` is the structural part, ``poor`` and ``idle`` are 0 or 1, ``circle`` is the share of
    the wanted ties that exist.
    """
    return bounded(strain + per_poor * poor + per_idle * idle - per_ties * circle)


@rule
def agency_target(
    base: float, rungs: float, burden: float, pull: float, per_rungs: float, per_burden: float
) -> float:
    """Return the agency that circumstances lead to.

    ``rungs`` is the sum over the four ladders, ``pull`` what ties add or take.
    """
    return bounded(base + per_rungs * _OF_ALL_RUNGS * rungs - per_burden * burden + pull)


@rule
def trust_step(trust: float, target: float, up: float, down: float) -> float:
    """Return the change of trust in a month: slow up, fast down."""
    return (up if target >= trust else down) * (target - trust)


@rule
def illness_chance(rate: float, per_year: float, age: int) -> float:
    """Return the chance a month of an illness."""
    return rate * (1.0 + per_year * max(0, age - 40))
