"""Posts of key workers: who is supported at which, who fits nowhere, and the end for everybody."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..agents.compiling import kernel, rule
from .enrolment import (
    ABANDONED,
    COUNT,
    GAVE_UP,
    IN_LINE,
    IN_SUPPORT,
    JOBS,
    SUPPORTED,
    TRANSFERRED,
    WAITING,
)
from .trajectory import close, release

f8 = np.float64

_ABANDONED = COUNT["abandoned"]
_TRANSFERRED = COUNT["handed_over"]
_GAVE_UP = COUNT["gave_up"]


@kernel
def abandon(
    people: Any,
    reached: Any,
    standing: Any,
    plans: Any,
    enrolments: Any,
    active: Any,
    n_active: int,
    keep: int,
    month: int,
    counts: Any,
    stocks: Any,
    flows: Any,
) -> int:
    """End support for everybody at once and dissolve the list; return how many were in support.

    With ``keep`` 1 they are handed over instead of left behind.
    """
    none = np.zeros(0, np.int64)
    lost = settle_posts(
        people,
        reached,
        standing,
        plans[0],
        enrolments,
        active,
        n_active,
        none,
        none,
        none,
        keep,
        month,
        counts,
        stocks,
        flows,
    )
    for k in range(n_active):
        e = active[k]
        if enrolments[e].status == WAITING:
            enrolments[e].status = GAVE_UP
            enrolments[e].ended = month
            standing[enrolments[e].person].enrolled = 0
            counts[_GAVE_UP] += 1
    stocks[IN_LINE] = 0
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
                enrolments[e].post = post
                load[post] += 1
                continue
            lost += 1
            enrolments[e].post = -1
            enrolments[e].status = TRANSFERRED if keep == 1 else ABANDONED
            enrolments[e].ended = month
            counts[_TRANSFERRED if keep == 1 else _ABANDONED] += 1
            stocks[JOBS] -= enrolments[e].work_given
            release(people, plan, enrolments, e, flows)
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
