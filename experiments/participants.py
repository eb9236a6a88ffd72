"""Who took part in a pair of worlds, who lived with them, and what support did to them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, Literal, TypeVar

import numpy as np

from ..model.paths import PATH
from .indicators import Indicator
from .lived import Lived, is_among
from .roof import left_behind, shared_a_roof

Made = TypeVar("Made")

#: Month that stands for never.
_NEVER = 1 << 30


class Participants:
    """The participants of a pair of worlds up to the end of a year.

    Attributes
    ----------
    person : numpy.ndarray
        Key of everybody who started with a programme in either world, ascending.
    first, last : numpy.ndarray
        Month of the first start, and last month with support so far, in either world.
    going_on : numpy.ndarray of bool
        Who is supported now, in either world.
    """

    def __init__(self, a: Lived, b: Lived, year: int) -> None:
        self._a, self._b = a, b
        self._remembered: dict[str, Any] = {}
        self._month = month = 12 * year
        started = [world.supported(month) for world in (a, b)]
        keys = [
            world.person[world.rows_by_identity(frame["person"].to_numpy())]
            for world, frame in zip((a, b), started, strict=True)
        ]
        self.person, at = np.unique(np.concatenate(keys), return_inverse=True)
        self.first = np.full(len(self.person), _NEVER, dtype=np.int64)
        self.last = np.full(len(self.person), -1, dtype=np.int64)
        self.going_on = np.zeros(len(self.person), dtype=bool)
        going_on = np.concatenate([one["going_on"].to_numpy() for one in started]) == 1
        self.going_on[at[going_on]] = True
        np.minimum.at(self.first, at, np.concatenate([one["first"].to_numpy() for one in started]))
        np.maximum.at(self.last, at, np.concatenate([one["last"].to_numpy() for one in started]))

    def _rows(self, world: Lived) -> tuple[np.ndarray, np.ndarray]:
        """Return the rows of the participants who exist in a world, and their first months."""
        rows = world.rows_of(self.person)
        return rows[rows >= 0], self.first[rows >= 0]

    def remembered(self, name: str, make: Callable[[], Made]) -> Made:
        """Return what ``make`` made of these participants when the name was first asked for."""
        if name not in self._remembered:
            self._remembered[name] = make()
        return self._remembered[name]

    def known(self, person: np.ndarray, where: Literal["a", "b"]) -> np.ndarray:
        """Return who has lived in one of the worlds by now, whether still alive or not."""
        world = self._a if where == "a" else self._b
        rows = world.rows_of(person)
        return (rows >= 0) & (rows < len(world.months.month(self._month)))

    @cached_property
    def _roof(self) -> np.ndarray:
        """Key of who shared a roof with a participant, in either world; ascending."""
        found = []
        for world in (self._a, self._b):
            touched = shared_a_roof(world.months, world.households, *self._rows(world), self._month)
            found.append(world.person[: len(touched)][touched])
        return np.unique(np.concatenate(found))

    def shares_roof(self, person: np.ndarray) -> np.ndarray:
        """Return who ever lived with a participant, or with somebody who did, in either world."""
        return is_among(person, self._roof)

    @cached_property
    def lived_in(self) -> np.ndarray:
        """Dwellings of the world with the policy in which a participant has lived, by dwelling."""
        world = self._a
        return left_behind(
            world.months, world.households, world.occupants, *self._rows(world), self._month
        )

    def began_in(self, person: np.ndarray, unit_of: np.ndarray) -> np.ndarray:
        """Return the unit in which some participants lived when their support began.

        -1 for who never lived here in the world with the policy.
        """
        stairwell = self._stairwell_at_start[np.searchsorted(self.person, person)]
        return np.where(stairwell >= 0, unit_of[np.maximum(stairwell, 0)], -1)

    def busiest(self, unit_of: np.ndarray) -> int:
        """Return the unit in which most participants began, the first of equals."""
        unit = self.began_in(self.person, unit_of)
        return int(np.bincount(unit[unit >= 0], minlength=1).argmax())

    @cached_property
    def _stairwell_at_start(self) -> np.ndarray:
        world = self._a
        found = np.full(len(self.person), -1, dtype=np.int64)
        rows = world.rows_of(self.person)
        # Who moved in the month of the start lived in the dwelling of the month before.
        for back in (1, 0):
            for first in np.unique(self.first).tolist():
                month = max(0, first - back)
                people, occupants = world.months.month(month), world.occupants[month]
                who = np.flatnonzero((self.first == first) & (found < 0) & (rows >= 0))
                who = who[rows[who] < len(people)]
                home = dwelling_of(people["household"][rows[who]], occupants)
                found[who[home >= 0]] = world.buildings.stairwell[home[home >= 0]]
        return found

    def change_at_end_of_support(
        self, one: Indicator, person: np.ndarray, now: np.ndarray
    ) -> np.ndarray:
        """Return the difference with the own twin in the last month with support.

        ``now`` is the difference at the end of the year. It stands for who is still supported and
        for who was not in both worlds in that month.
        """
        at = np.searchsorted(self.person, person)
        there, at_end_a, at_end_b = self._at_end_of_support
        score_a, score_b = (
            one.score(people["rung"][at], people["agency"][at]) for people in (at_end_a, at_end_b)
        )
        return np.where(there[at], score_a - score_b, now)

    @cached_property
    def _at_end_of_support(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Who was in both worlds when support ended, and how they stood in either, by participant."""
        in_a, in_b = self._a.rows_of(self.person), self._b.rows_of(self.person)
        there = np.zeros(len(self.person), dtype=bool)
        states = [np.zeros(len(self.person), dtype=PATH) for _ in range(2)]
        for month in np.unique(self.last[self.last < self._month]).tolist():
            people = self._a.months.month(month), self._b.months.month(month)
            who = np.flatnonzero(
                (self.last == month)
                & (in_a >= 0)
                & (in_b >= 0)
                & (in_a < len(people[0]))
                & (in_b < len(people[1]))
            )
            there[who] = True
            for state, one, rows in zip(states, people, (in_a, in_b), strict=True):
                state[who] = one[rows[who]]
        return there, states[0], states[1]


def dwelling_of(household: np.ndarray, occupants: np.ndarray) -> np.ndarray:
    """Return the dwelling of each household, -1 for who lives elsewhere."""
    most = max(int(household.max(initial=-1)), int(occupants.max(initial=-1)))
    home = np.full(most + 1, -1, dtype=np.int64)
    taken = np.flatnonzero(occupants >= 0)
    home[occupants[taken]] = taken
    return home[household]
