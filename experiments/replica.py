"""What is kept of one pair of worlds: small enough to be sent from one process to another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..model.buildings import Buildings
from ..scenarios import Scenario
from .lives import Life
from .matching import GroupVerdict
from .monitor import Monitor, Wave


@dataclass(frozen=True)
class Question:
    """What is asked of every pair of worlds.

    Attributes
    ----------
    policy, baseline : Scenario
        The two arms.
    indicator : str
        One of `INDICATORS`.
    year : int
        At the end of which the evaluation looks; the years before it are lived.
    before : int
        Year of its first look.
    monitor : Monitor
        How it looks.
    evaluations : int
        How often each replicate is evaluated.
    """

    policy: Scenario
    baseline: Scenario
    indicator: str
    year: int
    before: int
    monitor: Monitor
    evaluations: int


@dataclass(frozen=True)
class Outcome:
    """A group of people: how many, how many of them took part, and the mean effect on them."""

    unit: int
    people: int
    participants: int
    effect: float

    @property
    def reach(self) -> float:
        """Share that took part; NaN of nobody."""
        return self.participants / self.people if self.people else float("nan")


@dataclass(frozen=True)
class Fate:
    """What became of those who took part, in the world with the policy.

    Attributes
    ----------
    started, supported, alive, here : int
        Who began by now, who of them is still supported, who is alive, and who lives here.
    compared : int
        Who is alive and counted for the indicator in both worlds.
    gained, kept : float
        Mean difference of those with the own twin: in the last month with support, and now; NaN
        of nobody.
    """

    started: int
    supported: int
    alive: int
    here: int
    compared: int
    gained: float
    kept: float


@dataclass(frozen=True)
class Portrait:
    """One pair of worlds in pictures: maps by stairwell and ten lives beside the mean.

    Attributes
    ----------
    buildings : Buildings
        Where dwellings are.
    before, after, twin : numpy.ndarray
        Mean by stairwell at the first look, at the last, and then in the twin; NaN where nobody is.
    began : numpy.ndarray
        Participants by the stairwell in which they began.
    mean, twin_mean : numpy.ndarray
        Mean rung of the neighbourhood on the ladder of the lives, by year.
    lives : list of Life
        Chosen by rule.
    """

    buildings: Buildings
    before: np.ndarray
    after: np.ndarray
    twin: np.ndarray
    began: np.ndarray
    mean: np.ndarray
    twin_mean: np.ndarray
    lives: list[Life]


@dataclass(frozen=True)
class Replica:
    """One pair of worlds, measured.

    Attributes
    ----------
    seed : int
        Their luck.
    fate : Fate
        Of participants.
    ledger : dict of str to dict
        Of every indicator at the neighbourhood: term -> value, and ``"gap"``.
    unit_ledger : dict of str to dict
        Of the indicator asked, in the stairwell, complex and street with most participants.
    groups : dict of str to Outcome
        By step of the staircase.
    verdicts : dict of str to pair of GroupVerdict
        On participants and their households: with the policy, and in the twin.
    waves : dict of str to pair of pairs of Wave
        By scale: (before, after) with the policy, and in the twin.
    portrait : Portrait or None
        Where it was asked for.
    """

    seed: int
    fate: Fate
    ledger: dict[str, dict[str, float]]
    unit_ledger: dict[str, dict[str, float]]
    groups: dict[str, Outcome]
    verdicts: dict[str, tuple[GroupVerdict, GroupVerdict]]
    waves: dict[str, tuple[tuple[Wave, Wave], tuple[Wave, Wave]]]
    portrait: Portrait | None
