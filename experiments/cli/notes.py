"""Numbered notes under a table: what the numbers in it rest on."""

from __future__ import annotations


class Notes:
    """Numbered notes; the same text gets the same number."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, text: str) -> str:
        """Return the number of a note; a new one for a new text."""
        return str(self._numbers.setdefault(text, len(self._numbers) + 1))

    def rows(self) -> list[list[str]]:
        """Return number and text of every note, in order."""
        return [[str(number), text] for text, number in self._numbers.items()]
