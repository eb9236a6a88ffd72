"""Page 4, the funding calendar: when there is money, and what comes of it, with one purse for all."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Sequence

import solara

from ....experiments.runs import model_version
from ....scenarios import Scenario, catalogue_names
from ...text import Texts
from ...text.policy_names import policy_name
from ..asked import RefusedError
from ..asking import Work, use_work
from ..board_view import BoardCard, as_posted
from ..downloads import file_name
from ..fold import Fold
from ..jobs import Piece, service
from ..money_choices import (
    DEFAULT_PAID,
    MOST_PLANS,
    OWN,
    choices_of,
    new_plan,
    paid_of,
    paid_scenario,
    plans_of,
    purse_of,
)
from ..money_files import figure_png, numbers_csv, plan_toml, plans_zip
from ..money_parts import Beside, MoneyBar, PlanTable, say
from ..money_words import answer, plan_name, table_head, table_row, under
from ..plan import WEIGHTS, Plan
from ..plan_card import Change, PlanCard
from ..plan_drawing import COLOURS, LETTERS, MARKS, highest_month, panels, scales
from ..plan_life import PlanLife, live_plan
from ..plan_results import Outcome
from ..programme_choices import said_programme
from ..purse import PURSE_YEARS, Funded, baseline_of, funded, purse_cents
from ..session import Session
from ..take import More, TakeAlong
from ..working import Working

#: How often every plan is lived, and how often where strangers can ask it.
REPLICATES, PUBLIC_REPLICATES = 12, 6
_BAR = ("paid", "purse", "purse_unit", "brush", "add")
_TOML, _ZIP = "application/toml", "application/zip"
_BRUSHES = ("brush_1", "brush_2", "brush_3")


@solara.component
def Money(session: Session) -> None:
    """Draw the page."""
    t = session.t
    try:
        scenario = paid_scenario(session.state, t, service().limits)
    except RefusedError as error:
        with solara.Div(classes=["la-page"]):
            say("h1", t("workshop_money.refused"), "la-answer")
            for problem in error.problems:
                say("p", problem, "la-notice")
        return
    _Calendars(session, scenario)


@solara.component
def _Calendars(session: Session, scenario: Scenario) -> None:
    state, t = session.state, session.t
    brush, set_brush = solara.use_state(1)
    purse = min(purse_of(state), scenario.years)
    plans = plans_of(state, scenario.years)
    paid = funded(scenario, plans, purse)
    outcomes, work = _use_outcomes(session, scenario, paid)
    names = [plan_name(plan, at, t) for at, plan in enumerate(plans)]
    # A plan without money is no plan yet: it is drawn, and nothing is said of it.
    said = [
        (one, name) for one, name in zip(outcomes, names, strict=True) if one.funded.plan.has_money
    ]
    known, known_names = [one for one, _ in said], [name for _, name in said]
    cents = purse_cents(scenario, purse)

    def change(at: int, made: Change) -> None:
        # Of now: while results come in, two taps can come between one drawing and the next.
        now = plans_of(session.state, scenario.years)
        if at < len(now):
            plan = made(now[at])
            _choose(session, [*now[:at], *([] if plan is None else [plan]), *now[at + 1 :]])

    with solara.Div(classes=["la-page"]):
        # Room for two lines: years must not move under a finger when results come in.
        say("h1", answer(known, known_names, cents, t), "la-answer", "la-two-lines")
        say("p", under(known, known_names, t), "la-under", "la-two-lines")
        controls = functools.partial(
            _Controls, session, plans, scenario.years, purse, brush, set_brush
        )
        if state.presenting:
            with Fold(t, _chosen(session, purse)):
                controls()
        else:
            controls()
        with solara.Div(classes=["mb-working"]):
            Working(work, t)
        with solara.Div(classes=["la-stack"]):
            with solara.Div(classes=["la-plans"]):
                highest, axes = highest_month(paid), scales(outcomes)
                for at, one in enumerate(outcomes):
                    PlanCard(
                        t,
                        one,
                        at,
                        purse,
                        brush,
                        highest,
                        axes,
                        len(plans) > 1,
                        lambda made, at=at: change(at, made),
                    )
            if known:
                _Beside(outcomes, names, t)
            _OnBoard(session, scenario, outcomes, purse)
            _Take(session, known, known_names)


def _chosen(session: Session, purse: int) -> str:
    """Return in a few words whose money is divided, and how much it is."""
    t, paid = session.t, paid_of(session.state)
    own = session.state.upload != ""
    name = next(one["name"] for one in _programmes(own, paid, t) if one["key"] == paid)
    unit = t("workshop_money.purse_unit")
    return f"{name}; {t('workshop_money.purse')}: {purse} {unit}"


def _choose(session: Session, plans: Sequence[Plan]) -> None:
    session.choose(**choices_of(plans))


# -- parts ------------------------------------------------------------------------------------


@solara.component
def _Controls(
    session: Session,
    plans: Sequence[Plan],
    years: int,
    purse: int,
    brush: int,
    set_brush: Callable[[int], None],
) -> None:
    """Show whose programmes are paid, the purse, what a tap gives, and a place for one more plan."""
    t = session.t

    def add() -> None:
        now = plans_of(session.state, years)
        if len(now) < MOST_PLANS:
            _choose(session, [*now, new_plan(now, years, purse)])

    MoneyBar(
        paid=paid_of(session.state),
        programmes=_programmes(session.state.upload != "", paid_of(session.state), t),
        purse=purse,
        purses=[one for one in PURSE_YEARS if one <= years] or [purse],
        brush=brush,
        brushes=[t(f"workshop_money.{name}") for name in _BRUSHES],
        can_add=len(plans) < MOST_PLANS,
        words={name: t(f"workshop_money.{name}") for name in _BAR},
        event_paid=lambda key: _pay(session, key),
        event_purse=lambda one: session.choose(purse=str(one)) if one in PURSE_YEARS else None,
        event_brush=lambda one: set_brush(one) if one in WEIGHTS else None,
        event_add=lambda _: add(),
    )


def _pay(session: Session, key: object) -> None:
    if key == OWN or key in _all_programmes():
        session.choose(paid=str(key))


def _all_programmes() -> tuple[str, ...]:
    return (DEFAULT_PAID, *catalogue_names("programmes"))


def _programmes(uploaded: bool, paid: str, t: Texts) -> list[dict[str, str]]:
    """Return whose money can be divided: five programmes at once, or one of the catalogue."""
    named = [{"key": key, "name": said_programme(key, t)} for key in catalogue_names("programmes")]
    own = [{"key": OWN, "name": t("workshop_money.paid_own")}] if uploaded else []
    five = {"key": DEFAULT_PAID, "name": t("workshop_money.paid_five")}
    known = {DEFAULT_PAID, *(one["key"] for one in (*own, *named))}
    other = [] if paid in known else [{"key": paid, "name": policy_name(paid, t)}]
    return [*own, five, *other, *sorted(named, key=lambda one: one["name"].lower())]


def _Beside(outcomes: Sequence[Outcome], names: Sequence[str], t: Texts) -> None:
    """Show plans beside each other: people, and the figure of the neighbourhood."""
    plans = [
        {"letter": LETTERS[at], "colour": COLOURS[at], "mark": MARKS[at]}
        for at in range(len(outcomes))
    ]
    with solara.Div(classes=["la-card"]):
        say("h2", t("workshop_money.beside"))
        say("p", t("workshop_money.beside_how"), "la-soft")
        Beside(plans=plans, **panels(outcomes, names, t))
        years = outcomes[0].funded.plan.years
        PlanTable(
            title=t("workshop_money.numbers"),
            heads=table_head(years, t),
            rows=[table_row(one, name, t) for one, name in zip(outcomes, names, strict=True)],
            note=t("workshop_money.numbers_note"),
        )


def _OnBoard(session: Session, scenario: Scenario, outcomes: Sequence[Outcome], purse: int) -> None:
    """Show the shared board."""
    state = session.state
    place = "" if state.upload else state.place
    setting = hashlib.sha256(f"{scenario.key()} {purse}".encode()).hexdigest()[:16]
    BoardCard(
        session,
        outcomes,
        [
            as_posted(one, at, place, paid_of(state), purse, setting, session.t)
            for at, one in enumerate(outcomes)
        ],
    )


# -- computing --------------------------------------------------------------------------------


def _use_outcomes(
    session: Session, scenario: Scenario, plans: Sequence[Funded]
) -> tuple[list[Outcome], Work]:
    """Have all plans lived, one luck after the other, and return what came of them so far."""
    count = PUBLIC_REPLICATES if service().limits.public else REPLICATES
    baseline = solara.use_memo(lambda: baseline_of(scenario), [scenario.key()])
    version = f"plan {model_version()} {baseline.key()}"
    asked = [
        # Equal plans, of whichever session, are lived once.
        (
            at,
            seed,
            Piece(
                f"{version} {one.key} {seed}", live_plan, (one.scenario, baseline, seed, seed == 1)
            ),
        )
        for seed in range(1, count + 1)
        for at, one in enumerate(plans)
        if one.plan.has_money
    ]
    work = use_work(session.key, [piece for _, _, piece in asked])
    lives: list[dict[int, PlanLife]] = [{} for _ in plans]
    for (at, seed, _), result in zip(asked, work.results, strict=False):
        if isinstance(result, PlanLife):
            lives[at][seed] = result
    return [Outcome(one, own) for one, own in zip(plans, lives, strict=True)], work


# -- to take home -----------------------------------------------------------------------------


@solara.component
def _Take(session: Session, outcomes: Sequence[Outcome], names: Sequence[str]) -> None:
    """Offer what can be taken along: the picture, the numbers, a scenario a plan, and all of them."""
    t = session.t
    plans = [one.funded for one in outcomes]
    more = [
        More(t("workshop_money.take_plan", plan=name), file_name(name, "toml"), _TOML, make)
        for name, make in zip(names, _tomls(plans, names, t), strict=True)
    ]
    if plans:
        every = t("workshop_money.take_all")
        more.append(More(every, "plans.zip", _ZIP, lambda: plans_zip(plans, names, t)))
    lived = any(one.replicates for one in outcomes)
    TakeAlong(
        session,
        "plans",
        picture=(lambda: figure_png(outcomes, names, t)) if lived else None,
        data=(lambda: numbers_csv(outcomes, names)) if lived else None,
        more=more,
    )


def _tomls(plans: Sequence[Funded], names: Sequence[str], t: Texts) -> list[Callable[[], str]]:
    def maker(one: Funded, name: str) -> Callable[[], str]:
        return lambda: plan_toml(one, name, t)

    return [maker(one, name) for one, name in zip(plans, names, strict=True)]
