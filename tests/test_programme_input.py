"""Programmes, calendars and policies as they are asked: right, or one clear error that says where."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from langeadem.scenarios import (
    Policy,
    Problem,
    ScenarioError,
    differences,
    load,
    load_calendar,
    load_policy,
    load_programme,
    require_comparable,
)
from langeadem.scenarios.shipped import catalogue_folder

CARD = catalogue_folder("programmes").joinpath("watch-out.toml").read_text(encoding="utf-8")
CALENDAR = catalogue_folder("calendars").joinpath("carousel.toml").read_text(encoding="utf-8")

Write = Callable[[str, str], str]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Return a writer of files in the current folder; it returns their name."""
    monkeypatch.chdir(tmp_path)

    def write_file(name: str, text: str) -> str:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return name

    return write_file


def _problems(ask: Callable[[], Any]) -> tuple[Problem, ...]:
    with pytest.raises(ScenarioError) as caught:
        ask()
    return caught.value.problems


def _line(text: str, start: str) -> int:
    """Return the number of the first line that starts so."""
    return next(n for n, line in enumerate(text.splitlines(), 1) if line.startswith(start))


# -- overrides --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value", "says", "hint"),
    [
        ("plcaes", 4, "unknown key", "places"),
        ("funnel.contct", 0.4, "unknown key", "contact"),
        ("places", "many", "'many': input should be a valid integer", ""),
        ("places", 2.5, "integer", ""),
        ("places", -1, "greater than or equal to 0", ""),
        ("funnel.contact", 1.5, "less than or equal to 1", "0 to 1 share"),
        ("funnel.contact", float("nan"), "finite", "0 to 1 share"),
        ("funnel.contact", {"value": 0.5, "unit": "1/year"}, "the unit here is 'share'", ""),
        ("support.duration_months", 0, "greater than or equal to 1", "months"),
        ("calendar", "carrousel", "unknown calendar 'carrousel'", "carousel"),
        ("calendar", 3, "must be a name, a path or a table", ""),
        ("equal_money_to", "continuos", "unknown calendar", "continuous"),
        ("equal_in", "totl", "unknown value 'totl'", "total"),
        ("starts_year", -1.0, "greater than or equal to 0", ""),
        ("active", "no", "true or false", ""),
        ("payers", {"landlord": 0.5}, "add up to 1", ""),
        ("payers", {"landlord": 1.5, "fund": -0.5}, "0 or more", ""),
        ("risk.kind", "no_grwth", "unknown kind of risk", "no_growth"),
        ("eligibility.age_from", 50, "lies above the highest", ""),
        ("offers.work_places", 0, "work_places", ""),
    ],
)
def test_a_wrong_override_is_one_error(key: str, value: Any, says: str, hint: str) -> None:
    """Protects promise 5: what is wrong, under which key, what is allowed and the nearest name."""
    label = f"programmes.watch-out.{key}"
    (found,) = _problems(lambda: load(policy="watch-out", overrides={label: value}))
    assert (found.where, found.key) == ("override", label)
    assert says in found.message
    assert hint in f"{found.allowed} {found.nearest} {found.message}"


@pytest.mark.parametrize(
    ("policy", "key", "nearest"),
    [
        ("watch-out", "programmes.watchout.places", "watch-out"),
        ("watch-out", "programmes.boot.places", ""),
        ("none", "programmes.watch-out.places", ""),
        ("buy-rent", "programmes.watch-out.places", ""),
    ],
)
def test_a_programme_that_is_not_in_the_policy_cannot_be_set(
    policy: str, key: str, nearest: str
) -> None:
    """Protects promise 5: an override never adds a programme that was not asked for."""
    (found,) = _problems(lambda: load(policy=policy, overrides={key: 3}))
    assert (found.where, found.key, found.nearest) == ("override", key, nearest)
    assert "no programme" in found.message


@pytest.mark.parametrize(
    ("key", "value"), [("landlord.housing_career", 0.3), ("programmes.watch-out.places", 3)]
)
def test_overrides_of_a_policy_in_hand_are_not_ignored(key: str, value: Any) -> None:
    """Protects promise 5: differences asked of a `Policy` object are applied or refused."""
    try:
        asked = load(policy=Policy(), overrides={key: value})
    except ScenarioError:
        return
    assert asked.policy != Policy()


