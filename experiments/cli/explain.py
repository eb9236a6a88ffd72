"""``langeadem explain`` and ``langeadem place``: from a name, of any kind, to its card."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from ...scenarios import (
    AMOUNTS,
    LADDERS,
    RISKS,
    Parameters,
    Policy,
    Scenario,
    catalogue_names,
    load,
    load_calendar,
    load_place,
    load_policy,
    load_programme,
    mechanism_descriptions,
    nearest_name,
    parameter_cards,
    policy_names,
)
from ...viz.text import Texts, texts
from ...viz.text.field_cards import FIELD_GROUPS, TOP_KEYS, field_cards
from . import world_cards as world
from .calendar_card import show_calendar
from .place_card import show_place
from .policy_card import show_policy
from .programme_card import show_programme
from .risk_card import show_risk
from .scenario_card import kind_of_file, show_scenario
from .screen import InputError, answering, console
from .settings import overrides

#: Kinds of things, and the words with which a reader may name them; the first is the kind's own.
KINDS: dict[str, tuple[str, ...]] = {
    "place": ("place", "wijk", "plaats"),
    "programme": ("programme", "programma", "project"),
    "calendar": ("calendar", "kalender"),
    "policy": ("policy", "aanpak", "beleid"),
    "risk": ("risk", "risico"),
    "scenario": ("scenario",),
    "parameter": ("parameter", "instelling"),
    "group": ("group", "groep"),
    "mechanism": ("mechanism", "mechanisme"),
    "ladder": ("ladder",),
    "phase": ("phase", "fase"),
    "event": ("event", "toeval"),
}
_KIND_OF = {word: kind for kind, words in KINDS.items() for word in words}
#: Kinds of which a file of one's own can be explained, when its kind is named.
_IN_FILES = ("programme", "calendar", "policy")
#: Kinds that end the search for a name of which the kind was not said.
_ENOUGH = ("place", "parameter")

#: Shows a thing; made only when it is the one that was asked for.
Shown = Callable[[Console], None]


@dataclass(frozen=True)
class Asked:
    """The words and options of ``langeadem explain``."""

    words: Sequence[str]
    scenario: str
    policy: str | None
    settings: Sequence[str]
    lang: str


def explain_command(asked: Asked) -> None:
    """Print everything that goes by a name; more than one thing may."""
    t = texts(asked.lang)
    with answering(t):
        kind, name = _kind_and_name(asked.words, t)
        if kind == "scenario":
            _refuse_another_kind(name, t)
        stated = overrides(asked.settings, None, t)
        about = name if kind == "scenario" else asked.scenario
        is_policy = kind == "policy" and (name.endswith(".toml") or name in policy_names())
        setup = load(about, name if is_policy else asked.policy, stated)
        if kind == "scenario":
            show_scenario(name, setup, _run_command(name, asked), t, console())
            return
        kinds = [kind] if kind else [one for one in KINDS if one != "scenario"]
        found = list(_found(kinds, name, setup, t))
        if kind is None and name == "month":
            found.append(lambda out: world.show_month(t, out))
        if not found:
            raise InputError(_unknown(kind, kinds, name, t))
        out = console()
        for at, show in enumerate(found):
            if at:
                out.print()
            show(out)


def _refuse_another_kind(name: str, t: Texts) -> None:
    """Refuse a file that is no scenario, and say what it is and how to see it."""
    kind = kind_of_file(Path(name)) if name.endswith(".toml") else None
    if kind is not None:
        command = shlex.join(["langeadem", "explain", kind, name])
        said = t("explain.another_kind", file=name, kind=t(f"kind.{kind}"), command=command)
        raise InputError(said)


def _run_command(name: str, asked: Asked) -> str:
    """Return the command that runs the scenario that was explained."""
    words = ["langeadem", "run", name]
    if asked.policy is not None:
        words += ["--policy", asked.policy]
    for setting in asked.settings:
        words += ["--set", setting]
    return shlex.join(words)


def place_command(name: str, lang: str) -> None:
    """Print the card of a place of the catalogue, or of a file of one's own."""
    t = texts(lang)
    with answering(t):
        place = load(name).place if name.endswith(".toml") else load_place(name)
        show_place(place, t, console())


def _kind_and_name(words: Sequence[str], t: Texts) -> tuple[str | None, str]:
    """Return the kind, where it is named, and the name."""
    if len(words) > 2:
        raise InputError(t("explain.words", words=" ".join(words)))
    if len(words) == 1:
        name = words[0].strip()
        return ("scenario" if name.endswith(".toml") else None), name
    kind = _KIND_OF.get(words[0].lower())
    if kind is None:
        near = nearest_name(words[0], _KIND_OF)
        hint = t("explain.nearest", nearest=near) if near else ""
        own = [names[1 if t.lang == "nl" and len(names) > 1 else 0] for names in KINDS.values()]
        said = t("explain.unknown_kind", kind=words[0], kinds=", ".join(own))
        raise InputError(f"{said} {hint}".rstrip())
    return kind, words[1].strip()


