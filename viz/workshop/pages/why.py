"""Page 3: why it does not show. Guess first; then the staircase, the waterfall, and the evaluator."""

from __future__ import annotations

import io
import math
from dataclasses import asdict, dataclass

import solara

from ....experiments.reasons import Question, Why
from ....experiments.replica import Replica
from ....experiments.staircase import Step
from ....scenarios import Scenario
from ...figures import staircase_figure, waterfall_figure
from ..asked import RefusedError
from ..asking import Work, use_work
from ..downloads import bundle, csv_text
from ..jobs import service
from ..money_parts import say
from ..programme_choices import card, programme_of, said_programme, tried_scenario
from ..programme_parts import Guess, Reasons
from ..session import Session
from ..take import More, TakeAlong
from ..why_words import (
    MOST,
    answer,
    change_words,
    facts_of,
    falls,
    guess_of,
    stairs,
    textbook_words,
    verdict_words,
    where_it_went,
)
from ..why_work import (
    CHANGES,
    REPLICATES,
    Judged,
    changed,
    judge_piece,
    question_of,
    so_far,
    steady,
    unjudged,
    why_pieces,
)
from ..working import Working

_GUESS = ("ask", "asked", "how", "mine", "reveal", "again")
_REASONS = ("stairs", "stairs_how", "stairs_key", "falls", "falls_how")


@solara.component
def WhyPage(session: Session) -> None:
    """Draw the page."""
    t = session.t
    try:
        scenario = tried_scenario(session.state, t, service().limits)
    except RefusedError as error:
        with solara.Div(classes=["la-page"]):
            say("h1", t("workshop_try.refused"), "la-answer")
            for problem in error.problems:
                say("p", problem, "la-notice")
        return
    _Asked(session, scenario)


@solara.component
def _Asked(session: Session, scenario: Scenario) -> None:
    """Have the pairs of worlds lived while people guess."""
    asked = solara.use_memo(lambda: question_of(scenario), [scenario.key()])
    work = use_work(session.key, why_pieces(asked))
    replicas = [one for one in work.good if isinstance(one, Replica)]
    found = so_far(asked, replicas) if replicas else None
    if session.state.choice("seen"):
        _Revealed(session, scenario, found, work)
    else:
        _Guessing(session, asked, found, work)


@solara.component
def _Guessing(session: Session, asked: Question, found: Why | None, work: Work) -> None:
    """Ask first; nothing is told but what participants gained."""
    t = session.t
    spec, place = card(programme_of(session.state)), asked.policy.place.name
    years = t.number(asked.year)
    first = t("workshop_why.first", programme=t.of_model(spec.name), place=place, years=years)
    with solara.Div(classes=["la-page", "la-stack"]):
        say("h1", first, "la-answer")
        _Slider(session, found)
        Working(work, t)
        say("p", t("workshop_why.other"), "la-soft")
        # No picture and no numbers: they would say what is guessed.
        name = f"{asked.policy.place.key}-{spec.key}"
        TakeAlong(session, name, scenario=lambda: asked.policy)


@solara.component
def _Slider(session: Session, found: Why | None) -> None:
    t, state = session.t, session.state
    spec = card(programme_of(state))
    words = {name: t(f"workshop_why.{name}") for name in _GUESS if name != "how"}
    started = found.mean(lambda one: one.fate.started).value if found else 0.0
    gained = found.mean(lambda one: one.fate.gained).value if found else math.nan
    if found and math.isfinite(gained):
        people = found.mean(lambda one: one.groups["neighbourhood"].people).value
        words["how"] = t(
            "workshop_why.how_known",
            started=t.number(started),
            gained=t.signed(gained, 2),
            on=t(f"effect.on_{spec.ladder}"),
            people=t.number(people),
        )
    else:
        words["how"] = t("workshop_why.how")
    words |= {
        "low": t("workshop_why.low"),
        "high": t("workshop_why.high"),
        "unit": t("effect.unit_rung"),
    }

    def guessed(value: object) -> str:
        return f"{guess_of(str(value)):.2f}"

    Guess(
        value=guess_of(state.choice("guess")),
        most=MOST,
        seen=bool(state.choice("seen")),
        words=words,
        lang=state.lang,
        event_guess=lambda value: session.choose(guess=guessed(value)),
        event_reveal=lambda value: session.choose(guess=guessed(value), seen="1"),
        event_hide=lambda _: session.choose(seen="", change=""),
    )