def test_money_that_cannot_be_equal_is_refused_when_it_is_asked() -> None:
    """Protects promise 5: a calendar without money that is to equal another is an error of the asker."""
    changes = {"calendar": "none", "equal_money_to": "continuous"}
    overrides = {f"programmes.watch-out.{key}": value for key, value in changes.items()}
    (found,) = _problems(lambda: load(policy="watch-out", overrides=overrides))
    assert "programmes.watch-out" in found.key


@pytest.mark.parametrize(
    ("stretch", "then", "says"),
    [
        ({"months": 0}, "last", "greater than or equal to 1"),
        ({"months": 3, "levl": 1.0}, "last", "levl"),
        ({"months": 3, "level": -0.5}, "last", "greater than or equal to 0"),
        ({"months": 3, "begins": "anew"}, "last", "unknown value 'anew'"),
        ({"months": 3, "payer": "bank"}, "last", "unknown value 'bank'"),
        ({"months": 3, "payers": {"bank": 1.0}}, "last", "unknown value 'bank'"),
        ({"months": 3, "payers": {"fund": 0.5}}, "last", "add up to 1"),
        ({"months": 3, "payers": {"fund": 1.5, "state": -0.5}}, "last", "0 or more"),
        ({"months": 3, "payers": {}}, "last", "add up to 1"),
        ({"months": 3, "payers": {"fund": 1}, "payer": "fund"}, "last", "both say who pays"),
        ({"months": 3, "bridged_by": "fund"}, "last", "belongs to a gap"),
        ({"months": 3}, "lst", "unknown value 'lst'"),
    ],
)
def test_a_wrong_calendar_is_one_error(stretch: dict[str, Any], then: str, says: str) -> None:
    """Protects promise 5 for calendars written out on the spot."""
    asked = {"stretches": [stretch], "then": then}
    key = "programmes.watch-out.calendar"
    found = _problems(lambda: load(policy="watch-out", overrides={key: asked}))
    assert says in str(found[0])
    assert found[0].where == "override"
    assert len(found) == 1


# -- files ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "key", "says", "nearest"),
    [
        ('about = "own"\nprogrames = 3\n', 2, "programes", "unknown key", "programmes"),
        ('\n[programmes.watchout]\n', 2, "programmes.watchout", "unknown programme", "watch-out"),
        (
            '[programmes.watch-out]\n\nplacs = 3\n',
            3,
            "programmes.watch-out.placs",
            "unknown key",
            "places",
        ),
        (
            'base = "continuous"\n[programmes.watch-out.funnel]\n# much\ncontact = 3.0\n',
            4,
            "programmes.watch-out.funnel.contact",
            "less than or equal to 1",
            "",
        ),
        ('base = "continuos"\n', 1, "base", "unknown policy 'continuos'", "continuous"),
        ("base = 3\n", 1, "base", "must be a name or a path", ""),
        ('base = "own.toml"\n', 1, "base", "circle: own.toml -> own.toml", ""),
        ('base = "none"\n\nabout = 3\n', 3, "about", "valid string", ""),
        ('base = "none"\n[landlord]\nhousing_carer = 1.0\n', 3, "landlord.housing_carer",
         "unknown key", "housing_career"),
        ('base = "continuous"\ncalendar = "cntinuous"\n', 2, "calendar", "unknown calendar",
         "continuous"),
        ('base = "continuous"\nequal_money_to = "sprnt"\n', 2, "equal_money_to",
         "unknown calendar", "sprint"),
    ],
)  # fmt: skip
def test_a_wrong_policy_file_is_one_error(
    write: Write, text: str, line: int, key: str, says: str, nearest: str
) -> None:
    """Protects promise 5: file, line, key and nearest name, for policies that state differences."""
    name = write("own.toml", text)
    (found,) = _problems(lambda: load(policy=name))
    assert (found.where, found.line, found.key) == (name, line, key)
    assert says in found.message
    assert found.nearest == nearest


