"""Figures: each is a function of a result that returns a `matplotlib.figure.Figure`.

Names are loaded when they are first used: matplotlib takes its time to import.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .effects import Facts
    from .ladders import ladders_figure
    from .lives import lives_figure
    from .map import map_figure
    from .staircase import staircase_figure
    from .style import save_figure
    from .twin_map import twin_map_figure
    from .visibility import Point, visibility_figure
    from .waterfall import waterfall_figure

_WHERE = {
    "Facts": ".effects",
    "Point": ".visibility",
    "ladders_figure": ".ladders",
    "lives_figure": ".lives",
    "map_figure": ".map",
    "save_figure": ".style",
    "staircase_figure": ".staircase",
    "twin_map_figure": ".twin_map",
    "visibility_figure": ".visibility",
    "waterfall_figure": ".waterfall",
}

__all__ = [
    "Facts",
    "Point",
    "ladders_figure",
    "lives_figure",
    "map_figure",
    "save_figure",
    "staircase_figure",
    "twin_map_figure",
    "visibility_figure",
    "waterfall_figure",
]


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(import_module(_WHERE[name], __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
