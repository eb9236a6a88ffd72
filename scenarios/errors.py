"""Errors that say what was wrong, where, what is allowed and which known name is nearest."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing wrong with what was asked.

    ``where`` is a file name or ``"override"``; ``line`` is 1-based, or None where there is none.
    """

    where: str
    key: str
    message: str
    line: int | None = None
    allowed: str = ""
    nearest: str = ""

    def __str__(self) -> str:
        place = self.where + (f", line {self.line}" if self.line else "")
        text = f"{place}: {self.key}: {self.message}" if self.key else f"{place}: {self.message}"
        if self.allowed:
            text += f"; allowed: {self.allowed}"
        if self.nearest:
            text += f"; did you mean {self.nearest!r}?"
        return text


class ScenarioError(ValueError):
    """What was asked cannot be run; `problems` holds everything that was found wrong."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[ScenarioError], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


def nearest_name(name: str, known: Iterable[str]) -> str:
    """Return the known name nearest to ``name``, or an empty string when none is near."""
    found = difflib.get_close_matches(name.lower(), list(known), n=1, cutoff=0.55)
    return found[0] if found else ""
