"""What programmes ask of outreach in a month: how many to approach, and who can start."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..agents.compiling import rule
from .enrolment import LIMIT, MOST, REFUSED
from .staffing import count_filled


@rule
def ask(
    plans: Any, running: Any, purses: Any, slots: Any, filled: Any, asked: Any, month: int
) -> None:
    """See how many fit where key workers are, and what every programme asks of outreach this month.

    ``asked`` receives a row for each: how many to approach, the share that refuses, and the starts
    that there is money for. To be asked once a month: what is left of an approach is kept.
    """
    for p in range(len(plans)):
        plan, own = plans[p], running[p]
        asked[p, :] = 0.0
        count_filled(own, slots[p], filled[p])
        if own.working == 0 or month < own.admits_from:
            continue
        if plan.own_rooms == 1:
            limit = 2 * own.capacity + 8
        else:
            # What is left of a fraction is kept.
            own.due += plan.approaches * own.capacity
            limit = int(own.due)
            own.due -= limit
        asked[p, LIMIT] = limit
        if month - own.opens < own.refuses_months:
            asked[p, REFUSED] = own.refuses
        asked[p, MOST] = _starts_paid_for(purses[p], own)


@rule
def _starts_paid_for(purse: Any, own: Any) -> int:
    """Return the starts that there is money for, beside what places take."""
    if purse.start_eur <= 0.0:
        return own.places + 1000
    reserved = int(np.rint(100 * own.places * purse.place_eur * purse.growth))
    left = purse.available - reserved
    return max(0, left // math.ceil(100 * purse.start_eur * purse.growth))
