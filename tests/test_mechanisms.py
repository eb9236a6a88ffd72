"""Mechanisms: switched off, a mechanism's own term is exactly zero; on again, it is back.

The terms of mechanisms that act through programmes are in `programme_terms.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from langeadem.agents.climbing import PAID_RUNG
from langeadem.model.enrolment import SUPPORTED, VOLUNTEER
from langeadem.model.luck import EVENT, draw
from langeadem.model.neighbourhood import Neighbourhood
from langeadem.model.rulebook import NEUTRAL, SILENCED
from langeadem.model.state import CHILD, DEAD, ELSEWHERE, HEAD, HERE, PARTNER
from langeadem.scenarios import (
    Mechanisms,
    Policy,
    ScenarioError,
    load,
    load_policy,
    parameter_cards,
)

from .funding import tables
from .programme_terms import PROGRAMME_TERMS

TOWN = {"figures.households": 200, "figures.residents": 420}
BUSY = {"moving.tenure_rate": [0.05, 0.05, 0.05, 0.05]}
LADDERS = ("learning", "working", "leisure")
STATE = (
    "status",
    "rung",
    "capability",
    "footing",
    "agency",
    "burden",
    "trust",
    "strain",
    "idle_months",
    "household",
    "ended",
)

Overrides = dict[str, Any]
Terms = dict[str, float]


def _several() -> Policy:
    """Return a policy of programmes of all kinds for a small town, rules of letting among them."""
    own: dict[str, Overrides] = {
        "vooruit": {
            "places": 12,
            "staff.caseload": 4.0,
            "support.own_surroundings": 0.5,
            "support.duration_months": 4,
            "funnel.again_months": 1,
            "bonds.volunteers": 1.0,
            "bonds.volunteer_load": 12.0,
            "support.group": True,
        },
        "xpoint": {
            "places": 20,
            "staff.start_up_months": 0,
            "support.duration_months": 36,
            "nudges.burden": -0.05,
        },
        "watch-out": {
            "calendar": "stop-start",
            "support.duration_months": 30,
            "places": 40,
            "offers.work_places": 40,
            "eligibility.age_to": 66,
            "nudges.working": 0.2,
            "risk.on": False,
        },
        "prachtwerk": {"places": 10, "offers.work_places": 50},
        "foyer-henegouwerlaan": {"offers.rooms": 6, "places": 6, "calendar": "carousel"},
        "koopgarant": {"places": 5, "funnel.start": 1.0, "funnel.visit": 1.0},
    }
    funded = {}
    for name, changes in own.items():
        changes = {f"programmes.{name}.{key}": value for key, value in changes.items()}
        funded |= load_policy(name, changes).programmes
    landlord = load_policy("under-conditions").landlord.model_copy(update={"housing_career": 0.3})
    return Policy(key="several", programmes=funded, landlord=landlord)


SEVERAL = _several()


def _off(*mechanisms: str) -> Overrides:
    return {f"mechanisms.{name}": False for name in mechanisms}


def _world(*overrides: Overrides, seed: int = 5) -> Neighbourhood:
    asked: Overrides = dict(TOWN)
    for more in overrides:
        asked |= more
    return Neighbourhood(load(policy=asked.pop("policy", None), overrides=asked), rng=seed)


def _lived(months: int, *overrides: Overrides) -> Neighbourhood:
    world = _world(*overrides)
    for _ in range(months):
        world.step()
    return world


def _flows(world: Neighbourhood, *names: str) -> float:
    return float(world.chronicle.frame()[list(names)].sum().sum())


def _changes(months: int, columns: tuple[str, ...], *overrides: Overrides) -> dict[str, np.ndarray]:
    """Return how much each column of the first residents changed each month, (months, persons, ...)."""
    world = _world(*overrides)
    n = world.people.count
    told = {name: [np.array(world.people.rows[name][:n], dtype=float)] for name in columns}
    for _ in range(months):
        world.step()
        for name in columns:
            told[name].append(np.array(world.people.rows[name][:n], dtype=float))
    return {name: np.diff(np.stack(values), axis=0) for name, values in told.items()}


def _apart(a: Neighbourhood, b: Neighbourhood) -> float:
    """Return how many lives differ between two worlds."""

    def lives(world: Neighbourhood) -> dict[int, bytes]:
        rows = world.people.rows[: world.people.count]
        packed = [np.ascontiguousarray(rows[name]).view(np.uint8) for name in STATE]
        together = np.concatenate([one.reshape(len(rows), -1) for one in packed], axis=1)
        return {int(i): together[k].tobytes() for k, i in enumerate(rows["identity"])}

    first, second = lives(a), lives(b)
    return float(sum(first.get(i) != second.get(i) for i in first.keys() | second.keys()))


def _without_a_say(months: int, switch: Overrides, *others: Overrides) -> Terms:
    """Return how many lives differ when parameters change that the mechanism alone gives a say."""
    usual = _lived(months, others[0], switch)
    terms = {}
    for other in others[1:]:
        name = ", ".join(other)
        terms[name] = _apart(usual, _lived(months, others[0], other, switch))
    return terms


def _poked(
    switch: Overrides, poke: Callable[[Neighbourhood, float], None], *overrides: Overrides
) -> tuple[Neighbourhood, Neighbourhood]:
    """Return two worlds a month after one quantity was set low in the one and high in the other."""
    worlds = (_world(*overrides, switch), _world(*overrides, switch))
    for world, value in zip(worlds, (0.0, 1.0), strict=True):
        poke(world, value)
        world.step()
    return worlds


def _column(name: str, scale: float = 1.0) -> Callable[[Neighbourhood, float], None]:
    def poke(world: Neighbourhood, value: float) -> None:
        world.people.rows[name][: world.people.count] = value * scale

    return poke


def _age(world: Neighbourhood) -> np.ndarray:
    return (world.month - world.people.column("birth")) // 12


# -- the term of each mechanism ------------------------------------------------------------------
# Each returns numbers that are exactly zero without the mechanism, and none of which is with it.


def _climbing(switch: Overrides) -> Terms:
    world = _lived(24, switch)
    names = (*(f"climbs_{ladder}" for ladder in LADDERS), "hired")
    return {name: _flows(world, name) for name in names}


def _falling(switch: Overrides) -> Terms:
    world = _lived(24, switch)
    names = (*(f"falls_{ladder}" for ladder in LADDERS), "jobs_lost")
    return {name: _flows(world, name) for name in names}


def _consolidation(switch: Overrides) -> Terms:
    change = _changes(12, ("footing",), switch)["footing"]
    return {"rise of footing": float(change[change > 0].sum())}


def _scarring(switch: Overrides) -> Terms:
    change = _changes(12, ("footing",), switch)["footing"]
    return {"fall of footing": float(change[change < 0].sum())}


def _fade_out(switch: Overrides) -> Terms:
    """Illness also costs capability, in working; so nobody falls ill here."""
    change = np.abs(_changes(12, ("capability",), _off("shocks"), switch)["capability"])
    return {f"capability {k}": float(change[..., k].sum()) for k in range(4)}


def _coupling(switch: Overrides) -> Terms:
    """Survival first, work without a start qualification, and arrears after the loss of a job."""
    still = {**_off("wellbeing", "shocks", "separation"), "working.loss_rate": [0.2] * 5}
    deaf = {"working.loss_burden": 0.0, "capability.fall_burden": 0.0}
    a, b = _poked(switch, _column("burden"), still, deaf)
    climbs = (*(f"climbs_{ladder}" for ladder in LADDERS), "hired")
    hands = _flows(a, *climbs) - _flows(b, *climbs)

    def schooling(world: Neighbourhood, value: float) -> None:
        world.people.rows["rung"][: world.people.count, 0][_age(world) >= 25] = 1 + value

    a, b = _poked(switch, schooling, still)
    unqualified = _flows(a, "jobs_lost") - _flows(b, "jobs_lost")
    arrears = np.abs(_changes(3, ("burden",), still, switch)["burden"]).sum()
    return {"hands": hands, "unqualified": unqualified, "arrears": float(arrears)}


def _labour_cycle(switch: Overrides) -> Terms:
    world = _lived(24, switch)
    return {"cycle": float(world.chronicle.frame()["cycle"].abs().sum())}


def _crowding(switch: Overrides) -> Terms:
    scarce = {**BUSY, "labour.vacancy_rate": 0.0005, "leisure.places_share": 0.0}
    world = _lived(24, scarce, switch)
    return {"outbid": _flows(world, "outbid"), "local moves": _flows(world, "local_moves")}


def _wellbeing(switch: Overrides) -> Terms:
    """Nothing else moves agency and trust; burden and strain also have their shocks."""
    quiet = _off("shocks", "coupling", "separation")
    terms = {}
    for name, more in (("agency", {}), ("trust", {}), ("burden", quiet), ("strain", quiet)):
        terms[name] = float(np.abs(_changes(12, (name,), more, switch)[name]).sum())
    return terms


def _shocks(switch: Overrides) -> Terms:
    quiet = _off("wellbeing", "coupling", "separation", "fade_out")
    change = _changes(12, ("burden", "strain", "capability"), quiet, switch)
    return {name: float(np.abs(values).sum()) for name, values in change.items()}


def _moving(switch: Overrides) -> Terms:
    world = _lived(24, BUSY, _off("eviction", "deaths", "leaving_home"), switch)
    return {name: _flows(world, name) for name in ("households_out", "local_moves")}


def _escalator(switch: Overrides) -> Terms:
    """Capability in housing has no say in who goes, where nobody looks for a dwelling inside."""

    def poke(world: Neighbourhood, value: float) -> None:
        world.people.rows["capability"][: world.people.count, 2] = 6.0 * value

    quiet = {**_off("eviction", "deaths", "local_moves"), "housing.wish_rate": 0.02}
    a, b = _poked(switch, poke, BUSY, quiet)
    return {"who goes": _flows(b, "households_out") - _flows(a, "households_out")}


def _attachment(switch: Overrides) -> Terms:
    def poke(world: Neighbourhood, value: float) -> None:
        near = world.people.column("ties_wanted") - world.people.column("bridges")
        world.people.rows["ties_near"][: world.people.count] = value * np.maximum(0, near)

    a, b = _poked(switch, poke, BUSY, _off("eviction", "deaths"))
    return {"who stays": _flows(a, "households_out") - _flows(b, "households_out")}


def _local_moves(switch: Overrides) -> Terms:
    world = _lived(24, BUSY, switch)
    return {"local moves": _flows(world, "local_moves")}


def _eviction(switch: Overrides) -> Terms:
    strict = {"shocks.eviction_rate": 0.5, "shocks.eviction_burden": 0.1}
    return {"evictions": _flows(_lived(3, strict, switch), "evictions")}


def _births(switch: Overrides) -> Terms:
    world = _lived(24, switch)
    born = float((world.people.column("origin") == 2).sum())
    return {"births": _flows(world, "births"), "born": born}


def _leaving_home(switch: Overrides) -> Terms:
    """Grown children leave, or find a dwelling inside: with no death none of them becomes head."""
    world = _world(_off("deaths", "moving", "eviction"), switch)
    children = np.flatnonzero(world.people.column("role") == CHILD)
    for _ in range(24):
        world.step()
    grown = float((world.people.rows["role"][children] == HEAD).sum())
    return {"left home": _flows(world, "left_home"), "grown up": grown}


def _partnering(switch: Overrides) -> Terms:
    return {"partners": _flows(_lived(24, switch), "partners")}


def _separation(switch: Overrides) -> Terms:
    often = {"shocks.separation_rate": 0.01}
    return {"separations": _flows(_lived(24, often, switch), "separations")}


def _deaths(switch: Overrides) -> Terms:
    """Who left is followed, and does not die elsewhere either."""
    world = _lived(60, BUSY, switch)
    dead = float((world.people.column("status") == DEAD).sum())
    return {"here": _flows(world, "deaths"), "elsewhere": dead - _flows(world, "deaths")}


def _inheritance(switch: Overrides) -> Terms:
    """Measure how far a child's footing is from its own draw, and its agency from the town's."""
    world = _lived(24, {"families.birth_rate": [0.05] * 5}, switch)
    terms = {"footing": 0.0, "agency": 0.0}
    for row in np.flatnonzero(world.people.column("origin") == 2):
        person = world.people.rows[row]
        for ladder in range(4):
            event = EVENT["child_noise_learning"] + ladder
            own = 5.5 * draw(world.seed, int(person["identity"]), 0, event)
            terms["footing"] += abs(float(person["footing"][ladder]) - float(np.float32(own)))
        usual = float(np.float32(world.rules.agency_typical))
        terms["agency"] += abs(float(person["agency"]) - usual)
    assert (world.people.column("origin") == 2).sum() > 10
    return terms


def _care_price(switch: Overrides) -> Terms:
    """Everybody falls ill; who is poor bears the price of care on top of the illness."""
    ill = {"shocks.illness_rate": 1.0, "shocks.debt_rate": 0.0, **_off("wellbeing", "coupling")}
    world = _world(ill, switch)
    world.people.rows["burden"][: world.people.count] = 0.0
    adult = _age(world) >= 18
    world.step()
    n = len(adult)
    here = adult & (world.people.rows["status"][:n] == HERE) & (world.people.rows["role"][:n] < 2)
    burden = world.people.rows["burden"][:n][here]
    return {"on top": float(np.abs(burden - world.rules.shocks_illness_burden).sum())}


def _market_pressure(switch: Overrides) -> Terms:
    return _without_a_say(
        24,
        switch,
        BUSY,
        {"society.outflow_pressure": 3.0},
        {"society.outflow_trend": 0.2},
        {"society.inflow_urgent": 0.9},
    )


def _demolition_elsewhere(switch: Overrides) -> Terms:
    years = {"society.demolition_years": 5.0}
    return _without_a_say(
        24,
        switch,
        BUSY,
        years,
        {**years, "society.demolition_share": 0.9, "society.rehousing_burden": 0.4},
    )


def _ties(switch: Overrides) -> Terms:
    world = _lived(12, switch)
    kinds = [kind for _, _, kind in world.network().edges(data="kind") if kind != "household"]
    people = world.people
    programmes = _lived(12, {"policy": SEVERAL, "years": 3}, switch)
    return {
        "ties with programmes": float(programmes.edges.count),
        "bridges with programmes": float(programmes.people.column("bridges").clip(min=0).sum()),
        "ties": float(world.edges.count),
        "bridges": float(people.column("bridges").clip(min=0).sum()),
        "network": float(len(kinds)),
        "carried": float((people.column("tie_agency") >= 0).sum()),
        "work": float((people.column("tie_work") != 0.5).sum()),
    }


def _foci(switch: Overrides) -> Terms:
    return _without_a_say(12, switch, {}, {"ties.focus": 15.0})


def _tie_turnover(switch: Overrides) -> Terms:
    """Ties begin and end with people only: none is made, and none is lost by the living here."""
    world = _world({"ties.lifetime": 3.0}, switch)

    def pairs() -> set[tuple[int, int]]:
        rows = world.edges.rows[: world.edges.count]
        return set(zip(rows["a"].tolist(), rows["b"].tolist(), strict=True))

    before = pairs()
    for _ in range(24):
        world.step()
    status = world.people.rows["status"]
    lost = [pair for pair in before - pairs() if all(status[one] == HERE for one in pair)]
    half = [
        pair
        for pair in before - pairs()
        if sorted(int(status[one]) for one in pair) == [HERE, ELSEWHERE]
    ]
    return {"made": float(len(pairs() - before)), "lost": float(len(lost)), "cut": float(len(half))}


def _job_information(switch: Overrides) -> Terms:
    many = {"labour.vacancy_rate": 0.2, "working.find_rate": 0.9}
    a, b = _poked(switch, _column("tie_work"), many)
    return {"hired": _flows(b, "hired") - _flows(a, "hired")}


def _norms(switch: Overrides) -> Terms:
    agency = _apart(*_poked(switch, _column("tie_agency")))
    trust = _apart(*_poked(switch, _column("tie_trust")))
    return {"agency": agency, "trust": trust}


def _mutual_aid(switch: Overrides) -> Terms:
    """How full the circle is has no say in burden."""
    a, b = _poked(switch, _column("ties", 30), _off("attachment"))
    return {"burden": _apart(a, b)}


TERMS: dict[str, Callable[[Overrides], Terms]] = {
    "climbing": _climbing,
    "falling": _falling,
    "consolidation": _consolidation,
    "scarring": _scarring,
    "fade_out": _fade_out,
    "coupling": _coupling,
    "labour_cycle": _labour_cycle,
    "crowding": _crowding,
    "wellbeing": _wellbeing,
    "shocks": _shocks,
    "moving": _moving,
    "escalator": _escalator,
    "attachment": _attachment,
    "local_moves": _local_moves,
    "eviction": _eviction,
    "births": _births,
    "leaving_home": _leaving_home,
    "partnering": _partnering,
    "separation": _separation,
    "deaths": _deaths,
    "inheritance": _inheritance,
    "care_price": _care_price,
    "market_pressure": _market_pressure,
    "demolition_elsewhere": _demolition_elsewhere,
    "ties": _ties,
    "foci": _foci,
    "tie_turnover": _tie_turnover,
    "job_information": _job_information,
    "norms": _norms,
    "mutual_aid": _mutual_aid,
    **PROGRAMME_TERMS,
}


def test_every_mechanism_has_a_term() -> None:
    """Protects promise 4 for mechanisms to come: a switch without a test here is found."""
    assert set(TERMS) == set(Mechanisms.model_fields)


@pytest.mark.parametrize("mechanism", TERMS)
def test_switched_off_its_own_term_is_exactly_zero(mechanism: str) -> None:
    """Protects promise 4: what is off leaves no trace, not even a small one."""
    terms = TERMS[mechanism](_off(mechanism))
    assert terms == dict.fromkeys(terms, 0.0)


@pytest.mark.parametrize("mechanism", TERMS)
def test_switched_on_its_term_is_back(mechanism: str) -> None:
    """Shows that the test above can fail: with the mechanism on, each of its terms is there."""
    terms = TERMS[mechanism]({})
    assert all(terms.values()), terms


# -- off is zero ----------------------------------------------------------------------------------

#: Mechanisms that also silence what follows from a parameter: a half-life, a lifetime, a switch.
_MORE_THAN_ZERO = {"coupling", "wellbeing", "tie_turnover"}


def _zeros(mechanism: str) -> Overrides:
    zero: Overrides = {}
    for key in SILENCED.get(mechanism, ()):
        default = parameter_cards()[key].default
        zero[key] = [0] * len(default) if isinstance(default, tuple) else 0
    return zero | dict.fromkeys(NEUTRAL.get(mechanism, ()), 1.0)


@pytest.mark.parametrize(
    "mechanism", sorted(set(SILENCED) - _MORE_THAN_ZERO - set(PROGRAMME_TERMS))
)
def test_off_is_the_world_with_its_parameters_at_zero(mechanism: str) -> None:
    """Protects promise 4 from the start on: the first residents, too, are composed without it."""
    assert _apart(_lived(24, _off(mechanism)), _lived(24, _zeros(mechanism))) == 0


_WITH_PROGRAMMES: Overrides = {
    "policy": SEVERAL,
    "years": 3,
    "staffing.leave_rate": 0.1,
    "working.find_rate": 0.5,
    "labour.vacancy_rate": 0.3,
}


@pytest.fixture(scope="module")
def with_programmes() -> bytes:
    """Return what programmes did in three years with every mechanism on."""
    return tables(_lived(36, _WITH_PROGRAMMES))


@pytest.mark.parametrize("mechanism", PROGRAMME_TERMS)
def test_a_mechanism_matters_to_programmes_and_off_is_its_parameters_at_zero(
    mechanism: str, with_programmes: bytes
) -> None:
    """Protects promise 4 with programmes: off is felt, and is the world with its parameters at zero or one."""
    without = _lived(36, _WITH_PROGRAMMES, _off(mechanism))
    assert tables(without) != with_programmes
    if zeros := _zeros(mechanism):
        same = _lived(36, _WITH_PROGRAMMES, zeros)
        assert _apart(without, same) == 0
        assert tables(without) == tables(same)


def test_a_mechanism_off_leaves_the_start_of_the_others_alone() -> None:
    """Protects paired comparisons: a switch touches the first residents by its own terms only.

    All but those that weigh on burden and agency at the start begin with the same people, to the bit.
    """
    usual = _world()
    for mechanism in Mechanisms.model_fields:
        world = _world(_off(mechanism))
        if mechanism not in ("ties", "mutual_aid"):
            assert _apart(usual, world) == 0, mechanism
        assert world.people.column("rung").tolist() == usual.people.column("rung").tolist()


# -- loops that skip ------------------------------------------------------------------------------

_BOUNDED = {
    "labour.contact_bonus": st.floats(0, 3),
    "labour.cycle_amplitude": st.floats(0, 1),
    "labour.cycle_noise": st.floats(0, 1),
    "working.find_rate": st.floats(0, 1),
    "working.permanent_rate": st.floats(0, 0.3),
    "working.support_place_rate": st.floats(0, 0.3),
    "working.loss_overreach": st.floats(0, 20),
    "working.loss_burden": st.floats(0, 20),
    "working.loss_unqualified": st.floats(0, 20),
    "working.loss_downturn": st.floats(0, 20),
    "capability.fall_burden": st.floats(0, 20),
    "learning.school_climb_rate": st.floats(0, 0.3),
    "learning.course_climb_rate": st.floats(0, 0.3),
    "leisure.climb_rate": st.floats(0, 0.3),
    "housing.wish_rate": st.floats(0, 0.1),
    "moving.risen_factor": st.floats(0, 10),
    "society.outflow_pressure": st.floats(0, 5),
    "society.outflow_trend": st.floats(-0.2, 0.2),
    "figures.turnover_social_rent": st.floats(0, 0.3),
    "families.single_birth_factor": st.floats(0, 5),
    "families.partner_rate": st.floats(0, 0.1),
    "families.death_growth": st.floats(0, 0.3),
    "shocks.eviction_rate": st.floats(0, 0.3),
}
_TINY = {"figures.households": 60, "figures.residents": 130}
#: Circumstances in which chances come near their bounds: everybody may be ready, and everybody's
#: chance to move is the same.
_AT_THE_BOUND = {
    "figures.households": 100,
    "figures.residents": 220,
    "start.footing_noise": 2.0,
    "labour.vacancy_rate": 0.5,
    "ties.bridge_working": 1.0,
    "moving.tenure_rate": [0.02] * 4,
    "moving.age_factor": [1.0] * 10,
    "moving.attachment": 0.0,
}


@settings(max_examples=30)
@given(st.fixed_dictionaries({}, optional=_BOUNDED))
@example({"labour.contact_bonus": 3.0})
@example({"labour.cycle_amplitude": 1.0, "labour.cycle_period": 12.0})
@example({"working.loss_downturn": 20.0, "labour.cycle_period": 12.0})
@example({"society.outflow_pressure": 4.0})
@example({"society.outflow_trend": 0.2, "housing.wish_rate": 0.0})
@example({"moving.risen_factor": 8.0})
@example({"moving.risen_factor": 0.0, "housing.wish_rate": 0.1})
@example({"families.single_birth_factor": 5.0})
@example({"capability.fall_burden": 20.0})
def test_what_the_loops_skip_could_not_have_happened(asked: Overrides) -> None:
    """Protects speed from changing lives: without the bounds by which loops skip, the same world."""
    scenario = load(overrides={**_AT_THE_BOUND, **asked})
    skips, looks = Neighbourhood(scenario, rng=3), Neighbourhood(scenario, rng=3)
    bounds = [name for name in looks.rules.dtype.names if "most" in name.split("_")]
    assert len(bounds) >= 9
    for name in bounds:
        looks.rules[name] = np.ones_like(looks.rules[name])
    for _ in range(18):
        skips.step()
        looks.step()
    assert _apart(skips, looks) == 0


# -- conservation ---------------------------------------------------------------------------------


def _members(world: Neighbourhood, household: int) -> list[int]:
    found, row = [], int(world.households.rows["first_member"][household])
    while row >= 0:
        found.append(row)
        assert len(found) <= world.people.count, "a list of members goes round"
        row = int(world.people.rows["next_member"][row])
    return found


def _is_consistent(world: Neighbourhood) -> None:
    """Assert that people, households and dwellings agree, and that quantities are in their ranges."""
    people = world.people.rows[: world.people.count]
    households = world.households.rows[: world.households.count]
    dwellings = world.dwellings.rows[: world.dwellings.count]
    home: dict[int, int] = {}
    for h in range(len(households)):
        members = _members(world, h)
        assert len(members) == households["members"][h]
        for row in members:
            assert row not in home, "somebody is a member of two households"
            home[row] = h
        lives_here = households["dwelling"][h] >= 0
        status = {int(people["status"][row]) for row in members}
        assert status <= ({HERE} if lives_here else {ELSEWHERE})
        if lives_here:
            roles = [int(people["role"][row]) for row in members]
            assert roles.count(HEAD) == 1
            assert roles.count(PARTNER) <= 1
            head = members[roles.index(HEAD)]
            assert world.month - people["birth"][head] >= 12 * world.rules.ages_adult
            assert dwellings["household"][households["dwelling"][h]] == h
            assert people["rung"][head, 2] == dwellings["rung"][households["dwelling"][h]]
    alive = np.flatnonzero(people["status"] != DEAD)
    assert set(home) == set(alive.tolist()), "somebody alive is in no household, or a dead one is"
    assert all(people["household"][row] == h for row, h in home.items())
    occupied = np.flatnonzero(dwellings["household"] >= 0)
    assert (households["dwelling"][dwellings["household"][occupied]] == occupied).all()
    assert (dwellings["vacant_since"][dwellings["household"] < 0] >= 0).all()
    assert len(occupied) == (households["dwelling"] >= 0).sum()
    assert len(np.unique(people["identity"])) == len(people)
    age = (world.month - people["birth"]) // 12
    rung = people["rung"][alive]
    assert rung.min() >= 0
    assert rung.max() <= 5
    rules = world.rules
    working_age = (age[alive] >= rules.ages_adult) & (age[alive] < rules.ages_pension)
    assert (rung[:, 1][~working_age] < PAID_RUNG).all()
    for name in ("agency", "burden", "trust", "strain", "tie_work"):
        values = people[name][alive]
        assert np.isfinite(values).all(), name
        assert values.min() >= 0, name
        assert values.max() <= 1, name
    for name in ("capability", "footing"):
        values = people[name][alive]
        assert np.isfinite(values).all(), name
        assert values.min() >= 0, name
        assert values.max() <= 6, name


def _programmes_are_consistent(world: Neighbourhood) -> None:
    """Assert that residents, trajectories, posts and money of programmes agree."""
    people = world.people.rows[: world.people.count]
    hours = np.zeros(len(people))
    jobs = np.zeros(len(people))
    for running in world.programmes.values():
        delivery = running.delivery
        rows = delivery.trajectories()
        supported = rows[rows["status"] == SUPPORTED]
        going_on = rows[rows["status"] <= VOLUNTEER]["person"]
        assert len(np.unique(going_on)) == len(going_on), (
            "two trajectories of one programme at once"
        )
        enrolled = np.flatnonzero(delivery.standing()["enrolled"][: len(people)])
        assert set(enrolled.tolist()) == set(going_on.tolist())
        posts = np.bincount(supported["post"][supported["post"] >= 0], minlength=1)
        slots = running.workforce.slots
        assert len(supported) == posts.sum() == delivery.filled_places()
        assert (posts <= np.array([*slots, *[0] * len(posts)])[: len(posts)]).all()
        assert len(supported) <= running.places + delivery.places_by_volunteers()
        np.add.at(hours, supported["person"], delivery.plan.hours)
        volunteers = rows["person"][rows["status"] == VOLUNTEER]
        np.add.at(hours, volunteers, delivery.plan.volunteer_load)
        np.add.at(jobs, supported["person"], supported["work_given"])
        assert supported["work_given"].sum() == delivery.jobs_given()
        assert running.account.balances()
    alive = people["status"] != DEAD
    assert people["programme_hours"][alive] == pytest.approx(hours[alive], abs=1e-3)
    assert np.array_equal(people["contract"][alive], jobs[alive])
    assert people["held"][alive].min() >= 0
    assert people["held"][alive].max() <= 1


def _balances(world: Neighbourhood) -> None:
    months = world.chronicle.frame()
    change = months["births"] + months["arrivals"] - months["departures"] - months["deaths"]
    assert (months["residents"].diff().iloc[1:] == change.iloc[1:]).all()
    assert months["residents"].iloc[-1] == world.count_here()
    assert months["households"].iloc[-1] == (world.households.column("dwelling") >= 0).sum()


@settings(max_examples=60)
@given(
    off=st.sets(st.sampled_from(list(Mechanisms.model_fields))),
    seed=st.integers(0, 2**40),
)
def test_people_and_homes_are_conserved_whatever_is_switched_off(off: set[str], seed: int) -> None:
    """Protects conservation in every combination of switches: nobody is lost, double or homeless."""
    rates = {
        "moving.tenure_rate": [0.03] * 4,
        "families.death_rate_65": 0.08,
        "families.birth_rate": [0.03] * 5,
        "families.partner_rate": 0.02,
        "shocks.separation_rate": 0.02,
        "shocks.eviction_rate": 0.2,
        "shocks.eviction_burden": 0.4,
        "moving.local_priority": 0.6,
        "society.demolition_years": 1.0,
    }
    world = _world(_TINY, rates, _off(*off), seed=seed)
    _is_consistent(world)
    for _ in range(2):
        for _ in range(12):
            world.step()
        _is_consistent(world)
    _balances(world)


@settings(max_examples=40)
@given(
    off=st.sets(st.sampled_from(list(Mechanisms.model_fields)))
    | st.sets(st.sampled_from(list(PROGRAMME_TERMS))),
    seed=st.integers(0, 2**40),
)
@example(off=set(), seed=1)
@example(off=set(PROGRAMME_TERMS), seed=1)
@example(off=set(Mechanisms.model_fields), seed=1)
def test_programmes_keep_people_and_homes_whatever_is_switched_off(
    off: set[str], seed: int
) -> None:
    """Protects conservation with programmes of all kinds, in every combination of switches."""
    rates = {
        "years": 4,
        "policy": SEVERAL,
        "staffing.leave_rate": 0.05,
        "moving.tenure_rate": [0.02] * 4,
        "families.death_rate_65": 0.05,
        "shocks.separation_rate": 0.01,
        "shocks.eviction_rate": 0.1,
    }
    world = _world(_TINY, rates, _off(*off), seed=seed)
    for _ in range(6):
        for _ in range(8):
            world.step()
        _is_consistent(world)
        _programmes_are_consistent(world)
    _balances(world)


def _anywhere(draw: st.DrawFn, key: str) -> Any:
    """Return a value in the range of a parameter, its ends more often than anything between."""
    card = parameter_cards()[key]
    several = isinstance(card.default, tuple)
    whole = isinstance(card.default[0] if several else card.default, int)
    between = (
        st.integers(int(card.low), int(card.high)) if whole else st.floats(card.low, card.high)
    )
    ends = st.sampled_from([card.low, card.high]).map(int if whole else float)
    value = ends | between
    if several:
        length = len(card.default)
        return draw(st.lists(value, min_size=length, max_size=length))
    return draw(value)


@st.composite
def _any_parameters(draw: st.DrawFn) -> Overrides:
    keys = st.lists(st.sampled_from(list(parameter_cards())), max_size=12, unique=True)
    return {key: _anywhere(draw, key) for key in draw(keys)}


@settings(max_examples=100)
@given(_any_parameters(), st.booleans())
@example({"ages.adult": 21}, True)
@example({"ages.adult": 16, "ages.pension": 60, "ages.school_until": 30}, True)
@example({"families.birth_rate": [1.0] * 5, "families.partner_rate": 1.0}, True)
@example(
    {"moving.tenure_rate": [1.0] * 4, "moving.local_wish": 1.0, "moving.local_priority": 1.0}, True
)
@example({"families.death_rate_65": 1.0, "families.death_growth": 0.0}, True)
@example({"shocks.separation_rate": 1.0, "families.leave_home_rate": [1.0] * 4}, True)
def test_people_and_homes_are_conserved_at_any_parameters(
    asked: Overrides, programmes: bool
) -> None:
    """Protects promise 5: every value in a stated range, or several together, can be lived with.

    Values that exclude each other are refused before anything is lived.
    """
    try:
        world = _world(_TINY, {"policy": SEVERAL} if programmes else {}, asked)
    except ScenarioError:
        return
    _is_consistent(world)
    for _ in range(18):
        world.step()
    _is_consistent(world)
    _programmes_are_consistent(world)
    _balances(world)


@pytest.mark.parametrize("off", [(), tuple(Mechanisms.model_fields)], ids=["all on", "all off"])
def test_people_and_homes_are_conserved_over_a_generation(off: tuple[str, ...]) -> None:
    """Protects conservation over time, with everything on and with everything off."""
    world = _world(_off(*off))
    for _ in range(30):
        for _ in range(12):
            world.step()
        _is_consistent(world)
    _balances(world)


def test_with_everything_off_nothing_happens() -> None:
    """Protects promise 4 for all together: then people only grow older, and retire."""
    world = _world(_off(*Mechanisms.model_fields))
    n = world.people.count
    before = world.people.rows[:n].copy()
    for _ in range(60):
        world.step()
    after = world.people.rows[:n]
    assert world.people.count == n
    for name in ("status", "household", "role", "capability", "footing", "strain", "trust"):
        assert np.array_equal(after[name], before[name]), name
    for name in ("agency", "burden"):
        assert np.array_equal(after[name], before[name]), name
    months = world.chronicle.frame()
    quiet = [
        name for name in months.columns[months.columns.get_loc("cycle") :] if name != "retired"
    ]
    assert not months[quiet].any().any()
    assert months["retired"].sum() > 0
