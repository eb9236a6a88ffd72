"""Parameters that programmes look up every month, as plain numbers."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True)
class Rates:
    """Parameters with mechanisms applied; units as declared in the group that the name begins with."""

    quality_memory_half_life: float
    staffing_leave_rate: float
    staffing_insecurity_months: float
    staffing_insecurity_factor: float
    staffing_vacancy_months: float
    staffing_freed_hands: float
    staffing_freed_money: float

    @classmethod
    def of(cls, rules: Any) -> Rates:
        """Return the rates in a rulebook."""
        return cls(**{one.name: float(getattr(rules, one.name)) for one in fields(cls)})
