"""The shared board: one code per workshop, bounded, gone by itself, and nothing personal on it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace

import pytest
from langeadem.viz.text import LANGUAGES, texts
from langeadem.viz.workshop.board import Boards, Posted, RefusedError
from langeadem.viz.workshop.board_view import rows
from langeadem.viz.workshop.plan import LONGEST_NAME, preset

PLAN = Posted(
    name="Adem",
    plan="carousel",
    place="wielwijk",
    policy="continuous",
    purse_years=15,
    purse_cents=1_643_401_800,
    years=30,
    replicates=12,
    numbers=(
        ("rung_years.participants", 1200.0),
        ("rung_years.neighbourhood", 400.0),
        ("months_without_service", 146.0),
        ("relations_broken", 1700.0),
    ),
    setting="s",
    ticket="mine",
)


class Clock:
    """A clock that goes when it is told to."""

    now = 0.0

    def __call__(self) -> float:
        """Return what it was put to."""
        return self.now


def test_a_plan_that_is_put_on_a_board_is_seen_by_all_who_have_its_code() -> None:
    """However the code is typed."""
    boards = Boards()
    code = boards.open()
    boards.post(code, PLAN)
    assert boards.find(f" {code[:2].lower()}-{code[2:]} ") == code
    assert [one.name for one in boards.plans(code.lower())] == ["Adem"]


def test_boards_know_nothing_of_each_other() -> None:
    boards = Boards()
    one, other = boards.open(), boards.open()
    boards.post(one, PLAN)
    assert boards.plans(other) == []


@pytest.mark.parametrize("code", ["", "AAAAA", "../..", "<b>", "x" * 10_000, "\x00"])
def test_a_code_that_is_none_is_refused(code: str) -> None:
    """And opens nothing."""
    boards = Boards()
    boards.open()
    for ask in (boards.plans, boards.find, lambda code: boards.post(code, PLAN)):
        with pytest.raises(RefusedError) as refused:
            ask(code)
        assert refused.value.why == "unknown"
    assert boards.news(code) == -1
    assert len(boards) == 1


def test_nothing_on_a_board_is_of_a_person() -> None:
    """No name of a person, no address, no time: what a group called its plan, and numbers."""
    kept = {one.name for one in fields(Posted)}
    assert kept == {
        "name",
        "plan",
        "place",
        "policy",
        "purse_years",
        "purse_cents",
        "years",
        "replicates",
        "numbers",
        "setting",
        "ticket",
    }


def test_only_who_posted_a_plan_can_change_it_or_take_it_off() -> None:
    """And nobody learns the ticket of another."""
    boards = Boards()
    code = boards.open()
    boards.post(code, PLAN)
    with pytest.raises(RefusedError, match="taken"):
        boards.post(code, replace(PLAN, ticket="other"))
    boards.take_off(code, "other", "Adem")
    boards.take_off(code, "", "Adem")
    boards.post(code, replace(PLAN, plan="sprint"))
    assert [(one.plan, one.ticket) for one in boards.plans(code)] == [("sprint", "")]
    assert [one.ticket for one in boards.plans(code, "other")] == [""]
    assert [one.ticket for one in boards.plans(code, "mine")] == ["mine"]
    boards.take_off(code, "mine", "Adem")
    assert boards.plans(code) == []


@pytest.mark.parametrize(("name", "shown"), [("  a\n b\t", "a b"), ("x" * 200, "x" * LONGEST_NAME)])
def test_a_name_is_cleaned_on_the_server(name: str, shown: str) -> None:
    """Whatever a browser sends."""
    boards = Boards()
    code = boards.open()
    boards.post(code, replace(PLAN, name=name))
    assert [one.name for one in boards.plans(code)] == [shown]


@pytest.mark.parametrize(
    ("plan", "why"),
    [
        (replace(PLAN, name=" \u202e\x00 "), "no_name"),
        (replace(PLAN, plan="12x1-" * 400), "long"),
        (replace(PLAN, numbers=tuple((str(k), 1.0) for k in range(100))), "long"),
    ],
)
def test_what_does_not_belong_on_a_board_is_refused(plan: Posted, why: str) -> None:
    boards = Boards()
    code = boards.open()
    with pytest.raises(RefusedError, match=why):
        boards.post(code, plan)
    assert boards.plans(code) == []


def test_boards_are_bounded() -> None:
    """Nobody fills the memory of the server: boards, plans on them, and how long they last."""
    clock = Clock()
    boards = Boards(most_boards=3, most_plans=2, hours=2.0, clock=clock)
    codes = [boards.open() for _ in range(3)]
    with pytest.raises(RefusedError, match="full"):
        boards.open()
    for name in ("a", "b"):
        boards.post(codes[0], replace(PLAN, name=name))
    with pytest.raises(RefusedError, match="plans"):
        boards.post(codes[0], replace(PLAN, name="c"))
    boards.post(codes[0], replace(PLAN, name="b", plan="relay"))
    clock.now = 3600.0
    boards.plans(codes[0])
    clock.now = 2.5 * 3600.0
    assert boards.news(codes[1]) == -1
    assert len(boards) == 1
    assert len(boards.plans(codes[0])) == 2
    boards.open()
    clock.now = 24 * 3600.0
    assert len(boards) == 0
    with pytest.raises(RefusedError, match="unknown"):
        boards.plans(codes[0])


def test_looking_whether_there_is_news_does_not_keep_a_board() -> None:
    """A tab that somebody forgot does not hold a board for ever."""
    clock = Clock()
    boards = Boards(hours=1.0, clock=clock)
    code = boards.open()
    for _ in range(20):
        clock.now += 600.0
        boards.news(code)
    assert boards.news(code) == -1


def test_thirty_groups_post_at_once() -> None:
    """No plan is lost, and none is there twice."""
    boards = Boards(most_plans=30)
    code = boards.open()

    def post(at: int) -> None:
        for _ in range(20):
            boards.post(code, replace(PLAN, name=f"group {at}", ticket=str(at)))
            boards.plans(code)

    with ThreadPoolExecutor(30) as pool:
        list(pool.map(post, range(30)))
    assert sorted(one.name for one in boards.plans(code)) == sorted(
        f"group {at}" for at in range(30)
    )
    assert boards.news(code) == 600


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_cannot_be_compared_is_said_to_be_so(lang: str) -> None:
    """Another purse is another question: it can be on the board, and is not the best."""
    other = replace(PLAN, name="Rich", setting="other", ticket="")
    more = replace(PLAN, name="More", numbers=(("rung_years.participants", 1300.0),))
    rich = replace(other, numbers=(("rung_years.participants", 9000.0),))
    drawn = rows([PLAN, more, rich], texts(lang))
    assert [one["best"] for one in drawn] == [-1, 0, -1]
    assert [bool(one["differs"]) for one in drawn] == [False, False, True]
    assert [one["own"] for one in drawn] == [True, True, False]
    assert rows([PLAN], texts(lang))[0]["best"] == -1
    assert rows([], texts(lang)) == []


def test_a_plan_on_a_board_is_drawn_as_it_was_made() -> None:
    """Bars of the board are those of the timeline."""
    drawn = rows([PLAN], texts("nl"))[0]["pieces"]
    paid = sum(last - first for first, last, _ in drawn)
    levels = preset("carousel", 30, 15).levels
    assert paid == pytest.approx(sum(level > 0 for level in levels) / len(levels))
