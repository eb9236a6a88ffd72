"""From settings to scenarios, thousands of them: what two scenarios share is made once.

`load` reads files anew at every call, which for a study of ten thousand points takes minutes and
memory. Here the place, each policy and each group of parameters is made once for every set of
settings that concerns it. What comes out is equal to what `load` gives, and what is refused is
refused by `load` itself, so that the error is the same one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from ..scenarios import (
    AMOUNTS,
    OF_POLICY,
    Parameters,
    Place,
    Policy,
    ProgrammeSpec,
    Scenario,
    load,
    with_policy,
)

Made = TypeVar("Made")
GROUPS = tuple(Parameters.model_fields)
#: What a card of a programme says and no policy does.
_OF_CARD = frozenset(ProgrammeSpec.model_fields) - {"key", "payers", "calendar"}


class Composer:
    """Makes the scenarios of a study.

    Parameters
    ----------
    scenario
        Name of a place or path of a file, as `load` takes it.
    years
        Horizon; None for the scenario's own.
    """

    def __init__(self, scenario: str, years: int | None = None) -> None:
        self._asked = scenario
        self._years = {} if years is None else {"years": years}
        self._bases: dict[str, Scenario] = {}
        self._policies: dict[tuple[str, str], Policy] = {}
        self._places: dict[str, Place] = {}
        self._groups: dict[str, tuple[str, Any]] = {}
        self._last: tuple[Any, Parameters | None] = (None, None)
        self._paid: set[tuple[int, int]] = set()

    def base(self, policy: str | None = None) -> Scenario:
        """Return the scenario without settings; the policy is the scenario's own when None."""
        return _once(self._bases, policy or "", lambda: self._loaded(policy))

    def _loaded(self, policy: str | None) -> Scenario:
        """Return a base that shares with the others what is equal."""
        made = load(self._asked, policy, self._years)
        for other in self._bases.values():
            parts = {name: getattr(other, name) for name in ("place", "parameters", "mechanisms")}
            return made.model_copy(
                update={name: one for name, one in parts.items() if one == getattr(made, name)}
            )
        return made

    def scenario(self, policy: str | None, settings: Mapping[str, Any]) -> Scenario:
        """Return the scenario with a policy and settings by key.

        Settings of programmes hold where the policy has the programme; the policy ``none`` does
        nothing, and no setting changes that.

        Raises
        ------
        ScenarioError
            As `load` does.
        """
        base = self.base(policy)
        settings = {key: value for key, value in settings.items() if self.concerns(policy, key)}
        try:
            return self._composed(base, policy, settings)
        except (ValidationError, _UnknownError):
            return load(self._asked, policy, {**self._years, **settings})

    def concerns(self, policy: str | None, key: str) -> bool:
        """Return whether a setting can hold in the arm with this policy."""
        parts = key.split(".")
        if parts[0] not in OF_POLICY:
            return True
        if policy == "none":
            return False
        return parts[0] == "landlord" or (
            len(parts) < 3 or parts[1] in self.base(policy).policy.programmes
        )

    def _composed(
        self, base: Scenario, policy: str | None, settings: Mapping[str, Any]
    ) -> Scenario:
        by_part: dict[str, dict[str, Any]] = {}
        for key, value in settings.items():
            by_part.setdefault(_part(key), {})[key] = value
        parts: dict[str, Any] = _fields(base)
        groups: dict[str, BaseModel] = {}
        for part, asked in by_part.items():
            if part == "policy":
                parts["policy"] = self._policy(policy, asked)
            elif part == "figures":
                parts["place"] = self._place(asked)
            elif part == "mechanisms":
                parts["mechanisms"] = _changed(base.mechanisms, asked)
            else:
                groups[part] = self._group(base, part, asked)
        if groups:
            parts["parameters"] = self._parameters(base, groups)
        made = Scenario.model_validate(parts)
        self._check_money(made)
        return made

    def _policy(self, policy: str | None, asked: Mapping[str, Any]) -> Policy:
        def make() -> Policy:
            try:
                return _with_programmes(self.base(policy).policy, asked)
            except (ValidationError, _UnknownError):
                return load(self._asked, policy, {**self._years, **asked}).policy

        return _once(self._policies, (policy or "", _text(asked)), make)

    def _place(self, asked: Mapping[str, Any]) -> Place:
        def make() -> Place:
            return load(self._asked, "none", {**self._years, **asked}).place

        return _once(self._places, _text(asked), make)

    def _group(self, base: Scenario, group: str, asked: Mapping[str, Any]) -> BaseModel:
        """Return a group of parameters; arms with other policies at one point share it."""
        text = _text(asked)
        known, made = self._groups.get(group, ("", None))
        if made is None or known != text:
            made = _changed(getattr(base.parameters, group), asked)
            # Only the last: a design seldom comes back to the same values.
            self._groups[group] = (text, made)
        return made

    def _parameters(self, base: Scenario, groups: Mapping[str, BaseModel]) -> Parameters:
        """Return all parameters; arms with other policies at one point share them too."""
        known, made = self._last
        if made is None or known != (base.parameters, dict(groups)):
            made = _with(base.parameters, groups)
            self._last = ((base.parameters, dict(groups)), made)
        return made

    def _check_money(self, made: Scenario) -> None:
        """Refuse calendars that cannot pay what they are to, once for every case: no rate changes it."""
        case = (id(made.policy), made.months)
        funded = made.policy.programmes.values()
        scaled = made.policy.amount or any(one.equal_money_to or one.money_eur for one in funded)
        if case not in self._paid and scaled:
            with_policy(made, made.policy)
        self._paid.add(case)


