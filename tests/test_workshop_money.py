"""Plans of groups: what a timeline can say, one purse to the cent, and files that are read again.

What is protected here: two plans never differ in money; what somebody took home is the plan they
made; nothing that a group types, or a link says, is anything but a name or a plan.
"""

from __future__ import annotations

import csv
import io
import tomllib
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from langeadem.experiments.ensemble import Ensemble, in_world
from langeadem.experiments.runs import Asked, Run, live
from langeadem.scenarios import Scenario, Schedule, load, load_calendar, policy_names, with_policy
from langeadem.viz.text import LANGUAGES, texts
from langeadem.viz.workshop.downloads import (
    NotWritableError,
    csv_text,
    file_name,
    policy_toml,
    scenario_toml,
)
from langeadem.viz.workshop.money_choices import choices_of, plans_of
from langeadem.viz.workshop.money_files import figure_png, named, numbers_csv, plan_toml, plans_zip
from langeadem.viz.workshop.money_words import answer, table_head, table_row, under
from langeadem.viz.workshop.plan import (
    LONGEST_NAME,
    PRESETS,
    Plan,
    clean_name,
    plan_from_text,
    preset,
)
from langeadem.viz.workshop.plan_drawing import cells, course, highest_month, panels, scales
from langeadem.viz.workshop.plan_life import ENSEMBLE, YEARLY, live_plan
from langeadem.viz.workshop.plan_results import Outcome, moments, verdict
from langeadem.viz.workshop.purse import baseline_of, funded, purse_cents
from langeadem.viz.workshop.state import State, from_query

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "{{ 7*7 }}",
    '"; drop = 1\n[place]',
    "=HYPERLINK(1)",
    "$\\frac{1}{2}$ and ~ = ; |",
    "../../etc/passwd",
    "\u202egnp.exe\x00\x1b[31m",
)

years_of = st.integers(min_value=2, max_value=30)
edits = st.lists(
    st.tuples(st.lists(st.integers(-3, 33), max_size=12), st.integers(0, 3)), max_size=6
)


def edited(key: str, years: int, changes: list[tuple[list[int], int]]) -> Plan:
    """Return a preset after some strokes on its timeline."""
    plan = preset(key, years, min(15, years))
    for own, weight in changes:
        plan = plan.with_years(own, weight)
    return plan


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load("average", policy="continuous")


# -- plans ------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [key for key in PRESETS if key != "cliff"])
def test_a_preset_is_the_calendar_of_the_catalogue(key: str) -> None:
    """What the workshop shows as a carousel is the carousel of every other command."""
    assert vars(preset(key, 30, 15).schedule()) == vars(Schedule(load_calendar(key), 360))


def test_the_cliff_lasts_as_long_as_the_purse_pays_in_full() -> None:
    """At equal money a cliff of four years would be the sprint."""
    plan = preset("cliff", 30, 10)
    assert [plan.level_of(year) for year in (1, 10, 11, 30)] == [1, 1, 0, 0]


@given(st.sampled_from(PRESETS), years_of, edits)
def test_a_painted_year_has_what_was_painted_and_no_other_changes(
    key: str, years: int, changes: list[tuple[list[int], int]]
) -> None:
    """A stroke over the timeline does what the picture shows, and survives the link."""
    before = edited(key, years, changes[:-1])
    after = edited(key, years, changes)
    wanted, weight = changes[-1] if changes else ([], 0)
    for year in range(1, years + 1):
        months = slice(12 * (year - 1), 12 * year)
        if year in wanted:
            assert set(after.levels[months]) == {weight * before.unit}
        else:
            assert after.levels[months] == before.levels[months]
    again = plan_from_text(after.to_text(), years, min(15, years))
    assert again.levels == pytest.approx(after.levels)
    assert [one.begins for one in again.stretches] == [one.begins for one in after.stretches]


@given(st.sampled_from(PRESETS), edits)
def test_money_after_none_is_a_start_and_after_money_goes_on(
    key: str, changes: list[tuple[list[int], int]]
) -> None:
    """Who takes a year away has the programmes begin afresh after it."""
    plan = edited(key, 30, [*changes, ([7], 0), ([8], 1)])
    begins = plan.schedule().begins
    assert begins[84] in (1, 2)
    mended = plan.with_years([7], 1).with_years([6], 1)
    assert mended.schedule().begins[84] == 0


def test_a_promise_does_not_reach_across_a_gap() -> None:
    """Staff who know that money goes on do not know it of money that stops."""
    plan = preset("marathon", 30, 15).with_years([10], 0)
    ends = plan.schedule().ends_in
    assert ends[107] == 1
    assert ends[200] == Schedule.FAR
    assert not plan.with_promise(False).promised
    assert plan.with_promise(False).with_promise(True).promised


