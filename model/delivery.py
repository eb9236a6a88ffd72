"""What a programme works with in the world: whom it reached, who takes part, and the loops over them."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

from ..scenarios import TENURES
from . import outreach, posts, word_of_mouth
from . import support as supporting
from .enrolment import (
    COUNT,
    ENROLMENT,
    GIVING,
    IN_LINE,
    IN_SUPPORT,
    JOBS,
    LISTED,
    N_COUNTS,
    N_STOCKS,
    REACHED,
    STANDING,
    SUPPORTED,
    VOLUNTEER,
)
from .plan import plan_record
from .rulebook import book_of
from .state import Table, as_rows

if TYPE_CHECKING:
    import pandas as pd

    from ..agents.programme import Programme
    from .neighbourhood import Neighbourhood

#: Where a room of a programme stands on the housing ladder.
_ROOM_RUNG = 2
#: Months in which who completed is offered a dwelling here first.
_QUEUE_MONTHS = 12
#: Months after which a programme looks anew who lives where and how they stand.
_LIST_MONTHS = 6
_MASK_24 = 0xFFFFFF


def identity_of_programme(key: str) -> int:
    """Return the number that keys a programme's luck: the same in every run and policy."""
    return zlib.crc32(key.encode()) & _MASK_24


class Delivery:
    """Reach and trajectories of one programme.

    Attributes
    ----------
    plan : record
        Numbers of the programme, mechanisms and risks applied.
    counts : numpy.ndarray
        What was counted this month, in the order of `COUNTS`.
    stocks : numpy.ndarray
        How many there are at the end of the month, in the order of `STOCKS`.
    """

    def __init__(self, world: Neighbourhood, programme: Programme) -> None:
        setup = world.setup
        self._world = world
        self._programme = programme
        self.identity = identity_of_programme(programme.key)
        self.plan = plan_record(programme.spec, setup.parameters, setup.mechanisms)
        self._plan = book_of(self.plan)
        self.enrolments = Table(ENROLMENT, 64)
        self.reached = as_rows(np.zeros(world.people.capacity, dtype=REACHED))
        self.standing = as_rows(np.zeros(world.people.capacity, dtype=STANDING))
        self.counts = np.zeros(N_COUNTS)
        self.stocks = np.zeros(N_STOCKS, dtype=np.int64)
        self._due = 0.0
        self._approaches = float(self.plan.approaches)
        self._own_rooms = bool(self.plan.own_rooms)
        self._by_volunteers = float(self.plan.volunteers_support)
        self._listed = as_rows(np.zeros(0, dtype=LISTED))
        self._n_listed = 0
        self._list_until = 0
        # Who has a group or a person in mind does not go on when there is no room.
        self._room_only = int(programme.spec.approach in ("target_group", "individual"))
        #: Whether the programme prevents falls, and the chance a month that a participant tells a tie.
        self.holds = float(self.plan.holding) > 0.0
        self.tells = float(self.plan.word_of_mouth)
        self.work_places = int(self.plan.work_places)
        self.setting = float(self.plan.setting)
        self._slots = np.zeros(0, dtype=np.int64)
        self._filled = np.zeros(0, dtype=np.int64)
        self._experience = np.zeros(0)
        # Trajectories that are looked at every month, and who moves on or makes a tie.
        self._active = np.zeros(64, dtype=np.int32)
        self._n_active = 0
        self._released = np.zeros(64, dtype=np.int32)
        self._makers = np.zeros(64, dtype=np.int32)
        self._found = np.zeros(2, dtype=np.int64)
        self._sold: dict[int, int] = {}
        self._rooms: list[int] = []
        self._in_queue: dict[int, int] = {}
        self._scope = self._lay_out_scope()

    # -- who is meant -------------------------------------------------------------------------

    def _lay_out_scope(self) -> np.ndarray:
        """Return 1 for each dwelling in scope."""
        who = self._programme.spec.eligibility
        buildings = self._world.buildings
        n = self._world.dwellings.count
        if self._programme.spec.offers.rooms > 0:
            scope = np.zeros(n, dtype=np.int8)
            scope[self._rooms] = 1
            return scope
        scope = np.ones(n, dtype=np.int8)
        if who.streets:
            scope &= np.isin(buildings.street, who.streets).astype(np.int8)
        if who.stairwells:
            scope &= np.isin(buildings.stairwell, who.stairwells).astype(np.int8)
        if who.households:
            scope[np.flatnonzero(scope)[who.households :]] = 0
        return scope

    def open_rooms(self) -> None:
        """Add the supported dwellings that the programme brings."""
        world, who = self._world, self._programme.spec.eligibility
        for _ in range(self._programme.spec.offers.rooms):
            room = world.build_dwelling(TENURES[3], _ROOM_RUNG)
            self._rooms.append(room)
            world.dwellings.rows["age_from"][room] = who.age_from
            world.dwellings.rows["age_to"][room] = who.age_to
            # Where the programme has no say over who comes, referrers do.
            world.dwellings.rows["heavy"][room] = self._programme.risk_size("no_say_over_inflow")

    def _in_step_with_the_world(self) -> None:
        if len(self._scope) < self._world.dwellings.count:
            self._scope = self._lay_out_scope()
        capacity = self._world.people.capacity
        if len(self.reached) < capacity:
            # More than is needed now: to make them longer costs more than a month's work.
            self.reached = _longer(self.reached, capacity + capacity // 2)
            self.standing = _longer(self.standing, capacity + capacity // 2)

    # -- the month ----------------------------------------------------------------------------

    def reach_out(self, limit: int, refused: float, most: int) -> int:
        """Settle posts, approach up to ``limit`` residents and let up to ``most`` start.

        Returns how many could not be kept in support.
        """
        self._in_step_with_the_world()
        self._slots, self._filled, self._experience = self._programme.workforce.as_arrays()
        if self._room_only and limit and self._has_enough_waiting():
            limit = 0
        changed = self._programme.workforce.changed or not self._filled.all()
        if not (limit or self.stocks[IN_LINE] or changed):
            # Everybody in support has a key worker, and nobody waits for one.
            return 0
        self._programme.workforce.changed = False
        world = self._world
        if limit:
            self._make_room(limit)
        before = self.counts[COUNT["abandoned"]]
        sold = self.counts[COUNT["tenure_changes"]]
        joined = int(
            outreach.reach_out(
                world.people.rows,
                world.households.rows,
                world.dwellings.rows,
                self.reached,
                self.standing,
                self._plan,
                world.book,
                world.seed,
                self.identity,
                world.month,
                self._listed,
                self._n_listed,
                limit,
                self._room_only,
                refused,
                self.enrolments.rows,
                self.enrolments.count,
                self._active,
                self._n_active,
                self._slots,
                self._filled,
                most,
                self.counts,
                self.stocks,
                world.flows,
                world.move_flows,
            )
        )
        self.enrolments.count += joined
        self._n_active += joined
        if self.counts[COUNT["tenure_changes"]] > sold:
            self._note_sales()
        lost = int(self.counts[COUNT["abandoned"]] - before)
        if lost:
            self._spread_distrust()
        return lost

    def _has_enough_waiting(self) -> bool:
        """Return whether those on the list fill what is free."""
        room = int(self._slots.sum()) - int(self.stocks[IN_SUPPORT])
        return int(self.stocks[IN_LINE]) >= room

    def _make_room(self, limit: int) -> None:
        self.enrolments.reserve(limit)
        if len(self._active) < self._n_active + limit:
            self._active = np.concatenate([self._active, np.zeros(limit + 64, dtype=np.int32)])
        month = self._world.month
        if month < self._list_until and not self._own_rooms:
            return
        # A list of addresses is drawn up anew every so many months, as registers are.
        self._list_until = month - month % _LIST_MONTHS + _LIST_MONTHS
        world = self._world
        present = world.on_roll()
        if len(self._listed) < present:
            self._listed = as_rows(np.zeros(present + present // 8, dtype=LISTED))
        self._n_listed = int(
            outreach.draw_up_list(
                world.people.rows,
                world.roll,
                present,
                self._scope,
                self.reached,
                self._plan,
                world.seed,
                self.identity,
                self._list_until,
                self._listed,
            )
        )

    def abandon_all(self, keep: bool) -> int:
        """End support for everybody at once; return for how many. ``keep``: handed over instead."""
        self._in_step_with_the_world()
        world = self._world
        lost = int(
            posts.abandon(
                world.people.rows,
                self.reached,
                self.standing,
                self._plan,
                self.enrolments.rows,
                self._active,
                self._n_active,
                int(keep),
                world.month,
                self.counts,
                self.stocks,
                world.flows,
            )
        )
        if lost and not keep:
            self._spread_distrust()
        return lost

    def _spread_distrust(self) -> None:
        world, rules = self._world, self._world.rules
        if rules.taking_part_abandoned_trust <= 0.0:
            return
        worse = 1.0 + self._programme.risk_size("no_transfer")
        supporting.lose_trust(
            world.people.rows,
            world.households.rows,
            world.edges.rows,
            world.edges.count,
            self.enrolments.rows,
            self._active,
            self._n_active,
            world.month,
            min(1.0, rules.taking_part_abandoned_trust * worse),
            rules.taking_part_abandoned_spread,
            world.touched,
        )

    def approaches(self, slots: int) -> int:
        """Return how many can be approached this month; what is left of a fraction is kept."""
        if self._own_rooms:
            return 2 * slots + 8
        self._due += self._approaches * slots
        whole = int(self._due)
        self._due -= whole
        return whole

    def support(self, common: float) -> int:
        """Support everybody for a month; return how many started this month."""
        world = self._world
        if len(self._released) < len(self._active):
            self._released = np.zeros(len(self._active), dtype=np.int32)
            self._makers = np.zeros(len(self._active), dtype=np.int32)
        self._n_active = int(
            supporting.support(
                world.people.rows,
                world.households.rows,
                self.reached,
                self.standing,
                self._plan,
                world.book,
                world.seed,
                self.identity,
                world.month,
                int(self._programme.working),
                common,
                self._filled,
                self._experience,
                self.enrolments.rows,
                self._active,
                self._n_active,
                self.counts,
                self.stocks,
                world.flows,
                self._released,
                self._makers,
                self._found,
            )
        )
        for row in self._released[: int(self._found[0])].tolist():
            self._send_on(row)
        self._meet_fellows()
        return int(self.counts[COUNT["starts"]])

    def _meet_fellows(self) -> None:
        makers = int(self._found[1])
        if not makers:
            return
        world = self._world
        world.pairs.reserve(makers)
        world.pairs.count = int(
            word_of_mouth.choose_fellows(
                world.people.rows,
                self.enrolments.rows,
                self._active,
                self._n_active,
                self._makers,
                makers,
                world.seed,
                self.identity,
                world.month,
                world.pairs.rows,
                world.pairs.count,
            )
        )

    def break_relations(self, post: int, share: float) -> None:
        """Leave ``share`` of the relations with a post; -1 is every post."""
        supporting.hand_over(self.enrolments.rows, self._active, self._n_active, post, share)

    # -- homes --------------------------------------------------------------------------------

    def _send_on(self, row: int) -> None:
        """Let the household of who completed move on: a dwelling here first, or a wish to leave."""
        world = self._world
        household = int(world.people.rows["household"][row])
        households = world.households.rows
        if self.plan.skips_queue:
            households["queue"][household] = 2 if self._own_rooms else 1
            households["queue_until"][household] = world.month + _QUEUE_MONTHS
            self._in_queue[household] = int(households["dwelling"][household])
        if self.plan.restless > 0.0:
            households["restless"][household] = self.plan.restless
            households["restless_until"][household] = world.month + self.plan.restless_months

    def see_who_moved_on(self) -> None:
        """Count the households from the queue that moved to a dwelling of their own, here or not."""
        households = self._world.households.rows
        for household, from_ in list(self._in_queue.items()):
            here = int(households["dwelling"][household])
            if here == from_:
                if int(households["queue"][household]) == 0:
                    # Waited for a year in vain.
                    del self._in_queue[household]
                continue
            households["queue"][household] = 0
            del self._in_queue[household]
            self.counts[COUNT["moved_on"]] += 1

    def _note_sales(self) -> None:
        world = self._world
        started = self.enrolments.column("started") == world.month
        rows = self.enrolments.column("person")[started]
        for household in world.people.rows["household"][rows].tolist():
            self._sold[int(world.households.rows["dwelling"][household])] = household

    def buy_back(self) -> None:
        """Buy sold dwellings back whose buyers have left; they are rented out again."""
        if not self._programme.spec.offers.buy_back or not self._sold:
            return
        world = self._world
        dwellings = world.dwellings.rows
        sold = np.fromiter(self._sold, dtype=np.int64, count=len(self._sold))
        buyers = np.fromiter(self._sold.values(), dtype=np.int64, count=len(self._sold))
        for dwelling in sold[dwellings["household"][sold] != buyers].tolist():
            dwellings["tenure"][dwelling] = world.buildings.tenure[dwelling]
            dwellings["rung"][dwelling] = world.buildings.rung[dwelling]
            del self._sold[dwelling]

    # -- what others ask ----------------------------------------------------------------------

    def filled_places(self) -> int:
        """Return how many are in support, those who have just started included."""
        return int(self.stocks[IN_SUPPORT])

    def counted(self, what: str) -> int:
        """Return what was counted of one of `COUNTS` this month."""
        return int(self.counts[COUNT[what]])

    def waiting(self) -> int:
        """Return how many are on the list."""
        return int(self.stocks[IN_LINE])

    def rows_taking_part(self) -> np.ndarray:
        """Return the rows of residents who wait, take part or volunteer."""
        active = self._active[: self._n_active]
        going_on = self.enrolments.rows["status"][active] <= VOLUNTEER
        return self.enrolments.rows["person"][active[going_on]]

    def rows_looked_at(self) -> np.ndarray:
        """Return the rows of residents who wait, take part, volunteer or did so lately."""
        return self.enrolments.rows["person"][self._active[: self._n_active]]

    def rows_in_support(self) -> np.ndarray:
        """Return the rows of the residents in support."""
        return self.enrolments.column("person")[self.enrolments.column("status") == SUPPORTED]

    def jobs_given(self) -> int:
        """Return the work places that are filled."""
        return int(self.stocks[JOBS])

    def places_by_volunteers(self) -> int:
        """Return the places that volunteers serve beside the staff."""
        return int(self._by_volunteers * int(self.stocks[GIVING]))

    def relations_of(self, post: int) -> dict[int, float]:
        """Return months together with a post, by identity of the participant."""
        column = self.enrolments.column
        rows = np.flatnonzero((column("status") == SUPPORTED) & (column("post") == post))
        identity = self._world.people.rows["identity"][column("person")[rows]]
        return dict(zip(identity.tolist(), column("together")[rows].tolist(), strict=True))

    def frame(self) -> pd.DataFrame:
        """Return every trajectory so far, a row each."""
        from .trajectories import trajectory_frame

        return trajectory_frame(self._world, self._programme, self.enrolments)


def _longer(rows: Any, length: int) -> Any:
    longer = np.zeros(length, dtype=rows.dtype)
    longer[: len(rows)] = rows
    return as_rows(longer)


def check_identities(keys: list[str]) -> None:
    """Refuse programmes whose luck would be the same."""
    numbers: dict[int, str] = {}
    for key in keys:
        other = numbers.setdefault(identity_of_programme(key), key)
        if other != key:
            raise ValueError(f"programmes {other!r} and {key!r} need other names: same luck")
