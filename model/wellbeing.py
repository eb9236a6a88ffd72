"""Phase "wellbeing": agency, burden, trust and capability follow circumstances; shocks strike.

Hardly anything here can be foreseen for the next resident by the last: nearly every step is a
choice between two values that are both at hand, and not a jump, which would mostly be waited for.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..agents.climbing import HOUSING, LEARNING, LEISURE, PAID_RUNG, WORKING
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


class _Rates(NamedTuple):
    """Rules read once: a loop that writes to rows would read each of them anew for everybody."""

    adult: int
    pension: int
    school_until: int
    insurance_rebuild: int
    burden_rate: float
    burden_poor: float
    burden_idle: float
    burden_ties: float
    illness_rate: float
    illness_age: float
    debt_rate: float
    strain_heals: float
    strain_typical: float
    agency_base: float
    agency_rate: float
    agency_rungs: float
    agency_burden: float
    agency_ties: float
    trust_base: float
    trust_ties: float
    trust_up: float
    trust_down: float
    fade_out: float
    consolidate: float
    scar: float


@rule
def _rates_of(rules: Any) -> _Rates:
    return _Rates(
        rules.ages_adult,
        rules.ages_pension,
        rules.ages_school_until,
        rules.working_insurance_rebuild,
        rules.wellbeing_burden_rate,
        rules.wellbeing_burden_poor,
        rules.wellbeing_burden_idle,
        rules.wellbeing_burden_ties,
        rules.shocks_illness_rate,
        rules.shocks_illness_age,
        rules.shocks_debt_rate,
        rules.strain_heals,
        rules.strain_typical,
        rules.agency_base,
        rules.wellbeing_agency_rate,
        rules.wellbeing_agency_rungs,
        rules.wellbeing_agency_burden,
        rules.wellbeing_agency_ties,
        rules.wellbeing_trust_base,
        rules.wellbeing_trust_ties,
        rules.wellbeing_trust_rate_up,
        rules.wellbeing_trust_rate_down,
        rules.fade_out,
        rules.consolidate,
        rules.scar,
    )


@kernel
def wellbeing(people: Any, n: int, households: Any, book: Any, month: int, luck: Any) -> None:
    """Move everybody's burden, agency, trust, capability and footing by one month.

    ``luck`` holds the words of the events illness, debt, death and home (rows 0 to 3).
    """
    rules = book[0]
    rates = _rates_of(rules)
    leisure_from = rules.ages_leisure_from
    for i in range(n):
        person = people[i]
        age = (month - person.birth) // 12
        if person.status == DEAD or age < leisure_from:
            continue
        adult = age >= rates.adult
        work = person.rung[WORKING]
        _count_idle_months(person, rates, work)
        # As `in_school` has it, without its jumps.
        able = f8(person.capability[LEARNING]) >= person.rung[LEARNING] + 1.0
        school = (age < rates.school_until) & ((age < rates.adult) | able)
        in_work_years = adult & (age < rates.pension) & (not school)
        idle = f8(in_work_years & (work == 0))
        poor = f8(households[person.household].poor)
        ill = unit(luck[0, i]) < illness_chance(rates.illness_rate, rates.illness_age, age)
        indebted = unit(luck[1, i]) < rates.debt_rate * (1.0 + poor)
        blow = 0.0
        if adult & (ill | indebted):
            blow = _blow(person, rules, poor, ill, indebted)
        _burden(person, rates, poor, idle, blow, rules.shocks_scar)
        _agency(person, rates, age >= rates.pension)
        _trust(person, rates)
        _capability(person, LEARNING, rates, adult)
        _capability(person, WORKING, rates, in_work_years)
        _capability(person, HOUSING, rates, adult)
        _capability(person, LEISURE, rates, adult)


@rule
def _count_idle_months(person: Any, rates: _Rates, work: int) -> None:
    idle_months = person.idle_months
    # Rights to unemployment insurance are built up again by working.
    made_up = max(0, min(idle_months, _MOST_IDLE) - rates.insurance_rebuild)
    longer = idle_months + (1 if idle_months < _LAST_MONTH else 0)
    person.idle_months = made_up if work >= PAID_RUNG else longer


@rule
def _blow(person: Any, rules: Any, poor: float, ill: bool, indebted: bool) -> float:
    """Return what illness and debt add to the burden; illness takes capability for work."""
    blow = 0.0
    if ill:
        blow += rules.shocks_illness_burden * (1.0 + poor * rules.care_price_now)
        capability = f8(person.capability[WORKING]) - rules.shocks_illness_capability
        person.capability[WORKING] = max(0.0, capability)
    if indebted:
        blow += rules.shocks_debt_burden
    return blow


@rule
def _burden(
    person: Any, rates: _Rates, poor: float, idle: float, blow: float, shocks_scar: float
) -> None:
    wanted = person.ties_wanted
    known = person.ties + person.bridges
    share = min(1.0, known / max(1, wanted))
    circle = share if wanted > 0 else 0.0
    burden = f8(person.burden)
    strain = f8(person.strain)
    target = burden_target(
        strain, poor, idle, circle, rates.burden_poor, rates.burden_idle, rates.burden_ties
    )
    burden += rates.burden_rate * (target - burden)
    person.burden = bounded(burden + blow)
    healed = strain + rates.strain_heals * (rates.strain_typical - strain)
    person.strain = bounded(healed + shocks_scar * blow)


@rule
def _agency(person: Any, rates: _Rates, retired: bool) -> None:
    work = person.rung[WORKING]
    others = person.rung[LEARNING] + person.rung[HOUSING] + person.rung[LEISURE]
    # The working ladder lies behind the retired: the other three stand for all four.
    rungs = f8(others + (0 if retired else work)) * (_FOUR_FOR_THREE if retired else 1.0)
    agency = f8(person.agency)
    tied = f8(person.tie_agency)
    pull = rates.agency_ties if tied >= 0.0 else 0.0
    target = agency_target(
        rates.agency_base,
        rungs,
        f8(person.burden),
        pull * (tied - agency),
        rates.agency_rungs,
        rates.agency_burden,
    )
    person.agency = agency + rates.agency_rate * (target - agency)


@rule
def _trust(person: Any, rates: _Rates) -> None:
    trust = f8(person.trust)
    tied = f8(person.tie_trust)
    pull = rates.trust_ties if tied >= 0.0 else 0.0
    target = rates.trust_base + pull * (tied - rates.trust_base)
    person.trust = bounded(trust + trust_step(trust, target, rates.trust_up, rates.trust_down))


@rule
def _capability(person: Any, ladder: int, rates: _Rates, settles: bool) -> None:
    """Let capability fade towards footing, and footing settle towards the rung held."""
    footing = f8(person.footing[ladder])
    capability = f8(person.capability[ladder])
    person.capability[ladder] = capability + rates.fade_out * (footing - capability)
    gap = person.rung[ladder] - footing
    share = rates.consolidate if gap > 0.0 else rates.scar
    person.footing[ladder] = footing + (share if settles else 0.0) * gap
