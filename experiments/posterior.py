"""Approximate Bayesian computation: a sample of parameter sets that reproduce the targets.

Parameter sets are drawn from the prior; what each would come to is drawn from the emulators, with
their doubt and with luck; sets of which every target falls in its range are kept. That is exact
under the statement that any value of the range is as likely to be the true one (Wilkinson 2013).
Where too few are kept, all ranges are widened by one factor, the least that gives enough, and it is
told. The sets are then lived, and those that are implausible when lived are replaced.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.special import ndtri

from .calibration import CUTOFF, Question, Sieve, Told, Waves, shares
from .crew import Crew
from .fitting import UnsettledError
from .wave_files import Lives, WaveFolder, live_all

#: Draws of a batch, and batches at most.
BATCH, BATCHES = 2**13, 40
#: Ranges are never widened by more than this factor.
WIDEST = 4.0
#: First part of a seed that draws parameter sets.
_PART = 700
#: Luck of the lives that check.
_SEEDS = 50_000_000


@dataclass(frozen=True, eq=False)
class Draws:
    """Parameter sets that were drawn and not far off.

    Attributes
    ----------
    places : numpy.ndarray
        Where each is between the ends of the priors.
    distances : numpy.ndarray
        Of the target that is furthest off, in half widths of its range.
    drawn : int
        How many were drawn in all.
    """

    places: np.ndarray
    distances: np.ndarray
    drawn: int

    def wanted(self, count: int) -> tuple[np.ndarray, float]:
        """Return the order in which sets are used, and the factor by which ranges were widened.

        Raises
        ------
        UnsettledError
            When fewer than ``count`` are there.
        """
        inside = np.flatnonzero(self.distances <= 1.0)
        if len(inside) >= count:
            return inside, 1.0
        if len(self.distances) < count:
            raise UnsettledError(
                f"{len(self.distances)} of {count} parameter sets come near all targets together;"
                " more lives, wider priors or fewer targets are needed"
            )
        nearest = np.argsort(self.distances, kind="stable")
        widened = float(self.distances[nearest[count - 1]])
        # Which of those within the factor comes first is chance, and not how near it is.
        return np.concatenate([np.sort(nearest[:count]), nearest[count:]]), widened


@dataclass(frozen=True, eq=False)
class Posterior:
    """The parameter sets that came out.

    Attributes
    ----------
    places : numpy.ndarray
        Where each is between the ends of the priors.
    lives : Lives
        One life of each.
    widened : float
        Factor by which all ranges were widened, 1 where they were not.
    drawn, near : int
        Sets drawn from the prior, and those of them within the ranges.
    refused : int
        Sets that were implausible when lived, and replaced while there were lives left.
    """

    places: np.ndarray
    lives: Lives
    widened: float
    drawn: int
    near: int
    refused: int


def draw(question: Question, sieve: Sieve, wanted: int) -> Draws:
    """Return parameter sets drawn from the prior, until enough are within all ranges."""
    places, distances = [], []
    drawn = 0
    for own, normal in _batches(question, len(sieve.targets)):
        far = np.zeros(len(own))
        kept = np.arange(len(own))
        for at in sieve.counting:
            if not len(kept):
                break
            values = values_drawn(sieve, own[kept], normal[kept, at], at)
            luck = float(np.sqrt(sieve.luck[at]))
            far[kept] = np.maximum(far[kept], sieve.targets[at].distance(values, luck))
            kept = kept[far[kept] <= WIDEST]
        places.append(own[kept])
        distances.append(far[kept])
        drawn += len(own)
        if sum(int((one <= 1.0).sum()) for one in distances) >= wanted:
            break
    return Draws(np.vstack(places), np.concatenate(distances), drawn)


def _batches(question: Question, targets: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield places drawn from the prior, and a normal deviate a target for each."""
    count = len(question.priors.each)
    for number in range(BATCHES):
        unit = shares(question, BATCH, _PART + number, targets)
        yield question.priors.places(unit[:, :count]), ndtri(unit[:, count:])


def values_drawn(sieve: Sieve, places: np.ndarray, normal: np.ndarray, at: int) -> np.ndarray:
    """Return what parameter sets would come to on one target, with doubt and luck drawn."""
    guess = sieve.emulators[at].guess(places)
    luck = sieve.luck[at] / sieve.targets[at].replicates
    return guess.mean + normal * np.sqrt(guess.variance + luck + sieve.lack(at))


def settle(
    question: Question, waves: Waves, folder: Path, crew: Crew, told: Told | None = None
) -> Posterior:
    """Return the parameter sets that were asked, each lived once.

    Parameters
    ----------
    question
        What is asked.
    waves
        What history matching came to.
    folder
        Where lives are kept.
    crew
        Who lives.
    told
        Called with the name, how many lives are done, and of how many.

    Raises
    ------
    UnsettledError
        When fewer sets are to be found, or fewer than half of them hold when lived.
    """
    sieve = waves.sieves[-1]
    draws = draw(question, sieve, question.budget.check)
    order, widened = draws.wanted(question.sets)
    kept = WaveFolder(folder, question.priors, [one.key for one in question.targets])
    good: list[tuple[np.ndarray, Lives]] = []
    refused = used = lived = 0
    while (missing := question.sets - sum(len(own) for own, _ in good)) > 0:
        room = min(missing, question.budget.check - lived, len(order) - used)
        if room <= 0:
            break
        places = draws.places[order[used : used + room]]
        name = f"check-{used}"
        seeds = question.seed + _SEEDS + used + np.arange(room)
        lives = live_all(
            kept.begin(name, places, seeds),
            question.live,
            question.priors,
            kept,
            name,
            crew,
            told,
        )
        holds = ~refuted(sieve, lives.values)
        good.append((places[holds], _only(lives, holds)))
        refused += int((~holds).sum())
        used, lived = used + room, lived + room
    places = np.vstack([own for own, _ in good])
    if 2 * len(places) < question.sets:
        raise UnsettledError(
            f"{len(places)} of {question.sets} parameter sets hold when they are lived: the"
            " emulators are not to be trusted; more lives are needed"
        )
    near = int((draws.distances <= 1.0).sum())
    return Posterior(places, _together(good), widened, draws.drawn, near, refused)


def refuted(sieve: Sieve, values: np.ndarray) -> np.ndarray:
    """Return which lives no luck explains: a target further off than observation and luck allow."""
    found = np.zeros(len(values), dtype=bool)
    for at in sieve.counting:
        target = sieve.targets[at]
        scale = np.sqrt(max(target.spread**2 + float(sieve.luck[at]), 1e-300))
        # A life that cannot tell refutes nothing.
        found |= np.nan_to_num(target.beyond(values[:, at])) / scale > CUTOFF
    return found


def _only(lives: Lives, which: np.ndarray) -> Lives:
    return Lives(lives.places[which], lives.seeds[which], lives.values[which], lives.lived[which])


def _together(parts: list[tuple[np.ndarray, Lives]]) -> Lives:
    each = [lives for _, lives in parts]
    return Lives(
        np.vstack([one.places for one in each]),
        np.concatenate([one.seeds for one in each]),
        np.vstack([one.values for one in each]),
        np.concatenate([one.lived for one in each]),
    )
