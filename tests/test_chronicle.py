"""The chronicle: flows balance, scales agree, tables are what was promised and files are whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pandas as pd
import pytest
from langeadem.model.cashbook import KINDS, PAID_OUT
from langeadem.model.chronicle import (
    COUNTS,
    FLOWS,
    MEANS,
    PROGRAMME_SCALES,
    UNIT_SCALES,
    Chronicle,
)
from langeadem.model.enrolment import COUNTS as ENROLMENT_COUNTS
from langeadem.model.enrolment import STOCKS
from langeadem.model.neighbourhood import Neighbourhood
from langeadem.model.trajectories import MEANS_OF_WORK
from langeadem.scenarios import load

LADDERS = ("learning", "working", "housing", "leisure")

#: Columns that DESIGN section 6 and the issue promise to notebooks and outside checks.
PROMISED = {
    "month",
    "year",
    "residents",
    "households",
    "adults",
    "working_age",
    "original",
    *LADDERS,
    "agency",
    "burden",
    "trust",
    "share_at_work",
    "share_unemployed",
    "share_on_benefit",
    "share_qualified",
    "share_in_control",
    "share_debts",
    "share_poor",
    "cycle",
    "births",
    "deaths",
    "arrivals",
    "departures",
    "hired",
    "jobs_lost",
    "local_moves",
    *(f"climbs_{ladder}" for ladder in LADDERS),
    *(f"falls_{ladder}" for ladder in LADDERS),
}

YEARS = 12


@pytest.fixture(scope="module")
def chronicle() -> Chronicle:
    """Return the record of twelve years in a town of some thousand residents, persons included."""
    overrides = {"figures.households": 600, "figures.residents": 1250, "years": YEARS}
    return Neighbourhood(load(overrides=overrides), rng=6, record_persons=True).run()


@pytest.fixture(scope="module")
def months(chronicle: Chronicle) -> pd.DataFrame:
    """Return its monthly table."""
    return chronicle.frame("neighbourhood")


# -- flows ----------------------------------------------------------------------------------------


def test_residents_balance_every_month(months: pd.DataFrame) -> None:
    """Protects conservation: nobody appears or vanishes; who is here came, and who is not went."""
    change = months["births"] + months["arrivals"] - months["departures"] - months["deaths"]
    assert (months["residents"].diff().iloc[1:] == change.iloc[1:]).all()
    assert change.abs().sum() > 100


def test_jobs_balance_every_month(months: pd.DataFrame) -> None:
    """Protects conservation: who is at work was hired or came with a job, and none lost it twice."""
    at_work = (months["share_at_work"] * months["working_age"]).round()
    gained = months["hired"] + months["arrived_with_job"]
    lost = (
        months["jobs_lost"] + months["retired"] + months["left_with_job"] + months["died_with_job"]
    )
    assert (at_work.diff().iloc[1:] == (gained - lost).iloc[1:]).all()
    assert gained.sum() > 100
    assert lost.sum() > 100


def test_parts_of_flows_do_not_exceed_the_whole(months: pd.DataFrame) -> None:
    """Protects the meaning of flows: those with a job are among those who came or went, and so on."""
    for part, whole in (
        ("arrived_with_job", "arrivals"),
        ("partners", "arrivals"),
        ("left_with_job", "departures"),
        ("left_home", "departures"),
        ("separations", "departures"),
        ("died_with_job", "deaths"),
        ("evictions", "households_out"),
        *((f"climbs_{ladder}", f"rungs_up_{ladder}") for ladder in LADDERS),
        *((f"falls_{ladder}", f"rungs_down_{ladder}") for ladder in LADDERS),
    ):
        assert (months[part] <= months[whole]).all(), f"more {part} than {whole}"
    assert (months[list(FLOWS)] >= 0).all().all()
    assert (months[list(FLOWS)].iloc[0] == 0).all()


def test_dwellings_balance(months: pd.DataFrame) -> None:
    """Protects conservation of homes: households in and out explain those who live here.

    A household also ends with the death of its only member, and begins with a starter; a local
    move of a household changes nothing. So the difference is bounded by those two.
    """
    change = months["households"].diff().iloc[1:]
    left = change - (months["households_in"] - months["households_out"]).iloc[1:]
    assert (left <= months["local_moves"].iloc[1:]).all()
    assert (left >= -(months["deaths"] + months["departures"]).iloc[1:]).all()
    assert months["households"].max() <= 600


def test_no_column_of_flows_stands_still(months: pd.DataFrame) -> None:
    """Protects from a flow that is published and never counted.

    Residents fall in housing by taking over a lesser dwelling only, which the letting rules do not
    offer; and evictions are too few to be sure of one in twelve years.
    """
    silent = {name for name in FLOWS if months[name].sum() == 0}
    assert silent <= {"falls_housing", "rungs_down_housing", "evictions"}


@pytest.mark.parametrize("where", ["resident", "job"])
def test_a_month_that_does_not_balance_is_refused(small: Callable[..., Any], where: str) -> None:
    """Protects conservation: a mistake in the flows stops the run in the month it is made."""
    world = Neighbourhood(small(), rng=1)
    world.step()
    if where == "resident":
        row = int(np.flatnonzero(world.people.column("role") == 2)[0])
        world.people.rows["status"][row] = 1
    else:
        age = (world.month - world.people.column("birth")) // 12
        work = world.people.column("rung")[:, 1]
        row = int(np.flatnonzero((age > 25) & (age < 60) & (work == 0))[0])
        world.people.rows["rung"][row, 1] = 4
    with pytest.raises(RuntimeError, match="month 2 does not balance"):
        world.step()


# -- tables ---------------------------------------------------------------------------------------


def test_the_monthly_table_has_the_promised_columns(months: pd.DataFrame) -> None:
    """Protects notebooks: the names that DESIGN promises are there, a row a month, nothing missing."""
    assert set(months.columns) >= PROMISED | set(MEANS) | set(COUNTS) | set(FLOWS)
    assert months["month"].tolist() == list(range(12 * YEARS + 1))
    assert months["year"].tolist() == [month / 12 for month in range(12 * YEARS + 1)]
    assert not months.isna().any().any()
    assert months.columns.is_unique


def test_means_and_shares_stay_in_their_ranges(months: pd.DataFrame) -> None:
    """Protects units: rungs are 0 to 5, everything that is a share is 0 to 1."""
    for name in MEANS:
        top = 5 if name in LADDERS else 1
        assert months[name].between(0, top).all(), name
    assert months["share_unemployed"].between(0, 1).all()
    assert (months["original"] <= months["residents"]).all()
    assert (months["adults"] <= months["residents"]).all()
    assert (months["working_age"] <= months["adults"]).all()


@pytest.mark.parametrize("scale", UNIT_SCALES)
def test_the_yearly_tables_have_a_row_a_unit_and_year(
    chronicle: Chronicle, months: pd.DataFrame, scale: str
) -> None:
    """Protects the scales: every unit is there every year, with the columns of the neighbourhood."""
    frame = chronicle.frame(scale)
    assert list(frame.columns[:2]) == ["year", "unit"]
    assert set(frame.columns[2:]) == {*COUNTS, *MEANS, "share_unemployed"}
    assert set(frame.columns[2:]) <= set(months.columns)
    assert sorted(frame["year"].unique()) == list(range(YEARS + 1))
    units = frame["unit"].nunique()
    assert sorted(frame["unit"].unique()) == list(range(units))
    assert len(frame) == units * (YEARS + 1)
    assert not frame.duplicated(["year", "unit"]).any()


def test_larger_units_are_fewer(chronicle: Chronicle) -> None:
    """Protects nesting as it is reported: streets hold complexes, complexes hold stairwells."""
    units = [chronicle.frame(scale)["unit"].nunique() for scale in UNIT_SCALES]
    assert units[0] < units[1] < units[2]
    # Four stairwells in a complex, three complexes in a street; the last one may be short.
    assert units[0] == -(-units[1] // 3)
    assert units[1] == -(-units[2] // 4)


@pytest.mark.parametrize("scale", UNIT_SCALES)
def test_units_add_up_to_the_neighbourhood(
    chronicle: Chronicle, months: pd.DataFrame, scale: str
) -> None:
    """Protects the scales: whoever adds up the parts finds the whole, counts and weighted means."""
    frame = chronicle.frame(scale)
    whole = months.set_index("month").loc[[12 * year for year in range(YEARS + 1)]]
    sums = frame.groupby("year")[list(COUNTS)].sum()
    for name in COUNTS:
        assert sums[name].tolist() == whole[name].tolist(), name
    for name, (_, weight) in MEANS.items():
        if weight not in COUNTS:
            continue
        weighted = (frame[name] * frame[weight]).groupby(frame["year"]).sum() / sums[weight]
        # A unit's sums are kept in single precision.
        assert weighted.to_numpy() == pytest.approx(whole[name].to_numpy(), rel=1e-6), name


def test_leisure_and_unemployment_of_units_add_up_too(
    chronicle: Chronicle, months: pd.DataFrame
) -> None:
    """Protects the two means whose number is not published: leisure and unemployment.

    The number on the leisure ladder follows from persons; the labour force from who is at work.
    """
    persons = chronicle.frame("person")
    here = persons[(persons["living"] == "here") & (persons["age_years"] >= 8)]
    number = here.groupby(["year", "stairwell"])["leisure"].agg(["sum", "count"])
    frame = chronicle.frame("stairwell").set_index(["year", "unit"])
    mean = (number["sum"] / number["count"]).reindex(frame.index)
    assert frame["leisure"].to_numpy() == pytest.approx(mean.to_numpy(), rel=1e-6, nan_ok=True)
    streets = chronicle.frame("street")
    at_work = (streets["share_at_work"] * streets["working_age"]).round()
    share = streets["share_unemployed"]
    without = (at_work * share / (1 - share)).round()
    by_year = pd.DataFrame({"at_work": at_work, "without": without}).groupby(streets["year"]).sum()
    found = by_year["without"] / (by_year["without"] + by_year["at_work"])
    whole = months.set_index("month").loc[[12 * year for year in range(YEARS + 1)]]
    assert found.to_numpy() == pytest.approx(whole["share_unemployed"].to_numpy(), rel=1e-9)


# -- persons --------------------------------------------------------------------------------------


def test_persons_are_there_only_when_they_were_recorded(small: Callable[..., Any]) -> None:
    """Protects memory, and the reader: a table that was not kept is an error and not an empty one."""
    plain = Neighbourhood(small({"years": 1}), rng=1).run()
    assert plain.scales() == ("neighbourhood", "street", "complex", "stairwell")
    with pytest.raises(ValueError, match="record_persons=True"):
        plain.frame("person")


def test_persons_agree_with_their_units(chronicle: Chronicle) -> None:
    """Protects the person table: the rows of who lives in a stairwell make up the stairwell."""
    persons = chronicle.frame("person")
    assert chronicle.scales()[-1] == "person"
    assert not persons.duplicated(["year", "person"]).any()
    assert set(persons["living"]) == {"here", "elsewhere"}
    assert (persons.loc[persons["living"] == "elsewhere", "stairwell"] == -1).all()
    here = persons[persons["living"] == "here"]
    adults = here[here["age_years"] >= 18]
    frame = chronicle.frame("stairwell").set_index(["year", "unit"])
    by_unit = ["year", "stairwell"]

    def of_units(series: pd.Series) -> np.ndarray:
        return series.reindex(frame.index).to_numpy()

    assert np.nan_to_num(of_units(here.groupby(by_unit).size())).tolist() == (
        frame["residents"].tolist()
    )
    assert np.nan_to_num(of_units(adults.groupby(by_unit).size())).tolist() == (
        frame["adults"].tolist()
    )
    for name in ("learning", "housing", "agency", "burden", "trust"):
        mean = of_units(adults.groupby(by_unit)[name].mean())
        assert frame[name].to_numpy() == pytest.approx(mean, rel=1e-5, nan_ok=True), name
    working = adults[adults["age_years"] < 67].groupby(by_unit)["working"].mean()
    assert frame["working"].to_numpy() == pytest.approx(of_units(working), rel=1e-6, nan_ok=True)


def test_persons_are_followed_wherever_they_live(chronicle: Chronicle) -> None:
    """Protects leavers: somebody alive is in every year's rows, here or elsewhere, a year older."""
    persons = chronicle.frame("person")
    first = set(persons.loc[persons["year"] == 0, "person"])
    last = persons[persons["year"] == YEARS]
    assert {"here", "elsewhere"} == set(last.loc[last["person"].isin(first), "living"])
    by_person = persons.sort_values(["person", "year"]).groupby("person")
    assert (by_person["year"].diff().dropna() == 1).all()
    assert (by_person["age_years"].diff().dropna() == 1).all()
    for ladder in LADDERS:
        assert persons[ladder].between(0, 5).all()
    gone = first - set(last["person"])
    assert 0 < len(gone) < len(first) / 2


