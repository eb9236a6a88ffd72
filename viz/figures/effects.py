"""What the figures of twins share: what they are about, and how effects are written as numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from matplotlib.lines import Line2D

from ...experiments.indicators import indicator
from ..text import Texts, policy_words
from .style import BODY, FAINT, MARGIN, Page
from .wording import moment

#: Distance between lines of running text, in inches.
LINE = 1.25 * BODY / 72
#: Okabe-Ito blue of what participants gained, and its light sister of what reached others.
GAINED, REACHED = "#0072B2", "#56B4E9"
#: The twin without the policy is grey.
TWIN = "#6b7681"

_MOST_DECIMALS = 6
#: Share of the largest from which on a bar can be seen.
_SEEN = 0.01


@dataclass(frozen=True)
class Facts:
    """Which worlds a figure is about, for its title and its source line.

    Attributes
    ----------
    place
        Name of the neighbourhood.
    programme
        Name of what is done, as people call it.
    year
        Of the comparison, counted from the start.
    participants
        Number of participants; a mean over replicates need not be whole.
    residents
        Number of people of whom the figure of the unit is taken.
    gain
        What a participant gained on average while supported, in units of the indicator.
    pairs
        Number of pairs of worlds that the numbers are means of.
    policy, baseline
        Keys of the two policies.
    scenario, key, seed, version
        What was computed, for who wants to do it again; ``seed`` is that of the first pair.
    scale
        Whose figure it is: stairwell, complex, street or neighbourhood.
    """

    place: str
    programme: str
    year: int
    participants: float
    residents: float
    gain: float
    pairs: int
    policy: str
    scenario: str
    key: str
    seed: int
    version: str
    baseline: str = "none"
    scale: str = "neighbourhood"


def twin_source(t: Texts, facts: Facts) -> str:
    """Return what was run, for the foot of a figure of twins."""
    return t(
        "effect.source_one" if facts.pairs == 1 else "effect.source",
        version=facts.version,
        scenario=facts.scenario,
        policy=policy_words(facts.policy, t),
        baseline=policy_words(facts.baseline, t),
        pairs=t.number(facts.pairs),
        seed=str(facts.seed),
        key=facts.key,
    )


def when(t: Texts, facts: Facts) -> str:
    """Return when it is, "na 10 jaar"."""
    return moment(t, 12 * facts.year)


class Measure:
    """An indicator as people write it: unit, factor and decimals.

    Parameters
    ----------
    name
        Key of an indicator.
    t
        Texts of a language.

    Attributes
    ----------
    kind : str
        ``"rung"``, ``"score"`` or ``"share"``.
    factor : float
        What a value is multiplied by before it is written: shares are shown in percentage points.

    Raises
    ------
    ValueError
        For an unknown indicator.
    """

    def __init__(self, name: str, t: Texts) -> None:
        self.name = name
        self.kind = indicator(name).kind
        self.factor = 100.0 if self.kind == "share" else 1.0
        self._t = t

    @property
    def unit(self) -> str:
        """Its unit: rung, points from 0 to 1, or percentage points."""
        return self._t(f"effect.unit_{self.kind}")

    @property
    def words(self) -> str:
        """What it is of, for the middle of a sentence: "op werken", "met betaald werk"."""
        return self._t(f"effect.on_{self.name}")

    def decimals(self, values: Iterable[float]) -> int:
        """Return decimals for values in one picture.

        The largest has two digits, or three where a bar that can be seen would else be called zero.
        """
        sizes = [abs(value) * self.factor for value in values if math.isfinite(value) and value]
        if not sizes:
            return 2
        seen = min(size for size in sizes if size >= _SEEN * max(sizes))
        return min(_decimals(max(sizes), 3), max(_decimals(max(sizes), 2), _decimals(seen, 1)))

    def signed(self, value: float, decimals: int | None = None) -> str:
        """Return an effect with its sign; by itself with two digits that say something."""
        return self._t.signed(value * self.factor, self._own(value, decimals))

    def size(self, value: float, decimals: int | None = None) -> str:
        """Return how large an effect is, without sign."""
        return self._t.number(abs(value) * self.factor, self._own(value, decimals))

    def with_unit(self, value: float, decimals: int | None = None) -> str:
        """Return an effect with its sign and its unit."""
        return f"{self.signed(value, decimals)} {self.unit}"

    def _own(self, value: float, decimals: int | None) -> int:
        if decimals is not None:
            return decimals
        if not math.isfinite(value) or value == 0:
            return 1
        return _decimals(abs(value) * self.factor, 2)


def _decimals(size: float, signs: int) -> int:
    wanted = signs - 1 - math.floor(math.log10(size))
    # What rounds up to one digit more needs one decimal less: 0.0999 is 0.10 and not 0.100.
    if round(size, min(max(wanted, 0), 15)) >= 10.0 ** (signs - wanted):
        wanted -= 1
    return min(max(wanted, 0), _MOST_DECIMALS)


def count(t: Texts, number: float) -> str:
    """Return a number of people; a mean below ten that is not whole with one decimal."""
    return t.number(number, 0 if abs(number - round(number)) < 0.05 or number >= 9.95 else 1)


def of_hundred(share: float) -> int:
    """Return how many of a hundred a share is: 0 only for none, and 100 only for all."""
    if not math.isfinite(share):
        raise ValueError(f"a share from 0 to 1 is needed, not {share!r}")
    return round(100 * min(max(share, 0.0), 1.0))


def nice_ticks(low: float, high: float, most: int = 6) -> np.ndarray:
    """Return round places between two values, zero among them when it lies between."""
    from matplotlib.ticker import MaxNLocator

    ticks = np.asarray(MaxNLocator(nbins=most, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high))
    inside = ticks[(ticks >= low - 1e-12) & (ticks <= high + 1e-12)]
    return np.where(np.abs(inside) < 1e-12, 0.0, inside)


def tick_words(t: Texts, ticks: np.ndarray) -> list[str]:
    """Return round places as people write them, all with as many decimals as they need."""
    exact = (
        decimals
        for decimals in range(_MOST_DECIMALS)
        if np.allclose(np.round(ticks, decimals), ticks, rtol=0, atol=10.0 ** -(_MOST_DECIMALS + 3))
    )
    decimals = next(exact, _MOST_DECIMALS)
    return [t.number(float(tick), decimals) for tick in ticks]


def page_for(width: float, room: float, title: str, below: str, source: str) -> Page:
    """Return a page with title and source line, as high as leaves ``room`` inches between them."""
    page = _with_words(width, room, title, below, source)
    return _with_words(width, 2 * room - (page.top - page.bottom), title, below, source)


def _with_words(width: float, height: float, title: str, below: str, source: str) -> Page:
    page = Page(width, height)
    page.headline(title, below)
    page.source(source)
    return page


def write_lines(
    page: Page, x: float, y: float, lines: list[str], size: float, **more: object
) -> float:
    """Write lines under each other from a first baseline on; return the baseline after the last."""
    for line in lines:
        page.write(x, y, line, size, **more)
        y -= LINE * size / BODY
    return y


def rule(page: Page, y: float, colour: str = FAINT) -> None:
    """Draw a thin line across the page at a height in inches."""
    across = [MARGIN / page.width, 1 - MARGIN / page.width]
    page.figure.add_artist(
        Line2D(across, [y / page.height] * 2, color=colour, linewidth=0.8, zorder=0)
    )
