"""A study as it is written: a TOML file, checked key by key, with errors that name the line."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from ..scenarios import (
    AMOUNTS,
    OF_POLICY,
    Problem,
    ScenarioError,
    catalogue_names,
    nearest_name,
)
from ..scenarios.document import Document, read_toml
from ..scenarios.shipped import catalogue_folder
from .composing import GROUPS

_FROZEN = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

#: What is kept of every run where a study does not say: the four ladders of the neighbourhood.
DEFAULT_OUTCOMES = ("learning", "working", "housing", "leisure")
#: How many parts a key has, by its first; a parameter has two: group and name.
_DEPTH = {"programmes": 3, "parameters": 3, **dict.fromkeys(AMOUNTS, 1)}
#: Set by keys of the study of their own.
_ELSEWHERE = {"years": "years", "policy": "policies", "name": "name", "place": "scenario"}


def _range(low: int, high: int, unit: str) -> dict[str, Any]:
    """Return what `Document` shows of the range of a key."""
    return {"low": low, "high": high, "unit": unit}


class Vary(BaseModel):
    """The table ``vary``: what differs between the points of a study, and by which design."""

    model_config = _FROZEN

    design: Literal["grid", "list", "latin-hypercube", "sobol", "morris", "saltelli"] = "grid"
    samples: int | None = Field(
        default=None, ge=1, le=100_000, json_schema_extra=_range(1, 100_000, "samples")
    )
    seed: int = Field(default=1, ge=0, le=2**31 - 1)
    levels: int = Field(default=4, ge=2, le=100, json_schema_extra=_range(2, 100, "levels"))
    parameters: dict[str, Any] = Field(default_factory=dict)
    points: list[dict[str, Any]] | None = None


class StudyFile(BaseModel):
    """What a study states; see the README of experiments, "Sweeps"."""

    model_config = _FROZEN

    name: str = "study"
    about: str = ""
    scenario: str = "average"
    policies: list[str] | None = Field(default=None, min_length=1)
    baseline: str = "none"
    years: int | None = Field(default=None, ge=1, le=100, json_schema_extra=_range(1, 100, "years"))
    at: list[int] | None = Field(default=None, min_length=1)
    replicates: int = Field(
        default=10, ge=1, le=100_000, json_schema_extra=_range(1, 100_000, "replicates")
    )
    seed: int = Field(default=1, ge=0, le=2**62)
    outcomes: list[str] = Field(default=list(DEFAULT_OUTCOMES), min_length=1)
    set: dict[str, Any] = Field(default_factory=dict)
    vary: Vary = Field(default_factory=Vary)

    @field_validator("policies", "at", "outcomes")
    @classmethod
    def _each_once(cls, value: list[Any] | None) -> list[Any] | None:
        for one in value or ():
            if value and value.count(one) > 1:
                raise ValueError(f"{one!r} stands there twice")
        return value


@dataclass(frozen=True)
class Written:
    """A study with where it is written, to point into it.

    Attributes
    ----------
    file
        Its content, checked by itself; names of other things are not looked up yet.
    settings
        Table ``set``, by key.
    axes
        Table ``vary.parameters``, by key.
    listed
        ``vary.points``, each by key; None when there are none.
    document
        The text.
    folder
        Folder that paths in it are meant from.
    paths
        Key of a setting -> where it stands in the file.
    """

    file: StudyFile
    settings: Mapping[str, Any]
    axes: Mapping[str, Any]
    listed: list[dict[str, Any]] | None
    document: Document
    folder: Path
    paths: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def problem(
        self, path: tuple[str, ...], message: str, allowed: str = "", nearest: str = ""
    ) -> ScenarioError:
        """Return the error of a key of the file."""
        return ScenarioError([self.document.problem(path, message, allowed, nearest)])

    def setting_problem(self, key: str, point: int | None, problem: Problem) -> Problem:
        """Return a problem of a setting as a problem of the line that states it."""
        path = self.paths.get(key)
        if path is None:
            return problem
        found = self.document.problem(path, problem.message, problem.allowed, problem.nearest)
        if point is not None and path[:2] == ("vary", "points"):
            return replace(found, line=_line_of_point(self.document.text, point, path[2:]))
        return found

    def files(self) -> dict[str, str]:
        """Return the files that settings name, each with a key of its content."""
        found = {}
        for value in self._values():
            if isinstance(value, str) and value.endswith(".toml"):
                path = Path(self.located(value))
                content = path.read_bytes() if path.is_file() else b""
                found[value] = hashlib.sha256(content).hexdigest()[:16]
        return found

    def _values(self) -> Iterator[Any]:
        yield from self.settings.values()
        for axis in self.axes.values():
            yield from axis if isinstance(axis, list) else ()
        for point in self.listed or ():
            yield from point.values()

    def located(self, name: str) -> str:
        """Return a name as it is, and a path as it is meant: from the folder of the file."""
        return str(self.folder / name) if name.endswith(".toml") else name


def read_study(asked: str | Path) -> Written:
    """Return the study in a file, or the shipped one with this name.

    Raises
    ------
    ScenarioError
        When there is none, or for anything unknown, of the wrong type or out of range in it.
    """
    name = str(asked)
    known = catalogue_names("studies")
    if name in known:
        where = f"studies/{name}.toml"
        document = read_toml(catalogue_folder("studies").joinpath(f"{name}.toml"), where)
        return written(document, name, Path())
    path = Path(asked)
    if not name.endswith(".toml") and not path.exists():
        allowed = f"{', '.join(known)}, or a file"
        raise ScenarioError(
            [
                Problem(
                    name or "(no name)",
                    "",
                    "unknown study",
                    None,
                    allowed,
                    nearest_name(name, known),
                )
            ]
        )
    return written(read_toml(path, name), path.stem, path.parent)


def written(document: Document, name: str, folder: Path) -> Written:
    """Return the study in a document, checked by itself; raise ScenarioError."""
    file = document.validate(StudyFile, {"name": name, **document.data})
    paths: dict[str, tuple[str, ...]] = {}
    settings = _by_key(document, file.set, ("set",), paths)
    vary = file.vary
    axes = _by_key(document, vary.parameters, ("vary", "parameters"), paths)
    listed = None
    if vary.points is not None:
        listed = []
        for point in vary.points:
            own: dict[str, tuple[str, ...]] = {}
            listed.append(_by_key(document, point, ("vary", "points"), own))
            paths.update(own)
    found = Written(file, settings, axes, listed, document, folder, paths)
    for key in (*axes, *(key for point in listed or () for key in point)):
        if key in settings:
            raise found.problem(("set", *_stated(document.data["set"], key)), "also varies")
    return found


def _by_key(
    document: Document,
    table: Mapping[str, Any],
    at: tuple[str, ...],
    paths: dict[str, tuple[str, ...]],
) -> dict[str, Any]:
    """Return a table of settings by dotted key, whether its keys were quoted or are tables.

    ``paths`` is told where each key stands.
    """
    found: dict[str, Any] = {}

    def walk(inner: Mapping[str, Any], parts: tuple[str, ...]) -> None:
        for name, value in inner.items():
            here = (*parts, name)
            key = ".".join(here)
            if isinstance(value, Mapping) and key.count(".") + 1 < _depth(key):
                walk(value, here)
                continue
            problem_at = (*at, *here)
            if key in found:
                raise ScenarioError([document.problem(problem_at, "stands there twice")])
            if wrong := fault_of(key):
                raise ScenarioError([document.problem(problem_at, *wrong)])
            paths[key] = problem_at
            found[key] = value

    walk(table, ())
    return found


def _depth(key: str) -> int:
    first = key.split(".")[0]
    return _DEPTH.get(first, 2)


def fault_of(key: str) -> tuple[str, str, str] | None:
    """Return what is wrong with a key that can be no setting: message, what is allowed, nearest."""
    first, *rest = key.split(".")
    if first in _ELSEWHERE:
        return f"is a key of the study itself: {_ELSEWHERE[first]}", "", ""
    if key in AMOUNTS:
        return None
    known = (*OF_POLICY, "mechanisms", "figures", "parameters", *GROUPS)
    if first not in known:
        return "unknown key", ", ".join(known), nearest_name(first, known)
    return None if rest else ("names a table; a key of it is set", "", "")


def _stated(table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """Return the path of a key in its table: one quoted part, or tables in tables."""
    return (key,) if key in table else tuple(key.split("."))


def _line_of_point(text: str, point: int, path: tuple[str, ...]) -> int | None:
    """Return the line of a key in the n-th ``[[vary.points]]``, counted from 1."""
    heads = [
        number
        for number, line in enumerate(text.split("\n"))
        if re.match(r"\s*\[\[\s*vary\s*\.\s*points\s*\]\]", line)
    ]
    if point > len(heads):
        return None
    from ..scenarios.locate import line_of

    start = heads[point - 1]
    end = heads[point] if point < len(heads) else None
    inside = "\n".join(text.split("\n")[start + 1 : end])
    found = line_of(inside, path)
    return start + 1 + (found or 0)
