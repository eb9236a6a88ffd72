"""How a table of the description is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np


def described(what: str, names: Iterable[str], meanings: Mapping[str, str]) -> dict[str, str]:
    """Return the meaning of every name, in the order of the names.

    Raises
    ------
    LookupError
        When a name has no meaning, or a meaning belongs to no name.
    """
    known = list(names)
    missing = [name for name in known if name not in meanings]
    stale = [name for name in meanings if name not in known]
    if missing or stale:
        raise LookupError(f"{what} without meaning: {missing}; gone: {stale}")
    return {name: meanings[name] for name in known}


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines
    )


def number(value: Any) -> str:
    """Return a number, or the numbers of an array, as short as they are exact."""
    array = np.asarray(value)
    if array.ndim:
        if not array.any():
            return "0"
        return ", ".join(number(one) for one in array.tolist())
    return f"{array.item():.12g}"
