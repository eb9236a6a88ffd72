"""Programmes, calendars, policies and risks, as the command line lists and explains them.

What is protected here: everything in the catalogue is shown with what it rests on, and amounts and
months on a card are those of a run.
"""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from langeadem.experiments.cli.calendar_card import month_signs, year_signs
from langeadem.scenarios import (
    RISKS,
    Schedule,
    catalogue_names,
    load,
    load_calendar,
    load_programme,
)
from langeadem.viz.text import LANGUAGES, texts
from langeadem.viz.text.calendar_words import stretch_words
from langeadem.viz.text.field_cards import field_cards, shares_text, value_of, value_text

from .asking import call, flat, shown, write_own_files


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the current folder, with files of one's own."""
    monkeypatch.chdir(tmp_path)
    write_own_files(tmp_path)
    return tmp_path


# -- lists ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["programmes", "calendars", "policies"])
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_catalogues_are_listed_whole(what: str, lang: str) -> None:
    """Nothing in the catalogue is missing from its list."""
    first = {line.split(" ")[0] for line in shown("list", what, "--lang", lang).splitlines()}
    assert set(catalogue_names(what)) <= first


def test_the_list_of_programmes_tells_them_apart() -> None:
    """Name, place, approach, kind, places, ladder, documented figures and source of each."""
    text = shown("list", "programmes", "--lang", "en")
    lines = {line.split(" ")[0]: line.split() for line in text.splitlines() if line[:1].isalpha()}
    for name in catalogue_names("programmes"):
        spec = load_programme(name)
        row = lines[name]
        assert row[-2:] == [texts("en").number(spec.places), str(len(spec.documented))], name
        assert row[-3] == spec.ladder
        assert " ".join(row[1:-3]) == spec.approach.replace("_", " "), name
        about = f"{spec.name}, {spec.where}: {spec.intervention} ({spec.source})"
        assert flat(about) in flat(text), name


def test_risks_are_listed_with_how_many_run_them() -> None:
    """Every kind of risk, and the number of programmes of the catalogue that run it."""
    rows = {
        line.split(" ")[0]: line.split() for line in shown("list", "risks").splitlines() if line
    }
    risks = [load_programme(name).risk for name in catalogue_names("programmes")]
    kinds = [risk.kind for risk in risks if risk.text]
    assert {kind: rows[kind][1] for kind in RISKS} == {
        kind: str(kinds.count(kind)) for kind in RISKS
    }


# -- cards of programmes and risks ----------------------------------------------------------------


@pytest.mark.parametrize("name", catalogue_names("programmes"))
def test_a_programme_shows_what_it_rests_on(name: str) -> None:
    """Every number that a file states stands on the card, with its unit and the whole source."""
    spec, t = load_programme(name), texts("en")
    text = shown("explain", "programme", name, "--lang", "en")
    page = flat(text)
    for part in (spec.where, spec.partners, spec.intervention, spec.success_factor, spec.risk.text):
        assert flat(part) in page
    rows = [line.split() for line in text.splitlines() if line]
    for key, source in spec.sources.items():
        group = key.split(".")[0]
        if group in ("setting", "risk") or "." not in key:
            continue
        value = flat(value_text(value_of(spec, key), t))
        unit = (field_cards()[key].unit.split() or [""])[0]
        own = [" ".join(row) for row in rows if row[0] == key.split(".")[1]]
        assert any(value in row and unit in row for row in own), key
        assert flat(source) in page, key
    for figure in spec.documented:
        assert flat(figure.source) in page
        # These stand in a column, beside the words of other columns.
        told = f"{figure.why} {figure.unmet}".lower()
        assert set(re.findall(r"\w+", told)) <= set(re.findall(r"\w+", page.lower()))
    assert call("explain", name, "--lang", "en").stdout.startswith(text.splitlines()[0])


def test_a_default_says_that_it_is_one() -> None:
    """A number that the file does not state rests on what the default rests on, and says so."""
    spec = load_programme("watch-out")
    assert "support.dose" not in spec.sources
    source = field_cards()["support.dose"].source
    assert f"default: {source}" in flat(shown("explain", "programme", "watch-out", "--lang", "en"))


