"""The account of one programme: what payers owe it, and what it has, to the cent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

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
    own = tuple(spec.payers.items())
    due: list[dict[str, tuple[str, int]]] = []
    # Months with the same money by the same payers share one table.
    known: dict[tuple[int, tuple[tuple[str, float], ...]], dict[str, tuple[str, int]]] = {}
    for at, cents in enumerate(grants_cents):
        carried_by = schedule.bridged_by[at]
        if cents:
            month = cents, schedule.shares[at] or own
            if month not in known:
                parts = shared_out(cents, dict(month[1]))
                known[month] = {name: ("grant", part) for name, part in parts.items() if part}
            due.append(known[month])
        elif carried_by is not None and due and due[-1]:
            # Who carries a gap pays the full month; before any start there is no gap to carry.
            due.append({carried_by: ("bridge", spec.full_month_cents())})
        else:
            due.append({})
    return due


class Account:
    """Money of one programme: what its purse says, by payer."""

    def __init__(self, purse: Any, payers: list[str]) -> None:
        """Look at a row of `Purses`; ``payers`` are the names by number."""
        self._purse = purse
        self._payers = payers

    @property
    def balance_cents(self) -> dict[str, int]:
        """What is left of each payer's money; never below zero."""
        balance = self._purse["balance"].tolist()
        return dict(zip(self._payers, balance, strict=False))

    @property
    def available_cents(self) -> int:
        """What can be spent: the sum of the balances."""
        return int(self._purse["available"])

    @property
    def paid_cents(self) -> int:
        """Paid in since the start: spent, returned or left."""
        return int(self._purse["paid"])

    @property
    def spent_cents(self) -> int:
        """Spent since the start."""
        return int(self._purse["spent"])

    @property
    def returned_cents(self) -> int:
        """Given back since the start."""
        return int(self._purse["returned"])

    def balances(self) -> bool:
        """Return whether everything paid in was spent, given back or is still there."""
        balance = list(self.balance_cents.values())
        left = self.paid_cents - self.spent_cents - self.returned_cents
        return min(balance) >= 0 and left == sum(balance) == self.available_cents
