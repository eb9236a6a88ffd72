"""What pages 1, 5 and 6 show is what was lived, and what strangers may ask has an end."""

from __future__ import annotations

import io
import itertools

import numpy as np
import pytest
from langeadem.model import Neighbourhood
from langeadem.scenarios import Scenario, load
from langeadem.viz.text import LANGUAGES, texts
from langeadem.viz.workshop import serve
from langeadem.viz.workshop.asked import RefusedError, scenario_of
from langeadem.viz.workshop.assumption_png import marks_png, tried_png
from langeadem.viz.workshop.film_people import known, known_in, portrait, residents
from langeadem.viz.workshop.limits import OPEN, PUBLIC, Limits
from langeadem.viz.workshop.pages.inside import apart, courses_figure
from langeadem.viz.workshop.programme_choices import said_policy
from langeadem.viz.workshop.replay import Film, film
from langeadem.viz.workshop.state import State
from langeadem.viz.workshop.tried_words import tried_outcome
from PIL import Image

from .asking import call

SMALL = {"figures.households": 200, "figures.residents": 420, "years": 4}
UPLOAD = (
    'place = "average"\nyears = {years}\n[figures]\nhouseholds = {homes}\nresidents = {people}\n'
)


def small() -> Scenario:
    return load("average", policy="watch-out", overrides=SMALL)


@pytest.fixture(scope="module")
def shown() -> Film:
    return list(film(small(), 1))[-1]


def test_a_film_shows_the_world_that_is_lived(shown: Film) -> None:
    """A replay of another world than the one that the numbers are of."""
    world = Neighbourhood(small(), rng=1)
    for _ in range(48):
        world.step()
    frame = world.chronicle.frame("neighbourhood")
    assert shown.monthly["residents"].tolist() == frame["residents"].tolist()
    assert shown.monthly["working"].tolist() == frame["working"].tolist()
    here = shown.dwelling[-1] >= 0
    assert int(here.sum()) == int(frame["residents"].iloc[-1])


def test_everybody_of_a_stairwell_is_there_once(shown: Film) -> None:
    """A resident who is missed, or shown at two doors."""
    stairwells = len(shown.buildings.stairwell_start) - 1
    found = [
        one["id"]
        for stairwell in range(stairwells)
        for home in residents(shown, stairwell, 8, texts("nl"))
        for one in home["people"]
    ]
    assert len(found) == len(set(found)) == int((shown.dwelling[8] >= 0).sum())


def test_ties_of_a_stairwell_are_those_of_its_residents(shown: Film) -> None:
    """A line on the map that nobody there knows of, or one that is forgotten."""
    homes, start = shown.dwelling[8], shown.buildings.stairwell_start
    drawn = 0
    for stairwell in range(len(start) - 1):
        first, last = int(start[stairwell]), int(start[stairwell + 1])
        rows = np.flatnonzero((homes >= first) & (homes < last))
        wanted = {
            (int(homes[row]), int(homes[other]), kind)
            for row in rows.tolist()
            for other, kind in known(shown, row, 8)
            if not first <= homes[other] < last
        }
        found = known_in(shown, stairwell, 8)
        # Of one person at most some two dozen ties are told.
        assert wanted <= set(found)
        assert all(first <= a < last and not first <= b < last for a, b, _ in found)
        drawn += len(found)
    assert drawn > 0


def test_who_moved_away_is_followed_still(shown: Film) -> None:
    """A life that ends on the page at the door."""
    gone = np.flatnonzero((shown.dwelling[0] >= 0) & (shown.dwelling[-1] == -1))
    assert len(gone)
    told = portrait(shown, int(shown.identity[gone[0]]), 16, texts("nl"))
    assert told is not None
    assert told["homes"][0] >= 0 > told["homes"][-1]
    assert told["last"] == 16


# -- page 5 -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pictures_of_assumptions_are_drawn(lang: str) -> None:
    """Every word of the page fits in its picture, and the sentence is that of the numbers."""
    t = texts(lang)
    counts = {"source": 18, "partly": 8, "judgement": 137}
    marks = Image.open(io.BytesIO(marks_png("Titel", "eronder", counts, "bron", t)))
    pairs = [({"working": 2.0 + 0.1 * k}, {"working": 2.3 + 0.1 * k}) for k in range(6)]
    tried = tried_outcome("working", pairs, t)
    assert tried is not None
    assert t.signed(0.3, 2) in tried.told
    assert tried.axis[0] <= 2.0 < 2.8 <= tried.axis[1]
    picture = Image.open(io.BytesIO(tried_png("Titel", "eronder", [tried], ("nu", "anders"), "x")))
    assert marks.width == picture.width == 1500
    assert tried_outcome("working", [({"working": float("nan")}, {"working": 1.0})], t) is None


def test_policies_are_called_what_people_call_them() -> None:
    """A key of a file on a page for residents."""
    t = texts("nl")
    assert said_policy("continuous", t) == "doorlopend geld"
    assert said_policy("watch-out", t) == "Watch Out"


# -- page 6 -----------------------------------------------------------------------------------------


def test_names_at_the_ends_of_lines_do_not_lie_on_each_other() -> None:
    """Two ladders of nearly the same mean, of which no name can be read."""
    found = apart({"a": 2.0, "b": 2.05, "c": 4.0, "d": 1.99}, 0.2)
    assert sorted(found, key=found.__getitem__) == ["d", "a", "b", "c"]
    heights = sorted(found.values())
    assert min(b - a for a, b in itertools.pairwise(heights)) >= 0.2 - 1e-9
    assert found["c"] == 4.0


@pytest.mark.parametrize("dark", [False, True])
def test_four_ladders_are_drawn_of_a_world_that_did_not_live_yet(dark: bool) -> None:
    """A page that breaks before the first month."""
    figure = courses_figure(Neighbourhood(small(), rng=1), texts("nl"), dark=dark)
    assert len(figure.axes[0].lines) == 4


# -- what strangers may ask -------------------------------------------------------------------------


def _asked(homes: int, years: int, limits: Limits) -> Scenario:
    text = UPLOAD.format(homes=homes, people=2 * homes, years=years)
    return scenario_of(State(upload=text), texts("nl"), limits)


def test_strangers_get_a_limited_place_and_horizon() -> None:
    """One visitor whose country of a hundred years keeps all others waiting."""
    assert _asked(PUBLIC.households, 100, PUBLIC).years == PUBLIC.years
    with pytest.raises(RefusedError, match=texts("nl").number(PUBLIC.households)):
        _asked(PUBLIC.households + 1, 5, PUBLIC)
    assert _asked(PUBLIC.households + 1, 100, OPEN).years == 100
    for name in ("households", "years", "upload_bytes", "waiting", "cache_bytes", "piece_seconds"):
        assert getattr(PUBLIC, name) < getattr(OPEN, name), name


@pytest.mark.parametrize(("words", "limits"), [((), OPEN), (("--public",), PUBLIC)])
def test_the_command_asks_for_these_limits(
    words: tuple[str, ...], limits: Limits, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server for strangers without limits."""
    asked: list[tuple[object, ...]] = []

    class Nothing:
        def run(self) -> None:
            asked.append(("run",))

    def server(*values: object) -> Nothing:
        asked.append(values)
        return Nothing()

    monkeypatch.setattr(serve, "server", server)
    done = call("workshop", "--no-browser", "--host", "0.0.0.0", "--port", "9999", *words)
    assert done.exit_code == 0, done.output
    assert asked == [(limits, "0.0.0.0", 9999, 2), ("run",)]
