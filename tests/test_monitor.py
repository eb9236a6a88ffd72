"""The evaluator's eye: who is asked, who answers, and what is published of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from langeadem.experiments.indicators import indicator
from langeadem.experiments.lived import Lived
from langeadem.experiments.monitor import (
    REFERENCE_BURDEN,
    REFERENCE_RUNG,
    Answers,
    Monitor,
    Wave,
    paired,
    wave_of,
)
from langeadem.scenarios import Scenario
from scipy import stats

#: Chance that a right monitor fails one of the statistical tests below; seeds are fixed.
FALSE_ALARM = 1e-6
#: Answers by chance alone.
BLIND = {"response_by_rung": 0.0, "response_by_burden": 0.0, "decimals": None}


def wave(people: int = 1000, seed: int = 1, year: int = 0, units: int = 1) -> Wave:
    """Return people of no particular world; who stands higher carries less."""
    luck = np.random.default_rng([seed, 20])
    rung = np.clip(luck.normal(2.7, 1.1, people), 0, 5)
    return Wave(
        year=year,
        seed=seed,
        identity=(np.arange(people) + 1) << 8,
        birth=luck.integers(-800, -216, people),
        unit=np.arange(people) % units,
        score=np.round(rung),
        rung=rung,
        burden=np.clip(0.7 - 0.1 * rung + luck.normal(0, 0.1, people), 0, 1),
        units=units,
    )


def chosen(one: Wave, rows: Any, **changed: Any) -> Wave:
    """Return some of the people of a wave."""
    columns = ("identity", "birth", "unit", "score", "rung", "burden")
    return replace(one, **{name: getattr(one, name)[rows] for name in columns}, **changed)


def who(answers: Answers, survey: int = 0) -> set[int]:
    """Return the identities of those who answered."""
    return set(answers.wave.identity[answers.answered[survey]].tolist())


# -- what is published ----------------------------------------------------------------------------


def test_a_survey_without_selection_is_unbiased_and_knows_its_error() -> None:
    """Protects sampling: means scatter around the truth by the published error, finite people counted."""
    people = wave(600)
    seen = Monitor(respondents=300, response=0.9, **BLIND).observe(people, surveys=500)
    assert (seen.count == 300).all()
    apart = (seen.mean - people.score.mean()) / seen.standard_error
    assert abs(apart.mean()) * np.sqrt(len(apart)) < stats.norm.isf(FALSE_ALARM / 2)
    low, high = stats.chi2.ppf([FALSE_ALARM / 2, 1 - FALSE_ALARM / 2], len(apart))
    assert low < (apart**2).sum() < high


@pytest.mark.parametrize(
    ("depends", "sign"),
    [
        ({"response_by_rung": 0.3}, 1),
        ({"response_by_rung": -0.3}, -1),
        ({"response_by_burden": 3.0}, 1),
        ({"response_by_burden": -3.0}, -1),
    ],
)
def test_selection_biases_in_its_direction(depends: dict[str, float], sign: int) -> None:
    """Protects response: when those who stand high answer more often, the figure is too high."""
    people = wave(3000)
    seen = Monitor(**{**BLIND, **depends}).observe(people, surveys=100)
    apart = sign * (seen.mean - people.score.mean())
    assert stats.ttest_1samp(apart, 0.0, alternative="greater").pvalue < FALSE_ALARM


def test_by_default_the_figure_is_too_rosy() -> None:
    """Protects the documented sign: people in a less favourable position are underrepresented."""
    people = wave(3000)
    seen = Monitor(decimals=None).observe(people, surveys=100)
    apart = seen.mean - people.score.mean()
    assert stats.ttest_1samp(apart, 0.0, alternative="greater").pvalue < FALSE_ALARM


def test_the_chance_to_answer_is_logistic() -> None:
    """Protects the response model: its reference person, and the odds per rung and burden."""
    monitor = Monitor(response=0.25, response_by_rung=0.4, response_by_burden=2.0)
    people = chosen(wave(), np.arange(3))
    people = replace(
        people,
        rung=REFERENCE_RUNG + np.array([0.0, 1.0, 0.0]),
        burden=REFERENCE_BURDEN + np.array([0.0, 0.0, 0.5]),
    )
    chance = monitor.chance(people)
    assert chance[0] == pytest.approx(0.25)
    odds = chance / (1 - chance)
    assert odds[1] / odds[0] == pytest.approx(np.exp(0.4))
    assert odds[2] / odds[0] == pytest.approx(np.exp(-1.0))
    assert (Monitor(response=1.0).chance(people) == 1.0).all()


@given(people=st.integers(1, 60), decimals=st.one_of(st.none(), st.integers(0, 6)))
def test_a_register_is_the_population_rounded(people: int, decimals: int | None) -> None:
    """Protects the register: everybody is in it, the draw errs by nothing, and the figure is rounded."""
    everybody = wave(people)
    seen = Monitor(source="register", decimals=decimals).observe(everybody, surveys=3)
    mean = everybody.score.mean()
    assert seen.answered.all()
    assert seen.mean == pytest.approx(mean, abs=1e-12)
    expected = mean if decimals is None else round(float(mean), decimals)
    assert seen.published == pytest.approx(expected, abs=1e-12)
    if people > 1:
        assert (seen.standard_error == 0).all()


def test_a_stairwell_that_answers_completely_has_no_error_of_the_draw() -> None:
    """Protects the finite population: fifteen of fifteen is a census, and seven of fifteen is not."""
    stairwell = wave(150, units=10).at(3)
    assert len(stairwell) == 15
    census = Monitor(response=1.0).observe(stairwell)
    assert census.count.tolist() == [15]
    assert census.standard_error.tolist() == [0.0]
    part = Monitor(respondents=7, response=1.0).observe(stairwell)
    error = np.sqrt(part.variance / 7 * (1 - 7 / 15))
    assert part.standard_error == pytest.approx(error)
    assert part.standard_error[0] > 0


def test_nobody_to_ask_gives_no_figure() -> None:
    """Protects small units: an empty stairwell is no figure, and no error either."""
    nobody = chosen(wave(), np.arange(0))
    for source in ("survey", "register"):
        seen = Monitor(source=source).observe(nobody, surveys=2)
        assert seen.count.tolist() == [0, 0]
        assert np.isnan(seen.published).all()
        assert np.isnan(seen.standard_error).all()


# -- who is asked -----------------------------------------------------------------------------------


def test_invitations_stop_when_enough_have_answered() -> None:
    """Protects the fieldwork: enough answers and not one more, or everybody invited."""
    people = wave(1000)
    enough = Monitor(respondents=200, response=1.0).observe(people, surveys=5)
    assert enough.count.tolist() == enough.invited.tolist() == [200] * 5
    usual = Monitor(respondents=200, **BLIND).observe(people, surveys=50)
    assert (usual.count == 200).all()
    # Invited until the 200th answer: a negative binomial, cut off at everybody.
    low, high = stats.nbinom.ppf([FALSE_ALARM / 2, 1 - FALSE_ALARM / 2], 50 * 200, 0.30)
    assert low < (usual.invited - 200).sum() < high
    scarce = Monitor(respondents=900, **BLIND).observe(people, surveys=50)
    assert (scarce.invited == 1000).all()
    low, high = stats.binom.ppf([FALSE_ALARM / 2, 1 - FALSE_ALARM / 2], 50 * 1000, 0.30)
    assert low < scarce.count.sum() < high


def test_same_numbers_same_answers() -> None:
    """Protects promise 1: luck of a survey follows from seed, survey and year, and from nothing else."""
    people = wave(500, seed=3)
    monitor = Monitor(respondents=50)
    seen = monitor.observe(people, surveys=4)
    again = monitor.observe(people, surveys=4)
    assert np.array_equal(seen.answered, again.answered)
    assert np.array_equal(monitor.observe(people, surveys=2).answered, seen.answered[:2])
    assert len({frozenset(who(seen, survey)) for survey in range(4)}) == 4
    for other in (replace(people, seed=4), replace(people, year=2)):
        assert who(monitor.observe(other)) != who(seen)


@given(kept=st.sets(st.integers(0, 199), min_size=1), order=st.randoms(use_true_random=False))
def test_an_answer_is_a_matter_of_the_person(kept: set[int], order: Any) -> None:
    """Protects pairing: while places are enough nobody's answer depends on who else lives here."""
    people = wave(200)
    rows = sorted(kept)
    order.shuffle(rows)
    part = chosen(people, np.array(rows))
    willing = who(Monitor(respondents=1000).observe(people))
    assert who(Monitor(respondents=1000).observe(part)) == willing & set(part.identity.tolist())


