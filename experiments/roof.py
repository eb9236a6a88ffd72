"""Who shared a roof with participants, and which dwellings participants left behind."""

from __future__ import annotations

import numpy as np

from ..model.paths import Paths
from ..model.state import DEAD


def shared_a_roof(paths: Paths, rows: np.ndarray, first: np.ndarray, month: int) -> np.ndarray:
    """Return who ever lived with a participant, or with somebody who did.

    Parameters
    ----------
    paths
        Of a world.
    rows, first
        Participants by row, and the month of their first start.
    month
        Up to the end of which.

    Returns
    -------
    numpy.ndarray of bool
        By row at the end of that month; true for the participants too.
    """
    touched = np.zeros(len(paths.month(month)), dtype=bool)
    if not len(rows):
        return touched
    for at in range(int(first.min()), month + 1):
        touched[rows[first == at]] = True
        # What is done for a participant reaches who leaves the household in the same month.
        for one in (at - 1, at) if at > 0 else (at,):
            people = paths.month(one)
            n = len(people)
            household, alive = people["household"], people["status"] != DEAD
            held = np.zeros(int(household.max()) + 1, dtype=bool)
            held[household[touched[:n] & alive]] = True
            touched[:n] |= held[household] & alive
    return touched


def left_behind(
    paths: Paths, occupants: list[np.ndarray], rows: np.ndarray, first: np.ndarray, month: int
) -> np.ndarray:
    """Return the dwellings in which a participant has lived, by dwelling at the end of ``month``.

    Who arrives in one of these and never shared a roof with a participant took the place of one.
    ``rows`` and ``first`` are as in `shared_a_roof`; ``occupants`` holds the household of every dwelling by month.
    """
    lived_in = np.zeros(len(occupants[month]), dtype=bool)
    if not len(rows):
        return lived_in
    for at in range(int(first.min()), month + 1):
        people = paths.month(at)
        began = rows[first <= at]
        began = began[began < len(people)]
        own = people["household"][began]
        occupant = occupants[at]
        held = np.zeros(max(int(people["household"].max()), int(occupant.max())) + 2, dtype=bool)
        held[own[people["status"][began] != DEAD]] = True
        # The last place stands for an empty dwelling.
        lived_in[: len(occupant)] |= held[occupant]
    return lived_in
