"""Living the points of a design and reading an outcome off them: by point, policy and luck.

What sensitivity and frontier share. All points have the same luck, policies at a point share
everything but their calendars, and calendars pay as much as each other. With an ensemble every
point is lived in every plausible world, and its outcome with a luck is the mean over worlds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ..scenarios import Policy
from .assumptions import Assumption, with_design, with_points
from .composing import value_at
from .ensemble import Ensemble
from .equal_money import Money, equalised
from .study import Arm, Study
from .study_file import Written

if TYPE_CHECKING:
    from .manifest import Manifest
    from .runs import Run
    from .store import Store

#: Hears how many runs of a piece of work are done, of how many.
Told = Callable[[int, int], None]


class Unfinished(RuntimeError):  # noqa: N818 -- it names a state of the work
    """Runs failed, or an outcome has no number everywhere, so there is no answer yet."""


@dataclass(frozen=True)
class Crew:
    """Who lives the runs: as `runner.run_all` takes it."""

    executor: Executor | None = None
    workers: int | None = None
    retry_failed: bool = False


@dataclass(frozen=True)
class Ground:
    """What all points of an analysis share.

    Attributes
    ----------
    written
        The study, with a range for every assumption.
    assumptions
        What varies.
    replicates
        Number of lucks.
    money
        What of the calendars is made equal; see `equal_money`.
    kind
        Name of the analysis, for the record.
    ensemble
        Plausible worlds in which every point is lived; None for the scenario's own only.
    """

    written: Written
    assumptions: tuple[Assumption, ...]
    replicates: int
    money: Money
    kind: str
    ensemble: Ensemble | None = None
    _equalised: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def study(self) -> Study:
        """The study at the values that the scenario has, without points."""
        usual = with_design(self.written, "latin-hypercube", 1)
        return Study(usual, self.ensemble, self.replicates)

    @property
    def worlds(self) -> int:
        """In how many plausible worlds every point is lived."""
        return 1 if self.ensemble is None else len(self.ensemble.worlds)

    def manifest(self, command: str = "") -> Manifest:
        """Return what a store of this analysis is told of it; how many points there are is open."""
        from .manifest import make_manifest

        content = self.study.content()
        content["vary"] = {"parameters": dict(self.written.axes), "seed": content["vary"]["seed"]}
        return make_manifest(
            {**content, "analysis": self.kind, "money": self.money},
            outcomes=self.study.asked.outcomes,
            years=self.study.asked.years,
            seeds=self.study.seeds,
            labels={one.key: "int" if one.span.whole else "float" for one in self.assumptions},
            command=command,
        )

    def at(self, points: Sequence[dict[str, Any]]) -> Points:
        """Return points, built and checked.

        Raises
        ------
        ScenarioError
            For a point that cannot be lived.
        """
        study = Study(with_points(self.written, list(points)), self.ensemble, self.replicates)
        arms = study.arms()
        count = len(study.policies)
        groups = [self._equal(arms[at : at + count]) for at in range(0, len(arms), count)]
        return Points(self, groups)

    def usual(self) -> dict[str, Any]:
        """Return the point at which every assumption is as the scenario has it."""
        return {
            one.key: int(one.usual) if one.span.whole else one.usual for one in self.assumptions
        }

    def of_unit(self, unit: np.ndarray, keys: Sequence[str]) -> list[dict[str, Any]]:
        """Return points of the unit cube as settings."""
        spans = {one.key: one.span for one in self.assumptions}
        return [
            {key: spans[key].at(share) for key, share in zip(keys, row, strict=True)}
            for row in unit.tolist()
        ]

    def _equal(self, arms: Sequence[Arm]) -> list[Arm]:
        """Return the arms of a point, their calendars paying as much; labels tell every assumption."""
        policies = self._paying_equally(arms)
        return [
            replace(
                one,
                scenario=one.scenario.model_copy(
                    update={"policy": policies[one.scenario.policy.key]}
                ),
                labels={each.key: value_at(one.scenario, each.key) for each in self.assumptions},
            )
            for one in arms
        ]

    def _paying_equally(self, arms: Sequence[Arm]) -> dict[str, Policy]:
        """Return the policies of a point at equal money; worked out once for points that share them."""
        own = [one.scenario.policy for one in arms]
        scenario = arms[0].scenario
        # What a calendar pays depends on policy, horizon and discount rate, and on nothing else.
        rate = scenario.parameters.counterforces.discount_rate
        case = (*map(id, own), scenario.months, rate)
        if case not in self._equalised:
            scaled = equalised(scenario, own, self.money)
            self._equalised[case] = own, {key: one.policy for key, one in scaled.items()}
        return self._equalised[case][1]


@dataclass(frozen=True)
class Points:
    """Points to be lived: for each, in each plausible world, the arms of all policies.

    Attributes
    ----------
    ground
        What they share.
    arms
        By point in a world and policy; all worlds of the first point come first.
    """

    ground: Ground
    arms: list[list[Arm]]

    @cached_property
    def runs(self) -> list[list[list[Run]]]:
        """By luck, point in a world and policy."""
        return [
            [[arm.run(seed) for arm in point] for point in self.arms]
            for seed in self.ground.study.seeds
        ]

    def distinct(self) -> Iterator[Run]:
        """Yield every run once, all points with the first luck first."""
        seen: set[str] = set()
        for of_luck in self.runs:
            for point in of_luck:
                for run in point:
                    if run.key not in seen:
                        seen.add(run.key)
                        yield run

    def live(self, store: Store, crew: Crew, told: Told | None = None) -> None:
        """Live what the store has not got yet.

        Raises
        ------
        Unfinished
            When a run failed; the others are kept.
        StoreError, ExecutorError, KeyboardInterrupt
            As `runner.run_all`.
        """
        from .runner import run_all

        runs = list(self.distinct())
        known = store.done()
        here = sum(run.key in known for run in runs)
        before = len(known)

        def tell(done: int, failed: int) -> None:
            if told is not None:
                told(min(here + done - before + failed, len(runs)), len(runs))

        finished = run_all(
            runs,
            self.ground.study.asked,
            store,
            total=len(runs),
            executor=crew.executor,
            workers=crew.workers,
            told=tell,
            retry_failed=crew.retry_failed,
        )
        store.flush()
        if finished.exit_code:
            self._tell_failed(store)

    def _tell_failed(self, store: Store) -> None:
        failed = store.failed()
        keys = {run.key for run in self.distinct()}
        own = failed[failed["key"].isin(list(keys))]
        if len(own):
            first = own.iloc[0]
            raise Unfinished(
                f"{len(own)} of {len(keys)} runs failed, the first at {first['origin']}:"
                f" {first['message']}"
            )

    def values(self, store: Store, outcome: str, year: int) -> np.ndarray:
        """Return an outcome at the end of a year, shape ``(points, policies, replicates)``.

        With an ensemble that of each luck is the mean over worlds: lucks then differ by luck alone.

        Raises
        ------
        Unfinished
            When it has no number somewhere: indices and boxes need all of them.
        """
        frame = store.frame(columns=["key", outcome], where={"year": year})
        found = dict(zip(frame["key"], frame[outcome].astype(float), strict=True))
        values = np.array(
            [[[found[run.key] for run in point] for point in of_luck] for of_luck in self.runs],
            dtype=np.float64,
        ).transpose(1, 2, 0)
        missing = int((~np.isfinite(values)).sum())
        if missing:
            raise Unfinished(
                f"{outcome} has no number in {missing} of {values.size} runs; choose another"
                " outcome"
            )
        shape = -1, self.ground.worlds, *values.shape[1:]
        return values.reshape(shape).mean(axis=1)
