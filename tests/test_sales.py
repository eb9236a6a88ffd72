"""Dwellings that are sold and bought back: each amount is in the cash book and in no programme's money."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from langeadem.agents.moving import OWNER_OCCUPIED
from langeadem.experiments.programme_summary import OF_DWELLINGS, summarise_programmes
from langeadem.model.cashbook import BESIDE, KINDS, PAID_IN, PAID_OUT, PASSED_THROUGH
from langeadem.model.neighbourhood import Neighbourhood
from langeadem.scenarios import ProgrammeSpec, load_policy, load_programme
from langeadem.scenarios.programme.means import OF_SALES
from langeadem.viz.workshop.downloads import policy_toml

from .funding import lived, lives, months, on, programme, rows_of, told

#: Many buy, and soon leave.
BUSY = {"moving.tenure_rate": [0.01, 0.01, 0.05, 0.01]}
SELLS: dict[str, Any] = {
    "offers.tenure_change": True,
    "offers.buy_back": True,
    "support.duration_months": 6,
    "staff.caseload": 10.0,
    "money.start_eur": 500.0,
    "money.dwelling_eur": 123_456.78,
    "money.discount": 0.25,
    "money.profit_share": 0.4,
}


def _sells(**differences: Any) -> ProgrammeSpec:
    return programme(**{**SELLS, **differences})


def _book(town: Neighbourhood, *kinds: str) -> pd.DataFrame:
    book = town.chronicle.frame("cashbook")
    return book[book["kind"].isin(kinds)] if kinds else book


def _sold_now(town: Neighbourhood) -> int:
    """Return the dwellings that are owned by who lives there and were not at the start."""
    bought = town.dwellings.column("tenure") == OWNER_OCCUPIED
    return int((bought & (town.buildings.tenure != OWNER_OCCUPIED)).sum())


def test_every_sale_and_every_buy_back_has_its_amount() -> None:
    """Protects the book of Koopgarant: month, payer, unit, quantity and unit cost of each."""
    town = lived(_sells(), BUSY)
    sale, discount, back = (_book(town, kind) for kind in OF_DWELLINGS)
    sold = rows_of(town)["tenure_changes"]
    assert sale.set_index("month")["quantity"].to_dict() == sold[sold > 0].to_dict()
    assert set(sale["unit_cost_eur"]) == {92_592.58}
    assert set(discount["unit_cost_eur"]) == {30_864.20}
    assert set(back["unit_cost_eur"]) == {92_592.58}
    for rows, payer in ((sale, "participants"), (discount, "landlord"), (back, "landlord")):
        assert set(rows["payer"]) == {payer}
        assert set(rows["programme"]) == {"help"}
        assert set(rows["unit"]) == {"dwelling"}
        assert (rows["cents"] == (rows["quantity"] * rows["unit_cost_eur"] * 100).round()).all()
    # Every dwelling is in the book: what was sold was bought back or is still sold.
    assert len(back) > 5
    assert sale["quantity"].sum() - back["quantity"].sum() == _sold_now(town) > 0
    # And every cent of its value: paid by the buyer or forgone by the landlord.
    assert sale["cents"].sum() + discount["cents"].sum() == 12_345_678 * sold.sum()


def test_sales_are_no_money_of_the_programme() -> None:
    """Protects the account: funds in are spent, returned or left as without these amounts."""
    paid = months((18, 1.0), (12, 0.0), then="repeat")
    town = lived(on(_sells(), paid), BUSY)
    plain = lived(on(_sells(**{"money.dwelling_eur": 0.0}), paid), BUSY)
    assert lives(town) == lives(plain)
    assert told(town) == told(plain)
    pd.testing.assert_frame_equal(
        town.chronicle.frame("programme"), plain.chronicle.frame("programme")
    )
    own = _book(town)
    money = own[~own["kind"].isin(OF_DWELLINGS)].reset_index(drop=True)
    pd.testing.assert_frame_equal(money, _book(plain))
    # In and out at once is on both sides of the law, every month.
    signs = {**dict.fromkeys(PAID_IN, 1), **dict.fromkeys(PAID_OUT, -1)}
    signs |= dict.fromkeys(("gap", *BESIDE, *PASSED_THROUGH), 0)
    assert set(signs) == set(KINDS)
    left = (own["kind"].map(signs) * own["cents"]).groupby(own["month"]).sum().cumsum()
    balance = (100 * rows_of(town)["balance_eur"]).round()
    assert np.array_equal(left.reindex(balance.index).ffill().fillna(0), balance)
    # The landlord buys back whether or not the programme has money.
    assert set(_book(town, "buy_back")["month"]) & set(range(19, 31))
    assert not set(_book(town, "sale")["month"]) & set(range(19, 31))


@pytest.mark.parametrize("growth", [0.05, -0.05])
def test_profit_and_loss_are_shared(growth: float) -> None:
    """Protects the arrangement: who leaves gets the price and a part of the change in value."""
    town = lived(_sells(**{"money.dwelling_growth": growth}), BUSY)
    sale, discount, back = (_book(town, kind) for kind in OF_DWELLINGS)
    value = {
        month: round(12_345_678 * (1 + growth) ** ((month - 1) / 12)) for month in range(1, 61)
    }
    price = {month: cents - round(0.25 * cents) for month, cents in value.items()}
    assert (sale["cents"] == sale["quantity"] * sale["month"].map(price)).all()
    whole = sale["cents"].to_numpy() + discount["cents"].to_numpy()
    assert (whole == sale["quantity"] * sale["month"].map(value)).all()
    possible = {
        (now, price[then] + (value[now] - value[then]) - round(0.4 * (value[now] - value[then])))
        for then in sale["month"].tolist()
        for now in range(then, 61)
    }
    seen = set(zip(back["month"].tolist(), back["cents"].tolist(), strict=True))
    assert len(seen) > 5
    assert seen <= possible
    assert any((cents > price[1]) == (growth > 0) for _, cents in seen)


def test_nobody_pays_for_leaving() -> None:
    """Protects the buyer: a loss that is larger than the price is not asked for."""
    slump = {"money.dwelling_growth": -0.5, "money.discount": 0.9, "money.profit_share": 0.0}
    town = lived(_sells(**slump), BUSY)
    assert len(_book(town, "sale")) > 5
    assert (_book(town)["cents"] >= 0).all()
    assert len(_book(town, "buy_back")) < _book(town, "sale")["quantity"].sum() - _sold_now(town)


def test_without_buying_back_nothing_is_paid_back() -> None:
    """Protects the switch: who keeps the dwelling outright is never paid for it."""
    town = lived(_sells(**{"offers.buy_back": False}), BUSY)
    assert len(_book(town, "sale")) > 5
    assert _book(town, "buy_back").empty


def test_the_shipped_arrangement_is_in_the_book() -> None:
    """Protects what the project asks for: a quarter below market value, and bought back."""
    money = load_programme("koopgarant").money
    assert money.discount == 0.25
    town = lived("buy-rent", BUSY)
    sale, discount, back = (_book(town, kind)["cents"].sum() for kind in OF_DWELLINGS)
    assert discount * 3 == sale > 0
    assert back > 0
    summary = summarise_programmes(town.chronicle, town.setup.policy.programmes)
    assert summary is not None
    assert summary.money.dwellings == {"sale": sale, "discount": discount, "buy_back": back}
    assert not set(OF_DWELLINGS) & {*summary.money.spent, *summary.money.spared}


# -- what is asked ----------------------------------------------------------------------------------


def test_who_sells_nothing_says_nothing_of_sales() -> None:
    """Protects content keys: numbers of sales are a part only of what is asked of who sells."""
    for name, sells in (("watch-out", False), ("koopgarant", True)):
        spec = load_programme(name)
        for money in (spec.model_dump()["money"], spec.money.model_dump(mode="json")):
            assert set(OF_SALES) <= set(money) if sells else not set(OF_SALES) & set(money)
        assert ProgrammeSpec.model_validate(spec.model_dump()) == spec
        assert ProgrammeSpec.model_validate_json(spec.model_dump_json()) == spec


def test_a_sale_without_amounts_can_be_written_down_and_read(tmp_path: Any) -> None:
    """Protects a download: zero is written where the card of the catalogue says something else."""
    nothing = dict.fromkeys((f"programmes.koopgarant.money.{name}" for name in OF_SALES), 0.0)
    asked = load_policy("buy-rent", nothing)
    path = tmp_path / "own.toml"
    path.write_text(policy_toml(asked), encoding="utf-8")
    assert load_policy(str(path)).programmes == asked.programmes
