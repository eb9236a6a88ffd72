"""Rules of taking part in a programme: who lets it in, how good a month of support is, who stays."""

from __future__ import annotations

import math

from .compiling import rule


@rule
def grown(start: float, months: float, scale: float) -> float:
    """Return what grows from ``start`` to 1 with ``months``: relation, experience, memory."""
    return 1.0 - (1.0 - start) * math.exp(-months / scale)


@rule
def trust_gate(trust: float, reference: float, gated: float) -> float:
    """Return the multiple of the chance to let a programme in; ``gated`` 0 switches the gate off."""
    return 1.0 + gated * (trust / reference - 1.0)


@rule
def turn(creaming: float, need: float, lot: float) -> float:
    """Return the place in the order of approach, 0 first: by need, by lot, or least need first.

    ``creaming`` 0 is the hardest cases first, 0.5 by lot, 1 the top of the bottom.
    """
    weight = abs(2.0 * creaming - 1.0)
    order = need if creaming > 0.5 else 1.0 - need
    return (1.0 - weight) * lot + weight * order


@rule
def need(burden: float, agency: float) -> float:
    """Return how hard a case somebody is, 0 to 1."""
    return 0.5 * (burden + 1.0 - agency)


@rule
def drop_out_chance(rate: float, burden: float, per_burden: float) -> float:
    """Return the chance a month to stop early."""
    return min(1.0, rate * (1.0 + per_burden * burden))


@rule
def critical_mass(share: float, critical: float, gain: float) -> float:
    """Return the multiple of quality where many are supported at one time."""
    if critical <= 0.0 or share <= critical:
        return 1.0
    return 1.0 + gain * min(1.0, share / critical - 1.0)


@rule
def burn_out_chance(rate: float, hours: float, light: float) -> float:
    """Return the chance a month that a volunteer burns out: ``rate`` when asked twice what is light."""
    if hours <= light:
        return 0.0
    if light <= 0.0:
        return min(1.0, rate)
    return min(1.0, rate * (hours / light - 1.0))


def leave_chance(rate: float, ends_in: float, felt_months: float, factor: float) -> float:
    """Return the chance a month that a key worker leaves; ``ends_in`` is months to the known end."""
    nearness = min(1.0, max(0.0, 1.0 - (ends_in - 1.0) / felt_months))
    return min(1.0, rate * (1.0 + (factor - 1.0) * nearness))
