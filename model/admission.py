"""Those on the list of a programme: who is taken off, who starts, and who buys the dwelling."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..agents.compiling import rule
from ..agents.moving import OWNER_OCCUPIED
from .enrolment import COUNT, GAVE_UP, IN_SUPPORT, JOBS, WAITING
from .households import take_roof
from .posts import roomiest
from .state import HERE
from .trajectory import start

_GAVE_UP = COUNT["gave_up"]
_TENURE = COUNT["tenure_changes"]

#: Housing rung of who buys.
_OWNS = 5


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
    waiting = np.empty(n_active, np.int64)
    n_waiting = _clear_list(
        people, standing, plan, month, enrolments, active, n_active, waiting, counts
    )
    most_hours = rules.taking_part_hours_limit - plan.hours
    for _ in range(most):
        post = roomiest(slots, filled, load, 1)
        if post < 0 or (plan.work_rung > 0 and jobs_left <= 0):
            return
        first = -1
        for k in range(n_waiting):
            e = waiting[k]
            if first >= 0 and enrolments[e].turn >= enrolments[first].turn:
                continue
            if enrolments[e].status == WAITING and (
                people[enrolments[e].person].programme_hours <= most_hours
            ):
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
    waiting: Any,
    counts: Any,
) -> int:
    """Take those off the list who have gone or have waited too long; return how many stay.

    ``waiting`` receives who they are, in the order in which they came.
    """
    stay = 0
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
        else:
            waiting[stay] = e
            stay += 1
    return stay


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
