"""Which policy comes first, by how much, and how sure that is."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .arms import MAIN
from .comparison import Comparison
from .paired import Paired

#: A difference in the mean rung of a neighbourhood below which it hardly differs: a twentieth.
HARDLY = 0.05
#: The figure of the neighbourhood.
FIGURE = "gap.mean_rung"


@dataclass(frozen=True)
class Lead:
    """Who leads.

    Attributes
    ----------
    first : tuple of str
        The policies in front: more than one where they are the very same in every replicate.
    second : str or None
        The next one that is not the same; None where all are.
    pair : Paired or None
        The first beside the second.
    figure : Paired or None
        The same of the figure of the neighbourhood, in rungs.
    """

    first: tuple[str, ...]
    second: str | None
    pair: Paired | None
    figure: Paired | None

    @property
    def sure(self) -> bool:
        """Whether the interval of the difference lies on one side of zero."""
        return self.pair is not None and self.pair.low > 0

    @property
    def hardly_shows(self) -> bool:
        """Whether the figure of the neighbourhood hardly differs, interval included."""
        if self.figure is None:
            return True
        ends = [one for one in (self.figure.low, self.figure.high) if not math.isnan(one)]
        return max(abs(one) for one in (*ends, self.figure.mean)) < HARDLY


def lead(found: Comparison, outcome: str = MAIN, horizon: int | None = None) -> Lead:
    """Return who leads on an outcome over a horizon (default the longest)."""
    order = found.order(outcome, horizon)
    first = order[0]
    same = found.same_as(first, outcome, horizon)
    leaders = (first, *(one for one in order if one in same))
    second = next((one for one in order if one not in leaders), None)
    if second is None:
        return Lead(leaders, None, None, None)
    return Lead(
        leaders,
        second,
        found.paired(first, second, outcome, horizon),
        found.paired(first, second, FIGURE, horizon),
    )
