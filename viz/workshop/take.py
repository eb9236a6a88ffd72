"""What every page offers to take along: picture, data, scenario, a link, and paper."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import solara

from ...scenarios import Scenario
from .downloads import NotWritableError, file_name, scenario_toml
from .session import Session


@dataclass(frozen=True)
class More:
    """Something else that a page gives.

    Attributes
    ----------
    label : str
        What its button says, as it stands.
    filename, mime : str
        What the file is.
    make : callable
        Called when somebody asks for it.
    """

    label: str
    filename: str
    mime: str
    make: Callable[[], str | bytes]


@solara.component_vue("take.vue")
def _LinkAndPrint(labels: dict[str, str]) -> None:
    """Draw the two that the browser does by itself."""


@solara.component
def TakeAlong(
    session: Session,
    name: str,
    *,
    picture: Callable[[], bytes] | None = None,
    data: Callable[[], str | bytes] | None = None,
    scenario: Callable[[], Scenario] | None = None,
    more: Sequence[More] = (),
) -> None:
    """Show the row of things to take along; what is None is left out.

    Parameters
    ----------
    session
        Whose words are used.
    name
        What files are called, without ending.
    picture, data, scenario
        Called when somebody asks for it: PNG, CSV, and the scenario that is written as TOML.
    more
        What else the page gives.
    """
    t = session.t
    wrong, set_wrong = solara.use_state("")

    def told(make: Callable[[], Any]) -> Callable[[], Any]:
        def made() -> Any:
            try:
                set_wrong("")
                return make()
            except NotWritableError as error:
                set_wrong(t("workshop_take.not_writable", what=error.what))
                return b""

        return made

    def own(kind: str, ending: str, mime: str, make: Callable[[], Any]) -> More:
        file = file_name(name, ending, default="lange-adem")
        return More(t(f"workshop_take.{kind}"), file, mime, make)

    offers = [
        own(kind, ending, mime, make)
        for kind, ending, mime, make in (
            ("picture", "png", "image/png", picture),
            ("data", "csv", "text/csv", data),
            ("scenario", "toml", "application/toml", _text_of(scenario)),
        )
        if make is not None
    ]
    with solara.Div(classes=["la-take", "la-noprint", "la-fifth"]):
        for one in (*offers, *more):
            solara.FileDownload(
                told(one.make),
                filename=one.filename,
                mime_type=one.mime,
                children=[solara.HTML("span", html.escape(one.label), classes=["la-b-look"])],
            )
        labels = ("link", "copied", "print")
        _LinkAndPrint(labels={one: t(f"workshop_take.{one}") for one in labels})
    if wrong:
        solara.HTML("p", html.escape(wrong), classes=["la-notice"])


def _text_of(scenario: Callable[[], Scenario] | None) -> Callable[[], str] | None:
    return None if scenario is None else lambda: scenario_toml(scenario())
