"""Twins: two worlds on the same luck, one with a policy and one without, person against person."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ..scenarios import Policy, Scenario, load, require_comparable, with_policy
from .indicators import indicator
from .ledger import TERMS, Sums, sums, terms
from .lived import SCALES, Lived
from .participants import Participants

if TYPE_CHECKING:
    import pandas as pd

#: A policy by name, by file, or in hand.
PolicyLike = str | os.PathLike[str] | Policy | Scenario


class Twin:
    """A world with a policy, and its twin with the baseline.

    Attributes
    ----------
    a, b : Lived
        The world with the policy, and its twin.
    seed : int
        The luck that they share.
    """

    def __init__(
        self, policy: Scenario, baseline: Scenario, seed: int, years: int | None = None
    ) -> None:
        require_comparable(policy, baseline)
        self._policy, self._baseline = policy, baseline
        self.seed = seed
        self.a = Lived(policy, seed, years=years)
        self.b = Lived(baseline, seed, years=years)
        self._participants: dict[int, Participants] = {}
        self._sums: dict[tuple[str, str, int], Sums] = {}

    @property
    def years(self) -> int:
        """Years lived."""
        return self.a.years

    @cached_property
    def without_crowding(self) -> Twin:
        """The same pair with the same luck, with crowding switched off.

        It is lived when it is first asked for; the pair itself where crowding is off already.
        """
        if not self._policy.mechanisms.crowding:
            return self
        return Twin(_uncrowded(self._policy), _uncrowded(self._baseline), self.seed, self.years)

    def participants(self, year: int | None = None) -> Participants:
        """Return who has taken part by the end of a year (default: the last)."""
        year = self._year(year)
        if year not in self._participants:
            self._participants[year] = Participants(self.a, self.b, year)
        return self._participants[year]

    def gap(
        self,
        name: str = "working",
        scale: str = "neighbourhood",
        year: int | None = None,
        unit: int | None = None,
    ) -> float | np.ndarray:
        """Return the mean with the policy minus the mean of the twin.

        Parameters
        ----------
        name
            One of `INDICATORS`.
        scale
            One of `SCALES`.
        year
            At the end of which; default the last.
        unit
            Number of the stairwell, complex or street; default all of them, as an array.

        Raises
        ------
        ValueError
            For an unknown indicator, scale, year or unit.
        """
        gaps = self._summed(name, scale, year).gap
        at = _unit(unit, scale, len(gaps))
        return gaps if at is None else float(gaps[at])

    def ledger(
        self,
        name: str = "working",
        scale: str = "neighbourhood",
        year: int | None = None,
        unit: int | None = None,
    ) -> pd.DataFrame:
        """Return the terms that add up to `gap`, in the order of `TERMS`.

        Parameters and errors are those of `gap`. Columns are term and value, and unit where no
        single unit was asked for. The value is what the term adds to the mean, in rungs, points or
        shares a resident who is counted.
        """
        import pandas as pd

        asked = self._summed(name, scale, year)
        other = asked
        if self.without_crowding is not self:
            other = self.without_crowding._summed(name, scale, year)
        by_term = terms(asked, other)
        units = len(asked.count_a)
        at = _unit(unit, scale, units)
        if at is not None:
            values = [float(by_term[term][at]) for term in TERMS]
            return pd.DataFrame({"term": list(TERMS), "value": values})
        return pd.DataFrame(
            {
                "unit": np.repeat(np.arange(units), len(TERMS)),
                "term": list(TERMS) * units,
                "value": np.stack([by_term[term] for term in TERMS], axis=1).ravel(),
            }
        )

    def effects(self, year: int | None = None) -> pd.DataFrame:
        """Return the effect on every person with a twin; see `effects.person_effects`."""
        from .effects import person_effects

        year = self._year(year)
        return person_effects(self.a, self.b, self.participants(year), year)

    def _summed(self, name: str, scale: str, year: int | None) -> Sums:
        year = self._year(year)
        if scale not in SCALES:
            raise ValueError(f"unknown scale {scale!r}; allowed: {', '.join(SCALES)}")
        key = (name, scale, year)
        if key not in self._sums:
            self._sums[key] = sums(
                self.a, self.b, indicator(name), scale, year, self.participants(year)
            )
        return self._sums[key]

    def _year(self, year: int | None) -> int:
        if year is None:
            return self.years
        if isinstance(year, bool) or int(year) != year or not 0 <= year <= self.years:
            raise ValueError(f"year {year!r} was not lived; allowed: 0 to {self.years}")
        return int(year)


def twin(
    scenario: Scenario | str | os.PathLike[str] = "average",
    policy: PolicyLike = "continuous",
    baseline: PolicyLike = "none",
    seed: int = 1,
    overrides: dict[str, Any] | None = None,
    years: int | None = None,
) -> Twin:
    """Live a scenario with a policy and with a baseline, on the same luck.

    Parameters
    ----------
    scenario
        A scenario, or the name or file of one; its own policy is set aside.
    policy, baseline
        Name or file of a policy, name of a programme, a `Policy`, or a scenario that differs in
        its policy only.
    seed
        Luck of both worlds, 0 to 2**63 - 1.
    overrides
        Differences by key, for both worlds, where ``scenario`` is a name or a file.
    years
        Years to live; default the horizon of the scenario.

    Raises
    ------
    ScenarioError
        For anything unknown or out of range.
    """
    if not isinstance(scenario, Scenario):
        scenario = load(scenario, policy="none", overrides=overrides)
    elif overrides:
        raise ValueError("overrides go with the name or file of a scenario, not with one in hand")
    return Twin(with_policy(scenario, policy), with_policy(scenario, baseline), seed, years)


def _uncrowded(scenario: Scenario) -> Scenario:
    mechanisms = scenario.mechanisms.model_copy(update={"crowding": False})
    return scenario.model_copy(update={"mechanisms": mechanisms})


def _unit(unit: int | None, scale: str, units: int) -> int | None:
    """Return the unit asked for; the only one of the neighbourhood, None for all of a scale."""
    if unit is None:
        return 0 if scale == "neighbourhood" else None
    whole = isinstance(unit, int | np.integer) and not isinstance(unit, bool)
    if not whole or not 0 <= unit < units:
        raise ValueError(f"there is no {scale} {unit!r}; allowed: 0 to {units - 1}")
    return int(unit)
