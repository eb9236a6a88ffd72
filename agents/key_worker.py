"""The key worker (vaste kracht): a professional who carries relations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .organisation import Organisation

if TYPE_CHECKING:
    from ..model.neighbourhood import Neighbourhood
    from .programme import Programme


class KeyWorker(Organisation):
    """Supports participants of one programme, gains experience, and leaves one day.

    Luck is drawn ahead, so that in most months nobody has to be asked: `Workforce.leaving` knows
    who takes a step.

    Attributes
    ----------
    programme : Programme
        Whom the key worker works for.
    post : int
        Number of the post.
    hired_month : int
        Month of the run in which the post was taken.
    """

    def __init__(
        self, model: Neighbourhood, programme: Programme, post: int, experience_months: float
    ) -> None:
        super().__init__(model)
        self.programme = programme
        self.post = post
        self.hired_month = model.month
        self._since = model.month - experience_months

    @property
    def since(self) -> float:
        """Month since which all experience would have been gained without a break."""
        return self._since

    @property
    def experience_months(self) -> float:
        """Months in this work: those brought along, and one for every month since."""
        return self.model.month - self._since

    @property
    def caseload(self) -> int:
        """Participants supported now."""
        return len(self.relations)

    @property
    def relations(self) -> dict[int, float]:
        """Months together by participant, named by lifelong identity."""
        return self.programme.relations_of(self.post)

    @property
    def contract_ends_in_months(self) -> int | None:
        """Months until the known end of the money, or None where it is secure."""
        return self.programme.money_ends_in_months

    def step(self) -> None:
        """Leave, if it comes to that; not yet in the month of being hired."""
        month = self.model.month
        if self.hired_month < month and self.programme.workforce.loses(self.post, month):
            self.programme.lose(self)
