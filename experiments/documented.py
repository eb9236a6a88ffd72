"""Every programme of the catalogue at its documented scale, held against what documents counted.

A programme runs alone, in its own place and on its own calendar. The documented period begins when
the programme opens: the months of a start-up come before it, and only what they cost is counted.
Reach, output and outcomes are read from the published tables, as anybody could: `MEASURED` says how.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from ..model.cashbook import PAID_OUT
from ..model.neighbourhood import Neighbourhood
from ..scenarios import Documented, ProgrammeSpec, Scenario, load, load_place, load_programme

if TYPE_CHECKING:
    import pandas as pd

SEEDS = (1, 2, 3)
#: Years within which every start-up is over.
_LATEST_YEARS = 3


@dataclass(frozen=True)
class Period:
    """The tables of one programme up to the end of its documented period.

    Attributes
    ----------
    months
        A row a month, start-up included (`Chronicle.frame("programme")`).
    trajectories
        A row a trajectory, those who wait or gave up waiting included.
    cashbook
        A row an entry.
    opened
        Month of the run, from 1, in which support began.
    """

    months: pd.DataFrame
    trajectories: pd.DataFrame
    cashbook: pd.DataFrame
    opened: int

    def counted(self, name: str) -> float:
        """Return a count of the whole period."""
        return float(np.sum(self._column(name)))

    def present(self, name: str) -> float:
        """Return how many there are at one moment: the mean over the months with support."""
        return float(np.mean(self._column(name)[self._column("working") == 1]))

    def had(self, column: str) -> float:
        """Return how many of those who started had something, by their trajectories."""
        started = self.trajectories["started"].notna().to_numpy()
        return float(np.sum(self.trajectories[column].to_numpy()[started]))

    def started(self) -> float:
        """Return how many trajectories started."""
        return float(np.sum(self.trajectories["started"].notna().to_numpy()))

    def ended(self, status: str) -> float:
        """Return how many trajectories stand or ended somewhere."""
        return float(np.sum(self.trajectories["status"].to_numpy() == status))

    def spent(self) -> float:
        """Return what was spent, in euros, from the first money on."""
        kinds = [kind for kind in PAID_OUT if kind != "returned"]
        own = self.cashbook["kind"].isin(kinds).to_numpy()
        return float(np.sum(self.cashbook["amount_eur"].to_numpy()[own]))

    def _column(self, name: str) -> np.ndarray:
        return self.months[name].to_numpy()


def _share(of: float, base: float) -> float:
    return of / base if base > 0 else math.nan


#: Measure -> how it is read from the tables.
MEASURED: dict[str, Callable[[Period], float]] = {
    "aimed_at": lambda run: run.counted("aimed_at"),
    "contacted": lambda run: run.counted("contacted"),
    "visited": lambda run: run.counted("visited"),
    "starts": lambda run: run.started(),
    "in_support": lambda run: run.present("in_support"),
    "key_workers": lambda run: run.present("key_workers"),
    "completions": lambda run: run.had("completed"),
    "drop_outs": lambda run: run.ended("dropped out"),
    "contacted_share": lambda run: _share(run.counted("contacted"), run.counted("aimed_at")),
    "visited_share": lambda run: _share(run.counted("visited"), run.counted("aimed_at")),
    "started_share": lambda run: _share(run.started(), run.counted("visited")),
    "drop_out_share": lambda run: _share(run.ended("dropped out"), run.started()),
    "completed_share": lambda run: _share(run.had("completed"), run.started()),
    "found_work": lambda run: run.had("found_work"),
    "found_work_share": lambda run: _share(run.had("found_work"), run.started()),
    "moved_on": lambda run: run.counted("moved_on"),
    "volunteers": lambda run: run.counted("new_volunteers"),
    "tenure_changes": lambda run: run.counted("tenure_changes"),
    "spent_eur": lambda run: run.spent(),
}


def documented_scenario(key: str) -> Scenario:
    """Return a programme of the catalogue alone, in its own place at its documented scale."""
    spec = load_programme(key)
    setting = spec.setting
    months = setting.months + 12 * _LATEST_YEARS
    overrides: dict[str, float] = {"years": math.ceil(months / 12)}
    if setting.households:
        place = load_place(setting.place)
        size = place.figure("residents") / place.figure("households")
        overrides["figures.households"] = setting.households
        overrides["figures.residents"] = round(setting.households * size)
    return load(setting.place, policy=key, overrides=overrides)


@cache
def documented_period(key: str, seed: int) -> Period:
    """Run a programme from the first month of its calendar to the end of its documented period.

    Raises
    ------
    RuntimeError
        For a programme that never opens.
    """
    return lived_period(documented_scenario(key), key, seed)


def lived_period(scenario: Scenario, key: str, seed: int) -> Period:
    """Run a scenario with a programme to the end of its documented period.

    Raises
    ------
    RuntimeError
        For a programme that never opens.
    """
    world = Neighbourhood(scenario, rng=seed)
    programme = world.programmes[key]
    while not programme.working:
        if world.month >= 12 * _LATEST_YEARS:
            raise RuntimeError(f"{key} did not open within {_LATEST_YEARS} years")
        world.step()
    opened = world.month
    for _ in range(programme.spec.setting.months - 1):
        world.step()
    chronicle = world.chronicle
    return Period(
        months=chronicle.frame("programme"),
        trajectories=chronicle.frame("trajectory"),
        cashbook=chronicle.frame("cashbook"),
        opened=opened,
    )


def measured(key: str, measure: str, seeds: Sequence[int] = SEEDS) -> np.ndarray:
    """Return one measure of a programme, a value a seed."""
    return np.array([MEASURED[measure](documented_period(key, seed)) for seed in seeds])


def within(one: Documented, simulated: float) -> bool:
    """Return whether a simulated figure lies within the tolerance of a documented one.

    None at all is never what a document counted some of, however wide the tolerance of a small
    count.
    """
    if simulated == 0.0 < one.value:
        return False
    return abs(simulated - one.value) <= one.tolerance * one.value * (1 + 1e-12)


def compare_documented(key: str, seeds: Sequence[int] = SEEDS) -> pd.DataFrame:
    """Return what documents counted of a programme beside what runs count, a row a figure.

    Parameters
    ----------
    key
        A programme of the catalogue.
    seeds
        One run each; ``simulated`` is their mean, ``low`` and ``high`` the lowest and highest.

    Returns
    -------
    pandas.DataFrame
        Columns programme, measure, documented, tolerance (relative), simulated, low, high, met
        (whether the mean lies within the tolerance) and unmet (the reason why it cannot, stated
        on the card). Rows stand in the order of the card, which may name a measure twice.
    """
    import pandas as pd

    spec: ProgrammeSpec = load_programme(key)
    rows = []
    for one in spec.documented:
        values = measured(key, one.measure, seeds)
        rows.append(
            {
                "programme": key,
                "measure": one.measure,
                "documented": one.value,
                "tolerance": one.tolerance,
                "simulated": float(values.mean()),
                "low": float(values.min()),
                "high": float(values.max()),
                "met": within(one, float(values.mean())),
                "unmet": one.unmet,
            }
        )
    columns = ("programme", "measure", "documented", "tolerance", "simulated", "low", "high")
    return pd.DataFrame(rows, columns=[*columns, "met", "unmet"])
