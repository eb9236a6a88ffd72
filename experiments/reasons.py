"""Why it does not show: participants gained, the figure of the neighbourhood stands still."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import cycle, islice
from typing import TYPE_CHECKING, Any

import numpy as np

from ..scenarios import Problem, Scenario, ScenarioError, load, with_policy
from .detection import rates
from .ensemble import Ensemble
from .indicators import indicator
from .intervals import mean_interval
from .ledger import TERMS
from .lived import SCALES
from .measuring import measure
from .monitor import Monitor
from .replica import Portrait, Question, Replica
from .replicates import check_workers, replicate
from .staircase import Step, staircase
from .twins import PolicyLike

if TYPE_CHECKING:
    import pandas as pd

#: The verdict of which the sentence and the staircase speak.
VERDICT = "difference_in_differences"


@dataclass(frozen=True)
class Mean:
    """A mean over replicates with its 95% interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Why:
    """The answer: what participants gained, where it went, and who would see it.

    Attributes
    ----------
    question : Question
        What was asked.
    replicas : tuple of Replica
        What was measured, by replicate; the first holds the pictures.
    level : float
        Accepted rate of false alarms.
    worlds : tuple of str
        Name of the plausible world of each replicate; empty without an ensemble.
    """

    question: Question
    replicas: tuple[Replica, ...]
    level: float
    worlds: tuple[str, ...] = ()

    def mean(self, of: Callable[[Replica], float]) -> Mean:
        """Return the mean over replicates of a number."""
        return Mean(*mean_interval([of(one) for one in self.replicas]))

    def gap(self, name: str | None = None) -> Mean:
        """Return the difference of the neighbourhood means of an indicator."""
        name = name or self.question.indicator
        return self.mean(lambda one: one.ledger[indicator(name).name]["gap"])

    def ledger(self, name: str | None = None) -> pd.DataFrame:
        """Return the ledger of the neighbourhood: a row a term, mean over replicates and interval.

        Columns are term, value, low, high. The values add up to `gap`.
        """
        name = indicator(name or self.question.indicator).name
        return _frame([one.ledger[name] for one in self.replicas])

    def unit_ledger(self, scale: str) -> pd.DataFrame:
        """Return the ledger of the stairwell, complex or street with most participants."""
        if scale not in SCALES[:-1]:
            raise ValueError(f"unknown scale {scale!r}; allowed: {', '.join(SCALES[:-1])}")
        return _frame([one.unit_ledger[scale] for one in self.replicas])

    @cached_property
    def rates(self) -> dict[str, pd.DataFrame]:
        """How often evaluators call the effect, by scale: a row a verdict; see `detection.rates`."""
        return {scale: self._rates(scale) for scale in SCALES}

    @cached_property
    def verdicts(self) -> pd.DataFrame:
        """What each verdict on the neighbourhood comes to, the stayers of a panel included.

        A row a verdict. Surveys ask other people every wave, as the monitor says; a panel asks the
        same people again.
        """
        table = self.rates["neighbourhood"].copy()
        panel = "stayers_panel"
        if not table.loc[panel, "available"]:
            again = replace(self.question.monitor, design="panel")
            table.loc[panel] = self._rates("neighbourhood", again).loc[panel]
        return table

    def _rates(self, scale: str, monitor: Monitor | None = None) -> pd.DataFrame:
        replicas, asked = self.replicas, self.question
        return rates(
            [one.waves[scale][0] for one in replicas],
            [one.waves[scale][1] for one in replicas],
            np.nan_to_num([one.groups[scale].effect for one in replicas]),
            (monitor or asked.monitor).at(scale),
            units=[one.groups[scale].unit for one in replicas],
            surveys=asked.evaluations,
            level=self.level,
        )

    @cached_property
    def steps(self) -> list[Step]:
        """The dilution staircase, from participants to the neighbourhood."""
        found = {
            scale: {str(name): value for name, value in self.rates[scale].loc[VERDICT].items()}
            for scale in SCALES
        }
        return staircase(self.replicas, found, self.level)

    def look(self) -> None:
        """Let the evaluators look now; else they do when they are first asked."""
        _ = self.steps, self.verdicts

    @property
    def portrait(self) -> Portrait:
        """The first replicate in pictures."""
        found = self.replicas[0].portrait
        if found is None:
            raise ValueError("no pictures were asked of the first replicate")
        return found


def _frame(ledgers: Sequence[dict[str, float]]) -> pd.DataFrame:
    import pandas as pd

    rows = [(term, *mean_interval([one[term] for one in ledgers])) for term in TERMS]
    return pd.DataFrame(rows, columns=["term", "value", "low", "high"])


def why(
    scenario: Scenario | str | os.PathLike[str] = "average",
    policy: PolicyLike | None = None,
    baseline: PolicyLike = "none",
    *,
    name: str | None = None,
    year: int = 10,
    monitor: Monitor | None = None,
    evaluations: int = 20,
    replicates: int = 20,
    seed: int = 1,
    level: float = 0.05,
    workers: int | None = None,
) -> Why:
    """Return why the gains of participants do, or do not, show in the figures of a neighbourhood.

    The parameters are those of `question` and of `answer`.
    """
    asked = question(
        scenario,
        policy,
        baseline,
        name=name,
        year=year,
        monitor=monitor,
        evaluations=evaluations,
    )
    return answer(asked, replicates=replicates, seed=seed, level=level, workers=workers)


