"""A run of a study: one arm with one luck in one plausible world, and how it is lived.

Runs that share a baseline and a luck are lived together, so that their twin is lived once. What
comes out of a run does not depend on what else is in its batch.
"""

from __future__ import annotations

import functools
import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ..agents.compiling import rules_fingerprint
from ..scenarios import Scenario, require_comparable
from .lived import Lived
from .measured import Measured
from .outcomes import OUTCOMES, Needs, need_twin, needs_of
from .twins import Twin

#: One line of a result: a run and a year, or a run that failed.
Row = dict[str, Any]
#: What varies in a study, by column.
Labels = Mapping[str, float | int | str | bool]

#: Columns of every row, before labels and outcomes.
KEYS = ("key", "policy", "world", "seed", "year", "status", "origin", "message", "seconds")
#: Where a run can fail, in order; ``aborted``: its process died.
ORIGINS = ("build", "step", "collect", "write", "aborted")
#: Files of this room from which numbers come.
_MEASURING = (
    "runs",
    "measured",
    "outcomes",
    "lived",
    "twins",
    "ledger",
    "indicators",
    "participants",
    "roof",
    "programme_summary",
)
#: Scenarios whose keys are kept.
_KEPT = 256


@functools.cache
def model_version() -> str:
    """Return the version of the package with a stamp of the code from which results come.

    Equal where a run gives the same numbers; the stamp changes with every change of that code.
    """
    root = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256(rules_fingerprint().encode())
    for name in _MEASURING:
        digest.update((root / "experiments" / f"{name}.py").read_bytes())
    for path in sorted((root / "scenarios").rglob("*.py")):
        digest.update(path.read_bytes())
    return f"{version('langeadem')}+{digest.hexdigest()[:12]}"


class _ScenarioKeys:
    """Content keys of scenarios, each worked out once: a study asks them for every luck."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Scenario, str]] = {}

    def of(self, scenario: Scenario) -> str:
        """Return the key of a scenario."""
        known = self._known.get(id(scenario))
        if known is not None and known[0] is scenario:
            return known[1]
        if len(self._known) >= _KEPT:
            self._known.clear()
        key = scenario.key()
        self._known[id(scenario)] = scenario, key
        return key


_KEYS = _ScenarioKeys()


class _LongestHorizon:
    """Scenarios without policy at the longest horizon that there is, each made once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Scenario, Scenario]] = {}

    def of(self, scenario: Scenario) -> Scenario:
        """Return the scenario with 100 years ahead of it."""
        known = self._known.get(id(scenario))
        if known is None or known[0] is not scenario:
            if len(self._known) >= _KEPT:
                self._known.clear()
            known = scenario, scenario.model_copy(update={"years": 100})
            self._known[id(scenario)] = known
        return known[1]


_LONGEST = _LongestHorizon()


@dataclass(frozen=True, eq=False)
class Run:
    """One arm that is lived once.

    Attributes
    ----------
    scenario : Scenario
        What is lived, with its policy.
    seed : int
        Its luck, 0 to 2**63 - 1: the replicate.
    baseline : Scenario or None
        Of the twin; None where no outcome needs one.
    world : str
        Name of the set of parameters; empty for that of the scenario itself.
    labels : mapping
        What varies in the study, by column.
    """

    scenario: Scenario
    seed: int
    baseline: Scenario | None = None
    world: str = ""
    labels: Labels = field(default_factory=dict)

    @property
    def policy(self) -> str:
        """Key of the policy."""
        return self.scenario.policy.key

    @property
    def twin(self) -> Scenario | None:
        """What the twin lives: the baseline; one without policy does not look at its horizon."""
        if self.baseline is None or not self.baseline.policy.is_null:
            return self.baseline
        return _LONGEST.of(self.baseline)

    @property
    def together(self) -> tuple[str, int]:
        """What runs have in common that are best lived in one batch: their twin and their luck."""
        return ("" if self.twin is None else _KEYS.of(self.twin)), self.seed

    @functools.cached_property
    def key(self) -> str:
        """Name of the run by its content: parameters, policy, world, luck and version, no position."""
        content = [
            _KEYS.of(self.scenario),
            self.policy,
            "" if self.baseline is None else _KEYS.of(self.baseline),
            self.world,
            self.seed,
            sorted(self.labels.items()),
            model_version(),
        ]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Asked:
    """What is kept of every run: outcomes by name, at the end of some years."""

    outcomes: tuple[str, ...]
    years: tuple[int, ...]

    def of(self, scenario: Scenario) -> tuple[int, ...]:
        """Return the years that are within the horizon of a scenario."""
        return tuple(year for year in self.years if year <= scenario.years)