@solara.component
def _Revealed(session: Session, scenario: Scenario, found: Why | None, work: Work) -> None:
    """Show why; evaluators look when all worlds are there."""
    t = session.t
    complete = found is not None and len(found.replicas) == REPLICATES
    looking = use_work(
        session.key,
        [judge_piece(found.question, found.replicas)] if found and complete else [],
    )
    judged = looking.first if isinstance(looking.first, Judged) else None
    if found is None:
        with solara.Div(classes=["la-page"]):
            say("h1", t("workshop_why.making"), "la-answer")
            Working(work, t)
        return
    programme = said_programme(programme_of(session.state), t)
    guess = guess_of(session.state.choice("guess"))
    steps = judged.steps if judged else unjudged(found)
    other = _use_changed(session, scenario, found)
    with solara.Div(classes=["la-page"]):
        said = answer(found, judged, guess, programme, scenario.place.name, t)
        say("h1", said, "la-answer")
        say("p", where_it_went(found, t), "la-under")
        with solara.Div(classes=["la-two"]):
            _Changed(session, scenario, found, other, steps, guess)
            with solara.Div(classes=["la-stack"]):
                with solara.Div(classes=["la-third"]):
                    Working(work, t)
                    Working(looking, t)
                    _Verdict(session, found, judged)
                with solara.Div(classes=["la-fourth"]):
                    _Slider(session, found)
                with solara.Div(classes=["la-fifth"]):
                    if other.after is None:
                        _Take(session, scenario, found, judged)
                    else:
                        _Take(session, other.scenario, other.after, None, other.change)


@dataclass(frozen=True)
class _Other:
    """What one change makes of a scenario: its pairs of worlds so far, and the same luck before."""

    change: str
    scenario: Scenario
    before: Why
    after: Why | None
    work: Work


def _use_changed(session: Session, scenario: Scenario, found: Why) -> _Other:
    """Have the change lived that a session chose, if it chose one."""
    state = session.state
    programme = programme_of(state)
    change = state.choice("change") if state.choice("change") in CHANGES else ""
    made, asked = solara.use_memo(
        lambda: _made(scenario, programme, change), [scenario.key(), programme, change]
    )
    work = use_work(session.key, why_pieces(asked) if asked else [])
    replicas = [one for one in work.good if isinstance(one, Replica)]
    after = so_far(asked, replicas) if asked and replicas else None
    if after is None:
        return _Other(change, made, found, None, work)
    # Only the same luck compares.
    seeds = {one.seed for one in after.replicas}
    shared = [one for one in found.replicas if one.seed in seeds]
    if not shared:
        return _Other(change, made, found, None, work)
    return _Other(change, made, so_far(found.question, shared), after, work)


def _made(scenario: Scenario, programme: str, change: str) -> tuple[Scenario, Question | None]:
    if not change:
        return scenario, None
    other = changed(scenario, programme, change)
    return other, question_of(other)


@solara.component
def _Changed(
    session: Session, scenario: Scenario, found: Why, other: _Other, steps: list[Step], guess: float
) -> None:
    """Show the pictures, and what one change does to them."""
    t = session.t
    words = {name: t(f"workshop_why.{name}") for name in _REASONS}
    same = other.after is None
    words["falls_key"] = t("workshop_why.falls_key" if same else "workshop_why.falls_both")
    with solara.Div(classes=["la-stack"]):
        _Changes(session, scenario, other.change)
        if other.after is not None:
            way = _way(other.change, scenario, programme_of(session.state))
            say("p", change_words(other.before, other.after, way, t), "la-changed")
        Working(other.work, t)
        Reasons(
            **stairs(steps, guess, found.question.indicator, t),
            **falls(other.before, other.after, t),
            words=words,
        )


