"""The loader: a scenario or one clear error that says where, never a traceback."""

from __future__ import annotations

import datetime
import math
import os
import pickle
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langeadem.scenarios import (
    FIGURES,
    Mechanisms,
    Scenario,
    ScenarioError,
    load,
    load_place,
    parameter_cards,
)
from langeadem.scenarios.shipped import catalogue_folder
from pydantic import ValidationError

SCENARIO = """\
# A scenario that states its differences.
name = "proef"
place = "wielwijk"
policy = "none"
years = 12

[parameters.moving]
local_wish = 0.5
local_priority = {value = 0.4, unit = "share"}
age_factor = [2.6, 2.5, 1.85, 1.32, 0.96, 0.69, 0.53, 0.45, 0.38, 0.36]

[parameters.learning]
earliest_age = [12, 16, 18, 20, 27]

[parameters]
ties.homophily = 3
"ages".pension = 68

[mechanisms]
crowding = false

[figures]
share_debts = 0.3

[figures.share_benefit]
value = 0.2
unit = "share of residents 18-66"
year = 2015
source = "digest 003 L1"
"""

OVERRIDES = {
    "years": 12,
    "moving.local_wish": 0.5,
    "moving.local_priority": 0.4,
    "learning.earliest_age": [12, 16, 18, 20, 27],
    "ties.homophily": 3,
    "ages.pension": 68,
    "mechanisms.crowding": False,
    "figures.share_debts": 0.3,
    "figures.share_benefit": {
        "value": 0.2,
        "unit": "share of residents 18-66",
        "year": 2015,
        "source": "digest 003 L1",
    },
}

PLACE = catalogue_folder("places").joinpath("wielwijk.toml").read_text(encoding="utf-8")

