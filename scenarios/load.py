"""From a name or a file to a validated `Scenario`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from .amounts import AMOUNTS
from .differences import require_comparable
from .document import Document, read_toml
from .errors import Problem, ScenarioError, nearest_name
from .layers import Layers, merged
from .load_policy import load_policy
from .parameters import Parameters
from .place import FIGURES, Place
from .policy import Policy
from .scenario import Scenario
from .shipped import DEFAULT_PLACE, catalogue_folder, catalogue_names

#: Keys that state differences from the policy.
OF_POLICY = ("programmes", "landlord", *AMOUNTS)
_SCENARIO_KEYS = (
    "name",
    "base",
    "place",
    "policy",
    "years",
    "parameters",
    "mechanisms",
    "figures",
    *OF_POLICY,
)
#: Keys that a scenario takes out of itself before it is made.
_TAKEN_OUT = ("figures", "base", *OF_POLICY)
#: Keys that say where a scenario comes from: no override can change them.
_ORIGIN = ("place", "base")


def load(
    scenario: str | os.PathLike[str] = DEFAULT_PLACE,
    policy: str | os.PathLike[str] | Policy | None = None,
    overrides: Mapping[str, Any] | None = None,
) -> Scenario:
    """Return the scenario with this name or in this file.

    Parameters
    ----------
    scenario
        A place of the catalogue (``"wielwijk"``), or the path of a TOML file: a place, or a
        scenario that names its place and states its differences from it.
    policy
        Name or file of a policy, name of a programme, or a `Policy`; ``"none"`` when neither this
        nor the file says otherwise.
    overrides
        Differences by key, e.g. ``{"years": 20, "moving.local_wish": 0.5,
        "mechanisms.crowding": False, "figures.share_benefit": 0.2,
        "programmes.watch-out.places": 40}``.

    Raises
    ------
    ScenarioError
        For anything unknown, of the wrong type or out of range; nothing is defaulted or clipped.
    """
    return made(*_open(str(os.fspath(scenario))), policy, overrides)


def made(
    document: Document,
    place: Place,
    policy: str | os.PathLike[str] | Policy | None,
    overrides: Mapping[str, Any] | None,
) -> Scenario:
    """Return the scenario that a document states of a place."""
    data: dict[str, Any] = {
        key: value for key, value in document.data.items() if key not in _TAKEN_OUT
    }
    document = replace(document, more_keys=_TAKEN_OUT)
    overrides = dict(overrides or {})
    of_policy = {
        key: overrides.pop(key) for key in list(overrides) if str(key).split(".")[0] in OF_POLICY
    }
    document, figures = _apply_overrides(document, data, overrides)
    place = _with_figures(document, place, figures)
    if policy is not None:
        document = replace(document, overrides={**document.overrides, ("policy",): "policy"})
        data["policy"] = policy if isinstance(policy, Policy) else str(os.fspath(policy))
    data["policy"] = _policy(document, data.get("policy", "none"), of_policy)
    data.setdefault("name", place.key)
    data["place"] = place
    setup = document.validate(Scenario, data)
    _check_money(setup)
    return setup


def with_policy(scenario: Scenario, policy: str | os.PathLike[str] | Policy | Scenario) -> Scenario:
    """Return a scenario with another policy: a name, a file, a `Policy`, or that of a scenario.

    Raises
    ------
    ScenarioError
        As `load` does for its policy; and for a scenario that differs in anything but its policy,
        with the list of every other difference.
    """
    if isinstance(policy, Scenario):
        require_comparable(scenario, policy)
        policy = policy.policy
    chosen = policy if isinstance(policy, Policy) else load_policy(policy)
    setup = scenario.model_copy(update={"policy": chosen})
    _check_money(setup)
    return setup


def _check_money(setup: Scenario) -> None:
    """Refuse calendars that cannot pay what they are to equal, before anything is lived."""
    where = f"policy {setup.policy.key}"
    if setup.policy.amount is not None:
        try:
            setup.grants_cents()
        except ValueError as error:
            raise ScenarioError([Problem(where, setup.policy.amount, str(error))]) from None
        return
    rate = setup.parameters.counterforces.discount_rate
    for name, funded in setup.policy.programmes.items():
        try:
            funded.grants_cents(setup.months, rate)
        except ValueError as error:
            asked = "equal_money_to" if funded.money_eur is None else "money_eur"
            key = f"programmes.{name}.{asked}"
            raise ScenarioError([Problem(where, key, str(error))]) from None


def load_place(name: str) -> Place:
    """Return a place of the catalogue by name; raise `ScenarioError` when there is none."""
    known = catalogue_names("places")
    if name not in known:
        problem = Problem(
            name or "(no name)",
            "",
            "unknown place",
            allowed=", ".join(known),
            nearest=nearest_name(name, known),
        )
        raise ScenarioError([problem])
    where = f"places/{name}.toml"
    return _as_place(read_toml(catalogue_folder("places").joinpath(f"{name}.toml"), where), name)


def _policy(document: Document, asked: Any, overrides: Mapping[str, Any]) -> Policy:
    if isinstance(asked, Policy):
        if overrides:
            message = "cannot be set in a policy in hand; ask a policy by name, or set it there"
            raise ScenarioError(Problem("override", key, message) for key in overrides)
        return asked
    if not isinstance(asked, str):
        raise ScenarioError([document.problem(("policy",), "must be a name or a path")])
    if asked.endswith(".toml") and ("policy",) not in document.overrides:
        asked = str(Path(document.where).parent / asked)
    nothing = asked == "none" and ("policy",) in document.overrides
    differences = [] if nothing else _differences(document)
    try:
        return load_policy(asked, overrides, differences)
    except ScenarioError as error:
        first = error.problems[0]
        if first.where != asked or first.key or not first.allowed:
            raise
        problem = document.problem(
            ("policy",), f"unknown policy {asked!r}", first.allowed, first.nearest
        )
        raise ScenarioError([problem]) from None


def _differences(document: Document) -> list[Document]:
    """Return what a scenario file and its bases state of their policy, base first."""
    files = [one for one, _ in document.files] if isinstance(document, Layers) else [document]
    return [
        Document(one.where, one.text, stated)
        for one in files
        if (stated := {key: one.data[key] for key in OF_POLICY if key in one.data})
    ]


def _open(asked: str) -> tuple[Document, Place]:
    """Return the scenario document (empty for a bare place) and its place."""
    if not (asked.endswith(".toml") or os.sep in asked):
        return Document(asked, "", {}), load_place(asked)
    path = Path(asked)
    return on_place(_on_its_base(read_toml(path, asked), ()), path)


def on_place(document: Document, path: Path) -> tuple[Document, Place]:
    """Return a document that was read, or an empty one where it is a bare place, and its place."""
    if "place" not in document.data:
        if "municipality" in document.data or "figures" not in document.data:
            return Document(document.where, "", {}), _as_place(document, path.stem)
        raise ScenarioError([document.problem(("place",), "is missing")])
    named = document.data["place"]
    if not isinstance(named, str):
        raise ScenarioError([document.problem(("place",), "must be a name or a path")])
    if named.endswith(".toml"):
        other = path.parent / named
        return document, _as_place(read_toml(other, str(other)), other.stem)
    try:
        return document, load_place(named)
    except ScenarioError as error:
        found = error.problems[0]
        problem = document.problem(
            ("place",), f"unknown place {named!r}", allowed=found.allowed, nearest=found.nearest
        )
        raise ScenarioError([problem]) from None


def _on_its_base(document: Document, seen: tuple[str, ...]) -> Document:
    """Return a scenario file with what its base states filled in."""
    if "base" not in document.data:
        return document
    named = document.data["base"]
    if not isinstance(named, str):
        raise ScenarioError([document.problem(("base",), "must be the path of a scenario file")])
    path = Path(document.where).parent / named
    seen = (*seen, document.where)
    if str(path) in seen:
        chain = " -> ".join([*seen, str(path)])
        raise ScenarioError([document.problem(("base",), f"goes round in a circle: {chain}")])
    base = _on_its_base(read_toml(path, str(path)), seen)
    data = merged(base.data, document.data)
    for key in ("place", "policy"):
        # A path is meant from the file that states it.
        value = base.data.get(key)
        if key not in document.data and isinstance(value, str) and value.endswith(".toml"):
            data[key] = os.path.relpath(path.parent / value, Path(document.where).parent)
    below = base.files if isinstance(base, Layers) else ((base, ()),)
    return Layers(document.where, document.text, data, files=(*below, (document, ())))


def _as_place(document: Document, key: str) -> Place:
    if "key" in document.data:
        raise ScenarioError(
            [document.problem(("key",), "unknown key; a place is named after its file")]
        )
    return document.validate(Place, {**document.data, "key": key})


def _apply_overrides(
    document: Document, data: dict[str, Any], overrides: Mapping[str, Any]
) -> tuple[Document, dict[str, Any]]:
    """Write overrides into ``data``; return the document that knows them, and the figures asked."""
    groups = Parameters.model_fields
    figures = document.data.get("figures", {})
    if not isinstance(figures, dict):
        raise ScenarioError([document.problem(("figures",), "must be a table of figures")])
    figures = dict(figures)
    labels: dict[tuple[str, ...], str] = {}
    for key, value in overrides.items():
        path = tuple(str(key).split("."))
        if path[0] in groups:
            path = ("parameters", *path)
        if path == ("figures",) and isinstance(value, dict):
            labels[path] = str(key)
            figures.update(value)
            continue
        if path[0] not in _SCENARIO_KEYS or path[0] in _ORIGIN:
            known = [*(name for name in _SCENARIO_KEYS if name not in _ORIGIN), *groups]
            problem = Problem(
                "override",
                str(key),
                "unknown key",
                allowed=", ".join(known),
                nearest=nearest_name(path[0], known),
            )
            raise ScenarioError([problem])
        labels[path] = str(key)
        if path[0] == "figures" and len(path) > 1:
            if len(path) > 2:
                message = (
                    "unknown key; a figure is set as a whole, a number or {value, unit, source}"
                )
                raise ScenarioError([Problem("override", str(key), message)])
            figures[path[1]] = value
        else:
            _set(data, path, value, str(key))
    return replace(document, overrides=labels), figures


def _set(data: dict[str, Any], path: tuple[str, ...], value: Any, label: str) -> None:
    for index, part in enumerate(path[:-1]):
        inner = data.get(part, {})
        if not isinstance(inner, dict):
            where = ".".join(path[: index + 1])
            raise ScenarioError([Problem("override", label, f"{where} is not a table")])
        data[part] = data = dict(inner)
    data[path[-1]] = value


def _with_figures(document: Document, place: Place, figures: Mapping[str, Any]) -> Place:
    """Return the place with the figures that the scenario states instead of the place's own."""
    if not figures:
        return place
    stated = place.model_dump()
    for name, value in figures.items():
        if name not in FIGURES:
            raise ScenarioError(
                [
                    document.problem(
                        ("figures", name),
                        "unknown key",
                        allowed=", ".join(FIGURES),
                        nearest=nearest_name(name, FIGURES),
                    )
                ]
            )
        if not isinstance(value, dict):
            value = {"value": value, "unit": FIGURES[name][0], "default": "stated by the scenario"}
        stated["figures"][name] = value
    return document.validate(Place, stated)
