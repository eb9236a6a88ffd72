"""The evaluator's eye: what a survey or a register shows of a neighbourhood, and to whom it is blind.

An evaluator does not see the world but waves of answers: some hundred people per area, every few
years, those who open the door, in a figure that is rounded. The luck of a survey is a pure function
of the seed of the world, the person, the number of the survey and the year, like all luck: the same
numbers give the same answers, and a world and its twin are asked by the same luck.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import numpy as np

from ..model.luck import draw_blocks
from ..model.state import HERE
from .indicators import Indicator, indicator
from .lived import SCALES, Lived

Source = Literal["survey", "register"]
Design = Literal["cross-section", "panel"]

#: Blocks of draws of surveys; events of the world count blocks from 0, pairs from 2**31.
_SURVEY_BLOCK = 0x40000000
#: Who the stated response is of: a mean rung and a burden in the middle of their scales.
REFERENCE_RUNG = 2.5
REFERENCE_BURDEN = 0.5

#: Allowed range of each number of a monitor.
_RANGES: dict[str, tuple[float, float]] = {
    "respondents": (2, 1_000_000),
    "interval": (1, 50),
    "response": (0.01, 1.0),
    "response_by_rung": (-3.0, 3.0),
    "response_by_burden": (-10.0, 10.0),
    "response_at_door": (0.01, 1.0),
    "again": (0.01, 1.0),
    "decimals": (0, 12),
    "comparisons": (0, 1000),
}
_WHOLE = ("respondents", "interval", "decimals", "comparisons")


@dataclass(frozen=True, eq=False)
class Wave:
    """Who lives here at the end of a year and is counted for an indicator; one row a person.

    Small enough to be sent between processes.

    Attributes
    ----------
    year : int
        0 is the start.
    seed : int
        Luck of the world, from which that of its surveys follows.
    identity, birth : numpy.ndarray
        A person is who has both.
    unit : numpy.ndarray of int
        Number of the stairwell, complex or street; 0 for the neighbourhood.
    score : numpy.ndarray
        Of the indicator.
    rung : numpy.ndarray
        Mean of the four ladders, 0 to 5.
    burden : numpy.ndarray
        0 to 1.
    units : int
        How many units there are.
    """

    year: int
    seed: int
    identity: np.ndarray
    birth: np.ndarray
    unit: np.ndarray
    score: np.ndarray
    rung: np.ndarray
    burden: np.ndarray
    units: int = 1

    def __post_init__(self) -> None:
        lengths = {name: len(getattr(self, name)) for name in _COLUMNS}
        if len(set(lengths.values())) > 1:
            told = ", ".join(f"{name} {length}" for name, length in lengths.items())
            raise ValueError(f"the columns of a wave differ in length: {told}")

    def __len__(self) -> int:
        return len(self.identity)

    def at(self, unit: int) -> Wave:
        """Return the people of one unit, a whole by itself; numbers beyond the last go round."""
        if self.units == 1:
            return self
        rows = np.flatnonzero(self.unit == unit % self.units)
        columns: dict[str, Any] = {name: getattr(self, name)[rows] for name in _COLUMNS}
        return Wave(self.year, self.seed, **columns)


_COLUMNS = ("identity", "birth", "unit", "score", "rung", "burden")


@dataclass(frozen=True, eq=False)
class Answers:
    """A wave as it was answered; one row a survey, each with luck of its own.

    Attributes
    ----------
    wave : Wave
        Everybody who could have been asked.
    answered : numpy.ndarray of bool
        Who answered, shape ``(surveys, persons)``.
    invited : numpy.ndarray
        How many were asked for it.
    count, mean, variance : numpy.ndarray
        Number of answers, their mean and their variance between persons (NaN with fewer than one,
        or two, answers), before rounding.
    decimals : int or None
        In which the figure is published.
    """

    wave: Wave
    answered: np.ndarray
    invited: np.ndarray
    count: np.ndarray
    mean: np.ndarray
    variance: np.ndarray
    decimals: int | None

    @property
    def published(self) -> np.ndarray:
        """The figure as published."""
        return rounded(self.mean, self.decimals)

    @property
    def standard_error(self) -> np.ndarray:
        """By how much the mean of those who answered strays from that of all by the draw alone.

        Without replacement from a finite number of people: 0 when everybody answered.
        """
        left = 1.0 - self.count / max(1, len(self.wave))
        return np.sqrt(left * divided(self.variance, self.count))


@dataclass(frozen=True)
class Monitor:
    """How a neighbourhood is looked at.

    Attributes
    ----------
    respondents : int
        Answers that a wave stops at, per area (EVIDENCE F1: 300 per basisteam; F5: 206; F7: 400 to
        500). In an area with fewer willing people all of them are heard.
    interval : int
        Years between waves (EVIDENCE F4: two).
    response : float
        Chance that a person of mean rung `REFERENCE_RUNG` and burden `REFERENCE_BURDEN` answers.
        Judgement: well below the 55 to 60% that interviewers of Statistics Netherlands reached
        around 2000 (te Riele, Vertekening door non-respons, CBS), as letters ask in vain more often.
    response_by_rung : float
        Log odds of answering per rung. Judgement of the size; the sign is documented: people in a
        less favourable social position are underrepresented in surveys of persons (te Riele).
    response_by_burden : float
        Log odds of answering lost from no burden to full burden. Judgement.
    response_at_door : float
        As ``response``, where a stairwell, complex or street is looked at: somebody rings at every
        door, as interviewers of Statistics Netherlands do (te Riele: 55 to 60% around 2000).
    again : float
        As ``response``, of a person who answered the wave before and still lives here. Judgement.
    decimals : int or None
        In which figures are published: by default a share in whole per cents and a rung in
        hundredths. None: not rounded. Judgement.
    source : str
        ``"survey"``, or ``"register"``: everybody is counted and nobody is asked.
    design : str
        ``"cross-section"``: each wave asks others; ``"panel"``: a wave asks those of the wave
        before first, and fills up with others.
    comparisons : int
        Neighbourhoods without policy that changes are compared with. Judgement.

    Raises
    ------
    ValueError
        For a number out of range or an unknown word; says what is allowed.
    """

    respondents: int = 300
    interval: int = 2
    response: float = 0.30
    response_by_rung: float = 0.15
    response_by_burden: float = 0.5
    response_at_door: float = 0.58
    again: float = 0.70
    decimals: int | None = 2
    source: Source = "survey"
    design: Design = "cross-section"
    comparisons: int = 3

    def __post_init__(self) -> None:
        for name, (low, high) in _RANGES.items():
            value = getattr(self, name)
            if name == "decimals" and value is None:
                continue
            kind = "a whole number" if name in _WHOLE else "a number"
            right: tuple[type, ...] = (int, np.integer) if name in _WHOLE else (int, float)
            if not isinstance(value, right) or isinstance(value, bool) or not low <= value <= high:
                raise ValueError(f"{name} is {value!r}; allowed: {kind} from {low:g} to {high:g}")
        _one_of("source", self.source, get_args(Source))
        _one_of("design", self.design, get_args(Design))

    def years(self, horizon: int) -> tuple[int, ...]:
        """Return the years of the waves from the start up to a horizon."""
        return tuple(range(0, horizon + 1, self.interval))

    def at(self, scale: str) -> Monitor:
        """Return how a scale is looked at: below the neighbourhood somebody comes to the door."""
        if scale == "neighbourhood":
            return self
        return replace(self, response=self.response_at_door)

    def chance(self, wave: Wave, first: float | None = None) -> np.ndarray:
        """Return the chance that each person answers when asked, shape ``(persons,)``."""
        from scipy.special import expit, logit

        odds = logit(self.response if first is None else first)
        odds = odds + self.response_by_rung * (wave.rung - REFERENCE_RUNG)
        return expit(odds - self.response_by_burden * (wave.burden - REFERENCE_BURDEN))

    def observe(
        self, wave: Wave, unit: int = 0, surveys: int = 1, before: Answers | None = None
    ) -> Answers:
        """Return the answers of a wave in one unit.

        Parameters
        ----------
        wave : Wave
            Who lives here.
        unit : int
            Whose people are asked.
        surveys : int
            How often it is done anew, each time with other luck.
        before : Answers, optional
            The wave before of the same unit, with as many surveys; a panel asks its people first.
        """
        asked = wave.at(unit)
        if surveys < 1:
            raise ValueError(f"surveys is {surveys!r}; allowed: a whole number from 1")
        if before is not None and len(before.answered) != surveys:
            known = len(before.answered)
            raise ValueError(f"the wave before has {known} surveys and this one {surveys}")
        if self.source == "register":
            everybody = np.ones((surveys, len(asked)), dtype=bool)
            return _counted(asked, everybody, np.full(surveys, len(asked)), self.decimals)
        order, luck = _draws(asked, surveys)
        panel = np.zeros_like(order, dtype=bool)
        if self.design == "panel" and before is not None:
            then, now = paired(before.wave, asked)
            panel[:, now] = before.answered[:, then]
        willing = luck < np.where(panel, self.chance(asked, self.again), self.chance(asked))
        again = panel & willing
        need = self.respondents - again.sum(axis=1)
        fresh, reached = _first(order, willing & ~panel, need)
        # Invitations to people outside the panel stop at the last answer that was needed.
        invited = panel.sum(axis=1) + (~panel & (order <= reached[:, None])).sum(axis=1)
        return _counted(asked, again | fresh, invited, self.decimals)

    def follow(
        self, before: Wave, after: Wave, unit: int = 0, surveys: int = 1
    ) -> tuple[Answers, Answers]:
        """Return the answers of two waves of one place.

        Raises
        ------
        ValueError
            When the second is not a wave after the first, by the interval.
        """
        passed = after.year - before.year
        if passed <= 0 or passed % self.interval:
            raise ValueError(
                f"waves of years {before.year} and {after.year}; "
                f"allowed: a multiple of {self.interval} years apart, the earlier first"
            )
        first = self.observe(before, unit, surveys)
        return first, self.observe(after, unit, surveys, first)


def wave_of(lived: Lived, one: Indicator | str, year: int, scale: str = "neighbourhood") -> Wave:
    """Return who lives here at the end of a year and is counted for an indicator."""
    one = indicator(one) if isinstance(one, str) else one
    unit_of = lived.unit_of_stairwell(scale)
    persons = lived.persons(year)
    counted = lived.ages.counted(one.counted, persons.age_years)
    rows = np.flatnonzero((persons.status == HERE) & counted)
    rung = persons.rung[rows]
    return Wave(
        year=year,
        seed=lived.seed,
        identity=persons.identity[rows].astype(np.int64),
        birth=persons.birth[rows].astype(np.int64),
        unit=unit_of[persons.stairwell[rows]],
        score=one.score(rung, persons.agency[rows]),
        rung=rung.astype(np.float64).mean(axis=1),
        burden=persons.burden[rows].astype(np.float64),
        units=int(unit_of.max()) + 1,
    )


def waves_by_scale(lived: Lived, one: Indicator | str, year: int) -> dict[str, Wave]:
    """Return the wave of a year by scale, from stairwell to neighbourhood.

    They share everything but the units, so that together they are as small as one.
    """
    wave = wave_of(lived, one, year, "stairwell")
    found = {}
    for scale in SCALES:
        unit_of = lived.unit_of_stairwell(scale)
        found[scale] = replace(wave, unit=unit_of[wave.unit], units=int(unit_of.max()) + 1)
    return found


def paired(before: Wave, after: Wave) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows, in two waves of one world, of the people who are in both."""
    _, then, now = np.intersect1d(
        before.identity, after.identity, assume_unique=True, return_indices=True
    )
    same = before.birth[then] == after.birth[now]
    return then[same], now[same]


