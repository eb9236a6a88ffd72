"""The picture of a sweep: means along what varied are those of the runs, and the title is computed."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from langeadem.experiments.along import STRETCHES, along
from langeadem.viz.figures import StudyFacts, sweep_figure
from langeadem.viz.text import LANGUAGES

from .test_figures import _check_texts, _title

PLACES, WISH = "programmes.watch-out.places", "moving.local_wish"
OUTCOME = "rung_years.participants"
POLICIES = ("watch-out", "carousel", "none")


def facts(policies: tuple[str, ...] = POLICIES, outcome: str = OUTCOME) -> StudyFacts:
    return StudyFacts("small", "Wielwijk", policies, outcome, 10, 4, 96, 1, "0.1.0")


def a_frame(effect: float = 1.0, sampled: bool = False) -> pd.DataFrame:
    """Return runs in which places matter to one policy, none has no places, and luck is shared."""
    draw = np.random.default_rng(1)
    luck = draw.normal(0, 20, 4)
    wishes = draw.uniform(0.2, 0.5, 24) if sampled else [0.2, 0.5]
    rows = [
        {
            "policy": policy,
            PLACES: None if policy == "none" else places,
            WISH: wish,
            "world": "",
            "seed": seed,
            OUTCOME: effect * places * (policy == "watch-out") + luck[seed - 1] + draw.normal(0, 1),
        }
        for policy in POLICIES
        for places in (5, 20)
        for wish in wishes
        for seed in (1, 2, 3, 4)
    ]
    frame = pd.DataFrame(rows)
    return frame.assign(**{PLACES: frame[PLACES].astype("Int64")})


def test_means_are_those_of_the_runs() -> None:
    """By value, points first and then lucks; the change is paired by luck, so surer than the means."""
    frame = a_frame()
    found = along(frame, OUTCOME, POLICIES, [WISH, PLACES])
    assert [panel[0].key for panel in found] == [PLACES, WISH], "what changes it most first"
    own = found[0][0]
    for step in own.steps:
        rows = frame[(frame["policy"] == "watch-out") & (frame[PLACES] == step.at)]
        assert step.mean == pytest.approx(rows[OUTCOME].mean())
    assert [step.at for step in own.steps] == [5, 20]
    change, low, high = own.change
    assert change == pytest.approx(15, abs=2)
    assert high - low < 5 < own.steps[0].high - own.steps[0].low
    assert found[0][2].steps[0].at is None, "no policy has no places"
    assert len(own.dots) == 4


def test_values_that_lie_all_over_are_taken_together() -> None:
    found = along(a_frame(sampled=True), OUTCOME, POLICIES, [WISH])
    own = found[0][0]
    assert own.stretches
    assert len(own.steps) == STRETCHES
    assert [step.at for step in own.steps] == sorted(step.at for step in own.steps)
    assert len(own.dots) == 24


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", ["values", "stretches", "policies"])
def test_it_can_be_read(kind: str, lang: str) -> None:
    """No words over words or off the page; a mark stands at each mean that was computed."""
    labels = [] if kind == "policies" else [PLACES, WISH]
    found = along(a_frame(sampled=kind == "stretches"), OUTCOME, POLICIES, labels)
    figure = sweep_figure(found, facts(), lang)
    _check_texts(figure)
    marks = {
        str(line.get_gid()): line
        for axes in figure.axes
        for line in cast("Any", axes).lines
        if str(line.get_gid()).startswith("means-")
    }
    own = found[0][0]
    drawn = marks[f"means-{own.key}-watch-out"].get_ydata()
    assert list(drawn) == [step.mean for step in own.steps]


def test_the_title_is_computed() -> None:
    """It names what does most, from what to what; that nothing does; or that luck cannot be told."""
    frame = a_frame()
    title = _title(sweep_figure(along(frame, OUTCOME, POLICIES, [PLACES, WISH]), facts(), "en"))
    steps = along(frame, OUTCOME, POLICIES, [PLACES])[0][0].steps
    assert "watch-out: How many participants can be supported at a time" in title
    assert f"from {steps[0].mean:.1f} to {steps[1].mean:.1f} rung-years (watch-out)" in title
    flat = frame.assign(**{OUTCOME: 3.0})
    none = along(flat, OUTCOME, POLICIES, [PLACES, WISH])
    assert "nothing that varied does more than luck" in _title(sweep_figure(none, facts(), "en"))
    one = along(frame[frame["seed"] == 1], OUTCOME, POLICIES, [PLACES])
    assert "single luck" in _title(sweep_figure(one, facts(), "en"))
    beside = _title(sweep_figure(along(frame, OUTCOME, POLICIES, []), facts(), "en"))
    assert "most with watch-out" in beside
    nothing = along(frame.assign(**{OUTCOME: np.nan}), OUTCOME, POLICIES, [PLACES])
    with pytest.raises(ValueError, match="no run has a number"):
        sweep_figure(nothing, facts())
