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
from .enrolment import ABANDONED, COUNT, GAVE_UP, SUPPORTED, TRANSFERRED, WAITING
from .households import take_roof
from .luck import EVENT, draw_pair4
from .state import CHILD, HEAD, HERE
from .trajectory import close, release, start

f8 = np.float64

_ORDER = EVENT["programme_order"]
_CONTACT = EVENT["programme_contact"]

_AIMED_AT = COUNT["aimed_at"]
_CONTACTED = COUNT["contacted"]
_VISITED = COUNT["visited"]
_JOINED = COUNT["joined"]
_ABANDONED = COUNT["abandoned"]
_TRANSFERRED = COUNT["handed_over"]
_GAVE_UP = COUNT["gave_up"]
_TENURE = COUNT["tenure_changes"]

#: Housing rung of who buys.
_OWNS = 5


@kernel
def approach(
    people: Any,
    n: int,
    households: Any,
    dwellings: Any,
    scope: Any,
    reached: Any,
    plan: Any,
    rules: Any,
    seed: int,
    programme: int,
    month: int,
    limit: int,
    refused: float,
    enrolments: Any,
    n_enrolments: int,
    counts: Any,
) -> int:
    """Approach the first ``limit`` in the order; return the number of trajectories, those on the list included.

    ``scope`` is 1 for each dwelling that the programme is meant for. ``refused`` is the share that
    refuses now for reasons of the programme. ``enrolments`` must have room for ``limit`` more.
    """
    chosen = np.empty(limit, np.int64)
    turns = np.empty(limit, np.float64)
    found = 0
    for i in range(n):
        if people[i].status != HERE or reached[i].enrolled == 1:
            continue
        seen = reached[i].approached
        if seen > 0 and month + 1 - seen < plan.again_months and plan.own_rooms == 0:
            continue
        if not _in_reach(people, households, dwellings, scope, plan, i, month):
            continue
        if reached[i].lots[0] == 0.0:
            _draw_lots(people, reached, seed, programme, i)
        if not _meant_for(people, plan, i) and reached[i].lots[1] >= plan.let_in:
            continue
        if people[i].programme_hours + plan.hours > rules.taking_part_hours_limit:
            continue
        place = _turn(people, reached, plan, i) - reached[i].told
        if found == limit and place >= turns[found - 1]:
            continue
        at = found if found < limit else limit - 1
        while at > 0 and turns[at - 1] > place:
            if at < limit:
                turns[at] = turns[at - 1]
                chosen[at] = chosen[at - 1]
            at -= 1
        turns[at] = place
        chosen[at] = i
        if found < limit:
            found += 1
    for k in range(found):
        i = chosen[k]
        if _persuaded(people, reached, plan, rules, seed, programme, month, i, refused, counts):
            _enlist(people, reached, plan, i, month, enrolments, n_enrolments)
            n_enrolments += 1
            counts[_JOINED] += 1
    return n_enrolments


@rule
def _in_reach(
    people: Any, households: Any, dwellings: Any, scope: Any, plan: Any, i: int, month: int
) -> bool:
    """Return whether a resident has the age, the home and the household that a programme asks."""
    age = (month - people[i].birth) // 12
    if age < plan.age_from or age > plan.age_to:
        return False
    if plan.heads_only == 1 and people[i].role != HEAD:
        return False
    h = people[i].household
    d = households[h].dwelling
    if scope[d] == 0:
        return False
    if plan.poor == 1 and households[h].poor == 0:
        return False
    if plan.renters == 1 and dwellings[d].tenure == OWNER_OCCUPIED:
        return False
    if plan.alone == 1 and (people[i].role == CHILD or households[h].adults != 1):
        return False
    return plan.with_children == 0 or (
        people[i].role != CHILD and _has_child(people, households, h, month)
    )


@rule
def _has_child(people: Any, households: Any, h: int, month: int) -> bool:
    j = households[h].first_member
    while j >= 0:
        if month - people[j].birth < 216:
            return True
        j = people[j].next_member
    return False


@rule
def _meant_for(people: Any, plan: Any, i: int) -> bool:
    """Return whether a resident stands where the intended group stands."""
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
def _turn(people: Any, reached: Any, plan: Any, i: int) -> float:
    """Return the place in the order, 0 first."""
    case = need(f8(people[i].burden), f8(people[i].agency))
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
    contact = 1.0 if reached[i].told == 1 else plan.contact
    reached[i].told = 0
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
def _enlist(
    people: Any, reached: Any, plan: Any, i: int, month: int, enrolments: Any, e: int
) -> None:
    reached[i].enrolled = 1
    enrolments[e].person = i
    enrolments[e].since = month
    enrolments[e].started = -1
    enrolments[e].ended = -1
    enrolments[e].until = -1
    enrolments[e].status = WAITING
    enrolments[e].turn = _turn(people, reached, plan, i)
    enrolments[e].post = -1


