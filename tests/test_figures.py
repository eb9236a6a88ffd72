"""The figures: what they say is computed, what they show is there, and nothing overlaps.

What is protected here: a reader can trust the title, read every label at the size people use, and
find every dwelling once on the map. How they look was looked at by eye, see ``viz/README.md``.
"""

from __future__ import annotations

from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from langeadem.agents import Resident
from langeadem.model import Chronicle, Neighbourhood
from langeadem.scenarios import load
from langeadem.viz.figures import ladders_figure, map_figure, save_figure
from langeadem.viz.figures.ladders import spread
from langeadem.viz.figures.layout import layout
from langeadem.viz.figures.map import WHICH, dwelling_rungs
from langeadem.viz.figures.style import LADDER_COLOUR, LADDER_LINE, LADDERS, rung_colour
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.text import Text
from matplotlib.transforms import Bbox

SMALL = {"figures.households": 120, "figures.residents": 250, "years": 2}


@pytest.fixture(scope="module")
def world() -> Neighbourhood:
    """Return a small world after two years."""
    lived = Neighbourhood(load("average", overrides=SMALL), rng=1)
    lived.run()
    return lived


@pytest.fixture(scope="module")
def chronicle(world: Neighbourhood) -> Chronicle:
    """Return the chronicle of the small world."""
    return world.chronicle