# -- programmes -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def funded() -> Chronicle:
    """Return the record of four years of stops and starts in a small town, persons included."""
    overrides = {
        "figures.households": 200,
        "figures.residents": 420,
        "years": 4,
        "staffing.leave_rate": 0.05,
        "programmes.vooruit.places": 8,
        "programmes.vooruit.funnel.wait_months": 2,
        "programmes.vooruit.support.duration_months": 6,
        "programmes.vooruit.bonds.volunteers": 0.5,
    }
    scenario = load(policy="carousel", overrides=overrides)
    return Neighbourhood(scenario, rng=6, record_persons=True).run()


def test_scales_of_programmes_are_there_only_with_programmes(
    chronicle: Chronicle, funded: Chronicle
) -> None:
    """Protects the reader: without programmes their tables are an error that says so, not empty."""
    assert funded.scales() == (*chronicle.scales(), *PROGRAMME_SCALES)
    for scale in PROGRAMME_SCALES:
        with pytest.raises(ValueError, match="no programmes in this run"):
            chronicle.frame(scale)
    assert chronicle.info["policy"] == "none"
    assert funded.info["policy"] == "carousel"


def test_residents_balance_with_programmes_too(funded: Chronicle) -> None:
    """Protects conservation: a policy changes who is where, not that everybody is somewhere."""
    months = funded.frame()
    change = months["births"] + months["arrivals"] - months["departures"] - months["deaths"]
    assert (months["residents"].diff().iloc[1:] == change.iloc[1:]).all()


