"""Where people start: rungs, capability, agency, burden and trust that meet a place's figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..agents.climbing import HOUSING, LEARNING, LEISURE, MARKET_RUNG, PAID_RUNG, WORKING
from ..scenarios import Parameters
from .composition import Composition
from .luck import Luck
from .state import CHILD

_LADDERS = ("learning", "working", "housing", "leisure")
_HIGHEST = 5.5
#: Years that a child takes for a rung of leisure, as the monthly chances give on the whole.
_YEARS_A_LEISURE_RUNG = 3.0


@dataclass(frozen=True)
class Shares:
    """The shares that the standing must meet, as in `Place.figures`."""

    low_education: float
    benefit: float
    unemployed: float
    in_control: float
    debts: float
    disadvantage: float = 0.0
    circle: float = 0.9


@dataclass
class Standing:
    """State of persons at the start; `rung`, `capability`, `footing` have four columns."""

    rung: np.ndarray
    capability: np.ndarray
    footing: np.ndarray
    agency: np.ndarray
    burden: np.ndarray
    trust: np.ndarray
    strain: np.ndarray
    idle_months: np.ndarray
    agency_base: float = 0.0

    def columns(self) -> dict[str, np.ndarray]:
        """Return what goes into the rows of persons, by column."""
        names = (
            "rung",
            "capability",
            "footing",
            "agency",
            "burden",
            "trust",
            "strain",
            "idle_months",
        )
        return {name: getattr(self, name) for name in names}


def spread(u: np.ndarray) -> np.ndarray:
    """Return uniform draws as draws of the logistic distribution with unit variance."""
    return np.log(u / (1.0 - u)) * (np.sqrt(3.0) / np.pi)


def scores(composition: Composition, parameters: Parameters, luck: Luck) -> np.ndarray:
    """Return standings, shape ``(persons, 4)``: correlated within households and between ladders."""
    start = parameters.start
    identity = composition.identity
    shared = spread(luck.many("standing_household", identity - composition.place))
    own = spread(luck.many("standing_person", identity))
    common = np.sqrt(start.within_household) * shared + np.sqrt(1 - start.within_household) * own
    result = np.empty((len(identity), 4))
    for column, ladder in enumerate(_LADDERS):
        part = spread(luck.many(f"standing_{ladder}", identity))
        result[:, column] = (
            np.sqrt(start.between_ladders) * common + np.sqrt(1 - start.between_ladders) * part
        )
    return result


def stand(
    composition: Composition,
    score: np.ndarray,
    dwelling_rung: np.ndarray,
    shares: Shares,
    parameters: Parameters,
    luck: Luck,
    agency_base: float | None = None,
) -> Standing:
    """Return the standing of everybody.

    Parameters
    ----------
    dwelling_rung
        Housing rung of each household's dwelling, shape ``(households,)``.
    agency_base
        Agency without rungs and burden; None fits it to ``shares.in_control``.

    Raises
    ------
    ValueError
        When the shares exclude each other.
    """
    n = len(composition.identity)
    standing = Standing(
        rung=np.zeros((n, 4), dtype=np.int8),
        capability=np.zeros((n, 4)),
        footing=np.zeros((n, 4)),
        agency=np.zeros(n),
        burden=np.zeros(n),
        trust=np.zeros(n),
        strain=np.zeros(n),
        idle_months=np.zeros(n, dtype=np.int16),
    )
    noise = np.stack(
        [spread(luck.many(f"footing_{ladder}", composition.identity)) for ladder in _LADDERS],
        axis=1,
    )
    noise *= parameters.start.footing_noise
    _learning(standing, composition, score, shares, parameters, noise)
    _working(standing, composition, score, shares, parameters, luck, noise)
    _housing(standing, composition, dwelling_rung, parameters, noise)
    _leisure(standing, composition, score, shares, parameters, noise)
    np.clip(standing.footing, 0.0, _HIGHEST, out=standing.footing)
    standing.capability[:] = standing.footing
    _feelings(standing, composition, score, shares, parameters, luck, agency_base)
    return standing


def _lowest(score: np.ndarray, among: np.ndarray, count: int) -> np.ndarray:
    """Return a mask of the ``count`` persons with the lowest score among those masked."""
    rows = np.flatnonzero(among)
    chosen = rows[np.argsort(score[rows], kind="stable")[:count]]
    mask = np.zeros(len(score), dtype=bool)
    mask[chosen] = True
    return mask


def _ranked(score: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Return the rank (0 to 1, open) of each person's score among those masked."""
    rows = np.flatnonzero(among)
    ranks = np.full(len(score), 0.5)
    ranks[rows[np.argsort(score[rows], kind="stable")]] = (
        (np.arange(len(rows)) + 0.5) / len(rows) if len(rows) else 0.5
    )
    return ranks


