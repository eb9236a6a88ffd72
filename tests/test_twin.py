"""Twins and the ledger: the same luck, person against person, and terms that add up exactly."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langeadem.experiments import twin
from langeadem.experiments.indicators import INDICATORS
from langeadem.experiments.ledger import TERMS
from langeadem.experiments.lived import SCALES, identity_of_key
from langeadem.experiments.twins import Twin
from langeadem.scenarios import ScenarioError, load

from .funding import months, on, programme
from .funding import policy as policy_with

SMALL = {"figures.households": 160, "figures.residents": 340, "years": 6}
EXACT = 1e-9
#: Indicators that the chronicle publishes as they are.
PUBLISHED = [name for name in INDICATORS if name not in ("mean_rung", "share_on_low_rung")]


@cache
def pair(policy: str = "watch-out", seed: int = 5, **off: bool) -> Twin:
    """Return a small pair of worlds, with some mechanisms switched off."""
    switches = {f"mechanisms.{name}": on for name, on in off.items()}
    return twin(load("average", overrides={**SMALL, **switches}), policy, seed=seed)


def values(ledger: pd.DataFrame) -> dict[str, float]:
    return dict(zip(ledger["term"], ledger["value"], strict=True))


# -- the same luck ----------------------------------------------------------------------------


def test_no_policy_against_no_policy_is_exactly_zero() -> None:
    same = pair("none")
    for name in INDICATORS:
        for scale in SCALES:
            gap = np.atleast_1d(same.gap(name, scale))
            assert not np.nansum(np.abs(gap))
            assert not np.nansum(np.abs(same.ledger(name, scale)["value"]))
    effects = same.effects().drop(columns="person").select_dtypes("number")
    assert len(effects) > 500
    assert not np.nansum(np.abs(effects.to_numpy()))


def test_a_policy_against_itself_is_exactly_zero_and_has_participants() -> None:
    scenario = load("average", overrides=SMALL)
    same = twin(scenario, "continuous", "continuous", seed=5)
    assert len(same.participants().person) > 20
    assert set(same.ledger("working")["value"]) == {0.0}


def test_years_before_the_money_are_equal() -> None:
    help_later = on(programme(nudges__learning=1.0), months((36, 0.0), (36, 1.0)))
    late = twin(load("average", overrides=SMALL), policy_with(help_later), seed=5)
    for year in range(4):
        for name in INDICATORS:
            assert late.gap(name, year=year) == 0.0
            assert not late.ledger(name, year=year)["value"].any()
    assert late.gap("learning") != 0.0


# -- the ledger -------------------------------------------------------------------------------


@settings(max_examples=14)
@given(
    policy=st.sampled_from(
        ["watch-out", "continuous", "carousel", "buy-rent", "under-conditions", "je-eigen-stek"]
    ),
    seed=st.integers(1, 10_000),
    off=st.sets(
        st.sampled_from(
            ["crowding", "ties", "moving", "births", "deaths", "local_moves", "separation"]
        ),
        max_size=3,
    ),
    baseline=st.sampled_from(["none", "none", "sprint"]),
    year=st.integers(0, 5),
)
def test_terms_add_up_to_the_gap_at_every_scale(policy, seed, off, baseline, year) -> None:
    switches = {f"mechanisms.{name}": False for name in off}
    sizes = {"figures.households": 90, "figures.residents": 190, "years": 5}
    scenario = load("average", overrides={**sizes, **switches})
    two = twin(scenario, policy, baseline, seed=seed)
    for name in INDICATORS:
        assert (
            abs(sum(values(two.ledger(name, year=year)).values()) - two.gap(name, year=year))
            < EXACT
        )
        for scale in SCALES[:-1]:
            frame = two.ledger(name, scale, year)
            gap = np.asarray(two.gap(name, scale, year))
            total = frame.groupby("unit")["value"].sum(min_count=len(TERMS)).to_numpy()
            assert np.array_equal(np.isnan(gap), np.isnan(total))
            assert np.nanmax(np.abs(total - gap), initial=0.0) < EXACT


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_gap_is_that_of_the_published_means(name: str) -> None:
    two = pair("continuous")
    months = [one.chronicle.frame("neighbourhood").set_index("month") for one in (two.a, two.b)]
    for year in (1, 6):
        published = [float(frame[name].loc[12 * year]) for frame in months]
        assert two.gap(name, year=year) == pytest.approx(published[0] - published[1], abs=1e-6)
    units = [one.chronicle.frame("stairwell") for one in (two.a, two.b)]
    published = [
        frame[frame["year"] == 6].sort_values("unit")[name].to_numpy(dtype=float) for frame in units
    ]
    np.testing.assert_allclose(
        two.gap(name, "stairwell"), published[0] - published[1], atol=1e-5, equal_nan=True
    )


@pytest.mark.parametrize("policy", ["watch-out", "continuous", "under-conditions"])
def test_a_mechanism_switched_off_removes_exactly_its_term(policy: str) -> None:
    without_ties = pair(policy, ties=False)
    without_crowding = pair(policy, crowding=False)
    everything = pair(policy)
    for name in ("learning", "working", "agency", "mean_rung"):
        assert values(without_ties.ledger(name))["spillover"] == 0.0
        assert values(without_crowding.ledger(name))["crowding"] == 0.0
    moved = [
        abs(values(everything.ledger(name))[term])
        for name in ("working", "agency")
        for term in ("spillover", "crowding")
    ]
    assert policy == "watch-out" or max(moved) > 0.0


def test_without_ties_and_crowding_nobody_else_is_touched() -> None:
    apart = pair("continuous", ties=False, crowding=False)
    effects = apart.effects()
    others = effects[effects["group"] == "other"]
    assert len(others) > 300
    assert not others["effect"].any()
    assert not others["rung_years"].any()
    assert effects.loc[effects["group"] == "participant", "effect"].any()


def test_terms_are_what_they_say() -> None:
    """Every sum again, person by person in plain Python, from the tables of persons."""
    two, year = pair("continuous", seed=8), 6
    ledger = values(two.ledger("working", year=year))
    a, b = two.a.persons(year), two.b.persons(year)
    ages = two.a.ages
    world = []
    for persons in (a, b):
        world.append(
            {
                (int(i), int(m)): (int(status), int(rung[1]))
                for i, m, status, rung, age in zip(
                    persons.identity,
                    persons.birth,
                    persons.status,
                    persons.rung,
                    persons.age_years,
                    strict=True,
                )
                if ages.adult <= age < ages.pension
            }
        )
    in_a = {who for who, (status, _) in world[0].items() if status == 0}
    in_b = {who for who, (status, _) in world[1].items() if status == 0}
    took_part = set(two.a.supported(12 * year)["person"])
    mean_b = np.mean([world[1][who][1] for who in in_b])
    n = len(in_a)

    def change(who: tuple[int, int]) -> float:
        return world[0][who][1] - world[1][who][1]

    both_alive = set(world[0]) & set(world[1])
    direct = sum(change(who) for who in in_a & in_b if who[0] in took_part) / n
    others = sum(change(who) for who in in_a & in_b if who[0] not in took_part) / n
    gone = sum(change(who) for who in both_alive - (in_a & in_b) if who[0] in took_part) / n
    only_a = sum(world[0][who][1] - mean_b for who in in_a - in_b) / n
    only_b = -sum(world[1][who][1] - mean_b for who in in_b - in_a) / n
    assert gone != 0.0
    assert direct != 0.0
    assert ledger["exported"] == pytest.approx(-gone, abs=EXACT)
    assert ledger["gained"] + ledger["relapsed"] == pytest.approx(direct + gone, abs=EXACT)
    assert ledger["home"] + ledger["spillover"] + ledger["crowding"] == pytest.approx(
        others, abs=EXACT
    )
    composition = sum(ledger[term] for term in ("moved_out", "kept", "newcomers", "knock_on"))
    assert composition == pytest.approx(only_a + only_b, abs=EXACT)


def test_gained_is_the_difference_when_support_ended() -> None:
    two, year = pair("watch-out", seed=8), 6
    supported = two.a.supported(12 * year).set_index("person")
    total = 0.0
    alive = two.effects(year)
    alive = alive[(alive["group"] == "participant") & (alive["ladder"] == "learning")]
    persons = two.a.persons(year)
    age = dict(zip(persons.identity.tolist(), persons.age_years.tolist(), strict=True))
    for person in alive["person"]:
        if age[person] < two.a.ages.adult:
            continue
        month = int(supported.loc[person, "last"])
        rung = [
            world.paths.month(month)[world.row_of[person]]["rung"][0] for world in (two.a, two.b)
        ]
        total += int(rung[0]) - int(rung[1])
    counted = two._summed("learning", "neighbourhood", year).count_a[0]
    assert values(two.ledger("learning"))["gained"] == pytest.approx(total / counted, abs=EXACT)


def test_support_ends_before_aftercare() -> None:
    caring = programme(
        support__duration_months=6, support__aftercare_months=12, support__aftercare_dose=0.5
    )
    two = twin(load("average", overrides=SMALL), policy_with(on(caring, months((36, 1.0)))), seed=5)
    trajectories = two.a.trajectories
    done = trajectories[trajectories["completed"] & trajectories["ended"].notna()]
    stayed = done[done["living"] == "here"]
    assert len(stayed) > 5
    assert (stayed["ended"] - stayed["support_ended"]).median() == 12
    supported = two.a.supported(72).set_index("person")
    begun = trajectories[trajectories["started"].notna()]
    once = begun.drop_duplicates("person", keep=False)["person"]
    own = done[done["person"].isin(once)]
    assert len(own) > 5
    last = supported.loc[own["person"], "last"].to_numpy()
    assert (last == own["support_ended"].to_numpy(dtype=int) - 1).all()


def test_newcomers_never_shared_a_roof_with_a_participant() -> None:
    """Who comes in through the programme is let in by it, and took nobody's place."""
    policy = "foyer-henegouwerlaan"
    two = twin(load("average", overrides=SMALL), policy, seed=3)
    participants = two.participants()
    now = two.a.snapshot(INDICATORS["housing"], 6)
    known = participants.known(now.person, "b")
    let_in = now.here & ~known & np.isin(now.person, participants.person)
    assert let_in.sum() > 3
    other = two.b.snapshot(INDICATORS["housing"], 6)
    mean = other.score[other.here].mean()
    together = now.here & ~known & participants.shares_roof(now.person)
    expected = (now.score[together] - mean).sum() / now.here.sum()
    stays = np.isin(now.person, other.person[other.here])
    back = now.here & known & ~stays
    expected += (now.score[back] - mean).sum() / now.here.sum()
    assert values(two.ledger("housing"))["kept"] == pytest.approx(expected, abs=EXACT)


