"""Runs of a study: what is kept of them, their names, and that a batch changes nothing."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from langeadem.experiments import twin
from langeadem.experiments.indicators import INDICATORS
from langeadem.experiments.ledger import TERMS
from langeadem.experiments.outcomes import GROUPS, LADDERS, OUTCOMES, needs_of, outcome
from langeadem.experiments.runs import KEYS, Asked, Run, live, model_version
from langeadem.model import Neighbourhood
from langeadem.model.state import DEAD
from langeadem.scenarios import Scenario, load, with_policy

SMALL = {"figures.households": 240, "figures.residents": 500, "years": 6}
YEARS = (2, 4)
TWIN = tuple(name for name, one in OUTCOMES.items() if one.needs == "twin")
ALONE = tuple(name for name, one in OUTCOMES.items() if one.needs in ("run", "persons"))


def small(policy: str = "none", **more: object) -> Scenario:
    return load("average", policy, {**SMALL, **more})


def values(rows: list[dict], names: tuple[str, ...]) -> list[tuple[float, ...]]:
    assert all(row["status"] == "done" for row in rows), rows
    return [tuple(row[name] for name in names) for row in rows]


def test_an_arm_against_itself_is_exactly_nothing() -> None:
    """Protects promise 2: no policy beside its twin differs by 0 in every outcome, not nearly."""
    names = tuple(name for name in TWIN if not name.startswith("cost_per"))
    rows = live([Run(small(), 3, small())], Asked(names, YEARS))
    for row in rows:
        for name in names:
            # Nobody took part: their mean is no number.
            assert row[name] == 0.0 or (
                name.startswith("effect.participants") and math.isnan(row[name])
            ), name


def test_gaps_effects_and_terms_are_those_of_the_twin() -> None:
    """Protects that a sweep tells what `twin` tells: the same numbers by another road."""
    names = (
        "gap.working",
        "gap.mean_rung",
        "gap.share_on_low_rung",
        *(f"ledger.working.{term}" for term in TERMS),
    )
    rows = live([Run(small("watch-out"), 5, small())], Asked(names, YEARS))
    pair = twin(small(), "watch-out", seed=5)
    for row in rows:
        for name in ("working", "mean_rung", "share_on_low_rung"):
            assert row[f"gap.{name}"] == pytest.approx(pair.gap(name, year=row["year"]), abs=1e-12)
        ledger = pair.ledger("working", year=row["year"], unit=0).set_index("term")["value"]
        assert {term: row[f"ledger.working.{term}"] for term in TERMS} == ledger.to_dict()
        assert sum(ledger) == pytest.approx(row["gap.working"], abs=1e-12)


def test_rung_years_are_the_differences_of_persons_added_up() -> None:
    """Protects the main outcome: the same sum made in plain Python, person by person."""
    names = tuple(f"rung_years.{group}.{ladder}" for group in GROUPS for ladder in LADDERS)
    (row,) = live([Run(small("continuous"), 7, small())], Asked(names, (4,)))
    worlds = []
    for policy in ("continuous", "none"):
        world = Neighbourhood(small(policy), rng=7, record_persons=True)
        chronicle = world.run(years=4)
        worlds.append((world, chronicle))
    trajectories = worlds[0][1].frame("trajectory").dropna(subset="started")
    started = trajectories.groupby("person")["started"].min().to_dict()
    ages = small().parameters.ages
    sums = dict.fromkeys(names, 0.0)
    for year in range(1, 5):
        found = []
        for _, chronicle in worlds:
            now = chronicle.persons(year)
            found.append(
                {
                    (now.identity[k], now.birth[k]): (now.age_years[k], now.rung[k])
                    for k in np.flatnonzero(now.status != DEAD)
                }
            )
        for person, (age, rung) in found[0].items():
            if person not in found[1]:
                continue
            adult = age >= ages.adult
            counted = (adult, adult and age < ages.pension, adult, age >= ages.leisure_from)
            for at, ladder in enumerate(LADDERS):
                if not counted[at]:
                    continue
                gained = float(rung[at]) - float(found[1][person][1][at])
                sums[f"rung_years.people.{ladder}"] += gained
                if started.get(person[0], 1e9) <= 12 * year:
                    sums[f"rung_years.participants.{ladder}"] += gained
        frames = [chronicle.frame().iloc[12 * year] for _, chronicle in worlds]
        for ladder, counted in (("learning", "adults"), ("working", "working_age")):
            gap = frames[0][ladder] - frames[1][ladder]
            sums[f"rung_years.neighbourhood.{ladder}"] += gap * frames[0][counted]
    for name, total in sums.items():
        if not name.endswith(("neighbourhood.housing", "neighbourhood.leisure")):
            assert row[name] == pytest.approx(total, abs=1e-6), name
    assert row["rung_years.participants.working"] != 0.0


def test_money_and_service_are_those_of_the_books() -> None:
    """Protects euros: what a study keeps is what the cash book and the programmes say, to the cent."""
    names = ("granted_eur", "money_eur", "returned_eur", "start_up_eur", *ALONE)
    rows = live([Run(small("carousel"), 2)], Asked(names, (2, 6)))
    world = Neighbourhood(small("carousel"), rng=2)
    chronicle = world.run()
    book, months = chronicle.frame("cashbook"), chronicle.frame("programme")
    for row in rows:
        own = book[book["month"] <= 12 * row["year"]]
        by_kind = own.groupby("kind")["cents"].sum()
        assert round(100 * row["granted_eur"]) == by_kind.get("grant", 0) + by_kind.get("bridge", 0)
        spent = ("investment", "fixed", "staff", "places", "starts", "start_up")
        assert round(100 * row["money_eur"]) == sum(by_kind.get(kind, 0) for kind in spent)
        assert 0.0 < row["start_up_eur"] < row["money_eur"]
        lived = months[months["month"] <= 12 * row["year"]]
        assert row["relations_broken"] == lived["relations_broken"].sum()
        without = []
        for _, one in lived.groupby("programme"):
            working = one["working"].to_list()
            without.append(working[working.index(1) :].count(0) if 1 in working else 0)
        assert row["months_without_service"] == pytest.approx(sum(without) / len(without))
    # The calendar stops in the third year and starts again: the later row has seen a gap.
    assert rows[0]["months_without_service"] < rows[1]["months_without_service"]
    assert rows[1]["relations_broken"] > rows[0]["relations_broken"]


def test_a_batch_changes_nothing() -> None:
    """Protects promise 1: a run gives the same alone, beside others and in another order."""
    asked = Asked(("gap.working", "rung_years.people", "money_eur", "trust"), YEARS)
    runs = [
        Run(small(policy, years=years), 4, small(years=years))
        for policy in ("continuous", "carousel")
        for years in (4, 6)
    ]
    together = live(runs, asked)
    backwards = live(runs[::-1], asked)
    alone = [row for one in runs for row in live([one], asked)]
    kept = (*KEYS[:-1], *asked.outcomes)
    by_name = [
        {(row["key"], row["year"]): tuple(row[name] for name in kept) for row in rows}
        for rows in (together, backwards, alone)
    ]
    assert by_name[0] == by_name[1] == by_name[2]
    # What needs no twin is the same whether or not persons were kept for other outcomes.
    alone = live([Run(small("continuous"), 4)], Asked(("trust", "money_eur"), (4,)))
    beside = live([Run(small("continuous"), 4)], Asked(("trust", "trust_participants"), (4,)))
    assert alone[0]["trust"] == beside[0]["trust"] > 0.0
    assert 0.0 < beside[0]["trust_participants"] < 1.0
    assert len(by_name[0]) == len(together)


def test_a_run_that_fails_is_a_row_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Protects a sweep from one bad run: it is told where it failed, and the rest is there."""
    whole = Neighbourhood.step

    def step(self: Neighbourhood) -> None:
        if self.setup.policy.key == "carousel" and self.month == 5:
            raise RuntimeError("the roof came down")
        whole(self)

    monkeypatch.setattr(Neighbourhood, "step", step)
    runs = [Run(small(policy), 1) for policy in ("carousel", "continuous")]
    failed, *done = live(runs, Asked(("working",), YEARS))
    assert (failed["status"], failed["origin"], failed["year"]) == ("failed", "step", -1)
    assert failed["message"] == "RuntimeError: the roof came down"
    assert math.isnan(failed["working"])
    assert [row["year"] for row in done] == list(YEARS)
    # An arm that differs in more than its policy is no twin: it fails while it is built.
    other = Run(small("continuous"), 1, small(**{"moving.local_wish": 0.9}))
    (failed,) = live([other], Asked(("gap.working",), YEARS))
    assert (failed["status"], failed["origin"]) == ("failed", "build")
    assert "moving.local_wish" in failed["message"]


