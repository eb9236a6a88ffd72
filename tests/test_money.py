"""Money: every euro is accounted for, to the cent, from the cash book alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langeadem.model import deliveries, staffing
from langeadem.model.cashbook import BESIDE, PAID_IN, PAID_OUT, PASSED_THROUGH
from langeadem.model.neighbourhood import Neighbourhood
from langeadem.model.paying import share_of
from langeadem.scenarios import BEGINNINGS, PAYERS, FundedProgramme

from .funding import ALWAYS, calendar, lived, months, off, on, policy, programme, rows_of, world

SPENT = tuple(kind for kind in PAID_OUT if kind != "returned")
TINY = {"figures.households": 60, "figures.residents": 126, "years": 3}

#: A programme with every kind of cost, in amounts that do not divide evenly.
COSTLY: dict[str, Any] = {
    "places": 9,
    "support.duration_months": 6,
    "staff.caseload": 4.0,
    "staff.salary_eur_per_month": 4321.09,
    "staff.start_up_months": 2,
    "money.fixed_eur_per_month": 1234.56,
    "money.place_eur_per_month": 77.77,
    "money.start_eur": 33.33,
    "money.overhead": 0.173,
    "money.start_up_eur": 4567.89,
    "money.investment_eur": 9876.54,
    "payers": {"municipality": 0.45, "landlord": 0.35, "fund": 0.2},
}


def _costly(**differences: Any) -> Any:
    return programme(**{**COSTLY, **differences})


def _book(town: Neighbourhood) -> pd.DataFrame:
    return town.chronicle.frame("cashbook")


def _cents(book: pd.DataFrame, *kinds: str) -> int:
    return int(book.loc[book["kind"].isin(kinds), "cents"].sum())


def _is_sound(town: Neighbourhood) -> None:
    """Check every month of every programme, payer by payer, and the totals of the funders."""
    book = _book(town)
    assert set(book["kind"]) <= {*PAID_IN, *PAID_OUT, *PASSED_THROUGH, *BESIDE, "gap"}
    assert (book["cents"] >= 0).all()
    money = book[book["kind"].isin((*PAID_IN, *PAID_OUT))]
    signed = np.where(money["kind"].isin(PAID_IN), 1, -1) * money["cents"]
    # Nobody's money is spent before it was paid in, nor anybody else's.
    by_payer = signed.groupby([money["programme"], money["payer"]], sort=False)
    assert (by_payer.cumsum() >= 0).all()
    for key, rows in town.chronicle.frame("programme").groupby("programme"):
        own = money["programme"] == key
        left = signed[own].groupby(money.loc[own, "month"]).sum().reindex(rows["month"]).fillna(0)
        spent = own & money["kind"].isin(SPENT)
        out = money[spent].groupby("month")["cents"].sum().reindex(rows["month"]).fillna(0)
        assert np.array_equal(left.cumsum(), (rows["balance_eur"] * 100).round()), key
        assert np.array_equal(out.cumsum(), (rows["spent_eur"] * 100).round()), key
    for name, funder in town.funders.items():
        paid = book[book["payer"] == name]
        assert funder.paid_cents == _cents(paid, *PAID_IN), name
        assert funder.returned_cents == _cents(paid, "returned"), name
    told = (money["quantity"] * money["unit_cost_eur"] * 100 - money["cents"]).abs()
    assert told.max() <= 0.5 + 1e-6


# -- every euro -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["continuous", "carousel", "staged", "relay", "taper", "austerity"]
)
def test_every_euro_of_a_policy_is_accounted_for(name: str) -> None:
    """Protects the cash book: funds in are spent, returned or left, every month, to the cent."""
    town = lived(name, {"years": 8})
    _is_sound(town)
    assert _cents(_book(town), *SPENT) > 0


_PAYER = st.sampled_from(PAYERS)


@st.composite
def _paid_by(draw: st.DrawFn) -> dict[str, object]:
    """Return who pays a stretch: those of the programme, one, or a mix."""
    weights = draw(st.dictionaries(_PAYER, st.integers(1, 99), max_size=3))
    if not weights:
        return {"payer": draw(st.none() | _PAYER)}
    whole = sum(weights.values())
    return {"payers": {name: weight / whole for name, weight in weights.items()}}


@st.composite
def _any_funding(draw: st.DrawFn) -> FundedProgramme:
    """Return a programme with any costs and payers, on any calendar."""
    weights = draw(
        st.dictionaries(_PAYER, st.integers(1, 99), min_size=1, max_size=4).map(
            lambda found: {name: weight / sum(found.values()) for name, weight in found.items()}
        )
    )
    amounts = st.floats(0, 9999).map(lambda amount: round(amount, 3))
    spec = programme(
        **{
            "places": draw(st.integers(1, 25)),
            "support.duration_months": draw(st.integers(1, 14)),
            "support.aftercare_months": draw(st.integers(0, 6)),
            "funnel.drop_out": draw(st.sampled_from([0.0, 0.2])),
            "bonds.volunteers": draw(st.sampled_from([0.0, 1.0])),
            "bonds.volunteers_support": draw(st.sampled_from([0.0, 1.5])),
            "staff.caseload": draw(st.floats(0.4, 30.0)),
            "staff.salary_eur_per_month": draw(amounts),
            "staff.start_up_months": draw(st.integers(0, 5)),
            "money.fixed_eur_per_month": draw(amounts),
            "money.place_eur_per_month": draw(amounts),
            "money.start_eur": draw(amounts),
            "money.overhead": draw(st.floats(0, 2)),
            "money.start_up_eur": draw(amounts),
            "money.investment_eur": draw(amounts),
            "payers": weights,
            "risk.on": draw(st.booleans()),
            "risk.size": draw(st.floats(0, 1)),
        }
    )
    stretches = []
    for _ in range(draw(st.integers(1, 4))):
        level = draw(st.sampled_from([0.0, 0.0, 0.3, 1.0, 1.0, 2.5]))
        stretches.append(
            {
                "months": draw(st.integers(1, 12)),
                "level": level,
                "begins": draw(st.sampled_from(BEGINNINGS)),
                **draw(_paid_by()),
                "handover": draw(st.sampled_from([0.0, 0.5, 1.0])),
                "secure": draw(st.booleans()),
                "bridged_by": draw(st.none() | _PAYER) if level == 0 else None,
            }
        )
    paid = calendar(*stretches, then=draw(st.sampled_from(["repeat", "last", "nothing"])))
    return on(spec, paid, starts_year=draw(st.sampled_from([0.0, 0.0, 1.0])))


@settings(max_examples=60)
@given(_any_funding(), st.integers(0, 1000))
def test_every_euro_is_accounted_for_whatever_is_asked(funded: FundedProgramme, seed: int) -> None:
    """Protects the cash book for any calendar, payers and costs."""
    town = lived(funded, {**TINY, "staffing.leave_rate": 0.1}, seed)
    if len(_book(town)):
        _is_sound(town)


@settings(max_examples=300)
@given(st.data())
def test_a_cost_is_shared_out_exactly_however_large(data: st.DataObject) -> None:
    """Protects the cent: products of large amounts do not fit in a whole number of the machine."""
    whole = data.draw(st.integers(1, 10**17))
    cents, balance = data.draw(st.integers(0, whole)), data.draw(st.integers(0, whole))
    assert share_of(cents, balance, whole) == cents * balance // whole


@pytest.mark.parametrize("name", ["carousel", "relay-handover", "austerity"])
def test_all_at_once_is_one_after_the_other(name: str) -> None:
    """Protects the loops over all programmes: a month is the same as each programme's own."""
    together, apart = (world(name, {"years": 6, "staffing.leave_rate": 0.1}) for _ in range(2))
    assert not all(together.purses.turning)
    apart.purses.turning = [True] * len(apart.purses.turning)
    for town in (together, apart):
        town.run()
    for scale in ("neighbourhood", "programme", "trajectory"):
        pd.testing.assert_frame_equal(together.chronicle.frame(scale), apart.chronicle.frame(scale))
    books = [_book(town) for town in (together, apart)]
    own = [book.sort_values(list(book.columns)).reset_index(drop=True) for book in books]
    pd.testing.assert_frame_equal(*own)


