"""A TOML text with its name and lines, and the errors that point into it."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError

from .errors import Problem, ScenarioError, nearest_name
from .locate import _lines_of_keys, _parts, line_of, syntax_error_line

M = TypeVar("M", bound=BaseModel)

#: More keys than this are not listed where the one that was meant is named.
_ALLOWED_LISTED = 16
_VALUE_SHOWN = 60
_ELEMENT = re.compile(r"^\s*\[\[(?P<path>[^\[\]]+)\]\]")


@dataclass(frozen=True)
class Document:
    """A parsed TOML file.

    ``overrides`` maps key paths that were set afterwards to their label.

    ``more_keys`` are keys of the file that its reader takes out before the model is made.
    """

    where: str
    text: str
    data: dict[str, Any]
    overrides: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    more_keys: tuple[str, ...] = ()

    def problem(
        self, path: tuple[str, ...], message: str, allowed: str = "", nearest: str = ""
    ) -> Problem:
        """Return a problem located at the key ``path``."""
        key = ".".join(path)
        for depth in range(len(path), 0, -1):
            if label := self.overrides.get(path[:depth]):
                key = ".".join([label, *path[depth:]])
                return Problem("override", key, message, None, allowed, nearest)
        under = [label for at, label in self.overrides.items() if at[: len(path)] == path]
        if path and under:
            # A check of several keys together failed, and these are the ones that were set.
            return Problem("override", ", ".join(under), message, None, allowed, nearest)
        return Problem(self.where, key, message, _line_at(self.text, path), allowed, nearest)

    def validate(self, model: type[M], data: Any, prefix: tuple[str, ...] = ()) -> M:
        """Return ``data`` as ``model``; raise `ScenarioError` with located problems."""
        try:
            return model.model_validate(data)
        except ValidationError as error:
            errors = error.errors()
            found = [
                self._translated(model, one, prefix)
                for one in errors
                if not _follows_from_others(one, errors)
            ]
            raise ScenarioError(found) from None

    def _translated(self, model: type[BaseModel], error: Any, prefix: tuple[str, ...]) -> Problem:
        location = tuple(str(part) for part in error["loc"])
        path = (*prefix, *location)
        kind, value = error["type"], error.get("input")
        context = error.get("ctx") or {}
        if kind == "extra_forbidden":
            known = _fields_at(model, location[:-1])
            if len(location) == 1:
                known = list(dict.fromkeys([*known, *self.more_keys]))
            near = nearest_name(location[-1], known)
            listed = not near or len(known) <= _ALLOWED_LISTED
            allowed = ", ".join(known) if listed else ""
            return self.problem(path, "unknown key", allowed=allowed, nearest=near)
        if kind == "missing":
            return self.problem(path, "is missing")
        message = _plain(error["msg"], value)
        if kind == "literal_error":
            known = [
                name.strip(" '")
                for name in str(context["expected"]).replace(" or ", ",").split(",")
            ]
            return self.problem(
                path,
                f"unknown value {_short(value)}",
                allowed=", ".join(known),
                nearest=nearest_name(_short(value).strip("'"), known),
            )
        return self.problem(path, message, allowed=_range_at(model, location))


def _line_at(text: str, path: tuple[str, ...]) -> int | None:
    """Return the line of the key at ``path``; a number in it counts the tables of an array from 0."""
    for depth, part in enumerate(path):
        heads = _elements(text, path[:depth]) if part.isdecimal() else {}
        if part not in heads:
            continue
        lines = text.split("\n")
        first, end = heads[part], heads.get(str(int(part) + 1), len(lines))
        # Empty lines stand for what was before, so that lines keep their numbers.
        inside = "\n" * first + "\n".join(lines[first:end])
        return _line_at(inside, (*path[:depth], *path[depth + 1 :]))
    return line_of(text, path)


def _elements(text: str, path: tuple[str, ...]) -> dict[str, int]:
    """Return the line, from 0, of each ``[[table]]`` of the array at ``path``, by its number."""
    found: list[int] = []
    for number, line in _lines_of_keys(text):
        head = _ELEMENT.match(line)
        if head and _parts(head["path"]) == path:
            found.append(number - 1)
    return {str(at): line for at, line in enumerate(found)}


def _follows_from_others(one: Any, errors: Any) -> bool:
    """Return whether a list is only too short because what is in it is wrong."""
    where = one["loc"]
    return one["type"] == "too_short" and any(
        len(other["loc"]) > len(where) and other["loc"][: len(where)] == where for other in errors
    )


def _plain(message: str, value: Any) -> str:
    message = message.removeprefix("Value error, ")
    message = message[0].lower() + message[1:]
    if isinstance(value, str | int | float | bool):
        return f"{_short(value)}: {message}"
    return message


def _short(value: Any) -> str:
    """Return a value as text of at most a line; Python refuses to write out the longest numbers."""
    try:
        text = repr(value)
    except ValueError:
        # Read by people of any language: the size says enough.
        digits = int(value.bit_length() * math.log10(2)) if isinstance(value, int) else 0
        return f"10^{digits}" if digits else "..."
    return text if len(text) <= _VALUE_SHOWN else text[:_VALUE_SHOWN] + "..."


def _model_at(model: type[BaseModel], location: tuple[str, ...]) -> type[BaseModel] | None:
    parts = iter(location)
    for part in parts:
        found = model.model_fields.get(part)
        annotation: Any = found.annotation if found else None
        if get_origin(annotation) in (dict, tuple):
            # A table with names of its own, or an array of tables: the next part is one of them.
            next(parts, None)
            annotation = get_args(annotation)[1 if get_origin(annotation) is dict else 0]
        if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
            return None
        model = annotation
    return model


def _fields_at(model: type[BaseModel], location: tuple[str, ...]) -> list[str]:
    inner = _model_at(model, location)
    return list(inner.model_fields) if inner else []


def _range_at(model: type[BaseModel], location: tuple[str, ...]) -> str:
    for depth in range(len(location), 0, -1):
        inner = _model_at(model, location[: depth - 1])
        found = inner.model_fields.get(location[depth - 1]) if inner else None
        if found is not None:
            extra = found.json_schema_extra
            if isinstance(extra, dict) and "low" in extra:
                return f"{extra['low']:g} to {extra['high']:g} {extra['unit']}"
            return ""
    return ""


def parse_toml(where: str, content: bytes) -> Document:
    """Return the document in ``content``; raise `ScenarioError` for text that is not TOML."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ScenarioError([Problem(where, "", "is not UTF-8 text", line=line)]) from None
    try:
        return Document(where, text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        message = f"is not valid TOML: {error}"
        raise ScenarioError([Problem(where, "", message, line=syntax_error_line(error))]) from None
    except ValueError as error:
        raise ScenarioError([Problem(where, "", f"is not valid TOML: {error}")]) from None
    except RecursionError:
        raise ScenarioError([Problem(where, "", "is nested too deeply")]) from None


def read_toml(path: Path | Traversable, where: str) -> Document:
    """Return the document in a file; raise `ScenarioError` when it cannot be read."""
    try:
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ScenarioError([Problem(where, "", f"cannot be read: {reason}")]) from None
    return parse_toml(where, content)
