"""A session: one browser tab, with its own choices; nothing in it is shared."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

import solara

from ..text import Texts, texts
from .state import History, State, from_query


class Session:
    """What pages are given: what was chosen, the words, and ways to choose.

    Reading `state` in a component draws it again when the state changes.

    Attributes
    ----------
    key : str
        Its name in the queue of the engine.
    refused : list of str
        Names in the link it was opened with that were refused.
    group : str
        Name of the group at the tab, by which a board knows whose plan is whose.
    """

    def __init__(self, query: str = "", group: str = "") -> None:
        self.key = uuid4().hex
        state, self.refused = from_query(query)
        self.group = group or uuid4().hex
        self._state = solara.reactive(state)
        self._round = solara.reactive(1)
        self._history = History()

    @property
    def state(self) -> State:
        """What is chosen now."""
        return self._state.value

    @property
    def round(self) -> int:
        """Which group is at the tab, from 1 on; parts of the page that keep something end with it."""
        return self._round.value

    @property
    def t(self) -> Texts:
        """The texts in the language of the session."""
        return texts(self.state.lang)

    def change(self, **values: Any) -> None:
        """Choose something: fields of `State` by name."""
        self.put(replace(self._state.peek(), **values))

    def choose(self, **values: str) -> None:
        """Choose something that a single page keeps; see `State.chosen`."""
        self.put(self._state.peek().chosen(**values))

    def put(self, state: State) -> None:
        """Put another state in place of this one."""
        old = self._state.peek()
        if state != old:
            self._history.note(old, state)
            self._state.value = state

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return len(self._history) > 0

    def undo(self) -> None:
        """Take the last choice back."""
        self._state.value = self._history.back(self._state.peek())

    def reset(self) -> None:
        """Begin afresh for the next group, who own no plan on a board; language and dress stay."""
        now = self._state.peek()
        self._history.clear()
        self.refused = []
        self.group = uuid4().hex
        self._round.value += 1
        self._state.value = State(lang=now.lang, presenting=now.presenting)
