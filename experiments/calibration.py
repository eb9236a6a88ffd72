"""History matching: in waves, which parameter sets cannot be what the world is like.

Each wave lives a design, learns emulators of the targets from all lives so far, and rules out what
is implausible: further from a figure than observation, luck and doubt of the emulator explain
(Craig, Goldstein, Seheult and Smith 1997; three standard deviations after Pukelsheim 1994). The
next wave is lived in what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .crew import Crew
from .designs import Design, Span
from .emulator import FEWEST, Emulator, fit
from .fitting import CalibrationError, Live, Target, UnsettledError
from .priors import Priors
from .wave_files import Lives, WaveFolder, live_all

#: Standard deviations beyond which a parameter set is ruled out.
CUTOFF = 3.0
WAVES = 3
#: Lives with the usual parameters, from which luck is known; and the fewest points of a wave.
LUCK = (6, 24)
#: Points of a batch in which parameter sets that are left are sought, and batches at most.
_BATCH, _BATCHES = 2**14, 12
#: Every wave has luck of its own.
_APART = 100_000

Told = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Budget:
    """How many lives there are, and for what.

    Attributes
    ----------
    luck : int
        With the usual parameters.
    waves : tuple of int
        Points of each wave.
    check : int
        To live the parameter sets that come out, those that are replaced included.
    """

    luck: int
    waves: tuple[int, ...]
    check: int

    @property
    def total(self) -> int:
        """All lives together."""
        return self.luck + sum(self.waves) + self.check

    @classmethod
    def of(cls, total: int, sets: int) -> Budget:
        """Return how a number of lives is divided.

        Raises
        ------
        CalibrationError
            When there are too few for as many parameter sets.
        """
        if sets < 10:
            raise CalibrationError(f"sets {sets}; allowed: 10 or more")
        luck = min(max(total // 40, LUCK[0]), LUCK[1])
        check = sets + sets // 2
        first, more = 0.5, (WAVES - 1)
        room = total - luck - check
        own = [int(first * room)]
        own += [int((1.0 - first) * room / more)] * more
        if min(own) < FEWEST:
            least = LUCK[0] + check + 4 * FEWEST + 8
            raise CalibrationError(
                f"budget {total}; allowed: {max(least, 0)} or more for {sets} parameter sets"
            )
        return cls(luck, tuple(own), total - luck - sum(own))


@dataclass(frozen=True)
class Question:
    """What is asked of a calibration.

    Attributes
    ----------
    priors : Priors
        What is held possible.
    targets : tuple of Target
        What plausible worlds reproduce.
    live : callable
        Lives one parameter set with one luck.
    budget : Budget
        How many lives.
    sets : int
        How many parameter sets are wanted.
    seed : int
        Of designs and luck.
    usual : mapping
        The usual values by key; where none is given, the middle of the prior.
    """

    priors: Priors
    targets: tuple[Target, ...]
    live: Live
    budget: Budget
    sets: int = 200
    seed: int = 1
    usual: Mapping[str, float] = field(default_factory=dict)

    @property
    def usual_place(self) -> np.ndarray:
        """Where the usual values are between the ends of the priors."""
        return np.array(
            [
                float(one.place(self.usual[one.key]))
                if one.key in self.usual
                else float(one.place_of_share(0.5))
                for one in self.priors.each
            ]
        )


@dataclass(frozen=True, eq=False)
class Sieve:
    """What rules parameter sets out: emulators of the targets, and how far luck goes.

    Attributes
    ----------
    targets : tuple of Target
        All of them.
    emulators : tuple of Emulator
        One each.
    luck : numpy.ndarray
        Variance of single lives of one parameter set, by target.
    aside : tuple of str
        Targets that no parameter set reaches: they rule nothing out, and are told.
    order : tuple of int
        Columns of the targets, those that rule out most first: the others are then asked less.
    """

    targets: tuple[Target, ...]
    emulators: tuple[Emulator, ...]
    luck: np.ndarray
    aside: tuple[str, ...] = ()
    order: tuple[int, ...] = ()

    def implausibility(self, places: np.ndarray, at: int) -> np.ndarray:
        """Return how implausible points are by one target, in standard deviations."""
        target, emulator = self.targets[at], self.emulators[at]
        guess = emulator.guess(places)
        variance = (
            target.spread**2 + self.luck[at] / target.replicates + guess.variance + self.lack(at)
        )
        return target.beyond(guess.mean) / np.sqrt(np.maximum(variance, 1e-300))

    def lack(self, at: int) -> float:
        """Return the variance around an emulator that is not luck: what it does not follow."""
        return max(0.0, self.emulators[at].noise - float(self.luck[at]))

    def table(self, places: np.ndarray) -> np.ndarray:
        """Return how implausible points are, a row a point, a column a target."""
        return np.column_stack([self.implausibility(places, at) for at in range(len(self.targets))])

    @property
    def counting(self) -> list[int]:
        """Columns of the targets that rule out."""
        order = self.order or range(len(self.targets))
        return [at for at in order if self.targets[at].key not in self.aside]

    def left(self, places: np.ndarray) -> np.ndarray:
        """Return which points are not ruled out."""
        kept = np.arange(len(places))
        for at in self.counting:
            if len(kept):
                kept = kept[self.implausibility(places[kept], at) <= CUTOFF]
        found = np.zeros(len(places), dtype=bool)
        found[kept] = True
        return found


@dataclass(frozen=True, eq=False)
class Waves:
    """What the waves came to.

    Attributes
    ----------
    luck : Lives
        With the usual parameters.
    lives : tuple of Lives
        Of each wave.
    sieves : tuple of Sieve
        After each wave, from all lives so far.
    left : tuple of float
        Share of the prior that was left after each wave.
    """

    luck: Lives
    lives: tuple[Lives, ...]
    sieves: tuple[Sieve, ...]
    left: tuple[float, ...]

    @property
    def places(self) -> np.ndarray:
        """Points of all waves."""
        return np.vstack([one.places for one in self.lives])

    @property
    def values(self) -> np.ndarray:
        """What they came to."""
        return np.vstack([one.values for one in self.lives])


def match(question: Question, folder: Path, crew: Crew, told: Told | None = None) -> Waves:
    """Live the waves that a folder does not have yet, and return what is left.

    Parameters
    ----------
    question
        What is asked.
    folder
        Where the waves are kept; the same question goes on with it.
    crew
        Who lives.
    told
        Called with the name of a wave, how many of its lives are done, and of how many.

    Raises
    ------
    CalibrationError
        When the folder is of another question.
    UnsettledError
        When a life fails, or no target can be learned or reached.
    """
    kept = WaveFolder(folder, question.priors, [one.key for one in question.targets])
    usual = np.tile(question.usual_place, (question.budget.luck, 1))
    luck = _wave(question, kept, "luck", 0, usual, crew, told)
    variance = np.nanvar(luck.values, axis=0, ddof=1)
    lives: list[Lives] = []
    sieves: list[Sieve] = []
    left: list[float] = []
    for number, count in enumerate(question.budget.waves, start=1):
        design = kept.design(f"wave-{number}")
        if design is None:
            design = (
                first_points(question, count)
                if not sieves
                else _points_left(question, sieves[-1], count, number)
            )
        lives.append(_wave(question, kept, f"wave-{number}", number, design, crew, told))
        sieves.append(_sieve(question, lives, variance))
        left.append(_share_left(question, sieves[-1]))
    return Waves(luck, tuple(lives), tuple(sieves), tuple(left))


def _wave(
    question: Question,
    kept: WaveFolder,
    name: str,
    number: int,
    places: np.ndarray,
    crew: Crew,
    told: Told | None,
) -> Lives:
    seeds = question.seed + _APART * number + np.arange(len(places))
    lives = kept.begin(name, places, seeds)
    return live_all(lives, question.live, question.priors, kept, name, crew, told)


def shares(question: Question, count: int, part: int, more: int = 0) -> np.ndarray:
    """Return points of the unit cube, a row a point; another ``part`` of a seed is other points."""
    names = [*question.priors.keys, *(f"more-{number}" for number in range(more))]
    axes = {name: Span(0.0, 1.0) for name in names}
    # A Sobol sequence is balanced in powers of two only.
    power = 1 << (count - 1).bit_length()
    unit = Design("sobol", axes, power, seed=question.seed * 1000 + part).unit()[:count]
    # An end has no finite normal deviate.
    return np.clip(unit, 1e-9, 1.0 - 1e-9)


def first_points(question: Question, count: int) -> np.ndarray:
    """Return the points of the first wave: a sample of the prior."""
    return question.priors.places(shares(question, count, 1))


def _sieve(question: Question, lives: Sequence[Lives], luck: np.ndarray) -> Sieve:
    places = np.vstack([one.places for one in lives])
    values = np.vstack([one.values for one in lives])
    emulators = tuple(
        _learned(places, values[:, at], one.key) for at, one in enumerate(question.targets)
    )
    whole = Sieve(question.targets, emulators, luck)
    batch = question.priors.places(shares(question, _BATCH // 2, 2))
    table = whole.table(batch)
    reach = np.minimum(table.min(axis=0), whole.table(places).min(axis=0))
    aside = tuple(
        one.key for one, least in zip(question.targets, reach, strict=True) if least > CUTOFF
    )
    if len(aside) == len(question.targets):
        raise UnsettledError("no target can be reached by any parameter set")
    order = np.argsort((table <= CUTOFF).mean(axis=0), kind="stable")
    return Sieve(question.targets, emulators, luck, aside, tuple(order.tolist()))


def _learned(places: np.ndarray, values: np.ndarray, key: str) -> Emulator:
    try:
        return fit(places, values, [key])
    except ValueError as error:
        raise UnsettledError(str(error)) from None


def _batches(question: Question, part: int) -> Iterator[np.ndarray]:
    for number in range(_BATCHES):
        yield question.priors.places(shares(question, _BATCH, part + number))


def _points_left(question: Question, sieve: Sieve, count: int, number: int) -> np.ndarray:
    """Return points of the prior that are not ruled out; the least implausible where too few are."""
    found: list[np.ndarray] = []
    for batch in _batches(question, 100 * number):
        found.append(batch[sieve.left(batch)])
        if sum(map(len, found)) >= count:
            return np.vstack(found)[:count]
    few = np.vstack(found)
    batch = next(_batches(question, 100 * number))
    worst = sieve.table(batch)[:, sieve.counting].max(axis=1)
    order = np.argsort(np.where(worst <= CUTOFF, np.inf, worst), kind="stable")
    return np.vstack([few, batch[order[: count - len(few)]]])


def _share_left(question: Question, sieve: Sieve) -> float:
    batch = question.priors.places(shares(question, _BATCH, 3))
    return float(sieve.left(batch).mean())
