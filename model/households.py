"""Rules by which rows of residents, households and dwellings are tied together and untied.

Counts of residents balance because every arrival and departure passes through here.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..agents.climbing import HOUSING, PAID_RUNG, WORKING
from ..agents.compiling import rule
from .luck import EVENT, draw
from .state import CHILD, DEAD, DWELLING_SHIFT, ELSEWHERE, HEAD, HERE, PLACE_BITS

f8 = np.float64

#: Columns of the flow counts of a month for people and homes.
BIRTHS, ARRIVALS, DEPARTURES, DEATHS = 0, 1, 2, 3
ARRIVED_WITH_JOB, LEFT_WITH_JOB, DIED_WITH_JOB = 4, 5, 6
HOUSEHOLDS_IN, HOUSEHOLDS_OUT, LOCAL_MOVES, EVICTIONS, SEPARATIONS = 7, 8, 9, 10, 11
LEFT_HOME, PARTNERS, VACATED_SOCIAL = 12, 13, 14
HOUSING_CLIMBS, HOUSING_FALLS, HOUSING_UP, HOUSING_DOWN = 15, 16, 17, 18
N_MOVE_FLOWS = 19

#: Why a household leaves: for the rung it holds elsewhere.
BY_CHOICE, BY_EVICTION, AS_ORPHANS = 0, 1, 2

#: Housing rung of an adult in the parental home, and of one who begins alone elsewhere.
PARENTAL_HOME, OWN_ROOF = 2, 3

_UP_AND_OUT = EVENT["up_and_out"]


@rule
def join_household(people: Any, households: Any, h: int, i: int) -> None:
    """Put resident ``i`` at the end of household ``h``."""
    people[i].household = h
    people[i].next_member = -1
    households[h].members += 1
    households[h].members_ever += 1
    if households[h].first_member < 0:
        households[h].first_member = i
        return
    last = households[h].first_member
    while people[last].next_member >= 0:
        last = people[last].next_member
    people[last].next_member = i


@rule
def leave_household(people: Any, households: Any, i: int) -> None:
    """Take resident ``i`` out of the household; the row keeps its number."""
    h = people[i].household
    households[h].members -= 1
    if households[h].first_member == i:
        households[h].first_member = people[i].next_member
    else:
        before = households[h].first_member
        while people[before].next_member != i:
            before = people[before].next_member
        people[before].next_member = people[i].next_member
    people[i].next_member = -1


@rule
def settle_heads(people: Any, households: Any, h: int, rules: Any, month: int) -> bool:
    """See that a household has a head; return False when no adult is left in it.

    A remaining partner becomes the head, else the oldest grown-up child.
    """
    heir = -1
    i = households[h].first_member
    while i >= 0:
        if people[i].role == HEAD:
            return True
        if (month - people[i].birth) // 12 >= rules.ages_adult and (
            heir < 0
            or people[i].role < people[heir].role
            or (people[i].role == people[heir].role and people[i].birth < people[heir].birth)
        ):
            heir = i
        i = people[i].next_member
    if heir < 0:
        return False
    people[heir].role = HEAD
    return True


@rule
def change_home(people: Any, i: int, rung: int, flows: Any) -> None:
    """Give a resident another housing rung and count it."""
    old = people[i].rung[HOUSING]
    if rung > old:
        flows[HOUSING_CLIMBS] += 1
        flows[HOUSING_UP] += rung - old
    elif rung < old:
        flows[HOUSING_FALLS] += 1
        flows[HOUSING_DOWN] += old - rung
    people[i].rung[HOUSING] = rung


@rule
def head_of(people: Any, households: Any, h: int) -> int:
    """Return the head of a household."""
    i = households[h].first_member
    while people[i].role != HEAD:
        i = people[i].next_member
    return i


@rule
def take_roof(
    people: Any,
    households: Any,
    dwellings: Any,
    h: int,
    rules: Any,
    month: int,
    count: bool,
    flows: Any,
) -> None:
    """Give the adults of a household the housing rung that goes with their dwelling and role.

    ``count`` is True for residents who move, False for newcomers, who bring their rung.
    """
    rung = dwellings[households[h].dwelling].rung
    i = households[h].first_member
    while i >= 0:
        if (month - people[i].birth) // 12 >= rules.ages_adult:
            own = PARENTAL_HOME if people[i].role == CHILD else rung
            if count:
                change_home(people, i, own, flows)
            else:
                people[i].rung[HOUSING] = own
        i = people[i].next_member


@rule
def vacate(households: Any, dwellings: Any, h: int, month: int, flows: Any) -> None:
    """Empty the dwelling of household ``h``."""
    d = households[h].dwelling
    dwellings[d].household = -1
    dwellings[d].vacant_since = month
    households[h].dwelling = -1
    if dwellings[d].tenure == 0:
        flows[VACATED_SOCIAL] += 1


@rule
def occupy(households: Any, dwellings: Any, h: int, d: int) -> None:
    """Let household ``h`` live in dwelling ``d``."""
    dwellings[d].household = h
    dwellings[d].vacant_since = -1
    households[h].dwelling = d


@rule
def mark_leaver(people: Any, i: int, month: int, flows: Any) -> None:
    """Turn a resident into a leaver, who is followed elsewhere."""
    people[i].status = ELSEWHERE
    people[i].ended = month
    flows[DEPARTURES] += 1
    if people[i].rung[WORKING] >= PAID_RUNG:
        flows[LEFT_WITH_JOB] += 1


@rule
def depart_household(
    people: Any,
    households: Any,
    dwellings: Any,
    h: int,
    why: int,
    rules: Any,
    seed: int,
    month: int,
    flows: Any,
) -> None:
    """Let a whole household leave the neighbourhood."""
    rung = int(dwellings[households[h].dwelling].rung)
    vacate(households, dwellings, h, month, flows)
    flows[HOUSEHOLDS_OUT] += 1
    better = False
    if why == BY_CHOICE:
        luck = draw(seed, households[h].identity, month, _UP_AND_OUT)
        able = f8(people[head_of(people, households, h)].capability[HOUSING]) >= rung + 1.0
        better = able and rung < 5 and luck < rules.moving_up_and_out
    i = households[h].first_member
    while i >= 0:
        mark_leaver(people, i, month, flows)
        if (month - people[i].birth) // 12 >= rules.ages_adult and people[i].role != CHILD:
            if why == BY_EVICTION:
                people[i].rung[HOUSING] = 1
            else:
                people[i].rung[HOUSING] = rung + 1 if better else rung
        i = people[i].next_member


@rule
def new_household(households: Any, h: int, identity: int) -> None:
    """Start household ``h`` (a fresh row) without dwelling or members."""
    households[h].identity = identity
    households[h].dwelling = -1
    households[h].first_member = -1
    households[h].members = 0
    households[h].members_ever = 0


@rule
def begin_alone(people: Any, households: Any, i: int, h_new: int, rules: Any, month: int) -> None:
    """Let one person begin a household of their own elsewhere, in row ``h_new``.

    A minor who leaves alone goes to relatives and stays a child.
    """
    leave_household(people, households, i)
    new_household(households, h_new, people[i].identity)
    join_household(people, households, h_new, i)
    if (month - people[i].birth) // 12 >= rules.ages_adult:
        people[i].role = HEAD
        people[i].rung[HOUSING] = OWN_ROOF
    else:
        people[i].role = CHILD


@rule
def depart_alone(
    people: Any, households: Any, i: int, h_new: int, rules: Any, month: int, flows: Any
) -> None:
    """Let one resident leave the neighbourhood for a household of their own elsewhere."""
    mark_leaver(people, i, month, flows)
    begin_alone(people, households, i, h_new, rules, month)


@rule
def die(people: Any, households: Any, i: int, month: int, flows: Any) -> None:
    """Let a resident or leaver die; deaths elsewhere are not counted in the flows."""
    if people[i].status == HERE:
        flows[DEATHS] += 1
        people[i].ended = month
        if people[i].rung[WORKING] >= PAID_RUNG:
            flows[DIED_WITH_JOB] += 1
    leave_household(people, households, i)
    people[i].status = DEAD


@rule
def person_identity(dwelling: int, tenancy: int, place: int) -> int:
    """Return the lifelong identity of the person who came ``place``-th to a tenancy."""
    return ((int(dwelling) + 1) << DWELLING_SHIFT) | (int(tenancy) << PLACE_BITS) | int(place)


@rule
def next_identity(households: Any, h: int) -> int:
    """Return the identity of the next person to join a household: its own, and a place in it."""
    return (int(households[h].identity) >> PLACE_BITS << PLACE_BITS) | int(
        households[h].members_ever
    )