def test_a_zero_with_a_source_is_shown_and_one_without_is_not(folder: Path) -> None:
    """That a document says none is worth telling; that nothing is said is not."""
    from langeadem.scenarios.shipped import catalogue_folder

    text = catalogue_folder("programmes").joinpath("watch-out.toml").read_text(encoding="utf-8")
    assert "handover" not in text
    words = ("explain", "programme", "mine.toml")
    (folder / "mine.toml").write_text(text, encoding="utf-8")
    assert not re.search("^handover", shown(*words), re.M)
    stated = text.replace("[staff]", "[staff]\nhandover = 0.0")
    stated = stated.replace("[sources]", '[sources]\n"staff.handover" = "a page says none"')
    (folder / "mine.toml").write_text(stated, encoding="utf-8")
    assert re.search("^handover", shown(*words), re.M)
    assert "a page says none" in shown(*words)


def test_the_cost_of_a_programme_is_that_of_the_cash_book() -> None:
    """The month and the trajectory on the card are computed from the same cents as the grants."""
    spec, t = load_programme("watch-out"), texts("nl")
    page = flat(shown("explain", "programme", "watch-out"))
    month = spec.full_month_cents() / 100
    assert f"een maand met alle plaatsen bezet {t.number(month)} euro" in page
    months = spec.support.duration_months
    whole = t.number(month / spec.places * months)
    assert f"een traject van {months} maanden {whole} euro" in page
    assert t.number(spec.places / spec.staff.caseload, 1) in page


def test_the_funnel_is_counted_in_people(folder: Path) -> None:
    """Of a hundred who are approached: the product of the steps, and a bar as long."""
    spec = load_programme("watch-out")
    text = shown("explain", "programme", "watch-out")
    rows = {line.split("  ")[0]: line for line in text.splitlines()}
    wanted = 100 * spec.funnel.contact * spec.funnel.visit * spec.funnel.start
    number, bar = rows["wil een plaats"].split()[3:]
    assert number == texts("nl").number(wanted)
    assert len(bar) == round(0.3 * wanted)
    assert len(rows["benaderd"].split()[-1]) == 30


def test_a_risk_says_what_it_does_and_who_runs_it() -> None:
    """The words with the programme's own size; the kind's card with its programmes."""
    spec = load_programme("watch-out")
    size = texts("en").value(spec.risk.size)
    page = flat(shown("explain", "programme", "watch-out", "--lang", "en"))
    assert f"a share {size} of the residents outside the intended group is let in" in page
    card = shown("explain", "risk", spec.risk.kind, "--lang", "en")
    row = next(line.split() for line in card.splitlines() if line.startswith("watch-out"))
    assert row[1] == size
    assert flat(spec.risk.text).split()[0] in row


@pytest.mark.parametrize("name", ["rotterdam-gezinscoaches", "woensel-west-onder-voorwaarden"])
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_card_says_that_no_document_names_a_risk(name: str, lang: str) -> None:
    """What can be switched on is called a judgement, with its ground, and is nobody's risk."""
    spec, t = load_programme(name), texts(lang)
    page = flat(shown("explain", "programme", name, "--lang", lang))
    assert flat(t("programme.no_risk")) in page
    assert flat(spec.sources["risk.kind"]) in page
    assert name not in shown("explain", "risk", spec.risk.kind, "--lang", lang)


@pytest.mark.parametrize("kind", list(RISKS))
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_risk_is_explained(kind: str, lang: str) -> None:
    """Every kind of risk has a card, also one that nobody runs."""
    assert shown("explain", "risk", kind, "--lang", lang)
    assert shown("explain", kind, "--lang", lang)


# -- cards of calendars and policies --------------------------------------------------------------


@pytest.mark.parametrize("name", catalogue_names("calendars"))
def test_the_picture_of_a_calendar_is_its_schedule(name: str) -> None:
    """A sign for each month: as many gaps, starts and paid months as the calendar lays out."""
    text = shown("explain", "calendar", name, "--lang", "en")
    schedule = Schedule(load_calendar(name), 360)
    months = re.findall(r"^years? [\d-]+ +(.*)$", text, re.M)
    drawn = "".join(months).replace(" ", "")
    assert len(drawn) == 360
    assert drawn == month_signs(schedule, plain=False)
    assert drawn.count("·") == schedule.level.count(0.0)
    months = zip(schedule.level, schedule.begins, strict=True)
    assert drawn.count("▒") == sum(level > 0 and begins > 0 for level, begins in months)
    paid = 360 - schedule.level.count(0.0)
    assert f"In 30 years there is money in {paid} of 360 months" in flat(text)


