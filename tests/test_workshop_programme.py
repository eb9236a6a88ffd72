"""Page 2 of the workshop: what is chosen is what is lived, and what is told is what was counted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from langeadem.scenarios import Policy, Scenario, catalogue_names, load, load_programme
from langeadem.viz.text import LANGUAGES, texts
from langeadem.viz.workshop.limits import OPEN
from langeadem.viz.workshop.programme_choices import (
    WHERE,
    Setup,
    setup_of,
    tried_scenario,
)
from langeadem.viz.workshop.programme_life import ProgrammeLife, live_programme
from langeadem.viz.workshop.programme_picture import answer, picture
from langeadem.viz.workshop.state import State, from_query

from .browsing import Visitor, chromium, in_browser, workshop

SMALL = {"figures.households": 200, "figures.residents": 420}


def test_what_nobody_chose_is_as_the_card_says() -> None:
    """Who only picks a programme tries the documented one."""
    for key in catalogue_names("programmes"):
        setup = setup_of(State(policy=key))
        plain = load("wielwijk", policy=key)
        assert setup.of(plain).key() == plain.key()


def test_what_is_chosen_is_what_is_lived() -> None:
    """Places, dose, who comes first and where all reach the scenario."""
    state = State(policy="watch-out").chosen(places="80", dose="2", cream="1", where="street")
    spec = tried_scenario(state, texts("nl"), OPEN).policy.programmes["watch-out"].programme
    card = load_programme("watch-out")
    assert (spec.places, spec.offers.work_places) == (80, 80)
    assert spec.support.dose == 2 * card.support.dose
    assert spec.staff.caseload == card.staff.caseload / 2
    assert spec.funnel.creaming == 1.0
    assert spec.eligibility.streets == (0,)


def test_a_spoilt_link_tries_the_usual() -> None:
    """A link can hold anything."""
    state, _ = from_query("?x_places=99999&x_dose=-1&x_cream=2&x_where=elsewhere")
    assert setup_of(state) == Setup("watch-out", 20, 1.0, 0.5, "")


def test_places_that_bring_work_bring_as_much_of_it() -> None:
    """Ten times as many places with one work place would be another programme."""
    assert load_programme("je-eigen-stek").sized(32).offers.rooms == 32


@pytest.fixture(scope="module")
def lives() -> list[ProgrammeLife]:
    small = load("average", policy="watch-out", overrides=SMALL)
    bare: Scenario = small.model_copy(update={"policy": Policy()})
    return [list(live_programme(small, bare, "working", seed, 4))[-1] for seed in (1, 2)]


def test_everybody_is_one_dot(lives: list[ProgrammeLife]) -> None:
    """The dots of a panel are all its people, each once."""
    for one in lives:
        assert (one.participants.sum(axis=1) <= one.counted).all()
        assert (one.residents.sum(axis=1) == one.people).all()
        assert (np.diff(one.started) >= 0).all()
        assert one.gap[0] == 0.0


def test_first_years_are_the_same_in_the_whole(lives: list[ProgrammeLife]) -> None:
    """A first answer is never taken back."""
    small = load("average", policy="watch-out", overrides=SMALL)
    bare = small.model_copy(update={"policy": Policy()})
    first = next(iter(live_programme(small, bare, "working", 1, 4, quick=True)))
    assert first.years == 3
    assert first.gap.tolist() == lives[0].gap[:4].tolist()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_is_told_in_words(lives: list[ProgrammeLife], lang: str) -> None:
    """The sentence holds what was counted, and both panels have one scale."""
    t = texts(lang)
    words = answer(lives, 4, "Watch Out", "Wijk", "working", t)
    assert t.number(float(np.mean([one.started[4] for one in lives]))) in words
    drawn = picture(lives, "working", t)
    assert [len(panel["counts"]) for panel in drawn["panels"]] == [5, 5]
    assert drawn["low"] <= 0.0 < drawn["high"]


@pytest.mark.browser
@in_browser
def test_it_works_in_a_browser(tmp_path: Path) -> None:
    """Choose, slide, and take the scenario home; wide and on a phone."""
    with workshop(tmp_path) as address, chromium() as browser:
        for width, lang in ((1366, "nl"), (390, "en")):
            visitor = Visitor(browser, address, width)
            page = visitor.go(f"?page=programme&place=staalmanpleinbuurt&lang={lang}")
            page.wait_for_selector("canvas[data-drawn]")
            page.get_by_role("button", name=texts(lang)("workshop_try.where_street")).click()
            page.wait_for_function("location.search.includes('x_where=street')")
            page.wait_for_selector("canvas[data-drawn]")
            with page.expect_download() as taken:
                page.get_by_text(texts(lang)("workshop_take.scenario"), exact=True).click()
            file = tmp_path / f"{lang}.toml"
            taken.value.save_as(file)
            spec = load(file).policy.programmes["watch-out"].programme
            assert spec.eligibility.streets == (0,)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert visitor.wrong == []
            visitor.close()


def test_all_ways_to_choose_a_part_of_a_place_can_be_lived() -> None:
    """Every button gives a scenario."""
    for where in WHERE:
        state = State(place="staalmanpleinbuurt").chosen(where=where)
        assert tried_scenario(state, texts("nl"), OPEN).policy.programmes
