"""The assumptions of a result: what differs from the default, what it leans on, and all the rest."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from ...scenarios import (
    AMOUNTS,
    DEFAULT_PLACE,
    FIGURES,
    LandlordRules,
    Mechanisms,
    Parameters,
    Policy,
    ProgrammeSpec,
    Scenario,
    catalogue_names,
    load,
    load_place,
    load_programme,
    mechanism_descriptions,
    parameter_cards,
)
from ..text import Texts
from ..text.changes import changed_value, changes, unit_of
from ..text.field_cards import TOP_KEYS, basis_of, field_cards, value_of, value_text
from .relevant import relevant_keys
from .saved import Arm

Mark = Literal["varied", "set", "judgement", "partly", "source"]

#: Keys of a policy that are told with the policies: who does what, when, for how much money.
_TOLD_ELSEWHERE = ("calendar", "equal_money_to", "equal_in", "starts_year", *AMOUNTS)


@dataclass(frozen=True)
class Assumption:
    """One assumption as a row.

    Attributes
    ----------
    key, meaning, value, unit, default, span
        As people read them; ``span`` is the range that is allowed.
    source
        What it rests on.
    mark
        ``"varied"`` where a study varied it, ``"set"`` where the value was set for this result, ``"judgement"`` where we judged,
        ``"partly"`` where a source was stretched, else ``"source"``.
    changed
        Whether it differs from the default.
    only
        Titles of the arms that have this value, where arms differ; else empty.
    """

    key: str
    meaning: str
    value: str
    unit: str
    default: str
    span: str
    source: str
    mark: Mark
    changed: bool = False
    only: str = ""


@dataclass(frozen=True)
class Assumptions:
    """Assumptions in the order in which they are shown, and how many of all rest on judgement."""

    changed: tuple[Assumption, ...]
    relevant: tuple[Assumption, ...]
    rest: tuple[Assumption, ...]
    judged: int
    parameters: int


def assumptions_of(
    arms: Sequence[Arm],
    asked: Sequence[str],
    t: Texts,
    varied: Mapping[str, Any] | None = None,
) -> Assumptions:
    """Return the assumptions of the arms of a result.

    Parameters
    ----------
    arms
        What was lived; without any, the defaults of the world are told.
    asked
        Keys that the result names as most relevant; without any, see `relevant_keys`.
    t
        Texts of the reader.
    varied
        What a study varied, by key; told first, with all its values.
    """
    lived = [arm.scenario for arm in arms]
    setups = lived or [load(DEFAULT_PLACE, "none")]
    changed = list(_varied(varied or {}, setups, t))
    told = {one.key for one in changed}
    changed += [one for one in _changed(arms, t) if one.key not in told]
    told = {one.key for one in changed}
    keys = list(asked) or [key for setup in setups for key in relevant_keys(setup)]
    relevant = []
    for key in dict.fromkeys(keys):
        found = _first(key, setups, t)
        if found is not None and key not in told:
            relevant.append(found)
    told |= {one.key for one in relevant}
    rest = [_first(key, setups, t) for key in _all_keys(lived) if key not in told]
    marks = [mark_of(card.source) for card in parameter_cards().values()]
    return Assumptions(
        tuple(changed),
        tuple(relevant),
        tuple(one for one in rest if one is not None),
        sum(mark != "source" for mark in marks),
        len(marks),
    )


def mark_of(source: str) -> Mark:
    """Return how firmly a value rests on its source."""
    if source.startswith("judgement"):
        return "judgement"
    return "partly" if "judgement" in source or "assum" in source else "source"


def plain_source(source: str) -> str:
    """Return a source without the word that the mark beside it says already."""
    plain = source.removeprefix("judgement").removeprefix(":").strip()
    return plain[:1].upper() + plain[1:]


# -- what varies ----------------------------------------------------------------------------------


def _varied(
    varied: Mapping[str, Any], setups: Sequence[Scenario], t: Texts
) -> Iterator[Assumption]:
    """Yield what a study varied, each with the values or the ends that it was given."""
    for key, values in varied.items():
        found = _first(key, setups, t) or _top_key(key, setups, t)
        yield replace(found, value=_values(key, values, t), mark="varied", changed=True)


def _top_key(key: str, setups: Sequence[Scenario], t: Texts) -> Assumption:
    """Return a row for a key that is told with the policies, such as a calendar, or is unknown."""
    _, _, rest = key.partition(".")
    if key in AMOUNTS:
        return replace(_unknown(key, t), meaning=t(f"policy_key.{key}"))
    programme, _, inner = rest.partition(".")
    known = (one.policy.programmes.get(programme) for one in setups)
    funded = next((one for one in known if one is not None), None)
    row = _unknown(key, t)
    if funded is None or inner not in TOP_KEYS:
        return row
    return replace(row, meaning=_of_one(funded.programme, t(f"top_key.{inner}"), t))


def _values(key: str, values: Any, t: Texts) -> str:
    if isinstance(values, list):
        return "; ".join(changed_value(key, one, t) for one in values)
    if isinstance(values, dict) and {"low", "high"} <= set(values):
        low, high = (changed_value(key, values[end], t) for end in ("low", "high"))
        return t("explain.from_to", low=low, high=high)
    if isinstance(values, dict) and isinstance(values.get("around"), int | float):
        return t("report.around", share=t.percent(values["around"]))
    return t("report.mark_varied")


# -- what differs ---------------------------------------------------------------------------------


def _changed(arms: Sequence[Arm], t: Texts) -> list[Assumption]:
    """Return what differs from the default in any arm: once, or once for every value it has."""
    by_key: dict[str, dict[str, list[str]]] = {}
    shown: dict[tuple[str, str], Assumption] = {}
    for arm in arms:
        for one in _differing(arm.scenario, t):
            by_key.setdefault(one.key, {}).setdefault(one.value, []).append(arm.title)
            shown[one.key, one.value] = one
    found = []
    for key, values in by_key.items():
        everywhere = len(values) == 1 and len(next(iter(values.values()))) == len(arms)
        for value, titles in values.items():
            only = "" if everywhere else t.listing(titles)
            found.append(replace(shown[key, value], only=only))
    return found


def _differing(setup: Scenario, t: Texts) -> list[Assumption]:
    found = []
    for one in changes(_usual(setup), setup, t):
        parts = one.key.split(".")
        if parts[0] in ("programmes", *AMOUNTS) and parts[-1] in _TOLD_ELSEWHERE:
            continue
        value = changed_value(one.key, one.here, t)
        default = changed_value(one.key, one.base, t)
        row = _assumption(one.key, setup, t) or _unknown(one.key, t)
        source = t("report.set_here", source=row.source) if row.source else t("report.stated_here")
        row = replace(row, source=source, mark="set")
        found.append(replace(row, value=value, default=default, changed=True))
    return found


def _usual(setup: Scenario) -> Scenario:
    """Return the scenario as it would be at its defaults: same place, same policy, same years."""
    place = setup.place
    if place.key in catalogue_names("places"):
        place = load_place(place.key)
    # Programmes are held against their cards by `changes`; rules of letting are the policy's.
    rules = setup.policy.landlord
    policy = Policy(key=setup.policy.key, landlord=rules)
    defaults = {"parameters": Parameters(), "mechanisms": Mechanisms()}
    return setup.model_copy(update={"place": place, "policy": policy, **defaults})


def _unknown(key: str, t: Texts) -> Assumption:
    """Return a row for a key that no card describes, such as a line of a programme's risk."""
    return Assumption(key, "", "", unit_of(key, t), "", "", "", "set")


