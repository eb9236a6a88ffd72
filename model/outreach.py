"""Phase "outreach": programmes approach people, put them on a list and let them start.

Whoever is approached is the first in an order that is settled by lot, by need or by who refers;
the lot is drawn once for a resident and a programme. So one more place admits the next person and
changes nobody else.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..agents.climbing import hand_free
from ..agents.compiling import kernel, rule
from ..agents.moving import OWNER_OCCUPIED
from ..agents.supporting import need, trust_gate, turn
from .enrolment import (
    COUNT,
    GAVE_UP,
    IN_LINE,
    IN_SUPPORT,
    JOBS,
    WAITING,
)
from .households import take_roof
from .luck import EVENT, draw_pair4
from .posts import roomiest, settle_posts
from .state import HERE
from .trajectory import start

f8 = np.float64

_ORDER = EVENT["programme_order"]
_CONTACT = EVENT["programme_contact"]

_AIMED_AT = COUNT["aimed_at"]
_CONTACTED = COUNT["contacted"]
_VISITED = COUNT["visited"]
_JOINED = COUNT["joined"]
_GAVE_UP = COUNT["gave_up"]
_TENURE = COUNT["tenure_changes"]

#: Turn of who was asked since the list was drawn up.
_ASKED = 100.0
#: A month after every approach: whoever lives in a room of a programme is always approached.
_ALWAYS = 1 << 30
#: Housing rung of who buys.
_OWNS = 5


@kernel
def draw_up_list(
    people: Any,
    roll: Any,
    present: int,
    scope: Any,
    reached: Any,
    plans: Any,
    seed: int,
    programme: int,
    until: int,
    listed: Any,
) -> int:
    """Write down whom a programme can approach before ``until``, with their turn; return how many.

    ``roll`` holds who lives here now, ``scope`` is 1 for each dwelling that the programme is meant
    for, ``listed`` must have room for everybody.
    """
    plan = plans[0]
    found = 0
    seen_from = _ALWAYS if plan.own_rooms == 1 else max(0, until - plan.again_months)
    home = plan.poor + plan.renters + plan.alone + plan.with_children > 0
    for k in range(present):
        row = roll[k]
        if row.age < plan.age_from or row.age > plan.age_to or row.head < plan.heads_only:
            continue
        if scope[row.dwelling] == 0 or (home and not _home_as_asked(row, plan)):
            continue
        i = row.person
        if reached[i].approached > seen_from:
            continue
        if reached[i].lots[0] == 0.0:
            _draw_lots(people, reached, seed, programme, i)
        if reached[i].lots[1] >= plan.let_in and not _meant_for(row, plan):
            continue
        listed[found].person = i
        # Who was never asked comes before who was.
        asked = 1.0 if reached[i].approached > 0 else 0.0
        listed[found].turn = asked + _turn(f8(row.need), reached, plan, i)
        found += 1
    return found


@kernel
def reach_out(
    people: Any,
    households: Any,
    dwellings: Any,
    reached: Any,
    standing: Any,
    plans: Any,
    book: Any,
    seed: int,
    programme: int,
    month: int,
    listed: Any,
    n_listed: int,
    limit: int,
    room_only: int,
    refused: float,
    enrolments: Any,
    n_enrolments: int,
    active: Any,
    n_active: int,
    slots: Any,
    filled: Any,
    most: int,
    counts: Any,
    stocks: Any,
    flows: Any,
    move_flows: Any,
) -> int:
    """Give everybody in support a post, approach people, let those on the list start.

    Returns how many came on the list. Up to ``limit`` of those ``listed`` are approached; with
    ``room_only`` 1 nobody is while those on the list can fill what is free. ``refused`` is the
    share that refuses for reasons of the programme, ``most`` the starts that there is money for.
    ``enrolments`` and ``active`` must have room for ``limit`` more.
    """
    rules = book[0]
    plan = plans[0]
    load = np.zeros(len(slots), np.int64)
    settle_posts(
        people,
        reached,
        standing,
        plan,
        enrolments,
        active,
        n_active,
        slots,
        filled,
        load,
        0,
        month,
        counts,
        stocks,
        flows,
    )
    jobs_left = max(0, plan.work_places - stocks[JOBS])
    if room_only == 1:
        room = slots.sum() - stocks[IN_SUPPORT]
        if plan.work_rung > 0:
            room = min(room, jobs_left)
        if stocks[IN_LINE] >= room:
            limit = 0
    joined = 0
    if limit > 0:
        joined = approach(
            people,
            reached,
            standing,
            plan,
            rules,
            seed,
            programme,
            month,
            listed,
            n_listed,
            limit,
            refused,
            enrolments,
            n_enrolments,
            active,
            n_active,
            counts,
        )
        stocks[IN_LINE] += joined
    if most > 0 and stocks[IN_LINE] > 0:
        admit_waiting(
            people,
            households,
            dwellings,
            standing,
            plan,
            rules,
            seed,
            programme,
            month,
            enrolments,
            active,
            n_active + joined,
            slots,
            filled,
            load,
            most,
            jobs_left,
            counts,
            stocks,
            flows,
            move_flows,
        )
    return joined


@rule
def approach(
    people: Any,
    reached: Any,
    standing: Any,
    plan: Any,
    rules: Any,
    seed: int,
    programme: int,
    month: int,
    listed: Any,
    n_listed: int,
    limit: int,
    refused: float,
    enrolments: Any,
    n_enrolments: int,
    active: Any,
    n_active: int,
    counts: Any,
) -> int:
    """Approach the first ``limit`` in the order; return how many came on the list."""
    chosen = np.empty(limit, np.int64)
    turns = np.empty(limit, np.float64)
    found = 0
    most_hours = rules.taking_part_hours_limit - plan.hours
    for k in range(n_listed):
        i = listed[k].person
        # Who heard of it comes forward.
        place = f8(listed[k].turn) - 2.0 * standing[i].told
        if place >= _ASKED or standing[i].enrolled == 1:
            continue
        if found == limit and place >= turns[found - 1]:
            continue
        if people[i].status != HERE or people[i].programme_hours > most_hours:
            continue
        at = found if found < limit else limit - 1
        while at > 0 and turns[at - 1] > place:
            turns[at] = turns[at - 1]
            chosen[at] = chosen[at - 1]
            at -= 1
        turns[at] = place
        chosen[at] = k
        if found < limit:
            found += 1
    joined = 0
    for k in range(found):
        i = listed[chosen[k]].person
        if plan.own_rooms == 0:
            listed[chosen[k]].turn = 2.0 * _ASKED
        if reached[i].lots[1] >= plan.let_in and not _still_meant_for(people, plan, i):
            continue
        told = standing[i].told == 1
        standing[i].told = 0
        if _persuaded(
            people, reached, plan, rules, seed, programme, month, i, told, refused, counts
        ):
            standing[i].enrolled = 1
            case = need(f8(people[i].burden), f8(people[i].agency))
            _enlist(_turn(case, reached, plan, i), i, month, enrolments, n_enrolments + joined)
            active[n_active + joined] = n_enrolments + joined
            joined += 1
    counts[_JOINED] += joined
    return joined


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
def _meant_for(row: Any, plan: Any) -> bool:
    """Return whether a resident stands where the intended group stands."""
    if row.burden < plan.burden_from or row.burden > plan.burden_to:
        return False
    for ladder in range(4):
        if row.rung[ladder] < plan.rung_from[ladder] or row.rung[ladder] > plan.rung_to[ladder]:
            return False
    return True


@rule
def _still_meant_for(people: Any, plan: Any, i: int) -> bool:
    """Return whether a resident on the list stands where the intended group stands, by now."""
    burden = f8(people[i].burden)
    if burden < plan.burden_from or burden > plan.burden_to:
        return False
    for ladder in range(4):
        rung = people[i].rung[ladder]
        if rung < plan.rung_from[ladder] or rung > plan.rung_to[ladder]:
            return False
    return True


@rule
def _draw_lots(people: Any, reached: Any, seed: int, programme: int, i: int) -> None:
    a, b, c, d = draw_pair4(seed, people[i].identity, programme, 0, _ORDER)
    reached[i].lots[0] = a
    reached[i].lots[1] = b
    reached[i].lots[2] = c
    reached[i].lots[3] = d


@rule
def _turn(case: float, reached: Any, plan: Any, i: int) -> float:
    """Return the place in the order, 0 first; ``case`` is how hard a case."""
    lot = f8(reached[i].lots[0])
    if reached[i].lots[2] < plan.referral:
        return turn(plan.referral_creaming, case, lot)
    return turn(plan.creaming, case, lot)


@rule
def _persuaded(
    people: Any,
    reached: Any,
    plan: Any,
    rules: Any,
    seed: int,
    programme: int,
    month: int,
    i: int,
    told: bool,
    refused: float,
    counts: Any,
) -> bool:
    """Take one resident through the funnel; return whether they want a place."""
    stage = reached[i].stage
    reached[i].approached = month + 1
    if stage < 1:
        counts[_AIMED_AT] += 1
        reached[i].stage = 1
    u, v, w, _ = draw_pair4(seed, people[i].identity, programme, month, _CONTACT)
    contact = 1.0 if told else plan.contact
    if u >= contact or reached[i].lots[3] < plan.uninformed:
        return False
    if stage < 2:
        counts[_CONTACTED] += 1
        reached[i].stage = 2
    open_door = trust_gate(f8(people[i].trust), rules.taking_part_trust_reference, plan.gated)
    if v >= plan.visit * open_door * (1.0 - refused):
        return False
    if stage < 3:
        counts[_VISITED] += 1
        reached[i].stage = 3
    if people[i].burden < plan.offer_burden_from:
        return False
    free = 1.0
    if plan.survival == 1:
        free = hand_free(
            f8(people[i].burden),
            rules.capability_hand_free_below,
            rules.capability_no_hand_above,
        )
    return w < plan.start * free


@rule
def _enlist(place: float, i: int, month: int, enrolments: Any, e: int) -> None:
    enrolments[e].person = i
    enrolments[e].since = month
    enrolments[e].started = -1
    enrolments[e].ended = -1
    enrolments[e].until = -1
    enrolments[e].status = WAITING
    enrolments[e].turn = place
    enrolments[e].post = -1


@rule
def admit_waiting(
    people: Any,
    households: Any,
    dwellings: Any,
    standing: Any,
    plan: Any,
    rules: Any,
    seed: int,
    programme: int,
    month: int,
    enrolments: Any,
    active: Any,
    n_active: int,
    slots: Any,
    filled: Any,
    load: Any,
    most: int,
    jobs_left: int,
    counts: Any,
    stocks: Any,
    flows: Any,
    move_flows: Any,
) -> None:
    """Let those on the list start while there is room with a key worker.

    ``most`` bounds the starts that there is money for, ``jobs_left`` those with a work place.
    """
    _clear_list(people, standing, plan, month, enrolments, active, n_active, counts)
    most_hours = rules.taking_part_hours_limit - plan.hours
    for _ in range(most):
        post = roomiest(slots, filled, load, 1)
        if post < 0 or (plan.work_rung > 0 and jobs_left <= 0):
            return
        first = -1
        for k in range(n_active):
            e = active[k]
            if enrolments[e].status != WAITING:
                continue
            if people[enrolments[e].person].programme_hours > most_hours:
                continue
            if first < 0 or enrolments[e].turn < enrolments[first].turn:
                first = e
        if first < 0:
            return
        load[post] += 1
        enrolments[first].post = post
        start(people, plan, seed, programme, month, enrolments, first, counts, flows)
        jobs_left -= 1
        stocks[IN_SUPPORT] += 1
        stocks[JOBS] += enrolments[first].work_given
        if plan.tenure_change == 1:
            i = enrolments[first].person
            _buy(people, households, dwellings, i, rules, month, counts, move_flows)


@rule
def _clear_list(
    people: Any,
    standing: Any,
    plan: Any,
    month: int,
    enrolments: Any,
    active: Any,
    n_active: int,
    counts: Any,
) -> None:
    """Take those off the list who have gone or have waited too long."""
    for k in range(n_active):
        e = active[k]
        if enrolments[e].status != WAITING:
            continue
        i = enrolments[e].person
        if people[i].status != HERE or month - enrolments[e].since >= plan.wait_months:
            enrolments[e].status = GAVE_UP
            enrolments[e].ended = month
            standing[i].enrolled = 0
            counts[_GAVE_UP] += 1


@rule
def _buy(
    people: Any,
    households: Any,
    dwellings: Any,
    i: int,
    rules: Any,
    month: int,
    counts: Any,
    move_flows: Any,
) -> None:
    """Let a tenant buy the dwelling: a change of tenure is a climb on the housing ladder."""
    d = households[people[i].household].dwelling
    dwellings[d].tenure = OWNER_OCCUPIED
    dwellings[d].rung = _OWNS
    counts[_TENURE] += 1
    take_roof(people, households, dwellings, people[i].household, rules, month, True, move_flows)
