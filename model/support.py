"""Phase "support": key workers support participants, and trajectories end."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..agents.climbing import PAID_RUNG, WORKING
from ..agents.compiling import kernel, rule
from ..agents.feeling import bounded
from ..agents.supporting import burn_out_chance, drop_out_chance, grown
from .enrolment import (
    ABANDONED,
    AFTERCARE,
    COMPLETED,
    COUNT,
    DIED,
    DROPPED,
    LEFT,
    SUPPORTED,
    TRANSFERRED,
    VOLUNTEER,
    WAITING,
)
from .luck import EVENT, draw_pair, draw_pair4
from .state import DEAD, FELLOW, HERE
from .ties import lifetime
from .trajectory import conclude, end

f8 = np.float64

_DROP_OUT = EVENT["support_drop_out"]
_TOLD = EVENT["programme_told"]
_PEER_WHO = EVENT["peer_who"]

_SESSIONS = COUNT["sessions"]
_DROP_OUTS = COUNT["drop_outs"]
_LEFT = COUNT["left"]
_DIED = COUNT["died"]
_BURN_OUTS = COUNT["burn_outs"]
_FOUND_WORK = COUNT["found_work"]
_SUPPORTED = COUNT["supported_months"]
_UNSUPPORTED = COUNT["unsupported_months"]
_QUALITY = COUNT["quality_sum"]
_TOGETHER = COUNT["together_sum"]

#: Months after the end of a trajectory in which finding work still counts as found with it.
_WORK_COUNTS = 12
_TOP_CAPABILITY = 6.0


@kernel
def support(
    people: Any,
    households: Any,
    reached: Any,
    plan: Any,
    rules: Any,
    seed: int,
    programme: int,
    month: int,
    working: int,
    common: float,
    filled: Any,
    experience: Any,
    enrolments: Any,
    n_enrolments: int,
    counts: Any,
    stocks: Any,
    flows: Any,
    released: Any,
) -> int:
    """Support everybody for a month and end what is over; return the rows in ``released``.

    ``working`` is 1 while there is support this month, ``common`` the quality that all share,
    ``filled`` and ``experience`` (quality) are by post. ``stocks`` receives how many there are;
    ``released`` the trajectories that ended, for who moves on.
    """
    stocks[:] = 0
    n_released = 0
    for e in range(n_enrolments):
        status = enrolments[e].status
        i = enrolments[e].person
        if enrolments[e].started >= 0 and enrolments[e].found_work == 0:
            _look_for_work_found(people, plan, month, enrolments, e, counts)
        if status > VOLUNTEER:
            continue
        if status == WAITING:
            stocks[0] += 1
            continue
        if people[i].status != HERE:
            died = people[i].status == DEAD
            enrolments[e].status = DIED if died else LEFT
            counts[_DIED if died else _LEFT] += 1
            end(people, reached, plan, month, enrolments, e, flows)
            continue
        a, b, c, d = draw_pair4(seed, people[i].identity, programme, month, _DROP_OUT)
        if status == VOLUNTEER:
            _volunteer(people, reached, plan, rules, month, a, b, enrolments, e, counts, flows)
            if enrolments[e].status == VOLUNTEER:
                stocks[3] += 1
            continue
        post = enrolments[e].post
        served = working == 1 and 0 <= post < len(filled) and filled[post] == 1
        if served:
            dose = plan.dose if status == SUPPORTED else plan.dose * plan.aftercare_dose
            times = (1.0 - rules.counterforces_repeated) ** reached[i].times
            quality = common * experience[post] * times
            quality *= grown(
                rules.quality_relation_start,
                f8(enrolments[e].together),
                rules.quality_relation_months,
            )
            _nudge(people, households, plan, rules, month, enrolments, e, quality, dose, b)
            _tie_outside(people, plan, i, d)
            counts[_SESSIONS] += plan.sessions * (1.0 if status == SUPPORTED else plan.aftercare_dose)
            if status == SUPPORTED:
                counts[_SUPPORTED] += 1
                counts[_QUALITY] += quality
                counts[_TOGETHER] += f8(enrolments[e].together)
        elif status == SUPPORTED:
            counts[_UNSUPPORTED] += 1
        chance = drop_out_chance(plan.drop_out, f8(people[i].burden), plan.drop_out_burden)
        if status == SUPPORTED and a < chance:
            enrolments[e].status = DROPPED
            counts[_DROP_OUTS] += 1
            end(people, reached, plan, month, enrolments, e, flows)
        elif month + 1 >= enrolments[e].until:
            conclude(people, reached, plan, seed, programme, month, enrolments, e, counts, flows)
            if status == SUPPORTED and plan.skips_queue == 1:
                released[n_released] = i
                n_released += 1
        if enrolments[e].status == SUPPORTED:
            stocks[1] += 1
            stocks[4] += enrolments[e].work_given
        elif enrolments[e].status == AFTERCARE:
            stocks[2] += 1
        elif enrolments[e].status == VOLUNTEER:
            stocks[3] += 1
    return n_released


@rule
def _nudge(
    people: Any,
    households: Any,
    plan: Any,
    rules: Any,
    month: int,
    enrolments: Any,
    e: int,
    quality: float,
    dose: float,
    u_offset: float,
) -> None:
    """Give one participant a month of support of some quality."""
    i = enrolments[e].person
    enrolments[e].months += 1
    enrolments[e].together = f8(enrolments[e].together) + 1.0
    enrolments[e].quality = f8(enrolments[e].quality) + quality
    people[i].supported_months = min(32000, people[i].supported_months + 1)
    much = quality * dose
    for ladder in range(4):
        step = much * plan.nudge[ladder]
        if step != 0.0:
            footing = f8(people[i].footing[ladder])
            raised = f8(people[i].capability[ladder]) + step
            people[i].capability[ladder] = min(_TOP_CAPABILITY, max(0.0, raised))
            people[i].footing[ladder] = min(_TOP_CAPABILITY, max(0.0, footing + plan.lasting * step))
    agency = f8(people[i].agency) + much * plan.nudge_agency - dose * plan.takes_over
    if plan.acts == 1 and people[i].supported_months > rules.counterforces_dependency_after:
        agency -= dose * rules.counterforces_dependency
    people[i].agency = bounded(agency)
    people[i].trust = bounded(f8(people[i].trust) + much * plan.nudge_trust)
    people[i].held = bounded(1.0 - (1.0 - f8(people[i].held)) * (1.0 - bounded(much * plan.holding)))
    if plan.nudge_burden != 0.0 and month >= enrolments[e].care_until:
        eased = much * plan.nudge_burden
        people[i].burden = bounded(f8(people[i].burden) + eased)
        if plan.household_share > 0.0:
            _reach_household(people, households, rules, month, i, eased * plan.household_share)
        if eased < 0.0 and u_offset < rules.taking_part_offset_rate:
            people[i].burden = bounded(f8(people[i].burden) + rules.taking_part_offset_burden)


@rule
def _reach_household(
    people: Any, households: Any, rules: Any, month: int, i: int, eased: float
) -> None:
    j = households[people[i].household].first_member
    while j >= 0:
        if j != i and (month - people[j].birth) // 12 >= rules.ages_adult:
            people[j].burden = bounded(f8(people[j].burden) + eased)
        j = people[j].next_member


@rule
def _tie_outside(people: Any, plan: Any, i: int, u: float) -> None:
    if u < plan.bridges:
        people[i].bridges += 1


@rule
def _look_for_work_found(
    people: Any, plan: Any, month: int, enrolments: Any, e: int, counts: Any
) -> None:
    """Count who found paid work in or soon after a trajectory, work of the programme not counted."""
    i = enrolments[e].person
    if enrolments[e].ended >= 0 and month - enrolments[e].ended > _WORK_COUNTS:
        return
    if enrolments[e].rung_start[WORKING] >= PAID_RUNG or people[i].status == DEAD:
        return
    floor = PAID_RUNG
    if enrolments[e].work_given == 1:
        floor = max(PAID_RUNG, plan.work_rung + 1)
    if people[i].rung[WORKING] >= floor:
        enrolments[e].found_work = 1
        counts[_FOUND_WORK] += 1


@rule
def _volunteer(
    people: Any,
    reached: Any,
    plan: Any,
    rules: Any,
    month: int,
    u_leaves: float,
    u_burns: float,
    enrolments: Any,
    e: int,
    counts: Any,
    flows: Any,
) -> None:
    """Let a volunteer go on, stop or burn out: over-asking has a price."""
    i = enrolments[e].person
    burns = u_burns < burn_out_chance(
        rules.taking_part_volunteer_burn_out,
        f8(people[i].programme_hours),
        rules.taking_part_volunteer_hours,
    )
    if burns:
        people[i].burden = bounded(f8(people[i].burden) + rules.taking_part_burn_out_burden)
        counts[_BURN_OUTS] += 1
    if burns or u_leaves < rules.taking_part_volunteer_leave_rate:
        people[i].ties_wanted -= plan.volunteer_ties
        people[i].programme_hours = max(0.0, f8(people[i].programme_hours) - plan.volunteer_load)
        enrolments[e].status = COMPLETED
        reached[i].enrolled = 0


@kernel
def lose_trust(
    people: Any,
    edges: Any,
    n_edges: int,
    enrolments: Any,
    n_enrolments: int,
    month: int,
    loss: float,
    spread: float,
    touched: Any,
) -> None:
    """Let those abandoned this month lose trust, and each of their ties a share of that.

    ``touched`` has a place for every resident and holds zeros, before and after.
    """
    for e in range(n_enrolments):
        if enrolments[e].status == ABANDONED and enrolments[e].ended == month:
            i = enrolments[e].person
            touched[i] = 1
            people[i].trust = bounded(f8(people[i].trust) - loss)
    if spread > 0.0:
        for k in range(n_edges):
            a = edges[k].a
            b = edges[k].b
            if touched[a] == 1 and people[b].status == HERE:
                people[b].trust = bounded(f8(people[b].trust) - loss * spread)
            if touched[b] == 1 and people[a].status == HERE:
                people[a].trust = bounded(f8(people[a].trust) - loss * spread)
    for e in range(n_enrolments):
        touched[enrolments[e].person] = 0


@kernel
def hand_over(enrolments: Any, n_enrolments: int, post: int, share: float) -> None:
    """Leave ``share`` of the relation with a post to its participants; -1 is every post."""
    for e in range(n_enrolments):
        if enrolments[e].status > AFTERCARE or enrolments[e].status == WAITING:
            continue
        if post < 0 or enrolments[e].post == post:
            enrolments[e].together = f8(enrolments[e].together) * share


@kernel
def tell_ties(
    people: Any,
    edges: Any,
    n_edges: int,
    reached: Any,
    plan: Any,
    seed: int,
    month: int,
    months: int,
) -> None:
    """Let participants tell their ties of a programme; who is told comes forward."""
    chance = min(1.0, plan.word_of_mouth * months)
    for k in range(n_edges):
        for way in range(2):
            teller = edges[k].a if way == 0 else edges[k].b
            told = edges[k].b if way == 0 else edges[k].a
            if reached[teller].enrolled == 0 or reached[told].enrolled == 1:
                continue
            if reached[told].told == 1 or people[told].status != HERE:
                continue
            u = draw_pair(seed, people[teller].identity, people[told].identity, month, _TOLD)
            if u < chance:
                reached[told].told = 1


@kernel
def make_fellows(
    people: Any,
    edges: Any,
    n_edges: int,
    enrolments: Any,
    n_enrolments: int,
    plan: Any,
    rules: Any,
    seed: int,
    programme: int,
    month: int,
) -> int:
    """Let participants make ties with each other; return the number of ties."""
    members = np.empty(n_enrolments, np.int64)
    found = 0
    for e in range(n_enrolments):
        if enrolments[e].status == SUPPORTED and people[enrolments[e].person].status == HERE:
            members[found] = enrolments[e].person
            found += 1
    if found < 2:
        return n_edges
    for k in range(found):
        i = members[k]
        _, _, u, _ = draw_pair4(seed, people[i].identity, programme, month, _DROP_OUT)
        if u >= plan.peers:
            continue
        v = draw_pair(seed, people[i].identity, programme, month, _PEER_WHO)
        j = members[int(v * found)]
        if j == i or people[i].household == people[j].household:
            continue
        known = False
        for e in range(n_edges):
            if (edges[e].a == i and edges[e].b == j) or (edges[e].a == j and edges[e].b == i):
                known = True
                break
        if known:
            continue
        edges[n_edges].a = i
        edges[n_edges].b = j
        edges[n_edges].kind = FELLOW
        edges[n_edges].until = month + lifetime(people, i, j, rules, seed, month)
        edges[n_edges].cut = 0
        n_edges += 1
        people[i].ties += 1
        people[j].ties += 1
        people[i].ties_near += 1
        people[j].ties_near += 1
    return n_edges