def live(runs: Sequence[Run], asked: Asked) -> list[Row]:
    """Live some runs and return their rows, a row a run and year.

    A run that fails gives one row with ``status`` ``"failed"``, where it failed (``origin``), the
    ``message`` and year -1; the others go on.

    Raises
    ------
    ValueError
        For an unknown outcome, and for one that needs a twin where a run has no baseline.
    """
    needs = needs_of(asked.outcomes)
    if need_twin(asked.outcomes) and any(one.baseline is None for one in runs):
        raise ValueError("an outcome needs a twin; state a baseline")
    twins = _Twins(runs, asked)
    rows: list[Row] = []
    for one in runs:
        rows += _Living(one, asked, needs, twins).rows()
    return rows


class _Twins:
    """The twins of a batch, each lived once, as long as the longest of its runs looks."""

    def __init__(self, runs: Sequence[Run], asked: Asked) -> None:
        self._years: dict[tuple[str, int], int] = {}
        for one in runs:
            years = max(asked.of(one.scenario), default=one.scenario.years)
            self._years[one.together] = max(years, self._years.get(one.together, 0))
        self._lived: dict[tuple[str, int], Lived] = {}

    def of(self, run: Run) -> Lived:
        """Return the twin of a run."""
        at = run.together
        if at not in self._lived:
            assert run.twin is not None
            self._lived[at] = Lived(run.twin, run.seed, paths=False, years=self._years[at])
        return self._lived[at]


class _Living:
    """One run, on its way from a scenario to its rows."""

    def __init__(self, run: Run, asked: Asked, needs: Needs, twins: _Twins) -> None:
        self._run = run
        self._asked = asked
        self._needs = needs
        self._twins = twins
        self._origin = "build"

    def rows(self) -> list[Row]:
        """Return a row a year, or one that says what went wrong."""
        began = time.perf_counter()
        try:
            found = self._measure()
        except Exception as error:  # A run that fails is a row; the others go on.
            message = f"{type(error).__name__}: {error}"
            seconds = time.perf_counter() - began
            return [self._row(-1, seconds, status="failed", origin=self._origin, message=message)]
        seconds = time.perf_counter() - began
        return [self._row(year, seconds, **values) for year, values in found]

    def _measure(self) -> list[tuple[int, Row]]:
        scenario, baseline, seed = self._run.scenario, self._run.baseline, self._run.seed
        years = self._asked.of(scenario)
        last = max(years, default=scenario.years)
        if baseline is not None:
            require_comparable(scenario, baseline)
        self._origin = "step"
        pair, b = None, None
        if self._needs == "ledger":
            assert baseline is not None
            pair = Twin(scenario, baseline, seed, last)
            a, b = pair.a, pair.b
        else:
            a = Lived(scenario, seed, paths=False, years=last, persons=self._needs != "run")
            if self._needs == "twin":
                b = self._twins.of(self._run)
        measured = Measured(a, b, pair, last)
        self._origin = "collect"
        return [
            (year, {name: OUTCOMES[name].of(measured, year) for name in self._asked.outcomes})
            for year in years
        ]

    def _row(self, year: int, seconds: float, **values: Any) -> Row:
        run = self._run
        return {
            "key": run.key,
            "policy": run.policy,
            "world": run.world,
            "seed": run.seed,
            "year": year,
            "status": "done",
            "origin": "",
            "message": "",
            "seconds": seconds,
            **run.labels,
            **{name: float("nan") for name in self._asked.outcomes},
            **values,
        }