# -- effects on persons -----------------------------------------------------------------------


def test_effects_are_the_differences_between_the_two_lives() -> None:
    two = pair("continuous", seed=8)
    effects = two.effects()
    assert not effects.duplicated(["person", "ladder"]).any()
    participants = effects[(effects["group"] == "participant") & (effects["ladder"] == "working")]
    assert len(participants) > 20
    supported = two.a.supported(72).set_index("person")
    for _, one in participants.head(25).iterrows():
        person = one["person"]
        lives = [
            [
                int(month["rung"][1])
                for month in world.paths.of(np.array([world.row_of[person]]), 0, 72)[:, 0:1].ravel()
            ]
            for world in (two.a, two.b)
        ]
        difference = np.array(lives[0]) - np.array(lives[1])
        first, last = (int(supported.loc[person, name]) for name in ("first", "last"))
        assert one["effect"] == difference[72]
        assert one["while_supported"] == difference[last]
        assert one["rung_years"] == pytest.approx(difference[first:].sum() / 12)
        for name, later in (("after_1_year", 12), ("after_5_years", 60)):
            if last + later <= 72:
                assert one[name] == difference[last + later]
            else:
                assert np.isnan(one[name])


def test_capability_is_that_of_the_end_of_the_year() -> None:
    two = pair("continuous", seed=8)
    effects = two.effects()
    row = effects[(effects["group"] == "participant") & (effects["ladder"] == "learning")].iloc[0]
    found = []
    for world in (two.a, two.b):
        persons = world.persons(6)
        found.append(float(persons.capability[persons.identity == row["person"]][0, 0]))
    assert row["capability_effect"] == pytest.approx(found[0] - found[1], abs=1e-6)


