"""What one run shows: levels at a few years, changes, and flows a year."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

    from ..model import Chronicle

LADDERS = ("learning", "working", "housing", "leisure")

Kind = Literal["count", "rung", "share", "score"]

#: Published levels, in the order of the table: name -> kind of number.
LEVELS: dict[str, Kind] = {
    "residents": "count",
    "mean_rung": "rung",
    "learning": "rung",
    "working": "rung",
    "housing": "rung",
    "leisure": "rung",
    "share_at_work": "share",
    "share_unemployed": "share",
    "share_on_benefit": "share",
    "share_qualified": "share",
    "share_debts": "share",
    "share_in_control": "share",
    "agency": "score",
    "burden": "score",
    "trust": "score",
    "share_original": "share",
}

#: Decimals in which a kind of number is shown (a share as a percentage).
DECIMALS: dict[Kind, int] = {"count": 0, "rung": 2, "share": 0, "score": 2}

#: Flows shown: name -> columns of the chronicle that are added up.
FLOW_ROWS: dict[str, tuple[str, ...]] = {
    "climbs": tuple(f"climbs_{ladder}" for ladder in LADDERS),
    "falls": tuple(f"falls_{ladder}" for ladder in LADDERS),
    "hired": ("hired",),
    "jobs_lost": ("jobs_lost",),
    "arrivals": ("arrivals",),
    "departures": ("departures",),
    "local_moves": ("local_moves",),
    "births": ("births",),
    "deaths": ("deaths",),
}

_MARKS = (5, 10, 20, 30)


@dataclass(frozen=True)
class Level:
    """A number at the years of the summary; a mean of nobody is NaN."""

    name: str
    kind: Kind
    values: tuple[float, ...]

    @property
    def change(self) -> float:
        """From the start to the last year, as shown: the difference of the rounded values."""
        return self.shown(-1) - self.shown(0)

    def shown(self, at: int) -> float:
        """Return the value at one of the years, rounded to the decimals in which it is shown."""
        digits = DECIMALS[self.kind] + (2 if self.kind == "share" else 0)
        value = self.values[at]
        return round(value, digits) if math.isfinite(value) else value


@dataclass(frozen=True)
class Flow:
    """Events a year, by period and over the whole run."""

    name: str
    per_year: tuple[float, ...]
    whole: float
    per_100_residents: float


@dataclass(frozen=True)
class Summary:
    """What one run shows.

    Attributes
    ----------
    years
        Years at which the levels are given; the first is 0.
    levels
        By name, in the order of `LEVELS`.
    periods
        (first year, last year) of the periods of the flows, years counted from 1.
    flows
        By name, in the order of `FLOW_ROWS`.
    """

    years: tuple[int, ...]
    levels: dict[str, Level]
    periods: tuple[tuple[int, int], ...]
    flows: dict[str, Flow]


def summarise(chronicle: Chronicle) -> Summary:
    """Return what a run of at least one whole year shows.

    Raises
    ------
    ValueError
        When less than a year was recorded.
    """
    frame = chronicle.frame("neighbourhood")
    horizon = int(frame["month"].iloc[-1]) // 12
    if horizon < 1:
        raise ValueError("a summary needs a run of at least one year")
    years = (0, *(year for year in _MARKS if year < horizon), horizon)
    frame["mean_rung"] = frame[list(LADDERS)].mean(axis=1)
    frame["share_original"] = frame["original"] / frame["residents"]
    at = frame.set_index("month").loc[[12 * year for year in years]]
    levels = {
        name: Level(name, kind, tuple(at[name].astype(float))) for name, kind in LEVELS.items()
    }
    periods = tuple((a + 1, b) for a, b in pairwise(years))
    return Summary(years, levels, periods, _flows(frame, periods))


def _flows(frame: pd.DataFrame, periods: tuple[tuple[int, int], ...]) -> dict[str, Flow]:
    month = frame["month"]
    residents = float(frame["residents"].iloc[1:].mean())
    flows = {}
    for name, columns in FLOW_ROWS.items():
        events = frame[list(columns)].sum(axis=1)
        per_year = tuple(
            float(events[(month > 12 * (first - 1)) & (month <= 12 * last)].sum())
            / (last - first + 1)
            for first, last in periods
        )
        # The months of a year that was not completed are left out.
        lived = periods[-1][1]
        whole = float(events[(month > 0) & (month <= 12 * lived)].sum()) / lived
        rate = 100 * whole / residents if residents > 0 else math.nan
        flows[name] = Flow(name, per_year, whole, rate)
    return flows
