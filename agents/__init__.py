"""Who acts: residents and organisations as Mesa agents, and the rules they live by.

Names are loaded when they are first used: Mesa takes its time to import.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .funder import Funder
    from .key_worker import KeyWorker
    from .landlord import Landlord
    from .organisation import Organisation
    from .programme import Programme
    from .resident import Dwelling, Household, Resident, Tie

_WHERE = {
    "Resident": ".resident",
    "Household": ".resident",
    "Dwelling": ".resident",
    "Tie": ".resident",
    "Landlord": ".landlord",
    "Organisation": ".organisation",
    "Programme": ".programme",
    "KeyWorker": ".key_worker",
    "Funder": ".funder",
}

__all__ = [
    "Dwelling",
    "Funder",
    "Household",
    "KeyWorker",
    "Landlord",
    "Organisation",
    "Programme",
    "Resident",
    "Tie",
]


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(import_module(_WHERE[name], __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
