"""What a calibration fits to: targets, and the function that lives one parameter set."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .claims import Claim, Ground, claims
from .evidence_runs import measure_ground

#: Lives one parameter set with one luck and returns what it comes to, by target; NaN where that
#: cannot be told. It is sent to other processes.
Live = Callable[[Mapping[str, float], int], Mapping[str, float]]

#: What of a claim decides what is fitted to.
_FITTED = {"key", "measure", "settings", "ground", "accepted", "replicates"}


class CalibrationError(ValueError):
    """A calibration cannot be done as asked; the text is for who asked."""


class UnsettledError(CalibrationError):
    """What was lived does not lead to parameter sets; the text says why, and what may help."""


@dataclass(frozen=True)
class Target:
    """A figure that a plausible world reproduces.

    Attributes
    ----------
    key : str
        Its name.
    low, high : float
        The accepted range; one of them may be infinite.
    replicates : int
        How many lives the published figure is held against: what luck is left in their mean.
    """

    key: str
    low: float
    high: float
    replicates: int = 1

    @property
    def bounded(self) -> bool:
        """Whether the range has two ends, and so a middle."""
        return math.isfinite(self.low) and math.isfinite(self.high)

    @property
    def spread(self) -> float:
        """Standard deviation of what was observed: any value in the range is as likely."""
        return (self.high - self.low) / math.sqrt(12.0) if self.bounded else 0.0

    def beyond(self, values: np.ndarray) -> np.ndarray:
        """Return how far values are from the middle, or from the only end where they pass it."""
        if self.bounded:
            return np.abs(values - (self.low + self.high) / 2.0)
        return np.maximum(0.0, np.maximum(self.low - values, values - self.high))

    def distance(self, values: np.ndarray, luck: float) -> np.ndarray:
        """Return how far values are, 1 or less inside the range.

        In half widths of the range; with one end only, 1 and what lies past it in units of
        ``luck``, a standard deviation.
        """
        if self.bounded:
            return self.beyond(values) / ((self.high - self.low) / 2.0)
        past = self.beyond(values)
        return np.where(past > 0.0, 1.0 + past / (luck or 1.0), 0.0)

    def holds(self, values: np.ndarray) -> np.ndarray:
        """Return which values lie in the range."""
        return (values >= self.low) & (values <= self.high)

    def moved_to(self, middle: float) -> Target:
        """Return the target with a range as wide around another figure."""
        half = (self.high - self.low) / 2.0
        return Target(self.key, middle - half, middle + half, self.replicates)


@dataclass(frozen=True)
class OnGrounds:
    """Lives the grounds of some claims and measures them; can be sent to other processes.

    Attributes
    ----------
    grounds : tuple of (Ground, tuple of Claim)
        What is lived, in order.
    """

    grounds: tuple[tuple[Ground, tuple[Claim, ...]], ...]

    @classmethod
    def of(cls, asked: Sequence[Claim]) -> OnGrounds:
        """Return what lives every ground of some claims once."""
        each = dict.fromkeys(one.ground for one in asked)
        return cls(tuple((g, tuple(one for one in asked if one.ground == g)) for g in each))

    @property
    def neighbourhoods(self) -> int:
        """How many neighbourhoods one parameter set is lived in, twins counted."""
        return sum(2 if ground.twin else 1 for ground, _ in self.grounds)

    def __call__(self, settings: Mapping[str, float], seed: int) -> dict[str, float]:
        """Return what one parameter set with one luck comes to, by claim."""
        found: dict[str, float] = {}
        for ground, asked in self.grounds:
            found.update(measure_ground(ground, asked, seed, settings))
        return found


def fitting_claims(asked: Sequence[Claim] | None = None) -> tuple[Claim, ...]:
    """Return the claims that parameters may be fitted to; those held for checking are not.

    Raises
    ------
    CalibrationError
        When there are none.
    """
    known = claims() if asked is None else asked
    found = tuple(one for one in known if one.use == "fitting")
    if not found:
        raise CalibrationError("no claim is there to fit to; see `langeadem evidence`")
    return found


def targets_of(asked: Sequence[Claim]) -> tuple[Target, ...]:
    """Return the targets of claims, one each."""
    return tuple(Target(one.key, *one.accepted, one.replicates) for one in asked)


def content_of(asked: Sequence[Claim]) -> str:
    """Return a short key of claims: equal where the same is measured on the same ground."""
    digest = hashlib.sha256()
    for one in asked:
        told = one.model_dump_json(include=_FITTED)
        digest.update(f"{told}\n".encode())
    return digest.hexdigest()[:16]
