"""Live a study into a store: the command ``langeadem sweep`` in Python."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .chunks import StoreError
from .store import MANIFEST, Status, Store
from .study import Study

if TYPE_CHECKING:
    import pandas as pd

    from .runner import Finished


@dataclass(frozen=True)
class Sweep:
    """A study that was lived, wholly or partly.

    Attributes
    ----------
    study : Study
        What was asked.
    store : Store
        What there is of it, open to read.
    finished : Finished
        How the living ended.
    """

    study: Study
    store: Store
    finished: Finished

    def frame(
        self, columns: Sequence[str] | None = None, where: Mapping[str, Any] | None = None
    ) -> pd.DataFrame:
        """Return the finished runs, a row a run and year; as `Store.frame`."""
        return self.store.frame(columns, where)

    def failed(self) -> pd.DataFrame:
        """Return the runs that failed, with origin and message; as `Store.failed`."""
        return self.store.failed()

    def status(self) -> Status:
        """Return how far it is."""
        return self.store.status(self.study.total)


def sweep(
    study: Study | str | Path | Mapping[str, Any],
    out: str | Path | None = None,
    *,
    replicates: int | None = None,
    executor: Executor | None = None,
    workers: int | None = None,
    retry_failed: bool = False,
    command: str = "",
    told: Callable[[int, int], None] | None = None,
    checked: Callable[[int], None] | None = None,
) -> Sweep:
    """Live all runs of a study that a folder does not hold yet, and keep them there.

    Every scenario is built and checked before the first run. Stopped at any moment, the same call
    goes on where it was.

    Parameters
    ----------
    study
        A study, its TOML file, the name of a shipped one, or its keys in a mapping.
    out
        Folder; default ``results/sweep-NAME``.
    replicates
        Number of lucks; default what the study states. A folder that has more keeps them.
    executor
        Who does the work, anything like `concurrent.futures.Executor`; default processes of this
        machine.
    workers
        How many processes; default as many as there are cores.
    retry_failed
        Whether runs that failed earlier are lived again.
    command
        What makes the folder again, for its record.
    told
        Called with the number of runs that are there, finished and failed.
    checked
        Called with the number of points that are built and checked.

    Returns
    -------
    Sweep
        What there is, also when runs failed: see `Sweep.failed`.

    Raises
    ------
    ScenarioError
        For a study that cannot be run; nothing has been lived then.
    StoreError
        For a folder that cannot be used.
    ValueError
        For replicates or workers less than one.
    """
    from .replicates import check_workers
    from .runner import run_all

    check_workers(workers)
    asked = as_study(study)
    if replicates is not None:
        asked = asked.with_replicates(replicates)
    folder = Path(out) if out is not None else default_folder(asked)
    asked = as_long_as_kept(asked, folder)
    asked.check(checked)
    with Store.open(folder, asked.manifest(command)) as store:
        finished = run_all(
            asked.runs(),
            asked.asked,
            store,
            total=asked.total,
            executor=executor,
            workers=workers,
            told=told,
            retry_failed=retry_failed,
        )
    return Sweep(asked, Store.read(folder), finished)


def as_study(study: Study | str | Path | Mapping[str, Any]) -> Study:
    """Return a study, whatever form it was given in."""
    if isinstance(study, Study):
        return study
    return Study.of(study) if isinstance(study, Mapping) else Study.read(study)


def default_folder(study: Study) -> Path:
    """Return where a study is kept that is given no folder."""
    return Path("results") / re.sub(r"[^\w.-]+", "-", f"sweep-{study.name}").strip(".")


def as_long_as_kept(study: Study, folder: Path) -> Study:
    """Return the study with the replicates that a folder was extended to, where it has more."""
    kept = _kept(folder)
    return study if kept is None else study.with_replicates(max(study.replicates, kept))


def extended(study: Study, folder: Path, more: int, command: str, told: bool = True) -> Study:
    """Return the study with so many replicates more than a folder has.

    An extension that was broken off is gone on with by the same command, and not made twice;
    ``told`` says whether the last command came to its end, and not only its runs.

    Raises
    ------
    ValueError
        For less than one replicate more.
    """
    if more < 1:
        raise ValueError(f"replicates {more!r}; allowed: 1 or more")
    kept = _kept(folder)
    if kept is None:
        return study.with_replicates(study.replicates + more)
    store = Store.read(folder)
    manifest = store.manifest
    last = manifest.resumed[-1]["command"] if manifest.resumed else manifest.command
    if last == command and (store.status(planned(store)).left or not told):
        return study.with_replicates(kept)
    return study.with_replicates(kept + more)


def planned(store: Store) -> int:
    """Return how many runs a store is of."""
    study = store.manifest.study
    return int(study.get("arms", 0)) * (len(store.manifest.seeds) // int(study.get("lucks", 1)))


def _kept(folder: Path) -> int | None:
    """Return how many replicates a folder is of; None where it is no store (yet)."""
    if not (folder / MANIFEST).is_file():
        return None
    try:
        return len(Store.read(folder).manifest.seeds)
    except StoreError:
        # What is wrong with it is told when it is opened to write.
        return None
