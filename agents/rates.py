"""Parameters that programmes look up every month, as plain numbers."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True)
class Rates:
    """Parameters with mechanisms applied; units as declared in the group that the name begins with."""

    quality_experience_start: float
    quality_experience_months: float
    quality_memory_start: float
    quality_memory_months: float
    quality_memory_half_life: float
    quality_friction: float
    quality_friction_months: float
    staffing_leave_rate: float
    staffing_insecurity_months: float
    staffing_insecurity_factor: float
    staffing_vacancy_months: float
    staffing_freed_hands: float
    staffing_freed_money: float
    counterforces_drift: float
    counterforces_drift_most: float
    counterforces_critical_share: float
    counterforces_critical_gain: float

    @classmethod
    def of(cls, rules: Any) -> Rates:
        """Return the rates in a rulebook."""
        return cls(**{one.name: float(getattr(rules, one.name)) for one in fields(cls)})
