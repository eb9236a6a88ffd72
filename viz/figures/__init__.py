"""Figures: each is a function of a result that returns a `matplotlib.figure.Figure`.

Names are loaded when they are first used: matplotlib takes its time to import.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .ladders import ladders_figure
    from .map import map_figure
    from .style import save_figure

_WHERE = {"ladders_figure": ".ladders", "map_figure": ".map", "save_figure": ".style"}

__all__ = ["ladders_figure", "map_figure", "save_figure"]


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(import_module(_WHERE[name], __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
