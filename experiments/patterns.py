"""Observable patterns of an untreated neighbourhood, measured as the published figures were.

A `Panel` follows everybody month by month, as a register would; the functions below turn it into
the quantities of EVIDENCE.md (turnover, job finding, benefit exit and return, ...).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..agents.climbing import LEARNING, MARKET_RUNG, PAID_RUNG, WORKING
from ..model.neighbourhood import Neighbourhood
from ..model.state import DEAD, HERE
from ..scenarios import Scenario


@dataclass(frozen=True)
class Panel:
    """What a register would hold: arrays of shape ``(months + 1, persons)``.

    ``present`` is True for who lives here; the other arrays are defined for everybody alive
    (``alive``). ``rungs`` has shape ``(years + 1, persons, 4)``.
    """

    alive: np.ndarray
    present: np.ndarray
    work: np.ndarray
    age_years: np.ndarray
    benefit: np.ndarray
    unemployed: np.ndarray
    poor: np.ndarray
    dwelling: np.ndarray
    rungs: np.ndarray
    social: np.ndarray
    low_educated: np.ndarray

    @property
    def months(self) -> int:
        """Number of months lived."""
        return len(self.alive) - 1


def observe(scenario: Scenario, seed: int, years: int) -> Panel:
    """Run a scenario and return the panel of all its months."""
    world = Neighbourhood(scenario, rng=seed)
    snapshots = [_snapshot(world)]
    for _ in range(12 * years):
        world.step()
        snapshots.append(_snapshot(world))
    n = world.people.count
    stacked = {
        name: np.stack([_padded(one[name], n) for one in snapshots]) for name in snapshots[0]
    }
    rungs = stacked.pop("rungs")[::12]
    tenure = np.asarray(world.dwellings.rows["tenure"])
    social = np.where(stacked["dwelling"] >= 0, tenure[stacked["dwelling"]] == 0, False)
    return Panel(rungs=rungs, social=social, **stacked)


def _padded(values: np.ndarray, n: int) -> np.ndarray:
    missing = n - len(values)
    padding = [(0, missing)] + [(0, 0)] * (values.ndim - 1)
    return np.pad(values, padding)


def _snapshot(world: Neighbourhood) -> dict[str, np.ndarray]:
    people = world.people.rows[: world.people.count]
    rules = world.rules
    household = people["household"]
    status, work = people["status"], people["rung"][:, WORKING]
    age = (world.month - people["birth"]) // 12
    alive = status != DEAD
    present = status == HERE
    capability = people["capability"].astype(np.float64)
    learning = people["rung"][:, LEARNING]
    school = (age < rules.ages_adult) | (
        (age < rules.ages_school_until) & (capability[:, LEARNING] >= learning + 1.0)
    )
    working_age = (age >= rules.ages_adult) & (age < rules.ages_pension)
    jobless = alive & working_age & ~school & (work < PAID_RUNG)
    earners = world.households.rows["earners"][household]
    return {
        "alive": alive,
        "present": present,
        "work": work.copy(),
        "age_years": age,
        "benefit": jobless
        & (earners == 0)
        & (people["idle_months"] >= rules.working_insurance_months),
        "unemployed": jobless & (capability[:, WORKING] >= rules.working_labour_force_from),
        "poor": alive & (world.households.rows["poor"][household] == 1),
        "dwelling": np.where(present, world.households.rows["dwelling"][household], -1),
        "rungs": people["rung"].copy(),
        "low_educated": learning < 2,
    }


def turnover_social_rent(panel: Panel) -> float:
    """Return the share of social-rent dwellings whose tenants leave in a year (EVIDENCE C1)."""
    heads = panel.social[:-1]
    changes = dwellings = 0
    for month in range(panel.months):
        before = np.unique(panel.dwelling[month][heads[month]])
        dwellings += len(before)
        # A dwelling turns over when none of those who lived there still does a month later.
        stays = heads[month] & (panel.dwelling[month + 1] == panel.dwelling[month])
        changes += len(before) - len(np.unique(panel.dwelling[month][stays]))
    return 12.0 * changes / dwellings


def move_rate(panel: Panel, low: int, high: int) -> float:
    """Return the share of residents of an age (years, inclusive) who move in a year (C4)."""
    at_risk = panel.present[:-1] & (panel.age_years[:-1] >= low) & (panel.age_years[:-1] <= high)
    moved = panel.alive[1:] & (panel.dwelling[1:] != panel.dwelling[:-1])
    return 12.0 * float(np.sum(at_risk & moved)) / float(np.sum(at_risk))


def job_finding_quarter(panel: Panel) -> float:
    """Return the share of the unemployed who have paid work three months later (C7)."""
    start = panel.unemployed[:-3:3] & panel.present[:-3:3]
    return float(np.mean((panel.work[3::3] >= PAID_RUNG)[: len(start)][start]))


def job_finding_of_newly_jobless(panel: Panel) -> float:
    """Return the share of residents who have paid work three months after losing it (C7)."""
    work, age = panel.work, panel.age_years
    lost = (work[:-4] >= PAID_RUNG) & (work[1:-3] < PAID_RUNG) & panel.present[:-4]
    lost &= (age[:-4] < 66) & panel.alive[4:]
    return float(np.mean((work[4:] >= PAID_RUNG)[lost]))


def job_loss_year(panel: Panel, rung: int | None = None) -> float:
    """Return the yearly rate at which the employed become jobless, from quarterly flows (C8).

    ``rung`` restricts it to temporary (4) or permanent (5) work.
    """
    work = panel.work
    start = work[:-3:3]
    at_work = panel.present[:-3:3] & (start >= MARKET_RUNG if rung is None else start == rung)
    at_work &= panel.age_years[:-3:3] < 66
    later = panel.alive[3::3] & (work[3::3] < PAID_RUNG)
    return 4.0 * float(np.mean(later[: len(at_work)][at_work]))


def benefit_exit_year(panel: Panel) -> tuple[float, float]:
    """Return the yearly exit from benefit for all reasons, and to work (C10)."""
    on = panel.benefit[:-12:12] & panel.present[:-12:12]
    off = ~panel.benefit[12::12] | ~panel.present[12::12]
    to_work = panel.work[12::12] >= PAID_RUNG
    return float(np.mean(off[: len(on)][on])), float(np.mean(to_work[: len(on)][on]))


def benefit_return(panel: Panel, months: int) -> float:
    """Return the share back on benefit within ``months`` after leaving it, residents only (C11)."""
    benefit, present = panel.benefit, panel.present
    exits = benefit[:-1] & ~benefit[1:] & present[1:] & panel.alive[1:]
    exits &= panel.age_years[1:] < 67 - months // 12
    last = panel.months - months
    back = total = 0
    for month in range(last):
        rows = np.flatnonzero(exits[month])
        total += len(rows)
        back += int(benefit[month + 2 : month + 2 + months, rows].any(axis=0).sum())
    return back / total


def permanent_after(panel: Panel, years: int) -> float:
    """Return the share of those who start temporary work with permanent work years later (C12)."""
    start = (panel.work[:-1] < PAID_RUNG) & (panel.work[1:] == MARKET_RUNG) & panel.alive[:-1]
    later = 12 * years
    rows = [
        panel.work[month + 1 + later, start[month] & panel.alive[month + 1 + later]] == 5
        for month in range(panel.months - later)
    ]
    return float(np.mean(np.concatenate(rows)))


def still_temporary_after_year(panel: Panel) -> float:
    """Return the share of those who start temporary work who have it still after a year (C13)."""
    start = (panel.work[:-1] < PAID_RUNG) & (panel.work[1:] == MARKET_RUNG) & panel.alive[:-1]
    rows = [
        panel.work[month + 13, start[month] & panel.alive[month + 13]] == MARKET_RUNG
        for month in range(panel.months - 13)
    ]
    return float(np.mean(np.concatenate(rows)))


def poor_years(panel: Panel) -> np.ndarray:
    """Return who was poor for most of each year, shape ``(years, persons)``, as yearly incomes show."""
    years = panel.months // 12
    by_year = panel.poor[1 : 1 + 12 * years].reshape(years, 12, -1)
    return by_year.sum(axis=1) >= 6


def poverty_exit(panel: Panel) -> tuple[float, float]:
    """Return the share of newly poor adults out the year after, and of the rest the next (C14)."""
    poor = poor_years(panel)
    adult = (panel.age_years[:-1:12] >= 18) & panel.alive[12::12]
    new = ~poor[:-3] & poor[1:-2] & adult[:-3] & panel.alive[-1]
    again = new & poor[2:-1]
    return float(1 - np.mean(poor[2:-1][new])), float(1 - np.mean(poor[3:][again]))


def poverty_return(panel: Panel, years: int) -> float:
    """Return the share of adults back in poverty within ``years`` after leaving it (C15)."""
    poor = poor_years(panel)
    adult = (panel.age_years[:-1:12] >= 18) & panel.alive[12::12]
    left = poor[:-1] & ~poor[1:] & adult[:-1] & panel.alive[-1]
    back = [
        poor[start + 2 : start + 2 + years, left[start]].any(axis=0)
        for start in range(len(left) - years)
    ]
    return float(np.mean(np.concatenate(back)))


def tie_survival(scenario: Scenario, seed: int, years: int) -> float:
    """Return the share of the ties of residents who stay that still exist ``years`` later (D1)."""
    world = Neighbourhood(scenario, rng=seed)

    def pairs() -> set[tuple[int, int]]:
        rows = world.edges.rows[: world.edges.count]
        return set(zip(rows["a"].tolist(), rows["b"].tolist(), strict=True))

    before = pairs()
    world.run(years=years)
    status = world.people.rows["status"]
    after = pairs()
    kept = total = 0
    for a, b in before:
        for one in (a, b):
            if status[one] == HERE:
                total += 1
                kept += (a, b) in after
    return kept / total


@dataclass(frozen=True)
class Directions:
    """Who rose and fell between two moments; ``gap`` is the newcomers' mean below the area's."""

    stayers_risen: float
    stayers_fallen: float
    leavers_risen: float
    leavers_fallen: float
    newcomers_gap: float
    area_change: float


def directions(panel: Panel, years: int) -> Directions:
    """Return risers and fallers (mean of four rungs) over the first ``years`` years of adults."""
    end = 12 * years
    adult = (panel.age_years[0] >= 25) & (panel.age_years[end] < 67)
    change = panel.rungs[years].sum(axis=1).astype(int) - panel.rungs[0].sum(axis=1)
    stayed = panel.present[0] & panel.present[end] & adult
    left = panel.present[0] & ~panel.present[end] & panel.alive[end] & adult
    grown = panel.present[end] & (panel.age_years[end] >= 18)
    newcomer = grown & ~panel.present[0] & (panel.age_years[end] > years)
    position = panel.rungs[years].mean(axis=1)
    first = panel.present[0] & (panel.age_years[0] >= 18)
    return Directions(
        stayers_risen=float(np.mean(change[stayed] > 0)),
        stayers_fallen=float(np.mean(change[stayed] < 0)),
        leavers_risen=float(np.mean(change[left] > 0)),
        leavers_fallen=float(np.mean(change[left] < 0)),
        newcomers_gap=float(position[newcomer].mean() - position[grown].mean()),
        area_change=float(position[grown].mean() - panel.rungs[0].mean(axis=1)[first].mean()),
    )