def test_a_programme_has_a_row_a_month(funded: Chronicle) -> None:
    """Protects the table of programmes: a row a programme and month, whole numbers, means in range."""
    frame = funded.frame("programme")
    assert set(frame.columns) >= {
        "month",
        "programme",
        *MEANS_OF_WORK,
        *(name for name in ENROLMENT_COUNTS if not name.endswith(("_sum", "_of_starts"))),
        *STOCKS,
        "quality",
        "months_together",
        "burden_of_starters",
        "agency_of_starters",
    }
    assert frame.columns.is_unique
    assert not frame.duplicated(["programme", "month"]).any()
    assert frame["programme"].nunique() == 5
    for _, rows in frame.groupby("programme"):
        assert rows["month"].tolist() == list(range(1, 49))
    numbers = frame.select_dtypes("number").drop(columns=["quality", "months_together"])
    assert not (numbers < 0).any().any()
    means = ["quality", "months_together", "burden_of_starters", "agency_of_starters"]
    assert not frame.drop(columns=means).isna().any().any()
    assert (frame["quality"].isna() == (frame["supported_months"] == 0)).all()
    assert (frame["burden_of_starters"].isna() == (frame["starts"] == 0)).all()
    assert frame["quality"].dropna().between(0, 2).all()


def test_participants_balance_every_month(funded: Chronicle) -> None:
    """Protects reach and output: who is in support started, and who is not any more ended somehow."""
    frame = funded.frame("programme")
    ends = ["completions", "drop_outs", "abandoned", "handed_over"]
    for _, rows in frame.groupby("programme"):
        line = rows["waiting"].diff().fillna(rows["waiting"])
        assert (line == rows["joined"] - rows["starts"] - rows["gave_up"]).all()
        change = rows["in_support"].diff().fillna(rows["in_support"])
        gone = rows["starts"] - rows[ends].sum(axis=1) - change
        # Those who left or died were in support, in aftercare or volunteers.
        assert (gone >= 0).all()
        assert (gone <= rows["left"] + rows["died"]).all()
        for wide, narrow in (("aimed_at", "contacted"), ("contacted", "visited")):
            assert (rows[wide].cumsum() >= rows[narrow].cumsum()).all()
    assert frame[["starts", "completions", "abandoned", "left", "gave_up"]].sum().min() > 0