def test_tables_grow_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Protects a month in which tables have to grow: nobody is asked for, or counted, twice."""
    months = {"years": 3, "staffing.leave_rate": 0.1}
    # What is left of an approach is kept for the next month, so to ask twice shows.
    spec = _costly(**{"funnel.approaches": 0.7})
    usual = lived(spec, months)
    monkeypatch.setattr(deliveries, "_ROOM", 1)
    monkeypatch.setattr(staffing, "_ROOM", 1)
    grown = lived(spec, months)
    for scale in ("neighbourhood", "programme", "trajectory", "cashbook"):
        pd.testing.assert_frame_equal(usual.chronicle.frame(scale), grown.chronicle.frame(scale))
    assert len(grown.chronicle.frame("trajectory")) > 10
    assert grown.chronicle.frame("programme")["posts"].max() > 1


def test_what_is_left_at_the_end_goes_back() -> None:
    """Protects the payers: when money stops, each gets back what is left of its own part."""
    paid = months((12, 1.0))
    town = lived(on(_costly(), paid), {"years": 2})
    book = _book(town)
    returned = book[book["kind"] == "returned"]
    assert set(returned["month"]) == {13}
    assert set(returned["payer"]) == {"municipality", "landlord", "fund"}
    assert _cents(book, *PAID_IN) == _cents(book, *SPENT) + _cents(book, "returned")
    assert town.programmes["help"].account.available_cents == 0


def test_nothing_is_spent_without_money() -> None:
    """Protects the gap: in months that nobody pays, nothing is paid in and nothing is spent."""
    town = lived("carousel", {"years": 8, **off("freed_money")})
    book = _book(town)
    for key, running in town.programmes.items():
        empty = 1 + np.flatnonzero(np.array(running.schedule.level) == 0)
        own = book[(book["programme"] == key) & book["month"].isin(empty)]
        assert len(empty) == 24
        assert set(own["kind"]) <= {"returned", "gap"}
        # What is left goes back in the first month of a gap.
        assert set(own.loc[own["kind"] == "returned", "month"]) == {25, 58, 91}


def test_money_that_a_stop_frees_goes_to_others() -> None:
    """Protects freed money: what one gives back, its payer passes on to others, by its share.

    Every cent of it was given back before by a programme of the same payer.
    """
    stays = _costly(key="stays")
    idle = {"money.place_eur_per_month": 800.0, "funnel.start": 0.01}
    stops = programme("stops", places=30, payers={"fund": 1.0}, **idle)
    both = policy(stays, on(stops, months((18, 1.0))))
    town = lived(both)
    _is_sound(town)
    book = _book(town)
    returned = book[book["kind"] == "returned"]
    passed_on = book[book["kind"] == "passed_on"]
    assert set(returned["programme"]) == {"stops"}
    assert set(passed_on["programme"]) == {"stays"}
    assert set(passed_on["payer"]) == {"fund"}
    assert passed_on["month"].min() > returned["month"].max()
    share = town.setup.parameters.staffing.freed_money
    freed = share * _cents(returned, "returned")
    assert 0.9 * freed < _cents(passed_on, "passed_on") <= freed
    places = rows_of(town, "stays")["places"]
    assert places.loc[25] > places.loc[12]
    without = lived(both, off("freed_money"))
    assert "passed_on" not in set(_book(without)["kind"])
    assert set(rows_of(without, "stays")["places"].loc[2:]) == {9}


def test_nobody_gets_back_its_own_freed_money() -> None:
    """Protects freed money: it goes to others, and not to the next round of what gave it back."""
    paid = months((12, 1.0), (6, 0.0), then="repeat")
    idle = {"money.place_eur_per_month": 800.0, "funnel.start": 0.01}
    town = lived(on(programme(places=30, **idle), paid))
    assert "returned" in set(_book(town)["kind"])
    assert "passed_on" not in set(_book(town)["kind"])


# -- who pays ---------------------------------------------------------------------------------------


def test_payers_pay_their_shares() -> None:
    """Protects the payers: every month each pays its share, and together they pay the month."""
    spec = _costly(**{"money.investment_eur": 0.0})
    town = lived(spec)
    grants = _book(town).query("kind == 'grant'").pivot_table("cents", "month", "payer", "sum")
    assert len(grants) == 60
    assert set(grants.sum(axis=1)) == {spec.full_month_cents()}
    for payer, share in spec.payers.items():
        assert (grants[payer] - share * spec.full_month_cents()).abs().max() < 1


def test_costs_are_borne_in_proportion_to_what_is_there() -> None:
    """Protects the payers: nobody's money is spent first."""
    town = lived(_costly(places=40))
    book = _book(town)
    for kind in ("fixed", "staff", "places"):
        parts = book[book["kind"] == kind].groupby("payer")["cents"].sum()
        shares = dict(parts / parts.sum())
        assert shares == pytest.approx(COSTLY["payers"], abs=1e-4), kind


