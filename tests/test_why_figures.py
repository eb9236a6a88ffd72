"""The figures of twins: what they say is in the data, and every word can be read.

What is protected here: a reader who adds up the bars arrives at the net, who counts squares counts
the evaluations, who reads a biography reads the record; whatever the numbers, texts stay apart and
on the page. How they look was looked at by eye, see ``viz/README.md``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langeadem.experiments.indicators import INDICATORS
from langeadem.experiments.ledger import TERMS
from langeadem.experiments.lives import RULES, Life
from langeadem.experiments.staircase import STEPS, Step
from langeadem.model.buildings import Buildings
from langeadem.model.enrolment import STATUS_NAMES
from langeadem.viz.figures import (
    Facts,
    Point,
    lives_figure,
    staircase_figure,
    twin_map_figure,
    visibility_figure,
    waterfall_figure,
)
from langeadem.viz.figures.biography import biography, year_of
from langeadem.viz.figures.effects import Measure, of_hundred
from langeadem.viz.figures.lens import LOW
from langeadem.viz.figures.placing import Box, Placer
from langeadem.viz.figures.waterfall import GROUPS
from langeadem.viz.text import LANGUAGES, texts
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from .test_figures import _check_texts, _texts, _title

NAN = float("nan")
FACTS = Facts(
    place="Testwijk",
    programme="Watch Out",
    year=10,
    participants=20,
    residents=3310,
    gain=1.09,
    pairs=20,
    policy="watch-out",
    scenario="testwijk",
    key="3f9c2a7b",
    seed=1,
    version="0.1.0",
)
VALUES = (0.00659, -0.0014, -0.0021, 0.0004, 0.0009, -0.0007, -0.0003, 0.0005, -0.0008, 0.0012)


def _found(figure: Figure, kind: type, gid: str) -> list[Any]:
    """Return the artists of a kind with a name; a trailing star stands for any rest."""
    all_ = [one for one in figure.findobj(kind) if one.get_gid()]
    if gid.endswith("*"):
        return [one for one in all_ if str(one.get_gid()).startswith(gid[:-1])]
    return [one for one in all_ if one.get_gid() == gid]


def _words(figure: Figure) -> str:
    return " ".join(text for text, _ in _texts(figure))


def _named(figure: Figure, gid: str) -> str:
    """Return the text with a name."""
    from matplotlib.text import Text

    (one,) = _found(figure, Text, gid)
    return str(one.get_text())


# -- numbers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("working", 0.0043, "+0,0043 trede"),
        ("working", 1.09, "+1,1 trede"),
        ("working", 0.0999, "+0,10 trede"),
        ("working", -12.0, "-12 trede"),
        ("working", 0.0, "0,0 trede"),
        ("share_at_work", 0.0043, "+0,43 procentpunt"),
        ("agency", -0.021, "-0,021 punt"),
        ("working", NAN, "- trede"),
    ],
)
def test_an_effect_has_digits_that_say_something(name: str, value: float, shown: str) -> None:
    """A tiny effect is not rounded away, and a large one does not pretend to be exact."""
    assert Measure(name, texts("nl")).with_unit(value) == shown


@given(st.lists(st.floats(1e-3, 4.9), min_size=1, max_size=11))
def test_numbers_of_one_picture_share_their_decimals(values: list[float]) -> None:
    """The largest shows two or three digits; a bar of a fortieth of it is not called zero."""
    measure = Measure("working", texts("en"))
    decimals = measure.decimals(values)
    digits = measure.size(max(values), decimals).replace(".", "").lstrip("0")
    assert len(digits) in (2, 3)
    for value in values:
        if value >= max(values) / 40:
            assert float(measure.size(value, decimals)) > 0


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_indicator_has_its_words(lang: str) -> None:
    """No indicator stops a figure for want of words, and no two are called the same."""
    measures = [Measure(name, texts(lang)) for name in INDICATORS]
    assert len({measure.words for measure in measures}) == len(INDICATORS)
    assert len({measure.unit for measure in measures}) == 3


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["mean_rung", "agency", "share_on_low_rung"])
def test_every_kind_of_indicator_can_be_shown(name: str, lang: str) -> None:
    """Rungs, scores and shares each have words that fit."""
    _check_texts(waterfall_figure(_ledger(), _gap(), FACTS, name, lang))
    _check_texts(staircase_figure(_steps(), FACTS, name, lang))


# -- the waterfall --------------------------------------------------------------------------------


def _ledger(values: Sequence[float] = VALUES, half: float | None = 0.0006) -> pd.DataFrame:
    frame = pd.DataFrame({"term": list(TERMS), "value": list(values)})
    if half is not None:
        frame["low"], frame["high"] = frame["value"] - half, frame["value"] + half
    return frame


def _gap(values: Sequence[float] = VALUES, half: float = 0.001) -> tuple[float, float, float]:
    total = float(sum(values))
    return total, total - half, total + half


def test_terms_are_shown_in_the_order_of_the_ledger() -> None:
    """The picture knows every term of the ledger, in its order."""
    assert [term for group in GROUPS.values() for term in group] == list(TERMS)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_bars_run_from_the_first_gain_to_the_net(lang: str) -> None:
    """Each bar begins where the one before ended; the net begins at zero, which is on the axis."""
    figure = waterfall_figure(_ledger(), _gap(), FACTS, "working", lang)
    bars = {one.get_gid(): one for one in _found(figure, Rectangle, "bar-*")}
    ends = np.cumsum([0.0, *VALUES])
    for term, start, value in zip(TERMS, ends[:-1], VALUES, strict=True):
        bar = bars[f"bar-{term}"]
        first, last = sorted((bar.get_x(), bar.get_x() + bar.get_width()))
        assert (first, last) == pytest.approx(sorted((start, start + value)))
        assert _named(figure, f"number-{term}") == texts(lang).signed(value, 4)
    assert bars["bar-net"].get_x() == 0
    assert bars["bar-net"].get_width() == pytest.approx(sum(VALUES))
    low, high = figure.axes[0].get_xlim()
    assert low < 0 < high
    _check_texts(figure)


def test_bars_are_told_apart_without_colour() -> None:
    """What was lost is hatched, what was taken along is an outline: a photocopy keeps that."""
    figure = waterfall_figure(_ledger(), _gap(), FACTS, "working", "nl")
    bars = {one.get_gid(): one for one in _found(figure, Rectangle, "bar-*")}
    assert bars["bar-relapsed"].get_hatch()
    assert bars["bar-exported"].get_facecolor()[:3] == (1.0, 1.0, 1.0)
    assert not bars["bar-gained"].get_hatch()


def test_intervals_are_drawn_where_they_are_known() -> None:
    """The interval lies at the end of its bar; without replicates there is none, and no note."""
    figure = waterfall_figure(_ledger(), _gap(), FACTS, "working", "nl")
    (one,) = _found(figure, Line2D, "interval-relapsed")
    middle = VALUES[0] + VALUES[1]
    assert list(one.get_xdata()) == pytest.approx([middle - 0.0006, middle + 0.0006])
    assert "uit 20 paren tweelingen" in _words(figure)
    single = replace(FACTS, pairs=1)
    figure = waterfall_figure(_ledger(half=None), (sum(VALUES), NAN, NAN), single, "working", "nl")
    assert _found(figure, Line2D, "interval-*") == []
    assert "95%" not in _words(figure)


def test_waterfall_title_is_computed() -> None:
    """Participants, their gain and the net in the title are those of the data."""
    title = _title(waterfall_figure(_ledger(), _gap(), FACTS, "working", "nl"))
    assert "20 deelnemers kwamen door de hulp gemiddeld 1,1 trede hoger op werken" in title
    assert "in het cijfer van de wijk zie je +0,0043 trede" in title
    worse = replace(FACTS, gain=-0.25, participants=1, year=1, scale="stairwell")
    title = _title(waterfall_figure(_ledger(), _gap(), worse, "housing", "en"))
    assert "after 1 year: support brought the one participant 0.25 rung lower on housing" in title
    assert "the figure of the stairwell shows +0.0043 rung" in title
    title = _title(waterfall_figure(_ledger(), _gap(), FACTS, "share_at_work", "en"))
    assert "among 20 participants there were 22 more with paid work" in title
    nobody = replace(FACTS, participants=0, gain=NAN)
    assert "niemand deed mee" in _title(waterfall_figure(_ledger(), _gap(), nobody, "working"))


def test_what_bars_are_for_all_residents_together() -> None:
    """The right column is the bar times the residents: rungs, or people."""
    for name in ("working", "share_at_work"):
        words = _words(waterfall_figure(_ledger(), _gap(), FACTS, name, "en"))
        assert f"+{VALUES[0] * 3310:.1f}" in words
        assert f"+{sum(VALUES) * 3310:.1f}" in words


def test_a_gain_is_never_called_a_loss() -> None:
    """The words of a term follow its sign."""
    lost = _words(waterfall_figure(_ledger(), _gap(), FACTS, "working", "nl"))
    assert "Sindsdien weer verloren" in lost
    turned = [-value for value in VALUES]
    won = _words(waterfall_figure(_ledger(turned), _gap(turned), FACTS, "working", "nl"))
    assert "Sindsdien nog bijgekomen" in won
    assert "Verloren tijdens de hulp" in won
    assert "weer verloren" not in won


@pytest.mark.parametrize(
    "values",
    [
        (0.0,) * 10,
        tuple(-value for value in VALUES),
        tuple(value * 1e4 for value in VALUES),
        tuple(value * 1e-3 for value in VALUES),
        (5.0, *(-0.55,) * 9),
        (0.004, -0.004, 0, 0, 0, 0, 0, 0, 0, 0),
    ],
)
@pytest.mark.parametrize("half", [None, 3.0])
def test_waterfalls_hold_the_oddest_numbers(values: tuple[float, ...], half: float | None) -> None:
    """Nothing, all negative, very large, very small, very uncertain: still readable."""
    gap = _gap(values, half or 0.0)
    figure = waterfall_figure(_ledger(values, half), gap, FACTS, "working", "nl")
    _check_texts(figure)
    low, high = figure.axes[0].get_xlim()
    for bar in _found(figure, Rectangle, "bar-*"):
        assert low <= bar.get_x() <= high
        assert low <= bar.get_x() + bar.get_width() <= high


def test_a_ledger_that_does_not_add_up_is_refused() -> None:
    """A waterfall that does not arrive at its net would lie."""
    with pytest.raises(ValueError, match="the terms add up to"):
        waterfall_figure(_ledger(), (0.02, NAN, NAN), FACTS, "working")
    with pytest.raises(ValueError, match="needed, each once"):
        waterfall_figure(_ledger().iloc[1:], _gap(), FACTS, "working")
    with pytest.raises(ValueError, match="not a number"):
        waterfall_figure(_ledger((NAN, *VALUES[1:])), _gap(), FACTS, "working")


# -- the staircase --------------------------------------------------------------------------------

EFFECTS = (1.09, 0.52, 0.098, 0.041, 0.021, 0.0043)
VISIBLE = (0.55, 0.34, 0.21, 0.14, 0.12, 0.11)
SEEN = (0.98, 0.93, 0.24, 0.09, 0.07, 0.06)
PEOPLE = (20.0, 47.3, 14.0, 64.0, 260.0, 3310.0)


def _steps(
    effects: Sequence[float] = EFFECTS,
    visible: Sequence[float] = VISIBLE,
    seen: Sequence[float] = SEEN,
    people: Sequence[float] = PEOPLE,
) -> list[Step]:
    return [
        Step(
            name=name,
            people=people[k],
            participants=min(20.0, people[k]),
            reach=min(1.0, 20 / people[k]) if people[k] else 0.0,
            diluted=effects[k],
            effect=effects[k],
            low=effects[k] - 0.2 * abs(effects[k]),
            high=effects[k] + 0.2 * abs(effects[k]),
            smallest_visible=visible[k],
            seen=seen[k],
            textbook_seen=seen[k],
            false_alarms=0.05,
        )
        for k, name in enumerate(STEPS)
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_steps_are_as_high_as_their_effects(lang: str) -> None:
    """Heights are effects on one axis from zero; the broken line is what would be seen."""
    figure = staircase_figure(_steps(), FACTS, "working", lang)
    for name, effect, visible in zip(STEPS, EFFECTS, VISIBLE, strict=True):
        (step,) = _found(figure, Rectangle, f"step-{name}")
        assert (step.get_y(), step.get_height()) == pytest.approx((0, effect))
        (line,) = _found(figure, Line2D, f"visible-{name}")
        assert list(line.get_ydata()) == pytest.approx([visible] * 2)
        assert _named(figure, f"number-{name}") == Measure("working", texts(lang)).signed(effect)
    assert figure.axes[0].get_ylim()[0] == 0
    _check_texts(figure)


def test_larger_groups_have_wider_steps() -> None:
    """The width of a step hints at the size of its group."""
    figure = staircase_figure(_steps(), FACTS, "working")
    widths = [_found(figure, Rectangle, f"step-{name}")[0].get_width() for name in STEPS]
    assert np.argsort(widths).tolist() == np.argsort(PEOPLE).tolist()


def test_squares_count_the_evaluations() -> None:
    """Of a hundred squares as many are filled as evaluations of a hundred that see the effect."""
    figure = staircase_figure(_steps(), FACTS, "working", "nl")
    words = _words(figure)
    for name, seen in zip(STEPS, SEEN, strict=True):
        filled = _found(figure, Rectangle, f"seen-{name}")
        assert len(filled) == round(100 * seen)
        assert all(max(one.get_facecolor()[:3]) < 0.3 for one in filled)
        empty = _found(figure, Rectangle, f"missed-{name}")
        assert len(empty) == 100 - round(100 * seen)
        assert all(min(one.get_facecolor()[:3]) == 1 for one in empty)
        assert f"zichtbaar: {round(100 * seen)} van 100" in words


def test_low_steps_are_magnified_by_the_factor_that_is_stated() -> None:
    """The lens enlarges the last steps, all as much, and says how much."""
    figure = staircase_figure(_steps(), FACTS, "working", "en")
    main, lens = figure.axes
    low = [name for name, effect in zip(STEPS, EFFECTS, strict=True) if effect < LOW * EFFECTS[0]]
    assert low == ["complex", "street", "neighbourhood"]
    assert {one.get_gid() for one in _found(figure, Rectangle, "lens-*")} == {
        f"lens-{name}" for name in low
    }
    figure.draw_without_rendering()
    dots = [axes.transData.transform([(0, 0), (0, 0.01)])[:, 1] for axes in (main, lens)]
    times = np.diff(dots[1]).item() / np.diff(dots[0]).item()
    assert f"magnified, {times:.1f} times as high" in _words(figure)


def test_staircase_title_is_computed() -> None:
    """First effect, last effect and what is seen of it are those of the steps."""
    title = _title(staircase_figure(_steps(), FACTS, "working", "nl"))
    assert "+1,1 trede op werken voor wie meedoet, +0,0043 in het cijfer van de wijk" in title
    assert "6 van de 100 evaluaties zouden dat zien" in title
    unknown = _steps(seen=(*SEEN[:-1], NAN), visible=(*VISIBLE[:-1], NAN))
    title = _title(staircase_figure(unknown, FACTS, "working", "nl"))
    assert "evaluaties" not in title


@pytest.mark.parametrize(
    ("effects", "visible", "seen"),
    [
        ((-0.12, 0.052, 0.0098, -0.021, 0.0021, -0.0043), VISIBLE, SEEN),
        ((0.0,) * 6, (NAN,) * 6, (NAN,) * 6),
        ((0.0,) * 6, VISIBLE, (0.0,) * 6),
        (tuple(-one for one in EFFECTS), VISIBLE, (1.0,) * 6),
        ((0.004,) * 6, (3.0,) * 6, SEEN),
        ((5.0, *(1e-5,) * 5), (NAN,) * 6, SEEN),
        ((0.001, 0.002, 0.01, 0.1, 1.0, 2.0), VISIBLE, SEEN),
    ],
)
def test_staircases_hold_the_oddest_numbers(
    effects: tuple[float, ...], visible: tuple[float, ...], seen: tuple[float, ...]
) -> None:
    """Losses, nothing at all, unknown limits, a staircase upward: still readable, all on the axis."""
    figure = staircase_figure(_steps(effects, visible, seen), FACTS, "share_at_work", "nl")
    _check_texts(figure)
    low, high = figure.axes[0].get_ylim()
    assert low <= 0 <= high
    figure.draw_without_rendering()
    (bottom, top) = figure.axes[0].bbox.intervaly
    for name, effect, least in zip(STEPS, effects, visible, strict=True):
        assert low <= 100 * effect <= high
        near = _found(figure, Line2D, f"visible-{name}")
        # What would be seen of a loss lies below zero.
        for line in near:
            assert line.get_ydata() == pytest.approx([100 * least * (-1 if effect < 0 else 1)] * 2)
        far = _found(figure, Line2D, f"beyond-{name}")
        assert (len(near), len(far)) in ([(1, 0), (0, 2)] if np.isfinite(least) else [(0, 0)])
        for mark in far:
            ends = mark.get_window_extent().intervaly
            assert max(ends) < bottom if effect < 0 else min(ends) > top


REAL = (0.166, 0.071, 0.042, 0.019, 0.0037, 0.0092)
FAR = (0.86, 0.42, 5.07, 2.46, 1.42, 0.61)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_lines_off_the_axis_are_written(lang: str) -> None:
    """A line far above its step says from where the effect is seen, and how far away that is."""
    t = texts(lang)
    figure = staircase_figure(_steps(REAL, FAR), FACTS, "working", lang)
    words = _words(figure)
    for effect, least in zip(REAL, FAR, strict=True):
        measure, times = Measure("working", t), least / effect
        assert t("staircase.beyond", least=measure.size(least)) in words
        assert t("staircase.times", times=t.number(times, 0 if times >= 9.95 else 1)) in words
    assert _found(figure, Line2D, "visible-*") == []
    assert figure.axes[0].get_ylim()[1] < 2 * max(REAL)
    _check_texts(figure)


def test_a_line_is_drawn_where_there_is_room_for_it() -> None:
    """A line a little above the highest step is on the axis; twice as high it is a mark."""
    for times, drawn, marked in ((1.5, 1, 0), (2.0, 0, 2)):
        lines = (times * EFFECTS[0], *VISIBLE[1:])
        figure = staircase_figure(_steps(visible=lines), FACTS, "working", "nl")
        assert len(_found(figure, Line2D, "visible-participants")) == drawn
        assert len(_found(figure, Line2D, "beyond-participants")) == marked
        assert len(_found(figure, Line2D, "visible-*")) == 5 + drawn


_ANY = st.floats(1e-4, 5.0)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(_ANY | _ANY.map(lambda value: -value), min_size=6, max_size=6),
    st.lists(_ANY | st.just(NAN), min_size=6, max_size=6),
    st.lists(st.floats(0.0, 5.0), min_size=6, max_size=6),
)
def test_steps_keep_half_of_the_height(
    effects: list[float], visible: list[float], halves: list[float]
) -> None:
    """Whatever lines and intervals are, effects and the largest one's interval fill half the axis."""
    steps = [
        replace(step, low=step.effect - half, high=step.effect + half)
        for step, half in zip(_steps(effects, visible), halves, strict=True)
    ]
    figure = staircase_figure(steps, FACTS, "working", "nl")
    low, high = figure.axes[0].get_ylim()
    largest = max(steps, key=lambda step: abs(step.effect))
    core = (0.0, largest.low, largest.high, *effects)
    assert low <= min(core) < max(core) <= high
    assert max(core) - min(core) >= (high - low) / 2


