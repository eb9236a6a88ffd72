"""Policies compared: paired over luck, at equal money, over several horizons."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from functools import cached_property
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from ..scenarios import Scenario
from .arms import HORIZONS, KEPT, MAIN, Arms, PolicyLike, arms_of
from .cells import cells_of
from .ensemble import Ensemble
from .equal_money import Money
from .intervals import mean_interval
from .paired import Paired, Ranking, ranking

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from .comparing import Told

#: Replicates before a precision can be called reached.
LEAST = 10


class Comparison:
    """What policies do, beside each other.

    Parameters
    ----------
    arms
        What is compared.
    frame
        Finished runs as a store keeps them, a row a run and year.
    seeds
        The replicates that count; others in the frame are left out.
    level
        Of all intervals.
    reached
        Whether the precision that was asked is there; None where none was asked.

    Attributes
    ----------
    cells : pandas.DataFrame
        A row a world, seed, horizon and policy, with every outcome at the end of the horizon; only
        where all policies of that horizon are finished, so that every row has its pair.
    """

    def __init__(
        self,
        arms: Arms,
        frame: pd.DataFrame,
        seeds: Sequence[int],
        level: float = 0.95,
        reached: bool | None = None,
    ) -> None:
        self.arms = arms
        self.level = level
        self.reached = reached
        self.failed = 0
        self.precision: float | None = None
        self.cells = cells_of(arms, frame, seeds)
        self._values: dict[tuple[str, str, int], np.ndarray] = {}

    # -- numbers of one arm -------------------------------------------------------------------

    @property
    def policies(self) -> tuple[str, ...]:
        """Keys of the policies, in the order asked."""
        return self.arms.policies

    @property
    def horizons(self) -> tuple[int, ...]:
        """Years, ascending."""
        return self.arms.horizons

    @property
    def reference(self) -> str:
        """The policy that others are held beside: the first that was named."""
        return self.policies[0]

    @property
    def finished(self) -> list[int]:
        """The horizons with a finished replicate."""
        return [horizon for horizon in self.horizons if self.replicates(horizon)]

    @property
    def horizon_shown(self) -> int:
        """The longest horizon with a finished replicate."""
        return self._horizon(None)

    def replicates(self, horizon: int | None = None) -> int:
        """Return how many replicates are finished over a horizon, of all worlds together."""
        return len(self.units(self._horizon(horizon)))

    @property
    def lucks(self) -> int:
        """Return with how many lucks at most a plausible world was lived."""
        own = self.cells.groupby("world")["seed"]
        return max((len(set(part)) for _, part in own), default=0)

    def values(self, outcome: str, policy: str, horizon: int | None = None) -> np.ndarray:
        """Return an outcome in every replicate, by world and seed; the same order for all policies.

        Raises
        ------
        ValueError
            For an outcome, policy or horizon that was not compared.
        """
        horizon = self._horizon(horizon)
        key = (outcome, policy, horizon)
        if key not in self._values:
            if outcome not in KEPT:
                raise ValueError(f"unknown outcome {outcome!r}; allowed: {', '.join(KEPT)}")
            if policy not in self.policies:
                allowed = ", ".join(self.policies)
                raise ValueError(f"policy {policy!r} was not compared; allowed: {allowed}")
            own = self._of(horizon)
            self._values[key] = own.loc[own["policy"] == policy, outcome].to_numpy(np.float64)
        return self._values[key]

    def mean(
        self, outcome: str, policy: str, horizon: int | None = None
    ) -> tuple[float, float, float]:
        """Return the mean of an outcome and its interval.

        What is measured beside the twin (rung-years, gaps) is a paired difference by itself.
        """
        values = self.values(outcome, policy, horizon)
        if len(self.arms.worlds) > 1:
            known = Paired.of(values, np.zeros(len(values)), self._worlds(horizon), self.level)
            return known.mean, known.low, known.high
        return mean_interval(values, self.level)

    def cost(self, policy: str, group: str, horizon: int | None = None) -> float:
        """Return euros for each rung-year gained: mean money, more than the twin's, by mean gain.

        NaN where the interval of the gain holds zero: then there is no saying what it costs.
        """
        gain, low, _ = self.mean(f"rung_years.{group}", policy, horizon)
        extra = float(self.values("extra_eur", policy, horizon).mean())
        return extra / gain if gain > 0 and (low > 0 or math.isnan(low)) else math.nan

    # -- one policy against another -----------------------------------------------------------

    def paired(
        self, a: str, b: str | None = None, outcome: str = MAIN, horizon: int | None = None
    ) -> Paired:
        """Return policy A beside policy B (default the reference), replicate by replicate."""
        return Paired.of(
            self.values(outcome, a, horizon),
            self.values(outcome, b or self.reference, horizon),
            self._worlds(horizon),
            self.level,
        )

    def differences(self, outcome: str = MAIN, horizon: int | None = None) -> pd.DataFrame:
        """Return each policy minus the reference, a row a policy.

        Columns are ``policy``, ``against``, ``pairs``, ``mean``, ``low``, ``high``; ``wins`` (share
        of replicates in which it beats the reference, ties half), ``wins_low``, ``wins_high``,
        ``ties``, ``identical``; ``variance_removed`` by shared luck, ``sign_flips``, and
        ``needed_5`` (replicates for an interval of 5% of the difference to either side).
        """
        import pandas as pd

        rows = []
        for policy in self.policies[1:]:
            found = self.paired(policy, outcome=outcome, horizon=horizon)
            low, high = found.wins_interval
            rows.append(
                {
                    "policy": policy,
                    "against": self.reference,
                    "pairs": found.pairs,
                    "mean": found.mean,
                    "low": found.low,
                    "high": found.high,
                    "wins": found.wins,
                    "wins_low": low,
                    "wins_high": high,
                    "ties": found.ties,
                    "identical": found.identical,
                    "variance_removed": found.variance_removed,
                    "sign_flips": found.sign_flips,
                    "needed_5": found.needed(0.05),
                }
            )
        return pd.DataFrame(rows)

    def table(self) -> pd.DataFrame:
        """Return everything: a row a horizon, policy and outcome.

        ``mean``, ``low`` and ``high`` are of the policy itself; then come the columns of
        `differences` with the reference, ``difference`` being their mean.
        """
        import pandas as pd

        parts = []
        for horizon in self.horizons:
            if not self.replicates(horizon):
                continue
            for outcome in KEPT:
                own = pd.DataFrame(
                    [(p, *self.mean(outcome, p, horizon)) for p in self.policies],
                    columns=["policy", "mean", "low", "high"],
                )
                beside = self.differences(outcome, horizon).rename(
                    columns={
                        "mean": "difference",
                        "low": "difference_low",
                        "high": "difference_high",
                    }
                )
                both = own.merge(beside, on="policy", how="left")
                # The reference has no pair, and is neither the same nor not.
                both["identical"] = both["identical"].astype("boolean")
                parts.append(both.assign(horizon=horizon, outcome=outcome))
        found = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
        first = ["horizon", "policy", "outcome"]
        return found.reindex(columns=[*first, *found.columns.drop(first, errors="ignore")])

    def replicates_needed(self, precision: float = 0.05, outcome: str = MAIN) -> pd.DataFrame:
        """Return the replicates that each difference needs: ``horizon``, ``policy``, ``needed``.

        Parameters
        ----------
        precision
            Half-width of the interval by chance alone, as a share of the difference.
        outcome
            Of what.
        """
        return self._of_pairs("needed", lambda one: one.needed(precision), outcome)

    def variance_removed(self, outcome: str = MAIN) -> pd.DataFrame:
        """Return the share of variance that shared luck takes out of each difference."""
        return self._of_pairs("variance_removed", lambda one: one.variance_removed, outcome)

    def sign_flips(self, outcome: str = MAIN) -> pd.DataFrame:
        """Return the share of replicates in which each difference has the other sign."""
        return self._of_pairs("sign_flips", lambda one: one.sign_flips, outcome)

    def _of_pairs(self, name: str, what: Callable[[Paired], float], outcome: str) -> pd.DataFrame:
        import pandas as pd

        rows = [
            (horizon, policy, what(self.paired(policy, outcome=outcome, horizon=horizon)))
            for horizon in self.horizons
            for policy in self.policies[1:]
        ]
        return pd.DataFrame(rows, columns=["horizon", "policy", name])

    # -- order --------------------------------------------------------------------------------

    def ranking(self, outcome: str = MAIN, horizon: int | None = None) -> Ranking:
        """Return the order of the policies and how often replicates agree with it."""
        return ranking(
            np.column_stack([self.values(outcome, one, horizon) for one in self.policies])
        )

    def order(self, outcome: str = MAIN, horizon: int | None = None) -> tuple[str, ...]:
        """Return the policies from best to worst."""
        return tuple(self.policies[at] for at in self.ranking(outcome, horizon).order)

    def best(self, outcome: str = MAIN, horizon: int | None = None) -> str:
        """Return the policy that comes first; of those that are equal the first named."""
        return self.order(outcome, horizon)[0]

    def same_as(self, policy: str, outcome: str = MAIN, horizon: int | None = None) -> list[str]:
        """Return other policies with the very same outcome in every replicate."""
        own = self.values(outcome, policy, horizon)
        return [
            other
            for other in self.policies
            if other != policy and np.array_equal(own, self.values(outcome, other, horizon))
        ]

    def rank_stability(self, outcome: str = MAIN) -> pd.DataFrame:
        """Return how sure the order is: ``horizon``, ``same_order``, ``same_winner``, ``order``.

        The first two are shares of replicates.
        """
        import pandas as pd

        rows = []
        for horizon in self.horizons:
            found = self.ranking(outcome, horizon)
            order = " > ".join(self.policies[at] for at in found.order)
            rows.append((horizon, found.same_order, found.same_winner, order))
        return pd.DataFrame(rows, columns=["horizon", "same_order", "same_winner", "order"])

    def worlds_agreeing(self, outcome: str = MAIN, horizon: int | None = None) -> tuple[int, int]:
        """Return in how many of how many plausible worlds the order of the means is the same."""
        matrix = np.column_stack([self.values(outcome, one, horizon) for one in self.policies])
        whole = ranking(matrix).order
        worlds = self._worlds(horizon)
        means = np.array([matrix[worlds == world].mean(axis=0) for world in np.unique(worlds)])
        ordered = means[:, list(whole)]
        return int((np.diff(ordered, axis=1) <= 0).all(axis=1).sum()), len(means)

    # -- pictures -----------------------------------------------------------------------------

    def figure(self, lang: str = "nl") -> Figure:
        """Return the picture of the comparison, in Dutch or English."""
        # The room above draws; it is opened only when a picture is asked for.
        figures = import_module("..viz.figures", __package__)
        return figures.comparison_figure(self, lang)

    # -- frames -------------------------------------------------------------------------------

    def _horizon(self, horizon: int | None) -> int:
        if horizon is None:
            return (self.finished or self.horizons)[-1]
        if horizon not in self.horizons:
            allowed = ", ".join(str(one) for one in self.horizons)
            raise ValueError(f"horizon {horizon!r} was not compared; allowed: {allowed}")
        return horizon

    def _of(self, horizon: int) -> pd.DataFrame:
        none = self.cells.head(0)
        return self._by_horizon.get(horizon, none)

    @cached_property
    def _by_horizon(self) -> dict[int, pd.DataFrame]:
        return {int(str(at)): part for at, part in self.cells.groupby("horizon")}

    def units(self, horizon: int) -> pd.DataFrame:
        """Return ``world`` and ``seed`` of every replicate over a horizon, in the order of `values`."""
        own = self._of(horizon)
        return own.loc[own["policy"] == self.reference].filter(["world", "seed"])

    def _worlds(self, horizon: int | None) -> np.ndarray:
        return self.units(self._horizon(horizon))["world"].to_numpy()


def compare(
    scenario: Scenario | str | os.PathLike[str] = "average",
    policies: Sequence[PolicyLike] | None = None,
    *,
    baseline: PolicyLike = "none",
    horizons: Sequence[int] = HORIZONS,
    replicates: int = 50,
    seed: int = 1,
    money: Money = "total",
    precision: float | None = None,
    ensemble: Ensemble | str | os.PathLike[str] | None = None,
    overrides: Mapping[str, Any] | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    out: str | os.PathLike[str] | None = None,
    told: Told | None = None,
) -> Comparison:
    """Compare policies at equal money, on the same luck.

    Parameters
    ----------
    scenario, policies, baseline, horizons, money, ensemble, overrides
        What is compared; see `arms_of`. Default the shipped study of continuity.
    replicates
        Number of lucks, 2 or more; in an ensemble, in each plausible world.
    seed
        The first luck.
    precision
        When given, stop as soon as no difference with the first policy has an interval of more
        than this share of it to either side (chance alone, at least ten replicates).
    workers, executor
        Who does the work: a number of processes, or any `concurrent.futures.Executor`.
    out
        Folder in which finished runs are kept, so that the same call goes on where it stopped;
        default none.
    told
        Called with runs done, failed and planned, and the comparison so far.

    Raises
    ------
    ScenarioError, ValueError
        For what cannot be compared, before anything is lived.
    """
    from .comparing import Comparing
    from .store import Store

    arms = arms_of(
        scenario,
        policies,
        baseline=baseline,
        horizons=horizons,
        money=money,
        ensemble=ensemble,
        overrides=overrides,
    )
    comparing = Comparing(arms, seed, replicates, precision)
    with TemporaryDirectory(prefix="langeadem-") as elsewhere:
        folder = Path(elsewhere) / "store" if out is None else Path(out)
        with Store.open(folder, comparing.manifest()) as store:
            return comparing.live(store, executor=executor, workers=workers, told=told)
