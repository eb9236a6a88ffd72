"""Ordinary Mesa code works on a neighbourhood."""

from __future__ import annotations

import gc
import weakref

import mesa
import numpy as np
import pytest
from langeadem.agents import Funder, KeyWorker, Landlord, Programme, Resident
from langeadem.model import PHASES, Neighbourhood

MESA_VERSION = tuple(int(part) for part in mesa.__version__.split(".")[:2])


@pytest.fixture
def world(small) -> Neighbourhood:
    return Neighbourhood(small(), rng=2)


def test_select_and_agg_agree_with_the_arrays(world: Neighbourhood) -> None:
    """Protects the view: what Mesa's sets say is what the arrays hold."""
    residents = world.agents_by_type[Resident]
    assert len(residents) == world.count_here() == world.people.count
    low = world.agents_by_type[Resident].select(lambda a: a.rung.working < 2)
    rows = world.people.rows[: world.people.count]
    mask = rows["rung"][:, 1] < 2
    assert len(low) == mask.sum()
    assert low.agg("agency", np.mean) == pytest.approx(rows["agency"][mask].mean(dtype=float))
    assert len({resident.unique_id for resident in residents}) == len(residents)


def test_the_first_line_of_a_mesa_user_works(world: Neighbourhood) -> None:
    """Protects selecting by rung over all agents; organisations have none and are left out."""
    low = world.agents.select(lambda a: a.rung.working < 2)
    rows = world.people.rows[: world.people.count]
    expected = rows["agency"][rows["rung"][:, 1] < 2].mean(dtype=float)
    assert low.agg("agency", np.mean) == pytest.approx(expected)
    assert isinstance(world.landlord, Landlord)
    assert world.landlord in world.agents


def test_agents_follow_arrivals_and_departures(world: Neighbourhood) -> None:
    """Protects bookkeeping: who leaves or dies is struck off, who comes is entered."""
    before = set(world.agents_by_type[Resident])
    world.run(years=5)
    after = set(world.agents_by_type[Resident])
    assert len(after) == world.count_here()
    assert all(resident.status == "here" for resident in after)
    gone = before - after
    assert gone
    assert {resident.status for resident in gone} <= {"elsewhere", "dead"}
    assert any(resident.origin == "newcomer" for resident in after - before)
    assert all(leaver.status == "elsewhere" for leaver in world.leavers())
    assert len(world.leavers()) == int((world.people.column("status") == 1).sum())


def test_writes_reach_the_arrays_and_the_next_month(world: Neighbourhood) -> None:
    """Protects agents' writes: they are state, seen by the rules in the next month."""
    twin = Neighbourhood(world.setup, rng=2)
    resident = next(
        agent
        for agent in world.agents_by_type[Resident]
        if 30 < agent.age_years < 50 and agent.rung.working == 0
    )
    resident.rung.working = 5
    resident.capability.working = 5.0
    resident.agency = 0.9
    assert world.people.rows["rung"][resident.row, 1] == 5
    assert world.people.rows["agency"][resident.row] == np.float32(0.9)
    world.step()
    twin.step()
    assert resident.agency != twin.person(resident.row).agency
    assert resident.agency == pytest.approx(0.9, abs=0.05)
    assert not resident.household.poor
    hired = world.chronicle.frame()["hired"].iloc[-1] - twin.chronicle.frame()["hired"].iloc[-1]
    assert hired == 1


@pytest.mark.parametrize(
    ("attribute", "value"), [("agency", 1.2), ("trust", -0.1), ("burden", float("nan"))]
)
def test_a_share_out_of_range_is_refused(
    world: Neighbourhood, attribute: str, value: float
) -> None:
    """Protects promise 5: nothing is silently clipped."""
    resident = next(iter(world.agents_by_type[Resident]))
    with pytest.raises(ValueError, match=attribute):
        setattr(resident, attribute, value)


@pytest.mark.parametrize("value", [6, -1, 2.5])
def test_a_rung_out_of_range_is_refused(world: Neighbourhood, value: float) -> None:
    """Protects promise 5 for rungs: whole numbers from 0 to 5."""
    resident = next(iter(world.agents_by_type[Resident]))
    with pytest.raises(ValueError, match=r"rung\.learning"):
        resident.rung.learning = value


def test_household_dwelling_and_ties_of_a_resident(world: Neighbourhood) -> None:
    """Protects the view of homes and ties: both sides see them."""
    resident = next(agent for agent in world.agents_by_type[Resident] if agent.ties)
    assert resident in resident.household.members
    assert resident.dwelling is not None
    assert resident.dwelling.tenure in (
        "social rent",
        "private rent",
        "owner-occupied",
        "supported",
    )
    tie = resident.ties[0]
    assert resident.row in {back.other.row for back in tie.other.ties}
    assert tie.kind in ("neighbour", "friend")


