"""Page 5: every assumption with unit, range and source, and what another value of it does."""

from __future__ import annotations

import html
import math
from collections import Counter
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import solara

from ....scenarios import ParameterCard, Scenario, parameter_cards
from ...report.assumptions import mark_of
from ...text import Texts
from ...text.field_cards import value_text
from ...text.outcome_words import OutcomeWords
from ..asked import RefusedError, scenario_of
from ..asking import Work, use_work
from ..assumption_png import marks_png, tried_png
from ..downloads import csv_text
from ..jobs import Piece, service
from ..programme_choices import said_policy
from ..session import Session
from ..strips import strips
from ..take import TakeAlong
from ..tried_words import Pair, Tried, tried_outcome
from ..trying import OUTCOMES, YEARS, matter_pieces, tried, try_pieces, with_value
from ..working import Working

_MARKS = ("source", "partly", "judgement")
_STEPS = 60
#: The outcome by which assumptions are put in order of how much they matter.
_RANKED_BY = "rung_years.participants"


@solara.component_vue("../assumptions.vue")
def _List(
    rows: list[dict[str, Any]],
    matter: dict[str, Any],
    chosen: str,
    marks: list[dict[str, Any]],
    words: dict[str, str],
    event_choose: Any,
) -> None:
    """Draw the list."""


@solara.component
def Assumptions(session: Session) -> None:
    """Draw the page."""
    state, t = session.state, session.t
    cards = parameter_cards()
    chosen = state.choice("param")
    chosen = chosen if chosen in cards else ""
    asked, set_asked = solara.use_state(False)
    work = use_work(session.key, matter_pieces(cards) if asked else [])
    rows = solara.use_memo(lambda: [_row(card, t) for card in cards.values()], [t.lang])
    judged = sum(row["mark"] != "source" for row in rows)
    with solara.Div(classes=["la-page"]):
        words = t("workshop_assume.answer", all=t.number(len(rows)), judged=t.number(judged))
        solara.HTML("h1", words, classes=["la-answer"])
        with solara.Div(classes=["la-two"]):
            with solara.Div(classes=["la-stack"]):
                with solara.Div(classes=["la-card"]):
                    _Matter(session, work, asked, lambda: set_asked(not asked))
                    _List(
                        rows=rows,
                        matter=_matter(work, t),
                        chosen=chosen,
                        marks=[
                            {
                                "key": mark,
                                "name": t(f"workshop_assume.mark_{mark}"),
                                "count": sum(row["mark"] == mark for row in rows),
                            }
                            for mark in _MARKS
                        ],
                        words={
                            "find": t("workshop_assume.find"),
                            "nothing": t("workshop_assume.nothing"),
                        },
                        event_choose=lambda key: (
                            session.choose(param=key, value="") if key in cards else None
                        ),
                    )
                with solara.Div(classes=["la-fifth"]):
                    _Take(session, words, rows, work)
            with solara.Div(classes=["la-stack"]):
                if chosen:
                    _One(session, cards[chosen])
                else:
                    with solara.Div(classes=["la-card", "la-second"]):
                        solara.HTML("h2", t("workshop_assume.choose"))
                        solara.HTML("p", t("workshop_assume.choose_how"))


def _row(card: ParameterCard, t: Texts) -> dict[str, Any]:
    number = isinstance(card.default, int | float)
    span = card.high - card.low
    return {
        "key": card.key,
        "doc": t.of_model(card.doc),
        "value": value_text(card.default, t),
        "unit": t.of_model(card.unit),
        "span": t("workshop_assume.span", low=t.value(card.low), high=t.value(card.high)),
        "at": (card.default - card.low) / span if number and span else None,
        "mark": mark_of(card.source),
        "source": card.source,
    }


def _matter(work: Work, t: Texts) -> dict[str, Any]:
    """Return by key how much assumptions matter, as far as it is known: share of the most, words."""
    found = {one["key"]: one[_RANKED_BY] for one in work.good if math.isfinite(one[_RANKED_BY])}
    most = max(found.values(), default=0.0)
    if most <= 0:
        return {}
    words = OutcomeWords(_RANKED_BY, t)
    digits = words.decimals([most])
    return {
        key: {"share": move / most, "words": "± " + words.number(move, digits)}
        for key, move in found.items()
    }


