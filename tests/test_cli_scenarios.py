"""What the command line makes of scenario files, kinds of names, ``--policy`` and ``--set``.

What is protected here: differences are shown as they can be set, any kind of name is found, and
what is asked reaches the scenario or ends in one clear line.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from langeadem.experiments.cli.screen import InputError
from langeadem.experiments.cli.settings import overrides
from langeadem.scenarios import (
    differences,
    load,
    load_policy,
    load_programme,
)
from langeadem.viz.text import texts
from langeadem.viz.text.field_cards import field_cards

from .asking import call, flat, shown, write_own_files

SMALL = ["--set", "figures.households=120", "--set", "figures.residents=250", "--years", "2"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the current folder, with files of one's own."""
    monkeypatch.chdir(tmp_path)
    write_own_files(tmp_path)
    return tmp_path


# -- what a scenario changes ----------------------------------------------------------------------


def test_a_scenario_is_shown_as_its_differences(folder: Path) -> None:
    """Each key once, with both values, against the base that it names and against the place."""
    text = shown("explain", "scenario", "scenario.toml", "--lang", "en")
    against_base, against_place = text.split("Differs in ")[1:]
    rows = {line.split()[0]: line.split()[1:3] for line in against_base.splitlines()[3:] if line}
    places = str(load_programme("watch-out").places)
    assert rows == {
        "programmes.watch-out.places": [places, "44"],
        "programmes.watch-out.offers.work_places": [places, "44"],  # they come with the places
        "figures.share_benefit": ["11.5%", "20%"],
        "landlord.housing_career": ["0", "0.3"],
        "years": ["30", "20"],
        "moving.local_wish": ["0.3", "0.25"],
        "mechanisms.crowding": ["on", "off"],
    }
    assert against_base.startswith("7 things from base.toml")
    assert "programmes.watch-out.calendar absent continuous" in flat(against_place)
    assert text.rstrip().endswith("To run it: langeadem run scenario.toml")


def test_the_keys_of_a_difference_can_be_set(folder: Path) -> None:
    """What the card names as a key is what --set takes: set one by one it gives the scenario."""
    settings = [
        "programmes.watch-out.places=44",
        "figures.share_benefit=0.2",
        "landlord.housing_career=0.3",
        "years=20",
        "moving.local_wish=0.25",
        "mechanisms.crowding=false",
    ]
    again = load("wielwijk", "watch-out", overrides(settings, None, texts("nl")))
    assert differences(load("scenario.toml"), again) == []


def test_a_place_with_a_policy_is_a_difference_too(folder: Path) -> None:
    """A file need not be written to see what a run would change; the same is said to be the same."""
    text = shown("explain", "scenario", "wielwijk", "--policy", "policy.toml", "--lang", "en")
    rows = {line.split()[0]: line.split()[1:3] for line in text.splitlines() if line}
    assert rows["programmes.watch-out.calendar"] == ["absent", "cliff"]
    assert rows["programmes.watch-out.equal_money_to"] == ["-", "continuous"]
    assert rows["programmes.watch-out.starts_year"] == ["0", "1"]
    assert text.rstrip().endswith("langeadem run wielwijk --policy policy.toml")
    same = shown("explain", "scenario", "wielwijk")
    assert "Verschilt in niets van wielwijk." in same


def test_a_base_can_be_told_from_a_policy(folder: Path) -> None:
    """A scenario that only rests on another one, and changes its policy, is a scenario still."""
    (folder / "more.toml").write_text('base = "base.toml"\n[programmes.watch-out]\nplaces = 3\n')
    assert "programmes.watch-out.places" in shown("explain", "scenario", "more.toml")


# -- names, kinds, keys ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("watch-out",), "Project watch-out: Watch Out"),
        (("programma", "watch-out"), "Project watch-out: Watch Out"),
        (("project", "watch-out"), "Project watch-out: Watch Out"),
        (("kalender", "continuous"), "Kalender continuous"),
        (("aanpak", "none"), "Aanpak none"),
        (("risico", "no_growth"), "Risico no_growth"),
        (("wijk", "wielwijk"), "Wielwijk (Dordrecht)"),
        (("mechanisme", "crowding"), "Mechanisme crowding"),
        (("instelling", "moving.local_wish"), "moving.local_wish"),
        (("groep", "moving"), "moving.local_wish"),
        (("groep", "funnel"), "funnel.visit"),
        (("ladder", "working"), "5  vaste baan of eigen zaak"),
        (("phase", "moving"), "Fase moving"),
        (("event", "illness"), "of iemand ziek wordt"),
        (("policy", "watch-out"), "Aanpak watch-out"),
    ],
)
def test_a_kind_may_stand_before_a_name(words: tuple[str, ...], said: str) -> None:
    """Kinds in English and in Dutch; only the thing of that kind is shown."""
    text = shown("explain", *words)
    assert said in text
    if len(words) == 2 and words[0] != "groep":
        assert sum(line.startswith(("Fase ", "Mechanisme ")) for line in text.splitlines()) <= 1


