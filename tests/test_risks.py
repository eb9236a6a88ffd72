"""Documented risks: each changes what its document says, in its direction, and nothing when it is off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
from langeadem.agents.climbing import PAID_RUNG
from langeadem.model.neighbourhood import Neighbourhood
from langeadem.model.state import HERE
from langeadem.scenarios import RISKS, CalendarSpec, load, load_policy, load_programme

from .funding import (
    ALWAYS,
    lived,
    lives,
    months,
    off,
    on,
    programme,
    rows_of,
    tables,
    told,
    trajectories,
)

Measure = Callable[[Neighbourhood], float]


class Probe(NamedTuple):
    """A programme that can run a risk, what the risk should change, and which way."""

    measure: Measure
    sign: int
    differences: dict[str, Any] = {}  # noqa: RUF012
    overrides: dict[str, Any] = {}  # noqa: RUF012
    paid: CalendarSpec = ALWAYS


def _sum(column: str, upto: int = 60) -> Measure:
    return lambda town: float(rows_of(town)[column].loc[:upto].sum())


def _last(column: str) -> Measure:
    return lambda town: float(rows_of(town)[column].iloc[-1])


def _people(column: str) -> Measure:
    return lambda town: float(town.people.column(column).sum(dtype=np.float64))


def _burden_of_starters(town: Neighbourhood) -> float:
    return float(trajectories(town)["burden_start"].mean())


def _first_month(town: Neighbourhood) -> float:
    rows = rows_of(town)
    return float(rows.index[rows["supported_months"] > 0][0])


def _moved_after(town: Neighbourhood) -> float:
    took_part = trajectories(town)
    return float((took_part["completed"] & (took_part["living"] == "elsewhere")).sum())


def _longest(town: Neighbourhood) -> float:
    return float(trajectories(town)["supported_months"].max())


_LEAVING = {"staffing.leave_rate": 0.05}
_WORK = {"offers.work_rung": 3, "offers.work_places": 20}
_CREAM = {"funnel.creaming": 1.0}

PROBES: dict[str, Probe] = {
    "no_growth": Probe(_last("places"), -1),
    "venue_closed": Probe(_sum("supported_months"), -1),
    "care_waiting_list": Probe(_people("burden"), 1, {"nudges.burden": -0.05}),
    "no_transfer": Probe(
        _people("trust"), -1, {"support.duration_months": 60}, paid=months((20, 1.0))
    ),
    "poorly_informed": Probe(_sum("contacted"), -1),
    "intended_group_missed": Probe(_burden_of_starters, -1, {"eligibility.burden_from": 0.3}),
    "thin_guidance": Probe(_last("quality"), -1),
    "few_orders": Probe(_sum("jobs_given"), -1, _WORK),
    "no_say_over_inflow": Probe(_burden_of_starters, 1, _CREAM),
    "no_moving_on": Probe(_longest, 1, {"support.duration_months": 6}),
    "production_first": Probe(_people("capability"), -1, {"nudges.learning": 0.1, **_WORK}),
    "partners_absent": Probe(
        _sum("aftercare"), -1, {"support.duration_months": 6, "support.aftercare_months": 6}
    ),
    "no_means_of_pressure": Probe(_sum("drop_outs"), 1),
    "no_empowerment": Probe(_people("agency"), -1, {"nudges.agency": 0.05}),
    "funding_uncertain": Probe(_sum("posts_vacant"), 1, {}, _LEAVING),
    "resistance": Probe(_sum("visited", upto=6), -1),
    "slow_start": Probe(_first_month, 1),
    "key_person": Probe(_last("memory_months"), -1, {}, _LEAVING),
    "weak_inflow": Probe(_sum("aimed_at", upto=12), -1),
    "not_held": Probe(_sum("visited"), -1),
    "takes_over": Probe(_people("agency"), -1),
    "gain_leaves": Probe(_moved_after, 1, {"support.duration_months": 6, "nudges.housing": 0.1}),
}


def _run(kind: str, acts: bool, **overrides: Any) -> Neighbourhood:
    probe = PROBES[kind]
    spec = programme(
        **{
            "places": 20,
            "staff.caseload": 5.0,
            "funnel.approaches": 2.0,
            "funnel.again_months": 12,
            "support.duration_months": 12,
            **probe.differences,
            "risk.kind": kind,
            "risk.on": acts,
            "risk.size": 0.6,
            "risk.months": 6,
        }
    )
    return lived(on(spec, probe.paid), {**probe.overrides, **overrides})


def test_every_risk_is_tested() -> None:
    """Protects the catalogue of risks: a new kind comes with what it changes."""
    assert set(PROBES) == set(RISKS)


@pytest.mark.parametrize("kind", RISKS)
def test_a_risk_changes_what_it_says(kind: str) -> None:
    """Protects promise 4 for risks: on, it moves its measure its way; off, it leaves no trace."""
    probe = PROBES[kind]
    acts, rests = _run(kind, True), _run(kind, False)
    assert probe.sign * (probe.measure(acts) - probe.measure(rests)) > 0
    silent = _run(kind, True, **off("documented_risks"))
    for look in (lives, told, tables):
        assert look(silent) == look(rests)


@pytest.mark.parametrize("kind", [kind for kind in RISKS if kind not in ("no_transfer",)])
def test_a_risk_that_is_off_is_any_other_that_is_off(kind: str) -> None:
    """Protects promise 4 for risks: the kind of a risk that does not act has no say."""
    probe = PROBES[kind]
    differences = {"places": 20, "staff.caseload": 5.0, **probe.differences, "risk.on": False}
    plain, other = (
        lived(programme(**differences, **{"risk.kind": name}), probe.overrides, months=24)
        for name in ("no_growth", kind)
    )
    assert lives(plain) == lives(other)
    assert tables(plain) == tables(other)


def test_a_transfer_that_works_leaves_nobody_behind() -> None:
    """Protects `no_transfer`: without the risk participants are handed over, and nobody is abandoned."""
    acts, rests = _run("no_transfer", True), _run("no_transfer", False)
    assert _sum("abandoned")(acts) > 0
    assert _sum("handed_over")(acts) == 0
    assert _sum("abandoned")(rests) == 0
    assert _sum("handed_over")(rests) > 0
    assert rows_of(acts)["memory_months"].loc[21] == 0
    assert rows_of(rests)["memory_months"].loc[21] > 0


# -- who starts with Watch Out ------------------------------------------------------------------------


_ON = "programmes.watch-out.risk.on"


def _starters(acts: bool) -> pd.DataFrame:
    """Return who started with Watch Out in the default place, over some lucks."""
    asked = load("average", policy=load_policy("watch-out", {_ON: acts}), overrides={"years": 5})
    found = []
    for seed in (1, 2, 3):
        rows = Neighbourhood(asked, rng=seed).run().frame("trajectory")
        found.append(rows[rows["started"].notna()])
    return pd.concat(found)


def test_without_its_risk_watch_out_reaches_whom_it_is_meant_for() -> None:
    """Protects `intended_group_missed`: off, nobody who is asked has paid work or a qualification.

    Who waits for a place can find work or finish school before the start.
    """
    rows = _starters(acts=False)
    at_once = rows[rows["started"] == rows["since"]]
    assert len(at_once) > 100
    assert (at_once["working_start"] <= 2).all()
    assert (at_once["learning_start"] <= 1).all()
    assert (rows["working_start"] >= PAID_RUNG).mean() < 0.02


def test_with_its_risk_two_in_five_of_watch_out_already_work() -> None:
    """Protects what the card says: the size is a share of outsiders, and these are many more.

    The share of starters follows from how many there are of both when the first list is drawn up,
    within the half of a fifth that "two in five" leaves open.
    """
    rows = _starters(acts=True)
    assert "two in five" in load_programme("watch-out").sources["risk.size"]
    assert (rows["working_start"] >= PAID_RUNG).mean() == pytest.approx(0.4, abs=0.1)
    first_year = rows[rows["started"] <= 12]
    assert (first_year["working_start"] >= PAID_RUNG).mean() == pytest.approx(0.5, abs=0.1)
    outside = (rows["working_start"] > 2) | (rows["learning_start"] > 1)
    town = Neighbourhood(load("average"), rng=1)
    people = town.people.rows[: town.people.count]
    age = -people["birth"] // 12
    young = people["rung"][(people["status"] == HERE) & (age >= 18) & (age <= 27)]
    meant = float(((young[:, 0] <= 1) & (young[:, 1] <= 2)).mean())
    size = load_programme("watch-out").risk.size
    expected = size * (1 - meant) / (meant + size * (1 - meant))
    assert outside.mean() == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize(
    "kind", ["weak_inflow", "thin_guidance", "no_means_of_pressure", "not_held"]
)
def test_the_size_of_a_risk_counts(kind: str) -> None:
    """Protects the size: a larger risk does more."""
    probe = PROBES[kind]
    seen = []
    for size in (0.0, 0.3, 0.6, 1.0):
        spec = programme(
            **{
                "places": 20,
                "staff.caseload": 5.0,
                "funnel.approaches": 2.0,
                **probe.differences,
                "risk.kind": kind,
                "risk.on": True,
                "risk.size": size,
            }
        )
        seen.append(probe.sign * probe.measure(lived(spec, probe.overrides)))
    assert seen == sorted(seen)
    assert len(set(seen)) == 4 if kind != "no_means_of_pressure" else seen[0] < seen[-1]
