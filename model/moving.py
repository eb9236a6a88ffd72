"""Phase "moving": households go, vacated dwellings are let, leavers are followed elsewhere."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..agents.climbing import HOUSING, PAID_RUNG, WORKING, ready
from ..agents.compiling import kernel, rule
from ..agents.feeling import bounded
from ..agents.moving import (
    OWNER_OCCUPIED,
    PRIVATE_RENT,
    SOCIAL_RENT,
    SUPPORTED,
    age_band,
    housing_wish,
    move_chance,
)
from .families import blank_person, copy_standing
from .households import (
    ARRIVALS,
    ARRIVED_WITH_JOB,
    BY_CHOICE,
    BY_EVICTION,
    EVICTIONS,
    HOUSEHOLDS_IN,
    LOCAL_MOVES,
    depart_household,
    head_of,
    join_household,
    leave_household,
    new_household,
    occupy,
    person_identity,
    take_roof,
    vacate,
)
from .luck import EVENT, draw, unit
from .state import CHILD, HEAD, HERE, NEWCOMER
from .ties import draw_wish

f8 = np.float64

_LOOK_LOCAL = EVENT["look_local"]
_DWELLING_LOTTERY = EVENT["dwelling_lottery"]
_LOCAL_OFFER = EVENT["local_offer"]
_NEWCOMER = EVENT["newcomer"]
_URGENT = EVENT["urgent"]
_REHOUSED = EVENT["rehoused"]
_NEWCOMER_AGE = EVENT["newcomer_age"]
_CAREER = EVENT["career_here"]
_CONDITIONS = EVENT["under_conditions"]

#: Household queues: offered a dwelling here first; has to leave a room of a programme.
GOES_FIRST, MUST_LEAVE = 1, 2


@kernel
def moves(
    people: Any,
    households: Any,
    n_households: int,
    dwellings: Any,
    book: Any,
    seed: int,
    month: int,
    luck: Any,
    seekers: Any,
    flows: Any,
) -> int:
    """Let households leave or become seekers; return the number of seekers.

    ``luck`` holds the words of move, separation, birth and eviction (rows 0 to 3).
    """
    rules = book[0]
    found = 0
    for h in range(n_households):
        u_move = unit(luck[0, h])
        u_eviction = unit(luck[3, h])
        if households[h].queue > 0 and households[h].dwelling >= 0:
            waits = month < households[h].queue_until and rules.inside > 0.0
            if waits or households[h].queue == MUST_LEAVE:
                seekers[found] = h
                found += 1
                continue
            households[h].queue = 0
        restless = households[h].restless if month < households[h].restless_until else 0.0
        if (
            u_move >= (1.0 + restless) * rules.move_most * max(1.0, rules.outflow_now)
            and u_eviction >= rules.shocks_eviction_rate
        ):
            continue
        d = households[h].dwelling
        if d < 0:
            continue
        head = head_of(people, households, h)
        tenure = dwellings[d].tenure
        age = (month - people[head].birth) // 12
        rung = dwellings[d].rung
        capability = f8(people[head].capability[HOUSING])
        wanted = people[head].ties_wanted - people[head].bridges
        attached = min(1.0, people[head].ties_near / wanted) if wanted > 0 else 0.0
        risen = ready(capability, rung + 1.0, rules.capability_readiness_width) if rung < 5 else 0.0
        chance = move_chance(
            rules.tenure_chance[tenure] * rules.outflow_now,
            rules.moving_age_factor[age_band(age)],
            risen,
            rules.moving_risen_factor,
            attached,
            rules.moving_attachment,
        ) + housing_wish(rules.wish_here, capability, rung, rules.capability_readiness_width)
        if u_move < chance * (1.0 + restless):
            local = draw(seed, households[h].identity, month, _LOOK_LOCAL)
            if local < rules.moving_local_wish or (
                risen > 0.0
                and rules.housing_career * rules.inside > 0.0
                and draw(seed, households[h].identity, month, _CAREER) < rules.housing_career
            ):
                seekers[found] = h
                found += 1
            else:
                depart_household(
                    people, households, dwellings, h, BY_CHOICE, rules, seed, month, flows
                )
        elif tenure != OWNER_OCCUPIED and households[h].poor == 1:
            over = f8(households[h].burden) - rules.shocks_eviction_burden
            held = 1.0 - f8(people[head].held)
            if over > 0.0 and u_eviction < rules.shocks_eviction_rate * held:
                flows[EVICTIONS] += 1
                depart_household(
                    people, households, dwellings, h, BY_EVICTION, rules, seed, month, flows
                )
    return found


@kernel
def let_vacancies(
    people: Any,
    n: int,
    households: Any,
    n_households: int,
    dwellings: Any,
    n_dwellings: int,
    listed_people: Any,
    listed: Any,
    listed_by_tenure: Any,
    book: Any,
    seed: int,
    month: int,
    seekers: Any,
    n_seekers: int,
    starters: Any,
    n_starters: int,
    counts: Any,
    flows: Any,
) -> None:
    """Let every dwelling that has stood empty long enough, to residents first or to newcomers.

    A seeker who finds nothing inside the neighbourhood leaves it; a starter waits at home.
    """
    rules = book[0]
    for d in range(n_dwellings):
        if dwellings[d].household >= 0 or dwellings[d].closed == 1:
            continue
        if month - dwellings[d].vacant_since < rules.moving_vacancy_months:
            continue
        dwellings[d].tenancies += 1
        identity = person_identity(d, dwellings[d].tenancies, 0)
        local = draw(seed, identity, 0, _LOCAL_OFFER) < rules.moving_local_priority
        best = -1
        if rules.inside != 0.0:
            best = _best_seeker(
                people, households, dwellings, d, rules, seed, month, seekers, n_seekers, True
            )
        if best < 0 and local:
            best = _best_seeker(
                people, households, dwellings, d, rules, seed, month, seekers, n_seekers, False
            )
        if best >= 0:
            h = seekers[best]
            seekers[best] = -1
            households[h].queue = 0
            vacate(households, dwellings, h, month, flows)
            occupy(households, dwellings, h, d)
            take_roof(people, households, dwellings, h, rules, month, True, flows)
            flows[LOCAL_MOVES] += 1
            continue
        if local:
            best = _best_starter(people, dwellings, d, rules, seed, month, starters, n_starters)
        if best >= 0:
            i = starters[best]
            starters[best] = -1
            leave_household(people, households, i)
            new_household(households, n_households, identity)
            join_household(people, households, n_households, i)
            people[i].role = HEAD
            occupy(households, dwellings, n_households, d)
            take_roof(people, households, dwellings, n_households, rules, month, True, flows)
            n_households += 1
            flows[LOCAL_MOVES] += 1
            continue
        n = _newcomers(
            people,
            n,
            households,
            n_households,
            dwellings,
            d,
            identity,
            listed_people,
            listed,
            listed_by_tenure,
            rules,
            seed,
            month,
            flows,
        )
        n_households += 1
    for k in range(n_seekers):
        if seekers[k] >= 0:
            if households[seekers[k]].queue > 0 and households[seekers[k]].queue != MUST_LEAVE:
                # Waits at home for the next vacancy.
                continue
            depart_household(
                people, households, dwellings, seekers[k], BY_CHOICE, rules, seed, month, flows
            )
    counts[0] = n
    counts[1] = n_households


@rule
def _can_have(people: Any, dwellings: Any, d: int, i: int, rules: Any) -> bool:
    """Return whether the letting and buying rules admit resident ``i`` to dwelling ``d``."""
    tenure = dwellings[d].tenure
    if tenure == SUPPORTED:
        return False
    if tenure == OWNER_OCCUPIED:
        able = f8(people[i].capability[HOUSING]) >= rules.housing_capability_owner
        return able and people[i].rung[WORKING] > PAID_RUNG
    return True


@rule
def _best_seeker(
    people: Any,
    households: Any,
    dwellings: Any,
    d: int,
    rules: Any,
    seed: int,
    month: int,
    seekers: Any,
    n_seekers: int,
    queued: bool,
) -> int:
    """Return the seeker who gets this dwelling, or -1.

    With ``queued`` they are those who move on from a programme, to a better dwelling only.
    """
    best = -1
    best_rank = 2.0
    for k in range(n_seekers):
        h = seekers[k]
        if h < 0 or (households[h].queue > 0) != queued:
            continue
        higher = dwellings[d].rung - dwellings[households[h].dwelling].rung
        if higher < 0 or (queued and higher == 0):
            continue
        if not _can_have(people, dwellings, d, head_of(people, households, h), rules):
            continue
        rank = draw(seed, households[h].identity, month, _DWELLING_LOTTERY)
        if rank < best_rank:
            best, best_rank = k, rank
    return best


@rule
def _best_starter(
    people: Any,
    dwellings: Any,
    d: int,
    rules: Any,
    seed: int,
    month: int,
    starters: Any,
    n_starters: int,
) -> int:
    best = -1
    best_rank = 2.0
    for k in range(n_starters):
        i = starters[k]
        # The household may have left since the starter began to look.
        if i < 0 or people[i].status != HERE or people[i].role != CHILD:
            continue
        if not _can_have(people, dwellings, d, i, rules):
            continue
        rank = draw(seed, people[i].identity, month, _DWELLING_LOTTERY)
        if rank < best_rank:
            best, best_rank = k, rank
    return best


@rule
def _newcomers(
    people: Any,
    n: int,
    households: Any,
    h: int,
    dwellings: Any,
    d: int,
    identity: int,
    listed_people: Any,
    listed: Any,
    listed_by_tenure: Any,
    rules: Any,
    seed: int,
    month: int,
    flows: Any,
) -> int:
    """Let a household from the list into dwelling ``d``; return the new number of residents.

    Who comes depends on the dwelling and the how-many-eth tenancy only, so that twins in which a
    dwelling falls vacant at different moments meet the same newcomers.
    """
    tenure = dwellings[d].tenure
    rehoused = tenure <= PRIVATE_RENT and draw(seed, identity, 0, _REHOUSED) < rules.rehoused_now
    if rehoused:
        tenure = SOCIAL_RENT
    first = listed_by_tenure[tenure, 0]
    size = listed_by_tenure[tenure, 1] - first
    rented = tenure != OWNER_OCCUPIED
    urgent = max(rules.society_inflow_urgent, f8(dwellings[d].heavy))
    if rented and draw(seed, identity, 0, _URGENT) < urgent:
        size = max(1, size // 4)
    under_conditions = (
        rented
        and rules.conditions_share > 0.0
        and draw(seed, identity, 0, _CONDITIONS) < rules.conditions_share
    )
    if under_conditions:
        # Rent in return for service to the area: the stronger half of the list.
        half = (listed_by_tenure[tenure, 1] - listed_by_tenure[tenure, 0]) // 2
        first = listed_by_tenure[tenure, 1] - max(1, half)
        size = max(1, half)
    at = int(draw(seed, identity, 0, _NEWCOMER) * size)
    if dwellings[d].age_to > 0:
        at = _of_the_age(dwellings, d, listed_people, listed, first, size, at)
    chosen = first + at
    new_household(households, h, identity)
    months = int(12.0 * draw(seed, identity, 0, _NEWCOMER_AGE))
    for place in range(listed[chosen].members):
        j = listed[chosen].first_member + place
        birth = month + listed_people[j].birth - months
        blank_person(people, n, identity + place, birth, NEWCOMER, listed_people[j].role, month)
        copy_standing(people, n, listed_people, j)
        if rehoused and month - birth >= 12 * rules.ages_adult:
            people[n].burden = bounded(f8(people[n].burden) + rules.society_rehousing_burden)
        join_household(people, households, h, n)
        if under_conditions and month - birth >= 12 * rules.ages_adult:
            draw_wish(people, n, rules, seed)
            people[n].ties_wanted += rules.conditions_ties
        flows[ARRIVALS] += 1
        if people[n].rung[WORKING] >= PAID_RUNG:
            flows[ARRIVED_WITH_JOB] += 1
        n += 1
    occupy(households, dwellings, h, d)
    take_roof(people, households, dwellings, h, rules, month, False, flows)
    flows[HOUSEHOLDS_IN] += 1
    return n


@rule
def _of_the_age(
    dwellings: Any, d: int, listed_people: Any, listed: Any, first: int, size: int, at: int
) -> int:
    """Return the first on the list from ``at`` on, round it, who is alone and has the age asked."""
    for step in range(size):
        place = (at + step) % size
        head = listed[first + place].first_member
        age = -listed_people[head].birth // 12
        if listed[first + place].members == 1 and (
            dwellings[d].age_from <= age <= dwellings[d].age_to
        ):
            return place
    return at


@kernel
def count_vacant(dwellings: Any, n_dwellings: int) -> int:
    """Return the number of empty dwellings."""
    vacant = 0
    for d in range(n_dwellings):
        if dwellings[d].household < 0:
            vacant += 1
    return vacant
