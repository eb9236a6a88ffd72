"""The arms of a study at all its points and in all its worlds, built and checked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..scenarios import Problem, Scenario, ScenarioError
from .composing import value_at
from .ensemble import Ensemble
from .study_bases import Bases
from .study_file import Written

if TYPE_CHECKING:
    from .runs import Run

#: Problems that are told of; more say nothing new.
_TOLD = 5
#: Points that are wrong after which no more are tried.
_TRIED = 25
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


@dataclass(frozen=True)
class Builder:
    """Builds the arms of a study.

    Attributes
    ----------
    written, bases
        The study as it is written, and its arms before anything varies.
    points
        Settings of each point.
    varying
        Keys that vary, in order.
    ensemble
        Plausible worlds, or None.
    needs_twin
        Whether every arm has a twin.
    """

    written: Written
    bases: Bases
    points: Sequence[Mapping[str, Any]]
    varying: tuple[str, ...]
    ensemble: Ensemble | None
    needs_twin: bool

    def build(self, told: Callable[[int], None] | None = None) -> list[Arm]:
        """Return every arm; ``told`` hears how many points are done.

        Raises
        ------
        ScenarioError
            For what cannot be run: of each key that is wrong the first point where it is.
        """
        self.bases.check(self.needs_twin)
        for key in (*self.written.settings, *self.varying):
            self.bases.with_key(key)
        worlds = self._worlds()
        arms: list[Arm] = []
        wrong: dict[tuple[str, str], Problem] = {}
        tried = 0
        for number, point in enumerate(self.points):
            for world, of_world in worlds.items():
                try:
                    arms += self._arms_at(number, point, world, of_world)
                except ScenarioError as error:
                    tried += 1
                    for one in error.problems:
                        found = self._at_point(one, number, point, world)
                        wrong.setdefault((found.where, found.key), found)
            if len(wrong) >= _TOLD or tried >= _TRIED:
                break
            if told is not None:
                told(number + 1)
        if wrong:
            raise ScenarioError(list(wrong.values())[:_TOLD])
        return arms

    def _worlds(self) -> Mapping[str, Mapping[str, Any]]:
        """Return the settings of each world; refuse those that hold nowhere, or are set twice."""
        if self.ensemble is None:
            return {"": {}}
        for key in self.ensemble.keys:
            if key in self.written.paths:
                path = self.written.paths[key]
                raise self.written.problem(path, "the file of worlds sets it too")
            try:
                self.bases.with_key(key)
            except ScenarioError as error:
                where = self.ensemble.where
                found = (replace(one, where=where, key=key, line=None) for one in error.problems)
                raise ScenarioError(found) from None
        return self.ensemble.worlds

    def _arms_at(
        self, number: int, point: Mapping[str, Any], world: str, of_world: Mapping[str, Any]
    ) -> Iterator[Arm]:
        composer = self.bases.composer
        stated = {**self.written.settings, **of_world, **point}
        settings = {
            key: self.written.located(one) if isinstance(one, str) else one
            for key, one in stated.items()
        }
        baseline = composer.scenario(self.bases.baseline, settings) if self.needs_twin else None
        for policy in self.bases.policies:
            scenario = composer.scenario(policy, settings)
            labels = {
                key: _scalar(value_at(scenario, key), point.get(key))
                if composer.concerns(policy, key)
                else None
                for key in self.varying
            }
            yield Arm(scenario, baseline, world, number, labels)

    def _at_point(
        self, problem: Problem, number: int, point: Mapping[str, Any], world: str
    ) -> Problem:
        """Return a problem of an arm as one of the line, the point and the world that make it."""
        if problem.where != "override":
            return problem
        of_world = () if self.ensemble is None else self.ensemble.keys
        asked = problem.key.split(", ")[0]
        key = next(
            (one for one in (*self.written.paths, *of_world) if _is_under(asked, one)), asked
        )
        if self.ensemble is not None and key in of_world:
            return replace(problem, where=self.ensemble.where, key=f"{key} ({world})")
        varies = key in point
        found = self.written.setting_problem(key, number + 1 if varies else None, problem)
        if not varies:
            return found
        shown = [f"{name} = {_short(point[name])}" for name in list(point)[:_SHOWN]]
        dots = ", ..." if len(point) > _SHOWN else ""
        words = f"point {number + 1} ({', '.join(shown)}{dots}): {found.message}"
        return replace(found, message=words)


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
    return json.dumps(value, sort_keys=True, default=str)
