"""The arms of a comparison: policies by horizon and plausible world, with equal money over each."""

from __future__ import annotations

import os
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import BaseModel

from ..scenarios import OF_POLICY, Policy, Scenario, ScenarioError, load, load_policy, with_policy
from .composing import Composer
from .ensemble import Ensemble
from .equal_money import MONEY, Money, beginning, equalised

if TYPE_CHECKING:
    from .manifest import Manifest
    from .runs import Asked, Run

#: A policy by name, by file, in hand, or that of a scenario which differs in nothing else.
PolicyLike = str | os.PathLike[str] | Policy | Scenario

#: The shipped study of continuity, and the horizons at which calendars are compared.
CONTINUITY = ("continuous", "carousel", "sprint", "marathon")
HORIZONS = (5, 10, 20, 30)
#: Policies that a table and a figure have room for.
MOST_ARMS = 8
GROUPS = ("participants", "people", "neighbourhood")
#: What the order of calendars is taken from, unless somebody else's figure is asked.
MAIN = "rung_years.participants"
#: What is kept of every run.
KEPT = (
    *(f"rung_years.{group}" for group in GROUPS),
    "extra_eur",
    "gap.mean_rung",
    "trust",
    "trust_participants",
    "months_without_service",
    "supported_months",
    "unsupported_months",
    "relations_broken",
    "starts",
    "completions",
    "granted_eur",
    "money_eur",
    "money_present_eur",
    "start_up_eur",
    "returned_eur",
    "saved_eur",
)


class Cell(NamedTuple):
    """One arm: a policy over a horizon in a plausible world."""

    world: str
    policy: str
    horizon: int


@dataclass(frozen=True, eq=False)
class Arms:
    """What is compared, built and checked before anything is lived.

    Attributes
    ----------
    scenarios : dict
        Scenario of every cell; its years are the horizon.
    baselines : dict
        (world, horizon) -> the scenario of the twin.
    money : str
        What is equal; one of `MONEY`.
    ensemble : Ensemble or None
        The plausible worlds.
    """

    scenarios: Mapping[Cell, Scenario]
    baselines: Mapping[tuple[str, int], Scenario]
    money: Money
    ensemble: Ensemble | None = None

    @cached_property
    def policies(self) -> tuple[str, ...]:
        """Keys of the policies, in the order asked."""
        return tuple(dict.fromkeys(cell.policy for cell in self.scenarios))

    @cached_property
    def horizons(self) -> tuple[int, ...]:
        """Years, ascending."""
        return tuple(sorted({cell.horizon for cell in self.scenarios}))

    @cached_property
    def worlds(self) -> tuple[str, ...]:
        """Names of the plausible worlds; one empty name without an ensemble."""
        return tuple(dict.fromkeys(cell.world for cell in self.scenarios))

    def scenario(self, policy: str, horizon: int | None = None) -> Scenario:
        """Return the scenario of an arm in the first world; default the longest horizon."""
        return self.scenarios[Cell(self.worlds[0], policy, horizon or self.horizons[-1])]

    @property
    def baseline(self) -> Scenario:
        """The scenario of the twin in the first world over the longest horizon."""
        return self.baselines[self.worlds[0], self.horizons[-1]]

    # -- what is lived ------------------------------------------------------------------------

    @cached_property
    def sources(self) -> dict[Cell, Cell]:
        """From which cell each is read: its own, or one that begins with the very same months.

        Continuous money over five years is the beginning of continuous money over thirty; scaled
        to equal money, other calendars can become the same too. What is equal is lived once.
        """
        found: dict[Cell, Cell] = {}
        order = sorted(self.scenarios, key=lambda cell: -cell.horizon)
        seen: dict[tuple[int, str, Hashable], Cell] = {}
        for cell in order:
            key = (cell.horizon, cell.world, self._beginning(cell, cell.horizon))
            if key not in seen:
                # A life serves every shorter horizon that it begins with.
                for years in self.horizons:
                    if years <= cell.horizon:
                        serves = (years, cell.world, self._beginning(cell, years))
                        seen.setdefault(serves, cell)
            found[cell] = seen[key]
        return {cell: found[cell] for cell in self.scenarios}

    def _beginning(self, cell: Cell, years: int) -> Hashable:
        twin = self.baselines[cell.world, cell.horizon]
        return beginning(self.scenarios[cell], years), beginning(twin, years)

    @cached_property
    def lived(self) -> tuple[Cell, ...]:
        """Cells that are lived, short horizons first: they give the first results."""
        own = dict.fromkeys(self.sources.values())
        return tuple(sorted(own, key=lambda cell: (cell.horizon, self.worlds.index(cell.world))))

    def same_as(self, policy: str) -> str:
        """Return the first policy that is month for month the same as this one, over all horizons."""
        for other in self.policies:
            if all(
                self.sources[Cell(world, policy, horizon)]
                == self.sources[Cell(world, other, horizon)]
                for world in self.worlds
                for horizon in self.horizons
            ):
                return other
        return policy

    def asked(self) -> Asked:
        """Return what is kept of every run: the same outcomes at the end of every horizon."""
        from .runs import Asked

        return Asked(KEPT, self.horizons)

    def seeds(self, first: int, replicates: int) -> tuple[int, ...]:
        """Return the luck of every replicate, world by world: the same for all policies there.

        Worlds have lucks of their own. Were one luck shared by all, what it does to a policy would
        count as often as there are worlds, and no interval over worlds would hold it.
        """
        return tuple(range(first, first + replicates * len(self.worlds)))

    def runs(self, seeds: Sequence[int]) -> Iterator[Run]:
        """Yield all runs, those of one replicate after each other.

        ``seeds`` are those of whole replicates, as `seeds` returns them.
        """
        from .runs import Run

        worlds = len(self.worlds)
        for at in range(0, len(seeds), worlds):
            luck = dict(zip(self.worlds, seeds[at : at + worlds], strict=True))
            for cell in self.lived:
                yield Run(
                    self.scenarios[cell],
                    luck[cell.world],
                    self.baselines[cell.world, cell.horizon],
                    cell.world,
                    {"horizon": cell.horizon},
                )

    def manifest(self, seeds: Sequence[int], command: str = "") -> Manifest:
        """Return what a store of these arms is of."""
        from .manifest import make_manifest

        first = next(iter(self.scenarios.values()))
        study = {
            "kind": "compare",
            "name": f"compare-{first.name}",
            # How many runs each replicate asks for, and with how many lucks.
            "arms": len(self.lived),
            "lucks": len(self.worlds),
            "scenario": first.name,
            "place": first.place.key,
            "policies": list(self.policies),
            "baseline": self.baseline.policy.key,
            "horizons": list(self.horizons),
            "money": self.money,
            "worlds": list(self.worlds) if self.ensemble else [],
            "keys": {
                f"{cell.world}/{cell.policy}/{cell.horizon}": scenario.key()
                for cell, scenario in self.scenarios.items()
            },
            "twins": {
                f"{world}/{horizon}": scenario.key()
                for (world, horizon), scenario in self.baselines.items()
            },
            "replicates": len(seeds) // len(self.worlds),
        }
        return make_manifest(
            study,
            outcomes=KEPT,
            years=self.horizons,
            seeds=seeds,
            labels={"horizon": "int"},
            command=command,
        )


