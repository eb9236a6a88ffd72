"""The ledger: why the mean of a neighbourhood moved by so little, in terms that add up exactly.

With A the residents of the world with the policy and B those of its twin, ``N`` residents of A, and
``m`` the mean in B, the difference between the means is an identity:

    mean_A - mean_B = (1/N) [ sum over people in both (y_A - y_B)
                              - sum over people only in B (y_B - m)
                              + sum over people only in A (y_A - m) ]

Every sum is split further by who the people are, so that each person stands in one term. What is
*spillover* and what is *crowding out* among people in both cannot be seen in one pair of worlds:
their sum is counted in the pair that was asked for, spillover in a second pair with the same luck
in which crowding is switched off, and crowding out is the rest. So spillover is measured first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .indicators import Indicator
from .lived import Lived, Snapshot, is_among
from .participants import Participants

#: Terms in the order in which they are shown: name -> what it is.
TERMS: dict[str, str] = {
    "gained": "what participants gained while they were supported, wherever they live now",
    "relapsed": "what came of it since their support ended",
    "exported": "gains of participants who do not live here in both worlds any more",
    "home": "people who shared a roof with a participant",
    "spillover": "people whom participants reach through ties",
    "crowding": "people who lost a place, a vacancy or a dwelling to others, or got one",
    "moved_out": "people who would have lived here without the policy, and left or died",
    "kept": "people whom the policy kept here, or who came as participants or with one",
    "newcomers": "newcomers in dwellings that participants left",
    "knock_on": "newcomers and children whom only one of the two worlds has",
}


@dataclass(frozen=True)
class Sums:
    """Terms of one pair of worlds at one moment, added up by unit and not yet divided.

    Attributes
    ----------
    by_term : dict of str to numpy.ndarray
        Sums by unit; ``"others"`` stands for spillover and crowding together.
    count_a : numpy.ndarray
        People counted in the world with the policy, by unit.
    mean_a, mean_b : numpy.ndarray
        Means by unit; NaN where nobody is counted.
    """

    by_term: dict[str, np.ndarray]
    count_a: np.ndarray
    mean_a: np.ndarray
    mean_b: np.ndarray

    @property
    def gap(self) -> np.ndarray:
        """Difference of the means, by unit."""
        return self.mean_a - self.mean_b


@dataclass(frozen=True)
class Matched:
    """The people of two snapshots: who is in both, and where each is in either."""

    in_a: np.ndarray
    in_b: np.ndarray


def matched(a: Snapshot, b: Snapshot) -> Matched:
    """Return the positions of who is in both snapshots."""
    at = np.searchsorted(b.person, a.person)
    in_both = is_among(a.person, b.person)
    return Matched(np.flatnonzero(in_both), at[in_both])


@dataclass(frozen=True)
class _People:
    """Who the people of two snapshots are; the same for every indicator that counts the same people.

    ``own``, ``roof`` go with who is in both; ``known_in_a`` with everybody in B; ``kept`` and
    ``replaced`` with everybody in A.
    """

    both: Matched
    own: np.ndarray
    roof: np.ndarray
    known_in_a: np.ndarray
    kept: np.ndarray
    replaced: np.ndarray


def _people(a: Snapshot, b: Snapshot, participants: Participants) -> _People:
    both = matched(a, b)
    own = is_among(a.person, participants.person)
    with_one = participants.shares_roof(a.person)
    return _People(
        both=both,
        own=own[both.in_a],
        roof=(with_one & ~own)[both.in_a],
        known_in_a=participants.known(b.person, "a"),
        # Who came in as a participant, or with one, was let in; others found their dwelling empty.
        kept=participants.known(a.person, "b") | with_one,
        replaced=participants.lived_in[np.maximum(a.dwelling, 0)] & (a.dwelling >= 0),
    )


def sums(
    a: Lived, b: Lived, one: Indicator, scale: str, year: int, participants: Participants
) -> Sums:
    """Return the terms of a pair of worlds, by unit of a scale, at the end of a year."""
    now_a, now_b = a.snapshot(one, year), b.snapshot(one, year)
    unit_of = a.unit_of_stairwell(scale)
    units = int(unit_of.max()) + 1
    unit_a, unit_b = _unit(now_a, unit_of), _unit(now_b, unit_of)
    count_a, mean_a = _mean(now_a, unit_a, units)
    _, mean_b = _mean(now_b, unit_b, units)
    who = participants.remembered(one.counted, lambda: _people(now_a, now_b, participants))
    both, own, roof = who.both, who.own, who.roof
    stays = (unit_a[both.in_a] == unit_b[both.in_b]) & (unit_a[both.in_a] >= 0)
    change = now_a.score[both.in_a] - now_b.score[both.in_b]
    person = now_a.person[both.in_a]

    def add(where: np.ndarray, some: np.ndarray, values: np.ndarray) -> np.ndarray:
        return np.bincount(where[some], weights=values[some], minlength=units)

    there = unit_a[both.in_a]
    by_term = {
        **_of_participants(
            person[own], change[own], stays[own], there[own], unit_of, participants, one
        ),
        "home": add(there, stays & roof, change),
        "others": add(there, stays & ~own & ~roof, change),
    }
    stays_a, stays_b = np.zeros(len(unit_a), dtype=bool), np.zeros(len(unit_b), dtype=bool)
    stays_a[both.in_a[stays]] = True
    stays_b[both.in_b[stays]] = True
    only_a, only_b = (unit_a >= 0) & ~stays_a, (unit_b >= 0) & ~stays_b
    above = now_a.score - np.where(unit_a >= 0, mean_b[unit_a], np.nan)
    missed = np.where(unit_b >= 0, mean_b[unit_b], np.nan) - now_b.score
    by_term["moved_out"] = add(unit_b, only_b & who.known_in_a, missed)
    by_term["kept"] = add(unit_a, only_a & who.kept, above)
    by_term["newcomers"] = add(unit_a, only_a & ~who.kept & who.replaced, above)
    by_term["knock_on"] = add(unit_a, only_a & ~who.kept & ~who.replaced, above) + add(
        unit_b, only_b & ~who.known_in_a, missed
    )
    return Sums(by_term, count_a, mean_a, mean_b)


def _of_participants(
    person: np.ndarray,
    now: np.ndarray,
    stays: np.ndarray,
    there: np.ndarray,
    unit_of: np.ndarray,
    participants: Participants,
    one: Indicator,
) -> dict[str, np.ndarray]:
    """Return what participants with a twin gained, lost again and took along, by unit.

    ``now`` is the difference with the twin, ``stays`` whether both live in unit ``there``. A
    participant counts in the unit where support began, and in the one of who stays.
    """
    gross = participants.change_at_end_of_support(one, person, now)
    began = participants.began_in(person, unit_of)
    gone = (began >= 0) & ~(stays & (began == there))
    unit = np.concatenate([there[stays], began[gone]])
    units = int(unit_of.max()) + 1

    def add(values: np.ndarray) -> np.ndarray:
        return np.bincount(unit, weights=values, minlength=units)

    return {
        "gained": add(np.concatenate([gross[stays], gross[gone]])),
        "relapsed": add(np.concatenate([(now - gross)[stays], (now - gross)[gone]])),
        "exported": add(np.concatenate([np.zeros(int(stays.sum())), -now[gone]])),
    }


def _unit(now: Snapshot, unit_of: np.ndarray) -> np.ndarray:
    """Return the unit of everybody in a snapshot, -1 for who lives elsewhere."""
    return np.where(now.here, unit_of[np.maximum(now.stairwell, 0)], -1)


def _mean(now: Snapshot, unit: np.ndarray, units: int) -> tuple[np.ndarray, np.ndarray]:
    here = unit >= 0
    count = np.bincount(unit[here], minlength=units)
    total = np.bincount(unit[here], weights=now.score[here], minlength=units)
    return count, np.divide(total, count, out=np.full(units, np.nan), where=count > 0)


def terms(asked: Sums, without_crowding: Sums) -> dict[str, np.ndarray]:
    """Return every term by unit, in the order of `TERMS`; they add up to the gap.

    A unit where nobody is counted in either world has no means and no terms: NaN.
    """
    known = np.isfinite(asked.gap)
    out = {}
    share = np.where(known, 1.0 / np.maximum(asked.count_a, 1), np.nan)
    others = asked.by_term["others"] * share
    spillover = without_crowding.by_term["others"] / np.maximum(without_crowding.count_a, 1)
    spillover = np.where(known, spillover, np.nan)
    for name in TERMS:
        if name == "spillover":
            out[name] = spillover
        elif name == "crowding":
            # Without crowding the two are one sum, divided in two ways that round apart.
            out[name] = (others - spillover) * (asked is not without_crowding)
        else:
            out[name] = asked.by_term[name] * share
    return out
