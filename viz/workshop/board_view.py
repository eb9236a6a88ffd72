"""The board on page 4: open one, join one, put a plan on it, and see what others made."""

from __future__ import annotations

import contextlib
import hashlib
import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import reacton
import solara

from ..text import Texts
from .board import Posted, RefusedError, boards
from .money_words import ON_BOARD, board_number, headed, plan_name
from .plan import plan_from_text
from .plan_drawing import LETTERS, pieces
from .plan_life import YEARLY
from .plan_results import Outcome
from .session import Session

#: Seconds between two looks at whether others put something on the board.
_LOOKS = 2.0
#: What more is better of.
_BEST = "rung_years.participants"
_WORDS = (
    "open",
    "or",
    "code",
    "join",
    "leave",
    "empty",
    "title",
    "plan",
    "money",
    "take_off",
    "best",
)


@solara.component_vue("board.vue")
def _Board(
    code: str,
    plans: list[dict[str, Any]],
    columns: list[str],
    offers: list[dict[str, Any]],
    problem: str,
    words: dict[str, str],
    event_open: Callable[[Any], None],
    event_join: Callable[[str], None],
    event_leave: Callable[[Any], None],
    event_post: Callable[[int], None],
    event_take_off: Callable[[str], None],
) -> None:
    """Draw the board."""


@solara.component
def BoardCard(session: Session, outcomes: Sequence[Outcome], makers: Sequence[Posted]) -> None:
    """Show the board of a session's workshop.

    Parameters
    ----------
    session
        Whose code and tickets these are.
    outcomes
        The plans of the session.
    makers
        The same plans as they would stand on the board.
    """
    t = session.t
    code = session.state.choice("board")
    ticket = hashlib.sha256(f"board {session.group}".encode()).hexdigest()
    problem, set_problem = reacton.use_state("")
    _use_news(code)
    posted = _plans(code, ticket)
    if code and posted is None:
        problem = t("workshop_board.unknown")

    def refresh() -> None:
        """Put what was computed more often since on the board, in place of what stands there."""
        for own in makers:
            if any(_is_older(one, own) for one in posted or [] if one.ticket):
                # A board that went meanwhile is said to be gone at the next drawing.
                with contextlib.suppress(RefusedError):
                    boards().post(code, replace(own, ticket=ticket))

    reacton.use_effect(refresh, [code, *(one.replicates for one in makers)])

    def doing(work: Callable[[], None]) -> None:
        try:
            set_problem("")
            work()
        except RefusedError as error:
            set_problem(t(f"workshop_board.{error.why}"))

    def post(at: object) -> None:
        if isinstance(at, int) and 0 <= at < len(makers):
            boards().post(code, replace(makers[at], ticket=ticket))

    with solara.Div(classes=["la-card"]):
        solara.HTML("h2", t("workshop_board.title"))
        solara.HTML("p", t("workshop_board.about"), classes=["la-soft"])
        _Board(
            code=code if posted is not None else "",
            plans=[] if posted is None else rows(posted, t),
            columns=[
                *(t(f"workshop_board.head_{one.replace('.', '_')}") for one in ON_BOARD),
                t("workshop_board.head_replicates"),
            ],
            offers=[
                {"at": at, "words": t("workshop_board.post", plan=own.name or LETTERS[at])}
                for at, (own, one) in enumerate(zip(makers, outcomes, strict=True))
                if one.replicates
            ],
            problem=problem,
            words={name: t(f"workshop_board.{name}") for name in _WORDS},
            event_open=lambda _: doing(lambda: session.choose(board=boards().open())),
            event_join=lambda typed: doing(lambda: session.choose(board=boards().find(str(typed)))),
            event_leave=lambda _: session.choose(board=""),
            event_post=lambda at: doing(lambda: post(at)),
            event_take_off=lambda name: doing(lambda: boards().take_off(code, ticket, str(name))),
        )


def _use_news(code: str) -> None:
    """Draw again when somebody changes the board."""
    _, set_news = reacton.use_state(0)

    def look() -> Callable[[], None] | None:
        if not code:
            return None
        stop = threading.Event()

        def watch() -> None:
            seen = boards().news(code)
            while not stop.wait(_LOOKS):
                now = boards().news(code)
                if now != seen and not stop.is_set():
                    seen = now
                    set_news(now)

        threading.Thread(target=watch, daemon=True).start()
        return stop.set

    reacton.use_effect(look, [code])


def _is_older(posted: Posted, here: Posted) -> bool:
    """Return whether a plan on the board is one of here, computed less often."""
    same = (posted.name, posted.plan, posted.setting) == (here.name, here.plan, here.setting)
    return same and posted.replicates < here.replicates


def _plans(code: str, ticket: str) -> list[Posted] | None:
    if not code:
        return None
    try:
        return boards().plans(code, ticket)
    except RefusedError:
        return None


# -- what stands on it ------------------------------------------------------------------------


def as_posted(
    one: Outcome, at: int, place: str, paid: str, purse_years: int, setting: str, t: Texts
) -> Posted:
    """Return a plan as it stands on the board, with the means of what came of it at the end."""
    plan = one.funded.plan
    return Posted(
        name=headed(plan_name(plan, at, t)),
        plan=plan.to_text(),
        place=place,
        policy=paid,
        purse_years=purse_years,
        purse_cents=one.funded.total_cents,
        years=plan.years,
        replicates=one.replicates,
        numbers=tuple((name, one.at(name, plan.years)[0]) for name in YEARLY),
        setting=setting,
    )


def rows(posted: Sequence[Posted], t: Texts) -> list[dict[str, Any]]:
    """Return the plans on a board as `board.vue` draws them.

    Plans with another place, programmes or purse than that of most are said to be: they cannot be
    compared with the others, and none of them is marked as the best.
    """
    if not posted:
        return []
    settings = [one.setting for one in posted]
    common = max(dict.fromkeys(settings), key=settings.count)
    alike = [one for one in posted if one.setting == common]
    gains = [one.number(_BEST) for one in alike if math.isfinite(one.number(_BEST))]
    most = max(gains, default=math.nan) if len(gains) > 1 else math.nan
    found = []
    for one in posted:
        best = one.setting == common and one.number(_BEST) == most
        found.append(
            {
                "name": one.name,
                "pieces": pieces(plan_from_text(one.plan, one.years, one.purse_years)),
                "when": t("workshop_board.when", plan=one.name),
                "values": [
                    *(board_number(name, one.number(name), t) for name in ON_BOARD),
                    t.number(one.replicates),
                ],
                "best": ON_BOARD.index(_BEST) if best else -1,
                "differs": "" if one.setting == common else t("workshop_board.differs"),
                "own": bool(one.ticket),
            }
        )
    return found
