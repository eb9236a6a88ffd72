"""Programmes: whom they reach, what they change, and what they leave alone."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from langeadem.model.neighbourhood import Neighbourhood
from langeadem.scenarios import CalendarSpec, Policy, catalogue_names, load, load_policy

from .funding import (
    ALWAYS,
    OUTCOMES,
    TOWN,
    asked,
    by_person,
    calendar,
    lived,
    lives,
    off,
    on,
    policy,
    programme,
    rows_of,
    step,
    told,
    trajectories,
    world,
)

#: Nudges that change everything that a programme can change.
STRONG = {
    "nudges.learning": 0.05,
    "nudges.working": 0.05,
    "nudges.leisure": 0.05,
    "nudges.agency": 0.02,
    "nudges.burden": -0.02,
    "nudges.trust": 0.02,
}
#: Programmes of several kinds, as the catalogue has them.
KINDS = ("watch-out", "vooruit", "dordrecht-achter-de-voordeur", "xpoint", "cruyff-courts")


# -- capacity -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["continuous", "carousel", "relay-handover", "staged", "austerity", "sprint"]
)
def test_capacity_is_never_exceeded(name: str) -> None:
    """Protects capacity: no more in support than there are places, and than key workers can carry."""
    town = world(name, {"years": 7, "staffing.leave_rate": 0.05})
    for _ in range(town.setup.months):
        town.step()
        for running in town.programmes.values():
            extra = running.delivery.places_by_volunteers()
            assert len(running.participants) <= running.places + extra
            for worker in running.workers:
                most = np.ceil(running.spec.staff.caseload)
                assert worker.caseload <= most + np.ceil(extra / len(running.workers))
            times = max(1.0, running.places / running.spec.places)
            assert running.delivery.jobs_given() <= np.ceil(running.spec.offers.work_places * times)
    frame = town.chronicle.frame("programme")
    assert (frame["in_support"] <= frame["places"] + frame["volunteers"] * 5).all()
    assert frame["in_support"].max() > 0


def test_full_programmes_are_full() -> None:
    """Shows that the test above can fail: with enough people on the list every place is taken."""
    rows = rows_of(lived(programme(places=12, staff__caseload=5.0), off("turnover")))
    # Who leaves or dies in a month leaves a place that is filled in the next.
    assert (rows["in_support"] + rows["left"] + rows["died"] + rows["completions"] == 12).all()


def test_work_places_are_finite() -> None:
    """Protects offers: no more people at work with a programme than it has work places."""
    few = {"offers.work_rung": 3, "offers.work_places": 3}
    rows = rows_of(lived(programme(**few), off("turnover")))
    assert rows["jobs_given"].max() == 3


def _steady(level: float) -> CalendarSpec:
    return calendar({"months": 12, "level": level, "secure": True})


def test_money_for_more_places_brings_as_much_more_work() -> None:
    """Protects equal money: a sprint's places can be filled where the card's could."""
    few = {"offers.work_rung": 3, "offers.work_places": 2, "staff.caseload": 8.0}
    once, thrice = (
        rows_of(lived(on(programme(places=8, **few), _steady(level)), off("turnover")))
        for level in (1.0, 3.0)
    )
    assert once["jobs_given"].max() == 2
    assert thrice["places"].max() == 24
    assert thrice["jobs_given"].max() == 6


def test_no_key_worker_is_hired_for_rooms_that_are_not_there() -> None:
    """Protects rooms: three times the money builds none, and what it cannot buy goes back."""
    rooms = {"offers.rooms": 6, "places": 6, "staff.caseload": 3.0}
    for level in (1.0, 3.0):
        town = lived(on(programme(**rooms), _steady(level)), off("turnover"))
        assert rows_of(town)["places"].max() == 6
        assert rows_of(town)["posts"].max() == 2


def test_other_places_bring_work_and_rooms_along() -> None:
    """Protects ``--set programmes.NAME.places``: as many times the work places and the rooms."""
    keys = {"watch-out": "work_places", "je-eigen-stek": "rooms"}
    for name, key in keys.items():
        card = load_policy(name).programmes[name].programme
        at = f"programmes.{name}"
        for times in (0.5, 2):
            places = int(card.places * times)
            spec = load_policy(name, {f"{at}.places": places}).programmes[name].programme
            assert getattr(spec.offers, key) == np.ceil(getattr(card.offers, key) * times)
        stated = load_policy(name, {f"{at}.places": 2, f"{at}.offers.{key}": 1})
        assert getattr(stated.programmes[name].programme.offers, key) == 1


# -- reach --------------------------------------------------------------------------------------------


def _reach(name: str | Any, overrides: dict[str, Any]) -> np.ndarray:
    """Return how many were reached so far, month by month: (month, step of the funnel)."""
    town = lived(name, overrides)
    rows = rows_of(town, next(iter(town.programmes)))
    return rows[["aimed_at", "contacted", "visited", "starts"]].to_numpy().cumsum(axis=0)


@pytest.mark.parametrize("name", KINDS)
def test_doubling_places_never_lowers_reach(name: str) -> None:
    """Protects reach: twice the places reach more, in a place that is not yet exhausted.

    Once everybody was asked, the same people are asked sooner with more places, with the luck of
    other months; then only what they say can differ, either way.
    """
    large = {"figures.households": 1000, "figures.residents": 2100, "years": 3}
    once, twice, more = (
        _reach(name, {**large, f"programmes.{name}.places": places})[-1] for places in (2, 4, 8)
    )
    assert (once < twice).all()
    assert (twice < more).all()


def test_doubling_places_never_lowers_reach_in_any_month() -> None:
    """Protects reach: where everybody says yes, twice the places are never behind."""
    yes = {"approaches": 1.0, "contact": 1.0, "visit": 1.0, "start": 1.0}
    reach = [
        _reach(programme(places=places, funnel=yes, staff__caseload=100.0), off("turnover"))
        for places in (3, 6, 12, 24, 48)
    ]
    for fewer, more in pairwise(reach):
        assert (fewer <= more).all()


def test_one_more_place_admits_the_next_and_changes_nobody_else() -> None:
    """Protects the waiting list: the first admission is the same with one more place, but for one."""
    admitted = []
    for places in (10, 11, 12, 20):
        town = lived(programme(places=places, staff__caseload=30.0), months=1)
        admitted.append({one.unique_id for one in town.programmes["help"].participants})
    for fewer, more in pairwise(admitted[:-1]):
        assert fewer < more
        assert len(more - fewer) == 1
    assert len(admitted[3]) == 20
    assert admitted[2] < admitted[3]


def test_the_waiting_list_moves_up_in_order() -> None:
    """Protects the waiting list: who was next on it starts when a place falls free."""
    spec = programme(places=5, funnel__wait_months=600, support__duration_months=3)
    town = world(spec, off("turnover", "moving", "deaths", "eviction"))
    step(town)
    line = trajectories(town)
    assert (line["status"] == "supported").sum() == 5
    order = [
        {
            one.unique_id
            for one in lived(
                programme(places=places, staff__caseload=40.0), off("moving", "deaths"), months=1
            )
            .programmes["help"]
            .participants
        }
        for places in (5, 10, 15)
    ]
    assert {one.unique_id for one in town.programmes["help"].participants} == order[0]
    step(town, months=3)
    assert {one.unique_id for one in town.programmes["help"].participants} == order[1] - order[0]
    step(town, months=3)
    assert {one.unique_id for one in town.programmes["help"].participants} == order[2] - order[1]


def test_who_waits_too_long_gives_up() -> None:
    """Protects the waiting list: nobody waits longer than the programme says."""
    town = lived(programme(places=3, funnel__wait_months=5), months=12)
    line = trajectories(town)
    gone = line[line["status"] == "gave up waiting"]
    assert len(gone) > 0
    assert (gone["ended"] - gone["since"] <= 5).all()
    waiting = line[line["status"] == "waiting"]
    assert (12 - waiting["since"] < 5).all()


def test_creaming_raises_completions_and_lowers_the_burden_of_who_starts() -> None:
    """Protects the honest picture of creaming: more output for the same money, from lighter cases."""
    found: dict[float, np.ndarray] = {}
    for creaming in (0.0, 1.0):
        results = []
        for seed in range(6):
            spec = programme(
                places=20,
                staff__caseload=20.0,
                funnel__creaming=creaming,
                funnel__drop_out=0.05,
                funnel__drop_out_burden=5.0,
                support__duration_months=12,
            )
            town = lived(spec, {"years": 4}, seed)
            rows, book = rows_of(town), town.chronicle.frame("cashbook")
            started = trajectories(town).dropna(subset=["started"])
            euros = book.loc[~book["kind"].isin(["grant", "returned"]), "amount_eur"].sum()
            results.append(
                (rows["completions"].sum() / euros, started["burden_start"].mean(), euros)
            )
        found[creaming] = np.array(results)
    assert (found[1.0][:, 0] > 1.2 * found[0.0][:, 0]).all()
    assert (found[1.0][:, 1] < found[0.0][:, 1] - 0.1).all()


def test_referral_takes_the_selection_away() -> None:
    """Protects third-party referral: who refers settles who comes, whatever the programme wants."""
    burden = {}
    for referral in (0.0, 0.5, 1.0):
        spec = programme(
            places=20,
            funnel__creaming=1.0,
            funnel__referral=referral,
            funnel__referral_creaming=0.0,
        )
        burden[referral] = trajectories(lived(spec, months=1))["burden_start"].mean()
    assert burden[0.0] < burden[0.5] < burden[1.0]


def test_survival_comes_before_group_offers() -> None:
    """Protects the survival gate: who has no hand free for burden does not start in a group."""
    spec = programme(places=60, staff__caseload=60.0, support__group=True)
    bound = {"capability.hand_free_below": 0.2, "capability.no_hand_above": 0.3}
    gated = trajectories(lived(spec, bound)).dropna(subset=["started"])
    # Who waited for a place may have got a burden since they said yes.
    at_once = gated[gated["started"] == gated["since"]]
    assert len(at_once) > 30
    assert at_once["burden_start"].max() < 0.3
    for ungated in (
        lived(spec, {**bound, **off("survival_gate")}),
        lived(programme(places=60, staff__caseload=60.0), bound),
    ):
        started = trajectories(ungated).dropna(subset=["started"])
        assert started["burden_start"].max() > 0.5


def _in_both(town: Neighbourhood) -> int:
    """Return how many take part in both programmes now."""
    taking_part = [
        {one.unique_id for one in running.participants} for running in town.programmes.values()
    ]
    return len(set.intersection(*taking_part))


def test_nobody_is_in_two_full_time_programmes_at_once() -> None:
    """Protects participation limits: hours a week are finite."""

    def two(hours: float) -> Policy:
        full = {"places": 90, "staff.caseload": 90.0, "support.hours_per_week": hours}
        return policy(programme("one", **full), programme("two", **full))

    for what, overrides, both in (
        (two(30.0), {}, False),
        (two(30.0), {"taking_part.hours_limit": 60.0}, True),
        (two(30.0), off("participation_limits"), True),
        (two(20.0), {}, True),
        (two(20.1), {}, False),
    ):
        town = world(what, overrides)
        seen = 0
        for _ in range(18):
            town.step()
            seen = max(seen, _in_both(town))
            limit = town.setup.parameters.taking_part.hours_limit
            if town.setup.mechanisms.participation_limits:
                assert town.people.column("programme_hours").max() <= limit
        assert (seen > 0) == both, (overrides, both)


def test_only_those_meant_take_part() -> None:
    """Protects eligibility: age, rungs, burden and place, as the programme says."""
    spec = programme(
        places=40,
        staff__caseload=40.0,
        eligibility={
            "age_from": 20,
            "age_to": 40,
            "rung_to": (3, 2, 5, 5),
            "burden_from": 0.2,
            "stairwells": tuple(range(1, 13)),
        },
    )
    town = lived(spec, off("moving", "eviction", "leaving_home"), months=1)
    assert len(town.programmes["help"].participants) >= 8
    for one in town.programmes["help"].participants:
        assert 20 <= one.age_years <= 40
        assert one.rung.learning <= 3
        assert one.rung.working <= 2
        row = by_person(town, "household")[one.unique_id]
        assert town.buildings.stairwell[town.households.rows["dwelling"][row]] in range(1, 13)
    assert trajectories(town)["burden_start"].min() >= 0.2


# -- what is left alone --------------------------------------------------------------------------------


def test_zero_nudges_leave_everybody_as_in_the_twin() -> None:
    """Protects promise 2: contact, visits and sessions that change nothing leave no trace in anybody.

    With crowding, word of mouth and everything else on: the programme has no bonds and no offers.
    """
    plain = lived(seed=3)
    busy = lived(programme(places=40, bonds__word_of_mouth=0.5), seed=3)
    assert rows_of(busy)["supported_months"].sum() > 1000
    assert lives(plain) == lives(busy)
    assert told(plain) == told(busy)


@pytest.mark.parametrize(
    ("differences", "switch"),
    [
        ({"bonds.peers": 0.5}, "programme_ties"),
        ({"bonds.bridges": 0.5}, "programme_ties"),
        ({"bonds.mentor": True}, "programme_ties"),
        ({"bonds.volunteers": 1.0, "bonds.volunteer_ties": 9}, "volunteering"),
    ],
)
def test_bonds_reach_outcomes_only_through_what_is_switched_on(
    differences: dict[str, Any], switch: str
) -> None:
    """Protects promise 2: ties of a programme change lives, and without the switch nothing does."""
    spec = programme(places=40, support__duration_months=6, **differences)
    without = off("crowding", switch)
    assert lives(lived(overrides=without)) == lives(lived(spec, without))
    assert lives(lived(overrides=off("crowding"))) != lives(lived(spec, off("crowding")))


def test_places_at_work_reach_others_only_through_crowding() -> None:
    """Protects displacement by construction: others are touched where places are finite only.

    Without ties, others can be touched in the contests for finite places alone.
    """
    changed = {"nudges.working": 0.3, "nudges.leisure": 0.3, "support.duration_months": 60}
    spec = programme(places=20, staff__caseload=20.0, **changed)
    scarce = {"labour.vacancy_rate": 0.002, "leisure.places_share": 0.02, **off("ties")}
    for crowding in (True, False):
        overrides = {**scarce, "mechanisms.crowding": crowding}
        twin, town = lived(overrides=overrides), lived(spec, overrides)
        reached = set(trajectories(town).dropna(subset=["started"])["person"])
        household = by_person(town, "household")
        near = {household[one] for one in reached}
        own = {one for one in household if household[one] in near}
        a, b = lives(twin, ("rung", "capability")), lives(town, ("rung", "capability"))
        others = [one for one in a if one in b and one not in own]
        assert len(others) > 50
        assert any(a[one] != b[one] for one in others) == crowding


@pytest.mark.parametrize("nothing", [{"places": 0}, {"support.dose": 0.0}])
@pytest.mark.parametrize("name", ["watch-out", "foyer-henegouwerlaan", "koopgarant"])
def test_without_places_or_dose_there_is_no_programme(name: str, nothing: dict[str, Any]) -> None:
    """Protects promise 2: coverage or dose zero equals no programme, bit for bit."""
    changes = {f"programmes.{name}.{key}": value for key, value in nothing.items()}
    town, twin = lived(name, changes), lived()
    assert lives(town) == lives(twin)
    assert told(town) == told(twin)
    assert not town.funders


def test_without_money_there_is_no_programme() -> None:
    """Protects promise 2: a policy without a euro equals no policy, bit for bit."""
    town, twin = lived("no-money"), lived()
    assert town.programmes
    assert lives(town) == lives(twin)
    assert told(town) == told(twin)


@pytest.mark.parametrize("name", ["continuous", "foyer-henegouwerlaan"])
def test_a_policy_that_starts_later_leaves_the_years_before(name: str) -> None:
    """Protects promise 2: until a policy starts its world is that of its twin, bit for bit."""
    starts = {f"programmes.{key}.starts_year": 3.0 for key in load_policy(name).programmes}
    town, twin = world(name, starts), world()
    for _ in range(36):
        step(town, twin)
        assert lives(town) == lives(twin)
    assert told(town) == told(twin)
    step(town, twin, months=24)
    assert lives(town) != lives(twin)


@pytest.mark.parametrize("nudge", sorted(STRONG))
def test_each_nudge_changes_its_own_quantity(nudge: str) -> None:
    """Protects the nudges: a month of full quality changes a participant by what the card says."""
    still = off(
        "wellbeing",
        "shocks",
        "coupling",
        "fade_out",
        "consolidation",
        "scarring",
        "separation",
        "relation",
        "experience",
        "memory",
        "setting",
        "start_up",
        "turnover",
        "offset_risk",
        "critical_mass",
        "drift",
        "moving",
        "deaths",
        "eviction",
        "births",
        "climbing",
        "falling",
    )
    what = nudge.split(".")[1]
    ladders = ("learning", "working", "housing", "leisure")
    town = world(programme(places=30, **{nudge: STRONG[nudge]}), still)
    twin = world(overrides=still)
    step(town, twin)
    column = "capability" if what in ladders else what
    taking_part = {one.unique_id for one in town.programmes["help"].participants}
    a, b = by_person(twin, column), by_person(town, column)
    for one, before in a.items():
        after = b[one]
        if column == "capability":
            before, after = (value[ladders.index(what)] for value in (before, after))
        expected = (
            min(1.0, max(0.0, before + STRONG[nudge]))
            if column != "capability"
            else (before + STRONG[nudge])
        )
        assert after == pytest.approx(expected if one in taking_part else before, abs=1e-6), one
    other = [name for name in OUTCOMES if name != column]
    assert lives(town, tuple(other)) == lives(twin, tuple(other))


def test_dose_counts() -> None:
    """Protects the dose: half of it does half, and output is counted all the same."""
    still = off("wellbeing", "fade_out", "consolidation", "scarring", "moving")
    gained = {}
    for dose in (0.5, 1.0):
        spec = programme(places=30, nudges__learning=0.05, support__dose=dose)
        town, twin = lived(spec, still, months=3), lived(overrides=still, months=3)
        gap = (
            np.array(list(by_person(town, "capability").values()))[:, 0]
            - np.array(list(by_person(twin, "capability").values()))[:, 0]
        )
        gained[dose] = gap.sum()
        assert rows_of(town)["sessions"].sum() == 4 * rows_of(town)["supported_months"].sum()
    assert gained[0.5] == pytest.approx(0.5 * gained[1.0], rel=1e-4)


# -- what is asked ---------------------------------------------------------------------------------------


def test_every_programme_of_the_catalogue_runs_on_every_calendar() -> None:
    """Protects the catalogue: any programme can be paid by any calendar, in a small town."""
    calendars = catalogue_names("calendars")
    for number, name in enumerate(catalogue_names("programmes")):
        paid = calendars[number % len(calendars)]
        changes = {f"programmes.{name}.calendar": paid, "years": 3}
        town = lived(name, {**changes, "figures.households": 80, "figures.residents": 170})
        assert set(town.chronicle.frame("programme")["programme"]) == {name}


def test_scenario_tests_use_what_they_ask() -> None:
    """Protects the helper of these tests: what is asked of the plain programme is what runs."""
    spec = programme(places=3, funnel__drop_out=0.5, bonds={"peers": 0.2})
    found = asked(on(spec, ALWAYS)).policy.programmes["help"].programme
    assert (found.places, found.funnel.drop_out, found.funnel.contact) == (3, 0.5, 1.0)
    assert (found.bonds.peers, found.bonds.word_of_mouth) == (0.2, 0.0)
    assert load("average", overrides=TOWN).policy.is_null
