"""Page 6: one world from the inside, in Mesa's own `SolaraViz`, for who knows Mesa."""

from __future__ import annotations

import io
import math
import threading
from collections.abc import Callable
from typing import Any, cast

import numpy as np
import solara
import solara.lab
from matplotlib.figure import Figure

from ....scenarios import Scenario
from ...figures.style import INK, LADDER_LINE, LADDERS
from ...text import Texts
from ..asked import RefusedError
from ..downloads import csv_text
from ..jobs import service
from ..people import ladder_hues
from ..programme_choices import lived_scenario
from ..session import Session
from ..take import TakeAlong

#: Worlds that live in the server itself at the same time; every other world lives in a worker.
_MOST_OPEN = 6
#: Households of the largest of them.
_LARGEST = 8_000
_open = threading.BoundedSemaphore(_MOST_OPEN)


@solara.component
def Inside(session: Session) -> None:
    """Draw the page."""
    state, t = session.state, session.t
    chosen = (state.place, state.upload, state.policy, state.choices, state.seed)
    nobody = cast("tuple[object, ...] | None", None)
    asked, set_asked = solara.use_state(nobody)
    with solara.Div(classes=["la-page"]):
        solara.HTML("h1", t("workshop_inside.answer"), classes=["la-answer"])
        solara.HTML("p", t("workshop_inside.how"), classes=["la-under"])
        if asked == chosen:
            _Seat(session)
            return
        with solara.Div(classes=["la-stack"]):
            solara.Button(
                t("workshop_inside.open"),
                on_click=lambda: set_asked(chosen),
                classes=["la-vb", "la-vmain"],
            )
            solara.HTML("p", t("workshop_inside.where"), classes=["la-soft", "la-small"])


@solara.component
def _Seat(session: Session) -> None:
    """Take one of the seats in the server for as long as the world is on the page."""
    t = session.t
    unknown = cast("bool | None", None)
    seated, set_seated = solara.use_state(unknown)

    def take() -> Callable[[], None] | None:
        got = _open.acquire(blocking=False)
        set_seated(got)
        return _open.release if got else None

    solara.use_effect(take, [])
    if seated is False:
        solara.HTML("p", t("workshop_inside.full"), classes=["la-notice"])
    elif seated:
        try:
            scenario = lived_scenario(session.state, t, service().limits)
        except RefusedError as error:
            solara.HTML("p", " ".join(error.problems), classes=["la-notice"])
            return
        if scenario.place.figure("households") > _LARGEST:
            solara.HTML("p", t("workshop_inside.large"), classes=["la-notice"])
            return
        _World(session, scenario)


@solara.component
def _World(session: Session, scenario: Scenario) -> None:
    """Make the world beside the page, and show it when it is there."""
    t, seed = session.t, session.state.seed
    made = solara.lab.use_task(lambda: _make(scenario, seed), dependencies=[scenario.key(), seed])
    if made.error:
        solara.HTML("p", t("workshop_inside.failed"), classes=["la-notice"])
    elif made.value is None:
        solara.HTML("p", t("workshop_place.making", place=scenario.place.name), classes=["la-soft"])
    else:
        _Mesa(session, made.value, scenario)


def _make(scenario: Scenario, seed: int) -> Any:
    from ....model import Neighbourhood

    return Neighbourhood(scenario, rng=seed)


@solara.component
def _Mesa(session: Session, world: Any, scenario: Scenario) -> None:
    """Show Mesa's own page, without its console: nobody types code into the server."""
    from mesa.visualization import SolaraViz

    t, dark = session.t, session.state.presenting
    seed = {"type": "SliderInt", "value": session.state.seed, "min": 1, "max": 100, "step": 1}
    # Mesa makes a world of its own at its reset: what is taken home is what is shown.
    shown_world = solara.use_ref(world)

    def courses(model: Any) -> Any:
        shown_world.current = model
        return Courses(model, t, dark)

    with (
        solara.Div(classes=["la-mesa", "la-card"]),
        solara.AppLayout(navigation=False, title=scenario.place.name),
    ):
        shown: Any = [(courses, 0), (lambda model: Counts(model, t), 0)]
        SolaraViz(
            world,
            components=shown,
            model_params={
                "scenario": scenario,
                "rng": {**seed, "label": t("workshop_inside.seed")},
            },
            name=t("workshop_inside.name", place=scenario.place.name),
        )
    with solara.Div(classes=["la-after"]):
        TakeAlong(
            session,
            f"{scenario.place.key}-mesa",
            picture=lambda: _png(courses_figure(shown_world.current, t, dark=False)),
            data=lambda: _csv(shown_world.current),
            scenario=lambda: scenario,
        )


def courses_figure(model: Any, t: Texts, *, dark: bool) -> Figure:
    """Return the four ladders month by month, as far as a world lived."""
    paper, ink = ("#141a20", "#f2f5f7") if dark else ("#ffffff", INK)
    figure = Figure(figsize=(7, 4), dpi=100, facecolor=paper)
    axes = figure.subplots()
    frame = model.chronicle.frame("neighbourhood")
    hues = ladder_hues(dark)
    for name in LADDERS:
        axes.plot(
            frame["month"], frame[name], color=hues[name], linestyle=LADDER_LINE[name], marker="."
        )
    ends = {name: float(frame[name].iloc[-1]) for name in LADDERS}
    for name, at in apart(ends, 0.22).items():
        axes.annotate(
            t(f"ladder.{name}"),
            (frame["month"].iloc[-1], at),
            xytext=(7, -4),
            textcoords="offset points",
            color=ink,
        )
    axes.set(facecolor=paper, ylim=(0, 5))
    axes.set_xlabel(t("workshop_inside.months"), color=ink)
    axes.set_ylabel(t("ladders.unit"), color=ink)
    axes.tick_params(colors=ink)
    axes.set_xlim(0, max(12, model.month) * 1.18)
    for side, spine in axes.spines.items():
        spine.set_visible(side not in ("top", "right"))
        spine.set_color(ink)
    figure.tight_layout()
    return figure


def apart(ends: dict[str, float], least: float) -> dict[str, float]:
    """Return heights in their order, moved up until none is nearer to another than ``least``."""
    found: dict[str, float] = {}
    last = -math.inf
    for name, at in sorted(ends.items(), key=lambda one: one[1]):
        last = found[name] = max(at, last + least)
    return found


def _png(figure: Figure) -> bytes:
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=150)
    return out.getvalue()


def _csv(model: Any) -> str:
    frame = model.chronicle.frame("neighbourhood")
    return csv_text(list(frame.columns), frame.itertuples(index=False, name=None))


@solara.component
def Courses(model: Any, t: Texts, dark: bool) -> None:
    """Draw the four ladders month by month."""
    from mesa.visualization.utils import update_counter

    update_counter.get()
    figure = courses_figure(model, t, dark=dark)
    solara.FigureMatplotlib(figure, dependencies=[model.month, id(model), dark])


@solara.component
def Counts(model: Any, t: Any) -> None:
    """Say in numbers how the world stands."""
    from mesa.visualization.utils import update_counter

    update_counter.get()
    people = model.people.rows[: model.people.count]
    here = people["status"] == 0
    facts = [
        (t("workshop_inside.month"), t.number(model.month)),
        (t("workshop_inside.residents"), t.number(int(here.sum()))),
        (t("workshop_inside.ties"), t.number(model.edges.count)),
        (t("workshop_inside.agency"), t.number(float(np.mean(people["agency"][here])), 2)),
        (t("workshop_inside.seed"), str(model.seed)),
    ]
    rows = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in facts)
    solara.HTML("dl", rows, classes=["la-facts"])
