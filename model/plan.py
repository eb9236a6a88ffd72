"""The numbers of a programme as the flat record that compiled loops take.

Mechanisms that are switched off and documented risks change numbers here, in one place, so that
the loops know no switches.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..scenarios import LADDERS, Mechanisms, Parameters, ProgrammeSpec
from .rulebook import record

#: What a risk changes through the numbers of the plan; the other kinds act in `Programme`.
PLAN_RISKS = (
    "care_waiting_list",
    "poorly_informed",
    "intended_group_missed",
    "few_orders",
    "no_say_over_inflow",
    "no_moving_on",
    "production_first",
    "partners_absent",
    "no_means_of_pressure",
    "no_empowerment",
    "weak_inflow",
    "not_held",
    "takes_over",
    "gain_leaves",
)


def plan_record(spec: ProgrammeSpec, parameters: Parameters, mechanisms: Mechanisms) -> Any:
    """Return what outreach and support of a programme need, as one record."""
    values = {**_who(spec), **_funnel(spec), **_support(spec), **_bonds(spec)}
    values["setting"] = _setting(spec, parameters) if mechanisms.setting else 1.0
    if spec.offers.work_rung > 0:
        # Work is for the working age.
        values["age_from"] = max(values["age_from"], parameters.ages.adult)
        values["age_to"] = min(values["age_to"], parameters.ages.pension - 1)
    if mechanisms.documented_risks and spec.risk.on:
        _run_risk(values, spec.risk.kind, spec.risk.size, spec.risk.months)
    _switch_off(values, mechanisms)
    values["sends_on"] = int(values["skips_queue"] == 1 or values["restless"] > 0.0)
    return record(values)


def _who(spec: ProgrammeSpec) -> dict[str, Any]:
    who = spec.eligibility
    return {
        "age_from": who.age_from,
        "age_to": who.age_to,
        "rung_from": np.array(who.rung_from),
        "rung_to": np.array(who.rung_to),
        "burden_from": who.burden_from,
        "burden_to": who.burden_to,
        "poor": int(who.poor),
        "renters": int(who.renters or spec.offers.tenure_change),
        "with_children": int(who.with_children),
        "alone": int(who.alone),
        "heads_only": int(spec.funnel.unit == "household" or spec.offers.tenure_change),
        "let_in": 0.0,
    }


def _funnel(spec: ProgrammeSpec) -> dict[str, Any]:
    funnel = spec.funnel
    own_rooms = spec.offers.rooms > 0
    return {
        "own_rooms": int(own_rooms),
        # Who has a group or a person in mind does not go on when there is no room.
        "room_only": int(spec.approach in ("target_group", "individual")),
        "approaches": funnel.approaches,
        "again_months": funnel.again_months,
        "contact": 1.0 if own_rooms else funnel.contact,
        "visit": 1.0 if own_rooms else funnel.visit,
        "start": 1.0 if own_rooms else funnel.start,
        "offer_burden_from": 0.0 if own_rooms else funnel.offer_burden_from,
        "creaming": funnel.creaming,
        "referral": funnel.referral,
        "referral_creaming": funnel.referral_creaming,
        "wait_months": funnel.wait_months,
        "drop_out": funnel.drop_out,
        "drop_out_burden": funnel.drop_out_burden,
        "uninformed": 0.0,
        "gated": 0.0 if own_rooms else 1.0,
        "survival": int(spec.support.group and not own_rooms),
    }


def _support(spec: ProgrammeSpec) -> dict[str, Any]:
    support, nudges, offers = spec.support, spec.nudges, spec.offers
    return {
        "nudge": np.array([getattr(nudges, ladder) for ladder in LADDERS]),
        "nudge_agency": nudges.agency,
        "nudge_burden": nudges.burden,
        "nudge_trust": nudges.trust,
        "duration_months": support.duration_months,
        "aftercare_months": support.aftercare_months,
        "aftercare_dose": support.aftercare_dose,
        "dose": support.dose,
        "hours": support.hours_per_week,
        "sessions": support.sessions,
        "holding": support.holding,
        "household_share": support.household_share,
        "lasting": support.lasting,
        "work_rung": offers.work_rung,
        "work_places": offers.work_places,
        "tenure_change": int(offers.tenure_change),
        "skips_queue": int(offers.skips_queue or offers.rooms > 0),
        "restless": 0.0,
        "restless_months": 0,
        "handover": spec.staff.handover,
        "care_share": 0.0,
        "care_months": 0,
        "stays_share": 0.0,
        "stays_months": 0,
        "lost_from_sight": 0.0,
        "takes_over": 0.0,
        # Support that changes nothing breeds no dependency.
        "acts": int(any(nudges.model_dump().values()) or support.holding > 0),
    }


def _bonds(spec: ProgrammeSpec) -> dict[str, Any]:
    bonds = spec.bonds
    return {
        "peers": bonds.peers,
        "mentor": int(bonds.mentor),
        "bridges": bonds.bridges,
        "word_of_mouth": bonds.word_of_mouth,
        "volunteers": bonds.volunteers,
        "volunteer_ties": bonds.volunteer_ties,
        "volunteer_load": bonds.volunteer_load,
        "volunteers_support": bonds.volunteers_support,
    }


def _setting(spec: ProgrammeSpec, parameters: Parameters) -> float:
    inside = parameters.quality.institution
    return inside + (1.0 - inside) * spec.support.own_surroundings


def _run_risk(values: dict[str, Any], kind: str, size: float, months: int) -> None:
    """Change the numbers that a documented risk changes."""
    if kind == "care_waiting_list":
        values["care_share"], values["care_months"] = size, months
    elif kind == "poorly_informed":
        values["uninformed"] = size
    elif kind == "intended_group_missed":
        values["let_in"] = size
    elif kind == "few_orders":
        values["work_places"] = round(values["work_places"] * (1.0 - size))
    elif kind == "no_say_over_inflow":
        values["referral"] = max(values["referral"], size)
        values["referral_creaming"] = 0.0
    elif kind == "no_moving_on":
        values["stays_share"], values["stays_months"] = size, months
    elif kind == "production_first":
        values["nudge"] = values["nudge"] * np.array([1.0 - size, 1.0 - size, 1.0, 1.0])
    elif kind == "partners_absent":
        values["lost_from_sight"] = size
    elif kind == "no_means_of_pressure":
        values["drop_out"] = min(1.0, values["drop_out"] + size)
    elif kind == "no_empowerment":
        values["nudge_agency"] *= 1.0 - size
    elif kind == "weak_inflow":
        values["approaches"] *= 1.0 - size
    elif kind == "not_held":
        values["visit"] *= 1.0 - size
    elif kind == "takes_over":
        values["takes_over"] = size / 12.0
    elif kind == "gain_leaves":
        values["restless"], values["restless_months"] = size, months


def _switch_off(values: dict[str, Any], mechanisms: Mechanisms) -> None:
    if not mechanisms.trust_gate:
        values["gated"] = 0.0
    if not mechanisms.survival_gate:
        values["survival"] = 0
    if not mechanisms.word_of_mouth:
        values["word_of_mouth"] = 0.0
    if not mechanisms.ties:
        values["volunteer_ties"] = 0
    if not (mechanisms.programme_ties and mechanisms.ties):
        values["peers"] = values["bridges"] = 0.0
        values["mentor"] = 0
    if not mechanisms.volunteering:
        values["volunteers"] = 0.0
