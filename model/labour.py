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

_TAKEN = {
    UNPAID_PLACE: "unpaid_places",
    WORK_EXPERIENCE: "experience_places",
    SUBSIDISED_JOB: "subsidised_places",
}


class LabourMarket:
    """The swing of the labour market and the places within reach.

    Whole places are handed out; what is left of a fraction is carried to the next month, so that
    over the years the rates are met exactly.
    """

    def __init__(self, rules: Any, luck: Luck) -> None:
        self._rules = rules
        self._luck = luck
        self._phase = luck.one("cycle_phase")
        self._vacancies_due = 0.0
        self._courses_due = 0.0

    def cycle(self, month: int) -> float:
        """Return the deviation of the labour market from its mean, e.g. -0.2 in a downturn."""
        rules = self._rules
        turn = 2.0 * math.pi * (month / rules.labour_cycle_period + self._phase)
        noise = 2.0 * self._luck.one("cycle_noise", month=month // 12) - 1.0
        return rules.labour_cycle_amplitude * math.sin(turn) + rules.labour_cycle_noise * noise

    def open_places(self, cycle: float, sums: np.ndarray, given: np.ndarray) -> np.ndarray:
        """Return the free places of each contest this month, shape ``(N_CONTESTS,)``.

        ``sums`` is the tally of the neighbourhood at the end of last month; ``given``, of the same
        shape as what is returned, counts places that programmes brought and filled.
        """
        rules = self._rules
        adults, working_age = sums[TALLY_COLUMN["adults"]], sums[TALLY_COLUMN["working_age"]]
        self._vacancies_due += rules.labour_vacancy_rate * working_age * max(0.0, 1.0 + cycle)
        self._courses_due += rules.learning_course_places * adults / 1000.0
        free = np.zeros(N_CONTESTS, dtype=np.int64)
        free[VACANCY] = int(self._vacancies_due)
        free[COURSE] = int(self._courses_due)
        self._vacancies_due -= free[VACANCY]
        self._courses_due -= free[COURSE]
        for contest, taken in _TAKEN.items():
            places = int(rules.labour_place_share[contest - 1] * working_age)
            free[contest] = max(0, places - int(sums[TALLY_COLUMN[taken]]) + int(given[contest]))
        places = int(rules.leisure_places_share * sums[TALLY_COLUMN["residents"]])
        free[LEISURE_PLACE] = max(0, places - int(sums[TALLY_COLUMN["leisure_places"]]))
        return free
