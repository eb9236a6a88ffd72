"""Why it does not show: what is asked, worked out a replicate at a time, and looked at by evaluators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ...experiments.indicators import indicator
from ...experiments.intervals import mean_interval
from ...experiments.ledger import TERMS
from ...experiments.measuring import measure
from ...experiments.monitor import Monitor
from ...experiments.reasons import VERDICT, Mean, Question, Why, question
from ...experiments.replica import Replica
from ...experiments.runs import model_version
from ...experiments.staircase import STEPS, Step, staircase
from ...scenarios import AMOUNTS, FundedProgramme, Policy, Scenario, load_calendar
from .jobs import Piece
from .programme_choices import INTERVAL, years_of

#: Pairs of worlds, as many as a verdict needs, and accepted rate of false alarms.
REPLICATES, LEVEL = 20, 0.05
#: What can be changed, one at a time.
CHANGES = ("scale", "retention", "continuity", "aftercare")
#: So many times as many places.
SCALE = 5
_AFTERCARE_MONTHS, _AFTERCARE_DOSE = 24, 0.5
_STEADY, _STOPPING = "continuous", "carousel"
_UNSEEN = ("smallest_visible", "detection", "textbook_detection", "false_alarms")


@dataclass(frozen=True)
class Judged:
    """What evaluators make of twenty pairs of worlds.

    Attributes
    ----------
    steps : list of Step
        The staircase, with who would see it.
    verdicts : dict of str to dict
        Of the neighbourhood: kind of evaluation -> its numbers.
    """

    steps: list[Step]
    verdicts: dict[str, dict[str, Any]]

    @property
    def seen(self) -> float:
        """Share of evaluations that would see the effect, of the kind that sentences speak of."""
        return float(self.verdicts[VERDICT]["detection"])


def question_of(scenario: Scenario) -> Question:
    """Return what is asked of a scenario with a programme, of which the figure may show nothing.

    The twin lets its dwellings by the same rules, so that the programme is the only difference.
    """
    bare = scenario.policy.without_programmes().model_copy(update={"key": "none"})
    years = years_of(scenario)
    interval = min(INTERVAL, years)
    return question(
        scenario,
        baseline=bare if not bare.is_null else Policy(),
        year=years // interval * interval,
        monitor=Monitor(interval=interval),
    )


def changed(scenario: Scenario, programme: str, change: str) -> Scenario:
    """Return a scenario with one thing changed in its programme, or in who stays.

    Raises
    ------
    ValueError
        For an unknown change.
    """
    policy = _each_its_amount(scenario)
    funded = policy.programmes[programme]
    spec = funded.programme
    if change == "retention":
        landlord = policy.landlord.model_copy(
            update={"housing_career": 1.0, "local_priority_added": 0.5}
        )
        return scenario.model_copy(
            update={"policy": policy.model_copy(update={"landlord": landlord})}
        )
    if change == "scale":
        # An amount in euros does not grow along with the places by itself.
        amount = None if funded.money_eur is None else SCALE * funded.money_eur
        larger = spec.sized(SCALE * spec.places)
        funded = _funded(funded, programme=larger, money_eur=amount)
    elif change == "aftercare":
        support = spec.support.model_copy(
            update={"aftercare_months": _AFTERCARE_MONTHS, "aftercare_dose": _AFTERCARE_DOSE}
        )
        funded = _funded(funded, programme=spec.model_copy(update={"support": support}))
    elif change == "continuity":
        # The same money over all years, at another moment.
        other = load_calendar(_STOPPING if steady(scenario, programme) else _STEADY)
        paid = sum(scenario.grants_cents()[programme]) / 100
        own = {"calendar": other, "equal_money_to": None, "money_eur": paid, "equal_in": "total"}
        funded = _funded(funded, **own)
    else:
        raise ValueError(f"unknown change {change!r}; allowed: {', '.join(CHANGES)}")
    programmes = {**policy.programmes, programme: funded}
    return scenario.model_copy(
        update={"policy": policy.model_copy(update={"programmes": programmes})}
    )


def _each_its_amount(scenario: Scenario) -> Policy:
    """Return the policy of a scenario; what it states for all programmes is stated by each."""
    policy = scenario.policy
    if policy.amount is None:
        return policy
    programmes = {
        name: _funded(policy.programmes[name], money_eur=sum(cents) / 100)
        for name, cents in scenario.grants_cents().items()
    }
    return policy.model_copy(update={"programmes": programmes, **dict.fromkeys(AMOUNTS)})


def steady(scenario: Scenario, programme: str) -> bool:
    """Return whether money never stops as it is now."""
    return scenario.policy.programmes[programme].calendar.key == _STEADY


def _funded(funded: FundedProgramme, **values: Any) -> FundedProgramme:
    return funded.model_copy(update=values)


# -- work -------------------------------------------------------------------------------------


def why_pieces(asked: Question) -> list[Piece]:
    """Return the pieces of work that measure a question, a pair of worlds each."""
    key = _key(asked)
    return [Piece(f"{key} {seed}", measure, (asked, seed)) for seed in range(1, REPLICATES + 1)]


def judge_piece(asked: Question, replicas: Sequence[Replica]) -> Piece:
    """Return the piece of work that lets evaluators look at what was measured."""
    return Piece(f"{_key(asked)} judged", judge, (asked, tuple(replicas)))


def _key(asked: Question) -> str:
    version, year = model_version(), asked.year
    return f"why {version} {asked.policy.key()} {asked.baseline.key()} {asked.indicator} {year}"


def judge(asked: Question, replicas: tuple[Replica, ...]) -> Judged:
    """Let the evaluators look."""
    found = Why(asked, replicas, LEVEL)
    verdicts = found.verdicts.to_dict("index")
    return Judged(found.steps, {str(name): dict(row) for name, row in verdicts.items()})


# -- what is known so far ---------------------------------------------------------------------


def so_far(asked: Question, replicas: Sequence[Replica]) -> Why:
    """Return what some pairs of worlds show, before evaluators look."""
    return Why(asked, tuple(replicas), LEVEL)


def unjudged(found: Why) -> list[Step]:
    """Return the staircase before evaluators looked: nobody knows yet who would see it."""
    unknown: dict[str, float] = {str(name): float("nan") for name in _UNSEEN}
    nobody = {name: dict(unknown) for name in STEPS}
    return staircase(found.replicas, nobody, found.level)


def moves(before: Why, after: Why) -> dict[str, Mean]:
    """Return by term, and for the gap, what a change does, on the same luck."""
    name = indicator(before.question.indicator).name
    earlier = {one.seed: one.ledger[name] for one in before.replicas}
    pairs = [(earlier[one.seed], one.ledger[name]) for one in after.replicas if one.seed in earlier]
    return {
        term: Mean(*mean_interval([b[term] - a[term] for a, b in pairs]))
        for term in (*TERMS, "gap")
    }
