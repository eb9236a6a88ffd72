"""How a page asks for work: it says what it needs, and is drawn again with what has come in."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import solara

from .crew import Failure
from .jobs import Order, Piece, TooMuchError, service

#: A state that is set to what it was draws nothing: every piece of news has a number of its own.
_NEWS = itertools.count(1)


@dataclass(frozen=True)
class Work:
    """What has come of what a page asked for.

    Attributes
    ----------
    results : tuple
        Of each piece, in order: None while there is none, or a first version of it.
    done, total : int
        Pieces.
    position : int
        Pieces of others that come first.
    running : bool
        Whether more will come.
    failures : tuple of Failure
        What went wrong.
    too_much : bool
        Whether it was refused, because too much is waiting for this session.
    """

    results: tuple[Any, ...] = ()
    done: int = 0
    total: int = 0
    position: int = 0
    running: bool = False
    failures: tuple[Failure, ...] = ()
    too_much: bool = False

    @property
    def first(self) -> Any:
        """The result of the first piece; None where there is none, or it failed."""
        found = self.results[0] if self.results else None
        return None if isinstance(found, Failure) else found

    @property
    def good(self) -> list[Any]:
        """The results that are there and did not fail."""
        return [one for one in self.results if one is not None and not isinstance(one, Failure)]


def use_work(session: str, pieces: Sequence[Piece]) -> Work:
    """Ask for pieces of work, and draw the component again whenever something comes in.

    Asked anew when the keys of the pieces change; what was asked before is then taken back, and so
    it is when the component goes. What is known already is there in the first drawing.

    Parameters
    ----------
    session
        Who asks (`Session.key`).
    pieces
        What; an empty list asks for nothing.
    """
    keys = tuple(piece.key for piece in pieces)
    nothing = cast("tuple[tuple[str, ...], Order | None] | None", None)
    order, set_order = solara.use_state(nothing, key="order")
    _, set_news = solara.use_state(0, key="news")

    def ask() -> Any:
        if not pieces:
            return None
        try:
            made = service().ask(session, pieces)
        except TooMuchError:
            set_order((keys, None))
            return None
        set_order((keys, made))
        stop = threading.Event()
        threading.Thread(target=_follow, args=(made, stop, set_news), daemon=True).start()

        def taken_back() -> None:
            stop.set()
            made.cancel()

        return taken_back

    solara.use_effect(ask, [session, keys])
    if not pieces:
        return Work()
    if order and order[0] == keys:
        return Work(total=len(pieces), too_much=True) if order[1] is None else _seen(order[1])
    known = tuple(service().known(key) for key in keys)
    done = sum(one is not None for one in known)
    return Work(known, done, len(keys), running=done < len(keys))


def _follow(order: Order, stop: threading.Event, set_news: Any) -> None:
    """Draw again at news, and every so often while others come first."""
    seen, place = 0, -1
    while not stop.is_set():
        # Asked before the news: a last result that comes while the page is drawn is drawn too.
        finished = order.finished
        news = order.news if finished else order.wait(seen, 1.0)
        now = order.position
        if stop.is_set():
            return
        if news != seen or now != place:
            seen, place = news, now
            set_news(next(_NEWS))
        if finished:
            return


def _seen(order: Order) -> Work:
    return Work(
        results=tuple(order.results),
        done=order.done,
        total=order.total,
        position=order.position,
        running=not order.finished,
        failures=tuple(order.failures),
    )
