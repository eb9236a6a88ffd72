"""``langeadem list``: what there is, in a table."""

from __future__ import annotations

from collections.abc import Callable

from ...scenarios import (
    FIGURES,
    RISKS,
    Schedule,
    catalogue_names,
    load_calendar,
    load_place,
    load_policy,
    mechanism_descriptions,
    parameter_cards,
)
from ...viz.text import Texts, texts
from .calendar_card import year_signs
from .programme_list import show_programmes
from .risk_card import programmes_by_risk, risk_words
from .screen import Listing, answering, console, show_listing
from .world_cards import default_text


def list_command(what: str, lang: str) -> None:
    """Print everything of one kind, and how to find out more."""
    t = texts(lang)
    with answering(t):
        out = console()
        if what == "programmes":
            show_programmes(t, out)
        else:
            show_listing(out, _LISTS[what](t))
        out.print()
        out.print(t(f"list.more_{what}"))


def _places(t: Texts) -> Listing:
    rows = []
    for name in catalogue_names("places"):
        place = load_place(name)
        bases = [getattr(place.figures, figure).basis for figure in FIGURES]
        rows.append(
            [
                name,
                place.name,
                place.municipality,
                t.number(place.figure("households")),
                t.number(place.figure("residents")),
                *(str(bases.count(basis)) for basis in ("source", "derived", "default")),
            ]
        )
    columns = [t(f"list.{column}") for column in ("key", "place", "municipality")]
    columns += [t("figure.households"), t("figure.residents")]
    columns += [t(f"basis.{basis}") for basis in ("source", "derived", "default")]
    return Listing(columns, rows, frozenset(range(3, 8)), frozenset({1}))


def _parameters(t: Texts) -> Listing:
    rows = []
    for card in parameter_cards().values():
        meaning = f"{t.of_model(card.doc).removesuffix('.')} ({t.of_model(card.unit)})"
        rows.append([card.key, default_text(card.default, t), meaning])
    columns = [t(f"list.{column}") for column in ("key", "default", "meaning_and_unit")]
    return Listing(columns, rows, frozenset({1}), frozenset({2}))


def _mechanisms(t: Texts) -> Listing:
    return _two_columns(t, "mechanism", mechanism_descriptions())


def _phases(t: Texts) -> Listing:
    from ...model import PHASES

    rows = [[str(at), name, t.of_model(doc)] for at, (name, doc) in enumerate(PHASES, start=1)]
    columns = [t(f"list.{column}") for column in ("order", "phase", "meaning")]
    return Listing(columns, rows, frozenset({0}), frozenset({2}))


def _events(t: Texts) -> Listing:
    from ...model.luck import EVENTS

    return _two_columns(t, "event", dict(EVENTS))


#: Years that the picture of a calendar in the list spans.
_PICTURED = 30


def _calendars(t: Texts) -> Listing:
    rows = []
    plain = console().options.ascii_only
    for name in catalogue_names("calendars"):
        calendar = load_calendar(name)
        signs = year_signs(Schedule(calendar, 12 * _PICTURED), plain)
        rows.append([name, signs, t.of_model(calendar.about)])
    columns = [t("list.calendar"), t("list.pictured", years=_PICTURED), t("list.meaning")]
    return Listing(columns, rows, wide=frozenset({2}))


def _policies(t: Texts) -> Listing:
    rows = []
    for name in catalogue_names("policies"):
        policy = load_policy(name)
        rows.append([name, str(len(policy.programmes)), t.of_model(policy.about)])
    columns = [t("list.policy"), t("list.programmes"), t("list.meaning")]
    return Listing(columns, rows, frozenset({1}), frozenset({2}))


#: Keys that are named of a study with many.
_KEYS = 3


def _studies(t: Texts) -> Listing:
    from ..shipped_study import ContinuityFile, read_shipped, shipped_names
    from ..study_file import read_study

    rows = []
    for name in catalogue_names("studies"):
        study = read_study(name)
        points = (key for point in study.listed or () for key in point)
        keys = dict.fromkeys([*study.axes, *points])
        design = study.file.vary.design
        rows.append([name, design, _first_of(list(keys), t), t.of_model(study.file.about)])
    for name in shipped_names():
        file = read_shipped(name)[1]
        if isinstance(file, ContinuityFile):
            varies = [t("list.calendar"), t("list.place")]
        else:
            varies = [t("list.places"), t("list.years")]
        about = t("list.for_study", about=file.text("about", t.lang))
        rows.append([name, file.kind, _first_of(varies, t), about])
    columns = [t(f"list.{column}") for column in ("study", "design", "varies", "meaning")]
    return Listing(columns, rows, wide=frozenset({3}))


def _first_of(words: list[str], t: Texts) -> str:
    """Return the first few words, a line each."""
    shown = "\n".join(words[:_KEYS])
    if len(words) > _KEYS:
        shown = t("list.and_more", words=shown, number=len(words) - _KEYS)
    return shown


def _ensembles(t: Texts) -> Listing:
    from ..ensemble import Ensemble, ensemble_names

    rows = []
    for name in ensemble_names():
        found = Ensemble.read(name)
        made, command = (str(found.about.get(key, "")) for key in ("made", "command"))
        counts = [t.number(len(one)) for one in (found.worlds, found.keys)]
        rows.append([name, *counts, made, command])
    columns = [t(f"list.{column}") for column in ("ensemble", "worlds", "parameters", "made", "by")]
    return Listing(columns, rows, frozenset({1, 2}), frozenset({4}))


def _risks(t: Texts) -> Listing:
    running = programmes_by_risk()
    rows = [[kind, str(len(running[kind])), risk_words(kind, t)] for kind in RISKS]
    columns = [t("list.risk"), t("list.programmes"), t("list.meaning")]
    return Listing(columns, rows, frozenset({1}), frozenset({2}))


def _two_columns(t: Texts, first: str, docs: dict[str, str]) -> Listing:
    rows = [[name, t.of_model(doc)] for name, doc in docs.items()]
    return Listing([t(f"list.{first}"), t("list.meaning")], rows, wide=frozenset({1}))


_LISTS: dict[str, Callable[[Texts], Listing]] = {
    "places": _places,
    "parameters": _parameters,
    "mechanisms": _mechanisms,
    "phases": _phases,
    "events": _events,
    "calendars": _calendars,
    "policies": _policies,
    "studies": _studies,
    "ensembles": _ensembles,
    "risks": _risks,
}