@pytest.mark.parametrize(("first", "second", "fault"), [(-7, 7, ""), (7, -7, "own.toml")])
def test_of_two_files_the_last_has_its_way(
    write: Write, first: int, second: int, fault: str
) -> None:
    """Protects bases: of two files that state a key the last counts, and is to blame."""
    write("two.toml", f"[programmes.watch-out]\nplaces = {first}\n")
    text = f'base = "two.toml"\n\n[programmes.watch-out]\nplaces = {second}\n'
    own = write("own.toml", text)
    if not fault:
        assert load(policy=own).policy.programmes["watch-out"].programme.places == second
        return
    (found,) = _problems(lambda: load(policy=own))
    assert (found.where, found.line) == (fault, 4)


def test_bases_that_go_round_are_refused(write: Write) -> None:
    """Protects promise 5: a circle of bases is told, with the way round."""
    write("two.toml", 'base = "three.toml"\n')
    write("three.toml", '# back again\nbase = "one.toml"\n')
    (found,) = _problems(lambda: load_policy(write("one.toml", 'base = "two.toml"\n')))
    assert found.key == "base"
    assert found.line == {"one.toml": 1, "two.toml": 1, "three.toml": 2}[found.where]
    assert "one.toml -> two.toml -> three.toml -> one.toml" in found.message


@pytest.mark.parametrize(
    ("right", "wrong", "key", "says"),
    [
        ("places = 20", "places = -2", "places", "greater than or equal to 0"),
        ("caseload = 10", 'caseload = "ten"', "staff.caseload", "valid number"),
        ("[nudges]", "[nudgs]", "nudgs", "unknown key"),
        ('ladder = "working"', 'ladder = "workng"', "ladder", "unknown value 'workng'"),
        ('kind = "intended_group_missed"', 'kind = "intended_group"', "risk.kind", "unknown kind"),
        ("contact = 0.9", "contact = 0.9.9", "", "not valid TOML"),
        ("landlord = 0.5", "landlord = 0.6", "payers", "add up to 1"),
        ('"funnel.drop_out" =', '"funnel.dropout" =', "sources", "'funnel.dropout' is not a key"),
    ],
)
@pytest.mark.parametrize("alone", [True, False])
def test_a_wrong_programme_file_is_one_error(
    write: Write, alone: bool, right: str, wrong: str, key: str, says: str
) -> None:
    """Protects promise 5: file and line of a programme of one's own, asked alone or in a policy."""
    text = CARD.replace("approaches = 1.0", "approaches = 1.0\ncontact = 0.9")
    assert right in text
    text = text.replace(right, wrong, 1)
    mine = write("mine.toml", text)
    own = write("own.toml", '[programmes.mine]\nfile = "mine.toml"\n')
    (found,) = _problems(lambda: load_programme(mine) if alone else load(policy=own))
    assert found.where == mine
    assert says in found.message
    if key in ("", "sources"):
        return
    assert found.key == (key if alone else f"programmes.mine.{key}")
    start = "[payers]" if key == "payers" else wrong
    assert found.line == _line(text, start)


@pytest.mark.parametrize(
    ("right", "wrong", "line", "key", "says"),
    [
        ('then = "repeat"', 'then = "rpeat"', 'then = "rpeat"', "then", "unknown value 'rpeat'"),
        ("months = 9", "months = 0", "months = 0", "stretches.1.months", "greater than or equal"),
        ("level = 0.0", "levl = 0.0", "levl = 0.0", "stretches.1.levl", "unknown key"),
        ('name = "Project carousel"', "", "", "name", "is missing"),
    ],
)
@pytest.mark.parametrize("alone", [True, False])
def test_a_wrong_calendar_file_is_one_error(
    write: Write, alone: bool, right: str, wrong: str, line: str, key: str, says: str
) -> None:
    """Protects promise 5: file and key of a calendar of one's own, asked alone or in a policy."""
    assert right in CALENDAR
    text = CALENDAR.replace(right, wrong, 1)
    mine = write("mine.toml", text)
    own = write("own.toml", 'base = "continuous"\ncalendar = "mine.toml"\n')
    found = _problems(lambda: load_calendar(mine) if alone else load(policy=own))
    assert (found[0].where, found[0].key) == (mine, key)
    assert says in found[0].message
    if line:
        assert found[0].line == _line(text, line)
    assert len(found) == 1
    if "stretches" in key:
        assert found[0].nearest or found[0].allowed == "1 to 1200 months"


