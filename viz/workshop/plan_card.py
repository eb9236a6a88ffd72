"""One plan on page 4: its name, its timeline, and what came of it, aligned in time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

from ..text import Texts
from ..text.policy_names import policy_name
from .money_words import euros, facts, plan_name
from .plan import LONGEST_NAME, PRESETS, WEIGHTS, Plan, preset
from .plan_drawing import COLOURS, LETTERS, cells, course
from .plan_results import Outcome

_HEAD = ("name", "placeholder", "preset", "own", "remove", "more", "promise", "rename")
_COURSE = ("course", "row_service", "row_broken", "row_trust", "row_gain")


#: What becomes of a plan; None when it goes.
Change = Callable[[Plan], Plan | None]


@solara.component_vue("plan_head.vue")
def _Head(
    letter: str,
    colour: str,
    name: str,
    longest: int,
    preset: str,
    presets: list[dict[str, str]],
    purse: str,
    facts: str,
    promised: bool,
    renamed: bool,
    has_gaps: bool,
    can_remove: bool,
    words: dict[str, str],
    event_name: Callable[[str], None],
    event_preset: Callable[[str], None],
    event_promise: Callable[[bool], None],
    event_rename: Callable[[bool], None],
    event_remove: Callable[[Any], None],
) -> None:
    """Draw the head."""


@solara.component_vue("timeline.vue")
def _Timeline(
    cells: list[dict[str, Any]],
    colour: str,
    brush: int,
    most: int,
    words: dict[str, str],
    event_years: Callable[[dict[str, Any]], None],
) -> None:
    """Draw the timeline."""


@solara.component_vue("course.vue")
def _Course(
    course: dict[str, Any],
    years: int,
    colour: str,
    scales: dict[str, list[float]],
    words: dict[str, str],
) -> None:
    """Draw the course."""


@solara.component
def PlanCard(
    t: Texts,
    one: Outcome,
    at: int,
    purse_years: int,
    brush: int,
    highest: int,
    scales: dict[str, list[float]],
    can_remove: bool,
    on_change: Callable[[Change], None],
) -> None:
    """Show a plan.

    Parameters
    ----------
    t
        Texts of a language.
    one
        The plan, and what came of it so far.
    at
        Its place among the plans of the page, from 0.
    purse_years
        Years of full money in the purse.
    brush
        Weight that a tap gives a year.
    highest
        Cents of the highest month of all plans.
    scales
        Ends of the axes, the same for all plans.
    can_remove
        Whether it can go.
    on_change
        Called with what becomes of the plan.
    """
    plan, colour = one.funded.plan, COLOURS[at]

    def chosen(key: str) -> None:
        if key in PRESETS:
            on_change(lambda now: preset(key, now.years, purse_years).named(now.name))

    with solara.Div(classes=["la-card"]):
        _Head(
            letter=LETTERS[at],
            colour=colour,
            name=plan.name,
            longest=LONGEST_NAME,
            preset=plan.preset,
            presets=[{"key": key, "name": policy_name(key, t)} for key in PRESETS],
            purse=euros(one.funded.total_cents, t),
            facts=facts(one.funded, t),
            promised=plan.promised,
            renamed=plan.renamed,
            has_gaps=plan.has_gaps,
            can_remove=can_remove,
            words={key: t(f"workshop_money.{key}") for key in _HEAD},
            event_name=lambda name: on_change(lambda now: now.named(str(name))),
            event_preset=chosen,
            event_promise=lambda on: on_change(lambda now: now.with_promise(bool(on))),
            event_rename=lambda on: on_change(lambda now: now.with_new_names(bool(on))),
            event_remove=lambda _: on_change(lambda now: None),
        )
        _Timeline(
            cells=cells(one.funded, highest, t),
            colour=colour,
            brush=brush,
            most=max(WEIGHTS),
            words={"timeline": t("workshop_money.timeline", plan=plan_name(plan, at, t))},
            event_years=lambda asked: _years(asked, on_change),
        )
        drawn = course(one, t)
        if drawn:
            words = {key: t(f"workshop_money.{key}") for key in _COURSE}
            _Course(course=drawn, years=plan.years, colour=colour, scales=scales, words=words)
        elif plan.has_money:
            solara.HTML("p", t("workshop_money.waiting"), classes=["la-soft", "la-waiting"])


def _years(asked: object, on_change: Callable[[Change], None]) -> None:
    """Do what was painted on a timeline; what no timeline can say is left alone."""
    if not isinstance(asked, dict):
        return
    years, weight = asked.get("years"), asked.get("weight")
    if not isinstance(years, list) or weight not in (0, *WEIGHTS):
        return
    known, given = [one for one in years if isinstance(one, int)], int(weight)
    on_change(lambda now: now.with_years(known, given))
