"""Two worlds of one luck beside each other, month by month, on one ladder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..model.enrolment import AFTERCARE, STATUS_NAMES, SUPPORTED
from ..model.state import DEAD, ELSEWHERE, HERE
from .indicators import INDICATORS
from .lived import Lived

LADDERS = ("learning", "working", "housing", "leisure")
#: Status of who is not there yet; rung of who is not there yet, or dead.
ABSENT = -1
#: Gain of who had no month with support beside the own twin: less than anybody can lose.
NO_GAIN = -6
_GOING_ON = (STATUS_NAMES[SUPPORTED], STATUS_NAMES[AFTERCARE])


@dataclass(frozen=True)
class Span:
    """A time with support: who (row), with which programme, from when to when, how it stands.

    ``last`` is the month in which support ended, aftercare not counted, or the last one lived;
    ``status`` is a name of `STATUS_NAMES`.
    """

    row: int
    programme: str
    first: int
    last: int
    status: str


class SideBySide:
    """Two worlds up to a month; persons are numbered by their row in the first.

    Attributes
    ----------
    last : int
        The month.
    identity, birth : numpy.ndarray
        Of everybody ever present by then.
    status, twin_status : numpy.ndarray of int8
        `HERE`, `ELSEWHERE`, `DEAD` or `ABSENT` by month and person.
    rung, twin_rung : numpy.ndarray of int8
        By month and person; `ABSENT` without one.
    household : numpy.ndarray
        Row of the household by month and person, in the first world.
    gap : numpy.ndarray of int8
        Rungs above the own twin by month and person, 0 where one of the two is not alive.
    spans : list of Span
        Times with support in the first world, in the order of their starts.
    listed : numpy.ndarray of bool
        Who was ever on the list of a programme.
    """

    def __init__(self, a: Lived, b: Lived, ladder: str, last: int) -> None:
        self.a, self.ladder, self.last = a, ladder, last
        number = LADDERS.index(ladder)

        def rung(people: np.ndarray) -> np.ndarray:
            return np.where(people["status"] == DEAD, np.int8(ABSENT), people["rung"][:, number])

        def status(people: np.ndarray) -> np.ndarray:
            return people["status"]

        self.status, self.rung = _by_month(a, last, status), _by_month(a, last, rung)
        self.household = _by_month(a, last, lambda people: people["household"])
        n = len(a.months.month(last))
        self.identity, self.birth = a.identity[:n], a.birth[:n]
        rows = b.rows_of(a.person[:n])
        twin = np.flatnonzero((rows >= 0) & (rows < len(b.months.month(last))))
        self.twin_status = np.full_like(self.status, ABSENT)
        self.twin_status[:, twin] = _by_month(b, last, status)[:, rows[twin]]
        self.twin_rung = np.full_like(self.rung, ABSENT)
        self.twin_rung[:, twin] = _by_month(b, last, rung)[:, rows[twin]]
        both = (self.rung >= 0) & (self.twin_rung >= 0)
        self.gap = np.where(both, self.rung - self.twin_rung, 0)
        self.spans, self.listed = self._support()

    def _support(self) -> tuple[list[Span], np.ndarray]:
        listed = np.zeros(len(self.identity), dtype=bool)
        frame: Any = self.a.trajectories
        if frame is None:
            return [], listed
        frame = frame[frame["since"] <= self.last]
        rows = self.a.rows_by_identity(frame["person"].to_numpy())
        listed[rows] = True
        started, released, ended = (
            frame[name].astype("float64").fillna(-1).astype("int64").tolist()
            for name in ("started", "support_ended", "ended")
        )
        at_the_end = self.last == len(self.a.months) - 1
        spans = []
        names = zip(frame["programme"], frame["status"], strict=True)
        for row, first, out, end, (programme, status) in zip(
            rows.tolist(), started, released, ended, names, strict=True
        ):
            if not 0 <= first <= self.last:
                continue
            over = 0 <= out <= self.last
            if not at_the_end and not 0 <= end <= self.last:
                # The record knows how it stood at the horizon, which is later.
                status = STATUS_NAMES[AFTERCARE if over else SUPPORTED]
            last = out if over else self.last
            spans.append(Span(row, str(programme), first, last, str(status)))
        return sorted(spans, key=lambda span: span.first), listed

    @cached_property
    def here(self) -> np.ndarray:
        """Who lives in the neighbourhood, by month and person."""
        return self.status == HERE

    @cached_property
    def supported(self) -> np.ndarray:
        """Who lives here and has support, by month and person."""
        found = np.zeros(self.rung.shape, dtype=bool)
        for span in self.spans:
            found[span.first : span.last + 1, span.row] = True
        return found & self.here

    @cached_property
    def participant(self) -> np.ndarray:
        """Who ever started with a programme."""
        found = np.zeros(len(self.identity), dtype=bool)
        found[[span.row for span in self.spans]] = True
        return found

    @cached_property
    def going_on(self) -> np.ndarray:
        """Who has support or aftercare in the last month."""
        found = np.zeros(len(self.identity), dtype=bool)
        found[[span.row for span in self.spans if span.status in _GOING_ON]] = True
        return found

    @cached_property
    def outcome(self) -> np.ndarray:
        """How the last time with support of everybody stands; empty for who had none."""
        found = np.full(len(self.identity), "", dtype=object)
        for span in self.spans:
            found[span.row] = span.status
        return found

    @cached_property
    def paired(self) -> np.ndarray:
        """Who is alive in the last month, and so is the own twin."""
        return (self.rung[-1] >= 0) & (self.twin_rung[-1] >= 0)

    @cached_property
    def last_alive(self) -> np.ndarray:
        """Last month in which everybody is alive."""
        return self.last - np.argmax(self.rung[::-1] >= 0, axis=0)

    @cached_property
    def counted(self) -> np.ndarray:
        """Whose age counts for the ladder in the last month alive."""
        age = (self.last_alive - self.birth) // 12
        return self.a.ages.counted(INDICATORS[self.ladder].counted, age)

    @cached_property
    def most_gained(self) -> np.ndarray:
        """Largest number of rungs above the twin in a month with support; `NO_GAIN` without one."""
        known = self.supported & (self.twin_rung >= 0)
        return np.where(known, self.gap, np.int8(NO_GAIN)).max(axis=0)

    @cached_property
    def highest(self) -> np.ndarray:
        """Highest rung of everybody in a month with support; `ABSENT` without one."""
        return np.where(self.supported, self.rung, np.int8(ABSENT)).max(axis=0)

    @cached_property
    def begin(self) -> int:
        """Last month before anybody's first support."""
        return max(0, min((span.first for span in self.spans), default=0) - 1)

    def lived_with(self, row: int) -> np.ndarray:
        """Return the participants in whose household a row lived in a month of their support."""
        home = np.where(self.here[:, row], self.household[:, row], ABSENT)
        together = self.supported & (self.household == home[:, None])
        return np.flatnonzero(together.any(axis=0))

    @cached_property
    def housemate(self) -> np.ndarray:
        """Who took no part, and lived with a participant in a month of their support."""
        found = np.zeros(len(self.identity), dtype=bool)
        for month in np.flatnonzero(self.supported.any(axis=1)).tolist():
            homes = self.household[month, self.supported[month]]
            found |= self.here[month] & np.isin(self.household[month], homes)
        return found & ~self.participant

    @cached_property
    def stairwell(self) -> np.ndarray:
        """Stairwell of everybody in the last month; -1 for who does not live here."""
        found = np.full(len(self.identity), -1, dtype=np.int64)
        persons = self.a.persons(self.last // 12)
        found[self.a.rows_by_identity(persons.identity)] = persons.stairwell
        return found

    @cached_property
    def busiest_stairwell(self) -> int:
        """The stairwell with the most participants in the last month, the first of equals; -2: none."""
        there = self.stairwell[self.participant & (self.stairwell >= 0)]
        return int(np.argmax(np.bincount(there))) if len(there) else -2

    @cached_property
    def successors(self) -> dict[int, int]:
        """Who came from outside into the dwelling of a participant who had left: row -> participant.

        The household that lives there next, where it arrived with that.
        """
        found: dict[int, int] = {}
        occupants = self.a.occupants[: self.last + 1]
        # Nobody comes back, so that who took part and left did so after the start.
        for row in np.flatnonzero(self.participant & (self.status[-1] != HERE)).tolist():
            away = self.status[:, row] == ELSEWHERE
            if not away.any():
                continue
            month = int(np.argmax(away))
            home = self.household[month - 1, row]
            for dwelling in np.flatnonzero(occupants[month - 1] == home).tolist():
                held = (occupants[at][dwelling] for at in range(month, self.last + 1))
                after = next(((k, one) for k, one in enumerate(held) if one != ABSENT), None)
                # Who leaves alone leaves no dwelling: the household stays.
                if after and after[1] != home:
                    for who in self._arrivals(int(after[1]), month + after[0]).tolist():
                        found.setdefault(who, row)
        return found

    def _arrivals(self, household: int, month: int) -> np.ndarray:
        """Return who came to the neighbourhood in a month, in that household."""
        new = (self.household[month] == household) & (self.status[month - 1] == ABSENT)
        return np.flatnonzero(new & (self.birth < month))


def _by_month(world: Lived, last: int, of: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Return something of the paths, shape ``(months, persons)``; `ABSENT` for who is not there yet."""
    everybody = of(world.months.month(last))
    out = np.full((last + 1, len(everybody)), ABSENT, dtype=everybody.dtype)
    for month in range(last + 1):
        now = of(world.months.month(month))
        out[month, : len(now)] = now
    return out
