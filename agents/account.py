"""The account of one programme: what payers paid in, and what was spent, to the cent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from ..scenarios import FundedProgramme, Schedule

Name = TypeVar("Name", bound=str)


def shared_out(cents: int, weights: Mapping[Name, float]) -> dict[Name, int]:
    """Return ``cents`` split in proportion to ``weights``, by largest remainder; parts add up."""
    whole = sum(weights.values())
    if cents == 0 or whole <= 0:
        return dict.fromkeys(weights, 0)
    exact = {name: cents * weight / whole for name, weight in weights.items()}
    parts = {name: int(value) for name, value in exact.items()}
    left = cents - sum(parts.values())
    for name in sorted(exact, key=lambda name: parts[name] - exact[name])[:left]:
        parts[name] += 1
    return parts


def dues(
    funded: FundedProgramme, schedule: Schedule, grants_cents: list[int]
) -> list[dict[str, tuple[str, int]]]:
    """Return what each payer pays a programme, month by month: payer -> (kind, cents)."""
    spec = funded.programme
    due: list[dict[str, tuple[str, int]]] = []
    shares: dict[int, dict[str, tuple[str, int]]] = {}
    for at, cents in enumerate(grants_cents):
        payer = schedule.payer[at] if cents else schedule.bridged_by[at]
        if cents and payer is None:
            if cents not in shares:
                parts = shared_out(cents, spec.payers)
                shares[cents] = {name: ("grant", part) for name, part in parts.items() if part}
            due.append(shares[cents])
        elif cents:
            due.append({str(payer): ("grant", cents)})
        elif payer is not None and due and due[-1]:
            # Who carries a gap pays the full month; before any start there is no gap to carry.
            due.append({payer: ("bridge", spec.full_month_cents())})
        else:
            due.append({})
    return due


class Account:
    """Money of one programme, by payer.

    Attributes
    ----------
    balance_cents : dict of str to int
        What is left of each payer's money; never below zero.
    paid_now : dict of str to int
        What each payer paid in this month, until the programme has taken its step.
    available_cents : int
        What can be spent: the sum of the balances.
    paid_cents, spent_cents, returned_cents : int
        Totals since the start; ``paid = spent + returned + balance`` always.
    """

    def __init__(self, payers: list[str]) -> None:
        self.balance_cents: dict[str, int] = dict.fromkeys(payers, 0)
        self.available_cents = 0
        self.paid_now: dict[str, int] = {}
        self.paid_cents = 0
        self.spent_cents = 0
        self.returned_cents = 0

    def receive(self, payer: str, cents: int) -> None:
        """Take in a payment."""
        self.balance_cents[payer] = self.balance_cents.get(payer, 0) + cents
        self.available_cents += cents
        self.paid_cents += cents
        self.paid_now[payer] = self.paid_now.get(payer, 0) + cents

    def spend(self, cents: int) -> dict[str, int]:
        """Pay a cost from everybody's money in proportion; return who paid what.

        Raises
        ------
        ValueError
            When there is less money than that, or the cost is negative.
        """
        if not 0 <= cents <= self.available_cents:
            raise ValueError(f"{cents} cents cannot be spent of {self.available_cents}")
        whole, balances = self.available_cents or 1, self.balance_cents
        parts = {}
        left = cents
        for payer, balance in balances.items():
            parts[payer] = part = cents * balance // whole
            balances[payer] = balance - part
            left -= part
        if left:
            # What rounding down left over: a cent at a time, from who has one.
            for payer, balance in balances.items():
                if left and balance > 0:
                    parts[payer] += 1
                    balances[payer] = balance - 1
                    left -= 1
        self.available_cents -= cents
        self.spent_cents += cents
        return parts

    def give_back(self, keep: Mapping[str, int]) -> dict[str, int]:
        """Return what is left to who paid it, but for ``keep`` of each payer; return the amounts."""
        left = {
            payer: cents - keep.get(payer, 0)
            for payer, cents in self.balance_cents.items()
            if cents > keep.get(payer, 0)
        }
        for payer, cents in left.items():
            self.balance_cents[payer] -= cents
            self.available_cents -= cents
            self.returned_cents += cents
        return left

    def balances(self) -> bool:
        """Return whether everything paid in was spent, given back or is still there."""
        left = 0
        for cents in self.balance_cents.values():
            if cents < 0:
                return False
            left += cents
        return self.paid_cents == self.spent_cents + self.returned_cents + left