@pytest.mark.parametrize(
    "text",
    ["", "x", "12x", "0x1", "12x1q", "12x1pz", "99999x1", "12x1h101", "12x-1", "1" * 3000, "12x1 "],
)
def test_a_link_that_is_no_plan_is_refused(text: str) -> None:
    """A link can hold anything."""
    with pytest.raises(ValueError, match=r"."):
        plan_from_text(text, 30, 15)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_survives_a_link_as_it_is_shown(name: str) -> None:
    """Names are cleaned once, and are then what the group sees wherever the link is opened."""
    plan = preset("sprint", 30, 15).named(name)
    assert plan.name == clean_name(name)
    assert plan.name.isprintable()
    assert len(plan.name) <= LONGEST_NAME
    state, refused = from_query(State().chosen(**choices_of([plan])).to_query())
    assert not refused
    assert plans_of(state, 30) == [plan]


def test_four_plans_with_long_names_fit_in_a_link() -> None:
    """The longest that a group can make is still carried."""
    plans = []
    for at in range(4):
        plan = preset("carousel", 30, 15).named("\U0001f600" * 60 + str(at))
        plan = plan.with_years(range(1, 31, 2), 2).with_years(range(2, 31, 4), 1)
        plans.append(plan.with_promise(True))
    state, refused = from_query(State(page="money").chosen(**choices_of(plans)).to_query())
    assert not refused
    assert [one.levels for one in plans_of(state, 30)] == [one.levels for one in plans]


def test_a_spoilt_choice_begins_afresh() -> None:
    """A plan that a link spoilt is a plan, and no error."""
    state = State().chosen(plan1="name~no plan", plan2="b~sprint", purse="7")
    assert [one.preset for one in plans_of(state, 30)] == ["marathon", "sprint"]


# -- one purse --------------------------------------------------------------------------------


@pytest.mark.parametrize("purse", [5, 10, 15, 20])
def test_every_plan_gets_the_same_purse_to_the_cent(scenario: Scenario, purse: int) -> None:
    """The comparison is about time and never about money."""
    plans = [preset(key, 30, purse) for key in PRESETS]
    plans.append(edited("carousel", 30, [([1, 4, 9], 0), ([12, 13], 3)]))
    plans.append(edited("sprint", 30, [(list(range(1, 31)), 0), ([17], 2)]))
    cents = purse_cents(scenario, purse)
    for one in funded(scenario, plans, purse):
        assert one.total_cents == cents
        paid = one.cents > 0
        assert paid.tolist() == [level > 0 for level in one.plan.levels]
        assert sum(one.euros_of_year(year) for year in range(1, 31)) == pytest.approx(cents / 100)
    first = funded(scenario, plans, purse)[0].by_programme.sum(axis=1)
    for one in funded(scenario, plans, purse):
        # The division among programmes is the same too, but for cents that do not divide.
        assert np.abs(one.by_programme.sum(axis=1) - first).max() <= 1


def test_the_purse_is_so_many_years_of_full_money(scenario: Scenario) -> None:
    """What the button says is what is in it."""
    full = sum(one.programme.full_month_cents() for one in scenario.policy.programmes.values())
    assert purse_cents(scenario, 15) == 15 * 12 * full


def test_a_plan_without_money_pays_nothing(scenario: Scenario) -> None:
    """Who takes every year away has no plan yet, and the page says so."""
    plan = preset("sprint", 30, 15).with_years(range(1, 31), 0)
    one = funded(scenario, [plan], 15)[0]
    assert one.total_cents == 0
    assert one.months_without_money == 360


def test_equal_plans_are_equal_runs_whatever_they_are_called(scenario: Scenario) -> None:
    """Thirty groups with the marathon are one computation."""
    plans = [preset("relay", 30, 15).named(name) for name in ("a", "b")]
    one, other = funded(scenario, plans, 15)
    assert one.scenario.key() == other.scenario.key()
    assert one.scenario.policy.key == other.scenario.policy.key == "plan"


# -- lives ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    """Two plans in a small place, three times."""
    settings = {"figures.households": 200, "figures.residents": 420, "years": 8}
    small = load("average", policy="watch-out", overrides=settings)
    plans = [preset("marathon", 8, 5), preset("carousel", 8, 5).named("A & B <b>")]
    found = []
    for one in funded(small, plans, 5):
        lives = {
            seed: list(live_plan(one.scenario, baseline_of(small), seed))[-1] for seed in (1, 2, 3)
        }
        found.append(Outcome(one, lives))
    return found


