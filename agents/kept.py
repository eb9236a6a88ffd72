"""Numbers of an agent that are kept in a table, where loops over all agents find them too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class Kept(Generic[T]):
    """A number in the ``row`` of an agent, under the name of the attribute.

    Parameters
    ----------
    kind
        What it is read as: ``int``, ``float`` or ``bool``.
    """

    def __init__(self, kind: Callable[[Any], T]) -> None:
        self._kind = kind

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, agent: None, owner: type) -> Kept[T]: ...
    @overload
    def __get__(self, agent: Any, owner: type) -> T: ...
    def __get__(self, agent: Any, owner: type) -> Kept[T] | T:
        if agent is None:
            return self
        return self._kind(agent.row[self._name])

    def __set__(self, agent: Any, value: T) -> None:
        agent.row[self._name] = value