def test_one_name_shows_all_that_go_by_it() -> None:
    """A calendar and a policy of one name are both shown; with a kind only one of them."""
    both = shown("explain", "continuous")
    assert "Kalender continuous" in both
    assert "Aanpak continuous" in both
    assert "Aanpak continuous" not in shown("explain", "calendar", "continuous")


@pytest.mark.parametrize("key", list(field_cards()))
def test_every_key_of_programmes_calendars_and_letting_is_explained(key: str) -> None:
    """Meaning, unit, range, default and source of every key that a file may state."""
    card = field_cards()[key]
    page = flat(shown("explain", "parameter", key, "--lang", "en"))
    for part in (card.doc, card.unit, card.source):
        assert flat(part) in page


def test_a_key_of_one_programme_is_explained_with_its_value(folder: Path) -> None:
    """The value of that programme, or of the scenario that changes it, and what it rests on."""
    spec = load_programme("watch-out")
    text = flat(shown("explain", "programmes.watch-out.places"))
    assert f"waarde {spec.places} " in text
    assert flat(spec.sources["places"]) in text
    assert f"--policy watch-out --set programmes.watch-out.places={spec.places}" in text
    words = ("explain", "programmes.watch-out.places", "--scenario", "scenario.toml")
    assert "waarde 44 " in flat(shown(*words))
    for key in ("calendar", "payers", "starts_year", "funnel.contact", "support.group"):
        assert shown("explain", f"programmes.watch-out.{key}")


# -- files of another kind ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('base = "carousel"\n[programmes.watch-out]\nplaces = 3\n', "policy"),
        ('base = "policy.toml"\n[programmes.watch-out]\nplaces = 3\n', "policy"),
        ("[landlord]\nhousing_career = 0.3\n", "policy"),
        ('calendar = "own.toml"\n[programmes.watch-out]\n', "policy"),
        (None, "policy"),
        ('name = "x"\nthen = "last"\n[[stretches]]\nmonths = 6\n', "calendar"),
        ('name = "x"\nabout = "xxx"\nladder = "working"\n', "programme"),
    ],
)
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_file_that_is_no_scenario_is_said_to_be_what_it_is(
    folder: Path, text: str | None, kind: str, lang: str
) -> None:
    """A policy is not called a place in which everything is missing; the right command is named."""
    name = "policy.toml" if text is None else "other.toml"
    if text is not None:
        (folder / name).write_text(text, encoding="utf-8")
    for words in (("explain", "scenario", name), ("explain", name)):
        done = call(*words, "--lang", lang)
        assert done.exit_code == 2
        assert done.stdout == ""
        assert len(done.stderr.splitlines()) == 1
        assert texts(lang)(f"kind.{kind}") in done.stderr
        assert done.stderr.rstrip().endswith(f"langeadem explain {kind} {name}")


# -- what goes wrong ------------------------------------------------------------------------------

BAD: list[tuple[tuple[str, ...], str]] = [
    (("explain", "programme", "watch-oot"), "(soort: project). Bedoelt u watch-out?"),
    (("explain", "watch-oot"), "Bedoelt u watch-out?"),
    (("explain", "programe", "watch-out"), "Bedoelt u programme?"),
    (("explain", "calendar", "qqqqqqq"), "langeadem list calendars"),
    (("explain", "risk", "no_grow"), "Bedoelt u no_growth?"),
    (("explain", "calendar", "watch-out"), "(soort: kalender)"),
    (("explain", "programmes.watch-out.place"), "Bedoelt u programmes.watch-out.places?"),
    (("explain", "programmes.watch-oot.places"), "Bedoelt u programmes.watch-out.places?"),
    (("explain", "programme", "nergens.toml"), "het bestand bestaat niet"),
    (("explain", "scenario", "nergens"), "onbekende wijk"),
    (("explain", "a", "b", "c"), "geef één naam, of een soort en een naam"),
    (("explain",), "Er mist een woord"),
    (("explain", "policy", "none", "--set", "programmes.x.places=3"), "geen project 'x'\n"),
    (("run", "--policy", "watch-oot", "--lang", "nl"), "xpoint, *.toml; bedoelt u"),
    (("explain", "scenario", "wielwijk", "--policy", "watch-oot"), "bedoelt u watch-out?"),
    (("run", "--policy", "watch-oot"), "onbekende aanpak 'watch-oot'"),
    (("run", "--policy", "nergens.toml"), "het bestand bestaat niet"),
    (("run", "--policy", "watch-out", "--set", "programmes.watch-out.places=-1"), "0 of meer"),
    (("run", "--policy", "watch-out", "--set", "programmes.watch-out.places=veel"), "'veel': moet"),
    (("run", "--policy", "watch-out", "--set", "programmes.watch-out.place=4"), "u places?"),
    (("run", "--policy", "watch-out", "--set", "programmes.watch-oot.places=4"), "u watch-out?"),
    (
        ("run", "--policy", "watch-out", "--set", "programmes.watch-out.calendar=carousell"),
        "bedoelt u carousel?",
    ),
    (
        ("run", "--policy", "watch-out", "--set", "programmes.watch-out.funnel.contact=2"),
        "--set programmes.watch-out.funnel.contact: 2",
    ),
    (
        ("run", "--policy", "watch-out", "--set", "programmes.watch-out.risk.kind=no_grow"),
        "onbekende soort risico",
    ),
    (("run", "--set", "landlord.housing_career=3"), "moet 1 of minder zijn"),
    (("run", "--set", "landlord.housing_carer=0.3"), "bedoelt u housing_career?"),
]