def test_a_unit_is_asked_by_itself_and_numbers_go_round() -> None:
    """Protects the scales: only who lives in the unit answers; its number counts on from the first."""
    people = wave(300, units=10)
    seen = Monitor(response=1.0).observe(people, unit=13)
    assert (seen.wave.unit == 3).all()
    assert seen.count.tolist() == [30]
    assert len(people.at(3)) == 30


# -- the same people again --------------------------------------------------------------------------


def _later(people: Wave, leave: int) -> Wave:
    """Return the wave two years on: the first have left, and as many others came."""
    rows = np.arange(leave, len(people))
    new = np.arange(leave)
    stayed, came = chosen(people, rows), chosen(people, new)
    columns = ("birth", "unit", "score", "rung", "burden")
    merged = {n: np.concatenate([getattr(stayed, n), getattr(came, n)]) for n in columns}
    identity = np.concatenate([stayed.identity, came.identity + 1])
    return replace(people, year=people.year + 2, identity=identity, **merged)


def test_a_panel_asks_the_same_people_again() -> None:
    """Protects the panel: who answered and still lives here is asked first; others fill up."""
    before = wave(2000)
    after = _later(before, 800)
    surveys = 50
    for design, chance in (("panel", 0.7), ("cross-section", 0.3)):
        monitor = Monitor(design=design, **BLIND)
        first, second = monitor.follow(before, after, surveys=surveys)
        assert (second.count == 300).all()
        asked = twice = 0
        for survey in range(surveys):
            here = who(first, survey) & set(after.identity.tolist())
            asked += len(here)
            twice += len(here & who(second, survey))
        if design == "panel":
            low, high = stats.binom.ppf([FALSE_ALARM / 2, 1 - FALSE_ALARM / 2], asked, chance)
            assert low < twice < high
        else:
            # No more than 300 of about 600 willing are heard.
            assert twice < asked * chance
    whole = Monitor(design="panel", again=1.0, **BLIND)
    first, second = whole.follow(before, after)
    assert who(first) & set(after.identity.tolist()) <= who(second)


