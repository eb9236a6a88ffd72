"""Parameters and switches of a scenario as the flat record that compiled loops take.

A mechanism that is switched off has its rates set to zero here, in one place, so that the loops
know no switches.
"""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from ..scenarios import Mechanisms, Parameters, Scenario, parameter_cards
from .state import as_rows

_OLDEST = 121
_HIGHEST_MORTALITY = 0.6

_KEYS = tuple(parameter_cards())
#: Mechanism -> the parameters that are zero without it.
SILENCED: dict[str, tuple[str, ...]] = {
    "climbing": (
        "learning.school_climb_rate",
        "learning.course_climb_rate",
        "working.find_rate",
        "working.permanent_rate",
        "working.support_place_rate",
        "leisure.climb_rate",
    ),
    "falling": ("learning.fall_rate", "working.loss_rate", "leisure.fall_rate"),
    "labour_cycle": ("labour.cycle_amplitude", "labour.cycle_noise"),
    "wellbeing": (
        "wellbeing.burden_rate",
        "wellbeing.agency_rate",
        "wellbeing.trust_rate_up",
        "wellbeing.trust_rate_down",
    ),
    "shocks": ("shocks.illness_rate", "shocks.debt_rate"),
    "coupling": ("working.loss_unqualified", "shocks.job_loss_burden"),
    "moving": ("moving.tenure_rate", "housing.wish_rate"),
    "attachment": ("moving.attachment",),
    "eviction": ("shocks.eviction_rate",),
    "births": ("families.birth_rate",),
    "leaving_home": ("families.leave_home_rate",),
    "partnering": ("families.partner_rate",),
    "separation": ("shocks.separation_rate",),
    "deaths": ("families.death_rate_65",),
    "inheritance": ("start.inheritance",),
    "ties": ("ties.mean_wanted",),
    "tie_turnover": ("ties.formation_rate", "ties.cut_on_leaving"),
    "job_information": ("labour.contact_bonus",),
    "care_price": ("society.care_price",),
    "demolition_elsewhere": ("society.demolition_share",),
    "foci": ("ties.focus",),
    "norms": ("wellbeing.agency_ties", "wellbeing.trust_ties"),
    "mutual_aid": ("wellbeing.burden_ties",),
    "local_moves": ("moving.local_wish", "families.stay_local"),
    "turnover": ("staffing.leave_rate",),
    "abandonment": ("taking_part.abandoned_trust",),
    "lock_in": ("taking_part.lock_in",),
    "offset_risk": ("taking_part.offset_rate",),
    "dependency": ("counterforces.dependency",),
    "drift": ("counterforces.drift",),
    "diminishing_returns": ("counterforces.repeated",),
    "critical_mass": ("counterforces.critical_gain",),
    "freed_hands": ("staffing.freed_hands",),
    "freed_money": ("staffing.freed_money",),
}

#: Mechanism -> the parameters that are one without it: multiples of what there would be anyhow.
NEUTRAL: dict[str, tuple[str, ...]] = {
    "escalator": ("moving.risen_factor",),
    "relation": ("quality.relation_start",),
    "experience": ("quality.experience_start",),
    "memory": ("quality.memory_start",),
    "insecurity": ("staffing.insecurity_factor",),
}

#: Mechanisms that act otherwise than through a parameter that becomes zero.
OTHERWISE = (
    "market_pressure",
    "consolidation",
    "scarring",
    "fade_out",
    "escalator",
    "crowding",
    "setting",
    "start_up",
    "trust_gate",
    "survival_gate",
    "participation_limits",
    "word_of_mouth",
    "programme_ties",
    "volunteering",
    "documented_risks",
)


