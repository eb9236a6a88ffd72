"""Phase "climbing and falling": everybody tries to climb, some fall, finite places are shared out.

A resident who is ready and lucky either climbs at once or, where the rung is a finite place,
becomes a candidate. Candidates are ranked by a keyed draw, so that one more place admits the next
person and changes nobody else.
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
from ..agents.feeling import bounded
from ..agents.moving import housing_wish
from .households import PARENTAL_HOME
from .luck import EVENT, draw, unit
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

_HIRING = EVENT["hiring"]
_LOTTERY = EVENT["place_lottery"]


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
    found = 0
    counts[0] = 0
    for i in range(n):
        person = people[i]
        if person.status == DEAD:
            continue
        age = (month - person.birth) // 12
        if age < rules.ages_leisure_from:
            continue
        if age >= rules.ages_adult:
            _steps_of_age(people, i, rules, age, unit(luck[3, i]), flows)
        # Most luck leaves a rung as it is, whatever the circumstances: nothing to work out then.
        learning = unit(luck[0, i])
        working = unit(luck[1, i])
        leisure = unit(luck[2, i])
        on_learning = age >= rules.ages_learning_from and (
            learning < rules.learning_most_up or learning > 1.0 - rules.learning_most_down
        )
        on_working = rules.ages_adult <= age < rules.ages_pension and (
            working < rules.working_most_up[person.rung[WORKING]]
            or working > 1.0 - rules.working_most_down[person.rung[WORKING]]
        )
        on_leisure = leisure < rules.leisure_most_up or leisure > 1.0 - rules.leisure_most_down
        if not (on_learning or on_working or on_leisure):
            continue
        burden = f8(person.burden)
        free = 1.0
        if rules.hand_free > 0.0:
            free = hand_free(
                burden, rules.capability_hand_free_below, rules.capability_no_hand_above
            )
        seized = free * drive(f8(person.agency), rules.capability_drive_floor)
        school = False
        if on_learning or on_working:
            capability = f8(person.capability[LEARNING])
            school = in_school(
                age, capability, person.rung[LEARNING], rules.ages_adult, rules.ages_school_until
            )
        if on_learning and _learning(
            people, i, rules, age, school, burden, seized, learning, flows
        ):
            candidates[found] = i
            contests[found] = COURSE
            found += 1
        if on_working:
            contest = _working(people, i, rules, school, burden, seized, cycle, working, flows)
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
        if on_leisure and _leisure(people, i, rules, burden, seized, leisure, flows):
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


@kernel
def admit(
    people: Any,
    book: Any,
    seed: int,
    month: int,
    candidates: Any,
    contests: Any,
    found: int,
    free_places: Any,
    flows: Any,
) -> None:
    """Share out free places: everybody when they suffice, else by the rank of a keyed draw.

    Candidates who live elsewhere meet a market that is not modelled and always succeed.
    """
    rules = book[0]
    for contest in range(N_CONTESTS):
        here = np.empty(found, np.int64)
        count = 0
        for k in range(found):
            if contests[k] != contest:
                continue
            if people[candidates[k]].status == HERE:
                here[count] = candidates[k]
                count += 1
            else:
                _take_place(people, candidates[k], contest, rules, seed, month, flows)
        if count == 0:
            continue
        places = int(free_places[contest])
        if rules.crowded == 0 or count <= places:
            for k in range(count):
                _take_place(people, int(here[k]), contest, rules, seed, month, flows)
            continue
        rank = np.empty(count)
        for k in range(count):
            rank[k] = draw(seed, people[here[k]].identity, month, _LOTTERY)
        order = np.argsort(rank)
        for k in range(places):
            _take_place(people, int(here[order[k]]), contest, rules, seed, month, flows)
        flows[OUTBID] += count - max(0, places)


@rule
def _take_place(
    people: Any, i: int, contest: int, rules: Any, seed: int, month: int, flows: Any
) -> None:
    if contest == COURSE:
        change_rung(people, i, LEARNING, people[i].rung[LEARNING] + 1, flows)
    elif contest == LEISURE_PLACE:
        change_rung(people, i, LEISURE, CLUB_RUNG, flows)
    elif contest == VACANCY:
        rung = MARKET_RUNG
        if people[i].capability[WORKING] >= 5.0 and (
            draw(seed, people[i].identity, month, _HIRING) < rules.working_permanent_entry_share
        ):
            rung = 5
        change_rung(people, i, WORKING, rung, flows)
    else:
        change_rung(people, i, WORKING, contest, flows)


@kernel
def rent_arrears(
    people: Any, households: Any, book: Any, month: int, in_arrears: Any, count: int
) -> None:
    """Add to the burden of every adult what jobs lost in the household bring."""
    rules = book[0]
    for k in range(count):
        h = in_arrears[k]
        arrears = f8(households[h].arrears)
        households[h].arrears = 0.0
        i = households[h].first_member
        while i >= 0:
            if (month - people[i].birth) // 12 >= rules.ages_adult:
                people[i].burden = bounded(f8(people[i].burden) + arrears)
            i = people[i].next_member
