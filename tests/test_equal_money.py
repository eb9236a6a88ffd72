"""Equal money: amounts to the cent, and calendars that begin the same live the same months."""

from __future__ import annotations

from pathlib import Path

import pytest
from langeadem.experiments.arms import arms_of
from langeadem.experiments.comparing import live_to_horizon
from langeadem.experiments.equal_money import beginning, equalised, grants_of
from langeadem.experiments.runs import Run, live
from langeadem.scenarios import ScenarioError, load, load_policy

from .asking import call, flat
from .comparing import SMALL

FOUR = ("continuous", "carousel", "sprint", "marathon")


def _equalised(years: int, money: str, names: tuple[str, ...] = FOUR) -> dict:
    scenario = load("average", "none", {"years": years})
    return equalised(scenario, [load_policy(name) for name in names], money)  # type: ignore[arg-type]


@pytest.mark.parametrize("years", [1, 5, 10, 20, 30])
def test_totals_are_equal_to_the_cent(years: int) -> None:
    """Protects the comparison: over any horizon calendars pay the very same number of cents."""
    found = _equalised(years, "total", (*FOUR, "cliff", "taper", "austerity", "stop-start"))
    assert len({grants_of(one).total_cents for one in found.values()}) == 1


@pytest.mark.parametrize("years", [5, 30])
def test_present_values_are_equal(years: int) -> None:
    """Protects the comparison: at most half a cent of the last paid month for each programme."""
    found = _equalised(years, "present-value")
    worth = [grants_of(one).present_cents for one in found.values()]
    assert max(worth) - min(worth) <= 0.5 * 5
    assert len({grants_of(one).total_cents for one in found.values()}) > 1


def test_a_scaled_policy_keeps_its_own_division_and_its_months() -> None:
    """Protects calendars: scaling changes how much, not for whom or when."""
    scenario = load("average", "none", {"years": 7})
    own = equalised(scenario, [load_policy("sprint")], "as-is")["sprint"].policy.programmes
    found = equalised(scenario, [load_policy("austerity"), load_policy("sprint")])["sprint"]
    for name, funded in found.policy.programmes.items():
        before, after = own[name].grants_cents(84, 0.0), funded.grants_cents(84, 0.0)
        assert [cents > 0 for cents in before] == [cents > 0 for cents in after]
        ratio = sum(after) / sum(before)
        assert ratio == pytest.approx(grants_of(found).total_cents / sum(
            sum(one.grants_cents(84, 0.0)) for one in own.values()
        ), rel=1e-7)  # fmt: skip


def test_who_has_no_money_and_who_is_first_stay_as_they_are() -> None:
    scenario = load("average", "none", {"years": 10})
    policies = [load_policy(name) for name in ("none", "carousel", "housing-career", "cliff")]
    found = equalised(scenario, policies)
    for name in ("none", "carousel", "housing-career"):
        assert found[name].policy == next(one for one in policies if one.key == name)
    assert grants_of(found["cliff"]).total_cents == grants_of(found["carousel"]).total_cents
    as_is = equalised(scenario, policies, "as-is")
    assert all(as_is[one.key].policy == one for one in policies)


def test_unknown_money_and_a_policy_that_is_there_twice_are_refused() -> None:
    scenario = load("average", "none")
    with pytest.raises(ValueError, match="allowed: total, present-value, as-is"):
        equalised(scenario, [], "totaal")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="twice"):
        equalised(scenario, [load_policy("sprint")] * 2)


# -- the amount in a policy -------------------------------------------------------------------


def test_an_amount_is_paid_to_the_cent() -> None:
    """Protects `money_eur`: the amount of a programme over the run, spread as its calendar says."""
    setup = load("average", "carousel", {"years": 6, "programmes.watch-out.money_eur": 123_456.78})
    cents = setup.policy.programmes["watch-out"].grants_cents(72, 0.03)
    assert sum(cents) == 12_345_678
    assert all(cents[:24])
    assert not any(cents[24:33])


def test_two_amounts_for_one_programme_are_refused(tmp_path: Path) -> None:
    """Protects promise 5: what contradicts itself is told by name and not decided silently."""
    text = (
        'about = "x y"\nsource = "a test"\n[programmes.watch-out]\n'
        'equal_money_to = "continuous"\nmoney_eur = 1000\n'
    )
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match="money_eur and equal_money_to both say"):
        load_policy(path)
    # What a programme states goes before what its policy states for all.
    amount = load("average", "carousel", {"programmes.watch-out.money_eur": 1000})
    assert amount.policy.programmes["watch-out"].equal_money_to is None


def test_an_amount_without_months_to_pay_it_in_is_refused() -> None:
    with pytest.raises(ScenarioError, match="cannot pay a total") as caught:
        load("average", "no-money", {"programmes.watch-out.money_eur": 1000})
    assert caught.value.problems[0].key == "programmes.watch-out.money_eur"


@pytest.mark.parametrize("value", [-1, "much", float("nan")])
def test_an_amount_that_is_none_is_refused(value: object) -> None:
    with pytest.raises(ScenarioError, match="money_eur"):
        load("average", "carousel", {"programmes.watch-out.money_eur": value})


def test_a_card_shows_the_amount() -> None:
    words = ["--policy", "watch-out", "--set", "programmes.watch-out.money_eur=250000"]
    shown = flat(call("explain", "programmes.watch-out.money_eur", *words, "--lang", "en").stdout)
    assert "250,000" in shown


# -- equal beginnings -------------------------------------------------------------------------


def test_what_begins_the_same_is_lived_once() -> None:
    arms = arms_of("average", FOUR, horizons=(5, 10))
    assert arms.same_as("marathon") == "continuous"
    assert arms.same_as("sprint") == "sprint"
    lived = {(cell.policy, cell.horizon) for cell in arms.lived}
    assert lived == {("continuous", 10), *((p, h) for p in FOUR[1:3] for h in (5, 10))}


def test_a_beginning_sees_every_difference() -> None:
    """Shows that equal beginnings are not called so too soon: each part of a calendar counts."""
    base = load("average", "continuous", {"years": 5})
    for key, value in (
        ("programmes.watch-out.places", 12),
        ("programmes.watch-out.starts_year", 1.0),
        ("programmes.watch-out.calendar", "relay"),
        ("landlord.housing_career", 0.2),
        ("moving.local_wish", 0.4),
        ("mechanisms.relation", False),
        ("programmes.watch-out.money_eur", 1000.0),
    ):
        other = load("average", "continuous", {"years": 5, key: value})
        assert beginning(base, 2) != beginning(other, 2), key
    longer = load("average", "continuous", {"years": 9})
    assert beginning(base, 5) == beginning(longer, 5)


def test_equal_beginnings_live_the_same_months() -> None:
    """Protects reading one arm off another: every kept number is equal to the last bit."""
    arms = arms_of("average", ("continuous", "marathon"), horizons=(2, 3), overrides=SMALL)
    assert len(arms.lived) == 1
    long = live_to_horizon(list(arms.runs([4])), arms.asked())
    by_year = {row["year"]: row for row in long}
    for cell, scenario in arms.scenarios.items():
        run = Run(scenario, 4, arms.baselines[cell.world, cell.horizon])
        (own,) = [row for row in live([run], arms.asked()) if row["year"] == cell.horizon]
        for name in arms.asked().outcomes:
            assert own[name] == by_year[cell.horizon][name] or own[name] != own[name], name