def test_intervals_that_go_on_beyond_the_axis_end_in_an_arrow() -> None:
    """An uncertain step does not flatten the others, and its interval does not seem to end."""
    steps = _steps()
    steps[2] = replace(steps[2], low=-7.0, high=7.0)
    figure = staircase_figure(steps, FACTS, "working", "nl")
    (line,) = _found(figure, Line2D, "interval-stairwell")
    assert list(line.get_ydata()) == pytest.approx(figure.axes[0].get_ylim())
    marks = [one.get_marker() for one in figure.axes[0].lines if len(one.get_xdata()) == 1]
    assert (marks.count("^"), marks.count("v")) == (1, 1)
    (line,) = _found(figure, Line2D, "interval-households")
    assert list(line.get_ydata()) == pytest.approx([0.8 * EFFECTS[1], 1.2 * EFFECTS[1]])


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("times", [0.97, 1.0, 1.04, 1.1, 1.2, 1.6])
def test_lines_do_not_run_through_numbers(times: float, sign: int) -> None:
    """However near a line is to the end of its step, the number stands clear of it."""
    effects = [0.5, 0.4, 0.3, 0.2, 0.1, 0.05]
    steps = _steps([sign * one for one in effects], [times * one for one in effects])
    figure = staircase_figure(steps, FACTS, "working", "nl")
    shown = dict(_texts(figure))
    for name in STEPS:
        box = shown[_named(figure, f"number-{name}")]
        (line,) = _found(figure, Line2D, f"visible-{name}")
        y = line.get_window_extent().intervaly.mean()
        assert not box.y0 < y < box.y1


