"""An outcome along what a sweep varied: means by value, paired over luck, the widest change first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .intervals import mean_interval
from .sweep_table import missing

#: More different numbers than this are taken together in as many stretches.
MOST_VALUES, STRETCHES = 6, 5
#: Points that are kept apart from their mean.
MOST_DOTS = 400


@dataclass(frozen=True)
class Step:
    """An outcome at one value, or over a stretch of values.

    Attributes
    ----------
    at : Any
        The value; the mean of the values of a stretch; None where the arms have no such thing.
    mean, low, high : float
        Mean over points and worlds, then over lucks, and its 95% interval over lucks.
    by_luck : numpy.ndarray
        The mean with each luck, in the order of their seeds; NaN where it has none.
    """

    at: Any
    mean: float
    low: float
    high: float
    by_luck: np.ndarray


@dataclass(frozen=True)
class Along:
    """An outcome of one policy along one thing that varied.

    Attributes
    ----------
    key : str
        What varied; empty where nothing did.
    policy : str
        Whose arms they are.
    steps : tuple of Step
        In the order of the values.
    dots : tuple
        Value and mean over luck of each point, at most `MOST_DOTS`.
    stretches : bool
        Whether values are taken together.
    """

    key: str
    policy: str
    steps: tuple[Step, ...]
    dots: tuple[tuple[Any, float], ...]
    stretches: bool

    @property
    def ends(self) -> tuple[Step, Step]:
        """The steps at which the outcome is lowest and highest."""
        known = [one for one in self.steps if math.isfinite(one.mean)] or list(self.steps)
        return min(known, key=lambda one: one.mean), max(known, key=lambda one: one.mean)

    @property
    def change(self) -> tuple[float, float, float]:
        """Highest minus lowest step on the same luck, with its 95% interval over lucks."""
        low, high = self.ends
        return mean_interval(high.by_luck - low.by_luck)


def along(
    frame: Any, outcome: str, policies: Sequence[str], labels: Sequence[str]
) -> list[list[Along]]:
    """Return an outcome along everything that varied, what changes it most first.

    Parameters
    ----------
    frame
        Runs at the end of one year, as `Store.frame` gives them.
    outcome
        Which.
    policies
        Those that are shown, in order.
    labels
        Columns of what varied.

    Returns
    -------
    list of list of Along
        By what varied and policy; one list with an empty key where nothing varied.
    """
    seeds = sorted(frame["seed"].unique())
    keys = list(labels) or [""]
    found = [
        [
            _along(frame[frame["policy"] == policy], frame, key, policy, outcome, labels, seeds)
            for policy in policies
        ]
        for key in keys
    ]
    return sorted(found, key=lambda of_key: -max(_size(one) for one in of_key))


def _size(one: Along) -> float:
    change = one.change[0]
    return change if math.isfinite(change) else 0.0


def _along(
    rows: Any,
    every: Any,
    key: str,
    policy: str,
    outcome: str,
    labels: Sequence[str],
    seeds: Sequence[int],
) -> Along:
    if not key or rows[key].isna().all():
        return Along(key, policy, (_step(None, rows, outcome, seeds),), (), False)
    values = sorted(set(every[key].dropna()))
    numbers = all(isinstance(one, int | float | np.number) for one in values)
    stretches = numbers and not isinstance(values[0], bool | np.bool_) and len(values) > MOST_VALUES
    if stretches:
        borders = np.quantile(values, np.linspace(0, 1, STRETCHES + 1))
        which = np.searchsorted(borders[1:-1], rows[key].astype(float), side="left")
        parts = [rows[which == at] for at in range(STRETCHES)]
        steps = [
            _step(float(part[key].astype(float).mean()), part, outcome, seeds)
            for part in parts
            if len(part)
        ]
    else:
        parts = [(value, rows[rows[key] == value]) for value in values]
        steps = [_step(value, part, outcome, seeds) for value, part in parts if len(part)]
    return Along(key, policy, tuple(steps), _dots(rows, key, outcome, labels), stretches)


def _step(at: Any, rows: Any, outcome: str, seeds: Sequence[int]) -> Step:
    by_luck = rows.groupby("seed")[outcome].mean().reindex(seeds).to_numpy(dtype=float)
    return Step(at, *mean_interval(by_luck), by_luck)


def _dots(
    rows: Any, key: str, outcome: str, labels: Sequence[str]
) -> tuple[tuple[Any, float], ...]:
    """Return every point, or as many of them spread over all."""
    by = [name for name in (*labels, "world") if name in rows.columns]
    means = rows.groupby(by, sort=False, dropna=False)[[outcome]].mean().reset_index()
    means = means.iloc[:: math.ceil(len(means) / MOST_DOTS)]
    pairs = zip(means[key].tolist(), means[outcome].tolist(), strict=True)
    return tuple((at, value) for at, value in pairs if not missing(at) and math.isfinite(value))