#: A calendar in which every stretch but the first has a key that does nothing, one line a key.
IDLE = """\
name = "Own"
about = "a calendar of a test"
source = "a test"
then = "nothing"

[[stretches]]
months = 6

[[stretches]]
months = 6
handover = 0.5

[[stretches]]
level = 0.0
payer = "fund"

[[stretches]]
level = 0.0
begins = "relay"

[[stretches]]
bridged_by = "fund"
"""


@pytest.mark.parametrize("alone", [True, False])
def test_keys_of_a_calendar_that_do_nothing_are_refused_where_they_stand(
    write: Write, alone: bool
) -> None:
    """Protects promise 5: nothing in a calendar is ignored; each key is told with its own line."""
    text = IDLE.replace('\n[[stretches]]\nbridged_by = "fund"\n', "")
    write("mine.toml", text)
    own = write("own.toml", 'base = "continuous"\ncalendar = "mine.toml"\n')
    found = _problems(lambda: load_calendar("mine.toml") if alone else load(policy=own))
    assert {one.where for one in found} == {"mine.toml"}
    assert [(one.key, one.line, one.message.split(" ")[0]) for one in found] == [
        ("stretches.1.handover", _line(text, "handover"), "handover"),
        ("stretches.2.payer", _line(text, "payer"), "payer"),
        ("stretches.3.begins", _line(text, "begins"), "a"),
    ]


def test_a_bridge_where_there_is_money_names_its_stretch(write: Write) -> None:
    """Protects promise 5: of several stretches the one that is wrong is named."""
    mine = write("mine.toml", IDLE)
    (found,) = _problems(lambda: load_calendar(mine))
    assert (found.key, found.line) == ("stretches.4", len(IDLE.splitlines()) - 1)
    assert "bridged_by belongs to a gap" in found.message


def test_keys_that_do_nothing_are_refused_on_the_spot_too(write: Write) -> None:
    """Protects promise 5 for calendars that are written out in a policy, and for --set."""
    tables = "[[programmes.watch-out.calendar.stretches]]"
    text = f"""
[programmes.watch-out.calendar]
then = "last"
{tables}
months = 6
# [[programmes.watch-out.calendar.stretches]]
{tables}
months = 6
handover = 0.5
"""
    own = write("own.toml", text)
    (found,) = _problems(lambda: load(policy=own))
    key = "programmes.watch-out.calendar"
    line = _line(text, "handover")
    assert (found.where, found.line) == (own, line)
    assert found.key == f"{key}.stretches.1.handover"
    stretches = [{"months": 6}, {"months": 6, "level": 0.0, "payer": "fund"}]
    asked = {key: {"stretches": stretches, "then": "last"}}
    (found,) = _problems(lambda: load(policy="watch-out", overrides=asked))
    assert (found.where, found.key) == ("override", f"{key}.stretches.1.payer")


@pytest.mark.parametrize(
    ("stretches", "says"), [("3", "must be a table"), ("[]", "says nothing"), ("[3]", "valid dict")]
)
def test_stretches_that_are_none_are_one_error(write: Write, stretches: str, says: str) -> None:
    """Protects promise 5: what are no stretches is told as a person would say it."""
    head = IDLE.split("\n\n")[0]
    mine = write("mine.toml", f"{head}\nstretches = {stretches}\n")
    (found,) = _problems(lambda: load_calendar(mine))
    assert (found.where, found.line) == (mine, 5)
    assert says in found.message


def test_equal_in_without_equal_money_is_refused(write: Write) -> None:
    """Protects promise 5: in what money is equal says nothing where no money is equal."""
    text = '[programmes.watch-out]\n\nequal_in = "present_value"\n'
    key = "programmes.watch-out.equal_in"
    (found,) = _problems(lambda: load(policy=write("own.toml", text)))
    assert (found.where, found.line, found.key) == ("own.toml", 3, key)
    assert "equal_money_to" in found.message
    (found,) = _problems(lambda: load(policy="watch-out", overrides={key: "total"}))
    assert (found.where, found.key) == ("override", key)
    for money in ('equal_money_to = "continuous"', "money_eur = 1000.0"):
        funded = load(policy=write("own.toml", text + money)).policy.programmes["watch-out"]
        assert funded.equal_in == "present_value"
    # The money of the whole policy counts too.
    assert load(policy="carousel", overrides={key: "present_value"})


