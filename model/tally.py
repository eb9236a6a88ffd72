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
    adult_from = rules.ages_adult
    pension = rules.ages_pension
    counted = np.zeros(out.shape, np.int64)
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
        # What holds of one resident says little of the next: counted as 0 or 1, without a jump.
        age = (month - person.birth) // 12
        adult = age >= adult_from
        working_age = adult & (age < pension)
        on_market = working_age & (person.rung[WORKING] >= MARKET_RUNG)
        household = households[person.household]
        household.adults += int(adult)
        household.burden = f8(household.burden) + (f8(person.burden) if adult else 0.0)
        household.poor &= int(not ((adult & (not working_age)) | on_market))
        household.earners += int(on_market)
        if person.status != HERE:
            continue
        unit = unit_of_dwelling[household.dwelling]
        _add_resident(person, counted[unit], age, working_age, rules)
        _add_adult(person, out[unit], counted[unit], adult, rules)
        if working_age:
            household.claimants += _add_without_work(person, counted[unit], age, rules)
    for h in range(n_households):
        household = households[h]
        adults = household.adults
        burden = f8(household.burden) / max(1, adults)
        household.burden = burden
        household.poor &= int(adults > 0)
        if household.dwelling < 0:
            continue
        row = counted[unit_of_dwelling[household.dwelling]]
        row[18] += 1
        row[19] += int(household.poor == 1)
        row[20] += int(f8(household.burden) >= rules.wellbeing_problem_threshold)
        row[13] += household.claimants if household.earners == 0 else 0
    for unit in range(out.shape[0]):
        for column in range(out.shape[1]):
            out[unit, column] += counted[unit, column]


@rule
def _add_resident(person: Any, row: Any, age: int, working_age: bool, rules: Any) -> None:
    work = person.rung[WORKING]
    leisure = person.rung[LEISURE]
    on_ladder = age >= rules.ages_leisure_from
    row[0] += 1
    row[16] += int(person.origin == 0)
    row[17] += int(work >= PAID_RUNG)
    row[3] += int(on_ladder)
    row[7] += leisure if on_ladder else 0
    row[24] += int(on_ladder & (leisure >= CLUB_RUNG))
    row[2] += int(working_age)
    row[5] += work if working_age else 0
    row[21] += int(working_age & (work == 1))
    row[22] += int(working_age & (work == 2))
    row[23] += int(working_age & (work == PAID_RUNG))
    row[11] += int(working_age & (work >= PAID_RUNG))


@rule
def _add_adult(person: Any, sums: Any, row: Any, adult: bool, rules: Any) -> None:
    learning = person.rung[LEARNING]
    agency = f8(person.agency)
    row[1] += int(adult)
    row[4] += learning if adult else 0
    row[6] += person.rung[HOUSING] if adult else 0
    row[14] += int(adult & (learning >= START_QUALIFICATION))
    row[15] += int(adult & (agency >= rules.wellbeing_control_threshold))
    sums[8] += agency if adult else 0.0
    sums[9] += f8(person.burden) if adult else 0.0
    sums[10] += f8(person.trust) if adult else 0.0


@rule
def _add_without_work(person: Any, row: Any, age: int, rules: Any) -> int:
    """Count who looks for work; return 1 for who has a right to a benefit, else 0."""
    capability = f8(person.capability[LEARNING])
    school = in_school(
        age, capability, person.rung[LEARNING], rules.ages_adult, rules.ages_school_until
    )
    idle = (person.rung[WORKING] < PAID_RUNG) & (not school)
    row[12] += int(idle & (f8(person.capability[WORKING]) >= rules.working_labour_force_from))
    return int(idle & (person.idle_months >= rules.working_insurance_months))
