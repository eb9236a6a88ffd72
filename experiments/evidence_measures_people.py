"""Claims about participants, held against their own twins."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from ..agents.climbing import PAID_RUNG, WORKING
from ..model.state import DEAD
from .effects import LADDERS
from .evidence_registry import measure
from .evidence_tables import trajectories
from .lived import Lived

if TYPE_CHECKING:
    from .evidence_runs import Bench
    from .twins import Twin

#: Effects below this are none to speak of: what is left of nothing cannot be told.
_SMALLEST = {"agency": 0.005, "burden": 0.005, "trust": 0.005}
_SMALLEST_RUNG = 0.02


def _at_work(people: np.ndarray) -> np.ndarray:
    return (people["rung"][:, WORKING] >= PAID_RUNG).astype(np.float64)


#: What is followed month by month: name -> from the people of a month to scores.
MONTHLY: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "agency": lambda people: people["agency"].astype(np.float64),
    "at_work": _at_work,
    "rungs": lambda people: people["rung"].sum(axis=1).astype(np.float64),
    **{
        name: lambda people, number=number: people["rung"][:, number].astype(np.float64)
        for number, name in enumerate(LADDERS)
    },
}


def difference_at(pair: Twin, person: np.ndarray, month: int, what: str) -> np.ndarray:
    """Return by how much some people differ from their twins at the end of a month.

    NaN for who is not yet, or no longer, alive in both worlds.
    """
    out = np.full(len(person), np.nan)
    rows = [world.rows_of(person) for world in (pair.a, pair.b)]
    people = [world.months.month(month) for world in (pair.a, pair.b)]
    there = np.ones(len(person), dtype=bool)
    for own, now in zip(rows, people, strict=True):
        there &= (own >= 0) & (own < len(now))
    who = np.flatnonzero(there)
    alive = np.ones(len(who), dtype=bool)
    for own, now in zip(rows, people, strict=True):
        alive &= now["status"][own[who]] != DEAD
    who = who[alive]
    score = MONTHLY[what]
    out[who] = score(people[0][rows[0][who]]) - score(people[1][rows[1][who]])
    return out


def by_own_month(pair: Twin, person: np.ndarray, month: np.ndarray, what: str) -> np.ndarray:
    """Return the same with a month of each person's own; NaN for a month that was not lived."""
    out = np.full(len(person), np.nan)
    lived = (month >= 0) & (month <= 12 * pair.years)
    for one in np.unique(month[lived]).tolist():
        who = month == one
        out[who] = difference_at(pair, person[who], one, what)
    return out


def at_year_end(world: Lived, person: np.ndarray, year: int, what: str) -> np.ndarray:
    """Return burden, trust, agency or ``capability_LADDER`` at the end of a year, by key."""
    now = world.persons(year)
    alive = now.status != DEAD
    values: Any
    if what.startswith("capability_"):
        values = now.capability[:, LADDERS.index(what.removeprefix("capability_"))]
    else:
        values = getattr(now, what)
    by_row = np.full(len(world.person), np.nan)
    by_row[world.rows_by_identity(now.identity[alive])] = values[alive]
    rows = world.rows_of(person)
    return np.where(rows >= 0, by_row[rows], np.nan)


def _ended(bench: Bench) -> tuple[np.ndarray, np.ndarray]:
    """Return the keys of those whose support has ended, and the last month with it."""
    took_part = bench.pair.participants()
    over = ~took_part.going_on
    return took_part.person[over], took_part.last[over]


def _mean(values: np.ndarray) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else math.nan


def _window(bench: Bench, what: str, months: tuple[int, int]) -> float:
    """Return the mean effect over participants and months, counted from the end of support."""
    person, last = _ended(bench)
    each = [
        by_own_month(bench.pair, person, last + later, what)
        for later in range(int(months[0]), int(months[1]) + 1)
    ]
    return _mean(np.concatenate(each)) if each else math.nan


@measure(twin=True)
def effect_points(bench: Bench, what: str, months: tuple[int, int]) -> float:
    """Return the mean effect on a share some months after support, in percentage points."""
    return 100.0 * _window(bench, what, months)


