"""The cards of the world: parameters and other keys, groups, mechanisms, ladders, phases, events."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.text import Text

from ...scenarios import (
    FundedProgramme,
    ProgrammeSpec,
    Scenario,
    load_policy,
    mechanism_descriptions,
    parameter_cards,
)
from ...viz.text import Texts
from ...viz.text.changes import unit_of
from ...viz.text.field_cards import TOP_KEYS, basis_of, field_cards, value_of, value_text
from .screen import Listing, show_facts, show_listing


def default_text(value: object, t: Texts) -> str:
    """Return a value of a parameter; of one with many elements the first and the last."""
    if isinstance(value, tuple) and len(value) > 1:
        return f"{t.value(value[0])} ... {t.value(value[-1])}"
    return value_text(value, t)


def show_parameter(key: str, setup: Scenario, t: Texts, out: Console) -> None:
    """Print a parameter of the world with its value in a scenario."""
    card = parameter_cards()[key]
    group, name = key.split(".")
    value = getattr(getattr(setup.parameters, group), name)
    unit = t.of_model(card.unit)
    facts = {
        "": t.of_model(card.doc),
        t("explain.value"): f"{t.value(value)}  {unit}",
        t("explain.default"): t.value(card.default),
        t("explain.range"): t("explain.from_to", low=t.value(card.low), high=t.value(card.high)),
        t("explain.source"): card.source,
        t("explain.change"): f"--set {key}={_as_toml(value)}",
    }
    show_facts(out, key, facts)


def _as_toml(value: object) -> str:
    if isinstance(value, tuple):
        return "'[" + ", ".join(str(element) for element in value) + "]'"
    return str(value).lower() if isinstance(value, bool) else str(value)


def show_field(key: str, t: Texts, out: Console) -> None:
    """Print what a key of any programme, of the rules of letting or of a calendar means."""
    card = field_cards()[key]
    facts = {"": t.of_model(card.doc), t("place.unit"): t.of_model(card.unit)}
    facts[t("explain.default")] = value_text(card.default, t)
    if card.low is not None and card.high is not None:
        low, high = t.value(card.low), t.value(card.high)
        facts[t("explain.range")] = t("explain.from_to", low=low, high=high)
    facts[t("explain.source")] = card.source
    group = key.split(".")[0]
    if group == "landlord":
        facts[t("explain.change")] = f"--set {key}={_as_toml(card.default)}"
    elif group != "stretches":
        any_programme = f"programmes.{t('calendar.any')}.{key}"
        facts[t("explain.change")] = f"--set {any_programme}={t('explain.a_value')}"
    show_facts(out, key, {label: text for label, text in facts.items() if text})


def show_policy_key(key: str, setup: Scenario, t: Texts, out: Console) -> None:
    """Print a key of a policy as a whole, ``money_eur``, with its value in a scenario."""
    value = getattr(setup.policy, key)
    facts = {"": t(f"policy_key.{key}"), t("place.unit"): unit_of(key, t)}
    if setup.policy.programmes:
        facts[t("explain.value")] = value_text(value, t)
    asked = f"--policy {setup.policy.key} " if setup.policy.programmes else ""
    stated = t("explain.a_value") if value is None else _as_toml(value)
    facts[t("explain.change")] = f"{asked}--set {key}={stated}"
    show_facts(out, key, facts)


def show_programme_key(key: str, setup: Scenario, t: Texts, out: Console) -> None:
    """Print a key of one programme, ``programmes.watch-out.places``, with what it rests on."""
    _, name, inner = key.split(".", 2)
    funded = setup.policy.programmes.get(name) or load_policy(name).programmes[name]
    facts = _of_group(funded.programme, inner, t) if "." in inner else _of_top(funded, inner, t)
    value = facts.pop("toml")
    policy = setup.policy.key if name in setup.policy.programmes else name
    facts[t("explain.change")] = f"--policy {policy} --set {key}={value}"
    show_facts(out, key, {label: text for label, text in facts.items() if text})


def _of_group(spec: ProgrammeSpec, inner: str, t: Texts) -> dict[str, str]:
    card, value = field_cards()[inner], value_of(spec, inner)
    facts = {
        "": t.of_model(card.doc),
        t("explain.value"): f"{value_text(value, t)}  {t.of_model(card.unit)}".rstrip(),
        t("explain.default"): value_text(card.default, t),
    }
    if card.low is not None and card.high is not None:
        low, high = t.value(card.low), t.value(card.high)
        facts[t("explain.range")] = t("explain.from_to", low=low, high=high)
    facts[t("explain.source")] = basis_of(spec, inner, t)
    return {**facts, "toml": _as_toml(value)}


def _of_top(funded: FundedProgramme, inner: str, t: Texts) -> dict[str, str]:
    spec = funded.programme
    value: Any = getattr(spec if inner in ("places", "payers") else funded, inner)
    if inner in ("calendar", "equal_money_to"):
        value = value.key if value else None
    facts = {"": t(f"top_key.{inner}"), t("explain.value"): value_text(value, t)}
    if inner in ("places", "payers") or inner in spec.sources:
        facts[t("explain.source")] = basis_of(spec, inner, t)
    shares = ", ".join(f"{payer} = {share}" for payer, share in spec.payers.items())
    toml = f"'{{{shares}}}'" if inner == "payers" else _as_toml(value or t("explain.a_value"))
    return {**facts, "toml": toml}


def is_programme_key(inner: str) -> bool:
    """Whether ``places`` or ``funnel.visit`` is a key of a programme in a policy."""
    known = field_cards()
    outside = ("landlord", "stretches")
    return inner in TOP_KEYS or (inner in known and inner.split(".")[0] not in outside)


def show_group(name: str, setup: Scenario, t: Texts, out: Console) -> None:
    """Print the parameters of a group with their values in a scenario."""
    group = getattr(setup.parameters, name)
    rows = [
        [card.key, default_text(getattr(group, card.key.split(".")[1]), t), t.of_model(card.doc)]
        for card in parameter_cards().values()
        if card.key.startswith(f"{name}.")
    ]
    columns = [t(f"list.{column}") for column in ("key", "value", "meaning")]
    title = t("explain.group", name=name)
    show_listing(out, Listing(columns, rows, frozenset({1}), frozenset({2}), title))


def show_field_group(name: str, t: Texts, out: Console) -> None:
    """Print the keys of a group of programmes, rules of letting or calendars."""
    rows = []
    for card in field_cards().values():
        if card.key.startswith(f"{name}."):
            unit = f" ({t.of_model(card.unit)})" if card.unit else ""
            meaning = t.of_model(card.doc).removesuffix(".") + unit
            rows.append([card.key, default_text(card.default, t), meaning])
    columns = [t(f"list.{column}") for column in ("key", "default", "meaning_and_unit")]
    title = t("explain.field_group", name=name, what=t(f"group.{name}"))
    show_listing(out, Listing(columns, rows, frozenset({1}), frozenset({2}), title))


def show_mechanism(name: str, setup: Scenario, t: Texts, out: Console) -> None:
    """Print what a mechanism does and whether it is on."""
    on = getattr(setup.mechanisms, name)
    facts = {
        "": t.of_model(mechanism_descriptions()[name]),
        t("explain.value"): t("explain.on" if on else "explain.off"),
        t("explain.change"): f"--set mechanisms.{name}={'false' if on else 'true'}",
    }
    show_facts(out, t("explain.mechanism", name=name), facts)


def show_ladder(name: str, t: Texts, out: Console) -> None:
    """Print the rungs of a ladder, the highest first."""
    out.print(Text(t("explain.ladder", name=t(f"ladder.{name}")), style="bold"))
    for rung in range(5, -1, -1):
        out.print(Text(f"  {t(f'rung.{name}.{rung}')}"))


def show_phase(name: str, t: Texts, out: Console) -> None:
    """Print what a phase does and where in the month it comes."""
    from ...model import PHASES

    phases = dict(PHASES)
    place = t("explain.phase_place", at=list(phases).index(name) + 1, of=len(phases))
    facts = {"": t.of_model(phases[name]), t("explain.month"): place}
    show_facts(out, t("explain.phase", name=name), facts)


def show_event(name: str, t: Texts, out: Console) -> None:
    """Print what a draw of chance decides."""
    from ...model.luck import EVENTS

    show_facts(out, t("explain.event", name=name), {"": t.of_model(dict(EVENTS)[name])})


def show_month(t: Texts, out: Console) -> None:
    """Print the phases of a month in order."""
    from ...model import PHASES

    rows = [[str(at), name, t.of_model(doc)] for at, (name, doc) in enumerate(PHASES, start=1)]
    columns = [t(f"list.{column}") for column in ("order", "phase", "meaning")]
    title = t("explain.month_title")
    show_listing(out, Listing(columns, rows, frozenset({0}), frozenset({2}), title))
