"""Rules of climbing and falling: monthly chances of one resident on one ladder."""

from __future__ import annotations

from .compiling import rule

LEARNING, WORKING, HOUSING, LEISURE = 0, 1, 2, 3

#: Working rung from which work is paid (subsidised jobs included), and from which it is on the market.
PAID_RUNG = 3
MARKET_RUNG = 4
#: Leisure rung from which a place in a club or activity is taken.
CLUB_RUNG = 3
#: Learning rung that is the start qualification.
START_QUALIFICATION = 2


@rule
def ready(capability: float, rung_wanted: float, width: float) -> float:
    """Return readiness for a rung, 0 to 1: 1 from its capability, 0 at ``width`` rungs below."""
    readiness = 1.0 - (rung_wanted - capability) / width
    if readiness <= 0.0:
        return 0.0
    if readiness >= 1.0:
        return 1.0
    return readiness


@rule
def overreach(rung: float, capability: float, width: float) -> float:
    """Return how far a rung held lies above capability, 0 to 1: 1 at ``width`` rungs above."""
    over = (rung - capability) / width
    if over <= 0.0:
        return 0.0
    if over >= 1.0:
        return 1.0
    return over


@rule
def hand_free(burden: float, free_below: float, none_above: float) -> float:
    """Return the share of one's hands that is free, 0 to 1: survival first."""
    if burden <= free_below:
        return 1.0
    if burden >= none_above:
        return 0.0
    return (none_above - burden) / (none_above - free_below)


@rule
def drive(agency: float, floor: float) -> float:
    """Return how much of a chance is seized, ``floor`` to 1."""
    return floor + (1.0 - floor) * agency


@rule
def fall_chance(
    rate: float, over: float, at_ease: float, burden: float, per_burden: float
) -> float:
    """Return the chance a month to lose a learning or leisure rung."""
    return min(1.0, rate * (at_ease + (1.0 - at_ease) * over) * (1.0 + per_burden * burden))


@rule
def hire_chance(
    rate: float, capability: float, width: float, contacts: float, bonus: float, cycle: float
) -> float:
    """Return the chance a month to find paid work.

    The square makes it steep: a resident near the market finds work soon, one far from it hardly
    ever. ``contacts`` is the share of friends, kin and bridges who work, against one half.
    """
    readiness = ready(capability, MARKET_RUNG, width)
    helped = 1.0 + bonus * 2.0 * (contacts - 0.5)
    return min(1.0, rate * readiness * readiness * max(0.0, helped) * max(0.0, 1.0 + cycle))


@rule
def loss_chance(
    rate: float,
    over: float,
    per_over: float,
    burden: float,
    per_burden: float,
    unqualified: float,
    cycle: float,
    per_downturn: float,
) -> float:
    """Return the chance a month to lose a working rung; ``unqualified`` is 0 or its multiple."""
    downturn = max(0.0, -cycle)
    times = 1.0 + per_over * over + per_burden * burden + unqualified + per_downturn * downturn
    return min(1.0, rate * times)


@rule
def in_school(age: int, capability: float, rung: int, adult: int, school_until: int) -> bool:
    """Return whether a resident is in initial education: a minor, or young and still able to climb."""
    if age < adult:
        return True
    return age < school_until and capability >= rung + 1.0
