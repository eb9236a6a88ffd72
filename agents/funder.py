"""Who pays: municipality, landlord, state, fund, or a programme's own customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .organisation import Organisation

if TYPE_CHECKING:
    from ..model.neighbourhood import Neighbourhood
    from .programme import Programme


class Funder(Organisation):
    """Pays programmes what their calendars say, and gets back what they did not spend.

    Attributes
    ----------
    name : str
        One of `PAYERS`.
    paid_cents, returned_cents : int
        Totals since the start.
    """

    def __init__(self, model: Neighbourhood, name: str) -> None:
        super().__init__(model)
        self.name = name
        self.programmes: list[Programme] = []
        self.paid_cents = 0
        self.returned_cents = 0

    def step(self) -> None:
        """Pay this month's part of every grant."""
        for programme in self.programmes:
            if due := programme.due_from(self.name):
                self.pay(programme, *due)

    def pay(self, programme: Programme, kind: str, cents: int) -> None:
        """Pay a programme an amount and write it in the cash book."""
        programme.account.receive(self.name, cents)
        self.paid_cents += cents
        self.model.cashbook.write(
            self.model.month, programme.key, kind, "month", cents, {self.name: cents}, 1.0
        )

    def take_back(self, programme: Programme, cents: int) -> None:
        """Take back what a programme did not spend."""
        self.returned_cents += cents
        self.model.cashbook.write(
            self.model.month, programme.key, "returned", "rest", cents, {self.name: cents}, 1.0
        )
