"""Who lives together: household types, children and ages that meet a place's figures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..scenarios import Parameters
from .luck import Luck
from .state import CHILD, HEAD, PARTNER, identity_of

_KIDS = np.array([0.42, 0.79, 0.94, 0.985, 1.0])  # cumulative shares of 1, 2, 3, 4, 5 children


@dataclass(frozen=True)
class Target:
    """What a composition must meet: numbers and shares of `Place.figures`."""

    households: int
    residents: int
    share_under_18: float
    share_65_plus: float
    share_single_parent: float
    oldest_without_children: int


@dataclass(frozen=True)
class Composition:
    """Persons by household; arrays have one row a person except ``sizes`` (a household)."""

    sizes: np.ndarray
    household: np.ndarray
    place: np.ndarray
    role: np.ndarray
    age_years: np.ndarray
    identity: np.ndarray


def compose(target: Target, parameters: Parameters, luck: Luck, first_dwelling: int) -> Composition:
    """Return households whose numbers meet the target to the person.

    Household ``k`` is the first tenancy of dwelling ``first_dwelling + k``, which keys its luck.

    Raises
    ------
    ValueError
        When no households of the modelled types can meet the target.
    """
    heads = identity_of(np.arange(target.households) + first_dwelling, 0, 0)
    couple, kids, adult_kids = _types(target, parameters, luck, heads)
    sizes = 1 + couple + kids + adult_kids
    household = np.repeat(np.arange(target.households), sizes)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    place = np.arange(sizes.sum()) - np.repeat(starts, sizes)
    identity = heads[household] + place
    role = np.full(len(place), CHILD, dtype=np.int8)
    role[place == 0] = HEAD
    role[(place == 1) & (couple[household] == 1)] = PARTNER
    age = _ages(target, parameters, luck, heads, couple, kids, adult_kids, household, place, role)
    return Composition(sizes, household, place, role, age, identity)


def _types(
    target: Target, parameters: Parameters, luck: Luck, heads: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return for each household: 1 for a couple, number of minors, number of adult children."""
    n = target.households
    minors = round(target.residents * target.share_under_18)
    adults = target.residents - minors
    single_parents = round(n * target.share_single_parent)
    if single_parents > minors:
        raise ValueError(f"{single_parents} single parents have {minors} minors between them")
    mean_kids = 1.0 + float(np.sum(1.0 - _KIDS))
    families = int(np.clip(round(minors / mean_kids), single_parents, n))
    spare_adults = adults - n - (families - single_parents)
    while spare_adults < 0 and families > max(single_parents, 1):
        # Too few adults for so many families: larger families, fewer of them.
        families -= 1
        spare_adults += 1
    most_couples = n - families
    adult_kids_total = max(
        min(round(adults * parameters.start.adult_children), spare_adults),
        spare_adults - most_couples,
        0,
    )
    childless_couples = spare_adults - adult_kids_total
    if spare_adults < 0 or childless_couples < 0 or (minors > 0 and minors > 9 * families):
        raise ValueError(
            f"no households can be composed of {target.residents} residents in {n} households with"
            f" {target.share_under_18:.0%} under 18 and {target.share_single_parent:.0%} single parents"
        )
    order = np.argsort(luck.many("household_type", heads))
    couple = np.zeros(n, dtype=np.int64)
    kids = np.zeros(n, dtype=np.int64)
    couple[order[single_parents:families]] = 1
    couple[order[families : families + childless_couples]] = 1
    kids[order[:families]] = _kids(luck.many("kids", heads[order[:families]]), minors)
    adult_kids = np.zeros(n, dtype=np.int64)
    # Grown-up children live with couples first, then with whoever has room.
    hosts = order[np.argsort(-couple[order], kind="stable")]
    hosts = hosts[kids[hosts] == 0] if np.sum(kids == 0) >= adult_kids_total else hosts
    for k in range(adult_kids_total):
        adult_kids[hosts[k % len(hosts)]] += 1
    return couple, kids, adult_kids


