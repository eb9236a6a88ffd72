"""The course of each calendar: money, service and effect through the years, in a few replicates."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..scenarios import Scenario
from .arms import Arms, Cell
from .lived import Lived
from .measured import Measured
from .outcomes import OUTCOMES
from .replicates import replicate
from .runs import model_version

if TYPE_CHECKING:
    import pandas as pd

#: Replicates whose course is followed: enough for a band, few enough to wait for.
FOLLOWED = 6
#: What is followed at the end of each year.
YEARLY = ("rung_years.participants", "rung_years.people", "rung_years.neighbourhood")
TRUST = "trust_participants"
#: What is followed every month, a number a programme.
MONTHLY = ("working", "key_workers", "supported_months")
#: File in which courses are kept beside the store.
FILE = "courses.parquet"


@dataclass(frozen=True)
class Course:
    """The course of one policy over the longest horizon.

    Attributes
    ----------
    policies : tuple of str
        Keys of the policies whose course this is: more than one where they are the same.
    programmes : dict
        Key -> name of each programme.
    grants_eur : numpy.ndarray
        What the calendars pay, shape ``(programmes, months)``; the same in every replicate.
    working : numpy.ndarray
        Share of replicates in which a programme works in a month, same shape.
    monthly : dict
        ``key_workers`` and ``supported_months`` (participants with support in a month), all
        programmes together, shape ``(replicates, months)``.
    yearly : dict
        Outcomes of `YEARLY` and `TRUST`, shape ``(replicates, years)``; NaN where there is none.
    """

    policies: tuple[str, ...]
    programmes: dict[str, str]
    grants_eur: np.ndarray
    working: np.ndarray
    monthly: dict[str, np.ndarray]
    yearly: dict[str, np.ndarray]

    @property
    def starting(self) -> np.ndarray:
        """Months with money in which a programme does not work yet, in most replicates."""
        return (self.grants_eur > 0) & (self.working < 0.5)


def courses(
    arms: Arms,
    seeds: Sequence[int],
    *,
    workers: int | None = None,
    folder: Path | None = None,
    told: Callable[[int], None] | None = None,
) -> list[Course]:
    """Follow every policy with money over the longest horizon, in the first plausible world.

    Policies that are month for month the same are followed once.

    Parameters
    ----------
    arms
        What is compared.
    seeds
        Replicates that are followed.
    workers
        Processes; default as many as there are cores.
    folder
        Where courses are kept and, when they are of the same runs, found again; default nowhere.
    told
        Called with the number of replicates that are done.
    """
    frame = _kept(arms, seeds, folder)
    if frame is None:
        import pandas as pd

        parts = []
        task = partial(_follow, _lived(arms), arms.baseline)
        for done, found in enumerate(replicate(task, seeds, workers), start=1):
            parts.append(found)
            if told is not None:
                told(done)
        frame = pd.concat(parts, ignore_index=True)
        if folder is not None:
            _keep(frame, _key(arms, seeds), folder / FILE)
    return [_course(arms, policy, frame) for policy in _lived(arms)]


def _lived(arms: Arms) -> dict[str, Scenario]:
    """Return the scenarios that are followed, by the first policy that has each."""
    found: dict[str, Scenario] = {}
    for policy in arms.policies:
        scenario = arms.scenario(policy)
        if scenario.policy.programmes and _first_like(arms, policy) == policy:
            found[policy] = scenario
    return found


def _first_like(arms: Arms, policy: str) -> str:
    world, last = arms.worlds[0], arms.horizons[-1]
    own = arms.sources[Cell(world, policy, last)]
    return next(one for one in arms.policies if arms.sources[Cell(world, one, last)] == own)


def _follow(scenarios: dict[str, Scenario], baseline: Scenario, seed: int) -> pd.DataFrame:
    """Live all policies with one luck; return a row a policy, programme, month and measure."""
    import pandas as pd

    twin = Lived(baseline, seed, paths=False)
    parts = []
    for policy, scenario in scenarios.items():
        world = Lived(scenario, seed, paths=False)
        months = world.chronicle.frame("programme").filter(["programme", "month", *MONTHLY])
        parts.append(
            months.melt(["programme", "month"], var_name="measure").assign(policy=policy, seed=seed)
        )
        measured = Measured(world, twin, None, scenario.years)
        rows = [
            ("", 12 * year, name, OUTCOMES[name].of(measured, year))
            for name in (*YEARLY, TRUST)
            for year in range(1, scenario.years + 1)
        ]
        yearly = pd.DataFrame(rows, columns=["programme", "month", "measure", "value"])
        parts.append(yearly.assign(policy=policy, seed=seed))
    return pd.concat(parts, ignore_index=True)


def _course(arms: Arms, policy: str, frame: pd.DataFrame) -> Course:
    scenario = arms.scenario(policy)
    own = frame.loc[frame["policy"] == policy]
    programmes = scenario.policy.programmes
    grants = list(scenario.grants_cents().values())
    working = own.loc[own["measure"] == "working"]
    share = working.groupby(["programme", "month"])["value"].mean().unstack("month")
    together = own.loc[own["programme"] != ""].groupby(["measure", "seed", "month"])["value"].sum()
    return Course(
        policies=tuple(one for one in arms.policies if _first_like(arms, one) == policy),
        programmes={key: one.programme.name for key, one in programmes.items()},
        grants_eur=np.array(grants) / 100,
        working=share.reindex(list(programmes)).to_numpy(),
        monthly={name: together[name].unstack("month").to_numpy() for name in MONTHLY[1:]},
        yearly={
            name: own.loc[own["measure"] == name]
            .pivot_table(index="seed", columns="month", values="value", dropna=False)
            .to_numpy()
            for name in (*YEARLY, TRUST)
        },
    )


# -- keeping ----------------------------------------------------------------------------------


def _key(arms: Arms, seeds: Sequence[int]) -> str:
    content: list[Any] = [model_version(), arms.baseline.key(), list(seeds)]
    content += [[policy, scenario.key()] for policy, scenario in _lived(arms).items()]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]


def _kept(arms: Arms, seeds: Sequence[int], folder: Path | None) -> pd.DataFrame | None:
    """Return the courses that were kept, when they are of these runs."""
    import pandas as pd

    if folder is None or not (folder / FILE).exists():
        return None
    try:
        frame = pd.read_parquet(folder / FILE)
    except (OSError, ValueError):
        # Half a file, or another one: it is made again.
        return None
    key = _key(arms, seeds)
    if frame.empty or "key" not in frame.columns or set(frame["key"]) != {key}:
        return None
    return frame.drop(columns="key")


def _keep(frame: pd.DataFrame, key: str, path: Path) -> None:
    unfinished = path.with_name(f".{path.name}.part")
    try:
        frame.assign(key=key).to_parquet(unfinished, index=False)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