def test_a_stretch_can_have_a_payer_of_its_own() -> None:
    """Protects anchoring: from the third year on the municipality pays all."""
    town = lived("anchored", {"years": 4})
    grants = _book(town).query("kind == 'grant'")
    late = grants[grants["month"] > 24]
    assert set(late["payer"]) == {"municipality"}
    assert len(set(grants.loc[grants["month"] <= 24, "payer"])) > 1


def test_a_stretch_can_have_a_mix_of_payers_of_its_own() -> None:
    """Protects who pays: each its share of the stretch, to the cent, and money goes back to them."""
    mix = {"state": 0.25, "landlord": 0.75}
    paid = calendar({"months": 12}, {"months": 12, "payers": mix}, then="nothing")
    spec = _costly(**{"money.investment_eur": 0.0})
    town = lived(on(spec, paid), {"years": 3})
    book = _book(town)
    grants = book.query("kind == 'grant'").pivot_table("cents", "month", "payer", "sum").fillna(0)
    full = spec.full_month_cents()
    assert (grants.sum(axis=1) == full).all()
    late = grants.loc[13:]
    assert len(late) == 12
    assert set(late.columns[late.any()]) == set(mix)
    for payer, share in mix.items():
        assert (late[payer] - share * full).abs().max() < 1
    assert not grants.loc[:12, "state"].any()
    assert "state" in set(book.loc[book["kind"] == "returned", "payer"])
    _is_sound(town)


