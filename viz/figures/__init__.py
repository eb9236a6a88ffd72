"""Figures: each is a function of a result that returns a `matplotlib.figure.Figure`.

Names are loaded when they are first used: matplotlib takes its time to import.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .assumption_rows import StudyFacts
    from .calendars import calendars_figure
    from .comparison import comparison_figure
    from .continuity import continuity_figure
    from .convergence import convergence_figure
    from .effects import Facts
    from .frontier import frontier_figure
    from .indices import indices_figure
    from .ladders import ladders_figure
    from .lives import lives_figure
    from .map import map_figure
    from .posterior import posterior_figure
    from .screening import screening_figure
    from .staircase import staircase_figure
    from .style import save_figure
    from .sweep import sweep_figure
    from .tornado import tornado_figure
    from .twin_map import twin_map_figure
    from .visibility import Point, visibility_figure
    from .waterfall import waterfall_figure

_WHERE = {
    "Facts": ".effects",
    "Point": ".visibility",
    "StudyFacts": ".assumption_rows",
    "calendars_figure": ".calendars",
    "comparison_figure": ".comparison",
    "continuity_figure": ".continuity",
    "convergence_figure": ".convergence",
    "frontier_figure": ".frontier",
    "indices_figure": ".indices",
    "ladders_figure": ".ladders",
    "lives_figure": ".lives",
    "map_figure": ".map",
    "posterior_figure": ".posterior",
    "save_figure": ".style",
    "screening_figure": ".screening",
    "staircase_figure": ".staircase",
    "sweep_figure": ".sweep",
    "tornado_figure": ".tornado",
    "twin_map_figure": ".twin_map",
    "visibility_figure": ".visibility",
    "waterfall_figure": ".waterfall",
}

__all__ = [
    "Facts",
    "Point",
    "StudyFacts",
    "calendars_figure",
    "comparison_figure",
    "continuity_figure",
    "convergence_figure",
    "frontier_figure",
    "indices_figure",
    "ladders_figure",
    "lives_figure",
    "map_figure",
    "posterior_figure",
    "save_figure",
    "screening_figure",
    "staircase_figure",
    "sweep_figure",
    "tornado_figure",
    "twin_map_figure",
    "visibility_figure",
    "waterfall_figure",
]


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(import_module(_WHERE[name], __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
