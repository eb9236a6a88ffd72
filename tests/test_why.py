"""Why it does not show: replicas, the staircase, matched groups, and what they add up to."""

from __future__ import annotations

import pickle
from functools import cache, partial

import numpy as np
import pytest
from langeadem.experiments import why
from langeadem.experiments.indicators import INDICATORS, indicator
from langeadem.experiments.intervals import mean_interval
from langeadem.experiments.lived import SCALES
from langeadem.experiments.matching import evaluate, matched_group
from langeadem.experiments.measuring import measure
from langeadem.experiments.monitor import Monitor
from langeadem.experiments.reasons import Why, answer, question
from langeadem.experiments.replica import Question, Replica
from langeadem.experiments.replicates import replicate
from langeadem.experiments.staircase import STEPS, group_rates
from langeadem.experiments.twins import Twin
from langeadem.scenarios import load

from .funding import ALWAYS, on, programme
from .funding import policy as policy_with

SMALL = {"figures.households": 160, "figures.residents": 340, "years": 4}


def ask(policy: object = "continuous", **more: object) -> Question:
    return question(load("average", overrides=SMALL), policy, year=4, evaluations=3, **more)


@cache
def one(seed: int = 5) -> Replica:
    return measure(ask(), seed, portrait=True)


@cache
def twins(seed: int = 5) -> Twin:
    asked = ask()
    return Twin(asked.policy, asked.baseline, seed, asked.year)


@cache
def found(policy: str = "continuous") -> Why:
    return answer(ask(policy), replicates=20, seed=40, workers=1)


# -- one pair of worlds -----------------------------------------------------------------------


def test_a_replica_holds_the_ledger_of_the_twin() -> None:
    pair = twins()
    for name in INDICATORS:
        told = dict(one().ledger[name])
        assert told.pop("gap") == pair.gap(name)
        assert list(told.values()) == pair.ledger(name)["value"].tolist()
    for scale in SCALES[:-1]:
        told = dict(one().unit_ledger[scale])
        assert sum(value for term, value in told.items() if term != "gap") == pytest.approx(
            told["gap"], abs=1e-9
        )


def test_the_fate_of_participants_is_that_of_the_trajectories() -> None:
    pair, fate = twins(), one().fate
    trajectories = pair.a.trajectories
    began = trajectories[trajectories["started"].notna()].drop_duplicates("person")
    assert fate.started == len(began) > 10
    assert fate.supported == len(
        set(trajectories.loc[trajectories["status"] == "supported", "person"])
    )
    assert fate.alive == int((began["living"] != "dead").sum())
    assert fate.here == int((began["living"] == "here").sum())
    effects = pair.effects()
    own = effects[(effects["group"] == "participant") & (effects["ladder"] == ask().indicator)]
    age = dict(
        zip(pair.a.persons(4).identity.tolist(), pair.a.persons(4).age_years.tolist(), strict=True)
    )
    counted = [
        pair.a.ages.counted(indicator(ask().indicator).counted, np.array([age[person]]))[0]
        for person in own["person"]
    ]
    own = own[counted]
    assert fate.compared == len(own)
    assert fate.kept == pytest.approx(own["effect"].mean())
    assert fate.gained == pytest.approx(own["while_supported"].mean())


def test_groups_are_counted_in_the_world_with_the_policy() -> None:
    pair = twins()
    name = ask().indicator
    snapshot = pair.a.snapshot(indicator(name), 4)
    whole = one().groups["neighbourhood"]
    assert whole.people == int(snapshot.here.sum())
    assert whole.effect == pair.gap(name)
    took_part = set(pair.participants().person.tolist())
    here = snapshot.person[snapshot.here].tolist()
    assert whole.participants == sum(person in took_part for person in here)
    assert one().groups["participants"].reach == 1.0
    assert 0.0 < one().groups["households"].reach < 1.0
    for scale in SCALES[:-1]:
        unit = one().groups[scale].unit
        assert one().groups[scale].effect == pytest.approx(
            pair.gap(name, scale, unit=unit), nan_ok=True
        )
        began = pair.participants().began_in(
            pair.participants().person, pair.a.unit_of_stairwell(scale)
        )
        numbers = np.bincount(began[began >= 0])
        assert numbers[unit] == numbers.max()


