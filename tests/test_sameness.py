"""The same scenario and seed give the same world, bit for bit, however it is lived and watched."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from langeadem.agents import Resident
from langeadem.model.neighbourhood import Neighbourhood
from langeadem.scenarios import Scenario, load

from .funding import off, programme, step
from .funding import world as funded_world

LIFE = (
    "birth",
    "status",
    "origin",
    "arrived",
    "ended",
    "rung",
    "capability",
    "footing",
    "agency",
    "burden",
    "trust",
    "strain",
    "idle_months",
)


def lives(world: Neighbourhood) -> dict[int, bytes]:
    """Return everybody's state as bytes, by identity."""
    rows = world.people.rows[: world.people.count]
    packed = [
        np.ascontiguousarray(rows[name]).view(np.uint8).reshape(len(rows), -1) for name in LIFE
    ]
    together = np.concatenate(packed, axis=1)
    return {int(i): together[k].tobytes() for k, i in enumerate(rows["identity"])}


def told(world: Neighbourhood) -> bytes:
    """Return the chronicle of the neighbourhood as bytes."""
    return world.chronicle.tallies().tobytes() + world.chronicle.flows().tobytes()


@pytest.fixture
def scenario(small) -> Scenario:
    return small()


def test_same_seed_same_world_other_seed_other_world(scenario: Scenario) -> None:
    """Protects replay: a run is determined by (scenario, seed) and by nothing else."""
    one, two, other = (Neighbourhood(scenario, rng=seed) for seed in (4, 4, 5))
    for world in (one, two, other):
        world.run()
    assert told(one) == told(two)
    assert lives(one) == lives(two)
    assert told(one) != told(other)


def test_watching_and_stepping_change_nothing(scenario: Scenario) -> None:
    """Protects the record: recording options, looking at agents and single steps do not touch luck."""
    plain = Neighbourhood(scenario, rng=4)
    plain.run()
    watched = Neighbourhood(scenario, rng=4, record_persons=True)
    for month in range(scenario.months):
        watched.step()
        if month % 7 == 0:
            watched.agents_by_type[Resident].shuffle().agg("agency", np.mean)
            watched.network()
            watched.random.random()
            watched.chronicle.frame("neighbourhood")
    assert told(plain) == told(watched)
    assert lives(plain) == lives(watched)


def test_in_parts_equals_in_one_go(scenario: Scenario) -> None:
    """Protects pausing: running on after a pause continues the same lives."""
    whole = Neighbourhood(scenario, rng=4)
    whole.run()
    parts = Neighbourhood(scenario, rng=4)
    parts.run(years=2)
    parts.run()
    assert told(whole) == told(parts)


def test_two_worlds_side_by_side_do_not_disturb_each_other(scenario: Scenario) -> None:
    """Protects workshops and threads: worlds share no state."""
    alone = Neighbourhood(scenario, rng=4)
    alone.run()
    a, b = Neighbourhood(scenario, rng=4), Neighbourhood(scenario, rng=9)
    for _ in range(scenario.months):
        a.step()
        b.step()
    assert told(alone) == told(a)


_PROGRAM = """
import hashlib
from langeadem.model.neighbourhood import Neighbourhood
from langeadem.scenarios import load
overrides = {"figures.households": 50, "figures.residents": 110, "years": 3}
world = Neighbourhood(load("wielwijk", overrides=overrides), rng=5)
world.build_dwelling()
world.run()
names = world.people.rows.dtype.names
state = b"".join(world.people.column(name).tobytes() for name in names)
ties = b"".join(world.edges.column(name).tobytes() for name in world.edges.rows.dtype.names)
print(hashlib.sha256(state + ties + world.chronicle.tallies().tobytes()).hexdigest(), world.people.count)
"""


def test_compiled_and_uncompiled_rules_give_the_same_world() -> None:
    """Protects the compiled loops: plain Python is the reference they are held against, to the bit."""

    def run(disable_jit: str) -> str:
        environment = {**os.environ, "NUMBA_DISABLE_JIT": disable_jit}
        return subprocess.run(
            [sys.executable, "-W", "error", "-c", _PROGRAM],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    assert run("0") == run("1")


def test_one_household_more_changes_nobody_else() -> None:
    """Protects keyed luck (DESIGN promise 2): in a minimally different world all others live on.

    Without ties and without contests for finite places, a household more, from the third month
    on, must leave everybody else's life equal to the bit.
    """
    overrides = {
        "figures.households": 300,
        "figures.residents": 640,
        "years": 15,
        "mechanisms.ties": False,
        "mechanisms.crowding": False,
    }
    one = Neighbourhood(load("average", overrides=overrides), rng=8)
    more = Neighbourhood(load("average", overrides=overrides), rng=8)
    for world in (one, more):
        world.run(years=1)
    extra = more.build_dwelling()
    for world in (one, more):
        world.run(years=14)
    a, b = lives(one), lives(more)
    newcomers = set(b) - set(a)
    assert newcomers
    assert set(a) <= set(b)
    assert all(identity >> 32 == extra + 1 for identity in newcomers)
    assert all(b[identity] == life for identity, life in a.items())


def test_one_household_more_changes_nobody_in_a_programme_with_room_for_all() -> None:
    """Protects keyed luck with programmes: who takes part, and what it does, is one's own luck.

    Only what is finite joins people: places, key workers, and how many are supported at a time.
    """
    spec = programme(
        places=3000,
        staff__caseload=3000.0,
        funnel={"approaches": 1.0, "contact": 0.7, "visit": 0.7, "start": 0.7, "drop_out": 0.05},
        nudges={"learning": 0.05, "working": 0.05, "agency": 0.01, "burden": -0.02, "trust": 0.01},
        bonds={"mentor": True, "bridges": 0.1, "volunteers": 0.5, "volunteer_load": 12.0},
    )
    overrides = {"years": 8, **off("ties", "crowding", "critical_mass")}
    one, more = (funded_world(spec, overrides, seed=8) for _ in range(2))
    step(one, more, months=12)
    extra = more.build_dwelling()
    step(one, more, months=84)
    a, b = lives(one), lives(more)
    took_part = set(more.chronicle.frame("trajectory").dropna(subset=["started"])["person"])
    newcomers = set(b) - set(a)
    assert newcomers & took_part
    assert all(identity >> 32 == extra + 1 for identity in newcomers)
    assert all(b[identity] == life for identity, life in a.items())


def test_with_crowding_and_ties_one_household_more_does_reach_others() -> None:
    """Shows that the test above can fail: through contests and ties one household touches others."""
    overrides = {"figures.households": 300, "figures.residents": 640, "years": 15}
    one = Neighbourhood(load("average", overrides=overrides), rng=8)
    more = Neighbourhood(load("average", overrides=overrides), rng=8)
    more.build_dwelling()
    for world in (one, more):
        world.run()
    a, b = lives(one), lives(more)
    assert any(b.get(identity) != life for identity, life in a.items())
