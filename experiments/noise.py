"""What of the differences between runs is assumptions, what is luck, and what is both at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Split:
    """A variance taken apart, all in squared units of the outcome.

    Attributes
    ----------
    parameters : float
        Between points of the design, as it would be over endlessly many replicates.
    luck : float
        Between replicates, equal at every point: good luck and bad luck.
    together : float
        What luck does at one point and not at another.
    replicates : int
        Replicates at each point.
    """

    parameters: float
    luck: float
    together: float
    replicates: int

    @property
    def noise(self) -> float:
        """Variance of the mean over replicates at a point that is luck and no assumption.

        All points have the same luck, so what luck does everywhere is in none of the differences.
        """
        return self.together / self.replicates

    @property
    def noise_share(self) -> float:
        """Share of the variance between the means of points that is luck; NaN where nothing varies."""
        whole = self.parameters + self.noise
        return self.noise / whole if whole > 0 else float("nan")

    @property
    def shares(self) -> dict[str, float]:
        """Shares of the variance of single runs, which add up to 1; NaN where nothing varies."""
        parts = {name: getattr(self, name) for name in ("parameters", "luck", "together")}
        whole = sum(parts.values())
        return {name: part / whole if whole > 0 else float("nan") for name, part in parts.items()}


def split(values: np.ndarray) -> Split:
    """Take the variance of runs apart, by two-way analysis of variance.

    Parameters
    ----------
    values
        Outcome by point and replicate; every replicate has one luck for all points.

    Raises
    ------
    ValueError
        With fewer than two points or two replicates, or values that are not finite.
    """
    values = checked(values)
    points, replicates = values.shape
    whole = values.mean()
    by_point, by_luck = values.mean(axis=1), values.mean(axis=0)
    rest = values - by_point[:, None] - by_luck[None, :] + whole
    together = float((rest**2).sum() / ((points - 1) * (replicates - 1)))
    between = float(((by_point - whole) ** 2).sum() / (points - 1))
    luck = float(((by_luck - whole) ** 2).sum() / (replicates - 1))
    # What the rest adds to means over few points or replicates is no difference between them.
    return Split(
        parameters=max(0.0, between - together / replicates),
        luck=max(0.0, luck - together / points),
        together=together,
        replicates=replicates,
    )


@dataclass(frozen=True)
class Nested:
    """A variance taken apart where every point has lucks of its own.

    Attributes
    ----------
    between : float
        Between points, as it would be over endlessly many replicates; in squared units.
    luck : float
        Between replicates at one point.
    share : float
        Share of the variance of single runs that is luck, 0 to 1; NaN where nothing varies.
    share_low, share_high : float
        Its interval: exact where both parts are normal.
    """

    between: float
    luck: float
    share: float
    share_low: float
    share_high: float


def nested(values: np.ndarray, level: float = 0.95) -> Nested:
    """Take the variance of runs apart, by one-way analysis of variance.

    Parameters
    ----------
    values
        Outcome by point and replicate; every replicate has luck of its own.
    level
        Of the interval, by the distribution of F (Searle, Casella and McCulloch 1992, section 3.5).

    Raises
    ------
    ValueError
        With fewer than two points or two replicates, or values that are not finite.
    """
    from scipy.special import fdtri

    values = checked(values)
    points, replicates = values.shape
    luck = float(values.var(axis=1, ddof=1).mean())
    of_means = replicates * float(values.mean(axis=1).var(ddof=1))
    if luck <= 0:
        share = 0.0 if of_means > 0 else float("nan")
        return Nested(of_means / replicates, 0.0, share, share, share)
    between = (of_means - luck) / replicates
    freedom, within = points - 1, points * (replicates - 1)
    tail = (1 - level) / 2

    def luck_share(ratio: float) -> float:
        """Return the share of luck where the mean squares are in this ratio."""
        return 1 / (1 + max(0.0, (ratio - 1) / replicates))

    ratio = of_means / luck
    most, least = (ratio / float(fdtri(freedom, within, part)) for part in (tail, 1 - tail))
    return Nested(max(0.0, between), luck, luck_share(ratio), luck_share(most), luck_share(least))


def checked(values: np.ndarray) -> np.ndarray:
    """Return values by point and replicate as numbers; raise ValueError where luck cannot be told."""
    values = np.asarray(values, dtype=np.float64)
    if values.ndim != 2 or min(values.shape) < 2:
        raise ValueError(
            f"values of shape {values.shape}; needed: at least two points and two replicates"
        )
    if not np.isfinite(values).all():
        raise ValueError("a value is not a number")
    return values