def test_a_panel_takes_no_more_than_answer() -> None:
    """Protects the panel: when its people suffice, nobody else is asked."""
    before = wave(600)
    monitor = Monitor(respondents=100, design="panel", again=1.0, **BLIND)
    first, second = monitor.follow(before, replace(before, year=2), surveys=5)
    assert np.array_equal(first.answered, second.answered)
    assert second.invited.tolist() == [100] * 5


def test_a_person_is_identity_and_birth() -> None:
    """Protects pairing: who has the place of another in a household is not that other."""
    before = wave(20)
    birth = before.birth.copy()
    birth[::2] += 1
    after = chosen(replace(before, birth=birth), np.arange(19, 4, -1))
    then, now = paired(before, after)
    assert sorted(then.tolist()) == list(range(5, 20, 2))
    assert np.array_equal(before.identity[then], after.identity[now])


# -- bad input --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"respondents": 1}, "respondents is 1; allowed: a whole number from 2 to 1e"),
        ({"respondents": 300.0}, "respondents is 300.0; allowed: a whole number"),
        ({"interval": 0}, "interval is 0; allowed: a whole number from 1 to 50"),
        ({"response": 0.0}, "response is 0.0; allowed: a number from 0.01 to 1"),
        ({"response": float("nan")}, "response is nan"),
        ({"again": 1.5}, "again is 1.5"),
        ({"response_by_rung": "high"}, "response_by_rung is 'high'"),
        ({"response_by_burden": 99.0}, "response_by_burden is 99.0"),
        ({"decimals": -1}, "decimals is -1"),
        ({"decimals": True}, "decimals is True"),
        ({"comparisons": -1}, "comparisons is -1"),
        ({"source": "registers"}, "allowed: survey, register; did you mean 'register'"),
        ({"design": "pannel"}, "allowed: cross-section, panel; did you mean 'panel'"),
    ],
)
def test_a_monitor_says_what_is_wrong(wrong: dict[str, Any], told: str) -> None:
    """Protects promise 5: a value out of range is an error that says what is allowed."""
    with pytest.raises(ValueError, match=re.escape(told)):
        Monitor(**wrong)


def test_waves_that_do_not_fit_are_refused() -> None:
    """Protects promise 5: columns of unequal length, years off the interval, surveys that are none."""
    people = wave(20)
    with pytest.raises(ValueError, match="score 19"):
        replace(people, score=people.score[1:])
    for year in (0, 3, -2):
        with pytest.raises(ValueError, match="multiple of 2 years"):
            Monitor().follow(people, replace(people, year=year))
    with pytest.raises(ValueError, match="surveys is 0"):
        Monitor().observe(people, surveys=0)
    first = Monitor().observe(people, surveys=2)
    with pytest.raises(ValueError, match="2 surveys and this one 3"):
        Monitor().observe(people, surveys=3, before=first)
    assert Monitor(interval=3).years(10) == (0, 3, 6, 9)


# -- a world that was lived ---------------------------------------------------------------------------


def test_a_wave_is_what_the_world_records(small: Callable[..., Scenario]) -> None:
    """Protects the bridge: residents who are counted, their unit, and the score the world records."""
    lived = Lived(small(), 1, paths=False)
    for name in ("working", "agency", "share_qualified"):
        snapshot = lived.snapshot(indicator(name), 4)
        one = wave_of(lived, name, 4, "stairwell")
        order = np.argsort(one.identity)
        assert np.array_equal(one.identity[order], snapshot.identity[snapshot.here])
        assert np.array_equal(one.birth[order], snapshot.birth[snapshot.here])
        assert np.array_equal(one.score[order], snapshot.score[snapshot.here])
        assert np.array_equal(one.unit[order], snapshot.stairwell[snapshot.here])
    assert one.units == len(lived.unit_of_stairwell("stairwell"))
    everybody = wave_of(lived, "mean_rung", 4)
    assert np.array_equal(everybody.rung, everybody.score)
    assert everybody.units == 1
    assert everybody.year == 4
    assert everybody.seed == 1
    assert sum(len(one.at(unit)) for unit in range(one.units)) == len(one)
