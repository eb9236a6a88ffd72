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
N_MOVE_FLOWS = 15

#: Why a household leaves: for the rung it holds elsewhere.
BY_CHOICE, BY_EVICTION = 0, 1

_UP_AND_OUT = EVENT["up_and_out"]


@rule
def join_household(people: Any, households: Any, h: int, i: int) -> None:
    """Put resident ``i`` at the end of household ``h``."""
    people.household[i] = h
    people.next_member[i] = -1
    households.size[h] += 1
    households.members_ever[h] += 1
    if households.first_member[h] < 0:
        households.first_member[h] = i
        return
    last = households.first_member[h]
    while people.next_member[last] >= 0:
        last = people.next_member[last]
    people.next_member[last] = i


@rule
def leave_household(people: Any, households: Any, i: int) -> None:
    """Take resident ``i`` out of the household; the row keeps its number."""
    h = people.household[i]
    households.size[h] -= 1
    if households.first_member[h] == i:
        households.first_member[h] = people.next_member[i]
    else:
        before = households.first_member[h]
        while people.next_member[before] != i:
            before = people.next_member[before]
        people.next_member[before] = people.next_member[i]
    people.next_member[i] = -1


@rule
def settle_heads(people: Any, households: Any, h: int, rules: Any, month: int) -> bool:
    """See that a household has a head; return False when no adult is left in it.

    A remaining partner becomes the head, else the oldest grown-up child.
    """
    heir = -1
    i = households.first_member[h]
    while i >= 0:
        if people.role[i] == HEAD:
            return True
        if (month - people.birth[i]) // 12 >= rules.ages_adult and (
            heir < 0
            or people.role[i] < people.role[heir]
            or (people.role[i] == people.role[heir] and people.birth[i] < people.birth[heir])
        ):
            heir = i
        i = people.next_member[i]
    if heir < 0:
        return False
    people.role[heir] = HEAD
    return True


@rule
def take_roof(people: Any, households: Any, dwellings: Any, h: int, rules: Any, month: int) -> None:
    """Give the adults of a household the housing rung that goes with their dwelling and role."""
    rung = dwellings.rung[households.dwelling[h]]
    i = households.first_member[h]
    while i >= 0:
        if (month - people.birth[i]) // 12 >= rules.ages_adult:
            people.rung[i, HOUSING] = 2 if people.role[i] == CHILD else rung
        i = people.next_member[i]


@rule
def vacate(households: Any, dwellings: Any, h: int, month: int, flows: Any) -> None:
    """Empty the dwelling of household ``h``."""
    d = households.dwelling[h]
    dwellings.household[d] = -1
    dwellings.vacant_since[d] = month
    households.dwelling[h] = -1
    if dwellings.tenure[d] == 0:
        flows[VACATED_SOCIAL] += 1


@rule
def occupy(households: Any, dwellings: Any, h: int, d: int, month: int) -> None:
    """Let household ``h`` live in dwelling ``d``."""
    dwellings.household[d] = h
    dwellings.vacant_since[d] = -1
    households.dwelling[h] = d
    households.since[h] = month


@rule
def mark_leaver(people: Any, i: int, month: int, flows: Any) -> None:
    """Turn a resident into a leaver, who is followed elsewhere."""
    people.status[i] = ELSEWHERE
    people.ended[i] = month
    flows[DEPARTURES] += 1
    if people.rung[i, WORKING] >= PAID_RUNG:
        flows[LEFT_WITH_JOB] += 1


@rule
def depart_household(
    people: Any, households: Any, dwellings: Any, h: int, why: int, rules: Any, seed: int, month: int, flows: Any
) -> None:
    """Let a whole household leave the neighbourhood."""
    rung = int(dwellings.rung[households.dwelling[h]])
    vacate(households, dwellings, h, month, flows)
    flows[HOUSEHOLDS_OUT] += 1
    better = False
    head = households.first_member[h]
    if why == BY_CHOICE and head >= 0:
        luck = draw(seed, households.identity[h], month, _UP_AND_OUT)
        able = f8(people.capability[head, HOUSING]) >= rung + 1.0
        better = able and rung < 5 and luck < rules.moving_up_and_out
    i = households.first_member[h]
    while i >= 0:
        mark_leaver(people, i, month, flows)
        if (month - people.birth[i]) // 12 >= rules.ages_adult and people.role[i] != CHILD:
            if why == BY_EVICTION:
                people.rung[i, HOUSING] = 1
            else:
                people.rung[i, HOUSING] = rung + 1 if better else rung
        i = people.next_member[i]


@rule
def new_household(households: Any, h: int, identity: int, month: int) -> None:
    """Start household ``h`` (a fresh row) without dwelling or members."""
    households.identity[h] = identity
    households.dwelling[h] = -1
    households.first_member[h] = -1
    households.size[h] = 0
    households.members_ever[h] = 0
    households.since[h] = month


@rule
def depart_alone(people: Any, households: Any, i: int, h_new: int, rung: int, month: int, flows: Any) -> None:
    """Let one resident leave for a household of their own elsewhere, row ``h_new``."""
    leave_household(people, households, i)
    new_household(households, h_new, people.identity[i], month)
    join_household(people, households, h_new, i)
    people.role[i] = HEAD
    mark_leaver(people, i, month, flows)
    people.rung[i, HOUSING] = rung


@rule
def die(people: Any, households: Any, i: int, month: int, flows: Any) -> None:
    """Let a resident or leaver die; deaths elsewhere are not counted in the flows."""
    if people.status[i] == HERE:
        flows[DEATHS] += 1
        people.ended[i] = month
        if people.rung[i, WORKING] >= PAID_RUNG:
            flows[DIED_WITH_JOB] += 1
    leave_household(people, households, i)
    people.status[i] = DEAD


@rule
def person_identity(dwelling: int, tenancy: int, place: int) -> int:
    """Return the lifelong identity of the person who came ``place``-th to a tenancy."""
    return ((int(dwelling) + 1) << DWELLING_SHIFT) | (int(tenancy) << PLACE_BITS) | int(place)


@rule
def next_identity(households: Any, h: int) -> int:
    """Return the identity of the next person to join a household: its own, and a place in it."""
    return (int(households.identity[h]) >> PLACE_BITS << PLACE_BITS) | int(households.members_ever[h])
