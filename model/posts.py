"""Posts of key workers: who is supported at which, and what a lost post does to who had it."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..agents.compiling import kernel, rule
from ..agents.feeling import bounded
from .enrolment import (
    ABANDONED,
    AFTERCARE,
    COUNT,
    GAVE_UP,
    IN_LINE,
    IN_SUPPORT,
    JOBS,
    SUPPORTED,
    TRANSFERRED,
    WAITING,
)
from .state import HERE
from .trajectory import close, release

f8 = np.float64

_ABANDONED = COUNT["abandoned"]
_TRANSFERRED = COUNT["handed_over"]
_GAVE_UP = COUNT["gave_up"]
_BROKEN = COUNT["relations_broken"]


@kernel
def abandon(
    people: Any,
    households: Any,
    edges: Any,
    n_edges: int,
    plans: Any,
    running: Any,
    reached: Any,
    standing: Any,
    enrolments: Any,
    active: Any,
    counts: Any,
    stocks: Any,
    flows: Any,
    touched: Any,
    book: Any,
    month: int,
    p: int,
    keep: int,
) -> int:
    """End support by programme ``p`` for everybody at once and dissolve its list.

    Returns how many were in support. With ``keep`` 1 they are handed over instead of left behind.
    """
    none = np.zeros(0, np.int64)
    rows = enrolments[p]
    lost = settle_posts(
        people,
        reached[p],
        standing[p],
        plans[p],
        rows,
        active[p],
        running[p].active,
        none,
        none,
        none,
        keep,
        month,
        counts[p],
        stocks[p],
        flows,
    )
    for k in range(running[p].active):
        e = active[p, k]
        if rows[e].status == WAITING:
            rows[e].status = GAVE_UP
            rows[e].ended = month
            standing[p, rows[e].person].enrolled = 0
            counts[p, _GAVE_UP] += 1
    stocks[p, IN_LINE] = 0
    if lost > 0 and keep == 0:
        lose_trust(
            people,
            households,
            edges,
            n_edges,
            running[p],
            rows,
            active[p],
            book[0],
            month,
            touched,
        )
    return lost


@rule
def settle_posts(
    people: Any,
    reached: Any,
    standing: Any,
    plan: Any,
    enrolments: Any,
    active: Any,
    n_active: int,
    slots: Any,
    filled: Any,
    load: Any,
    keep: int,
    month: int,
    counts: Any,
    stocks: Any,
    flows: Any,
) -> int:
    """Give every participant a post with room; return how many could not be kept.

    Who is at a post that is empty for now goes to a key worker with room, or waits for the post
    to be filled. Who fits nowhere is abandoned, the last to have come first; with ``keep`` 1
    they are handed over instead. ``load`` receives the participants of each post, ``stocks`` who
    is left in support.
    """
    n_posts = len(slots)
    load[:] = 0
    lost = 0
    kept = 0
    adrift = False
    # In the order in which they came on the list, so that who came last finds no room.
    for k in range(n_active):
        e = active[k]
        if enrolments[e].status != SUPPORTED:
            continue
        kept += 1
        post = enrolments[e].post
        if 0 <= post < n_posts and load[post] < slots[post] and filled[post] == 1:
            load[post] += 1
        else:
            enrolments[e].post = -2 - max(-1, post)
            adrift = True
    if adrift:
        for k in range(n_active):
            e = active[k]
            if enrolments[e].status != SUPPORTED or enrolments[e].post >= 0:
                continue
            own = -2 - enrolments[e].post
            post = roomiest(slots, filled, load, 1)
            if post < 0 and 0 <= own < n_posts and load[own] < slots[own]:
                post = own
            if post < 0:
                post = roomiest(slots, filled, load, 0)
            if post >= 0:
                if post != own and not (0 <= own < n_posts and filled[own] == 0):
                    # The key worker is still there or has gone with the post: another takes over.
                    enrolments[e].together = f8(enrolments[e].together) * plan.handover
                    counts[_BROKEN] += plan.handover < 1.0
                enrolments[e].post = post
                load[post] += 1
                continue
            lost += 1
            enrolments[e].post = -1
            enrolments[e].status = TRANSFERRED if keep == 1 else ABANDONED
            enrolments[e].ended = month
            counts[_TRANSFERRED if keep == 1 else _ABANDONED] += 1
            counts[_BROKEN] += keep != 1
            stocks[JOBS] -= enrolments[e].work_given
            release(people, plan, month, enrolments, e, flows)
            close(reached, standing, enrolments, e)
    stocks[IN_SUPPORT] = kept - lost
    return lost


@rule
def roomiest(slots: Any, filled: Any, load: Any, with_worker: int) -> int:
    """Return the post with most room, the first of equals, or -1."""
    best = -1
    room = 0
    for post in range(len(slots)):
        if filled[post] == with_worker and slots[post] - load[post] > room:
            best = post
            room = slots[post] - load[post]
    return best


@rule
def lose_trust(
    people: Any,
    households: Any,
    edges: Any,
    n_edges: int,
    own: Any,
    enrolments: Any,
    active: Any,
    rules: Any,
    month: int,
    touched: Any,
) -> None:
    """Let those abandoned this month lose trust, and housemates and ties a share of that.

    ``touched`` has a place for every resident and holds zeros, before and after.
    """
    loss = own.trust_lost
    spread = rules.taking_part_abandoned_spread
    if loss <= 0.0:
        return
    for k in range(own.active):
        e = active[k]
        if enrolments[e].status == ABANDONED and enrolments[e].ended == month:
            i = enrolments[e].person
            touched[i] = 1
            people[i].trust = bounded(f8(people[i].trust) - loss)
            j = households[people[i].household].first_member if spread > 0.0 else -1
            while j >= 0:
                if j != i:
                    people[j].trust = bounded(f8(people[j].trust) - loss * spread)
                j = people[j].next_member
    if spread > 0.0:
        for k in range(n_edges):
            a = edges[k].a
            b = edges[k].b
            if touched[a] == 1 and people[b].status == HERE:
                people[b].trust = bounded(f8(people[b].trust) - loss * spread)
            if touched[b] == 1 and people[a].status == HERE:
                people[a].trust = bounded(f8(people[a].trust) - loss * spread)
    for k in range(own.active):
        touched[enrolments[active[k]].person] = 0


@kernel
def hand_over(
    enrolments: Any, active: Any, n_active: int, counts: Any, post: int, share: float
) -> None:
    """Leave ``share`` of the relation with a post to its participants; -1 is every post."""
    for k in range(n_active):
        e = active[k]
        if enrolments[e].status > AFTERCARE or enrolments[e].status == WAITING:
            continue
        if post < 0 or enrolments[e].post == post:
            enrolments[e].together = f8(enrolments[e].together) * share
            counts[_BROKEN] += share < 1.0 and enrolments[e].status == SUPPORTED
