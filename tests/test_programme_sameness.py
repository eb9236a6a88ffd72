"""With programmes too the same scenario and seed give the same world, to the bit."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from .funding import (
    ALWAYS,
    lived,
    lives,
    off,
    on,
    policy,
    programme,
    rows_of,
    step,
    tables,
    told,
    world,
)

# -- sameness ------------------------------------------------------------------------------------------

_PROGRAM = """
import hashlib
from langeadem.model.neighbourhood import Neighbourhood
from langeadem.scenarios import Policy, load, load_policy
small = {"figures.households": 40, "figures.residents": 88, "years": 3, "staffing.leave_rate": 0.05}
programmes = dict(load_policy("carousel").programmes)
for name in ("foyer-henegouwerlaan", "koopgarant"):
    own = {f"programmes.{name}.calendar": "stop-start", f"programmes.{name}.support.dose": 1.0}
    programmes |= load_policy(name, own).programmes
policy = Policy(key="own", programmes=programmes)
world = Neighbourhood(load("wielwijk", policy=policy, overrides=small), rng=5)
world.run()
digest = hashlib.sha256()
for table in (world.people, world.households, world.edges):
    for column in table.rows.dtype.names:
        digest.update(table.column(column).tobytes())
for scale in ("programme", "trajectory", "cashbook"):
    digest.update(world.chronicle.frame(scale).to_csv().encode())
starts = world.chronicle.frame("programme").groupby("programme")["starts"].sum()
print(digest.hexdigest(), (starts > 0).sum())
"""


def test_compiled_and_uncompiled_programmes_are_the_same() -> None:
    """Protects the compiled loops: plain Python is the reference, to the bit, with programmes too."""

    def run(disable_jit: str) -> str:
        environment = {**os.environ, "NUMBA_DISABLE_JIT": disable_jit}
        return subprocess.run(
            [sys.executable, "-W", "error", "-c", _PROGRAM],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    compiled, plain = run("0"), run("1")
    assert compiled == plain
    assert int(plain.split()[1]) >= 5


def test_same_seed_same_programmes() -> None:
    """Protects replay: trajectories and money too are determined by (scenario, seed)."""
    overrides = {"years": 4, "staffing.leave_rate": 0.05}
    one, two, other = (lived("carousel", overrides, seed) for seed in (4, 4, 5))
    assert tables(one) == tables(two)
    assert told(one) == told(two)
    assert tables(one) != tables(other)


def test_watching_changes_nothing() -> None:
    """Protects the record: recording persons and asking agents do not touch programmes."""
    overrides = {"years": 4, "staffing.leave_rate": 0.05}
    plain = lived("carousel", overrides)
    watched = world("carousel", overrides, record_persons=True)
    for month in range(watched.setup.months):
        watched.step()
        if month % 5 == 0:
            for running in watched.programmes.values():
                [worker.relations for worker in running.workers]
                [one.unique_id for one in running.participants]
            tables(watched)
            watched.random.random()
    assert tables(plain) == tables(watched)
    assert lives(plain) == lives(watched)


@pytest.mark.parametrize("other", ["carousel-same-name", "stop-start", "two-years"])
def test_calendars_that_begin_alike_begin_alike(other: str) -> None:
    """Protects twins: until two calendars differ, two worlds are equal to the bit."""
    alike = 12 if other == "stop-start" else 24
    town = world("watch-out", {"programmes.watch-out.calendar": "carousel"})
    twin = world("watch-out", {"programmes.watch-out.calendar": other})
    step(town, twin, months=6 if other == "stop-start" else 18)
    if other == "stop-start":
        # The end of the money is in sight half a year before it; until then nothing differs.
        assert lives(town) == lives(twin)
        return
    step(town, twin, months=alike - 18)
    assert lives(town) == lives(twin)
    assert tables(town) == tables(twin).replace(other.encode(), b"carousel")


def test_a_programme_beside_another_keeps_its_luck() -> None:
    """Protects keyed luck: another programme that changes nothing leaves a programme as it is."""
    spec = programme(places=10, funnel__contact=0.5, funnel__visit=0.5, funnel__start=0.5)
    # Critical mass is of all programmes together: it is the one thing that another one changes.
    overrides = {"staffing.leave_rate": 0.05, **off("critical_mass")}
    other = programme("other", places=25)
    for starts in (0.0, 1.0):
        funded = on(spec, ALWAYS, starts_year=starts)
        alone, beside = lived(funded, overrides), lived(policy(other, funded), overrides)
        assert rows_of(alone).equals(rows_of(beside)), starts
