"""How an evaluator looks at the people of a programme: beside others who resembled them at the start."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..model.luck import draw_blocks
from ..model.state import DEAD
from .indicators import Indicator
from .lived import Lived, identity_of_key, is_among
from .monitor import Monitor, Wave
from .participants import Participants

#: Ages are matched in steps of so many years, scores in steps of so much.
_AGE_STEP, _SCORE_STEP = 10, 0.5
#: Block of these draws; those of surveys begin at 2**30, of comparison neighbourhoods at 0x60000000.
_MATCHING_BLOCK = 0x50000000


@dataclass(frozen=True)
class GroupVerdict:
    """What evaluations of one group of people conclude; arrays with a row an evaluation.

    Attributes
    ----------
    estimate, p_value : numpy.ndarray
        Mean change of the group minus that of those matched, and Welch's test of it; NaN with
        fewer than two answers on either side.
    """

    estimate: np.ndarray
    p_value: np.ndarray


@dataclass(frozen=True)
class Group:
    """People who are followed, each with the year before it began and who resembled them then.

    Attributes
    ----------
    people, alike : numpy.ndarray
        Keys, pair by pair.
    before : numpy.ndarray
        Year of the first look, by pair.
    """

    people: np.ndarray
    alike: np.ndarray
    before: np.ndarray


def matched_group(
    world: Lived,
    people: np.ndarray,
    before: np.ndarray,
    year: int,
    one: Indicator,
    participants: Participants,
    evaluations: int,
) -> list[Group]:
    """Return a group beside neighbours of the same age and score who never took part.

    Parameters
    ----------
    world
        Whose people these are.
    people, before
        Keys, and the year at the end of which each is looked at first.
    year
        At the end of which they are looked at again.
    one
        What is looked at.
    participants
        Who took part; they and who shares a roof with them resemble nobody.
    evaluations
        Number of choices of who resembles; each has luck of its own.

    Returns
    -------
    list of Group
        One an evaluation. Somebody whom nobody resembles is left out of all of them.
    """
    parts: list[list[tuple[np.ndarray, np.ndarray, int]]] = [[] for _ in range(evaluations)]
    later = world.snapshot(one, year).person
    for first in np.unique(before).tolist():
        key, cell, pool = participants.remembered(
            f"who resembles by {one.name} from {first} to {year}",
            lambda first=first: _neighbours(world, one, first, later, participants),
        )
        own = people[before == first]
        at = np.minimum(np.searchsorted(key, own), max(0, len(key) - 1))
        known = (key[at] == own) & is_among(own, later) if len(key) else np.zeros(len(own), bool)
        own, at = own[known], at[known]
        in_order = cell[pool]
        low = np.searchsorted(in_order, cell[at], side="left")
        high = np.searchsorted(in_order, cell[at], side="right")
        some = high > low
        for evaluation in range(evaluations):
            lot = _luck(world, own, evaluation, first)[0]
            drawn = low + np.floor(lot * (high - low)).astype(np.int64)
            parts[evaluation].append((own[some], key[pool[drawn[some]]], first))
    return [
        Group(
            np.concatenate([a for a, _, _ in part] or [people[:0]]),
            np.concatenate([b for _, b, _ in part] or [people[:0]]),
            np.concatenate([np.full(len(a), first) for a, _, first in part] or [before[:0]]),
        )
        for part in parts
    ]


def _neighbours(
    world: Lived, one: Indicator, year: int, later: np.ndarray, participants: Participants
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return everybody counted: key (ascending), and cell of age and score; and who may resemble.

    The last are positions of who lives here, is counted ``later`` too and has nothing to do with
    the programmes, by cell.
    """
    now = world.snapshot(one, year)
    age = (12 * year - now.birth) // (12 * _AGE_STEP)
    cell = age.astype(np.int64) * 1000 + np.round(now.score / _SCORE_STEP).astype(np.int64)
    # Participants are among those who shared a roof with one.
    apart = participants.shares_roof(now.person)
    pool = np.flatnonzero(now.here & ~apart & is_among(now.person, later))
    return now.person, cell, pool[np.argsort(cell[pool], kind="stable")]


