"""Posts of key workers: how many there is money for, who fits at each, what they cost."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..agents.compiling import rule

#: Posts of a programme that there is room for at first.
_ROOM = 8


class PostTable:
    """The posts of all programmes of a world: a row a programme, a column a post.

    Attributes
    ----------
    slots : numpy.ndarray
        Participants who fit at each post.
    filled : numpy.ndarray
        1 where there is a key worker.
    since : numpy.ndarray
        Month in which the experience of that key worker began.
    """

    def __init__(self, programmes: int) -> None:
        self.slots = np.zeros((programmes, _ROOM), dtype=np.int64)
        self.filled = np.zeros((programmes, _ROOM), dtype=np.int64)
        self.since = np.zeros((programmes, _ROOM))

    def reserve(self, posts: int) -> None:
        """Make room for so many posts of each programme."""
        room = self.slots.shape[1]
        if posts > room:
            more = ((0, 0), (0, posts + posts // 2 - room))
            self.slots, self.filled, self.since = (
                np.pad(table, more) for table in (self.slots, self.filled, self.since)
            )

    def fill(self, programme: int, post: int, since: float) -> None:
        """Have a key worker in a post, with experience since a month."""
        self.filled[programme, post], self.since[programme, post] = 1, since

    def empty(self, programme: int, post: int) -> None:
        """Have nobody in a post."""
        self.filled[programme, post] = 0


@rule
def see_to_places(plan: Any, own: Any, places: int, month: int) -> None:
    """Have so many places from now on; whether posts have to come, go or be filled, ``asks`` says then."""
    if places != own.places:
        own.places = places
        plan.work_places = own.work_on_card
        if places > own.places_on_card:
            # As many times as places, rounded up; never fewer than on the card.
            plan.work_places = -(-own.work_on_card * places // own.places_on_card)
    own.wanted = math.ceil(places / own.caseload)
    own.asks = own.wanted != own.posts or month >= own.hires_from


@rule
def places_by_volunteers(each: float, volunteers: int) -> int:
    """Return the places that volunteers serve beside the staff."""
    return int(each * volunteers)


#: The same for who looks at it from outside: as plain Python, which costs no compiling.
plainly_by_volunteers = getattr(places_by_volunteers, "py_func", places_by_volunteers)


@rule
def share_out_places(own: Any, extra: int, slots: Any) -> None:
    """Let as many participants fit at each post as there are places, and ``extra`` beside them."""
    own.slots = 0
    if own.posts == 0:
        return
    own.slots = own.places + extra
    each, more = own.slots // own.posts, own.slots % own.posts
    for post in range(own.posts):
        now = each + (post < more)
        if slots[post] != now:
            slots[post] = now
            own.changed = 1


@rule
def cost_of_posts(own: Any, growth: float, filled: Any) -> tuple[int, float]:
    """Return what the key workers at work cost this month, in cents, and how many full-time ones they are.

    A key worker is paid for the part of a caseload that the places of the post are.
    """
    if own.posts == 0:
        return 0, 0.0
    paid, paid_more = own.places // own.posts, own.places % own.posts
    at_larger = 0
    at_work = 0
    for post in range(own.posts):
        at_work += filled[post]
        if post < paid_more:
            at_larger += filled[post]
    plain, larger = paid / own.caseload, (paid + 1) / own.caseload
    fte = 0.0
    for _ in range(at_larger):
        fte += larger
    for _ in range(at_work - at_larger):
        fte += plain
    eur = own.key_worker_eur * growth
    cents = (at_work - at_larger) * int(100 * plain * eur + 1e-6)
    return cents + at_larger * int(100 * larger * eur + 1e-6), fte


@rule
def count_filled(own: Any, slots: Any, filled: Any) -> None:
    """See how many posts are filled, and how many participants fit at those."""
    own.filled = 0
    own.capacity = 0
    for post in range(own.posts):
        own.filled += filled[post]
        own.capacity += filled[post] * slots[post]
