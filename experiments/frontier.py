"""Where the preferred calendar changes: over many combinations of assumptions, and in which of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from .assumptions import Assumption, with_ranges
from .designs import OF_TWOS, Design
from .discovery import FEWEST, Box, check_installed, search_box
from .ensemble import Ensemble
from .equal_money import Money
from .intervals import mean_interval
from .points import Crew, Ground, Points
from .sensitivity import looked_at
from .study_file import Vary, Written, read_study

if TYPE_CHECKING:
    from .store import Store

#: What is looked at where a study does not say.
OUTCOME = "rung_years.participants"
SAMPLES = 100
_DESIGNS = ("latin-hypercube", "sobol")
Prefer = Literal["most", "least"]
PREFER = ("most", "least")
#: Why no box is told.
NEVER, FEW, NO_BOX = "never", "few", "no_box"
Told = Callable[[int, int], None]


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
        By which policies are held against each other, at the end of which year.
    prefer
        Whether the most or the least of it is best.
    design
        Of the combinations.
    """

    ground: Ground
    left_out: tuple[str, ...]
    outcome: str
    year: int
    prefer: Prefer
    design: Design

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """What varies."""
        return self.ground.assumptions

    @property
    def policies(self) -> tuple[str, ...]:
        """Keys of the policies, in the order of the study."""
        return tuple(arm.scenario.policy.key for arm in self.points.arms[0])

    @cached_property
    def settings(self) -> list[dict[str, Any]]:
        """The usual point, and every combination."""
        keys = [one.key for one in self.assumptions]
        return [self.ground.usual(), *self.ground.of_unit(self.design.unit(), keys)]

    @cached_property
    def points(self) -> Points:
        """The same, built and checked."""
        return self.ground.at(self.settings)

    def runs(self) -> int:
        """Return how many runs there will be."""
        return len(self.points.arms) * len(self.policies) * self.ground.replicates


@dataclass(frozen=True)
class Frontier:
    """The answer.

    Attributes
    ----------
    question : Question
        What was asked.
    usual_values : tuple of float
        Mean of the outcome by policy, with everything as usual.
    values : numpy.ndarray
        The same at every combination, by point and policy.
    best : numpy.ndarray
        Which policy is best at every combination.
    clear : numpy.ndarray
        Whether the best and the second differ by more than luck: 95% interval over replicates,
        paired by luck.
    distinct : tuple of int
        Policies, without those that come to the same as an earlier one in every run.
    box : Box or None
        Combinations in which another than the usual policy is best; None where none is told.
    without : str
        Why no box is told: ``"never"``, ``"few"`` or ``"no_box"``; empty with a box.
    """

    question: Question
    usual_values: tuple[float, ...]
    values: np.ndarray
    best: np.ndarray
    clear: np.ndarray
    distinct: tuple[int, ...]
    box: Box | None
    without: str

    @property
    def usual_best(self) -> int:
        """Which policy is best with everything as usual."""
        sign = 1.0 if self.question.prefer == "most" else -1.0
        return int(np.argmax(sign * np.asarray(self.usual_values)))

    @property
    def changed(self) -> np.ndarray:
        """At which combinations another policy is best."""
        return self.best != self.usual_best

    def assumption(self, key: str) -> Assumption:
        """Return the assumption with this key."""
        return next(one for one in self.question.assumptions if one.key == key)

    @cached_property
    def cases(self) -> pd.DataFrame:
        """The combinations: a column an assumption."""
        return pd.DataFrame(self.question.settings[1:])

    @property
    def inside(self) -> np.ndarray:
        """Which combinations lie in the box; none without one."""
        inside = np.full(len(self.cases), self.box is not None)
        for limit in self.box.limits if self.box else ():
            values = self.cases[limit.key].to_numpy()
            # A comparison with NaN is false: there is no limit on that side.
            inside &= ~((values < limit.low) | (values > limit.high))
        return inside

    @property
    def winner(self) -> int:
        """Which other policy is best most often where the usual one is not, in the box if any."""
        where = self.changed & self.inside if self.box is not None else self.changed
        counts = np.bincount(self.best[where], minlength=len(self.question.policies))
        return int(np.argmax(counts))

    @property
    def advantage(self) -> np.ndarray:
        """By how much the usual policy does better than the best other, at every combination."""
        sign = 1.0 if self.question.prefer == "most" else -1.0
        own = sign * self.values[:, self.usual_best]
        others = [at for at in self.distinct if at != self.usual_best]
        return own - (sign * self.values[:, others]).max(axis=1) if others else 0.0 * own

    @property
    def telling(self) -> tuple[str, ...]:
        """The two assumptions that say most: those of the box, then those the advantage goes with."""
        keys = [one.key for one in self.question.assumptions]
        ranks = {key: _ranks(self.cases[key].to_numpy(dtype=float)) for key in keys}
        own = _ranks(self.advantage)
        with_it = {key: abs(_correlation(ranks[key], own)) for key in keys}
        first = [limit.key for limit in self.box.limits] if self.box else []
        rest = sorted((key for key in keys if key not in first), key=lambda key: -with_it[key])
        return tuple([*first, *rest][:2])

    def table(self) -> pd.DataFrame:
        """Return a row a combination: assumptions, outcome by policy, which is best, in the box."""
        names = self.question.policies
        means = pd.DataFrame(self.values, columns=[f"{self.question.outcome}.{n}" for n in names])
        more = {
            "best": [names[one] for one in self.best],
            "clear": self.clear,
            "changed": self.changed,
            "in_box": self.inside,
        }
        return pd.concat([self.cases, means, pd.DataFrame(more)], axis=1)