def _learning(
    standing: Standing,
    composition: Composition,
    score: np.ndarray,
    shares: Shares,
    parameters: Parameters,
    noise: np.ndarray,
) -> None:
    age = composition.age_years
    column = score[:, LEARNING]
    ages = parameters.ages
    rung = np.zeros(len(age))
    footing = np.zeros(len(age))
    low_share = min(1.0, shares.low_education * (1 + shares.disadvantage))
    core = (age >= 25) & (age < ages.pension)
    older = age >= ages.pension
    for among, share in ((core, low_share), (older, min(1.0, low_share + 0.15))):
        low = _lowest(column, among, round(share * int(among.sum())))
        high = among & ~low
        rank_low, rank_high = _ranked(column, low), _ranked(column, high)
        rung[low] = np.where(rank_low[low] < 0.35, 0, 1)
        rung[high] = 2 + np.searchsorted([0.38, 0.72, 0.96], rank_high[high])
    grown = core | older
    footing[grown] = rung[grown] + 0.15 + noise[grown, LEARNING]
    young = age < 25
    # The young: what their standing will let them reach, as far as their age allows.
    reach = np.interp(
        _ranked(column, young), [0, low_share * 0.5, low_share, 1], [0.3, 1.6, 2.1, 4.9]
    )
    footing[young] = reach[young]
    for step, earliest in enumerate(parameters.learning.earliest_age):
        reached = young & (age >= earliest + 2) & (reach >= step + 1)
        rung[reached] = step + 1
    standing.rung[:, LEARNING] = rung
    standing.footing[:, LEARNING] = footing


def students(standing: Standing, age: np.ndarray, parameters: Parameters) -> np.ndarray:
    """Return a mask of those in initial education."""
    can_climb = standing.footing[:, LEARNING] >= standing.rung[:, LEARNING] + 1
    return (age < parameters.ages.adult) | ((age < parameters.ages.school_until) & can_climb)


