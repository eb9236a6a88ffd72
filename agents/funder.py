"""Who pays: municipality, landlord, state, fund, or a programme's own customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .account import shared_out
from .organisation import Organisation

if TYPE_CHECKING:
    from ..model.neighbourhood import Neighbourhood
    from .programme import Programme


#: Months over which money that was given back is passed on to others.
_PASSED_ON_MONTHS = 12


class Funder(Organisation):
    """Pays programmes what their calendars say, and gets back what they did not spend.

    Attributes
    ----------
    name : str
        One of `PAYERS`.
    paid_cents, returned_cents : int
        Totals since the start.
    freed_cents : dict of str to int
        Given back by programmes that stopped, by programme, and not passed on to others yet.
    """

    def __init__(self, model: Neighbourhood, name: str) -> None:
        super().__init__(model)
        self.name = name
        self._cashbook = model.cashbook
        self.programmes: list[Programme] = []
        self.paid_cents = 0
        self.returned_cents = 0
        self.freed_cents: dict[str, int] = {}
        # Most months are paid the same: one table for the cash book, which only reads it.
        self._parts: dict[int, dict[str, int]] = {}

    def step(self) -> None:
        """Pay this month's part of every grant, and pass on what programmes gave back."""
        name, at = self.name, self.model.month - 1
        for programme in self.programmes:
            due = programme.dues[at].get(name) if at < len(programme.dues) else None
            if due is not None:
                self.pay(programme, *due)
        if not self.freed_cents:
            return
        for source in [key for key, cents in self.freed_cents.items() if cents > 0]:
            self._pass_on(source)

    def _pass_on(self, source: str) -> None:
        """Give other programmes a part of the money that a stopped one gave back."""
        going_on = [one for one in self.programmes if one.working and one.key != source]
        if not going_on:
            return
        monthly = -(-self.freed_cents[source] // _PASSED_ON_MONTHS)
        self.freed_cents[source] -= monthly
        for key, cents in shared_out(monthly, {one.key: 1.0 for one in going_on}).items():
            if cents:
                self.pay(self.model.programmes[key], "passed_on", cents)

    def pay(self, programme: Programme, kind: str, cents: int) -> None:
        """Pay a programme an amount and write it in the cash book."""
        programme.account.receive(self.name, cents)
        self.paid_cents += cents
        parts = self._parts.get(cents)
        if parts is None:
            parts = self._parts[cents] = {self.name: cents}
        self._cashbook.write(self.model.month, programme.key, kind, "month", cents, parts, 1.0)

    def take_back(self, programme: Programme, cents: int) -> None:
        """Take back what a programme did not spend."""
        self.returned_cents += cents
        freed = int(cents * programme.rates.staffing_freed_money)
        self.freed_cents[programme.key] = self.freed_cents.get(programme.key, 0) + freed
        self.model.cashbook.write(
            self.model.month, programme.key, "returned", "rest", cents, {self.name: cents}, 1.0
        )
