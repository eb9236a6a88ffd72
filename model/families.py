"""Phase "families": deaths, leaving home, separations, births and partners from elsewhere.

First the events of the month are found, then they happen one after another, deaths first; what
can no longer happen (a partner for somebody who has just died) does not.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..agents.climbing import HOUSING, PAID_RUNG, WORKING
from ..agents.compiling import kernel, rule
from ..agents.feeling import bounded
from ..agents.moving import birth_band, leave_home_chance
from .households import (
    ARRIVALS,
    ARRIVED_WITH_JOB,
    AS_ORPHANS,
    BIRTHS,
    LEFT_HOME,
    PARTNERS,
    SEPARATIONS,
    begin_alone,
    change_home,
    depart_alone,
    depart_household,
    die,
    join_household,
    next_identity,
    settle_heads,
    vacate,
)
from .luck import EVENT, draw, unit
from .state import BORN, CHILD, DEAD, HEAD, HERE, NEWCOMER, PARTNER

f8 = np.float64

DEATH, LEAVES_HOME, SEPARATION, BIRTH, PARTNER_COMES = 0, 1, 2, 3, 4

_LEAVER = EVENT["leaver"]
_LOOK_LOCAL = EVENT["look_local"]
_PARTNER = EVENT["partner"]
_CHILD_NOISE = EVENT["child_noise_learning"]
_CHILD_STRAIN = EVENT["child_strain"]
_OLDEST_TO_BE_JOINED = 60
#: People on the list of whom the nearest in age becomes the partner.
_PARTNERS_MET = 8


@kernel
def family_events(
    people: Any,
    n: int,
    households: Any,
    n_households: int,
    book: Any,
    month: int,
    person_luck: Any,
    household_luck: Any,
    kinds: Any,
    subjects: Any,
) -> int:
    """Find who dies, leaves home, separates, gives birth or is joined; return the number of events."""
    rules = book[0]
    found = 0
    for i in range(n):
        u_death = unit(person_luck[2, i])
        u_home = unit(person_luck[3, i])
        if u_death >= rules.death_most and u_home >= rules.home_most:
            continue
        person = people[i]
        age = (month - person.birth) // 12
        if person.status == DEAD or age < rules.ages_adult:
            continue
        if u_death < rules.death_chance[min(age, 120)]:
            kinds[found] = DEATH
            subjects[found] = i
            found += 1
        if person.role == PARTNER or (person.status != HERE and person.role == HEAD):
            continue
        if person.role == CHILD:
            if u_home < leave_home_chance(rules.families_leave_home_rate, age):
                kinds[found] = LEAVES_HOME
                subjects[found] = i
                found += 1
        elif u_home < rules.families_partner_rate and _can_be_joined(people, households, i, age):
            kinds[found] = PARTNER_COMES
            subjects[found] = i
            found += 1
    for h in range(n_households):
        if unit(household_luck[1, h]) >= rules.shocks_separation_rate and (
            unit(household_luck[2, h]) >= rules.birth_most
        ):
            continue
        if households[h].dwelling < 0:
            continue
        found = _household_events(
            people, households, h, rules, month, household_luck, kinds, subjects, found
        )
    return found


@rule
def _household_events(
    people: Any,
    households: Any,
    h: int,
    rules: Any,
    month: int,
    luck: Any,
    kinds: Any,
    subjects: Any,
    found: int,
) -> int:
    couple = 0
    youngest = 200
    i = households[h].first_member
    while i >= 0:
        if people[i].role != CHILD:
            couple += 1
            youngest = min(youngest, (month - people[i].birth) // 12)
        i = people[i].next_member
    if couple >= 2 and unit(luck[1, h]) < rules.shocks_separation_rate:
        kinds[found] = SEPARATION
        subjects[found] = h
        found += 1
    band = birth_band(youngest)
    if band >= 0 and households[h].members < 8:
        chance = rules.families_birth_rate[band]
        if couple < 2:
            chance *= rules.families_single_birth_factor
        if unit(luck[2, h]) < chance:
            kinds[found] = BIRTH
            subjects[found] = h
            found += 1
    return found


@rule
def _can_be_joined(people: Any, households: Any, i: int, age: int) -> bool:
    """Return whether a head is young enough for a partner from elsewhere, and has none."""
    if age >= _OLDEST_TO_BE_JOINED:
        return False
    j = households[people[i].household].first_member
    while j >= 0:
        if people[j].role == PARTNER:
            return False
        j = people[j].next_member
    return True


@kernel
def happen(
    people: Any,
    n: int,
    households: Any,
    n_households: int,
    dwellings: Any,
    listed_people: Any,
    listed: Any,
    listed_by_tenure: Any,
    book: Any,
    seed: int,
    month: int,
    kinds: Any,
    subjects: Any,
    found: int,
    starters: Any,
    counts: Any,
    flows: Any,
) -> int:
    """Let the events happen; return the number of starters written to ``starters``.

    ``counts`` receives the new numbers of residents and households. Starters are young adults who
    look for a dwelling in the neighbourhood; they stay at home until they find one.
    """
    rules = book[0]
    n_starters = 0
    for kind in range(5):
        for k in range(found):
            if kinds[k] != kind:
                continue
            s = subjects[k]
            if kind == DEATH:
                h = people[s].household
                here = people[s].status == HERE
                die(people, households, s, month, flows)
                _close_gap(people, households, dwellings, h, here, rules, seed, month, flows)
            elif kind == LEAVES_HOME:
                if people[s].status == DEAD or people[s].role != CHILD:
                    continue
                if people[s].status != HERE:
                    begin_alone(people, households, s, n_households, rules, month)
                    n_households += 1
                elif draw(seed, people[s].identity, month, _LOOK_LOCAL) < rules.families_stay_local:
                    starters[n_starters] = s
                    n_starters += 1
                else:
                    depart_alone(people, households, s, n_households, rules, month, flows)
                    n_households += 1
                    flows[LEFT_HOME] += 1
            elif kind == SEPARATION:
                if _separate(people, households, s, n_households, rules, seed, month, flows):
                    n_households += 1
            elif kind == BIRTH:
                if households[s].dwelling >= 0 and households[s].members > 0:
                    _give_birth(people, n, households, s, rules, seed, month, flows)
                    n += 1
            elif people[s].status == HERE and people[s].role == HEAD:
                _partner_comes(
                    people,
                    n,
                    households,
                    dwellings,
                    listed_people,
                    listed,
                    listed_by_tenure,
                    s,
                    seed,
                    month,
                    flows,
                )
                n += 1
    counts[0] = n
    counts[1] = n_households
    return n_starters


@rule
def _close_gap(
    people: Any,
    households: Any,
    dwellings: Any,
    h: int,
    here: bool,
    rules: Any,
    seed: int,
    month: int,
    flows: Any,
) -> None:
    """After a death: empty the dwelling, find a new head, or let orphans move to relatives."""
    if households[h].members == 0:
        if here:
            vacate(households, dwellings, h, month, flows)
        return
    if not settle_heads(people, households, h, rules, month):
        if here:
            depart_household(
                people, households, dwellings, h, AS_ORPHANS, rules, seed, month, flows
            )
        else:
            people[households[h].first_member].role = HEAD
    elif here:
        rung = dwellings[households[h].dwelling].rung
        i = households[h].first_member
        while i >= 0:
            if people[i].role == HEAD:
                change_home(people, i, rung, flows)
            i = people[i].next_member


@rule
def _separate(
    people: Any, households: Any, h: int, h_new: int, rules: Any, seed: int, month: int, flows: Any
) -> bool:
    head = -1
    partner = -1
    i = households[h].first_member
    while i >= 0:
        if people[i].role == HEAD:
            head = i
        elif people[i].role == PARTNER:
            partner = i
        i = people[i].next_member
    if head < 0 or partner < 0 or people[head].status != HERE:
        return False
    for one in (head, partner):
        people[one].burden = bounded(f8(people[one].burden) + rules.shocks_separation_burden)
    leaver, stayer = partner, head
    if draw(seed, households[h].identity, month, _LEAVER) < 0.5:
        leaver, stayer = head, partner
    depart_alone(people, households, leaver, h_new, rules, month, flows)
    people[stayer].role = HEAD
    flows[SEPARATIONS] += 1
    return True


@rule
def _give_birth(
    people: Any, i: int, households: Any, h: int, rules: Any, seed: int, month: int, flows: Any
) -> None:
    """Add a child in row ``i``, whose footing is partly that of the parents."""
    blank_person(people, i, next_identity(households, h), month, BORN, CHILD, month)
    parents = 0
    agency = 0.0
    strain = 0.0
    j = households[h].first_member
    while j >= 0:
        if people[j].role != CHILD:
            parents += 1
            agency += f8(people[j].agency)
            strain += f8(people[j].strain)
            for ladder in range(4):
                people[i].footing[ladder] = f8(people[i].footing[ladder]) + f8(
                    people[j].footing[ladder]
                )
        j = people[j].next_member
    for ladder in range(4):
        inherited = f8(people[i].footing[ladder]) / max(1, parents)
        own = 5.5 * draw(seed, people[i].identity, 0, _CHILD_NOISE + ladder)
        footing = rules.start_inheritance * inherited + (1.0 - rules.start_inheritance) * own
        people[i].footing[ladder] = footing
        people[i].capability[ladder] = footing
    share = rules.start_inheritance
    spread = 0.5 + draw(seed, people[i].identity, 0, _CHILD_STRAIN)
    strain = share * strain / max(1, parents) + (1.0 - share) * rules.strain_typical
    people[i].strain = bounded(strain * spread)
    people[i].burden = people[i].strain
    people[i].agency = share * agency / max(1, parents) + (1.0 - share) * rules.agency_typical
    people[i].trust = rules.wellbeing_trust_base
    join_household(people, households, h, i)
    flows[BIRTHS] += 1


@rule
def _partner_comes(
    people: Any,
    i: int,
    households: Any,
    dwellings: Any,
    listed_people: Any,
    listed: Any,
    listed_by_tenure: Any,
    single: int,
    seed: int,
    month: int,
    flows: Any,
) -> None:
    """Add a partner in row ``i``: somebody of the single's age, taken from those on the list."""
    h = people[single].household
    d = households[h].dwelling
    blank_person(
        people, i, next_identity(households, h), people[single].birth, NEWCOMER, PARTNER, month
    )
    tenure = dwellings[d].tenure
    first = listed_by_tenure[tenure, 0]
    size = listed_by_tenure[tenure, 1] - first
    best = -1
    least = 0
    for k in range(_PARTNERS_MET):
        chosen = first + int(draw(seed, people[i].identity, k, _PARTNER) * size)
        j = listed[chosen].first_member
        apart = abs(month + listed_people[j].birth - people[i].birth)
        if best < 0 or apart < least:
            best, least = j, apart
    copy_standing(people, i, listed_people, best)
    people[i].rung[HOUSING] = dwellings[d].rung
    join_household(people, households, h, i)
    flows[ARRIVALS] += 1
    flows[PARTNERS] += 1
    if people[i].rung[WORKING] >= PAID_RUNG:
        flows[ARRIVED_WITH_JOB] += 1