def _correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Return the correlation of two columns; 0 where one does not vary."""
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])


def _ranks(values: np.ndarray) -> np.ndarray:
    """Return the order of values; a small tie-break by place does no harm to a correlation."""
    ranks = np.argsort(np.argsort(values, kind="stable"), kind="stable").astype(float)
    # Equal values, as whole numbers have, are one rank.
    _, back = np.unique(values, return_inverse=True)
    return (np.bincount(back, ranks) / np.bincount(back))[back]


def question(
    asked: Any,
    *,
    outcome: str | None = None,
    year: int | None = None,
    replicates: int | None = None,
    samples: int | None = None,
    prefer: Prefer = "most",
    money: Money = "total",
    ensemble: Ensemble | str | Path | None = None,
) -> Question:
    """Return a question, every combination built and checked before anything is lived.

    Parameters
    ----------
    asked
        Name or path of a study, or one that is written: two policies or more, ranges in
        ``vary.parameters``, design ``latin-hypercube`` or ``sobol`` with samples.
    outcome, year
        What decides; default the first outcome of the study, or the rung-years of participants
        where it names none, at its last year.
    replicates
        Lucks at each combination, 2 or more; default those of the study.
    samples
        Number of combinations, 20 or more.
    prefer
        ``"most"`` or ``"least"``.
    money
        What of the calendars is made equal.
    ensemble
        Plausible worlds, or a file of them: the mean over worlds decides which policy is best.

    Raises
    ------
    ScenarioError, ValueError
        For anything unknown or out of range.
    MissingExtra
        When the EMA Workbench, which seeks the boxes, is not installed.
    """
    check_installed()
    written = _with_outcome(asked if isinstance(asked, Written) else read_study(asked))
    vary = written.file.vary
    _check(written, vary, prefer)
    ready, found, left_out = with_ranges(written)
    count = replicates if replicates is not None else written.file.replicates
    if count < 2:
        raise ValueError(
            f"replicates {count}; allowed: 2 or more, to tell luck from what assumptions do"
        )
    ground = Ground(ready, tuple(found), count, money, "frontier", Ensemble.of(ensemble))
    ground.study.with_replicates(count)
    what, when = looked_at(ground.study, outcome, year)
    made = Question(ground, tuple(left_out), what, when, prefer, _design(vary, found, samples))
    _ = made.points
    return made


def _with_outcome(written: Written) -> Written:
    """Return a study that names its outcome."""
    if "outcomes" in written.file.model_fields_set:
        return written
    return replace(written, file=written.file.model_copy(update={"outcomes": [OUTCOME]}))


def _check(written: Written, vary: Vary, prefer: str) -> None:
    if "design" in vary.model_fields_set and vary.design not in _DESIGNS:
        message = f"design {vary.design!r} shows no frontier"
        raise written.problem(("vary", "design"), message, ", ".join(_DESIGNS))
    if len(written.file.policies or ()) < 2:
        raise written.problem(
            ("policies",), "at least two policies are needed, to prefer one", "two or more"
        )
    if prefer not in PREFER:
        raise ValueError(f"prefer {prefer!r}; allowed: {', '.join(PREFER)}")


def _design(vary: Vary, found: list[Assumption], samples: int | None) -> Design:
    kind = vary.design if "design" in vary.model_fields_set else "latin-hypercube"
    count = samples or vary.samples or SAMPLES
    if count < 2 * FEWEST:
        raise ValueError(f"samples {count}; allowed: {2 * FEWEST} or more")
    if kind in OF_TWOS and count & (count - 1):
        raise ValueError(f"samples {count}; allowed: a power of two with design {kind!r}")
    return Design(kind, {one.key: one.span for one in found}, count, vary.seed)


def answer(
    asked: Question, store: Store, crew: Crew | None = None, told: Told | None = None
) -> Frontier:
    """Live the combinations, keep them in a store, and return where the preferred policy changes.

    Parameters
    ----------
    asked
        See `question`.
    store
        Open to write, of ``asked.ground.manifest``.
    crew
        Who lives the runs; default processes of this machine.
    told
        Called with runs done and runs in all.

    Raises
    ------
    Unfinished
        When runs failed, or the outcome has no number somewhere.
    """
    asked.points.live(store, crew or Crew(), told)
    values = asked.points.values(store, asked.outcome, asked.year)
    return found_in(asked, values)


def found_in(asked: Question, values: np.ndarray) -> Frontier:
    """Return what outcomes by point, policy and replicate show; the first point is the usual one."""
    sign = 1.0 if asked.prefer == "most" else -1.0
    distinct = _distinct(values)
    means = values.mean(axis=2)
    order = distinct[np.argsort(-sign * means[1:, distinct], axis=1, kind="stable")]
    clear = np.array(
        [_is_clear(one, ranked) for one, ranked in zip(values[1:], order, strict=True)]
    )
    usual = tuple(float(one) for one in means[0])
    plain = Frontier(
        asked, usual, means[1:], order[:, 0], clear, tuple(distinct.tolist()), None, NO_BOX
    )
    changed = int(plain.changed.sum())
    if changed == 0:
        return replace(plain, without=NEVER)
    if min(changed, len(order) - changed) < FEWEST:
        return replace(plain, without=FEW)
    box = search_box(plain.cases, plain.changed)
    return plain if box is None else replace(plain, box=box, without="")


def _distinct(values: np.ndarray) -> np.ndarray:
    """Return the policies that do not live the same lives as an earlier one, in every run."""
    return np.array(
        [
            at
            for at in range(values.shape[1])
            if not any(np.array_equal(values[:, at], values[:, one]) for one in range(at))
        ]
    )


def _is_clear(values: np.ndarray, ranked: np.ndarray) -> bool:
    """Return whether the best and the second differ, paired by luck, by more than luck."""
    if len(ranked) < 2:
        return False
    _, low, high = mean_interval(values[ranked[0]] - values[ranked[1]])
    return bool(low > 0 or high < 0)
