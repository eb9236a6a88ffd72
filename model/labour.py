"""Phase "calendar": the labour-market cycle and the places that are free this month."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .luck import Luck
from .positions import (
    COURSE,
    LEISURE_PLACE,
    N_CONTESTS,
    SUBSIDISED_JOB,
    UNPAID_PLACE,
    VACANCY,
    WORK_EXPERIENCE,
)
from .tally import TALLY_COLUMN

#: Columns of the tally in which places that are taken stand.
_TAKEN = {
    UNPAID_PLACE: TALLY_COLUMN["unpaid_places"],
    WORK_EXPERIENCE: TALLY_COLUMN["experience_places"],
    SUBSIDISED_JOB: TALLY_COLUMN["subsidised_places"],
}
_RESIDENTS = TALLY_COLUMN["residents"]
_ADULTS = TALLY_COLUMN["adults"]
_WORKING_AGE = TALLY_COLUMN["working_age"]
_LEISURE_PLACES = TALLY_COLUMN["leisure_places"]


class LabourMarket:
    """The swing of the labour market and the places within reach.

    Whole places are handed out; what is left of a fraction is carried to the next month, so that
    over the years the rates are met exactly.
    """

    def __init__(self, rules: Any, luck: Luck) -> None:
        # A field of a record takes a microsecond to read, so what stays is read once.
        self._period = float(rules.labour_cycle_period)
        self._amplitude = float(rules.labour_cycle_amplitude)
        self._noise = float(rules.labour_cycle_noise)
        self._vacancy_rate = float(rules.labour_vacancy_rate)
        self._course_places = float(rules.learning_course_places)
        self._place_share: list[float] = rules.labour_place_share.tolist()
        self._leisure_share = float(rules.leisure_places_share)
        self._luck = luck
        self._years: dict[int, float] = {}
        self._phase = luck.one("cycle_phase")
        self._vacancies_due = 0.0
        self._courses_due = 0.0

    def cycle(self, month: int) -> float:
        """Return the deviation of the labour market from its mean, e.g. -0.2 in a downturn."""
        turn = 2.0 * math.pi * (month / self._period + self._phase)
        year = month // 12
        if year not in self._years:
            self._years[year] = 2.0 * self._luck.one("cycle_noise", month=year) - 1.0
        return self._amplitude * math.sin(turn) + self._noise * self._years[year]

    def open_places(self, cycle: float, sums: np.ndarray, given: list[int]) -> np.ndarray:
        """Return the free places of each contest this month, shape ``(N_CONTESTS,)``.

        ``sums`` is the tally of the neighbourhood at the end of last month; ``given``, as long as
        what is returned, counts places that programmes brought and filled.
        """
        tally = sums.tolist()
        working_age = tally[_WORKING_AGE]
        self._vacancies_due += self._vacancy_rate * working_age * max(0.0, 1.0 + cycle)
        self._courses_due += self._course_places * tally[_ADULTS] / 1000.0
        free = [0] * N_CONTESTS
        free[VACANCY] = int(self._vacancies_due)
        free[COURSE] = int(self._courses_due)
        self._vacancies_due -= free[VACANCY]
        self._courses_due -= free[COURSE]
        for contest, taken in _TAKEN.items():
            places = int(self._place_share[contest - 1] * working_age)
            free[contest] = max(0, places - int(tally[taken]) + given[contest])
        places = int(self._leisure_share * tally[_RESIDENTS])
        free[LEISURE_PLACE] = max(0, places - int(tally[_LEISURE_PLACES]))
        return np.array(free, dtype=np.int64)
