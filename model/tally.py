"""Phase "record": sums over residents by unit, from which every published mean is made."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..agents.climbing import (
    HOUSING,
    LEARNING,
    LEISURE,
    PAID_RUNG,
    START_QUALIFICATION,
    WORKING,
    in_school,
)
from ..agents.compiling import kernel
from .state import HERE

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
)
TALLY_COLUMN = {name: number for number, name in enumerate(TALLY)}
N_TALLY = len(TALLY)


@kernel
def tally(
    people: Any, n: int, households: Any, n_households: int, unit_of_dwelling: Any, rules: Any, month: int, out: Any
) -> None:
    """Add up the residents of each unit into ``out``, shape ``(units, N_TALLY)``.

    Learning, housing, agency, burden and trust are counted for adults, working for adults below
    the pension age, leisure from the age at which its ladder starts.
    """
    for i in range(n):
        if people[i].status != HERE:
            continue
        h = people[i].household
        row = out[unit_of_dwelling[households[h].dwelling]]
        age = (month - people[i].birth) // 12
        row[0] += 1
        if people[i].origin == 0:
            row[16] += 1
        work = people[i].rung[WORKING]
        if work >= PAID_RUNG:
            row[17] += 1
        if age >= rules.ages_leisure_from:
            row[3] += 1
            row[7] += people[i].rung[LEISURE]
        if age < rules.ages_adult:
            continue
        row[1] += 1
        row[4] += people[i].rung[LEARNING]
        row[6] += people[i].rung[HOUSING]
        agency = f8(people[i].agency)
        row[8] += agency
        row[9] += f8(people[i].burden)
        row[10] += f8(people[i].trust)
        if people[i].rung[LEARNING] >= START_QUALIFICATION:
            row[14] += 1
        if agency >= rules.wellbeing_control_threshold:
            row[15] += 1
        if age >= rules.ages_pension:
            continue
        row[2] += 1
        row[5] += work
        if work >= PAID_RUNG:
            row[11] += 1
            continue
        if in_school(
            age,
            f8(people[i].capability[LEARNING]),
            people[i].rung[LEARNING],
            rules.ages_adult,
            rules.ages_school_until,
        ):
            continue
        if f8(people[i].capability[WORKING]) >= rules.working_labour_force_from:
            row[12] += 1
        if households[h].earners == 0 and people[i].idle_months >= rules.working_insurance_months:
            row[13] += 1
    for h in range(n_households):
        d = households[h].dwelling
        if d < 0:
            continue
        row = out[unit_of_dwelling[d]]
        row[18] += 1
        if households[h].poor == 1:
            row[19] += 1
        if f8(households[h].burden) >= rules.wellbeing_problem_threshold:
            row[20] += 1
