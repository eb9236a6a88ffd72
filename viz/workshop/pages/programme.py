"""Page 2, a programme: choose one, for how many and for whom, and see people beside the figure."""

from __future__ import annotations

import re
from typing import Any

import solara

from ....experiments.runs import model_version
from ....scenarios import Policy, Scenario, catalogue_names
from ...text import Texts
from ..asked import RefusedError
from ..asking import Work, use_work
from ..downloads import csv_text
from ..fold import Fold
from ..jobs import Piece, service
from ..money_parts import say
from ..programme_choices import (
    CREAMING,
    DOSES,
    PLACES,
    WHERE,
    card,
    choose_programme,
    programme_of,
    said_programme,
    setup_of,
    tried_scenario,
    years_of,
)
from ..programme_life import OF_PARTICIPANTS, OF_RESIDENTS, ProgrammeLife, live_programme
from ..programme_parts import Beside, ProgrammeBar
from ..programme_picture import answer, picture
from ..programme_png import picture_png
from ..session import Session
from ..take import TakeAlong
from ..working import Working

#: How often a programme is lived, and how often where strangers can ask it.
REPLICATES, PUBLIC_REPLICATES = 12, 6
_BAR = ("which", "where", "back")
_CHOICES = {"places": PLACES, "dose": DOSES, "cream": CREAMING}


@solara.component
def Programme(session: Session) -> None:
    """Draw the page."""
    t = session.t
    try:
        scenario = tried_scenario(session.state, t, service().limits)
    except RefusedError as error:
        Refused(session, error)
        return
    _Tried(session, scenario)


@solara.component
def Refused(session: Session, error: RefusedError) -> None:
    """Say what is wrong with what was asked; the controls stay."""
    with solara.Div(classes=["la-page"]):
        say("h1", session.t("workshop_try.refused"), "la-answer")
        for problem in error.problems:
            say("p", problem, "la-notice")
        with solara.Div(classes=["la-two"]):
            Controls(session)


@solara.component
def _Tried(session: Session, scenario: Scenario) -> None:
    state, t = session.state, session.t
    spec = card(programme_of(state))
    lives, work = _use_lives(session, scenario, spec.ladder)
    place = scenario.place.name
    with solara.Div(classes=["la-page"]):
        last, year, words = 0, 0, ""
        if not lives:
            say(
                "h1",
                t("workshop_try.making", programme=t.of_model(spec.name), place=place),
                "la-answer",
            )
            Working(work, t)
        else:
            last = min(one.years for one in lives)
            year = _year_of(state.choice("pyear"), last)
            words = answer(lives, year, t.of_model(spec.name), place, spec.ladder, t)
            say("h1", words, "la-answer")
            say("p", _rests_on(lives, last, years_of(scenario), t), "la-under")
        if state.presenting:
            with Fold(t, _chosen(session)):
                Controls(session)
        with solara.Div(classes=["la-two", "la-wide"] if state.presenting else ["la-two"]):
            with solara.Div(classes=["la-stack"]):
                if lives:
                    Beside(
                        **picture(lives, spec.ladder, t),
                        year=year,
                        lang=state.lang,
                        dark=state.presenting,
                        event_year=lambda at: session.choose(pyear=str(_year_of(str(at), last))),
                    )
                    Working(work, t)
                    with solara.Div(classes=["la-fifth"]):
                        _Take(session, scenario, lives, words)
            if not state.presenting:
                with solara.Div(classes=["la-stack"]), solara.Div(classes=["la-second"]):
                    Controls(session)


def _chosen(session: Session) -> str:
    """Return in a few words what is tried."""
    setup, t = setup_of(session.state), session.t
    return f"{said_programme(setup.programme, t)}; {t('workshop_try.places')}: {t.number(setup.places)}"


def _year_of(text: str, last: int) -> int:
    return min(int(text), last) if re.fullmatch(r"[0-9]{1,3}", text) else last


def _rests_on(lives: list[ProgrammeLife], last: int, years: int, t: Texts) -> str:
    key = "rests" if last == years else "rests_short"
    more = {} if last == years else {"years": str(last)}
    return t(f"workshop_try.{key}", count=t.number(len(lives)), **more)


# -- controls ---------------------------------------------------------------------------------


