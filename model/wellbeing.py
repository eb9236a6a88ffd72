"""Phase "wellbeing": agency, burden, trust and capability follow circumstances; shocks strike."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..agents.climbing import LEARNING, PAID_RUNG, WORKING, in_school
from ..agents.compiling import kernel, rule
from ..agents.feeling import agency_target, bounded, burden_target, illness_chance, trust_step
from .luck import unit
from .state import DEAD

f8 = np.float64

_FOUR_FOR_THREE = 4.0 / 3.0

#: Months without work beyond which more makes no difference for rights to insurance.
_MOST_IDLE = 24
#: Highest count that its column can hold.
_LAST_MONTH = 32000


@kernel
def wellbeing(people: Any, n: int, households: Any, book: Any, month: int, luck: Any) -> None:
    """Move everybody's burden, agency, trust, capability and footing by one month.

    ``luck`` holds the words of the events illness, debt, death and home (rows 0 to 3).
    """
    rules = book[0]
    for i in range(n):
        if people[i].status == DEAD:
            continue
        age = (month - people[i].birth) // 12
        if age < rules.ages_leisure_from:
            continue
        adult = age >= rules.ages_adult
        working_age = adult and age < rules.ages_pension
        work = people[i].rung[WORKING]
        idle_months = people[i].idle_months
        if work >= PAID_RUNG:
            # Rights to unemployment insurance are built up again by working.
            made_up = min(idle_months, _MOST_IDLE) - rules.working_insurance_rebuild
            people[i].idle_months = max(0, made_up)
        elif idle_months < _LAST_MONTH:
            people[i].idle_months = idle_months + 1
        poor = f8(households[people[i].household].poor)
        school = age < rules.ages_school_until and in_school(
            age,
            f8(people[i].capability[LEARNING]),
            people[i].rung[LEARNING],
            rules.ages_adult,
            rules.ages_school_until,
        )
        idle = 1.0 if working_age and work == 0 and not school else 0.0
        _burden(people, i, rules, poor, idle, age, adult, luck)
        _agency_and_trust(people, i, rules, age)
        _capability(people, i, rules, adult, working_age and not school)


@rule
def _burden(
    people: Any, i: int, rules: Any, poor: float, idle: float, age: int, adult: bool, luck: Any
) -> None:
    wanted = people[i].ties_wanted
    known = people[i].ties + people[i].bridges
    circle = 1.0
    if known < wanted:
        circle = known / wanted
    elif wanted <= 0:
        circle = 0.0
    burden = f8(people[i].burden)
    strain = f8(people[i].strain)
    target = burden_target(
        strain,
        poor,
        idle,
        circle,
        rules.wellbeing_burden_poor,
        rules.wellbeing_burden_idle,
        rules.wellbeing_burden_ties,
    )
    burden += rules.wellbeing_burden_rate * (target - burden)
    blow = 0.0
    if adult:
        illness = illness_chance(rules.shocks_illness_rate, rules.shocks_illness_age, age)
        if unit(luck[0, i]) < illness:
            blow += rules.shocks_illness_burden * (1.0 + poor * rules.care_price_now)
            capability = f8(people[i].capability[WORKING]) - rules.shocks_illness_capability
            people[i].capability[WORKING] = max(0.0, capability)
        if unit(luck[1, i]) < rules.shocks_debt_rate * (1.0 + poor):
            blow += rules.shocks_debt_burden
    people[i].burden = bounded(burden + blow)
    healed = strain + rules.strain_heals * (rules.strain_typical - strain)
    people[i].strain = bounded(healed + rules.shocks_scar * blow)


@rule
def _agency_and_trust(people: Any, i: int, rules: Any, age: int) -> None:
    rungs = people[i].rung[0] + people[i].rung[1] + people[i].rung[2] + people[i].rung[3]
    if age >= rules.ages_pension:
        # The working ladder is behind them: the other three stand for all four.
        rungs = (rungs - people[i].rung[WORKING]) * _FOUR_FOR_THREE
    agency = f8(people[i].agency)
    pull = 0.0
    if people[i].tie_agency >= 0.0:
        pull = rules.wellbeing_agency_ties * (f8(people[i].tie_agency) - agency)
    target = agency_target(
        rules.agency_base,
        rungs,
        f8(people[i].burden),
        pull,
        rules.wellbeing_agency_rungs,
        rules.wellbeing_agency_burden,
    )
    people[i].agency = agency + rules.wellbeing_agency_rate * (target - agency)
    trust = f8(people[i].trust)
    trust_target = rules.wellbeing_trust_base
    if people[i].tie_trust >= 0.0:
        trust_target += rules.wellbeing_trust_ties * (f8(people[i].tie_trust) - trust_target)
    people[i].trust = bounded(
        trust
        + trust_step(
            trust, trust_target, rules.wellbeing_trust_rate_up, rules.wellbeing_trust_rate_down
        )
    )


@rule
def _capability(people: Any, i: int, rules: Any, adult: bool, working_age: bool) -> None:
    for ladder in range(4):
        footing = f8(people[i].footing[ladder])
        capability = f8(people[i].capability[ladder])
        people[i].capability[ladder] = capability + rules.fade_out * (footing - capability)
        if not adult or (ladder == WORKING and not working_age):
            continue
        gap = people[i].rung[ladder] - footing
        share = rules.consolidate if gap > 0.0 else rules.scar
        people[i].footing[ladder] = footing + share * gap