def test_what_is_seen_without_a_policy_is_told() -> None:
    """Beside what evaluations see stands how many see something where there is nothing."""
    steps = [replace(step, false_alarms=0.01 * (k + 3)) for k, step in enumerate(_steps())]
    words = _words(staircase_figure(steps, FACTS, "working", "nl"))
    for k in range(6):
        assert f"zonder aanpak: {k + 3}" in words


@pytest.mark.parametrize("people", [(1.0,) * 6, (0.0, 1.0, 2.0, 30.0, 1e5, 1e6)])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_staircases_hold_groups_of_any_size(people: tuple[float, ...], lang: str) -> None:
    """Groups of one, of nobody and of a million leave room for the words of each."""
    _check_texts(staircase_figure(_steps(people=people), FACTS, "working", lang))


def test_a_staircase_needs_steps_that_are_known() -> None:
    """An effect that is no number is named and not drawn as zero."""
    with pytest.raises(ValueError, match="at least two steps"):
        staircase_figure(_steps()[:1], FACTS, "working")
    with pytest.raises(ValueError, match="'street' is nan"):
        staircase_figure(_steps((*EFFECTS[:4], NAN, 0.1)), FACTS, "working")


@given(st.floats(0, 1))
def test_counts_of_a_hundred_are_near_the_share(share: float) -> None:
    """Chance as counted things: within half a square of the share."""
    assert abs(of_hundred(share) - 100 * share) <= 0.5 + 1e-9


