"""A fake way to live runs, for the tests of sensitivity and frontier: outcomes by formula."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from langeadem.experiments import runs
from langeadem.experiments.runs import Asked, Run
from langeadem.experiments.study_file import Written, written
from langeadem.scenarios.document import Document

Formula = Callable[[dict[str, Any], str, np.random.Generator], float]

#: Few people: only `load` and `Scenario` see them.
SMALL = {"figures.households": 100, "figures.residents": 220}


def a_study(design: str, samples: int, parameters: dict[str, Any], **more: Any) -> Written:
    """Return a study of the average place over two years."""
    stated = {
        "name": "fake",
        "scenario": "average",
        "policies": ["continuous", "carousel"],
        "years": 2,
        "replicates": 3,
        "outcomes": ["trust"],
        "set": SMALL,
        "vary": {"design": design, "samples": samples, "parameters": parameters},
        **more,
    }
    return written(Document("study", "", stated), "study", Path())


class Fake:
    """Lives runs by a formula of what varies, the policy and the luck; counts what it lives."""

    def __init__(self, formula: Formula) -> None:
        self.formula = formula
        self.lived: list[Run] = []
        self.stop_after = math.inf

    def __call__(self, batch: Sequence[Run], asked: Asked) -> list[dict[str, Any]]:
        """Return the rows of a batch; stop as by Ctrl-C after so many runs."""
        rows = []
        for run in batch:
            if len(self.lived) >= self.stop_after:
                raise KeyboardInterrupt
            self.lived.append(run)
            rows += self._rows(run, asked)
        return rows

    def _rows(self, run: Run, asked: Asked) -> list[dict[str, Any]]:
        base = {
            "key": run.key,
            "policy": run.policy,
            "world": run.world,
            "seed": run.seed,
            "origin": "",
            "message": "",
            "seconds": 0.001,
            **run.labels,
        }
        # Luck of its own at every point, beside the seed that all points share; the key would make
        # it another one with every version of the model.
        point = repr((run.policy, run.world, sorted(run.labels.items())))
        luck = np.random.default_rng([run.seed, zlib.crc32(point.encode())])
        try:
            value = self.formula(dict(run.labels), run.policy, luck)
        except RuntimeError as error:
            failed = {"year": -1, "status": "failed", "origin": "step", "message": str(error)}
            return [{**base, **failed, **dict.fromkeys(asked.outcomes, float("nan"))}]
        return [
            {**base, "year": year, "status": "done", **dict.fromkeys(asked.outcomes, value)}
            for year in asked.years
        ]


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Callable[[Formula], Fake]:
    """Return how to replace the living of runs by a formula; ask for one worker with it."""

    def install(formula: Formula) -> Fake:
        found = Fake(formula)
        monkeypatch.setattr(runs, "live", found)
        return found

    return install