# -- building ---------------------------------------------------------------------------------


def arms_of(
    scenario: Scenario | str | os.PathLike[str] = "average",
    policies: Sequence[PolicyLike] | None = None,
    *,
    baseline: PolicyLike = "none",
    horizons: Sequence[int] = HORIZONS,
    money: Money = "total",
    ensemble: Ensemble | str | os.PathLike[str] | None = None,
    overrides: Mapping[str, Any] | None = None,
) -> Arms:
    """Return the arms of a comparison, every scenario of it built and checked.

    Parameters
    ----------
    scenario
        A scenario, or the name or file of one; its own policy and years are set aside.
    policies
        At least two: names, files or policies; default the shipped study of continuity.
    baseline
        What gains are measured against.
    horizons
        Years, ascending, each 1 to 100; money is equal over each by itself.
    money
        ``"total"``, ``"present-value"`` or ``"as-is"``.
    ensemble
        Plausible worlds, or their file.
    overrides
        Differences by key for all arms, where ``scenario`` is a name or a file.

    Raises
    ------
    ScenarioError, ValueError
        For anything unknown, out of range, or that cannot be compared.
    """
    check_horizons(horizons)
    if money not in MONEY:
        raise ValueError(f"unknown money {money!r}; allowed: {', '.join(MONEY)}")
    asked = list(CONTINUITY if policies is None else policies)
    ensemble = Ensemble.of(ensemble)
    last = horizons[-1]
    scenarios: dict[Cell, Scenario] = {}
    baselines: dict[tuple[str, int], Scenario] = {}
    building = _Building(scenario, dict(overrides or {}), last)
    for world, settings in (ensemble.worlds if ensemble else {"": {}}).items():
        try:
            bare, own, twin = building.world(asked, baseline, settings)
        except ScenarioError as error:
            raise (ensemble.named(error, world) if ensemble else error) from None
        _check_policies([policy.key for policy in own])
        for horizon in horizons:
            shorter = bare.model_copy(update={"years": horizon})
            baselines[world, horizon] = with_policy(shorter, twin)
            for key, arm in equalised(shorter, own, money).items():
                scenarios[Cell(world, key, horizon)] = arm
    # By world and policy, horizons last: the order of tables.
    place = {key: at for at, key in enumerate(dict.fromkeys(cell.policy for cell in scenarios))}
    ordered = sorted(scenarios, key=lambda cell: place[cell.policy])
    return Arms({cell: scenarios[cell] for cell in ordered}, baselines, money, ensemble)


