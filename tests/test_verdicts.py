"""Verdicts of an evaluator: by the textbook, against places without policy, and how often they err."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from langeadem.experiments.detection import POWER, Waves, comparisons_of, rates
from langeadem.experiments.lived import Lived
from langeadem.experiments.monitor import Answers, Monitor, Wave, moments, paired, wave_of
from langeadem.experiments.verdicts import (
    VERDICTS,
    before_after,
    difference_in_differences,
    median,
    rank_test,
    stayers_panel,
)
from langeadem.scenarios import Scenario
from scipy import stats

#: Chance that right verdicts fail one of the statistical tests below; seeds are fixed.
FALSE_ALARM = 1e-3
LEVEL = 0.05


def within(count: float, of: int, chance: float = LEVEL) -> bool:
    """Return whether a count of independent events is one that comes with the stated chance."""
    low, high = stats.binom.ppf([FALSE_ALARM / 2, 1 - FALSE_ALARM / 2], of, chance)
    return bool(low <= count <= high)


def place(
    seed: int,
    effect: float = 0.0,
    *,
    drift: float = 0.0,
    trend: float = 0.0,
    people: int = 400,
    units: int = 1,
    only: int | None = None,
) -> Waves:
    """Return two waves of a place: most stay, and everybody's score drifts by luck of the place.

    A world and its twin (the same seed, with and without effect) have all luck in common.
    """
    luck = np.random.default_rng([seed, 11])
    rung = luck.normal(2.5, 1.0, people)
    left = luck.random(people) < 0.3
    later = np.where(left, luck.normal(2.5, 1.0, people), rung + luck.normal(0, 0.5, people))
    later += trend + drift * luck.standard_t(4)
    unit = np.arange(people) % units
    later += effect * (np.ones(people) if only is None else unit == only)
    identity = (np.arange(people) + 1) << 8
    birth, burden = luck.integers(-800, -216, people), luck.random(people)
    before = Wave(0, seed, identity, birth, unit, rung, rung, burden, units)
    after = replace(before, year=4, identity=identity + left, score=later)
    return before, after


def places(count: int, first: int = 0, effect: float = 0.0, **more: Any) -> list[Waves]:
    return [place(first + seed, effect, **more) for seed in range(count)]


def rated(policy: list[Waves], baseline: list[Waves], monitor: Monitor, **more: Any) -> Any:
    """Return the rates; the gaps are those of pairs."""
    gap = [
        own[1].score.mean() - twin[1].score.mean()
        for own, twin in zip(policy, baseline, strict=True)
    ]
    return rates(policy, baseline, gap, monitor, **more)


def answers(score: np.ndarray, first: int = 0) -> Answers:
    """Return the answers of people who all answered; they are numbered from ``first``."""
    n = len(score)
    identity = np.arange(first, first + n) + 1
    one = Wave(0, 1, identity, identity, np.zeros(n, int), score, score, score)
    everybody = np.ones((1, n), dtype=bool)
    return Answers(one, everybody, np.array([n]), *moments(everybody, score), None)


def scores(seed: int, people: int, mean: float = 0.0) -> np.ndarray:
    return np.random.default_rng([seed, 12]).normal(mean, 1.0 + seed % 3, people)


# -- textbook tests ---------------------------------------------------------------------------------


def test_other_people_are_compared_by_welch() -> None:
    """Protects before and after: without anybody in both waves it is the test of Welch."""
    one, two = scores(1, 40), scores(2, 25, 0.8)
    verdict = before_after((answers(one), answers(two, first=100)))
    expected = stats.ttest_ind(two, one, equal_var=False)
    assert verdict.p_value[0] == pytest.approx(expected.pvalue, rel=1e-9)
    assert verdict.estimate[0] == pytest.approx(two.mean() - one.mean())
    assert verdict.estimate[0] / verdict.standard_error[0] == pytest.approx(expected.statistic)
    assert verdict.called(expected.pvalue * 1.01)[0]
    assert not verdict.called(expected.pvalue * 0.99)[0]


def test_the_same_people_are_compared_in_pairs() -> None:
    """Protects before and after, and the panel: with nobody else it is the paired t-test."""
    one = scores(1, 30)
    two = one + 0.3 * scores(3, 30) + 0.1
    expected = stats.ttest_rel(two, one).pvalue
    pair = answers(one), answers(two)
    assert before_after(pair).p_value[0] == pytest.approx(expected, rel=1e-9)
    assert stayers_panel(pair).p_value[0] == pytest.approx(expected, rel=1e-9)


def test_some_of_the_same_people_keep_the_level() -> None:
    """Protects the test for partly the same people: its false alarms are at the level, without drift."""
    tries, called = 3000, 0
    for seed in range(tries):
        luck = np.random.default_rng([seed, 13])
        person = luck.normal(0, 1, 90)
        one = person[:60] + luck.normal(0, 0.4, 60)
        two = person[20:] + luck.normal(0, 0.4, 70)
        called += int(before_after((answers(one), answers(two, first=20))).called(LEVEL)[0])
    assert within(called, tries)


def test_stayers_are_compared_with_stayers() -> None:
    """Protects the panel: movers are out of it, and changes are compared by the test of Welch."""
    one, two = scores(1, 30), scores(2, 30, 0.3)
    three, four = scores(3, 20), scores(4, 20, 0.5)
    # Of thirty people ten left, whose scores would turn the verdict, and ten others came.
    place_ = answers(one), answers(np.append(two[10:], np.full(10, 50.0)), first=10)
    verdict = stayers_panel(place_, [(answers(three), answers(four))])
    own, others = (two - one)[10:], four - three
    # Row 10 of the first wave is row 0 of the second.
    own = np.append(two[10:], np.full(10, 50.0))[:20] - one[10:]
    expected = stats.ttest_ind(own, others, equal_var=False)
    assert verdict.estimate[0] == pytest.approx(own.mean() - others.mean())
    assert verdict.p_value[0] == pytest.approx(expected.pvalue, rel=1e-9)
    assert verdict.answered.tolist() == [20]


def test_a_difference_in_differences_takes_the_mean_change_away() -> None:
    """Protects the comparison: its estimate, and its level without drift, of four groups each."""
    tries, called = 1500, 0
    for seed in range(tries):
        parts = np.random.default_rng([seed, 14]).normal(0, 1.0, (8, 15))
        seen = [(answers(parts[k]), answers(parts[k + 1], first=100)) for k in (0, 2, 4, 6)]
        verdict = difference_in_differences(seen[0], seen[1:])
        called += int(verdict.called(LEVEL)[0])
    assert within(called, tries)
    change = parts[1::2].mean(axis=1) - parts[::2].mean(axis=1)
    assert verdict.estimate[0] == pytest.approx(change[0] - change[1:].mean())
    with pytest.raises(ValueError, match="at least one comparison"):
        difference_in_differences(seen[0], [])


def test_verdicts_without_doubt_and_without_people() -> None:
    """Protects small units: all alike is no doubt, and one answer is no test."""
    same = answers(np.ones(5))
    assert before_after((same, answers(np.ones(4), first=50))).p_value.tolist() == [1.0]
    assert before_after((same, answers(np.zeros(4), first=50))).p_value.tolist() == [0.0]
    for few in (1, 0):
        verdict = before_after((same, answers(np.zeros(few), first=50)))
        assert np.isnan(verdict.p_value).all()
        assert not verdict.called().any()


def test_a_verdict_is_on_published_figures() -> None:
    """Protects rounding: a change that rounding hides is no change, and one that it makes is one."""
    before, after = place(1)
    for shift, figure in ((0.003, 0.0), (0.005, 0.01)):
        first = replace(before, score=np.full(400, 1.231))
        later = replace(after, score=np.full(400, 1.231 + shift))
        seen = Monitor(source="register").follow(first, later)
        assert before_after(seen).estimate[0] == pytest.approx(figure, abs=1e-9)
        seen = Monitor(source="register", design="panel").follow(first, later)
        assert stayers_panel(seen).estimate[0] == pytest.approx(figure, abs=1e-9)


# -- against places without policy --------------------------------------------------------------------


def test_the_rank_is_counted_by_hand() -> None:
    """Protects the placebo test: two-sided around the median, equals against the place itself."""
    placebos = np.array([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0])
    for value, p_value in ((10.0, 1 / 10), (-3.0, 1 / 10), (7.6, 4 / 10), (4.0, 10 / 10)):
        assert rank_test(np.array(value), placebos, 0.2)[0] == pytest.approx(p_value)
    # Two of ten may be called: the farthest surely, and of three equals in second place a third each.
    placebos = np.array([0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 3.0, 3.0, 9.0])
    p_value, chance = rank_test(np.array(3.0), placebos, 0.2)
    assert (p_value, chance) == (pytest.approx(0.4), pytest.approx(1 / 3))
    assert rank_test(np.array(np.nan), placebos, 0.2)[1] == 0.0
    gone = np.append(placebos[:-1], np.nan)
    assert rank_test(np.array(9.0), gone, 0.2)[1] == 1.0
    assert rank_test(np.array(np.nan), np.full(9, np.nan), 0.2)[1] == 0.0
    # Equal is equal, whatever the last digit of the machine.
    placebos = np.array([0.0] * 8 + [0.3])
    assert rank_test(np.array(0.1 + 0.2), placebos, 0.1)[1] == pytest.approx(0.5)


@given(
    values=hnp.arrays(
        float, st.integers(20, 60), elements=st.one_of(st.integers(-3, 3), st.floats(-1e3, 1e3))
    ),
    level=st.sampled_from([0.05, 0.1, 0.123]),
)
def test_false_alarms_are_the_level_by_construction(values: np.ndarray, level: float) -> None:
    """Protects exactness: over all places the chances add up to the level, whatever is equal."""
    chances = [
        rank_test(values[k], np.delete(values, k), level)[1].item() for k in range(len(values))
    ]
    assert np.mean(chances) == pytest.approx(level, abs=1e-6)


@pytest.mark.parametrize("placebos", [19, 27, 60])
@pytest.mark.parametrize("decimals", [None, 0])
def test_a_place_never_seen_before_is_called_at_the_level(
    placebos: int, decimals: int | None
) -> None:
    """Protects the level: heavy tails, a common trend and rounding leave false alarms where they were."""
    tries = 20_000
    luck = np.random.default_rng([placebos, 15])
    figures = 5.0 + luck.standard_t(3, (placebos + 1, tries))
    if decimals is not None:
        figures = np.round(figures, decimals)
    chance = rank_test(figures[0], figures[1:], LEVEL)[1]
    assert within(int((luck.random(tries) < chance).sum()), tries)


def test_the_median_leaves_out_who_has_no_figure() -> None:
    """Protects small units: the median of those that are numbers."""
    values = np.random.default_rng(16).normal(size=(9, 50))
    values[np.random.default_rng(17).random((9, 50)) < 0.4] = np.nan
    values[0, :] = 1.0
    assert median(values) == pytest.approx(np.nanmedian(values, axis=0))
    assert np.isnan(median(np.full((3, 2), np.nan))).all()


@pytest.mark.parametrize(
    ("level", "placebos", "told"),
    [
        (0.05, 18, "18 placebos cannot give a false-alarm rate of 0.05; allowed: at least 19"),
        (0.01, 98, "at least 99"),
        (0.0, 30, "level is 0.0; allowed: a number between 0 and 1"),
        (1.5, 30, "level is 1.5"),
    ],
)
def test_too_few_placebos_are_refused(level: float, placebos: int, told: str) -> None:
    """Protects honesty: a level that no figure can reach is an error that says how many are needed."""
    with pytest.raises(ValueError, match=told):
        rank_test(np.array(1.0), np.arange(float(placebos)), level)
    rank_test(np.array(1.0), np.arange(19.0), 0.05)


# -- rates over replicates ------------------------------------------------------------------------------

SEEN_AS = {
    "survey": Monitor(respondents=100),
    "panel": Monitor(respondents=100, design="panel"),
    "register": Monitor(source="register", design="panel"),
    "rounded": Monitor(respondents=100, design="panel", decimals=0),
}


@pytest.mark.parametrize("name", SEEN_AS)
def test_an_empty_policy_is_called_at_the_level(name: str) -> None:
    """Protects the promise of the eye: calibrated false alarms are at the level in drifting places.

    Forty sets of twenty places that the placebos have not seen, evaluated once. A t-test of their
    rates against the level, over the verdicts (Bonferroni).
    """
    found = []
    for first in range(0, 40 * 50, 50):
        baseline = places(20, first, drift=0.2, trend=0.3)
        fresh = places(20, first + 25, drift=0.2, trend=0.3)
        table = rated(fresh, baseline, SEEN_AS[name], surveys=1, level=LEVEL)
        assert table["false_alarms"].dropna().to_numpy() == pytest.approx(LEVEL)
        found.append(table["detection"].to_numpy())
    sets = np.array(found)[:, table["available"].to_numpy()]
    assert (stats.ttest_1samp(sets, LEVEL).pvalue > FALSE_ALARM / sets.shape[1]).all()


def test_a_policy_that_is_empty_is_its_twin() -> None:
    """Protects promise 2: with the same waves every number of the policy is that of the twin."""
    baseline = places(20, drift=0.2)
    table = rated(baseline, baseline, SEEN_AS["panel"], surveys=5)
    assert np.array_equal(table["detection"], table["false_alarms"])
    assert np.array_equal(table["textbook_detection"], table["textbook_false_alarms"])
    assert table["sign_errors"].isna().all()
    assert table["exaggeration"].isna().all()
    # And what is told of the twin does not depend on the policy.
    policy = places(20, drift=0.2, effect=1.0)
    other = rated(policy, baseline, SEEN_AS["panel"], surveys=5)
    about_twin = ["false_alarms", "textbook_false_alarms", "smallest_visible"]
    pd.testing.assert_frame_equal(other[about_twin], table[about_twin])
    assert (other["textbook_detection"] > table["textbook_detection"]).all()


def test_the_textbook_is_misled_by_drift() -> None:
    """Protects the reason for calibration: with drift the textbook calls too often, without it not."""
    monitor = Monitor(respondents=100, **{"response_by_rung": 0.0, "response_by_burden": 0.0})
    for drift in (0.0, 0.3):
        baseline = places(200, drift=drift, people=1000)
        table = rates(baseline, baseline, np.zeros(200), monitor, surveys=1)
        alarms = table.loc["before_after", "textbook_false_alarms"] * 200
        assert within(round(alarms), 200) == (drift == 0.0)
        # Even when nothing drifts comparison neighbourhoods are few; they do not make it worse.
        if drift:
            assert alarms > 60
            assert table.loc["difference_in_differences", "textbook_false_alarms"] * 200 > 40


@pytest.mark.parametrize("sign", [1, -1])
def test_a_large_effect_is_seen(sign: int) -> None:
    """Protects detection: an effect beyond all drift is called in nearly all cases, by its own sign."""
    baseline = places(20, drift=0.1, trend=0.3)
    policy = places(20, drift=0.1, trend=0.3, effect=sign * 1.5)
    table = rated(policy, baseline, SEEN_AS["panel"], surveys=10)
    assert (table["detection"] > 0.95).all()
    assert (table["sign_errors"] == 0).all()
    assert (table["exaggeration"] - 1).abs().max() < 0.1
    assert table["available"].all()
    # Of a hundred some have left and some do not answer again.
    assert table["answered"].tolist()[:2] == [100, 100]
    assert 20 < table.loc["stayers_panel", "answered"] < 80


def test_a_small_effect_that_is_called_is_exaggerated() -> None:
    """Protects type S and type M: of small effects what is called is too large, and at times reversed."""
    baseline = places(60, drift=0.1)
    small = places(60, drift=0.1, effect=0.05)
    large = places(60, drift=0.1, effect=0.5)
    monitor = SEEN_AS["panel"]
    little, much = (rated(one, baseline, monitor, surveys=10) for one in (small, large))
    for name in ("", "textbook_"):
        assert (little[f"{name}exaggeration"] > 2).all()
        assert (little[f"{name}sign_errors"] > 0.05).all()
        assert (much[f"{name}exaggeration"] < little[f"{name}exaggeration"]).all()
        assert (much[f"{name}sign_errors"] < 0.01).all()
    assert (little["detection"] < 0.3).all()


def test_rates_of_errors_are_counted_by_hand() -> None:
    """Protects type S and type M: a register, no drift but a wrong sign planted in one of twenty."""
    luck = np.random.default_rng(18)
    baseline = places(20, people=50)
    flat = [(b, replace(b, year=4, score=b.score + 0.01 * luck.normal())) for b, _ in baseline]
    effects = np.append(np.full(19, 2.0), -1.0)
    policy = [(b, replace(a, score=a.score + e)) for (b, a), e in zip(flat, effects, strict=True)]
    told = np.append(np.full(19, 1.0), 0.5)
    monitor = Monitor(source="register", decimals=None)
    table = rates(policy, flat, told, monitor, surveys=1)
    assert table.loc["before_after", "detection"] == 1.0
    assert table.loc["before_after", "sign_errors"] == pytest.approx(1 / 20)
    expected = (19 * 2 + 1) / (19 * 1 + 0.5)
    assert table.loc["before_after", "exaggeration"] == pytest.approx(expected, rel=0.02)
    assert table.loc["before_after", "answered"] == 50


def test_the_smallest_visible_effect_is_called_in_four_of_five() -> None:
    """Protects its definition: planted in the worlds it is called as often, and a smaller one less."""
    baseline = places(24, drift=0.1)
    monitor = replace(SEEN_AS["panel"], decimals=None)
    smallest = rated(baseline, baseline, monitor, surveys=5)["smallest_visible"]
    for name in VERDICTS:
        for part in (1.0, 0.95):
            called = []
            for effect in (part * smallest[name], -part * smallest[name]):
                planted = [(b, replace(a, score=a.score + effect)) for b, a in baseline]
                found = rated(planted, baseline, monitor, surveys=5)
                called.append(found.loc[name, "detection"])
            assert (np.mean(called) >= POWER - 1e-9) == (part == 1.0)


def test_the_smallest_visible_effect_follows_the_survey() -> None:
    """Protects its use: more answers make smaller effects visible, and coarse rounding hides them."""
    baseline = places(24, people=1500)

    def smallest(monitor: Monitor) -> float:
        table = rated(baseline, baseline, replace(monitor, response=0.9), surveys=5)
        return float(table.loc["before_after", "smallest_visible"])

    few, many = (smallest(Monitor(respondents=n, decimals=None)) for n in (50, 800))
    assert many < few / 2
    # In whole numbers 2.2 has to rise by 0.3 or to fall by 0.7 before anybody sees it.
    flat = [(b, replace(a, score=np.full(400, 2.2))) for b, a in places(20)]
    flat = [(replace(b, score=np.full(400, 2.2)), a) for b, a in flat]
    table = rated(flat, flat, Monitor(source="register", decimals=0), surveys=1)
    assert table.loc["before_after", "smallest_visible"] == pytest.approx(0.7, rel=1e-3)


def test_a_unit_is_evaluated_where_the_effect_is() -> None:
    """Protects the scales: a complex shows what another does not, at the same number in all worlds."""
    baseline = places(20, units=5)
    policy = places(20, units=5, effect=2.0, only=3)
    gap = np.full(20, 2.0)
    monitor = Monitor(response=0.9)
    here, elsewhere, round_again = (
        rates(policy, baseline, gap, monitor, units=[unit] * 20, surveys=4) for unit in (3, 2, 8)
    )
    assert here.loc["before_after", "detection"] == 1.0
    assert elsewhere.loc["before_after", "detection"] == pytest.approx(LEVEL)
    pd.testing.assert_frame_equal(here, round_again)
    mixed = rates(policy, baseline, gap, monitor, units=[3] * 10 + [2] * 10, surveys=4)
    assert 0.45 < mixed.loc["before_after", "detection"] < 0.65


def test_what_a_design_does_not_allow_is_said() -> None:
    """Protects honesty: no panel and no comparison give no number, and the reason."""
    baseline = places(20)
    table = rated(baseline, baseline, Monitor(comparisons=0), surveys=2)
    assert table["available"].tolist() == [True, False, False]
    assert "no comparison" in table.loc["difference_in_differences", "reason"]
    assert "same people" in table.loc["stayers_panel", "reason"]
    assert (
        table.loc["stayers_panel"]
        .drop(["available", "reason", "replicates", "surveys"])
        .isna()
        .all()
    )
    compared = rated(baseline, baseline, Monitor(), surveys=2)
    pd.testing.assert_series_equal(compared.loc["before_after"], table.loc["before_after"])
    alone = rated(baseline, baseline, Monitor(comparisons=0, design="panel"), surveys=2)
    assert alone["available"].tolist() == [True, False, True]


def test_comparisons_are_others_and_drawn_the_same_each_time() -> None:
    """Protects the draw: no place is compared with itself or with one place twice, and all come up."""
    found = comparisons_of(list(range(100, 120)), 30, 3)
    assert found.shape == (20, 30, 3)
    for world in range(20):
        assert world not in found[world]
        assert set(found[world].ravel().tolist()) == set(range(20)) - {world}
    assert all(len(set(row)) == 3 for row in found.reshape(-1, 3).tolist())
    assert np.array_equal(found, comparisons_of(list(range(100, 120)), 30, 3))
    counts = np.bincount(found.ravel(), minlength=20)
    assert stats.chisquare(counts).pvalue > FALSE_ALARM


def test_rates_are_the_same_each_time() -> None:
    """Protects promise 1: the same worlds and numbers give the same table."""
    baseline, policy = places(20, drift=0.2), places(20, drift=0.2, effect=0.2)
    tables = [rated(policy, baseline, SEEN_AS["panel"], surveys=3) for _ in range(2)]
    pd.testing.assert_frame_equal(*tables)
    other = rated(policy, baseline, SEEN_AS["panel"], surveys=4)
    assert other["surveys"].tolist() == [4] * 3


def test_rates_refuse_what_does_not_fit() -> None:
    """Protects promise 5: unequal lengths, too few worlds, waves between waves."""
    baseline = places(20)
    gap = np.zeros(20)
    with pytest.raises(ValueError, match="baseline has 19 replicates and policy has 20"):
        rates(baseline, baseline[1:], gap, Monitor())
    with pytest.raises(ValueError, match="gap has 3 replicates"):
        rates(baseline, baseline, gap[:3], Monitor())
    with pytest.raises(ValueError, match="units has 1 replicates"):
        rates(baseline, baseline, gap, Monitor(), units=[1])
    with pytest.raises(ValueError, match="surveys is 0"):
        rates(baseline, baseline, gap, Monitor(), surveys=0)
    with pytest.raises(ValueError, match="18 placebos"):
        rates(baseline[1:], baseline[1:], gap[1:], Monitor())
    with pytest.raises(ValueError, match="25 comparison neighbourhoods and 20 replicates"):
        rates(baseline, baseline, gap, Monitor(comparisons=25))
    with pytest.raises(ValueError, match="multiple of 3 years"):
        rates(baseline, baseline, gap, Monitor(interval=3))


# -- worlds that were lived -----------------------------------------------------------------------------


@functools.cache
def _calls_by_chance(worlds: int, compared: int) -> int:
    """Return how many calls among fresh worlds are too many, at FALSE_ALARM.

    Every fresh world is held against all placebos but one, and all against nearly the same, so
    that calls come together; their number depends on ranks alone and is found by drawing it.
    """
    luck = np.random.default_rng(19)
    drawn = []
    for _ in range(4000):
        change, fresh = luck.normal(size=(2, worlds))
        if compared:
            others = luck.permuted(np.tile(np.arange(worlds), (worlds, 1)), axis=1)
            others = others[others != np.arange(worlds)[:, None]].reshape(worlds, -1)[:, :compared]
            against = change[others].mean(axis=1)
            change, fresh = change - against, fresh - against
        rows = np.arange(worlds)
        placebos = np.stack([np.delete(change, row) for row in rows], axis=1)
        drawn.append(rank_test(fresh, placebos, LEVEL)[1].sum())
    return int(np.ceil(np.quantile(drawn, 1 - FALSE_ALARM)))


@pytest.mark.parametrize("seen_as", ["survey", "register"])
def test_real_worlds_are_called_at_the_level(
    small: Callable[..., Scenario], lived_waves: list[Waves], seen_as: str
) -> None:
    """Protects the promise of the eye in worlds that were lived: 24 fresh ones against 24 others."""
    fresh, baseline = lived_waves[:24], lived_waves[24:]
    monitor = replace(SEEN_AS[seen_as], decimals=None)
    table = rated(fresh, baseline, monitor, surveys=1)
    told = table.loc[table["available"]]
    assert told["false_alarms"].to_numpy() == pytest.approx(LEVEL, abs=1e-6)
    for name in told.index:
        most = _calls_by_chance(24, 0 if name == "before_after" else monitor.comparisons)
        assert told.loc[name, "detection"] * 24 <= most < 12


@pytest.fixture(scope="module")
def lived_waves() -> list[Waves]:
    """Return two waves, four years apart, of 48 small worlds without policy."""
    from langeadem.scenarios import load

    scenario = load(
        "average", overrides={"figures.households": 200, "figures.residents": 420, "years": 5}
    )
    found = []
    for seed in range(48):
        one = Lived(scenario, seed, paths=False)
        found.append((wave_of(one, "working", 1), wave_of(one, "working", 5)))
    assert len(paired(*found[0])[0]) > 50
    return found
