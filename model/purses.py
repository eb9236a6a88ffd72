"""The purses of all programmes of a world: what comes in and goes out each month, in loops over all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from ..scenarios.programme import Payer
from . import paying
from .paying import PURSE
from .state import as_rows

if TYPE_CHECKING:
    from ..agents.funder import Funder
    from ..agents.programme import Programme
    from .neighbourhood import Neighbourhood

#: Rows of the cash book that a programme takes in a month: of every payer what is due and what is
#: passed on, and one of each kind of cost.
_ROWS_BESIDES = 6


class Purses:
    """Money of all programmes of a world: tables with a row for each.

    Attributes
    ----------
    rows : numpy.ndarray
        What is in each purse, and what it costs: `PURSE`.
    paid_cents, returned_cents : numpy.ndarray
        Totals since the start, by payer.
    payers : list of str
        Names of payers, by number.
    turning : list of bool
        By month whether a programme begins, stops or changes hands: then they go one by one.
    freed_cents : numpy.ndarray
        Given back by programmes that stopped and not passed on to others yet, by payer and programme.
    """

    def __init__(
        self, world: Neighbourhood, funders: dict[str, Funder], programmes: dict[str, Programme]
    ) -> None:
        self._world = world
        self._programmes = list(programmes.values())
        self.payers = list(funders)
        self._number = {name: number for number, name in enumerate(funders)}
        n, n_payers = len(programmes), len(funders)
        self.rows = as_rows(np.zeros(n, dtype=PURSE))
        self._plain = self.rows.view(np.recarray)
        self.paid_cents = np.zeros(n_payers, dtype=np.int64)
        self.returned_cents = np.zeros(n_payers, dtype=np.int64)
        self.freed_cents = np.zeros((n_payers, n), dtype=np.int64)
        self._due = np.array([self._due_of(one) for one in self._programmes])
        self._bridges = np.array([_bridged(one) for one in self._programmes], dtype=np.int8)
        self._pays = np.ascontiguousarray((self._due > 0).any(axis=1).T.astype(np.int64))
        levels = [
            [round(one.spec.places * at) for at in one.schedule.level] for one in self._programmes
        ]
        self._level_places = np.array(levels, dtype=np.int64)
        self._shared = world.deliveries
        self._asks = self._shared.running["asks"]
        self._wanted = self._shared.running["wanted"]
        self._venues = [one for one in self._programmes if one.may_lose_its_venue]
        self._growing: list[Programme] = []
        self._left_until = 0
        self._most_rows = n * (2 * n_payers + _ROWS_BESIDES)
        turns = [one.turns for one in self._programmes]
        self.turning = [any(now) for now in zip(*turns, strict=True)]
        for number, programme in enumerate(self._programmes):
            own = [self._number[payer] for payer in programme.spec.payers]
            self.rows["payer"][number, : len(own)] = own
            self.rows["payers"][number] = len(own)
            self.rows["most_places"][number] = programme.most_places
            programme.enter_purse(self, number)
        world.cashbook.open_for([one.key for one in self._programmes], self.payers)
        for name, funder in funders.items():
            funder.enter_purses(self, self._number[name])

    def _due_of(self, programme: Programme) -> list[list[int]]:
        """Return what each payer pays a programme, by month and number of the payer, in cents."""
        # Most months are paid the same, by one table.
        laid_out: dict[int, list[int]] = {}
        for due in programme.dues:
            if id(due) not in laid_out:
                cents = [0] * len(self.payers)
                for payer, (_, part) in due.items():
                    cents[self._number[payer]] = part
                laid_out[id(due)] = cents
        return [laid_out[id(due)] for due in programme.dues]

    # -- the month ----------------------------------------------------------------------------

    def live_month(self) -> None:
        """Pay in; then let every programme begin, go on or stop, pay what is fixed, and staff its posts."""
        month, programmes = self._world.month, self._programmes
        turning = month > len(self.turning) or self.turning[month - 1]
        # Of who was left by a programme that stopped the book is told between what is paid and spent.
        together = not turning and month >= self._left_until
        for programme in () if turning else self._growing:
            programme.let_costs_grow()
        self._live_in_loops(month, together)
        if together:
            if 1 in (asks := self._asks.tolist()):
                self._staff(asks, 0)
                self._pay_staff(0, len(programmes))
        elif turning:
            # One after the other: who is hired first may matter to who leaves.
            for number, programme in enumerate(programmes):
                programme.begin_or_stop()
                self._settle(number, number + 1)
            self._growing = [one for one in programmes if one.costs_grow]
            self._left_until = max(one.left_until for one in programmes)
        else:
            for programme in programmes:
                programme.rest()
            self._settle(0, len(programmes))
        for programme in self._venues:
            programme.close_venue_by_chance()

    def _live_in_loops(self, month: int, together: bool) -> None:
        """Pay in; ``together`` also pay what is fixed and, where nobody asks for posts, key workers."""
        book, shared = self._world.cashbook, self._shared
        book.reserve(self._most_rows)
        book.count = paying.live_month(
            self.rows,
            self._due,
            self._bridges,
            self._pays,
            self.freed_cents,
            self.paid_cents,
            shared.plans,
            shared.running,
            shared.stocks,
            self._level_places,
            shared.posts.slots,
            shared.posts.filled,
            book.rows,
            book.count,
            month,
            together,
        )

    def _settle(self, first: int, last: int) -> None:
        """See what some programmes can pay, staff them, and pay their key workers."""
        book, shared = self._world.cashbook, self._shared
        # Beginnings and ends write rows of their own.
        book.reserve(self._most_rows)
        book.count = paying.settle(
            self.rows,
            shared.plans,
            shared.running,
            self._level_places,
            first,
            last,
            book.rows,
            book.count,
            self._world.month,
        )
        self._staff(self._asks[first:last].tolist(), first)
        self._pay_staff(first, last)

    def _staff(self, asks: list[int], first: int) -> None:
        """See to the posts of those that ask for it, from the ``first`` programme on."""
        for number, asked in enumerate(asks, first):
            if asked:
                self._programmes[number].staff(int(self._wanted[number]))

    def _pay_staff(self, first: int, last: int) -> None:
        """Pay the key workers of some programmes."""
        book, shared = self._world.cashbook, self._shared
        book.count = paying.pay_staff(
            self.rows,
            shared.plans,
            shared.running,
            shared.stocks,
            shared.posts.slots,
            shared.posts.filled,
            first,
            last,
            book.rows,
            book.count,
            self._world.month,
        )

    # -- once, and at an end ------------------------------------------------------------------

    def invest(self, number: int, parts: Mapping[Payer, int]) -> None:
        """Let payers pay a programme its investment, which is spent this month; not money for places."""
        purse = self._plain[number]
        for payer, cents in parts.items():
            if cents:
                at = self._number[payer]
                paying.plainly_receive(purse, at, cents)
                purse.now[at] -= cents
                self.paid_cents[at] += cents
                self._write(number, "grant", "month", payer, cents)
        purse.invest = sum(parts.values())

    def give_back(self, number: int, passed_on: float) -> None:
        """Return to payers what is left of their money, but for what they paid in this month.

        The share ``passed_on`` of it is free for their other programmes.
        """
        rows = self.rows
        balance, now = rows["balance"][number], rows["now"][number]
        for at in rows["payer"][number, : rows["payers"][number]].tolist():
            cents = int(balance[at] - now[at])
            if cents > 0:
                balance[at] -= cents
                rows["available"][number] -= cents
                rows["returned"][number] += cents
                self.returned_cents[at] += cents
                self.freed_cents[at, number] += int(cents * passed_on)
                self._write(number, "returned", "rest", self.payers[at], cents)

    def _write(self, number: int, kind: str, unit: str, payer: str, cents: int) -> None:
        book, month = self._world.cashbook, self._world.month
        book.write(month, number, kind, unit, float(cents), payer, cents, 1.0)


def _bridged(programme: Programme) -> list[bool]:
    """Return by month whether a payer carries a programme through a gap."""
    return [any(kind == "bridge" for kind, _ in due.values()) for due in programme.dues]
