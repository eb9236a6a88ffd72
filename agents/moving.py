"""Rules of moving, families and likeness: monthly chances of one household or resident."""

from __future__ import annotations

from typing import Any

from .climbing import ready
from .compiling import rule

SOCIAL_RENT, PRIVATE_RENT, OWNER_OCCUPIED, SUPPORTED = 0, 1, 2, 3


@rule
def age_band(age: int) -> int:
    """Return the band of the head's age: 18, 25, 30, ... 60, 65 and over are 0 to 9."""
    if age < 25:
        return 0
    if age >= 65:
        return 9
    return (age - 20) // 5


@rule
def move_chance(
    rate: float,
    age_factor: float,
    risen: float,
    risen_factor: float,
    attached: float,
    attachment: float,
) -> float:
    """Return the chance a month that a household moves.

    ``risen`` (0 to 1) is how far the position exceeds what the dwelling offers, ``attached``
    (0 to 1) the share of the wanted ties that lie near home.
    """
    escalator = 1.0 + (risen_factor - 1.0) * risen
    return min(1.0, rate * age_factor * escalator * (1.0 - attachment * attached))


@rule
def housing_wish(rate: float, capability: float, rung: int, width: float) -> float:
    """Return the added chance a month to move of a household ready for a better dwelling."""
    if rung >= 5:
        return 0.0
    return rate * ready(capability, rung + 1.0, width)


@rule
def birth_band(age: int) -> int:
    """Return the band of the youngest partner's age, or -1 outside 18-44."""
    if age < 18 or age >= 45:
        return -1
    if age < 25:
        return 0
    return (age - 20) // 5


@rule
def leave_home_chance(rates: Any, age: int) -> float:
    """Return the chance a month that an adult child leaves home."""
    if age < 21:
        return rates[0]
    if age < 24:
        return rates[1]
    if age < 28:
        return rates[2]
    return rates[3]


@rule
def unlikeness(
    age: int, other_age: int, learning: int, other_learning: int, working: int, other_working: int
) -> float:
    """Return how unlike two residents are: a decade of age counts as one rung."""
    return (
        abs(age - other_age) / 10.0 + abs(learning - other_learning) + abs(working - other_working)
    )