def test_trajectories_agree_with_their_programmes(funded: Chronicle) -> None:
    """Protects the table of trajectories: a row each, counted the same as in the months."""
    frame, months = funded.frame("trajectory"), funded.frame("programme")
    persons = set(funded.frame("person")["person"])
    assert set(frame["person"]) <= persons | set(frame.loc[frame["living"] == "dead", "person"])
    started = frame.dropna(subset=["started"])
    by_start = started.groupby(["programme", "started"]).size()
    counted = months.set_index(["programme", "month"])["starts"]
    assert by_start.to_dict() == counted[counted > 0].to_dict()
    for key, rows in frame.groupby("programme"):
        own = months[months["programme"] == key]
        for column, total in (("completed", "completions"), ("found_work", "found_work")):
            assert rows[column].sum() == own[total].sum(), (key, column)
    last = months[months["month"] == 48].set_index("programme")
    for key, rows in frame.groupby("programme"):
        status = rows["status"].value_counts()
        assert status.get("supported", 0) == last.loc[key, "in_support"]
        assert status.get("waiting", 0) == last.loc[key, "waiting"]
        assert status.get("volunteer", 0) == last.loc[key, "volunteers"]
    over = frame.dropna(subset=["started", "ended"])
    assert (over["ended"] >= over["started"]).all()
    assert (started["started"] >= started["since"]).all()
    assert started["quality"].dropna().between(0, 2).all()