def _way(change: str, scenario: Scenario, programme: str) -> str:
    if change != "continuity":
        return change
    return "stopping" if steady(scenario, programme) else "steady"


@solara.component
def _Changes(session: Session, scenario: Scenario, change: str) -> None:
    """Offer four things to change, one at a time."""
    t = session.t
    programme = programme_of(session.state)
    with solara.Div(classes=["la-card", "la-noprint"]):
        say("h2", t("workshop_why.change"))
        with solara.Div(classes=["la-choices"]):
            for one in CHANGES:
                words = t(f"workshop_why.change_{_way(one, scenario, programme)}")
                _Change(words, one == change, one, session)


@solara.component
def _Change(words: str, on: bool, change: str, session: Session) -> None:
    solara.v.use_event(
        solara.v.Html(
            tag="button",
            class_="la-b",
            attributes={"type": "button", "aria-pressed": "true" if on else "false"},
            children=[words],
        ),
        "click",
        lambda *_: session.choose(change="" if on else change),
    )


@solara.component
def _Verdict(session: Session, found: Why, judged: Judged | None) -> None:
    """Show what evaluators of the neighbourhood conclude."""
    t = session.t
    with solara.Div(classes=["la-card"]):
        say("h2", t("workshop_why.verdict"))
        if judged is None:
            done = t.number(len(found.replicas))
            say("p", t("workshop_why.verdict_later", done=done, of=t.number(REPLICATES)), "la-soft")
            return
        with solara.Div(classes=["la-stack"]):
            for words in verdict_words(judged, found.question.monitor.respondents, t):
                say("p", words)
            if words := textbook_words(judged, t):
                say("p", words)
            say("p", t("why.placebo", pairs=t.number(len(found.replicas))), "la-soft", "la-small")


# -- to take home -----------------------------------------------------------------------------


@solara.component
def _Take(
    session: Session, scenario: Scenario, found: Why, judged: Judged | None, change: str = ""
) -> None:
    t, lang = session.t, session.state.lang
    spec = card(programme_of(session.state))
    facts = facts_of(found, t.of_model(spec.name))
    indicator = found.question.indicator

    def waterfall() -> bytes:
        gap = found.gap()
        ledger = found.ledger()
        return _png(
            waterfall_figure(ledger, (gap.value, gap.low, gap.high), facts, indicator, lang)
        )

    def staircase() -> bytes:
        known = judged.steps if judged else unjudged(found)
        steps = [one for one in known if math.isfinite(one.effect)]
        return _png(staircase_figure(steps, facts, indicator, lang))

    def data() -> bytes:
        ledger = found.ledger()
        rows = [asdict(one) for one in (judged.steps if judged else unjudged(found))]
        files: dict[str, str | bytes] = {
            "ledger.csv": csv_text(list(ledger.columns), ledger.itertuples(index=False, name=None)),
            "staircase.csv": csv_text(list(rows[0]), [list(row.values()) for row in rows]),
        }
        if judged:
            columns = list(next(iter(judged.verdicts.values())))
            files["verdicts.csv"] = csv_text(
                ["verdict", *columns],
                [[name, *row.values()] for name, row in judged.verdicts.items()],
            )
        return bundle(files)

    name = "-".join(filter(None, (scenario.place.key, spec.key, change)))
    TakeAlong(
        session,
        name,
        picture=staircase if facts.participants > 0 else None,
        scenario=lambda: scenario,
        more=[
            More(t("workshop_why.take_falls"), f"{name}-ledger.png", "image/png", waterfall),
            More(t("workshop_take.data"), f"{name}-why.zip", "application/zip", data),
        ],
    )


def _png(figure: object) -> bytes:
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=150)  # type: ignore[attr-defined]
    return out.getvalue()