def test_remove_lets_a_resident_leave_and_be_followed(world: Neighbourhood) -> None:
    """Protects Mesa's remove(): the person leaves the neighbourhood, not the world."""
    resident = next(a for a in world.agents_by_type[Resident] if a.role == "partner")
    before = world.count_here()
    resident.remove()
    assert resident.status == "elsewhere"
    assert resident not in world.agents
    assert world.count_here() == before - 1
    world.step()
    assert resident.row in {leaver.row for leaver in world.leavers()}


def test_many_removals_in_one_month_stay_within_the_arrays(small) -> None:
    """Protects memory: tables that grow in the middle of a month take their working arrays along."""
    world = Neighbourhood(small({"figures.households": 60, "figures.residents": 126}), rng=5)

    class Sender(mesa.Agent):
        def step(self) -> None:
            for resident in list(self.model.agents_by_type[Resident])[:70]:
                resident.remove()

    Sender(world)
    for _ in range(3):
        world.step()
    assert all(len(array.T) >= world.households.capacity for array in (world._household_luck,))
    assert world.chronicle.frame()["departures"].iloc[1] >= 70


def test_a_minor_who_is_removed_goes_to_relatives(world: Neighbourhood) -> None:
    """Protects sense: a child alone does not become the head of a household of its own."""
    child = next(a for a in world.agents_by_type[Resident] if a.age_years == 9)
    child.remove()
    assert child.status == "elsewhere"
    assert child.role == "child"


def test_leavers_come_of_age_and_keep_a_network(world: Neighbourhood) -> None:
    """Protects people-based results: who left as a child lives on as an adult, with ties."""
    world.run(years=5)
    leavers = [one for one in world.leavers() if one.age_years >= 40]
    assert leavers
    assert np.mean([one.role == "child" for one in leavers]) < 0.1
    assert all(one.rung.housing >= 1 for one in world.leavers() if one.age_years >= 19)
    known = [len(one.ties) + one.bridges for one in leavers]
    assert np.mean(known) > 3


def test_data_collector_with_model_and_agent_reporters(small) -> None:
    """Protects Mesa's own recording, at model and at agent level."""

    class Watched(Neighbourhood):
        def __init__(self, *args, **kwargs) -> None:
            super().__init__(*args, **kwargs)
            self.datacollector = mesa.DataCollector(
                model_reporters={"Residents": lambda m: m.count_here()},
                agenttype_reporters={
                    Resident: {"Agency": "agency", "Work": lambda a: a.rung.working}
                },
            )
            self.datacollector.collect(self)

        def step(self) -> None:
            super().step()
            self.datacollector.collect(self)

    world = Watched(small(), rng=2)
    world.step()
    world.step()
    frame = world.datacollector.get_model_vars_dataframe()
    assert frame["Residents"].tolist() == world.chronicle.frame()["residents"].tolist()
    agents = world.datacollector.get_agenttype_vars_dataframe(Resident)
    assert len(agents) == frame["Residents"].sum()


def test_own_agents_take_their_step_in_the_month(world: Neighbourhood) -> None:
    """Protects extension: an agent class of one's own lives and acts in the month."""

    class Visitor(mesa.Agent):
        visits = 0

        def step(self) -> None:
            self.visits += 1
            for resident in self.model.agents_by_type[Resident].select(at_most=3):
                resident.trust = 1.0

    visitor = Visitor(world)
    assert PHASES[1][0] == "organisations"
    for _ in range(3):
        world.step()
    assert visitor.visits == 3
    assert visitor in world.agents_by_type[Visitor]
    assert world.people.column("trust").max() > 0.9


@pytest.mark.skipif(
    MESA_VERSION < (3, 5), reason="Mesa 3.3's batch_run returns wrong rows (ANCHORS 0)"
)
def test_batch_run_of_mesa_3_5(small) -> None:
    """Protects Mesa's batch_run where Mesa's own version is sound."""

    class Watched(Neighbourhood):
        def __init__(self, scenario, rng=None) -> None:
            super().__init__(scenario, rng=rng)
            self.datacollector = mesa.DataCollector({"Residents": lambda m: m.count_here()})

        def step(self) -> None:
            super().step()
            self.datacollector.collect(self)

    scenario = small()
    rows = mesa.batch_run(
        Watched, {"scenario": [scenario]}, rng=[1, 2], max_steps=6, display_progress=False
    )
    expected = []
    for seed in (1, 2):
        world = Neighbourhood(scenario, rng=seed)
        for _ in range(6):
            world.step()
        expected.append(world.count_here())
    assert sorted(row["Residents"] for row in rows) == sorted(expected)