def test_the_cash_book_agrees_with_the_months(funded: Chronicle) -> None:
    """Protects the cash book as a table: sums of it are the money of the programmes, to the cent."""
    book, months = funded.frame("cashbook"), funded.frame("programme")
    assert set(book["kind"]) <= set(KINDS)
    assert (book["amount_eur"] * 100).round().astype(int).tolist() == book["cents"].tolist()
    spent = book[book["kind"].isin(PAID_OUT) & (book["kind"] != "returned")]
    last = months[months["month"] == 48].set_index("programme")
    for key, rows in spent.groupby("programme"):
        assert rows["cents"].sum() == round(100 * last.loc[key, "spent_eur"])
    assert (book["present_value_eur"].abs() <= book["amount_eur"].abs() + 1e-9).all()


# -- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", ["neighborhood", "portiek", "", "persons", None])
def test_an_unknown_scale_is_refused(chronicle: Chronicle, scale: Any) -> None:
    """Protects promise 5: a misspelt scale names the known ones."""
    with pytest.raises(ValueError, match=r"unknown scale .*neighbourhood, street, complex"):
        chronicle.frame(scale)


@pytest.mark.parametrize("kind", ["xlsx", "CSV", ""])
def test_an_unknown_kind_of_file_is_refused_and_nothing_written(
    chronicle: Chronicle, tmp_path: Path, kind: Any
) -> None:
    """Protects promise 5: a misspelt kind names the known ones, before anything is written."""
    with pytest.raises(ValueError, match=r"unknown kind .*parquet, csv"):
        chronicle.save(tmp_path / "new", kind)
    assert not (tmp_path / "new").exists()


