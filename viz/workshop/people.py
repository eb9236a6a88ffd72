"""People on the page: a stairwell with its residents, and one person with a life and ties."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import solara

from ..figures.style import LADDER_COLOUR
from ..text import Texts
from .film_people import portrait, residents, story
from .icons import LADDER_ICONS
from .picture import colours_of
from .replay import LADDERS, Film

_DARK_LADDERS = {
    "learning": "#56B4E9",
    "working": "#F0904A",
    "housing": "#3CCFA0",
    "leisure": "#E3A3C6",
}
_DASHES = {"learning": "", "working": "7 2", "housing": "7 2 2 2", "leisure": "2 2"}


@solara.component_vue("stairwell.vue")
def _Stairwell(
    homes: list[dict[str, Any]],
    ladders: list[dict[str, str]],
    person: str,
    words: dict[str, str],
    event_person: Callable[[str], None],
) -> None:
    """Draw the residents of a stairwell."""


@solara.component_vue("person.vue")
def _Person(
    one: dict[str, Any],
    ladders: list[dict[str, str]],
    colours: list[str],
    words: dict[str, str],
    event_person: Callable[[str], None],
) -> None:
    """Draw one person."""


def ladder_hues(dark: bool) -> dict[str, str]:
    """Return the colour of every ladder, lighter on a dark page."""
    return _DARK_LADDERS if dark else LADDER_COLOUR


def ladder_marks(t: Texts, dark: bool) -> list[dict[str, str]]:
    """Return name, colour, icon and line of the four ladders, in their order."""
    hues = ladder_hues(dark)
    return [
        {
            "name": t(f"ladder.{name}"),
            "colour": hues[name],
            "icon": LADDER_ICONS[name],
            "dash": _DASHES[name],
        }
        for name in LADDERS
    ]


def _told(on_person: Callable[[int], None]) -> Callable[[Any], None]:
    def told(asked: Any) -> None:
        if isinstance(asked, str) and asked.isdecimal() and len(asked) < 20:
            on_person(int(asked))

    return told


@solara.component
def Stairwell(
    film: Film,
    stairwell: int,
    frame: int,
    t: Texts,
    *,
    dark: bool,
    person: int,
    on_person: Callable[[int], None],
) -> None:
    """Show who lives in a stairwell, every resident with four ladders."""
    homes = solara.use_memo(
        lambda: residents(film, stairwell, frame, t), [id(film), stairwell, frame, t.lang]
    )
    street = int(film.buildings.street[film.buildings.stairwell_start[stairwell]])
    count = sum(len(home["people"]) for home in homes)
    with solara.Div(classes=["la-card", "la-third"]):
        solara.HTML(
            "h2", t("workshop_people.stairwell", stairwell=str(stairwell), street=str(street))
        )
        solara.HTML(
            "p",
            t("workshop_people.counts", dwellings=str(len(homes)), residents=str(count)),
            classes=["la-soft", "la-small"],
        )
        _Stairwell(
            homes=homes,
            ladders=ladder_marks(t, dark),
            person=str(person),
            words={
                "empty": t("workshop_people.empty"),
                "click": t("workshop_people.click"),
                "dwelling": t("workshop_people.dwelling"),
            },
            event_person=_told(on_person),
        )


@solara.component
def Person(
    film: Film,
    identity: int,
    frame: int,
    t: Texts,
    *,
    dark: bool,
    on_person: Callable[[int], None],
    on_leave: Callable[[], None],
) -> None:
    """Show one person: where and how, the life so far and to come, and who is known."""
    one = solara.use_memo(
        lambda: portrait(film, identity, frame, t), [id(film), identity, frame, t.lang]
    )
    with solara.Div(classes=["la-card", "la-fourth"]):
        if one is None:
            solara.HTML("p", t("workshop_people.not_yet"))
        else:
            solara.HTML("h2", t("workshop_people.person", age=one["age"]))
            solara.HTML("p", story(film, identity, frame, t))
            names = ("years", "here", "elsewhere", "rung", "ties", "no_ties", "start", "now")
            kinds = [
                [t(f"workshop_people.kind_one_{kind}"), t(f"workshop_people.kind_{kind}")]
                for kind in range(4)
            ]
            _Person(
                one=one,
                ladders=ladder_marks(t, dark),
                colours=colours_of(dark),
                words={
                    **{name: t(f"workshop_people.{name}") for name in names},
                    "kinds": json.dumps(kinds),
                },
                event_person=_told(on_person),
            )
        solara.Button(t("workshop_people.leave"), on_click=on_leave, classes=["la-vb"], text=True)
