"""The picture of a moment of a film as a figure to take along: title, map, key and source."""

from __future__ import annotations

import io

import numpy as np
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_rgba

from ..figures.layout import CELL, layout
from ..figures.style import BODY, MARGIN, PAPER, SOFT, Page
from ..text import Texts
from .picture import colours_of, ends_of, legend_of
from .replay import NOBODY, VACANT, Film

_WIDTH, _HEIGHT, _KEY = 12.0, 8.0, 2.7
_NOBODY, _OUTLINE = "#e9ecef", "#8a949e"


def map_png(film: Film, colour: str, frame: int, title: str, source: str, t: Texts) -> bytes:
    """Return the map at a frame as PNG.

    Parameters
    ----------
    film, colour, frame
        What is shown; see `picture.Picture`.
    title
        The answer in words.
    source
        The line at the foot.
    """
    page = Page(_WIDTH, _HEIGHT)
    page.headline(title, t("workshop_map.below", what=t(f"workshop_map.colour_{colour}")))
    page.source(source)
    width, height = page.width - 2 * MARGIN - _KEY, page.top - page.bottom
    where = layout(film.buildings, width / height)
    scale = min(width / where.width, height / where.height, 0.3)
    high = scale * where.height
    axes = page.axes(MARGIN, page.top - high, scale * where.width, high)
    axes.set(xlim=(0, where.width), ylim=(0, where.height), xticks=[], yticks=[])
    corners = np.array([[0, 0], [CELL, 0], [CELL, CELL], [0, CELL]])
    origin = np.stack([where.x, where.y], axis=1)
    axes.add_collection(
        PolyCollection(
            list(origin[:, None, :] + corners[None, :, :]),
            facecolors=_faces(film.cells[colour][frame], ends_of(film, colour)),
            edgecolors=_OUTLINE,
            linewidths=min(0.3, 3 * scale),
        )
    )
    _key(page, colour, ends_of(film, colour), t)
    content = io.BytesIO()
    page.figure.savefig(content, format="png", dpi=160, facecolor=PAPER)
    return content.getvalue()


def _faces(cells: np.ndarray, ends: tuple[int, int]) -> np.ndarray:
    shades = np.array([to_rgba(one) for one in colours_of(False, ends)])
    faces = shades[np.minimum(cells, len(shades) - 1)]
    faces[cells == VACANT] = to_rgba(PAPER)
    faces[cells == NOBODY] = to_rgba(_NOBODY)
    return faces


def _key(page: Page, colour: str, ends: tuple[int, int], t: Texts) -> None:
    left, y = page.width - MARGIN - _KEY + 0.35, page.top - 0.2
    rows = [*legend_of(colour, colours_of(False, ends), ends, t)]
    rows.append({"colour": PAPER, "words": t("workshop_map.vacant")})
    for row in rows:
        box = page.axes(left, y - 0.04, 0.2, 0.2)
        box.set(xticks=[], yticks=[], facecolor=row["colour"])
        for spine in box.spines.values():
            spine.set(visible=True, color=_OUTLINE, linewidth=0.6)
        for line in page.wrapped(row["words"], _KEY - 0.75):
            page.write(left + 0.32, y, line, BODY, color=SOFT)
            y -= 0.2
        y -= 0.14
