"""Key workers carry relations, come and go; a programme that stops leaves a mark."""

from __future__ import annotations

import numpy as np
import pytest
from langeadem.model.neighbourhood import Neighbourhood
from langeadem.model.state import HERE

from .funding import (
    by_person,
    calendar,
    lived,
    lives,
    months,
    off,
    on,
    programme,
    rows_of,
    step,
    trajectories,
    world,
)

# -- key workers ----------------------------------------------------------------------------------------


def test_under_continuous_money_only_a_departing_worker_leaves_it_short() -> None:
    """Protects continuity: without departures no month is missed, after the start-up."""
    spec = programme(places=12, staff__caseload=4.0, staff__start_up_months=3)
    rows = rows_of(lived(spec, off("turnover")))
    assert not rows["working"].loc[:3].any()
    assert rows["working"].loc[4:].all()
    assert not rows["posts_vacant"].any()
    assert not rows["unsupported_months"].any()
    assert (rows["capacity"] == 12).all()


@pytest.mark.parametrize("vacancy", [1, 4, 7])
def test_a_post_is_empty_until_it_is_filled(vacancy: int) -> None:
    """Protects vacancies: a post stays empty for as many months as it takes, and not longer."""
    spec = programme(places=5, staff__caseload=5.0)
    overrides = {"staffing.leave_rate": 0.08, "staffing.vacancy_months": vacancy}
    rows = rows_of(lived(spec, {**overrides, "years": 10}))
    empty = rows["posts_vacant"].to_numpy() == 1
    edges = np.diff(np.concatenate([[0], empty.astype(int), [0]]))
    lengths = (np.flatnonzero(edges == -1) - np.flatnonzero(edges == 1))[:-1]
    assert len(lengths) > 3
    # A new key worker can leave in the month of coming; then the post waits once more.
    assert {length % vacancy for length in lengths} == {0}
    assert np.median(lengths) == vacancy
    # Nobody is without support but for that.
    assert not rows.loc[~empty, "unsupported_months"].any()
    assert rows.loc[empty, "unsupported_months"].sum() > 0
    # Nobody fits where nobody is.
    assert np.array_equal(rows["capacity"], np.where(empty, 0, 5))
    assert not rows.loc[empty, "supported_months"].any()
    assert rows["working"].all()


def test_a_stop_by_hand_leaves_nobody_employed_without_money() -> None:
    """Protects money: whoever stopped a programme, its posts end with its money."""
    town = world(on(programme(), months((12, 1.0))), off("turnover"))
    step(town, months=5)
    town.programmes["help"].stop()
    step(town, months=9)
    rows = rows_of(town)
    assert rows["key_workers"].loc[12] == 1
    assert rows["key_workers"].loc[13] == rows["posts"].loc[13] == rows["places"].loc[13] == 0


def test_volunteers_serve_places_beside_the_staff() -> None:
    """Protects volunteers: each brings places, from the month after, that the staff is not paid for."""
    giving = {"bonds.volunteers": 1.0, "bonds.volunteers_support": 1.5}
    spec = programme(places=8, staff__caseload=4.0, support__duration_months=6, **giving)
    rows = rows_of(lived(spec, off("turnover")))
    before = rows["volunteers"].shift(1, fill_value=0)
    assert before.max() > 3
    assert np.array_equal(rows["capacity"], rows["places"] + np.floor(1.5 * before))
    assert (rows["posts"] == 2).all()
    assert rows["in_support"].max() > 8


def test_who_fits_no_more_has_to_go() -> None:
    """Protects capacity at a post that stays: money for fewer places, and nobody new who asks."""
    less = {"months": 12, "begins": "goes_on", "level": 0.625}
    one_a_month = {"approach": "target_group", "funnel.approaches": 0.125}
    spec = programme(places=8, staff__caseload=8.0, support__duration_months=48, **one_a_month)
    funded = on(spec, calendar({"months": 24, "secure": True}, less))
    rows = rows_of(lived(funded, off("turnover"), months=25))
    assert (rows["posts"] == 1).all()
    assert rows["places"].loc[[24, 25]].tolist() == [8, 5]
    assert rows["in_support"].loc[24] == 8
    assert rows["waiting"].loc[24] == 0
    assert rows["in_support"].loc[25] <= 5
    assert rows["abandoned"].loc[25] > 0


