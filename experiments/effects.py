"""What a policy did to each person: the own life beside that of the own twin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..model.state import DEAD, HERE
from .lived import Lived, identity_of_key
from .participants import Participants

if TYPE_CHECKING:
    import pandas as pd

LADDERS = ("learning", "working", "housing", "leisure")
#: Months after the end of support at which participants are looked at: column -> months.
MOMENTS = {"while_supported": 0, "after_1_year": 12, "after_5_years": 60}


def person_effects(a: Lived, b: Lived, participants: Participants, year: int) -> pd.DataFrame:
    """Return the effect on everybody who is alive in both worlds, a row a person and ladder.

    Returns
    -------
    pandas.DataFrame
        ``person`` (identity), ``group`` (participant, home: shared a roof with one, other),
        ``living`` in the world with the policy (here, elsewhere), ``ladder`` (the four ladders and
        ``agency``, which is a score and no ladder), ``effect`` at the end of the year in rungs,
        ``rung_years`` (the area between the two lives: of a participant since the first start, of
        others since the start of the run), and for participants the effect in the last month with
        support, one and five years later (``while_supported``, ``after_1_year``,
        ``after_5_years``; NaN where that is later than the year, or the person was not in both
        worlds). ``capability_*`` are the same for capability, at the end of that year of the run.
    """
    import pandas as pd

    both = _alive_in_both(a, b, year)
    started = np.searchsorted(participants.person, both)
    own = np.isin(both, participants.person)
    first = np.zeros(len(both), dtype=np.int64)
    last = np.full(len(both), -1, dtype=np.int64)
    first[own] = participants.first[started[own]]
    last[own] = participants.last[started[own]]
    group = np.where(own, "participant", np.where(participants.shares_roof(both), "home", "other"))
    rows_a, rows_b = a.rows_of(both), b.rows_of(both)
    rung, agency = _difference(a, b, 12 * year, rows_a, rows_b)
    area = _area(a, b, rows_a, rows_b, np.where(own, first, 1), 12 * year) / 12
    status = a.months.month(12 * year)["status"][rows_a]
    capability = _capability(a, b, rows_a, rows_b, np.full(len(both), year), year)
    columns: dict[str, np.ndarray] = {
        "effect": np.column_stack([rung, agency]),
        "rung_years": area,
        "capability_effect": _with_nan(capability),
    }
    for name, later in MOMENTS.items():
        at = np.where(own, last + later, 12 * year + 1)
        columns[name] = _at_months(a, b, rows_a, rows_b, at, 12 * year)
        columns[f"capability_{name}"] = _with_nan(
            _capability(a, b, rows_a, rows_b, -(-at // 12), year)
        )
    ladders = (*LADDERS, "agency")
    repeat = len(ladders)
    frame = pd.DataFrame(
        {
            "person": np.repeat(identity_of_key(both), repeat),
            "group": np.repeat(group, repeat),
            "living": np.repeat(np.where(status == HERE, "here", "elsewhere"), repeat),
            "ladder": list(ladders) * len(both),
        }
    )
    for name, values in columns.items():
        frame[name] = values.ravel()
    return frame


def _alive_in_both(a: Lived, b: Lived, year: int) -> np.ndarray:
    """Return the keys of who is alive in both worlds at the end of a year, ascending."""
    alive = []
    for world in (a, b):
        status = world.months.month(12 * year)["status"]
        alive.append(world.person[: len(status)][status != DEAD])
    return np.intersect1d(*alive, assume_unique=True)


def _difference(
    a: Lived, b: Lived, month: int, rows_a: np.ndarray, rows_b: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the difference in rungs, shape (persons, 4), and in agency at the end of a month."""
    now_a, now_b = a.months.month(month)[rows_a], b.months.month(month)[rows_b]
    return (
        now_a["rung"].astype(np.float64) - now_b["rung"],
        now_a["agency"].astype(np.float64) - now_b["agency"],
    )


def _area(
    a: Lived, b: Lived, rows_a: np.ndarray, rows_b: np.ndarray, first: np.ndarray, month: int
) -> np.ndarray:
    """Return the difference added up over months from ``first`` on, shape (persons, 5).

    A month in which a person was not yet in both worlds adds nothing.
    """
    out = np.zeros((len(rows_a), 5))
    for at in range(1, month + 1):
        people_a, people_b = a.months.month(at), b.months.month(at)
        there = (first <= at) & (rows_a < len(people_a)) & (rows_b < len(people_b))
        now_a, now_b = people_a[rows_a[there]], people_b[rows_b[there]]
        out[there, :4] += now_a["rung"].astype(np.float64) - now_b["rung"]
        out[there, 4] += now_a["agency"].astype(np.float64) - now_b["agency"]
    return out


def _at_months(
    a: Lived, b: Lived, rows_a: np.ndarray, rows_b: np.ndarray, at: np.ndarray, month: int
) -> np.ndarray:
    """Return the difference at a month of each person's own, shape (persons, 5); NaN where none."""
    out = np.full((len(rows_a), 5), np.nan)
    for one in np.unique(at[(at >= 0) & (at <= month)]).tolist():
        who = np.flatnonzero(at == one)
        there = (rows_a[who] < len(a.months.month(one))) & (rows_b[who] < len(b.months.month(one)))
        who = who[there]
        out[who, :4], out[who, 4] = _difference(a, b, one, rows_a[who], rows_b[who])
    return out


def _capability(
    a: Lived, b: Lived, rows_a: np.ndarray, rows_b: np.ndarray, years: np.ndarray, last: int
) -> np.ndarray:
    """Return the difference in capability at the end of a year of each person's own."""
    out = np.full((len(rows_a), 4), np.nan)
    for year in np.unique(years[(years >= 0) & (years <= last)]).tolist():
        who = np.flatnonzero(years == year)
        out[who] = _capability_of(a, rows_a[who], year) - _capability_of(b, rows_b[who], year)
    return out


def _capability_of(world: Lived, rows: np.ndarray, year: int) -> np.ndarray:
    persons = world.persons(year)
    by_row = np.full((len(world.person), 4), np.nan)
    by_row[world.rows_by_identity(persons.identity)] = persons.capability
    return by_row[rows]


def _with_nan(capability: np.ndarray) -> np.ndarray:
    """Add a column for agency, which has no capability."""
    return np.column_stack([capability, np.full(len(capability), np.nan)])
