"""A study of scale: sizes by years by plausible world, and what a survey or a register shows of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from ..scenarios import Problem, Scenario, ScenarioError, load
from .ensemble import Ensemble
from .monitor import Monitor
from .replicates import replicate
from .scale_files import file_of, read, write
from .shipped_study import ScaleFile
from .visibility import (
    Looked,
    Search,
    Sizes,
    Visibility,
    looked,
    measured,
    search,
    visibility_of,
    yardsticks_of,
)

#: Who looks: the usual survey, and a register that counts everybody.
Looker = Literal["survey", "register"]
LOOKERS: tuple[Looker, ...] = ("survey", "register")

#: Lives done, and lives in all.
Told = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Asked:
    """What is asked, built and checked before anything is lived.

    Attributes
    ----------
    name : str
        Of the study.
    file : ScaleFile
        What it states.
    searches : dict
        By plausible world (one empty name without an ensemble): programme and place there, looked
        at by the survey.
    """

    name: str
    file: ScaleFile
    searches: Mapping[str, Search]

    @property
    def lives(self) -> int:
        """How many lives there will be: all sizes, and none, of every luck in every world."""
        return len(self.searches) * self.file.replicates * (len(self.file.places) + 1)

    @property
    def first(self) -> Search:
        """The question in the first world."""
        return next(iter(self.searches.values()))


@dataclass(frozen=True, eq=False)
class Scale:
    """What was seen.

    Attributes
    ----------
    asked : Asked
        What was asked.
    worlds : dict
        By who looks and by plausible world: rates, effects and who began, by places and years.
    """

    asked: Asked
    worlds: Mapping[Looker, Mapping[str, Visibility]]

    @property
    def years(self) -> tuple[int, ...]:
        """Years with money."""
        return tuple(self.asked.file.years)

    @property
    def places(self) -> tuple[int, ...]:
        """Sizes."""
        return tuple(self.asked.file.places)

    def each(self, looker: Looker) -> list[Visibility]:
        """Return what each world shows to who looks."""
        return list(self.worlds[looker].values())

    def rates(self, looker: Looker, scale: str) -> np.ndarray:
        """Return shares of evaluations that call an effect, shape ``(worlds, places, years)``."""
        return np.stack([one.rate[scale] for one in self.each(looker)])

    def effects(self, scale: str) -> np.ndarray:
        """Return mean differences with the twin, shape ``(worlds, places, years)``."""
        return np.stack([one.effect[scale] for one in self.each("survey")])

    def borders(self, looker: Looker, scale: str, level: float) -> np.ndarray:
        """Return places from which a share of the evaluations see it, shape ``(worlds, years)``.

        NaN where even the largest size is not seen so often.
        """
        return np.stack([one.threshold(scale, level) for one in self.each(looker)])

    def pooled(self, looker: Looker) -> Visibility:
        """Return the mean over worlds."""
        each = self.each(looker)
        return replace(
            each[0],
            rate={
                scale: np.mean([one.rate[scale] for one in each], axis=0) for scale in each[0].rate
            },
            effect={
                scale: np.mean([one.effect[scale] for one in each], axis=0)
                for scale in each[0].effect
            },
            reached=np.mean([one.reached for one in each], axis=0),
            replicates=sum(one.replicates for one in each),
        )


@dataclass(frozen=True)
class Border:
    """From how many places half, or most, of the evaluations see it, over plausible worlds.

    Attributes
    ----------
    reached, worlds : int
        In how many of how many worlds there is such a number among the sizes that were lived.
    low, middle, high : float
        The lowest, the median and the highest of those numbers; infinite where it is not reached.
    """

    reached: int
    worlds: int
    low: float
    middle: float
    high: float


def border(needed: np.ndarray) -> Border:
    """Return the border over worlds of one number of years; NaN in ``needed`` is out of reach."""
    ordered = np.sort(np.where(np.isnan(needed), math.inf, needed))
    count = len(ordered)
    # Of an even number the higher of the two in the middle: more than half see it there.
    return Border(
        reached=int(np.isfinite(ordered).sum()),
        worlds=count,
        low=float(ordered[0]),
        middle=float(ordered[count // 2]),
        high=float(ordered[-1]),
    )


def asked_of(
    name: str,
    file: ScaleFile,
    ensemble: Ensemble | None = None,
    overrides: Mapping[str, object] | None = None,
) -> Asked:
    """Return a study with every world of it built and checked.

    Raises
    ------
    ScenarioError, ValueError
        For anything unknown or out of range.
    """
    searches = {}
    for world, settings in (ensemble.worlds if ensemble else {"": {}}).items():
        try:
            place: Scenario = load(file.place, "none", {**(overrides or {}), **settings})
        except ScenarioError as error:
            raise (ensemble.named(error, world) if ensemble else error) from None
        if file.years[-1] > place.years:
            late = f"year {file.years[-1]} is not within the {place.years} years"
            raise ScenarioError([Problem(name, "years", late, None, f"1 to {place.years} years")])
        searches[world] = search(
            file.programme,
            place,
            name=file.indicator,
            years=file.years,
            monitor=Monitor(respondents=file.respondents),
            most_places=file.places[-1],
            replicates=file.replicates,
            seed=file.seed,
            surveys=file.surveys,
            most_sizes=len(file.places),
        )
    return Asked(name, file, searches)


def live(
    asked: Asked,
    folder: Path | None = None,
    *,
    workers: int | None = None,
    told: Told | None = None,
) -> Scale:
    """Live every size in every world, and let the survey and the register look at it.

    Parameters
    ----------
    asked
        See `asked_of`.
    folder
        Where finished worlds are kept, so that the same call goes on where it stopped.
    workers
        Processes; default as many as there are cores.
    told
        Called with lives done, and lives in all.
    """
    worlds: dict[Looker, dict[str, Visibility]] = {looker: {} for looker in LOOKERS}
    if folder is not None:
        # It says that the study has begun, before the first world is finished.
        folder.mkdir(parents=True, exist_ok=True)
    done = 0
    for name, one in asked.searches.items():
        files: dict[Looker, Path] = (
            {looker: file_of(folder, looker, one) for looker in LOOKERS} if folder else {}
        )
        places = tuple(asked.file.places)
        kept: dict[Looker, Visibility | None] = {
            looker: read(path, places) for looker, path in files.items()
        }
        if kept and all(found is not None for found in kept.values()):
            done += asked.file.replicates * (len(asked.file.places) + 1)
        else:
            lives: dict[int, list[Looked]] = {size: [] for size in (0, *places)}
            for size, life in _lives(asked, one, workers):
                lives[size].append(life)
                done += 1
                if told is not None:
                    told(done, asked.lives)
            kept = {looker: _seen(lives, one, looker) for looker in LOOKERS}
        for looker, found in kept.items():
            assert found is not None
            worlds[looker][name] = found
            if looker in files:
                write(files[looker], found)
    return Scale(asked, worlds)


def unfinished(asked: Asked, folder: Path) -> int:
    """Return how many worlds a folder does not have yet."""
    places = tuple(asked.file.places)
    return sum(
        any(read(file_of(folder, looker, one), places) is None for looker in LOOKERS)
        for one in asked.searches.values()
    )


def _lives(asked: Asked, one: Search, workers: int | None) -> Iterator[tuple[int, Looked]]:
    """Yield the lives of a world with their sizes; 0: none."""
    seeds = range(asked.file.seed, asked.file.seed + asked.file.replicates)
    tasks = [(places, seed) for places in (0, *asked.file.places) for seed in seeds]
    for (places, _), life in zip(tasks, replicate(_Life(one), tasks, workers), strict=True):
        yield places, life


@dataclass(frozen=True)
class _Life:
    """Lives one size with one luck; can be sent to another process."""

    search: Search

    def __call__(self, task: tuple[int, int]) -> Looked:
        return looked(self.search, *task)


def _seen(lives: Mapping[int, list[Looked]], one: Search, looker: Looker) -> Visibility:
    """Return what somebody sees of the lives of one world."""
    own = replace(one, monitor=replace(one.monitor, source=looker))
    yardsticks = yardsticks_of(lives[0], own)
    sizes: Sizes = {
        places: measured(worlds, lives[0], yardsticks, own)
        for places, worlds in lives.items()
        if places
    }
    return visibility_of(sizes, own)
