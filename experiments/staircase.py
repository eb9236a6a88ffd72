"""From one person to the neighbourhood: how an effect dilutes, and from where on nobody sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .intervals import mean_interval
from .matching import GroupVerdict
from .replica import Replica
from .verdicts import median, rank_test

#: Steps from small to large.
STEPS = ("participants", "households", "stairwell", "complex", "street", "neighbourhood")
#: Standard normal quantile of the share of evaluations that would call the smallest visible effect.
_POWER_QUANTILE = 0.8416


@dataclass(frozen=True)
class Step:
    """A group of people, from participants to the neighbourhood; means over replicates.

    The stairwell, complex and street are those where most participants lived when they began.

    Attributes
    ----------
    name : str
        One of `STEPS`.
    people : float
        How many are counted in it.
    participants : float
        How many of them took part.
    reach : float
        Share of them that took part, 0 to 1.
    diluted : float
        What arithmetic alone would leave: mean effect on a participant times reach.
    effect, low, high : float
        Mean effect, in units of the indicator, with its 95% interval over replicates.
    smallest_visible : float
        Effect that 80% of evaluations would call; NaN where none is large enough.
    seen, textbook_seen : float
        Share of evaluations that call an effect, against placebos and by the textbook, 0 to 1.
    false_alarms : float
        The same against placebos where there is no policy.
    """

    name: str
    people: float
    participants: float
    reach: float
    diluted: float
    effect: float
    low: float
    high: float
    smallest_visible: float
    seen: float
    textbook_seen: float
    false_alarms: float


def staircase(
    replicas: Sequence[Replica], rates: dict[str, dict[str, float]], level: float
) -> list[Step]:
    """Return the steps.

    Parameters
    ----------
    replicas
        What was measured, by replicate.
    rates
        Of the verdict on each scale: detection, textbook_detection, false_alarms,
        smallest_visible.
    level
        Accepted rate of false alarms.
    """
    gain = mean_interval([one.groups["participants"].effect for one in replicas])[0]
    steps = []
    for name in STEPS:
        outcomes = [one.groups[name] for one in replicas]
        found = rates.get(name) or group_rates(
            [one.verdicts[name] for one in replicas], level=level
        )
        effect, low, high = mean_interval([one.effect for one in outcomes])
        reach = mean_interval([one.reach for one in outcomes])[0]
        steps.append(
            Step(
                name=name,
                people=float(np.mean([one.people for one in outcomes])),
                participants=float(np.mean([one.participants for one in outcomes])),
                reach=reach,
                diluted=gain * reach,
                effect=effect,
                low=low,
                high=high,
                smallest_visible=float(found["smallest_visible"]),
                seen=float(found["detection"]),
                textbook_seen=float(found["textbook_detection"]),
                false_alarms=float(found["false_alarms"]),
            )
        )
    return steps


def group_rates(
    verdicts: Sequence[tuple[GroupVerdict, GroupVerdict]], level: float
) -> dict[str, float]:
    """Return how often evaluations of a group call an effect.

    Parameters
    ----------
    verdicts
        By replicate: of the world with the policy, and of the same people in its twin, where there
        is nothing to call. The twins of the other replicates are the placebos.
    level
        Accepted rate of false alarms.
    """
    policy = np.stack([one.estimate for one, _ in verdicts])
    twin = np.stack([one.estimate for _, one in verdicts])
    called = np.stack([one.p_value for one, _ in verdicts]) < level
    seen, alarms = [], []
    for row in range(len(policy)):
        placebos = np.delete(twin, row, axis=0)
        # Where too few of the twins can be looked at there is nothing to hold a figure against.
        enough = (np.isfinite(placebos).sum(axis=0) + 1) * level >= 1 - 1e-9
        seen.append(np.where(enough, rank_test(policy[row], placebos, level)[1], np.nan))
        alarms.append(np.where(enough, rank_test(twin[row], placebos, level)[1], np.nan))
    apart = np.abs(twin - median(twin))
    return {
        "detection": mean_interval(np.ravel(seen))[0],
        "textbook_detection": float(called.mean()),
        "false_alarms": mean_interval(np.ravel(alarms))[0],
        "smallest_visible": _smallest(apart, level),
    }


def _smallest(apart: np.ndarray, level: float) -> float:
    """Return the effect that four of five evaluations would call, from how far placebos stray.

    The border of the placebos, and as far beyond it as four of five evaluations stray less.
    """
    known = apart[np.isfinite(apart)]
    if len(known) < 2:
        return float("nan")
    spread = float(np.sqrt(np.mean(known**2)))
    return float(np.quantile(known, 1.0 - level)) + _POWER_QUANTILE * spread
