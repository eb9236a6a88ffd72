"""Phase "record": taking stock, checking that the month balances, writing the chronicle."""

from __future__ import annotations

import numpy as np

from . import positions
from .buildings import Buildings
from .chronicle import FLOWS, HOUSING_FLOWS, UNIT_SCALES, Chronicle, PersonYear
from .households import ARRIVALS, BIRTHS, DEATHS, DEPARTURES
from .paths import Paths
from .registry import Registry
from .state import DEAD
from .tally import N_TALLY, TALLY_COLUMN, take_stock

_RESIDENTS = TALLY_COLUMN["residents"]
_WITH_JOB = TALLY_COLUMN["with_job"]
_HOUSING = np.array([FLOWS.index(name) for name in HOUSING_FLOWS])
#: Flows by which residents with a job become more, and by which they become fewer.
_JOBS_IN = [FLOWS.index(name) for name in ("hired", "arrived_with_job")]
_JOBS_OUT = [
    FLOWS.index(name) for name in ("jobs_lost", "retired", "left_with_job", "died_with_job")
]
#: Columns of residents that are kept by the year.
_OF_PERSONS = (
    "identity",
    "birth",
    "household",
    "status",
    "rung",
    "capability",
    "agency",
    "burden",
    "trust",
)


class Recording(Registry):
    """The part of `Neighbourhood` that writes down what happened."""

    buildings: Buildings
    chronicle: Chronicle
    record_persons: bool
    paths: Paths | None
    cycle: float
    _all_in_one: np.ndarray
    _tally_before: np.ndarray

    def _record(self) -> None:
        sums = np.zeros((1, N_TALLY))
        self._take_stock(self._all_in_one, sums)
        self._check_balance(sums[0])
        self.chronicle.add_month(self.month, sums[0], self.flows.copy(), self.cycle)
        self.flows[:] = 0
        if self.paths is not None:
            self.paths.add(self.people.rows, self.people.count)
        if self.month % 12 == 0:
            self._record_year(self.month // 12)

    def _take_stock(self, unit_of_dwelling: np.ndarray, out: np.ndarray) -> None:
        take_stock(
            self.people.rows,
            self.people.count,
            self.households.rows,
            self.households.count,
            unit_of_dwelling,
            self._book,
            self.month,
            out,
        )
        self.written = False

    def _check_balance(self, sums: np.ndarray) -> None:
        """Refuse a month whose residents or jobs do not balance."""
        moved = self._move_flows
        first = positions.N_POSITION_FLOWS
        own = len(FLOWS) - first
        self.flows[first:] = moved[:own]
        self.flows[_HOUSING] += moved[own:]
        before, self._tally_before = self._tally_before, sums
        if self.month > 0:
            come = moved.tolist()
            count = self.flows.tolist()
            expected = before[_RESIDENTS] + (
                come[BIRTHS] + come[ARRIVALS] - come[DEPARTURES] - come[DEATHS]
            )
            jobs = before[_WITH_JOB]
            for flow in _JOBS_IN:
                jobs += count[flow]
            for flow in _JOBS_OUT:
                jobs -= count[flow]
            found = sums[_RESIDENTS], sums[_WITH_JOB]
            if found != (expected, jobs):
                raise RuntimeError(
                    f"month {self.month} does not balance: {found[0]:.0f} residents and"
                    f" {found[1]:.0f} with a job, {expected:.0f} and {jobs:.0f} expected"
                )
        moved[:] = 0

    def _record_year(self, year: int) -> None:
        stairwells = np.zeros((len(self.buildings.stairwell_start) - 1, N_TALLY))
        self._take_stock(self.buildings.stairwell, stairwells)
        first = self.buildings.stairwell_start[:-1]
        for scale in UNIT_SCALES:
            # Units hold whole stairwells, one after another.
            unit = getattr(self.buildings, scale)[first]
            sums = np.add.reduceat(stairwells, np.flatnonzero(np.diff(unit, prepend=-1)))
            self.chronicle.add_year(scale, year, sums)
        if self.record_persons:
            self._record_persons(year)

    def _record_persons(self, year: int) -> None:
        rows = np.flatnonzero(self.people.column("status") != DEAD)
        # Column by column: whole rows would be copied, and kept as long as the record.
        alive = {name: self.people.column(name).take(rows, axis=0) for name in _OF_PERSONS}
        dwelling = self.households.rows["dwelling"][alive["household"]]
        stairwell = np.where(dwelling >= 0, self.buildings.stairwell[dwelling], -1)
        self.chronicle.add_persons(
            PersonYear(
                year=year,
                identity=alive["identity"],
                birth=alive["birth"],
                household=alive["household"],
                status=alive["status"],
                dwelling=dwelling,
                stairwell=stairwell,
                age_years=(self.month - alive["birth"]) // 12,
                rung=alive["rung"],
                capability=alive["capability"],
                agency=alive["agency"],
                burden=alive["burden"],
                trust=alive["trust"],
            )
        )
