"""Whether a calibration deserves belief: known truths recovered, targets met, targets in conflict."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import kolmogorov, ndtri

from .calibration import CUTOFF, Question, Sieve, Waves, shares
from .emulator import FEWEST, fit
from .posterior import Posterior

#: Lives of the first wave that are taken as truths, at most, and parameter sets kept for each.
TRUTHS, KEPT = 60, 100
#: Draws that all truths share.
_BANK = 2**13


@dataclass(frozen=True)
class Learned:
    """One parameter before and after.

    Attributes
    ----------
    key : str
        The parameter.
    prior, posterior : tuple of float
        The 5%, 50% and 95% points, in its unit.
    narrower : float
        Share of the width between the 5% and 95% points of the prior that is gone, on the scale of
        the prior; about 0 where nothing was learned.
    chance : float
        How often as many draws from the prior lie as far from it (Kolmogorov-Smirnov).
    """

    key: str
    prior: tuple[float, float, float]
    posterior: tuple[float, float, float]
    narrower: float
    chance: float


@dataclass(frozen=True)
class Met:
    """One target before and after, each parameter set lived once.

    Attributes
    ----------
    key : str
        The target.
    low, high : float
        The accepted range.
    usual : float
        Mean of lives with the usual parameters.
    before, after : float
        Share of lives in the range, with sets of the prior and of the posterior.
    middle, least, most : float
        Median, 5% and 95% points of lives of the posterior.
    luck : float
        Standard deviation of lives of one parameter set.
    aside : bool
        Whether no parameter set reaches it.
    """

    key: str
    low: float
    high: float
    usual: float
    before: float
    after: float
    middle: float
    least: float
    most: float
    luck: float
    aside: bool


@dataclass(frozen=True)
class Conflict:
    """Targets that can be met each, and not together.

    Attributes
    ----------
    keys : tuple of str
        The targets.
    least : float
        How implausible the best compromise is, in standard deviations.
    """

    keys: tuple[str, ...]
    least: float


@dataclass(frozen=True)
class Together:
    """How many targets one parameter set can meet.

    Attributes
    ----------
    most, of : int
        Targets of which the expected value lies in the range, in the best set; and all of them.
    missed : tuple of str
        What that set misses.
    """

    most: int
    of: int
    missed: tuple[str, ...]


@dataclass(frozen=True)
class Coverage:
    """How often intervals hold a truth that is known.

    Attributes
    ----------
    truths : int
        Parameter sets that were taken as truths.
    level : float
        What the intervals promise.
    held : float
        Share of truths and parameters that they held.
    low, high : float
        95% interval of ``held``, from the spread between truths.
    by_key : dict
        The same by parameter.
    """

    truths: int
    level: float
    held: float
    low: float
    high: float
    by_key: dict[str, float]


@dataclass(frozen=True)
class Foretold:
    """How well an emulator foretold lives that it had not seen: those of the wave after it.

    Attributes
    ----------
    key : str
        The target.
    explained : float
        Share of the variance of those lives that was foretold; what is left is mostly luck.
    inside : float
        Share of them in the 95% interval that was foretold.
    """

    key: str
    explained: float
    inside: float


def learned(question: Question, posterior: Posterior) -> list[Learned]:
    """Return what was learned of every parameter, most first."""
    found = []
    points = (0.05, 0.5, 0.95)
    for at, prior in enumerate(question.priors.each):
        before = prior.place_of_share(points)
        after = np.quantile(posterior.places[:, at], points)
        narrower = 1.0 - float((after[2] - after[0]) / (before[2] - before[0]))
        told = [tuple(map(float, prior.at_place(one))) for one in (before, after)]
        chance = _chance(prior.share_of_place(posterior.places[:, at]))
        found.append(Learned(prior.key, *told, narrower, chance))  # type: ignore[arg-type]
    return sorted(found, key=lambda one: (one.chance, -one.narrower))


def _chance(shares_of_prior: np.ndarray) -> float:
    """Return how often draws of the prior lie as far from it as these, each given as its share."""
    count = len(shares_of_prior)
    ordered = np.sort(shares_of_prior)
    steps = np.arange(count + 1) / count
    gap = float(np.maximum(steps[1:] - ordered, ordered - steps[:-1]).max())
    # Stephens (1970): the limit distribution serves small numbers too with this correction.
    root = math.sqrt(count)
    return float(kolmogorov(gap * (root + 0.12 + 0.11 / root)))


def met(question: Question, waves: Waves, posterior: Posterior) -> list[Met]:
    """Return how well every target is met: the check of what the posterior predicts."""
    sieve, found = waves.sieves[-1], []
    for at, one in enumerate(question.targets):
        after = _told(posterior.lives.values[:, at])
        least, middle, most = (float(np.quantile(after, p)) for p in (0.05, 0.5, 0.95))
        found.append(
            Met(
                one.key,
                one.low,
                one.high,
                float(np.nanmean(waves.luck.values[:, at])),
                float(one.holds(_told(waves.lives[0].values[:, at])).mean()),
                float(one.holds(after).mean()),
                middle,
                least,
                most,
                math.sqrt(float(sieve.luck[at])),
                one.key in sieve.aside,
            )
        )
    return found


def _told(values: np.ndarray) -> np.ndarray:
    known = values[np.isfinite(values)]
    return known if len(known) else np.array([np.nan])


def conflicts(
    question: Question, waves: Waves, posterior: Posterior | None = None
) -> tuple[list[Conflict], Together]:
    """Return targets in conflict, and how many one parameter set meets at most.

    A pair is in conflict when each can be reached and the best compromise is still implausible
    for one of them. Tried are a sample of the prior, the points of all waves, and the posterior.
    """
    sieve = waves.sieves[-1]
    parts = [question.priors.places(shares(question, _BANK, 4)), waves.places]
    if posterior is not None:
        parts.append(posterior.places)
    places = np.vstack(parts)
    table = sieve.table(places)
    found = []
    within = sorted(sieve.counting)
    for number, a in enumerate(within):
        for b in within[number + 1 :]:
            least = float(np.maximum(table[:, a], table[:, b]).min())
            if least > CUTOFF:
                found.append(Conflict((sieve.targets[a].key, sieve.targets[b].key), least))
    if not found and within:
        least = float(table[:, within].max(axis=1).min())
        if least > CUTOFF:
            found.append(Conflict(tuple(sieve.targets[at].key for at in within), least))
    return sorted(found, key=lambda one: -one.least), _together(sieve, places)


def _together(sieve: Sieve, places: np.ndarray) -> Together:
    inside = np.column_stack(
        [
            target.holds(emulator.guess(places).mean)
            for target, emulator in zip(sieve.targets, sieve.emulators, strict=True)
        ]
    )
    best = int(inside.sum(axis=1).argmax())
    missed = tuple(
        one.key for one, holds in zip(sieve.targets, inside[best], strict=True) if not holds
    )
    return Together(int(inside[best].sum()), len(sieve.targets), missed)


def coverage(
    question: Question, waves: Waves, levels: Sequence[float] = (0.5, 0.9)
) -> list[Coverage]:
    """Return how often intervals hold the parameters that data were simulated with.

    Lives of the first wave are taken as truths in turn: what each came to, with an error of
    observation as wide as the range of the target, is fitted to with emulators that have not seen
    it, and intervals of the parameter sets that come out are held against those it was lived with
    (simulation-based calibration, Talts et al. 2018). Targets with one end have no middle to move,
    and are left out.
    """
    first = waves.lives[0]
    count = min(TRUTHS, len(first) - FEWEST - FEWEST // 2, len(first) // 3)
    if count < 1:
        return []
    seen = slice(0, len(first) - count)
    sieve = waves.sieves[0]
    bounded = [at for at in sieve.counting if sieve.targets[at].bounded]
    emulators = {at: fit(first.places[seen], first.values[seen, at]) for at in bounded}
    own = Sieve(
        sieve.targets,
        tuple(emulators.get(at, one) for at, one in enumerate(sieve.emulators)),
        sieve.luck,
        sieve.aside,
        sieve.order,
    )
    distances, bank = _of_truths(question, own, bounded, first.values[len(first) - count :])
    truths = first.places[len(first) - count :]
    return [_covered(question, distances, bank, truths, level) for level in levels]


def _of_truths(
    question: Question, sieve: Sieve, bounded: Sequence[int], lived: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return how far a bank of draws is from each truth, and where the draws are."""
    axes, targets = len(question.priors.each), len(sieve.targets)
    unit = shares(question, _BANK, 5, targets)
    bank, normal = question.priors.places(unit[:, :axes]), ndtri(unit[:, axes:])
    errors = 2.0 * shares(question, len(lived), 6, targets)[:, axes:] - 1.0
    distances = np.zeros((len(lived), len(bank)))
    for at in bounded:
        target, emulator = sieve.targets[at], sieve.emulators[at]
        guess = emulator.guess(bank)
        # A truth is one life: its luck is that of single lives.
        noise = max(emulator.noise, float(sieve.luck[at]))
        drawn = guess.mean + normal[:, at] * np.sqrt(guess.variance + noise)
        half = (target.high - target.low) / 2.0
        observed = lived[:, at] + errors[:, at] * half
        own = np.abs(drawn[None, :] - observed[:, None]) / half
        # What a truth cannot tell tells nothing of it.
        distances = np.maximum(distances, np.nan_to_num(own, nan=0.0))
    return distances, bank


