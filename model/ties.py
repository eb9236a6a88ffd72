"""Phase "ties": ties end, are made, and pass on agency, trust and job information.

The phase works every ``ties.exchange_months``. A tie's end is drawn when it is made, so that
nothing has to be drawn for it in between.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..agents.climbing import CLUB_RUNG, LEARNING, LEISURE, MARKET_RUNG, WORKING
from ..agents.compiling import kernel, rule
from ..agents.moving import unlikeness
from .luck import EVENT, draw, draw_pair
from .state import DEAD, FRIEND, HERE, NEIGHBOUR

f8 = np.float64

_WISH = EVENT["tie_wish"]
_KEY = EVENT["key_figure"]
_BRIDGE = EVENT["bridge"]
_MADE = EVENT["tie_made"]
_KIND = EVENT["tie_kind"]
_CLOSURE = EVENT["tie_closure"]
_WHO = EVENT["tie_who"]
_LIFETIME = EVENT["tie_lifetime"]
_CUT = EVENT["tie_cut"]

#: Draws of one event that a resident may need in one month (candidates met).
_DRAWS = 64
_FOREVER = 1 << 30
#: Ties a resident accepts beyond the number wanted, so that nobody has to refuse every second one.
_SLACK = 2


@kernel
def wish_ties(people: Any, n: int, book: Any, seed: int, month: int) -> None:
    """Draw how many ties everybody keeps up who has not drawn it yet, and how many lie outside."""
    rules = book[0]
    for i in range(n):
        if people[i].ties_wanted >= 0 or people[i].status == DEAD:
            continue
        age = (month - people[i].birth) // 12
        if age < rules.ages_learning_from:
            continue
        draw_wish(people, i, rules, seed)


@rule
def draw_wish(people: Any, i: int, rules: Any, seed: int) -> None:
    """Draw how many ties a resident keeps up, and how many of them lie outside."""
    identity = people[i].identity
    spread = 1.0 + rules.ties_spread * (2.0 * draw(seed, identity, 0, _WISH) - 1.0)
    wanted = rules.ties_mean_wanted * spread
    if draw(seed, identity, 0, _KEY) < rules.ties_key_share:
        wanted *= rules.ties_key_factor
    people[i].ties_wanted = int(wanted + 0.5)
    outside = people[i].ties_wanted * rules.ties_share_outside
    # A mentor or bridge that a programme brought before is kept.
    people[i].bridges += int(outside + draw(seed, identity, 0, _BRIDGE))


@kernel
def end_ties(
    people: Any, n: int, edges: Any, n_edges: int, book: Any, seed: int, month: int
) -> int:
    """Drop ties that are over, count everybody's ties; return how many ties are left."""
    rules = book[0]
    for i in range(n):
        people[i].ties = 0
        people[i].ties_near = 0
    kept = 0
    for e in range(n_edges):
        a = edges[e].a
        b = edges[e].b
        if edges[e].until <= month or people[a].status == DEAD or people[b].status == DEAD:
            continue
        here = int(people[a].status == HERE) + int(people[b].status == HERE)
        if here == 0:
            continue
        cut = edges[e].cut
        if here == 1 and cut == 0:
            # One of the two has left: the tie ends with the move or outlives it.
            moment = edges[e].until & 0xFFFFF
            u = draw_pair(seed, people[a].identity, people[b].identity, moment, _CUT)
            if u < rules.ties_cut_on_leaving:
                continue
            cut = 1
        edges[kept].a = a
        edges[kept].b = b
        edges[kept].kind = edges[e].kind
        edges[kept].until = edges[e].until
        edges[kept].cut = cut
        kept += 1
        people[a].ties += 1
        people[b].ties += 1
        if here == 2:
            people[a].ties_near += 1
            people[b].ties_near += 1
    return kept


@kernel
def adjacency(edges: Any, n_edges: int, people: Any, n: int) -> Any:
    """Return (offsets, others): the ties of resident ``i`` are ``others[offsets[i]:offsets[i + 1]]``."""
    offsets = np.zeros(n + 1, np.int64)
    for i in range(n):
        offsets[i + 1] = offsets[i] + people[i].ties
    others = np.empty(offsets[n], np.int32)
    fill = offsets[:n].copy()
    for e in range(n_edges):
        a = edges[e].a
        b = edges[e].b
        others[fill[a]] = b
        fill[a] += 1
        others[fill[b]] = a
        fill[b] += 1
    return offsets, others


