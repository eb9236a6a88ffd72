"""Which assumptions matter: one at a time, a screening of all, and indices of those that do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .assumptions import Assumption, with_ranges
from .ensemble import Ensemble
from .equal_money import Money
from .indices import (
    Indices,
    Screened,
    check_samples,
    converging,
    screened,
    screening_points,
    sobol_points,
)
from .intervals import mean_interval
from .noise import Split, split
from .points import Crew, Ground, Points
from .study import Study
from .study_file import Vary, Written, read_study

if TYPE_CHECKING:
    from .store import Store

#: Defaults of what a study and a command leave open.
KEEP, TRAJECTORIES, SAMPLES = 6, 10, 64
_DESIGNS = ("morris", "saltelli")
#: Hears which part of the work it is, how many runs of it are done, and of how many.
Told = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Question:
    """What is asked of a study.

    Attributes
    ----------
    ground
        What all points share.
    left_out
        Parameters of a group that have no range.
    outcome, year
        What is looked at, at the end of which year.
    keep
        For how many assumptions indices are worked out.
    trajectories, samples
        Size of the screening, and of the base sample of the indices.
    second_order
        Whether pairs of assumptions have indices as well.
    """

    ground: Ground
    left_out: tuple[str, ...]
    outcome: str
    year: int
    keep: int
    trajectories: int
    samples: int
    second_order: bool

    @property
    def policies(self) -> tuple[str, ...]:
        """Keys of the policies: one, or two of which the difference is looked at."""
        return tuple(arm.scenario.policy.key for arm in self.first_points.arms[0])

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """What varies."""
        return self.ground.assumptions

    @property
    def seed(self) -> int:
        """What the designs are drawn with."""
        return self.ground.written.file.vary.seed

    @cached_property
    def unit(self) -> np.ndarray:
        """The screening in the unit cube."""
        return screening_points(len(self.assumptions), self.trajectories, self.seed)

    @cached_property
    def first_points(self) -> Points:
        """The usual point, each assumption low and high by itself, and the screening."""
        usual = self.ground.usual()
        alone = [
            {**usual, one.key: end}
            for one in self.assumptions
            for end in (one.span.low, one.span.high)
        ]
        keys = [one.key for one in self.assumptions]
        return self.ground.at([usual, *alone, *self.ground.of_unit(self.unit, keys)])

    def runs(self) -> int:
        """Return how many runs there will be at most."""
        count = min(self.keep, len(self.assumptions))
        size = (2 * count if self.second_order else count) + 2
        arms = len(self.first_points.arms) + self.samples * size * self.ground.worlds
        return arms * len(self.policies) * self.ground.replicates


@dataclass(frozen=True)
class Ends:
    """The outcome with one assumption at an end of its range, the others as usual.

    Attributes
    ----------
    value : float
        The outcome, mean over replicates.
    change, low, high : float
        Difference with everything as usual on the same luck, and its 95% interval.
    """

    value: float
    change: float
    low: float
    high: float


@dataclass(frozen=True)
class Swing:
    """What one assumption does by itself, from one end of its range to the other."""

    assumption: Assumption
    at_low: Ends
    at_high: Ends

    @property
    def size(self) -> float:
        """Distance between the furthest of low, high and usual."""
        ends = (0.0, self.at_low.change, self.at_high.change)
        return max(ends) - min(ends)


@dataclass(frozen=True)
class Sensitivity:
    """The answer.

    Attributes
    ----------
    question : Question
        What was asked.
    usual : tuple of float
        The outcome with everything as usual: mean over replicates and its 95% interval.
    swings : tuple of Swing
        Every assumption by itself, the largest first.
    screened : tuple of Screened
        Every assumption while the others vary, the largest first.
    indices : tuple of Indices
        Of those that were kept, at growing sizes of the base sample; the last counts.
    split : Split
        What of the variance in the screening is assumptions and what is luck.
    """

    question: Question
    usual: tuple[float, float, float]
    swings: tuple[Swing, ...]
    screened: tuple[Screened, ...]
    indices: tuple[Indices, ...]
    split: Split

    @property
    def final(self) -> Indices:
        """The indices of the whole base sample."""
        return self.indices[-1]

    @property
    def kept(self) -> tuple[str, ...]:
        """The assumptions that have indices."""
        return self.final.keys

    def assumption(self, key: str) -> Assumption:
        """Return the assumption with this key."""
        return next(one for one in self.question.assumptions if one.key == key)

    @property
    def moved(self) -> float:
        """Largest change of a total index since half of the base sample; NaN with one size."""
        if len(self.indices) < 2:
            return float("nan")
        return float(np.abs(self.final.total - self.indices[-2].total).max())


def question(
    asked: Any,
    *,
    outcome: str | None = None,
    year: int | None = None,
    replicates: int | None = None,
    keep: int = KEEP,
    trajectories: int = TRAJECTORIES,
    samples: int | None = None,
    second_order: bool = False,
    money: Money = "total",
    ensemble: Ensemble | str | Path | None = None,
) -> Question:
    """Return a question with its screening built and checked, before anything is lived.

    Parameters
    ----------
    asked
        Name or path of a study, or one that is written: one policy, or two of which the
        difference is looked at (first minus second); ranges in ``vary.parameters``; design
        ``saltelli`` with samples, or none.
    outcome, year
        What is looked at; default the first outcome and the last year of the study.
    replicates
        Lucks at each point, 2 or more; default those of the study.
    keep, trajectories, samples, second_order
        See `Question`; samples are a power of two.
    money
        What of the calendars of two policies is made equal.
    ensemble
        Plausible worlds, or a file of them: what is looked at is the mean over worlds.

    Raises
    ------
    ScenarioError, ValueError
        For anything unknown or out of range.
    """
    written = asked if isinstance(asked, Written) else read_study(asked)
    vary = written.file.vary
    _check_design(written, vary)
    _check_policies(written)
    ready, found, left_out = with_ranges(written)
    count = replicates if replicates is not None else written.file.replicates
    if count < 2:
        raise ValueError(
            f"replicates {count}; allowed: 2 or more, to tell luck from what assumptions do"
        )
    if vary.design == "morris" and vary.samples is not None:
        trajectories = vary.samples
    if samples is None:
        samples = vary.samples if vary.design == "saltelli" and vary.samples else SAMPLES
    check_samples(samples)
    for name, value, least in (("keep", keep, 1), ("trajectories", trajectories, 2)):
        if value < least:
            raise ValueError(f"{name} {value}; allowed: {least} or more")
    ground = Ground(ready, tuple(found), count, money, "sensitivity", Ensemble.of(ensemble))
    ground.study.with_replicates(count)
    what, when = looked_at(ground.study, outcome, year)
    made = Question(ground, tuple(left_out), what, when, keep, trajectories, samples, second_order)
    _ = made.first_points
    return made


def _check_design(written: Written, vary: Vary) -> None:
    if "design" in vary.model_fields_set and vary.design not in _DESIGNS:
        raise written.problem(
            ("vary", "design"), f"design {vary.design!r} shows no sensitivity", ", ".join(_DESIGNS)
        )


def _check_policies(written: Written) -> None:
    count = len(written.file.policies or ("its own",))
    if count > 2:
        allowed = "one, or two to look at the difference"
        raise written.problem(("policies",), f"{count} policies", allowed)


def looked_at(study: Study, outcome: str | None, year: int | None) -> tuple[str, int]:
    """Return which outcome of a study is looked at, and at which of its years.

    Raises
    ------
    ValueError
        For one that the study does not keep.
    """
    asked = study.asked
    if outcome is not None and outcome not in asked.outcomes:
        raise ValueError(
            f"outcome {outcome!r} is not kept by the study; allowed: {', '.join(asked.outcomes)}"
        )
    if year is not None and year not in asked.years:
        years = ", ".join(map(str, asked.years))
        raise ValueError(f"year {year} is not kept by the study; allowed: {years}")
    return outcome or asked.outcomes[0], asked.years[-1] if year is None else year


def answer(
    asked: Question, store: Store, crew: Crew | None = None, told: Told | None = None
) -> Sensitivity:
    """Live what a question needs, keep it in a store, and return what it shows.

    Parameters
    ----------
    asked
        See `question`.
    store
        Open to write, of ``asked.ground.manifest``.
    crew
        Who lives the runs; default processes of this machine.
    told
        Called with ``"screening"`` or ``"indices"``, runs done and runs in all.

    Raises
    ------
    Unfinished
        When runs failed, or the outcome has no number somewhere.
    """
    crew = crew or Crew()
    tell = told or (lambda part, done, total: None)
    first = asked.first_points
    first.live(store, crew, lambda done, total: tell("screening", done, total))
    values = _looked_at(asked, first.values(store, asked.outcome, asked.year))
    alone = 1 + 2 * len(asked.assumptions)
    keys = [one.key for one in asked.assumptions]
    coarse = screened(asked.unit, values[alone:], keys, asked.seed)
    coarse.sort(key=lambda one: (-one.effect, one.key))
    best = {one.key for one in coarse[: asked.keep]}
    kept = [key for key in keys if key in best]
    unit = sobol_points(len(kept), asked.samples, asked.seed, asked.second_order)
    second = asked.ground.at(asked.ground.of_unit(unit, kept))
    second.live(store, crew, lambda done, total: tell("indices", done, total))
    fine = _looked_at(asked, second.values(store, asked.outcome, asked.year))
    swings = [
        Swing(one, _ends(values, 1 + 2 * at), _ends(values, 2 + 2 * at))
        for at, one in enumerate(asked.assumptions)
    ]
    return Sensitivity(
        question=asked,
        usual=mean_interval(values[0]),
        swings=tuple(sorted(swings, key=lambda one: (-one.size, one.assumption.key))),
        screened=tuple(coarse),
        indices=tuple(converging(fine, kept, asked.seed, asked.second_order)),
        split=split(values[alone:]),
    )


def _looked_at(asked: Question, values: np.ndarray) -> np.ndarray:
    """Return the outcome by point and replicate: of the policy, or first minus second."""
    return values[:, 0] - values[:, 1] if len(asked.policies) == 2 else values[:, 0]


def _ends(values: np.ndarray, at: int) -> Ends:
    change, low, high = mean_interval(values[at] - values[0])
    return Ends(float(values[at].mean()), change, low, high)
