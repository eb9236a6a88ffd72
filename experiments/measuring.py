"""A pair of worlds, lived and measured: what is asked of every replicate."""

from __future__ import annotations

import numpy as np

from ..model.state import DEAD, HERE
from .indicators import INDICATORS, Indicator, indicator
from .ledger import matched
from .lived import SCALES, Lived
from .lives import LADDER_OF, ten_lives
from .matching import GroupVerdict, evaluate, matched_group
from .monitor import Wave, wave_of, waves_by_scale
from .participants import Participants
from .replica import Fate, Outcome, Portrait, Question, Replica
from .twins import Twin

#: Groups of people beside the scales: who took part, and who lived with them when they began.
GROUPS = ("participants", "households")


def measure(question: Question, seed: int, portrait: bool = False) -> Replica:
    """Live a pair of worlds and return what is asked of it."""
    pair = Twin(question.policy, question.baseline, seed, question.year)
    one = indicator(question.indicator)
    took_part = pair.participants()
    units = {scale: took_part.busiest(pair.a.unit_of_stairwell(scale)) for scale in SCALES}
    people = {
        "participants": (took_part.person, _year_before(took_part.first)),
        "households": _households(pair, took_part),
    }
    groups = {name: _outcome(pair, one, people[name][0], took_part) for name in GROUPS}
    groups |= {scale: _unit_outcome(pair, one, scale, units[scale], took_part) for scale in SCALES}
    return Replica(
        seed=seed,
        fate=_fate(pair, one, took_part),
        ledger={name: _ledger(pair, name, "neighbourhood", 0) for name in INDICATORS},
        unit_ledger={scale: _ledger(pair, one.name, scale, units[scale]) for scale in SCALES[:-1]},
        groups=groups,
        verdicts={name: _verdicts(pair, question, one, *people[name]) for name in GROUPS},
        waves=_waves(pair, question, one),
        portrait=_portrait(pair, question, one, took_part) if portrait else None,
    )


def _ledger(pair: Twin, name: str, scale: str, unit: int) -> dict[str, float]:
    frame = pair.ledger(name, scale, unit=unit)
    values = dict(zip(frame["term"], frame["value"].tolist(), strict=True))
    return {**values, "gap": float(pair.gap(name, scale, unit=unit))}


def _year_before(first: np.ndarray) -> np.ndarray:
    """Return the last year's end before a month of starting."""
    return np.maximum(0, (first - 1) // 12)


def _households(pair: Twin, participants: Participants) -> tuple[np.ndarray, np.ndarray]:
    """Return who lived in a household with a participant when support began, and the year before."""
    world = pair.a
    rows = world.rows_of(participants.person)
    began: dict[int, int] = {}
    for first in np.unique(participants.first[rows >= 0]).tolist():
        people = world.months.month(first)
        own = rows[(participants.first == first) & (rows >= 0)]
        held = np.zeros(world.households, dtype=bool)
        held[people["household"][own]] = True
        with_them = held[people["household"]] & (people["status"] == HERE)
        for person in world.person[np.flatnonzero(with_them)].tolist():
            began.setdefault(person, first)
    person = np.array(sorted(began), dtype=np.int64)
    first = np.array([began[one] for one in person.tolist()], dtype=np.int64)
    return person, _year_before(first)


def _outcome(pair: Twin, one: Indicator, people: np.ndarray, participants: Participants) -> Outcome:
    """Return the mean effect on people who are alive and counted in both worlds."""
    found, change = _change(pair, one, people)
    own = int(np.isin(found, participants.person).sum())
    return Outcome(-1, len(found), own, float(change.mean()) if len(found) else float("nan"))


def _change(pair: Twin, one: Indicator, people: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return who of some people is counted in both worlds now, and their difference."""
    a, b = pair.a.snapshot(one, pair.years), pair.b.snapshot(one, pair.years)
    both = matched(a, b)
    person, change = a.person[both.in_a], a.score[both.in_a] - b.score[both.in_b]
    own = np.isin(person, people)
    return person[own], change[own]


def _unit_outcome(
    pair: Twin, one: Indicator, scale: str, unit: int, participants: Participants
) -> Outcome:
    """Return the difference of the means of a unit, and how many of its people took part."""
    now = pair.a.snapshot(one, pair.years)
    unit_of = pair.a.unit_of_stairwell(scale)
    inside = now.here & (unit_of[np.maximum(now.stairwell, 0)] == unit)
    own = int(np.isin(now.person[inside], participants.person).sum())
    return Outcome(unit, int(inside.sum()), own, float(pair.gap(one.name, scale, unit=unit)))


def _fate(pair: Twin, one: Indicator, participants: Participants) -> Fate:
    world = pair.a
    rows = world.rows_of(participants.person)
    status = world.months.month(12 * pair.years)["status"][rows[rows >= 0]]
    compared, now = _change(pair, one, participants.person)
    gross = participants.change_at_end_of_support(one, compared, now)
    return Fate(
        started=len(participants.person),
        supported=int(participants.going_on.sum()),
        alive=int((status != DEAD).sum()),
        here=int((status == HERE).sum()),
        compared=len(compared),
        gained=float(gross.mean()) if len(compared) else float("nan"),
        kept=float(now.mean()) if len(compared) else float("nan"),
    )


def _verdicts(
    pair: Twin, question: Question, one: Indicator, people: np.ndarray, before: np.ndarray
) -> tuple[GroupVerdict, GroupVerdict]:
    groups = matched_group(
        pair.a,
        people,
        before,
        question.year,
        one,
        pair.participants(),
        question.evaluations,
    )
    with_policy, without = (
        evaluate(world, groups, question.year, one, question.monitor) for world in (pair.a, pair.b)
    )
    return with_policy, without


def _waves(
    pair: Twin, question: Question, one: Indicator
) -> dict[str, tuple[tuple[Wave, Wave], tuple[Wave, Wave]]]:
    years = (question.before, question.year)
    a, b = ([waves_by_scale(world, one, year) for year in years] for world in (pair.a, pair.b))
    return {scale: ((a[0][scale], a[1][scale]), (b[0][scale], b[1][scale])) for scale in SCALES}


def _portrait(
    pair: Twin, question: Question, one: Indicator, participants: Participants
) -> Portrait:
    began = participants.began_in(participants.person, pair.a.unit_of_stairwell("stairwell"))
    stairwells = len(pair.a.buildings.stairwell_start) - 1

    def by_stairwell(world: Lived, year: int) -> np.ndarray:
        wave = wave_of(world, one, year, "stairwell")
        count = np.bincount(wave.unit, minlength=stairwells)
        total = np.bincount(wave.unit, weights=wave.score, minlength=stairwells)
        return np.divide(total, count, out=np.full(stairwells, np.nan), where=count > 0)

    ladder = _ladder(question)
    means = [
        np.array([wave_of(world, ladder, year).score.mean() for year in range(question.year + 1)])
        for world in (pair.a, pair.b)
    ]
    return Portrait(
        buildings=pair.a.buildings,
        before=by_stairwell(pair.a, question.before),
        after=by_stairwell(pair.a, question.year),
        twin=by_stairwell(pair.b, question.year),
        began=np.bincount(began[began >= 0], minlength=stairwells),
        mean=means[0],
        twin_mean=means[1],
        lives=ten_lives(pair.a, pair.b, ladder, question.year),
    )


def _ladder(question: Question) -> str:
    """Return the ladder on which lives are told: that of the indicator, else of a programme."""
    ladder = LADDER_OF.get(question.indicator)
    programmes = question.policy.policy.programmes.values()
    return ladder or next((one.programme.ladder for one in programmes), "working")
