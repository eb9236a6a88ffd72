"""The cash book (kasboek): every payment, delivery and saving, to the cent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..scenarios import PAYERS
from .state import as_rows, copy_rows

if TYPE_CHECKING:
    import pandas as pd

#: What is written down: kind -> meaning.
KINDS: dict[str, str] = {
    "grant": "money that a payer pays in",
    "bridge": "money with which a payer carries a programme through a gap",
    "passed_on": "money that another programme gave back, passed on by its payer",
    "investment": "one-off investment, paid in and spent",
    "fixed": "costs that do not depend on places",
    "staff": "salaries and overhead of key workers",
    "places": "costs of filled places besides staff",
    "starts": "costs of a start, once",
    "start_up": "costs of a fresh start besides salaries",
    "returned": "money that was not spent, given back when money stops",
    "gap": "who is left without support: each month without money as long as support lasts, or once where there is less of it; and once who loses a room that nobody pays for",
    "saving": "what others are spared; stands beside the book and is not money in it",
    "sale": "what tenants pay for the dwelling that they buy; it goes to the landlord at once",
    "discount": "what the landlord asks less than the market value of a dwelling; forgone, and no money in the book",
    "buy_back": "what the landlord pays a buyer who leaves, a part of the profit or loss in it; it goes to the buyer at once",
}
#: Kinds that bring money in, and kinds that take it out.
PAID_IN = ("grant", "bridge", "passed_on")
PAID_OUT = ("investment", "fixed", "staff", "places", "starts", "start_up", "returned")
#: Kinds that come in and go out in one line: a dwelling is paid for, and no programme's money is spent.
PASSED_THROUGH = ("sale", "buy_back")
#: Kinds of amounts that nobody pays.
BESIDE = ("saving", "discount")

#: Numbers of kinds and units, by which loops know them.
KIND = {name: number for number, name in enumerate(KINDS)}
UNITS = (
    "month",
    "rest",
    "fresh start",
    "fte-month",
    "start",
    "place-month",
    "investment",
    "participants left without support",
    "participants left without a place",
    "supported_month",
    "found_work",
    "completion",
    "people who lose their room",
    "dwelling",
)
UNIT = {name: number for number, name in enumerate(UNITS)}
#: Number of the payer where several bear a cost together.
TOGETHER = -1

#: One row for what was written at once: ``cents`` of one payer, or ``parts`` by number of the payer
#: where they bear it together. Their quantity is then what each one's part pays for.
WRITTEN = np.dtype(
    [
        ("month", np.int32),
        ("programme", np.int16),
        ("kind", np.int8),
        ("unit", np.int8),
        ("payer", np.int64),
        ("quantity", np.float64),
        ("unit_cents", np.float64),
        ("cents", np.int64),
        ("parts", np.int64, len(PAYERS)),
    ]
)
#: Rows that there is room for at first.
_ROOM = 256


class Entry(NamedTuple):
    """One line of the cash book; quantity times unit cost is the amount, rounded to a cent."""

    month: int
    programme: str
    payer: str
    kind: str
    unit: str
    quantity: float
    unit_cents: float
    cents: int


class CashBook:
    """All entries of a run, month by month.

    Attributes
    ----------
    rows : numpy.ndarray
        What was written: `WRITTEN`; longer than ``count`` where there is room.
    count : int
        Rows in use.
    """

    def __init__(self) -> None:
        self.rows = as_rows(np.zeros(_ROOM, dtype=WRITTEN))
        self.count = 0
        self._programmes: list[str] = []
        self._payers: list[str] = []

    def __len__(self) -> int:
        return len(self.entries)

    def open_for(self, programmes: list[str], payers: list[str]) -> None:
        """Give programmes and payers the numbers by which loops write of them."""
        self._programmes, self._payers = list(programmes), list(payers)

    def reserve(self, more: int) -> None:
        """Make room for so many rows more."""
        if self.count + more > len(self.rows):
            wider = np.zeros(2 * (self.count + more), dtype=WRITTEN)
            copy_rows(self.rows, wider)
            self.rows = as_rows(wider)

    def write(
        self,
        month: int,
        programme: int,
        kind: str,
        unit: str,
        unit_cents: float,
        payer: str,
        cents: int,
        quantity: float,
    ) -> None:
        """Write down what one payer pays, gets back or is spared."""
        if payer not in self._payers:
            self._payers.append(payer)
        self.reserve(1)
        row: Any = self.rows[self.count]
        row["month"], row["programme"] = month, programme
        row["kind"], row["unit"], row["unit_cents"] = KIND[kind], UNIT[unit], unit_cents
        row["payer"], row["cents"], row["quantity"] = self._payers.index(payer), cents, quantity
        self.count += 1

    @property
    def entries(self) -> list[Entry]:
        """One entry for each payer of everything that was written."""
        kinds = tuple(KINDS)
        found: list[Entry] = []
        for month, programme, kind, unit, payer, quantity, unit_cents, cents, parts in self.rows[
            : self.count
        ].tolist():
            about = (self._programmes[programme], kinds[kind], UNITS[unit])
            borne = [(payer, cents, quantity)]
            if payer == TOGETHER:
                borne = [(one, part, part / unit_cents) for one, part in enumerate(parts) if part]
            found += [
                Entry(month, about[0], self._payers[one], *about[1:], many, unit_cents, part)
                for one, part, many in borne
            ]
        return found

    def frame(self, discount_rate: float) -> pd.DataFrame:
        """Return the entries as a table, in euros, with their present value in the first month."""
        import pandas as pd

        frame = pd.DataFrame(self.entries, columns=list(Entry._fields))
        frame["unit_cost_eur"] = frame.pop("unit_cents") / 100
        frame["amount_eur"] = frame["cents"] / 100
        frame["present_value_eur"] = frame["amount_eur"] * (1 + discount_rate) ** (
            -(frame["month"] - 1) / 12
        )
        return frame
