"""Verdicts of an evaluator: textbook tests, the same against places without policy, and their errors.

A textbook test asks whether people who were asked differ by more than the luck of the draw. Real
neighbourhoods also drift: the labour market turns, residents age and move. So each verdict is also
held against the same figure of comparison neighbourhoods that lived without policy (a placebo or
randomisation test): whatever makes neighbourhoods differ is in that yardstick.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .monitor import Answers, divided, moments, paired, rounded

#: Verdicts, in the order in which they are shown.
VERDICTS = ("before_after", "difference_in_differences", "stayers_panel")

#: Differences below this are rounding of the machine.
_NOTHING = 1e-12

#: Two waves of one place, as they were answered.
Seen = tuple[Answers, Answers]


@dataclass(frozen=True, eq=False)
class Change:
    """Two figures of the same place, and how surely they differ; arrays with a row a survey.

    Attributes
    ----------
    before, after : numpy.ndarray
        Means, before rounding.
    variance, freedom : numpy.ndarray
        Of their difference: squared standard error, and degrees of freedom.
    answered : numpy.ndarray
        Answers behind the later figure.
    decimals : int or None
        In which each figure is published.
    """

    before: np.ndarray
    after: np.ndarray
    variance: np.ndarray
    freedom: np.ndarray
    answered: np.ndarray
    decimals: int | None

    @classmethod
    def stacked(cls, changes: Sequence[Change]) -> Change:
        """Return the changes of several places in one, shape ``(places, surveys)``."""
        columns = ("before", "after", "variance", "freedom", "answered")
        joined = [np.stack([getattr(one, name) for one in changes]) for name in columns]
        return cls(*joined, decimals=changes[0].decimals)

    def size(self, shift: float = 0.0) -> np.ndarray:
        """Return the change between the published figures, had the later one been shifted."""
        return rounded(self.after + shift, self.decimals) - rounded(self.before, self.decimals)


@dataclass(frozen=True, eq=False)
class Reference:
    """Mean change of comparison neighbourhoods.

    Attributes
    ----------
    size, variance : numpy.ndarray
        The mean, and its squared standard error.
    doubt : numpy.ndarray
        Sum of squared variances over their degrees of freedom, for Satterthwaite's formula.
    """

    size: np.ndarray
    variance: np.ndarray
    doubt: np.ndarray

    @classmethod
    def of(cls, changes: Sequence[Change]) -> Reference:
        """Return the mean of changes; of none, nothing without doubt."""
        if not changes:
            return cls(np.zeros(()), np.zeros(()), np.zeros(()))
        table = Change.stacked(changes)
        return cls.mean(table.size(), table.variance, table.freedom)

    @classmethod
    def mean(cls, size: np.ndarray, variance: np.ndarray, freedom: np.ndarray) -> Reference:
        """Return the mean over the first axis."""
        shares = variance / len(size) ** 2
        doubt = divided(shares**2, freedom)
        return cls(size.mean(axis=0), shares.sum(axis=0), doubt.sum(axis=0))


@dataclass(frozen=True, eq=False)
class Verdict:
    """What an evaluation concludes; arrays with one row a survey.

    Attributes
    ----------
    name : str
        One of `VERDICTS`.
    estimate, standard_error : numpy.ndarray
        In units of the indicator.
    p_value : numpy.ndarray
        Two-sided, by the textbook; NaN where there are too few answers for a test.
    answered : numpy.ndarray
        Answers behind the later figure.
    """

    name: str
    estimate: np.ndarray
    standard_error: np.ndarray
    p_value: np.ndarray
    answered: np.ndarray

    def called(self, level: float = 0.05) -> np.ndarray:
        """Return whether an effect is called."""
        return self.p_value < level


def before_after(place: Seen) -> Verdict:
    """Compare the place with itself.

    Welch's test between two samples; for people who are in both, the test for partially
    overlapping samples (Derrick, Toher and White 2017), which is Welch's without overlap and the
    paired t-test with nothing else. The variance is not lowered for a finite number of people: the
    question is whether circumstances changed, not whether these very people differ (Cochran,
    Sampling Techniques, 1977, on comparisons between domain means); else a register would call
    every change that it sees.
    """
    return judged("before_after", change_of(place), Reference.of(()))


def difference_in_differences(place: Seen, comparisons: Sequence[Seen]) -> Verdict:
    """Compare the change of the place with the mean change of comparison neighbourhoods.

    Raises
    ------
    ValueError
        Without comparison neighbourhoods.
    """
    if not comparisons:
        raise ValueError("a difference in differences needs at least one comparison neighbourhood")
    against = Reference.of([change_of(one) for one in comparisons])
    return judged("difference_in_differences", change_of(place), against)


def stayers_panel(place: Seen, comparisons: Sequence[Seen] = ()) -> Verdict:
    """Compare those who answered twice and still live here with the same of other neighbourhoods.

    A paired t-test without comparison neighbourhoods, and Welch's test between changes with them.
    Who moved, died or did not answer again is out of it. To be asked of a panel, or of a register.
    """
    against = Reference.of([change_of_stayers(one) for one in comparisons])
    return judged("stayers_panel", change_of_stayers(place), against)


def rank_test(
    value: np.ndarray, placebos: np.ndarray, level: float = 0.05
) -> tuple[np.ndarray, np.ndarray]:
    """Hold a figure against the same figure of places without policy: an exact placebo test.

    Extreme is who is far from the median of all, the place itself included, so that under an empty
    policy every place is as likely as any other to be the most extreme.

    Parameters
    ----------
    value : numpy.ndarray
        Shape ``(...)``.
    placebos : numpy.ndarray
        Shape ``(placebos, ...)``.
    level : float
        Accepted rate of false alarms.

    Returns
    -------
    p_value : numpy.ndarray
        (1 + placebos at least as extreme) / (1 + placebos), two-sided; NaN without a figure.
    chance : numpy.ndarray
        Chance that the effect is called when lots are drawn between equals and at the border, so
        that false alarms come at exactly the level, whatever the rounding and the number of
        placebos; 0 without a figure.

    Raises
    ------
    ValueError
        With too few placebos for the level, or a level that is none.
    """
    check_level(level, len(placebos))
    both = np.concatenate([np.asarray(value)[None], placebos])
    there = ~np.isnan(both)
    # Rounded, so that equals are equal; who has no figure is least extreme.
    far = np.where(there, np.round(np.abs(both - median(both)), 12), -1.0)
    more, equal = (far[1:] > far[0]).sum(axis=0), (far[1:] == far[0]).sum(axis=0)
    p_value = np.where(there[0], (1 + more + equal) / len(both), np.nan)
    chance = np.clip((len(both) * level - more) / (equal + 1), 0.0, 1.0)
    # A level of one over the number of places, times that number, need not be one in floats.
    return p_value, np.where(there[0], np.round(chance, 9), 0.0)


def median(values: np.ndarray) -> np.ndarray:
    """Return the median over the first axis of those that are numbers; NaN of none."""
    ordered = np.sort(values, axis=0)
    there = (~np.isnan(values)).sum(axis=0)[None]
    low = np.take_along_axis(ordered, np.maximum(there - 1, 0) // 2, axis=0)
    high = np.take_along_axis(ordered, np.minimum(there // 2, len(values) - 1), axis=0)
    return ((low + high) / 2)[0]


def check_level(level: float, placebos: int) -> None:
    """Refuse a level that is none, and one that no figure could reach against so few placebos."""
    if not 0 < level < 1:
        raise ValueError(f"level is {level!r}; allowed: a number between 0 and 1, as 0.05")
    needed = int(np.ceil(1 / level - 1e-9)) - 1
    if placebos < needed:
        raise ValueError(
            f"{placebos} placebos cannot give a false-alarm rate of {level:g}; "
            f"allowed: at least {needed} places without policy, or a higher level"
        )


def change_of(place: Seen) -> Change:
    """Return the change of a place between two waves, people who are in both counted as paired."""
    before, after = place
    alone, again = before.count, after.count
    variance, other = divided(before.variance, alone), divided(after.variance, again)
    welch = divided(
        (variance + other) ** 2,
        divided(variance**2, alone - 1) + divided(other**2, again - 1),
    )
    pairs, covariance = _overlap(before, after)
    joint = 2 * divided(pairs * covariance, alone * again)
    single = alone + again - 2 * pairs
    freedom = (pairs - 1) + divided(welch - pairs + 1, alone + again) * single
    return Change(
        before.mean,
        after.mean,
        np.maximum(variance + other - np.where(pairs > 1, joint, 0.0), 0.0),
        np.where(pairs > 1, freedom, welch),
        again,
        after.decimals,
    )


def _overlap(before: Answers, after: Answers) -> tuple[np.ndarray, np.ndarray]:
    """Return how many answered both waves, and how their answers vary together."""
    then, now = paired(before.wave, after.wave)
    both = before.answered[:, then] & after.answered[:, now]
    first, second = before.wave.score[then], after.wave.score[now]
    pairs, _, apart = moments(both, second - first)
    covariance = (moments(both, first)[2] + moments(both, second)[2] - apart) / 2
    return pairs, np.where(pairs > 1, covariance, 0.0)


def change_of_stayers(place: Seen) -> Change:
    """Return the change of those who answered both waves of a place."""
    before, after = place
    then, now = paired(before.wave, after.wave)
    both = before.answered[:, then] & after.answered[:, now]
    first, second = before.wave.score[then], after.wave.score[now]
    pairs, _, apart = moments(both, second - first)
    means = moments(both, first)[1], moments(both, second)[1]
    return Change(*means, divided(apart, pairs), pairs - 1.0, pairs, after.decimals)


def judged(name: str, own: Change, against: Reference) -> Verdict:
    """Return the verdict on a change against that of comparison neighbourhoods, by a t-test."""
    from scipy.special import stdtr

    estimate = own.size() - against.size
    variance = own.variance + against.variance
    doubt = divided(own.variance**2, own.freedom) + against.doubt
    error = np.sqrt(variance)
    p_value = 2 * stdtr(divided(variance**2, doubt), -np.abs(divided(estimate, error)))
    # Where nobody differs from anybody there is no doubt left, as in every textbook program.
    p_value = np.where(variance == 0, np.abs(estimate) < _NOTHING, p_value)
    return Verdict(name, estimate, error, p_value, own.answered)