def _covered(
    question: Question, distances: np.ndarray, bank: np.ndarray, truths: np.ndarray, level: float
) -> Coverage:
    held = np.empty(truths.shape, dtype=bool)
    for number, truth in enumerate(truths):
        far = distances[number]
        near = far <= max(1.0, float(np.partition(far, KEPT - 1)[KEPT - 1]))
        ends = np.quantile(bank[near], [(1 - level) / 2, (1 + level) / 2], axis=0)
        held[number] = (truth >= ends[0]) & (truth <= ends[1])
    by_truth = held.mean(axis=1)
    mean = float(by_truth.mean())
    half = 1.96 * float(by_truth.std(ddof=1)) / math.sqrt(len(truths)) if len(truths) > 1 else 1.0
    by_key = dict(zip(question.priors.keys, held.mean(axis=0).tolist(), strict=True))
    return Coverage(len(truths), level, mean, max(0.0, mean - half), min(1.0, mean + half), by_key)


def foretold(waves: Waves) -> list[Foretold]:
    """Return how well the emulators of each wave foretold the next, all waves together."""
    found = []
    for at, target in enumerate(waves.sieves[0].targets):
        errors, scales, values = [], [], []
        for sieve, lives in zip(waves.sieves, waves.lives[1:], strict=False):
            told = np.isfinite(lives.values[:, at])
            guess = sieve.emulators[at].guess(lives.places[told])
            own = lives.values[told, at]
            errors.append(own - guess.mean)
            noise = max(sieve.emulators[at].noise, float(sieve.luck[at]))
            scales.append(np.sqrt(guess.variance + noise))
            values.append(own)
        error, scale = np.concatenate(errors), np.concatenate(scales)
        total = float(np.concatenate(values).var())
        explained = 1.0 - float((error**2).mean()) / total if total else 0.0
        inside = float((np.abs(error) <= 1.96 * scale).mean())
        found.append(Foretold(target.key, explained, inside))
    return found
