"""What the programmes of a world keep in common tables, and their phases as one loop over all.

A call of a compiled loop costs as much as the work of a programme, so one call serves them all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from . import outreach, posts, trajectories, word_of_mouth
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
from .staffing import PostTable
from .state import as_rows, copy_rows

if TYPE_CHECKING:
    from ..agents.programme import Programme
    from .neighbourhood import Neighbourhood

#: Trajectories of a programme that there is room for at first.
_ROOM = 4096


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
    posts : PostTable
        Posts of their key workers.
    counts, stocks : numpy.ndarray
        What was counted this month, and how many there are at its end, in the order of `COUNTS`
        and `STOCKS`.
    """

    def __init__(self, world: Neighbourhood, programmes: dict[str, Programme]) -> None:
        self._world = world
        self._programmes = list(programmes.values())
        self._keys = list(programmes)
        n = len(self._programmes)
        self.running = as_rows(np.zeros(n, dtype=RUNNING))
        self._running_slots = self.running["slots"]
        self.posts = PostTable(n)
        self.counts = np.zeros((n, N_COUNTS))
        self.stocks = np.zeros((n, N_STOCKS), dtype=np.int64)
        self.enrolments = _table(n, _ROOM, ENROLMENT)
        self.active = np.zeros((n, _ROOM), dtype=np.int32)
        self._released = np.zeros((n, _ROOM), dtype=np.int32)
        self._asked = np.zeros((n, 3))
        self._dwellings = 0
        self._room = capacity = world.people.capacity
        self.reached = _table(n, capacity, REACHED)
        self.standing = _table(n, capacity, STANDING)
        self._listed = _table(n, capacity, LISTED)
        self._roll = as_rows(np.zeros(capacity, dtype=ROLL))
        self._scope = np.zeros((n, 0), dtype=np.int8)
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
            programme.enter_tables(self.running, self.posts, number)
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

    def _make_room(self, needed: int) -> None:
        """Make room for so many trajectories of each programme."""
        room = needed + needed // 2
        self.enrolments = _wider(self.enrolments, room)
        self.active = _wider(self.active, room)
        self._released = np.zeros_like(self.active)

    # -- phases -------------------------------------------------------------------------------

    def reach_out(self) -> None:
        """Settle posts, approach people and let those on the list start, programme by programme."""
        self.in_step_with_the_world()
        most = self._reach_out(anew=True)
        if most > self.enrolments.shape[1]:
            self._make_room(most)
            self._reach_out(anew=False)
        for delivery in self._sellers:
            delivery.note_sales()
        for programme in self._lodgers:
            programme.see_to_rooms()

    def _reach_out(self, anew: bool) -> int:
        """Return how many trajectories a programme has by now at most, or wants room for.

        Where that is more than there is room for nobody was approached; what programmes ask is then
        known, and not to be asked ``anew``.
        """
        world = self._world
        return int(
            outreach.reach_out(
                world.people.rows,
                world.households.rows,
                world.dwellings.rows,
                world.dwellings.count,
                world.edges.rows,
                world.edges.count,
                self.plans,
                self.running,
                world.purses.rows,
                self._asked,
                anew,
                self._scope,
                self._roll,
                self._listed,
                self.reached,
                self.standing,
                self.enrolments,
                self.active,
                self.posts.slots,
                self.posts.filled,
                self.counts,
                self.stocks,
                world.flows,
                world.move_flows,
                world.touched,
                world.book,
                world.seed,
                world.month,
            )
        )

    def support(self) -> None:
        """Support everybody for a month, and pay for it."""
        world = self._world
        world.pairs.reserve(sum(self._running_slots.tolist()))
        book = world.cashbook
        book.reserve(2 * len(self._programmes))
        world.pairs.count, book.count = supporting.support(
            world.people.rows,
            world.households.rows,
            self.plans,
            self.running,
            self.reached,
            self.standing,
            self.enrolments,
            self.active,
            self.posts.filled,
            self.posts.since,
            self._released,
            world.pairs.rows,
            world.pairs.count,
            self.counts,
            self.stocks,
            world.purses.rows,
            book.rows,
            book.count,
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
        """Check and write down the month of every programme.

        Raises
        ------
        RuntimeError
            When what was paid in is not spent, given back or still there, or when a programme supports
            more people than fit.
        """
        for delivery in self._sellers:
            delivery.sales.buy_back()
        for number in self._senders:
            self._deliveries[number].see_who_moved_on()
        world, book = self._world, self._world.chronicle.programmes
        book.open_for(self._keys)
        wrong, full = trajectories.write_month(
            world.purses.rows,
            self.running,
            self._levels,
            self.counts,
            self.stocks,
            *book.room_for_a_month(world.month),
            world.month,
        )
        if wrong >= 0:
            raise RuntimeError(
                f"month {world.month}: the money of {self._keys[wrong]} does not balance"
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