@kernel
def settle_posts(
    people: Any,
    reached: Any,
    plan: Any,
    enrolments: Any,
    n_enrolments: int,
    slots: Any,
    filled: Any,
    load: Any,
    keep: int,
    month: int,
    counts: Any,
    flows: Any,
) -> int:
    """Give every participant a post with room; return how many could not be kept.

    Who is at a post that is empty for now goes to a key worker with room, or waits for the post
    to be filled. Who fits nowhere is abandoned, the last to have started first; with ``keep`` 1
    they are handed over instead. ``load`` receives the participants of each post.
    """
    n_posts = len(slots)
    load[:] = 0
    lost = 0
    # In order of their start, so that who started last finds no room.
    for e in range(n_enrolments):
        if enrolments[e].status != SUPPORTED:
            continue
        post = enrolments[e].post
        if 0 <= post < n_posts and load[post] < slots[post] and filled[post] == 1:
            load[post] += 1
        else:
            enrolments[e].post = -2 - max(-1, post)
    for e in range(n_enrolments):
        if enrolments[e].status != SUPPORTED or enrolments[e].post >= 0:
            continue
        own = -2 - enrolments[e].post
        post = _roomiest(slots, filled, load, 1)
        if post < 0 and 0 <= own < n_posts and load[own] < slots[own]:
            post = own
        if post < 0:
            post = _roomiest(slots, filled, load, 0)
        if post >= 0:
            enrolments[e].post = post
            load[post] += 1
            continue
        lost += 1
        enrolments[e].post = -1
        enrolments[e].status = TRANSFERRED if keep == 1 else ABANDONED
        enrolments[e].ended = month
        counts[_TRANSFERRED if keep == 1 else _ABANDONED] += 1
        release(people, plan, enrolments, e, flows)
        close(reached, enrolments, e)
    return lost


@kernel
def dissolve_list(reached: Any, enrolments: Any, n_enrolments: int, month: int, counts: Any) -> None:
    """Send everybody on the list away: there is nothing to wait for."""
    for e in range(n_enrolments):
        if enrolments[e].status == WAITING:
            enrolments[e].status = GAVE_UP
            enrolments[e].ended = month
            reached[enrolments[e].person].enrolled = 0
            counts[_GAVE_UP] += 1


@rule
def _roomiest(slots: Any, filled: Any, load: Any, with_worker: int) -> int:
    """Return the post with most room, the first of equals, or -1."""
    best = -1
    room = 0
    for post in range(len(slots)):
        if filled[post] == with_worker and slots[post] - load[post] > room:
            best = post
            room = slots[post] - load[post]
    return best


@kernel
def admit_waiting(
    people: Any,
    households: Any,
    dwellings: Any,
    reached: Any,
    plan: Any,
    rules: Any,
    seed: int,
    programme: int,
    month: int,
    enrolments: Any,
    n_enrolments: int,
    slots: Any,
    filled: Any,
    load: Any,
    most: int,
    jobs_left: int,
    counts: Any,
    flows: Any,
    move_flows: Any,
) -> int:
    """Let those on the list start while there is room with a key worker; return how many started.

    ``most`` bounds the starts that there is money for, ``jobs_left`` those with a work place.
    """
    started = 0
    waiting = np.empty(n_enrolments, np.int64)
    places = np.empty(n_enrolments, np.float64)
    found = 0
    for e in range(n_enrolments):
        if enrolments[e].status != WAITING:
            continue
        i = enrolments[e].person
        gone = people[i].status != HERE
        if gone or month - enrolments[e].since >= plan.wait_months:
            enrolments[e].status = GAVE_UP
            enrolments[e].ended = month
            reached[i].enrolled = 0
            counts[_GAVE_UP] += 1
            continue
        waiting[found] = e
        places[found] = enrolments[e].turn
        found += 1
    if found == 0 or most <= 0:
        return 0
    order = np.argsort(places[:found])
    for k in range(found):
        if started >= most:
            break
        if plan.work_rung > 0 and started >= jobs_left:
            break
        e = waiting[order[k]]
        i = enrolments[e].person
        if people[i].programme_hours + plan.hours > rules.taking_part_hours_limit:
            continue
        post = _roomiest(slots, filled, load, 1)
        if post < 0:
            break
        load[post] += 1
        enrolments[e].post = post
        start(people, plan, seed, programme, month, enrolments, e, counts, flows)
        if plan.tenure_change == 1:
            _buy(people, households, dwellings, i, rules, month, counts, move_flows)
        started += 1
    return started


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
