"""The list of addresses: whom a programme can approach until the next list, and in which order."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..agents.compiling import rule
from ..agents.supporting import need, turn
from .luck import EVENT, draw_pair_blocks, unit

f8 = np.float64

_ORDER = EVENT["programme_order"]

#: A month after every approach: whoever lives in a room of a programme is always approached.
_ALWAYS = 1 << 30
_TOP_RUNG = 5
#: No turn on a list is beyond this one.
_LAST_TURN = 2.0


@rule
def draw_up_list(
    people: Any,
    roll: Any,
    births: Any,
    heads: Any,
    present: int,
    scope: Any,
    reached: Any,
    standing: Any,
    plan: Any,
    seed: int,
    month: int,
    programme: int,
    until: int,
    listed: Any,
) -> int:
    """Write down whom a programme can approach before ``until``, in their order; return how many.

    ``roll``, ``births`` and ``heads`` hold who lives here now, ``scope`` is 1 for each dwelling that the programme is meant
    for, ``listed`` must have room for everybody.
    """
    rows = np.empty(present, np.int64)
    found = _of_age(births, heads, present, plan, month, rows)
    found = _in_view(roll, found, scope, plan, rows)
    seen_from = _ALWAYS if plan.own_rooms == 1 else max(0, until - plan.again_months)
    kept = 0
    for k in range(found):
        # Written down first and counted then: a jump here would wait for every row to be read.
        rows[kept] = rows[k]
        kept += standing[roll[rows[k]].person].approached <= seen_from
    _see_that_lots_are_drawn(people, roll, rows, kept, reached, seed, programme)
    persons = np.empty(kept, np.int32)
    turns = np.empty(kept, np.float32)
    found = 0
    for k in range(kept):
        row = roll[rows[k]]
        i = row.person
        if reached[i].lots[1] >= plan.let_in and not meant_for(row, plan):
            continue
        # Who was never asked comes before who was.
        asked = 1.0 if standing[i].approached > 0 else 0.0
        persons[found] = i
        case = need(f8(row.burden), f8(row.agency))
        turns[found] = asked + place_in_order(f8(np.float32(case)), reached, plan, i)
        found += 1
    _put_in_order(persons, turns, found, listed)
    return found


@rule
def _put_in_order(persons: Any, turns: Any, found: int, listed: Any) -> None:
    """Write down who was found by turn, the first of equals first.

    Turns are spread evenly, so that one drawer for each brings everybody next to their place.
    """
    per_drawer = _LAST_TURN / max(1, found)
    first = np.zeros(found + 1, np.int64)
    for k in range(found):
        first[min(found - 1, int(f8(turns[k]) / per_drawer)) + 1] += 1
    for drawer in range(found):
        first[drawer + 1] += first[drawer]
    for k in range(found):
        drawer = min(found - 1, int(f8(turns[k]) / per_drawer))
        listed[first[drawer]].person = persons[k]
        listed[first[drawer]].turn = turns[k]
        first[drawer] += 1
    for k in range(1, found):
        person, turn_of = listed[k].person, listed[k].turn
        at = k
        while at > 0 and listed[at - 1].turn > turn_of:
            listed[at].person, listed[at].turn = listed[at - 1].person, listed[at - 1].turn
            at -= 1
        listed[at].person, listed[at].turn = person, turn_of


@rule
def _of_age(births: Any, heads: Any, present: int, plan: Any, month: int, rows: Any) -> int:
    """Put down in ``rows`` who is of the age that a programme asks; return how many."""
    # In months of birth: nobody's age has to be reckoned, and many are compared at a time.
    last_birth = np.int32(month - 12 * plan.age_from)
    too_old = np.int32(month - 12 * (plan.age_to + 1))
    heads_only = np.int8(plan.heads_only)
    fits = np.empty(present, np.int8)
    for k in range(present):
        fits[k] = (births[k] <= last_birth) & (births[k] > too_old) & (heads[k] >= heads_only)
    found = 0
    for k in range(present):
        rows[found] = k
        found += fits[k]
    return found


@rule
def _in_view(roll: Any, among: int, scope: Any, plan: Any, rows: Any) -> int:
    """Keep in ``rows`` who lives, and stands, where a programme looks; return how many."""
    anybody = plan.let_in > 0.0 or not _asks_position(plan)
    home = asks_home(plan)
    found = 0
    for k in range(among):
        row = roll[rows[k]]
        fits = scope[row.dwelling] == 1
        if not anybody:
            fits &= meant_for(row, plan)
        if home:
            fits &= _home_as_asked(row, plan)
        # As above: without a jump for each condition.
        rows[found] = rows[k]
        found += fits
    return found


@rule
def _asks_position(plan: Any) -> bool:
    """Return whether it matters to a programme where somebody stands."""
    asks = plan.burden_from > 0.0 or plan.burden_to < 1.0
    for ladder in range(4):
        asks |= plan.rung_from[ladder] > 0 or plan.rung_to[ladder] < _TOP_RUNG
    return asks


@rule
def asks_home(plan: Any) -> bool:
    """Return whether a programme asks for a home or a household of some kind."""
    return plan.poor + plan.renters + plan.alone + plan.with_children > 0


@rule
def _home_as_asked(row: Any, plan: Any) -> bool:
    """Return whether a resident has the home and the household that a programme asks."""
    home = (plan.poor == 0) | (row.poor == 1)
    home &= (plan.renters == 0) | (row.owner == 0)
    home &= (plan.alone == 0) | ((row.alone == 1) & (row.child == 0))
    return home & ((plan.with_children == 0) | ((row.with_children == 1) & (row.child == 0)))


@rule
def meant_for(row: Any, plan: Any) -> bool:
    """Return whether a resident stands where the intended group stands."""
    meant = (row.burden >= plan.burden_from) & (row.burden <= plan.burden_to)
    for ladder in range(4):
        rung = row.rung[ladder]
        meant &= (rung >= plan.rung_from[ladder]) & (rung <= plan.rung_to[ladder])
    return meant


@rule
def _see_that_lots_are_drawn(
    people: Any, roll: Any, rows: Any, n_rows: int, reached: Any, seed: int, programme: int
) -> None:
    """Draw the lifelong lots of those in ``rows`` who have none with this programme yet."""
    without = np.empty(n_rows, np.int64)
    found = 0
    for k in range(n_rows):
        i = roll[rows[k]].person
        without[found] = i
        found += reached[i].lots[0] == 0.0
    if found == 0:
        return
    identity = np.empty(found, np.int64)
    for k in range(found):
        identity[k] = people[without[k]].identity
    programmes = np.full(found, programme, np.int64)
    luck = np.empty((4, found), np.uint32)
    draw_pair_blocks(seed, identity, programmes, found, 0, _ORDER, luck)
    for k in range(found):
        for lot in range(4):
            reached[without[k]].lots[lot] = unit(luck[lot, k])


@rule
def place_in_order(case: float, reached: Any, plan: Any, i: int) -> float:
    """Return the place in the order, 0 first; ``case`` is how hard a case."""
    lot = f8(reached[i].lots[0])
    if reached[i].lots[2] < plan.referral:
        return turn(plan.referral_creaming, case, lot)
    return turn(plan.creaming, case, lot)