def test_a_finished_model_is_released(small) -> None:
    """Protects long sweeps: Mesa 3.3 keeps every model that ever had an agent; ours dies."""

    class Own(mesa.Agent):
        pass

    def live(policy: str) -> weakref.ref[Neighbourhood]:
        world = Neighbourhood(small(policy=policy), rng=1)
        Own(world)
        world.run(years=1)
        assert len(world.agents) > 100
        assert bool(world.programmes) == (policy != "none")
        return weakref.ref(world)

    references = [live(policy) for policy in ("none", "continuous", "continuous")]
    gc.collect()
    assert [reference() for reference in references] == [None] * 3


def test_programmes_key_workers_and_funders_are_agents(small) -> None:
    """Protects Mesa users: who acts in a policy is in `agents`, can be read and selected."""
    world = Neighbourhood(small({"staffing.leave_rate": 0.1}, policy="continuous"), rng=2)
    assert not world.agents_by_type.get(KeyWorker)
    world.run(years=2)
    programmes, funders = world.agents_by_type[Programme], world.agents_by_type[Funder]
    assert list(programmes) == list(world.programmes.values())
    assert {one.name: one for one in funders} == world.funders
    workers = [worker for one in programmes for worker in one.workers]
    assert workers
    assert set(world.agents_by_type[KeyWorker]) == set(workers)
    assert len({agent.unique_id for agent in world.agents}) == len(world.agents)
    full = programmes.select(lambda one: len(one.participants) > 0)
    assert full
    participants = [resident for one in full for resident in one.participants]
    assert all(resident in world.agents_by_type[Resident] for resident in participants)
    months = [month for worker in workers for month in worker.relations.values()]
    assert len(months) == sum(worker.caseload for worker in workers) > 0
    assert all(month >= 0 for month in months)
    assert programmes.agg("places", sum) == sum(one.places for one in world.programmes.values())
    assert programmes.agg("key", len) == 5
    assert funders.agg("paid_cents", sum) == sum(one.account.paid_cents for one in programmes)
    # Who lives here has a rung and so on; who acts in a policy has none and is left out.
    low = world.agents.select(lambda a: a.rung.working < 2)
    assert {type(agent) for agent in low} == {Resident}


def test_when_one_first_looks_changes_nothing_about_key_workers(small) -> None:
    """Protects Mesa users: who was hired while nobody looked is in `agents`, with the same number."""

    def lived(years_unseen: int) -> Neighbourhood:
        world = Neighbourhood(small({"staffing.leave_rate": 0.1}, policy="continuous"), rng=2)
        world.run(years=years_unseen)
        assert world.agents_by_type[KeyWorker]
        world.run(years=5 - years_unseen)
        return world

    early, late = lived(1), lived(4)
    for world in (early, late):
        workers = [worker for one in world.programmes.values() for worker in one.workers]
        assert len(workers) > 1
        assert set(world.agents_by_type[KeyWorker]) == set(workers)
        assert len({agent.unique_id for agent in world.agents}) == len(world.agents)
    numbers = [
        sorted(agent.unique_id for agent in world.agents_by_type[KeyWorker])
        for world in (early, late)
    ]
    assert numbers[0] == numbers[1]


def test_key_workers_who_leave_are_struck_off(small) -> None:
    """Protects bookkeeping: a key worker who left, or whose programme stopped, is no agent any more."""
    world = Neighbourhood(small(policy="sprint"), rng=2)
    world.run(years=1)
    assert world.agents_by_type[KeyWorker]
    world.run()
    assert not world.programmes["watch-out"].workers
    assert not world.agents_by_type.get(KeyWorker)


def test_the_null_policy_registers_nothing(small) -> None:
    """Protects the baseline: without a policy there is the landlord, and residents."""
    world = Neighbourhood(small(), rng=2)
    world.run(years=1)
    assert {type(agent) for agent in world.agents} == {Resident, Landlord}
    assert not world.acts
    assert not world.programmes
    assert not world.funders


def test_running_stops_at_the_horizon(small) -> None:
    """Protects Mesa's run_model(): the world stops after the years that were asked."""
    world = Neighbourhood(small({"years": 1}), rng=1)
    world.run_model()
    assert world.month == 12
    assert not world.running
