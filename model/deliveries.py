"""What the programmes of a world keep in common tables, and their phases as one loop over all.

A call of a compiled loop costs as much as the work of a programme, so one call serves them all.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np

from . import asking, outreach, posts, trajectories, word_of_mouth
from . import support as supporting
from .delivery import Delivery
from .enrolment import (
    COUNT,
    ENROLMENT,
    IN_SUPPORT,
    LISTED,
    N_COUNTS,
    N_STOCKS,
    REACHED,
    RUNNING,
    STANDING,
)
from .roll import ROLL
from .rulebook import book_of
from .state import as_rows, copy_rows

if TYPE_CHECKING:
    from ..agents.programme import Programme
    from ..agents.workforce import Post
    from .neighbourhood import Neighbourhood

#: Trajectories of a programme that there is room for at first.
_ROOM = 64


class Deliveries:
    """Reach and trajectories of all programmes of a world: tables with a row for each.

    Attributes
    ----------
    running : numpy.ndarray
        How each stands this month: `RUNNING`.
    reached, standing : numpy.ndarray
        What each knows of every resident, by programme and row of the resident.
    enrolments : numpy.ndarray
        Trajectories, by programme in the order in which people came on the list.
    active : numpy.ndarray
        Which of these are looked at every month.
    counts, stocks : numpy.ndarray
        What was counted this month, and how many there are at its end, in the order of `COUNTS`
        and `STOCKS`.
    """

    def __init__(self, world: Neighbourhood, programmes: dict[str, Programme]) -> None:
        self._world = world
        self._programmes = list(programmes.values())
        self._keys = list(programmes)
        self._forces = [one.workforce for one in self._programmes]
        n = len(self._programmes)
        self.running = as_rows(np.zeros(n, dtype=RUNNING))
        self._running_changed = self.running["changed"]
        self.counts = np.zeros((n, N_COUNTS))
        self.stocks = np.zeros((n, N_STOCKS), dtype=np.int64)
        self.enrolments = _table(n, _ROOM, ENROLMENT)
        self.active = np.zeros((n, _ROOM), dtype=np.int32)
        self._released = np.zeros((n, _ROOM), dtype=np.int32)
        self._most_trajectories = 0
        self._asked = np.zeros((n, 3))
        self._dwellings = 0
        self._room = capacity = world.people.capacity
        self.reached = _table(n, capacity, REACHED)
        self.standing = _table(n, capacity, STANDING)
        self._listed = _table(n, capacity, LISTED)
        self._roll = as_rows(np.zeros(capacity, dtype=ROLL))
        self._scope = np.zeros((n, 0), dtype=np.int8)
        self._slots = np.zeros(0, dtype=np.int64)
        self._filled = np.zeros(0, dtype=np.int64)
        self._since = np.zeros(0)
        self._all_slots = 0
        self._posts_of: list[int] = []
        self._first_posts = [0] * n
        self._changed = [False] * n
        self._deliveries = [
            Delivery(world, programme, self, number)
            for number, programme in enumerate(self._programmes)
        ]
        self._sellers = [one for one in self._deliveries if one.plan.tenure_change]
        self._lodgers = [one for one in self._programmes if one.spec.offers.rooms]
        self._savers = [one for one in self._programmes if one.spec.saves]
        self._abandoned = self.counts[:, COUNT["abandoned"]]
        self._levels = np.array([one.schedule.level for one in self._programmes])
        for number, programme in enumerate(self._programmes):
            programme.enter_table(self.running[number])
        self._senders = [number for number, one in enumerate(self._deliveries) if one.plan.sends_on]
        self.plans = self._plans()
        self.running["identity"] = [one.identity for one in self._deliveries]
        self.running["trust_lost"] = [one.trust_lost for one in self._deliveries]

    def _plans(self) -> Any:
        """Return the numbers of every programme as one table."""
        books = [book_of(one.plan) for one in self._deliveries]
        plans = np.zeros(len(books), dtype=books[0].dtype)
        for number, book in enumerate(books):
            plans[number] = book[0]
        return as_rows(plans)

    # -- keeping up with the world ------------------------------------------------------------

    def in_step_with_the_world(self) -> None:
        """Make room for everybody and every dwelling that has come."""
        world = self._world
        if self._dwellings < world.dwellings.count:
            self._dwellings = world.dwellings.count
            self._scope = np.array([one.lay_out_scope() for one in self._deliveries])
        if self._room < world.people.capacity:
            # More than is needed now: to make them longer costs more than a month's work.
            self._room = room = world.people.capacity + world.people.capacity // 2
            self.reached = _wider(self.reached, room)
            self.standing = _wider(self.standing, room)
            self._listed = _wider(self._listed, room)
            self._roll = as_rows(np.zeros(room, dtype=ROLL))

    def _make_room(self, more: int) -> None:
        """Make room for ``more`` trajectories of each programme."""
        needed = self._most_trajectories + more
        if needed > self.enrolments.shape[1]:
            room = needed + needed // 2
            self.enrolments = _wider(self.enrolments, room)
            self.active = _wider(self.active, room)
            self._released = np.zeros_like(self.active)

    def _look_at_posts(self) -> None:
        """See which posts there are, who holds them, and since when they have done this work."""
        forces = self._forces
        changed = [force.changed for force in forces]
        if True in changed:
            anew = changed
            numbers = [len(force.posts) for force in forces]
            if numbers != self._posts_of:
                self._lay_out_posts(numbers)
                anew = [True] * len(forces)
            for force, first, now in zip(forces, self._first_posts, anew, strict=True):
                if force.changed:
                    force.take_stock()
                if now:
                    self._look_at(force.posts, first)
            self._all_slots = sum(force.strength.slots for force in forces)
        if changed != self._changed:
            self._running_changed[:] = changed
            self._changed = changed

    def _lay_out_posts(self, numbers: list[int]) -> None:
        """Make room for so many posts of each programme."""
        self._posts_of = numbers
        self._first_posts = [0, *accumulate(numbers)][:-1]
        self.running["posts"] = numbers
        self.running["first_post"] = self._first_posts
        self._slots = np.zeros(sum(numbers), dtype=np.int64)
        self._filled = np.zeros(sum(numbers), dtype=np.int64)
        self._since = np.zeros(sum(numbers))

    def _look_at(self, posts: list[Post], first: int) -> None:
        """Write down the posts of one programme, from the ``first`` row on."""
        last = first + len(posts)
        self._slots[first:last] = [post.slots for post in posts]
        self._filled[first:last] = [post.worker is not None for post in posts]
        self._since[first:last] = [post.worker.since if post.worker else 0.0 for post in posts]

    # -- phases -------------------------------------------------------------------------------

    def reach_out(self) -> None:
        """Settle posts, approach people and let those on the list start, programme by programme."""
        self.in_step_with_the_world()
        self._look_at_posts()
        world = self._world
        most = asking.ask(self.plans, self.running, world.purses.rows, self._asked, world.month)
        self._make_room(most)
        self._most_trajectories = outreach.reach_out(
            world.people.rows,
            world.households.rows,
            world.dwellings.rows,
            world.dwellings.count,
            world.edges.rows,
            world.edges.count,
            self.plans,
            self.running,
            self._asked,
            self._scope,
            self._roll,
            self._listed,
            self.reached,
            self.standing,
            self.enrolments,
            self.active,
            self._slots,
            self._filled,
            self.counts,
            self.stocks,
            world.flows,
            world.move_flows,
            world.touched,
            world.book,
            world.seed,
            world.month,
        )
        for delivery in self._sellers:
            delivery.note_sales()
        for programme in self._lodgers:
            programme.see_to_rooms()

    def support(self) -> None:
        """Support everybody for a month, and pay for it."""
        world = self._world
        world.pairs.reserve(self._all_slots)
        world.pairs.count = supporting.support(
            world.people.rows,
            world.households.rows,
            self.plans,
            self.running,
            self.reached,
            self.standing,
            self.enrolments,
            self.active,
            self._filled,
            self._since,
            self._released,
            world.pairs.rows,
            world.pairs.count,
            self.counts,
            self.stocks,
            world.flows,
            world.book,
            world.count_here_last_month(),
            world.seed,
            world.month,
        )
        for number in self._senders:
            released = int(self.running["released"][number])
            if released:
                self._deliveries[number].send_on(self._released[number, :released])
        world.purses.pay_for_support(self.counts, self.stocks)
        for programme in self._programmes if any(self._abandoned.tolist()) else self._savers:
            programme.close_support()

    def tell_ties(self) -> None:
        """Let those who take part tell their ties of it."""
        world = self._world
        word_of_mouth.tell_ties(
            world.people.rows,
            world.edges.rows,
            world.edges.count,
            self.plans,
            self.running,
            self.standing,
            self.enrolments,
            self.active,
            world.touched,
            world.book,
            world.seed,
            world.month,
        )

    def close_month(self) -> None:
        """Check and write down the month of every programme."""
        for delivery in self._sellers:
            delivery.sales.buy_back()
        for number in self._senders:
            self._deliveries[number].see_who_moved_on()
        self._world.purses.check_month()
        world, book = self._world, self._world.chronicle.programmes
        book.open_for(self._keys)
        full = trajectories.write_month(
            world.purses.rows,
            self.running,
            self._levels,
            self.counts,
            self.stocks,
            *book.room_for_a_month(world.month),
            world.month,
        )
        if full >= 0:
            raise RuntimeError(
                f"month {world.month}: {self._keys[full]} supports"
                f" {self.stocks[full, IN_SUPPORT]} where {self.running['slots'][full]} fit"
            )

    # -- what a programme asks ----------------------------------------------------------------

    def abandon(self, number: int, keep: bool) -> int:
        """End support by one programme for everybody; return for how many."""
        self.in_step_with_the_world()
        world = self._world
        return int(
            posts.abandon(
                world.people.rows,
                world.households.rows,
                world.edges.rows,
                world.edges.count,
                self.plans,
                self.running,
                self.reached,
                self.standing,
                self.enrolments,
                self.active,
                self.counts,
                self.stocks,
                world.flows,
                world.touched,
                world.book,
                world.month,
                number,
                int(keep),
            )
        )


def _table(programmes: int, room: int, columns: np.dtype[Any]) -> Any:
    return as_rows(np.zeros((programmes, room), dtype=columns))


def _wider(rows: Any, room: int) -> Any:
    wider = np.zeros((rows.shape[0], room), dtype=rows.dtype)
    copy_rows(rows, wider)
    return as_rows(wider) if rows.dtype.names else wider
