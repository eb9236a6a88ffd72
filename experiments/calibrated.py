"""A calibration from beginning to end: waves, parameter sets, and whether they deserve belief."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from .calibration import Question, Told, Waves, match, shares
from .crew import crew_of
from .ensemble import Ensemble
from .fitting import CalibrationError
from .posterior import Posterior, settle
from .soundness import (
    Conflict,
    Coverage,
    Foretold,
    Learned,
    Met,
    Together,
    conflicts,
    coverage,
    foretold,
    learned,
    met,
)
from .wave_files import WaveFolder, live_all

#: Luck of the lives that make a truth.
_TRUTH_SEEDS = 90_000_000
#: How often nothing at all was learned where something is told of.
CHANCE = 0.05
#: Between which points of the posterior a truth is sought.
_LEVEL = 0.9


@dataclass(frozen=True)
class Recovered:
    """One parameter that data were simulated with, and what was found of it.

    Attributes
    ----------
    key : str
        The parameter.
    truth : float
        What the data were simulated with.
    low, high : float
        5% and 95% points of the parameter sets that came out.
    """

    key: str
    truth: float
    low: float
    high: float

    @property
    def held(self) -> bool:
        """Whether the interval holds the truth."""
        return self.low <= self.truth <= self.high


@dataclass(frozen=True, eq=False)
class Calibrated:
    """What a calibration came to.

    Attributes
    ----------
    question : Question
        What was asked.
    waves : Waves
        The lives of history matching, and what was left after each wave.
    posterior : Posterior
        The parameter sets.
    learned : list of Learned
        Every parameter before and after, the most learned first.
    met : list of Met
        Every target before and after.
    conflicts : list of Conflict
        Targets that can be met each and not together.
    together : Together
        How many targets one set meets.
    coverage : list of Coverage
        How often intervals hold known truths.
    foretold : list of Foretold
        How well emulators foretold lives.
    truth : dict
        What the data were simulated with; empty where they are those of the claims.
    """

    question: Question
    waves: Waves
    posterior: Posterior
    learned: list[Learned]
    met: list[Met]
    conflicts: list[Conflict]
    together: Together
    coverage: list[Coverage]
    foretold: list[Foretold]
    truth: dict[str, float] = field(default_factory=dict)

    @property
    def told(self) -> list[Learned]:
        """Parameters of which something was learned beyond chance (5% for all of them together)."""
        return [one for one in self.learned if one.chance < CHANCE / len(self.learned)]

    @property
    def lives(self) -> int:
        """How many lives it took."""
        checked = len(self.posterior.lives) + self.posterior.refused
        return len(self.waves.luck) + sum(map(len, self.waves.lives)) + checked

    def recovered(self) -> list[Recovered]:
        """Return what was found of the parameters that data were simulated with."""
        priors, ends = self.question.priors, []
        for at, prior in enumerate(priors.each):
            found = np.quantile(self.posterior.places[:, at], [0.5 - _LEVEL / 2, 0.5 + _LEVEL / 2])
            ends.append(prior.at_place(found).tolist())
        return [
            Recovered(key, self.truth[key], low, high)
            for key, (low, high) in zip(priors.keys, ends, strict=True)
            if key in self.truth
        ]

    def ensemble(self, where: str = "ensemble") -> Ensemble:
        """Return the parameter sets as plausible worlds: ``w001`` and on."""
        priors = self.question.priors
        values = priors.values(self.posterior.places)
        digits = max(3, len(str(len(values))))
        worlds = {
            f"w{number:0{digits}}": priors.settings(row)
            for number, row in enumerate(values.tolist(), start=1)
        }
        return Ensemble(worlds, where)

    def about(self, command: str, **more: Any) -> dict[str, Any]:
        """Return what the parameter sets were made of, to be kept with them."""
        asked = self.question
        return {
            "command": command,
            "targets": [{"key": one.key, "accepted": [one.low, one.high]} for one in asked.targets],
            "priors": {
                one.key: {"low": one.low, "mid": one.mid, "high": one.high, "log": one.log}
                for one in asked.priors.each
            },
            "priors_key": asked.priors.content,
            "seed": asked.seed,
            "lives": self.lives,
            "ranges_widened": self.posterior.widened,
            "set_aside": list(self.waves.sieves[-1].aside),
            **({"truth": self.truth} if self.truth else {}),
            **more,
        }


def calibrate(
    question: Question,
    folder: str | Path,
    *,
    synthetic: bool = False,
    workers: int | None = None,
    executor: Executor | None = None,
    told: Told | None = None,
) -> Calibrated:
    """Calibrate, and hold what comes out against itself.

    Parameters
    ----------
    question
        What is asked.
    folder
        Where lives are kept; the same question goes on with what is there.
    synthetic
        Fit to data simulated with parameters that are known, drawn from the priors, instead of to
        the targets as they are.
    workers
        Processes; default as many as there are cores.
    executor
        Who lives, instead of processes of this machine.
    told
        Called with what is lived, how many are done, and of how many.

    Raises
    ------
    CalibrationError
        When the folder is of another question.
    UnsettledError
        When too few parameter sets are to be found.
    MissingExtra
        When scikit-learn is not installed.
    """
    folder, truth = Path(folder), {}
    with crew_of(executor, workers) as crew:
        if synthetic:
            question, truth = _simulated(question, folder, crew, told)
        waves = match(question, folder, crew, told)
        posterior = settle(question, waves, folder, crew, told)
    found, together = conflicts(question, waves, posterior)
    return Calibrated(
        question,
        waves,
        posterior,
        learned(question, posterior),
        met(question, waves, posterior),
        found,
        together,
        coverage(question, waves),
        foretold(waves),
        truth,
    )


def _simulated(
    question: Question, folder: Path, crew: Any, told: Told | None
) -> tuple[Question, dict[str, float]]:
    """Return the question about data simulated with parameters drawn from the priors, and those."""
    bounded = [one for one in question.targets if one.bounded]
    if not bounded:
        raise CalibrationError("no target has a range with two ends to move to simulated data")
    place = question.priors.places(shares(question, 1, 8))
    times = max(one.replicates for one in bounded)
    kept = WaveFolder(folder, question.priors, [one.key for one in bounded])
    seeds = question.seed + _TRUTH_SEEDS + np.arange(times)
    begun = kept.begin("truth", np.tile(place, (times, 1)), seeds)
    lives = live_all(begun, question.live, question.priors, kept, "truth", crew, told)
    means = np.nanmean(lives.values, axis=0)
    targets = tuple(one.moved_to(float(mean)) for one, mean in zip(bounded, means, strict=True))
    truth: Mapping[str, float] = question.priors.settings(question.priors.values(place)[0])
    return replace(question, targets=targets), dict(truth)
