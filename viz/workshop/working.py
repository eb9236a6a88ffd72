"""What is being computed, how long still, and what went wrong: told in words, never a frozen page."""

from __future__ import annotations

import html

import solara

from ..text import Texts
from .asking import Work


@solara.component
def Working(work: Work, t: Texts) -> None:
    """Show how far a piece of work is; nothing when all is well and done."""
    if work.too_much:
        solara.HTML("p", t("workshop.too_much"), classes=["la-notice"])
    elif work.failures:
        first = work.failures[0]
        words = t(f"workshop.failed_{first.origin}", why=html.escape(first.message[:300]))
        solara.HTML("p", words, classes=["la-notice"])
    if not work.running:
        return
    if work.position:
        words = t("workshop.waiting", ahead=t.number(work.position))
    elif work.total > 1:
        words = t("workshop.working_of", done=t.number(work.done), total=t.number(work.total))
    else:
        words = t("workshop.working")
    with solara.Div(classes=["la-working"], attributes={"role": "status"}):
        bar = f'value="{work.done}" max="{work.total}"' if work.total > 1 else ""
        solara.HTML("span", f"<progress {bar}></progress>", classes=["la-working"])
        solara.HTML("span", html.escape(words))
