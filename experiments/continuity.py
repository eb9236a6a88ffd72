"""A study of continuity: the same comparison of calendars in several places, in plausible worlds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .arms import arms_of
from .comparing import Comparing
from .comparison import Comparison
from .ensemble import Ensemble
from .opening import check_same
from .shipped_study import ContinuityFile
from .store import Status, Store

#: What people gained wherever they live now, and what the figure of the neighbourhood shows of it.
PEOPLE, FIGURE = "rung_years.people", "gap.mean_rung"
OUTCOMES = (PEOPLE, FIGURE)

#: Place, runs done, runs failed, runs planned of that place.
Told = Callable[[str, int, int, int], None]


@dataclass(frozen=True, eq=False)
class Asked:
    """What is asked, built and checked before anything is lived.

    Attributes
    ----------
    name : str
        Of the study.
    file : ContinuityFile
        What it states.
    ensemble : Ensemble or None
        The plausible worlds.
    comparing : dict
        The comparison of each place, on its way.
    """

    name: str
    file: ContinuityFile
    ensemble: Ensemble | None
    comparing: Mapping[str, Comparing]

    @property
    def runs(self) -> int:
        """Return how many runs there will be."""
        return sum(one.total for one in self.comparing.values())


@dataclass(frozen=True, eq=False)
class Continuity:
    """The comparisons of a study, by place.

    Attributes
    ----------
    asked : Asked
        What was asked.
    places : dict
        Comparison by key of the place.
    waiting : tuple of str
        Places of which no horizon is finished yet.
    """

    asked: Asked
    places: Mapping[str, Comparison]
    waiting: tuple[str, ...] = ()

    @property
    def favourite(self) -> str:
        """The calendar of which is told where it wins and where not."""
        return self.asked.file.favourite

    @property
    def horizon(self) -> int:
        """The longest horizon of which every place has a finished replicate."""
        return self.finished[-1]

    @cached_property
    def finished(self) -> list[int]:
        """The horizons of which every place has a finished replicate."""
        each = [set(one.finished) for one in self.places.values()]
        return sorted(set.intersection(*each)) if each else []

    @property
    def failed(self) -> int:
        """Runs that failed."""
        return sum(one.failed for one in self.places.values())


def asked_of(
    name: str,
    file: ContinuityFile,
    ensemble: Ensemble | None = None,
    overrides: Mapping[str, object] | None = None,
) -> Asked:
    """Return a study with every scenario of it built and checked.

    Raises
    ------
    ScenarioError, ValueError
        For anything unknown or out of range.
    """
    comparing = {}
    for place in file.places:
        arms = arms_of(
            place,
            file.policies,
            horizons=tuple(file.horizons),
            ensemble=ensemble,
            overrides=dict(overrides or {}),
        )
        comparing[place] = Comparing(arms, file.seed, file.replicates)
    return Asked(name, file, ensemble, comparing)


def live(
    asked: Asked,
    folder: Path,
    *,
    command: str = "",
    executor: Executor | None = None,
    workers: int | None = None,
    told: Told | None = None,
) -> Continuity:
    """Live what the stores under a folder do not have yet, a folder a place.

    All places are lived with the first luck before any is with the second: a study that is stopped
    says something of each.

    Raises
    ------
    KeyboardInterrupt
        On Ctrl-C, when what is done has been written; `look` then says what there is.
    StoreError
        When a folder holds something else.
    """
    places = {}
    with ExitStack() as open_:
        # All are opened before the first run: a folder that is refused stops nothing halfway.
        stores = {
            place: open_.enter_context(Store.open(folder / place, one.manifest(command)))
            for place, one in asked.comparing.items()
        }
        for lucks in range(1, asked.file.replicates + 1):
            for place, one in asked.comparing.items():

                def tell(done: int, failed: int, total: int, _: object, at: str = place) -> None:
                    if told is not None:
                        told(at, done, failed, total)

                places[place] = one.live(
                    stores[place], executor=executor, workers=workers, told=tell, lucks=lucks
                )
    return Continuity(asked, places)


def look(asked: Asked, folder: Path) -> Continuity:
    """Return what finished runs under a folder say; somebody may be living more of them meanwhile.

    Places of which no horizon is finished yet wait.

    Raises
    ------
    StoreError
        Where a place has not begun, or its folder is of something else.
    """
    places = {}
    for place, one in asked.comparing.items():
        with Store.read(folder / place) as store:
            check_same(folder / place, store.manifest, one.manifest())
            places[place] = one.look(store)
    begun = {place: found for place, found in places.items() if found.finished}
    return Continuity(asked, begun, tuple(place for place in places if place not in begun))


def far(asked: Asked, folder: Path) -> dict[str, Status]:
    """Return how many runs of each place are planned, done and failed; raises as `look`."""
    found = {}
    for place, one in asked.comparing.items():
        with Store.read(folder / place) as store:
            check_same(folder / place, store.manifest, one.manifest())
            found[place] = store.status(one.total)
    return found