def _texts(figure: Figure) -> list[tuple[str, Bbox]]:
    """Return every text of a figure with the box it takes, in dots."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    # Where things come to stand is what counts here; letters that nobody looks at take long to draw.
    figure.draw_without_rendering()
    found = [one for one in figure.findobj(Text) if isinstance(one, Text)]
    shown = [one for one in found if one.get_text().strip() and one.get_visible()]
    # Of an annotation the words only, without the line that leads to them.
    return [(one.get_text(), Text.get_window_extent(one, renderer)) for one in shown]


def _check_texts(figure: Figure) -> None:
    """Refuse texts that overlap or run off the page."""
    boxes = _texts(figure)
    page = figure.bbox
    for text, box in boxes:
        assert min(box.x0, box.y0, page.x1 - box.x1, page.y1 - box.y1) >= 0, text
    for (text, box), (other, other_box) in combinations(boxes, 2):
        width = min(box.x1, other_box.x1) - max(box.x0, other_box.x0)
        height = min(box.y1, other_box.y1) - max(box.y0, other_box.y0)
        # Boxes hold room for the tails of letters; lines below each other may share a hair of it.
        assert width <= 0.5 or height <= 2.5, (text, other)


def _title(figure: Figure) -> str:
    bold = [one for one in figure.texts if one.get_fontweight() == "bold"]
    return " ".join(one.get_text() for one in bold)


# -- the four ladders -----------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_ladders_texts_stay_apart_and_on_the_page(chronicle: Chronicle, lang: str) -> None:
    """Labels at line ends, ticks, title and source never run into each other."""
    _check_texts(ladders_figure(chronicle, lang))


class Doctored:
    """A chronicle whose ladders end as told, for titles that a small run may not show."""

    def __init__(self, chronicle: Chronicle, changes: tuple[float, ...]) -> None:
        self.info = {**chronicle.info, "place_name": "Testwijk"}
        self._frame = chronicle.frame()
        for ladder, change in zip(LADDERS, changes, strict=True):
            self._frame[ladder] = 2.0
            self._frame.loc[self._frame.index[-1], ladder] = 2.0 + change

    def frame(self, scale: str = "neighbourhood") -> Any:
        """Return the doctored table."""
        return self._frame.copy()


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ((0.04, 0.0, -0.02, 0.0), "the four ladders stay nearly level (at most 0.04 rungs apart)"),
        ((0.3, -0.5, 0.0, 0.0), "working falls 0.50 rungs and learning rises 0.30 rungs; "),
        ((0.3, -0.5, 0.0, 0.0), "; housing and leisure hardly change"),
        ((0.3, -0.5, 0.2, 0.0), "; leisure hardly changes"),
        ((0.1, 0.2, 0.3, 0.4), "leisure rises 0.40 rungs, housing rises 0.30 rungs, working rises"),
    ],
)
def test_ladders_title_is_computed(
    chronicle: Chronicle, changes: tuple[float, ...], finding: str
) -> None:
    """The title says what the numbers of the run say: which ladders moved, and how far."""
    doctored: Any = Doctored(chronicle, changes)
    figure = ladders_figure(doctored, "en")
    assert _title(figure).startswith("Testwijk in 2 years: ")
    assert finding in _title(figure)
    _check_texts(figure)


def test_line_ends_at_one_point_get_labels_apart(chronicle: Chronicle) -> None:
    """Four ladders that end at the same rung keep four labels that can be read."""
    for end in (0.0, -2.0, 3.0):
        doctored: Any = Doctored(chronicle, (end,) * 4)
        _check_texts(ladders_figure(doctored, "nl"))


def test_ladders_are_named_at_their_ends_with_units_at_the_axes(chronicle: Chronicle) -> None:
    """No legend hunting: name and value stand at the line end, units at the axes."""
    shown = [text for text, _ in _texts(ladders_figure(chronicle, "nl"))]
    frame = chronicle.frame()
    for ladder, name in zip(LADDERS, ("leren", "werken", "wonen", "vrije tijd"), strict=True):
        value = f"{frame[ladder].iloc[-1]:.2f}".replace(".", ",")
        assert f"{name}  {value}" in shown
    assert "jaren na de start" in shown
    assert "gemiddelde trede (0 tot 5)" in shown
    assert {"0", "1", "2", "3", "4", "5"} <= set(shown)


def test_ladders_keep_their_order_colour_and_line(chronicle: Chronicle) -> None:
    """The same ladder has the same colour and line style everywhere; colour is never alone."""
    axes = ladders_figure(chronicle).axes[0]
    lines = [line for line in axes.lines if line.get_label() in LADDERS]
    assert [line.get_label() for line in lines] == list(LADDERS)
    assert [line.get_color() for line in lines] == [LADDER_COLOUR[one] for one in LADDERS]
    assert len(set(map(str, LADDER_LINE.values()))) == len(LADDERS)
    assert axes.get_ylim() == (0, 5)
    np.testing.assert_array_equal(lines[1].get_ydata(), chronicle.frame()["working"])


def test_ladders_need_a_whole_year() -> None:
    """A run of less than a year has no change to speak of: an error and not an empty figure."""
    short = Neighbourhood(load("average", overrides=SMALL), rng=1)
    short.step()
    with pytest.raises(ValueError, match="at least one year"):
        ladders_figure(short.chronicle)


@given(st.lists(st.floats(0, 5), min_size=1, max_size=4), st.floats(0.05, 0.4))
def test_labels_are_spread_and_kept_in_order(wanted: list[float], apart: float) -> None:
    """Line ends however close get labels that are apart, in order and within the axis."""
    wanted = sorted(wanted)
    places = spread(wanted, apart, 0.0, 5.0)
    assert len(places) == len(wanted)
    assert all(b - a >= apart - 1e-9 for a, b in pairwise(places))
    assert places[0] >= -1e-9
    assert places[-1] <= 5 + 1e-9


def test_labels_that_have_room_stay_at_their_lines() -> None:
    """Labels are moved only where they must be."""
    assert spread([1.0, 2.0, 3.0], 0.2, 0.0, 5.0) == [1.0, 2.0, 3.0]
    assert spread([2.0, 2.0], 0.2, 0.0, 5.0) == pytest.approx([1.9, 2.1])


# -- the map --------------------------------------------------------------------------------------


def _cells(figure: Figure) -> PolyCollection:
    found = [one for one in figure.findobj(PolyCollection) if one.get_gid() == "dwellings"]
    assert len(found) == 1
    assert isinstance(found[0], PolyCollection)
    return found[0]


def test_map_has_one_cell_a_dwelling_in_its_colour(world: Neighbourhood) -> None:
    """Every dwelling is on the map once, with the colour of the people who live in it."""
    cells = _cells(map_figure(world))
    shown = dwelling_rungs(world)
    assert len(cells.get_paths()) == world.dwellings.count
    lived_in = ~np.isnan(shown.rung)
    np.testing.assert_allclose(
        np.asarray(cells.get_facecolor())[lived_in], rung_colour(shown.rung[lived_in]), atol=1e-9
    )
    corners = {tuple(np.round(path.vertices.min(axis=0), 3)) for path in cells.get_paths()}
    assert len(corners) == world.dwellings.count


@pytest.mark.parametrize("ladder", WHICH)
def test_rungs_of_dwellings_are_those_of_the_residents(world: Neighbourhood, ladder: str) -> None:
    """The colours rest on the same people as one finds by asking every resident."""
    ages = world.setup.parameters.ages
    by_dwelling: dict[int, list[float]] = {}
    for resident in world.agents:
        if not isinstance(resident, Resident) or resident.age_years < ages.adult:
            continue
        names = [ladder] if ladder != "mean" else list(LADDERS)
        if resident.age_years >= ages.pension:
            names = [name for name in names if name != "working"]
        if names:
            mean = np.mean([getattr(resident.rung, name) for name in names])
            dwelling = int(world.households.rows["dwelling"][resident.household.number])
            by_dwelling.setdefault(dwelling, []).append(float(mean))
    shown = dwelling_rungs(world, ladder)
    for dwelling in range(world.dwellings.count):
        if dwelling in by_dwelling:
            assert shown.rung[dwelling] == pytest.approx(np.mean(by_dwelling[dwelling]))
        else:
            assert np.isnan(shown.rung[dwelling])
    assert (shown.vacant == (world.dwellings.column("household") < 0)).all()


@pytest.mark.parametrize("ladder", WHICH)
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_map_texts_stay_apart_and_on_the_page(world: Neighbourhood, ladder: str, lang: str) -> None:
    """Title, key and street numbers never run into each other, whatever the ladder's words."""
    _check_texts(map_figure(world, ladder, lang))


