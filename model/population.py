"""The first residents of a place in their dwellings, and the households on the list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..agents.moving import OWNER_OCCUPIED, SUPPORTED
from ..scenarios import Parameters, Place, Problem, Scenario, ScenarioError
from .buildings import Buildings, build, tenure_counts
from .composition import Composition, Target, compose
from .luck import Luck
from .standing import Shares, Standing, scores, stand
from .state import DWELLING, HOUSEHOLD, PERSON, Table, identity_of

#: Households on the list that newcomers are drawn from, and the least for each tenure.
_POOL_HOUSEHOLDS = 1600
_POOL_LEAST = 60
#: Share of the wanted ties that people have on the whole.
_CIRCLE = 0.9
#: Dwelling numbers that key the luck of households on the list; no real dwelling has them.
_POOL_DWELLING = 1 << 22


@dataclass
class WaitingList:
    """The households from which newcomers are drawn, sorted by tenure and by how they are placed.

    ``by_tenure[t]`` is (first, one past the last) of the rows of ``households`` for tenure ``t``.
    """

    people: Table
    households: Table
    by_tenure: np.ndarray


@dataclass
class Population:
    """Everybody and everything at month 0."""

    people: Table
    households: Table
    dwellings: Table
    buildings: Buildings
    waiting_list: WaitingList
    agency_base: float


class _Made(NamedTuple):
    """What a population is made of, and the population."""

    place: Place
    parameters: Parameters
    circle: float
    seed: int
    population: Population


#: The population that was made last: twins begin with the same one.
_made: list[_Made] = []


def populate(scenario: Scenario, luck: Luck) -> Population:
    """Return the population of a scenario's place at month 0.

    Raises
    ------
    ScenarioError
        When no population can meet the figures of the place together.
    """
    asked = (scenario.place, scenario.parameters, _circle(scenario), luck.seed)
    # The list is read once: another thread of a server may put its own population there meanwhile.
    last = next((one for one in _made if one[:-1] == asked), None)
    if last is None:
        last = _Made(*asked, _populate(scenario, luck))
        _made[:] = [last]
    made = last.population
    tables = (made.people.copy(), made.households.copy(), made.dwellings.copy())
    return Population(*tables, made.buildings, made.waiting_list, made.agency_base)


def _populate(scenario: Scenario, luck: Luck) -> Population:
    place, parameters = scenario.place, scenario.parameters
    try:
        buildings = build(place, parameters, luck)
        composition = compose(_target(place), parameters, luck, 0)
        score = scores(composition, parameters, luck)
        home = _match(composition, score, buildings.tenure, buildings.rung, luck)
        standing = stand(
            composition, score, buildings.rung[home], _shares(scenario), parameters, luck
        )
        waiting_list = _waiting_list(scenario, luck, standing.agency_base)
    except ValueError as error:
        problem = Problem(f"places/{place.key}.toml", "figures", str(error))
        raise ScenarioError([problem]) from None
    tables = _tables(composition, standing, buildings, home, luck)
    return Population(*tables, buildings, waiting_list, standing.agency_base)


def _target(place: Place) -> Target:
    return Target(
        households=int(place.figure("households")),
        residents=int(place.figure("residents")),
        share_under_18=place.figure("share_under_18"),
        share_65_plus=place.figure("share_65_plus"),
        share_single_parent=place.figure("share_single_parent"),
        oldest_without_children=64,
    )


def _shares(scenario: Scenario, disadvantage: float = 0.0) -> Shares:
    place = scenario.place
    return Shares(
        low_education=place.figure("share_low_education"),
        benefit=place.figure("share_benefit"),
        unemployed=place.figure("share_unemployed"),
        in_control=place.figure("share_in_control"),
        debts=place.figure("share_debts"),
        disadvantage=disadvantage,
        circle=_circle(scenario),
    )


def _circle(scenario: Scenario) -> float:
    """Return the share of the wanted ties that people have and that help them."""
    mechanisms = scenario.mechanisms
    knows_people = mechanisms.ties and scenario.parameters.ties.mean_wanted > 0
    return _CIRCLE if knows_people and mechanisms.mutual_aid else 0.0


def _match(
    composition: Composition, score: np.ndarray, tenure: np.ndarray, rung: np.ndarray, luck: Luck
) -> np.ndarray:
    """Return the dwelling of each household: the better placed live in the more wanted dwellings.

    Supported dwellings go to one-person households first.
    """
    n = len(composition.sizes)
    first = np.concatenate([[0], np.cumsum(composition.sizes)[:-1]])
    noise = luck.many("home_match", composition.identity[first])
    standing = score[first].mean(axis=1) + 1.2 * (noise - 0.5)
    supported = np.flatnonzero(tenure == SUPPORTED)
    others = np.flatnonzero(tenure != SUPPORTED)
    by_need = np.lexsort((standing, composition.sizes > 1))
    home = np.empty(n, dtype=np.int64)
    home[by_need[: len(supported)]] = supported
    rest = by_need[len(supported) :]
    rest = rest[np.argsort(standing[rest], kind="stable")]
    lottery = luck.many("wanted_dwelling", identity_of(others, 1, 0))
    wanted = np.where(tenure[others] == OWNER_OCCUPIED, 2.0, rung[others] - 3.0)
    home[rest] = others[np.lexsort((lottery, wanted))]
    return home


def _tables(
    composition: Composition,
    standing: Standing,
    buildings: Buildings,
    home: np.ndarray,
    luck: Luck,
) -> tuple[Table, Table, Table]:
    n, n_households = len(composition.identity), len(composition.sizes)
    people = Table(PERSON, n + n // 4)
    households = Table(HOUSEHOLD, n_households + n_households // 4)
    dwellings = Table(DWELLING, n_households)
    people.count, households.count, dwellings.count = n, n_households, n_households
    first = np.concatenate([[0], np.cumsum(composition.sizes)[:-1]])
    following = np.arange(1, n + 1)
    following[first[1:] - 1] = -1
    following[-1] = -1
    # The first tenancy of the dwelling where a household lives names its members.
    identity = identity_of(home[composition.household], 0, composition.place)
    months = np.floor(12 * luck.many("birth_month", identity)).astype(np.int64)
    people.fill(
        identity=identity,
        birth=-12 * composition.age_years.astype(np.int64) - months,
        role=composition.role,
        household=composition.household,
        ties_wanted=-1,
        ended=-1,
        next_member=following,
        tie_work=0.5,
        tie_agency=-1.0,
        tie_trust=-1.0,
        **standing.columns(),
    )
    households.fill(
        identity=identity_of(home, 0, 0),
        dwelling=home,
        first_member=first,
        members=composition.sizes,
        members_ever=composition.sizes,
    )
    tenant = np.empty(n_households, dtype=np.int64)
    tenant[home] = np.arange(n_households)
    dwellings.fill(
        stairwell=buildings.stairwell,
        complex=buildings.complex,
        street=buildings.street,
        tenure=buildings.tenure,
        rung=buildings.rung,
        household=tenant,
        vacant_since=-1,
    )
    return people, households, dwellings


def _waiting_list(scenario: Scenario, luck: Luck, agency_base: float) -> WaitingList:
    """Return the households on the list: composed like the place, younger and lower placed."""
    place, parameters = scenario.place, scenario.parameters
    start = parameters.start
    counts = np.maximum(_POOL_LEAST, tenure_counts(place, _POOL_HOUSEHOLDS))
    n = int(counts.sum())
    size = place.figure("residents") / place.figure("households")
    target = Target(
        households=n,
        residents=round(n * size),
        share_under_18=place.figure("share_under_18"),
        share_65_plus=place.figure("share_65_plus") * start.newcomer_elderly,
        share_single_parent=place.figure("share_single_parent"),
        oldest_without_children=start.newcomer_age_max,
    )
    composition = compose(target, parameters, luck, _POOL_DWELLING)
    score = scores(composition, parameters, luck)
    tenure = np.repeat(np.arange(4), counts)
    wanted = np.array([3, 3, 5, 2])[tenure]
    home = _match(composition, score, tenure, wanted, luck)
    standing = stand(
        composition,
        score,
        wanted[home],
        _shares(scenario, start.newcomer_disadvantage),
        parameters,
        luck,
        agency_base,
    )
    heads = np.concatenate([[0], np.cumsum(composition.sizes)[:-1]])
    # By tenure, and within it from the lowest placed to the highest.
    by_tenure = np.lexsort((standing.footing[heads].sum(axis=1), tenure[home]))
    people, households = Table(PERSON, len(composition.identity)), Table(HOUSEHOLD, n)
    people.count, households.count = len(composition.identity), n
    people.fill(birth=-12 * composition.age_years, role=composition.role, **standing.columns())
    households.fill(first_member=heads[by_tenure], members=composition.sizes[by_tenure])
    ends = np.cumsum(counts)
    return WaitingList(people, households, np.stack([ends - counts, ends], axis=1))
