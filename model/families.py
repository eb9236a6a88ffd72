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
    BIRTHS,
    BY_CHOICE,
    LEFT_HOME,
    PARTNERS,
    SEPARATIONS,
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
#: Rung that a young adult or a separated partner finds elsewhere: independent living.
_OWN_ROOF = 3


@kernel
def family_events(
    people: Any,
    n: int,
    households: Any,
    n_households: int,
    rules: Any,
    month: int,
    person_luck: Any,
    household_luck: Any,
    kinds: Any,
    subjects: Any,
) -> int:
    """Find who dies, leaves home, separates, gives birth or is joined; return the number of events."""
    found = 0
    for i in range(n):
        if people.status[i] == DEAD:
            continue
        age = (month - people.birth[i]) // 12
        if age < rules.ages_adult:
            continue
        if unit(person_luck[2, i]) < rules.death_chance[min(age, 120)]:
            kinds[found] = DEATH
            subjects[found] = i
            found += 1
    for i in range(n):
        if people.status[i] != HERE or people.role[i] == PARTNER:
            continue
        age = (month - people.birth[i]) // 12
        if age < rules.ages_adult:
            continue
        u = unit(person_luck[3, i])
        if people.role[i] == CHILD:
            if u < leave_home_chance(rules.families_leave_home_rate, age):
                kinds[found] = LEAVES_HOME
                subjects[found] = i
                found += 1
        elif age < 60 and u < rules.families_partner_rate and not _has_partner(people, households, i):
            kinds[found] = PARTNER_COMES
            subjects[found] = i
            found += 1
    for h in range(n_households):
        if households.dwelling[h] < 0:
            continue
        found = _household_events(
            people, households, h, rules, month, household_luck, kinds, subjects, found
        )
    return found