class _Building:
    """Makes the scenario and the policies of a plausible world."""

    def __init__(
        self, scenario: Scenario | str | os.PathLike[str], overrides: dict[str, Any], years: int
    ) -> None:
        self._overrides = overrides
        self._years = years
        self._given = scenario if isinstance(scenario, Scenario) else None
        if self._given is not None and overrides:
            raise ValueError(
                "overrides go with the name or file of a scenario, not with one in hand"
            )
        self._name = "" if isinstance(scenario, Scenario) else str(os.fspath(scenario))
        self._composer = Composer(self._name, years) if self._given is None else None

    def world(
        self, policies: Sequence[PolicyLike], baseline: PolicyLike, settings: Mapping[str, Any]
    ) -> tuple[Scenario, list[Policy], Policy]:
        """Return the scenario without a policy, the policies, and that of the twin."""
        settings = {**self._overrides, **settings}
        if self._composer is None:
            bare = self._bare(settings)
        else:
            of_world = {k: v for k, v in settings.items() if self._composer.concerns("none", k)}
            bare = self._composer.scenario("none", of_world)
        return (
            bare,
            [self._policy(one, settings) for one in policies],
            self._policy(baseline, settings),
        )

    def _policy(self, asked: PolicyLike, settings: Mapping[str, Any]) -> Policy:
        if isinstance(asked, Policy):
            return asked
        if isinstance(asked, Scenario):
            base = self._given or load(self._name, "none", self._overrides)
            years = {"years": asked.years}
            return with_policy(base.model_copy(update=years), asked).policy
        name = str(os.fspath(asked))
        if self._composer is None:
            return load_policy(name)
        own = {k: v for k, v in settings.items() if k.split(".")[0] in OF_POLICY}
        return self._composer.scenario(name, own).policy

    def _bare(self, settings: Mapping[str, Any]) -> Scenario:
        assert self._given is not None
        bare = self._given.model_copy(update={"policy": Policy(), "years": self._years})
        if not settings:
            return bare
        # Keys are checked as those of any scenario are; what they change is taken from there.
        changed = load(bare.place.key, "none", settings)
        usual = load(bare.place.key, "none")
        update = {}
        for part in ("parameters", "mechanisms"):
            mine, theirs, default = (getattr(one, part) for one in (bare, changed, usual))
            update[part] = _with_changes(mine, theirs, default)
        if changed.place != usual.place:
            raise ValueError("figures of worlds go with the name or file of a scenario")
        return bare.model_copy(update=update)


def _with_changes(mine: Any, changed: Any, usual: Any) -> Any:
    """Return a group of settings with what another changes in the usual one."""
    update = {}
    for name in type(mine).model_fields:
        new, old = getattr(changed, name), getattr(usual, name)
        if new != old:
            own = getattr(mine, name)
            nested = isinstance(own, BaseModel)
            update[name] = _with_changes(own, new, old) if nested else new
    return mine.model_copy(update=update) if update else mine


def check_horizons(horizons: Sequence[int]) -> None:
    """Refuse horizons that are not years from 1 to 100 in ascending order; raise ValueError."""
    if not horizons:
        raise ValueError("no horizons; allowed: years from 1 to 100, ascending")
    for year in horizons:
        if isinstance(year, bool) or int(year) != year or not 1 <= year <= 100:
            raise ValueError(f"horizon {year!r}; allowed: years from 1 to 100")
    if any(late <= soon for soon, late in pairwise(horizons)):
        shown = ", ".join(str(year) for year in horizons)
        raise ValueError(f"horizons {shown} do not ascend; state each once, the shortest first")


def _check_policies(keys: Sequence[str]) -> None:
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice is not None and len(set(keys)) == 1:
        raise ValueError(f"policy {twice!r} is compared with itself; state two different ones")
    if twice is not None:
        raise ValueError(f"policy {twice!r} is there twice")
    if len(keys) < 2:
        raise ValueError("a comparison needs two policies or more")
    if len(keys) > MOST_ARMS:
        raise ValueError(f"{len(keys)} policies; allowed: at most {MOST_ARMS}")
