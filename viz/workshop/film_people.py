"""Who lives in a stairwell, how one person fares and whom this person knows, from a film."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..text import Texts
from .replay import (
    DEAD_BY_THEN,
    ELSEWHERE,
    LADDERS,
    MONTHS_A_FRAME,
    NOT_YET,
    SHARES,
    STEPS,
    TIE_KINDS,
    Film,
    rungs_of,
)

#: How a page numbers who is known; housemates come after the kinds of ties.
HOUSEMATE = len(TIE_KINDS)
#: People of whom the ties are drawn at most.
MOST_TIES = 24
#: Ties of a stairwell that are drawn at most.
MOST_OF_STAIRWELL = 120


def residents(film: Film, stairwell: int, frame: int, t: Texts) -> list[dict[str, Any]]:
    """Return who lives in a stairwell, dwelling by dwelling; an empty one has nobody."""
    frame = min(frame, film.frames - 1)
    start = film.buildings.stairwell_start
    first, last = int(start[stairwell]), int(start[stairwell + 1])
    homes = film.dwelling[frame]
    rows = np.flatnonzero((homes >= first) & (homes < last))
    return [
        {
            "dwelling": number - first + 1,
            "tenure": t(f"workshop_people.tenure_{int(film.buildings.tenure[number])}"),
            "people": [
                _person(film, row, frame, t) for row in rows[homes[rows] == number].tolist()
            ],
        }
        for number in range(first, last)
    ]


def age_at(film: Film, row: int, frame: int) -> int:
    """Return the age of a person at a frame, in whole years."""
    return int(MONTHS_A_FRAME * frame - film.birth[row]) // 12


def _person(film: Film, row: int, frame: int, t: Texts) -> dict[str, Any]:
    age = age_at(film, row, frame)
    return {
        # A number of that size is no number for a browser.
        "id": str(int(film.identity[row])),
        "age": t("workshop_people.age", years=t.number(age)),
        "child": age < film.adult,
        "rungs": rungs_of(film.rungs[frame, row]).tolist(),
        "agency": int(film.agency[frame, row]) / STEPS,
        "told": _told(film, row, frame, t),
    }


def _told(film: Film, row: int, frame: int, t: Texts) -> str:
    rungs = rungs_of(film.rungs[frame, row]).tolist()
    words = (f"{t(f'ladder.{name}')} {rung}" for name, rung in zip(LADDERS, rungs, strict=True))
    return t(
        "workshop_people.told",
        age=t("workshop_people.age", years=t.number(age_at(film, row, frame))),
        rungs=", ".join(words),
        agency=t.number(film.agency[frame, row] / STEPS, 2),
    )


def whereabouts(film: Film, row: int, frame: int) -> str:
    """Return ``here``, ``elsewhere``, ``dead`` or ``not_yet``."""
    home = int(film.dwelling[frame, row])
    if home >= 0:
        return "here"
    return {ELSEWHERE: "elsewhere", DEAD_BY_THEN: "dead", NOT_YET: "not_yet"}[home]


def known(film: Film, row: int, frame: int) -> list[tuple[int, int]]:
    """Return whom a person knows at the end of the year of a frame: (row, kind), housemates first."""
    homes = film.dwelling[frame]
    own = homes[row]
    mates = np.flatnonzero(homes == own) if own >= 0 else np.zeros(0, dtype=np.int64)
    found = [(other, HOUSEMATE) for other in mates.tolist() if other != row]
    ties = film.ties(frame)
    for side, other in (("a", "b"), ("b", "a")):
        for one in ties[ties[side] == row]:
            if one[other] < homes.size and homes[one[other]] >= 0:
                found.append((int(one[other]), int(one["kind"])))
    return found[:MOST_TIES]


def known_in(film: Film, stairwell: int, frame: int) -> list[tuple[int, int, int]]:
    """Return whom the residents of a stairwell know elsewhere in the neighbourhood.

    A tie is the dwelling here, the dwelling there, and its kind; equal ones are one.
    """
    frame = min(frame, film.frames - 1)
    homes, ties = film.dwelling[frame], film.ties(frame)
    first, last = film.buildings.stairwell_start[stairwell : stairwell + 2]
    found: set[tuple[int, int, int]] = set()
    for side, other in (("a", "b"), ("b", "a")):
        there = (ties[side] < homes.size) & (ties[other] < homes.size)
        here, away = homes[ties[side][there]], homes[ties[other][there]]
        own = (here >= first) & (here < last) & (away >= 0) & ((away < first) | (away >= last))
        kinds = ties["kind"][there]
        found |= set(zip(here[own].tolist(), away[own].tolist(), kinds[own].tolist(), strict=True))
    return sorted(found)[:MOST_OF_STAIRWELL]


def portrait(film: Film, identity: int, frame: int, t: Texts) -> dict[str, Any] | None:
    """Return what is shown of one person: the course of a life, whom it knows, where it lives.

    None for somebody who is not in the film, or not yet.
    """
    row = film.row_of(identity)
    frame = min(frame, film.frames - 1)
    if row < 0:
        return None
    where = film.dwelling[:, row]
    rungs = rungs_of(film.rungs[:, row])
    there = where != NOT_YET
    alive = there & (where != DEAD_BY_THEN)
    if not there.any():
        return None
    friends = known(film, row, frame) if whereabouts(film, row, frame) == "here" else []
    spans = film.spans[film.spans["person"] == identity]
    return {
        "id": str(identity),
        "frames": film.total,
        "frame": frame,
        "first": int(np.argmax(there)),
        "last": int(np.flatnonzero(alive)[-1]) if alive.any() else int(np.argmax(there)),
        "course": np.where(alive[:, None], rungs.astype(int), -1).T.tolist(),
        "shares": {
            name: np.where(alive, getattr(film, name)[:, row].astype(int), -1).tolist()
            for name in SHARES
        },
        "homes": where.astype(int).tolist(),
        "spans": [
            [int(first), int(last) if last >= 0 else MONTHS_A_FRAME * (film.total - 1)]
            for first, last in zip(spans["first"], spans["last"], strict=True)
        ],
        "friends": [
            {
                "kind": kind,
                "home": int(film.dwelling[frame, other]),
                "mean": float(rungs_of(film.rungs[frame, other]).mean()),
                **_person(film, other, frame, t),
            }
            for other, kind in friends
        ],
        **_person(film, row, frame, t),
    }


def story(film: Film, identity: int, frame: int, t: Texts) -> str:
    """Return in a sentence who somebody is, where this person is now, and how it went so far."""
    row = film.row_of(identity)
    frame = min(frame, film.frames - 1)
    where = film.dwelling[: frame + 1, row]
    there = np.flatnonzero(where != NOT_YET)
    if not len(there):
        return t("workshop_people.not_yet")
    first = int(there[0])
    here = whereabouts(film, row, frame)
    alive = np.flatnonzero(where[there] != DEAD_BY_THEN)
    last = int(there[alive[-1]]) if len(alive) else first
    change = rungs_of(film.rungs[last, row]).astype(int) - rungs_of(film.rungs[first, row])
    moves = [
        t(
            "workshop_people.change",
            ladder=t(f"ladder.{name}"),
            change=t.signed(int(step)),
        )
        for name, step in zip(LADDERS, change.tolist(), strict=True)
        if step
    ]
    if here == "here":
        stairwell = int(film.buildings.stairwell[film.dwelling[frame, row]])
        now = t("workshop_people.lives_here", stairwell=str(stairwell))
    else:
        left = int(there[np.flatnonzero(where[there] < 0)[0]])
        now = t(f"workshop_people.is_{here}", year=t.number(left * MONTHS_A_FRAME / 12))
    since = (
        t("workshop_people.moved", changes=", ".join(moves))
        if moves
        else t("workshop_people.not_moved")
    )
    return f"{now} {since}"
