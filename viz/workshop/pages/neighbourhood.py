"""Page 1: the neighbourhood, its residents, and thirty years that can be played."""

from __future__ import annotations

import html
from typing import Any

import solara

from ....scenarios import Scenario
from ...text import Texts
from ..asked import RefusedError
from ..asking import use_work
from ..downloads import csv_text
from ..film_map import map_png
from ..film_people import known, known_in
from ..fold import Fold
from ..jobs import service
from ..people import Person, Stairwell
from ..picture import Picture
from ..programme_choices import lived_scenario, said_policy
from ..replay import MONTHS_A_FRAME, Film, film_piece
from ..session import Session
from ..state import COLOURS
from ..take import TakeAlong
from ..working import Working

_MOST_SEEDS = 1_000


@solara.component
def Neighbourhood(session: Session) -> None:
    """Draw the page."""
    state, t = session.state, session.t
    asked = solara.use_memo(
        lambda: _asked(session),
        [state.place, state.upload, state.policy, state.choices, state.lang],
    )
    pieces = [] if isinstance(asked, RefusedError) else [film_piece(asked, state.seed)]
    work = use_work(session.key, pieces)
    film: Film | None = work.first
    with solara.Div(classes=["la-page"]):
        if isinstance(asked, RefusedError):
            Refused(session, asked)
            return
        if film is None:
            solara.HTML(
                "h1", t("workshop_place.making", place=asked.place.name), classes=["la-answer"]
            )
            Working(work, t)
            return
        words = answer(film, state.colour, state.quarter, t)
        solara.HTML("h1", html.escape(words), classes=["la-answer"])
        if state.policy != "none":
            _With(session)
        if state.presenting:
            with Fold(t, t(f"workshop_place.by_{state.colour}")):
                Controls(session)
        looked = not state.presenting or _is_stairwell(film, state.stairwell)
        with solara.Div(classes=["la-two"] if looked else ["la-two", "la-wide"]):
            with solara.Div(classes=["la-stack"]):
                Map(session, film)
                if work.running or work.failures:
                    Working(work, t)
                if state.person >= 0:
                    with solara.Div(classes=["la-fourth"]):
                        _Followed(session, film)
                with solara.Div(classes=["la-fifth"]):
                    _Take(session, film, asked, words)
            if looked:
                with solara.Div(classes=["la-stack"]):
                    if not state.presenting:
                        Controls(session)
                    _Looked(session, film)


@solara.component
def _With(session: Session) -> None:
    """Say which programme or policy these people live with, and offer to live without."""
    state, t = session.state, session.t
    with solara.Div(classes=["la-choices"]):
        said = t("workshop_place.with", policy=said_policy(state.policy, t))
        solara.HTML("p", html.escape(said), classes=["la-under"])
        solara.Button(
            t("workshop_place.without"),
            on_click=lambda: session.change(policy="none"),
            text=True,
            classes=["la-vb", "la-noprint"],
        )


def _asked(session: Session) -> Scenario | RefusedError:
    try:
        return lived_scenario(session.state, session.t, service().limits)
    except RefusedError as error:
        return error


@solara.component
def Refused(session: Session, error: RefusedError) -> None:
    """Say what is wrong with what was asked, and how to go on."""
    t = session.t
    with solara.Div(classes=["la-card"], attributes={"role": "alert"}):
        solara.HTML("h2", t("workshop_place.refused"))
        for problem in error.problems:
            solara.HTML("p", html.escape(problem))
        solara.HTML("h3", t("workshop_place.upload"))
        Upload(session)


@solara.component
def Map(session: Session, film: Film) -> None:
    """Show the picture, with the person who is followed and whom this person knows."""
    state = session.state
    row = film.row_of(state.person) if state.person >= 0 else -1
    frame = min(state.quarter, film.frames - 1)
    follow = solara.use_memo(
        lambda: film.dwelling[:, row].tolist() if row >= 0 else [], [id(film), row]
    )
    stairwell = state.stairwell if _is_stairwell(film, state.stairwell) else -1
    ties = solara.use_memo(
        lambda: _ties(film, row, stairwell, frame), [id(film), row, stairwell, frame]
    )
    with solara.Div(classes=["la-card"]):
        Picture(
            film,
            state.colour,
            session.t,
            frame=state.quarter,
            dark=state.presenting,
            chosen=stairwell,
            follow=follow,
            ties=ties,
            on_pick=lambda stairwell: session.change(stairwell=stairwell, person=-1),
            on_frame=lambda at: session.change(quarter=at),
        )


def _is_stairwell(film: Film, number: int) -> bool:
    return 0 <= number < len(film.buildings.stairwell_start) - 1


def _ties(film: Film, row: int, stairwell: int, frame: int) -> list[tuple[int, int, int]]:
    """Return the ties of one person; with nobody chosen, those of a stairwell."""
    if row >= 0:
        homes = film.dwelling[frame]
        own = int(homes[row])
        return [(own, int(homes[other]), kind) for other, kind in known(film, row, frame)]
    return known_in(film, stairwell, frame) if stairwell >= 0 else []


@solara.component
def _Followed(session: Session, film: Film) -> None:
    """Show the person who is followed."""
    state = session.state
    Person(
        film,
        state.person,
        min(state.quarter, film.frames - 1),
        session.t,
        dark=state.presenting,
        on_person=lambda one: session.change(person=one),
        on_leave=lambda: session.change(person=-1),
    )


