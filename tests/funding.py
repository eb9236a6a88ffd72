"""Programmes, calendars and small worlds of one's own, for the tests of programmes and money."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from langeadem.experiments.contributions import MECHANISMS
from langeadem.model.neighbourhood import Neighbourhood
from langeadem.scenarios import CalendarSpec, FundedProgramme, Policy, ProgrammeSpec, Scenario, load

TOWN = {"figures.households": 200, "figures.residents": 420, "years": 5}

#: Everything of a resident that is an outcome.
OUTCOMES = (
    "status",
    "household",
    "ended",
    "rung",
    "capability",
    "footing",
    "agency",
    "burden",
    "trust",
    "strain",
    "idle_months",
)

#: A programme that reaches everybody at once and does nothing: what a test is about is added to it.
_PLAIN: dict[str, Any] = {
    "name": "Help",
    "about": "a programme of a test",
    "intervention": "help",
    "where": "nowhere",
    "approach": "area",
    "ladder": "learning",
    "places": 10,
    "source": "a test",
    "success_factor": "none",
    "funnel": {"approaches": 200.0, "contact": 1.0, "visit": 1.0, "start": 1.0},
    "bonds": {"word_of_mouth": 0.0},
    "staff": {"caseload": 10.0, "start_up_months": 0, "salary_eur_per_month": 4000.0},
    "risk": {"kind": "no_growth", "text": "none here", "on": False},
}


def nested(dotted: dict[str, Any]) -> dict[str, Any]:
    """Return ``{"staff.caseload": 5}`` as ``{"staff": {"caseload": 5}}``."""
    tables: dict[str, Any] = {}
    for key, value in dotted.items():
        *path, last = key.split(".")
        inner = tables
        for part in path:
            inner = inner.setdefault(part, {})
        inner[last] = value
    return tables


def programme(key: str = "help", **differences: Any) -> ProgrammeSpec:
    """Return the plain programme with differences: ``programme(places=5, staff__caseload=5.0)``."""
    dotted = {name.replace("__", "."): value for name, value in differences.items()}
    data = {**_PLAIN, "key": key}
    for name, value in nested(dotted).items():
        inside = isinstance(value, dict) and isinstance(data.get(name, {}), dict)
        data[name] = {**data.get(name, {}), **value} if inside and name != "payers" else value
    return ProgrammeSpec.model_validate(data)


def calendar(*stretches: dict[str, Any], then: str = "last") -> CalendarSpec:
    """Return a calendar of these stretches."""
    text = {"key": "own", "name": "own", "about": "of a test", "source": "a test"}
    return CalendarSpec.model_validate({**text, "stretches": stretches, "then": then})


def months(*lengths_and_levels: tuple[int, float], then: str = "nothing") -> CalendarSpec:
    """Return a calendar that begins anew after each gap: ``months((12, 1.0), (6, 0.0))``."""
    stretches = []
    gap = True
    for length, level in lengths_and_levels:
        fresh = gap and level > 0
        begins = {"begins": "fresh"} if fresh else {}
        stretches.append({"months": length, "level": level, **begins})
        gap = level == 0
    return calendar(*stretches, then=then)


#: Full money every month, and everybody knows that it goes on.
ALWAYS = calendar({"months": 12, "secure": True})


def policy(*funded: ProgrammeSpec | FundedProgramme) -> Policy:
    """Return a policy of these programmes; those without a calendar always have money."""
    full = [
        one if isinstance(one, FundedProgramme) else FundedProgramme(programme=one, calendar=ALWAYS)
        for one in funded
    ]
    return Policy(key="own", programmes={one.programme.key: one for one in full})


def on(spec: ProgrammeSpec, paid: CalendarSpec, **more: Any) -> FundedProgramme:
    """Return a programme on a calendar."""
    return FundedProgramme(programme=spec, calendar=paid, **more)


def off(*mechanisms: str) -> dict[str, Any]:
    """Return the overrides that switch mechanisms off."""
    return {f"mechanisms.{name}": False for name in mechanisms}


#: Nobody moves, dies or separates, so that a cohort stays as it is.
CLOSED = off(
    "moving", "eviction", "deaths", "births", "leaving_home", "partnering", "separation"
)  # fmt: skip


def only(*mechanisms: str) -> dict[str, Any]:
    """Return the overrides that leave of all mechanisms of continuity these alone."""
    return off(*(name for name in MECHANISMS if name not in mechanisms))


def asked(
    what: Policy | str | ProgrammeSpec | FundedProgramme = "none",
    overrides: dict[str, Any] | None = None,
    place: str = "average",
) -> Scenario:
    """Return a scenario of a small town with a policy, or with one programme."""
    if isinstance(what, ProgrammeSpec | FundedProgramme):
        what = policy(what)
    return load(place, policy=what, overrides={**TOWN, **(overrides or {})})


def world(
    what: Policy | str | ProgrammeSpec | FundedProgramme = "none",
    overrides: dict[str, Any] | None = None,
    seed: int = 5,
    **options: Any,
) -> Neighbourhood:
    """Return a small town with a policy, or with one programme."""
    return Neighbourhood(asked(what, overrides), rng=seed, **options)


def lived(
    what: Policy | str | ProgrammeSpec | FundedProgramme = "none",
    overrides: dict[str, Any] | None = None,
    seed: int = 5,
    months: int | None = None,
    **options: Any,
) -> Neighbourhood:
    """Return a small town that lived to its horizon, or for a number of months."""
    town = world(what, overrides, seed, **options)
    for _ in range(town.setup.months if months is None else months):
        town.step()
    return town


def lives(town: Neighbourhood, columns: tuple[str, ...] = OUTCOMES) -> dict[int, bytes]:
    """Return everybody's outcomes as bytes, by identity."""
    rows = town.people.rows[: town.people.count]
    packed = [
        np.ascontiguousarray(rows[name]).view(np.uint8).reshape(len(rows), -1) for name in columns
    ]
    together = np.concatenate(packed, axis=1)
    return {int(i): together[k].tobytes() for k, i in enumerate(rows["identity"])}


def by_person(town: Neighbourhood, column: str) -> dict[int, Any]:
    """Return one column by identity."""
    rows = town.people.rows[: town.people.count]
    return dict(zip(rows["identity"].tolist(), rows[column].tolist(), strict=True))


def told(town: Neighbourhood) -> bytes:
    """Return the chronicle of the neighbourhood as bytes."""
    return town.chronicle.tallies().tobytes() + town.chronicle.flows().tobytes()


def tables(town: Neighbourhood) -> bytes:
    """Return what programmes did, and their money, as bytes."""
    scales = ("programme", "trajectory", "cashbook")
    return "".join(town.chronicle.frame(scale).to_csv() for scale in scales).encode()


def step(*towns: Neighbourhood, months: int = 1) -> None:
    """Let worlds live on."""
    for town in towns:
        for _ in range(months):
            town.step()


def rows_of(town: Neighbourhood, key: str = "help") -> pd.DataFrame:
    """Return the months of one programme."""
    frame = town.chronicle.frame("programme")
    return frame[frame["programme"] == key].set_index("month")


def trajectories(town: Neighbourhood, key: str = "help") -> pd.DataFrame:
    """Return the trajectories of one programme, those on the list included."""
    frame = town.chronicle.frame("trajectory")
    return frame[frame["programme"] == key]
