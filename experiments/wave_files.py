"""The lives of a calibration, kept in a folder: a Parquet file a wave, written while it is lived."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .crew import Crew
from .fitting import CalibrationError, Live, UnsettledError
from .priors import Priors

#: Seconds after which what has been lived is written.
EVERY = 5.0
_LIVED, _SEED, _TARGET = "lived", "seed", "target: "


@dataclass(frozen=True, eq=False)
class Lives:
    """Points that are lived once each, in order.

    Attributes
    ----------
    places : numpy.ndarray
        Where each is between the ends of the priors, a row a point.
    seeds : numpy.ndarray
        Luck of each.
    values : numpy.ndarray
        What it came to, a column a target; NaN where it cannot be told, or not yet.
    lived : numpy.ndarray
        Whether it has been lived.
    """

    places: np.ndarray
    seeds: np.ndarray
    values: np.ndarray
    lived: np.ndarray

    def __len__(self) -> int:
        """Return the number of points."""
        return len(self.places)


class WaveFolder:
    """Where waves are kept.

    Parameters
    ----------
    path
        The folder; it is made when something is written.
    priors, targets
        What the columns are.
    """

    def __init__(self, path: Path, priors: Priors, targets: Sequence[str]) -> None:
        self.path = path
        self.priors = priors
        self.targets = tuple(targets)

    def design(self, name: str) -> np.ndarray | None:
        """Return the points of a wave that was begun; None when it was not."""
        found = self._read(name)
        return None if found is None else found.places

    def begin(self, name: str, places: np.ndarray, seeds: np.ndarray) -> Lives:
        """Return a wave as far as it was lived; it is written when it is new.

        Raises
        ------
        CalibrationError
            When the file is of other points, or cannot be read.
        """
        found = self._read(name)
        if found is None:
            values = np.full((len(places), len(self.targets)), np.nan)
            found = Lives(places, seeds, values, np.zeros(len(places), dtype=bool))
            self.write(name, found)
        same = found.places.shape == places.shape and np.array_equal(found.seeds, seeds)
        if not same or not np.allclose(found.places, places, rtol=0, atol=1e-9):
            raise CalibrationError(f"{self._file(name)} is of another calibration")
        return found

    def write(self, name: str, lives: Lives) -> None:
        """Write a wave, whole or not at all."""
        import pandas as pd

        columns: dict[str, Any] = {_SEED: lives.seeds, _LIVED: lives.lived}
        for at, key in enumerate(self.priors.keys):
            columns[key] = lives.places[:, at]
        for at, key in enumerate(self.targets):
            columns[_TARGET + key] = lives.values[:, at]
        self.path.mkdir(parents=True, exist_ok=True)
        part = self._file(name).with_suffix(".part")
        pd.DataFrame(columns).to_parquet(part, index=False)
        part.replace(self._file(name))

    def _file(self, name: str) -> Path:
        return self.path / f"{name}.parquet"

    def _read(self, name: str) -> Lives | None:
        import pandas as pd

        path = self._file(name)
        if not path.is_file():
            return None
        try:
            frame = pd.read_parquet(path)
            return Lives(
                frame[list(self.priors.keys)].to_numpy(dtype=np.float64),
                frame[_SEED].to_numpy(dtype=np.int64),
                frame[[_TARGET + key for key in self.targets]].to_numpy(dtype=np.float64),
                frame[_LIVED].to_numpy(dtype=bool),
            )
        except (OSError, ValueError, KeyError) as error:
            raise CalibrationError(f"{path} cannot be read ({error})") from None


def live_all(
    lives: Lives,
    live: Live,
    priors: Priors,
    kept: WaveFolder,
    name: str,
    crew: Crew,
    told: Callable[[str, int, int], None] | None = None,
) -> Lives:
    """Live the points of a wave that were not lived yet, and keep them; also when stopped.

    Raises
    ------
    UnsettledError
        When a life fails; what was lived before it is kept.
    """
    values, lived = lives.values.copy(), lives.lived.copy()
    grown = Lives(lives.places, lives.seeds, values, lived)
    settings = priors.values(lives.places)
    waiting = iter(np.flatnonzero(~lived).tolist())
    pending: dict[Future[Any], int] = {}
    since = time.monotonic()
    if told is not None:
        told(name, int(lived.sum()), len(lives))
    try:
        while True:
            while len(pending) < crew.ahead and (at := next(waiting, None)) is not None:
                asked = priors.settings(settings[at].tolist())
                pending[crew.executor.submit(live, asked, int(lives.seeds[at]))] = at
            if not pending:
                break
            for done in wait(pending, return_when=FIRST_COMPLETED).done:
                at = pending.pop(done)
                values[at] = _told_of(done, kept.targets, name, at)
                lived[at] = True
            if told is not None:
                told(name, int(lived.sum()), len(lives))
            if time.monotonic() - since > EVERY:
                kept.write(name, grown)
                since = time.monotonic()
    finally:
        if not np.array_equal(lived, lives.lived):
            kept.write(name, grown)
    return grown


def _told_of(done: Future[Any], targets: Sequence[str], name: str, at: int) -> list[float]:
    try:
        found = done.result()
        return [float(found[key]) for key in targets]
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        raise UnsettledError(f"life {at + 1} of {name} failed ({reason})") from error