def test_who_bridges_a_gap_pays_for_it() -> None:
    """Protects who bears a gap: a bridge is paid by who is named, and support goes on."""
    gap = {"months": 6, "level": 0.0, "bridged_by": "own_income"}
    town = lived(on(_costly(), calendar({"months": 12}, gap, then="repeat")), {"years": 3})
    book = _book(town)
    bridges = book[book["kind"] == "bridge"]
    assert set(bridges["payer"]) == {"own_income"}
    assert set(bridges["month"]) == {*range(13, 19), *range(31, 37)}
    assert "gap" not in set(book["kind"])
    working = town.chronicle.frame("programme").set_index("month")["working"]
    assert working.loc[13:18].all()
    _is_sound(town)


def test_who_bears_a_gap_without_a_bridge_is_shown() -> None:
    """Protects who bears a gap: without a bridge it is the participants, and the book says how many."""
    spec = _costly(**{"support.duration_months": 30})
    paid = months((12, 1.0), (6, 0.0), then="repeat")
    town = lived(on(spec, paid), {"years": 3})
    rows = town.chronicle.frame("programme").set_index("month")
    gaps = _book(town).query("kind == 'gap'").set_index("month")
    assert set(gaps.index) == {*range(13, 19), *range(31, 37)}
    assert set(gaps["payer"]) == {"participants"}
    assert not gaps["cents"].any()
    assert rows["abandoned"].loc[13] == rows["in_support"].loc[12] > 0
    assert (gaps["quantity"].loc[13:18] == rows["abandoned"].loc[13]).all()


# -- once, and each time ------------------------------------------------------------------------------