def test_the_height_of_a_calendar_is_its_money() -> None:
    """Less money is a lower sign; a terminal without blocks gets digits."""
    taper = Schedule(load_calendar("taper"), 360)
    plain = year_signs(taper, plain=True)
    assert set(plain) <= set("123456789#.")
    falling = [10 if sign == "#" else 0 if sign == "." else int(sign) for sign in plain]
    assert all(later <= before for before, later in pairwise(falling))
    assert falling[0] == 10
    assert falling[-1] == 0


def test_half_of_the_money_is_half_as_high() -> None:
    """Signs are of full money, so that calendars can be laid side by side."""
    assert set(year_signs(Schedule(load_calendar("marathon"), 360), plain=False)) == {"▄"}
    assert set(year_signs(Schedule(load_calendar("continuous"), 360), plain=False)) == {"█"}


def test_a_calendar_of_ones_own_is_explained(folder: Path) -> None:
    """A file is read, put into words, and drawn over the years of the scenario."""
    text = shown("explain", "calendar", "own.toml", "--scenario", "scenario.toml")
    page = flat(text)
    assert "gat: geen geld; de verhuurder betaalt daarin elke maand een volle maand" in page
    assert "nieuwe start; het fonds betaalt alles; wat daarna komt is onzeker" in page
    assert "In 20 jaar is er in 120 van de 240 maanden geld, met 20 starts." in page
    assert "jaar 16-20  ▒█████oooooo ▒█████oooooo" in text
    assert "· geen geld" not in text


def test_who_carries_gaps_adds_money(folder: Path) -> None:
    """A gap that is carried is not as much money: how much comes on top is said, with a number."""
    text = (folder / "own.toml").read_text(encoding="utf-8").replace("months = 6", "months = 24", 1)
    (folder / "own.toml").write_text(text.replace("months = 6", "months = 8"), encoding="utf-8")
    words = ("--set", "years=32", "--lang", "en")
    page = flat(shown("explain", "calendar", "own.toml", "--set", "years=32", "--lang", "en"))
    assert "In 96 of the other months somebody else pays a full month (the landlord)." in page
    assert "That money comes on top: 33% beside that of the calendar." in page
    policy = 'base = "carousel"\nabout = "xxx"\nsource = "xxx"\ncalendar = "own.toml"\n'
    (folder / "carried.toml").write_text(policy, encoding="utf-8")
    page = flat(shown("explain", "policy", "carried.toml", *words))
    assert "continuous, and what comes on top in the gaps" in page
    setup = load(policy="carried.toml", overrides={"years": 32})
    funded = setup.policy.programmes.values()
    amount = 96 * sum(one.programme.full_month_cents() for one in funded) / 100
    # At equal money a month of the calendar is dearer, and a month that is carried is not.
    said = f"In the gaps EUR {texts('en').number(amount)} comes on top: 25% more."
    assert f"{said} That is paid by who bridges the gaps: the landlord." in page
    assert "comes on top" not in flat(shown("explain", "policy", "carousel", *words))


@pytest.mark.parametrize("name", catalogue_names("calendars"))
def test_a_calendar_has_a_name_in_the_language(name: str) -> None:
    """A shipped calendar is called what people call it; an English reader reads its own name."""
    keys = f"calendar_name.{name.replace('-', '_')}"
    assert texts("en")(keys) == load_calendar(name).name
    assert texts("nl")(keys) in flat(shown("explain", "calendar", name))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_calendar_tells_who_pays_which_part_of_a_stretch(lang: str) -> None:
    """A mix stands in the words of its stretch, and the card of a programme says that there is one."""
    t = texts(lang)
    told = flat(shown("explain", "calendar", "vogelaar", "--lang", lang))
    (mix,) = {one.shares for one in load_calendar("vogelaar").stretches}
    said = t("calendar.paid_by_all", shares=shares_text(dict(mix or ()), t))
    assert told.count(said.split(":")[0]) == 2
    assert t.value(76.92) in told
    assert said in stretch_words(load_calendar("vogelaar").stretches[0], 1, t)
    other = t("budget.payers_else", payers="")
    for name, has in (("wijk-voor-wijk", True), ("watch-out", False)):
        card = flat(shown("explain", "programme", name, "--lang", lang))
        assert (other.split(";")[1].strip() in card) == has