# -- one key --------------------------------------------------------------------------------------


def _first(key: str, setups: Iterable[Scenario], t: Texts) -> Assumption | None:
    """Return a key as the first arm has it that knows it; None for what is no assumption."""
    for setup in setups:
        found = _assumption(key, setup, t)
        if found is not None:
            return found
    return None


def _assumption(key: str, setup: Scenario, t: Texts) -> Assumption | None:
    if key in parameter_cards():
        return _parameter(key, setup, t)
    group, _, name = key.partition(".")
    if group == "mechanisms" and name in mechanism_descriptions():
        return _mechanism(name, setup, t)
    if group == "figures" and name in FIGURES:
        return _figure(name, setup, t)
    if group == "landlord" and name in LandlordRules.model_fields:
        value = getattr(setup.policy.landlord, name)
        return _field(key, key, value, field_cards()[key].source, t)
    if group == "programmes":
        return _of_programme(key, setup, t)
    return None


def _parameter(key: str, setup: Scenario, t: Texts) -> Assumption:
    card = parameter_cards()[key]
    group, name = key.split(".")
    value = getattr(getattr(setup.parameters, group), name)
    return Assumption(
        key=key,
        meaning=t.of_model(card.doc),
        value=_value(value, t),
        unit=t.of_model(card.unit),
        default=_value(card.default, t),
        span=t("explain.from_to", low=t.value(card.low), high=t.value(card.high)),
        source=plain_source(card.source),
        mark=mark_of(card.source),
    )


