"""The app: top bar, one of six pages, and what is around them. Every tab has a session of its own."""

from __future__ import annotations

import solara
import solara.lab

from .bar import TopBar
from .jobs import service
from .pages import PAGE_OF
from .session import Session


@solara.component
def Page() -> None:
    """One browser tab: nothing outside its session knows what it chose."""
    router = solara.use_router()
    session = solara.use_memo(lambda: Session(router.search or ""), [])
    solara.use_effect(lambda: lambda: service().leave(session.key), [])
    state, t = session.state, session.t
    solara.use_memo(_colours, [])
    solara.use_effect(lambda: _dress(state.presenting), [state.presenting])
    solara.Title("Lange Adem")
    dress = "la la-dark" if state.presenting else "la"
    with solara.Div(classes=dress.split(), attributes={"lang": state.lang}):
        TopBar(session)
        if session.refused:
            with solara.Div(classes=["la-page"]):
                names = ", ".join(session.refused)
                solara.HTML("p", t("workshop.link_refused", names=names), classes=["la-notice"])
        PAGE_OF[state.page](session)


def _colours() -> None:
    """Give Vuetify's own parts our accent; the theme is that of this tab."""
    themes = solara.lab.theme.themes
    themes.light.primary, themes.dark.primary = "#0b5c8a", "#7cc4ee"


def _dress(presenting: bool) -> None:
    solara.lab.theme.dark = presenting


@solara.component
def Layout(children: list[solara.Element] = []) -> solara.Element:  # noqa: B006 - Solara gives it
    """Return the pages without Solara's own bars around them."""
    return solara.Div(children=children)