def rulebook(scenario: Scenario) -> Any:
    """Return every parameter of a scenario as ``group_name``, and what follows from them.

    Derived: ``fade_out``, ``consolidate``, ``scar``, ``strain_heals`` (shares a month),
    ``death_chance`` (a month, by age), ``tenure_chance`` (a month, by tenure), ``hand_free``
    and ``crowded`` (switches), ``tie_loss_month``, ``agency_base``, bounds on chances, and what
    `Society` sets every month.
    """
    parameters, mechanisms = scenario.parameters, scenario.mechanisms
    values = {key: _value(parameters, key) for key in _KEYS}
    for mechanism, keys in SILENCED.items():
        if not getattr(mechanisms, mechanism):
            for key in keys:
                values[key] = values[key] * 0
    for mechanism, keys in NEUTRAL.items():
        if not getattr(mechanisms, mechanism):
            for key in keys:
                values[key] = 1.0
    if not mechanisms.participation_limits:
        values["taking_part.hours_limit"] = math.inf
    if not mechanisms.start_up:
        values["quality.friction"] = 0.0
    if not mechanisms.market_pressure:
        values["society.inflow_urgent"] = 0.0
        values["society.outflow_pressure"] = 1.0
        values["society.outflow_trend"] = 0.0
    if not mechanisms.crowding:
        values["moving.local_wish"] = 0.0
        values["families.stay_local"] = 0.0
    flat = {key.replace(".", "_"): value for key, value in values.items()}
    return record({**flat, **_derived(scenario, values, mechanisms)})


def _value(parameters: Parameters, key: str) -> Any:
    group, name = key.split(".")
    value = getattr(getattr(parameters, group), name)
    return np.array(value) if isinstance(value, tuple) else value


def record(values: dict[str, Any]) -> Any:
    """Return one structured record; loops take it as one argument."""
    columns = [
        (name, np.asarray(value).dtype, np.asarray(value).shape) for name, value in values.items()
    ]
    rules = np.zeros(1, dtype=np.dtype(columns, align=True)).view(np.recarray)
    for name, value in values.items():
        rules[name][0] = value
    return rules[0]


class Society:
    """The price of care, the pull outward and the share of rehoused tenants, month by month.

    A field of a record takes a microsecond to read, so what stays is read once.
    """

    def __init__(self, rules: Any) -> None:
        self._care_price = rules.society_care_price
        self._care_price_growth = 1.0 + rules.society_care_price_growth
        self._outflow = rules.society_outflow_pressure
        self._outflow_growth = 1.0 + rules.society_outflow_trend
        self._demolition_from = rules.society_demolition_from
        self._demolition_years = rules.society_demolition_years
        self._demolition_share = rules.society_demolition_share
        book = book_of(rules)
        self._now = [book[name] for name in ("care_price_now", "outflow_now", "rehoused_now")]

    def moves_on(self, month: int) -> None:
        """Write the numbers of a month in the rulebook."""
        care_price, outflow, rehoused = self._now
        years = month / 12.0
        care_price[0] = self._care_price * self._care_price_growth**years
        outflow[0] = self._outflow * self._outflow_growth**years
        since = years - self._demolition_from
        demolishing = 0.0 <= since < self._demolition_years
        rehoused[0] = self._demolition_share if demolishing else 0.0


def book_of(rules: Any) -> Any:
    """Return the record as loops take it: an array of one over the same memory.

    A record itself costs a compiled loop twenty times as much to be called with as all its other
    arguments together.
    """
    return as_rows(np.asarray(rules.base).view(np.ndarray).view(_plain(rules.dtype)))


@functools.cache
def _plain(columns: np.dtype[Any]) -> np.dtype[Any]:
    """Return the columns of a record as those of an array: one object for all worlds.

    A compiled loop that meets another object with the same columns compares them name by name at
    every call.
    """
    return np.dtype((np.void, columns))


def monthly_share(half_life_months: float) -> float:
    """Return the share of a distance covered in a month, from its half-life."""
    return 1.0 - 0.5 ** (1.0 / half_life_months)


