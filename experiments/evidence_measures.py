"""All ways of measuring claims: importing this fills the registry."""

from __future__ import annotations

from . import (
    evidence_measures_delivery,
    evidence_measures_people,
    evidence_measures_sight,
    evidence_measures_untreated,
)
from .evidence_registry import MEASURES, check_measure

#: Where they live, by subject.
MODULES = (
    evidence_measures_untreated,
    evidence_measures_people,
    evidence_measures_sight,
    evidence_measures_delivery,
)

__all__ = ["MEASURES", "MODULES", "check_measure"]
