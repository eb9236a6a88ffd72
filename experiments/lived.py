"""One world that was lived, and what is asked of it afterwards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ..model.state import DEAD, HERE
from .indicators import Ages, Indicator

if TYPE_CHECKING:
    import pandas as pd

    from ..model import Chronicle
    from ..model.buildings import Buildings
    from ..model.chronicle import PersonYear
    from ..model.paths import Paths
    from ..scenarios import Scenario

#: Scales of a neighbourhood, from small to large.
SCALES = ("stairwell", "complex", "street", "neighbourhood")


#: Bits of a key that hold the month of birth, and what is added to it to make it positive.
_BIRTH_BITS, _EARLIEST = 13, 4096


def person_key(identity: np.ndarray, birth: np.ndarray) -> np.ndarray:
    """Return one number for identity and month of birth.

    An identity names a dwelling, a tenancy and a place in the household; in another world somebody
    else can come to that place, and is then another person.
    """
    return (identity.astype(np.int64) << _BIRTH_BITS) + (birth.astype(np.int64) + _EARLIEST)


def identity_of_key(person: np.ndarray) -> np.ndarray:
    """Return the identity in a key."""
    return person >> _BIRTH_BITS


def is_among(person: np.ndarray, ascending: np.ndarray) -> np.ndarray:
    """Return which persons are among others, whose keys ascend: faster than to sort both anew."""
    if not len(ascending):
        return np.zeros(len(person), dtype=bool)
    at = np.minimum(np.searchsorted(ascending, person), len(ascending) - 1)
    return ascending[at] == person


@dataclass(frozen=True)
class Snapshot:
    """Who is counted for an indicator at the end of a year, one row a person.

    Attributes
    ----------
    person : numpy.ndarray
        `person_key` of everybody, ascending: who has the same key is the same person in any world
        of one scenario and seed.
    identity, birth : numpy.ndarray
        What the key is made of.
    here : numpy.ndarray of bool
        Whether the person lives in the neighbourhood; who does not lives elsewhere.
    stairwell, dwelling : numpy.ndarray
        Where the person lives, -1 elsewhere.
    score : numpy.ndarray
        Of the indicator.
    """

    person: np.ndarray
    identity: np.ndarray
    birth: np.ndarray
    here: np.ndarray
    stairwell: np.ndarray
    dwelling: np.ndarray
    score: np.ndarray


class Lived:
    """A run of a scenario with one seed: its record, without the world itself.

    Attributes
    ----------
    scenario : Scenario
        What was asked.
    seed : int
        Its luck.
    years : int
        Years lived, at most the horizon of the scenario.
    chronicle : Chronicle
        Its record, persons included where they were kept.
    paths : Paths or None
        The months of every person, where they were kept.
    buildings : Buildings
        Where dwellings are.
    identity, birth, person : numpy.ndarray
        Of everybody ever present, by row; ``person`` is the key of both.
    households : int
        How many there ever were.
    occupants : list of numpy.ndarray
        Household of every dwelling at the end of each month (-1: empty), where paths were kept.
    """

    def __init__(
        self,
        scenario: Scenario,
        seed: int,
        *,
        paths: bool = True,
        persons: bool = True,
        years: int | None = None,
    ) -> None:
        from ..model import Neighbourhood

        self.years = scenario.years if years is None else years
        if not 1 <= self.years <= scenario.years:
            raise ValueError(f"years {years!r}; allowed: 1 to {scenario.years}, the horizon")

        world = Neighbourhood(scenario, rng=seed, record_persons=persons, record_paths=paths)
        self.occupants = [world.dwellings.column("household").copy()] if paths else []
        for _ in range(12 * self.years):
            world.step()
            if paths:
                self.occupants.append(world.dwellings.column("household").copy())
        self.scenario = scenario
        self.seed = seed
        self.chronicle: Chronicle = world.chronicle
        self.paths: Paths | None = world.paths
        self.buildings: Buildings = world.buildings
        self.identity = world.people.column("identity").copy()
        self.birth = world.people.column("birth").copy()
        self.person = person_key(self.identity, self.birth)
        self.households = world.households.count
        self.ages = Ages.of(scenario)
        self._snapshots: dict[tuple[str, int], Snapshot] = {}
        self._counted: dict[tuple[str, int], tuple[np.ndarray, Snapshot]] = {}
        self.trajectories: pd.DataFrame | None = None
        if world.programmes:
            self.trajectories = world.chronicle.frame("trajectory")
        # The record asks its world for trajectories; without it the world can go.
        self.chronicle.release(self.trajectories)

    @cached_property
    def _by_identity(self) -> np.ndarray:
        return np.argsort(self.identity, kind="stable")

    @cached_property
    def _by_person(self) -> np.ndarray:
        return np.argsort(self.person, kind="stable")

    @property
    def months(self) -> Paths:
        """The months of every person.

        Raises
        ------
        ValueError
            Where they were not kept.
        """
        if self.paths is None:
            raise ValueError("the months of persons were not kept in this run")
        return self.paths

    def persons(self, year: int) -> PersonYear:
        """Return where everybody stood at the end of a year, 0 for the start."""
        return self.chronicle.persons(year)

    def snapshot(self, one: Indicator, year: int) -> Snapshot:
        """Return everybody alive who is counted for an indicator; made once, and shared."""
        if (one.name, year) not in self._snapshots:
            self._snapshots[one.name, year] = self._snapshot(one, year)
        return self._snapshots[one.name, year]

    def _snapshot(self, one: Indicator, year: int) -> Snapshot:
        """Return who is counted, who are the same for several indicators, with the own score."""
        if (one.counted, year) not in self._counted:
            self._counted[one.counted, year] = self._who(one, year)
        rows, who = self._counted[one.counted, year]
        persons = self.persons(year)
        return replace(who, score=one.score(persons.rung[rows], persons.agency[rows]))

    def _who(self, one: Indicator, year: int) -> tuple[np.ndarray, Snapshot]:
        """Return the rows of who is counted, and their snapshot without a score."""
        persons = self.persons(year)
        counted = np.flatnonzero(
            (persons.status != DEAD) & self.ages.counted(one.counted, persons.age_years)
        )
        key = person_key(persons.identity[counted], persons.birth[counted])
        order = np.argsort(key, kind="stable")
        rows = counted[order]
        return rows, Snapshot(
            person=key[order],
            identity=persons.identity[rows],
            birth=persons.birth[rows],
            here=persons.status[rows] == HERE,
            stairwell=persons.stairwell[rows],
            dwelling=persons.dwelling[rows],
            score=np.zeros(0),
        )

    @cached_property
    def row_of(self) -> dict[int, int]:
        """Row of everybody ever present, by identity."""
        return {identity: row for row, identity in enumerate(self.identity.tolist())}

    def rows_by_identity(self, identity: np.ndarray) -> np.ndarray:
        """Return the row of each identity, all of which were present."""
        at = np.searchsorted(self.identity, identity, sorter=self._by_identity)
        return self._by_identity[at]

    def rows_of(self, person: np.ndarray) -> np.ndarray:
        """Return the row of each key; -1 for who was never present."""
        at = np.searchsorted(self.person, person, sorter=self._by_person)
        rows = self._by_person[np.minimum(at, len(self._by_person) - 1)]
        return np.where(self.person[rows] == person, rows, -1)

    def unit_of_stairwell(self, scale: str) -> np.ndarray:
        """Return the unit of each stairwell at a scale; all 0 for the neighbourhood.

        Raises
        ------
        ValueError
            For an unknown scale.
        """
        first = self.buildings.stairwell_start[:-1]
        if scale == "neighbourhood":
            return np.zeros(len(first), dtype=np.int64)
        if scale not in SCALES:
            raise ValueError(f"unknown scale {scale!r}; allowed: {', '.join(SCALES)}")
        return np.asarray(getattr(self.buildings, scale))[first].astype(np.int64)

    def supported(self, month: int) -> pd.DataFrame:
        """Return who had started with a programme by the end of a month.

        One row a person: ``person`` (identity), ``first`` and ``last``: the month of the first
        start, and the last month so far at the end of which there was support; aftercare is none;
        ``going_on``: 1 for who is supported at the end of that month.
        """
        import pandas as pd

        none = np.zeros(0, dtype=np.int64)
        person, first, last, going_on = none, none, none, none
        if self.trajectories is not None:
            started, ended = (
                self.trajectories[name].to_numpy(dtype=np.int64, na_value=-1)
                for name in ("started", "support_ended")
            )
            begun = (started >= 0) & (started <= month)
            person = self.trajectories["person"].to_numpy()[begun]
            first = started[begun]
            # At the end of the month in which support ends, what came with the place is gone.
            over = (ended[begun] >= 0) & (ended[begun] <= month)
            last = np.where(over, np.maximum(first, ended[begun] - 1), month)
            going_on = (~over).astype(np.int64)
        frame = pd.DataFrame({"person": person, "first": first, "last": last, "going_on": going_on})
        return frame.groupby("person", as_index=False).agg(
            {"first": "min", "last": "max", "going_on": "max"}
        )
