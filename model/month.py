"""The month: its phases, in order, over the tables of the world."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from . import contests, families, moving, positions, ties
from .labour import LabourMarket
from .luck import EVENT, draw_blocks
from .population import WaitingList
from .recording import Recording
from .rulebook import Society
from .state import Pairs
from .tally import N_TALLY
from .wellbeing import wellbeing
from .word_of_mouth import make_fellows

if TYPE_CHECKING:
    from ..agents.programme import Programme
    from .deliveries import Deliveries
    from .purses import Purses

#: The month, in order: (phase, what happens). `Neighbourhood.step` runs the method ``_<phase>`` of `Month`, or of `Recording`.
PHASES: tuple[tuple[str, str], ...] = (
    ("calendar", "the labour market and society move on; vacancies and places open"),
    ("organisations", "funders pay, programmes begin, staff and stop, key workers come and go"),
    ("outreach", "programmes approach people and let them start"),
    ("support", "key workers support participants; trajectories end"),
    ("wellbeing", "burden, agency, trust and capability follow circumstances; shocks strike"),
    ("positions", "residents climb and fall; finite places are shared out"),
    ("families", "deaths, leaving home, separations, births and partners"),
    ("moving", "households leave or move; vacated dwellings are let"),
    ("ties", "ties end, are made, and pass on what they carry"),
    ("record", "the month is written down and its counts are checked"),
)

_PERSON_BLOCK = EVENT["illness"] >> 2
_LADDER_BLOCK = EVENT["learning"] >> 2
_HOUSEHOLD_BLOCK = EVENT["move"] >> 2


class Month(Recording):
    """The part of `Neighbourhood` that lives: one method a phase, and what they work with."""

    labour: LabourMarket
    society: Society
    waiting_list: WaitingList
    programmes: dict[str, Programme]
    programmes_with_work: list[Programme]
    deliveries: Deliveries
    purses: Purses
    free_places: np.ndarray
    cycle: float
    _largest_newcomers: int
    _exchange_months: int
    _tie_chance: float
    _allocated: tuple[int, int] | None
    _person_luck: np.ndarray
    _ladder_luck: np.ndarray
    _household_luck: np.ndarray
    _kinds: np.ndarray
    _subjects: np.ndarray
    _starters: np.ndarray
    _seekers: np.ndarray
    _in_arrears: np.ndarray
    touched: np.ndarray
    pairs: Pairs
    _in_arrears_count: np.ndarray

    # -- phases -------------------------------------------------------------------------------

    def _calendar(self) -> None:
        self.cycle = self.labour.cycle(self.month)
        self.society.moves_on(self.month)
        given = [0] * positions.N_CONTESTS
        for programme in self.programmes_with_work:
            given[programme.work_rung] += programme.delivery.jobs_given()
        self.free_places = self.labour.open_places(self.cycle, self._tally_before, given)
        self._draw(_PERSON_BLOCK, self._person_luck, self.people)
        self._draw(_HOUSEHOLD_BLOCK, self._household_luck, self.households)

    def _organisations(self) -> None:
        self.step_organisations()

    def _outreach(self) -> None:
        """Programmes act: see `Deliveries.reach_out`."""

    def _support(self) -> None:
        """Programmes act: see `Deliveries.support`."""

    def _wellbeing(self) -> None:
        if self.written:
            self._take_stock(self._all_in_one, np.zeros((1, N_TALLY)))
        people = self.people
        wellbeing(
            people.rows,
            people.count,
            self.households.rows,
            self._book,
            self.month,
            self._person_luck,
        )

    def _positions(self) -> None:
        people, households = self.people, self.households
        self._draw(_LADDER_BLOCK, self._ladder_luck, people)
        found = positions.attempts(
            people.rows,
            people.count,
            households.rows,
            self._book,
            self.month,
            self.cycle,
            self._ladder_luck,
            self._subjects,
            self._kinds,
            self._in_arrears,
            self._in_arrears_count,
            self.flows,
        )
        contests.admit(
            people.rows,
            self._book,
            self.seed,
            self.month,
            self._subjects,
            self._kinds,
            found,
            self.free_places,
            self.flows,
        )
        contests.rent_arrears(
            people.rows,
            households.rows,
            self._book,
            self.month,
            self._in_arrears,
            self._in_arrears_count[0],
        )

    def _families(self) -> None:
        found = families.family_events(
            self.people.rows,
            self.people.count,
            self.households.rows,
            self.households.count,
            self._book,
            self.month,
            self._person_luck,
            self._household_luck,
            self._kinds,
            self._subjects,
        )
        self.people.reserve(found)
        self.households.reserve(found)
        self._n_starters = families.happen(
            self.people.rows,
            self.people.count,
            self.households.rows,
            self.households.count,
            self.dwellings.rows,
            self.waiting_list.people.rows,
            self.waiting_list.households.rows,
            self.waiting_list.by_tenure,
            self._book,
            self.seed,
            self.month,
            self._kinds,
            self._subjects,
            found,
            self._starters,
            self._counts,
            self._move_flows,
        )
        self._take_counts()

    def _moving(self) -> None:
        # Households that began this month have no luck drawn yet; they live elsewhere.
        n_seekers = moving.moves(
            self.people.rows,
            self.households.rows,
            self._n_households_drawn,
            self.dwellings.rows,
            self._book,
            self.seed,
            self.month,
            self._household_luck,
            self._seekers,
            self._move_flows,
        )
        vacant = moving.count_vacant(self.dwellings.rows, self.dwellings.count) + n_seekers
        self.people.reserve(vacant * self._largest_newcomers)
        self.households.reserve(vacant)
        moving.let_vacancies(
            self.people.rows,
            self.people.count,
            self.households.rows,
            self.households.count,
            self.dwellings.rows,
            self.dwellings.count,
            self.waiting_list.people.rows,
            self.waiting_list.households.rows,
            self.waiting_list.by_tenure,
            self._book,
            self.seed,
            self.month,
            self._seekers,
            n_seekers,
            self._starters,
            self._n_starters,
            self._counts,
            self._move_flows,
        )
        self._take_counts()
        self._allocate()

    def _ties(self) -> None:
        if self.month % self._exchange_months == 0:
            if self.programmes:
                self._meet_and_tell()
            self._exchange(self.month, self._tie_chance)

    def _meet_and_tell(self) -> None:
        """Make the ties between participants who met, and let word of programmes spread."""
        if self.pairs.count:
            self.edges.reserve(self.pairs.count)
            self.edges.count = int(
                make_fellows(
                    self.people.rows,
                    self.edges.rows,
                    self.edges.count,
                    self.pairs.rows,
                    self.pairs.count,
                    self.touched,
                    self._book,
                    self.seed,
                    self.month,
                )
            )
            self.pairs.count = 0
        self.deliveries.tell_ties()

    # -- what phases share --------------------------------------------------------------------

    def _draw(self, block: int, out: np.ndarray, table: Any) -> None:
        draw_blocks(self.seed, table.identities(), table.count, self.month, block, out)
        if table is self.households:
            self._n_households_drawn = table.count

    def _take_counts(self) -> None:
        self.people.count = int(self._counts[0])
        self.households.count = int(self._counts[1])

    def _allocate(self) -> None:
        """Keep the working arrays as long as the tables they go with; what is in them stays."""
        people, households = self.people.capacity, self.households.capacity
        if self._allocated == (people, households):
            return
        self._allocated = people, households
        for name, dtype, rows, length in (
            ("_person_luck", np.uint32, 4, people),
            ("_ladder_luck", np.uint32, 4, people),
            ("_household_luck", np.uint32, 4, households),
            # Everybody can be found three times: for a course, for work and for a leisure place.
            ("_kinds", np.int8, 0, 3 * people),
            ("_subjects", np.int32, 0, 3 * people),
            ("_starters", np.int32, 0, people),
            ("_seekers", np.int32, 0, households),
            ("_in_arrears", np.int32, 0, households),
            ("touched", np.int8, 0, people),
        ):
            old = self._working.get(name)
            if old is not None and old.shape[-1] == length:
                continue
            new: Any = np.zeros((rows, length) if rows else (length,), dtype=dtype)
            if old is not None:
                new[..., : old.shape[-1]] = old
            self._working[name] = new
            setattr(self, name, new)

    def _start_ties(self) -> None:
        """Make the ties with which the first residents start, and settle agency on them."""
        rounds = int(4 * self.rules.ties_mean_wanted) if self.rules.ties_mean_wanted > 0 else 0
        ties.wish_ties(self.people.rows, self.people.count, self._book, self.seed, 0)
        for k in range(rounds, 0, -1):
            if not self._make_ties(-k, 1.0):
                break
        self._exchange(0, 0.0)
        self._settle_agency()

    def _settle_agency(self) -> None:
        """Take what ties add to agency out of its base, so that the start is not a shock."""
        column = self.people.column
        adult = (column("birth") <= -12 * self.rules.ages_adult) & (column("tie_agency") >= 0)
        if adult.any():
            pull = column("tie_agency")[adult] - column("agency")[adult]
            shift = self.rules.wellbeing_agency_ties * float(pull.mean(dtype=np.float64))
            self.rules.agency_base -= shift

    def _exchange(self, month: int, chance: float) -> None:
        people, n = self.people.rows, self.people.count
        ties.wish_ties(people, n, self._book, self.seed, month)
        self.edges.count = int(
            ties.end_ties(
                people, n, self.edges.rows, self.edges.count, self._book, self.seed, month
            )
        )
        if chance > 0:
            self._make_ties(month, chance)
        ties.exchange(people, n, self.edges.rows, self.edges.count, self._book, month)

    def _make_ties(self, month: int, chance: float) -> int:
        people, n = self.people.rows, self.people.count
        self.edges.reserve(n)
        before = self.edges.count
        offsets, others = ties.adjacency(self.edges.rows, before, people, n)
        self.edges.count = int(
            ties.make_ties(
                people,
                n,
                self.households.rows,
                self.dwellings.rows,
                self.buildings.stairwell_start,
                self.buildings.street_start,
                self.edges.rows,
                before,
                offsets,
                others,
                self._book,
                self.seed,
                month,
                chance,
            )
        )
        return self.edges.count - before
