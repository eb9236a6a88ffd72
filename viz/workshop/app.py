"""The app: top bar, one of six pages, and what is around them. Every tab has a session of its own."""

from __future__ import annotations

import solara

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
    solara.Title("Lange Adem")
    dress = "la la-dark" if state.presenting else "la"
    with solara.Div(classes=dress.split(), attributes={"lang": state.lang}):
        TopBar(session)
        if session.refused:
            with solara.Div(classes=["la-page"]):
                names = ", ".join(session.refused)
                solara.HTML("p", t("workshop.link_refused", names=names), classes=["la-notice"])
        PAGE_OF[state.page](session)


@solara.component
def Layout(children: list[solara.Element] = []) -> solara.Element:  # noqa: B006 - Solara gives it
    """Return the pages without Solara's own bars around them."""
    return solara.Div(children=children)