def _working(
    standing: Standing,
    composition: Composition,
    score: np.ndarray,
    shares: Shares,
    parameters: Parameters,
    luck: Luck,
    noise: np.ndarray,
) -> None:
    """Choose who is at work, unemployed and far from the labour market.

    How many are workless is found by bisection: the more there are, the more households have no
    earner and the more residents are on benefit.
    """
    age = composition.age_years
    ages, working, start = parameters.ages, parameters.working, parameters.start
    working_age = (age >= ages.adult) & (age < ages.pension)
    ready = working_age & ~students(standing, age, parameters)
    column = score[:, WORKING]
    idle = np.floor(12 * np.exp(1.1 * spread(luck.many("idle_months", composition.identity))))
    target = round(shares.benefit * (1 + shares.disadvantage) * int(working_age.sum()))
    rate = min(0.95, shares.unemployed * (1 + shares.disadvantage))

    def on_benefit(workless: int) -> np.ndarray:
        without = _lowest(column, ready, workless)
        n_unemployed = min(workless, round(rate * (int(ready.sum()) - workless) / (1 - rate)))
        far = _lowest(column, without, workless - n_unemployed)
        long_idle = far | (without & (idle >= working.insurance_months))
        employed = ready & ~without
        # A subsidised job ends the benefit of who holds it, not that of the household.
        earning = employed & ~_lowest(column, employed, n_subsidised)
        earners = np.bincount(composition.household[earning], minlength=len(composition.sizes))
        return without & long_idle & (earners[composition.household] == 0)

    n_subsidised = round(start.share_subsidised * int(working_age.sum()))
    fewest = round(rate * int(ready.sum()))
    workless = _bisect(lambda k: int(on_benefit(k).sum()), target, fewest, int(ready.sum()))
    without = _lowest(column, ready, workless)
    n_unemployed = min(workless, round(rate * (int(ready.sum()) - workless) / (1 - rate)))
    far = _lowest(column, without, workless - n_unemployed)
    near = without & ~far
    employed = ready & ~without
    surplus = int(on_benefit(workless).sum()) - target
    if surplus > 0:
        # More unemployed without an earner than on benefit: some have been so for a short time.
        recent = _lowest(idle, on_benefit(workless) & near, surplus)
        idle[recent] = np.minimum(idle[recent], working.insurance_months - 1)
    rung = np.zeros(len(age))
    rank = _ranked(column, employed)
    subsidised = _lowest(column, employed, n_subsidised)
    rung[employed] = np.where(rank[employed] > 1 - start.share_permanent, 5, MARKET_RUNG)
    rung[subsidised] = PAID_RUNG
    place = luck.many("rung_working", composition.identity)
    share_unpaid = (
        parameters.labour.place_share[0] * int(working_age.sum()) / max(1, int(far.sum()))
    )
    rung[far & (place < 0.7 * share_unpaid)] = 1
    footing = np.zeros(len(age))
    footing[employed] = np.where(rung == 5, 4.9, 4.1)[employed] + noise[employed, WORKING]
    footing[subsidised] = 2.6 + noise[subsidised, WORKING]
    limit = working.labour_force_from
    footing[near] = np.clip(
        limit + (4.3 - limit) * _ranked(column, near)[near] + 0.5 * noise[near, WORKING], limit, 4.6
    )
    footing[far] = np.clip(
        limit * np.sqrt(_ranked(column, far)[far]) + 0.5 * noise[far, WORKING], 0, limit - 0.02
    )
    idle[far] = np.maximum(idle[far], 24)
    idle[employed] = 0
    coming = age < ages.pension
    others = coming & ~employed & ~far & ~near
    footing[others] = np.interp(_ranked(column, others), [0, 0.25, 1], [0.5, 3.0, 5.2])[others]
    standing.rung[:, WORKING] = rung
    standing.footing[:, WORKING] = footing
    standing.idle_months[:] = np.clip(np.where(working_age, idle, 0), 0, 600)


def _bisect(count: Callable[[int], int], target: int, low: int, high: int) -> int:
    """Return the least number in [low, high] for which the rising ``count`` reaches the target."""
    while low < high:
        middle = (low + high) // 2
        if count(middle) < target:
            low = middle + 1
        else:
            high = middle
    return low


def _housing(
    standing: Standing,
    composition: Composition,
    dwelling_rung: np.ndarray,
    parameters: Parameters,
    noise: np.ndarray,
) -> None:
    rung = dwelling_rung[composition.household].astype(float)
    child = composition.role == CHILD
    adult = composition.age_years >= parameters.ages.adult
    rung[child] = 2.0
    rung[~adult] = 0.0
    standing.rung[:, HOUSING] = rung
    basis = np.where(child, dwelling_rung[composition.household] - 0.4, rung)
    standing.footing[:, HOUSING] = basis + 0.1 + noise[:, HOUSING]