Write = Callable[[str | bytes], str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a writer of a scenario file; it returns the path."""

    def write_file(content: str | bytes, name: str = "proef.toml") -> str:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return write_file


def _line(text: str, start: str) -> int:
    """Return the number of the first line that starts so."""
    return next(n for n, line in enumerate(text.splitlines(), 1) if line.startswith(start))


def _refused(path: str, overrides: dict[str, Any] | None = None) -> ScenarioError:
    with pytest.raises(ScenarioError) as caught:
        load(path, overrides=overrides)
    return caught.value


# -- what is right ------------------------------------------------------------------------------


def test_a_file_and_its_overrides_are_the_same_scenario(write: Write) -> None:
    """Protects the content key: equal scenarios are equal whatever they were written in."""
    from_file = load(write(SCENARIO))
    from_overrides = load("wielwijk", overrides=OVERRIDES)
    assert from_file.key() == from_overrides.key()
    assert from_file.model_copy(update={"name": "wielwijk"}) == from_overrides
    assert from_file.name == "proef"
    assert from_file.months == 144
    assert from_file.parameters.ties.homophily == 3
    assert not from_file.mechanisms.crowding
    assert from_file.place.figures.share_benefit.source == "digest 003 L1"
    assert from_file.place.figures.share_debts.basis == "default"
    assert from_file.place.figures.share_debts.why == "stated by the scenario"
    assert from_file.place.figures.residents == load_place("wielwijk").figures.residents


def test_overrides_win_from_the_file_and_leave_the_rest(write: Write) -> None:
    """Protects sweeps: what varies is what was asked to vary."""
    path = write(SCENARIO)
    changed = load(path, overrides={"moving.local_wish": 0.6, "figures.share_debts": 0.31})
    assert changed.parameters.moving.local_wish == 0.6
    assert changed.parameters.moving.local_priority == 0.4
    assert changed.place.figure("share_debts") == 0.31
    assert changed.place.figure("share_benefit") == 0.2
    assert load(path).parameters.moving.local_wish == 0.5


def test_a_whole_group_can_be_given_at_once() -> None:
    """Protects the forms of an override: a table says the same as its dotted keys."""
    dotted = {"moving.local_wish": 0.6, "moving.attachment": 0.1, "figures.share_debts": 0.31}
    tables = {
        "moving": {"local_wish": 0.6, "attachment": 0.1},
        "figures": {"share_debts": 0.31},
    }
    assert load(overrides=tables).key() == load(overrides=dotted).key()


def test_a_scenario_file_can_rest_on_a_place_file_beside_it(write: Any) -> None:
    """Protects own places: a place in a file serves like one of the catalogue."""
    place = write(PLACE, "onze-wijk.toml")
    alone = load(place)
    assert alone.place.key == alone.name == "onze-wijk"
    on_it = load(write('place = "onze-wijk.toml"\nyears = 7\n'))
    assert on_it.place == alone.place
    assert on_it.years == 7
    assert on_it.place.figures == load_place("wielwijk").figures


def test_a_number_can_carry_its_unit(write: Write) -> None:
    """Protects units: the declared one is accepted and changes nothing."""
    with_unit = write(
        'place = "average"\n[parameters.moving]\nlocal_wish = {value = 0.5, unit = "share"}\n'
    )
    assert load(with_unit).key() == load(overrides={"moving.local_wish": 0.5}).key()


def _other_value(card: Any) -> Any:
    whole = isinstance(card.default, int) or (
        isinstance(card.default, tuple) and isinstance(card.default[0], int)
    )

    def other(value: float) -> float:
        if whole:
            return value + 1 if value + 1 <= card.high else value - 1
        return value + 0.1 * ((card.high if value < card.high else card.low) - value)

    if isinstance(card.default, tuple):
        return [other(card.default[0]), *card.default[1:]]
    return other(card.default)


def test_every_difference_gives_another_key() -> None:
    """Protects the result store: runs of two different scenarios never share a key."""
    asked: list[dict[str, Any]] = [{}, {"years": 29}]
    asked += [{key: _other_value(card)} for key, card in parameter_cards().items()]
    asked += [{f"mechanisms.{name}": False} for name in Mechanisms.model_fields]
    average = load_place("average")
    asked += [
        {f"figures.{name}": average.figure(name) * 0.99}
        for name in FIGURES
        if not name.startswith(("share_social", "share_private", "share_owner", "share_supp"))
        and name not in ("households", "residents")
    ]
    asked += [{"figures.households": 2399}, {"figures.residents": 4999}]
    keys = [load(overrides=overrides).key() for overrides in asked]
    assert len(set(keys)) == len(keys)
    assert load("wielwijk").key() not in keys
    assert load(overrides={"years": 30, "name": "anders"}).key() == keys[0]


def test_a_scenario_is_frozen_and_can_be_sent_to_a_worker() -> None:
    """Protects sweeps: a scenario is what it was when it was loaded, in every process."""
    scenario = load("wielwijk")
    for thing, name, value in (
        (scenario, "years", 3),
        (scenario.parameters, "moving", None),
        (scenario.parameters.moving, "local_wish", 0.1),
        (scenario.mechanisms, "crowding", False),
        (scenario.place, "key", "x"),
        (scenario.place.figures.residents, "value", 5.0),
    ):
        with pytest.raises(ValidationError, match="frozen"):
            setattr(thing, name, value)
    again = pickle.loads(pickle.dumps(scenario))
    assert again == scenario
    assert again.key() == scenario.key()


# -- what is wrong, case by case ------------------------------------------------------------------


def test_an_unknown_key_names_the_line_and_the_nearest_key(write: Write) -> None:
    """Protects promise 5: a misspelt parameter is not silently left out."""
    text = SCENARIO.replace("local_wish", "local_wihs")
    (problem,) = _refused(path := write(text)).problems
    assert problem.where == path
    assert problem.line == _line(text, "local_wihs")
    assert problem.key == "parameters.moving.local_wihs"
    assert problem.message == "unknown key"
    assert problem.nearest == "local_wish"
    assert "local_wish" in problem.allowed
    assert f"{path}, line {problem.line}: parameters.moving.local_wihs: unknown key" in str(problem)
    assert "did you mean 'local_wish'?" in str(problem)


@pytest.mark.parametrize(
    ("right", "wrong", "nearest"),
    [
        ("[parameters.moving]", "[parametres.moving]", "parameters"),
        ("[parameters.moving]", "[parameters.movin]", "moving"),
        ("[mechanisms]", "[mechanism]", "mechanisms"),
        ("crowding", "crouding", "crowding"),
        ("[figures]", "[figurs]", "figures"),
        ("share_debts", "share_debt", "share_debts"),
        ("years", "year", "years"),
        ("year = 2015", "yaer = 2015", "year"),
    ],
)
def test_a_misspelt_name_anywhere_gets_its_line_and_the_nearest(
    write: Write, right: str, wrong: str, nearest: str
) -> None:
    """Protects promise 5 at every depth: tables, switches, figures and their parts."""
    text = SCENARIO.replace(right, wrong, 1)
    problem = _refused(path := write(text)).problems[0]
    assert problem.where == path
    assert "unknown key" in problem.message
    assert problem.nearest == nearest
    assert problem.line == _line(text, wrong)


def test_a_misspelt_part_of_a_context_figure_gets_the_nearest(write: Write) -> None:
    """Protects promise 5 for figures that only inform the reader."""
    text = PLACE.replace("year = 2009\n", "yaer = 2009\n", 1)
    text += '\n[context.extra]\nvalue = 1\nunit = "persons"\nsorce = "digest 003 L1"\n'
    problems = _refused(write(text)).problems
    nearest = {problem.key.split(".")[-1]: problem.nearest for problem in problems}
    assert nearest["yaer"] == "year"
    assert nearest["sorce"] == "source"


def test_a_wrong_type_is_refused_with_its_value(write: Write) -> None:
    """Protects promise 5: text, dates and fractions are no whole numbers, 1 is no switch."""
    for value, shown in (("'x'", "'x'"), ("2.5", "2.5"), ("true", "True"), ("1979-05-27", "")):
        text = SCENARIO.replace("years = 12", f"years = {value}")
        (problem,) = _refused(path := write(text)).problems
        assert (problem.where, problem.key) == (path, "years")
        assert problem.line == _line(text, "years")
        assert "integer" in problem.message
        assert shown in problem.message
    text = SCENARIO.replace("crowding = false", "crowding = 1")
    assert "boolean" in _refused(write(text)).problems[0].message


@pytest.mark.parametrize("value", ["1.2", "-0.1", "nan", "inf", "1" + "0" * 320])
def test_out_of_range_names_the_range_with_its_unit(write: Write, value: str) -> None:
    """Protects promise 5: a share above 1 is not clipped, and no NaN gets in."""
    text = SCENARIO.replace("local_wish = 0.5", f"local_wish = {value}")
    (problem,) = _refused(path := write(text)).problems
    assert (problem.where, problem.line) == (path, _line(text, "local_wish"))
    assert problem.key == "parameters.moving.local_wish"
    assert problem.allowed == "0 to 1 share"


@pytest.mark.parametrize("value", ["99", "-3", "1" + "0" * 400])
def test_an_element_out_of_range_is_refused(write: Write, value: str) -> None:
    """Protects parameters with a value per rung or age: each element counts."""
    text = SCENARIO.replace("[12, 16, 18, 20, 27]", f"[12, 16, 18, 20, {value}]")
    if value == "99":
        assert load(write(text)).parameters.learning.earliest_age[4] == 99
        return
    problem = _refused(write(text)).problems[0]
    assert problem.key.startswith("parameters.learning.earliest_age")
    assert problem.line == _line(text, "earliest_age")
    assert problem.allowed == "0 to 99 years"


@pytest.mark.parametrize("key", ["name", "policy", "years", "place"])
def test_a_number_too_long_to_write_out_is_refused(write: Write, key: str) -> None:
    """Protects from a traceback: Python refuses to write out an integer of thousands of digits."""
    text = re.sub(f"(?m)^{key} = .*$", f"{key} = 0x{'f' * 5000}", SCENARIO, count=1)
    (problem, *_) = _refused(path := write(text)).problems
    assert (problem.where, problem.key, problem.line) == (path, key, _line(text, key))
    assert len(str(problem)) < 1000


def test_too_few_elements_are_refused(write: Write) -> None:
    """Protects parameters with a value per rung: none is left to a guess."""
    text = SCENARIO.replace("[12, 16, 18, 20, 27]", "[12, 16, 18, 20]")
    problem = _refused(write(text)).problems[0]
    assert problem.line == _line(text, "earliest_age")
    assert "5 items" in problem.message


@pytest.mark.parametrize("unit", ["'1/year'", "'Share'", "['share']", "3"])
def test_a_wrong_unit_is_refused(write: Write, unit: str) -> None:
    """Protects units: a rate a year is not taken for a rate a month."""
    text = SCENARIO.replace('unit = "share"}', f"unit = {unit}}}")
    (problem,) = _refused(path := write(text)).problems
    assert (problem.where, problem.line) == (path, _line(text, "local_priority"))
    assert "the unit here is 'share'" in problem.message


@pytest.mark.parametrize("table", ["{unit = 'share'}", "{value = 0.4, units = 'share'}", "{}"])
def test_a_table_for_a_number_has_a_value_and_a_unit_only(write: Write, table: str) -> None:
    """Protects units: a misspelt 'unit' is not taken for none."""
    text = SCENARIO.replace('{value = 0.4, unit = "share"}', table)
    (problem,) = _refused(write(text)).problems
    assert "'value' and 'unit' only" in problem.message
    assert problem.line == _line(text, "local_priority")


def test_tenures_that_do_not_add_to_one_name_the_figures_and_the_file(write: Write) -> None:
    """Protects promise 5: shares are not made to fit in silence."""
    place = PLACE.replace("value = 0.9\n", "value = 0.8\n", 1)
    (problem,) = _refused(path := write(place)).problems
    assert problem.where == path
    assert problem.key == "figures"
    assert problem.line == _line(place, "[figures.")
    assert "four tenure shares add up to 0.9 and not to 1" in problem.message
    text = SCENARIO.replace("share_debts = 0.3", "share_social_rent = 0.8")
    (problem,) = _refused(path := write(text)).problems
    assert (problem.where, problem.key) == (path, "figures")
    assert problem.line == _line(text, "[figures]")
    assert "tenure" in problem.message


@pytest.mark.parametrize(
    ("figure", "value"),
    [("share_debts", 1.2), ("share_debts", -0.1), ("turnover_social_rent", 0.9)],
)
def test_a_figure_out_of_range_names_its_line_range_and_unit(
    write: Write, figure: str, value: float
) -> None:
    """Protects promise 5 for the figures of a place: the key that is wrong, not just its table."""
    text = SCENARIO.replace("share_debts = 0.3", f"{figure} = {value}")
    (problem,) = _refused(path := write(text)).problems
    unit, low, high = FIGURES[figure]
    assert problem.where == path
    assert problem.key.startswith(f"figures.{figure}")
    assert problem.line == _line(text, figure)
    assert f"{low:g} to {high:g}" in str(problem)
    assert unit in str(problem)


def test_a_figure_with_a_wrong_unit_is_refused(write: Write) -> None:
    """Protects figures: a share of adults is not a share of residents."""
    text = SCENARIO.replace("share of residents 18-66", "share of adults")
    (problem,) = _refused(path := write(text)).problems
    assert problem.where == path
    assert problem.line is not None
    assert problem.line >= _line(text, "[figures")
    assert problem.key == "figures.share_benefit"
    assert "unit 'share of adults'" in problem.message
    assert "'share of residents 18-66'" in problem.message


@pytest.mark.parametrize("extra", ['derived = "x"\n', 'default = "y"\n', "source = ''\n"])
def test_a_figure_without_exactly_one_basis_is_refused(write: Write, extra: str) -> None:
    """Protects honesty: a figure in a file cannot be both stated and made up, nor neither."""
    source = 'source = "digest 003 L1"\n'
    text = SCENARIO.replace(source, extra if extra.startswith("source") else source + extra)
    (problem,) = _refused(write(text)).problems
    assert "exactly one of 'source', 'derived' and 'default'" in problem.message
    assert problem.line == _line(text, "[figures.share_benefit]")


@pytest.mark.parametrize(
    ("asked", "nearest"),
    [("wielwijc", "wielwijk"), ("WIELWIJK", "wielwijk"), ("transvaal2", "transvaal"), ("q", "")],
)
def test_an_unknown_place_names_the_nearest(write: Write, asked: str, nearest: str) -> None:
    """Protects the first command of a new user: a typing error costs one line."""
    (problem,) = _refused(asked).problems
    assert problem.where == asked
    assert problem.message == "unknown place"
    assert problem.nearest == nearest
    assert "wielwijk" in problem.allowed
    text = SCENARIO.replace('"wielwijk"', f'"{asked}"')
    (problem,) = _refused(path := write(text)).problems
    assert (problem.where, problem.line, problem.key) == (path, _line(text, "place"), "place")
    assert problem.nearest == nearest


@pytest.mark.parametrize("asked", ["", " ", "nergens.toml", "map/nergens.toml", "nul\0.toml"])
def test_what_is_not_there_is_refused(asked: str) -> None:
    """Protects from a traceback at a file that does not exist, or has no name."""
    for problem in _refused(asked).problems:
        assert problem.where
        assert problem.message.startswith(("unknown place", "cannot be read"))


def test_what_cannot_be_read_is_refused(tmp_path: Path, write: Write) -> None:
    """Protects from a traceback at a folder, an unreadable file, an empty one, or no text at all."""
    for content, says in (
        (b"", "is missing"),
        (b"\xff\xfe\x00", "is not UTF-8 text"),
        (b"\x00", "is not valid TOML"),
        (b"years = 12\nyears = 13\n", "is not valid TOML"),
        (b"a = " + b"[" * 3000 + b"]" * 3000, "is nested too deeply"),
        (b"years = " + b"9" * 5000, "is not valid TOML"),
        (b"place = 'x'\n[[figures]]\na = 1\n", "unknown place"),
        (b"place = 'average'\n[[figures]]\na = 1\n", "must be a table of figures"),
        (b"place = 3\n", "must be a name or a path"),
    ):
        path = write(content)
        problems = _refused(path).problems
        assert all(problem.where == path for problem in problems)
        assert says in problems[0].message
    (tmp_path / "map.toml").mkdir()
    assert "cannot be read" in _refused(str(tmp_path / "map.toml")).problems[0].message
    assert "cannot be read" in _refused(str(tmp_path)).problems[0].message
    assert "cannot be read" in str(_refused(write('place = "weg.toml"\n')))
    if os.geteuid() != 0:
        closed = Path(write(SCENARIO))
        closed.chmod(0)
        assert "cannot be read" in _refused(str(closed)).problems[0].message


def test_a_syntax_error_names_its_line(write: Write) -> None:
    """Protects the author of a file: a missing quote is found on its line."""
    text = SCENARIO.replace('"proef"', '"proef')
    (problem,) = _refused(path := write(text)).problems
    assert (problem.where, problem.line) == (path, 2)
    duplicate = SCENARIO.replace("crowding = false", "crowding = false\ncrowding = true")
    assert _refused(write(duplicate)).problems[0].line == _line(duplicate, "crowding = true")


def test_text_that_looks_like_a_key_does_not_catch_the_line(write: Write) -> None:
    """Protects the line of an error in a file with a text of several lines."""
    text = (
        'name = """\nyears = 5\n[mechanisms]\ncrowding = 1\n"""\nplace = "average"\nyears = "x"\n'
    )
    (problem,) = _refused(write(text)).problems
    assert problem.line == 7


def test_every_problem_is_reported_at_once(write: Write) -> None:
    """Protects the author of a file: all that is wrong is said in one go, each on its own line."""
    text = SCENARIO.replace("years = 12", "years = 0").replace("homophily = 3", "homophily = 'x'")
    text = text.replace("local_wish = 0.5", "local_wish = 3.0").replace("crowding", "krowding")
    problems = _refused(write(text)).problems
    assert {problem.key for problem in problems} == {
        "years",
        "parameters.ties.homophily",
        "parameters.moving.local_wish",
        "mechanisms.krowding",
    }
    lines = {problem.key: problem.line for problem in problems}
    assert lines["parameters.ties.homophily"] == _line(text, "ties.homophily")
    assert len(set(lines.values())) == 4


@pytest.mark.parametrize(
    "overrides",
    [
        {"layout.dwellings_per_stairwell_low": 12, "layout.dwellings_per_stairwell_high": 6},
        {"ties.share_stairwell": 0.5, "ties.share_street": 0.4, "ties.share_outside": 0.3},
        {"capability.hand_free_below": 0.8, "capability.no_hand_above": 0.5},
    ],
)
def test_parameters_that_contradict_each_other_are_refused(overrides: dict[str, Any]) -> None:
    """Protects promise 5: a smallest above a largest is not quietly set to it."""
    error = _refused("average", overrides)
    names = {key.split(".")[1] for key in overrides}
    assert any(name in str(error) for name in names)


def test_an_error_survives_the_way_back_from_a_worker() -> None:
    """Protects sweeps: an error in another process arrives with all its problems."""
    error = _refused("wielwijc")
    again = pickle.loads(pickle.dumps(error))
    assert again.problems == error.problems
    assert str(again) == str(error)


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("movin.local_wish", 0.5, "did you mean 'moving'?"),
        ("moving.local_wihs", 0.5, "did you mean 'local_wish'?"),
        ("place", "wielwijk", "unknown key"),
        ("figures.share_debt", 0.2, "did you mean 'share_debts'?"),
        ("figures.share_debts.value", 0.2, "unknown key"),
        ("mechanisms.crowding", 0, "boolean"),
        ("moving.local_wish", "0.5", "valid number"),
        ("moving.local_wish.deeper.still", 0.5, "'value' and 'unit' only"),
        ("policy", "carousell", "did you mean 'carousel'?"),
        ("policy", 3, "must be a name or a path"),
        ("base", "own.toml", "unknown key"),
        ("programmes", {"watch-out": {"places": 3}}, "programmes.NAME.places"),
        ("programmes.watch-out.places", 3, "no programme 'watch-out' in the policy"),
        ("landlord", 3, "must be a table"),
        ("landlord.housing_carer", 0.3, "did you mean 'housing_career'?"),
        ("years", 0, "greater than or equal to 1"),
        ("years", 10**400, "less than or equal to 100"),
        ("moving", 3, "dictionary"),
    ],
)
def test_a_wrong_override_is_named_by_the_key_as_asked(key: str, value: Any, says: str) -> None:
    """Protects sweeps: an override is checked like a file, and named as it was written."""
    (problem, *_) = _refused("average", {key: value}).problems
    assert problem.where == "override"
    assert problem.key == key
    assert says in str(problem)


def test_a_wrong_override_of_a_file_is_not_blamed_on_the_file(write: Write) -> None:
    """Protects the author of a file: the fault is where it was made."""
    (problem,) = _refused(write(SCENARIO), {"moving.local_wish": 7}).problems
    assert (problem.where, problem.line) == ("override", None)
    with pytest.raises(ScenarioError, match="policy: unknown policy 'carousell'"):
        load(write(SCENARIO), policy="carousell")


# -- policies and bases of scenario files ----------------------------------------------------------

BASE = """\
place = "wielwijk"
policy = "carousel"
years = 12
[parameters.moving]
local_wish = 0.5
[programmes.watch-out]
places = 7
[landlord]
housing_career = 0.2
"""
OWN = """\
base = "base.toml"
years = 9
[parameters.moving]
attachment = 0.1
[programmes.watch-out]
calendar = "taper"
[programmes.xpoint]
active = false
"""


def test_a_scenario_file_states_its_differences_from_a_base(write: Write) -> None:
    """Protects bases: what the file does not state is that of its base, its policy included."""
    write(BASE, "base.toml")
    asked = load(write(OWN))
    overrides = {
        "name": "wielwijk",
        "years": 9,
        "moving.local_wish": 0.5,
        "moving.attachment": 0.1,
        "programmes.watch-out.places": 7,
        "programmes.watch-out.calendar": "taper",
        "programmes.xpoint.active": False,
        "landlord.housing_career": 0.2,
    }
    same = load("wielwijk", policy="carousel", overrides=overrides)
    assert asked.key() == same.key()
    assert asked.policy.programmes == same.policy.programmes
    assert "xpoint" not in asked.policy.programmes


def test_another_policy_can_be_asked_of_a_scenario_file(write: Write) -> None:
    """Protects arms: the differences stay, the policy is the one asked; without one there is none."""
    path = write(BASE)
    changed = load(path, policy="continuous", overrides={"programmes.vooruit.places": 3})
    assert changed.policy.key == "continuous"
    places = {key: one.programme.places for key, one in changed.policy.programmes.items()}
    assert (places["watch-out"], places["vooruit"]) == (7, 3)
    assert changed.policy.landlord.housing_career == 0.2
    assert load(path, policy="none").policy.is_null


def test_a_policy_file_is_meant_from_the_scenario_that_names_it(write: Write) -> None:
    """Protects folders that are passed on: paths are those of the file that states them."""
    write('base = "continuous"\n[programmes.vooruit]\nplaces = 5\n', "mine.toml")
    write('place = "wielwijk"\npolicy = "mine.toml"\n', "base.toml")
    for path in (
        write('place = "wielwijk"\npolicy = "mine.toml"\n'),
        write('base = "base.toml"\n'),
    ):
        assert load(path).policy.programmes["vooruit"].programme.places == 5


@pytest.mark.parametrize(
    ("name", "right", "wrong", "key"),
    [
        ("base.toml", "local_wish = 0.5", "local_wish = 5.0", "parameters.moving.local_wish"),
        ("base.toml", "places = 7", "places = -7", "programmes.watch-out.places"),
        ("base.toml", "[programmes.watch-out]", "[programmes.watchout]", "programmes.watchout"),
        ("base.toml", "housing_career = 0.2", "housing_carer = 0.2", "landlord.housing_carer"),
        ("base.toml", 'policy = "carousel"', 'policy = "carousell"', "policy"),
        ("proef.toml", "years = 9", "years = 0", "years"),
        ("proef.toml", "attachment = 0.1", "atachment = 0.1", "parameters.moving.atachment"),
        ("proef.toml", '"taper"', '"tapr"', "programmes.watch-out.calendar"),
        ("proef.toml", "active = false", "actve = false", "programmes.xpoint.actve"),
        ("proef.toml", 'base = "base.toml"', "base = 3", "base"),
    ],
)
def test_an_error_of_several_layers_is_located_in_its_own_file(
    write: Write, name: str, right: str, wrong: str, key: str
) -> None:
    """Protects promise 5: of a file and its base the one is named that states what is wrong."""
    texts = {"base.toml": BASE, "proef.toml": OWN}
    assert right in texts[name]
    texts[name] = texts[name].replace(right, wrong)
    paths = {each: write(text, each) for each, text in texts.items()}
    (problem, *_) = _refused(paths["proef.toml"]).problems
    assert (problem.where, problem.key) == (paths[name], key)
    assert problem.line is not None
    assert wrong in texts[name].split("\n")[problem.line - 1]


# -- anything at all ------------------------------------------------------------------------------

LAYERED = (
    SCENARIO.replace('policy = "none"', 'policy = "carousel"')
    + """
[programmes.watch-out]
places = 7
calendar = "stop-start"
funnel.contact = 0.5

[programmes.xpoint]
active = false

[landlord]
housing_career = 0.2
"""
)

#: With an array of tables, of which errors name the one that is meant.
STRETCHED = """\
place = "wielwijk"
policy = "watch-out"

[programmes.watch-out.calendar]
then = "repeat"

[[programmes.watch-out.calendar.stretches]]
months = 24
begins = "fresh"

[[programmes.watch-out.calendar.stretches]]
months = 9
level = 0.0
bridged_by = "fund"

[landlord]
housing_career = 0.2
"""

_BAD_VALUES = (
    "''",
    '"Ω≈ç √ 🏚 "',
    "nan",
    "-inf",
    "-1",
    "0",
    "1e308",
    "1e999",
    "9" * 30,
    "9" * 400,
    "9" * 5000,
    "0xdeadbeef",
    "0x" + "f" * 5000,
    "true",
    "[]",
    "[1, 2, 3]",
    "['a', [1], {b = 2}]",
    "[nan]",
    "{}",
    "{value = 0.3}",
    "{value = [0.3], unit = 'share'}",
    "{value = 0.3, unit = 'share', x = {y = {z = 1}}}",
    "1979-05-27",
    "1979-05-27T07:32:00Z",
    "07:32:00",
    "0000-00-00",
    "'average'",
    "'wielwijc.toml'",
    '"""\nyears = 1\n"""',
    "",
)
_LINES = (
    "[figures]",
    "[[figures]]",
    "[parameters.moving]",
    "[parameters]",
    "[mechanisms.crowding]",
    "[context]",
    "[a.b.c]",
    "['']",
    "key = 3",
    '"" = 1',
    "place = 'average'",
    "name.deeper = 1",
    "figures = 3",
    "parameters = []",
    "[figures.share_benefit.value]",
    "=",
    "\t",
    "# [figures]",
    '"""',
    "\u2028x = 1",
)