def test_first_years_are_those_of_the_whole(outcomes: list[Outcome]) -> None:
    """A first answer is not another answer: it is the beginning of the same life."""
    one = outcomes[0].funded
    first, whole = live_plan(one.scenario, baseline_of(one.scenario), 1, quick=True)
    assert (first.years, whole.years) == (5, 8)
    for name in YEARLY:
        np.testing.assert_array_equal(first.yearly[name], whole.yearly[name][:5])
    np.testing.assert_array_equal(first.working, whole.working[:, :60])
    np.testing.assert_array_equal(whole.yearly["starts"], outcomes[0].lives[1].yearly["starts"])


def test_a_plan_is_lived_as_a_study_lives_it(outcomes: list[Outcome]) -> None:
    """What the page shows is what the command line would say of the second plausible world."""
    one = outcomes[1].funded
    asked = Asked(YEARLY, (3, 8))
    world = Ensemble.read(ENSEMBLE).worlds["w002"]
    own, beside = (in_world(it, world) for it in (one.scenario, baseline_of(one.scenario)))
    assert own.parameters != one.scenario.parameters
    rows = live([Run(own, 2, beside)], asked)
    for row in rows:
        for name in YEARLY:
            own = outcomes[1].lives[2].yearly[name][row["year"] - 1]
            np.testing.assert_equal(own, row[name])


def test_a_purse_is_never_overspent(outcomes: list[Outcome]) -> None:
    """Spent is at most what was in the purse."""
    for one in outcomes:
        for life in one.lives.values():
            assert life.yearly["money_eur"][-1] <= one.funded.total_cents / 100 + 0.005


def test_a_verdict_is_of_pairs_and_says_when_it_cannot_tell(outcomes: list[Outcome]) -> None:
    """Ahead is ahead beyond chance; equal plans are never told apart."""
    found = verdict(outcomes, "rung_years.participants", 8)
    assert found is not None
    assert found.pairs == 3
    same = verdict([outcomes[0], outcomes[0]], "rung_years.participants", 8)
    assert same is not None
    assert not same.clear
    assert same.difference == 0
    assert verdict(outcomes[:1], "rung_years.participants", 8) is None
    once = [Outcome(one.funded, {1: one.lives[1]}) for one in outcomes]
    assert not verdict(once, "rung_years.participants", 8).clear  # type: ignore[union-attr]


def test_moments_end_with_the_horizon() -> None:
    assert moments(30) == (5, 10, 20, 30)
    assert moments(8) == (5, 8)
    assert moments(5) == (5,)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_everything_that_is_drawn_and_said_can_be(outcomes: list[Outcome], lang: str) -> None:
    """Every state of the page has its words: nothing known, a first answer, all of it."""
    t = texts(lang)
    names = ["the marathon", "A & B <b>"]
    bare = [Outcome(one.funded, {}) for one in outcomes]
    for some in (bare, outcomes, outcomes[:1], []):
        own = names[: len(some)]
        assert answer(some, own, 12_345_600, t)
        assert under(some, own, t)
    for one, name in zip(outcomes, names, strict=True):
        assert len(table_row(one, name, t)) == len(table_head(8, t))
        drawn = cells(one.funded, highest_month([one.funded]), t)
        assert len(drawn) == 8
        assert sum(cell["on"] for cell in drawn) > 0
        assert set(course(one, t)) == {"service", "trust", "gain", "broken", "ends"}
    assert course(bare[0], t) == {}
    assert set(scales(outcomes)) == {"trust", "gain", "broken"}
    assert len(panels(bare, names, t)["panels"]) == len(panels(outcomes, names, t)["panels"]) == 2


# -- taking it home ---------------------------------------------------------------------------


@pytest.mark.parametrize("policy", policy_names())
def test_every_policy_is_read_again_as_it_was(policy: str, tmp_path: Path) -> None:
    """A scenario on file is the scenario, whatever page gave it."""
    overrides = {"years": 17, "moving.local_wish": 0.31, "mechanisms.crowding": False}
    before = load("pendrecht", policy=policy, overrides=overrides)
    path = tmp_path / "taken.toml"
    path.write_text(scenario_toml(before, ["a note", "\x00 with\na second line"]))
    after = load(path)
    assert after.key() == before.key()
    assert after.name == before.name


def test_figures_of_a_place_are_read_again(tmp_path: Path) -> None:
    """Who changed a figure of the place takes the change home."""
    before = load("wielwijk", overrides={"figures.share_benefit": 0.2, "figures.residents": 5000})
    path = tmp_path / "taken.toml"
    path.write_text(scenario_toml(before))
    assert load(path).key() == before.key()


