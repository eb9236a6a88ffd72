"""Means over replicates, with their intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .paired import wilson


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


def share_interval(
    values: Sequence[float] | np.ndarray, least: float = 0.0, level: float = 0.95
) -> tuple[float, float, float]:
    """Return the mean of shares over replicates and its interval.

    As `mean_interval`; but where every replicate is a yes or a no, or all stand at an end of what
    can be, a spread of nought says nothing of luck that was not drawn. Each replicate is then one
    trial (Wilson's interval).

    Parameters
    ----------
    values
        Shares by replicate, ``least`` to 1; of differences between shares ``least`` is -1.
    """
    known = np.asarray(values, dtype=np.float64)
    known = known[np.isfinite(known)]
    plain = mean_interval(known, level)
    if len(known) < 2:
        return plain
    mean = plain[0]
    if least >= 0 and np.isin(known, (0.0, 1.0)).all():
        return mean, *wilson(mean, len(known), level)
    if (known == known[0]).all() and known[0] in (least, 0.0, 1.0):
        half = 1.0 - wilson(1.0, len(known), level)[0]
        return mean, max(least, mean - half), min(1.0, mean + half)
    return plain