@st.composite
def _broken(draw: st.DrawFn, base: str) -> bytes:
    lines = base.splitlines()
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(lines) - 1))
        key, _, value = lines[at].partition("=")
        match draw(st.integers(0, 6)):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, lines[at])
            case 2:
                lines[at] = f"{key}= {draw(st.sampled_from(_BAD_VALUES))}"
            case 3:
                lines[at] = f"{draw(st.text('abcdehilmnorstyz_.é-', max_size=12))} ={value}"
            case 4:
                lines.insert(at, draw(st.sampled_from(_LINES)))
            case 5:
                other = draw(st.integers(0, len(lines) - 1))
                lines[at], lines[other] = lines[other], lines[at]
            case _:
                lines[at] = lines[at][: draw(st.integers(0, max(0, len(lines[at]) - 1)))]
        if not lines:
            lines = [""]
    content = "\n".join(lines).encode()
    if draw(st.integers(0, 9)) == 0:
        cut = draw(st.integers(0, len(content)))
        content = content[:cut] + draw(st.binary(max_size=8)) + content[cut + 3 :]
    return content


def _key_in(data: Any, path: list[str]) -> str:
    """Return the last part of a key that the data holds, or nothing; a number's is its list's."""
    for depth, part in enumerate(path):
        if isinstance(data, list) and part.isdecimal() and isinstance(data[int(part)], dict):
            data = data[int(part)]
            if depth == len(path) - 1:
                return path[depth - 1]
            continue
        if not isinstance(data, dict):
            return path[depth - 1]
        if part not in data:
            return ""
        data = data[part]
    return path[-1]


