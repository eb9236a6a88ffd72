"""What happened: monthly for the neighbourhood, yearly for its parts and, if asked, for persons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from .cashbook import CashBook
from .households import N_MOVE_FLOWS
from .positions import N_POSITION_FLOWS
from .tally import N_TALLY, TALLY_COLUMN
from .trajectories import ProgrammeBook

if TYPE_CHECKING:
    import pandas as pd

Scale = Literal[
    "neighbourhood",
    "street",
    "complex",
    "stairwell",
    "person",
    "programme",
    "trajectory",
    "cashbook",
]
UNIT_SCALES = ("street", "complex", "stairwell")
PROGRAMME_SCALES: tuple[Scale, ...] = ("programme", "trajectory", "cashbook")

_LADDERS = ("learning", "working", "housing", "leisure")

#: Flow counts of a month, in the order of the compiled loops: positions first, then moves.
FLOWS = (
    *(f"climbs_{ladder}" for ladder in _LADDERS),
    *(f"falls_{ladder}" for ladder in _LADDERS),
    *(f"rungs_up_{ladder}" for ladder in _LADDERS),
    *(f"rungs_down_{ladder}" for ladder in _LADDERS),
    "hired",
    "jobs_lost",
    "retired",
    "outbid",
    "births",
    "arrivals",
    "departures",
    "deaths",
    "arrived_with_job",
    "left_with_job",
    "died_with_job",
    "households_in",
    "households_out",
    "local_moves",
    "evictions",
    "separations",
    "left_home",
    "partners",
    "vacated_social_rent",
)
#: Moving changes housing rungs; these flows of the moves are added to those of the ladder.
HOUSING_FLOWS = ("climbs_housing", "falls_housing", "rungs_up_housing", "rungs_down_housing")
if len(FLOWS) + len(HOUSING_FLOWS) != N_POSITION_FLOWS + N_MOVE_FLOWS:
    raise ValueError("the names of the flows do not match the flows that are counted")

#: Published means: name -> (sum, number it is divided by).
MEANS = {
    "learning": ("learning_sum", "adults"),
    "working": ("working_sum", "working_age"),
    "housing": ("housing_sum", "adults"),
    "leisure": ("leisure_sum", "on_leisure_ladder"),
    "agency": ("agency_sum", "adults"),
    "burden": ("burden_sum", "adults"),
    "trust": ("trust_sum", "adults"),
    "share_at_work": ("at_work", "working_age"),
    "share_on_benefit": ("on_benefit", "working_age"),
    "share_qualified": ("qualified", "adults"),
    "share_in_control": ("in_control", "adults"),
    "share_poor": ("poor_households", "households"),
    "share_debts": ("problem_households", "households"),
}

COUNTS = ("residents", "adults", "working_age", "households", "original")


@dataclass(frozen=True)
class PersonYear:
    """Positions of everybody alive at the end of a year, wherever they live.

    One row a person: ``status`` is `HERE` or `ELSEWHERE`, ``birth`` a month of the run (negative:
    before it), ``household`` a row, ``dwelling`` and ``stairwell`` are -1 elsewhere; ``rung`` and
    ``capability`` have shape ``(persons, 4)``.
    """

    year: int
    identity: np.ndarray
    birth: np.ndarray
    household: np.ndarray
    status: np.ndarray
    dwelling: np.ndarray
    stairwell: np.ndarray
    age_years: np.ndarray
    rung: np.ndarray
    capability: np.ndarray
    agency: np.ndarray
    burden: np.ndarray
    trust: np.ndarray


class Chronicle:
    """The record of one run.

    Rows are written once and never changed; recording more or less does not touch the world.
    """

    def __init__(self, info: dict[str, Any]) -> None:
        #: What makes the run again: place, scenario key, policy, seed, package version.
        self.info = info
        self._months: list[int] = []
        self._tallies: list[np.ndarray] = []
        self._flows: list[np.ndarray] = []
        self._cycles: list[float] = []
        self._units: dict[str, list[tuple[int, np.ndarray]]] = {scale: [] for scale in UNIT_SCALES}
        self._persons: list[PersonYear] = []
        #: What programmes did, and their money; empty without programmes.
        self.programmes = ProgrammeBook()
        self.cashbook = CashBook()
        self._trajectories: Callable[[], pd.DataFrame] | None = None
        self._discount_rate = 0.0

    def __len__(self) -> int:
        return len(self._months)

    def add_month(self, month: int, sums: np.ndarray, flows: np.ndarray, cycle: float) -> None:
        """Write the neighbourhood's month: sums of shape ``(N_TALLY,)``, flows ``(len(FLOWS),)``."""
        self._months.append(month)
        self._tallies.append(sums)
        self._flows.append(flows)
        self._cycles.append(cycle)

    def add_year(self, scale: str, year: int, sums: np.ndarray) -> None:
        """Write a year of all units of a scale: sums of shape ``(units, N_TALLY)``."""
        self._units[scale].append((year, sums.astype(np.float32)))

    def add_persons(self, persons: PersonYear) -> None:
        """Write where everybody stands at the end of a year."""
        self._persons.append(persons)

    def persons(self, year: int) -> PersonYear:
        """Return where everybody stood at the end of a year, 0 for the start.

        Raises
        ------
        ValueError
            Where persons were not recorded, or not in that year.
        """
        self._require_persons()
        for one in self._persons:
            if one.year == year:
                return one
        raise ValueError(f"year {year!r} was not lived; allowed: 0 to {self._persons[-1].year}")

    def _require_persons(self) -> None:
        if not self._persons:
            raise ValueError("persons were not recorded; make the world with record_persons=True")

    def follow_programmes(
        self, trajectories: Callable[[], pd.DataFrame], discount_rate: float
    ) -> None:
        """Say where the trajectories are, and at which rate a year euros are discounted."""
        self._trajectories = trajectories
        self._discount_rate = discount_rate

    def release(self, trajectories: pd.DataFrame | None) -> None:
        """Keep the trajectories as they stand now, so that the world need not be kept for them."""
        if trajectories is not None:
            self._trajectories = lambda: trajectories

    def tallies(self) -> np.ndarray:
        """Return the monthly sums of the neighbourhood, shape ``(months, N_TALLY)``."""
        return np.array(self._tallies).reshape(-1, N_TALLY)

    def flows(self) -> np.ndarray:
        """Return the monthly flow counts, shape ``(months, len(FLOWS))``."""
        return np.array(self._flows, dtype=np.int64).reshape(-1, len(FLOWS))

    def frame(self, scale: Scale = "neighbourhood") -> pd.DataFrame:
        """Return a tidy table.

        Parameters
        ----------
        scale
            ``"neighbourhood"``: a row a month, means, counts and flows of that month.
            ``"street"``, ``"complex"``, ``"stairwell"``: a row a unit and year.
            ``"person"``: a row a person and year, where the run recorded persons.
            ``"programme"``: a row a programme and month, reach and output, staff and money.
            ``"trajectory"``: a row a trajectory, how it stands now.
            ``"cashbook"``: a row an entry of the cash book, in euros.

        Raises
        ------
        ValueError
            For an unknown scale, persons that were not recorded, or a run without programmes.
        """
        import pandas as pd

        if scale == "neighbourhood":
            columns = _published(self.tallies())
            flows = self.flows()
            flow_columns = {name: flows[:, k] for k, name in enumerate(FLOWS)}
            month = np.array(self._months, dtype=np.int64)
            return pd.DataFrame(
                {
                    "month": month,
                    "year": month / 12,
                    **columns,
                    "cycle": self._cycles,
                    **flow_columns,
                }
            )
        if scale in UNIT_SCALES:
            return self._unit_frame(scale)
        if scale == "person":
            return self._person_frame()
        if scale in PROGRAMME_SCALES:
            return self._programme_frame(scale)
        known = ", ".join(("neighbourhood", *UNIT_SCALES, "person", *PROGRAMME_SCALES))
        raise ValueError(f"unknown scale {scale!r}; allowed: {known}")

    def _programme_frame(self, scale: str) -> pd.DataFrame:
        if self._trajectories is None:
            raise ValueError("there are no programmes in this run; its policy has none")
        if scale == "programme":
            return self.programmes.frame()
        if scale == "cashbook":
            return self.cashbook.frame(self._discount_rate)
        return self._trajectories()

    def _unit_frame(self, scale: str) -> pd.DataFrame:
        import pandas as pd

        years = self._units[scale]
        sums = np.concatenate([one for _, one in years]).astype(np.float64)
        unit = np.concatenate([np.arange(len(one)) for _, one in years])
        year = np.concatenate([np.full(len(one), year) for year, one in years])
        return pd.DataFrame({"year": year, "unit": unit, **_published(sums)})

    def _person_frame(self) -> pd.DataFrame:
        import pandas as pd

        self._require_persons()
        frames = []
        for one in self._persons:
            frame = pd.DataFrame({"year": one.year, "person": one.identity})
            frame["living"] = np.where(one.status == 0, "here", "elsewhere")
            frame["stairwell"] = one.stairwell
            frame["age_years"] = one.age_years
            for column, ladder in enumerate(_LADDERS):
                frame[ladder] = one.rung[:, column]
            for column, ladder in enumerate(_LADDERS):
                frame[f"capability_{ladder}"] = one.capability[:, column]
            frame["agency"], frame["burden"], frame["trust"] = one.agency, one.burden, one.trust
            frames.append(frame)
        return pd.concat(frames, ignore_index=True)

    def scales(self) -> tuple[Scale, ...]:
        """Return the scales of which there is a table."""
        persons: tuple[Scale, ...] = ("person",) if self._persons else ()
        programmes: tuple[Scale, ...] = PROGRAMME_SCALES if len(self.programmes) else ()
        return ("neighbourhood", "street", "complex", "stairwell", *persons, *programmes)

    def save(self, folder: str | Path, kind: Literal["parquet", "csv"] = "parquet") -> list[Path]:
        """Write one file a scale into ``folder`` and return their paths.

        A file is written under a temporary name and then renamed, so that none is ever half there.
        """
        if kind not in ("parquet", "csv"):
            raise ValueError(f"unknown kind {kind!r}; allowed: parquet, csv")
        target = Path(folder)
        target.mkdir(parents=True, exist_ok=True)
        written = []
        for scale in self.scales():
            frame = self.frame(scale)
            path = target / f"{scale}.{kind}"
            unfinished = path.with_suffix(path.suffix + ".part")
            try:
                if kind == "parquet":
                    frame.to_parquet(unfinished, index=False)
                else:
                    frame.to_csv(unfinished, index=False)
                unfinished.replace(path)
            except BaseException:
                unfinished.unlink(missing_ok=True)
                raise
            written.append(path)
        return written


def _published(sums: np.ndarray) -> dict[str, np.ndarray]:
    """Return counts and means from sums of shape ``(rows, N_TALLY)``; a mean of nobody is NaN."""
    columns: dict[str, np.ndarray] = {
        name: sums[:, TALLY_COLUMN[name]].astype(np.int64) for name in COUNTS
    }
    for name, (total, number) in MEANS.items():
        count = sums[:, TALLY_COLUMN[number]]
        columns[name] = np.divide(
            sums[:, TALLY_COLUMN[total]], count, out=np.full(len(sums), np.nan), where=count > 0
        )
    force = sums[:, TALLY_COLUMN["at_work"]] + sums[:, TALLY_COLUMN["unemployed"]]
    columns["share_unemployed"] = np.divide(
        sums[:, TALLY_COLUMN["unemployed"]], force, out=np.full(len(sums), np.nan), where=force > 0
    )
    return columns