@kernel
def make_ties(
    people: Any,
    n: int,
    households: Any,
    dwellings: Any,
    stairwell_start: Any,
    street_start: Any,
    edges: Any,
    n_edges: int,
    offsets: Any,
    others: Any,
    book: Any,
    seed: int,
    month: int,
    chance: float,
) -> int:
    """Let residents with fewer ties than they want make one each; return the number of ties.

    ``chance`` is the chance that one missing tie is made. ``edges`` must have room for ``n`` more.
    """
    rules = book[0]
    n_dwellings = stairwell_start[len(stairwell_start) - 1]
    inside = max(1e-9, 1.0 - rules.ties_share_outside)
    first_new = n_edges
    for i in range(n):
        if people[i].status == DEAD:
            continue
        missing = people[i].ties_wanted - people[i].bridges - people[i].ties
        if missing <= 0:
            continue
        identity = people[i].identity
        if draw(seed, identity, month, _MADE) >= min(1.0, missing * chance):
            continue
        if people[i].status != HERE:
            # A leaver meets people elsewhere, who are not modelled one by one.
            people[i].bridges += 1
            continue
        home = households[people[i].household].dwelling
        where = draw(seed, identity, month, _KIND) * inside
        kind = NEIGHBOUR
        if where < rules.ties_share_stairwell:
            s = dwellings[home].stairwell
            j = _somebody(
                people,
                households,
                dwellings,
                i,
                stairwell_start[s],
                stairwell_start[s + 1],
                rules,
                seed,
                month,
                0,
            )
        elif where < rules.ties_share_stairwell + rules.ties_share_street:
            s = dwellings[home].street
            j = _somebody(
                people,
                households,
                dwellings,
                i,
                street_start[s],
                street_start[s + 1],
                rules,
                seed,
                month,
                0,
            )
        else:
            kind = FRIEND
            j = -1
            if draw(seed, identity, month, _CLOSURE) < rules.ties_closure:
                j = _friend_of_friend(people, i, offsets, others, rules, seed, month)
            if j < 0:
                j = _most_alike(people, households, dwellings, i, n_dwellings, rules, seed, month)
        if j < 0 or _tied(i, j, offsets, others, edges, first_new, n_edges):
            continue
        edges[n_edges].a = i
        edges[n_edges].b = j
        edges[n_edges].kind = kind
        edges[n_edges].until = month + lifetime(people, i, j, rules, seed, month)
        edges[n_edges].cut = 0
        n_edges += 1
        people[i].ties += 1
        people[j].ties += 1
        people[i].ties_near += 1
        people[j].ties_near += 1
    return n_edges


@rule
def lifetime(people: Any, i: int, j: int, rules: Any, seed: int, month: int) -> int:
    """Return how many months a tie that is made now lasts."""
    if rules.tie_loss_month <= 0.0:
        return _FOREVER
    u = draw_pair(seed, people[i].identity, people[j].identity, month, _LIFETIME)
    return 1 + int(-math.log(u) / rules.tie_loss_month)


@rule
def _welcome(people: Any, i: int, j: int, rules: Any, month: int) -> bool:
    """Return whether ``j`` can become a tie of ``i``: another household, old enough, with room."""
    if j == i or people[j].status != HERE or people[i].household == people[j].household:
        return False
    if (month - people[j].birth) // 12 < rules.ages_learning_from:
        return False
    return people[j].ties < people[j].ties_wanted - people[j].bridges + _SLACK


@rule
def _member(people: Any, households: Any, h: int, u: float) -> int:
    steps = int(u * households[h].members)
    j = households[h].first_member
    for _ in range(steps):
        j = people[j].next_member
    return j


@rule
def _somebody(
    people: Any,
    households: Any,
    dwellings: Any,
    i: int,
    first: int,
    last: int,
    rules: Any,
    seed: int,
    month: int,
    k: int,
) -> int:
    """Return somebody met in the dwellings from ``first`` up to ``last``, or -1."""
    identity = people[i].identity
    u = draw(seed, identity, month * _DRAWS + 2 * k, _WHO)
    h = dwellings[first + int(u * (last - first))].household
    if h < 0:
        return -1
    j = _member(people, households, h, draw(seed, identity, month * _DRAWS + 2 * k + 1, _WHO))
    if _welcome(people, i, j, rules, month):
        return j
    return -1


