"""The world: a Mesa model of one neighbourhood that steps a month at a time."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from ..agents.compiling import COMPILED
from ..agents.landlord import Landlord
from ..agents.resident import Resident
from ..scenarios import TENURES, Scenario, load
from . import families, moving, positions, ties
from .buildings import extend
from .chronicle import FLOWS, UNIT_SCALES, Chronicle, PersonYear
from .households import ARRIVALS, BIRTHS, DEATHS, DEPARTURES, N_MOVE_FLOWS
from .labour import LabourMarket
from .luck import EVENT, Luck, draw_blocks
from .population import populate
from .registry import Registry
from .rulebook import loop_record, rulebook
from .state import DEAD, EDGE, ELSEWHERE, HERE, Table
from .tally import N_TALLY, TALLY_COLUMN, take_stock
from .wellbeing import wellbeing

if TYPE_CHECKING:
    import networkx as nx

#: The month, in order: (phase, what happens). `Neighbourhood.step` runs the method ``_<phase>``.
PHASES: tuple[tuple[str, str], ...] = (
    ("calendar", "the labour market swings; vacancies and places open"),
    ("organisations", "agents other than residents take their step"),
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


class Neighbourhood(Registry, mesa.Model):
    """A neighbourhood whose residents live month by month.

    Parameters
    ----------
    scenario
        What is asked, or the name or file of it.
    rng
        Seed: an integer from 0 to 2**63 - 1, or anything Mesa accepts, from which a seed is drawn.
        The same scenario and seed give the same world, bit for bit.
    record_persons
        Whether the chronicle keeps the position of every person at the end of every year.

    Attributes
    ----------
    setup : Scenario
        What was asked. (``scenario`` is the name of something of Mesa's own from 3.5 on.)
    month : int
        Months lived so far.
    """

    def __init__(
        self,
        scenario: Scenario | str = "average",
        rng: Any = None,
        *,
        record_persons: bool = False,
    ) -> None:
        super().__init__(rng=rng)
        self.setup = scenario if isinstance(scenario, Scenario) else load(scenario)
        self.seed = int(rng) if isinstance(rng, int | np.integer) else int(self.rng.integers(2**62))
        self.luck = Luck(self.seed)
        self.month = 0
        self.record_persons = record_persons
        population = populate(self.setup, self.luck)
        self.rules = rulebook(self.setup)
        self.rules.agency_base = population.agency_base
        self._book = loop_record(self.rules)
        self.people = population.people
        self.households = population.households
        self.dwellings = population.dwellings
        self.buildings = population.buildings
        self.waiting_list = population.waiting_list
        self._largest_newcomers = int(self.waiting_list.households.column("members").max())
        self.edges = Table(EDGE, self.people.count * 4)
        self._allocate()
        self._counts = np.zeros(2, dtype=np.int64)
        self._move_flows = np.zeros(N_MOVE_FLOWS, dtype=np.int64)
        self._in_arrears_count = np.zeros(1, dtype=np.int64)
        self._n_starters = 0
        self._all_in_one = np.zeros(self.dwellings.count, dtype=np.int32)
        self.labour = LabourMarket(self.rules, self.luck)
        self.cycle = 0.0
        self.free_places = np.zeros(positions.N_CONTESTS, dtype=np.int64)
        self.flows = np.zeros(len(FLOWS), dtype=np.int64)
        self._start_ties()
        self.landlord = Landlord(self)
        self.chronicle = Chronicle(
            {
                "scenario": self.setup.name,
                "scenario_key": self.setup.key(),
                "place": self.setup.place.key,
                "policy": self.setup.policy,
                "seed": self.seed,
                "version": version("langeadem"),
                "compiled": COMPILED,
            }
        )
        self._tally_before = np.zeros(N_TALLY)
        self._record()

    # -- time ---------------------------------------------------------------------------------

    def step(self) -> None:
        """Live one month: the phases of `PHASES`, in order."""
        self.month += 1
        for phase, _ in PHASES:
            getattr(self, f"_{phase}")()
        self.renew_registry()
        self.running = self.month < self.setup.months

    def run(self, years: int | None = None) -> Chronicle:
        """Live on to the horizon of the scenario, or for ``years`` more; return the chronicle."""
        months = self.setup.months - self.month if years is None else 12 * years
        for _ in range(months):
            self.step()
        return self.chronicle

    # -- phases -------------------------------------------------------------------------------

    def _calendar(self) -> None:
        self.cycle = self.labour.cycle(self.month)
        self.free_places = self.labour.open_places(self.cycle, self._tally_before)
        self._draw(_PERSON_BLOCK, self._person_luck, self.people)
        self._draw(_HOUSEHOLD_BLOCK, self._household_luck, self.households)

    def _organisations(self) -> None:
        self.step_organisations()

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
        positions.admit(
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
        positions.rent_arrears(
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
        if self.month % self.rules.ties_exchange_months == 0:
            chance = self.rules.ties_formation_rate * self.rules.ties_exchange_months
            self._exchange(self.month, chance)

    def _record(self) -> None:
        sums = np.zeros((1, N_TALLY))
        self._take_stock(self._all_in_one, sums)
        self._check_balance(sums[0])
        self.chronicle.add_month(self.month, sums[0], self.flows.copy(), self.cycle)
        self.flows[:] = 0
        if self.month % 12 == 0:
            self._record_year(self.month // 12)

    # -- parts of phases ----------------------------------------------------------------------

    def _draw(self, block: int, out: np.ndarray, table: Any) -> None:
        identity = np.ascontiguousarray(table.column("identity"))
        draw_blocks(self.seed, identity, table.count, self.month, block, out)
        if table is self.households:
            self._n_households_drawn = table.count

    def _take_counts(self) -> None:
        self.people.count = int(self._counts[0])
        self.households.count = int(self._counts[1])

    def _allocate(self) -> None:
        """Keep the working arrays as long as the tables they go with."""
        people, households = self.people.capacity, self.households.capacity
        if getattr(self, "_for_capacity", None) == (people, households):
            return
        self._for_capacity = (people, households)
        self._person_luck = np.empty((4, people), dtype=np.uint32)
        self._ladder_luck = np.empty((4, people), dtype=np.uint32)
        self._household_luck = np.empty((4, households), dtype=np.uint32)
        # Everybody can be found twice: as a candidate for a course and for a leisure place.
        self._kinds = np.empty(3 * people, dtype=np.int8)
        self._subjects = np.empty(3 * people, dtype=np.int32)
        self._seekers = np.empty(households, dtype=np.int32)
        self._starters = np.empty(people, dtype=np.int32)
        self._in_arrears = np.empty(households, dtype=np.int32)

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

    def _take_stock(self, unit_of_dwelling: np.ndarray, out: np.ndarray) -> None:
        take_stock(
            self.people.rows,
            self.people.count,
            self.households.rows,
            self.households.count,
            unit_of_dwelling,
            self._book,
            self.month,
            out,
        )
        self.written = False

    def _check_balance(self, sums: np.ndarray) -> None:
        """Refuse a month whose residents or jobs do not balance."""
        moved = self._move_flows
        self.flows[positions.N_POSITION_FLOWS :] = moved
        count = dict(zip(FLOWS, self.flows.tolist(), strict=True))
        before, self._tally_before = self._tally_before, sums
        if self.month > 0:
            expected = before[TALLY_COLUMN["residents"]] + (
                moved[BIRTHS] + moved[ARRIVALS] - moved[DEPARTURES] - moved[DEATHS]
            )
            jobs = before[TALLY_COLUMN["with_job"]] + (
                count["hired"]
                + count["arrived_with_job"]
                - count["jobs_lost"]
                - count["retired"]
                - count["left_with_job"]
                - count["died_with_job"]
            )
            found = sums[TALLY_COLUMN["residents"]], sums[TALLY_COLUMN["with_job"]]
            if found != (expected, jobs):
                raise RuntimeError(
                    f"month {self.month} does not balance: {found[0]:.0f} residents and"
                    f" {found[1]:.0f} with a job, {expected:.0f} and {jobs:.0f} expected"
                )
        moved[:] = 0

    def _record_year(self, year: int) -> None:
        stairwells = np.zeros((len(self.buildings.stairwell_start) - 1, N_TALLY))
        self._take_stock(self.buildings.stairwell, stairwells)
        first = self.buildings.stairwell_start[:-1]
        for scale in UNIT_SCALES:
            unit = getattr(self.buildings, scale)[first]
            sums = np.zeros((int(unit[-1]) + 1, N_TALLY))
            np.add.at(sums, unit, stairwells)
            self.chronicle.add_year(scale, year, sums)
        if self.record_persons:
            self._record_persons(year)

    def _record_persons(self, year: int) -> None:
        everybody = self.people.rows[: self.people.count]
        alive = everybody[everybody["status"] != DEAD]
        dwelling = self.households.rows["dwelling"][alive["household"]]
        stairwell = np.where(dwelling >= 0, self.buildings.stairwell[dwelling], -1)
        self.chronicle.add_persons(
            PersonYear(
                year=year,
                identity=alive["identity"],
                status=alive["status"],
                unit=stairwell,
                age_years=(self.month - alive["birth"]) // 12,
                rung=alive["rung"],
                capability=alive["capability"],
                agency=alive["agency"],
                burden=alive["burden"],
                trust=alive["trust"],
            )
        )

    # -- changing the world -------------------------------------------------------------------

    def build_dwelling(self, tenure: str = "social_rent", rung: int = 3) -> int:
        """Add an empty dwelling to the last stairwell, to be let next month; return its number.

        Parameters
        ----------
        tenure
            One of `TENURES`.
        rung
            Housing rung that goes with living in it, 2 to 5.
        """
        if tenure not in TENURES:
            raise ValueError(f"unknown tenure {tenure!r}; allowed: {', '.join(TENURES)}")
        if not 2 <= rung <= 5:
            raise ValueError(f"rung {rung!r} of a dwelling is outside 2 to 5")
        number = self.dwellings.count
        self.buildings = extend(self.buildings, TENURES.index(tenure), rung)
        self.dwellings.reserve(1)
        self.dwellings.count += 1
        new = self.dwellings.rows[number : number + 1]
        for name in ("stairwell", "complex", "street", "tenure", "rung"):
            new[name] = getattr(self.buildings, name)[number]
        new["household"] = -1
        new["vacant_since"] = self.month - self.rules.moving_vacancy_months
        self._all_in_one = np.zeros(self.dwellings.count, dtype=np.int32)
        return number

    # -- looking at the world -----------------------------------------------------------------

    @property
    def years(self) -> float:
        """Years lived so far."""
        return self.month / 12

    def leavers(self) -> list[Resident]:
        """Return everybody who left the neighbourhood and is alive."""
        elsewhere = np.flatnonzero(self.people.column("status") == ELSEWHERE)
        return [self.person(row) for row in elsewhere.tolist()]

    def network(self) -> nx.Graph:
        """Return the ties of those who live here now, households included.

        Nodes are identities with the attributes row, household, stairwell, age_years, the four
        rungs, agency, burden, trust and bridges (ties to people outside, which have no node);
        edges have a ``kind``: household, neighbour or friend.
        """
        from .network import network_graph

        return network_graph(self)

    def memory_bytes(self) -> int:
        """Return the memory that the state of the world takes, without Mesa's agents."""
        tables = (self.people, self.households, self.dwellings, self.edges)
        working = (
            self._person_luck,
            self._ladder_luck,
            self._household_luck,
            self._kinds,
            self._subjects,
            self._seekers,
            self._starters,
        )
        return sum(table.rows.nbytes for table in tables) + sum(array.nbytes for array in working)

    def count_here(self) -> int:
        """Return the number of residents now."""
        return int(np.sum(self.people.column("status") == HERE))
