"""The engine of the workshop: fair, shared, bounded, and safe from what one session breaks."""

from __future__ import annotations

import base64
import importlib
import sys
import threading
import time
import zlib
from collections.abc import Iterator
from multiprocessing import active_children
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langeadem.viz.workshop.asking import _follow
from langeadem.viz.workshop.crew import Failure
from langeadem.viz.workshop.jobs import Order, Piece, Service, TooMuchError
from langeadem.viz.workshop.limits import Limits
from langeadem.viz.workshop.state import COLOURS, PAGES, History, State, from_query

WORK = """
import os, time
def double(x): return 2 * x
def slow(x, seconds): time.sleep(seconds); return x
def better(x):
    yield x
    time.sleep(1.0)
    yield x + 1
def breaks(x): raise ValueError(f"no {x}")
def dies(): os._exit(3)
def large(n): return bytes(n)
def opening(): time.sleep(1.5)
"""


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """Give a module that worker processes can import too."""
    folder: Path = tmp_path_factory.mktemp("work")
    (folder / "workshop_pieces.py").write_text(WORK)
    sys.path.insert(0, str(folder))
    yield importlib.import_module("workshop_pieces")
    sys.path.remove(str(folder))


@pytest.fixture
def one_worker() -> Iterator[Service]:
    service = Service(Limits(waiting=50, cache_bytes=5_000, piece_seconds=20), workers=1)
    yield service
    service.close()


def finish(order: Order, seconds: float = 60) -> list[Any]:
    end = time.monotonic() + seconds
    while not order.finished:
        assert time.monotonic() < end, "not finished in time"
        order.wait(order.news, 0.2)
    return order.results


def test_results_come_and_are_shared(one_worker: Service, work: ModuleType) -> None:
    """Equal work is done once; a second session has it at once."""
    pieces = [Piece(f"double {x}", work.double, (x,)) for x in range(3)]
    assert finish(one_worker.ask("a", pieces)) == [0, 2, 4]
    second = one_worker.ask("b", pieces)
    assert second.finished
    assert second.results == [0, 2, 4]
    assert one_worker.known("double 1") == 2


def test_sessions_take_turns(one_worker: Service, work: ModuleType) -> None:
    """Who asks for one thing does not wait for all that somebody else asked before."""
    finish(one_worker.ask("warm", [Piece("warm", work.double, (1,))]))
    greedy = one_worker.ask("a", [Piece(f"a {k}", work.slow, (k, 0.3)) for k in range(10)])
    modest = one_worker.ask("b", [Piece("b", work.slow, (1, 0.0))])
    assert modest.position <= 1
    finish(modest)
    assert greedy.done <= 3
    assert greedy.position == 0
    greedy.cancel()
    assert greedy.finished


def test_first_versions_come_before_the_last(one_worker: Service, work: ModuleType) -> None:
    """A picture that sharpens: something to see long before all is done."""
    order = one_worker.ask("a", [Piece("better", work.better, (1,))])
    seen = set()
    while not order.finished:
        order.wait(order.news, 0.2)
        seen.add(order.results[0])
    assert {1, 2} <= seen
    assert order.results == [2]


def test_a_failure_is_told_to_who_asked_only(one_worker: Service, work: ModuleType) -> None:
    """A piece that raises, and one that kills its process; the next one is done as always."""
    pieces = [Piece("breaks", work.breaks, (7,)), Piece("dies", work.dies)]
    failed = finish(one_worker.ask("a", pieces))
    assert [one.origin for one in failed if isinstance(one, Failure)] == ["work", "aborted"]
    assert failed[0].message == "ValueError: no 7"
    assert finish(one_worker.ask("b", [Piece("fine", work.double, (4,))])) == [8]
    assert one_worker.known("breaks") is None


