"""What one programme works with in the world: whom it is meant for, who takes part, its rooms."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np

from ..scenarios import TENURES
from .enrolment import COUNT, GIVING, IN_LINE, IN_SUPPORT, JOBS, SUPPORTED
from .moving import GOES_FIRST, MUST_LEAVE
from .plan import plan_record
from .posts import hand_over
from .sales import Sales
from .staffing import plainly_by_volunteers

if TYPE_CHECKING:
    import pandas as pd

    from ..agents.programme import Programme
    from .deliveries import Deliveries
    from .neighbourhood import Neighbourhood

#: Where a room of a programme stands on the housing ladder.
_ROOM_RUNG = 2
#: Months in which who completed is offered a dwelling here first.
_QUEUE_MONTHS = 12
_MASK_24 = 0xFFFFFF


def identity_of_programme(key: str) -> int:
    """Return the number that keys a programme's luck: the same in every run and policy."""
    return zlib.crc32(key.encode()) & _MASK_24


class Delivery:
    """Reach and trajectories of one programme: its part of the tables of `Deliveries`.

    Attributes
    ----------
    plan : record
        Numbers of the programme, mechanisms and risks applied.
    counts : numpy.ndarray
        What was counted this month, in the order of `COUNTS`.
    stocks : numpy.ndarray
        How many there are at the end of the month, in the order of `STOCKS`.
    trust_lost : float
        Trust that who is abandoned loses.
    sales : Sales
        Dwellings that it sold.
    """

    def __init__(
        self, world: Neighbourhood, programme: Programme, shared: Deliveries, number: int
    ) -> None:
        setup = world.setup
        self._world = world
        self._programme = programme
        self._shared = shared
        self._number = number
        self.identity = identity_of_programme(programme.key)
        self.plan = plan_record(programme.spec, setup.parameters, setup.mechanisms)
        self.counts = shared.counts[number]
        self.stocks = shared.stocks[number]
        worse = 1.0 + programme.risk_size("no_transfer")
        self.trust_lost = min(1.0, float(world.rules.taking_part_abandoned_trust) * worse)
        self._own_rooms = bool(self.plan.own_rooms)
        self._by_volunteers = float(self.plan.volunteers_support)
        self.sales = Sales(world, programme, number)
        self._rooms: list[int] = []
        self._in_queue: dict[int, int] = {}
        programme.delivery = self

    # -- who is meant -------------------------------------------------------------------------

    def lay_out_scope(self) -> np.ndarray:
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

    def keep_paid_rooms(self) -> int:
        """Keep as many rooms open as there is money for; return how many people lose theirs.

        Whoever lives in a room that closes has to leave it as after a completion. Rooms of who is
        in support stay open first, then those that are lived in; an open room before a closed one.
        """
        if not self._rooms:
            return 0
        world, rooms = self._world, np.array(self._rooms)
        dwellings, households = world.dwellings.rows, world.households.rows
        closed, lives = dwellings["closed"][rooms] == 1, dwellings["household"][rooms]
        paid = self._programme.rooms_paid_for()
        if paid >= len(rooms) and not closed.any():
            return 0
        supported = np.isin(lives, world.people.rows["household"][self.rows_in_support()])
        in_order = np.lexsort((closed, lives < 0, ~supported))
        stay = max(paid, int(supported.sum()))
        opens, shuts = in_order[:stay][closed[in_order[:stay]]], in_order[stay:]
        dwellings["closed"][rooms[shuts]] = 1
        dwellings["closed"][rooms[opens]] = 0
        # A room that opens again can be let at once, as one that has just come.
        dwellings["vacant_since"][rooms[opens]] = world.month - world.rules.moving_vacancy_months
        leave = lives[shuts][lives[shuts] >= 0]
        households["queue"][leave] = MUST_LEAVE
        return int(households["members"][leave].sum())

    # -- the month ----------------------------------------------------------------------------

    def abandon_all(self, keep: bool) -> int:
        """End support for everybody at once; return for how many. ``keep``: handed over instead."""
        return self._shared.abandon(self._number, keep)

    def break_relations(self, post: int, share: float) -> None:
        """Leave ``share`` of the relations with a post; -1 is every post."""
        shared, number = self._shared, self._number
        active = shared.active[number]
        n_active = int(shared.running["active"][number])
        hand_over(shared.enrolments[number], active, n_active, shared.counts[number], post, share)

    # -- homes --------------------------------------------------------------------------------

    def send_on(self, rows: np.ndarray) -> None:
        """Let the households of who completed move on: a dwelling here first, or a wish to leave."""
        world, plan = self._world, self.plan
        households = world.households.rows
        for household in world.people.rows["household"][rows].tolist():
            if plan.skips_queue:
                households["queue"][household] = MUST_LEAVE if self._own_rooms else GOES_FIRST
                households["queue_until"][household] = world.month + _QUEUE_MONTHS
                self._in_queue[household] = int(households["dwelling"][household])
            if plan.restless > 0.0:
                households["restless"][household] = plan.restless
                households["restless_until"][household] = world.month + plan.restless_months

    def see_who_moved_on(self) -> None:
        """Count the households from the queue that moved to a dwelling of their own, here or not."""
        if not self._in_queue:
            return
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

    def note_sales(self) -> None:
        """Remember which dwellings were sold this month, and to whom."""
        if self.counted("tenure_changes"):
            rows = self.trajectories()
            self.sales.note(rows["person"][rows["started"] == self._world.month])

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

    def trajectories(self) -> np.ndarray:
        """Return every trajectory so far, in the order in which people came on the list."""
        own = self._shared.enrolments[self._number]
        return own[: int(self._shared.running["trajectories"][self._number])]

    def standing(self) -> np.ndarray:
        """Return who takes part and who was told of it, by row of the resident."""
        return self._shared.standing[self._number]

    def rows_in_support(self) -> np.ndarray:
        """Return the rows of the residents in support."""
        rows = self.trajectories()
        return rows["person"][rows["status"] == SUPPORTED]

    def jobs_given(self) -> int:
        """Return the work places that are filled."""
        return int(self.stocks[JOBS])

    def places_by_volunteers(self) -> int:
        """Return the places that volunteers serve beside the staff."""
        return int(plainly_by_volunteers(self._by_volunteers, int(self.stocks[GIVING])))

    def relations_of(self, post: int) -> dict[int, float]:
        """Return months together with a post, by identity of the participant."""
        rows = self.trajectories()
        own = rows[(rows["status"] == SUPPORTED) & (rows["post"] == post)]
        identity = self._world.people.rows["identity"][own["person"]]
        return dict(zip(identity.tolist(), own["together"].tolist(), strict=True))

    def frame(self) -> pd.DataFrame:
        """Return every trajectory so far, a row each."""
        from .trajectories import trajectory_frame

        return trajectory_frame(self._world, self._programme.key, self.trajectories())


def check_identities(keys: list[str]) -> None:
    """Refuse programmes whose luck would be the same."""
    numbers: dict[int, str] = {}
    for key in keys:
        other = numbers.setdefault(identity_of_programme(key), key)
        if other != key:
            raise ValueError(f"programmes {other!r} and {key!r} need other names: same luck")
