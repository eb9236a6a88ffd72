"""What of the residents is looked at: a score a person, and who is counted for it.

Indicators that the chronicle publishes too have the same name and the same numbers, person by
person; ``mean_rung`` and ``share_on_low_rung`` are only known here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from ..agents.climbing import HOUSING, LEARNING, LEISURE, PAID_RUNG, START_QUALIFICATION, WORKING

if TYPE_CHECKING:
    from ..scenarios import Scenario

Counted = Literal["adults", "working_age", "on_leisure_ladder"]

#: Working rung up to which people live on benefit or next to nothing: no work, or unpaid work.
LOW_RUNG = 1


@dataclass(frozen=True)
class Indicator:
    """A score by person, and who is counted.

    Attributes
    ----------
    name : str
        Its key.
    kind : str
        ``"rung"`` (0 to 5), ``"score"`` (0 to 1) or ``"share"`` (0 or 1 a person).
    counted : str
        Of whom it is taken: adults, adults below the pension age, or everybody who is old enough
        for the leisure ladder.
    score : callable
        From rungs of shape ``(persons, 4)`` and agency of shape ``(persons,)`` to scores.
    """

    name: str
    kind: Literal["rung", "score", "share"]
    counted: Counted
    score: Callable[[np.ndarray, np.ndarray], np.ndarray]


def _rung(ladder: int) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    return lambda rung, agency: rung[..., ladder].astype(np.float64)


def _mean_rung(rung: np.ndarray, agency: np.ndarray) -> np.ndarray:
    return rung.astype(np.float64).mean(axis=-1)


def _agency(rung: np.ndarray, agency: np.ndarray) -> np.ndarray:
    return agency.astype(np.float64)


def _at_work(rung: np.ndarray, agency: np.ndarray) -> np.ndarray:
    return (rung[..., WORKING] >= PAID_RUNG).astype(np.float64)


def _qualified(rung: np.ndarray, agency: np.ndarray) -> np.ndarray:
    return (rung[..., LEARNING] >= START_QUALIFICATION).astype(np.float64)


def _on_low_rung(rung: np.ndarray, agency: np.ndarray) -> np.ndarray:
    return (rung[..., WORKING] <= LOW_RUNG).astype(np.float64)


#: By name, in the order in which they are shown. ``mean_rung`` is the mean of a person's four rungs.
INDICATORS: dict[str, Indicator] = {
    one.name: one
    for one in (
        Indicator("learning", "rung", "adults", _rung(LEARNING)),
        Indicator("working", "rung", "working_age", _rung(WORKING)),
        Indicator("housing", "rung", "adults", _rung(HOUSING)),
        Indicator("leisure", "rung", "on_leisure_ladder", _rung(LEISURE)),
        Indicator("mean_rung", "rung", "working_age", _mean_rung),
        Indicator("agency", "score", "adults", _agency),
        Indicator("share_at_work", "share", "working_age", _at_work),
        Indicator("share_qualified", "share", "adults", _qualified),
        Indicator("share_on_low_rung", "share", "working_age", _on_low_rung),
    )
}


@dataclass(frozen=True)
class Ages:
    """Ages, in years, from which people are counted."""

    adult: int
    pension: int
    leisure_from: int

    @classmethod
    def of(cls, scenario: Scenario) -> Ages:
        """Return the ages of a scenario."""
        parameters = scenario.parameters
        return cls(parameters.ages.adult, parameters.ages.pension, parameters.ages.leisure_from)

    def counted(self, who: Counted, age_years: np.ndarray) -> np.ndarray:
        """Return who is counted, by age."""
        if who == "on_leisure_ladder":
            return age_years >= self.leisure_from
        adult = age_years >= self.adult
        return adult & (age_years < self.pension) if who == "working_age" else adult


def indicator(name: str) -> Indicator:
    """Return an indicator by name.

    Raises
    ------
    ValueError
        For an unknown name; says which there are, and the nearest.
    """
    from ..scenarios import nearest_name

    if name in INDICATORS:
        return INDICATORS[name]
    near = nearest_name(name, tuple(INDICATORS))
    hint = f"; did you mean {near!r}?" if near else ""
    raise ValueError(f"unknown indicator {name!r}; allowed: {', '.join(INDICATORS)}{hint}")