@pytest.mark.parametrize("name", catalogue_names("policies"))
def test_a_policy_shows_what_it_costs(name: str) -> None:
    """The total on the card is the sum of the grants, to the euro, at any horizon."""
    setup = load("average", policy=name)
    cents = sum(sum(paid) for paid in setup.grants_cents().values())
    text = shown("explain", "policy", name, "--lang", "en")
    if setup.policy.programmes:
        assert f"EUR {texts('en').number(cents / 100)} in 30 years" in flat(text)
    rows = {line.split(" ")[0]: line for line in text.splitlines()}
    for programme, funded in setup.policy.programmes.items():
        assert programme in rows
        assert funded.calendar.key in text


def test_a_policy_says_when_it_acts_and_what_it_changes_in_letting(folder: Path) -> None:
    """Phases by their names, the rule beside the usual, and the money from the year it starts."""
    text = shown("explain", "policy", "policy.toml", "--lang", "en")
    rule = next(line.split() for line in text.splitlines() if line.startswith("landlord.housing"))
    assert rule[1:3] == ["0.3", "0"]
    assert "organisations (2)" in flat(text)
    said = flat(text).split("Acts in these phases of the month: ")[1].split(".")[0]
    assert re.findall(r"(\w+) \(", said) == [
        *("calendar", "organisations", "outreach", "support", "moving", "record")
    ]
    alone = flat(shown("explain", "policy", "housing-career", "--lang", "en"))
    assert "phases of the month: calendar (1) and moving (8)." in alone
    bar = next(line.split()[1] for line in text.splitlines() if re.match(r"watch-out +·", line))
    assert bar == "·" + "█" * 4 + "·" * 25
    assert "Does nothing in any phase" in shown("explain", "policy", "none", "--lang", "en")


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_policy_of_ones_own_shows_what_it_changes(folder: Path, lang: str) -> None:
    """Each key that differs from the base, as it can be set, with both values; also what is set."""
    (folder / "sub").mkdir()
    (folder / "sub" / "base.toml").write_text('base = "carousel"\n[landlord]\nstarts_year = 2\n')
    text = 'base = "base.toml"\n[programmes.watch-out]\nplaces = 30\ncalendar = "cliff"\n'
    (folder / "sub" / "own.toml").write_text(text + "[programmes.xpoint]\nactive = false\n")
    words = ("explain", "policy", "sub/own.toml", "--lang", lang)
    shows = shown(*words, "--set", "landlord.housing_career=0.3")
    table = shows.split(f"{Path('sub') / 'base.toml'}\n")[1].splitlines()
    rows = {line.split()[0]: line.split()[1:3] for line in table[2:]}
    none = texts(lang)("scenario.absent")
    assert rows == {
        "programmes.watch-out.places": ["20", "30"],
        "programmes.watch-out.offers.work_places": ["20", "30"],
        "programmes.watch-out.calendar": ["carousel", "cliff"],
        "programmes.xpoint.calendar": ["carousel", none],
        "landlord.housing_career": ["0", texts(lang).value(0.3)],
    }
    # A policy without a base, and one of the catalogue, is held against nothing.
    count = texts(lang)("scenario.base")
    for name in ("policy.toml", "carousel"):
        assert count not in shown("explain", "policy", name, "--lang", lang).split()


def test_a_policy_is_shown_with_its_settings() -> None:
    """With --set the card is that of the policy as it would run."""
    words = ("explain", "policy", "watch-out", "--lang", "en")
    twice = f"{2 * load_programme('watch-out').places}"
    row = next(
        line.split()
        for line in shown(*words, "--set", f"programmes.watch-out.places={twice}").splitlines()
        if line.startswith("watch-out")
    )
    assert row[2] == twice
