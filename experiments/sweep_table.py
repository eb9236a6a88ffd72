"""What the runs of a store say together: means over replicates, and the points that stand out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .intervals import mean_interval

if TYPE_CHECKING:
    import pandas as pd

#: Above this number of combinations of what varies a table of all says less than their extremes.
MOST_GROUPS = 24


@dataclass(frozen=True)
class Extreme:
    """A point at which an outcome is lowest or highest, mean over replicates."""

    value: float
    where: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """An outcome in a group of runs.

    Attributes
    ----------
    group : mapping
        What the runs have in common: column -> value.
    outcome : str
        Its name.
    mean, low, high : float
        Mean of the means of each luck, and its 95% interval over lucks; NaN where unknown.
    replicates, points : int
        Lucks, and combinations of labels and world, in the group.
    lowest, highest : Extreme
        Of the points.
    """

    group: Mapping[str, Any]
    outcome: str
    mean: float
    low: float
    high: float
    replicates: int
    points: int
    lowest: Extreme
    highest: Extreme


def lines(
    frame: pd.DataFrame,
    by: Sequence[str],
    outcomes: Sequence[str],
    labels: Sequence[str],
) -> list[Line]:
    """Return every outcome in every group, groups in the order of the frame.

    Parameters
    ----------
    frame
        Runs at the end of one year, as `Store.frame` gives them.
    by
        Columns that make a group.
    outcomes
        Which.
    labels
        Columns of what varies; with the world they make a point.
    """
    found = []
    for group, rows in _groups(frame, by):
        points = [name for name in (*labels, "world") if name in rows.columns]
        for outcome in outcomes:
            by_luck = [float(one[outcome].mean()) for _, one in rows.groupby("seed")]
            mean, low, high = mean_interval(by_luck)
            extremes = _extremes(rows, points, outcome)
            found.append(
                Line(group, outcome, mean, low, high, len(by_luck), _count(rows, points), *extremes)
            )
    return found


def _groups(frame: Any, by: Sequence[str]) -> list[tuple[dict[str, Any], Any]]:
    if not by:
        return [({}, frame)] if len(frame) else []
    found = frame.groupby(list(by), sort=False, dropna=False)
    return [
        ({name: None if missing(one) else one for name, one in zip(by, key, strict=True)}, rows)
        for key, rows in found
    ]


def missing(value: Any) -> bool:
    """Return whether a cell of a frame has no value."""
    import pandas as pd

    return value is None or bool(pd.isna(value))


def _count(rows: Any, points: Sequence[str]) -> int:
    return len(rows[list(points)].drop_duplicates()) if points else 1


def _extremes(rows: Any, points: Sequence[str], outcome: str) -> tuple[Extreme, Extreme]:
    """Return the lowest and the highest point; without a number where no point has one."""
    if not points:
        value = float(rows[outcome].mean())
        return Extreme(value), Extreme(value)
    found = rows.groupby(list(points), sort=False, dropna=False)[[outcome]].mean().dropna()
    if not len(found):
        return Extreme(float("nan")), Extreme(float("nan"))
    values = found[outcome].to_numpy()
    return _point(found, points, values, values.argmin()), _point(
        found, points, values, values.argmax()
    )


def _point(found: Any, points: Sequence[str], values: Any, at: int) -> Extreme:
    """Return one point; what it does not have is left out of where it is."""
    key = found.index[at]
    named = zip(points, key if isinstance(key, tuple) else (key,), strict=True)
    where = {name: one for name, one in named if not missing(one) and one != ""}
    return Extreme(float(values[at]), where)


def grouping(frame: Any, labels: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that make the groups of a table: all that vary, unless they are too many."""
    more = [name for name in (*labels, "world") if frame[name].nunique(dropna=False) > 1]
    if len(frame[["policy", *more]].drop_duplicates()) <= MOST_GROUPS:
        return ("policy", *more)
    return ("policy",)


def short_names(keys: Sequence[str]) -> dict[str, str]:
    """Return for each key the shortest end of it that no other key has."""
    found = {}
    for key in keys:
        parts = key.split(".")
        ends = (".".join(parts[-count:]) for count in range(1, len(parts)))
        found[key] = next((end for end in ends if _only(end, keys)), key)
    return found


def _only(end: str, keys: Sequence[str]) -> bool:
    return sum(other == end or other.endswith(f".{end}") for other in keys) == 1