# -- what evaluations see -------------------------------------------------------------------------

YEARS, PLACES = (1, 2, 4, 6, 8, 10, 15), (10, 20, 40, 80, 160, 320, 640)
PROJECTS = [
    Point(*one)
    for one in (
        ("Watch Out", 20, 4),
        ("Cruyff Courts", 170, 6),
        ("BOOT", 250, 5),
        ("Bewonersadviseurs Staalkans", 20, 4),
        ("Pleinenlint", 160, 3),
        ("Bedrijfscatering ROC", 10, 2),
        ("Assistent buurtbeheerders", 7, 3),
        ("Bewonersbudgetten", 200, 2),
        ("Geluksbudget", 30, 2),
        ("Sociaal Investerings Plan", 30, 4),
        ("Individueel Bewonersadvies", 45, 3),
        ("Vier B's", 40, 3),
        ("Springplank De Heuvel", 12, 5),
        ("Achter de voordeur", 20, 3),
        ("Participatiecoaches", 40, 4),
        ("Carrousel Rotterdam-Zuid", 20, 1),
    )
]


@dataclass
class Seen:
    """What an evaluation sees, on a logistic curve of places around a middle by scale."""

    middle: dict[str, float]
    years: tuple[int, ...] = YEARS
    places: tuple[int, ...] = PLACES

    @property
    def rate(self) -> dict[str, np.ndarray]:
        """Return the share of evaluations that see it, by scale."""
        places = np.array(self.places)[:, None]
        return {name: 1 / (1 + (self._middle(name) / places) ** 2.2) for name in self.middle}

    def _middle(self, name: str) -> np.ndarray:
        return self.middle[name] * (10 / (np.array(self.years) + 1)) ** 0.55

    def threshold(self, scale: str, level: float) -> np.ndarray:
        """Return the places needed, by year."""
        needed = self._middle(scale) * (level / (1 - level)) ** (1 / 2.2)
        needed = np.where(needed > self.places[-1], NAN, needed)
        return np.maximum(needed, self.places[0])


