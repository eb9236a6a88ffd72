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
from ..agents.supporting import need, trust_gate
from .admission import admit_waiting
from .asking import ask
from .enrolment import COUNT, IN_LINE, IN_SUPPORT, JOBS, LIMIT, MOST, REFUSED, WAITING
from .listing import asks_home, draw_up_list, meant_for, place_in_order
from .luck import EVENT, draw_pair_blocks, unit
from .posts import lose_trust, settle_posts
from .roll import muster
from .state import HERE

f8 = np.float64

_CONTACT = EVENT["programme_contact"]

_AIMED_AT = COUNT["aimed_at"]
_CONTACTED = COUNT["contacted"]
_VISITED = COUNT["visited"]
_JOINED = COUNT["joined"]

#: Turn of who was asked since the list was drawn up.
_ASKED = 100.0
#: Months after which a programme looks anew who lives where and how they stand.
_LIST_MONTHS = 6


@kernel
def reach_out(
    people: Any,
    households: Any,
    dwellings: Any,
    n_dwellings: int,
    edges: Any,
    n_edges: int,
    plans: Any,
    running: Any,
    purses: Any,
    asked: Any,
    anew: bool,
    scope: Any,
    roll: Any,
    listed: Any,
    reached: Any,
    standing: Any,
    enrolments: Any,
    active: Any,
    slots: Any,
    filled: Any,
    counts: Any,
    stocks: Any,
    flows: Any,
    move_flows: Any,
    touched: Any,
    book: Any,
    seed: int,
    month: int,
) -> int:
    """Let every programme give who is in support a post, approach people and let them start.

    Returns the most trajectories that a programme may have by now. Where that is more than
    ``enrolments`` and ``active`` have room for, nobody was approached; programmes have been asked
    what they want (`ask`), which is in ``asked``, and are not to be asked ``anew``. Tables of
    programmes have a row for each; ``listed`` and ``roll`` must have room for everybody who lives
    here. ``touched`` holds zeros, before and after.
    """
    rules = book[0]
    if anew:
        ask(plans, running, purses, slots, filled, asked, month)
    most_rows = 0
    for p in range(len(plans)):
        most_rows = max(most_rows, running[p].trajectories + int(asked[p, LIMIT]))
    if most_rows > enrolments.shape[1]:
        return most_rows
    listing = True
    for p in range(len(plans)):
        plan = plans[p]
        own = running[p]
        own_slots = slots[p, : own.posts]
        own_filled = filled[p, : own.posts]
        limit = _bounded(asked[p], plan, own_slots, stocks[p])
        if limit == 0 and stocks[p, IN_LINE] == 0 and not _has_to_settle(own, own_filled):
            continue
        if listing and _needs_list(limit, plan, own, month):
            # Of all programmes at one time, when the first needs one: before it changes anybody.
            listing = False
            _draw_up_lists(
                people,
                households,
                dwellings,
                n_dwellings,
                plans,
                running,
                asked,
                scope,
                roll,
                listed,
                reached,
                standing,
                slots,
                stocks,
                rules,
                seed,
                month,
                p,
            )
        own.changed = 0
        lost = _act(
            people,
            households,
            dwellings,
            plan,
            own,
            limit,
            asked[p, REFUSED],
            int(asked[p, MOST]),
            listed[p],
            reached[p],
            standing[p],
            enrolments[p],
            active[p],
            own_slots,
            own_filled,
            counts[p],
            stocks[p],
            flows,
            move_flows,
            rules,
            seed,
            month,
        )
        if lost > 0:
            lose_trust(
                people,
                households,
                edges,
                n_edges,
                own,
                enrolments[p],
                active[p],
                rules,
                month,
                touched,
            )
    return most_rows


@rule
def _bounded(asked: Any, plan: Any, slots: Any, stocks: Any) -> int:
    """Return how many a programme approaches: nobody where that is for room only, and it is full."""
    if plan.room_only == 1 and stocks[IN_LINE] >= slots.sum() - stocks[IN_SUPPORT]:
        return 0
    return int(asked[LIMIT])


@rule
def _needs_list(limit: int, plan: Any, own: Any, month: int) -> bool:
    return limit > 0 and (month >= own.list_until or plan.own_rooms == 1)


@rule
def _draw_up_lists(
    people: Any,
    households: Any,
    dwellings: Any,
    n_dwellings: int,
    plans: Any,
    running: Any,
    asked: Any,
    scope: Any,
    roll: Any,
    listed: Any,
    reached: Any,
    standing: Any,
    slots: Any,
    stocks: Any,
    rules: Any,
    seed: int,
    month: int,
    first: int,
) -> None:
    """Draw up the lists that programmes need, from the ``first`` on that needs one."""
    births = np.empty(len(roll), np.int32)
    heads = np.empty(len(roll), np.int8)
    homes = _any_asks_home(plans)
    present = muster(
        people, households, dwellings, n_dwellings, rules, month, homes, roll, births, heads
    )
    for p in range(first, len(plans)):
        own = running[p]
        own_slots = slots[p, : own.posts]
        limit = _bounded(asked[p], plans[p], own_slots, stocks[p])
        if not _needs_list(limit, plans[p], own, month):
            continue
        # A list of addresses is drawn up anew every so many months, as registers are.
        own.list_until = month - month % _LIST_MONTHS + _LIST_MONTHS
        own.listed = draw_up_list(
            people,
            roll,
            births,
            heads,
            present,
            scope[p],
            reached[p],
            standing[p],
            plans[p],
            seed,
            month,
            own.identity,
            own.list_until,
            listed[p],
        )


@rule
def _any_asks_home(plans: Any) -> bool:
    asks = False
    for p in range(len(plans)):
        asks |= asks_home(plans[p])
    return asks


