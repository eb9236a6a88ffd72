"""One programme lived once beside its twin, in a worker: participants and residents, year by year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ...experiments.indicators import indicator
from ...experiments.ledger import matched
from ...experiments.lived import Lived
from ...experiments.participants import Participants
from ...scenarios import Scenario
from .twins_kept import twin_of

#: A first answer looks this far, where a place is large.
FIRST_YEARS = 3
#: What is counted of participants, and of residents, beside their own twin.
OF_PARTICIPANTS = ("up_here", "up_away", "same", "down")
OF_RESIDENTS = ("up_part", "up_other", "same", "down_other", "down_part", "new")


@dataclass(frozen=True)
class ProgrammeLife:
    """What a programme does with one luck; arrays have a row a year, from the start on.

    Attributes
    ----------
    started, supported : numpy.ndarray
        Participants so far: who began, and who is supported now.
    counted, here : numpy.ndarray
        Who of them is alive and of an age that counts, and who of those lives here.
    change : numpy.ndarray
        Mean difference with the own twin of who is counted in both worlds, in rungs; NaN of nobody.
    participants : numpy.ndarray
        Columns `OF_PARTICIPANTS`: who stands higher than the own twin and lives here, or
        elsewhere; equally high; lower.
    people : numpy.ndarray
        Residents who are counted.
    gap : numpy.ndarray
        Mean of the residents minus that of the twin's.
    residents : numpy.ndarray
        Columns `OF_RESIDENTS`: who stands higher than the own twin and took part, or did not;
        equally high; lower, not and did take part; and who has no twin that is counted.
    """

    started: np.ndarray
    supported: np.ndarray
    counted: np.ndarray
    here: np.ndarray
    change: np.ndarray
    participants: np.ndarray
    people: np.ndarray
    gap: np.ndarray
    residents: np.ndarray

    @property
    def years(self) -> int:
        """How far it was lived."""
        return len(self.gap) - 1


def live_programme(
    scenario: Scenario, baseline: Scenario, ladder: str, seed: int, years: int, quick: bool = False
) -> Iterator[ProgrammeLife]:
    """Live a programme beside its twin and yield what comes of it; the last is the whole of it.

    With ``quick`` its first years come first: they are the same in the whole.
    """
    if quick and years > FIRST_YEARS:
        yield _measured(scenario, baseline, ladder, seed, FIRST_YEARS)
    yield _measured(scenario, baseline, ladder, seed, years)


def _measured(
    scenario: Scenario, baseline: Scenario, ladder: str, seed: int, years: int
) -> ProgrammeLife:
    a = Lived(scenario, seed, paths=False, years=years)
    b = twin_of(baseline, seed, years)
    took_part = Participants(a, b, years)
    rows = [_year(a, b, took_part, ladder, year) for year in range(years + 1)]
    return ProgrammeLife(*(np.array(column) for column in zip(*rows, strict=True)))


def _year(
    a: Lived, b: Lived, took_part: Participants, ladder: str, year: int
) -> tuple[int, int, int, int, float, list[int], int, float, list[int]]:
    one = indicator(ladder)
    now, twin = a.snapshot(one, year), b.snapshot(one, year)
    both = matched(now, twin)
    step = np.zeros(len(now.person))
    step[both.in_a] = now.score[both.in_a] - twin.score[both.in_b]
    has_twin = np.zeros(len(now.person), dtype=bool)
    has_twin[both.in_a] = True
    begun = took_part.first <= 12 * year
    own = np.isin(now.person, took_part.person[begun])
    up, down = has_twin & (step > 0), has_twin & (step < 0)
    here = now.here
    counted = own & has_twin
    people = [up & own & here, up & own & ~here, counted & ~up & ~down, down & own]
    residents = [
        up & own & here,
        up & ~own & here,
        has_twin & ~up & ~down & here,
        down & ~own & here,
        down & own & here,
        ~has_twin & here,
    ]
    return (
        int(begun.sum()),
        int((begun & (took_part.last >= 12 * year)).sum()),
        int(own.sum()),
        int((own & here).sum()),
        float(step[counted].mean()) if counted.any() else float("nan"),
        [int(one.sum()) for one in people],
        int(here.sum()),
        float(now.score[here].mean() - twin.score[twin.here].mean()),
        [int(one.sum()) for one in residents],
    )