@solara.component
def _Matter(session: Session, work: Work, asked: bool, turn: Any) -> None:
    """Offer to try every assumption, and say how far that is."""
    t = session.t
    with solara.Div(classes=["la-choices", "la-noprint"]):
        key = "stop" if asked and work.running else "again" if asked else "start"
        if key != "again":
            solara.Button(
                t(f"workshop_assume.matter_{key}"), on_click=turn, classes=["la-vb", "la-vmain"]
            )
    text = t("workshop_assume.matter_done" if asked else "workshop_assume.matter_how")
    solara.HTML("p", text, classes=["la-soft", "la-small"])
    Working(work, t)


@solara.component
def _One(session: Session, card: ParameterCard) -> None:
    """Show one assumption, a slider for it, and what another value does."""
    state, t = session.state, session.t
    mark = mark_of(card.source)
    number = isinstance(card.default, int | float)
    value = _value(state.choice("value"), card) if number else None
    unit = t.of_model(card.unit)
    with solara.Div(classes=["la-card", "la-second"]):
        solara.HTML("h2", html.escape(t.of_model(card.doc)))
        facts = [
            (t("workshop_assume.usual"), f"{value_text(card.default, t)} {unit}"),
            (t("workshop_assume.range"), _row(card, t)["span"]),
            (t("workshop_assume.rests"), t(f"workshop_assume.mark_{mark}")),
            (t("workshop_assume.key"), card.key),
        ]
        rows = "".join(
            f"<dt>{html.escape(name)}</dt><dd>{html.escape(words)}</dd>" for name, words in facts
        )
        solara.HTML("dl", rows, classes=["la-facts"])
        source = t("workshop_assume.source", source=card.source)
        notice = ["la-notice"] if mark == "judgement" else ["la-soft"]
        solara.HTML("p", html.escape(source), classes=["la-small", *notice])
    if value is None:
        solara.HTML("p", t("workshop_assume.no_number"), classes=["la-soft"])
        return
    with solara.Div(classes=["la-card", "la-third"]):
        solara.HTML("h2", t("workshop_assume.change", value=t.value(value), unit=unit))
        _Slide(session, card, value)
        if value != card.default:
            _Tried(session, card, value)


def _value(text: str, card: ParameterCard) -> float:
    try:
        value = float(text)
    except ValueError:
        return card.default
    if not card.low <= value <= card.high:
        return card.default
    return round(value) if isinstance(card.default, int) else value


@solara.component
def _Slide(session: Session, card: ParameterCard, value: float) -> None:
    """Show the slider, and the way back to the usual value."""
    t = session.t
    whole = isinstance(card.default, int)
    step = 1.0 if whole else (card.high - card.low) / _STEPS

    def slid(at: float) -> None:
        # Floats are written in their shortest exact form, so that a link restores them.
        session.choose(value=str(round(at)) if whole else f"{at:.6g}")

    solara.v.use_event(
        solara.v.Slider(
            v_model=value,
            min=card.low,
            max=card.high,
            step=step,
            hide_details=True,
            attributes={"aria-label": t.of_model(card.doc)},
        ),
        "change",  # by mouse when it is let go, by key at every press
        lambda widget, event, data: slid(float(data)),
    )
    if value != card.default:
        words = t("workshop_assume.back", value=t.value(card.default))
        solara.Button(words, on_click=lambda: session.choose(value=""), classes=["la-vb"])


@solara.component
def _Tried(session: Session, card: ParameterCard, value: float) -> None:
    """Show what comes out with this value, beside what comes out as usual."""
    made = solara.use_memo(
        lambda: _arms(session, card.key, value),
        [session.state.place, session.state.upload, session.state.policy, card.key, value],
    )
    if isinstance(made, str):
        solara.HTML("p", html.escape(made), classes=["la-notice"])
        return
    _Beside(session, *made)


@solara.component
def _Beside(session: Session, usual: Scenario, other: Scenario) -> None:
    """Show what comes out of a scenario beside what comes out as usual, pair by pair."""
    t = session.t
    work = use_work(session.key, _pieces(usual, other))
    Working(work, t)
    pairs = _pairs(work.results)
    if not pairs:
        return
    said = html.escape(_how(usual, len(pairs), t))
    solara.HTML("p", said, classes=["la-soft", "la-small"])
    for name in OUTCOMES:
        tried = tried_outcome(name, pairs, t)
        if tried is not None:
            _Outcome(tried, t)