@pytest.mark.parametrize(
    ("place", "overrides"),
    [
        ("staalmanpleinbuurt", {}),
        ("schilderswijk", {}),
        ("average", {"layout.complexes_per_street": 40, "layout.stairwells_per_complex": 6}),
        (
            "average",
            {"layout.dwellings_per_stairwell_low": 40, "layout.dwellings_per_stairwell_high": 40},
        ),
        ("average", {"figures.households": 3, "figures.residents": 6}),
    ],
)
def test_map_holds_from_three_to_sixteen_thousand_dwellings(
    place: str, overrides: dict[str, float]
) -> None:
    """The largest, the smallest and the oddest places fit the page with cells that can be seen."""
    big = Neighbourhood(load(place, overrides=overrides), rng=1)
    figure = map_figure(big, "mean", "nl")
    _check_texts(figure)
    cells = _cells(figure)
    assert len(cells.get_paths()) == big.dwellings.count
    axes = cells.axes
    assert axes is not None
    corner, other = axes.transData.transform([(0, 0), (1, 1)])
    dots = (other - corner) * 200 / figure.dpi
    assert dots.min() >= 6, "a dwelling takes at least 6 dots of the saved picture"
    assert dots[0] == pytest.approx(dots[1], rel=0.01)


def test_dwellings_never_share_a_place() -> None:
    """Stairwells, streets and columns of streets do not run over each other."""
    place = Neighbourhood(load("wielwijk"), rng=3)
    where = layout(place.buildings, 1.5)
    cells = np.round(np.stack([where.x, where.y], axis=1), 6)
    assert len(np.unique(cells, axis=0)) == place.dwellings.count
    for floor in np.unique(cells[:, 1]):
        row = np.sort(cells[cells[:, 1] == floor, 0])
        assert np.diff(row).min() >= 1 - 1e-9
    assert where.x.min() >= 0
    assert where.x.max() + 1 <= where.width + 1e-6
    assert where.y.max() + 1 <= where.height + 1e-6


def test_map_title_is_computed(world: Neighbourhood) -> None:
    """The range in the title is that of the stairwell means, and the moment is that of the world."""
    place = Neighbourhood(load("staalmanpleinbuurt"), rng=1)
    title = _title(map_figure(place, "housing", "en"))
    shown = dwelling_rungs(place, "housing")
    weight = np.bincount(place.buildings.stairwell, weights=shown.adults)
    sums = np.bincount(place.buildings.stairwell, weights=shown.rung * shown.adults)
    low, high = np.quantile(sums / weight, [0.1, 0.9])
    assert f"rung {low:.1f} and {high:.1f}" in title
    assert "at the start" in title
    assert "na 2 jaar" in _title(map_figure(world, "mean", "nl"))


def test_unknown_ladder_is_an_error(world: Neighbourhood) -> None:
    """A misspelt ladder is named together with those that exist."""
    with pytest.raises(ValueError, match="unknown ladder 'wonen'; allowed: mean, learning"):
        map_figure(world, "wonen")


def test_rungs_darken_step_by_step_in_greyscale() -> None:
    """A photocopy keeps the order of the rungs."""
    red, green, blue, _ = rung_colour(np.linspace(0, 5, 26)).T
    grey = 0.299 * red + 0.587 * green + 0.114 * blue
    assert (np.diff(grey) < 0).all()


# -- saving ---------------------------------------------------------------------------------------


def test_saved_pictures_are_not_blank(world: Neighbourhood, tmp_path: Path) -> None:
    """What is saved is a picture of 200 dots an inch with something on it."""
    for name, figure in (("l", ladders_figure(world.chronicle)), ("m", map_figure(world))):
        path = save_figure(figure, tmp_path / f"{name}.png")
        pixels = imread(path)
        width, _ = figure.get_size_inches()
        assert pixels.shape[1] == round(200 * width)
        inked = (pixels[:, :, :3].min(axis=2) < 0.9).mean()
        assert 0.005 < inked < 0.6
    assert sorted(path.name for path in tmp_path.iterdir()) == ["l.png", "m.png"]


def test_saving_is_all_or_nothing(
    world: Neighbourhood, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A picture that could not be written leaves the earlier one as it was, and no rubbish."""
    path = tmp_path / "map.png"
    path.write_text("earlier")

    def fail(self: Figure, target: Path, **more: object) -> None:
        Path(target).write_text("half")
        raise OSError("disk full")

    monkeypatch.setattr(Figure, "savefig", fail)
    with pytest.raises(OSError, match="disk full"):
        save_figure(Figure(), path)
    assert path.read_text() == "earlier"
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(ValueError, match=r"as \.png and not as 'map\.pdf'"):
        save_figure(Figure(), tmp_path / "map.pdf")


def test_drawing_changes_no_settings(world: Neighbourhood) -> None:
    """Figures do not touch matplotlib's global settings, and do not follow somebody else's."""
    before = dict(matplotlib.rcParams)
    figure = map_figure(world)
    assert dict(matplotlib.rcParams) == before
    with matplotlib.rc_context({"font.size": 30, "text.color": "red", "axes.facecolor": "black"}):
        other = map_figure(world)
        assert _texts(other)[0][1].width == pytest.approx(_texts(figure)[0][1].width)
        assert {one.get_color() for one in other.texts} == {one.get_color() for one in figure.texts}
