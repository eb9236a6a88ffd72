"""Participants and residents as the page draws them: dots by what became of them, and two lines."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...experiments.intervals import mean_interval
from ..figures.effects import Measure, count, nice_ticks, tick_words
from ..figures.wording import moment
from ..text import Texts
from .programme_life import OF_PARTICIPANTS, OF_RESIDENTS, ProgrammeLife

_BLUE, _LIGHT, _ORANGE, _AMBER, _PURPLE = "#0072B2", "#56B4E9", "#D55E00", "#E69F00", "#9b6bc0"
#: fill and edge of each kind of dot; who is elsewhere, or without a twin, is hollow.
_LOOKS = {
    "up_here": (_BLUE, _BLUE),
    "up_away": ("", _PURPLE),
    "up_part": (_BLUE, _BLUE),
    "up_other": (_LIGHT, _LIGHT),
    "same": ("--same", "--same"),
    "down": (_ORANGE, _ORANGE),
    "down_other": (_AMBER, _AMBER),
    "down_part": (_ORANGE, _ORANGE),
    "new": ("--same", "--soft"),
}


def course(lives: Sequence[ProgrammeLife], name: str) -> dict[str, list[float | None]]:
    """Return mean and 95% interval of a line by year, as far as all were lived."""
    years = min(one.years for one in lives)
    rows = [mean_interval([getattr(one, name)[year] for one in lives]) for year in range(years + 1)]
    return {
        part: [value if math.isfinite(value) else None for value in column]
        for part, column in zip(("mean", "low", "high"), zip(*rows, strict=True), strict=True)
    }


def mean_of(lives: Sequence[ProgrammeLife], name: str, year: int) -> float:
    """Return the mean over lucks of a number in a year; NaN where there is none."""
    values = np.array([getattr(one, name)[year] for one in lives], dtype=np.float64)
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else float("nan")


def picture(lives: Sequence[ProgrammeLife], ladder: str, t: Texts) -> dict[str, Any]:
    """Return what `programme.vue` draws; dots are those of the first luck."""
    first = lives[0]
    measure = Measure(ladder, t)
    lines = {name: course(lives, name) for name in ("change", "gap")}
    ends = [
        value
        for line in lines.values()
        for part in line.values()
        for value in part
        if value is not None
    ]
    low, high = min(0.0, *ends), max(0.1, *ends)
    ticks = nice_ticks(low, high, 5)
    years = len(lines["gap"]["mean"])
    panels = [
        _panel(
            "participants", OF_PARTICIPANTS, first.participants[:years], lines["change"], measure, t
        ),
        _panel("residents", OF_RESIDENTS, first.residents[:years], lines["gap"], measure, t),
    ]
    for at in range(years):
        started, people = int(first.started[at]), int(first.people[at])
        told = {
            "helped": t.number(int(first.supported[at])),
            "here": t.number(int(first.here[at])),
            "counted": t.number(int(first.counted[at])),
        }
        key = "participants_none" if not started else "participants_told"
        panels[0]["heads"].append(t("workshop_try.participants", count=t.number(started)))
        panels[0]["told"].append(t(f"workshop_try.{key}", **(told if started else {})))
        panels[1]["heads"].append(t("workshop_try.residents", count=t.number(people)))
        share = first.residents[at][0] / people if people else 0.0
        panels[1]["told"].append(t("workshop_try.residents_told", share=t.percent(share, 1)))
    return {
        "panels": panels,
        "ticks": [
            {"at": float(at), "words": words}
            for at, words in zip(ticks, tick_words(t, ticks), strict=True)
        ],
        "low": float(low),
        "high": float(high),
        "year_words": [_capital(moment(t, 12 * year)) for year in range(years)],
    }


def _panel(
    key: str,
    kinds: Sequence[str],
    counts: np.ndarray,
    line: dict[str, list[float | None]],
    measure: Measure,
    t: Texts,
) -> dict[str, Any]:
    named = [t(f"workshop_try.{key}_{kind}") for kind in kinds]
    # What nobody ever was needs no words; the three that carry the story are always named.
    shown = [at for at in range(len(kinds)) if counts[:, at].any() or at < 3]
    values = [measure.with_unit(one) if one is not None else "" for one in line["mean"]]
    return {
        "key": key,
        "heads": [],
        "told": [],
        "kinds": [
            {"name": named[at], "fill": _LOOKS[kinds[at]][0], "edge": _LOOKS[kinds[at]][1]}
            for at in shown
        ],
        "counts": counts[:, shown].tolist(),
        "labels": [
            "; ".join(f"{t.number(int(row[at]))} {named[at]}" for at in shown) for row in counts
        ],
        "line": line,
        "line_label": t("workshop_try.line_label", start=values[0], end=values[-1]),
        "axis": t(f"workshop_try.axis_{key}", on=measure.words),
        "colour": _BLUE if key == "participants" else _ORANGE,
        "values": values,
    }


def answer(
    lives: Sequence[ProgrammeLife], year: int, name: str, place: str, ladder: str, t: Texts
) -> str:
    """Return in words what became of participants, and what the figure of the place shows."""
    measure = Measure(ladder, t)
    started = mean_of(lives, "started", year)
    told = {"programme": name, "place": place, "when": _capital(moment(t, 12 * year))}
    if not started:
        return t("workshop_try.nobody", **told)
    return t(
        "workshop_try.answer",
        **told,
        started=count(t, started),
        here=count(t, mean_of(lives, "here", year)),
        change=measure.with_unit(mean_of(lives, "change", year)),
        on=measure.words,
        people=t.number(mean_of(lives, "people", year)),
        gap=measure.with_unit(mean_of(lives, "gap", year)),
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
