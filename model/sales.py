"""Dwellings that a programme sells to their tenants, and that the landlord buys back."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from ..agents.programme import Programme
    from .neighbourhood import Neighbourhood

#: Who buys and who sells, as the cash book names them.
_BUYER, _SELLER = "participants", "landlord"


class Sale(NamedTuple):
    """A dwelling that was sold: to which household, at what value and price, in cents."""

    household: int
    value_cents: int
    price_cents: int


class Sales:
    """Sales and buy-backs of one programme, which no programme's money pays for.

    The price goes from the buyer to the landlord and back again when the buyer leaves, also in
    months in which the programme has no money.
    """

    def __init__(self, world: Neighbourhood, programme: Programme, number: int) -> None:
        self._world = world
        self._number = number
        self._money = programme.spec.money
        self._buys_back = programme.spec.offers.buy_back
        self._sold: dict[int, Sale] = {}

    def value_cents(self) -> int:
        """Return the market value of a dwelling this month."""
        years = (self._world.month - 1) / 12.0
        return round(100 * self._money.dwelling_eur * (1.0 + self._money.dwelling_growth) ** years)

    def note(self, buyers: np.ndarray) -> None:
        """Remember which dwellings were sold this month, and write down for what."""
        households = self._world.households.rows["dwelling"]
        value = self.value_cents()
        price = value - round(self._money.discount * value)
        owners = self._world.people.rows["household"][buyers].tolist()
        for household in owners:
            self._sold[int(households[household])] = Sale(household, value, price)
        self._write("sale", _BUYER, price, len(owners))
        self._write("discount", _SELLER, value - price, len(owners))

    def buy_back(self) -> None:
        """Buy dwellings back whose buyers have left; they are rented out again."""
        if not self._sold or not self._buys_back:
            return
        world = self._world
        dwellings = world.dwellings.rows
        sold = np.fromiter(self._sold, dtype=np.int64, count=len(self._sold))
        buyers = np.array([one.household for one in self._sold.values()], dtype=np.int64)
        for dwelling in sold[dwellings["household"][sold] != buyers].tolist():
            dwellings["tenure"][dwelling] = world.buildings.tenure[dwelling]
            dwellings["rung"][dwelling] = world.buildings.rung[dwelling]
            self._write("buy_back", _SELLER, self._paid_back(self._sold.pop(dwelling)), 1)

    def _paid_back(self, sale: Sale) -> int:
        """Return what a buyer gets who leaves: the price, and a part of the profit or the loss."""
        change = self.value_cents() - sale.value_cents
        return max(0, sale.price_cents + change - round(self._money.profit_share * change))

    def _write(self, kind: str, payer: str, unit_cents: int, dwellings: int) -> None:
        """Write down an amount for each of some dwellings; nothing where there is no amount."""
        if unit_cents:
            book, month = self._world.cashbook, self._world.month
            cents = unit_cents * dwellings
            book.write(
                month, self._number, kind, "dwelling", unit_cents, payer, cents, float(dwellings)
            )
