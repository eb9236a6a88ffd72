"""Find the line of a key in a TOML text, for error messages.

The standard parser keeps no positions. This reads tables, dotted and quoted keys of a text that
`tomllib` has already accepted; a key inside an inline table gets the line of the table.
"""

from __future__ import annotations

import re
import tomllib

_HEADER = re.compile(r"^\s*\[{1,2}(?P<path>[^\[\]]+)\]{1,2}\s*(#.*)?$")
_KEY = re.compile(
    r"""^\s*(?P<path>(?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*="""
)
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))


def line_of(text: str, path: tuple[str, ...]) -> int | None:
    """Return the 1-based line of the key at ``path``, of the nearest table that holds it, or None."""
    table: tuple[str, ...] = ()
    best: tuple[int, int] | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = _parts(header["path"])
            here = table
        elif key := _KEY.match(line):
            here = table + _parts(key["path"])
        else:
            continue
        if here == path[: len(here)] and (best is None or len(here) > best[0]):
            best = (len(here), number)
    return best[1] if best else None


def syntax_error_line(error: tomllib.TOMLDecodeError) -> int | None:
    """Return the line that a TOML syntax error names, or None."""
    found = re.search(r"line (\d+)", str(error))
    return int(found[1]) if found else None
