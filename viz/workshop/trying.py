"""What another value of an assumption does: small pieces of work for the page of assumptions."""

from __future__ import annotations

import math
from typing import Any

from ...experiments.runs import Asked, Run, live, model_version
from ...scenarios import ParameterCard, Parameters, Policy, Scenario, load
from .jobs import Piece

#: What is looked at, at the end of `YEARS`.
OUTCOMES = ("rung_years.participants", "rung_years.neighbourhood", "working", "trust")
YEARS = 10
SEEDS = tuple(range(1, 7))
#: What is done where a session chose no policy: without one there are no participants.
USUAL_POLICY = "continuous"
#: Where it is tried how much every assumption matters: a small place, so that all can be tried.
SMALL_PLACE = "staalmanpleinbuurt"
#: As far as an assumption is moved for that: half as much less and half as much more.
AROUND = 0.5
_SEEDS_OF_MATTER = (1, 2, 3)


def with_value(scenario: Scenario, key: str, value: float) -> Scenario:
    """Return a scenario with one parameter changed.

    Raises
    ------
    ValueError
        When the parameter cannot have that value.
    """
    group, name = key.split(".")
    old = getattr(scenario.parameters, group)
    default = getattr(old, name)
    kept = round(value) if isinstance(default, int) else float(value)
    new = type(old).model_validate({**old.model_dump(), name: kept})
    whole = {
        one: getattr(scenario.parameters, one) for one in Parameters.model_fields if one != group
    }
    return scenario.model_copy(update={"parameters": Parameters(**whole, **{group: new})})


def tried(scenario: Scenario) -> Scenario:
    """Return the scenario that is tried: ten years, with a policy."""
    policy = scenario.policy if not scenario.policy.is_null else load(policy=USUAL_POLICY).policy
    return scenario.model_copy(update={"policy": policy, "years": YEARS})


def try_pieces(scenario: Scenario) -> list[Piece]:
    """Return the pieces of work that measure a scenario, a luck each."""
    key = f"tried {scenario.key()} {scenario.policy.key} {model_version()}"
    return [Piece(f"{key} {seed}", measure, (scenario, seed)) for seed in SEEDS]


def measure(scenario: Scenario, seed: int) -> dict[str, float]:
    """Live a scenario and its twin without policy, and return its outcomes.

    Raises
    ------
    ValueError
        When the run failed; says why.
    """
    baseline = scenario.model_copy(update={"policy": Policy()})
    row = live([Run(scenario, seed, baseline)], Asked(OUTCOMES, (YEARS,)))[0]
    if row["status"] != "done":
        raise ValueError(str(row["message"]))
    return {name: float(row[name]) for name in OUTCOMES}


def ends_of(card: ParameterCard) -> tuple[float, float] | None:
    """Return how low and how high an assumption is tried; None where it is no single number."""
    if isinstance(card.default, bool) or not isinstance(card.default, int | float):
        return None
    ends = [min(max(card.default * one, card.low), card.high) for one in (1 - AROUND, 1 + AROUND)]
    if isinstance(card.default, int):
        ends = [float(math.floor(ends[0])), float(math.ceil(ends[1]))]
    return (ends[0], ends[1]) if ends[0] < ends[1] else None


def matter_pieces(cards: dict[str, ParameterCard]) -> list[Piece]:
    """Return a piece of work for every assumption that is a number: how much it matters."""
    return [
        Piece(f"matter {key} {ends} {model_version()}", matters, (key, ends))
        for key, card in cards.items()
        if (ends := ends_of(card)) is not None
    ]


def matters(key: str, ends: tuple[float, float]) -> dict[str, Any]:
    """Return how far outcomes move between the ends of an assumption, in the small place.

    The largest move from the usual value to either end, mean of a few lucks.
    """
    usual = tried(load(SMALL_PLACE))
    base = [measure(usual, seed) for seed in _SEEDS_OF_MATTER]
    moves: dict[str, Any] = {"key": key, **dict.fromkeys(OUTCOMES, 0.0)}
    for end in ends:
        there = [measure(with_value(usual, key, end), seed) for seed in _SEEDS_OF_MATTER]
        for name in OUTCOMES:
            move = sum(a[name] - b[name] for a, b in zip(there, base, strict=True)) / len(base)
            moves[name] = max(moves[name], abs(move))
    return moves