def test_an_investment_is_made_once() -> None:
    """Protects the one-off: at the first start and never again, whatever the calendar."""
    paid = months((6, 1.0), (3, 0.0), then="repeat")
    town = lived(on(_costly(), paid, starts_year=1.0), {"years": 4})
    book = _book(town)
    invested = book[book["kind"] == "investment"]
    assert set(invested["month"]) == {13}
    assert _cents(book, "investment") == 987654
    # It is paid beside the calendar, by the same payers.
    paid_in = book[(book["kind"].isin(PAID_IN)) & (book["month"] == 13)].groupby("payer")["cents"]
    per_month = _costly().full_month_cents() + 987654
    for payer, share in COSTLY["payers"].items():
        assert paid_in.sum()[payer] == pytest.approx(share * per_month, abs=2)


@pytest.mark.parametrize("begins", ["fresh", "new_name", "relay"])
def test_start_up_is_paid_at_each_fresh_start(begins: str) -> None:
    """Protects the price of stopping: start-up is paid again, to the cent, each time."""
    stretch = {"months": 9, "begins": begins}
    gap = [] if begins == "relay" else [{"months": 3, "level": 0.0}]
    town = lived(on(_costly(), calendar(stretch, *gap, then="repeat")), {"years": 3})
    paid = _book(town).query("kind == 'start_up'").groupby("month")["cents"].sum()
    every = 9 if begins == "relay" else 12
    assert paid.to_dict() == dict.fromkeys(range(1, 37, every), 456789)
    rows = town.chronicle.frame("programme").set_index("month")
    for start in range(1, 36, every):
        assert not rows["working"].loc[start : start + 1].any()
        assert rows["working"].loc[start + 2]
    silent = lived(on(_costly(), calendar(stretch, *gap, then="repeat")), off("start_up"))
    assert "start_up" not in set(_book(silent)["kind"])


def test_continuous_money_pays_start_up_once() -> None:
    """Protects continuity: without a stop there is one start."""
    book = _book(lived(_costly()))
    assert book.loc[book["kind"] == "start_up", "month"].unique().tolist() == [1]


def test_what_was_done_is_what_was_paid() -> None:
    """Protects the book against the work: starts, filled places and key workers as counted."""
    town = lived(_costly(), {"staffing.leave_rate": 0.05})
    book, rows = _book(town), town.chronicle.frame("programme").set_index("month")
    spec = _costly()

    def by_month(kind: str, column: str) -> pd.Series:
        own = book[book["kind"] == kind].groupby("month")[column].sum()
        return own.reindex(rows.index).fillna(0)

    assert np.array_equal(by_month("starts", "quantity").round(6), rows["starts"])
    assert np.array_equal(by_month("starts", "cents"), rows["starts"] * 3333)
    # Who is in support in a month: those left at its end, and those for whom it ended in it.
    ended = rows[["completions", "drop_outs", "left", "died"]].sum(axis=1)
    assert (by_month("places", "cents") <= 7777 * (rows["in_support"] + ended)).all()
    assert (by_month("places", "cents") >= 7777 * rows["in_support"]).all()
    fte = by_month("staff", "quantity")
    month_cents = 100 * 4321.09 * 1.173
    # Each of three posts is rounded down to a cent.
    assert (by_month("staff", "cents") - fte * month_cents).abs().max() <= 3
    # A post that is empty is not paid; all posts together are the places over the caseload.
    full = rows["posts_vacant"].eq(0) & rows["posts_vacant"].shift(1, fill_value=0).eq(0)
    assert full.any()
    assert not full.all()
    assert fte[full].to_numpy() == pytest.approx(rows.loc[full, "places"] / 4.0)
    assert (fte[~full] < rows.loc[~full, "places"] / 4.0).any()
    assert spec.full_month_cents() * 60 == _cents(book, "grant") - 987654


def test_key_workers_cost_more_where_grants_do_not_grow() -> None:
    """Protects prices: under the risk every cost grows by its size a year, and that of staff too."""
    risk = {"risk.kind": "no_growth", "risk.size": 0.1, "risk.on": True}
    book = _book(lived(_costly(**risk), {"years": 3, **off("turnover")}))
    unit = book[book["kind"] == "staff"].groupby("month")["unit_cost_eur"].first()
    assert unit.loc[36] / unit.loc[12] == pytest.approx(1.1**2, rel=1e-4)