@pytest.mark.parametrize("handover", [0.0, 0.25, 1.0])
def test_relations_reset_at_exit_by_one_minus_handover(handover: float) -> None:
    """Protects the relation: a leaving key worker takes all months together but what handover saves."""
    spec = programme(
        places=6, staff__caseload=6.0, staff__handover=handover, support__duration_months=600
    )
    town = world(spec, {"staffing.leave_rate": 0.1, "staffing.vacancy_months": 2, "years": 10})
    running = town.programmes["help"]
    exits = 0
    before: dict[int, float] = {}
    worker = None
    for _ in range(100):
        town.step()
        after = running.relations_of(0)
        now = next(iter(running.workers), None)
        stayed = before.keys() & after.keys()
        if worker is not None and now is None:
            exits += len(stayed)
            assert all(after[one] == pytest.approx(handover * before[one]) for one in stayed)
        elif now is not None:
            # Who fills an empty post begins with what was handed over.
            assert all(after[one] == pytest.approx(before[one] + 1) for one in stayed)
        else:
            # Nobody came, or who came left in the same month.
            assert all(after[one] in (before[one], handover * before[one]) for one in stayed)
        before, worker = after, now
    assert exits > 10


def test_who_moves_to_another_worker_begins_anew() -> None:
    """Protects the relation: it is with this key worker, and another one begins without it."""
    spec = programme(
        places=8,
        staff__caseload=4.0,
        support__duration_months=600,
        funnel={"approaches": 0.25, "contact": 1.0, "visit": 1.0, "start": 1.0},
    )
    paid = calendar({"months": 2, "secure": True}, {"months": 12, "level": 0.5, "secure": True})
    town = world(on(spec, paid), off("turnover", "moving", "deaths", "eviction"))
    step(town, months=2)
    running = town.programmes["help"]
    kept, laid_off = running.relations_of(0), running.relations_of(1)
    assert kept
    assert laid_off
    step(town)
    assert len(running.workers) == 1
    after = running.relations_of(0)
    assert all(after[one] == months + 1 for one, months in kept.items())
    moved = laid_off.keys() & after.keys()
    assert moved
    assert all(after[one] == 1 for one in moved)


def test_key_workers_are_agents_with_a_caseload() -> None:
    """Protects `KeyWorker`: experience, caseload, relations and the end of the contract can be asked."""
    spec = programme(places=10, staff__caseload=5.0, staff__experience_months=7.0)
    town = world(on(spec, months((24, 1.0))), off("turnover"))
    step(town)
    first, second = town.programmes["help"].workers
    assert {type(one).__name__ for one in (first, second)} == {"KeyWorker"}
    hired = first.experience_months
    assert 7 <= hired <= 8
    step(town, months=5)
    assert first.experience_months == second.experience_months == hired + 5
    assert first.caseload == second.caseload == 5
    assert first.relations.keys().isdisjoint(second.relations)
    assert first.contract_ends_in_months == 24 - 5
    secure = lived(spec, off("turnover"), months=6)
    assert secure.programmes["help"].workers[0].contract_ends_in_months is None


# -- stopping -------------------------------------------------------------------------------------------

_LONG = {"places": 15, "staff.caseload": 15.0, "support.duration_months": 60}
#: Trust that nothing but a programme that stops can lower within the month.
_STOP = months((11, 1.0))


def _at_home_with(town: Neighbourhood, persons: set[int]) -> set[int]:
    """Return who lives in the household of one of these persons, by identity."""
    household = by_person(town, "household")
    homes = {household[one] for one in persons}
    return {one for one, home in household.items() if home in homes}


