"""What a programme works with in the world: whom it reached, who takes part, and the loops over them."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np

from ..scenarios import TENURES
from . import outreach
from . import support as supporting
from .enrolment import COUNT, ENROLMENT, N_COUNTS, N_STOCKS, SUPPORTED, WAITING, empty_reached
from .plan import plan_record
from .rulebook import loop_record
from .state import Table, as_rows

if TYPE_CHECKING:
    import pandas as pd

    from ..agents.programme import Programme
    from .neighbourhood import Neighbourhood

#: Where a room of a programme stands on the housing ladder.
_ROOM_RUNG = 2
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
        self._plan = loop_record(self.plan)
        self.enrolments = Table(ENROLMENT, 64)
        self.reached = as_rows(empty_reached(world.people.capacity))
        self.counts = np.zeros(N_COUNTS)
        self.stocks = np.zeros(N_STOCKS, dtype=np.int64)
        self._due = 0.0
        self._load = np.zeros(0, dtype=np.int64)
        self._slots = np.zeros(0, dtype=np.int64)
        self._filled = np.zeros(0, dtype=np.int64)
        self._experience = np.zeros(0)
        self._released = np.zeros(64, dtype=np.int32)
        self._sold: dict[int, int] = {}
        self._rooms: list[int] = []
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
        for _ in range(self._programme.spec.offers.rooms):
            self._rooms.append(self._world.build_dwelling(TENURES[3], _ROOM_RUNG))

    def _in_step_with_the_world(self) -> None:
        if len(self._scope) < self._world.dwellings.count:
            self._scope = self._lay_out_scope()
        capacity = self._world.people.capacity
        if len(self.reached) < capacity:
            longer = empty_reached(capacity)
            longer[: len(self.reached)] = self.reached
            self.reached = as_rows(longer)

    # -- the month ----------------------------------------------------------------------------

    def settle(self) -> int:
        """Give participants their posts; return how many could not be kept."""
        self._in_step_with_the_world()
        self._slots, self._filled, self._experience = self._programme.posts_as_arrays()
        self._load = np.zeros(len(self._slots), dtype=np.int64)
        lost = self._settle(keep=False)
        if lost:
            self._spread_distrust()
        return lost

    def _settle(self, keep: bool) -> int:
        world = self._world
        return int(
            outreach.settle_posts(
                world.people.rows,
                self.reached,
                self._plan,
                self.enrolments.rows,
                self.enrolments.count,
                self._slots,
                self._filled,
                self._load,
                int(keep),
                world.month,
                self.counts,
                world.flows,
            )
        )

    def abandon_all(self, keep: bool) -> int:
        """End support for everybody at once; return for how many. ``keep``: handed over instead."""
        self._in_step_with_the_world()
        self._slots = self._filled = self._load = np.zeros(0, dtype=np.int64)
        lost = self._settle(keep)
        outreach.dissolve_list(
            self.reached,
            self.enrolments.rows,
            self.enrolments.count,
            self._world.month,
            self.counts,
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
            world.edges.rows,
            world.edges.count,
            self.enrolments.rows,
            self.enrolments.count,
            world.month,
            min(1.0, rules.taking_part_abandoned_trust * worse),
            rules.taking_part_abandoned_spread,
            world.touched,
        )

    def approaches(self, places: int) -> int:
        """Return how many can be approached this month; what is left of a fraction is kept."""
        if self.plan.own_rooms:
            return 2 * places + 8
        self._due += float(self.plan.approaches) * places
        whole = int(self._due)
        self._due -= whole
        return whole

    def approach(self, limit: int, refused: float) -> None:
        """Take up to ``limit`` residents through the funnel."""
        world = self._world
        self.enrolments.reserve(limit)
        self.enrolments.count = int(
            outreach.approach(
                world.people.rows,
                world.people.count,
                world.households.rows,
                world.dwellings.rows,
                self._scope,
                self.reached,
                self._plan,
                world.rules_book,
                world.seed,
                self.identity,
                world.month,
                limit,
                refused,
                self.enrolments.rows,
                self.enrolments.count,
                self.counts,
            )
        )

    def admit(self, most: int, jobs_left: int) -> None:
        """Let those on the list start, as far as key workers, money and work places reach."""
        world = self._world
        before = self.counts[COUNT["tenure_changes"]]
        outreach.admit_waiting(
            world.people.rows,
            world.households.rows,
            world.dwellings.rows,
            self.reached,
            self._plan,
            world.rules_book,
            world.seed,
            self.identity,
            world.month,
            self.enrolments.rows,
            self.enrolments.count,
            self._slots,
            self._filled,
            self._load,
            most,
            jobs_left,
            self.counts,
            world.flows,
            world.move_flows,
        )
        if self.counts[COUNT["tenure_changes"]] > before:
            self._note_sales()

    def support(self, common: float) -> int:
        """Support everybody for a month; return how many started this month."""
        world = self._world
        if len(self._released) < self.enrolments.capacity:
            self._released = np.zeros(self.enrolments.capacity, dtype=np.int32)
        released = supporting.support(
            world.people.rows,
            world.households.rows,
            self.reached,
            self._plan,
            world.rules_book,
            world.seed,
            self.identity,
            world.month,
            int(self._programme.working),
            common,
            self._filled,
            self._experience,
            self.enrolments.rows,
            self.enrolments.count,
            self.counts,
            self.stocks,
            world.flows,
            self._released,
        )
        for row in self._released[:released].tolist():
            self._send_on(row)
        self._tie_and_tell()
        return int(self.counts[COUNT["starts"]])

    def _tie_and_tell(self) -> None:
        world = self._world
        if self.plan.peers > 0.0:
            world.edges.reserve(int(self.stocks[1]))
            world.edges.count = int(
                supporting.make_fellows(
                    world.people.rows,
                    world.edges.rows,
                    world.edges.count,
                    self.enrolments.rows,
                    self.enrolments.count,
                    self._plan,
                    world.rules_book,
                    world.seed,
                    self.identity,
                    world.month,
                )
            )
        every = int(world.rules.ties_exchange_months)
        if self.plan.word_of_mouth > 0.0 and world.month % every == 0 and self.stocks.any():
            supporting.tell_ties(
                world.people.rows,
                world.edges.rows,
                world.edges.count,
                self.reached,
                self._plan,
                world.seed,
                world.month,
                every,
            )

    def break_relations(self, post: int, share: float) -> None:
        """Leave ``share`` of the relations with a post; -1 is every post."""
        supporting.hand_over(self.enrolments.rows, self.enrolments.count, post, share)

    # -- homes --------------------------------------------------------------------------------

    def _send_on(self, row: int) -> None:
        """Put the household of who completed in the queue for a dwelling here."""
        world = self._world
        household = int(world.people.rows["household"][row])
        world.households.rows["queue"][household] = 2 if self.plan.own_rooms else 1
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
        for dwelling, buyer in list(self._sold.items()):
            if int(dwellings["household"][dwelling]) != buyer:
                dwellings["tenure"][dwelling] = world.buildings.tenure[dwelling]
                dwellings["rung"][dwelling] = world.buildings.rung[dwelling]
                del self._sold[dwelling]

    # -- what others ask ----------------------------------------------------------------------

    def filled_places(self) -> int:
        """Return how many are in support, those who have just started included."""
        return int(np.count_nonzero(self.enrolments.column("status") == SUPPORTED))

    def waiting(self) -> int:
        """Return how many are on the list."""
        return int(np.count_nonzero(self.enrolments.column("status") == WAITING))

    def rows_in_support(self) -> np.ndarray:
        """Return the rows of the residents in support."""
        return self.enrolments.column("person")[self.enrolments.column("status") == SUPPORTED]

    def jobs_given(self) -> int:
        """Return the work places that are filled."""
        given = (self.enrolments.column("work_given") == 1) & (
            self.enrolments.column("status") == SUPPORTED
        )
        return int(np.count_nonzero(given))

    def places_by_volunteers(self) -> int:
        """Return the places that volunteers serve beside the staff."""
        return int(float(self.plan.volunteers_support) * int(self.stocks[3]))

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


def check_identities(keys: list[str]) -> None:
    """Refuse programmes whose luck would be the same."""
    numbers: dict[int, str] = {}
    for key in keys:
        other = numbers.setdefault(identity_of_programme(key), key)
        if other != key:
            raise ValueError(f"programmes {other!r} and {key!r} need other names: same luck")
