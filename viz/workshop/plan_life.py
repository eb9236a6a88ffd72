"""One plan lived once, in a worker: what came of the money month by month and year by year."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from ...experiments.ensemble import Ensemble, in_world
from ...experiments.lived import Lived
from ...experiments.measured import Measured
from ...experiments.outcomes import OUTCOMES
from ...scenarios import Scenario
from .twins_kept import twin_of

#: Of whom rung-years are gained.
GROUPS = ("participants", "people", "neighbourhood")
#: What is followed at the end of each year; totals are from the start.
YEARLY = (
    *(f"rung_years.{group}" for group in GROUPS),
    "trust_participants",
    "months_without_service",
    "relations_broken",
    "supported_months",
    "starts",
    "money_eur",
    "start_up_eur",
)
#: A first answer looks this far.
FIRST_YEARS = 5
#: The worlds that plans are lived in.
ENSEMBLE = "plausible-1"


@dataclass(frozen=True)
class PlanLife:
    """What one plan does with one luck.

    Attributes
    ----------
    years : int
        How far it was lived.
    working : numpy.ndarray
        Whether a programme works in a month, a row a programme.
    key_workers, in_support : numpy.ndarray
        By month, all programmes together.
    yearly : dict
        Outcomes of `YEARLY` at the end of each year; NaN where there is none.
    """

    years: int
    working: np.ndarray
    key_workers: np.ndarray
    in_support: np.ndarray
    yearly: dict[str, np.ndarray]


def live_plan(
    scenario: Scenario, baseline: Scenario, seed: int, quick: bool = False
) -> Iterator[PlanLife]:
    """Live a plan beside its twin and yield what comes of it; the last is the whole of it.

    Each luck is lived in a plausible world of its own, see `world_of`, so that bands hold what is
    not known of the world as well. With ``quick`` the first years come first: they are the same in
    the whole.
    """
    scenario, baseline = (in_world(one, world_of(seed)) for one in (scenario, baseline))
    if quick and scenario.years > FIRST_YEARS:
        yield _measured(scenario, baseline, seed, FIRST_YEARS)
    yield _measured(scenario, baseline, seed, scenario.years)


def world_of(seed: int) -> Mapping[str, float]:
    """Return the parameters of the plausible world that goes with a luck, counted from 1."""
    worlds = _worlds()
    return worlds[(seed - 1) % len(worlds)]


@functools.cache
def _worlds() -> tuple[Mapping[str, float], ...]:
    return tuple(Ensemble.read(ENSEMBLE).worlds.values())


def _measured(scenario: Scenario, baseline: Scenario, seed: int, years: int) -> PlanLife:
    world = Lived(scenario, seed, paths=False, years=years)
    measured = Measured(world, twin_of(baseline, seed, years), None, years)
    yearly = {
        name: np.array([OUTCOMES[name].of(measured, year) for year in range(1, years + 1)])
        for name in YEARLY
    }
    none = np.zeros((0, 12 * years))
    months = _by_month(world, tuple(scenario.policy.programmes))
    return PlanLife(
        years,
        months.get("working", none) > 0,
        months.get("key_workers", none).sum(axis=0),
        months.get("in_support", none).sum(axis=0),
        yearly,
    )


def _by_month(world: Lived, programmes: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Return columns of the programmes' record as arrays, a row a programme."""
    if world.trajectories is None:
        return {}
    frame = world.chronicle.frame("programme")
    found = {}
    for name in ("working", "key_workers", "in_support"):
        wide = frame.pivot_table(index="programme", columns="month", values=name, observed=True)
        found[name] = wide.reindex(list(programmes)).to_numpy(dtype=np.float64)
    return found
