"""One purse for all plans: each divides the same euros over its own months."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...experiments.equal_money import equalised, grants_of
from ...scenarios import AMOUNTS, CalendarSpec, Policy, Scenario, Stretch, with_policy
from .plan import Plan

#: Purses that can be chosen: so many years of full money for the programmes.
PURSE_YEARS = (5, 10, 15, 20)
DEFAULT_PURSE = 15
_PURSE = "purse"


@dataclass(frozen=True)
class Funded:
    """A plan with its euros.

    Attributes
    ----------
    plan : Plan
        When there is money.
    scenario : Scenario
        What is lived; equal for equal plans, whatever they are called.
    by_programme : numpy.ndarray
        What each programme is paid in each month, in cents, a row a programme.
    key : str
        Content key of the scenario.
    """

    plan: Plan
    scenario: Scenario
    by_programme: np.ndarray
    key: str

    @property
    def cents(self) -> np.ndarray:
        """What is paid in each month, in cents, all programmes together."""
        return self.by_programme.sum(axis=0)

    @property
    def total_cents(self) -> int:
        """What is paid over all years, in cents."""
        return int(self.cents.sum())

    @property
    def months_without_money(self) -> int:
        """Months without money after the first with it."""
        paid = self.cents > 0
        return int((~paid[int(np.argmax(paid)) :]).sum()) if paid.any() else len(paid)

    @property
    def fresh_starts(self) -> int:
        """How often programmes start from nothing, or under another name or party."""
        schedule = self.plan.schedule()
        months = zip(schedule.level, schedule.begins, strict=True)
        return sum(1 for level, begins in months if level > 0 and begins)

    def euros_of_year(self, year: int) -> float:
        """Return what is paid in a year, counted from 1, in euros."""
        return int(self.cents[12 * (year - 1) : 12 * year].sum()) / 100


def purse_cents(scenario: Scenario, purse_years: int) -> int:
    """Return what a purse of so many years of full money holds for a scenario's programmes."""
    return grants_of(_with_calendar(scenario, _full(purse_years), _PURSE)).total_cents


def funded(scenario: Scenario, plans: Sequence[Plan], purse_years: int) -> list[Funded]:
    """Return plans with the same purse, to the cent; a plan without a month of money pays nothing.

    Parameters
    ----------
    scenario
        The place, its years, and the policy whose programmes are paid.
    plans
        As long as the scenario.
    purse_years
        Years of full money that the purse holds.

    Raises
    ------
    ValueError
        For a plan of another length than the scenario.
    """
    key = scenario.key()
    return [_DIVIDED.of(key, scenario, plan, min(purse_years, scenario.years)) for plan in plans]


class _Divided:
    """Plans with their euros, worked out once: a change of one plan leaves the others as they are."""

    def __init__(self, most: int = 200) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[object, ...], tuple[Scenario, np.ndarray, str]] = (
            OrderedDict()
        )

    def of(self, key: str, scenario: Scenario, plan: Plan, purse_years: int) -> Funded:
        at = (key, plan.stretches, plan.years, purse_years)
        with self._lock:
            found = self._known.get(at)
        if found is None:
            found = _divided(scenario, plan, purse_years)
        with self._lock:
            self._known[at] = found
            self._known.move_to_end(at)
            while len(self._known) > self._most:
                self._known.popitem(last=False)
        return Funded(plan, *found)


_DIVIDED = _Divided()


def _divided(scenario: Scenario, plan: Plan, purse_years: int) -> tuple[Scenario, np.ndarray, str]:
    """Return the scenario of a plan, what each programme gets in each month, and its key."""
    if plan.years != scenario.years:
        raise ValueError(f"a plan of {plan.years} years in a scenario of {scenario.years}")
    purse = _with_calendar(scenario, _full(purse_years), _PURSE).policy
    own = _with_calendar(scenario, plan.calendar(), "plan").policy
    setup = equalised(scenario, [purse, own])["plan"]
    cents = np.array(list(setup.grants_cents().values()), dtype=np.int64)
    cents.setflags(write=False)
    return setup, cents, setup.key()


def baseline_of(scenario: Scenario) -> Scenario:
    """Return the scenario of the twin: the same without programmes, letting as the policy lets."""
    bare = scenario.policy.without_programmes().model_copy(update={"key": "none"})
    return with_policy(scenario, bare)


def _full(years: int) -> CalendarSpec:
    full = Stretch(months=12 * years, level=1.0, begins="fresh")
    return CalendarSpec(
        key=_PURSE,
        name=_PURSE,
        about="full money for as long as the purse lasts",
        source="judgement of those who chose the purse",
        stretches=(full,),
        then="nothing",
    )


def _with_calendar(scenario: Scenario, calendar: CalendarSpec, key: str) -> Scenario:
    """Return the scenario with all its programmes on one calendar from the start, not scaled."""
    money = {
        "calendar": calendar,
        "equal_money_to": None,
        "money_eur": None,
        "equal_in": "total",
        "starts_year": 0.0,
    }
    programmes = {
        name: one.model_copy(update=money) for name, one in scenario.policy.programmes.items()
    }
    own = {"key": key, "programmes": programmes, **dict.fromkeys(AMOUNTS)}
    policy: Policy = scenario.policy.model_copy(update=own)
    return scenario.model_copy(update={"policy": policy})
