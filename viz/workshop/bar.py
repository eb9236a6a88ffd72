"""The bar at the top: place, pages, language, and what a facilitator needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

from ...scenarios import catalogue_names, load_place
from .session import Session
from .state import PAGES

_LABELS = ("language", "present", "undo", "reset", "reset_sure", "guide", "place", "pages")


@solara.component_vue("bar.vue")
def _Bar(
    pages: list[dict[str, str]],
    page: str,
    places: list[dict[str, str]],
    place: str,
    lang: str,
    presenting: bool,
    can_undo: bool,
    query: str,
    labels: dict[str, str],
    event_page: Callable[[str], None],
    event_place: Callable[[str], None],
    event_lang: Callable[[str], None],
    event_present: Callable[[bool], None],
    event_undo: Callable[[Any], None],
    event_reset: Callable[[Any], None],
    event_guide: Callable[[Any], None],
) -> None:
    """Draw the bar."""


@solara.component
def TopBar(session: Session) -> None:
    """Show the bar; it keeps the address of the page equal to what was chosen."""
    state, t = session.state, session.t
    guide, set_guide = solara.use_state(False)
    names = solara.use_memo(_places, [])
    own = [{"key": "upload", "name": t("workshop.uploaded")}] if state.upload else []
    _Bar(
        pages=[
            {"key": key, "name": f"{number} {t(f'workshop.page_{key}')}"}
            for number, key in enumerate(PAGES, 1)
        ],
        page=state.page,
        places=[*own, *names],
        place="upload" if state.upload else state.place,
        lang=state.lang,
        presenting=state.presenting,
        can_undo=session.can_undo,
        query=state.to_query(),
        labels={name: t(f"workshop.bar_{name}") for name in _LABELS},
        event_page=lambda key: session.change(page=key) if key in PAGES else None,
        event_place=lambda key: _go(session, key),
        event_lang=lambda lang: session.change(lang="en" if lang == "en" else "nl"),
        event_present=lambda on: session.change(presenting=bool(on)),
        event_undo=lambda _: session.undo(),
        event_reset=lambda _: session.reset(),
        event_guide=lambda _: set_guide(not guide),
    )
    if guide:
        Guide(session)


def _go(session: Session, key: str) -> None:
    if key in catalogue_names("places"):
        session.change(place=key, upload="", stairwell=-1, person=-1, quarter=0)


def _places() -> list[dict[str, str]]:
    named = [{"key": key, "name": load_place(key).name} for key in catalogue_names("places")]
    return sorted(named, key=lambda one: one["name"])


_STEPS = 8


@solara.component
def Guide(session: Session) -> None:
    """Show the script of sixty minutes for who leads the room."""
    t = session.t
    with solara.Div(classes=["la-page"]), solara.Div(classes=["la-card"]):
        solara.HTML("h2", t("workshop.guide_title"))
        solara.HTML("p", t("workshop.guide_how"), classes=["la-soft"])
        with solara.Div(classes=["la-guide"]):
            for step in range(1, _STEPS + 1):
                solara.HTML("p", t(f"workshop.guide_when_{step}"), classes=["la-guide-when"])
                solara.HTML("p", t(f"workshop.guide_step_{step}"))
