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
from .luck import EVENT, draw, draw_blocks, draw_pair, unit
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
#: A tie near home in a count that holds ties in its low bits and ties near home in its high ones.
_ONE_NEAR = (1 << 16) + 1


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
    # Ties lead to rows anywhere: what they need of a row is laid close together first.
    status = np.empty(n, np.int8)
    counts = np.zeros(n, np.int32)
    for i in range(n):
        status[i] = people[i].status
    kept = 0
    for e in range(n_edges):
        edge = edges[e]
        a, b = edge.a, edge.b
        until = edge.until
        cut = edge.cut
        near = (status[a] == HERE) & (status[b] == HERE)
        lives = (status[a] != DEAD) & (status[b] != DEAD)
        stays = (until > month) & lives & ((status[a] == HERE) | (status[b] == HERE))
        if stays & (not near) & (cut == 0):
            # One of the two has left: the tie ends with the move or outlives it.
            u = draw_pair(seed, people[a].identity, people[b].identity, until & 0xFFFFF, _CUT)
            stays = u >= rules.ties_cut_on_leaving
            cut = 1
        # Written even if it is over: the next tie that stays is written over it.
        edges[kept].a = a
        edges[kept].b = b
        edges[kept].kind = edge.kind
        edges[kept].until = until
        edges[kept].cut = cut
        kept += int(stays)
        counted = (_ONE_NEAR if near else 1) if stays else 0
        counts[a] += counted
        counts[b] += counted
    for i in range(n):
        people[i].ties = counts[i] & 0xFFFF
        people[i].ties_near = counts[i] >> 16
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
        a, b = edges[e].a, edges[e].b
        others[fill[a]] = b
        fill[a] += 1
        others[fill[b]] = a
        fill[b] += 1
    return offsets, others


@rule
def _short_of_ties(people: Any, n: int, seed: int, month: int) -> Any:
    """Return (rows, words): who has fewer ties than they want, and the luck of making one."""
    rows = np.empty(n, np.int32)
    identities = np.empty(n, np.int64)
    found = 0
    for i in range(n):
        person = people[i]
        # Written in any case: the next who is short is written over who is not.
        rows[found] = i
        identities[found] = person.identity
        missing = person.ties_wanted - person.bridges - person.ties
        found += int((person.status != DEAD) & (missing > 0))
    words = np.empty((4, found), np.uint32)
    draw_blocks(seed, identities, found, month, _MADE >> 2, words)
    return rows[:found], words


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
    # Whom everybody has made a tie with in this round: one at most.
    made_with = np.full(n, -1, np.int32)
    short, words = _short_of_ties(people, n, seed, month)
    for k in range(len(short)):
        i = short[k]
        missing = people[i].ties_wanted - people[i].bridges - people[i].ties
        # Others may have made a tie with this resident since.
        if missing <= 0 or unit(words[_MADE & 3, k]) >= min(1.0, missing * chance):
            continue
        identity = people[i].identity
        if people[i].status != HERE:
            # A leaver meets people elsewhere, who are not modelled one by one.
            people[i].bridges += 1
            continue
        home = households[people[i].household].dwelling
        where = draw(seed, identity, month, _KIND) * inside
        kind = NEIGHBOUR
        if where < rules.ties_share_stairwell + rules.ties_share_street:
            starts, s = street_start, dwellings[home].street
            if where < rules.ties_share_stairwell:
                starts, s = stairwell_start, dwellings[home].stairwell
            j = _somebody(
                people, households, dwellings, i, starts[s], starts[s + 1], rules, seed, month, 0
            )
        else:
            kind = FRIEND
            j = -1
            if draw(seed, identity, month, _CLOSURE) < rules.ties_closure:
                j = _friend_of_friend(people, i, offsets, others, rules, seed, month)
            if j < 0:
                j = _most_alike(people, households, dwellings, i, n_dwellings, rules, seed, month)
        if j < 0 or _tied(i, j, offsets, others, made_with):
            continue
        made_with[i] = j
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
    j = households[h].first_member
    if households[h].members > 1:
        who = draw(seed, identity, month * _DRAWS + 2 * k + 1, _WHO)
        j = _member(people, households, h, who)
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
def _tied(i: int, j: int, offsets: Any, others: Any, made_with: Any) -> bool:
    """Return whether there is a tie, of before or made in this round.

    In this round it can only be ``j`` who made it: ``i`` makes one now.
    """
    for k in range(offsets[i], offsets[i + 1]):
        if others[k] == j:
            return True
    return made_with[j] == i


@kernel
def exchange(people: Any, n: int, edges: Any, n_edges: int, book: Any, month: int) -> None:
    """Let ties pass on agency, trust and who works.

    Job information comes from friends, kin and bridges; neighbours bring none (EVIDENCE D15).
    """
    rules = book[0]
    adult_from = 12 * rules.ages_adult
    pension_from = 12 * rules.ages_pension
    # As in `end_ties`: what ties carry is laid close together first.
    own = np.empty((n, 4), np.float32)
    passed = np.zeros((n, 4))
    for i in range(n):
        person = people[i]
        lived = month - person.birth
        in_work_years = (lived >= adult_from) & (lived < pension_from)
        own[i, 0] = person.agency
        own[i, 1] = person.trust
        own[i, 2] = 1.0 if in_work_years else 0.0
        own[i, 3] = 1.0 if in_work_years & (person.rung[WORKING] >= MARKET_RUNG) else 0.0
    for e in range(n_edges):
        a, b = edges[e].a, edges[e].b
        informs = 1.0 if edges[e].kind == FRIEND else 0.0
        for one, other in ((a, b), (b, a)):
            passed[one, 0] += f8(own[other, 0])
            passed[one, 1] += f8(own[other, 1])
            passed[one, 2] += informs * own[other, 2]
            passed[one, 3] += informs * own[other, 3]
    for i in range(n):
        person = people[i]
        alive = person.status != DEAD
        ties, bridges = person.ties, person.bridges
        known = ties + bridges
        agency = (passed[i, 0] + bridges * rules.ties_bridge_agency) / max(1, known)
        trust = passed[i, 1] / max(1, ties)
        informants = passed[i, 2] + bridges
        work = (passed[i, 3] + bridges * rules.ties_bridge_working) / max(1.0, informants)
        person.tie_agency = agency if alive & (known > 0) else -1.0
        person.tie_trust = trust if alive & (ties > 0) else -1.0
        person.tie_work = work if alive & (informants > 0.0) else 0.5