MIDDLE = {"stairwell": 18.0, "complex": 60.0, "street": 130.0, "neighbourhood": 420.0}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_borders_and_projects_stand_where_the_data_say(lang: str) -> None:
    """The lines are the thresholds, and each project is a dot at its own size, with its name."""
    seen = Seen(MIDDLE)
    figure = visibility_figure(seen, PROJECTS, FACTS, "working", lang)
    for level in (0.5, 0.8):
        lines = _found(figure, Line2D, f"level-{level}")
        for line, scale in zip(
            lines, ("neighbourhood", "street", "complex", "stairwell"), strict=True
        ):
            needed = seen.threshold(scale, level)
            known = np.isfinite(needed)
            np.testing.assert_allclose(np.asarray(line.get_ydata())[known], needed[known])
            np.testing.assert_array_equal(line.get_xdata(), YEARS)
    dots = _found(figure, Line2D, "projects")
    assert len(dots) == 4
    for one in dots:
        assert list(one.get_xdata()) == [point.years for point in PROJECTS]
        assert list(one.get_ydata()) == [point.places for point in PROJECTS]
    shown = [text for text, _ in _texts(figure)]
    assert all(shown.count(point.name) == 1 for point in PROJECTS)
    assert len({(axes.get_xlim(), axes.get_ylim()) for axes in figure.axes}) == 1
    assert {axes.get_yscale() for axes in figure.axes} == {"log"}
    _check_texts(figure)


def test_visibility_title_is_computed() -> None:
    """Places needed, years and the number of projects that are as large come from the data."""
    seen = Seen(MIDDLE)
    title = _title(visibility_figure(seen, PROJECTS, FACTS, "working", "nl"))
    needed = int(np.ceil(seen.threshold("neighbourhood", 0.5)[-1]))
    assert f"met 15 jaar geld zijn er ongeveer {needed} plaatsen nodig" in title
    assert "Geen van de 16 echte projecten ligt in dat vlak" in title
    near = Seen({**MIDDLE, "neighbourhood": 120.0})
    border = near.threshold("neighbourhood", 0.5)
    large = sum(
        point.places >= np.exp(np.interp(point.years, YEARS, np.log(border))) for point in PROJECTS
    )
    assert 0 < large < 16
    title = _title(visibility_figure(near, PROJECTS, FACTS, "working", "en"))
    assert f"Of the 16 real projects, {large} are in that field" in title
    never = Seen({"neighbourhood": 9e4})
    title = _title(visibility_figure(never, PROJECTS, FACTS, "working", "en"))
    assert "even with 640 places and 15 years of money, fewer than half" in title
    # Where nothing is known of what would be large enough, no project is said to fall short of it.
    assert "16" not in title


BEYOND = [*PROJECTS, Point("Heel groot", 5000, 40), Point("Klein", 1, 1)]


@pytest.mark.parametrize("middle", [1.0, 40.0, 300.0, 9e4])
@pytest.mark.parametrize(
    ("scales", "points", "lang"),
    [
        (tuple(MIDDLE), PROJECTS, "nl"),
        (("street", "neighbourhood"), BEYOND, "en"),
        (("street",), [], "nl"),
    ],
)
def test_visibility_holds_whatever_is_seen(
    middle: float, scales: tuple[str, ...], points: list[Point], lang: str
) -> None:
    """Seen at once, never, or in between; one scale or four; projects beyond all that was tried."""
    seen = Seen(dict.fromkeys(scales, middle))
    figure = visibility_figure(seen, points, FACTS, "share_at_work", lang)
    _check_texts(figure)
    (left, right), (low, high) = figure.axes[0].get_xlim(), figure.axes[0].get_ylim()
    for point in points:
        assert left <= point.years <= right
        assert low <= point.places <= high


def test_what_cannot_be_drawn_of_visibility_is_refused() -> None:
    """One year, an unknown scale or a project of no size is said, and not an empty picture."""
    with pytest.raises(ValueError, match="at least two numbers of years"):
        visibility_figure(Seen(MIDDLE, years=(5,)), [], FACTS, "working")
    with pytest.raises(ValueError, match="no known scale in"):
        visibility_figure(Seen({"city": 5.0}), [], FACTS, "working")
    with pytest.raises(ValueError, match="Leeg: 0 places"):
        visibility_figure(Seen(MIDDLE), [Point("Leeg", 0, 3)], FACTS, "working")


