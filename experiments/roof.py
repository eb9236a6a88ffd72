"""Who shared a roof with participants, and which dwellings participants left behind."""

from __future__ import annotations

import numpy as np

from ..model.paths import Paths
from ..model.roofs import reach_housemates, see_homes


def shared_a_roof(
    paths: Paths, households: int, rows: np.ndarray, first: np.ndarray, month: int
) -> np.ndarray:
    """Return who ever lived with a participant, or with somebody who did.

    Parameters
    ----------
    paths
        Of a world.
    households
        How many there ever were in it.
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
    held = np.zeros(households, dtype=bool)
    for at in range(int(first.min()), month + 1):
        new = rows[first == at]
        touched[new] = True
        # What is done for a participant reaches who leaves the household in the same month.
        for one in (at - 1, at) if at > 0 and len(new) else (at,):
            people = paths.month(one)
            reach_housemates(people, touched[: len(people)], held)
    return touched


def left_behind(
    paths: Paths,
    households: int,
    occupants: list[np.ndarray],
    rows: np.ndarray,
    first: np.ndarray,
    month: int,
) -> np.ndarray:
    """Return the dwellings in which a participant has lived, by dwelling at the end of ``month``.

    Who arrives in one of these and never shared a roof with a participant took the place of one.
    ``occupants`` holds the household of every dwelling by month; the rest is as in `shared_a_roof`.
    """
    lived_in = np.zeros(len(occupants[month]), dtype=bool)
    if not len(rows):
        return lived_in
    held = np.zeros(households, dtype=bool)
    for at in range(int(first.min()), month + 1):
        see_homes(paths.month(at), rows[first <= at], occupants[at], held, lived_in)
    return lived_in