def evaluate(
    world: Lived, groups: list[Group], year: int, one: Indicator, monitor: Monitor
) -> GroupVerdict:
    """Return what evaluations of groups conclude in a world: the policy's, or its twin.

    In the twin nobody is supported: it shows what is called where there is nothing to be seen.
    People who are asked answer as in a survey of the neighbourhood.
    """
    estimate = np.full(len(groups), np.nan)
    p_value = np.full(len(groups), np.nan)
    willing = _willing(world, year, monitor)
    # All at once: most of the work is to look up months, and evaluations share them.
    everybody = [people for group in groups for people in (group.people, group.alike)]
    rows = world.rows_of(np.concatenate(everybody)) if everybody else np.zeros(0, dtype=np.int64)
    before = np.concatenate([group.before for group in groups for _ in range(2)] or [rows])
    ends = np.cumsum([len(people) for people in everybody])[:-1]
    rows_of = np.split(rows, ends)
    change_of = np.split(_changes(world, rows, before, year, one), ends)
    for number, group in enumerate(groups):
        sides = []
        for side, people in enumerate((group.people, group.alike)):
            change = change_of[2 * number + side]
            willing_to = willing[rows_of[2 * number + side]]
            answers = _luck(world, people, number, year)[1] < willing_to
            sides.append(change[answers & np.isfinite(change)])
        if min(len(side) for side in sides) < 2:
            continue
        estimate[number], p_value[number] = _welch(*sides)
    return GroupVerdict(estimate, p_value)


def _welch(group: np.ndarray, alike: np.ndarray) -> tuple[float, float]:
    """Return the difference of two means, and the two-sided p-value of Welch's test."""
    from scipy.special import stdtr

    difference = float(group.mean() - alike.mean())
    shares = [float(side.var(ddof=1)) / len(side) for side in (group, alike)]
    if sum(shares) == 0.0:
        return difference, float(difference == 0.0)
    freedom = sum(shares) ** 2 / sum(
        share**2 / (len(side) - 1) for share, side in zip(shares, (group, alike), strict=True)
    )
    return difference, 2.0 * float(stdtr(freedom, -abs(difference) / np.sqrt(sum(shares))))


def _changes(
    world: Lived, rows: np.ndarray, before: np.ndarray, year: int, one: Indicator
) -> np.ndarray:
    """Return by how much each changed; NaN for who has died or was not in this world."""
    now = world.months.month(12 * year)
    there = np.flatnonzero((rows >= 0) & (rows < len(now)))
    there = there[now["status"][rows[there]] != DEAD]
    change = np.full(len(rows), np.nan)
    own = now[rows[there]]
    change[there] = one.score(own["rung"], own["agency"])
    for begin in np.unique(before[there]).tolist():
        then = world.months.month(12 * begin)
        who = there[before[there] == begin]
        seen = rows[who] < len(then)
        known = who[seen]
        own = then[rows[known]]
        change[known] -= one.score(own["rung"], own["agency"])
        change[who[~seen]] = np.nan
    return change


def _willing(world: Lived, year: int, monitor: Monitor) -> np.ndarray:
    """Return the chance that each person answers when asked again, by row; 0 for the dead."""
    persons = world.persons(year)
    chance = np.zeros(len(world.person) + 1)
    rung = persons.rung.mean(axis=1)
    wave = Wave(
        year,
        world.seed,
        persons.identity,
        persons.birth,
        np.zeros(len(rung), dtype=np.int64),
        rung,
        rung,
        persons.burden.astype(np.float64),
    )
    asked = monitor.chance(wave, monitor.again)
    chance[world.rows_by_identity(persons.identity)] = (
        1.0 if monitor.source == "register" else asked
    )
    # The last place stands for who is not in this world.
    return chance


def _luck(world: Lived, people: np.ndarray, evaluation: int, year: int) -> np.ndarray:
    """Return two draws for each person, from 0 to 1, of one evaluation."""
    words = np.empty((4, len(people)), dtype=np.uint32)
    identity = np.ascontiguousarray(identity_of_key(people))
    block = _MATCHING_BLOCK | year
    draw_blocks(world.seed, identity, len(people), evaluation, block, words)
    return (words[:2] + 0.5) * 2.0**-32
