"""The world: population, homes, ties, labour market, luck, month and chronicle.

Names are loaded when they are first used: Mesa and numba take their time to import.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .chronicle import Chronicle
    from .month import PHASES
    from .neighbourhood import Neighbourhood

_WHERE = {"Neighbourhood": ".neighbourhood", "PHASES": ".month", "Chronicle": ".chronicle"}

__all__ = ["PHASES", "Chronicle", "Neighbourhood"]


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(import_module(_WHERE[name], __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
