"""How long people in the workshop look at nothing: ``pytest tests/benchmarks/bench_workshop.py -n 0 -s``.

In a real browser, on a machine that does nothing else, in the place that opens first. What is asked
was not asked before: no answer comes from what is kept.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from typing import Any

import pytest

from ..browsing import COMPILING_MS, Visitor, chromium, in_browser, workshop

pytestmark = in_browser
#: Issue 6: a first picture after opening, a first answer that is computed, a control of a replay.
PICTURE_S, ANSWER_S, CONTROL_S = 2.0, 2.0, 0.3
TIMES = 5
ANSWERS = {
    "programme": ("&x_places={}", "canvas[data-drawn]"),
    "why": ("&x_seen=1&x_places={}", ".wy-bar"),
    "money": ("&x_purse={}&x_paid=watch-out", ".co svg"),
}
#: Another question every time; the purse has few sizes.
ASKED = {"programme": (5, 10, 40, 80, 160), "why": (5, 10, 40, 80, 160), "money": (5, 10, 20)}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def address(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with workshop(tmp_path_factory.mktemp("server")) as where:
        first = Visitor(browser, where)
        first.go()
        first.drawn(COMPILING_MS)
        # Both workers have loaded what they need.
        first.page.wait_for_function("document.querySelector('.la-play input')?.max == 120")
        first.go("?page=money")
        first.page.wait_for_selector(".co svg", timeout=COMPILING_MS)
        first.close()
        yield where


def _report(what: str, seconds: list[float], most: float) -> None:
    middle = statistics.median(seconds)
    print(f"\n{what}: {middle:.2f} s ({min(seconds):.2f} to {max(seconds):.2f}), at most {most} s")
    assert middle < most


def test_first_picture(browser: Any, address: str) -> None:
    """From an address in a fresh browser to the neighbourhood on the screen."""
    seconds = []
    for _ in range(TIMES):
        visitor = Visitor(browser, address)
        began = time.perf_counter()
        visitor.go()
        visitor.drawn()
        seconds.append(time.perf_counter() - began)
        visitor.close()
    _report("first picture", seconds, PICTURE_S)


@pytest.mark.parametrize("page", list(ANSWERS))
def test_first_answer(browser: Any, address: str, page: str) -> None:
    """From the tap on a page to a first answer that is computed, and sharpens afterwards."""
    query, answer = ANSWERS[page]
    seconds = []
    for asked in ASKED[page]:
        visitor = Visitor(browser, address)
        visitor.go("?page=inside" + query.format(asked))
        began = time.perf_counter()
        visitor.turn_to(page)
        visitor.page.wait_for_selector(answer, state="attached")
        seconds.append(time.perf_counter() - began)
        visitor.close()
    _report(f"first answer of page {page}", seconds, ANSWER_S)


def test_a_control_of_the_replay(browser: Any, address: str) -> None:
    """From a pull at the years to another picture, without the server."""
    visitor = Visitor(browser, address)
    page = visitor.go()
    visitor.drawn()
    page.wait_for_function("document.querySelector('.la-play input')?.max == 120")
    seconds = page.evaluate(_PULLS)
    visitor.close()
    _report("a pull at the years", seconds, CONTROL_S)


_PULLS = """async () => {
    const found = [], slider = document.querySelector(".la-play input");
    const canvas = document.querySelector("canvas");
    for (const to of [20, 100, 50, 119, 3]) {
        const before = canvas.toDataURL(), began = performance.now();
        slider.value = to;
        slider.dispatchEvent(new Event("input"));
        while (canvas.toDataURL() === before) await new Promise(requestAnimationFrame);
        found.push((performance.now() - began) / 1000);
    }
    return found;
}"""