@pytest.mark.parametrize(("words", "said"), BAD, ids=[" ".join(words)[:70] for words, _ in BAD])
def test_bad_input_is_one_clear_line(folder: Path, words: tuple[str, ...], said: str) -> None:
    """Exit code 2, one line on stderr that says what to do, and nothing written."""
    before = sorted(folder.iterdir())
    done = call(*words)
    assert done.exit_code == 2, done.output
    assert done.stdout == ""
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert sorted(folder.iterdir()) == before


def test_a_calendar_without_money_cannot_equal_one_with(folder: Path) -> None:
    """Equal money from nothing is an answer in words, for a reader and not for a programmer."""
    (folder / "none.toml").write_text(
        'about = "x y"\nsource = "test"\nequal_money_to = "continuous"\n'
        '[programmes.watch-out]\ncalendar = "none"\n'
    )
    done = call("explain", "policy", "none.toml")
    assert done.exit_code == 2
    assert done.stderr == (
        "policy none: programmes.watch-out.equal_money_to:"
        " een kalender zonder geld kan geen totaal betalen\n"
    )


# -- settings and runs ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("programmes.watch-out.calendar=carousel", "carousel"),
        ("programmes.watch-out.calendar='carousel'", "carousel"),
        ("programmes.watch-out.calendar=mine/own.toml", "mine/own.toml"),
        ("programmes.watch-out.places=40", 40),
        ("programmes.watch-out.support.group=true", True),
        ("programmes.watch-out.eligibility.streets=[1, 2]", [1, 2]),
        ("programmes.watch-out.payers={fund = 1.0}", {"fund": 1.0}),
        ("policy=carousel", "carousel"),
    ],
)
def test_settings_of_programmes_need_no_quotes(setting: str, value: object) -> None:
    """A name of a calendar may be written as it is; everything else is TOML as before."""
    key = setting.split("=")[0]
    assert overrides([setting], None, texts("nl")) == {key: value}


def test_other_settings_still_need_toml() -> None:
    """A bare word where no name is meant is refused, as it always was."""
    for setting in (
        "name=kaal",
        "moving.local_wish=veel",
        "programmes.watch-out.name=twee woorden",
    ):
        with pytest.raises(InputError, match="geen waarde in TOML"):
            overrides([setting], None, texts("nl"))


def test_a_policy_runs_with_what_was_asked(folder: Path) -> None:
    """The policy names the folder and the sentence, and the settings are in the saved scenario."""
    settings = ("programmes.watch-out.places=7", "programmes.watch-out.calendar=carousel")
    done = call("run", *SMALL, "--policy", "watch-out", "--set", settings[0], "--set", settings[1])
    assert done.exit_code == 0, done.output
    assert "met aanpak watch-out." in flat(done.stdout)
    saved = folder / "results" / "average-watch-out-seed1"
    policy = json.loads((saved / "scenario.json").read_text(encoding="utf-8"))["policy"]
    funded = policy["programmes"]["watch-out"]
    assert funded["programme"]["places"] == 7
    assert funded["calendar"]["key"] == "carousel"
    record = json.loads((saved / "run.json").read_text(encoding="utf-8"))
    assert record["info"]["policy"] == "watch-out"
    for word in ("--policy watch-out", *settings):
        assert word in record["command"]


def test_a_policy_of_ones_own_runs(folder: Path) -> None:
    """A file is run by its path; the folder is named after it."""
    done = call("run", *SMALL, "--policy", "policy.toml", "--quiet")
    assert done.exit_code == 0, done.output
    assert done.stdout.strip().endswith("average-policy-seed1")
    saved = json.loads((folder / done.stdout.strip() / "scenario.json").read_text())
    assert saved["policy"]["landlord"]["housing_career"] == 0.3
    assert load_policy("policy.toml").key == "policy"
