"""What an outcome of a study is called, and how its numbers are written."""

from __future__ import annotations

import math
from collections.abc import Iterable

from ...experiments.outcomes import outcome
from . import Texts

_MOST_DECIMALS = 5


class OutcomeWords:
    """One outcome as people speak of it.

    Parameters
    ----------
    name
        An outcome of `experiments.outcomes`.
    t
        Texts of a language.

    Attributes
    ----------
    words : str
        What it is, for the middle of a sentence.
    unit : str
        Its unit; shares are shown in percentage points.

    Raises
    ------
    ValueError
        For an unknown outcome.
    """

    def __init__(self, name: str, t: Texts) -> None:
        unit = outcome(name).unit
        self._t = t
        self.factor = 100.0 if unit == "share" else 1.0
        self.unit = t(f"outcome_unit.{unit.replace(' ', '_')}")
        self.words = _words(name, t)

    def decimals(self, values: Iterable[float], signs: int = 3) -> int:
        """Return decimals with which the largest of some values has so many digits."""
        sizes = [abs(one) * self.factor for one in values if math.isfinite(one) and one]
        if not sizes:
            return 0
        wanted = signs - 1 - math.floor(math.log10(max(sizes)))
        return min(max(wanted, 0), _MOST_DECIMALS)

    def number(self, value: float, decimals: int) -> str:
        """Return a value as it is written."""
        return self._t.number(value * self.factor, decimals)

    def signed(self, value: float, decimals: int) -> str:
        """Return a difference with its sign."""
        return self._t.signed(value * self.factor, decimals)


def _words(name: str, t: Texts) -> str:
    first, *rest = name.split(".")
    if not rest:
        return t(f"outcome.{name}")
    if first == "gap":
        return t("outcome.gap", what=t(f"outcome_what.{rest[0]}"))
    if first == "ledger":
        what, term = t(f"outcome_what.{rest[0]}"), t(f"outcome_term.{rest[1]}")
        return t("outcome.ledger", what=what, term=term)
    group = t(f"outcome_group.{rest[0]}")
    if first == "effect":
        return t("outcome.effect", what=t(f"outcome_what.{rest[1]}"), group=group)
    if first == "cost_per_rung_year":
        return t("outcome.cost_per_rung_year", group=group)
    if len(rest) == 1:
        return t("outcome.rung_years", group=group)
    return t("outcome.rung_years_ladder", ladder=t(f"ladder.{rest[1]}"), group=group)
