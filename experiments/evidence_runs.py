"""Living the ground of some claims once, and measuring them on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from types import MappingProxyType

from ..scenarios import Scenario
from .claims import Claim, Ground
from .documented import Period, lived_period
from .evidence_measures import MEASURES
from .lived import Lived
from .patterns import Panel, observe
from .twins import Twin

#: How far the luck of a comparison neighbourhood is from that of the replicates.
_ELSEWHERE = 2**40

_NONE: Mapping[str, float] = MappingProxyType({})


class Bench:
    """One ground with one luck; each of its worlds is lived when it is first asked for, and once.

    Attributes
    ----------
    ground : Ground
        What is lived.
    seed : int
        Its luck.
    """

    def __init__(self, ground: Ground, seed: int, parameters: Mapping[str, float] = _NONE) -> None:
        self.ground = ground
        self.seed = seed
        self._parameters = parameters
        self._elsewhere: dict[int, Lived] = {}

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario with the policy."""
        return self.ground.scenario(self._parameters)

    @cached_property
    def panel(self) -> Panel:
        """Everybody in the world with the policy, month by month, as a register would see them."""
        return observe(self.scenario, self.seed, self.ground.years)

    @cached_property
    def pair(self) -> Twin:
        """The world with the policy and its twin with the baseline."""
        return Twin(self.scenario, self.ground.twin_scenario(self._parameters), self.seed)

    def elsewhere(self, number: int = 1) -> Lived:
        """Return another neighbourhood like it: the baseline on other luck, to be compared with."""
        if number not in self._elsewhere:
            scenario = self.ground.twin_scenario(self._parameters)
            seed = (self.seed + number * _ELSEWHERE) % 2**63
            self._elsewhere[number] = Lived(scenario, seed)
        return self._elsewhere[number]

    @cached_property
    def period(self) -> Period:
        """The tables of the only programme, up to the end of its documented period."""
        (key,) = self.scenario.policy.programmes
        return lived_period(self.scenario, key, self.seed)

    @property
    def world(self) -> Lived:
        """The world with the policy."""
        return self.pair.a if self.ground.twin else self._alone

    @cached_property
    def _alone(self) -> Lived:
        return Lived(self.scenario, self.seed)


def measure_ground(
    ground: Ground,
    claims: Sequence[Claim],
    seed: int,
    parameters: Mapping[str, float] = _NONE,
) -> dict[str, float]:
    """Live a ground once and return the value of every claim on it.

    Parameters
    ----------
    ground
        What is lived; its twin too where the ground has one.
    claims
        Those to be measured, all on this ground.
    seed
        Luck, 0 to 2**63 - 1.
    parameters
        Parameter key -> value, in both worlds.

    Returns
    -------
    dict
        Key of the claim -> value; NaN where this replicate cannot tell.

    Raises
    ------
    ScenarioError
        For a parameter that is unknown or out of range.
    ValueError
        For a claim on another ground.
    """
    for one in claims:
        if one.ground != ground:
            raise ValueError(f"claim {one.key} is not measured on this ground")
    bench = Bench(ground, seed, parameters)
    return {one.key: float(MEASURES[one.measure].of(bench, **one.settings)) for one in claims}
