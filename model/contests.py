"""Phase "positions": finite places are shared out among candidates, and job losses felt at home.

Candidates are ranked by a keyed draw, so that one more place admits the next person and changes
nobody else.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..agents.climbing import CLUB_RUNG, LEARNING, LEISURE, MARKET_RUNG, WORKING
from ..agents.compiling import kernel, rule
from ..agents.feeling import bounded
from .luck import EVENT, draw
from .positions import COURSE, LEISURE_PLACE, N_CONTESTS, OUTBID, VACANCY, change_rung
from .state import HERE

f8 = np.float64

_HIRING = EVENT["hiring"]
_LOTTERY = EVENT["place_lottery"]


@kernel
def admit(
    people: Any,
    book: Any,
    seed: int,
    month: int,
    candidates: Any,
    contests: Any,
    found: int,
    free_places: Any,
    flows: Any,
) -> None:
    """Share out free places: everybody when they suffice, else by the rank of a keyed draw.

    Candidates who live elsewhere meet a market that is not modelled and always succeed.
    """
    rules = book[0]
    for contest in range(N_CONTESTS):
        here = np.empty(found, np.int64)
        count = 0
        for k in range(found):
            if contests[k] != contest:
                continue
            if people[candidates[k]].status == HERE:
                here[count] = candidates[k]
                count += 1
            else:
                _take_place(people, candidates[k], contest, rules, seed, month, flows)
        if count == 0:
            continue
        places = int(free_places[contest])
        if rules.crowded == 0 or count <= places:
            for k in range(count):
                _take_place(people, int(here[k]), contest, rules, seed, month, flows)
            continue
        rank = np.empty(count)
        for k in range(count):
            rank[k] = draw(seed, people[here[k]].identity, month, _LOTTERY)
        order = np.argsort(rank)
        for k in range(places):
            _take_place(people, int(here[order[k]]), contest, rules, seed, month, flows)
        flows[OUTBID] += count - max(0, places)


@rule
def _take_place(
    people: Any, i: int, contest: int, rules: Any, seed: int, month: int, flows: Any
) -> None:
    if contest == COURSE:
        change_rung(people, i, LEARNING, people[i].rung[LEARNING] + 1, flows)
    elif contest == LEISURE_PLACE:
        change_rung(people, i, LEISURE, CLUB_RUNG, flows)
    elif contest == VACANCY:
        rung = MARKET_RUNG
        if people[i].capability[WORKING] >= 5.0 and (
            draw(seed, people[i].identity, month, _HIRING) < rules.working_permanent_entry_share
        ):
            rung = 5
        change_rung(people, i, WORKING, rung, flows)
    else:
        change_rung(people, i, WORKING, contest, flows)


@kernel
def rent_arrears(
    people: Any, households: Any, book: Any, month: int, in_arrears: Any, count: int
) -> None:
    """Add to the burden of every adult what jobs lost in the household bring."""
    rules = book[0]
    for k in range(count):
        h = in_arrears[k]
        arrears = f8(households[h].arrears)
        households[h].arrears = 0.0
        i = households[h].first_member
        while i >= 0:
            if (month - people[i].birth) // 12 >= rules.ages_adult:
                people[i].burden = bounded(f8(people[i].burden) + arrears)
            i = people[i].next_member
