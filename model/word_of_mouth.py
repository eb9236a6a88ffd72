"""What taking part does to ties: word of mouth, and ties between participants."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..agents.compiling import kernel, rule
from .enrolment import SUPPORTED
from .luck import EVENT, draw_pair
from .state import FELLOW, HERE
from .ties import lifetime

_TOLD = EVENT["programme_told"]
_PEER_WHO = EVENT["peer_who"]


@kernel
def tell_ties(
    people: Any,
    edges: Any,
    n_edges: int,
    taking_part: Any,
    chances: Any,
    seed: int,
    month: int,
    told: Any,
) -> int:
    """Let participants tell their ties; return how many were told.

    ``taking_part`` holds a bit for each programme, by resident; ``chances`` is by bit. ``told``
    receives (bit, row) and must have room for every tie and programme.
    """
    found = 0
    for k in range(n_edges):
        a = edges[k].a
        b = edges[k].b
        different = taking_part[a] ^ taking_part[b]
        if different == 0:
            continue
        for way in range(2):
            teller, other = (a, b) if way == 0 else (b, a)
            tells = different & taking_part[teller]
            if tells == 0 or people[other].status != HERE:
                continue
            # One conversation: what is told in it is told of every programme.
            u = draw_pair(seed, people[teller].identity, people[other].identity, month, _TOLD)
            for bit in range(len(chances)):
                if tells & (1 << bit) and u < chances[bit]:
                    told[found, 0] = bit
                    told[found, 1] = other
                    found += 1
    return found


@kernel
def choose_fellows(
    people: Any,
    enrolments: Any,
    active: Any,
    n_active: int,
    makers: Any,
    n_makers: int,
    seed: int,
    programme: int,
    month: int,
    pairs: Any,
    n_pairs: int,
) -> int:
    """Let ``makers`` meet another participant each; return the number of pairs.

    ``pairs`` must have room for ``n_makers`` more.
    """
    members = np.empty(n_active, np.int64)
    found = 0
    for k in range(n_active):
        i = enrolments[active[k]].person
        if enrolments[active[k]].status == SUPPORTED and people[i].status == HERE:
            members[found] = i
            found += 1
    for k in range(n_makers):
        i = makers[k]
        u = draw_pair(seed, people[i].identity, programme, month, _PEER_WHO)
        j = members[int(u * found)] if found > 0 else i
        if j != i and people[i].household != people[j].household:
            pairs[n_pairs, 0] = i
            pairs[n_pairs, 1] = j
            n_pairs += 1
    return n_pairs


@kernel
def make_fellows(
    people: Any,
    edges: Any,
    n_edges: int,
    pairs: Any,
    n_pairs: int,
    touched: Any,
    book: Any,
    seed: int,
    month: int,
) -> int:
    """Make the ties between pairs who do not know each other yet; return the number of ties.

    ``touched`` has a place for every resident and holds zeros, before and after. ``edges`` must
    have room for ``n_pairs`` more.
    """
    rules = book[0]
    for k in range(n_pairs):
        touched[pairs[k, 0]] = 1
        touched[pairs[k, 1]] = 1
    for e in range(n_edges):
        if touched[edges[e].a] == 1 and touched[edges[e].b] == 1:
            for k in range(n_pairs):
                if _same_pair(pairs, k, edges[e].a, edges[e].b):
                    pairs[k, 0] = -1
    for k in range(n_pairs):
        i = pairs[k, 0]
        j = pairs[k, 1]
        if i < 0 or people[i].status != HERE or people[j].status != HERE:
            continue
        for later in range(k + 1, n_pairs):
            if _same_pair(pairs, later, i, j):
                pairs[later, 0] = -1
        edges[n_edges].a = i
        edges[n_edges].b = j
        edges[n_edges].kind = FELLOW
        edges[n_edges].until = month + lifetime(people, i, j, rules, seed, month)
        edges[n_edges].cut = 0
        n_edges += 1
        people[i].ties += 1
        people[j].ties += 1
        people[i].ties_near += 1
        people[j].ties_near += 1
    touched[:] = 0
    return n_edges


@rule
def _same_pair(pairs: Any, k: int, a: int, b: int) -> bool:
    return (pairs[k, 0] == a and pairs[k, 1] == b) or (pairs[k, 0] == b and pairs[k, 1] == a)