def test_a_replica_travels_between_processes() -> None:
    again = pickle.loads(pickle.dumps(one()))
    assert again.ledger == one().ledger
    assert len(pickle.dumps(one())) < 400_000


# -- who resembles participants ---------------------------------------------------------------


def matched(pair: Twin, evaluations: int = 3):
    people = pair.participants()
    before = np.maximum(0, (people.first - 1) // 12)
    look = indicator("working")
    return people, matched_group(pair.a, people.person, before, 4, look, people, evaluations)


def test_who_is_matched_has_the_age_and_score_and_never_took_part() -> None:
    pair = twins()
    people, groups = matched(pair)
    group = groups[0]
    assert len(group.people) > 10
    assert not set(group.alike.tolist()) & set(people.person.tolist())
    assert not people.shares_roof(group.alike).any()
    for own, other, year in zip(group.people, group.alike, group.before, strict=True):
        then = pair.a.snapshot(indicator("working"), int(year))
        at = [int(np.flatnonzero(then.person == person)[0]) for person in (own, other)]
        assert then.score[at[0]] == then.score[at[1]]
        ages = [(12 * year - then.birth[place]) // 120 for place in at]
        assert ages[0] == ages[1]
        assert then.here[at[1]]


def test_evaluations_of_a_group_draw_others_and_the_same_again() -> None:
    pair = twins()
    first, second = matched(pair)[1], matched(pair)[1]
    assert all(np.array_equal(a.alike, b.alike) for a, b in zip(first, second, strict=True))
    assert not np.array_equal(first[0].alike, first[1].alike)


def test_a_register_of_a_group_sees_the_mean_difference() -> None:
    pair = twins()
    group = matched(pair, 1)[1][0]
    look = indicator("working")
    seen = evaluate(pair.a, [group], 4, look, Monitor(source="register"))
    changes = []
    for people in (group.people, group.alike):
        rows = pair.a.rows_of(people)
        now = pair.a.paths.month(48)["rung"][rows, 1].astype(float)
        then = [
            float(pair.a.paths.month(12 * year)["rung"][row, 1])
            for row, year in zip(rows.tolist(), group.before.tolist(), strict=True)
        ]
        alive = pair.a.paths.month(48)["status"][rows] != 2
        changes.append((now - np.array(then))[alive].mean())
    assert seen.estimate[0] == pytest.approx(changes[0] - changes[1])


def test_a_large_effect_on_a_group_is_seen_and_none_is_not() -> None:
    luck = np.random.default_rng(3)

    def verdicts(effect: float):
        from langeadem.experiments.matching import GroupVerdict

        def drawn(shift: float) -> GroupVerdict:
            estimate = shift + luck.normal(size=30)
            return GroupVerdict(estimate, np.full(30, 0.5))

        return [(drawn(effect), drawn(0.0)) for _ in range(40)]

    seen = group_rates(verdicts(6.0), 0.05)
    assert seen["detection"] > 0.95
    # 1,200 evaluations, in 40 correlated rows: five standard deviations of a share of 5%.
    nothing = group_rates(verdicts(0.0), 0.05)
    assert nothing["detection"] < 0.12
    assert nothing["false_alarms"] == pytest.approx(0.05, abs=0.02)
    assert 2.0 < nothing["smallest_visible"] < 4.0


def test_a_group_without_twins_is_not_seen() -> None:
    """People whom only the world with the policy has are held against nobody."""
    from langeadem.experiments.matching import GroupVerdict

    alone = GroupVerdict(np.full(3, 1.0), np.full(3, 0.01))
    nobody = GroupVerdict(np.full(3, np.nan), np.full(3, np.nan))
    rates = group_rates([(alone, nobody)] * 20, 0.05)
    assert np.isnan(rates["detection"])
    assert np.isnan(rates["false_alarms"])


def test_the_test_of_a_group_is_welchs() -> None:
    from langeadem.experiments.matching import _welch
    from scipy.stats import ttest_ind

    luck = np.random.default_rng(2)
    group, alike = luck.normal(0.4, 1.0, 17), luck.normal(0.0, 2.0, 9)
    known = ttest_ind(group, alike, equal_var=False)
    assert _welch(group, alike) == (
        pytest.approx(group.mean() - alike.mean()),
        pytest.approx(known.pvalue),
    )
    assert _welch(np.ones(3), np.ones(4)) == (0.0, 1.0)
    assert _welch(np.ones(3), np.zeros(4)) == (1.0, 0.0)


# -- over replicates --------------------------------------------------------------------------


def test_the_answer_is_made_of_its_replicas() -> None:
    told = found()
    frame = told.ledger()
    assert frame["value"].sum() == pytest.approx(told.gap().value, abs=1e-9)
    gaps = [two.ledger[told.question.indicator]["gap"] for two in told.replicas]
    assert told.gap().value == pytest.approx(np.mean(gaps))
    assert told.gap().low < told.gap().value < told.gap().high
    assert [step.name for step in told.steps] == list(STEPS)
    assert told.steps[0].effect == pytest.approx(
        np.mean([two.groups["participants"].effect for two in told.replicas])
    )
    last = told.steps[-1]
    assert last.effect == pytest.approx(told.gap().value)
    assert last.diluted == pytest.approx(told.steps[0].effect * last.reach)
    people = [step.people for step in told.steps[2:]]
    assert people == sorted(people)


def test_without_policy_nothing_is_gained_and_alarms_are_at_the_level() -> None:
    told = found("none")
    assert not told.ledger()["value"].any()
    assert told.gap().value == 0.0
    rates = told.rates["neighbourhood"].loc["difference_in_differences"]
    assert rates["detection"] == rates["false_alarms"] == pytest.approx(0.05, abs=1e-6)
    assert all(step.effect == 0.0 or np.isnan(step.effect) for step in told.steps)


def test_a_programme_for_everybody_is_seen() -> None:
    given = programme(places=300, nudges__agency=0.2, eligibility__age_from=18)
    asked = question(
        load("average", overrides=SMALL),
        policy_with(on(given, ALWAYS)),
        name="agency",
        year=4,
        evaluations=3,
        monitor=Monitor(response=0.9),
    )
    told = answer(asked, replicates=20, seed=40, workers=1)
    assert told.gap("agency").value > 0.1
    assert told.rates["neighbourhood"].loc["difference_in_differences", "detection"] > 0.8


def test_the_stayers_of_a_panel_are_asked_too() -> None:
    told = found()
    assert bool(told.verdicts.loc["stayers_panel", "available"])
    assert (
        told.verdicts.loc["before_after", "detection"]
        == (told.rates["neighbourhood"].loc["before_after", "detection"])
    )


def test_workers_change_nothing() -> None:
    asked = ask()
    task = partial(measure, asked)
    alone = list(replicate(task, [40, 41], workers=1))
    together = list(replicate(task, [40, 41], workers=2))
    for a, b in zip(alone, together, strict=True):
        assert a.ledger == b.ledger
        assert a.groups == b.groups or str(a.groups) == str(b.groups)
        for scale in SCALES:
            assert np.array_equal(a.waves[scale][0][1].score, b.waves[scale][0][1].score)


def test_intervals() -> None:
    value, low, high = mean_interval([1.0, 2.0, 3.0])
    assert value == 2.0
    assert high - value == pytest.approx(4.302652730 / np.sqrt(3))
    assert value - low == pytest.approx(high - value)
    assert mean_interval([1.0, float("nan")])[0] == 1.0
    assert all(np.isnan(mean_interval([])))


# -- what is asked wrongly --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"year": 6}, "allowed: 2 to 4, the horizon of the scenario, in steps of 2"),
        ({"year": 3}, "in steps of 2"),
        ({"year": 1}, "allowed: 2"),
        ({"year": 4, "name": "wurking"}, "did you mean 'working'"),
        ({"year": 4, "evaluations": 0}, "evaluations 0; allowed: 1 or more"),
        ({"year": 4, "replicates": 19}, "allowed: 20 or more"),
        ({"year": 4, "workers": 0}, "workers 0; allowed: 1 or more"),
    ],
)
def test_bad_questions_are_told_before_anything_is_lived(asked, says) -> None:
    with pytest.raises(ValueError, match=says):
        why(load("average", overrides=SMALL), "continuous", **asked)