def test_a_run_is_named_by_its_content() -> None:
    """Protects resuming: equal content has one name, and whatever changes a result changes it."""
    run = Run(small("continuous"), 1, small())
    same = Run(load("average", "continuous", SMALL), 1, load("average", "none", SMALL))
    assert run.key == same.key
    others = [
        dataclasses.replace(run, seed=2),
        dataclasses.replace(run, world="w2"),
        dataclasses.replace(run, baseline=None),
        dataclasses.replace(run, labels={"moving.local_wish": 0.5}),
        dataclasses.replace(run, scenario=small("carousel")),
        dataclasses.replace(
            run, scenario=with_policy(small(), "continuous"), baseline=small("taper")
        ),
        dataclasses.replace(run, scenario=small("continuous", **{"moving.local_wish": 0.31})),
    ]
    assert len({run.key, *(one.key for one in others)}) == 1 + len(others)
    assert model_version().startswith("0.")


def test_outcomes_by_name() -> None:
    """Protects the user: a wrong name is refused with the nearest, and a twin is asked for."""
    with pytest.raises(ValueError, match=r"did you mean 'rung_years\.participants'"):
        outcome("rung_year.participants")
    assert needs_of(["working"]) == "run"
    assert needs_of(["working", "ledger.working.gained", "gap.working"]) == "ledger"
    with pytest.raises(ValueError, match="needs a twin; state a baseline"):
        live([Run(small(), 1)], Asked(("gap.working",), (1,)))
    assert {f"gap.{name}" for name in INDICATORS} <= set(OUTCOMES)
    assert all(one.about and one.unit for one in OUTCOMES.values())
