"""Who pays: municipality, landlord, state, fund, or a programme's own customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
        if self.freed_cents:
            self._pass_on()

    def _pass_on(self) -> None:
        """Give to each programme that works a part of the money that stopped ones gave back."""
        working = {one.key: one for one in self.programmes if one.working}
        freed_cents = self.freed_cents
        passed_on = dict.fromkeys(working, 0)
        to_each = 0
        for source, freed in freed_cents.items():
            others = len(working) - (source in working)
            if freed > 0 and others:
                monthly = -(-freed // _PASSED_ON_MONTHS)
                freed_cents[source] = freed - monthly
                each, more = divmod(monthly, others)
                to_each += each
                if source in working:
                    passed_on[source] -= each
                for key in working:
                    if more and key != source:
                        passed_on[key] += 1
                        more -= 1
        for key, cents in passed_on.items():
            if to_each + cents:
                self.pay(working[key], "passed_on", to_each + cents)

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
