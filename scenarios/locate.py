"""Find the line of a key in a TOML text, for error messages.

The standard parser keeps no positions. This reads tables, dotted and quoted keys of a text that
`tomllib` has already accepted; a key inside an inline table gets the line of the table.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

_HEADER = re.compile(r"^\s*\[{1,2}(?P<path>[^\[\]]+)\]{1,2}\s*(#.*)?$")
_KEY = re.compile(
    r"""^\s*(?P<path>(?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*="""
)
_LONG_QUOTES = re.compile(r"\"{3}|'{3}")
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))


def _lines_of_keys(text: str) -> Iterator[tuple[int, str]]:
    """Yield (number, line) of the lines that do not lie inside a string of several lines."""
    inside = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if not inside:
            yield number, line
        for quotes in _LONG_QUOTES.findall(line):
            if inside == quotes:
                inside = ""
            elif not inside:
                inside = quotes


def line_of(text: str, path: tuple[str, ...]) -> int | None:
    """Return the 1-based line of the key at ``path``, of the nearest table that holds it, or None."""
    table: tuple[str, ...] = ()
    best: tuple[int, int] | None = None
    for number, line in _lines_of_keys(text):
        if header := _HEADER.match(line):
            table = _parts(header["path"])
            here = table
        elif key := _KEY.match(line):
            here = table + _parts(key["path"])
        else:
            continue
        depth = min(len(here), len(path))
        if here[:depth] == path[:depth] and (best is None or depth > best[0]):
            best = (depth, number)
    return best[1] if best else None


def syntax_error_line(error: tomllib.TOMLDecodeError) -> int | None:
    """Return the line that a TOML syntax error names, or None."""
    found = re.search(r"line (\d+)", str(error))
    return int(found[1]) if found else None
