"""Phase "record": the state of households and sums over residents, in one pass over everybody.

Every published mean is made from these sums.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..agents.climbing import (
    CLUB_RUNG,
    HOUSING,
    LEARNING,
    LEISURE,
    MARKET_RUNG,
    PAID_RUNG,
    START_QUALIFICATION,
    WORKING,
    in_school,
)
from ..agents.compiling import kernel, rule
from .state import DEAD, HERE

f8 = np.float64

#: Columns of a tally: sums and counts over the residents of a unit.
TALLY = (
    "residents",
    "adults",
    "working_age",
    "on_leisure_ladder",
    "learning_sum",
    "working_sum",
    "housing_sum",
    "leisure_sum",
    "agency_sum",
    "burden_sum",
    "trust_sum",
    "at_work",
    "unemployed",
    "on_benefit",
    "qualified",
    "in_control",
    "original",
    "with_job",
    "households",
    "poor_households",
    "problem_households",
    "unpaid_places",
    "experience_places",
    "subsidised_places",
    "leisure_places",
)
TALLY_COLUMN = {name: number for number, name in enumerate(TALLY)}
N_TALLY = len(TALLY)


@kernel
def take_stock(
    people: Any,
    n: int,
    households: Any,
    n_households: int,
    unit_of_dwelling: Any,
    book: Any,
    month: int,
    out: Any,
) -> None:
    """Bring the households up to date and add up the residents of each unit into ``out``.

    ``out`` has shape ``(units, N_TALLY)``. Learning, housing, agency, burden and trust are counted
    for adults, working for adults below the pension age, leisure from the age at which its ladder
    starts. Poor: nobody in the household earns on the market and nobody has a pension.
    """
    rules = book[0]
    for h in range(n_households):
        households[h].earners = 0
        households[h].adults = 0
        households[h].burden = 0.0
        households[h].poor = 1
        households[h].claimants = 0
    for i in range(n):
        person = people[i]
        if person.status == DEAD:
            continue
        age = (month - person.birth) // 12
        adult = age >= rules.ages_adult
        working_age = adult and age < rules.ages_pension
        work = person.rung[WORKING]
        household = households[person.household]
        if adult:
            household.adults += 1
            household.burden = f8(household.burden) + f8(person.burden)
            if not working_age:
                household.poor = 0
            elif work >= MARKET_RUNG:
                household.poor = 0
                household.earners += 1
        if person.status != HERE:
            continue
        row = out[unit_of_dwelling[household.dwelling]]
        row[0] += 1
        if person.origin == 0:
            row[16] += 1
        if work >= PAID_RUNG:
            row[17] += 1
        if age >= rules.ages_leisure_from:
            row[3] += 1
            row[7] += person.rung[LEISURE]
            if person.rung[LEISURE] >= CLUB_RUNG:
                row[24] += 1
        if adult:
            _add_adult(person, row, rules)
        if working_age:
            _add_working_age(person, household, row, age, work, rules)
    for h in range(n_households):
        household = households[h]
        if household.adults > 0:
            household.burden = f8(household.burden) / household.adults
        else:
            household.poor = 0
        if household.dwelling < 0:
            continue
        row = out[unit_of_dwelling[household.dwelling]]
        row[18] += 1
        if household.poor == 1:
            row[19] += 1
        if f8(household.burden) >= rules.wellbeing_problem_threshold:
            row[20] += 1
        if household.earners == 0:
            row[13] += household.claimants


@rule
def _add_adult(person: Any, row: Any, rules: Any) -> None:
    row[1] += 1
    row[4] += person.rung[LEARNING]
    row[6] += person.rung[HOUSING]
    agency = f8(person.agency)
    row[8] += agency
    row[9] += f8(person.burden)
    row[10] += f8(person.trust)
    if person.rung[LEARNING] >= START_QUALIFICATION:
        row[14] += 1
    if agency >= rules.wellbeing_control_threshold:
        row[15] += 1


@rule
def _add_working_age(
    person: Any, household: Any, row: Any, age: int, work: int, rules: Any
) -> None:
    row[2] += 1
    row[5] += work
    if 1 <= work <= PAID_RUNG:
        row[20 + work] += 1
    if work >= PAID_RUNG:
        row[11] += 1
        return
    capability = f8(person.capability[LEARNING])
    if in_school(age, capability, person.rung[LEARNING], rules.ages_adult, rules.ages_school_until):
        return
    if f8(person.capability[WORKING]) >= rules.working_labour_force_from:
        row[12] += 1
    if person.idle_months >= rules.working_insurance_months:
        household.claimants += 1
