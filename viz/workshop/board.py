"""The shared board of a workshop: plans of groups, side by side for the plenary round.

One code per workshop and no accounts. A board holds what a group called its plan, the plan, and the
numbers the model gave; nothing about who sent it. It lives in the memory of the server only, holds
a bounded number of plans, and is gone some hours after its last use.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

from .plan import clean_name

#: Letters of a code: none that is taken for another, and no vowels, so that no code is a word.
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
_CODE_LENGTH = 5
LONGEST_PLAN = 600


class RefusedError(ValueError):
    """What was asked of a board cannot be; its ``why`` is the name of a text."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Posted:
    """A plan on a board.

    Attributes
    ----------
    name : str
        What the group calls it.
    plan : str
        As `plan.Plan.to_text` writes it.
    place : str
        Key of the place; empty for one that was uploaded.
    policy : str
        Whose programmes are paid.
    purse_years, purse_cents : int
        What there was to divide.
    years : int
        How long it was lived.
    replicates : int
        How often.
    numbers : tuple of (str, float)
        What came of it, by outcome: the mean at the end.
    setting : str
        Name by content of all that must be equal for plans to be compared: place, programmes,
        purse, years, parameters.
    ticket : str
        Of the session that posted it, which alone can change it or take it off; drawn by chance,
        and shown to nobody else.
    """

    name: str
    plan: str
    place: str
    policy: str
    purse_years: int
    purse_cents: int
    years: int
    replicates: int
    numbers: tuple[tuple[str, float], ...]
    setting: str
    ticket: str = ""

    def number(self, outcome: str) -> float:
        """Return what came of it; NaN where it is not known."""
        return dict(self.numbers).get(outcome, float("nan"))


@dataclass
class _Board:
    posted: list[Posted]
    used: float
    news: int = 0


class Boards:
    """All boards of a server.

    Parameters
    ----------
    most_boards
        Boards at a time; beyond it no new one is opened.
    most_plans
        Plans on one board.
    hours
        After so long without use a board is gone.
    clock
        Seconds that only grow.
    """

    def __init__(
        self,
        most_boards: int = 100,
        most_plans: int = 24,
        hours: float = 12.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most_boards = most_boards
        self._most_plans = most_plans
        self._seconds = 3600 * hours
        self._clock = clock
        self._lock = threading.Lock()
        self._boards: OrderedDict[str, _Board] = OrderedDict()

    def open(self) -> str:
        """Open an empty board and return its code.

        Raises
        ------
        RefusedError
            ``"full"`` when there are as many boards as there may be.
        """
        with self._lock:
            self._sweep()
            if len(self._boards) >= self._most_boards:
                raise RefusedError("full")
            code = _code()
            while code in self._boards:
                code = _code()
            self._boards[code] = _Board([], self._clock())
            return code

    def find(self, typed: str) -> str:
        """Return the code of the board that somebody meant, however it was typed.

        Raises
        ------
        RefusedError
            ``"unknown"`` for a board that there is not.
        """
        with self._lock:
            self._board(typed)
            return _as_code(typed)

    def post(self, code: str, plan: Posted) -> None:
        """Put a plan on a board, in place of one with the same name and ticket.

        Raises
        ------
        RefusedError
            ``"unknown"``: no such board; ``"plans"``: no room on it; ``"no_name"``: a plan without a
            name; ``"taken"``: with a name that another group took; ``"long"``: too long a plan.
        """
        name = clean_name(plan.name)
        if not name:
            raise RefusedError("no_name")
        if len(plan.plan) > LONGEST_PLAN or len(plan.numbers) > 40:
            raise RefusedError("long")
        with self._lock:
            board = self._board(code)
            at = next((k for k, one in enumerate(board.posted) if one.name == name), None)
            if at is not None and board.posted[at].ticket != plan.ticket:
                raise RefusedError("taken")
            if at is None and len(board.posted) >= self._most_plans:
                raise RefusedError("plans")
            own = replace(plan, name=name)
            if at is None:
                board.posted.append(own)
            else:
                board.posted[at] = own
            board.news += 1

    def take_off(self, code: str, ticket: str, name: str) -> None:
        """Take a plan off a board; only with the ticket that came with it.

        Raises
        ------
        RefusedError
            ``"unknown"`` for a board that there is not.
        """
        with self._lock:
            board = self._board(code)
            kept = [one for one in board.posted if (one.ticket, one.name) != (ticket, name)]
            if len(kept) < len(board.posted):
                board.posted, board.news = kept, board.news + 1

    def plans(self, code: str, ticket: str = "") -> list[Posted]:
        """Return the plans on a board, in the order in which they came; no ticket but one's own.

        Raises
        ------
        RefusedError
            ``"unknown"`` for a board that there is not.
        """
        with self._lock:
            posted = list(self._board(code).posted)
        return [one if one.ticket == ticket else replace(one, ticket="") for one in posted]

    def news(self, code: str) -> int:
        """Return a number that grows with every change of a board; -1 when there is none."""
        with self._lock:
            board = self._boards.get(_as_code(code))
            return -1 if board is None or self._is_over(board) else board.news

    def __len__(self) -> int:
        with self._lock:
            self._sweep()
            return len(self._boards)

    def _board(self, code: str) -> _Board:
        self._sweep()
        board = self._boards.get(_as_code(code))
        if board is None:
            raise RefusedError("unknown")
        board.used = self._clock()
        return board

    def _is_over(self, board: _Board) -> bool:
        return self._clock() - board.used > self._seconds

    def _sweep(self) -> None:
        for code in [code for code, board in self._boards.items() if self._is_over(board)]:
            del self._boards[code]


def _code() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH))


def _as_code(text: str) -> str:
    """Return a code as it is kept, however somebody typed it."""
    return "".join(one for one in text.upper()[:40] if one in _LETTERS)


_boards = Boards()


def boards() -> Boards:
    """Return the boards of this server."""
    return _boards
