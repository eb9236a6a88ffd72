"""The terms of quality, and key workers who come and go: each switched off removes exactly its term."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from langeadem.scenarios import CalendarSpec

from .funding import (
    CLOSED,
    calendar,
    lived,
    months,
    off,
    on,
    only,
    policy,
    programme,
    rows_of,
    step,
    world,
)
from .fuzzy import FuzzyChecker

# -- the terms of quality -----------------------------------------------------------------------------


def _grown(start: float, after: float, scale: float) -> float:
    return 1.0 - (1.0 - start) * math.exp(-after / scale)


#: Quality of a cohort in month t (1 is the first of it), by mechanism; by the default parameters.
TERMS: dict[str, Callable[[int], float]] = {
    "relation": lambda t: _grown(0.40, t - 1, 6.0),
    "memory": lambda t: _grown(0.80, t - 1, 24.0),
    "setting": lambda t: 0.5 + 0.5 * 0.4,
    "start_up": lambda t: 1.0 - 0.25 * max(0.0, 1.0 - (t - 1) / 12.0),
    "drift": lambda t: 1.0 - min(0.30, 0.03 * (t - 1) / 12.0),
}
COHORT = programme(
    places=8,
    staff__caseload=8.0,
    support__duration_months=600,
    support__own_surroundings=0.4,
)


def _qualities(*mechanisms: str, length: int = 160) -> list[float]:
    """Return the quality of a cohort that stays together, month by month."""
    overrides = {**only(*mechanisms), **CLOSED, "years": 14}
    overrides["mechanisms.setting"] = "setting" in mechanisms
    rows = rows_of(lived(COHORT, overrides, months=length))
    assert (rows["supported_months"] == 8).all()
    return rows["quality"].tolist()


@pytest.mark.parametrize("mechanism", TERMS)
def test_a_mechanism_alone_is_its_term(mechanism: str) -> None:
    """Protects promise 4: alone it is the quality, to the precision of the record."""
    expected = [TERMS[mechanism](t) for t in range(1, 161)]
    assert _qualities(mechanism) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("mechanism", ["none", *TERMS])
def test_a_mechanism_switched_off_removes_exactly_its_term(mechanism: str) -> None:
    """Protects promise 4: without it the quality is the product of the others."""
    others = [name for name in TERMS if name != mechanism]
    expected = [math.prod(TERMS[name](t) for name in others) for t in range(1, 161)]
    assert _qualities(*others) == pytest.approx(expected, rel=1e-5)


def test_with_every_term_off_quality_is_full() -> None:
    """Protects the scale of quality: a month of support without any of the terms is a full month."""
    assert set(_qualities(length=60)) == {1.0}


def test_experience_is_that_of_this_worker() -> None:
    """Protects experience: quality follows the experience of who is there, and a new one begins low."""
    spec = programme(
        places=4, staff__caseload=4.0, staff__experience_months=0.0, support__duration_months=600
    )
    overrides = {**only("experience", "turnover"), **CLOSED, "staffing.leave_rate": 0.06}
    town = world(spec, {**overrides, "years": 10})
    seen = []
    for _ in range(120):
        step(town)
        (quality,) = rows_of(town)["quality"].tail(1)
        for worker in town.programmes["help"].workers:
            expected = _grown(0.70, worker.experience_months, 18.0)
            assert quality == pytest.approx(expected, rel=1e-5)
            seen.append(worker.experience_months)
    assert max(seen) > 18
    assert sum(months < 2 for months in seen) > 3
    without = lived(spec, {**overrides, **only("turnover")}, months=120)
    assert set(rows_of(without)["quality"].dropna()) == {1.0}


def test_an_organisation_remembers_and_forgets() -> None:
    """Protects memory: it halves in a year without work, and a new name begins with none."""
    long = {"months": 24}
    gap = {"months": 12, "level": 0.0}
    for begins, kept in (("fresh", 0.5), ("new_name", 0.0)):
        paid = calendar({**long, "begins": begins}, gap, then="repeat")
        rows = rows_of(lived(on(COHORT, paid), only("memory")))
        assert rows["memory_months"].loc[24] == 24
        assert rows["memory_months"].loc[37] == pytest.approx(24 * kept + 1)
    paid = months((24, 1.0), (12, 0.0), then="repeat")
    silent = rows_of(lived(on(COHORT, paid), {**only(), "mechanisms.setting": False}))
    expected = np.full(48, 1.0)
    assert silent["quality"].dropna().to_numpy() == pytest.approx(expected)


def test_a_relay_hands_over_its_share() -> None:
    """Protects the relay: relations and memory are saved by what is handed over, and support goes on."""
    for handover in (0.0, 0.5, 1.0):
        paid = calendar({"months": 24, "begins": "relay", "handover": handover}, then="repeat")
        town = world(on(COHORT, paid), {**only("relation", "memory"), **CLOSED})
        step(town, months=24)
        before = town.programmes["help"].relations_of(0)
        assert set(before.values()) == {24.0}
        step(town)
        running = town.programmes["help"]
        after = running.relations_of(0)
        assert running.memory_months == pytest.approx(24 * handover + 1)
        if handover:
            assert after == dict.fromkeys(before, 24 * handover + 1)
        else:
            assert rows_of(town)["abandoned"].loc[25] == 8


# -- staff ----------------------------------------------------------------------------------------------


def _exits(paid: CalendarSpec, overrides: dict[str, Any]) -> tuple[int, int]:
    """Return how often one of fifty key workers left, and the months in which they could."""
    spec = programme(places=50, staff__caseload=1.0)
    fast = {"staffing.leave_rate": 0.02, "staffing.vacancy_months": 0, "years": 6}
    rows = rows_of(lived(on(spec, paid), {**fast, **overrides}))
    return int(rows["posts_vacant"].sum()), int(rows["posts"].sum())


@pytest.mark.parametrize(
    ("secure", "switched_off", "rate"),
    [
        (False, (), 0.08),
        (False, ("insecurity",), 0.02),
        (True, (), 0.02),
        (False, ("turnover",), 0.0),
    ],
)
def test_who_sees_the_end_coming_leaves_sooner(
    secure: bool, switched_off: tuple[str, ...], rate: float
) -> None:
    """Protects turnover and insecurity: the chance to leave, against the one that is specified.

    The money is known of for a month at a time. A right model fails in fewer than 1 in 100 choices
    of the seed.
    """
    paid = calendar({"months": 1, "secure": secure}, then="repeat")
    exits, chances = _exits(paid, off(*switched_off))
    FuzzyChecker().check("exits", exits, chances, rate)
    assert (exits > 0) == (rate > 0)


def test_insecurity_grows_as_the_end_comes_near() -> None:
    """Protects insecurity: it is felt in the last half year, and not before."""
    paid = calendar({"months": 24, "begins": "goes_on"}, then="repeat")
    spec = programme(places=40, staff__caseload=1.0)
    fast = {"staffing.leave_rate": 0.03, "staffing.vacancy_months": 0, "years": 20}
    vacant = {}
    for name, overrides in (("felt", {}), ("not felt", off("insecurity"))):
        rows = rows_of(lived(on(spec, paid), {**fast, **overrides}))
        vacant[name] = rows["posts_vacant"].to_numpy().reshape(10, 24).sum(axis=0)
    # The same luck: until the end is in sight the same people leave, but for who was hired after
    # the end of the time before and does not leave in that month.
    assert vacant["felt"][2:18].tolist() == vacant["not felt"][2:18].tolist()
    assert vacant["felt"][19:].sum() > 1.5 * vacant["not felt"][19:].sum()


def test_freed_hands_shorten_vacancies() -> None:
    """Protects freed hands: who is freed by a stop fills a post elsewhere in half the time.

    Against continuity it works alone: the same vacancies last as long as ever without it.
    """
    stays = programme("stays", places=30, staff__caseload=1.0)
    stops = programme("stops", places=60, staff__caseload=1.0)
    overrides = {"staffing.leave_rate": 0.03, "staffing.vacancy_months": 6, "years": 3}
    empty = {}
    for name in ("freed_hands", "none"):
        both = policy(stays, on(stops, months((18, 1.0))))
        town = lived(both, {**only("turnover", name), **overrides})
        empty[name] = rows_of(town, "stays")["posts_vacant"]
    assert empty["freed_hands"].loc[:18].equals(empty["none"].loc[:18])
    # Those who leave in the half year after the stop are replaced after three months.
    assert empty["freed_hands"].loc[22:25].sum() < 0.75 * empty["none"].loc[22:25].sum()
    alone = lived(stays, {**only("turnover", "freed_hands"), **overrides})
    assert rows_of(alone, "stays")["posts_vacant"].equals(empty["none"])
