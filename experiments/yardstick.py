"""Neighbourhoods without policy, looked at once: against them every size of a programme is held."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .detection import Waves, comparisons_of, reference_of
from .monitor import Monitor
from .verdicts import Change, change_of, check_level, rank_test


class Yardstick:
    """Worlds without policy as a monitor sees them, by unit; the difference in differences.

    It gives the column ``detection`` of `detection.rates`, without looking at the same worlds again
    for every policy.

    Parameters
    ----------
    baseline
        Before and after, by replicate.
    monitor, surveys, level
        As in `detection.rates`.
    """

    def __init__(
        self, baseline: Sequence[Waves], monitor: Monitor, surveys: int, level: float
    ) -> None:
        check_level(level, len(baseline) - 1)
        self._baseline, self._monitor = baseline, monitor
        self._surveys, self._level = surveys, level
        seeds = [one[0].seed for one in baseline]
        self._others = comparisons_of(seeds, surveys, monitor.comparisons)
        self._by_unit: dict[int, tuple[np.ndarray, np.ndarray]] = {}

    def detection(self, policy: Sequence[Waves], units: Sequence[int]) -> float:
        """Return the share of evaluations that call the effect of a policy, 0 to 1.

        Parameters
        ----------
        policy
            Before and after, in the order of the replicates.
        units
            Which unit is evaluated, by replicate.
        """
        found = []
        for row, (waves, unit) in enumerate(zip(policy, units, strict=True)):
            estimates, reference = self._of_unit(unit)
            seen = change_of(self._monitor.follow(*waves, unit, self._surveys))
            placebos = np.delete(estimates, row, axis=0)
            found.append(rank_test(seen.size() - reference[row], placebos, self._level)[1])
        return float(np.mean(found))

    def _of_unit(self, unit: int) -> tuple[np.ndarray, np.ndarray]:
        """Return estimates and references of all worlds in a unit, shape ``(worlds, surveys)``."""
        if unit not in self._by_unit:
            seen = [
                change_of(self._monitor.follow(*one, unit, self._surveys)) for one in self._baseline
            ]
            table = Change.stacked(seen)
            reference = reference_of(table, self._others).size
            self._by_unit[unit] = (table.size() - reference, reference)
        return self._by_unit[unit]