@rule
def blank_person(
    people: Any, i: int, identity: int, birth: int, origin: int, role: int, month: int
) -> None:
    """Start row ``i`` for a person who is here from this month on."""
    people[i].identity = identity
    people[i].birth = birth
    people[i].status = HERE
    people[i].origin = origin
    people[i].role = role
    people[i].arrived = month
    people[i].ended = -1
    people[i].burden = 0.0
    people[i].strain = 0.0
    people[i].idle_months = 0
    people[i].ties_wanted = -1
    people[i].ties = 0
    people[i].ties_near = 0
    people[i].bridges = 0
    people[i].tie_agency = -1.0
    people[i].tie_trust = -1.0
    people[i].tie_work = 0.5
    for ladder in range(4):
        people[i].rung[ladder] = 0
        people[i].footing[ladder] = 0.0
        people[i].capability[ladder] = 0.0


@rule
def copy_standing(people: Any, i: int, listed_people: Any, j: int) -> None:
    """Give row ``i`` the standing of person ``j`` on the list."""
    for ladder in range(4):
        people[i].rung[ladder] = listed_people[j].rung[ladder]
        people[i].footing[ladder] = listed_people[j].footing[ladder]
        people[i].capability[ladder] = listed_people[j].capability[ladder]
    people[i].agency = listed_people[j].agency
    people[i].burden = listed_people[j].burden
    people[i].trust = listed_people[j].trust
    people[i].strain = listed_people[j].strain
    people[i].idle_months = listed_people[j].idle_months


@kernel
def move_out_alone(
    people: Any,
    n: int,
    households: Any,
    n_households: int,
    dwellings: Any,
    i: int,
    book: Any,
    seed: int,
    month: int,
    counts: Any,
    flows: Any,
) -> None:
    """Let resident ``i`` leave for a household of their own elsewhere."""
    rules = book[0]
    h = people[i].household
    depart_alone(people, households, i, n_households, rules, month, flows)
    _close_gap(people, households, dwellings, h, True, rules, seed, month, flows)
    counts[0] = n
    counts[1] = n_households + 1
