"""From what a session chose to the scenario that is lived."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from ...scenarios import Scenario, ScenarioError, load, load_text
from ..text import Texts
from .limits import Limits
from .state import State


@dataclass(frozen=True)
class RefusedError(Exception):
    """Why something cannot be lived, in the words of who asked."""

    problems: tuple[str, ...]


@functools.lru_cache(maxsize=256)
def _loaded(place: str, upload: str, policy: str) -> Scenario:
    if upload:
        return load_text(upload, policy=None if policy == "none" else policy)
    return load(place, policy=policy)


def scenario_of(state: State, t: Texts, limits: Limits) -> Scenario:
    """Return the scenario of what was chosen.

    Raises
    ------
    RefusedError
        When an upload is no scenario, or asks more than the server allows.
    """
    try:
        scenario = _loaded(state.place, state.upload, state.policy)
    except ScenarioError as error:
        raise RefusedError(tuple(_problem(one, t) for one in error.problems[:8])) from None
    return within(scenario, t, limits)


def within(scenario: Scenario, t: Texts, limits: Limits) -> Scenario:
    """Return the scenario, at most as long as the server allows; refuse one that is too large."""
    households = round(scenario.place.figure("households"))
    if households > limits.households:
        most = t.number(limits.households)
        raise RefusedError((t("workshop.too_large", households=t.number(households), most=most),))
    if scenario.years > limits.years:
        return scenario.model_copy(update={"years": limits.years})
    return scenario


def _problem(problem: object, t: Texts) -> str:
    where = getattr(problem, "key", "") or getattr(problem, "where", "")
    line = getattr(problem, "line", None)
    words = t.of_problem(getattr(problem, "message", str(problem)))
    place = t("workshop.at_line", line=str(line)) if line else ""
    return f"{where}: {words} {place}".strip()
