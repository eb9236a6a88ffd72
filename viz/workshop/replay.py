"""A lived world as a film: compact arrays, a frame a quarter of a year, made in a worker.

A film holds no model, and seven bytes a person and frame: a page finds who lives where, and how
somebody fared, within milliseconds, and thirty sessions share one film.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ...experiments.runs import model_version
from ...model.state import DEAD, HERE
from .jobs import Piece
from .state import YEARS

if TYPE_CHECKING:
    import pandas as pd

    from ...model import Neighbourhood
    from ...model.buildings import Buildings
    from ...scenarios import Scenario

MONTHS_A_FRAME = 3
#: Steps between 0 and the highest value of a cell; what is above them is somebody who is not there.
STEPS = 200
VACANT, NOBODY = 255, 254
LADDERS = ("learning", "working", "housing", "leisure")
SHARES = ("agency", "burden", "trust")
_TOP_RUNG = 5
#: A first film is shown when this many frames are there, and again at each of these.
_SHOWN_AT = (0, 40)
#: In place of a dwelling.
ELSEWHERE, DEAD_BY_THEN, NOT_YET = -1, -2, -3

#: A tie between two persons, by row.
TIE = np.dtype([("a", np.int32), ("b", np.int32), ("kind", np.int8)])
TIE_KINDS = ("neighbour", "friend", "programme")


@dataclass(frozen=True, eq=False)
class Film:
    """A world that was lived, frame by frame.

    Attributes
    ----------
    place : str
        Name of the place.
    frames : int
        Number of frames so far; the first is the start.
    total : int
        Number of frames when it is complete.
    buildings : Buildings
        Where dwellings are.
    cells : dict of numpy.ndarray
        What a dwelling shows: shape ``(frames, dwellings)``, by colour (`state.COLOURS`).
    monthly : pandas.DataFrame
        The record of the neighbourhood.
    identity, birth, arrived, ended, origin : numpy.ndarray
        Of everybody ever present, by row.
    spans : pandas.DataFrame
        Times in a programme: person, programme, first and last month (-1: not over).
    adult, pension : int
        Ages from which somebody is an adult, and has a pension.
    dwelling : numpy.ndarray
        Where everybody lives, shape ``(frames, persons)``: `ELSEWHERE`, `DEAD_BY_THEN` or
        `NOT_YET` for who does not live here.
    rungs : numpy.ndarray
        Their four rungs in three bits each; see `rungs_of`.
    agency, burden, trust : numpy.ndarray
        In `STEPS`.
    """

    place: str
    frames: int
    total: int
    buildings: Buildings
    cells: dict[str, np.ndarray]
    monthly: pd.DataFrame
    identity: np.ndarray
    birth: np.ndarray
    arrived: np.ndarray
    ended: np.ndarray
    origin: np.ndarray
    spans: pd.DataFrame
    adult: int
    pension: int
    dwelling: np.ndarray
    rungs: np.ndarray
    agency: np.ndarray
    burden: np.ndarray
    trust: np.ndarray
    _ties: tuple[np.ndarray, ...] = field(repr=False)

    def ties(self, frame: int) -> np.ndarray:
        """Return the ties at the end of the year of a frame; dtype `TIE`."""
        year = min(frame * MONTHS_A_FRAME // 12, len(self._ties) - 1)
        return self._ties[year]

    def row_of(self, identity: int) -> int:
        """Return the row of a person, or -1."""
        found = np.flatnonzero(self.identity == identity)
        return int(found[0]) if len(found) else -1


def rungs_of(packed: np.ndarray) -> np.ndarray:
    """Return packed rungs as an array of shape ``(..., 4)``."""
    return (packed[..., None] >> np.array([0, 3, 6, 9], dtype=np.uint16)) & 7


def film_piece(scenario: Scenario, seed: int) -> Piece:
    """Return the piece of work that makes the film of a scenario."""
    return Piece(f"film {scenario.key()} {seed} {model_version()}", film, (scenario, seed))


def film(scenario: Scenario, seed: int) -> Iterator[Film]:
    """Live a scenario and yield its film, first versions first."""
    from ...model import Neighbourhood

    world = Neighbourhood(scenario, rng=seed)
    years = min(scenario.years, YEARS)
    total = 12 * years // MONTHS_A_FRAME + 1
    making = _Making(world, total)
    for frame in range(total):
        for _ in range(MONTHS_A_FRAME if frame else 0):
            world.step()
        making.add()
        if frame in _SHOWN_AT and frame < total - 1:
            yield making.film()
    yield making.film()


class _Making:
    """A film that is being made."""

    def __init__(self, world: Neighbourhood, total: int) -> None:
        self._world = world
        self._total = total
        self._people: dict[str, list[np.ndarray]] = {
            name: [] for name in ("dwelling", "rungs", *SHARES)
        }
        self._ties: list[np.ndarray] = []
        self._cells: dict[str, list[np.ndarray]] = {
            name: [] for name in ("mean", *LADDERS, *SHARES)
        }

    def add(self) -> None:
        """Write down the world as it is now."""
        world = self._world
        rows = world.people.rows[: world.people.count]
        homes = world.households.column("dwelling")[rows["household"]]
        gone = np.where(rows["status"] == DEAD, DEAD_BY_THEN, ELSEWHERE)
        small = np.int16 if world.dwellings.count < 2**15 else np.int32
        self._people["dwelling"].append(np.where(rows["status"] == HERE, homes, gone).astype(small))
        rung = np.clip(rows["rung"], 0, _TOP_RUNG).astype(np.uint16)
        bits = rung << np.array([0, 3, 6, 9], dtype=np.uint16)
        self._people["rungs"].append(bits.sum(axis=1, dtype=np.uint16))
        for name in SHARES:
            self._people[name].append(np.rint(rows[name] * STEPS).astype(np.uint8))
        if world.month % 12 == 0:
            self._ties.append(self._ties_now())
        self._add_cells(rows, homes)

    def _ties_now(self) -> np.ndarray:
        world = self._world
        edges = world.edges.rows[: world.edges.count]
        ties = np.zeros(len(edges), dtype=TIE)
        for name in ("a", "b", "kind"):
            ties[name] = edges[name]
        return ties

    def _add_cells(self, rows: np.ndarray, homes: np.ndarray) -> None:
        """Write down the mean of the adults in every dwelling, as the map of a report does."""
        world = self._world
        ages = world.setup.parameters.ages
        age = (world.month - rows["birth"]) // 12
        adult = (rows["status"] == HERE) & (age >= ages.adult)
        counts = np.repeat(adult[:, None], 4, axis=1)
        counts[:, 1] &= age < ages.pension
        vacant = world.dwellings.column("household") < 0
        number = np.maximum(counts.sum(axis=1), 1)
        mean = np.where(counts, rows["rung"], 0).sum(axis=1) / number / _TOP_RUNG
        self._cell("mean", mean, adult, homes, vacant)
        for k, name in enumerate(LADDERS):
            self._cell(name, rows["rung"][:, k] / _TOP_RUNG, counts[:, k], homes, vacant)
        for name in SHARES:
            self._cell(name, rows[name], adult, homes, vacant)

    def _cell(
        self,
        name: str,
        score: np.ndarray,
        counted: np.ndarray,
        homes: np.ndarray,
        vacant: np.ndarray,
    ) -> None:
        n = len(vacant)
        here = homes[counted]
        people = np.bincount(here, minlength=n)
        sums = np.bincount(here, weights=score[counted], minlength=n)
        cells = np.full(n, NOBODY, dtype=np.uint8)
        some = people > 0
        cells[some] = np.rint(STEPS * np.clip(sums[some] / people[some], 0, 1))
        cells[vacant] = VACANT
        self._cells[name].append(cells)

    def film(self) -> Film:
        """Return what there is so far."""
        world = self._world
        people = world.people.rows[: world.people.count]
        return Film(
            place=world.setup.place.name,
            frames=len(self._cells["mean"]),
            total=self._total,
            buildings=world.buildings,
            cells={name: _stacked(frames) for name, frames in self._cells.items()},
            monthly=world.chronicle.frame("neighbourhood"),
            identity=people["identity"].copy(),
            birth=people["birth"].copy(),
            arrived=people["arrived"].copy(),
            ended=people["ended"].copy(),
            origin=people["origin"].copy(),
            spans=_spans(world),
            adult=world.setup.parameters.ages.adult,
            pension=world.setup.parameters.ages.pension,
            dwelling=_by_person(self._people["dwelling"], NOT_YET),
            rungs=_by_person(self._people["rungs"], 0),
            agency=_by_person(self._people["agency"], 0),
            burden=_by_person(self._people["burden"], 0),
            trust=_by_person(self._people["trust"], 0),
            _ties=tuple(self._ties),
        )


def _stacked(frames: list[np.ndarray]) -> np.ndarray:
    """Stack frames of cells; a dwelling that was built later stood empty before."""
    return _by_person(frames, VACANT)


def _by_person(frames: list[np.ndarray], before: int) -> np.ndarray:
    """Stack frames that grow longer; nothing changes it afterwards, since sessions share it."""
    out = np.full((len(frames), len(frames[-1])), before, dtype=frames[-1].dtype)
    for at, row in enumerate(frames):
        out[at, : len(row)] = row
    out.flags.writeable = False
    return out


def _spans(world: Neighbourhood) -> Any:
    """Return the times in a programme: person, programme, first and last month."""
    import pandas as pd

    columns = ["person", "programme", "first", "last"]
    if not world.programmes:
        return pd.DataFrame({name: pd.Series(dtype="int64") for name in columns})
    found: Any = world.chronicle.frame("trajectory")
    found = found[found["started"].notna()]
    return pd.DataFrame(
        {
            "person": found["person"].to_numpy(),
            "programme": found["programme"].to_numpy(),
            "first": found["started"].to_numpy(dtype=np.int64, na_value=-1),
            "last": found["support_ended"].to_numpy(dtype=np.int64, na_value=-1),
        }
    )


def warm() -> None:
    """Load and compile what the first piece of work of a process would wait for."""
    from ...scenarios import load

    # With programmes: their rules are compiled too.
    for _ in film(load("staalmanpleinbuurt", policy="continuous", overrides={"years": 1}), 1):
        pass