def rounded(figure: np.ndarray, decimals: int | None) -> np.ndarray:
    """Return a figure as published."""
    return figure if decimals is None else np.round(figure, decimals)


def divided(above: Any, below: Any) -> np.ndarray:
    """Return a ratio; NaN where it is of nothing."""
    above, below = np.broadcast_arrays(np.asarray(above, float), np.asarray(below, float))
    out = np.full(above.shape, np.nan)
    return np.divide(above, below, out=out, where=below > 0)


def moments(chosen: np.ndarray, score: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return number, mean and variance (of a sample) of the scores of those chosen, by row."""
    count = chosen.sum(axis=1)
    mean = divided(np.where(chosen, score, 0.0).sum(axis=1), count)
    apart = np.where(chosen, score - mean[:, None], 0.0)
    return count, mean, divided(np.square(apart).sum(axis=1), count - 1)


def _counted(
    wave: Wave, answered: np.ndarray, invited: np.ndarray, decimals: int | None
) -> Answers:
    return Answers(wave, answered, invited, *moments(answered, wave.score), decimals)


def _draws(wave: Wave, surveys: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the place in the order of invitation (any number) and the luck of answering, (0, 1)."""
    people = len(wave)
    order = np.empty((surveys, people), dtype=np.uint64)
    luck = np.empty((surveys, people))
    words = np.empty((4, people), dtype=np.uint32)
    persons = wave.identity.astype(np.int64)
    for survey in range(surveys):
        draw_blocks(wave.seed, persons, people, survey, _SURVEY_BLOCK | wave.year, words)
        order[survey] = (words[0].astype(np.uint64) << np.uint64(32)) | words[1]
        luck[survey] = (words[2] + 0.5) * 2.0**-32
    return order, luck


def _first(
    order: np.ndarray, willing: np.ndarray, need: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return who of the willing comes first, as many as needed, and how far the order went."""
    last = np.iinfo(np.uint64).max
    places = np.where(willing, order, last)
    reached = np.full(len(order), last, dtype=np.uint64)
    short = willing.sum(axis=1) < need
    if order.shape[1]:
        at = np.clip(need - 1, 0, order.shape[1] - 1)
        found = np.take_along_axis(np.sort(places, axis=1), at[:, None], axis=1)[:, 0]
        reached = np.where(short, reached, found)
    reached[need <= 0] = 0
    return willing & (order <= reached[:, None]) & (need > 0)[:, None], reached


def _one_of(name: str, value: object, allowed: tuple[str, ...]) -> None:
    from ..scenarios import nearest_name

    if value in allowed:
        return
    near = nearest_name(str(value), allowed)
    hint = f"; did you mean {near!r}?" if near else ""
    raise ValueError(f"{name} is {value!r}; allowed: {', '.join(allowed)}{hint}")
