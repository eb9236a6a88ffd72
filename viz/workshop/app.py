"""The app: top bar, one of six pages, and what is around them. Every tab has a session of its own."""

from __future__ import annotations

import logging

import solara
import solara.lab

from .bar import TopBar
from .jobs import service
from .pages import PAGE_OF
from .session import Session

_LOG = logging.getLogger(__name__)


@solara.component
def Page() -> None:
    """One browser tab: nothing outside its session knows what it chose."""
    router = solara.use_router()
    session = solara.use_memo(lambda: Session(router.search or "", _browser()), [])
    solara.use_effect(lambda: lambda: service().leave(session.key), [])
    state, t = session.state, session.t
    solara.use_memo(_colours, [])
    solara.use_effect(lambda: _dress(state.presenting), [state.presenting])
    solara.Title("Lange Adem")
    dress = ["la", "la-dark"] if state.presenting else ["la"]
    with solara.Div(classes=dress, attributes={"lang": state.lang}):
        TopBar(session).key(f"bar {session.round}")
        if session.refused:
            with solara.Div(classes=["la-page"]):
                names = ", ".join(session.refused)
                solara.HTML("p", t("workshop.link_refused", names=names), classes=["la-notice"])
        Guarded(session).key(f"{state.page} {session.round}")


@solara.component
def Guarded(session: Session) -> None:
    """Show the page; when it breaks, say so in words and keep everything else going."""
    t = session.t
    error, clear = solara.use_exception()
    if error is None:
        PAGE_OF[session.state.page](session)
        return
    _LOG.error("a page broke", exc_info=error)

    def again(afresh: bool) -> None:
        if afresh:
            session.reset()
        clear()

    with solara.Div(classes=["la-page"]), solara.Div(classes=["la-card"]):
        solara.HTML("p", t("workshop.page_broke"), classes=["la-notice"])
        solara.Button(
            t("workshop.page_again"), on_click=lambda: again(False), classes=["la-vb", "la-vmain"]
        )
        solara.Button(t("workshop.page_begin"), on_click=lambda: again(True), classes=["la-vb"])


def _browser() -> str:
    """Return a secret name of the browser: a page that is loaded again is of the same group."""
    return solara.get_session_id()


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
