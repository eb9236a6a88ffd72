"""The pictures of assumptions: readable in both languages, with the numbers that were computed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from langeadem.experiments.assumptions import Assumption
from langeadem.experiments.designs import Span
from langeadem.experiments.discovery import Box, Limit
from langeadem.experiments.frontier import Frontier
from langeadem.experiments.indices import Indices, Screened
from langeadem.experiments.noise import Split
from langeadem.experiments.outcomes import OUTCOMES
from langeadem.experiments.sensitivity import Ends, Swing
from langeadem.viz.figures import (
    StudyFacts,
    convergence_figure,
    frontier_figure,
    indices_figure,
    screening_figure,
    tornado_figure,
)
from langeadem.viz.text import LANGUAGES, texts
from langeadem.viz.text.outcome_words import OutcomeWords

from .test_figures import _check_texts, _title

KEYS = (
    "wellbeing.trust_base",
    "staffing.leave_rate",
    "quality.relation_months",
    "counterforces.drift",
    "programmes.watch-out.places",
)
FACTS = StudyFacts(
    "what-matters", "Wielwijk", ("continuous", "carousel"), "rung_years.participants", 10, 5, 3210, 1, "0.1.0"
)  # fmt: skip


def _swings(scale: float = 1.0) -> list[Swing]:
    found = []
    for at, key in enumerate(KEYS):
        size = scale * 20 / (at + 1) ** 2
        low = Ends(30 - size, -size, -size - 3, -size + 3)
        high = Ends(30 + size / 2, size / 2, size / 2 - 3, size / 2 + 3)
        found.append(Swing(Assumption(key, Span(0.0053, 0.0159), 0.0106, True), low, high))
    return found


def _indices(samples: int = 128, luck: float = 0.3) -> Indices:
    total = np.array([0.6, 0.3, 0.15, 0.001, 0.0])
    half = np.array([0.1, 0.1, 0.05, 0.005, 0.001])
    first = np.array([0.5, 0.25, 0.05, 0.0, 0.01])
    split = Split(1.0, 0.2, luck, 5)
    return Indices(KEYS, samples, first, total, half, half, first, total, None, None, split)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_texts_stay_apart_and_on_the_page(lang: str) -> None:
    """No words over words, none off the page, in either language."""
    coarse = [
        Screened(key, 9.0 - at, 7.0 - at, 11.0 - at, 1.0, 1.0, 2.0) for at, key in enumerate(KEYS)
    ]
    _check_texts(tornado_figure(_swings(), 30.0, FACTS, lang))
    _check_texts(screening_figure(coarse, KEYS[:2], 10, FACTS, lang))
    _check_texts(indices_figure(_indices(), 900, FACTS, lang))
    _check_texts(convergence_figure([_indices(64), _indices(96), _indices(128)], FACTS, lang))
    _check_texts(frontier_figure(_frontier(), FACTS, lang))


@pytest.mark.parametrize("name", ["share_at_work", "ledger.working.crowding", "money_eur", "trust"])
def test_any_outcome_can_be_drawn(name: str) -> None:
    """Shares are drawn in percentage points; the smallest and largest numbers fit."""
    from dataclasses import replace

    one = replace(FACTS, outcome=name, policies=("continuous",))
    figure = tornado_figure(_swings(0.0001), 30.0, one, "nl")
    _check_texts(figure)
    words = " ".join(text.get_text() for text in figure.texts).lower()
    assert OutcomeWords(name, texts("nl")).unit in words


def test_bars_are_the_numbers() -> None:
    """Bars begin at the usual outcome and end at the outcome that was computed."""
    figure = tornado_figure(_swings(), 30.0, FACTS)
    bars = {str(one.get_gid()): one for one in cast("Any", figure.axes[0]).patches}
    low, high = bars[f"low-{KEYS[0]}"], bars[f"high-{KEYS[0]}"]
    assert (low.get_x(), low.get_width()) == (30.0, -20.0)
    assert (high.get_x(), high.get_width()) == (30.0, 10.0)
    figure = indices_figure(_indices(), 900, FACTS)
    bars = {str(one.get_gid()): one for one in cast("Any", figure.axes[0]).patches}
    assert bars[f"total-{KEYS[0]}"].get_width() == 0.6
    assert bars[f"first-{KEYS[0]}"].get_width() == 0.5
    assert bars["luck"].get_width() == pytest.approx(0.06 / 1.06)


def test_titles_are_computed() -> None:
    """The finding names the assumption and its part, and says so when there is none."""
    assert "60%" in _title(indices_figure(_indices(), 900, FACTS, "en"))
    assert "Trust to which a resident returns" in _title(
        tornado_figure(_swings(), 30.0, FACTS, "en")
    )
    silent = _title(tornado_figure(_swings(0.01), 30.0, FACTS, "en"))
    assert "no assumption does more than luck" in silent
    loud = [Screened(key, 9.0, 7.0, 11.0, 1.0, 1.0, 2.0) for key in KEYS]
    assert "All 5 assumptions do more" in _title(screening_figure(loud, KEYS, 10, FACTS, "en"))
    quiet = [*loud[1:], Screened(KEYS[0], 1.0, 0.5, 1.5, 1.0, 1.0, 2.0)]
    told = _title(screening_figure(quiet, KEYS, 10, FACTS, "en"))
    assert "No more than luck: 1 of the 5 assumptions" in told
    grown = [_indices(64), _indices(128)]
    assert "0.0 percentage points" in _title(convergence_figure(grown, FACTS, "en"))
    assert "One size" in _title(convergence_figure(grown[:1], FACTS, "en"))


def test_nothing_to_divide_is_refused() -> None:
    none = np.full(5, np.nan)
    empty = Indices(
        KEYS, 64, none, none, none, none, none, none, None, None, Split(0.0, 0.0, 0.0, 2)
    )
    for draw in (
        lambda: indices_figure(empty, 9, FACTS),
        lambda: convergence_figure([empty], FACTS),
    ):
        with pytest.raises(ValueError, match=r"nothing to divide|no indices"):
            draw()
    with pytest.raises(ValueError, match="no assumptions"):
        tornado_figure([], 1.0, FACTS)


def _frontier(box: bool = True) -> Frontier:
    draw = np.random.default_rng(1)
    points = pd.DataFrame({key: draw.random(80) * 0.01 + 0.005 for key in KEYS[:3]})
    best = ((points[KEYS[0]] > 0.01) & (points[KEYS[1]] < 0.01)).to_numpy().astype(int)
    limits = (
        Limit(KEYS[0], 0.01, float("nan"), 1e-5),
        Limit(KEYS[1], float("nan"), 0.01, 1e-4),
    )
    usual = dict.fromkeys(KEYS[:3], 0.0106)
    asked = SimpleNamespace(
        assumptions=[Assumption(key, Span(0.005, 0.015), 0.0106, True) for key in KEYS[:3]],
        policies=("continuous", "carousel"),
        prefer="most",
        outcome="rung_years.participants",
        settings=[usual, *points.to_dict("records")],
        ground=SimpleNamespace(money="total"),
    )
    return Frontier(
        question=cast("Any", asked),
        usual_values=(2.0, 1.0),
        values=np.stack([1.0 - best, best.astype(float)], axis=1),
        best=best,
        clear=draw.random(80) < 0.8,
        distinct=(0, 1),
        box=Box(limits, 1.0, 0.95, int(best.sum()), int(best.sum()), 0.9) if box else None,
        without="" if box else "no_box",
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_combination_is_a_dot(lang: str) -> None:
    """Dots of all policies together are all combinations; without a box there is none drawn."""
    for box in (True, False):
        figure = frontier_figure(_frontier(box), FACTS, lang)
        _check_texts(figure)
        axes = cast("Any", figure.axes[0])
        dots = sum(
            len(line.get_xdata()) for line in axes.lines if str(line.get_gid()).startswith("best-")
        )
        assert dots == 80
        assert any(one.get_gid() == "box" for one in axes.patches) == box


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_outcome_has_its_words(lang: str) -> None:
    """No outcome is shown by its name in the code, and no two have the same words."""
    t = texts(lang)
    words = [OutcomeWords(name, t).words for name in OUTCOMES]
    assert len(set(words)) == len(words)
    assert all("." not in one and "_" not in one for one in words)