def _pieces(usual: Scenario, other: Scenario) -> list[Piece]:
    pairs = zip(try_pieces(usual), try_pieces(other), strict=True)
    return [piece for pair in pairs for piece in pair]


def _how(usual: Scenario, count: int, t: Texts) -> str:
    return t(
        "workshop_assume.tried_how",
        place=usual.place.name,
        policy=said_policy(usual.policy.key, t),
        years=str(YEARS),
        count=str(count),
    )


def _arms(session: Session, key: str, value: float) -> tuple[Scenario, Scenario] | str:
    try:
        usual = tried(scenario_of(session.state, session.t, service().limits))
        return usual, with_value(usual, key, value)
    except RefusedError as error:
        return " ".join(error.problems)
    except ValueError as error:
        return session.t("workshop_assume.impossible", why=str(error)[:200])


def _pairs(found: Sequence[Any]) -> list[Pair]:
    """Return what came out as usual and otherwise, luck by luck, where both are there."""
    return [
        (a, b)
        for a, b in zip(found[::2], found[1::2], strict=True)
        if isinstance(a, dict) and isinstance(b, dict)
    ]


@solara.component
def _Outcome(one: Tried, t: Texts) -> None:
    """Show one outcome: a sentence, and the dots."""
    solara.HTML("h3", html.escape(one.heading))
    rows = [
        (t("workshop_assume.as_usual"), one.before, "var(--soft)"),
        (t("workshop_assume.otherwise"), one.after, "var(--accent)"),
    ]
    solara.HTML("div", strips(rows, one.ends, one.told))
    solara.HTML("p", html.escape(one.told), classes=["la-small"])


# -- to take home -----------------------------------------------------------------------------


def _picture(session: Session, title: str, rows: list[dict[str, Any]]) -> bytes:
    """Return what another value does, once that is computed; else on what assumptions rest."""
    state, t = session.state, session.t
    source = t("workshop_assume.from", version=version("langeadem"))
    card = parameter_cards().get(state.choice("param"))
    if card is not None and isinstance(card.default, int | float):
        value = _value(state.choice("value"), card)
        made = _arms(session, card.key, value)
        # What the page shows is kept by the engine.
        known = [] if isinstance(made, str) else [service().known(p.key) for p in _pieces(*made)]
        pairs = _pairs(known)
        tried = [one for name in OUTCOMES if (one := tried_outcome(name, pairs, t))]
        if value != card.default and tried and not isinstance(made, str):
            change = t("workshop_assume.change", value=t.value(value), unit=t.of_model(card.unit))
            names = t("workshop_assume.as_usual"), t("workshop_assume.otherwise")
            what = f"{t.of_model(card.doc)} {change}"
            return tried_png(what, _how(made[0], len(pairs), t), tried, names, source)
    counts = Counter(str(row["mark"]) for row in rows)
    return marks_png(title, t("workshop_assume.marks"), counts, source, t)


@solara.component
def _Take(session: Session, title: str, rows: list[dict[str, Any]], work: Work) -> None:
    state, t = session.state, session.t
    found = {one["key"]: one for one in work.good}
    columns = ["key", "meaning", "value", "unit", "range", "rests_on", "source"]

    def data() -> str:
        return csv_text(
            [*columns, *(f"move.{name}" for name in OUTCOMES)],
            [
                [
                    *(
                        row[one]
                        for one in ("key", "doc", "value", "unit", "span", "mark", "source")
                    ),
                    *(found.get(row["key"], {}).get(name, "") for name in OUTCOMES),
                ]
                for row in rows
            ],
        )

    def scenario() -> Scenario:
        made = scenario_of(state, t, service().limits)
        key, text = state.choice("param"), state.choice("value")
        cards = parameter_cards()
        if key in cards and text and isinstance(cards[key].default, int | float):
            return with_value(made, key, _value(text, cards[key]))
        return made

    TakeAlong(
        session,
        t("workshop_assume.file"),
        picture=lambda: _picture(session, title, rows),
        data=data,
        scenario=scenario,
    )
