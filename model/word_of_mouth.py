"""What taking part does to ties: word of mouth, and ties between participants."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..agents.compiling import kernel, rule
from .enrolment import SUPPORTED
from .luck import EVENT, draw_pair, draw_pair_blocks, unit
from .state import FELLOW, HERE
from .ties import lifetime

_TOLD = EVENT["programme_told"]
_PEER_WHO = EVENT["peer_who"]

#: Mark of who takes part in several programmes; of who takes part in one, its number plus one.
_SEVERAL = 127


@kernel
def tell_ties(
    people: Any,
    edges: Any,
    n_edges: int,
    plans: Any,
    running: Any,
    standing: Any,
    enrolments: Any,
    active: Any,
    touched: Any,
    book: Any,
    seed: int,
    month: int,
) -> None:
    """Let those who take part in programmes tell their ties of them.

    Tables of programmes have a row for each. ``touched`` has a place for every resident and holds
    zeros, before and after.
    """
    chances = np.empty(len(plans), np.float64)
    for p in range(len(plans)):
        chances[p] = min(1.0, plans[p].word_of_mouth * book[0].ties_exchange_months)
        if chances[p] > 0.0:
            for k in range(running[p].active):
                i = enrolments[p, active[p, k]].person
                if standing[p, i].enrolled == 1 and touched[i] != p + 1:
                    touched[i] = p + 1 if touched[i] == 0 and p + 1 < _SEVERAL else _SEVERAL
    # Hardly any tie is one of a participant: the rest is passed over by a mark of one byte,
    # without a jump for each.
    near = np.empty(n_edges, np.int32)
    n_near = 0
    for k in range(n_edges):
        near[n_near] = k
        n_near += (touched[edges[k].a] | touched[edges[k].b]) != 0
    tellers = np.empty(2 * n_near, np.int32)
    others = np.empty(2 * n_near, np.int32)
    found = 0
    for k in range(n_near):
        a = edges[near[k]].a
        b = edges[near[k]].b
        tellers[found], others[found] = a, b
        found += _has_news(people, standing, chances, touched[a], a, b)
        tellers[found], others[found] = b, a
        found += _has_news(people, standing, chances, touched[b], b, a)
    # One conversation: what is told in it is told of every programme.
    first = np.empty(found, np.int64)
    second = np.empty(found, np.int64)
    for k in range(found):
        first[k] = people[tellers[k]].identity
        second[k] = people[others[k]].identity
    luck = np.empty((4, found), np.uint32)
    draw_pair_blocks(seed, first, second, found, month, _TOLD, luck)
    for k in range(found):
        _tell(standing, chances, touched[tellers[k]], tellers[k], others[k], unit(luck[0, k]))
    touched[:] = 0


@rule
def _has_news(people: Any, standing: Any, chances: Any, mark: int, teller: int, other: int) -> bool:
    """Return whether one resident may tell another, who lives here, of a programme."""
    if mark == 0:
        return False
    first, last = 0, len(chances)
    if mark != _SEVERAL:
        first, last = mark - 1, mark
    for p in range(first, last):
        if chances[p] > 0.0 and _is_news(standing, p, teller, other):
            return people[other].status == HERE
    return False


@rule
def _is_news(standing: Any, p: int, teller: int, other: int) -> bool:
    """Return whether only the teller takes part in a programme, and the other does not know of it."""
    taking_part = standing[p, teller].enrolled == 1
    return taking_part and (standing[p, other].enrolled | standing[p, other].told) == 0


@rule
def _tell(standing: Any, chances: Any, mark: int, teller: int, other: int, u: float) -> None:
    """Let one resident tell another of the programmes in which only the teller takes part."""
    first, last = 0, len(chances)
    if mark != _SEVERAL:
        first, last = mark - 1, mark
    for p in range(first, last):
        if u < chances[p] and _is_news(standing, p, teller, other):
            standing[p, other].told = 1


@rule
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