def _kids(luck: np.ndarray, total: int) -> np.ndarray:
    """Return at least one child a family, drawn from the usual sizes, adding up to ``total``."""
    if len(luck) == 0:
        return np.zeros(0, dtype=np.int64)
    kids = 1 + np.searchsorted(_KIDS, luck)
    order = np.argsort(luck)
    difference = total - int(kids.sum())
    while difference != 0:
        step = 1 if difference > 0 else -1
        able = order[kids[order] > 1] if step < 0 else order
        changed = able[: abs(difference)]
        kids[changed] += step
        difference -= step * len(changed)
    return kids


def _ages(
    target: Target,
    parameters: Parameters,
    luck: Luck,
    heads: np.ndarray,
    couple: np.ndarray,
    kids: np.ndarray,
    adult_kids: np.ndarray,
    household: np.ndarray,
    place: np.ndarray,
    role: np.ndarray,
) -> np.ndarray:
    """Return ages in whole years; the number of people of 65 and older is the target's, or one less."""
    n = target.households
    u = luck.many("age_head", heads)
    oldest = target.oldest_without_children
    adult = parameters.ages.adult
    head_age = np.maximum(adult, 20 + np.floor(u * (oldest - 19)).astype(np.int64))
    parent = kids > 0
    # Parents of minors: mostly in their thirties and forties.
    triangle = np.where(u < 0.5, np.sqrt(u / 2), 1 - np.sqrt((1 - u) / 2))
    head_age[parent] = 22 + np.floor(triangle[parent] * 30).astype(np.int64)
    with_grown = adult_kids > 0
    head_age[with_grown] = 43 + np.floor(u[with_grown] * 21).astype(np.int64)
    elderly = np.zeros(n, dtype=bool)
    wanted = round(target.residents * target.share_65_plus)
    eligible = np.flatnonzero(~parent & ~with_grown)
    order = eligible[np.argsort(luck.many("age_other", heads[eligible]))]
    together = np.cumsum(1 + couple[order])
    chosen = order[together <= wanted]
    elderly[chosen] = True
    if len(chosen) < len(order) and wanted - int(np.sum(1 + couple[chosen])) == 1:
        singles = order[(couple[order] == 0) & ~elderly[order]]
        elderly[singles[:1]] = True
    if abs(int(np.sum((1 + couple)[elderly])) - wanted) > 1:
        raise ValueError(
            f"too few households without children for {target.share_65_plus:.0%} of residents over 65"
        )
    head_age[elderly] = 65 + np.floor(28 * u[elderly] ** 1.6).astype(np.int64)
    return _ages_of_others(
        luck, heads, head_age, elderly, adult, household, place, role, couple, kids, oldest
    )


def _ages_of_others(
    luck: Luck,
    heads: np.ndarray,
    head_age: np.ndarray,
    elderly: np.ndarray,
    adult: int,
    household: np.ndarray,
    place: np.ndarray,
    role: np.ndarray,
    couple: np.ndarray,
    kids: np.ndarray,
    oldest: int,
) -> np.ndarray:
    other = luck.many("age_other", heads[household] + place)
    age = head_age[household].copy()
    partner = role == PARTNER
    apart = np.floor(other * 9).astype(np.int64) - 4
    beside = head_age[household] + apart
    old = elderly[household]
    age[partner & old] = np.clip(beside[partner & old], 65, 99)
    young = partner & ~old
    age[young] = np.clip(beside[young], adult + 1, max(64, oldest))
    child = role == CHILD
    minor = child & (place - 1 - couple[household] < kids[household])
    highest = np.minimum(adult, np.maximum(1, head_age[household] - 19))
    age[minor] = np.floor(other[minor] * highest[minor]).astype(np.int64)
    grown = child & ~minor
    age[grown] = adult + np.floor(other[grown] * 10).astype(np.int64)
    return age
