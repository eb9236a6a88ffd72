"""Who acts: residents and organisations as Mesa agents, and the rules they live by.

Names are loaded when they are first used: Mesa takes its time to import.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .landlord import Landlord
    from .organisation import Organisation
    from .resident import Dwelling, Household, Resident, Tie

_WHERE = {
    "Resident": ".resident",
    "Household": ".resident",
    "Dwelling": ".resident",
    "Tie": ".resident",
    "Landlord": ".landlord",
    "Organisation": ".organisation",
}

__all__ = ["Dwelling", "Household", "Landlord", "Organisation", "Resident", "Tie"]


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(import_module(_WHERE[name], __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
