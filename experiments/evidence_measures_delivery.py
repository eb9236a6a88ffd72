"""Claims about how programmes run: who comes, how fast it starts, and what a stop does."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ..model.state import HERE
from .documented import MEASURED
from .evidence_registry import measure
from .evidence_tables import programme_months, trajectories

if TYPE_CHECKING:
    from .evidence_runs import Bench


@measure()
def documented(bench: Bench, name: str) -> float:
    """Return a count or share of the documented period, read as documents count (`MEASURED`)."""
    return MEASURED[name](bench.period)


@measure()
def persisters_at_work(bench: Bench) -> float:
    """Return the share of those who did not stop who found work in the documented period."""
    frame = bench.period.trajectories
    stayed = frame["started"].notna().to_numpy() & (frame["status"] != "dropped out").to_numpy()
    return float(frame["found_work"].to_numpy()[stayed].mean()) if stayed.any() else math.nan


@measure()
def effective_months(bench: Bench, months: int, from_year: int) -> float:
    """Return how many months at full strength the first months of a fresh start amount to.

    Strength is months of support times their quality; full strength is the mean from a later year
    on.
    """
    run = programme_months(bench.world)
    delivered, month = run["delivered"], run["month"]
    full = delivered[month > 12 * from_year].sum() / (12 * (bench.ground.years - from_year))
    return float(delivered[month <= months].sum() / full) if full > 0 else math.nan


@measure()
def first_year_starts(bench: Bench) -> float:
    """Return the starts in the first year of the money as a share of those in the second."""
    run = programme_months(bench.world)
    month, starts = run["month"], run["starts"]
    second = float(starts[(month > 12) & (month <= 24)].sum())
    return float(starts[month <= 12].sum()) / second if second > 0 else math.nan


@measure()
def starters_above_others(bench: Bench) -> float:
    """Return how far starters stand above the other adults whom the programme is meant for.

    Agency at the start, in standard deviations between those others; of the only programme.
    """
    (funded,) = bench.scenario.policy.programmes.values()
    meant = funded.programme.eligibility
    begun = trajectories(bench.world)
    now = bench.world.persons(0)
    others = (now.status == HERE) & (now.age_years >= meant.age_from)
    others &= now.age_years <= meant.age_to
    others &= (now.rung >= np.array(meant.rung_from)).all(axis=1)
    others &= (now.rung <= np.array(meant.rung_to)).all(axis=1)
    others &= ~np.isin(now.identity, begun["person"])
    agency = now.agency[others].astype(np.float64)
    if not len(begun["person"]) or len(agency) < 2:
        return math.nan
    return float((begun["agency_start"].mean() - agency.mean()) / agency.std())


@measure(twin=True)
def found_work_points(bench: Bench) -> float:
    """Return the share of starters who found work minus the same in the other world, in points."""
    shares = []
    for world in (bench.pair.a, bench.pair.b):
        found = trajectories(world)["found_work"]
        if not len(found):
            return math.nan
        shares.append(float(found.mean()))
    return 100.0 * (shares[0] - shares[1])


@measure(twin=True)
def trust_when_last_project_begins(bench: Bench) -> float:
    """Return the trust of the neighbourhood minus that of its twin before the last project begins.

    A project is a stretch of months in which any programme gives support; of one project, nothing
    can be told.
    """
    working = programme_months(bench.world)["working"] > 0
    begins = np.flatnonzero(np.diff(np.r_[False, working].astype(int)) == 1)
    if len(begins) < 2:
        return math.nan
    # The table of programmes begins with month 1, that of the neighbourhood with month 0.
    before = int(begins[-1])
    a, b = (
        world.chronicle.frame("neighbourhood")["trust"].to_numpy()
        for world in (bench.pair.a, bench.pair.b)
    )
    return float(a[before] - b[before])


@measure()
def later_project_share(bench: Bench, share_of: str, base: str) -> float:
    """Return a step of the funnel in the last project of a carousel, as a multiple of the first.

    A project is a stretch of months with support; ``share_of`` over ``base`` are counts of it.
    """
    run = programme_months(bench.world)
    edges = np.flatnonzero(np.diff(np.r_[False, run["working"] > 0, False].astype(int)))
    steps = []
    for first, end in zip(edges[::2], edges[1::2], strict=True):
        above, below = run[share_of][first:end].sum(), run[base][first:end].sum()
        if below > 0:
            steps.append(float(above / below))
    return steps[-1] / steps[0] if len(steps) > 1 and steps[0] > 0 else math.nan