def test_no_more_places_than_money() -> None:
    """Protects the budget: with half of the money there is work for half of the places."""
    spec = programme(places=40, staff__caseload=5.0)
    for level, places in ((1.0, 40), (0.5, 20), (0.1, 4)):
        paid = calendar({"months": 12, "level": level, "secure": True})
        rows = lived(on(spec, paid), {"years": 1}).chronicle.frame("programme")
        assert set(rows["places"]) == {places}
        assert (rows["in_support"] <= places).all()


# -- discounting ------------------------------------------------------------------------------------


def test_the_book_states_present_values() -> None:
    """Protects discounting: every amount at the stated rate a year, seen from the first month."""
    book = _book(lived(_costly(), {"counterforces.discount_rate": 0.1}))
    expected = book["cents"] / 100 * 1.1 ** (-(book["month"] - 1) / 12)
    assert book["present_value_eur"].to_numpy() == pytest.approx(expected.to_numpy(), rel=1e-9)
    plain = _book(lived(_costly(), {"counterforces.discount_rate": 0.0}))
    assert (plain["present_value_eur"] == plain["amount_eur"]).all()


@pytest.mark.parametrize("equal_in", ["total", "present_value"])
def test_equal_money_is_equal_in_the_book(equal_in: Any) -> None:
    """Protects the comparison: what two calendars were paid in a run is equal, to the cent."""
    spec = _costly(**{"money.investment_eur": 0.0})
    column = "cents" if equal_in == "total" else "present_value_eur"
    sums = []
    for paid in (ALWAYS, months((12, 1.0), (5, 0.0), then="repeat"), months((7, 3.0))):
        town = lived(on(spec, paid, equal_money_to=ALWAYS, equal_in=equal_in))
        _is_sound(town)
        sums.append(_book(town).query("kind == 'grant'")[column].sum())
    assert sums == pytest.approx([sums[0]] * 3, abs=0.01 if equal_in == "present_value" else 0)


def test_whoever_saves_stands_beside_the_book() -> None:
    """Protects the money of a programme: what others are spared is never set against it."""
    saving = {"payer": "municipality", "per": "completion", "eur": 1000.0, "source": "a test"}
    spared = lived(_costly(saves=[saving]))
    plain = lived(_costly())
    book = _book(spared)
    assert _cents(book[book["kind"] != "saving"], *PAID_IN, *PAID_OUT) == _cents(
        _book(plain), *PAID_IN, *PAID_OUT
    )
    completions = int(spared.chronicle.frame("programme")["completions"].sum())
    assert completions > 0
    assert _cents(book, "saving") == 100_000 * completions


@pytest.mark.parametrize("then", [{"level": 0.4}, {"begins": "relay"}], ids=["less", "relay"])
def test_who_bears_less_money_is_in_the_book(then: dict[str, Any]) -> None:
    """Protects who bears a gap: whoever loses a place while money goes on is counted there once."""
    plain = programme(places=20, staff__caseload=5.0, support__duration_months=60)
    paid = calendar({"months": 12}, {"months": 24, **then})
    town = lived(on(plain, paid), {**off("turnover"), "years": 3})
    gaps = _book(town).query("kind == 'gap'")
    abandoned = rows_of(town)["abandoned"]
    assert gaps["quantity"].sum() == abandoned.sum() > 0
    assert set(gaps["unit"]) == {"participants left without a place"}
    assert set(gaps["payer"]) == {"participants"}


def test_a_gap_is_missed_for_as_long_as_support_lasts() -> None:
    """Protects the book of a cliff: nobody misses half a year of support for twenty-six years."""
    plain = programme(places=10, support__duration_months=6)
    town = lived(on(plain, months((24, 1.0))), {"years": 5})
    gaps = _book(town).query("kind == 'gap'")
    assert list(gaps["month"]) == list(range(25, 31))
    assert gaps["quantity"].nunique() == 1