def _says_where(error: ScenarioError, path: str, content: bytes) -> None:
    """Assert that every problem names where, and the line of a key that the file holds."""
    assert error.problems
    try:
        text = content.decode()
        data = tomllib.loads(text)
    except (ValueError, RecursionError):
        data = None
    for problem in error.problems:
        assert problem.where
        assert problem.message
        assert problem.where in str(problem)
        if problem.where != path or data is None:
            continue
        part = _key_in(data, problem.key.split("."))
        if re.fullmatch(r"[\w-]+", part, re.ASCII):
            assert problem.line is not None, f"no line for {problem.key}"
            assert part in text.split("\n")[problem.line - 1], problem.key


def _load_or_be_told(path: str, content: bytes) -> None:
    try:
        scenario = load(path)
    except ScenarioError as error:
        _says_where(error, path, content)
    else:
        assert isinstance(scenario, Scenario)
        assert scenario.key() == load(path).key()


@pytest.mark.parametrize(
    "base",
    [SCENARIO, PLACE, LAYERED, STRETCHED],
    ids=["scenario", "place", "policy", "calendar"],
)
def test_no_broken_file_reaches_a_traceback(base: str, tmp_path: Path) -> None:
    """Protects every user: whatever is in a file, it is a scenario or an error that says where."""
    path = tmp_path / "stuk.toml"

    @settings(max_examples=300)
    @given(_broken(base))
    def run(content: bytes) -> None:
        path.write_bytes(content)
        _load_or_be_told(str(path), content)

    run()


