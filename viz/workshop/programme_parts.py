"""Parts of pages 2 and 3 that are drawn by templates of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara


@solara.component_vue("programme_bar.vue")
def ProgrammeBar(
    programme: str,
    programmes: list[dict[str, str]],
    about: str,
    sliders: list[dict[str, Any]],
    places: list[dict[str, str]],
    where: str,
    changed: bool,
    words: dict[str, str],
    event_programme: Callable[[str], None],
    event_slide: Callable[[dict[str, Any]], None],
    event_where: Callable[[str], None],
    event_back: Callable[[Any], None],
) -> None:
    """Draw the controls of a programme."""


@solara.component_vue("programme.vue")
def Beside(
    panels: list[dict[str, Any]],
    ticks: list[dict[str, Any]],
    low: float,
    high: float,
    year: int,
    year_words: list[str],
    lang: str,
    dark: bool,
    event_year: Callable[[int], None],
) -> None:
    """Draw participants and residents side by side."""


@solara.component_vue("guess.vue")
def Guess(
    value: float,
    most: float,
    seen: bool,
    words: dict[str, str],
    lang: str,
    event_guess: Callable[[float], None],
    event_reveal: Callable[[float], None],
    event_hide: Callable[[Any], None],
) -> None:
    """Draw the slider with which people guess."""


@solara.component_vue("why.vue")
def Reasons(
    steps: list[dict[str, Any]],
    guess: dict[str, Any],
    zero: float,
    groups: list[dict[str, Any]],
    falls_zero: float,
    words: dict[str, str],
) -> None:
    """Draw the staircase and the waterfall."""
