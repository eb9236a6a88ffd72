"""A checker of shares that chance makes: evidence for a bug, not an eyeballed tolerance.

After the FuzzyChecker of vivarium_testing_utils: the count that was seen is held against two
accounts of it, the share as specified and a vague one that any share fits. Their ratio, a Bayes
factor, says how much better a bug explains the count.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pytest
from scipy import stats

#: Half the width of a 95% interval, in standard deviations.
_HALF_WIDTH = 1.959964


@dataclass(frozen=True)
class FuzzyChecker:
    """Compares how often something happened with how often it should.

    Parameters
    ----------
    fail_above
        Bayes factor (bug against as specified) above which a check fails. A right model fails in
        fewer than one in ``fail_above`` checks, whatever the share and the number of chances.
    conclusive_below
        Bayes factor below which a check speaks for the specification; in between it says too little.
    """

    fail_above: float = 100.0
    conclusive_below: float = 0.1

    def bayes_factor(
        self, happened: int, chances: int, target: float | tuple[float, float]
    ) -> float:
        """Return how much better a bug explains the count than the specification does.

        Parameters
        ----------
        happened, chances
            How often it happened, out of how many independent chances.
        target
            The share as specified, or the (low, high) in which it lies with 95% belief.
        """
        if not 0 <= happened <= chances or chances < 1:
            raise ValueError(f"{happened} of {chances} is not a count of chances")
        # Jeffreys' prior: any share, with no wish for one.
        bug = stats.betabinom.logpmf(happened, chances, 0.5, 0.5)
        if isinstance(target, tuple):
            as_specified = stats.betabinom.logpmf(happened, chances, *_beta(*target))
        elif 0.0 <= target <= 1.0:
            as_specified = stats.binom.logpmf(happened, chances, target)
        else:
            raise ValueError(f"target {target!r} is not a share")
        # Beyond e^700 the answer is the same, and exp() would overflow.
        return math.exp(min(700.0, float(bug - as_specified)))

    def check(
        self,
        name: str,
        happened: int,
        chances: int,
        target: float | tuple[float, float],
        *,
        conclusive: bool = False,
    ) -> None:
        """Fail the test when a bug explains the count far better than the target does.

        With ``conclusive`` it also fails when the count says too little either way: then the test
        needs more chances, not a wider target.
        """
        factor = self.bayes_factor(int(happened), int(chances), target)
        seen = f"{name}: {happened} of {chances} ({happened / chances:.4g}), specified {target}"
        if factor > self.fail_above:
            pytest.fail(f"{seen}; a bug explains this {factor:.3g} times better")
        if conclusive and factor > self.conclusive_below:
            pytest.fail(f"{seen}; inconclusive (Bayes factor {factor:.3g}): too few chances")


def _beta(low: float, high: float) -> tuple[float, float]:
    """Return the beta distribution whose mean and spread are those of a 95% interval."""
    if not 0.0 <= low < high <= 1.0:
        raise ValueError(f"target ({low}, {high}) is not an interval of shares")
    mean = (low + high) / 2.0
    deviation = (high - low) / (2.0 * _HALF_WIDTH)
    concentration = mean * (1.0 - mean) / deviation**2 - 1.0
    return mean * concentration, (1.0 - mean) * concentration
