"""The generated parts of ``model/ODD.md`` about programmes, their money and the catalogue."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from ..scenarios import (
    MEASURES,
    PROGRAMME_GROUPS,
    RISKS,
    LandlordRules,
    Mechanisms,
    Parameters,
    ProgrammeSpec,
    Stretch,
    catalogue_names,
    load_calendar,
    load_policy,
    load_programme,
)
from .cashbook import BESIDE, KINDS, PAID_IN, PAID_OUT, PASSED_THROUGH
from .enrolment import COUNTS, ENROLMENT, REACHED, STANDING, STATUS_NAMES, STOCKS
from .install import LANDLORD_ACT, PROGRAMME_ACTS
from .odd_tables import described, number, table
from .plan import PLAN_RISKS, plan_record
from .trajectories import MEANS_OF_WORK

STATE: dict[str, tuple[str, np.dtype[Any], dict[str, str]]] = {
    "trajectories": (
        "One row a trajectory, from the day that somebody wants a place; each programme has its own.",
        ENROLMENT,
        {
            "person": "row of the resident",
            "since": "month in which they came on the list",
            "started": "month of the start, or -1",
            "ended": "month of the end, aftercare included, or -1",
            "released": "month in which support ended, or -1",
            "until": "month after which support, or aftercare, is complete",
            "care_until": "month until which they wait for care and their burden is not eased",
            "turn": "place in the order of the list, 0 first",
            "together": "months with the key worker, as far as they were not lost",
            "quality": "sum over months of the quality of support",
            "burden_start": "burden at the start",
            "agency_start": "agency at the start",
            "trust_start": "trust at the start",
            "months": "months in which there was support, aftercare included",
            "post": "number of the post, or -1",
            "status": "where it stands; see below",
            "rung_start": "rungs held at the start",
            "work_before": "working rung held before the place brought work",
            "work_given": "1 when the place brought work",
            "found_work": "1 when paid work was found in time; see below",
            "mentor": "1 while the key worker counts as a tie to outside",
            "times": "trajectories with this programme that were over before",
            "completed": "1 when support was completed",
        },
    ),
    "reached": (
        "One row a resident for each programme: what the programme knows of them.",
        REACHED,
        {
            "lots": "lifelong draws: order, let in, referred, informed; 0 until drawn",
            "stage": "how far the funnel ever went: 1 aimed at, 2 contacted, 3 visited",
            "times": "trajectories that are over",
        },
    ),
    "standing": (
        "Beside it, small because whole networks look at it.",
        STANDING,
        {
            "enrolled": "1 for who waits, takes part, has aftercare or is a volunteer",
            "told": "1 for who heard of the programme from a tie and was not approached since",
            "approached": "month of the last approach, plus one; 0 before",
        },
    ),
}

STATUSES: dict[str, str] = {
    "waiting": "on the list",
    "supported": "in support; takes a place",
    "aftercare": "completed, with aftercare; takes no place",
    "volunteer": "completed, and gives time now",
    "completed": "completed, also after aftercare or volunteering",
    "dropped out": "stopped early",
    "abandoned": "the programme ended on them, or had no room left",
    "handed over": "the programme ended and others took them over",
    "left": "moved out of the neighbourhood",
    "died": "died",
    "gave up waiting": "waited too long, left while waiting, or the list was dissolved",
}

COLUMNS: dict[str, str] = {
    "level": "share of full money that the calendar states, before it is scaled",
    "working": "1 when there is support this month",
    "places": "participants that there is money for",
    "posts": "posts that there is money for",
    "posts_vacant": "of these, empty",
    "key_workers": "of these, filled",
    "capacity": "participants who fit at the filled posts",
    "memory_months": "months of work that the organisation still knows of",
    "balance_eur": "money left",
    "spent_eur": "money spent since the start",
    "aimed_at": "residents approached for the first time",
    "contacted": "residents with whom there was contact for the first time",
    "visited": "residents visited or introduced for the first time",
    "joined": "residents who came on the list",
    "starts": "residents who started",
    "sessions": "visits or sessions, aftercare by its dose",
    "completions": "trajectories completed",
    "drop_outs": "trajectories stopped early",
    "abandoned": "trajectories on which the programme ended",
    "handed_over": "trajectories that others took over",
    "left": "trajectories, volunteering included, that ended because somebody moved out",
    "died": "the same because somebody died",
    "gave_up": "residents who came off the list without a start",
    "new_volunteers": "residents who became volunteer",
    "burn_outs": "volunteers who burnt out",
    "found_work": "participants who found paid work, counted once a trajectory",
    "tenure_changes": "dwellings sold to participants",
    "moved_on": "households that moved on to a dwelling of their own",
    "supported_months": "participants who had support this month",
    "unsupported_months": "participants who had none, for want of a key worker or a venue",
    "relations_broken": "participants whose key worker left without a full handover, or whom the programme left behind",
    "quality_sum": "quality of support, added up over those who had it",
    "together_sum": "months together, added up over the same",
    "burden_of_starts": "burden at the start, added up over those who started",
    "agency_of_starts": "agency at the start, added up over the same",
    "waiting": "residents on the list at the end of the month",
    "in_support": "residents in support at the end of the month",
    "aftercare": "residents in aftercare at the end of the month",
    "volunteers": "volunteers at the end of the month",
    "jobs_given": "participants who got work with their place, at the end of the month",
}

#: What a mechanism stops beside numbers of the rulebook and of the plan.
_BESIDE: dict[str, str] = {
    "start_up": "a fresh start costs no months and no money",
    "documented_risks": "no risk of a card acts",
}


def _reference(risk: str = "") -> ProgrammeSpec:
    """Return a programme that has everything a mechanism can switch off."""
    return ProgrammeSpec.model_validate(
        {
            "key": "reference",
            "name": "reference",
            "about": "reference",
            "intervention": "reference",
            "where": "nowhere",
            "approach": "area",
            "ladder": "working",
            "places": 10,
            "source": "reference",
            "success_factor": "none",
            "funnel": {"drop_out": 0.01},
            "support": {"group": True, "own_surroundings": 0.0},
            "nudges": {"working": 0.1, "learning": 0.1, "agency": 0.1},
            "bonds": {"peers": 0.1, "mentor": True, "bridges": 0.1, "volunteers": 0.1},
            "offers": {"work_rung": 1, "work_places": 10},
            "risk": {"kind": risk or "no_growth", "text": "none", "on": bool(risk)},
        }
    )


def changes_without(mechanism: str) -> list[str]:
    """Return what the plan of a programme holds otherwise when a mechanism is off."""
    changed = []
    if mechanism == "documented_risks":
        names = {name: None for kind in PLAN_RISKS for name in _differing(mechanism, kind)}
        changed = [", ".join(f"`{name}`" for name in names) + " of the plan as the card says"]
    else:
        off = _plan(mechanism, "")
        changed = [
            f"`{name}` of the plan = {number(off[name])}" for name in _differing(mechanism, "")
        ]
    return [*changed, *([_BESIDE[mechanism]] if mechanism in _BESIDE else [])]


def _plan(off: str, risk: str) -> Any:
    mechanisms = Mechanisms(**({off: False} if off else {}))
    return plan_record(_reference(risk), Parameters(), mechanisms)


def _differing(mechanism: str, risk: str) -> list[str]:
    on, off = _plan("", risk), _plan(mechanism, risk)
    return [name for name in on.dtype.names if not np.array_equal(on[name], off[name])]


# -- fields ---------------------------------------------------------------------------------------


def _default(value: Any) -> str:
    if value is PydanticUndefined:
        return "stated"
    if value is None or value == "" or value == ():
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(number(one) for one in value)
    return value if isinstance(value, str) else number(value)


def _allowed(field: Any, extra: Mapping[str, Any]) -> str:
    if "low" in extra:
        return f"{extra['low']:g} to {extra['high']:g}"
    kind = field.annotation
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        kind = next(one for one in typing.get_args(kind) if one is not type(None))
    if typing.get_origin(kind) is typing.Annotated:
        kind = typing.get_args(kind)[0]
    if typing.get_origin(kind) is typing.Literal:
        return ", ".join(typing.get_args(kind))
    if kind is bool:
        return "yes, no"
    if typing.get_origin(kind) is dict:
        return "shares that add up to 1"
    return "numbers" if typing.get_origin(kind) is tuple else "text"


def _fields(group: str, model: type[BaseModel]) -> str:
    rows = []
    for name, field in model.model_fields.items():
        found = field.json_schema_extra
        extra: Mapping[str, Any] = found if isinstance(found, dict) else {}
        rows.append(
            (
                f"`{group}.{name}`",
                _default(field.default),
                str(extra.get("unit", "")),
                _allowed(field, extra),
                field.description or "",
                str(extra.get("source", "")),
            )
        )
    about = (model.__doc__ or "").strip().splitlines()[0]
    head = ("key", "default", "unit", "range", "meaning", "source of the default")
    return f"**{group}**: {about}\n\n{table(head, rows)}"


def programme() -> str:
    """Return the numbers of a programme by group: default, unit, range, meaning and source."""
    return "\n\n".join(_fields(group, model) for group, model in PROGRAMME_GROUPS.items())


def letting() -> str:
    """Return the rules of letting that a policy can set."""
    return _fields("landlord", LandlordRules)


def stretches() -> str:
    """Return what a stretch of a funding calendar states."""
    return _fields("stretches", Stretch)


# -- names ----------------------------------------------------------------------------------------


def risks() -> str:
    """Return the kinds of documented risk, where each acts, and which programmes state it."""
    stated: dict[str, list[str]] = {kind: [] for kind in RISKS}
    for name in catalogue_names("programmes"):
        risk = load_programme(name).risk
        if risk.text:
            stated[risk.kind].append(f"`{name}`")
    rows = [
        (
            f"`{kind}`",
            doc,
            "plan" if kind in PLAN_RISKS else "agent",
            ", ".join(stated[kind]) or "none",
        )
        for kind, doc in RISKS.items()
    ]
    return table(("risk", "what it does", "acts in", "stated by"), rows)


def kinds() -> str:
    """Return the kinds of entries in the cash book."""
    ways = {
        **dict.fromkeys(PAID_IN, "in"),
        **dict.fromkeys(PAID_OUT, "out"),
        "gap": "no money",
        **dict.fromkeys(PASSED_THROUGH, "in and out at once"),
        **dict.fromkeys(BESIDE, "beside the book"),
    }
    described("kinds of the cash book", KINDS, ways)
    rows = [(f"`{kind}`", ways[kind], doc) for kind, doc in KINDS.items()]
    return table(("kind", "way", "what it is"), rows)


def acts() -> str:
    """Return what a policy does in which phase of the month."""
    rows = [
        *((f"`{phase}`", "a programme", what) for phase, what in PROGRAMME_ACTS),
        (f"`{LANDLORD_ACT[0]}`", "the landlord, where the policy has rules", LANDLORD_ACT[1]),
    ]
    return table(("phase", "who", "what"), rows)


def statuses() -> str:
    """Return where a trajectory can stand."""
    meanings = described("status of a trajectory", STATUS_NAMES, STATUSES)
    rows = [(str(k), name, doc) for k, (name, doc) in enumerate(meanings.items())]
    return table(("status", "name", "meaning"), rows)


def columns() -> str:
    """Return what is written down of a programme each month."""
    names = (*MEANS_OF_WORK, *COUNTS, *STOCKS)
    meanings = described("columns of programmes", names, COLUMNS)
    rows = [(f"`{name}`", doc) for name, doc in meanings.items()]
    return table(("column", "what it holds"), rows)


def measures() -> str:
    """Return what documents count and a run counts too."""
    rows = [(f"`{name}`", doc) for name, doc in MEASURES.items()]
    return table(("measure", "what it is"), rows)


def programmes() -> str:
    """Return the programmes of the catalogue."""
    rows = []
    for name in catalogue_names("programmes"):
        one = load_programme(name)
        about = f"{one.name}: {one.intervention}; {one.where}"
        rows.append((f"`{name}`", about, one.ladder, one.approach, one.calendar, one.source))
    head = ("programme", "what and where", "ladder", "approach", "calendar", "source")
    return table(head, rows)


def calendars() -> str:
    """Return the funding calendars of the catalogue."""
    rows = []
    for name in catalogue_names("calendars"):
        one = load_calendar(name)
        rows.append((f"`{name}`", one.about, one.source))
    return table(("calendar", "what it does", "source"), rows)


def policies() -> str:
    """Return the policies of the catalogue."""
    rows = []
    for name in catalogue_names("policies"):
        one = load_policy(name)
        rows.append((f"`{name}`", one.about, one.source))
    return table(("policy", "what it does", "source"), rows)


#: Name of a generated part -> what writes it.
BLOCKS: dict[str, Callable[[], str]] = {
    "acts": acts,
    "statuses": statuses,
    "columns": columns,
    "measures": measures,
    "programmes": programmes,
    "calendars": calendars,
    "policies": policies,
    "programme": programme,
    "stretches": stretches,
    "letting": letting,
    "risks": risks,
    "kinds": kinds,
}