@pytest.mark.parametrize(("key", "near"), [("plaecs", "places"), ("qqqq", "")], ids=["near", "far"])
def test_many_keys_are_named_and_not_counted(write: Write, key: str, near: str) -> None:
    """Protects promise 5: a reader is told the key that was meant, or all that there are."""
    own = write("own.toml", f"[programmes.watch-out]\n{key} = 3\n")
    (found,) = _problems(lambda: load(policy=own))
    assert found.nearest == near
    assert not any(sign.isdigit() for sign in found.allowed)
    known = found.allowed.split(", ") if found.allowed else []
    assert ("places" in known) == (not near)
    assert len(known) == len(set(known))


def test_a_card_that_is_not_there_is_told_where_it_is_named(write: Write) -> None:
    """Protects promise 5: the policy that names a programme by mistake gets the line."""
    for file, says in (('"wtch-out"', "unknown programme 'wtch-out'"), ("3", "a name or a path")):
        own = write("own.toml", f"[programmes.mine]\n\nfile = {file}\n")
        (found,) = _problems(lambda own=own: load(policy=own))
        assert (found.where, found.line, found.key) == (own, 3, "programmes.mine.file")
        assert says in found.message


@pytest.mark.parametrize(
    "ask",
    [
        lambda: load(policy="carousell"),
        lambda: load_policy("carousell"),
        lambda: load_programme("wtch-out"),
        lambda: load_calendar("carrousel"),
    ],
)
def test_an_unknown_name_has_a_nearest(ask: Callable[[], Any]) -> None:
    """Protects promise 5: a slip of the pen is answered with the name that was meant."""
    (found,) = _problems(ask)
    assert found.nearest in ("carousel", "watch-out")
    assert found.nearest in found.allowed


def test_a_file_that_is_not_there_is_told(write: Write) -> None:
    """Protects promise 5: no traceback for a path that leads nowhere."""
    own = write("own.toml", '[programmes.mine]\nfile = "gone.toml"\n')
    for ask in (
        lambda: load(policy="gone.toml"),
        lambda: load_programme("gone.toml"),
        lambda: load_calendar("gone.toml"),
        lambda: load(policy=own),
    ):
        (found,) = _problems(ask)
        assert found.where == "gone.toml"
        assert "cannot be read" in found.message


# -- files that files name ---------------------------------------------------------------------------


def _own(name: str) -> str:
    """Return a calendar that has a name of its own."""
    return CALENDAR.replace("Project carousel", name)


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with files of the same name in two folders below it, and in itself.

    A policy in ``b`` rests on one in ``a``; both name what lies beside them.
    """
    monkeypatch.chdir(tmp_path)
    for folder in (".", "a", "b"):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / "mine.toml").write_text(_own(f"of {folder}"), encoding="utf-8")
    (tmp_path / "a" / "card.toml").write_text(
        CARD.replace("places = 20", 'places = 21\ncalendar = "mine.toml"', 1), encoding="utf-8"
    )
    (tmp_path / "a" / "base.toml").write_text(
        'calendar = "mine.toml"\nequal_money_to = "mine.toml"\n'
        '[programmes.watch-out]\n[programmes.card]\nfile = "card.toml"\n',
        encoding="utf-8",
    )
    (tmp_path / "b" / "own.toml").write_text(
        'base = "../a/base.toml"\n[programmes.watch-out]\ncalendar = "mine.toml"\n',
        encoding="utf-8",
    )
    return tmp_path


def test_a_file_is_meant_from_beside_the_file_that_names_it(folders: Path) -> None:
    """Protects files of one's own: a folder of policies works from wherever it is asked."""
    programmes = load(policy="b/own.toml").policy.programmes
    assert {name: one.calendar.name for name, one in programmes.items()} == {
        "watch-out": "of b",
        "card": "of a",
    }
    for one in programmes.values():
        assert one.equal_money_to is not None
        assert one.equal_money_to.name == "of a"
    assert programmes["card"].programme.places == 21