def test_what_one_file_cannot_hold_is_refused(scenario: Scenario) -> None:
    """Better no file than another scenario."""
    place = scenario.place.model_copy(update={"key": "of-our-own"})
    with pytest.raises(NotWritableError, match="of-our-own"):
        scenario_toml(scenario.model_copy(update={"place": place}))
    renamed = scenario.place.model_copy(update={"name": "Elsewhere"})
    with pytest.raises(NotWritableError):
        scenario_toml(scenario.model_copy(update={"place": renamed}))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_plan_on_file_is_the_plan_whatever_it_is_called(
    scenario: Scenario, name: str, tmp_path: Path
) -> None:
    """A name in a file is a text: it opens no table, and leaves no comment."""
    plan = edited("carousel", 30, [([3, 4], 2)]).named(name)
    one = funded(scenario, [plan], 15)[0]
    path = tmp_path / "plan.toml"
    path.write_text(plan_toml(one, plan.name, texts("en")), encoding="utf-8")
    again = load(path)
    assert again.key() == named(one, plan.name).key()
    calendar = next(iter(again.policy.programmes.values())).calendar
    assert calendar.name == (plan.name or "plan")
    cents = [own.grants_cents(360, 0.0) for own in again.policy.programmes.values()]
    assert sum(map(sum, cents)) == one.total_cents == purse_cents(scenario, 15)


def test_plans_in_a_bundle_have_one_purse(scenario: Scenario, tmp_path: Path) -> None:
    """The files that go together are compared as they were: same place, same money, to the cent."""
    plans = [preset("marathon", 30, 15).named("Same name"), preset("sprint", 30, 15)]
    plans.append(replace(plans[0]).with_years([5], 0))
    names = ["Same name", HOSTILE[5], "Same name"]
    packed = plans_zip(funded(scenario, plans, 15), names, texts("nl"))
    with zipfile.ZipFile(io.BytesIO(packed)) as files:
        files.extractall(tmp_path)
        assert len(files.namelist()) == 5
        assert all("/" not in name and ".." not in name for name in files.namelist())
        policies = [name for name in files.namelist() if name[0].isdigit()]
    place = load(tmp_path / "scenario.toml")
    assert place.policy.is_null
    for name in policies:
        own = with_policy(place, str(tmp_path / name))
        cents = [one.grants_cents(360, 0.0) for one in own.policy.programmes.values()]
        assert sum(map(sum, cents)) == purse_cents(scenario, 15)
        assert f"--policy {name}" in (tmp_path / "README.txt").read_text()


def test_a_policy_on_file_is_read_again(tmp_path: Path) -> None:
    """``--policy`` reads what the page wrote."""
    before = load("average", policy="under-conditions")
    path = tmp_path / "own.toml"
    path.write_text(policy_toml(before.policy, ["note"]))
    assert load("average", policy=str(path)).key() == before.key()


@pytest.mark.parametrize("name", HOSTILE)
def test_numbers_are_a_table_and_no_formula(outcomes: list[Outcome], name: str) -> None:
    """A spreadsheet opens the file as numbers and names."""
    own = [clean_name(name), "b"]
    rows = list(csv.DictReader(io.StringIO(numbers_csv(outcomes, own))))
    assert len(rows) == 2 * 8 * (len(YEARLY) + 1)
    assert not any(row["plan"].startswith(("=", "+", "-", "@")) for row in rows)
    spent = [row for row in rows if row["outcome"] == "granted_eur" and row["year"] == "8"]
    assert len({row["mean"] for row in spent}) == 1


def test_cells_without_a_number_are_empty() -> None:
    assert csv_text(("a", "b"), [(float("nan"), 1.5), ("x,y", -2)]) == 'a,b\n,1.5\n"x,y",-2\n'


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_has_a_plain_name(name: str) -> None:
    """Whatever a plan is called, its file is letters, digits and hyphens."""
    assert file_name(name, "toml").removesuffix(".toml").replace("-", "a").isalnum()


@pytest.mark.parametrize("name", HOSTILE)
def test_the_picture_is_drawn_whatever_plans_are_called(outcomes: list[Outcome], name: str) -> None:
    """A dollar sign is no formula, and a name is no markup."""
    own = [clean_name(name) or "plan", "b"]
    assert figure_png(outcomes, own, texts("nl")).startswith(b"\x89PNG")


def test_a_file_is_toml_that_anybody_can_read(scenario: Scenario) -> None:
    """The file holds differences, not everything."""
    one = funded(scenario, [preset("anchored", 30, 15)], 15)[0]
    data = tomllib.loads(plan_toml(one, "Ours", texts("nl")))
    assert set(data) == {"name", "place", "years", "programmes"}
    assert set(data["programmes"]["watch-out"]) == {"calendar", "money_eur"}
