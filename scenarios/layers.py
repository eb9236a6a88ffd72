"""Files that state only their differences from a base, and the errors that point into the right one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .document import Document
from .errors import Problem


@dataclass(frozen=True)
class Layers(Document):
    """Several files of which the later state differences; a problem is located in the last that has the key."""

    files: tuple[tuple[Document, tuple[str, ...]], ...] = field(default_factory=tuple)

    def problem(
        self, path: tuple[str, ...], message: str, allowed: str = "", nearest: str = ""
    ) -> Problem:
        """Return a problem located at the key ``path`` in the file that states it."""
        for label_at in self.overrides:
            if path[: len(label_at)] == label_at or label_at[: len(path)] == path:
                return super().problem(path, message, allowed, nearest)
        best, deepest = None, -1
        for document, prefix in self.files:
            inside = path[len(prefix) :] if path[: len(prefix)] == prefix else ()
            if prefix and not inside:
                continue
            depth = len(prefix) + _depth(document.data, inside or path)
            if depth >= deepest:
                best, deepest = (document, inside or path), depth
        if best is None:
            return super().problem(path, message, allowed, nearest)
        document, inside = best
        found = document.problem(inside, message, allowed, nearest)
        return replace(found, key=".".join(path) if document.where != self.where else found.key)


def _depth(data: Any, path: tuple[str, ...]) -> int:
    depth = 0
    for part in path:
        if not isinstance(data, Mapping) or part not in data:
            break
        data = data[part]
        depth += 1
    return depth


def merged(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``base`` with the differences of ``own``; tables are merged, anything else replaced."""
    result = dict(base)
    for key, value in own.items():
        old = result.get(key)
        whole = key in ("payers", "calendar")
        if isinstance(value, Mapping) and isinstance(old, Mapping) and not whole:
            result[key] = merged(old, value)
        else:
            result[key] = value
    return result
