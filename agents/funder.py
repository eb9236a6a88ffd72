"""Who pays: municipality, landlord, state, fund, or a programme's own customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .organisation import Organisation

if TYPE_CHECKING:
    from ..model.neighbourhood import Neighbourhood
    from ..model.purses import Purses
    from .programme import Programme


class Funder(Organisation):
    """Pays programmes what their calendars say, and gets back what they did not spend.

    The money of a month goes round in the phase "organisations", for all payers at once: `Purses`.

    Attributes
    ----------
    name : str
        One of `PAYERS`.
    programmes : list of Programme
        Those that it ever pays.
    """

    def __init__(self, model: Neighbourhood, name: str) -> None:
        super().__init__(model)
        self.name = name
        self.programmes: list[Programme] = []

    def enter_purses(self, purses: Purses, number: int) -> None:
        """Have a number among the payers."""
        self._purses, self._number = purses, number

    @property
    def paid_cents(self) -> int:
        """Paid to programmes since the start."""
        return int(self._purses.paid_cents[self._number])

    @property
    def returned_cents(self) -> int:
        """Got back from programmes since the start."""
        return int(self._purses.returned_cents[self._number])

    @property
    def freed_cents(self) -> dict[str, int]:
        """Given back by programmes that stopped, by programme, and not passed on to others yet."""
        freed = self._purses.freed_cents[self._number].tolist()
        return {
            key: cents for key, cents in zip(self.model.programmes, freed, strict=True) if cents
        }