def _unknown(kind: str | None, kinds: Sequence[str], name: str, t: Texts) -> str:
    """Return that there is no such name, with the nearest one or where to look."""
    known = [one for each in kinds for one in _names(each)]
    near = nearest_name(name, [*known, *_programme_keys(name)])
    listed = f"langeadem list {_LISTED.get(kind or '', 'parameters')}"
    hint = t("explain.nearest", nearest=near) if near else t("explain.where", command=listed)
    if kind is None:
        return f"{t('explain.unknown', key=name)} {hint}"
    return f"{t('explain.unknown_of', key=name, kind=t(f'kind.{kind}'))} {hint}"


#: Where all of a kind can be seen; anything else is found by way of the parameters.
_LISTED = {
    "place": "places",
    "programme": "programmes",
    "calendar": "calendars",
    "policy": "policies",
    "risk": "risks",
    "mechanism": "mechanisms",
    "phase": "phases",
    "event": "events",
}


def _names(kind: str) -> list[str]:
    """Return every name of a kind; those of phases and events take the model, which takes a second."""
    if kind == "phase":
        from ...model import PHASES

        return [name for name, _ in PHASES]
    if kind == "event":
        from ...model.luck import EVENTS

        return [name for name, _ in EVENTS]
    return {
        "place": lambda: catalogue_names("places"),
        "programme": lambda: catalogue_names("programmes"),
        "calendar": lambda: catalogue_names("calendars"),
        "policy": policy_names,
        "risk": lambda: list(RISKS),
        "parameter": lambda: [*parameter_cards(), *field_cards(), *AMOUNTS],
        "group": lambda: [*Parameters.model_fields, *FIELD_GROUPS],
        "mechanism": lambda: list(mechanism_descriptions()),
        "ladder": lambda: list(LADDERS),
    }[kind]()


def _programme_keys(name: str) -> list[str]:
    """Return the keys of the programme that a key speaks of, for the nearest one."""
    parts = name.split(".")
    if parts[0] != "programmes" or len(parts) < 2:
        return []
    near = nearest_name(parts[1], catalogue_names("programmes")) or parts[1]
    return [f"programmes.{near}.{key}" for key in (*TOP_KEYS, *field_cards())]


def _found(kinds: Sequence[str], name: str, setup: Scenario, t: Texts) -> Iterator[Shown]:
    """Yield how to show each thing of these kinds that goes by this name."""
    explicit = len(kinds) == 1
    for kind in kinds:
        if kind in ("phase", "event") and not name.isidentifier():
            continue
        show = _shown(kind, name, setup, t, explicit)
        if show is None:
            continue
        yield show
        if kind in _ENOUGH:
            return


def _shown(kind: str, name: str, setup: Scenario, t: Texts, explicit: bool) -> Shown | None:
    """Return how to show the thing of a kind that goes by a name, or None when there is none."""
    if kind == "parameter":
        return _shown_key(name, setup, t)
    if kind == "mechanism":
        name = name.removeprefix("mechanisms.")
    names = _names(kind)
    if kind == "policy" and not explicit:
        # A programme alone is a policy too; it is shown as one when a policy is asked for.
        names = catalogue_names("policies")
    of_file = explicit and kind in _IN_FILES and name.endswith(".toml")
    if name not in names and not of_file:
        return None
    return lambda out: _show(kind, name, setup, t, out)


def _show(kind: str, name: str, setup: Scenario, t: Texts, out: Console) -> None:
    """Print the card of a thing that there is."""
    cards: dict[str, Callable[[], None]] = {
        "place": lambda: show_place(load_place(name), t, out),
        "programme": lambda: show_programme(load_programme(name), t, out),
        "calendar": lambda: show_calendar(name, load_calendar(name), setup.years, t, out),
        "policy": lambda: show_policy(name, _policy(name, setup), setup, t, out),
        "risk": lambda: show_risk(name, t, out),
        "group": lambda: _show_group(name, setup, t, out),
        "mechanism": lambda: world.show_mechanism(name, setup, t, out),
        "ladder": lambda: world.show_ladder(name, t, out),
        "phase": lambda: world.show_phase(name, t, out),
        "event": lambda: world.show_event(name, t, out),
    }
    cards[kind]()


def _policy(name: str, setup: Scenario) -> Policy:
    """Return a policy; as the scenario has it, with its settings, where it is the one of it."""
    loaded = name.endswith(".toml") or setup.policy.key == name
    return setup.policy if loaded else load_policy(name)


def _show_group(name: str, setup: Scenario, t: Texts, out: Console) -> None:
    if name in Parameters.model_fields:
        world.show_group(name, setup, t, out)
    else:
        world.show_field_group(name, t, out)


def _shown_key(name: str, setup: Scenario, t: Texts) -> Shown | None:
    """Return how to show a parameter, a key of any programme, or a key of one programme."""
    if name in parameter_cards():
        return lambda out: world.show_parameter(name, setup, t, out)
    if name in AMOUNTS:
        return lambda out: world.show_policy_key(name, setup, t, out)
    if name in field_cards():
        return lambda out: world.show_field(name, t, out)
    parts = name.split(".", 2)
    if len(parts) == 3 and parts[0] == "programmes" and world.is_programme_key(parts[2]):
        known = (*setup.policy.programmes, *catalogue_names("programmes"))
        if parts[1] in known:
            return lambda out: world.show_programme_key(name, setup, t, out)
    return None
