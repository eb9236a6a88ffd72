"""What we learn: what runs show, twins and their ledger, and the command line in `cli`.

Names are loaded when they are first used: the world takes its time to import.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .comparison import Comparison, compare
    from .decomposition import decompose
    from .reasons import Why, why
    from .study import Study
    from .sweeps import Sweep, sweep
    from .twins import Twin, twin
    from .visibility import Visibility, visible

# No module has the name of what it gives: importing it would hide the function.
_WHERE = {
    "Comparison": ".comparison",
    "compare": ".comparison",
    "Study": ".study",
    "Sweep": ".sweeps",
    "Twin": ".twins",
    "Why": ".reasons",
    "decompose": ".decomposition",
    "sweep": ".sweeps",
    "twin": ".twins",
    "Visibility": ".visibility",
    "visible": ".visibility",
    "why": ".reasons",
}

__all__ = [
    "Comparison",
    "Study",
    "Sweep",
    "Twin",
    "Visibility",
    "Why",
    "compare",
    "decompose",
    "sweep",
    "twin",
    "visible",
    "why",
]


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        found = getattr(import_module(_WHERE[name], __name__), name)
        globals()[name] = found
        return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