class _UnknownError(Exception):
    """A key that only `load` knows what to say of."""


def _part(key: str) -> str:
    """Return what of a scenario a key changes."""
    first, *rest = key.split(".")
    if first in OF_POLICY:
        return "policy"
    if first == "parameters" and rest:
        first, *rest = rest
    if (first in GROUPS or first == "mechanisms") and len(rest) == 1:
        return first
    if first == "figures" and rest:
        return first
    raise _UnknownError


def _changed(model: BaseModel, asked: Mapping[str, Any]) -> Any:
    names = {key.rpartition(".")[2]: value for key, value in asked.items()}
    return type(model).model_validate({**_fields(model), **names})


def _with_programmes(policy: Policy, asked: Mapping[str, Any]) -> Policy:
    """Return a policy with settings of what its programmes are; what pays them is left to `load`."""
    programmes = dict(policy.programmes)
    for key, value in asked.items():
        first, name, *path = [*key.split("."), "", ""][: max(3, key.count(".") + 1)]
        if first != "programmes" or path[0] not in _OF_CARD or isinstance(value, Mapping):
            raise _UnknownError
        funded = programmes[name]
        if path[0] == "places" and _brings(funded.programme):
            # Work and rooms come along, as many as the card has for its own places.
            raise _UnknownError
        card = _replaced(funded.programme, path, value)
        programmes[name] = type(funded).model_validate({**_fields(funded), "programme": card})
    return Policy.model_validate({**_fields(policy), "programmes": programmes})


def _brings(programme: ProgrammeSpec) -> bool:
    """Return whether a programme brings work places or rooms."""
    return bool(programme.offers.work_places or programme.offers.rooms)


def _replaced(model: BaseModel, path: list[str], value: Any) -> BaseModel:
    name, *rest = path
    if rest:
        inner = getattr(model, name, None)
        if not isinstance(inner, BaseModel):
            raise _UnknownError
        value = _replaced(inner, rest, value)
    return type(model).model_validate({**_fields(model), name: value})


def _fields(model: BaseModel) -> dict[str, Any]:
    return {name: getattr(model, name) for name in type(model).model_fields}


def _with(parameters: Parameters, groups: Mapping[str, BaseModel]) -> Parameters:
    return Parameters.model_validate({**_fields(parameters), **groups})


def _text(asked: Mapping[str, Any]) -> str:
    return json.dumps(asked, sort_keys=True, default=str)


def _once(made: dict[Any, Made], key: Any, make: Any) -> Made:
    if key not in made:
        made[key] = make()
    return made[key]


def value_at(scenario: Scenario, key: str) -> Any:
    """Return what a scenario has at a key; None where it has no such thing.

    Parameters
    ----------
    scenario
        A scenario.
    key
        As `load` takes it: ``"moving.local_wish"``, ``"programmes.watch-out.places"``.
    """
    first, *rest = key.split(".")
    if first == "parameters" and rest:
        first, *rest = rest
    if first == "programmes":
        return _of_programme(scenario, rest)
    if key in AMOUNTS:
        return getattr(scenario.policy, key)
    holders = {
        "mechanisms": scenario.mechanisms,
        "landlord": scenario.policy.landlord,
        "figures": scenario.place.figures,
        **{group: getattr(scenario.parameters, group) for group in GROUPS},
    }
    found = _walked(holders.get(first), rest)
    return found.value if first == "figures" and isinstance(found, BaseModel) else found  # type: ignore[attr-defined]


def _of_programme(scenario: Scenario, path: list[str]) -> Any:
    funded = scenario.policy.programmes.get(path[0]) if path else None
    if funded is None or len(path) < 2:
        return None
    own = path[1] in type(funded).model_fields
    found = _walked(funded if own else funded.programme, path[1:])
    # A calendar goes by its name.
    return found.key if path[1:] in (["calendar"], ["equal_money_to"]) and found else found


def _walked(found: Any, path: list[str]) -> Any:
    for part in path:
        if isinstance(found, BaseModel):
            found = getattr(found, part) if part in type(found).model_fields else None
        elif isinstance(found, Mapping):
            found = found.get(part)
        else:
            return None
    return found
