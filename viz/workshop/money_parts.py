"""Parts of page 4 that are drawn by templates of their own: controls, plans side by side, numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara


@solara.component_vue("money_bar.vue")
def MoneyBar(
    paid: str,
    programmes: list[dict[str, str]],
    purse: int,
    purses: list[int],
    brush: int,
    brushes: list[str],
    can_add: bool,
    words: dict[str, str],
    event_paid: Callable[[str], None],
    event_purse: Callable[[int], None],
    event_brush: Callable[[int], None],
    event_add: Callable[[Any], None],
) -> None:
    """Draw the controls."""


@solara.component_vue("outcomes.vue")
def Beside(
    panels: list[dict[str, Any]],
    plans: list[dict[str, str]],
    moments: list[str],
    ticks: list[dict[str, Any]],
    low: float,
    high: float,
) -> None:
    """Draw plans beside each other."""


@solara.component_vue("plan_table.vue")
def PlanTable(title: str, heads: list[str], rows: list[list[str]], note: str) -> None:
    """Draw the numbers."""


def say(tag: str, words: str, *classes: str) -> None:
    """Show a text as it stands: names that people typed are never read as HTML."""
    solara.v.Html(tag=tag, class_=" ".join(classes), children=[words])
