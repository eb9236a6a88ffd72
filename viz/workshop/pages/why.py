"""Page why."""

from __future__ import annotations

import solara

from ..session import Session


@solara.component
def Why(session: Session) -> None:
    """Draw the page."""
    with solara.Div(classes=["la-page"]):
        solara.HTML("h1", session.t("workshop.coming"), classes=["la-answer"])
