"""A scenario that somebody sent as text: data, and nothing that opens a file."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from .document import Document, parse_toml
from .errors import Problem, ScenarioError
from .load import made, on_place
from .policy import Policy
from .scenario import Scenario

_NAME = re.compile(r"[a-z0-9-]+")
#: Keys whose value is a name of the catalogue, or in a file on disk the path of another one.
_NAMING = ("place", "policy", "calendar", "equal_money_to")
#: Keys that always name a file.
_OF_FILES = ("base", "file")
_DEEPEST = 12


def load_text(
    text: str,
    where: str = "upload",
    policy: str | os.PathLike[str] | Policy | None = None,
    overrides: Mapping[str, Any] | None = None,
) -> Scenario:
    """Return the scenario in a text.

    Parameters
    ----------
    text
        TOML, as in a scenario file; whatever it names is in the catalogue.
    where
        How problems speak of it.
    policy, overrides
        As for `load`.

    Raises
    ------
    ScenarioError
        As for `load`, and for a text that names a file: nothing on disk is opened for who sent it.
    """
    document = parse_toml(where, text.encode())
    if found := list(_files_named(document, (), document.data)):
        raise ScenarioError(found)
    return made(*on_place(document, Path(where)), policy, overrides)


def _files_named(document: Document, path: tuple[str, ...], value: Any) -> Iterator[Problem]:
    """Yield what would open a file."""
    if len(path) > _DEEPEST:
        yield document.problem(path[:1], "is nested too deeply")
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _files_named(document, (*path, key), inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _files_named(document, (*path, "[]"), inner)
    elif isinstance(value, str) and (
        (path[-1] in _NAMING and not _NAME.fullmatch(value))
        or path[-1] in _OF_FILES
        or value.strip().lower().endswith(".toml")
    ):
        message = "names a file; a scenario that was sent names what is in the catalogue"
        yield document.problem(tuple(one for one in path if one != "[]"), message)
