"""The list of addresses: whom a programme can approach until the next list, and in which order."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..agents.compiling import rule
from ..agents.supporting import turn
from .luck import EVENT, draw_pair4

f8 = np.float64

_ORDER = EVENT["programme_order"]

#: A month after every approach: whoever lives in a room of a programme is always approached.
_ALWAYS = 1 << 30


@rule
def draw_up_list(
    people: Any,
    roll: Any,
    present: int,
    scope: Any,
    reached: Any,
    plan: Any,
    seed: int,
    programme: int,
    until: int,
    listed: Any,
) -> int:
    """Write down whom a programme can approach before ``until``, with their turn; return how many.

    ``roll`` holds who lives here now, ``scope`` is 1 for each dwelling that the programme is meant
    for, ``listed`` must have room for everybody.
    """
    found = 0
    seen_from = _ALWAYS if plan.own_rooms == 1 else max(0, until - plan.again_months)
    home = plan.poor + plan.renters + plan.alone + plan.with_children > 0
    for k in range(present):
        row = roll[k]
        # Without a jump for each condition, which the processor would guess wrong.
        of_age = (row.age >= plan.age_from) & (row.age <= plan.age_to)
        if not (of_age & (row.head >= plan.heads_only) & (scope[row.dwelling] == 1)):
            continue
        if home and not _home_as_asked(row, plan):
            continue
        meant = meant_for(row, plan)
        if not meant and plan.let_in == 0.0:
            continue
        i = row.person
        if reached[i].approached > seen_from:
            continue
        if reached[i].lots[0] == 0.0:
            _draw_lots(people, reached, seed, programme, i)
        if not meant and reached[i].lots[1] >= plan.let_in:
            continue
        listed[found].person = i
        # Who was never asked comes before who was.
        asked = 1.0 if reached[i].approached > 0 else 0.0
        listed[found].turn = asked + place_in_order(f8(row.need), reached, plan, i)
        found += 1
    return found


@rule
def _home_as_asked(row: Any, plan: Any) -> bool:
    """Return whether a resident has the home and the household that a programme asks."""
    if plan.poor == 1 and row.poor == 0:
        return False
    if plan.renters == 1 and row.owner == 1:
        return False
    if plan.alone == 1 and (row.alone == 0 or row.child == 1):
        return False
    return plan.with_children == 0 or (row.with_children == 1 and row.child == 0)


@rule
def meant_for(row: Any, plan: Any) -> bool:
    """Return whether a resident, of the roll or now, stands where the intended group stands."""
    meant = (row.burden >= plan.burden_from) & (row.burden <= plan.burden_to)
    for ladder in range(4):
        rung = row.rung[ladder]
        meant &= (rung >= plan.rung_from[ladder]) & (rung <= plan.rung_to[ladder])
    return meant


@rule
def _draw_lots(people: Any, reached: Any, seed: int, programme: int, i: int) -> None:
    a, b, c, d = draw_pair4(seed, people[i].identity, programme, 0, _ORDER)
    reached[i].lots[0] = a
    reached[i].lots[1] = b
    reached[i].lots[2] = c
    reached[i].lots[3] = d


@rule
def place_in_order(case: float, reached: Any, plan: Any, i: int) -> float:
    """Return the place in the order, 0 first; ``case`` is how hard a case."""
    lot = f8(reached[i].lots[0])
    if reached[i].lots[2] < plan.referral:
        return turn(plan.referral_creaming, case, lot)
    return turn(plan.creaming, case, lot)
