"""The inverse question: how many places for how many years before a figure would show it."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from ..scenarios import (
    FundedProgramme,
    Policy,
    ProgrammeSpec,
    Scenario,
    load,
    load_calendar,
    load_programme,
    with_policy,
)
from .detection import Waves
from .indicators import indicator
from .lived import SCALES, Lived
from .monitor import Monitor, Wave, waves_by_scale
from .participants import Participants
from .replicates import check_workers, replicate
from .yardstick import Yardstick

#: Shares of evaluations that are asked for.
LEVELS = (0.5, 0.8)
#: Years at which evaluations look unless others are asked for.
YEARS = (2, 4, 6, 10, 16, 20, 30)
#: From one size to the next while the border is not enclosed yet.
_STRIDE = 4.0
#: Where four times the places reach no larger a multiple of people, there is nobody left to reach.
_FULL = 1.05


@dataclass(frozen=True)
class Visibility:
    """How often evaluations see a programme, by its places and years.

    Attributes
    ----------
    programme, place : str
        Keys.
    indicator : str
        What is looked at.
    years : tuple of int
        Years with money, ascending; evaluations look at the end of each.
    places : tuple of int
        Sizes that were lived, ascending.
    rate : dict of str to numpy.ndarray
        By scale: share of evaluations that call an effect, shape ``(places, years)``. Stairwell,
        complex and street are those where most participants began.
    effect : dict of str to numpy.ndarray
        By scale: mean difference with the twin, in units of the indicator, same shape; NaN where
        nobody lives.
    reached : numpy.ndarray
        Mean number of people who had started, same shape.
    replicates, surveys : int
        Worlds of each size, and evaluations of each world.
    """

    programme: str
    place: str
    indicator: str
    years: tuple[int, ...]
    places: tuple[int, ...]
    rate: dict[str, np.ndarray]
    effect: dict[str, np.ndarray]
    reached: np.ndarray
    replicates: int
    surveys: int

    def smooth(self, scale: str) -> np.ndarray:
        """Return the rates as they rise with places: the nearest that never fall."""
        from scipy.optimize import isotonic_regression

        rate = self.rate[scale]
        return np.column_stack([isotonic_regression(column).x for column in rate.T])

    def threshold(self, scale: str, level: float) -> np.ndarray:
        """Return the places needed by year before a share of the evaluations sees it.

        Between sizes that were lived it is read off along their logarithm. NaN where even the
        largest size is not seen so often; the smallest size where that is seen already.
        """
        smooth, sizes = self.smooth(scale), np.log(self.places)
        needed = np.full(len(self.years), np.nan)
        for at, column in enumerate(smooth.T):
            above = np.flatnonzero(column >= level)
            if not len(above):
                continue
            first = int(above[0])
            if first == 0:
                needed[at] = self.places[0]
                continue
            low, high = column[first - 1], column[first]
            part = (level - low) / (high - low)
            needed[at] = math.exp(sizes[first - 1] + part * (sizes[first] - sizes[first - 1]))
        return needed


@dataclass(frozen=True)
class Search:
    """What is asked; see `visible`."""

    scenario: Scenario
    programme: ProgrammeSpec
    indicator: str
    years: tuple[int, ...]
    monitor: Monitor
    replicates: int
    seed: int
    surveys: int
    level: float
    precision: float
    most_places: int
    most_sizes: int
    workers: int | None


@dataclass(frozen=True)
class Looked:
    """One world: a wave at the start and at every year, by scale; who had begun, and where most."""

    start: dict[str, Wave]
    waves: dict[int, dict[str, Wave]]
    units: dict[int, dict[str, int]]
    began: dict[int, int]


#: Rates, effects and who began, by places; worlds without policy, by scale and year.
Sizes = dict[int, dict[str, np.ndarray]]
Yardsticks = dict[tuple[str, int], Yardstick]


def visible(
    programme: str | os.PathLike[str] | ProgrammeSpec,
    scenario: Scenario | str | os.PathLike[str] = "average",
    *,
    name: str | None = None,
    years: Sequence[int] = YEARS,
    monitor: Monitor | None = None,
    replicates: int = 20,
    seed: int = 1,
    surveys: int = 10,
    level: float = 0.05,
    precision: float = 0.5,
    most_places: int | None = None,
    most_sizes: int = 9,
    workers: int | None = None,
) -> Visibility:
    """Return from how many places, and after how many years, evaluations see a programme.

    The programme runs alone, with money every month from the start. Sizes are searched: up from
    its own size until most evaluations see it, down until few do, and then between, where the
    number of places at which half or most see it is least known.

    Parameters
    ----------
    programme
        Name or file of a programme, or one in hand.
    scenario
        Where: a scenario, or the name or file of one; its own policy is set aside.
    name
        The indicator; default the programme's ladder.
    years
        Years with money at which evaluations look, multiples of the monitor's interval.
    monitor
        How they look; default 300 respondents every second year.
    replicates
        Worlds of each size, with seeds from ``seed`` on; at least one over ``level``.
    surveys
        Evaluations of each world.
    level
        Accepted rate of false alarms.
    precision
        The search stops where the sizes around a border differ by no more than this share.
    most_places
        Largest size; default half of the residents. The search stops growing where more places
        reach nobody else.
    most_sizes
        Sizes that are lived at most.
    workers
        Processes; default as many as there are cores.

    Raises
    ------
    ScenarioError, ValueError
        For anything unknown or out of range.
    """
    return searched(
        search(
            programme,
            scenario,
            name=name,
            years=years,
            monitor=monitor,
            replicates=replicates,
            seed=seed,
            surveys=surveys,
            level=level,
            precision=precision,
            most_places=most_places,
            most_sizes=most_sizes,
            workers=workers,
        )
    )


def search(
    programme: str | os.PathLike[str] | ProgrammeSpec,
    scenario: Scenario | str | os.PathLike[str] = "average",
    *,
    name: str | None = None,
    years: Sequence[int] = YEARS,
    monitor: Monitor | None = None,
    most_places: int | None = None,
    replicates: int = 20,
    seed: int = 1,
    surveys: int = 10,
    level: float = 0.05,
    precision: float = 0.5,
    most_sizes: int = 9,
    workers: int | None = None,
) -> Search:
    """Return a search, checked before anything is lived; the parameters are those of `visible`."""
    spec = programme if isinstance(programme, ProgrammeSpec) else load_programme(str(programme))
    setup = scenario if isinstance(scenario, Scenario) else load(scenario, policy="none")
    setup = with_policy(setup, Policy())
    residents = int(setup.place.figure("residents"))
    asked = Search(
        scenario=setup,
        programme=spec,
        indicator=indicator(name or spec.ladder).name,
        years=tuple(years),
        monitor=monitor or Monitor(),
        replicates=replicates,
        seed=seed,
        surveys=surveys,
        level=level,
        precision=precision,
        most_places=max(1, residents // 2) if most_places is None else most_places,
        most_sizes=most_sizes,
        workers=workers,
    )
    check_search(asked)
    return asked


def check_search(search: Search) -> None:
    """Refuse what cannot be searched; raise ValueError with what is allowed."""
    from .reasons import check_replicates

    check_replicates(search.replicates, search.level)
    check_workers(search.workers)
    interval, horizon = search.monitor.interval, search.scenario.years
    wrong = [year for year in search.years if year % interval or not 1 <= year <= horizon]
    if wrong or not search.years or sorted(set(search.years)) != list(search.years):
        raise ValueError(
            f"years {list(search.years)}; allowed: multiples of {interval}, when there is a wave,"
            f" to {horizon}, ascending"
        )
    for what, value in (("surveys", search.surveys), ("most_places", search.most_places)):
        if value < 1:
            raise ValueError(f"{what} {value}; allowed: 1 or more")
    if search.most_sizes < 2:
        raise ValueError(f"most_sizes {search.most_sizes}; allowed: 2 or more")
    if not search.precision > 0:
        raise ValueError(f"precision {search.precision}; allowed: more than 0")
    if search.monitor.comparisons > search.replicates - 1:
        raise ValueError(
            f"{search.monitor.comparisons} comparison neighbourhoods;"
            f" allowed: fewer than the {search.replicates} replicates"
        )


def searched(search: Search, told: Callable[[int, int, int], None] | None = None) -> Visibility:
    """Return what a search finds.

    ``told`` is called with the size that is lived (0: none), its number from 1, and the replicates
    of it done.
    """
    seeds = range(search.seed, search.seed + search.replicates)

    def worlds(places: int, number: int) -> list[Looked]:
        found = []
        for one in replicate(partial(looked, search, places), seeds, search.workers):
            found.append(one)
            if told is not None:
                told(places, number, len(found))
        return found

    without = worlds(0, 0)
    yardsticks = yardsticks_of(without, search)
    lived: Sizes = {}
    while len(lived) < search.most_sizes:
        rates = {size: one["rate"] for size, one in lived.items()}
        places = next_size(rates, search, full=_is_full(lived))
        if places is None:
            break
        lived[places] = measured(worlds(places, len(lived) + 1), without, yardsticks, search)
    return visibility_of(lived, search)


def yardsticks_of(without: list[Looked], search: Search) -> Yardsticks:
    """Return what every size is held against, by scale and year: worlds without policy."""
    return {
        (scale, year): Yardstick(
            [_waves(one, scale, year) for one in without],
            search.monitor.at(scale),
            search.surveys,
            search.level,
        )
        for scale in SCALES
        for year in search.years
    }


def visibility_of(lived: Sizes, search: Search) -> Visibility:
    """Return what sizes show that were lived and measured, by places."""
    sizes = tuple(sorted(lived))
    return Visibility(
        programme=search.programme.key,
        place=search.scenario.place.key,
        indicator=search.indicator,
        years=search.years,
        places=sizes,
        rate={
            scale: np.stack([lived[size]["rate"][at] for size in sizes])
            for at, scale in enumerate(SCALES)
        },
        effect={
            scale: np.stack([lived[size]["effect"][at] for size in sizes])
            for at, scale in enumerate(SCALES)
        },
        reached=np.stack([lived[size]["began"] for size in sizes]),
        replicates=search.replicates,
        surveys=search.surveys,
    )


def _is_full(lived: Sizes) -> bool:
    """Return whether more places reached hardly anybody more: the largest size beside the next."""
    if len(lived) < 2:
        return False
    before, last = sorted(lived)[-2:]
    return bool(lived[last]["began"][-1] <= _FULL * lived[before]["began"][-1])


def next_size(rates: dict[int, np.ndarray], search: Search, *, full: bool = False) -> int | None:
    """Return the size to live next, or None when the borders are known well enough.

    ``rates`` holds, by size, the rates of shape ``(scales, years)`` in the order of `SCALES`;
    ``full`` is whether more places reach nobody else.
    """
    if not rates:
        return min(search.programme.places, search.most_places)
    sizes = sorted(rates)
    whole = SCALES.index("neighbourhood")
    unseen = rates[sizes[-1]][whole].max() < max(LEVELS)
    if unseen and sizes[-1] < search.most_places and not full:
        return min(search.most_places, math.ceil(sizes[-1] * _STRIDE))
    if rates[sizes[0]].max() >= min(LEVELS) and sizes[0] > 1:
        return max(1, int(sizes[0] / _STRIDE))
    widest, found = 1.0 + search.precision, None
    for scale in (whole, *(at for at in range(len(SCALES)) if at != whole)):
        for level in LEVELS:
            for year in range(len(search.years)):
                low, high = _enclosing([rates[size][scale, year] for size in sizes], sizes, level)
                if high > low * widest and high - low > 1:
                    widest, found = high / low, (low, high)
        if found is not None:
            # What the neighbourhood shows comes first.
            return round(math.sqrt(found[0] * found[1]))
    return None


def _enclosing(rates: Sequence[float], sizes: list[int], level: float) -> tuple[int, int]:
    """Return the sizes between which a level is passed; (1, 1) where it is not."""
    for at in range(1, len(sizes)):
        if max(rates[:at]) < level <= rates[at]:
            return sizes[at - 1], sizes[at]
    return 1, 1


def measured(
    worlds: list[Looked],
    without: list[Looked],
    yardsticks: Yardsticks,
    search: Search,
) -> dict[str, np.ndarray]:
    """Return rates and effects of shape ``(scales, years)``, and who began, by year."""
    shape = (len(SCALES), len(search.years))
    rate, effect = np.full(shape, np.nan), np.full(shape, np.nan)
    for row, scale in enumerate(SCALES):
        for column, year in enumerate(search.years):
            units = [one.units[year][scale] for one in worlds]
            waves = [_waves(one, scale, year) for one in worlds]
            rate[row, column] = yardsticks[scale, year].detection(waves, units)
            gaps = np.array(
                [
                    _mean(with_it[1].at(unit)) - _mean(twin.waves[year][scale].at(unit))
                    for with_it, twin, unit in zip(waves, without, units, strict=True)
                ]
            )
            known = gaps[np.isfinite(gaps)]
            effect[row, column] = known.mean() if len(known) else np.nan
    began = np.array(
        [np.mean([one.began[year] for one in worlds]) for year in search.years], dtype=np.float64
    )
    return {"rate": rate, "effect": effect, "began": began}


def _waves(one: Looked, scale: str, year: int) -> Waves:
    return one.start[scale], one.waves[year][scale]


def _mean(wave: Wave) -> float:
    return float(wave.score.mean()) if len(wave) else math.nan


def looked(search: Search, places: int, seed: int) -> Looked:
    """Live one world with so many places and return what can be looked at; 0 places: none."""
    scenario = search.scenario
    if places:
        scenario = with_policy(scenario, sized(search.programme, places))
    world = Lived(scenario, seed, paths=places > 0, years=search.years[-1])
    units: dict[int, dict[str, int]] = {}
    began: dict[int, int] = {}
    for year in search.years if places else ():
        took_part = Participants(world, world, year)
        began[year] = len(took_part.person)
        units[year] = {scale: took_part.busiest(world.unit_of_stairwell(scale)) for scale in SCALES}
    by_year = {year: waves_by_scale(world, search.indicator, year) for year in (0, *search.years)}
    start = by_year.pop(0)
    return Looked(start, by_year, units, began)


def sized(programme: ProgrammeSpec, places: int) -> Policy:
    """Return a policy of one programme with so many places and money every month.

    Work places, rooms and the homes in scope grow along with the places.
    """
    households = math.ceil(round(programme.eligibility.households * places / programme.places, 9))
    eligibility = programme.eligibility.model_copy(update={"households": households})
    resized = programme.sized(places).model_copy(update={"eligibility": eligibility})
    funded = FundedProgramme(programme=resized, calendar=load_calendar("continuous"))
    return Policy(key=programme.key, programmes={programme.key: funded})
