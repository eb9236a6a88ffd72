"""What each mechanism of continuity adds to the difference between calendars."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from .arms import MAIN, Arms
from .comparing import Comparing
from .comparison import Comparison
from .paired import Paired
from .store import Store

if TYPE_CHECKING:
    import pandas as pd

#: Mechanisms by which stopping and starting again does harm.
FOR_CONTINUITY = (
    "relation",
    "experience",
    "memory",
    "start_up",
    "insecurity",
    "turnover",
    "abandonment",
    "trust_gate",
)
#: Mechanisms that may speak against money that goes on.
AGAINST_CONTINUITY = (
    "dependency",
    "drift",
    "diminishing_returns",
    "critical_mass",
    "freed_hands",
    "freed_money",
)
MECHANISMS = (*FOR_CONTINUITY, *AGAINST_CONTINUITY)
#: Folder in that of a comparison, with a store for each mechanism that is off.
FOLDER = "without"

#: Runs done, runs failed and runs planned, of all mechanisms together.
Told = Callable[[int, int, int], None]


@dataclass(frozen=True, eq=False)
class Contributions:
    """A comparison, and the same with each mechanism of continuity off.

    Attributes
    ----------
    whole : Comparison
        With everything that was on.
    without : dict
        Comparison by mechanism that is off, over the longest horizon, on the same lucks.
    failed : int
        Runs without a mechanism that failed.
    """

    whole: Comparison
    without: Mapping[str, Comparison]
    failed: int = 0

    @property
    def horizon(self) -> int:
        """Years over which mechanisms are switched off."""
        return self.whole.horizons[-1]

    def of(self, mechanism: str, policy: str, outcome: str = MAIN) -> Paired:
        """Return what a mechanism adds to the difference of a policy with the reference.

        The difference with everything on beside that with this mechanism off, replicate by
        replicate; those that are not finished on both sides are left out. Contributions need not
        add up: mechanisms work on each other.

        Raises
        ------
        ValueError
            For a mechanism, policy or outcome that was not lived.
        """
        if mechanism not in self.without:
            allowed = ", ".join(self.without)
            raise ValueError(f"mechanism {mechanism!r} was not switched off; allowed: {allowed}")
        on = _differences(self.whole, policy, outcome, self.horizon)
        off = _differences(self.without[mechanism], policy, outcome, self.horizon)
        # Of a study that was stopped, or in which a run failed: only replicates that both have.
        shared = on.index.intersection(off.index)
        worlds = shared.get_level_values("world").to_numpy()
        return Paired.of(
            on.loc[shared].to_numpy(), off.loc[shared].to_numpy(), worlds, self.whole.level
        )

    def table(self) -> pd.DataFrame:
        """Return every contribution: a row a mechanism, policy and outcome.

        Columns are ``mechanism``, ``policy``, ``against`` (the reference), ``outcome``, ``horizon``,
        ``pairs``, ``difference`` (with everything on), ``without`` (with this mechanism off),
        ``contribution``, ``low`` and ``high``.
        """
        import pandas as pd

        from .leading import FIGURE

        rows = []
        for mechanism in self.without:
            for policy in self.whole.policies[1:]:
                for outcome in (MAIN, "rung_years.people", FIGURE):
                    found = self.of(mechanism, policy, outcome)
                    rows.append(
                        {
                            "mechanism": mechanism,
                            "policy": policy,
                            "against": self.whole.reference,
                            "outcome": outcome,
                            "horizon": self.horizon,
                            "pairs": found.pairs,
                            "difference": float(found.a.mean()) if found.pairs else np.nan,
                            "without": float(found.b.mean()) if found.pairs else np.nan,
                            "contribution": found.mean,
                            "low": found.low,
                            "high": found.high,
                        }
                    )
        return pd.DataFrame(rows)


def _differences(one: Comparison, policy: str, outcome: str, horizon: int) -> pd.Series:
    """Return a policy minus the reference, by world and luck."""
    import pandas as pd

    apart = one.values(outcome, policy, horizon) - one.values(outcome, one.reference, horizon)
    return pd.Series(apart, index=pd.MultiIndex.from_frame(one.units(horizon)))


def contributions(
    whole: Comparison,
    build: Callable[[str], Arms],
    *,
    seed: int = 1,
    replicates: int = 50,
    mechanisms: Sequence[str] | None = None,
    folder: str | os.PathLike[str] | None = None,
    command: str = "",
    executor: Executor | None = None,
    workers: int | None = None,
    retry_failed: bool = False,
    told: Told | None = None,
) -> Contributions:
    """Live a comparison again with each mechanism of continuity off, on the same lucks.

    Parameters
    ----------
    whole
        The comparison with everything on.
    build
        The arms with a mechanism off, over the longest horizon of ``whole``.
    seed, replicates
        As those of ``whole``.
    mechanisms
        Default those of `MECHANISMS` that are on in ``whole``.
    folder
        Where finished runs are kept, so that the same call goes on where it stopped; default none.
    told
        Called with runs done, failed and planned.

    Raises
    ------
    ScenarioError, ValueError
        For what cannot be compared, before anything is lived.
    StoreError
        When the folder holds something else.
    """
    names = tuple(mechanisms) if mechanisms is not None else mechanisms_on(whole.arms)
    comparing = {name: Comparing(build(name), seed, replicates) for name in names}
    planned = sum(one.total for one in comparing.values())
    without: dict[str, Comparison] = {}
    done_before: list[int] = []
    failed_before: list[int] = []
    with ExitStack() as open_:
        kept = Path(folder or open_.enter_context(TemporaryDirectory())) / FOLDER
        for name, one in comparing.items():

            def tell(done: int, failed: int, _: int, __: Any) -> None:
                if told is not None:
                    told(sum(done_before) + done, sum(failed_before) + failed, planned)

            with Store.open(kept / name, one.manifest(command)) as store:
                found = one.live(
                    store,
                    executor=executor,
                    workers=workers,
                    told=tell,
                    retry_failed=retry_failed,
                )
            without[name] = found
            done_before.append(one.total - found.failed)
            failed_before.append(found.failed)
    return Contributions(whole, without, sum(failed_before))


def mechanisms_on(arms: Arms) -> tuple[str, ...]:
    """Return the mechanisms of continuity that are on."""
    switches = arms.baseline.mechanisms
    return tuple(name for name in MECHANISMS if getattr(switches, name))
