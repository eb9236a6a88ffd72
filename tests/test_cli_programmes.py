"""What ``langeadem run`` tells of programmes: reach and output, money, where participants stand.

What is protected here: every number on screen is one of the saved tables, money is accounted for
and savings are never netted, and positions are not sold as effects.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from langeadem.experiments.cli import programme_outcome
from langeadem.experiments.programme_summary import (
    SPENT,
    ProgrammeSummary,
    summarise_programmes,
)
from langeadem.model import Chronicle, Neighbourhood
from langeadem.model.cashbook import PAID_IN
from langeadem.scenarios import PAYERS, load
from langeadem.viz.text import LANGUAGES, texts
from rich.console import Console

from .asking import CALENDAR, call, flat, shown

SMALL = {"figures.households": 400, "figures.residents": 860, "years": 6}


@cache
def lived(policy: str, *settings: tuple[str, Any]) -> tuple[Chronicle, ProgrammeSummary]:
    """Return a run of a small place, and what it shows of programmes."""
    setup = load("average", policy, {**SMALL, **dict(settings)})
    world = Neighbourhood(setup, rng=1)
    for _ in range(setup.months):
        world.step()
    summary = summarise_programmes(world.chronicle, setup.policy.programmes)
    assert summary is not None
    return world.chronicle, summary


def run_words(*words: str) -> list[str]:
    """Return the words of a short run in a small place."""
    sizes = [
        f"--set=figures.{key}={SMALL[f'figures.{key}']}" for key in ("households", "residents")
    ]
    return ["run", "average", *sizes, "--years", "4", *words]


def on_screen(
    summary: ProgrammeSummary, width: int, lang: str, patch: pytest.MonkeyPatch, capsys: Any
) -> str:
    """Return what a terminal of some width shows."""

    def narrow() -> Console:
        return Console(highlight=False, emoji=False, markup=False, width=width)

    patch.setattr(programme_outcome, "console", narrow)
    programme_outcome.show_programmes(summary, texts(lang))
    return capsys.readouterr().out


# -- the command ----------------------------------------------------------------------------------


def test_without_programmes_nothing_is_told_of_them(tmp_path: Path) -> None:
    """No table, no key in JSON and no file for a policy that has no programmes."""
    text = shown(*run_words("--out", str(tmp_path / "a"), "--lang", "en"))
    assert "programmes did" not in text
    assert "twin" not in text
    data = json.loads(call(*run_words("--out", str(tmp_path / "b"), "--json")).stdout)
    assert "programmes" not in data
    assert not (tmp_path / "a" / "programme.parquet").exists()


def test_json_has_what_the_saved_tables_say(tmp_path: Path) -> None:
    """Who reads JSON gets every programme, its money and its participants, in valid JSON."""
    folder = tmp_path / "x"
    done = call(*run_words("--policy", "carousel", "--out", str(folder), "--json"))
    data = json.loads(done.stdout, parse_constant=pytest.fail)["programmes"]
    files = json.loads((folder / "run.json").read_text(encoding="utf-8"))["files"]
    tables = {
        name: pd.read_parquet(folder / f"{name}.parquet") for name in ("programme", "cashbook")
    }
    assert {"programme.parquet", "trajectory.parquet", "cashbook.parquet"} <= set(files)
    months = tables["programme"]
    assert list(data["by_programme"]) == list(dict.fromkeys(months["programme"]))
    for key, one in data["by_programme"].items():
        own = months[months["programme"] == key]
        assert one["output"]["begun"] == own["starts"].sum()
        assert one["output"]["approached"] == own["aimed_at"].sum()
    book = tables["cashbook"]
    paid = book[book["kind"].isin(PAID_IN)].groupby("payer")["amount_eur"].sum()
    assert data["money"]["paid_eur"] == pytest.approx(paid.to_dict(), abs=0.001)
    assert "geen effect" in data["standing"]["sentence"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_screen_shows_the_programmes_after_the_neighbourhood(tmp_path: Path, lang: str) -> None:
    """Tables and sentences stand between those of the neighbourhood and the last line."""
    words = run_words("--policy", "watch-out", "--out", str(tmp_path / "x"), "--lang", lang)
    text, t = shown(*words), texts(lang)
    order = [
        t("run.flow"),
        t("output.approached"),
        t("did.trajectories"),
        t("cash.money"),
        t("standing.no_effect")[:20],
        t("run.saved", folder=""),
    ]
    at = [flat(text).index(one) for one in order]
    assert at == sorted(at)


# -- reach and output -----------------------------------------------------------------------------


def test_output_is_counted_from_the_months() -> None:
    """Every count is that of the months, and every trajectory that began stands somewhere."""
    chronicle, summary = lived("carousel")
    months = chronicle.frame("programme")
    trajectories = chronicle.frame("trajectory")
    assert any(one.output.left_behind for one in summary.programmes.values())
    assert any(one.output.begun > one.output.started for one in summary.programmes.values())
    for key, one in summary.programmes.items():
        own, output = months[months["programme"] == key], one.output
        sums = own[["contacted", "visited", "starts", "completions", "abandoned"]].sum()
        found = (output.contacted, output.visited, output.begun, output.completed)
        assert (*found, output.left_behind) == tuple(sums)
        assert output.going_on == own["in_support"].iloc[-1]
        parts = (output.completed, output.stopped, output.left_behind, output.handed_over)
        assert sum(parts) + output.going_on == output.begun
        began = trajectories[(trajectories["programme"] == key) & trajectories["started"].notna()]
        assert output.started == len(set(began["person"]))


def test_months_without_support_are_counted_from_the_first_with() -> None:
    """A first start-up is no gap; later gaps and their start-ups are."""
    chronicle, summary = lived("carousel")
    months = chronicle.frame("programme")
    for key, one in summary.programmes.items():
        works = months[months["programme"] == key]["working"].tolist()
        after = works[works.index(1) :]
        assert works.index(1) > 0
        assert one.output.months_with == sum(after)
        assert one.output.months_without == len(after) - sum(after) > 0
        supported = months[(months["programme"] == key) & (months["working"] == 1)]
        assert one.output.in_support == pytest.approx(supported["in_support"].mean())
        assert one.output.places == pytest.approx(supported["places"].mean())


def test_handing_over_is_not_leaving_behind() -> None:
    """Participants who are handed over get a column of their own, and only then."""
    t = texts("en")
    name = "bewonersadviseurs-staalkans"
    stops = (f"programmes.{name}.calendar", "carousel")
    _, left = lived(name, stops)
    _, handed = lived(name, stops, ("mechanisms.documented_risks", False))
    assert (
        left.programmes[name].output.left_behind == handed.programmes[name].output.handed_over > 0
    )
    assert left.money.cut_off > handed.money.cut_off == 0
    columns = [
        programme_outcome.did_listings(summary, t, 100)[-1].columns for summary in (left, handed)
    ]
    assert [t("output.handed_over") in one for one in columns] == [False, True]


# -- money ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", ["carousel", "je-eigen-stek", "koopgarant"])
def test_every_euro_is_shown_once(policy: str) -> None:
    """Paid in is spent, given back or in hand; programmes add up to the whole; nothing is netted."""
    chronicle, summary = lived(policy)
    money, parts = summary.money, [one.money for one in summary.programmes.values()]
    assert money.paid_in == money.spent_in_all + money.returned + money.left
    assert money.paid_in == sum(one.paid_in for one in parts) > 0
    assert money.spent_in_all == sum(one.spent_in_all for one in parts)
    last = chronicle.frame("programme").groupby("programme").last()
    assert money.left == round(100 * last["balance_eur"].sum())
    assert money.spent_in_all == round(100 * last["spent_eur"].sum())
    listing = programme_outcome.money_listing(money, texts("en"))
    paid, gone = (listing.rows[at][1] for at in sorted(listing.headings)[:2])
    assert paid == gone == texts("en").number(money.paid_in / 100)


def test_savings_stand_beside_the_book() -> None:
    """What others are spared is shown with its payer, is in no other amount, and says so."""
    t = texts("en")
    chronicle, summary = lived("je-eigen-stek")
    book = chronicle.frame("cashbook")
    spared = book[book["kind"] == "saving"]["cents"].sum()
    assert summary.money.spared == {"municipality": spared}
    assert summary.money.per_completed == summary.money.spent_in_all / summary.money.completed
    data = programme_outcome.programme_data(summary, t)["money"]
    assert data["spared_eur"] == {"municipality": spared / 100}
    assert sum(data["paid_eur"].values()) == pytest.approx(summary.money.paid_in / 100)
    rows = programme_outcome.money_listing(summary.money, t).rows
    assert [row[0] for row in rows].count(t("cash.spared")) == 1
    assert t("cash.beside") in programme_outcome.money_sentences(summary, t)
    _, without = lived("koopgarant")
    assert not without.money.spared
    assert t("cash.beside") not in programme_outcome.money_sentences(without, t)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_dwellings_were_sold_for_is_told_beside_the_money(lang: str) -> None:
    """Prices pass from buyer to landlord and back: said in a sentence, and in no other amount."""
    t = texts(lang)
    chronicle, summary = lived("koopgarant")
    book = chronicle.frame("cashbook").groupby("kind")["amount_eur"].sum()
    amounts = {kind: t.number(book[kind]) for kind in ("sale", "discount", "buy_back")}
    assert t("cash.dwellings", **amounts) in programme_outcome.money_sentences(summary, t)
    data = programme_outcome.programme_data(summary, t)["money"]
    assert data["dwellings_eur"] == {kind: book[kind] for kind in amounts}
    _, without = lived("je-eigen-stek")
    assert not without.money.dwellings
    assert programme_outcome.programme_data(without, t)["money"]["dwellings_eur"] == {}


def test_participants_cut_off_by_gaps_count_once() -> None:
    """A gap names them every month; they are those who were left in the month of the stop."""
    chronicle, summary = lived("carousel")
    cut_off = chronicle.frame("programme")["abandoned"].sum()
    gaps = chronicle.frame("cashbook").query("kind == 'gap'")
    assert summary.money.cut_off == cut_off > 0
    assert gaps["quantity"].sum() > cut_off
    text = " ".join(programme_outcome.money_sentences(summary, texts("en")))
    assert f"{cut_off} times somebody lost support" in text
    _, steady = lived("watch-out")
    assert steady.money.cut_off == 0
    assert "gaps" not in " ".join(programme_outcome.money_sentences(steady, texts("en")))


def test_who_bridges_a_gap_is_named(tmp_path: Path) -> None:
    """A landlord who pays salaries through a gap bears it, and the amount is that of the book."""
    own = tmp_path / "own.toml"
    own.write_text(CALENDAR, encoding="utf-8")
    chronicle, summary = lived("watch-out", ("programmes.watch-out.calendar", str(own)))
    book = chronicle.frame("cashbook")
    bridged = int(book[book["kind"] == "bridge"]["cents"].sum())
    assert summary.money.bridged == {"landlord": bridged}
    assert 0 < bridged <= summary.money.paid["landlord"] < summary.money.paid_in
    amount = texts("en").number(bridged / 100)
    lines = programme_outcome.money_sentences(summary, texts("en"))
    assert f"To bridge gaps in the money, the landlord paid EUR {amount}." in lines


# -- where participants stand ---------------------------------------------------------------------


def _course(summary: ProgrammeSummary, trajectories: pd.DataFrame) -> dict[int, list[int]]:
    """Return the rungs that each living starter gained, by programme, one trajectory at a time."""
    first: dict[tuple[str, int], Any] = {}
    for row in trajectories.itertuples():
        begun = not pd.isna(row.started) and row.living != "dead"
        before = first.get((row.programme, row.person))
        if begun and (before is None or row.started < before.started):
            first[row.programme, row.person] = row
    found: dict[int, list[int]] = {}
    for (key, person), row in first.items():
        ladder = summary.programmes[key].ladder
        gained = getattr(row, f"{ladder}_now") - getattr(row, f"{ladder}_start")
        found.setdefault(person, []).append(gained)
    return found


@pytest.mark.parametrize("policy", ["carousel", "je-eigen-stek", "watch-out"])
def test_people_are_counted_once_wherever_they_live(policy: str) -> None:
    """Higher on one ladder at least; lower where higher on none; the dead stand nowhere."""
    chronicle, summary = lived(policy)
    trajectories = chronicle.frame("trajectory")
    course = _course(summary, trajectories).values()
    standing = summary.standing
    higher = sum(max(gained) > 0 for gained in course)
    lower = sum(max(gained) <= 0 and min(gained) < 0 for gained in course)
    assert (standing.people, standing.higher, standing.lower) == (len(course), higher, lower)
    assert standing.same == len(course) - higher - lower
    living = trajectories[trajectories["started"].notna()].groupby("person")["living"].first()
    assert standing.elsewhere == (living == "elsewhere").sum() > 0


def test_a_rung_that_comes_with_the_place_is_named() -> None:
    """A job of the programme ends with it and a dwelling was bought: neither was climbed for."""
    _, bought = lived("koopgarant")
    assert bought.standing.given == bought.standing.higher > 0
    chronicle, jobs = lived("watch-out")
    rows = chronicle.frame("trajectory")
    now = rows[rows["work_given"] & (rows["status"] == "supported") & (rows["living"] != "dead")]
    assert 0 < jobs.standing.given <= len(now) < jobs.standing.higher
    assert "a job that ends" in programme_outcome.standing_sentence(jobs, texts("en"))
    _, rooms = lived("je-eigen-stek")
    assert rooms.standing.given == 0
    assert "place itself" not in programme_outcome.standing_sentence(rooms, texts("en"))


# -- screens --------------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", ["carousel", "amsterdam-iban", "je-eigen-stek"])
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", [80, 100])
def test_everything_fits_the_screen(
    policy: str, lang: str, width: int, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    """At 80 columns support and reach stand apart; no number is lost or broken at any width."""
    _, summary = lived(policy)
    t = texts(lang)
    text = on_screen(summary, width, lang, monkeypatch, capsys)
    assert max(len(line) for line in text.splitlines()) <= width
    assert (t("did.reach") in text) == (width == 80)
    for one in summary.programmes.values():
        rows = [line.split() for line in text.splitlines() if line.startswith(one.name.split()[0])]
        told = [cell for row in rows for cell in row]
        output = one.output
        for number in (output.months_without, output.approached, output.begun, output.left_behind):
            assert t.number(number) in told
    assert t.number(summary.money.paid_in / 100) in text
    assert flat(t("standing.no_effect")) in flat(text)
    assert t.number(summary.standing.higher) in text


def test_no_money_is_one_sentence(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    """Tables of nothing but zeros are not shown, and JSON has no number for a mean of nothing."""
    _, summary = lived("no-money")
    text = on_screen(summary, 100, "en", monkeypatch, capsys)
    assert text.split("\n") == [texts("en")("did.nothing"), "", ""]
    data = programme_outcome.programme_data(summary, texts("en"))
    assert {one["output"]["places"] for one in data["by_programme"].values()} == {None}
    assert data["money"]["per_completed_eur"] is None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_payer_and_kind_has_its_words(lang: str) -> None:
    """A payer or a kind of cost without words would stop the report of a run that is done."""
    t = texts(lang)
    for payer in PAYERS:
        assert t(f"payer.{payer}")
        assert t(f"payer_the.{payer}")
    for kind in SPENT:
        assert t(f"spent.{kind}")
