"""Amounts of a whole policy: to the cent, shared out, told, written, compared, and refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langeadem.experiments.arms import arms_of
from langeadem.experiments.composing import Composer, value_at
from langeadem.experiments.equal_money import beginning, equalised, grants_of
from langeadem.experiments.study_file import fault_of
from langeadem.model.cashbook import PAID_IN
from langeadem.scenarios import (
    AMOUNTS,
    Policy,
    Problem,
    Scenario,
    ScenarioError,
    in_parts,
    load,
    load_policy,
)
from langeadem.viz.report.policies import policies_of
from langeadem.viz.report.saved import Arm
from langeadem.viz.text import LANGUAGES, texts
from langeadem.viz.text.changes import changes, unit_of
from langeadem.viz.workshop.downloads import policy_toml, scenario_toml
from langeadem.viz.workshop.purse import baseline_of, purse_cents
from langeadem.viz.workshop.why_work import CHANGES, changed, question_of

from .asking import call, flat, shown
from .funding import calendar, lived, months, on, policy, programme

HISTORIES = ("sociale-herovering", "nprz")


def _total(setup: Scenario) -> int:
    return sum(sum(cents) for cents in setup.grants_cents().values())


def _paid_months(setup: Scenario) -> int:
    return sum(any(month) for month in zip(*setup.grants_cents().values(), strict=True))


def _refused(act: Callable[[], object]) -> Problem:
    with pytest.raises(ScenarioError) as caught:
        act()
    (found,) = caught.value.problems
    return found


# -- the histories ----------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["wielwijk", "average", "overvecht"])
@pytest.mark.parametrize("years", [2, 10, 30])
def test_sociale_herovering_is_two_million_in_sixteen_months(place: str, years: int) -> None:
    """Protects the history: EUR 2 million for each city (digest 003 L116), wherever and whenever."""
    setup = load(place, "sociale-herovering", {"years": years})
    assert _total(setup) == 200_000_000
    assert _paid_months(setup) == 16


@pytest.mark.parametrize("place", ["wielwijk", "average", "overvecht"])
@pytest.mark.parametrize(("years", "paid"), [(1, 1), (10, 10), (20, 20), (30, 20)])
def test_nprz_is_136_euros_a_resident_a_year(place: str, years: int, paid: int) -> None:
    """Protects the history: the amount of EVIDENCE A28 for the residents of the place, 20 years."""
    setup = load(place, "nprz", {"years": years})
    assert _total(setup) == 13_600 * setup.place.figure("residents") * paid
    assert _paid_months(setup) == 12 * paid


def test_an_amount_a_resident_follows_the_place() -> None:
    """Protects the amount: other residents, or another place, and it is another amount."""
    few = load("average", "nprz", {"figures.residents": 420, "figures.households": 200, "years": 4})
    assert _total(few) == 13_600 * 420 * 4
    composed = Composer("average", 4).scenario(
        "nprz", {"figures.residents": 420, "figures.households": 200}
    )
    assert composed == few
    assert composed.grants_cents() == few.grants_cents()


@pytest.mark.parametrize("name", HISTORIES)
def test_a_world_is_paid_what_its_policy_states(name: str) -> None:
    """Protects the way into the world: grants in the cash book are the amount, all by the state."""
    town = lived(name, {"years": 2})
    book = town.chronicle.frame("cashbook")
    grants = book[(book["kind"] == "grant") & (book["payer"] == "state")]
    cents = (grants["amount_eur"] * 100).round().astype(int).sum()
    assert cents == (200_000_000 if name == "sociale-herovering" else 13_600 * 420 * 2)
    others = book[book["kind"].isin(PAID_IN) & (book["payer"] != "state")]
    # An investment is paid beside the calendar, at the first start.
    assert set(others["month"]) <= {1}


# -- how it is shared out ---------------------------------------------------------------------------


def test_programmes_share_as_their_calendars_would_pay() -> None:
    """Protects the division: as full months cost, and less for who has money for fewer months."""
    setup = load("average", "sociale-herovering")
    full = {name: one.programme.full_month_cents() for name, one in setup.policy.programmes.items()}
    for name, cents in setup.grants_cents().items():
        assert abs(sum(cents) - 200_000_000 * full[name] / sum(full.values())) < 1
        assert max(cents[:16]) - min(cents[:16]) <= 1
        assert not any(cents[16:])
    half, whole = (
        on(programme(key), months((length, 1.0))) for key, length in (("half", 12), ("whole", 24))
    )
    two = policy(half, whole).model_copy(update={"money_eur": 0.1})
    assert {name: sum(one) for name, one in two.grants_cents(36, 0.0, 1.0).items()} == {
        "half": 3,
        "whole": 7,
    }


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 10**9), min_size=1),
    st.integers(0, 10**14),
)
def test_parts_add_up(weights: dict[str, int], cents: int) -> None:
    """Protects the cent: parts add up, and each is its share to within one."""
    whole = sum(weights.values())
    if not whole:
        assert in_parts(0, weights) == dict.fromkeys(weights, 0)
        return
    parts = in_parts(cents, weights)
    assert sum(parts.values()) == cents
    for name, weight in weights.items():
        assert abs(parts[name] * whole - cents * weight) < whole


@given(
    st.lists(st.tuples(st.integers(1, 40), st.sampled_from([0.0, 0.3, 1.0, 2.5])), min_size=1),
    st.sampled_from(["repeat", "last", "nothing"]),
    st.integers(0, 10**9).map(lambda cents: cents / 100),
    st.integers(1, 120),
)
def test_an_amount_is_paid_to_the_cent_whatever_the_calendar(
    stretches: list[tuple[int, float]], then: str, eur: float, length: int
) -> None:
    """Protects both keys: the whole amount, in months with money alone."""
    paid = calendar(*({"months": many, "level": level} for many, level in stretches), then=then)
    two = policy(on(programme("a"), paid), on(programme("b", places=3), paid))
    levels = two.programmes["a"].schedule(length).level
    many = sum(level > 0 for level in levels)
    for key, meant in (
        ("money_eur", round(100 * eur)),
        ("money_eur_per_resident_year", 100 * eur * 7 * many / 12),
    ):
        asked = two.model_copy(update={key: eur})
        if not many and eur:
            with pytest.raises(ValueError, match="cannot pay a total"):
                asked.grants_cents(length, 0.0, 7)
            continue
        grants = asked.grants_cents(length, 0.0, 7)
        assert abs(sum(map(sum, grants.values())) - meant) <= 0.5 + 1e-9 * meant
        for cents in grants.values():
            assert all(level > 0 or not one for level, one in zip(levels, cents, strict=True))


# -- told and written -------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_policy_tells_its_amount(lang: str) -> None:
    """A reader sees the amount that is stated, for whom, and what it comes to."""
    t = texts(lang)
    one = flat(shown("explain", "policy", "sociale-herovering", "--lang", lang))
    assert t.number(2_000_000) in one
    assert t("acts.money_eur", amount=t("budget.eur", amount=t.number(2_000_000))) in one
    other = flat(shown("explain", "policy", "nprz", "--lang", lang))
    amount = t("budget.eur", amount="136")
    residents = t.number(load("average").place.figure("residents"))
    said = t("acts.money_eur_per_resident_year", amount=amount, residents=residents)
    assert said in other
    assert said not in flat(shown("explain", "policy", "vogelaar", "--lang", lang))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("key", AMOUNTS)
def test_a_key_of_a_policy_can_be_explained(key: str, lang: str) -> None:
    t = texts(lang)
    told = flat(shown("explain", key, "--lang", lang))
    assert t(f"policy_key.{key}") in told
    assert f"--set {key}=" in told
    set_here = ["--policy", "watch-out", "--set", f"{key}=1234.5"]
    assert t.value(1234.5) in flat(shown("explain", key, *set_here, "--lang", lang))


def test_an_amount_that_is_set_is_a_difference() -> None:
    """Protects what is told of a scenario: its own amount stands beside that of the catalogue."""
    base, here = load("average", "nprz"), load("average", "nprz", {AMOUNTS[1]: 200})
    (found,) = changes(base, here, texts("en"))
    assert (found.key, found.base, found.here) == (AMOUNTS[1], 136.0, 200.0)
    assert unit_of(found.key, texts("en")) == "EUR per resident per year"
    assert value_at(here, AMOUNTS[1]) == 200.0
    assert here.key() != base.key()


@pytest.mark.parametrize("name", HISTORIES)
def test_what_is_written_is_read_as_the_same(name: str, tmp_path: Path) -> None:
    """Protects files that are taken home: the same scenario, with its amount in it."""
    setup = load("average", name, {"years": 5})
    path = tmp_path / "scenario.toml"
    path.write_text(scenario_toml(setup), encoding="utf-8")
    assert load(path).key() == setup.key()
    path.write_text(policy_toml(setup.policy), encoding="utf-8")
    assert load("average", str(path), {"years": 5}).key() == setup.key()
    assert Scenario.model_validate_json(setup.model_dump_json()) == setup


def test_a_scenario_file_can_state_the_amount(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text('place = "average"\npolicy = "sociale-herovering"\nmoney_eur = 5_000\n')
    assert _total(load(path)) == 500_000
    own = tmp_path / "policy.toml"
    own.write_text('base = "sociale-herovering"\nmoney_eur = 7_000\n')
    assert _total(load("average", str(own))) == 700_000


def test_a_report_tells_the_amount() -> None:
    """Protects the report: its totals are what is paid, and it says that the amount was set."""
    t = texts("en")
    arms = [Arm(name, load("average", name, {"years": 30}), 30) for name in (*HISTORIES, "cliff")]
    told = policies_of(arms, t)
    assert told.totals is not None
    said = {row[0]: row for row in told.totals.rows}
    assert said["sociale-herovering"][2:] == [
        t.number(2_000_000),
        t.number(2_000_000 / 30),
        t("report.money_set"),
    ]
    assert said["nprz"][2] == t.number(13_600_000)
    assert said["cliff"][-1] == "-"
    assert "2,000" in [part.money.rows[-1][-1] for part in told.parts if part.money]


# -- compared ---------------------------------------------------------------------------------------


def test_at_equal_money_an_amount_is_scaled_as_any_other() -> None:
    """Protects the comparison: to the cent, in the months and in the division that it has."""
    scenario = load("average", "none", {"years": 25})
    for first, second in (("continuous", "nprz"), ("nprz", "sociale-herovering")):
        found = equalised(scenario, [load_policy(first), load_policy(second)])
        assert grants_of(found[first]).total_cents == grants_of(found[second]).total_cents
        assert found[second].policy.amount is None
        asked = load("average", second, {"years": 25}).grants_cents()
        for name, cents in found[second].grants_cents().items():
            assert [one > 0 for one in cents] == [one > 0 for one in asked[name]]
    worth = equalised(scenario, [load_policy(n) for n in ("continuous", "nprz")], "present-value")
    present = [grants_of(one).present_cents for one in worth.values()]
    assert max(present) - min(present) <= 0.5 * 5
    as_is = equalised(scenario, [load_policy(name) for name in HISTORIES], "as-is")
    assert [grants_of(as_is[name]).total_cents for name in HISTORIES] == [
        200_000_000,
        13_600 * 5_000 * 20,
    ]


def test_over_each_horizon_an_amount_is_its_own() -> None:
    """Protects the arms: nothing that was worked out for one horizon is left in another."""
    arms = arms_of("average", ["continuous", "nprz"], horizons=(5, 25), money="as-is")
    for years, paid in ((5, 5), (25, 20)):
        assert _total(arms.scenario("nprz", years)) == 13_600 * 5_000 * paid


def test_a_beginning_sees_an_amount() -> None:
    base = load("average", "sociale-herovering", {"years": 5})
    assert beginning(base, 1) != beginning(load("average", "continuous", {"years": 5}), 1)
    other = load("average", "sociale-herovering", {"years": 5, "money_eur": 2_000_001})
    assert beginning(base, 2) != beginning(other, 2)
    assert beginning(base, 2) == beginning(load("average", "sociale-herovering", {"years": 9}), 2)


def test_a_study_can_vary_an_amount() -> None:
    """Protects shortcuts: what a study composes is what `load` gives; the twin has no amount."""
    composer = Composer("average", 5)
    for settings in ({"money_eur": 1e6}, {"money_eur": 1e6, "programmes.watch-out.places": 9}):
        assert composer.scenario("sociale-herovering", settings) == load(
            "average", "sociale-herovering", {"years": 5, **settings}
        )
    assert composer.scenario("none", {"money_eur": 1e6}) == load("average", "none", {"years": 5})
    places = {"programmes.xpoint.places": 80}
    composed = composer.scenario("sociale-herovering", places)
    assert _total(composed) == 200_000_000
    assert composed.grants_cents() != composer.base("sociale-herovering").grants_cents()
    assert [fault_of(key) for key in AMOUNTS] == [None, None]


def test_a_study_refuses_an_amount_that_nobody_can_be_paid(tmp_path: Path) -> None:
    """Protects shortcuts: a programme that costs nothing is refused before anything is lived."""
    path = tmp_path / "own.toml"
    path.write_text("money_eur = 5\n[programmes.xpoint]\n", encoding="utf-8")
    free = {"programmes.xpoint.places": 0, "programmes.xpoint.money.fixed_eur_per_month": 0.0}
    found = _refused(lambda: Composer("average", 5).scenario(str(path), free))
    assert (found.key, found.message) == (
        "money_eur",
        "a calendar without money cannot pay a total",
    )


# -- the workshop -----------------------------------------------------------------------------------


def test_a_purse_and_a_twin_leave_the_amount_behind() -> None:
    """Protects plans: a purse says how much money there is, and a twin has none."""
    setup, usual = (load("average", name, {"years": 10}) for name in ("nprz", "continuous"))
    assert purse_cents(setup, 5) == purse_cents(usual, 5)
    assert baseline_of(setup).policy.is_null
    assert baseline_of(setup).policy.amount is None
    assert question_of(setup).baseline.policy.amount is None


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", HISTORIES)
def test_one_thing_changes_and_the_money_of_the_others_stays(name: str, change: str) -> None:
    setup = load("average", name, {"years": 10})
    other = changed(setup, "xpoint", change)
    before, after = setup.grants_cents(), other.grants_cents()
    times = 5 if change == "scale" else 1
    assert sum(after["xpoint"]) == times * sum(before["xpoint"])
    moved = other.policy.programmes["xpoint"].calendar != setup.policy.programmes["xpoint"].calendar
    assert moved == (change == "continuity")
    for programme_, cents in before.items():
        if programme_ != "xpoint":
            assert after[programme_] == cents


# -- refused ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "key", "line", "says"),
    [
        ('equal_money_to = "continuous"\nmoney_eur = 5\n', "money_eur", 3, "both say how much"),
        (
            'equal_money_to = "continuous"\nmoney_eur_per_resident_year = 5\n',
            "money_eur_per_resident_year",
            3,
            "both say how much",
        ),
        ("money_eur = 5\nmoney_eur_per_resident_year = 5\n", "money_eur", 2, "both say how much"),
        (
            "money_eur = 5\n[programmes.xpoint]\nmoney_eur = 5\n",
            "programmes.xpoint.money_eur",
            4,
            "beside money_eur no programme",
        ),
        (
            'money_eur = 5\n[programmes.xpoint]\nequal_money_to = "cliff"\n',
            "programmes.xpoint.equal_money_to",
            4,
            "beside money_eur no programme",
        ),
        ("money_eur = -1\n", "money_eur", 2, "greater than or equal to 0"),
        ('money_eur = "much"\n', "money_eur", 2, "valid number"),
        ("money_eur = nan\n", "money_eur", 2, "finite"),
        ("money_er = 5\n", "money_er", 2, "unknown key"),
        ('calendar = "none"\nmoney_eur = 5\n', "money_eur", None, "cannot pay a total"),
        (
            'calendar = "none"\nmoney_eur_per_resident_year = 5\n',
            "money_eur_per_resident_year",
            None,
            "cannot pay a total",
        ),
    ],
)
def test_an_amount_that_cannot_be_is_refused_where_it_stands(
    tmp_path: Path, text: str, key: str, line: int | None, says: str
) -> None:
    """Protects promise 5: what contradicts itself is told with its key and its line."""
    path = tmp_path / "own.toml"
    path.write_text(f'base = "continuous"\n{text}', encoding="utf-8")
    found = _refused(lambda: load("average", str(path)))
    assert (found.key, found.line) == (key, line)
    assert says in found.message
    # A reader of Dutch is told in Dutch.
    assert texts("nl").of_problem(found.message) != found.message


@pytest.mark.parametrize(
    ("name", "overrides", "says"),
    [
        ("none", {"money_eur": 5}, "there are none"),
        ("carousel", {"money_eur": 5}, "both say how much money"),
        ("nprz", {"money_eur": 5}, "both say how much money"),
        ("nprz", {"programmes.xpoint.money_eur": 5}, "no programme has an amount of its own"),
    ],
)
def test_an_amount_that_is_set_is_checked_too(
    name: str, overrides: dict[str, Any], says: str
) -> None:
    found = _refused(lambda: load("average", name, overrides))
    assert (found.where, found.key) == ("override", next(iter(overrides)))
    assert says in found.message


def test_a_policy_made_in_code_is_checked_too() -> None:
    ours = policy(on(programme(), months((12, 1.0)), money_eur=5.0))
    for more, says in (
        ({"money_eur": 5.0}, "an amount of its own"),
        ({"money_eur": 5.0, "money_eur_per_resident_year": 1.0}, "both say how much"),
        ({"money_eur": 5.0, "programmes": {}}, "there are none"),
    ):
        with pytest.raises(ValueError, match=says):
            Policy.model_validate({"key": "own", "programmes": ours.programmes, **more})
    bare = load_policy("nprz").without_programmes()
    assert bare == Policy(key=bare.key, about=bare.about, source=bare.source)


def test_the_command_line_says_what_is_wrong() -> None:
    done = call("explain", "policy", "carousel", "--set", "money_eur=5", "--lang", "en")
    assert done.exit_code == 2
    assert "money_eur and equal_money_to both say how much money" in flat(done.output)
