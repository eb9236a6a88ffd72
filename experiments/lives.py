"""Ten residents and their paths, chosen by rule: people before averages.

Nobody is picked by hand or by luck. Each rule says who can be told of, and of those the typical
case is told: the middle one in a stated order, and where two stand alike the lower identity.

========================  =====================================================  ==================
Rule                      Who                                                    Middle one in
========================  =====================================================  ==================
``gained_and_stayed``     participant, lives here, higher than the own twin      rungs above twin
``gained_and_left``       participant, lives elsewhere, higher than the twin     rungs above twin
``relapsed``              participant whose support is over, who was higher      most gained
                          than the twin with support, fell, and no longer is
``caught_up``             the same, who did not fall: the twin got there too     most gained
``abandoned``             participant whom the programme left before the end     months of support
``no_change``             participant whose rung was the twin's all along        months of support
``housemate``             lived with a participant in a month of support         rung-months gained
``outbid``                nobody of these, lives here, lower than the twin       rungs below twin
``newcomer``              came to a dwelling that a participant had left         month of arrival
``never_reached``         lives here all the time on a low rung, of the age and  rung-months gained
                          rungs that a programme asks, and never on its list
``neighbour``             nobody of these, lives in the stairwell with the most  rung-months gained
                          participants
``dropped_out``           participant who stopped                                months of support
``volunteer``             participant who gives help now                         months of support
``completed``             participant who took part to the end                   months of support
========================  =====================================================  ==================

``outbid`` says where a person stands, which is mostly for want of a place that somebody else took;
how much of the gap is crowding is told by the ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields

import numpy as np

from ..model.state import DEAD, ELSEWHERE, HERE
from .indicators import INDICATORS, LOW_RUNG
from .lived import Lived
from .side_by_side import ABSENT, LADDERS, NO_GAIN, SideBySide

#: The ladder that the lives of an indicator are told on; the others are of no single ladder.
LADDER_OF = {
    **{ladder: ladder for ladder in LADDERS},
    "share_at_work": "working",
    "share_qualified": "learning",
    "share_on_low_rung": "working",
}
#: How many are told of.
LIVES = 10
_LIVING = {HERE: "here", ELSEWHERE: "elsewhere", DEAD: "dead"}


@dataclass(frozen=True, eq=False)
class Life:
    """One resident, in the world with the policy and in its twin; months count from the start.

    Attributes
    ----------
    person, birth : int
        Identity, and month of birth (negative: before the run).
    rule, ladder : str
        Why this resident is told of, and on which ladder.
    from_month, to_month : int
        The story: from the month before the first support (of others than participants: before
        anybody's, or of their arrival) to the last month in which the person is alive.
    age_years : int
        At the start of the story.
    rung, twin_rung : numpy.ndarray of int8
        By month, 0 to the end of the year that was asked, in the world with the policy and in its
        twin; -1 where the person is not there yet, dead, or has no twin.
    rung_start, rung_end : int
        At the start and the end of the story.
    twin_end : int or None
        Of the twin in the last month; None where it is dead, or there is none.
    most_gained : int or None
        Largest number of rungs above the twin in a month with support; None without.
    arrived_month, left_month, died_month : int or None
        First month on record, if not 0, first month elsewhere, and month of death.
    twin_left_month, twin_died_month : int or None
        The same of the twin.
    living : str
        Here, elsewhere or dead, in the last month.
    spans : tuple of (int, int)
        First and last month of each time with support, in order, as far as lived.
    programmes : tuple of str
        Key of the programme of each span.
    status : str or None
        How the last of them stands (a name of `enrolment.STATUS_NAMES`); None for who took no part.
    months_supported : int
        Months in one or more of the spans, in which the person lives here.
    participants : tuple of int
        Identities of the participants whom the rule speaks of: who was lived with, lives in the
        same stairwell, or had the dwelling before.
    """

    person: int
    birth: int
    rule: str
    ladder: str
    from_month: int
    to_month: int
    age_years: int
    rung: np.ndarray
    twin_rung: np.ndarray
    rung_start: int
    rung_end: int
    twin_end: int | None
    most_gained: int | None
    arrived_month: int | None
    left_month: int | None
    died_month: int | None
    twin_left_month: int | None
    twin_died_month: int | None
    living: str
    spans: tuple[tuple[int, int], ...]
    programmes: tuple[str, ...]
    status: str | None
    months_supported: int
    participants: tuple[int, ...]

    @property
    def gap(self) -> int | None:
        """Rungs above the twin in the last month; None where one of the two is not alive."""
        own, twin = int(self.rung[-1]), int(self.twin_rung[-1])
        return own - twin if min(own, twin) >= 0 else None

    def facts(self) -> dict[str, object]:
        """Return everything but the paths, and `gap`, by name: what a biography is made from."""
        own = {field.name: getattr(self, field.name) for field in fields(self)}
        del own["rung"], own["twin_rung"]
        return {**own, "gap": self.gap}


def ten_lives(a: Lived, b: Lived, indicator: str, year: int | None = None) -> list[Life]:
    """Return ten residents who stand for what a policy does, in the order of the rules.

    The first ten rules that apply to somebody are told, one person each. A rule that applies to few
    chooses before one that applies to many, so that it does not lose its only case. Where fewer
    than ten are found the rules are gone through again, with who was not told of yet. Nobody is
    told of who is, or was at death, of an age that is not counted for the ladder.

    Parameters
    ----------
    a, b
        The world with the policy and its twin, of one seed, both with their paths.
    indicator
        A ladder, or an indicator of one (`LADDER_OF`).
    year
        At the end of which; default the last.

    Returns
    -------
    list of Life
        At most ten; fewer where there are not as many, none where nobody took part by then.

    Raises
    ------
    ValueError
        For an indicator of no single ladder, a year that was not lived, worlds of different luck,
        and worlds without paths.
    """
    ladder = _ladder(indicator)
    if a.seed != b.seed:
        raise ValueError(f"the worlds have different seeds, {a.seed} and {b.seed}; twins share one")
    both = SideBySide(a, b, ladder, _last_month(a, b, year))
    if not both.spans:
        return []
    left = {name: _in_order(both, rule) for name, rule in RULES.items()}
    chosen: list[tuple[str, int]] = []
    while len(chosen) < LIVES and any(left.values()):
        told = [name for name in RULES if left[name]][: LIVES - len(chosen)]
        for name in sorted(told, key=lambda name: len(left[name])):
            if left[name]:
                row = left[name][(len(left[name]) - 1) // 2]
                chosen.append((name, row))
                left = {one: [k for k in rows if k != row] for one, rows in left.items()}
    order = list(RULES)
    chosen.sort(key=lambda one: order.index(one[0]))
    return [_life(both, name, row) for name, row in chosen]


def _in_order(both: SideBySide, rule: Rule) -> list[int]:
    """Return the rows of who can be told of, in the order of the rule, then of identity."""
    rows = np.flatnonzero(rule.who(both) & both.counted)
    return rows[np.lexsort((both.identity[rows], rule.by(both)[rows]))].tolist()


def _ladder(indicator: str) -> str:
    from ..scenarios import nearest_name

    if indicator in LADDER_OF:
        return LADDER_OF[indicator]
    near = nearest_name(indicator, tuple(LADDER_OF))
    hint = f"; did you mean {near!r}?" if near and indicator not in INDICATORS else ""
    raise ValueError(
        f"{indicator!r} is no indicator of one ladder; allowed: {', '.join(LADDER_OF)}{hint}"
    )


def _last_month(a: Lived, b: Lived, year: int | None) -> int:
    most = (min(len(a.months), len(b.months)) - 1) // 12
    year = most if year is None else year
    if isinstance(year, bool) or int(year) != year or not 0 <= year <= most:
        raise ValueError(f"year {year!r} was not lived; allowed: 0 to {most}")
    return 12 * int(year)


def _life(both: SideBySide, name: str, row: int) -> Life:
    """Return the life in a row, told by a rule."""
    spans = [span for span in both.spans if span.row == row]
    rung, twin = both.rung[:, row], both.twin_rung[:, row]
    status, twin_status = both.status[:, row], both.twin_status[:, row]
    arrived, end = int(np.argmax(status != ABSENT)), int(both.last_alive[row])
    start = max(arrived, spans[0].first - 1 if spans else both.begin)
    about = RULES[name].about
    return Life(
        person=int(both.identity[row]),
        birth=int(both.birth[row]),
        rule=name,
        ladder=both.ladder,
        from_month=start,
        to_month=end,
        age_years=(start - int(both.birth[row])) // 12,
        rung=rung.copy(),
        twin_rung=twin.copy(),
        rung_start=int(rung[start]),
        rung_end=int(rung[end]),
        twin_end=int(twin[-1]) if twin[-1] >= 0 else None,
        most_gained=int(both.most_gained[row]) if both.most_gained[row] > NO_GAIN else None,
        arrived_month=arrived or None,
        left_month=_first(status == ELSEWHERE),
        died_month=_first(status == DEAD),
        twin_left_month=_first(twin_status == ELSEWHERE),
        twin_died_month=_first(twin_status == DEAD),
        living=_LIVING[int(status[-1])],
        spans=tuple((span.first, span.last) for span in spans),
        programmes=tuple(span.programme for span in spans),
        status=spans[-1].status if spans else None,
        months_supported=int(both.supported[:, row].sum()),
        participants=tuple(int(both.identity[one]) for one in (about(both, row) if about else ())),
    )


def _first(which: np.ndarray) -> int | None:
    """Return the first month that is marked; None where there is none."""
    return int(np.argmax(which)) if which.any() else None


# -- the rules ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rule:
    """Who can be told of, in which order the middle one is sought, and whom else it speaks of.

    ``who`` and ``by`` give an array by person, ``about`` the rows of participants.
    """

    who: Callable[[SideBySide], np.ndarray]
    by: Callable[[SideBySide], np.ndarray]
    about: Callable[[SideBySide, int], Iterable[int]] | None = None


def _now(both: SideBySide) -> np.ndarray:
    return both.gap[-1]


def _area(both: SideBySide) -> np.ndarray:
    return both.gap.sum(axis=0, dtype=np.int64)


def _months(both: SideBySide) -> np.ndarray:
    return both.supported.sum(axis=0)


def _arrival(both: SideBySide) -> np.ndarray:
    return np.argmax(both.status != ABSENT, axis=0)


def _higher(both: SideBySide, living: int) -> np.ndarray:
    return both.participant & (both.gap[-1] > 0) & (both.status[-1] == living)


def _lost(both: SideBySide) -> np.ndarray:
    """Return who is over with support, was higher than the own twin with it, and is so no longer."""
    over = both.participant & ~both.going_on & both.paired
    return over & (both.most_gained > 0) & (both.gap[-1] <= 0)


def _relapsed(both: SideBySide) -> np.ndarray:
    return _lost(both) & (both.rung[-1] < both.highest)


def _caught_up(both: SideBySide) -> np.ndarray:
    return _lost(both) & (both.rung[-1] >= both.highest)


def _no_change(both: SideBySide) -> np.ndarray:
    return both.participant & both.paired & ~both.gap.any(axis=0)


def _ended(*status: str) -> Callable[[SideBySide], np.ndarray]:
    return lambda both: np.isin(both.outcome, status)


def _apart(both: SideBySide) -> np.ndarray:
    """Return who lives here, beside an own twin, and neither took part nor lived with who did."""
    return both.here[-1] & both.paired & ~both.participant & ~both.housemate


def _outbid(both: SideBySide) -> np.ndarray:
    return _apart(both) & (both.gap[-1] < 0)


def _newcomer(both: SideBySide) -> np.ndarray:
    found = np.zeros(len(both.identity), dtype=bool)
    found[list(both.successors)] = True
    return found & both.here[-1] & ~both.participant


def _neighbour(both: SideBySide) -> np.ndarray:
    return _apart(both) & (both.stairwell == both.busiest_stairwell)


def _participants_in_stairwell(both: SideBySide, row: int) -> Iterable[int]:
    there = both.stairwell == both.stairwell[row]
    return np.flatnonzero(both.participant & there).tolist()


def _never_reached(both: SideBySide) -> np.ndarray:
    low = (both.rung[both.begin] <= LOW_RUNG) & (both.rung[-1] <= LOW_RUNG)
    always = both.here.all(axis=0) & (both.twin_status == HERE).all(axis=0)
    return _apart(both) & ~both.listed & low & always & _asked_for(both)


def _asked_for(both: SideBySide) -> np.ndarray:
    """Return who had the age and the rungs that a programme asks, before the first support."""
    people = both.a.months.month(both.begin)
    age = (both.begin - both.birth[: len(people)]) // 12
    found = np.zeros(len(both.identity), dtype=bool)
    for funded in both.a.scenario.policy.programmes.values():
        asks = funded.programme.eligibility
        rungs = (people["rung"] >= asks.rung_from) & (people["rung"] <= asks.rung_to)
        fits = (age >= asks.age_from) & (age <= asks.age_to) & rungs.all(axis=1)
        found[: len(people)] |= fits
    return found


#: By name, in the order in which they are told.
RULES: dict[str, Rule] = {
    "gained_and_stayed": Rule(lambda both: _higher(both, HERE), _now),
    "gained_and_left": Rule(lambda both: _higher(both, ELSEWHERE), _now),
    "relapsed": Rule(_relapsed, lambda both: both.most_gained),
    "caught_up": Rule(_caught_up, lambda both: both.most_gained),
    "abandoned": Rule(_ended("abandoned"), _months),
    "no_change": Rule(_no_change, _months),
    "housemate": Rule(
        lambda both: both.housemate & both.paired,
        _area,
        lambda both, row: both.lived_with(row).tolist(),
    ),
    "outbid": Rule(_outbid, _now),
    "newcomer": Rule(_newcomer, _arrival, lambda both, row: (both.successors[row],)),
    "never_reached": Rule(_never_reached, _area),
    "neighbour": Rule(_neighbour, _area, _participants_in_stairwell),
    "dropped_out": Rule(_ended("dropped out"), _months),
    "volunteer": Rule(_ended("volunteer"), _months),
    "completed": Rule(_ended("completed", "aftercare"), _months),
}
