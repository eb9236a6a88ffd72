"""Phase "positions": everybody tries to climb, some fall.

A resident who is ready and lucky either climbs at once or, where the rung is a finite place,
becomes a candidate: see `contests.py`.
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
    drive,
    fall_chance,
    hand_free,
    hire_chance,
    in_school,
    loss_chance,
    overreach,
    ready,
)
from ..agents.compiling import kernel, rule
from ..agents.moving import housing_wish
from .households import PARENTAL_HOME
from .luck import unit
from .state import CHILD, DEAD, HERE

f8 = np.float64

#: What candidates compete for.
COURSE, UNPAID_PLACE, WORK_EXPERIENCE, SUBSIDISED_JOB, VACANCY, LEISURE_PLACE = 0, 1, 2, 3, 4, 5
N_CONTESTS = 6
#: Answer of `_working` for a resident who has lost a job on the market.
ARREARS = -2

#: Columns of the flow counts of a month that this phase writes.
CLIMBS, FALLS, RUNGS_UP, RUNGS_DOWN = 0, 4, 8, 12
HIRED, JOB_LOST, RETIRED, OUTBID = 16, 17, 18, 19
N_POSITION_FLOWS = 20


@rule
def change_rung(people: Any, i: int, ladder: int, rung: int, flows: Any) -> None:
    """Give a resident another rung and count it while the resident lives here."""
    old = people[i].rung[ladder]
    people[i].rung[ladder] = rung
    if people[i].status != HERE:
        return
    if rung > old:
        flows[CLIMBS + ladder] += 1
        flows[RUNGS_UP + ladder] += rung - old
    else:
        flows[FALLS + ladder] += 1
        flows[RUNGS_DOWN + ladder] += old - rung
    if ladder == WORKING:
        if rung >= PAID_RUNG and old < PAID_RUNG:
            flows[HIRED] += 1
        if rung < PAID_RUNG and old >= PAID_RUNG:
            flows[JOB_LOST] += 1


@kernel
def attempts(
    people: Any,
    n: int,
    households: Any,
    book: Any,
    month: int,
    cycle: float,
    luck: Any,
    candidates: Any,
    contests: Any,
    in_arrears: Any,
    counts: Any,
    flows: Any,
) -> int:
    """Let everybody climb, fall or become a candidate; return the number of candidates.

    ``in_arrears`` receives the households that lost a job, ``counts[0]`` how many they are.
    ``luck`` holds the words of learning, working, leisure and housing_elsewhere (rows 0 to 3).
    """
    rules = book[0]
    adult_from = rules.ages_adult
    pension = rules.ages_pension
    leisure_from = rules.ages_leisure_from
    learning_from = rules.ages_learning_from
    school_until = max(rules.ages_adult, rules.ages_school_until)
    housing_most_up = rules.housing_wish_rate
    found = 0
    counts[0] = 0
    for i in range(n):
        person = people[i]
        age = (month - person.birth) // 12
        if person.status == DEAD or age < leisure_from:
            continue
        work = person.rung[WORKING]
        adult = age >= adult_from
        retired = age >= pension
        elsewhere = unit(luck[3, i])
        moves_elsewhere = (person.status != HERE) & (elsewhere < housing_most_up)
        if adult & ((person.rung[HOUSING] == 0) | (retired & (work > 0)) | moves_elsewhere):
            _steps_of_age(people, i, rules, age, elsewhere, flows)
        # Most luck leaves a rung as it is, whatever the circumstances: nothing to work out then.
        u = unit(luck[0, i])
        learning = person.rung[LEARNING]
        may_learn = (u < rules.learning_most_up[int(age >= school_until)]) | (
            u > 1.0 - rules.learning_most_down[learning]
        )
        on_learning = (age >= learning_from) & may_learn
        u = unit(luck[1, i])
        may_work = (u < rules.working_most_up[work]) | (u > 1.0 - rules.working_most_down[work])
        on_working = adult & (not retired) & may_work
        u = unit(luck[2, i])
        leisure = person.rung[LEISURE]
        on_leisure = (u < rules.leisure_most_up[leisure]) | (
            u > 1.0 - rules.leisure_most_down[leisure]
        )
        if on_learning | on_working | on_leisure:
            found = _try(
                people,
                i,
                households,
                rules,
                age,
                cycle,
                on_learning,
                on_working,
                on_leisure,
                luck,
                candidates,
                contests,
                found,
                in_arrears,
                counts,
                flows,
            )
    return found


@rule
def _try(
    people: Any,
    i: int,
    households: Any,
    rules: Any,
    age: int,
    cycle: float,
    on_learning: bool,
    on_working: bool,
    on_leisure: bool,
    luck: Any,
    candidates: Any,
    contests: Any,
    found: int,
    in_arrears: Any,
    counts: Any,
    flows: Any,
) -> int:
    """Let one resident climb, fall or become a candidate; return the number of candidates so far."""
    person = people[i]
    burden = f8(person.burden)
    free = 1.0
    if rules.hand_free > 0.0:
        free = hand_free(burden, rules.capability_hand_free_below, rules.capability_no_hand_above)
    seized = free * drive(f8(person.agency), rules.capability_drive_floor)
    capability = f8(person.capability[LEARNING])
    school = in_school(
        age, capability, person.rung[LEARNING], rules.ages_adult, rules.ages_school_until
    )
    if on_learning and _learning(
        people, i, rules, age, school, burden, seized, unit(luck[0, i]), flows
    ):
        candidates[found] = i
        contests[found] = COURSE
        found += 1
    if on_working:
        contest = _working(people, i, rules, school, burden, seized, cycle, unit(luck[1, i]), flows)
        if contest == ARREARS:
            h = person.household
            if households[h].arrears == 0.0:
                in_arrears[counts[0]] = h
                counts[0] += 1
            households[h].arrears = f8(households[h].arrears) + rules.shocks_job_loss_burden
        if contest >= 0:
            candidates[found] = i
            contests[found] = contest
            found += 1
    if on_leisure and _leisure(people, i, rules, burden, seized, unit(luck[2, i]), flows):
        candidates[found] = i
        contests[found] = LEISURE_PLACE
        found += 1
    return found


@rule
def _steps_of_age(people: Any, i: int, rules: Any, age: int, u: float, flows: Any) -> None:
    """Let adults come of age in housing, leave the working ladder, and climb in housing elsewhere."""
    if age >= rules.ages_pension and people[i].rung[WORKING] > 0:
        if people[i].status == HERE and people[i].rung[WORKING] >= PAID_RUNG:
            flows[RETIRED] += 1
        people[i].rung[WORKING] = 0
    if people[i].rung[HOUSING] == 0:
        # Comes of age in the parental home: a legal roof, not yet a home of one's own.
        people[i].rung[HOUSING] = PARENTAL_HOME
    if people[i].status != HERE and u < rules.housing_wish_rate:
        _housing_elsewhere(people, i, rules, u)


@rule
def _learning(
    people: Any,
    i: int,
    rules: Any,
    age: int,
    school: bool,
    burden: float,
    seized: float,
    u: float,
    flows: Any,
) -> bool:
    """Climb at school, fall, or return True for a resident who wants a course place."""
    rung = people[i].rung[LEARNING]
    capability = f8(people[i].capability[LEARNING])
    if rung < 5 and age >= rules.learning_earliest_age[rung]:
        readiness = ready(capability, rung + 1.0, rules.capability_readiness_width)
        if school:
            # School is compulsory and comes to everybody, with hands free or not.
            if u < rules.learning_school_climb_rate * readiness:
                change_rung(people, i, LEARNING, rung + 1, flows)
            return False
        if u < rules.learning_course_climb_rate * readiness * seized:
            return True
    if rung > 0 and not school:
        _fall(people, i, LEARNING, rules.learning_fall_rate[rung - 1], rules, burden, u, flows)
    return False


@rule
def _fall(
    people: Any, i: int, ladder: int, rate: float, rules: Any, burden: float, u: float, flows: Any
) -> None:
    """Lose a rung of learning or leisure, with bad luck."""
    rung = people[i].rung[ladder]
    over = overreach(rung, f8(people[i].capability[ladder]), rules.capability_overreach_width)
    chance = fall_chance(
        rate, over, rules.capability_fall_at_ease, burden, rules.capability_fall_burden
    )
    if u > 1.0 - chance * (1.0 - f8(people[i].held)):
        change_rung(people, i, ladder, rung - 1, flows)


@rule
def _working(
    people: Any,
    i: int,
    rules: Any,
    school: bool,
    burden: float,
    seized: float,
    cycle: float,
    u: float,
    flows: Any,
) -> int:
    """Lose a working rung, climb to permanent work, or return the contest entered (-1: none)."""
    rung = people[i].rung[WORKING]
    capability = f8(people[i].capability[WORKING])
    contract = people[i].contract == 1
    if rung > 0 and not contract:
        over = overreach(rung, capability, rules.capability_overreach_width)
        unqualified = 0.0
        if people[i].rung[LEARNING] < START_QUALIFICATION:
            unqualified = rules.working_loss_unqualified
        chance = loss_chance(
            rules.working_loss_rate[rung - 1],
            over,
            rules.working_loss_overreach,
            burden,
            rules.working_loss_burden,
            unqualified,
            cycle,
            rules.working_loss_downturn,
        )
        if u > 1.0 - chance * (1.0 - f8(people[i].held)):
            change_rung(people, i, WORKING, 0 if rung >= PAID_RUNG else rung - 1, flows)
            if rung >= MARKET_RUNG and rules.shocks_job_loss_burden > 0.0:
                return ARREARS
            return -1
    if school or rung == 5:
        return -1
    if rung == MARKET_RUNG:
        readiness = ready(capability, 5.0, rules.working_permanent_width)
        if u < rules.working_permanent_rate * readiness * max(0.0, 1.0 + cycle):
            change_rung(people, i, WORKING, 5, flows)
        return -1
    hired = seized * hire_chance(
        rules.working_find_rate,
        capability,
        rules.working_find_width,
        f8(people[i].tie_work),
        rules.labour_contact_bonus,
        cycle,
    )
    if contract:
        # Who works in a place of a programme looks less for work on the market.
        hired *= 1.0 - rules.taking_part_lock_in
    if u < hired:
        return VACANCY
    if contract:
        return -1
    readiness = ready(capability, rung + 1.0, rules.capability_readiness_width)
    if rung < PAID_RUNG and u < hired + rules.working_support_place_rate * readiness * seized:
        return UNPAID_PLACE + rung
    return -1


@rule
def _leisure(
    people: Any, i: int, rules: Any, burden: float, seized: float, u: float, flows: Any
) -> bool:
    """Climb or fall in leisure, or return True for a resident who wants a place in a club."""
    rung = people[i].rung[LEISURE]
    capability = f8(people[i].capability[LEISURE])
    if rung < 5:
        readiness = ready(capability, rung + 1.0, rules.capability_readiness_width)
        if u < rules.leisure_climb_rate * readiness * seized:
            if rung + 1 == CLUB_RUNG:
                return True
            change_rung(people, i, LEISURE, rung + 1, flows)
            return False
    if rung > 0:
        _fall(people, i, LEISURE, rules.leisure_fall_rate[rung - 1], rules, burden, u, flows)
    return False


@rule
def _housing_elsewhere(people: Any, i: int, rules: Any, u: float) -> None:
    """Move a leaver on the housing ladder; the dwellings elsewhere are not modelled one by one."""
    if people[i].role == CHILD:
        return
    rung = people[i].rung[HOUSING]
    capability = f8(people[i].capability[HOUSING])
    if u < housing_wish(
        rules.housing_wish_rate, capability, rung, rules.capability_readiness_width
    ):
        people[i].rung[HOUSING] = rung + 1