@solara.component
def _Looked(session: Session, film: Film) -> None:
    """Show the stairwell that is looked at, or how to begin."""
    state, t = session.state, session.t
    if _is_stairwell(film, state.stairwell):
        Stairwell(
            film,
            state.stairwell,
            min(state.quarter, film.frames - 1),
            t,
            dark=state.presenting,
            person=state.person,
            on_person=lambda one: session.change(person=one),
        )
    else:
        with solara.Div(classes=["la-card", "la-third"]):
            solara.HTML("h2", t("workshop_place.begin"))
            solara.HTML("p", t("workshop_place.begin_how"))


@solara.component
def Controls(session: Session) -> None:
    """Show what can be chosen: colour, and behind "more" another luck and an own scenario."""
    state, t = session.state, session.t
    more, set_more = solara.use_state(False)
    with solara.Div(classes=["la-card", "la-second"]):
        solara.HTML("h2", t("workshop_place.colour"))
        with solara.Div(classes=["la-choices"], attributes={"role": "group"}):
            for name in COLOURS:
                Choice(
                    t(f"workshop_place.by_{name}"),
                    state.colour == name,
                    lambda _=None, name=name: session.change(colour=name),
                )
        solara.Button(
            t("workshop_place.less" if more else "workshop_place.more"),
            on_click=lambda: set_more(not more),
            text=True,
            classes=["la-vb"],
        )
        if more:
            solara.HTML("h3", t("workshop_place.luck"))
            solara.HTML("p", t("workshop_place.luck_how"), classes=["la-soft", "la-small"])
            solara.Button(
                t("workshop_place.luck_again", seed=str(state.seed)),
                on_click=lambda: session.change(seed=state.seed % _MOST_SEEDS + 1, person=-1),
                classes=["la-vb"],
            )
            solara.HTML("h3", t("workshop_place.upload"))
            Upload(session)


@solara.component
def Choice(words: str, on: bool, choose: Any) -> None:
    """Show one of a row of choices, pressed or not."""
    solara.v.use_event(
        solara.v.Html(
            tag="button",
            class_="la-b",
            attributes={"type": "button", "aria-pressed": "true" if on else "false"},
            children=[words],
        ),
        "click",
        lambda *_: choose(),
    )


@solara.component_vue("../upload.vue")
def _File(most: int, words: dict[str, str], event_text: Any) -> None:
    """Draw where a file is chosen; the browser sends its text."""


@solara.component
def Upload(session: Session) -> None:
    """Take a scenario file from the computer of the visitor: text, of a limited size."""
    t = session.t
    most = service().limits.upload_bytes
    size = t.number(most / 1000)
    wrong, set_wrong = solara.use_state("")

    def take(text: Any) -> None:
        large = not isinstance(text, str) or len(text.encode(errors="replace")) > most
        set_wrong(t("workshop_place.upload_large", most=size) if large else "")
        if not large:
            session.change(upload=text, stairwell=-1, person=-1, quarter=0)

    how = t("workshop_place.upload_how", most=size)
    solara.HTML("p", how, classes=["la-soft", "la-small"])
    words = {
        "here": t("workshop_place.upload_here"),
        "large": t("workshop_place.upload_large", most=size),
    }
    _File(most=most, words=words, event_text=take)
    if wrong:
        solara.HTML("p", wrong, classes=["la-notice"])
    if session.state.upload:
        solara.Button(
            t("workshop_place.upload_back"),
            on_click=lambda: session.change(upload=""),
            classes=["la-vb"],
        )


@solara.component
def _Take(session: Session, film: Film, scenario: Scenario, words: str) -> None:
    state, t = session.state, session.t
    frame = min(state.quarter, film.frames - 1)
    source = t(
        "workshop_place.source", scenario=scenario.name, seed=str(state.seed), key=scenario.key()
    )
    TakeAlong(
        session,
        f"{state.place}-{state.colour}",
        picture=lambda: map_png(film, state.colour, frame, words, source, t),
        data=lambda: csv_text(
            list(film.monthly.columns), film.monthly.itertuples(index=False, name=None)
        ),
        scenario=lambda: scenario,
    )


def answer(film: Film, colour: str, quarter: int, t: Texts) -> str:
    """Return in words what is seen: how high people stand, and how many of the start are left."""
    month = MONTHS_A_FRAME * min(quarter, film.frames - 1)
    now, start = film.monthly.iloc[month], film.monthly.iloc[0]
    what = t(f"workshop_place.on_{colour}")
    digits = 1 if colour in ("mean", "learning", "working", "housing", "leisure") else 2
    level, before = (_level(film, row, colour) for row in (now, start))
    if month == 0:
        return t(
            "workshop_place.answer_start",
            place=film.place,
            residents=t.number(start["residents"]),
            what=what,
            level=t.number(before, digits),
        )
    return t(
        "workshop_place.answer",
        place=film.place,
        when=_capital(_when(month, t)),
        left=t.number(now["original"]),
        residents=t.number(start["residents"]),
        what=what,
        level=t.number(level, digits),
        before=t.number(before, digits),
    )


def _when(month: int, t: Texts) -> str:
    years, rest = divmod(month, 12)
    if not years:
        return t("drawing.after_months", months=str(rest))
    return t("drawing.after_year") if years == 1 else t("drawing.after_years", years=str(years))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _level(film: Film, row: Any, colour: str) -> float:
    if colour == "mean":
        return float(sum(row[name] for name in ("learning", "working", "housing", "leisure")) / 4)
    return float(row[colour])
