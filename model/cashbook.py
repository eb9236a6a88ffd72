"""The cash book (kasboek): every payment, delivery and saving, to the cent."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

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
    "gap": "months without money after a start: who is left without support",
    "saving": "what others are spared; stands beside the book and is not money in it",
}
#: Kinds that bring money in, and kinds that take it out.
PAID_IN = ("grant", "bridge", "passed_on")
PAID_OUT = ("investment", "fixed", "staff", "places", "starts", "start_up", "returned")


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
    """All entries of a run, in order."""

    def __init__(self) -> None:
        self._written: list[tuple[int, str, str, str, float, dict[str, int], float | None]] = []

    def __len__(self) -> int:
        return len(self.entries)

    def write(
        self,
        month: int,
        programme: str,
        kind: str,
        unit: str,
        unit_cents: float,
        parts: dict[str, int],
        quantity: float | None = None,
    ) -> None:
        """Write what each payer paid; without ``quantity`` it is the amount over the unit cost."""
        self._written.append((month, programme, kind, unit, unit_cents, parts, quantity))

    @property
    def entries(self) -> list[Entry]:
        """One entry for each payer of everything that was written."""
        return [
            Entry(
                month,
                programme,
                payer,
                kind,
                unit,
                cents / unit_cents if quantity is None else quantity,
                unit_cents,
                cents,
            )
            for month, programme, kind, unit, unit_cents, parts, quantity in self._written
            for payer, cents in parts.items()
            if cents or quantity is not None
        ]

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