def test_a_last_result_that_comes_while_the_page_is_drawn_is_drawn(
    one_worker: Service, work: ModuleType
) -> None:
    """A page that says "5 of 6" for ever, though everything is there."""
    order = Order("a", [Piece(f"drawn {k}", work.double, (k,)) for k in range(2)], one_worker)
    order.tell(0, 0, True)
    drawn: list[int] = []

    def draw(news: int) -> None:
        drawn.append(order.done)
        order.tell(1, 2, True)

    _follow(order, threading.Event(), draw)
    assert drawn == [1, 2]


def test_work_that_takes_too_long_is_stopped(work: ModuleType) -> None:
    """A piece that would hold a worker for ever."""
    service = Service(Limits(piece_seconds=1.0), workers=1)
    try:
        found = finish(service.ask("a", [Piece("long", work.slow, (1, 60))]))
        assert found[0].origin == "too_long"
    finally:
        service.close()


def test_a_server_that_ends_while_it_starts_leaves_no_process() -> None:
    """Processes that are just being started when Ctrl-C comes."""
    before = set(active_children())
    for _ in range(3):
        Service(Limits(), workers=2).close()
    assert set(active_children()) <= before


def test_loading_is_no_time_of_the_work(work: ModuleType) -> None:
    """A first piece that is given up again and again, because rules are compiled before it."""
    service = Service(Limits(piece_seconds=1.0), workers=1, opening=work.opening)
    try:
        assert finish(service.ask("a", [Piece("first", work.double, (2,))])) == [4]
    finally:
        service.close()


def test_who_leaves_has_nothing_waiting(one_worker: Service, work: ModuleType) -> None:
    """A closed tab whose work would keep others waiting."""
    order = one_worker.ask("a", [Piece(f"left {k}", work.slow, (k, 0.5)) for k in range(20)])
    time.sleep(0.2)
    one_worker.leave("a")
    assert order.finished
    assert one_worker.waiting == 0
    assert finish(one_worker.ask("b", [Piece("after", work.double, (1,))]), 10) == [2]


def test_who_shares_keeps_what_another_takes_back(one_worker: Service, work: ModuleType) -> None:
    """Two sessions wait for one piece; the first leaves, the second still gets it."""
    finish(one_worker.ask("warm", [Piece("warm 2", work.slow, (1, 0.0))]))
    busy = one_worker.ask("c", [Piece("busy", work.slow, (1, 0.5))])
    first = one_worker.ask("a", [Piece("both", work.slow, (5, 0.0))])
    second = one_worker.ask("b", [Piece("both", work.slow, (5, 0.0))])
    one_worker.leave("a")
    assert first.cancelled
    assert finish(second) == [5]
    finish(busy)


def test_a_session_can_ask_too_much(one_worker: Service, work: ModuleType) -> None:
    """A queue without end."""
    with pytest.raises(TooMuchError):
        one_worker.ask("a", [Piece(f"many {k}", work.slow, (k, 9)) for k in range(51)])
    assert one_worker.waiting == 0


def test_what_is_kept_is_bounded(one_worker: Service, work: ModuleType) -> None:
    """Memory that grows with every plan of every group."""
    for k in range(6):
        finish(one_worker.ask("a", [Piece(f"large {k}", work.large, (1_500,))]))
    assert one_worker.kept_bytes <= 5_000
    assert one_worker.known("large 5") is not None
    assert one_worker.known("large 0") is None


