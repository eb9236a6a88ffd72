"""Means over replicates, with their intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def mean_interval(
    values: Sequence[float] | np.ndarray, level: float = 0.95
) -> tuple[float, float, float]:
    """Return the mean over replicates and its interval by Student's t.

    Replicates without a number are left out. With one number the interval is unknown (NaN), with
    none the mean too.
    """
    from scipy.special import stdtrit

    known = np.asarray(values, dtype=np.float64)
    known = known[np.isfinite(known)]
    if not len(known):
        return float("nan"), float("nan"), float("nan")
    mean = float(known.mean())
    if len(known) == 1:
        return mean, float("nan"), float("nan")
    half = float(stdtrit(len(known) - 1, 0.5 + level / 2) * known.std(ddof=1) / np.sqrt(len(known)))
    return mean, mean - half, mean + half
