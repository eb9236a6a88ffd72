"""The pictures of a comparison: the same numbers, shared axes, money that can be seen to stop."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from langeadem.experiments.arms import MAIN, arms_of
from langeadem.experiments.leading import FIGURE
from langeadem.viz.figures import calendars_figure, comparison_figure, save_figure
from langeadem.viz.figures.style import MARGIN
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from .comparing import made_up_comparison, made_up_courses

FOUR = ("continuous", "carousel", "sprint", "marathon")


@pytest.fixture(scope="module")
def arms():
    return arms_of("wielwijk", FOUR)


@pytest.fixture(scope="module")
def found(arms):
    return made_up_comparison(arms)


@pytest.fixture(scope="module")
def courses(arms):
    return made_up_courses(arms)


def _words(figure) -> list[str]:
    own = [text.get_text() for text in figure.texts]
    return [*own, *(text.get_text() for axes in figure.axes for text in axes.texts)]


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_policy_has_a_row_and_equal_ones_share_it(found, lang: str) -> None:
    figure = comparison_figure(found, lang)
    words = " ".join(_words(figure))
    name = {"nl": "de marathon", "en": "the marathon"}[lang]
    rows = [text for text in _words(figure) if name in text]
    assert len(rows) == 4
    for axes in figure.axes[:3]:
        marks = [line for line in axes.lines if line.get_marker() in ("o", "s", "^", "D")]
        assert len(marks) == 4 * 3
    assert str(round(found.mean(MAIN, "sprint", 30)[0])) in re.sub(r"[.,]", "", words)


def test_marks_are_where_the_numbers_are(found) -> None:
    figure = comparison_figure(found, "en")
    for axes, outcome in zip(figure.axes, (MAIN, "rung_years.people", FIGURE), strict=True):
        marks = {
            round(float(line.get_xdata()[0]), 9)
            for line in axes.lines
            if line.get_marker() in ("o", "s", "^", "D")
        }
        wanted = {
            round(found.mean(outcome, policy, horizon)[0], 9)
            for policy in FOUR[:3]
            for horizon in found.horizons
        }
        assert marks == wanted


def test_people_and_participants_share_an_axis_and_the_wijk_is_not_blown_up(found) -> None:
    """Protects LOOK: compared panels share axes, and noise of a thousandth fills no picture."""
    first, second, third = comparison_figure(found, "en").axes
    assert first.get_xlim() == second.get_xlim()
    assert third.get_xlim()[0] <= -0.05
    assert third.get_xlim()[1] >= 0.05
    for axes in (first, second, third):
        assert axes.get_xlim()[0] <= 0 <= axes.get_xlim()[1]


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("which", ["comparison", "calendars"])
def test_no_words_run_off_the_page_or_over_each_other(found, courses, which, lang) -> None:
    figure = (
        comparison_figure(found, lang)
        if which == "comparison"
        else calendars_figure(found, courses, lang)
    )
    _check_words_apart(figure)


def _check_words_apart(figure) -> None:
    renderer = FigureCanvasAgg(figure).get_renderer()
    width = figure.get_figwidth() * figure.dpi
    boxes = []
    for text in figure.texts:
        box = text.get_window_extent(renderer)
        assert box.x0 >= MARGIN * figure.dpi - 1, text.get_text()
        assert box.x1 <= width - 0.1 * figure.dpi, text.get_text()
        boxes.append((text.get_text(), box))
    for at, (one, box) in enumerate(boxes):
        for other, second in boxes[at + 1 :]:
            wide = min(box.x1, second.x1) - max(box.x0, second.x0)
            high = min(box.y1, second.y1) - max(box.y0, second.y0)
            assert wide <= 0.5 or high <= 2.5, (one, other)


def test_months_without_money_are_white_with_an_outline(found, courses) -> None:
    """Protects LOOK: money off is a white gap with a thin outline, start-up is hatched."""
    figure = calendars_figure(found, courses, "en")
    pieces = [
        patch
        for axes in figure.axes
        for patch in axes.patches
        if isinstance(patch, Rectangle) and patch.get_height() == 0.92
    ]
    white = [one for one in pieces if to_hex(one.get_facecolor()) == "#ffffff"]
    hatched = [one for one in white if one.get_hatch()]
    gaps = [one for one in white if not one.get_hatch()]
    assert hatched
    assert gaps
    assert all(one.get_linewidth() > 0 for one in white)
    carousel = next(one for one in courses if one.policies == ("carousel",))
    off = sum(one.get_width() for one in gaps)
    sprint = next(one for one in courses if one.policies == ("sprint",))
    assert off == (carousel.grants_eur == 0).sum() + (sprint.grants_eur == 0).sum()
    assert sum(one.get_width() for one in hatched) == sum(one.starting.sum() for one in courses)


def test_calendars_share_their_axes(found, courses) -> None:
    figure = calendars_figure(found, courses, "en")
    blocks = np.array_split(figure.axes[:-1], len(courses))
    for panels in zip(*blocks, strict=True):
        assert len({axes.get_xlim() for axes in panels}) == 1
        assert len({axes.get_ylim() for axes in panels}) == 1
    assert len(courses) == 3
    assert any("month for month the same" in text.get_text() for text in figure.texts)


def test_pictures_can_be_saved(found, courses, tmp_path: Path) -> None:
    for name, figure in (
        ("comparison", found.figure("en")),
        ("calendars", calendars_figure(found, courses, "nl")),
    ):
        save_figure(figure, tmp_path / f"{name}.png")
        figure.savefig(tmp_path / f"{name}.svg", format="svg")
        assert (tmp_path / f"{name}.png").stat().st_size > 20_000
        # A4 has a ratio of 1.414: what prints on a page is not much longer than that.
        assert figure.get_figheight() / figure.get_figwidth() < 1.45


def test_four_calendars_fit_a_page_of_a4() -> None:
    """Protects LOOK: four calendars stack in one page, and their words keep apart."""
    four = arms_of("wielwijk", ("continuous", "carousel", "relay-handover", "vogelaar"))
    figure = calendars_figure(made_up_comparison(four), made_up_courses(four), "nl")
    assert figure.get_figheight() / figure.get_figwidth() < 1.45
    _check_words_apart(figure)


def test_nothing_to_draw_is_refused(arms, found) -> None:
    with pytest.raises(ValueError, match="no finished replicate"):
        comparison_figure(made_up_comparison(arms, 0))
    with pytest.raises(ValueError, match="no calendar"):
        calendars_figure(found, [])