def _leisure(
    standing: Standing,
    composition: Composition,
    score: np.ndarray,
    shares: Shares,
    parameters: Parameters,
    noise: np.ndarray,
) -> None:
    age = composition.age_years
    column = score[:, LEISURE]
    among = age >= parameters.ages.leisure_from
    share = parameters.start.share_active * (1 - shares.disadvantage)
    passive = _lowest(column, among, round((1 - share) * int(among.sum())))
    active = among & ~passive
    rung = np.zeros(len(age))
    rung[passive] = np.searchsorted([0.34, 0.70], _ranked(column, passive)[passive])
    rung[active] = 3 + np.searchsorted([0.62, 0.93], _ranked(column, active)[active])
    young = among & (age < parameters.ages.adult)
    # Children begin at the foot of the ladder: what their standing gives them comes with the years.
    so_far = (age - parameters.ages.leisure_from + 1) / _YEARS_A_LEISURE_RUNG
    rung[young] = np.minimum(rung[young], np.floor(so_far[young]))
    standing.rung[:, LEISURE] = rung
    reach = np.where(young, np.maximum(rung, _ranked(column, young) * 4.5), rung)
    standing.footing[:, LEISURE] = np.where(among, reach, 1.5) + 0.2 + noise[:, LEISURE]


def _feelings(
    standing: Standing,
    composition: Composition,
    score: np.ndarray,
    shares: Shares,
    parameters: Parameters,
    luck: Luck,
    agency_base: float | None,
) -> None:
    wellbeing, ages = parameters.wellbeing, parameters.ages
    age, household = composition.age_years, composition.household
    adult = age >= ages.adult
    working_age = adult & (age < ages.pension)
    n_households = len(composition.sizes)
    earning = working_age & (standing.rung[:, WORKING] >= MARKET_RUNG)
    earners = np.bincount(household[earning], minlength=n_households)
    pensioners = np.bincount(household[age >= ages.pension], minlength=n_households)
    poor = ((earners == 0) & (pensioners == 0))[household]
    school = students(standing, age, parameters)
    idle = working_age & (standing.rung[:, WORKING] == 0) & ~school
    situation = (
        wellbeing.burden_poor * poor
        + wellbeing.burden_idle * idle
        - wellbeing.burden_ties * shares.circle
    )
    own = spread(luck.many("strain_noise", composition.identity))
    shared = spread(luck.many("strain_household", composition.identity - composition.place))
    strain = 0.13 * (0.7 * shared + 0.5 * own - 0.5 * score.mean(axis=1))
    adults = np.bincount(household[adult], minlength=n_households)

    def household_burden(level: float) -> np.ndarray:
        burden = np.clip(np.clip(strain + level, 0, 1) + situation, 0, 1)
        return np.bincount(household[adult], burden[adult], n_households) / adults

    low, high = -1.0, 1.5
    for _ in range(50):
        level = (low + high) / 2
        if np.mean(household_burden(level) >= wellbeing.problem_threshold) < shares.debts:
            low = level
        else:
            high = level
    standing.strain[:] = np.clip(strain + high, 0, 1)
    standing.burden[:] = np.clip(standing.strain + situation, 0, 1)
    mean_rung = standing.rung.mean(axis=1)
    retired = age >= ages.pension
    mean_rung[retired] = standing.rung[retired][:, [LEARNING, HOUSING, LEISURE]].mean(axis=1)
    agency = (
        0.04 * spread(luck.many("agency_noise", composition.identity))
        + wellbeing.agency_rungs * mean_rung / 5
        - wellbeing.agency_burden * standing.burden
    )
    if agency_base is None:
        agency_base = wellbeing.control_threshold - float(
            np.quantile(agency[adult], 1 - shares.in_control)
        )
    standing.agency_base = agency_base
    standing.agency[:] = np.clip(agency + agency_base, 0, 1)
    trust = 0.06 * spread(luck.many("trust_noise", composition.identity))
    standing.trust[:] = np.clip(wellbeing.trust_base + trust, 0, 1)
