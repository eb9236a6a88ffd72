"""Amounts of a whole policy: what all its programmes get together, and each one's part, to the cent."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

#: Keys with which a policy says how much its programmes get together.
AMOUNTS = ("money_eur", "money_eur_per_resident_year")


def cents_per_resident_year(eur: float, residents: float, months: int) -> int:
    """Return what so many euros a resident a year are in some months, in cents."""
    year = Fraction(str(eur)) * Fraction(str(residents))
    return round(100 * year * months / 12)


def in_parts(cents: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Return cents divided in proportion to whole weights, by largest remainder; parts add up.

    Raises
    ------
    ValueError
        When there is something to divide and no weight.
    """
    whole = sum(weights.values())
    if not whole:
        if cents:
            raise ValueError("a calendar without money cannot pay a total")
        return dict.fromkeys(weights, 0)
    parts = {name: cents * weight // whole for name, weight in weights.items()}
    left = cents - sum(parts.values())
    by_remainder = sorted(weights, key=lambda name: -(cents * weights[name] % whole))
    for name in by_remainder[:left]:
        parts[name] += 1
    return parts