@solara.component
def Controls(session: Session) -> None:
    """Show which programme, how large, how much, for whom and where."""
    state, t = session.state, session.t
    setup, spec = setup_of(state), card(programme_of(state))
    stops = _stops(spec.places, spec.funnel.creaming)
    now = {"places": float(setup.places), "dose": setup.dose, "cream": setup.creaming}

    def slide(data: dict[str, Any]) -> None:
        name, at = data.get("name"), data.get("at")
        if name in stops and isinstance(at, int) and 0 <= at < len(stops[name]):
            usual = {"places": spec.places, "dose": 1.0, "cream": spec.funnel.creaming}[name]
            value = stops[name][at]
            session.choose(**{name: "" if value == usual else f"{value:g}"})

    def go_back(_: object) -> None:
        session.choose(places="", dose="", cream="", where="")

    ProgrammeBar(
        programme=setup.programme,
        programmes=solara.use_memo(lambda: _programmes(t), [t.lang]),
        about=t("workshop_try.about", about=t.of_model(spec.about), where=t.of_model(spec.where)),
        sliders=[_slider(name, stops[name], now[name], t) for name in stops],
        places=[{"key": key, "name": t(f"workshop_try.where_{key}")} for key in WHERE],
        where=setup.where or "all",
        changed=any(state.choice(name) for name in (*stops, "where")),
        words={name: t(f"workshop_try.{name}") for name in _BAR},
        event_programme=lambda key: choose_programme(session, key),
        event_slide=slide,
        event_where=lambda key: session.choose(where=key) if key in WHERE else None,
        event_back=go_back,
    )


def _stops(places: int, creaming: float) -> dict[str, list[float]]:
    """Return where each slider can stop; what the card says is always among them."""
    own = {"places": float(places), "dose": 1.0, "cream": creaming}
    return {name: sorted({own[name], *map(float, some)}) for name, some in _CHOICES.items()}


def _slider(name: str, stops: list[float], now: float, t: Texts) -> dict[str, Any]:
    return {
        "name": name,
        "label": t(f"workshop_try.{name}"),
        "stops": [_stop(name, one, t) for one in stops],
        "at": stops.index(now),
        "ends": [t("workshop_try.cream_low"), t("workshop_try.cream_high")]
        if name == "cream"
        else [],
        "note": t("workshop_try.dose_note") if name == "dose" else "",
    }


def _stop(name: str, value: float, t: Texts) -> str:
    if name == "cream":
        # As far as words go: hardest, hard, by lot, easy, easiest.
        return t(f"workshop_try.cream_{round(4 * value)}")
    return t("workshop_try.dose_of", times=t.value(value)) if name == "dose" else t.number(value)


def _programmes(t: Texts) -> list[dict[str, str]]:
    named = [{"key": key, "name": said_programme(key, t)} for key in catalogue_names("programmes")]
    return sorted(named, key=lambda one: one["name"].lower())


# -- computing --------------------------------------------------------------------------------


def _use_lives(
    session: Session, scenario: Scenario, ladder: str
) -> tuple[list[ProgrammeLife], Work]:
    """Have the programme lived, one luck after the other; return what is known so far."""
    count = PUBLIC_REPLICATES if service().limits.public else REPLICATES
    baseline = scenario.model_copy(update={"policy": Policy()})
    years = years_of(scenario)
    key = f"programme {model_version()} {scenario.key()} {ladder} {years}"
    pieces = [
        Piece(
            f"{key} {seed}",
            live_programme,
            (scenario, baseline, ladder, seed, years, seed == 1),
        )
        for seed in range(1, count + 1)
    ]
    work = use_work(session.key, pieces)
    return [one for one in work.good if isinstance(one, ProgrammeLife)], work


# -- to take home -----------------------------------------------------------------------------


@solara.component
def _Take(session: Session, scenario: Scenario, lives: list[ProgrammeLife], words: str) -> None:
    t = session.t
    spec = card(programme_of(session.state))

    def data() -> str:
        return csv_text(
            [
                "luck",
                "year",
                *("started", "supported", "counted", "here", "change_rungs"),
                *(f"participants_{one}" for one in OF_PARTICIPANTS),
                *("residents", "gap_rungs"),
                *(f"residents_{one}" for one in OF_RESIDENTS),
            ],
            [
                [
                    luck,
                    year,
                    *(int(getattr(one, name)[year]) for name in ("started", "supported")),
                    *(int(getattr(one, name)[year]) for name in ("counted", "here")),
                    float(one.change[year]),
                    *one.participants[year].tolist(),
                    int(one.people[year]),
                    float(one.gap[year]),
                    *one.residents[year].tolist(),
                ]
                for luck, one in enumerate(lives, 1)
                for year in range(one.years + 1)
            ],
        )

    TakeAlong(
        session,
        f"{scenario.place.key}-{spec.key}",
        picture=lambda: picture_png(lives, spec.ladder, words, scenario, t),
        data=data,
        scenario=lambda: scenario,
    )
