"""Comparisons that were never lived, for the tests: numbers made up, everything else as it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from langeadem.experiments.arms import KEPT, Arms, Cell
from langeadem.experiments.comparison import Comparison
from langeadem.experiments.courses import TRUST, YEARLY, Course

SMALL = {"figures.households": 160, "figures.residents": 340}

Value = Callable[[Cell, int, str], float]


def made_up(cell: Cell, seed: int, outcome: str) -> float:
    """Return a number that depends on policy, horizon and luck, and on nothing else."""
    luck = np.random.default_rng([seed, cell.horizon]).normal()
    own = np.random.default_rng([seed, cell.horizon, len(cell.policy)]).normal()
    rank = {"continuous": 3.0, "marathon": 3.0, "carousel": 2.0, "sprint": 1.0}.get(cell.policy, 0)
    if outcome.startswith("gap."):
        return 0.001 * rank + 0.0005 * own
    if outcome == "extra_eur":
        return 100_000.0
    if outcome == "trust_participants":
        return 0.5 + 0.01 * own
    return cell.horizon * (10 * rank + 4 * luck + own) + 20.0


def frame_of(arms: Arms, seeds: Sequence[int], value: Value = made_up) -> pd.DataFrame:
    """Return what a store would hold of the arms that are lived."""
    rows = []
    for number, seed in enumerate(seeds):
        own = arms.worlds[number % len(arms.worlds)]
        for cell in (one for one in arms.lived if one.world == own):
            for year in arms.horizons:
                if year <= cell.horizon:
                    at = Cell(cell.world, cell.policy, year)
                    numbers = {name: value(at, seed, name) for name in KEPT}
                    rows.append(
                        {
                            "world": cell.world,
                            "policy": cell.policy,
                            "seed": seed,
                            "year": year,
                            "horizon": cell.horizon,
                            **numbers,
                        }
                    )
    columns = ["world", "policy", "seed", "year", "horizon", *KEPT]
    return pd.DataFrame(rows, columns=columns)


def made_up_comparison(arms: Arms, replicates: int = 12, value: Value = made_up) -> Comparison:
    """Return a comparison of made-up numbers."""
    seeds = arms.seeds(1, replicates)
    return Comparison(arms, frame_of(arms, seeds, value), seeds)


def made_up_courses(arms: Arms, replicates: int = 3) -> list[Course]:
    """Return courses of made-up numbers on the real calendars."""
    found = []
    for policy in arms.policies:
        scenario = arms.scenario(policy)
        programmes = scenario.policy.programmes
        if not programmes or arms.same_as(policy) != policy:
            continue
        grants = np.array(list(scenario.grants_cents().values()))
        working = np.ones(grants.shape)
        for number, row in enumerate(grants):
            for month, paid in enumerate(row):
                fresh = paid and (month < 6 or not row[month - 6 : month].all())
                working[number, month] = bool(paid) and not fresh
        shape = (replicates, scenario.years)
        yearly = {name: np.cumsum(np.ones(shape), axis=1) * 10 for name in YEARLY}
        yearly[TRUST] = np.full(shape, 0.45)
        yearly[TRUST][:, 0] = np.nan
        staff = (grants > 0).sum(axis=0)[None, :] * np.ones((replicates, 1))
        found.append(
            Course(
                tuple(one for one in arms.policies if arms.same_as(one) == policy),
                {key: one.programme.name for key, one in programmes.items()},
                grants / 100,
                working,
                {"key_workers": 2 * staff, "supported_months": 9 * staff},
                yearly,
            )
        )
    return found