def test_many_sessions_at_once(work: ModuleType) -> None:
    """Thirty who ask at the same time all get what they asked, each its own."""
    service = Service(Limits(), workers=2)
    orders: dict[int, Order] = {}

    def ask(k: int) -> None:
        pieces = [Piece(f"p {k} {n}", work.double, (100 * k + n,)) for n in range(5)]
        orders[k] = service.ask(str(k), pieces)

    try:
        threads = [threading.Thread(target=ask, args=(k,)) for k in range(30)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for k, order in orders.items():
            assert finish(order) == [2 * (100 * k + n) for n in range(5)]
        assert service.waiting == 0
    finally:
        service.close()


# -- what a session chose -------------------------------------------------------------------------


@given(
    st.builds(
        State,
        page=st.sampled_from(PAGES),
        place=st.sampled_from(["wielwijk", "average"]),
        policy=st.sampled_from(["none", "carousel", "watch-out"]),
        colour=st.sampled_from(COLOURS),
        quarter=st.integers(0, 120),
        stairwell=st.integers(-1, 900),
        person=st.integers(-1, 2**63 - 1),
        seed=st.integers(0, 1000),
        lang=st.sampled_from(["nl", "en"]),
        presenting=st.booleans(),
        choices=st.just((("plans", "a:1-3,b:4"), ("value", "0.25"))),
    )
)
def test_a_link_restores_what_was_chosen(state: State) -> None:
    """A link that opens something else than what was on the screen."""
    assert from_query(state.to_query()) == (state, [])


@given(st.text(max_size=300))
def test_no_link_breaks_the_page(query: str) -> None:
    """Whatever a link says gives a state that can be shown."""
    state, refused = from_query(query)
    assert state.page in PAGES
    assert all(len(name) <= 20 for name in refused)


@pytest.mark.parametrize(
    "query",
    [
        "place=nowhere", "page=admin", "quarter=-1", "quarter=1e3", "seed=x", "presenting=2",
        "x_plans=<b>", "x_=1", "x_" + "a" * 40 + "=1", "upload=abc", "place=a&place=b",
        "policy=../../x.toml", "quarter=\u0661", "a" * 9000,
    ],
)  # fmt: skip
def test_what_a_link_cannot_say_is_refused(query: str) -> None:
    """Refused and told, and the rest is as in a fresh session."""
    state, refused = from_query(query)
    assert refused
    assert state == State()


def test_a_link_carries_an_upload_that_fits() -> None:
    """A table that copies its link, or loads its page again, and lives another neighbourhood."""
    state = State(upload='place = "het-broek"\nyears = 5\n# é\n')
    assert state.upload_fits
    assert from_query(state.to_query()) == (state, [])
    large = State(upload="".join(f"# {at * 7_919 % 10_007}\n" for at in range(4_000)))
    assert not large.upload_fits
    assert "own" not in large.to_query()


def test_a_packed_upload_that_is_spoilt_is_refused() -> None:
    """Letters that are no text, a text that never ends, one that fills the memory."""
    good = (
        State(upload="years = 5 # and some more words to cut off").to_query().removeprefix("own=")
    )
    bomb = base64.urlsafe_b64encode(zlib.compress(b"#" * 1_000_000, 9)).decode().rstrip("=")
    for text in (good[:-8], "abc", "é", "", bomb, "A" * 6_000, "../../etc"):
        assert from_query("own=" + text) == (State(), ["own"]), text[:20]
    assert from_query(f"own={good}&own={good}")[1] == ["own"]


def test_a_choice_that_no_link_carries_is_refused() -> None:
    """What a page would lose when its link is opened."""
    with pytest.raises(ValueError, match="cannot be"):
        State().chosen(plans="<b>")
    assert State().chosen(a="1").chosen(a="").choices == ()


def test_undo_takes_back_what_matters() -> None:
    """Undo goes back to the last choice, and stays in the language of now."""
    history, start = History(), State()
    moved = State(quarter=3)
    history.note(start, moved)
    assert len(history) == 0
    chosen = State(quarter=3, colour="trust")
    history.note(moved, chosen)
    now = State(quarter=3, colour="trust", lang="en")
    assert history.back(now) == State(quarter=3, lang="en")
    assert history.back(now) == now


def test_undo_does_not_go_through_the_years_that_were_looked_at() -> None:
    """A slider of years that is dragged would push every real choice out of the history."""
    history, chosen = History(), State().chosen(where="street")
    history.note(State(), chosen)
    for year in range(60):
        history.note(chosen, chosen := chosen.chosen(pyear=str(year)))
    assert history.back(chosen) == State()
    history.note(chosen, chosen.chosen(pyear="2", places="40"))
    assert len(history) == 1
