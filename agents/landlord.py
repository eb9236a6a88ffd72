"""The landlord: who gets a dwelling that falls vacant."""

from __future__ import annotations

from ..scenarios import LandlordRules
from .organisation import Organisation


class Landlord(Organisation):
    """Lets vacated dwellings, to residents of the neighbourhood first or to the list.

    The rules of letting run in the phase "moving"; this agent holds the levers on them.
    """

    _usual_priority: float | None = None

    @property
    def local_priority(self) -> float:
        """Share of vacancies offered to residents first, 0 to 1; can be set, from next month on."""
        return float(self.model.rules.moving_local_priority)

    @local_priority.setter
    def local_priority(self, share: float) -> None:
        if not 0.0 <= share <= 1.0:
            raise ValueError(f"local_priority {share!r} is outside 0 to 1")
        self.model.rules.moving_local_priority = float(share)

    def follow(self, rules: LandlordRules) -> None:
        """Let by the rules of a policy."""
        own = self.model.rules
        if self.model.month <= 12 * rules.starts_year:
            return
        if self._usual_priority is None:
            self._usual_priority = float(own.moving_local_priority)
            self.local_priority = min(1.0, self._usual_priority + rules.local_priority_added)
        own.housing_career = rules.housing_career
        own.conditions_share = rules.conditions_share
        own.conditions_ties = rules.conditions_ties if self.model.setup.mechanisms.ties else 0

    @property
    def vacancies(self) -> int:
        """Dwellings that stand empty now and can be let."""
        dwellings = self.model.dwellings
        empty = (dwellings.column("household") < 0) & (dwellings.column("closed") == 0)
        return int(empty.sum())
