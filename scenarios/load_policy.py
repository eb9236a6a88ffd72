"""From a name or a file to a validated `Policy`: each states only its differences from a base."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from .calendar import CalendarSpec
from .document import Document, read_toml
from .errors import Problem, ScenarioError, nearest_name
from .layers import Layers, merged
from .policy import FundedProgramme, LandlordRules, Policy
from .programme import ProgrammeSpec
from .programme.card import sized_offers
from .shipped import catalogue_folder, catalogue_names

M = TypeVar("M", bound=BaseModel)

_POLICY_KEYS = ("base", "about", "source", "calendar", "equal_money_to", "programmes", "landlord")
#: Keys of a programme in a policy that are not differences from its card.
_FUNDING_KEYS = (
    "calendar",
    "equal_money_to",
    "money_eur",
    "equal_in",
    "starts_year",
    "active",
    "file",
)


def load_policy(
    asked: str | os.PathLike[str],
    overrides: Mapping[str, Any] | None = None,
    differences: Sequence[Document] = (),
) -> Policy:
    """Return the policy with this name or in this file.

    Parameters
    ----------
    asked
        A policy of the catalogue, a programme of the catalogue (alone, on its own calendar), or
        the path of a TOML file that states its differences from a ``base``.
    overrides
        Differences by key: ``{"programmes.watch-out.places": 40, "landlord.housing_career": 0.3}``.
    differences
        Scenario files, base first, that state differences in tables ``programmes`` and ``landlord``.

    Raises
    ------
    ScenarioError
        For anything unknown, of the wrong type or out of range.
    """
    name = str(os.fspath(asked))
    files = [*_files(name), *differences]
    data: dict[str, Any] = {}
    for document in files:
        _check_keys(document)
        data = merged(data, {key: value for key, value in document.data.items() if key != "base"})
    labels = _set_overrides(data, overrides or {})
    top = files[-1]
    layers = Layers(
        top.where, top.text, top.data, labels, files=tuple((document, ()) for document in files)
    )
    programmes = {
        programme: funded
        for programme, entry in _table(layers, data, "programmes").items()
        if (funded := _funded(layers, programme, entry, data)) is not None
    }
    landlord = layers.validate(LandlordRules, _table(layers, data, "landlord"), ("landlord",))
    texts = {part: data.get(part, "") for part in ("about", "source")}
    return layers.validate(
        Policy, {"key": _stem(name), **texts, "programmes": programmes, "landlord": landlord}
    )


def load_programme(name: str) -> ProgrammeSpec:
    """Return a programme of the catalogue, or of the TOML file at this path."""
    document = _programme_document(name)
    return document.validate(ProgrammeSpec, {**document.data, "key": _stem(name)})


def load_calendar(name: str) -> CalendarSpec:
    """Return a calendar of the catalogue, or of the TOML file at this path."""
    return _calendar(Document("calendar", "", {}), ("calendar",), name)


def policy_names() -> list[str]:
    """Return what ``--policy`` knows by name: policies, and programmes that can run alone."""
    return [*catalogue_names("policies"), *catalogue_names("programmes")]


def _stem(name: str) -> str:
    return Path(name).stem if name.endswith(".toml") else name


# -- files ----------------------------------------------------------------------------------------


def _files(name: str) -> list[Document]:
    """Return the documents that make up a policy, base first."""
    files: list[Document] = []
    seen: list[str] = []
    asked, problem_at = name, None
    folder = Path()
    while True:
        document = _policy_document(asked, folder, problem_at)
        identity = document.where
        if identity in seen:
            chain = " -> ".join([*seen, identity])
            raise ScenarioError([document.problem(("base",), f"goes round in a circle: {chain}")])
        seen.append(identity)
        files.insert(0, document)
        base = document.data.get("base")
        if base is None:
            return files
        if not isinstance(base, str):
            raise ScenarioError([document.problem(("base",), "must be a name or a path")])
        folder = Path(document.where).parent if asked.endswith(".toml") else Path()
        asked, problem_at = base, document


def _policy_document(name: str, folder: Path, named_in: Document | None) -> Document:
    if name.endswith(".toml") or os.sep in name:
        path = folder / name
        return read_toml(path, str(path))
    if name in catalogue_names("policies"):
        where = f"policies/{name}.toml"
        return read_toml(catalogue_folder("policies").joinpath(f"{name}.toml"), where)
    if name in catalogue_names("programmes"):
        return Document(name, "", {"programmes": {name: {}}})
    known = policy_names()
    allowed = f"{', '.join(catalogue_names('policies'))}, the name of a programme, or a file"
    near = nearest_name(name, known)
    if named_in is not None:
        problem = named_in.problem(("base",), f"unknown policy {name!r}", allowed, near)
    else:
        problem = Problem(name or "(no name)", "", "unknown policy", None, allowed, near)
    raise ScenarioError([problem])


def _programme_document(name: str) -> Document:
    if name.endswith(".toml"):
        return read_toml(Path(name), name)
    known = catalogue_names("programmes")
    if name not in known:
        near = nearest_name(name, known)
        allowed = ", ".join(known)
        raise ScenarioError(
            [Problem(name or "(no name)", "", "unknown programme", None, allowed, near)]
        )
    where = f"programmes/{name}.toml"
    return read_toml(catalogue_folder("programmes").joinpath(f"{name}.toml"), where)


def _calendar(document: Document, path: tuple[str, ...], asked: Any) -> CalendarSpec:
    """Return a calendar by name, by file, or as it is written out on the spot."""
    if isinstance(asked, dict):
        data = {"key": "own", "name": "own", "about": "written out", "source": "own", **asked}
        if under := [label for at, label in document.overrides.items() if at[: len(path)] == path]:
            # A part of the table was set afterwards, so that the whole is what was asked.
            document = replace(document, overrides={**document.overrides, path: ", ".join(under)})
        return document.validate(CalendarSpec, data, path)
    if not isinstance(asked, str):
        raise ScenarioError([document.problem(path, "must be a name, a path or a table")])
    if asked.endswith(".toml"):
        own = read_toml(Path(asked), asked)
        return own.validate(CalendarSpec, {**own.data, "key": Path(asked).stem})
    known = catalogue_names("calendars")
    if asked not in known:
        near = nearest_name(asked, known)
        found = document.problem(path, f"unknown calendar {asked!r}", ", ".join(known), near)
        raise ScenarioError([found])
    own = read_toml(
        catalogue_folder("calendars").joinpath(f"{asked}.toml"), f"calendars/{asked}.toml"
    )
    return own.validate(CalendarSpec, {**own.data, "key": asked})


# -- merging --------------------------------------------------------------------------------------


def _check_keys(document: Document) -> None:
    found = [
        document.problem(
            (key,),
            "unknown key",
            allowed=", ".join(_POLICY_KEYS),
            nearest=nearest_name(key, _POLICY_KEYS),
        )
        for key in document.data
        if key not in _POLICY_KEYS
    ]
    if found:
        raise ScenarioError(found)


def _table(document: Document, data: Mapping[str, Any], key: str) -> dict[str, Any]:
    found = data.get(key, {})
    if not isinstance(found, dict):
        raise ScenarioError([document.problem((key,), "must be a table")])
    return found


def _set_overrides(
    data: dict[str, Any], overrides: Mapping[str, Any]
) -> dict[tuple[str, ...], str]:
    labels: dict[tuple[str, ...], str] = {}
    for label, value in overrides.items():
        path = tuple(str(label).split("."))
        programmes = data.get("programmes", {})
        if path[0] == "programmes" and isinstance(programmes, dict):
            if len(path) < 3:
                message = "names a programme; a key of it is set: programmes.NAME.places"
                raise ScenarioError([Problem("override", label, message)])
            if path[1] not in programmes:
                allowed = ", ".join(programmes) or "this policy has no programmes"
                near = nearest_name(path[1], programmes)
                message = f"no programme {path[1]!r} in the policy"
                raise ScenarioError([Problem("override", label, message, None, allowed, near)])
        inner = data
        for index, part in enumerate(path[:-1]):
            old = inner.get(part, {})
            if not isinstance(old, Mapping):
                where = ".".join(path[: index + 1])
                raise ScenarioError([Problem("override", label, f"{where} is not a table")])
            inner[part] = inner = dict(old)
        inner[path[-1]] = value
        labels[path] = label
    return labels


def _of_size(card: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return a card with work places and rooms that go with the places that a policy states."""
    places, asked, offers = card.get("places"), own.get("places"), card.get("offers")
    if type(places) is not int or type(asked) is not int or not isinstance(offers, Mapping):
        return dict(card)
    if asked == places:
        return dict(card)
    return {**card, "offers": {**offers, **sized_offers(offers, asked / max(1, places))}}