def _ties_of(town: Neighbourhood, persons: set[int]) -> set[int]:
    """Return who has a tie with one of these persons, by identity, those themselves left out."""
    identity = town.people.column("identity")
    edges = town.edges.rows[: town.edges.count]
    a, b = identity[edges["a"]], identity[edges["b"]]
    inside = np.isin(a, list(persons)), np.isin(b, list(persons))
    return {*a[inside[1]].tolist(), *b[inside[0]].tolist()} - persons


def test_a_programme_that_stops_lowers_trust_of_participants_and_their_ties() -> None:
    """Protects the trust ratchet: in the month of the stop, theirs by the whole, their ties' by a share."""
    spec = on(programme(**_LONG), _STOP)
    town, twin = world(spec), world(spec, off("abandonment"))
    step(town, twin, months=11)
    assert lives(town) == lives(twin)
    left = {one.unique_id for one in town.programmes["help"].participants}
    tied, home = _ties_of(town, left), _at_home_with(town, left)
    assert len(left) > 5
    assert len(tied) > 5
    step(town, twin)
    assert rows_of(town).loc[12, "abandoned"] == len(left)
    lower, trust = by_person(town, "trust"), by_person(twin, "trust")
    status = by_person(town, "status")
    rules = town.setup.parameters
    for one, before in trust.items():
        fall = before - lower[one]
        if one in left:
            # A month of recovery may have made up for some of it.
            recovery = 1 - rules.wellbeing.trust_rate_up
            assert fall >= min(0.9 * before, recovery * rules.taking_part.abandoned_trust - 0.02)
        elif one in tied and status[one] == HERE:
            assert fall > 0
        elif one not in tied | home:
            assert fall == 0
    spread = rules.taking_part.abandoned_trust * rules.taking_part.abandoned_spread
    falls = [trust[one] - lower[one] for one in tied - home if status[one] == HERE]
    assert np.median(falls) == pytest.approx(spread, rel=0.1)


def test_who_has_completed_loses_no_trust_at_a_stop() -> None:
    """Protects the trust ratchet: it is being left behind that hurts, not the end of a programme."""
    spec = programme(places=15, staff__caseload=15.0, support__duration_months=11)
    town, twin = world(on(spec, _STOP)), world(on(spec, _STOP), off("abandonment"))
    step(town, twin, months=14)
    assert rows_of(town)["completions"].sum() > 5
    rows = rows_of(town)
    if rows["abandoned"].sum() == 0:
        assert lives(town) == lives(twin)
    else:
        left = set(trajectories(town).query("status == 'abandoned'")["person"])
        a, b = by_person(town, "trust"), by_person(twin, "trust")
        done = set(trajectories(town).query("status == 'completed'")["person"])
        calm = done - left - _ties_of(town, left) - _at_home_with(town, left)
        assert calm
        assert all(a[one] == b[one] for one in calm)


def test_the_next_recruitment_feels_it() -> None:
    """Protects the trust gate: who was left behind, and their ties, let the next project in less."""
    spec = programme(
        **{**_LONG, "places": 60, "staff.caseload": 60.0},
        funnel={"approaches": 200.0, "again_months": 1, "contact": 1.0, "visit": 0.6, "start": 1.0},
    )
    # They are asked for one month, so that everybody is asked once.
    paid = months((6, 1.0), (3, 0.0), (1, 1.0))
    asked_again: dict[tuple[bool, bool], list[int]] = {}
    for gate in (True, False):
        for hurt in (True, False):
            switches = {"mechanisms.trust_gate": gate, "mechanisms.abandonment": hurt}
            asked_again[gate, hurt] = [
                int(
                    rows_of(
                        lived(
                            on(spec, paid),
                            {**switches, "taking_part.abandoned_spread": 0.5},
                            seed,
                            months=10,
                        )
                    ).loc[10, "joined"]
                )
                for seed in range(4)
            ]
    # Without the gate trust has no say, so that what happened has none.
    assert asked_again[False, True] == asked_again[False, False]
    pairs = zip(asked_again[True, True], asked_again[True, False], strict=True)
    assert all(hurt < unhurt for hurt, unhurt in pairs)
