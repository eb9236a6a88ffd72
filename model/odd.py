"""The generated parts of ``model/ODD.md``: what the description lists is read from the code.

``python -m langeadem.model.odd`` rewrites them in place; ``tests/test_odd.py`` fails while they
differ. Meanings that the code states in comments only are stated here, and a name without a
meaning, or a meaning without a name, is an error.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ..scenarios import (
    DEFAULT_PLACE,
    FIGURES,
    Parameters,
    load,
    mechanism_descriptions,
    parameter_cards,
)
from . import odd_programmes as of_programmes
from .chronicle import FLOWS, MEANS
from .luck import EVENTS
from .month import PHASES
from .odd_tables import described, number, table
from .rulebook import rulebook
from .state import DWELLING, EDGE, HOUSEHOLD, PERSON
from .tally import TALLY

#: The description, beside this file.
ODD = Path(__file__).with_name("ODD.md")
COMMAND = "python -m langeadem.model.odd"

#: Numbers of one run that the rulebook works out ahead only to skip what luck cannot reach.
_BOUND = re.compile(r"_most(_up|_down)?$")

#: What the rulebook derives from parameters, place and mechanisms.
DERIVED: dict[str, str] = {
    "fade_out": "share of the distance from capability to footing covered in a month, from "
    "`capability.fade_out_half_life`",
    "consolidate": "share of the distance from footing up to the rung held covered in a month, "
    "from `capability.consolidation_half_life`",
    "scar": "share of the distance from footing down to the rung held covered in a month, from "
    "`capability.scarring_half_life`",
    "strain_heals": "share of the distance from strain to what is usual covered in a month, from "
    "`wellbeing.strain_half_life`",
    "death_chance": "chance a month to die, by age in years",
    "tenure_chance": "chance a month to leave a dwelling of each tenure, at the age factor 1: "
    "`moving.tenure_rate` times the place's `turnover_social_rent` over that of the default place",
    "hand_free": "1 when burden takes hands away, else 0",
    "crowded": "1 when places are finite, else 0",
    "tie_loss_month": "rate a month at which a tie ends, from `ties.lifetime`; 0 is for ever",
    "agency_base": "agency of a resident without rungs and burden; fitted to the place's "
    "`share_in_control`",
    "agency_typical": "mean agency of the first residents, children included",
    "strain_typical": "mean strain of the first residents, children included: what is usual",
    "wish_here": "`housing.wish_rate` for households here; 0 without the mechanism `escalator`",
    "care_price_now": "extra burden of an illness in a poor household this month, as a share of it",
    "outflow_now": "multiple of `tenure_chance` this month",
    "rehoused_now": "share of rented vacancies that go to tenants of demolished dwellings this month",
    "housing_career": "`housing_career` of the policy's rules of letting; 0 without a policy and before they begin",
    "inside": "1 when households can move inside the neighbourhood, else 0",
    "conditions_share": "`conditions_share` of these rules; 0 likewise",
    "conditions_ties": "`conditions_ties` of these rules; 0 likewise, and without the mechanism `ties`",
}

STATE: dict[str, tuple[str, np.dtype[Any], dict[str, str]]] = {
    "people": (
        "One row a resident ever present, leavers and the dead included.",
        PERSON,
        {
            "identity": "lifelong identity, shared by twins: (dwelling, tenancy, place in household)",
            "birth": "month of birth; 0 is the start of the run",
            "household": "row of the household",
            "next_member": "row of the next member of the household, or -1",
            "arrived": "month of birth here or of arrival; 0 for the first residents",
            "ended": "month of leaving, or of death here; -1 before",
            "capability": "position that could be sustained, in rungs; learning, working, housing, leisure",
            "footing": "capability that is left without support, in rungs; four ladders",
            "agency": "say and control over one's life, 0 to 1",
            "burden": "problems that keep hands from being free, 0 to 1",
            "trust": "trust in professionals and institutions, 0 to 1",
            "strain": "structural part of burden, 0 to 1",
            "tie_agency": "mean agency of ties and bridges at the last exchange; -1 without any",
            "tie_trust": "mean trust of ties at the last exchange; -1 without any",
            "tie_work": "share of friends, kin and bridges at work at the last exchange; 0.5 without any",
            "held": "share of falls and evictions that programmes prevent this month",
            "programme_hours": "hours a week that programmes ask, volunteering included",
            "idle_months": "months without paid work, run down again by working",
            "ties_wanted": "ties outside the household that are kept up; -1 until drawn",
            "ties": "ties with residents and leavers at the last count",
            "ties_near": "of these, ties with residents of the neighbourhood",
            "bridges": "ties to people outside who are not in the model, mentors included; of leavers, "
            "elsewhere",
            "supported_months": "months of support ever, by whatever programme, aftercare included",
            "rung": "rung held, 0 to 5; four ladders",
            "status": "0 here, 1 elsewhere, 2 dead",
            "origin": "0 original, 1 newcomer, 2 born here",
            "role": "0 head, 1 partner, 2 child (of any age, with parents; as a minor also with "
            "relatives)",
            "contract": "1 while a trajectory lasts that came with work",
        },
    ),
    "households": (
        "One row a household ever present.",
        HOUSEHOLD,
        {
            "identity": "what its luck and the identity of who joins it are keyed by: (dwelling, "
            "tenancy, 0); the person's own identity for who left alone",
            "dwelling": "row of the dwelling, or -1 for a household elsewhere",
            "first_member": "row of the first member, or -1",
            "arrears": "burden from jobs lost this month, until it is passed on",
            "burden": "mean burden of the adults",
            "restless": "how much larger the wish to move is after a programme, as a share",
            "restless_until": "month in which that ends",
            "members": "members now",
            "members_ever": "members ever, which numbers the next one",
            "earners": "adults below the pension age on working rung 4 or 5",
            "adults": "adults",
            "claimants": "members long enough without work for benefit, if nobody earns",
            "poor": "1 when nobody earns on the market and nobody has a pension",
            "queue": "1 offered a dwelling here first, 2 has to leave a room of a programme, else 0",
            "queue_until": "month in which the offer of a dwelling here first ends",
        },
    ),
    "dwellings": (
        "One row a dwelling, numbered along the street.",
        DWELLING,
        {
            "stairwell": "number of the stairwell",
            "complex": "number of the complex",
            "street": "number of the street",
            "household": "row of the household that lives here, or -1",
            "tenancies": "lettings since the start",
            "vacant_since": "month in which it fell vacant, or -1",
            "heavy": "of a programme's room: share of lettings that referrers fill with the lowest placed",
            "closed": "1 for a programme's room that nobody pays for: it is let to nobody",
            "age_from": "of a programme's room: youngest age of who is let in",
            "age_to": "of a programme's room: oldest age of who is let in; 0 for other dwellings",
            "tenure": "0 social rent, 1 private rent, 2 owner-occupied, 3 supported",
            "rung": "housing rung of the head and partner who live here, 2 to 5",
        },
    ),
    "edges": (
        "One row a tie between two residents, or a resident and a leaver.",
        EDGE,
        {
            "a": "row of the one who made the tie",
            "b": "row of the other",
            "until": "month in which it ends",
            "kind": "0 neighbour, 1 friend or kin, 2 met in a programme",
            "cut": "1 when it has outlived the leaving of one of the two",
        },
    ),
    **of_programmes.STATE,
}

SUMS: dict[str, str] = {
    "residents": "residents",
    "adults": "residents from `ages.adult`",
    "working_age": "adults below `ages.pension`",
    "on_leisure_ladder": "residents from `ages.leisure_from`",
    "learning_sum": "learning rungs of adults",
    "working_sum": "working rungs of those of working age",
    "housing_sum": "housing rungs of adults",
    "leisure_sum": "leisure rungs of those on that ladder",
    "agency_sum": "agency of adults",
    "burden_sum": "burden of adults",
    "trust_sum": "trust of adults",
    "at_work": "of working age on working rung 3 or higher",
    "unemployed": "of working age, not at work, not at school, working capability from "
    "`working.labour_force_from`",
    "on_benefit": "of working age, not at work, not at school, `working.insurance_months` without "
    "work, nobody in the household earns",
    "qualified": "adults on learning rung 2 or higher",
    "in_control": "adults with agency from `wellbeing.control_threshold`",
    "original": "residents who were here at the start",
    "with_job": "residents of any age on working rung 3 or higher",
    "households": "households with a dwelling",
    "poor_households": "of these, nobody earns on the market and nobody has a pension",
    "problem_households": "of these, mean burden of the adults from `wellbeing.problem_threshold`",
    "unpaid_places": "of working age on working rung 1",
    "experience_places": "of working age on working rung 2",
    "subsidised_places": "of working age on working rung 3",
    "leisure_places": "residents on leisure rung 3 or higher",
}

_LADDER_FLOWS = {
    "climbs": "moves up, whatever their size",
    "falls": "moves down, whatever their size",
    "rungs_up": "rungs climbed",
    "rungs_down": "rungs lost",
}

FLOW_MEANING: dict[str, str] = {
    **{
        f"{name}_{ladder}": f"{meaning}, {ladder}"
        for name, meaning in _LADDER_FLOWS.items()
        for ladder in ("learning", "working", "housing", "leisure")
    },
    "hired": "residents who come to paid work (working rung 3 or higher)",
    "jobs_lost": "residents who lose paid work",
    "retired": "residents with paid work who reach the pension age",
    "outbid": "candidates who found no free place or vacancy",
    "births": "children born",
    "arrivals": "newcomers, partners included",
    "departures": "residents who leave",
    "deaths": "residents who die",
    "arrived_with_job": "newcomers with paid work",
    "left_with_job": "leavers with paid work",
    "died_with_job": "residents who die with paid work",
    "households_in": "households that are let in from the list",
    "households_out": "households that leave as a whole",
    "local_moves": "moves inside the neighbourhood, starters included",
    "evictions": "households evicted",
    "separations": "couples who separate",
    "left_home": "adult children who leave home and the neighbourhood",
    "partners": "partners who join a single adult",
    "vacated_social_rent": "social-rent dwellings that fall vacant",
}


def phases() -> str:
    """Return the phases of a month, in order."""
    rows = [(str(k), f"`{name}`", doc) for k, (name, doc) in enumerate(PHASES, start=1)]
    return table(("", "phase", "what happens"), rows)


def events() -> str:
    """Return the events of luck; four share one block, one call of the generator."""
    rows = [(str(k), str(k >> 2), f"`{name}`", doc) for k, (name, doc) in enumerate(EVENTS)]
    return table(("event", "block", "name", "what is drawn"), rows)


def mechanisms() -> str:
    """Return the mechanisms, and what the rulebook of the default place changes without each."""
    rows = [
        (f"`{name}`", doc, ", ".join(changes_without(name)))
        for name, doc in mechanism_descriptions().items()
    ]
    return table(("mechanism", "what it does", "what is different without it"), rows)


def changes_without(mechanism: str) -> list[str]:
    """Return what the rulebook of the default place, or the plan of a programme, holds otherwise."""
    asked = load(DEFAULT_PLACE)
    fewer = asked.mechanisms.model_copy(update={mechanism: False})
    on, off = rulebook(asked), rulebook(asked.model_copy(update={"mechanisms": fewer}))
    keys = {key.replace(".", "_"): key for key in parameter_cards()}
    changed = [
        f"`{keys.get(name, name)}` = {number(off[name])}"
        for name in on.dtype.names
        if not _BOUND.search(name) and not np.array_equal(on[name], off[name])
    ]
    return [*changed, *of_programmes.changes_without(mechanism)]


def derived() -> str:
    """Return what the rulebook derives, apart from bounds on chances."""
    keys = {key.replace(".", "_") for key in parameter_cards()}
    names = [
        name
        for name in rulebook(load(DEFAULT_PLACE)).dtype.names
        if name not in keys and not _BOUND.search(name)
    ]
    meanings = described("derived numbers", names, DERIVED)
    return table(("name", "what it is"), [(f"`{name}`", doc) for name, doc in meanings.items()])


def parameters() -> str:
    """Return the parameters by group: key, default, unit, range, meaning and source."""
    cards = parameter_cards()
    parts = []
    for group, field in Parameters.model_fields.items():
        about = (getattr(field.annotation, "__doc__", "") or "").strip().splitlines()[0]
        rows = [
            (
                f"`{card.key}`",
                number(card.default),
                card.unit,
                f"{card.low:g} to {card.high:g}",
                card.doc,
                card.source,
            )
            for key, card in cards.items()
            if key.startswith(f"{group}.")
        ]
        head = ("key", "default", "unit", "range", "meaning", "source")
        parts.append(f"**{group}**: {about}\n\n{table(head, rows)}")
    return "\n\n".join(parts)


def figures() -> str:
    """Return the figures that compose a place."""
    rows = [
        (f"`{name}`", unit, f"{low:g} to {high:g}") for name, (unit, low, high) in FIGURES.items()
    ]
    return table(("figure", "unit", "range"), rows)


def state() -> str:
    """Return the columns of the state, by table."""
    parts = []
    for name_of, (about, columns, meanings) in STATE.items():
        names = columns.names or ()
        rows = []
        for name, doc in described(f"columns of {name_of}", names, meanings).items():
            kind = columns[name]
            shape = f" x {kind.shape[0]}" if kind.shape else ""
            rows.append((f"`{name}`", f"{kind.base.name}{shape}", doc))
        head = table(("column", "type", "what it holds"), rows)
        parts.append(f"**{name_of}**: {about} {columns.itemsize} bytes a row.\n\n{head}")
    return "\n\n".join(parts)


def tally() -> str:
    """Return the sums from which every published number is made."""
    meanings = described("tally columns", TALLY, SUMS)
    return table(
        ("column", "sum or count of"), [(f"`{name}`", doc) for name, doc in meanings.items()]
    )


def means() -> str:
    """Return the published means: which sum is divided by which count."""
    rows = [(f"`{name}`", f"`{total}`", f"`{count}`") for name, (total, count) in MEANS.items()]
    return table(("mean", "sum", "divided by"), rows)


def flows() -> str:
    """Return the flow counts of a month."""
    meanings = described("flows", FLOWS, FLOW_MEANING)
    return table(
        ("flow", "events in the month"), [(f"`{name}`", doc) for name, doc in meanings.items()]
    )


#: Name of a generated part -> what writes it.
BLOCKS: dict[str, Callable[[], str]] = {
    "phases": phases,
    "state": state,
    "figures": figures,
    "events": events,
    "mechanisms": mechanisms,
    "tally": tally,
    "means": means,
    "flows": flows,
    "derived": derived,
    "parameters": parameters,
    **of_programmes.BLOCKS,
}


def _marked(name: str) -> re.Pattern[str]:
    begin, end = f"<!-- generated: {name} -->", f"<!-- end: {name} -->"
    return re.compile(f"(?<={re.escape(begin)}\n)(.*?)(?={re.escape(end)})", re.DOTALL)


def block_in(text: str, name: str) -> str:
    """Return the generated part with this name as it stands in a text.

    Raises
    ------
    LookupError
        When the text has not exactly one such part.
    """
    found = _marked(name).findall(text)
    if len(found) != 1:
        raise LookupError(f"generated part {name!r} is there {len(found)} times and not once")
    return str(found[0])


def block_now(name: str) -> str:
    """Return the generated part with this name as the code says it."""
    return BLOCKS[name]() + "\n"


def stale(text: str) -> list[str]:
    """Return the names of the generated parts of a text that differ from the code."""
    return [name for name in BLOCKS if block_in(text, name) != block_now(name)]


def renewed(text: str) -> str:
    """Return the text with its generated parts as the code says them."""
    for name in stale(text):
        start = _marked(name).search(text)
        assert start is not None
        text = text[: start.start()] + block_now(name) + text[start.end() :]
    return text


def main() -> None:
    """Rewrite the generated parts of the description in place."""
    text = ODD.read_text(encoding="utf-8")
    names = stale(text)
    if names:
        ODD.write_text(renewed(text), encoding="utf-8")
    sys.stdout.write(f"model/ODD.md: {', '.join(names) or 'nothing'} renewed\n")


if __name__ == "__main__":
    main()
