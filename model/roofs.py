"""Who lives under one roof: loops over the months of every person."""

from __future__ import annotations

from typing import Any

from ..agents.compiling import kernel
from .state import DEAD


@kernel
def reach_housemates(people: Any, touched: Any, held: Any) -> None:
    """Touch everybody who lives with somebody touched, in one month.

    ``people`` are the rows of a month of `Paths`, ``touched`` has a place for each, ``held`` one
    for each household and holds False, before and after. The dead touch nobody.
    """
    for i in range(len(people)):
        if touched[i] and people[i].status != DEAD:
            held[people[i].household] = True
    for i in range(len(people)):
        if people[i].status != DEAD and held[people[i].household]:
            touched[i] = True
    held[:] = False


@kernel
def see_homes(people: Any, rows: Any, occupants: Any, held: Any, lived_in: Any) -> None:
    """Mark the dwellings in which some people live, in one month.

    ``rows`` are these people, those who have not come yet included; ``occupants`` holds the
    household of every dwelling, -1 where it is empty; ``held`` is as in `reach_housemates`.
    """
    for k in range(len(rows)):
        i = rows[k]
        if i < len(people) and people[i].status != DEAD:
            held[people[i].household] = True
    for dwelling in range(len(occupants)):
        if occupants[dwelling] >= 0 and held[occupants[dwelling]]:
            lived_in[dwelling] = True
    for k in range(len(rows)):
        if rows[k] < len(people):
            held[people[rows[k]].household] = False