@settings(max_examples=40)
@given(st.lists(st.tuples(st.floats(0.1, 5.9), st.floats(0.1, 3.9)), min_size=1, max_size=16))
def test_words_find_room_beside_their_dots(dots: list[tuple[float, float]]) -> None:
    """However dots lie, their words stay on the rectangle and off each other."""
    placer = Placer(6.0, 4.0)
    for x, y in dots:
        placer.block_dot(x, y, 0.05)
    boxes = [placer.beside(x, y, 1.0, 0.14) for x, y in dots]
    for k, box in enumerate(boxes):
        assert min(box.left, box.bottom, 6.0 - box.right, 4.0 - box.top) >= 0
        assert all(box.overlap(other) < 1e-3 for other in boxes[:k])


def test_words_of_an_area_lie_within_it() -> None:
    """Words stand in their area and not over its border; too small an area gets none."""
    placer = Placer(6.0, 4.0)
    box = placer.inside(1.5, 0.3, lambda x, y: (x > 3) & (y > 2))
    assert box is not None
    assert box.left > 3
    assert box.bottom > 2
    assert box.overlap(Box(3, 2, 6, 4)) == pytest.approx(1.5 * 0.3)
    assert placer.inside(1.5, 0.3, lambda x, y: x < 1) is None


# -- the map --------------------------------------------------------------------------------------


def _buildings(sizes: Sequence[int]) -> Buildings:
    """Return buildings with stairwells of these numbers of dwellings, four to a complex."""
    stairwell = np.repeat(np.arange(len(sizes)), sizes)
    start = np.concatenate([[0], np.cumsum(sizes)])
    empty = np.zeros(len(stairwell), dtype=np.int8)
    street = stairwell // 24
    return Buildings(
        stairwell=stairwell,
        complex=stairwell // 4,
        street=street,
        tenure=empty,
        rung=empty,
        stairwell_start=start,
        street_start=np.searchsorted(street, np.arange(street[-1] + 2)),
    )


SIZES = [4 + k % 7 for k in range(60)]