def _derived(scenario: Scenario, values: dict[str, Any], mechanisms: Mechanisms) -> dict[str, Any]:
    def share(key: str, on: bool) -> float:
        return monthly_share(values[key]) if on else 0.0

    death_chance = _death_chance(values["families.death_rate_65"], values["families.death_growth"])
    turnover = scenario.place.figure("turnover_social_rent") / _REFERENCE_TURNOVER
    return {
        "fade_out": share("capability.fade_out_half_life", mechanisms.fade_out),
        "consolidate": share("capability.consolidation_half_life", mechanisms.consolidation),
        "scar": share("capability.scarring_half_life", mechanisms.scarring),
        "strain_heals": share("wellbeing.strain_half_life", mechanisms.wellbeing),
        "death_chance": death_chance,
        "tenure_chance": values["moving.tenure_rate"] * turnover,
        "hand_free": 1.0 if mechanisms.coupling else 0.0,
        "crowded": 1 if mechanisms.crowding else 0,
        "tie_loss_month": 1.0 / (12.0 * values["ties.lifetime"])
        if mechanisms.tie_turnover
        else 0.0,
        # Agency of a resident without rungs and burden; fitted to the place when it is composed.
        "agency_base": 0.5,
        "agency_typical": 0.5,
        "strain_typical": 0.3,
        "wish_here": values["housing.wish_rate"] if mechanisms.escalator else 0.0,
        "care_price_now": values["society.care_price"],
        "outflow_now": values["society.outflow_pressure"],
        "rehoused_now": 0.0,
        # Rules of letting of a policy; see `Landlord.follow`.
        "housing_career": 0.0,
        # Whether movers can move inside the neighbourhood.
        "inside": 1.0 if mechanisms.local_moves and mechanisms.crowding else 0.0,
        "conditions_share": 0.0,
        "conditions_ties": 0,
        **_bounds(values, turnover),
        "death_most": float(np.max(death_chance)),
    }


def _bounds(values: dict[str, Any], turnover: float) -> dict[str, Any]:
    """Return the highest chances that circumstances can lead to, for loops to skip the rest."""
    swing = 1.0 + values["labour.cycle_amplitude"] + values["labour.cycle_noise"]
    hired = values["working.find_rate"] * (1.0 + values["labour.contact_bonus"]) * swing
    worst = (
        1.0
        + values["working.loss_overreach"]
        + values["working.loss_burden"]
        + values["working.loss_unqualified"]
        + values["working.loss_downturn"] * (swing - 1.0)
    )
    fall = 1.0 + values["capability.fall_burden"]
    return {
        # While a resident can be in school, and after that.
        "learning_most_up": np.array(
            [
                max(values["learning.school_climb_rate"], values["learning.course_climb_rate"]),
                values["learning.course_climb_rate"],
            ]
        ),
        "learning_most_down": _by_rung(values["learning.fall_rate"], fall),
        "working_most_up": np.array(
            4 * [hired + values["working.support_place_rate"]]
            + [values["working.permanent_rate"] * swing, 0.0]
        ),
        "working_most_down": _by_rung(values["working.loss_rate"], worst),
        "move_most": float(np.max(values["moving.tenure_rate"]))
        * turnover
        * float(np.max(values["moving.age_factor"]))
        * max(1.0, values["moving.risen_factor"])
        + values["housing.wish_rate"],
        "home_most": max(
            float(np.max(values["families.leave_home_rate"])), values["families.partner_rate"]
        ),
        "birth_most": float(np.max(values["families.birth_rate"]))
        * max(1.0, values["families.single_birth_factor"]),
        "leisure_most_up": np.array(5 * [values["leisure.climb_rate"]] + [0.0]),
        "leisure_most_down": _by_rung(values["leisure.fall_rate"], fall),
    }


def _by_rung(rates: Any, times: float) -> np.ndarray:
    """Return the highest chance to lose each rung, 0 to 5; the lowest cannot be lost."""
    return np.concatenate([[0.0], np.array(rates) * times])


#: Turnover (a year) of the default place, for which ``moving.tenure_rate`` is fitted.
_REFERENCE_TURNOVER = 0.057


def _death_chance(rate_65: float, growth: float) -> np.ndarray:
    """Return the chance a month to die, by age in years; it stops rising at three in five a year."""
    ages = np.arange(_OLDEST)
    if rate_65 == 0:
        return np.zeros(_OLDEST)
    a_year = np.minimum(_HIGHEST_MORTALITY, rate_65 * np.exp(growth * (ages - 65.0)))
    return np.array([1.0 - math.pow(1.0 - value, 1.0 / 12.0) for value in a_year])