def question(
    scenario: Scenario | str | os.PathLike[str],
    policy: PolicyLike | None = None,
    baseline: PolicyLike = "none",
    *,
    name: str | None = None,
    year: int = 10,
    monitor: Monitor | None = None,
    evaluations: int = 20,
) -> Question:
    """Return a question, checked before anything is lived.

    Parameters
    ----------
    scenario
        A scenario, or the name or file of one.
    policy, baseline
        The two arms. Default: the policy of the scenario, or ``"continuous"`` where it has none,
        against no policy.
    name
        The indicator, one of `INDICATORS`. Default: the ladder of the policy's first programme.
    year
        At the end of which the evaluation looks: a multiple of the years from wave to wave, up to
        the horizon of the scenario. The first wave is at the start.
    monitor
        How evaluators look; default 300 respondents every second year.
    evaluations
        How often each replicate is evaluated, with other people asked.

    Raises
    ------
    ScenarioError, ValueError
        For anything unknown or out of range.
    """
    setup = scenario if isinstance(scenario, Scenario) else load(scenario)
    monitor = monitor or Monitor()
    if policy is not None:
        arm = with_policy(setup, policy)
    else:
        arm = setup if setup.policy.programmes else with_policy(setup, "continuous")
    interval = monitor.interval
    if not interval <= year <= setup.years or year % interval:
        raise ValueError(
            f"year {year}; allowed: {interval} to {setup.years}, the horizon of the scenario, in"
            f" steps of {interval}, the years from wave to wave"
        )
    if evaluations < 1:
        raise ValueError(f"evaluations {evaluations}; allowed: 1 or more")
    if name is None:
        ladders = [one.programme.ladder for one in arm.policy.programmes.values()]
        name = ladders[0] if ladders else "mean_rung"
    return Question(
        policy=arm,
        baseline=with_policy(setup, baseline),
        indicator=indicator(name).name,
        year=year,
        before=0,
        monitor=monitor,
        evaluations=evaluations,
    )


def in_worlds(
    ensemble: Ensemble,
    replicates: int,
    scenario: str | os.PathLike[str],
    overrides: Mapping[str, Any] | None = None,
    **asked: Any,
) -> dict[str, Question]:
    """Return a question in each plausible world, as far as there are replicates for them.

    Parameters
    ----------
    ensemble
        The worlds; each replicate is lived in the next of them, and round again after the last.
    replicates
        How many replicates there will be.
    scenario
        Name or file of a scenario.
    overrides
        Differences by key, in all worlds.
    **asked
        What else `question` takes.

    Raises
    ------
    ScenarioError, ValueError
        For anything unknown or out of range, and for a key that the worlds set too.
    """
    own = dict(overrides or {})
    if twice := next((key for key in ensemble.keys if key in own), None):
        raise ScenarioError([Problem("override", twice, "the file of worlds sets it too")])
    found = {}
    for name, settings in islice(ensemble.worlds.items(), replicates):
        try:
            setup = load(scenario, None, {**own, **settings})
        except ScenarioError as error:
            raise ensemble.named(error, name) from None
        found[name] = question(setup, **asked)
    return found


def answer(
    asked: Question,
    *,
    replicates: int = 20,
    seed: int = 1,
    level: float = 0.05,
    workers: int | None = None,
    told: Callable[[int], None] | None = None,
    worlds: Mapping[str, Question] | None = None,
) -> Why:
    """Live the pairs of worlds of a question and return what they show.

    Parameters
    ----------
    asked
        See `question`.
    replicates
        Pairs of worlds, with seeds from ``seed`` on; at least one over ``level``.
    level
        Accepted rate of false alarms.
    workers
        Processes; default as many as there are cores.
    told
        Called with the number of replicates done.
    worlds
        The question in plausible worlds, see `in_worlds`: the first replicate is lived in the
        first world, and so on. Intervals then hold what is not known of the world as well as luck.
    """
    check_replicates(replicates, level)
    check_workers(workers)
    found: list[Replica] = []
    names = tuple(islice(cycle(worlds), replicates)) if worlds else ()
    each = [worlds[name] for name in names] if worlds else [asked] * replicates
    task = partial(_measured, seed)
    for one in replicate(task, list(enumerate(each, start=seed)), workers):
        found.append(one)
        if told is not None:
            told(len(found))
    return Why(asked, tuple(found), level, names)


def check_replicates(replicates: int, level: float = 0.05) -> None:
    """Refuse fewer replicates than a verdict at this level needs; raise ValueError."""
    if not 0.0 < level < 1.0:
        raise ValueError(f"level {level}; allowed: more than 0 and less than 1")
    fewest = math.ceil(round(1.0 / level, 9))
    if replicates < fewest:
        raise ValueError(
            f"replicates {replicates}; allowed: {fewest} or more, for a rate of false alarms"
            f" of {level:g}"
        )


def _measured(first: int, one: tuple[int, Question]) -> Replica:
    seed, asked = one
    return measure(asked, seed, portrait=seed == first)