@rule
def _has_to_settle(own: Any, filled: Any) -> bool:
    """Return whether somebody in support may be without a key worker."""
    return own.changed == 1 or filled.sum() < len(filled)


@rule
def _act(
    people: Any,
    households: Any,
    dwellings: Any,
    plan: Any,
    own: Any,
    limit: int,
    refused: float,
    most: int,
    listed: Any,
    reached: Any,
    standing: Any,
    enrolments: Any,
    active: Any,
    slots: Any,
    filled: Any,
    counts: Any,
    stocks: Any,
    flows: Any,
    move_flows: Any,
    rules: Any,
    seed: int,
    month: int,
) -> int:
    """Settle the posts of one programme, approach people and let them start.

    Returns how many could not be kept in support.
    """
    load = np.zeros(len(slots), np.int64)
    lost = settle_posts(
        people,
        reached,
        standing,
        plan,
        enrolments,
        active,
        own.active,
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
    if plan.room_only == 1:
        room = slots.sum() - stocks[IN_SUPPORT]
        if plan.work_rung > 0:
            room = min(room, jobs_left)
        if stocks[IN_LINE] >= room:
            limit = 0
    if limit > 0:
        approach(
            people,
            plan,
            own,
            limit,
            refused,
            listed,
            reached,
            standing,
            enrolments,
            active,
            counts,
            stocks,
            rules,
            seed,
            month,
        )
    if most > 0 and stocks[IN_LINE] > 0:
        admit_waiting(
            people,
            households,
            dwellings,
            standing,
            plan,
            rules,
            seed,
            own.identity,
            month,
            enrolments,
            active,
            own.active,
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
    return lost


@rule
def approach(
    people: Any,
    plan: Any,
    own: Any,
    limit: int,
    refused: float,
    listed: Any,
    reached: Any,
    standing: Any,
    enrolments: Any,
    active: Any,
    counts: Any,
    stocks: Any,
    rules: Any,
    seed: int,
    month: int,
) -> None:
    """Approach the first in the order; who wants a place comes on the list."""
    chosen = np.empty(limit, np.int64)
    most_hours = rules.taking_part_hours_limit - plan.hours
    found = _first_in_order(people, own, listed, standing, most_hours, chosen)
    identity = np.empty(found, np.int64)
    for k in range(found):
        identity[k] = people[listed[chosen[k]].person].identity
    programmes = np.full(found, own.identity, np.int64)
    luck = np.empty((4, found), np.uint32)
    draw_pair_blocks(seed, identity, programmes, found, month, _CONTACT, luck)
    for k in range(found):
        i = listed[chosen[k]].person
        if plan.own_rooms == 0:
            listed[chosen[k]].turn = _ASKED
        if not meant_for(people[i], plan) and reached[i].lots[1] >= plan.let_in:
            continue
        told = standing[i].told == 1
        standing[i].told = 0
        standing[i].approached = month + 1
        if _persuaded(people, reached, plan, rules, i, told, refused, luck[:, k], counts):
            standing[i].enrolled = 1
            case = need(f8(people[i].burden), f8(people[i].agency))
            place = place_in_order(case, reached, plan, i)
            _enlist(place, i, reached[i].times, month, enrolments, own.trajectories)
            active[own.active] = own.trajectories
            own.trajectories += 1
            own.active += 1
            counts[_JOINED] += 1
            stocks[IN_LINE] += 1


@rule
def _first_in_order(
    people: Any, own: Any, listed: Any, standing: Any, most_hours: float, chosen: Any
) -> int:
    """Choose the first of those listed, as many as ``chosen`` has places; return how many."""
    heard = np.empty(own.listed, np.int32)
    others = np.empty(own.listed, np.int32)
    n_heard = 0
    n_others = 0
    for k in range(own.listed):
        # Without a jump: who is free and heard of it, or not, is no more likely than the other.
        known = standing[listed[k].person]
        free = (listed[k].turn < _ASKED) & (known.enrolled != 1)
        told = known.told == 1
        heard[n_heard] = others[n_others] = k
        n_heard += free & told
        n_others += free & (not told)
    # Who heard of it comes forward; the others follow in their order.
    found = _who_can_come(people, listed, heard[:n_heard], most_hours, chosen, 0)
    return _who_can_come(people, listed, others[:n_others], most_hours, chosen, found)


@rule
def _who_can_come(
    people: Any, listed: Any, among: Any, most_hours: float, chosen: Any, found: int
) -> int:
    """Add to the ``found`` in ``chosen`` the first who live here and have the hours; return how many."""
    for k in among:
        if found == len(chosen):
            break
        i = listed[k].person
        if people[i].status == HERE and people[i].programme_hours <= most_hours:
            chosen[found] = k
            found += 1
    return found


@rule
def _persuaded(
    people: Any,
    reached: Any,
    plan: Any,
    rules: Any,
    i: int,
    told: bool,
    refused: float,
    luck: Any,
    counts: Any,
) -> bool:
    """Take one resident through the funnel; return whether they want a place."""
    stage = reached[i].stage
    if stage < 1:
        counts[_AIMED_AT] += 1
        reached[i].stage = 1
    u, v, w = unit(luck[0]), unit(luck[1]), unit(luck[2])
    contact = 1.0 if told else plan.contact
    if u >= contact or (plan.uninformed > 0.0 and reached[i].lots[3] < plan.uninformed):
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
def _enlist(place: float, i: int, times: int, month: int, enrolments: Any, e: int) -> None:
    enrolments[e].person = i
    enrolments[e].since = month
    enrolments[e].started = -1
    enrolments[e].ended = -1
    enrolments[e].released = -1
    enrolments[e].until = -1
    enrolments[e].status = WAITING
    enrolments[e].turn = place
    enrolments[e].post = -1
    enrolments[e].times = times