@rule
def _household_events(
    people: Any, households: Any, h: int, rules: Any, month: int, luck: Any, kinds: Any, subjects: Any, found: int
) -> int:
    couple = 0
    youngest = 200
    i = households.first_member[h]
    while i >= 0:
        if people.role[i] != CHILD:
            couple += 1
            youngest = min(youngest, (month - people.birth[i]) // 12)
        i = people.next_member[i]
    if couple >= 2 and unit(luck[1, h]) < rules.shocks_separation_rate:
        kinds[found] = SEPARATION
        subjects[found] = h
        found += 1
    band = birth_band(youngest)
    if band >= 0 and households.size[h] < 8:
        chance = rules.families_birth_rate[band]
        if couple < 2:
            chance *= rules.families_single_birth_factor
        if unit(luck[2, h]) < chance:
            kinds[found] = BIRTH
            subjects[found] = h
            found += 1
    return found


@rule
def _has_partner(people: Any, households: Any, i: int) -> bool:
    j = households.first_member[people.household[i]]
    while j >= 0:
        if people.role[j] == PARTNER:
            return True
        j = people.next_member[j]
    return False


@kernel
def happen(
    people: Any,
    n: int,
    households: Any,
    n_households: int,
    dwellings: Any,
    pool: Any,
    rules: Any,
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
    n_starters = 0
    for kind in range(5):
        for k in range(found):
            if kinds[k] != kind:
                continue
            s = subjects[k]
            if kind == DEATH:
                h = people.household[s]
                here = people.status[s] == HERE
                die(people, households, s, month, flows)
                _close_gap(people, households, dwellings, h, here, rules, seed, month, flows)
            elif kind == LEAVES_HOME:
                if people.status[s] != HERE or people.role[s] != CHILD:
                    continue
                if draw(seed, people.identity[s], month, _LOOK_LOCAL) < rules.families_stay_local:
                    starters[n_starters] = s
                    n_starters += 1
                else:
                    depart_alone(people, households, s, n_households, _OWN_ROOF, month, flows)
                    n_households += 1
                    flows[LEFT_HOME] += 1
            elif kind == SEPARATION:
                if _separate(people, households, s, n_households, rules, seed, month, flows):
                    n_households += 1
            elif kind == BIRTH:
                if households.dwelling[s] >= 0 and households.size[s] > 0:
                    _give_birth(people, n, households, s, rules, seed, month, flows)
                    n += 1
            elif people.status[s] == HERE and people.role[s] == HEAD:
                _partner_comes(people, n, households, dwellings, pool, s, seed, month, flows)
                n += 1
    counts[0] = n
    counts[1] = n_households
    return n_starters


@rule
def _close_gap(
    people: Any, households: Any, dwellings: Any, h: int, here: bool, rules: Any, seed: int, month: int, flows: Any
) -> None:
    """After a death: empty the dwelling, find a new head, or let orphans move to relatives."""
    if households.size[h] == 0:
        if here:
            vacate(households, dwellings, h, month, flows)
        return
    if not settle_heads(people, households, h, rules, month):
        if here:
            depart_household(
                people, households, dwellings, h, BY_CHOICE, rules, seed, month, flows
            )
        else:
            people.role[households.first_member[h]] = HEAD
    elif here:
        rung = dwellings.rung[households.dwelling[h]]
        i = households.first_member[h]
        while i >= 0:
            if people.role[i] == HEAD:
                people.rung[i, HOUSING] = rung
            i = people.next_member[i]


@rule
def _separate(
    people: Any, households: Any, h: int, h_new: int, rules: Any, seed: int, month: int, flows: Any
) -> bool:
    head = -1
    partner = -1
    i = households.first_member[h]
    while i >= 0:
        if people.role[i] == HEAD:
            head = i
        elif people.role[i] == PARTNER:
            partner = i
        i = people.next_member[i]
    if head < 0 or partner < 0 or people.status[head] != HERE:
        return False
    for one in (head, partner):
        people.burden[one] = bounded(f8(people.burden[one]) + rules.shocks_separation_burden)
    leaver, stayer = partner, head
    if draw(seed, households.identity[h], month, _LEAVER) < 0.5:
        leaver, stayer = head, partner
    depart_alone(people, households, leaver, h_new, _OWN_ROOF, month, flows)
    people.role[stayer] = HEAD
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
    j = households.first_member[h]
    while j >= 0:
        if people.role[j] != CHILD:
            parents += 1
            agency += f8(people.agency[j])
            for ladder in range(4):
                people.footing[i, ladder] = f8(people.footing[i, ladder]) + f8(people.footing[j, ladder])
        j = people.next_member[j]
    for ladder in range(4):
        inherited = f8(people.footing[i, ladder]) / max(1, parents)
        own = 5.5 * draw(seed, people.identity[i], 0, _CHILD_NOISE + ladder)
        footing = rules.start_inheritance * inherited + (1.0 - rules.start_inheritance) * own
        people.footing[i, ladder] = footing
        people.capability[i, ladder] = footing
    people.agency[i] = agency / max(1, parents)
    people.trust[i] = rules.wellbeing_trust_base
    join_household(people, households, h, i)
    flows[BIRTHS] += 1


@rule
def _partner_comes(
    people: Any, i: int, households: Any, dwellings: Any, pool: Any, single: int, seed: int, month: int, flows: Any
) -> None:
    """Add a partner in row ``i``: somebody of the single's age, taken from those on the list."""
    h = people.household[single]
    d = households.dwelling[h]
    blank_person(people, i, next_identity(households, h), people.birth[single], NEWCOMER, PARTNER, month)
    tenure = dwellings.tenure[d]
    size = pool.tenure_end[tenure] - pool.tenure_start[tenure]
    chosen = pool.tenure_start[tenure] + int(
        draw(seed, people.identity[i], 0, _PARTNER) * size
    )
    copy_template(people, i, pool, pool.household_start[chosen])
    if people.rung[i, WORKING] > 0 and (month - people.birth[i]) // 12 < 18:
        people.rung[i, WORKING] = 0
    people.rung[i, HOUSING] = dwellings.rung[d]
    join_household(people, households, h, i)
    flows[ARRIVALS] += 1
    flows[PARTNERS] += 1
    if people.rung[i, WORKING] >= PAID_RUNG:
        flows[ARRIVED_WITH_JOB] += 1


@rule
def blank_person(people: Any, i: int, identity: int, birth: int, origin: int, role: int, month: int) -> None:
    """Start row ``i`` for a person who is here from this month on."""
    people.identity[i] = identity
    people.birth[i] = birth
    people.status[i] = HERE
    people.origin[i] = origin
    people.role[i] = role
    people.arrived[i] = month
    people.ended[i] = -1
    people.burden[i] = 0.0
    people.strain[i] = 0.0
    people.idle_months[i] = 0
    people.ties_wanted[i] = -1
    people.ties[i] = 0
    people.ties_near[i] = 0
    people.bridges[i] = 0
    people.tie_agency[i] = -1.0
    people.tie_trust[i] = -1.0
    people.tie_work[i] = 0.5
    for ladder in range(4):
        people.rung[i, ladder] = 0
        people.footing[i, ladder] = 0.0
        people.capability[i, ladder] = 0.0


@rule
def copy_template(people: Any, i: int, pool: Any, template: int) -> None:
    """Give row ``i`` the standing of a person on the list."""
    for ladder in range(4):
        people.rung[i, ladder] = pool.rung[template, ladder]
        people.footing[i, ladder] = pool.footing[template, ladder]
        people.capability[i, ladder] = pool.capability[template, ladder]
    people.agency[i] = pool.agency[template]
    people.burden[i] = pool.burden[template]
    people.trust[i] = pool.trust[template]
    people.strain[i] = pool.strain[template]
    people.idle_months[i] = pool.idle_months[template]


@kernel
def move_out_alone(
    people: Any,
    n: int,
    households: Any,
    n_households: int,
    dwellings: Any,
    i: int,
    rules: Any,
    seed: int,
    month: int,
    counts: Any,
    flows: Any,
) -> None:
    """Let resident ``i`` leave for a household of their own elsewhere."""
    h = people.household[i]
    depart_alone(people, households, i, n_households, _OWN_ROOF, month, flows)
    _close_gap(people, households, dwellings, h, True, rules, seed, month, flows)
    counts[0] = n
    counts[1] = n_households + 1
