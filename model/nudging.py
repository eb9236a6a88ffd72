"""What a month with a key worker does to a participant, and to those they live with."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..agents.compiling import rule
from ..agents.feeling import bounded
from ..agents.supporting import grown
from .enrolment import COUNT, SUPPORTED

f8 = np.float64

_SESSIONS = COUNT["sessions"]
_SUPPORTED = COUNT["supported_months"]
_QUALITY = COUNT["quality_sum"]
_TOGETHER = COUNT["together_sum"]

_TOP_CAPABILITY = 6.0


@rule
def serve(
    people: Any,
    households: Any,
    plan: Any,
    rules: Any,
    month: int,
    enrolments: Any,
    e: int,
    quality: float,
    u_offset: float,
    counts: Any,
) -> None:
    """Give one participant a month with a key worker; ``quality`` is without their relation."""
    dose = 1.0 if enrolments[e].status == SUPPORTED else plan.aftercare_dose
    together = f8(enrolments[e].together)
    quality *= grown(rules.quality_relation_start, together, rules.quality_relation_months)
    times = enrolments[e].times
    if times > 0:
        quality *= (1.0 - rules.counterforces_repeated) ** times
    _nudge(
        people, households, plan, rules, month, enrolments, e, quality, dose * plan.dose, u_offset
    )
    counts[_SESSIONS] += plan.sessions * dose
    if enrolments[e].status == SUPPORTED:
        counts[_SUPPORTED] += 1
        counts[_QUALITY] += quality
        counts[_TOGETHER] += together


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
            people[i].footing[ladder] = min(
                _TOP_CAPABILITY, max(0.0, footing + plan.lasting * step)
            )
    agency = f8(people[i].agency) + much * plan.nudge_agency - dose * plan.takes_over
    if plan.acts == 1 and people[i].supported_months > rules.counterforces_dependency_after:
        agency -= dose * rules.counterforces_dependency
    people[i].agency = bounded(agency)
    people[i].trust = bounded(f8(people[i].trust) + much * plan.nudge_trust)
    people[i].held = bounded(
        1.0 - (1.0 - f8(people[i].held)) * (1.0 - bounded(much * plan.holding))
    )
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
        if j != i and month - people[j].birth >= 12 * rules.ages_adult:
            people[j].burden = bounded(f8(people[j].burden) + eased)
        j = people[j].next_member
