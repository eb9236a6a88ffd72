"""A run beside its twin, and what the outcomes of a study take from the two."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ..model.state import DEAD
from ..model.tally import TALLY_COLUMN
from .effects import LADDERS
from .indicators import INDICATORS, indicator
from .ledger import matched
from .lived import Lived
from .participants import Participants
from .programme_summary import SPENT

if TYPE_CHECKING:
    import pandas as pd

    from .twins import Twin

#: What is paid for while a programme gets going.
_STARTING = ("fixed", "staff", "start_up")


class Measured:
    """One world of a study, with its twin where outcomes need one.

    Parameters
    ----------
    a
        The world with the policy.
    b
        Its twin: the baseline with the same luck; None where no outcome needs it.
    pair
        The two as a pair whose ledger can be asked; None where no outcome needs it.
    years
        How many years are looked at.
    """

    def __init__(self, a: Lived, b: Lived | None, pair: Twin | None, years: int) -> None:
        self.a = a
        self._b = b
        self._record = _Record(a)
        self._record_b = None if b is None else _Record(b)
        self._pair = pair
        self._years = years
        self._taking_part: dict[int, Participants] = {}

    @property
    def b(self) -> Lived:
        """The twin; ValueError where it was not lived."""
        if self._b is None:
            raise ValueError("this outcome needs a twin, and no baseline was lived")
        return self._b

    @property
    def _twin(self) -> _Record:
        if self._record_b is None:
            raise ValueError("this outcome needs a twin, and no baseline was lived")
        return self._record_b

    # -- one world ----------------------------------------------------------------------------

    def published(self, name: str, year: int) -> float:
        """Return a mean or count of the neighbourhood at the end of a year."""
        return float(self._record.figures[name][12 * year])

    def money(self, kinds: tuple[str, ...], year: int, present: bool = False) -> float:
        """Return the euros of some kinds of the cash book up to the end of a year."""
        return self._record.money(kinds, year, present)

    def start_up(self, year: int) -> float:
        """Return the euros spent in months with money in which there was no support yet."""
        return self._record.start_up(year)

    def counted(self, name: str, year: int) -> float:
        """Return how often something was counted of programmes up to the end of a year."""
        months = self._record.programmes
        if not months:
            return 0.0
        return float(months[name][months["month"] <= 12 * year].sum())

    def months_without_service(self, year: int) -> float:
        """Return months without support after the first with it, mean of the programmes."""
        months = self._record.programmes
        if not months:
            return float("nan")
        without = []
        for key in np.unique(months["programme"].astype(str)):
            own = (months["programme"] == key) & (months["month"] <= 12 * year)
            working = months["working"][own] == 1
            first = int(np.argmax(working)) if working.any() else len(working)
            without.append(int((~working[first:]).sum()))
        return float(np.mean(without))

    def trust_of_participants(self, year: int) -> float:
        """Return the mean trust of who ever started and is alive; NaN for nobody."""
        began = self.a.supported(12 * year)["person"].to_numpy()
        persons = self.a.persons(year)
        own = (persons.status != DEAD) & np.isin(persons.identity, began)
        return float(persons.trust[own].mean(dtype=np.float64)) if own.any() else float("nan")

    # -- beside the twin ----------------------------------------------------------------------

    def gap(self, name: str, year: int) -> float:
        """Return the mean of the neighbourhood minus that of its twin."""
        if name in self._record.figures:
            return self.published(name, year) - float(self._twin.figures[name][12 * year])
        one = indicator(name)
        means = []
        for world in (self.a, self.b):
            now = world.snapshot(one, year)
            means.append(float(now.score[now.here].mean()))
        return means[0] - means[1]

    def effect(self, group: str, name: str, year: int) -> float:
        """Return the mean difference with the own twin of who is counted in both worlds."""
        one = indicator(name)
        a, b = self.a.snapshot(one, year), self.b.snapshot(one, year)
        both = matched(a, b)
        change = a.score[both.in_a] - b.score[both.in_b]
        if group == "participants":
            change = change[np.isin(a.person[both.in_a], self._participants(year).person)]
        return float(change.mean()) if len(change) else float("nan")

    def rung_years(self, group: str, year: int, ladder: str | None = None) -> float:
        """Return rung-years gained up to the end of a year, on one ladder or on all four.

        A year counts with how people stand at its end. Participants count from the end of the year
        in which they started; people are counted for a ladder at the ages that its indicator says,
        in both worlds. The neighbourhood counts the gap of its figure times who is counted.
        """
        areas = self._areas_of_neighbourhood if group == "neighbourhood" else self._areas[group]
        up_to = areas[: year + 1].sum(axis=0)
        return float(up_to.sum() if ladder is None else up_to[LADDERS.index(ladder)])

    def extra_money(self, year: int) -> float:
        """Return the euros that the policy spent more than its twin."""
        return self.money(SPENT, year) - self._twin.money(SPENT, year)

    def cost_per_rung_year(self, group: str, year: int) -> float:
        """Return what the policy spent more than its twin for each rung-year; NaN without gain."""
        gained = self.rung_years(group, year)
        return self.extra_money(year) / gained if gained > 0.0 else float("nan")

    def term(self, name: str, term: str, year: int) -> float:
        """Return one term of the ledger of the neighbourhood."""
        if self._pair is None:
            raise ValueError("this outcome needs the ledger, and its pair was not lived")
        frame = self._pair.ledger(name, "neighbourhood", year, unit=0)
        return float(frame.loc[frame["term"] == term, "value"].iloc[0])

    def _participants(self, year: int) -> Participants:
        if year not in self._taking_part:
            self._taking_part[year] = Participants(self.a, self.b, year)
        return self._taking_part[year]

    @cached_property
    def _areas(self) -> dict[str, np.ndarray]:
        """Differences with the twin added up over people, by group: shape (years + 1, 4)."""
        a, b = self.a, self.b
        person, in_a, in_b = np.intersect1d(
            a.person, b.person, assume_unique=True, return_indices=True
        )
        started = np.full(len(person), 12 * self._years + 1, dtype=np.int64)
        taking_part = self._participants(self._years)
        at = np.searchsorted(person, taking_part.person)
        there = person[np.minimum(at, len(person) - 1)] == taking_part.person
        started[at[there]] = taking_part.first[there]
        out = {name: np.zeros((self._years + 1, 4)) for name in ("participants", "people")}
        for year in range(1, self._years + 1):
            change, who = self._change(year, in_a, in_b)
            out["people"][year] = change.sum(axis=0)
            out["participants"][year] = change[started[who] <= 12 * year].sum(axis=0)
        return out

    def _change(
        self, year: int, in_a: np.ndarray, in_b: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the difference in rungs of who is alive in both, and who they are among ``in_a``."""
        now_a, now_b = self.a.persons(year), self.b.persons(year)
        at_a, at_b = _position(self.a, now_a)[in_a], _position(self.b, now_b)[in_b]
        who = np.flatnonzero((at_a >= 0) & (at_b >= 0))
        at_a, at_b = at_a[who], at_b[who]
        change = now_a.rung[at_a].astype(np.float64) - now_b.rung[at_b]
        age = now_a.age_years[at_a]
        for number, ladder in enumerate(LADDERS):
            change[~self.a.ages.counted(INDICATORS[ladder].counted, age), number] = 0.0
        return change, who

    @cached_property
    def _areas_of_neighbourhood(self) -> np.ndarray:
        """The gap of the figure times the number counted, by year and ladder."""
        out = np.zeros((self._years + 1, 4))
        tallies = self.a.chronicle.tallies()
        for number, ladder in enumerate(LADDERS):
            counted = tallies[:, TALLY_COLUMN[INDICATORS[ladder].counted]]
            for year in range(1, self._years + 1):
                out[year, number] = self.gap(ladder, year) * counted[12 * year]
        return out


