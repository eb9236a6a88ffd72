"""The roll of who lives here now, in short: what programmes look at when they choose whom to approach."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..agents.compiling import rule
from ..agents.moving import OWNER_OCCUPIED
from .state import CHILD, HEAD

#: One row a resident who lives here now, in the order of the dwellings. How they stand is copied, so
#: that programmes one after the other need not fetch whole residents. The last five say what home and
#: household they have.
ROLL = np.dtype(
    [
        ("person", np.int32),
        ("dwelling", np.int32),
        ("agency", np.float32),
        ("burden", np.float32),
        ("rung", np.int8, 4),
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
    homes: bool,
    roll: Any,
    births: Any,
    heads: Any,
) -> int:
    """Write down who lives here now; return how many. There must be room for everybody.

    ``births`` and ``heads`` receive the month of birth and whether they head a household, each in
    one piece of memory. What concerns homes is written down with ``homes`` only.
    """
    n = 0
    # Who they are first, and then how they stand: in short steps several are fetched at a time.
    for d in range(n_dwellings):
        h = dwellings[d].household
        if h < 0:
            continue
        i = households[h].first_member
        # How many they are is known before their rows are there.
        for _ in range(households[h].members):
            roll[n].person = i
            roll[n].dwelling = d
            i = people[i].next_member
            n += 1
    for k in range(n):
        i = roll[k].person
        births[k] = people[i].birth
        heads[k] = people[i].role == HEAD
        roll[k].agency = people[i].agency
        roll[k].burden = people[i].burden
        for ladder in range(4):
            roll[k].rung[ladder] = people[i].rung[ladder]
    if homes:
        _see_homes(people, households, dwellings, n, rules, month, roll)
    return n


@rule
def _see_homes(
    people: Any, households: Any, dwellings: Any, n: int, rules: Any, month: int, roll: Any
) -> None:
    """Write down of everybody on the roll what home and household they have."""
    minor_months = 12 * rules.ages_adult
    first = 0
    while first < n:
        d = roll[first].dwelling
        last = first
        minors = 0
        while last < n and roll[last].dwelling == d:
            minors += month - people[roll[last].person].birth < minor_months
            last += 1
        h = dwellings[d].household
        for k in range(first, last):
            roll[k].child = people[roll[k].person].role == CHILD
            roll[k].poor = households[h].poor
            roll[k].owner = dwellings[d].tenure == OWNER_OCCUPIED
            roll[k].alone = last - first - minors == 1
            roll[k].with_children = minors > 0
        first = last