def _value(value: Any, t: Texts) -> str:
    """Return a value; the elements of one with many are told apart by semicolons."""
    if isinstance(value, tuple):
        return "; ".join(t.value(element) for element in value)
    return value_text(value, t)


def _mechanism(name: str, setup: Scenario, t: Texts) -> Assumption:
    on = getattr(setup.mechanisms, name)
    return Assumption(
        key=f"mechanisms.{name}",
        meaning=t.of_model(mechanism_descriptions()[name]),
        value=t("explain.on" if on else "explain.off"),
        unit="",
        default=t("explain.on" if getattr(Mechanisms(), name) else "explain.off"),
        span="",
        source=t("report.mechanism"),
        mark="judgement",
    )


def _figure(name: str, setup: Scenario, t: Texts) -> Assumption:
    figure = getattr(setup.place.figures, name)
    key = f"figures.{name}"
    why = "; ".join(filter(None, (figure.why, figure.note)))
    _, low, high = FIGURES[name]
    return Assumption(
        key=key,
        meaning=t(f"figure.{name}"),
        value=changed_value(key, figure.value, t),
        unit=unit_of(key, t),
        default="",
        span=t("explain.from_to", low=changed_value(key, low, t), high=changed_value(key, high, t)),
        source=plain_source(why),
        mark={"source": "source", "derived": "partly"}.get(figure.basis, "judgement"),  # type: ignore[arg-type]
    )


def _of_programme(key: str, setup: Scenario, t: Texts) -> Assumption | None:
    parts = key.split(".", 2)
    funded = setup.policy.programmes.get(parts[1]) if len(parts) == 3 else None
    if funded is None:
        return None
    inner, spec = parts[2], funded.programme
    if inner in ("places", "payers"):
        mark = mark_of(spec.sources.get(inner, "judgement"))
        source = plain_source(basis_of(spec, inner, t))
        value, default = (value_text(getattr(one, inner), t) for one in (spec, _card_of(spec)))
        meaning = _of_one(spec, t(f"top_key.{inner}"), t)
        return Assumption(key, meaning, value, "", default, "", source, mark)
    if inner in TOP_KEYS or inner not in field_cards() or inner.split(".")[0] == "landlord":
        return None
    stated = spec.sources.get(inner) or field_cards()[inner].source or "judgement"
    row = _field(key, inner, value_of(spec, inner), stated, t)
    default = value_text(value_of(_card_of(spec), inner), t)
    meaning = _of_one(spec, row.meaning, t)
    return replace(
        row, meaning=meaning, default=default, source=plain_source(basis_of(spec, inner, t))
    )


def _of_one(spec: ProgrammeSpec, meaning: str, t: Texts) -> str:
    """Return what a key means, said of the programme that it is a key of."""
    return t("report.of_one", name=spec.name, meaning=meaning[:1].lower() + meaning[1:])


@functools.cache
def _catalogue_programme(key: str) -> ProgrammeSpec:
    return load_programme(key)


def _card_of(spec: ProgrammeSpec) -> ProgrammeSpec:
    """Return a programme as its card has it; one of one's own is its own card."""
    return _catalogue_programme(spec.key) if spec.key in catalogue_names("programmes") else spec


def _field(key: str, inner: str, value: Any, source: str, t: Texts) -> Assumption:
    card = field_cards()[inner]
    span = ""
    if card.low is not None and card.high is not None:
        span = t("explain.from_to", low=t.value(card.low), high=t.value(card.high))
    return Assumption(
        key=key,
        meaning=t.of_model(card.doc),
        value=_value(value, t),
        unit=t.of_model(card.unit),
        default=value_text(card.default, t),
        span=span,
        source=plain_source(source),
        mark=mark_of(source),
    )


def _all_keys(setups: Sequence[Scenario]) -> list[str]:
    """Return every key that holds a number of these scenarios, the place's figures first."""
    keys = [f"figures.{name}" for name in FIGURES] if setups else []
    for setup in setups:
        for name, funded in setup.policy.programmes.items():
            keys += [f"programmes.{name}.{key}" for key in funded.programme.sources]
    keys += parameter_cards()
    keys += [f"mechanisms.{name}" for name in mechanism_descriptions()]
    return list(dict.fromkeys(keys))