def _position(world: Lived, now: Any) -> np.ndarray:
    """Return where everybody ever present stands among those alive now, by row; -1 for who is not."""
    at = np.full(len(world.person), -1, dtype=np.int64)
    alive = np.flatnonzero(now.status != DEAD)
    at[world.rows_by_identity(now.identity[alive])] = alive
    return at


class _Record:
    """The record of one world by column, made when it is first asked for."""

    def __init__(self, world: Lived) -> None:
        self._world = world

    @cached_property
    def figures(self) -> dict[str, np.ndarray]:
        """Of the neighbourhood, by month."""
        return _columns(self._world.chronicle.frame("neighbourhood"))

    @cached_property
    def programmes(self) -> dict[str, np.ndarray]:
        """Of the programmes, by programme and month; empty without programmes."""
        if self._world.trajectories is None:
            return {}
        return _columns(self._world.chronicle.frame("programme"))

    @cached_property
    def book(self) -> dict[str, np.ndarray]:
        """Of the cash book, by entry; empty without programmes."""
        if self._world.trajectories is None:
            return {}
        return _columns(self._world.chronicle.frame("cashbook"))

    def start_up(self, year: int) -> float:
        """Return the euros spent, places apart, in months without support, up to a year's end."""
        if not self.book:
            return 0.0
        months = self.programmes
        idle = (months["working"] == 0) & (months["level"] > 0.0)
        without = set(zip(months["programme"][idle], months["month"][idle], strict=True))
        own = np.isin(self.book["kind"], _STARTING) & (self.book["month"] <= 12 * year)
        entries = zip(self.book["programme"][own], self.book["month"][own], strict=True)
        early = np.array([one in without for one in entries], dtype=bool)
        return int(self.book["cents"][own][early].sum()) / 100

    def money(self, kinds: tuple[str, ...], year: int, present: bool = False) -> float:
        """Return the euros of some kinds up to the end of a year."""
        if not self.book:
            return 0.0
        own = np.isin(self.book["kind"], kinds) & (self.book["month"] <= 12 * year)
        if present:
            return float(self.book["present_value_eur"][own].sum())
        return int(self.book["cents"][own].sum()) / 100


def _columns(frame: pd.DataFrame) -> dict[str, np.ndarray]:
    return {str(name): frame[name].to_numpy() for name in frame.columns}