def test_a_card_names_its_calendar_from_beside_itself(folders: Path) -> None:
    """Protects files of one's own: what a card would ask for lies beside the card."""
    own = folders / "b" / "alone.toml"
    own.write_text('[programmes.card]\nfile = "../a/card.toml"\n', encoding="utf-8")
    assert load(policy="b/alone.toml").policy.programmes["card"].calendar.name == "of a"
    (folders / "a" / "mine.toml").unlink()
    (found,) = _problems(lambda: load(policy="b/alone.toml"))
    assert found.where == str(Path("b") / ".." / "a" / "mine.toml")


def test_what_is_set_is_meant_from_where_the_reader_is(folders: Path) -> None:
    """Protects --set: a path that is typed is looked up from the folder that it is typed in."""
    overrides = {"programmes.watch-out.calendar": "mine.toml"}
    programmes = load(policy="b/own.toml", overrides=overrides).policy.programmes
    assert programmes["watch-out"].calendar.name == "of ."
    assert programmes["card"].calendar.name == "of a"
    overrides = {"programmes.card.file": "a/card.toml"}
    assert load(policy="b/own.toml", overrides=overrides).policy.programmes["card"]


def test_a_scenario_names_files_from_beside_itself(folders: Path) -> None:
    """Protects scenarios that change a policy: their files lie beside them too."""
    (folders / "b" / "scenario.toml").write_text(
        'place = "wielwijk"\npolicy = "../a/base.toml"\n'
        '[programmes.watch-out]\ncalendar = "mine.toml"\n',
        encoding="utf-8",
    )
    programmes = load("b/scenario.toml").policy.programmes
    assert programmes["watch-out"].calendar.name == "of b"
    assert programmes["card"].calendar.name == "of a"


# -- differences ------------------------------------------------------------------------------------


def test_a_policy_states_only_its_differences(write: Write) -> None:
    """Protects bases: what a file does not state is that of its base, and nothing else differs."""
    text = 'base = "carousel"\n[programmes.watch-out]\nplaces = 7\n[programmes.xpoint]\nactive = false\n'
    own, base = load(policy=write("own.toml", text)), load(policy="carousel")
    # Work places come with the places that money pays for.
    places = "policy.programmes.watch-out.programme.offers.work_places"
    changed = {one.key for one in differences(own, base)} - {places}
    assert "policy.programmes.watch-out.programme.places" in changed
    assert all(
        key == "policy.programmes.watch-out.programme.places"
        or key.startswith("policy.programmes.xpoint.")
        for key in changed
    )
    assert "xpoint" not in own.policy.programmes


def test_a_file_and_overrides_are_the_same(write: Write) -> None:
    """Protects the command line: overrides have the meaning of a file."""
    text = (
        'base = "carousel"\n[programmes.watch-out]\nplaces = 7\n[landlord]\nhousing_career = 0.3\n'
    )
    from_file = load(policy=write("own.toml", text))
    overrides = {"programmes.watch-out.places": 7, "landlord.housing_career": 0.3}
    assert from_file.key() == load(policy="carousel", overrides=overrides).key()


def test_arms_that_differ_elsewhere_are_refused_with_the_list() -> None:
    """Protects comparisons: two arms differ in the declared levers, or every other difference is told."""
    overrides = {"years": 20, "moving.local_wish": 0.5, "mechanisms.crowding": False}
    one, other = load(policy="carousel", overrides=overrides), load(policy="continuous")
    found = _problems(lambda: require_comparable(one, other))
    assert {problem.key for problem in found} == {
        "years",
        "parameters.moving.local_wish",
        "mechanisms.crowding",
    }
    assert all("20" in problem.message for problem in found if problem.key == "years")
    require_comparable(load(policy="carousel"), other)
    require_comparable(one, other, ("policy", "years", "parameters.moving", "mechanisms.crowding"))


def test_a_lever_is_a_whole_key() -> None:
    """Protects comparisons: a lever allows what stands under it, and no key that only begins alike."""
    one = load(policy="watch-out", overrides={"programmes.watch-out.funnel.contact": 0.3})
    other = load(policy="watch-out")
    lever = "policy.programmes.watch-out.programme.funnel.contact"
    require_comparable(one, other, (lever,))
    for wrong in (lever[:-1], "policy.programmes.watch", "policy.programmes.watch-out.calendar"):
        (found,) = _problems(lambda wrong=wrong: require_comparable(one, other, (wrong,)))
        assert found.key == lever
