"""A study: arms by points by worlds by luck, all built and checked before the first run."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..scenarios import Policy, Problem, Scenario, ScenarioError, nearest_name
from ..scenarios.document import Document
from .composing import Composer, value_at
from .design_of import design_of
from .designs import Design
from .ensemble import Ensemble
from .study_file import Written, read_study, written

if TYPE_CHECKING:
    from .manifest import Manifest
    from .runs import Asked, Run

#: Points with something wrong that are told of; more say nothing new.
_TOLD = 5
#: Shown of the settings of a point in an error.
_SHOWN = 4


@dataclass(frozen=True)
class Arm:
    """One policy at one point in one plausible world, to be lived once for every luck.

    Attributes
    ----------
    scenario, baseline
        What is lived, and beside what; no baseline where no outcome needs a twin.
    world
        Name of the plausible world, empty without an ensemble.
    point
        Number of the point, from 0.
    labels
        What varies, by key: the value in this arm, and None where the arm has no such thing.
    """

    scenario: Scenario
    baseline: Scenario | None
    world: str
    point: int
    labels: Mapping[str, Any]

    def run(self, seed: int) -> Run:
        """Return the run of this arm with a luck."""
        from .runs import Run

        return Run(self.scenario, seed, self.baseline, self.world, self.labels)


@dataclass(frozen=True, eq=False)
class Study:
    """A study, ready to be lived; made by `read` or `of`.

    Attributes
    ----------
    written
        What is stated, and where.
    ensemble
        Plausible worlds in which every arm is lived; None for the scenario's own only.
    replicates
        Number of lucks.
    """

    written: Written
    ensemble: Ensemble | None = None
    replicates: int = 1
    _made: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    # -- making ---------------------------------------------------------------------------------

    @classmethod
    def read(cls, asked: str | Path) -> Study:
        """Return the study in a file, or the shipped one with this name.

        Raises
        ------
        ScenarioError
            For anything unknown, of the wrong type or out of range in the file. What it says of
            scenarios is checked by `check`.
        """
        return cls._begun(read_study(asked))

    @classmethod
    def of(cls, stated: Mapping[str, Any], folder: str | Path = "") -> Study:
        """Return the study with these keys, as a file would state them.

        Parameters
        ----------
        stated
            ``{"scenario": "wielwijk", "vary": {"parameters": {...}}, ...}``.
        folder
            Folder that paths in it are meant from.
        """
        return cls._begun(written(Document("study", "", dict(stated)), "study", Path(folder)))

    @classmethod
    def _begun(cls, found: Written) -> Study:
        return cls(found, None, found.file.replicates)

    def with_replicates(self, replicates: int) -> Study:
        """Return the same study with another number of lucks; raise ValueError for less than one."""
        if isinstance(replicates, bool) or not 1 <= replicates <= 100_000:
            raise ValueError(f"replicates {replicates!r}; allowed: 1 to 100000")
        return replace(self, replicates=replicates)

    def with_ensemble(self, ensemble: Ensemble | None) -> Study:
        """Return the same study in these plausible worlds."""
        return replace(self, ensemble=ensemble, _made={})

    # -- what is asked --------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """Name of the study."""
        return self.written.file.name

    @cached_property
    def policies(self) -> tuple[str | None, ...]:
        """Policies as `load` takes them; None for the scenario's own."""
        named = self.written.file.policies
        return (None,) if named is None else tuple(map(self.written.located, named))

    @cached_property
    def design(self) -> Design:
        """The design; raises ScenarioError when it is empty or contradicts itself."""
        return design_of(self.written, self._base_of_axis)

    @cached_property
    def asked(self) -> Asked:
        """Outcomes and years; raises ScenarioError for unknown ones, and years past the horizon."""
        from .outcomes import OUTCOMES, outcome
        from .runs import Asked

        file = self.written.file
        for name in file.outcomes:
            try:
                outcome(name)
            except ValueError as error:
                message, _, rest = str(error).partition("; allowed: ")
                allowed = rest.partition("; did you mean")[0]
                near = nearest_name(name, OUTCOMES)
                raise self.written.problem(("outcomes",), message, allowed, near) from None
        years = self.years
        for year in file.at or ():
            if not 1 <= year <= years:
                raise self.written.problem(
                    ("at",), f"year {year} is not within the {years} years", f"1 to {years} years"
                )
        return Asked(tuple(file.outcomes), tuple(sorted(file.at or (years,))))

    @property
    def years(self) -> int:
        """Horizon."""
        return self._base(self.policies[0]).years

    @property
    def seeds(self) -> tuple[int, ...]:
        """The luck of each replicate."""
        first = self.written.file.seed
        return tuple(range(first, first + self.replicates))

    @property
    def needs_twin(self) -> bool:
        """Whether an outcome compares with a twin."""
        from .outcomes import needs_of

        return needs_of(self.asked.outcomes) != "run"

    # -- what is lived --------------------------------------------------------------------------

    def points(self) -> list[dict[str, Any]]:
        """Return the settings of every point, in order; a study in which nothing varies has one."""
        if "points" not in self._made:
            self._made["points"] = self.design.points()
        return self._made["points"]

    def arms(self) -> list[Arm]:
        """Return every policy at every point in every world, all built and checked.

        Raises
        ------
        ScenarioError
            For what cannot be run, with the line of the study, the point and its settings.
        """
        if "arms" not in self._made:
            self._made["arms"] = self._built(None)
        return self._made["arms"]

    def check(self, told: Callable[[int], None] | None = None) -> None:
        """Build and check everything; ``told`` hears how many points are done.

        Raises
        ------
        ScenarioError
            As `arms`.
        """
        _ = self.asked
        if "arms" not in self._made:
            self._made["arms"] = self._built(told)

    @property
    def total(self) -> int:
        """Number of runs."""
        return len(self._distinct()) * self.replicates

    def runs(self) -> Iterator[Run]:
        """Yield every run once: all arms with the first luck, then all with the second."""
        arms = self._distinct()
        for seed in self.seeds:
            for arm in arms:
                yield arm.run(seed)

    def _distinct(self) -> list[Arm]:
        """Return the arms without those that a design has twice, as rounding to whole numbers can."""
        if "distinct" not in self._made:
            found: dict[Any, Arm] = {}
            for arm in self.arms():
                found.setdefault((arm.scenario.policy.key, arm.world, *arm.labels.values()), arm)
            self._made["distinct"] = list(found.values())
        return self._made["distinct"]

    # -- the record -----------------------------------------------------------------------------

    def manifest(self, command: str = "") -> Manifest:
        """Return what a store of this study is told of it."""
        from .manifest import make_manifest

        return make_manifest(
            self.content(),
            outcomes=self.asked.outcomes,
            years=self.asked.years,
            seeds=self.seeds,
            labels=self._kinds(),
            command=command,
        )

    def content(self) -> dict[str, Any]:
        """Return the resolved content of the study, as JSON can hold it.

        Names of files stand in it without their folders, and with the key of what is in them.
        """
        file = self.written.file
        design = self.design
        content: dict[str, Any] = {
            "name": self.name,
            "scenario": Path(file.scenario).name,
            "policies": {
                self._base(one).policy.key: self._base(one).key() for one in self.policies
            },
            "baseline": self._base(self._baseline).key() if self.needs_twin else None,
            "years": self.years,
            "seed": file.seed,
            "replicates": self.replicates,
            "arms": len(self._distinct()),
            "set": dict(self.written.settings),
            "vary": {"design": design.kind, "points": len(design)},
            "ensemble": None if self.ensemble is None else self.ensemble.content,
        }
        if design.kind == "list":
            content["vary"]["points"] = [dict(point) for point in design.listed]
        elif design.axes:
            content["vary"]["parameters"] = dict(self.written.axes)
        if design.kind not in ("grid", "list"):
            content["vary"] |= {"samples": design.samples, "seed": design.seed}
        if design.kind == "morris":
            content["vary"]["levels"] = design.levels
        return json.loads(json.dumps(content, default=str))

    def _kinds(self) -> dict[str, str]:
        from .manifest import kind_of

        found: dict[str, str] = {}
        for key in self._varying():
            values = {arm.labels[key] for arm in self.arms()} - {None}
            found[key] = kind_of(values)
        return found

    # -- building -------------------------------------------------------------------------------

    @cached_property
    def _composer(self) -> Composer:
        return Composer(self.written.located(self.written.file.scenario), self.written.file.years)

    @property
    def _baseline(self) -> str:
        return self.written.located(self.written.file.baseline)

    def _base(self, policy: str | None) -> Scenario:
        """Return an arm without settings; what is wrong with it is told of the key that names it."""
        try:
            return self._composer.base(policy)
        except ScenarioError as error:
            raise ScenarioError([self._of_name(one, policy) for one in error.problems]) from None

    def _of_name(self, problem: Problem, policy: str | None) -> Problem:
        """Return a problem with a name as one of the line that states it; others as they are."""
        file, document = self.written.file, self.written.document
        if not (problem.allowed and not problem.line):
            return problem
        if problem.message.startswith("unknown policy"):
            asked_as = ("policies",) if policy in self.policies else ("baseline",)
            return document.problem(asked_as, problem.message, problem.allowed, problem.nearest)
        if problem.message == "unknown place":
            message = f"unknown place {file.scenario!r}"
            return document.problem(("scenario",), message, problem.allowed, problem.nearest)
        if problem.where == "override" and problem.key == "years":
            return document.problem(("years",), problem.message, problem.allowed)
        return problem

    def _base_of_axis(self, key: str) -> Scenario:
        """Return an arm in which a key can be looked up; raises where no arm has it."""
        arms = [
            one for one in self.policies if self._base(one) and self._composer.concerns(one, key)
        ]
        if not arms:
            self._refuse_for_all(key)
        return self._base(arms[0])

    def _refuse_for_all(self, key: str) -> None:
        """Refuse a setting that holds in no arm."""
        known = sorted(
            {name for one in self.policies for name in self._base(one).policy.programmes}
        )
        name = [*key.split("."), ""][1]
        if key.startswith("programmes."):
            message = f"no policy of the study has a programme {name!r}"
            allowed = ", ".join(known) or "these policies have no programmes"
        else:
            message, allowed = "the policy none does nothing, whatever is set", ""
        path = self.written.paths[key]
        raise self.written.problem(path, message, allowed, nearest_name(name, known))

    def _varying(self) -> tuple[str, ...]:
        """Return the keys that vary, in order."""
        if self.design.kind == "list":
            return tuple(dict.fromkeys(key for point in self.design.listed for key in point))
        return tuple(self.design.axes)

    def _worlds(self) -> Mapping[str, Mapping[str, Any]]:
        if self.ensemble is None:
            return {"": {}}
        for key in self.ensemble.keys:
            if key in self.written.settings or key in self._varying():
                path = self.written.paths[key]
                raise self.written.problem(path, "the file of worlds sets it too")
        return self.ensemble.worlds

    def _built(self, told: Callable[[int], None] | None) -> list[Arm]:
        """Build every arm; what is wrong is told of at most `_TOLD` points."""
        self._check_bases()
        varying, points, worlds = self._varying(), self.points(), self._worlds()
        arms: list[Arm] = []
        wrong: dict[tuple[str, str], Problem] = {}
        for number, point in enumerate(points):
            for world, of_world in worlds.items():
                try:
                    arms += self._arms_at(number, point, world, of_world, varying)
                except ScenarioError as error:
                    for one in error.problems:
                        found = self._at_point(one, number, point, world)
                        # The first point at which a key is wrong says it all.
                        wrong.setdefault((found.where, found.key), found)
            if len(wrong) >= _TOLD:
                break
            if told is not None:
                told(number + 1)
        if wrong:
            raise ScenarioError(list(wrong.values())[:_TOLD])
        return arms

    def _check_bases(self) -> None:
        """Refuse policies of the same name, and settings that hold nowhere."""
        names = [self._base(one).policy.key for one in self.policies]
        for name in names:
            if names.count(name) > 1:
                raise self.written.problem(("policies",), f"two policies are called {name!r}")
        if self.needs_twin:
            self._base(self._baseline)
        for key in (*self.written.settings, *self._varying()):
            self._base_of_axis(key)

    def _arms_at(
        self,
        number: int,
        point: Mapping[str, Any],
        world: str,
        of_world: Mapping[str, Any],
        varying: tuple[str, ...],
    ) -> Iterator[Arm]:
        settings = {**self.written.settings, **of_world, **point}
        baseline = None
        if self.needs_twin:
            baseline = self._composer.scenario(self._baseline, settings)
        for policy in self.policies:
            scenario = self._composer.scenario(policy, settings)
            labels = {
                key: _scalar(value_at(scenario, key), point.get(key))
                if self._composer.concerns(policy, key)
                else None
                for key in varying
            }
            yield Arm(scenario, baseline, world, number, labels)

    def _at_point(
        self, problem: Problem, number: int, point: Mapping[str, Any], world: str
    ) -> Problem:
        """Return a problem of an arm as one of the line, the point and the world that make it."""
        if problem.where != "override":
            return problem
        key = problem.key.split(", ")[0]
        key = next(
            (one for one in (*self.written.paths, *self._world_keys()) if _is_under(key, one)), key
        )
        if key in self._world_keys():
            assert self.ensemble is not None
            return replace(problem, where=self.ensemble.where, key=f"{key} ({world})")
        varies = key in point
        found = self.written.setting_problem(key, number + 1 if varies else None, problem)
        if not varies:
            return found
        shown = [f"{name} = {_short(point[name])}" for name in list(point)[:_SHOWN]]
        dots = ", ..." if len(point) > _SHOWN else ""
        return replace(
            found, message=f"point {number + 1} ({', '.join(shown)}{dots}): {found.message}"
        )

    def _world_keys(self) -> tuple[str, ...]:
        return () if self.ensemble is None else self.ensemble.keys


def _is_under(key: str, other: str) -> bool:
    plain = key.removeprefix("parameters."), other.removeprefix("parameters.")
    return plain[0] == plain[1] or plain[0].startswith(plain[1] + ".")


def _short(value: Any) -> Any:
    return f"{value:.4g}" if isinstance(value, float) else value


def _scalar(value: Any, stated: Any) -> float | int | str | bool | None:
    """Return the value of a setting as a column can hold it; tables and lists as text."""
    if value is None or (isinstance(stated, Mapping) and not isinstance(value, float | int)):
        value = stated
    if isinstance(value, float | int | str | bool) or value is None:
        return value
    if isinstance(value, Policy):
        return value.key
    return json.dumps(value, sort_keys=True, default=str)
