"""How one trajectory begins and ends: what comes with a place, and what is taken back."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..agents.climbing import WORKING
from ..agents.compiling import rule
from .enrolment import AFTERCARE, COMPLETED, COUNT, SUPPORTED, VOLUNTEER
from .luck import EVENT, draw_pair4
from .positions import change_rung
from .state import DEAD

f8 = np.float64

_CARE = EVENT["course_care"]

_STARTS = COUNT["starts"]
_BURDEN = COUNT["burden_of_starts"]
_AGENCY = COUNT["agency_of_starts"]
_COMPLETIONS = COUNT["completions"]
_VOLUNTEERS = COUNT["new_volunteers"]


@rule
def start(
    people: Any,
    plan: Any,
    seed: int,
    programme: int,
    month: int,
    enrolments: Any,
    e: int,
    counts: Any,
    flows: Any,
) -> None:
    """Begin a trajectory: how the participant stands now, how long it lasts, what comes with it."""
    i = enrolments[e].person
    counts[_STARTS] += 1
    counts[_BURDEN] += f8(people[i].burden)
    counts[_AGENCY] += f8(people[i].agency)
    enrolments[e].status = SUPPORTED
    enrolments[e].started = month
    enrolments[e].together = 0.0
    enrolments[e].quality = 0.0
    enrolments[e].months = 0
    enrolments[e].burden_start = people[i].burden
    enrolments[e].agency_start = people[i].agency
    enrolments[e].trust_start = people[i].trust
    for ladder in range(4):
        enrolments[e].rung_start[ladder] = people[i].rung[ladder]
    care, stays, _, _ = draw_pair4(seed, people[i].identity, programme, month, _CARE)
    lasts = plan.duration_months
    if stays < plan.stays_share:
        lasts += plan.stays_months
    enrolments[e].until = month + lasts
    enrolments[e].care_until = month
    if care < plan.care_share:
        enrolments[e].care_until = month + plan.care_months
    people[i].programme_hours = f8(people[i].programme_hours) + plan.hours
    if plan.mentor == 1:
        people[i].bridges += 1
        enrolments[e].mentor = 1
    work = people[i].rung[WORKING]
    if plan.work_rung > work and people[i].contract == 0:
        enrolments[e].work_before = work
        enrolments[e].work_given = 1
        people[i].contract = 1
        change_rung(people, i, WORKING, plan.work_rung, flows)


@rule
def release(people: Any, plan: Any, month: int, enrolments: Any, e: int, flows: Any) -> None:
    """End support and take back what came with the place: hours, mentor and work."""
    i = enrolments[e].person
    enrolments[e].released = month
    people[i].programme_hours = max(0.0, f8(people[i].programme_hours) - plan.hours)
    if enrolments[e].mentor == 1:
        people[i].bridges -= 1
        enrolments[e].mentor = 0
    if enrolments[e].work_given == 1:
        people[i].contract = 0
        if people[i].status != DEAD and people[i].rung[WORKING] == plan.work_rung:
            change_rung(people, i, WORKING, enrolments[e].work_before, flows)


@rule
def close(reached: Any, standing: Any, enrolments: Any, e: int) -> None:
    """Write down that the resident is free to be approached again, and took part once more."""
    i = enrolments[e].person
    standing[i].enrolled = 0
    reached[i].times = min(100, reached[i].times + 1)


@rule
def end(
    people: Any,
    reached: Any,
    standing: Any,
    plan: Any,
    month: int,
    enrolments: Any,
    e: int,
    flows: Any,
) -> None:
    """End a trajectory before its time, or its aftercare."""
    enrolments[e].ended = month
    if enrolments[e].completed == 0:
        release(people, plan, month, enrolments, e, flows)
    close(reached, standing, enrolments, e)


@rule
def conclude(
    people: Any,
    reached: Any,
    standing: Any,
    plan: Any,
    seed: int,
    programme: int,
    month: int,
    enrolments: Any,
    e: int,
    counts: Any,
    flows: Any,
) -> None:
    """End support or aftercare as planned; some go on as volunteers."""
    i = enrolments[e].person
    started = enrolments[e].started
    _, _, sight, gives = draw_pair4(seed, people[i].identity, programme, started, _CARE)
    seen = sight >= plan.lost_from_sight
    if enrolments[e].status == SUPPORTED:
        enrolments[e].completed = 1
        counts[_COMPLETIONS] += 1
        release(people, plan, month, enrolments, e, flows)
        if seen and plan.aftercare_months > 0:
            enrolments[e].status = AFTERCARE
            enrolments[e].until = month + 1 + plan.aftercare_months
            return
    close(reached, standing, enrolments, e)
    enrolments[e].ended = month
    enrolments[e].status = COMPLETED
    if seen and gives < plan.volunteers:
        enrolments[e].status = VOLUNTEER
        standing[i].enrolled = 1
        people[i].ties_wanted += plan.volunteer_ties
        people[i].programme_hours = f8(people[i].programme_hours) + plan.volunteer_load
        counts[_VOLUNTEERS] += 1


@rule
def stop_giving(people: Any, plan: Any, i: int) -> None:
    """Take back what is asked of a volunteer: the hours, and the ties kept up more than before."""
    people[i].ties_wanted -= plan.volunteer_ties
    people[i].programme_hours = max(0.0, f8(people[i].programme_hours) - plan.volunteer_load)
