"""The picture of the neighbourhood: one image of all dwellings, that can be played and touched.

The page sends what every dwelling shows in every frame once; the browser draws the frames itself,
so that play and scrub wait for nobody.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import solara
from matplotlib.colors import to_hex

from ..figures.layout import CELL, layout
from ..figures.style import RUNG_COLOURS
from ..text import Texts
from .replay import SHARES, STEPS, Film

if TYPE_CHECKING:
    from ...model.buildings import Buildings

#: Width by height of the picture, on a screen and on a phone.
_ASPECTS = {"wide": 1.62, "tall": 0.72}
#: Cells between columns of streets: room for their numbers.
_COLUMN_GAP = 4.5
#: Ends of the colours of a share are rounded to so many steps: 0.05.
_ROUND = 10
#: Ends of the colour map that are left out on a dark page, where they would vanish.
_DARK = (0.0, 0.93)


@solara.component_vue("picture.vue")
def _Picture(
    shape: dict[str, Any],
    cells: dict[str, Any],
    colours: list[str],
    frame: int,
    total: int,
    chosen: int,
    follow: list[int],
    ties: list[list[int]],
    words: dict[str, str],
    legend: list[dict[str, str]],
    top: float,
    lang: str,
    dark: bool,
    event_pick: Callable[[int], None],
    event_frame: Callable[[int], None],
) -> None:
    """Draw the picture."""


def shape_of(buildings: Buildings) -> dict[str, Any]:
    """Return where every dwelling is, for a wide and for a tall page."""
    out: dict[str, Any] = {
        "cell": CELL,
        "stairwell": buildings.stairwell.tolist(),
        "street": buildings.street[buildings.stairwell_start[:-1]].tolist(),
    }
    for name, aspect in _ASPECTS.items():
        where = layout(buildings, aspect, _COLUMN_GAP)
        out[name] = {
            "x": np.round(where.x, 2).tolist(),
            # The page counts downward.
            "y": np.round(where.height - 1 - where.y, 2).tolist(),
            "width": where.width,
            "height": where.height,
            "row": where.row_height,
            "lines": [
                [one.x, where.height - one.y, one.width, one.street if one.begins else -1]
                for one in where.lines
            ],
        }
    return out


def packed(frames: np.ndarray) -> str:
    """Return frames of cells as text: only what changes from frame to frame, deflated."""
    change = frames.copy()
    change[1:] -= frames[:-1]
    return base64.b64encode(zlib.compress(change.tobytes(), 6)).decode()


def colours_of(dark: bool, ends: tuple[int, int] = (0, STEPS)) -> list[str]:
    """Return the colour of every step: light is low on white, and dark is low on dark.

    Parameters
    ----------
    dark
        Whether the page is dark.
    ends
        Steps that have the lowest and the highest colour, and so has what is beyond them.
    """
    low, high = ends
    along = np.clip((np.arange(STEPS + 1) - low) / (high - low), 0, 1)
    if dark:
        along = 1 - (_DARK[0] + along * (_DARK[1] - _DARK[0]))
    return [to_hex(one) for one in RUNG_COLOURS(along)]


@solara.component
def Picture(
    film: Film,
    colour: str,
    t: Texts,
    *,
    frame: int,
    dark: bool = False,
    chosen: int = -1,
    follow: Sequence[int] = (),
    ties: Sequence[Sequence[int]] = (),
    on_pick: Callable[[int], None] = lambda stairwell: None,
    on_frame: Callable[[int], None] = lambda frame: None,
) -> None:
    """Show a film; it plays in the browser.

    Parameters
    ----------
    film
        What is shown.
    colour
        One of `state.COLOURS`.
    frame
        Where it stands.
    chosen
        Stairwell that is outlined, -1 for none.
    follow
        Dwelling of one person in every frame; below 0 when not here.
    ties
        From which dwelling to which, and kind (0 neighbour, 1 friend, 2 programme, 3 household).
    on_pick, on_frame
        Told of a stairwell that was clicked, and of a frame at which the film comes to rest.
    """
    shape = solara.use_memo(lambda: shape_of(film.buildings), [id(film.buildings)])
    cells = solara.use_memo(
        lambda: {
            "frames": film.frames,
            "count": film.cells[colour].shape[1],
            "data": packed(film.cells[colour]),
        },
        [id(film), colour],
    )
    ends = solara.use_memo(lambda: ends_of(film, colour), [id(film.buildings), colour])
    colours = solara.use_memo(lambda: colours_of(dark, ends), [dark, ends])
    rung = colour in ("mean", "learning", "working", "housing", "leisure")
    legend = solara.use_memo(
        lambda: legend_of(colour, colours, ends, t), [colour, ends, dark, t.lang]
    )
    words = solara.use_memo(lambda: _words(colour, t), [colour, t.lang])

    def pick(stairwell: Any) -> None:
        if isinstance(stairwell, int) and -1 <= stairwell < len(shape["street"]):
            on_pick(stairwell)

    def moved(at: Any) -> None:
        if isinstance(at, int) and 0 <= at < film.total:
            on_frame(at)

    _Picture(
        shape=shape,
        cells=cells,
        colours=colours,
        frame=min(frame, film.frames - 1),
        total=film.total,
        chosen=chosen,
        follow=list(follow),
        ties=[list(one) for one in ties],
        words=words,
        legend=legend,
        top=5.0 if rung else 1.0,
        lang=t.lang,
        dark=dark,
        event_pick=pick,
        event_frame=moved,
    )


def _words(colour: str, t: Texts) -> dict[str, str]:
    names = (
        "play", "pause", "moment", "at_start", "year", "months", "back", "stairwell", "dwellings",
        "vacant", "nobody", "keys", "coming", "elsewhere", "dead",
    )  # fmt: skip
    told = {name: t.raw(f"workshop_map.{name}") for name in names}
    return {**told, "what": t(f"workshop_map.colour_{colour}")}


def ends_of(film: Film, colour: str) -> tuple[int, int]:
    """Return the steps between which colours run: the whole ladder, or what most people have.

    Of agency, burden and trust most people have much the same: on the whole scale the map would
    be of one colour. The ends are those of the start, so that they are the same all through a film.
    """
    if colour not in SHARES:
        return 0, STEPS
    start = film.cells[colour][0]
    low, high = np.quantile(start[start <= STEPS], [0.02, 0.98])
    return int(low // _ROUND * _ROUND), int(max(-(-high // _ROUND), low // _ROUND + 1) * _ROUND)


def legend_of(
    colour: str, colours: list[str], ends: tuple[int, int], t: Texts
) -> list[dict[str, str]]:
    """Return what colours mean: colour and words, from low to high."""
    if colour in SHARES:
        low, high = ends
        marks = ((low, "low"), ((low + high) // 2, "middle"), (high, "high"))
        return [
            {
                "colour": colours[at],
                "words": t(f"workshop_map.{name}", value=t.number(at / STEPS, 2)),
            }
            for at, name in marks
        ]
    return [
        {"colour": colours[rung * STEPS // 5], "words": t(f"rung.{colour}.{rung}")}
        for rung in range(6)
    ]