@rule
def _most_alike(
    people: Any,
    households: Any,
    dwellings: Any,
    i: int,
    n_dwellings: int,
    rules: Any,
    seed: int,
    month: int,
) -> int:
    """Return the most alike of those met anywhere in the neighbourhood, or -1."""
    best = -1
    least = 1e9
    age = (month - people[i].birth) // 12
    for k in range(rules.ties_homophily):
        j = _somebody(people, households, dwellings, i, 0, n_dwellings, rules, seed, month, k + 1)
        if j < 0:
            continue
        unlike = unlikeness(
            age,
            (month - people[j].birth) // 12,
            people[i].rung[LEARNING],
            people[j].rung[LEARNING],
            people[i].rung[WORKING],
            people[j].rung[WORKING],
        )
        if _share_setting(people, households, i, j, age, month, rules):
            unlike -= rules.ties_focus
        if unlike < least:
            best, least = j, unlike
    return best


@rule
def _share_setting(
    people: Any, households: Any, i: int, j: int, age: int, month: int, rules: Any
) -> bool:
    """Return whether two residents meet in a club, at school or at the school of their children."""
    if people[i].rung[LEISURE] >= CLUB_RUNG and people[j].rung[LEISURE] >= CLUB_RUNG:
        return True
    young = age < rules.ages_adult
    other_young = (month - people[j].birth) // 12 < rules.ages_adult
    if young or other_young:
        return young and other_young
    return _has_minor(people, households, people[i].household, rules, month) and _has_minor(
        people, households, people[j].household, rules, month
    )


@rule
def _has_minor(people: Any, households: Any, h: int, rules: Any, month: int) -> bool:
    i = households[h].first_member
    while i >= 0:
        if (month - people[i].birth) // 12 < rules.ages_adult:
            return True
        i = people[i].next_member
    return False


@rule
def _friend_of_friend(
    people: Any, i: int, offsets: Any, others: Any, rules: Any, seed: int, month: int
) -> int:
    degree = offsets[i + 1] - offsets[i]
    if degree == 0:
        return -1
    identity = people[i].identity
    last = month * _DRAWS + _DRAWS
    via = others[offsets[i] + int(draw(seed, identity, last - 1, _WHO) * degree)]
    degree = offsets[via + 1] - offsets[via]
    j = others[offsets[via] + int(draw(seed, identity, last - 2, _WHO) * degree)]
    if _welcome(people, i, j, rules, month):
        return j
    return -1


@rule
def _tied(
    i: int, j: int, offsets: Any, others: Any, edges: Any, first_new: int, n_edges: int
) -> bool:
    for k in range(offsets[i], offsets[i + 1]):
        if others[k] == j:
            return True
    for e in range(first_new, n_edges):
        if (edges[e].a == i and edges[e].b == j) or (edges[e].a == j and edges[e].b == i):
            return True
    return False


@kernel
def exchange(people: Any, n: int, edges: Any, n_edges: int, book: Any, month: int) -> None:
    """Let ties pass on agency, trust and who works.

    Job information comes from friends, kin and bridges; neighbours bring none (EVIDENCE D15).
    """
    rules = book[0]
    agency = np.zeros(n)
    trust = np.zeros(n)
    friends = np.zeros(n)
    working = np.zeros(n)
    for e in range(n_edges):
        a = edges[e].a
        b = edges[e].b
        agency[a] += f8(people[b].agency)
        agency[b] += f8(people[a].agency)
        trust[a] += f8(people[b].trust)
        trust[b] += f8(people[a].trust)
        if edges[e].kind == FRIEND:
            for one, other in ((a, b), (b, a)):
                age = (month - people[other].birth) // 12
                if rules.ages_adult <= age < rules.ages_pension:
                    friends[one] += 1.0
                    if people[other].rung[WORKING] >= MARKET_RUNG:
                        working[one] += 1.0
    for i in range(n):
        ties = people[i].ties
        bridges = people[i].bridges
        people[i].tie_agency = -1.0
        people[i].tie_trust = -1.0
        people[i].tie_work = 0.5
        if people[i].status == DEAD:
            continue
        if ties + bridges > 0:
            people[i].tie_agency = (agency[i] + bridges * rules.ties_bridge_agency) / (
                ties + bridges
            )
        if ties > 0:
            people[i].tie_trust = trust[i] / ties
        if friends[i] + bridges > 0.0:
            people[i].tie_work = (working[i] + bridges * rules.ties_bridge_working) / (
                friends[i] + bridges
            )
