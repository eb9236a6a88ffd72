"""The roll of who lives here now, in short: what programmes look at when they choose whom to approach."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..agents.compiling import rule
from ..agents.moving import OWNER_OCCUPIED
from ..agents.supporting import need
from .state import CHILD, HEAD

f8 = np.float64

#: One row a resident who lives here now, in the order of the dwellings. ``need`` is how hard a case.
ROLL = np.dtype(
    [
        ("person", np.int32),
        ("dwelling", np.int32),
        ("burden", np.float32),
        ("need", np.float32),
        ("age", np.int16),
        ("rung", np.int8, 4),
        ("head", np.int8),
        ("child", np.int8),
        ("poor", np.int8),
        ("owner", np.int8),
        ("alone", np.int8),
        ("with_children", np.int8),
    ],
    align=True,
)


@rule
def muster(
    people: Any,
    households: Any,
    dwellings: Any,
    n_dwellings: int,
    rules: Any,
    month: int,
    roll: Any,
) -> int:
    """Write down who lives here now; return how many. ``roll`` must have room for everybody."""
    minor_months = 12 * rules.ages_adult
    n = 0
    for d in range(n_dwellings):
        h = dwellings[d].household
        if h < 0:
            continue
        first = n
        minors = 0
        i = households[h].first_member
        # How many they are is known before their rows are there.
        for _ in range(households[h].members):
            person = people[i]
            row = roll[n]
            row.person = i
            row.dwelling = d
            row.burden = person.burden
            row.need = need(f8(person.burden), f8(person.agency))
            row.age = (month - person.birth) // 12
            for ladder in range(4):
                row.rung[ladder] = person.rung[ladder]
            row.head = 1 if person.role == HEAD else 0
            row.child = 1 if person.role == CHILD else 0
            if month - person.birth < minor_months:
                minors += 1
            n += 1
            i = person.next_member
        adults = n - first - minors
        owner = 1 if dwellings[d].tenure == OWNER_OCCUPIED else 0
        for k in range(first, n):
            roll[k].poor = households[h].poor
            roll[k].owner = owner
            roll[k].alone = 1 if adults == 1 else 0
            roll[k].with_children = 1 if minors > 0 else 0
    return n