def _stated_at(entry: Mapping[str, Any], path: tuple[str, ...], key: str) -> tuple[str, ...]:
    """Return where a key is stated: of the programme itself, or of the whole policy."""
    return (*path, key) if key in entry else (key,)


def _funded(
    layers: Layers, name: str, entry: Any, policy: Mapping[str, Any]
) -> FundedProgramme | None:
    """Return a programme with its calendar, or None where the policy leaves it out."""
    path = ("programmes", name)
    if not isinstance(entry, dict):
        raise ScenarioError([layers.problem(path, "must be a table")])
    active = entry.get("active", True)
    if not isinstance(active, bool):
        raise ScenarioError([layers.problem((*path, "active"), "must be true or false")])
    if not active:
        return None
    file = entry.get("file", name)
    known = catalogue_names("programmes")
    if "file" not in entry and name not in known:
        near = nearest_name(name, known)
        found = layers.problem(path, f"unknown programme {name!r}", ", ".join(known), near)
        raise ScenarioError([found])
    card = _programme_document(str(file))
    own = {key: value for key, value in entry.items() if key not in _FUNDING_KEYS}
    data = {**merged(_of_size(card.data, own), own), "key": name}
    located = replace(layers, files=((card, path), *layers.files), more_keys=_FUNDING_KEYS)
    programme = located.validate(ProgrammeSpec, data, path)
    calendar = entry.get("calendar", policy.get("calendar", programme.calendar))
    # What a programme states of its money goes before what the policy states for all.
    of_all = None if "money_eur" in entry else policy.get("equal_money_to")
    equal = entry.get("equal_money_to", of_all)
    funding = {
        "programme": programme,
        "calendar": _calendar(layers, _stated_at(entry, path, "calendar"), calendar),
        "equal_money_to": None
        if equal is None
        else _calendar(layers, _stated_at(entry, path, "equal_money_to"), equal),
        **{key: entry[key] for key in ("money_eur", "equal_in", "starts_year") if key in entry},
    }
    return located.validate(FundedProgramme, funding, path)
