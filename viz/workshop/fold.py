"""Controls that make room for the picture: on a projector they are one bar that opens."""

from __future__ import annotations

import html
from typing import Any

import solara

from ..text import Texts


@solara.component
def Fold(t: Texts, now: str, children: list[Any] = []) -> None:  # noqa: B006 - Solara gives it
    """Show a bar that says what is chosen, and opens to show the controls.

    Parameters
    ----------
    t
        Texts of a language.
    now
        What is chosen, in a few words.
    children
        The controls.
    """
    said = t("workshop.controls", now=now)
    # The browser opens and closes it by itself: nobody waits for the server.
    solara.v.Html(
        tag="details",
        class_="la-fold la-noprint",
        children=[
            solara.HTML("summary", html.escape(said)),
            solara.Div(children=children, classes=["la-folded"]),
        ],
    )