@measure(twin=True)
def effect_after_years(bench: Bench, what: str, years: int) -> float:
    """Return the mean effect at a year's end, so many years after that of the end of support."""
    person, last = _ended(bench)
    return _mean(_at_own_year(bench.pair, person, -(-last // 12) + years, what))


def _at_own_year(pair: Twin, person: np.ndarray, at: np.ndarray, what: str) -> np.ndarray:
    """Return the difference with the own twin at a year's end of each person's own."""
    out = np.full(len(person), np.nan)
    for year in np.unique(at[at <= pair.years]).tolist():
        who = at == year
        a, b = (at_year_end(world, person[who], year, what) for world in (pair.a, pair.b))
        out[who] = a - b
    return out


def _spread(bench: Bench, what: str) -> float:
    """Return the standard deviation between the adults of the twin at the end."""
    world = bench.pair.b
    now = world.persons(world.years)
    adult = (now.age_years >= world.ages.adult) & (now.status != DEAD)
    return float(np.std(getattr(now, what)[adult].astype(np.float64)))


@measure(twin=True)
def tie_of_length(
    bench: Bench, what: str, supported: tuple[int, int], broken_off: bool, after_start: int
) -> float:
    """Return the effect of trajectories of some length, in standard deviations between adults.

    ``supported``: months with support, from and to; ``broken_off``: ended because the programme
    stopped, rather than any end; ``after_start``: months after the start at which is looked.
    """
    begun = trajectories(bench.world)
    length = begun["supported_months"]
    chosen = (begun["support_ended"] >= 0) & (length >= supported[0]) & (length <= supported[1])
    if broken_off:
        chosen &= begun["status"] == "abandoned"
    # Who had more than one trajectory had none of this length alone.
    _, at, times = np.unique(begun["person"], return_inverse=True, return_counts=True)
    chosen &= times[at] == 1
    person = bench.world.person[begun["row"][chosen]]
    month = begun["started"][chosen] + after_start
    return _mean(by_own_month(bench.pair, person, month, what)) / _spread(bench, what)


@measure(twin=True)
def kept_after_years(bench: Bench, what: str, years: int, heaviest: float) -> float:
    """Return what share of the effect at the end of support is left some years later.

    ``heaviest``: share of the participants with most burden at their start who are looked at.
    The first look is at the end of the year in which support ended.
    """
    person, last = _ended(bench)
    person, last = _heaviest(bench, person, last, heaviest)
    first = -(-last // 12)
    then, later = (_at_own_year(bench.pair, person, first + passed, what) for passed in (0, years))
    return _left(then, later, _SMALLEST.get(what, _SMALLEST_RUNG))


@measure(twin=True)
def kept_after_months(bench: Bench, what: str, months: int) -> float:
    """Return what share of the effect in the last month with support is left months later."""
    person, last = _ended(bench)
    then = by_own_month(bench.pair, person, last, what)
    later = by_own_month(bench.pair, person, last + months, what)
    return _left(then, later, _SMALLEST.get(what, _SMALLEST_RUNG))


def _left(then: np.ndarray, later: np.ndarray, smallest: float) -> float:
    both = np.isfinite(then) & np.isfinite(later)
    if not both.any() or abs(then[both].mean()) < smallest:
        return math.nan
    return float(later[both].mean() / then[both].mean())


def _heaviest(
    bench: Bench, person: np.ndarray, last: np.ndarray, share: float
) -> tuple[np.ndarray, np.ndarray]:
    if share >= 1.0 or not len(person):
        return person, last
    begun = trajectories(bench.world)
    key, first = np.unique(bench.world.person[begun["row"]], return_index=True)
    at = np.minimum(np.searchsorted(key, person), len(key) - 1)
    own = np.where(key[at] == person, begun["burden_start"][first][at], np.nan)
    heavy = own >= np.nanquantile(own, 1.0 - share)
    return person[heavy], last[heavy]


@measure(twin=True)
def months_between(bench: Bench, first: str, then: str, within: int) -> float:
    """Return how many months one effect reaches half of its height later than another.

    Both are means over participants by month since the start, up to ``within`` months; height is
    the highest of these.
    """
    took_part = bench.pair.participants()
    halfway = []
    for what in (first, then):
        course = [
            _mean(by_own_month(bench.pair, took_part.person, took_part.first + month, what))
            for month in range(within + 1)
        ]
        highest = max(course)
        smallest = _SMALLEST.get(what, _SMALLEST_RUNG)
        if not highest >= smallest:
            return math.nan
        halfway.append(next(m for m, one in enumerate(course) if one >= highest / 2))
    return float(halfway[1] - halfway[0])


@measure(twin=True)
def gain_without_rung(bench: Bench, gain: float) -> float:
    """Return the share of those who gained agency who hold no more rungs than their twins.

    At the end of support; ``gain`` is the least difference in agency with the own twin.
    """
    person, last = _ended(bench)
    agency = by_own_month(bench.pair, person, last, "agency")
    rungs = by_own_month(bench.pair, person, last, "rungs")
    gained = agency >= gain
    return float(np.mean(rungs[gained] <= 0)) if gained.any() else math.nan


@measure(twin=True)
def displaced(bench: Bench, years: int) -> float:
    """Return the paid work that others lost as a share of what participants gained.

    Person-months of paid work up to a year, everybody who lives in both worlds.
    """
    pair = bench.pair
    took_part = pair.participants()
    person = np.intersect1d(pair.a.person, pair.b.person, assume_unique=True)
    own = np.isin(person, took_part.person)
    gained = lost = 0.0
    for month in range(1, 12 * years + 1):
        change = np.nan_to_num(difference_at(pair, person, month, "at_work"))
        gained += float(change[own].sum())
        lost -= float(change[~own].sum())
    return lost / gained if gained > 1.0 else math.nan


@measure()
def rise_of_workers(bench: Bench, at_least: int) -> float:
    """Return by how much the agency of participants rose from start to end of support, 0 to 1.

    Of trajectories of at least some months, as documents who look back at those who stayed.
    """
    return _mean(_risen(bench, at_least)[0])


@measure()
def rise_over_work(bench: Bench, at_least: int) -> float:
    """Return that rise minus the share of the same people who found paid work."""
    risen, found = _risen(bench, at_least)
    return _mean(risen) - _mean(found)


def _risen(bench: Bench, at_least: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the rise in agency and who found work, of trajectories of some length that ended."""
    begun = trajectories(bench.world)
    long = (begun["supported_months"] >= at_least) & (begun["support_ended"] > 0)
    last, rows = begun["support_ended"][long] - 1, begun["row"][long]
    risen = np.full(len(rows), np.nan)
    for month in np.unique(last).tolist():
        who = last == month
        risen[who] = bench.world.months.month(month)["agency"][rows[who]]
    return risen - begun["agency_start"][long], begun["found_work"][long].astype(np.float64)