# -- files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["parquet", "csv"])
@pytest.mark.parametrize("which", ["chronicle", "funded"])
def test_files_hold_what_the_tables_hold(
    request: pytest.FixtureRequest, tmp_path: Path, which: str, kind: Any
) -> None:
    """Protects exports: what is read back is what was told, to the last digit."""
    chronicle: Chronicle = request.getfixturevalue(which)
    folder = tmp_path / "made" / "on the way"
    written = chronicle.save(folder, kind)
    assert [path.name for path in written] == [f"{scale}.{kind}" for scale in chronicle.scales()]
    assert sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in written)
    for scale, path in zip(chronicle.scales(), written, strict=True):
        frame = chronicle.frame(scale)
        again = pd.read_parquet(path) if kind == "parquet" else pd.read_csv(path)
        assert list(again.columns) == list(frame.columns)
        if kind == "csv":
            # A file of text does not say that a column with gaps is of whole numbers.
            gaps = {name: "Int64" for name, dtype in frame.dtypes.items() if dtype == "Int64"}
            again = again.astype(gaps)
        pd.testing.assert_frame_equal(
            again, frame, check_dtype=kind == "parquet", rtol=0 if kind == "parquet" else 1e-6
        )


@pytest.mark.parametrize("kind", ["parquet", "csv"])
@pytest.mark.parametrize("earlier", [False, True])
def test_a_write_error_leaves_no_half_file(
    chronicle: Chronicle,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: Any,
    earlier: bool,
) -> None:
    """Protects exports: after a full disk there are whole files or none, and earlier ones stand."""
    method = "to_parquet" if kind == "parquet" else "to_csv"
    if earlier:
        chronicle.save(tmp_path, kind)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    write, calls = getattr(pd.DataFrame, method), []

    def fails_midway(frame: pd.DataFrame, path: Path, **options: Any) -> None:
        calls.append(path)
        if len(calls) == 3:
            Path(path).write_bytes(b"half")
            raise OSError(28, "No space left on device")
        write(frame, path, **options)

    monkeypatch.setattr(pd.DataFrame, method, fails_midway)
    with pytest.raises(OSError, match="No space left"):
        chronicle.save(tmp_path, kind)
    monkeypatch.undo()
    whole = {f"{scale}.{kind}" for scale in chronicle.scales()}
    left = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert set(left) <= whole, "something half-written was left behind"
    assert b"half" not in left.values()
    for name, content in before.items():
        assert left[name] == content


def test_the_same_run_is_told_the_same_and_can_be_made_again(chronicle: Chronicle) -> None:
    """Protects replay: the record says from which place, scenario and seed it came."""
    assert chronicle.info["place"] == "average"
    assert chronicle.info["seed"] == 6
    overrides = {"figures.households": 600, "figures.residents": 1250, "years": YEARS}
    scenario = load(overrides=overrides)
    assert chronicle.info["scenario_key"] == scenario.key()
    again = Neighbourhood(scenario, rng=chronicle.info["seed"]).run(years=1)
    pd.testing.assert_frame_equal(again.frame(), chronicle.frame().iloc[:13])
    assert len(again) == 13


def test_a_told_month_does_not_change_afterwards(small: Callable[..., Any]) -> None:
    """Protects the record: rows are written once; reading them, or living on, changes none."""

    def refuse(*_: object) -> NoReturn:
        raise AssertionError("a table was made while the world lived")

    world = Neighbourhood(small({"years": 2}), rng=1, record_persons=True)
    world.run(years=1)
    months, persons = world.chronicle.frame(), world.chronicle.frame("person")
    months.loc[:, "residents"] = -1
    told = world.chronicle.frame()
    assert (told["residents"] > 0).all()
    world.chronicle.frame = refuse  # type: ignore[method-assign]
    world.run(years=1)
    del world.chronicle.frame
    pd.testing.assert_frame_equal(world.chronicle.frame().iloc[:13], told)
    later = world.chronicle.frame("person")
    pd.testing.assert_frame_equal(later[later["year"] < 2].reset_index(drop=True), persons)