def test_no_binary_file_reaches_a_traceback(tmp_path: Path) -> None:
    """Protects who opens the wrong file."""
    path = tmp_path / "stuk.toml"

    @settings(max_examples=100)
    @given(st.binary(max_size=200) | st.text(max_size=80).map(lambda text: text.encode()))
    def run(content: bytes) -> None:
        path.write_bytes(content)
        _load_or_be_told(str(path), content)

    run()


_KNOWN_KEYS = st.sampled_from(
    [
        "years",
        "name",
        "policy",
        "place",
        "parameters",
        "mechanisms",
        "figures",
        *(f"mechanisms.{name}" for name in Mechanisms.model_fields),
        *(f"figures.{name}" for name in FIGURES),
        *parameter_cards(),
        *(f"parameters.{key}" for key in parameter_cards()),
        "programmes",
        "programmes.watch-out",
        "programmes.watch-out.calendar",
        "programmes.watch-out.equal_money_to",
        "programmes.watch-out.starts_year",
        "programmes.watch-out.places",
        "programmes.watch-out.payers",
        "programmes.watch-out.risk",
        "programmes.watch-out.funnel.contact",
        "programmes.boot.places",
        "landlord",
        "landlord.housing_career",
    ]
)
_ODD_KEYS = st.one_of(
    st.text(max_size=12),
    st.tuples(_KNOWN_KEYS, st.sampled_from([".", ".value", ".x.y", "s", " ", ""])).map("".join),
    st.sampled_from(["moving", "figures.share_debts.source", "mechanisms.a.b", ".", "..", "a.b.c"]),
)
_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**400, -(10**400), 2**63]),
    # Python refuses to write this one out, Hypothesis with it.
    st.just(5000).map(lambda digits: 10**digits),
    st.floats(),
    st.text(max_size=8),
    st.binary(max_size=4),
    st.dates(),
    st.just(datetime.timedelta(1)),
    st.just(math.pi),
    st.just(object()),
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=6)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.sampled_from(["value", "unit", "source", "default", "x"]), inner)
        | st.dictionaries(st.integers(), inner, max_size=2)
    ),
    max_leaves=8,
)


@settings(max_examples=500)
@given(
    overrides=st.dictionaries(
        _KNOWN_KEYS | _ODD_KEYS, _VALUES | st.floats(0, 1), min_size=1, max_size=4
    )
)
def test_no_override_reaches_a_traceback(overrides: dict[str, Any]) -> None:
    """Protects sweeps: whatever is asked, it is a scenario or an error that names the override."""
    try:
        scenario = load("average", policy="watch-out", overrides=overrides)
    except ScenarioError as error:
        found = error.problems
    else:
        assert len(scenario.key()) == 16
        return
    assert found
    for problem in found:
        # The place itself is sound, so whatever is wrong was asked for.
        assert problem.where == "override"
        assert any(str(key) in problem.key for key in overrides)
        assert problem.message
