"""From a name or a file to a validated `Policy`: each states only its differences from a base."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from .amounts import AMOUNTS
from .calendar import CalendarSpec
from .document import Document, read_toml
from .errors import Problem, ScenarioError, nearest_name
from .layers import Layers, merged
from .policy import FundedProgramme, LandlordRules, Policy
from .programme import ProgrammeSpec
from .programme.card import sized_offers
from .shipped import catalogue_folder, catalogue_names

M = TypeVar("M", bound=BaseModel)

_POLICY_KEYS = (
    "base",
    "about",
    "source",
    "calendar",
    "equal_money_to",
    *AMOUNTS,
    "programmes",
    "landlord",
)
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
#: Keys with which a programme says how much money it gets.
_OWN_AMOUNTS = ("equal_money_to", "money_eur")


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
    amounts = _amounts(layers, data, list(programmes))
    landlord = layers.validate(LandlordRules, _table(layers, data, "landlord"), ("landlord",))
    texts = {part: data.get(part, "") for part in ("about", "source")}
    whole = {"key": _stem(name), **texts, "programmes": programmes, "landlord": landlord}
    return layers.validate(Policy, {**whole, **amounts})


def load_programme(name: str) -> ProgrammeSpec:
    """Return a programme of the catalogue, or of the TOML file at this path."""
    document = _programme_document(name, Path())
    return document.validate(ProgrammeSpec, {**document.data, "key": _stem(name)})


def load_calendar(name: str) -> CalendarSpec:
    """Return a calendar of the catalogue, or of the TOML file at this path."""
    return _calendar(Document("calendar", "", {}), ("calendar",), name, Path())


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
    # Names only, which are the same in every language: policies, programmes, and files.
    allowed, near = ", ".join([*known, "*.toml"]), nearest_name(name, known)
    if named_in is not None:
        problem = named_in.problem(("base",), f"unknown policy {name!r}", allowed, near)
    else:
        problem = Problem(name or "''", "", "unknown policy", None, allowed, near)
    raise ScenarioError([problem])


def _programme_document(name: str, folder: Path) -> Document:
    """Return the card of a programme of the catalogue, or in a file, meant from a folder."""
    if name.endswith(".toml"):
        path = folder / name
        return read_toml(path, str(path))
    known = catalogue_names("programmes")
    if name not in known:
        near = nearest_name(name, known)
        allowed = ", ".join(known)
        raise ScenarioError([Problem(name or "''", "", "unknown programme", None, allowed, near)])
    where = f"programmes/{name}.toml"
    return read_toml(catalogue_folder("programmes").joinpath(f"{name}.toml"), where)


def _folder_of(layers: Layers, path: tuple[str, ...]) -> Path:
    """Return the folder from which a file is meant that a key names: that of who states the key.

    A file is meant from beside the file that names it, and what was set afterwards from where the
    reader is.
    """
    if any(path[: len(at)] == at for at in layers.overrides):
        return Path()
    for document, prefix in reversed(layers.files):
        inside = path[len(prefix) :] if path[: len(prefix)] == prefix else ()
        if inside and _states(document.data, inside):
            return Path(document.where).parent
    return Path()


def _states(data: Any, path: tuple[str, ...]) -> bool:
    for part in path:
        if not isinstance(data, Mapping) or part not in data:
            return False
        data = data[part]
    return True


def _calendar(document: Document, path: tuple[str, ...], asked: Any, folder: Path) -> CalendarSpec:
    """Return a calendar by name, by file, or as it is written out on the spot."""
    if isinstance(asked, dict):
        data = {"key": "own", "name": "own", "about": "written out", "source": "own", **asked}
        if under := [label for at, label in document.overrides.items() if at[: len(path)] == path]:
            # A part of the table was set afterwards, so that the whole is what was asked.
            document = replace(document, overrides={**document.overrides, path: ", ".join(under)})
        return _validated(document, path, data)
    if not isinstance(asked, str):
        raise ScenarioError([document.problem(path, "must be a name, a path or a table")])
    if asked.endswith(".toml"):
        own = read_toml(folder / asked, str(folder / asked))
        return _validated(own, (), {**own.data, "key": Path(asked).stem})
    known = catalogue_names("calendars")
    if asked not in known:
        near = nearest_name(asked, known)
        found = document.problem(path, f"unknown calendar {asked!r}", ", ".join(known), near)
        raise ScenarioError([found])
    own = read_toml(
        catalogue_folder("calendars").joinpath(f"{asked}.toml"), f"calendars/{asked}.toml"
    )
    return _validated(own, (), {**own.data, "key": asked})


def _validated(document: Document, path: tuple[str, ...], data: dict[str, Any]) -> CalendarSpec:
    """Return a calendar that somebody wrote; a key in it that would do nothing is refused."""
    stretches = data.get("stretches", [])
    if not isinstance(stretches, list | tuple):
        message = "must be a table"
        raise ScenarioError([document.problem((*path, "stretches"), message, "[[stretches]]")])
    calendar = document.validate(CalendarSpec, data, path)
    found = [
        document.problem((*path, "stretches", str(at), key), why)
        for at, key, why in calendar.without_effect()
    ]
    if found:
        raise ScenarioError(found)
    return calendar


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
                allowed = ", ".join(programmes)
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


def _card(layers: Layers, name: str, entry: Mapping[str, Any]) -> Document:
    """Return the card of a programme in a policy: of the catalogue, or of a file that is named."""
    path = ("programmes", name)
    at = (*path, "file") if "file" in entry else path
    file = entry.get("file", name)
    if not isinstance(file, str):
        raise ScenarioError([layers.problem(at, "must be a name or a path")])
    known = catalogue_names("programmes")
    is_file = "file" in entry and file.endswith(".toml")
    if not is_file and file not in known:
        near = nearest_name(file, known)
        found = layers.problem(at, f"unknown programme {file!r}", ", ".join(known), near)
        raise ScenarioError([found])
    return _programme_document(file, _folder_of(layers, at))


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
    card = _card(layers, name, entry)
    own = {key: value for key, value in entry.items() if key not in _FUNDING_KEYS}
    data = {**merged(_of_size(card.data, own), own), "key": name}
    located = replace(layers, files=((card, path), *layers.files), more_keys=_FUNDING_KEYS)
    programme = located.validate(ProgrammeSpec, data, path)
    funding = {
        "programme": programme,
        **_calendars(located, path, entry, policy, programme.calendar),
        **{key: entry[key] for key in ("money_eur", "equal_in", "starts_year") if key in entry},
    }
    funded = located.validate(FundedProgramme, funding, path)
    if "equal_in" in entry and funded.equal_money_to is None and funded.money_eur is None:
        why = "nothing is equal here; equal_in belongs to equal_money_to or money_eur"
        raise ScenarioError([located.problem((*path, "equal_in"), why)])
    return funded


def _amounts(layers: Layers, data: Mapping[str, Any], programmes: list[str]) -> dict[str, Any]:
    """Return the amount that a policy states for all its programmes together, if any.

    Beside it nothing else says how much money there is: neither for all of them nor for one.
    """
    stated = [key for key in AMOUNTS if key in data]
    if not stated:
        return {}
    amount = stated[0]
    for other in (*stated[1:], "equal_money_to"):
        if other in data:
            message = f"{amount} and {other} both say how much money; state one"
            raise ScenarioError([layers.problem((amount,), message)])
    if not programmes:
        message = f"{amount} pays programmes, and there are none"
        raise ScenarioError([layers.problem((amount,), message)])
    entries = {name: data["programmes"][name] for name in programmes}
    own = [(name, key) for name in entries for key in _OWN_AMOUNTS if key in entries[name]]
    if own:
        message = f"beside {amount} no programme has an amount of its own; state one"
        raise ScenarioError(layers.problem(("programmes", *path), message) for path in own)
    return {amount: data[amount]}


def _calendars(
    layers: Layers,
    path: tuple[str, ...],
    entry: Mapping[str, Any],
    policy: Mapping[str, Any],
    usual: str,
) -> dict[str, CalendarSpec | None]:
    """Return the calendar that pays a programme, and the one whose money it equals, if any.

    What a programme states goes before what the policy states for all, and that before the usual
    calendar on its card.
    """
    found: dict[str, CalendarSpec | None] = {}
    for key in ("calendar", "equal_money_to"):
        at, asked = (*path, key), usual if key == "calendar" else None
        if key in entry:
            asked = entry[key]
        elif key in policy and (key == "calendar" or "money_eur" not in entry):
            at, asked = (key,), policy[key]
        if asked is None and key == "equal_money_to":
            found[key] = None
        else:
            found[key] = _calendar(layers, at, asked, _folder_of(layers, at))
    return found