def _by_stairwell(count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return before, after, difference and participants by stairwell, with some unknown."""
    k = np.arange(count)
    before = 1.5 + (k % 11) / 5
    difference = np.where(k % 5 == 0, 0.2, np.where(k % 7 == 0, -0.15, 0.0))
    difference[1] = NAN
    return before, before + difference, difference, (k % 10 == 0).astype(int)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["working", "share_at_work", "agency"])
def test_stairwells_are_on_three_maps_alike(name: str, lang: str) -> None:
    """Every stairwell is on each map once, at the same place; who took part has an outline."""
    before, after, difference, own = _by_stairwell(60)
    if name != "working":
        before, after = before / 5, after / 5
    figure = twin_map_figure(
        _buildings(SIZES), before, after, difference, FACTS, name, lang, participants=own
    )
    maps = _found(figure, PolyCollection, "stairwells")
    assert [len(one.get_paths()) for one in maps] == [60] * 3
    first = [path.vertices for path in maps[0].get_paths()]
    for other in maps[1:]:
        np.testing.assert_array_equal(first, [path.vertices for path in other.get_paths()])
    assert len({tuple(np.round(path[0], 3)) for path in first}) == 60
    outlines = _found(figure, PolyCollection, "participants")
    assert [len(one.get_paths()) for one in outlines] == [6] * 3
    (lower,) = _found(figure, LineCollection, "lower")
    assert len(lower.get_segments()) == (difference < 0).sum()
    _check_texts(figure)


def test_colours_of_differences_are_centred_on_zero() -> None:
    """No difference is neither blue nor brown; as much up and down is as far from the middle."""
    before, after, difference, _ = _by_stairwell(60)
    figure = twin_map_figure(_buildings(SIZES), before, after, difference, FACTS, "working")
    faces = np.asarray(_found(figure, PolyCollection, "stairwells")[2].get_facecolor())[:, :3]
    np.testing.assert_allclose(np.ptp(faces[difference == 0], axis=1), 0, atol=0.06)
    up, down = faces[difference > 0][0], faces[difference < 0][0]
    assert up[2] > up[0]
    assert down[0] > down[2]
    np.testing.assert_allclose(faces[np.isnan(difference)], 1.0)


def test_outlines_show_on_dark_stairwells() -> None:
    """On the maps of levels a light rim parts the outline from its stairwell."""
    before, after, difference, own = _by_stairwell(60)
    figure = twin_map_figure(
        _buildings(SIZES), before, after, difference, FACTS, "working", participants=own
    )
    for axes, wanted in zip(figure.axes[:3], (1, 1, 0), strict=True):
        rims = [one for one in axes.collections if one.get_gid() == "rims"]
        (outline,) = [one for one in axes.collections if one.get_gid() == "participants"]
        assert len(rims) == wanted
        for rim in rims:
            assert len(rim.get_paths()) == 6
            assert rim.get_linewidth()[0] > outline.get_linewidth()[0]


def test_numbers_of_the_key_keep_to_its_width() -> None:
    """Beyond the colours or not, the numbers at their ends do not run into the margin."""
    before, after, difference, _ = _by_stairwell(60)
    difference[0] = 4.0
    figure = twin_map_figure(_buildings(SIZES), before, after, difference, FACTS, "working", "nl")
    figure.draw_without_rendering()
    (key,) = [one for one in figure.axes if one.get_gid() == "difference-key"]
    assert key.get_xticklabels()[2].get_text().startswith("\u2265")
    for label in key.get_xticklabels():
        box = label.get_window_extent()
        assert key.bbox.x0 - 1 <= box.x0 <= box.x1 <= key.bbox.x1 + 1


def test_twin_map_title_is_computed() -> None:
    """Counts in the title, and means where participants live and elsewhere, are those of the data."""
    before, after, difference, own = _by_stairwell(60)
    figure = twin_map_figure(
        _buildings(SIZES), before, after, difference, FACTS, "working", "nl", participants=own
    )
    up, down = int((difference > 0).sum()), int((difference < 0).sum())
    assert f"{up} van de 59 portieken staan hoger op werken" in _title(figure)
    assert f"{down} lager" in _title(figure)
    measure = Measure("working", texts("nl"))
    known = np.isfinite(difference)
    own_mean, other = difference[known & (own > 0)].mean(), difference[known & (own == 0)].mean()
    words = _words(figure)
    assert f"gemiddeld {measure.signed(own_mean)}, in de andere portieken" in words
    assert measure.with_unit(other) in words


@pytest.mark.parametrize("sizes", [[3], [40, 1], [8] * 900, SIZES])
@pytest.mark.parametrize("case", ["nothing", "unknown", "extreme"])
def test_twin_maps_hold_every_place_and_number(sizes: list[int], case: str) -> None:
    """One stairwell or nine hundred; no difference, nobody counted, one enormous difference."""
    n = len(sizes)
    before, difference = np.full(n, 2.0), np.zeros(n)
    if case == "unknown":
        before, difference = np.full(n, NAN), np.full(n, NAN)
    if case == "extreme":
        difference[0] = -4.0
    figure = twin_map_figure(_buildings(sizes), before, before, difference, FACTS, "working", "nl")
    _check_texts(figure)


def test_values_for_other_stairwells_are_refused() -> None:
    """A value too few would shift all the others to a neighbour."""
    before, after, difference, _ = _by_stairwell(60)
    with pytest.raises(ValueError, match="after has 59 values for 60 stairwells"):
        twin_map_figure(_buildings(SIZES), before, after[1:], difference, FACTS, "working")


# -- the lives ------------------------------------------------------------------------------------


def _path(*at: tuple[int, int]) -> np.ndarray:
    """Return rungs by month over ten years: from each month on the rung beside it."""
    rung = np.full(121, -1, dtype=np.int8)
    for month, value in at:
        rung[month:] = value
    return rung


def _life(rule: str, **changes: Any) -> Life:
    """Return a life; what its paths say is filled in unless it is given."""
    given: dict[str, Any] = {
        "rung": _path((0, 1), (30, 3)),
        "twin_rung": _path((0, 1), (60, 2)),
        "from_month": 14,
        "spans": (),
        "status": None,
        "living": "here",
        **changes,
    }
    rung, twin, spans = given["rung"], given["twin_rung"], given["spans"]
    end = int(np.flatnonzero(rung >= 0)[-1])
    filled = {
        "person": 1,
        "birth": -400,
        "ladder": "working",
        "to_month": end,
        "age_years": 34,
        "rung_start": int(rung[given["from_month"]]),
        "rung_end": int(rung[end]),
        "twin_end": int(twin[-1]) if twin[-1] >= 0 else None,
        "most_gained": None,
        "arrived_month": None,
        "left_month": None,
        "died_month": None,
        "twin_left_month": None,
        "twin_died_month": None,
        "programmes": ("watch-out",) * len(spans),
        "months_supported": sum(last - first + 1 for first, last in spans),
        "participants": (),
    }
    return Life(rule=rule, **{**filled, **given})


DEAD_AT = _path((0, 2), (100, -1))


def _ten() -> list[Life]:
    """Return a life of every kind that the record knows."""
    helped = {"spans": ((15, 38),), "status": "completed"}
    return [
        _life("gained_and_stayed", **helped),
        _life("gained_and_left", **helped, living="elsewhere", left_month=64),
        _life("relapsed", **helped, rung=_path((0, 1), (20, 3), (55, 1)), twin_rung=_path((0, 1))),
        _life("abandoned", spans=((16, 24), (40, 47)), status="abandoned"),
        _life("no_change", **helped, rung=_path((0, 2)), twin_rung=_path((0, 2))),
        _life("housemate", participants=(4,)),
        _life("outbid", rung=_path((0, 3), (40, 2)), twin_rung=_path((0, 4)), twin_left_month=50),
        _life("newcomer", rung=_path((66, 1)), twin_rung=_path(), arrived_month=66, from_month=66),
        _life("neighbour", rung=DEAD_AT, died_month=100, living="dead", participants=(4, 5, 6)),
        _life("never_reached", rung=_path((0, 0)), twin_rung=_path((0, 0), (30, -1))),
    ]


MEAN = np.linspace(2.31, 2.36, 11)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("count", [1, 2, 6, 10])
def test_lives_can_be_read_however_many(count: int, lang: str) -> None:
    """One to ten lives and the mean keep their words apart, on one page and the same axes."""
    names = {"watch-out": "Watch Out"}
    figure = lives_figure(_ten()[:count], MEAN, MEAN - 0.004, FACTS, lang, names)
    _check_texts(figure)
    assert len(figure.axes) == count + 1
    assert {(axes.get_xlim(), axes.get_ylim()) for axes in figure.axes} == {
        ((0.0, 10.0), (-0.25, 5.25))
    }


def test_paths_are_those_of_the_record() -> None:
    """The line is the person's rung by month, the dotted one the twin's; the thin one lives away."""
    lives = _ten()
    figure = lives_figure(lives, MEAN, MEAN - 0.004, FACTS)
    for life, axes in zip(lives, figure.axes, strict=False):
        lines = {str(line.get_gid()): line for line in axes.lines}
        own = np.where(life.rung >= 0, life.rung, np.nan)
        here = np.asarray(lines["life"].get_ydata(), dtype=float)
        away = np.asarray(lines["life-elsewhere"].get_ydata(), dtype=float)
        np.testing.assert_array_equal(np.fmax(here, away), own)
        twin = np.where(life.twin_rung >= 0, life.twin_rung, np.nan)
        np.testing.assert_array_equal(lines["twin"].get_ydata(), twin)
        if life.left_month is None:
            assert np.isnan(away).all()
        else:
            assert np.isnan(here[life.left_month + 1 :]).all()
        assert ("left" in lines, "died" in lines, "arrived" in lines) == (
            life.left_month is not None,
            life.died_month is not None,
            life.arrived_month is not None,
        )
        assert len([one for one in axes.patches if one.get_gid() == "support"]) == len(life.spans)
    means = {str(line.get_gid()): line for line in figure.axes[-1].lines}
    np.testing.assert_array_equal(means["mean"].get_ydata(), MEAN)
    np.testing.assert_array_equal(means["twin-mean"].get_ydata(), MEAN - 0.004)


def test_a_twin_with_the_same_path_is_seen() -> None:
    """The dotted line is wider than the line on it: the two are seen where they are the same."""
    figure = lives_figure(_ten(), MEAN, MEAN - 0.004, FACTS)
    for axes in figure.axes:
        width = {str(line.get_gid()): line.get_linewidth() for line in axes.lines}
        own, twin = ("mean", "twin-mean") if "mean" in width else ("life", "twin")
        assert width[twin] > 1.4 * width[own]


def test_stories_stand_clear_of_their_pictures() -> None:
    """A row is as high as its longest story: no story touches the scale, and short ones stay near."""
    lives = _ten()
    figure = lives_figure(lives, MEAN, MEAN - 0.004, FACTS, "nl")
    figure.draw_without_rendering()
    boxes = [one.get_window_extent() for one in figure.texts if one.get_fontsize() == 8.0]
    gaps = []
    for axes in figure.axes[: len(lives)]:
        top, left = axes.bbox.y1, axes.bbox.x0
        above = [box.y0 for box in boxes if box.y0 > top - 12 and abs(box.x0 - left) < 30]
        gaps.append((min(above) - top) / figure.dpi)
    rows = [gaps[first : first + 3] for first in range(0, 9, 3)]
    assert all(0.05 < min(row) < 0.2 for row in rows), rows


def test_lives_title_is_computed() -> None:
    """How many stand higher and lower, and what the mean shows of it, are those of the data."""
    lives = _ten()
    higher = sum(life.gap is not None and life.gap > 0 for life in lives)
    lower = sum(life.gap is not None and life.gap < 0 for life in lives)
    title = _title(lives_figure(lives, MEAN, MEAN - 0.0043, FACTS, "nl"))
    assert f"van deze 10 bewoners staan er {higher} hoger en {lower} lager" in title
    assert "het gemiddelde van de wijk verschilt +0,0043 trede" in title
    words = _words(lives_figure(lives, MEAN, MEAN - 0.0043, FACTS, "en"))
    assert re.search(r"rung 2\.3600, without 2\.3557:? ?\+0\.0043", words.replace("\n", " "))


def test_lives_that_cannot_be_told_are_refused() -> None:
    """Nobody, two ladders on one axis, or a mean of nobody."""
    with pytest.raises(ValueError, match="no lives"):
        lives_figure([], MEAN, MEAN, FACTS)
    with pytest.raises(ValueError, match="one ladder"):
        lives_figure([_life("relapsed"), _life("relapsed", ladder="housing")], MEAN, MEAN, FACTS)
    with pytest.raises(ValueError, match="not known at the end"):
        lives_figure(_ten(), np.array([2.0, NAN]), MEAN, FACTS)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_rule_and_status_has_its_words(lang: str) -> None:
    """No rule of the lives, and no way a trajectory can stand, lacks a biography."""
    t = texts(lang)
    assert len({t(f"lives.{rule}") for rule in RULES}) == len(RULES)
    told = set()
    started = [name for name in STATUS_NAMES if name not in ("waiting", "gave up waiting")]
    for status in started:
        told.add(biography(_life("completed", spans=((15, 38),), status=status), t))
    assert len(told) == len(started)
    for rule in RULES:
        assert all(biography(_life(rule), t))


@pytest.mark.parametrize(
    ("life", "story"),
    [
        (
            _ten()[1],
            (
                "Begon in jaar 2 op trede 1 bij Watch Out; kreeg 24 maanden hulp en maakte het af.",
                "Verhuisde in jaar 6, staat nu op trede 3; de tweeling op 2.",
            ),
        ),
        (
            _ten()[4],
            (
                "Begon in jaar 2 op trede 2 bij Watch Out; kreeg 24 maanden hulp en maakte het af.",
                "Staat nu op trede 2; de tweeling ook.",
            ),
        ),
        (
            _ten()[6],
            (
                "Deed niet mee; stond in jaar 2 op trede 3.",
                "Staat nu op trede 2; de tweeling verhuisde en staat op 4.",
            ),
        ),
        (
            _ten()[7],
            (
                "Kwam in jaar 6 op trede 1 in het huis waar een deelnemer uit vertrok.",
                "Staat nu op trede 1; heeft geen tweeling, kwam hier alleen door de aanpak.",
            ),
        ),
        (
            _ten()[8],
            (
                "Deed niet mee, woont in een portiek met 3 deelnemers; stond in jaar 2 op trede 2.",
                "Overleed in jaar 9, op trede 2; de tweeling op 2.",
            ),
        ),
        (
            _ten()[9],
            (
                "Stond in jaar 2 op trede 0; kwam bij geen aanpak op de lijst.",
                "Staat nu op trede 0; de tweeling is overleden.",
            ),
        ),
    ],
)
def test_biographies_are_made_of_facts(life: Life, story: tuple[str, str]) -> None:
    """Two lines: how it began and how it ended, with the years, rungs and names of the record."""
    assert biography(life, texts("nl"), {"watch-out": "Watch Out"}) == story


@pytest.mark.parametrize(("month", "year"), [(0, 1), (1, 1), (12, 1), (13, 2), (24, 2), (120, 10)])
def test_years_are_counted_from_one(month: int, year: int) -> None:
    """The first twelve months are year 1."""
    assert year_of(month) == year
