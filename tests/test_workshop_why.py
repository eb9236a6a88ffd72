"""Page 3 of the workshop: the guess stays, the bars add up, and one change is one change."""

from __future__ import annotations

from pathlib import Path

import pytest
from langeadem.experiments.measuring import measure
from langeadem.experiments.reasons import Why
from langeadem.scenarios import Scenario, load
from langeadem.viz.text import LANGUAGES, texts
from langeadem.viz.workshop.why_words import (
    answer,
    change_words,
    falls,
    guess_of,
    moved_most,
    stairs,
)
from langeadem.viz.workshop.why_work import (
    CHANGES,
    changed,
    question_of,
    so_far,
    unjudged,
    why_pieces,
)

from .browsing import Visitor, chromium, in_browser, workshop

SMALL = {"figures.households": 200, "figures.residents": 420, "years": 4}


def small() -> Scenario:
    return load("average", policy="watch-out", overrides=SMALL)


@pytest.fixture(scope="module")
def found() -> Why:
    asked = question_of(small())
    return so_far(asked, [measure(asked, seed) for seed in (1, 2)])


@pytest.mark.parametrize(
    ("text", "value"), [("0.35", 0.35), ("", 0.2), ("nan", 0.2), ("-1", 0.2), ("1e9", 0.2)]
)
def test_a_guess_of_a_link_is_a_guess_or_the_start(text: str, value: float) -> None:
    """A link can hold anything."""
    assert guess_of(text) == value


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_one_change(change: str) -> None:
    """It is another scenario, and the twin differs in the programme only."""
    other = changed(small(), "watch-out", change)
    assert other.key() != small().key()
    asked = question_of(other)
    assert asked.baseline.policy.programmes == {}
    assert asked.baseline.policy.landlord == asked.policy.policy.landlord
    assert len({piece.key for piece in why_pieces(asked)}) == 20


def test_money_that_stops_is_as_much_money() -> None:
    """Continuity is about time and never about money."""
    before, after = (
        one.policy.programmes["watch-out"].grants_cents(one.months, 0.0)
        for one in (small(), changed(small(), "watch-out", "continuity"))
    )
    assert sum(after) == sum(before)
    assert after != before


def test_the_bars_add_up_to_what_the_figure_shows(found: Why) -> None:
    """The last bar ends where the one before ended."""
    groups = falls(found, None, texts("nl"))["groups"]
    rows = [row for group in groups for row in group["rows"]]
    last, net = rows[-2], rows[-1]
    ends = {last["from"], last["to"]}
    assert any(abs(net["to"] - end) < 1e-3 or abs(net["from"] - end) < 1e-3 for end in ends)


def test_the_guess_is_in_the_picture(found: Why) -> None:
    """However far off it is, it can be seen."""
    for guess in (0.0, 0.2, 1.0):
        drawn = stairs(unjudged(found), guess, "working", texts("nl"))
        assert 0.0 <= drawn["guess"]["at"] <= 1.0
        assert drawn["steps"][-1]["seen"] is None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_is_told_in_words(found: Why, lang: str) -> None:
    """The guess and the answer stand in one sentence; the same world moves nothing."""
    t = texts(lang)
    assert t.number(0.35, 2) in answer(found, None, 0.35, "Watch Out", "Wijk", t)
    assert moved_most(found, found) == ""
    assert change_words(found, found, "scale", t)


@pytest.mark.browser
@in_browser
def test_guess_reveal_and_change_in_a_browser(tmp_path: Path) -> None:
    """The path of a group: guess, reveal, change one thing."""
    t = texts("nl")
    with workshop(tmp_path) as address, chromium() as browser:
        for width in (1366, 390):
            visitor = Visitor(browser, address, width)
            page = visitor.go("?page=why&place=staalmanpleinbuurt&x_guess=0.40")
            page.get_by_role("button", name=t("workshop_why.reveal")).click()
            page.wait_for_selector(".wy-bar")
            assert "0,40" in page.inner_text(".wy-guessed")
            page.wait_for_selector(".wy-seen, .wy-missed")
            page.get_by_role("button", name=t("workshop_why.change_aftercare")).click()
            page.wait_for_selector(".wy-after")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert visitor.wrong == []
            visitor.close()
