"""What each mechanism of programmes does, as numbers: for the tests of mechanisms.

Each term is exactly zero without its mechanism, and not with it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from langeadem.model.neighbourhood import Neighbourhood
from langeadem.model.state import FELLOW

from .funding import (
    calendar,
    lived,
    months,
    off,
    on,
    policy,
    programme,
    rows_of,
    step,
    trajectories,
    world,
)

Overrides = dict[str, Any]
Terms = dict[str, float]

#: Everything that quality is made of.
_QUALITY = (
    "relation",
    "experience",
    "memory",
    "setting",
    "start_up",
    "drift",
    "diminishing_returns",
    "critical_mass",
)
#: Without these nothing but a programme moves agency, trust and burden.
_CALM = off("wellbeing", "shocks", "separation", "coupling", "care_price", "moving", "eviction")
_SECURE = calendar({"months": 36, "secure": True}, then="nothing")


def _others_off(mechanism: str) -> Overrides:
    return off(*(name for name in (*_QUALITY, "turnover") if name != mechanism))


def _short_of_full(mechanism: str, switch: Overrides, *, years: int, **spec: Any) -> np.ndarray:
    """Return how far quality is from full, month by month, with this part of quality alone."""
    help_ = programme(places=20, staff__caseload=20.0, **spec)
    town = lived(help_, {**_others_off(mechanism), **switch, "years": years})
    return 1.0 - rows_of(town)["quality"].dropna().to_numpy()


def _moved(town: Neighbourhood, column: str, months: int) -> tuple[float, float]:
    """Return by how much a column of the first residents rose and fell, all months together."""
    n = town.people.count
    rose = fell = 0.0
    for _ in range(months):
        before = town.people.rows[column][:n].astype(float)
        town.step()
        change = town.people.rows[column][:n].astype(float) - before
        rose += float(change[change > 0].sum())
        fell -= float(change[change < 0].sum())
    return rose, fell


def _relation(switch: Overrides) -> Terms:
    short = _short_of_full("relation", switch, years=2)
    return {"at the start": float(short[0]), "growth": float(short[0] - short[10])}


def _experience(switch: Overrides) -> Terms:
    short = _short_of_full("experience", switch, years=2)
    return {"at the start": float(short[0]), "growth": float(short[0] - short[10])}


def _memory(switch: Overrides) -> Terms:
    """Memory grows with work; another name begins without it, and a gap takes part of it."""
    spec = programme(places=20, staff__caseload=20.0)
    town = lived(
        on(spec, months((18, 1.0), (12, 0.0), (6, 1.0))), {**_others_off("memory"), **switch}
    )
    quality = rows_of(town)["quality"]
    return {
        "at the start": 1.0 - float(quality.loc[1]),
        "growth": float(quality.loc[17] - quality.loc[1]),
        "forgotten": float(quality.loc[18] - quality.loc[31]),
    }


def _setting(switch: Overrides) -> Terms:
    short = _short_of_full("setting", switch, years=1, support__own_surroundings=0.5)
    return {"short": float(short.sum())}


def _start_up(switch: Overrides) -> Terms:
    spec = {"staff__start_up_months": 4, "money__start_up_eur": 10_000.0}
    short = _short_of_full("start_up", switch, years=2, **spec)
    town = lived(programme(**spec), switch, months=12)
    book = town.chronicle.frame("cashbook")
    return {
        "friction": float(short.sum()),
        "lag": float((rows_of(town)["working"] == 0).sum()),
        "euros": float(book.loc[book["kind"] == "start_up", "amount_eur"].sum()),
    }


def _turnover(switch: Overrides) -> Terms:
    often = {"staffing.leave_rate": 0.1}
    rows = rows_of(lived(programme(), {**often, **switch}, months=36))
    return {name: float(rows[name].sum()) for name in ("posts_vacant", "unsupported_months")}


def _insecurity(switch: Overrides) -> Terms:
    """Whether the end of the money is known makes no difference to who leaves."""
    often = {"staffing.leave_rate": 0.05, "staffing.insecurity_months": 24.0}
    spec = programme(places=30, staff__caseload=5.0)
    vacant = [
        rows_of(lived(on(spec, paid), {**often, **switch}, months=36))["posts_vacant"].to_numpy()
        for paid in (months((36, 1.0)), _SECURE)
    ]
    return {"who leaves": float(np.abs(vacant[0] - vacant[1]).sum())}


def _abandonment(switch: Overrides) -> Terms:
    """Nothing else moves trust: those left behind lose it, and so do their ties."""
    spec = on(programme(places=20, support__duration_months=60), months((6, 1.0)))
    town = world(spec, {**_CALM, **switch})
    step(town, months=6)
    taking_part = [one.row for one in town.programmes["help"].participants]
    before = town.people.column("trust").astype(float)
    step(town)
    loss = before - town.people.rows["trust"][: len(before)]
    own = loss[taking_part].sum()
    return {"participants": float(own), "their ties": float(np.abs(loss).sum() - own)}


def _poked(
    spec: Any, switch: Overrides, column: str, values: tuple[float, float]
) -> list[Neighbourhood]:
    """Return two worlds after a month, with one quantity of everybody low and high at the start."""
    towns = [world(spec, switch), world(spec, switch)]
    for town, value in zip(towns, values, strict=True):
        town.people.rows[column][: town.people.count] = value
        town.step()
    return towns


def _trust_gate(switch: Overrides) -> Terms:
    spec = programme(places=40, funnel__visit=0.5)
    low, high = (rows_of(town) for town in _poked(spec, switch, "trust", (0.2, 0.8)))
    return {"let in": float(high["visited"].sum() - low["visited"].sum())}


def _survival_gate(switch: Overrides) -> Terms:
    spec = programme(places=40, support__group=True)
    low, high = (rows_of(town) for town in _poked(spec, switch, "burden", (0.0, 1.0)))
    return {"take up": float(low["joined"].sum() - high["joined"].sum())}


def _participation_limits(switch: Overrides) -> Terms:
    """How many hours there are has no say in who starts."""
    spec = programme(places=40, staff__caseload=40.0, support__hours_per_week=30.0)
    joined = [
        float(
            rows_of(lived(spec, {"taking_part.hours_limit": hours, **switch}, months=3))[
                "joined"
            ].sum()
        )
        for hours in (20.0, 40.0)
    ]
    return {"kept out": joined[1] - joined[0]}


def _lock_in(switch: Overrides) -> Terms:
    """Work on the market, found by those in subsidised work of the programme."""
    many = {"labour.vacancy_rate": 0.3, "working.find_rate": 0.5}
    spec = programme(
        places=40,
        staff__caseload=40.0,
        support__duration_months=36,
        nudges__working=0.2,
        offers={"work_rung": 3, "work_places": 40},
    )
    found = [
        float(trajectories(lived(spec, {**many, **asked, **switch}, months=36))["found_work"].sum())
        for asked in ({"taking_part.lock_in": 0.0}, {"taking_part.lock_in": 1.0})
    ]
    return {"not found": found[0] - found[1]}


def _offset_risk(switch: Overrides) -> Terms:
    """Nothing else raises burden."""
    spec = programme(places=40, staff__caseload=40.0, nudges__burden=-0.01)
    often = {"taking_part.offset_rate": 0.2}
    return {"rise": _moved(world(spec, {**_CALM, **often, **switch}), "burden", 12)[0]}


def _word_of_mouth(switch: Overrides) -> Terms:
    spec = programme(places=10, funnel={"approaches": 0.1}, bonds={"word_of_mouth": 0.5})
    town = world(spec, switch)
    told = 0
    for _ in range(12):
        town.step()
        told += int(town.programmes["help"].delivery.standing()["told"].sum())
    return {"told": float(told)}


def _programme_ties(switch: Overrides) -> Terms:
    twin = lived(overrides=switch, months=10)
    terms = {}
    for name, bonds in (
        ("fellows", {"peers": 0.5}),
        ("bridges", {"bridges": 0.5}),
        ("mentors", {"mentor": True}),
    ):
        town = lived(programme(places=30, bonds=bonds), switch, months=10)
        if name == "fellows":
            terms[name] = float((town.edges.column("kind") == FELLOW).sum())
        else:
            more = town.people.column("bridges").sum(dtype=int)
            terms[name] = float(more - twin.people.column("bridges").sum(dtype=int))
    return terms


def _volunteering(switch: Overrides) -> Terms:
    bonds = {"volunteers": 1.0, "volunteer_load": 16.0}
    spec = programme(places=20, support__duration_months=3, bonds=bonds)
    rows = rows_of(lived(spec, {"taking_part.volunteer_burn_out": 0.5, **switch}, months=18))
    return {name: float(rows[name].sum()) for name in ("new_volunteers", "burn_outs")}


def _dependency(switch: Overrides) -> Terms:
    """Nothing else moves agency."""
    spec = programme(places=20, support__duration_months=36, nudges__learning=0.001)
    soon = {"counterforces.dependency_after": 6}
    return {"agency": _moved(world(spec, {**_CALM, **soon, **switch}), "agency", 18)[1]}


def _drift(switch: Overrides) -> Terms:
    return {"short": float(_short_of_full("drift", switch, years=4)[-1])}


def _diminishing_returns(switch: Overrides) -> Terms:
    short = _short_of_full(
        "diminishing_returns",
        switch,
        years=2,
        support__duration_months=2,
        funnel={"approaches": 200.0, "again_months": 1},
    )
    return {"short": float(short.sum())}


def _critical_mass(switch: Overrides) -> Terms:
    short = _short_of_full(
        "critical_mass", {"counterforces.critical_share": 0.01, **switch}, years=1
    )
    return {"gain": float(-short.sum())}


def _freed_hands(switch: Overrides) -> Terms:
    """How soon posts are filled elsewhere, when another programme stops and when it goes on."""
    often = {"staffing.leave_rate": 0.05, "staffing.vacancy_months": 10}
    big = programme("big", places=60, staff__caseload=5.0)
    vacant = [
        rows_of(
            lived(
                policy(programme(places=30, staff__caseload=3.0), on(big, paid)),
                {**often, **switch},
            )
        )["posts_vacant"].to_numpy()
        for paid in (months((12, 1.0)), _SECURE)
    ]
    return {"sooner": float((vacant[1][:24] - vacant[0][:24]).sum())}


def _freed_money(switch: Overrides) -> Terms:
    """Money that a stopped programme gives back, saved on empty posts, goes to another."""
    often = {"staffing.leave_rate": 0.1}
    stops = on(programme("stops", places=20, staff__caseload=5.0), months((12, 1.0)))
    book = lived(policy(programme(), stops), {**often, **switch}, months=36).chronicle.frame(
        "cashbook"
    )
    return {"passed on": float(book.loc[book["kind"] == "passed_on", "amount_eur"].sum())}


def _documented_risks(switch: Overrides) -> Terms:
    """One risk that acts in the programme, one in the plan and one on quality; the rest: test_risks.py."""

    def risky(kind: str, size: float, months: int = 1) -> Any:
        risk = {"kind": kind, "text": "of a test", "on": True, "size": size, "months": months}
        town = lived(programme(places=20, risk=risk), {**off(*_QUALITY), **switch}, months=24)
        return rows_of(town)

    usual = risky("no_growth", 0.0)
    return {
        "closed": float((risky("venue_closed", 0.2, 2)["working"] == 0).sum()),
        "not held": float(usual["visited"].sum() - risky("not_held", 0.5)["visited"].sum()),
        "guidance": 1.0 - float(risky("thin_guidance", 0.5)["quality"].min()),
    }


PROGRAMME_TERMS: dict[str, Callable[[Overrides], Terms]] = {
    "relation": _relation,
    "experience": _experience,
    "memory": _memory,
    "setting": _setting,
    "start_up": _start_up,
    "turnover": _turnover,
    "insecurity": _insecurity,
    "abandonment": _abandonment,
    "trust_gate": _trust_gate,
    "survival_gate": _survival_gate,
    "participation_limits": _participation_limits,
    "lock_in": _lock_in,
    "offset_risk": _offset_risk,
    "word_of_mouth": _word_of_mouth,
    "programme_ties": _programme_ties,
    "volunteering": _volunteering,
    "dependency": _dependency,
    "drift": _drift,
    "diminishing_returns": _diminishing_returns,
    "critical_mass": _critical_mass,
    "freed_hands": _freed_hands,
    "freed_money": _freed_money,
    "documented_risks": _documented_risks,
}
