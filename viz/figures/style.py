"""How every figure looks: colours, line styles, type sizes, and the page a figure is drawn on.

Figures are made with matplotlib's objects only, without pyplot and without its global settings, so
that drawing one never changes another and many can be drawn at once.
"""

from __future__ import annotations

import functools
import os
from pathlib import Path
from typing import Any

import numpy as np
from cmcrameri import cm
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import Colormap, Normalize
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text

INK = "#1b2530"
SOFT = "#56616c"
FAINT = "#d9dee3"
PAPER = "#ffffff"

LADDERS = ("learning", "working", "housing", "leisure")
#: Okabe-Ito hues, always in the order of the ladders, with a line style and a mark of their own.
LADDER_COLOUR = {
    "learning": "#0072B2",
    "working": "#D55E00",
    "housing": "#009E73",
    "leisure": "#CC79A7",
}
LADDER_LINE: dict[str, Any] = {
    "learning": "solid",
    "working": (0, (6, 1.6)),
    "housing": (0, (6, 1.6, 1.2, 1.6)),
    "leisure": (0, (1.4, 1.3)),
}
LADDER_MARK = {"learning": "o", "working": "s", "housing": "^", "leisure": "D"}

TOP_RUNG = 5
#: Light is low and dark is high, on white; uniform to the eye and in greyscale.
RUNG_COLOURS: Colormap = cm.batlow_r  # type: ignore[attr-defined]
RUNG_SCALE = Normalize(0, TOP_RUNG)

#: Type sizes in points; two weights only: normal, and bold for the title.
TITLE, BODY, SMALL = 15.0, 10.0, 8.0
_FAMILY = "DejaVu Sans"
_LEADING = 1.32
MARGIN = 0.45
_DPI, _SCREEN_DPI = 200, 100
#: How hard PNG is packed: as small as at its usual level (6), in half the time.
_LIGHTLY_PACKED = {"compress_level": 3}


def font(size: float, bold: bool = False) -> FontProperties:
    """Return the type of the house at a size in points."""
    return FontProperties(family=_FAMILY, size=size, weight="bold" if bold else "normal")


@functools.lru_cache(maxsize=20_000)
def _dots_wide(text: str, size: float, bold: bool) -> float:
    """Return the width of a line of text in dots of `_SCREEN_DPI`.

    Kept, because to set a line costs milliseconds and pages set the same words again and again.
    """
    renderer = RendererAgg(1, 1, _SCREEN_DPI)
    width, _, _ = renderer.get_text_width_height_descent(text, font(size, bold), False)
    return width


def rung_colour(rung: Any) -> np.ndarray:
    """Return the colour (RGBA) of a rung from 0 to 5, or of an array of them."""
    return np.asarray(RUNG_COLOURS(RUNG_SCALE(rung)))


class Page:
    """A figure measured in inches, with a title above and a source line below.

    Parameters
    ----------
    width, height
        Size in inches.

    Attributes
    ----------
    figure : matplotlib.figure.Figure
        What is drawn on.
    top, bottom : float
        Where the picture may go, in inches from the lower edge; `headline` and `source` move them.
    """

    def __init__(self, width: float, height: float) -> None:
        self.figure = Figure(figsize=(width, height), dpi=_SCREEN_DPI, facecolor=PAPER)
        self.width, self.height = width, height
        self.top, self.bottom = height - MARGIN, MARGIN

    def write(self, x: float, y: float, text: str, size: float = BODY, **more: Any) -> Text:
        """Write a text with its anchor at (x, y) inches from the lower left corner, as it stands."""
        bold = more.pop("bold", False)
        plain = {"va": "baseline", "ha": "left", "linespacing": _LEADING, "parse_math": False}
        more = {"color": INK, **plain, **more}
        return self.figure.text(
            x / self.width, y / self.height, text, fontproperties=font(size, bold), **more
        )

    def text_width(self, text: str, size: float = BODY, bold: bool = False) -> float:
        """Return the width of a line of text in inches."""
        return _dots_wide(text, size, bold) / _SCREEN_DPI

    def wrapped(self, text: str, width: float, size: float = BODY, bold: bool = False) -> list[str]:
        """Return a text in lines of at most ``width`` inches."""
        lines: list[str] = []
        for word in text.split():
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.text_width(longer, size, bold) <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines

    def headline(self, title: str, below: str) -> None:
        """Write the finding as title and, under it, what is shown; both are the figure's label."""
        self.figure.set_label(f"{title}\n{below}")
        room = self.width - 2 * MARGIN
        for text, size, bold, colour in ((title, TITLE, True, INK), (below, BODY, False, SOFT)):
            for line in self.wrapped(text, room, size, bold):
                self.top -= size / 72
                self.write(MARGIN, self.top, line, size, bold=bold, color=colour)
                self.top -= (_LEADING - 1) * size / 72
            self.top -= 0.06
        self.top -= 0.14

    def source(self, text: str) -> None:
        """Write the discreet line at the foot that says where the numbers come from."""
        lines = self.wrapped(text, self.width - 2 * MARGIN, SMALL)
        y = MARGIN * 0.62
        for line in reversed(lines):
            self.write(MARGIN, y, line, SMALL, color=SOFT)
            y += _LEADING * SMALL / 72
        self.bottom = y + 0.2

    def axes(self, left: float, bottom: float, width: float, height: float) -> Axes:
        """Return calm axes in a rectangle given in inches: no frame, no ticks, no background."""
        box = (left / self.width, bottom / self.height, width / self.width, height / self.height)
        axes = self.figure.add_axes(box, facecolor="none")
        for spine in axes.spines.values():
            spine.set_visible(False)
        axes.tick_params(length=0, labelcolor=SOFT, labelsize=BODY, labelfontfamily=_FAMILY)
        return axes


def save_figure(figure: Figure, path: str | Path) -> Path:
    """Write a figure as PNG of 200 dots an inch and return its path.

    It is written under another name and then renamed, so that it is never half there.

    Raises
    ------
    ValueError
        When the name does not end in ``.png``.
    OSError
        When it cannot be written there.
    """
    target = Path(path)
    if target.suffix.lower() != ".png":
        raise ValueError(f"a figure is saved as .png and not as {target.name!r}")
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        figure.savefig(
            unfinished, format="png", dpi=_DPI, facecolor=PAPER, pil_kwargs=_LIGHTLY_PACKED
        )
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return target