def test_a_person_is_the_same_in_every_world() -> None:
    two = pair("continuous", seed=8)
    for world in (two.a, two.b):
        assert len(np.unique(world.identity)) == len(world.identity)
        assert np.array_equal(identity_of_key(world.person), world.identity)
        assert np.array_equal(world.rows_of(world.person), np.arange(len(world.person)))
    assert two.a.rows_of(np.array([-5, 0]))[0] == -1


# -- what is asked wrongly --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"name": "workin"}, "did you mean 'working'"),
        ({"scale": "village"}, "allowed: stairwell, complex, street, neighbourhood"),
        ({"year": 7}, "allowed: 0 to 6"),
        ({"year": 1.5}, "allowed: 0 to 6"),
        ({"scale": "street", "unit": 99}, "there is no street 99"),
        ({"scale": "street", "unit": 0.5}, "there is no street 0.5"),
        ({"scale": "street", "unit": "x"}, "there is no street 'x'"),
        ({"scale": "street", "unit": True}, "there is no street True"),
        ({"unit": 1}, "there is no neighbourhood 1; allowed: 0 to 0"),
    ],
)
def test_bad_questions_are_told(asked, says) -> None:
    two = pair()
    for ask in (two.gap, two.ledger):
        with pytest.raises(ValueError, match=says):
            ask(**asked)


def test_an_unknown_policy_is_told() -> None:
    with pytest.raises(ScenarioError, match="watch-out"):
        twin(load("average", overrides=SMALL), "watch-aut")
    with pytest.raises(ValueError, match="overrides go with"):
        twin(load("average", overrides=SMALL), "none", overrides={"years": 2})


def test_a_scenario_stands_for_its_policy_and_nothing_else() -> None:
    """Protects comparisons: arms that differ in more than their policy are refused with the list."""
    bare = load("average", "none", SMALL)
    other = load("average", "watch-out", SMALL)
    assert twin(bare, other).a.scenario == twin(bare, "watch-out").a.scenario
    wider = load("average", "watch-out", {**SMALL, "moving.local_wish": 0.9, "ties.lifetime": 4})
    with pytest.raises(ScenarioError) as caught:
        twin(bare, wider)
    keys = [one.key for one in caught.value.problems]
    assert keys == ["parameters.moving.local_wish", "parameters.ties.lifetime"]
    with pytest.raises(ScenarioError, match=r"parameters\.ties\.lifetime"):
        twin(bare, "watch-out", baseline=wider)
