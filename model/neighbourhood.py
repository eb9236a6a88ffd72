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
from .buildings import extend
from .cashbook import CashBook
from .chronicle import FLOWS, Chronicle
from .households import N_MOVE_FLOWS
from .install import acts_of, install
from .labour import LabourMarket
from .luck import Luck
from .month import PHASES, Month
from .paths import Paths
from .population import Population, populate
from .positions import N_CONTESTS
from .rulebook import Society, book_of, rulebook
from .state import EDGE, ELSEWHERE, HERE, Pairs, Table
from .tally import N_TALLY

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd


class Neighbourhood(Month, mesa.Model):  # pyright: ignore[reportIncompatibleMethodOverride]
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
    record_paths
        Whether `paths` keeps the rungs of every person at the end of every month.

    Attributes
    ----------
    setup : Scenario
        What was asked. (``scenario`` is the name of something of Mesa's own from 3.5 on.)
    month : int
        Months lived so far.
    paths : Paths or None
        The months of every person, where they are kept.
    """

    def __init__(
        self,
        scenario: Scenario | str = "average",
        rng: Any = None,
        *,
        record_persons: bool = False,
        record_paths: bool = False,
    ) -> None:
        # Agents other than residents, in the order in which they came.
        self._step_order: dict[Any, None] = {}
        self._unseen = {}
        super().__init__(rng=rng)
        self.setup = scenario if isinstance(scenario, Scenario) else load(scenario)
        self.seed = int(rng) if isinstance(rng, int | np.integer) else int(self.rng.integers(2**62))
        self.luck = Luck(self.seed)
        self.month = 0
        self.record_persons = record_persons
        self.paths = Paths() if record_paths else None
        self._settle(populate(self.setup, self.luck))
        self._largest_newcomers = int(self.waiting_list.households.column("members").max())
        self.edges = Table(EDGE, self.people.count * 4)
        self._working: dict[str, np.ndarray] = {}
        self._allocated = None
        self._allocate()
        self._counts = np.zeros(2, dtype=np.int64)
        self._move_flows = np.zeros(N_MOVE_FLOWS, dtype=np.int64)
        self._in_arrears_count = np.zeros(1, dtype=np.int64)
        self._n_starters = 0
        self._all_in_one = np.zeros(self.dwellings.count, dtype=np.int32)
        self.labour = LabourMarket(self.rules, self.luck)
        self.society = Society(self.rules)
        self._exchange_months = int(self.rules.ties_exchange_months)
        self._tie_chance = self.rules.ties_formation_rate * self._exchange_months
        self.cycle = 0.0
        self.free_places = np.zeros(N_CONTESTS, dtype=np.int64)
        self.flows = np.zeros(len(FLOWS), dtype=np.int64)
        self._start_ties()
        self.landlord = Landlord(self)
        self.free_hands: list[int] = []
        self.pairs = Pairs()
        self.chronicle = Chronicle(self._about())
        self._install()
        self._tally_before = np.zeros(N_TALLY)
        self._record()

    def _settle(self, population: Population) -> None:
        """Let a population live here, by rules that know how it stands at the start."""
        self.rules = rulebook(self.setup)
        self.rules.agency_base = population.agency_base
        self.rules.agency_typical = population.people.column("agency").mean(dtype=np.float64)
        self.rules.strain_typical = population.people.column("strain").mean(dtype=np.float64)
        self._book = book_of(self.rules)
        self.people = population.people
        self.households = population.households
        self.dwellings = population.dwellings
        self.buildings = population.buildings
        self.waiting_list = population.waiting_list

    def _about(self) -> dict[str, object]:
        """Return what a chronicle says of the run that it is of."""
        return {
            "scenario": self.setup.name,
            "scenario_key": self.setup.key(),
            "place": self.setup.place.key,
            "place_name": self.setup.place.name,
            "policy": self.setup.policy.key,
            "seed": self.seed,
            "version": version("langeadem"),
            "compiled": COMPILED,
        }

    def _install(self) -> None:
        """Set up what the policy brings: who pays, who works, and what is done in which phase."""
        self.funders, self.programmes = install(self)
        self.programmes_with_work = [one for one in self.programmes.values() if one.work_rung]
        #: What the policy does, phase by phase; empty for the null policy.
        self.acts = acts_of(self, self.programmes)
        self._acts_in = {
            phase: [one for one in self.acts if one.phase == phase] for phase, _ in PHASES
        }
        if self.programmes:
            self.chronicle.follow_programmes(
                self._all_trajectories, self.setup.parameters.counterforces.discount_rate
            )

    # -- time ---------------------------------------------------------------------------------

    def step(self) -> None:
        """Live one month: the phases of `PHASES`, in order."""
        self.month += 1
        for phase, _ in PHASES:
            getattr(self, f"_{phase}")()
            for act in self._acts_in.get(phase, ()):
                act.do()
        self.renew_registry()
        self.running = self.month < self.setup.months

    def run(self, years: int | None = None) -> Chronicle:
        """Live on to the horizon of the scenario, or for ``years`` more; return the chronicle."""
        months = self.setup.months - self.month if years is None else 12 * years
        for _ in range(months):
            self.step()
        return self.chronicle

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
        edges have a ``kind``: household, neighbour, friend or programme.
        """
        from .network import network_graph

        return network_graph(self)

    def memory_bytes(self) -> int:
        """Return the memory that the state of the world takes, without Mesa's agents."""
        tables = (self.people, self.households, self.dwellings, self.edges)
        return sum(table.rows.nbytes for table in tables) + sum(
            array.nbytes for array in self._working.values()
        )

    @property
    def cashbook(self) -> CashBook:
        """The cash book of the programmes."""
        return self.chronicle.cashbook

    def _all_trajectories(self) -> pd.DataFrame:
        import pandas as pd

        frames = [programme.delivery.frame() for programme in self.programmes.values()]
        return pd.concat(frames, ignore_index=True)

    def count_here_last_month(self) -> int:
        """Return the number of residents at the end of last month."""
        return int(self._tally_before[0])

    def take_free_hand(self) -> bool:
        """Take a key worker of a stopped programme who is free for other work, if there is one."""
        self.free_hands = [until for until in self.free_hands if until >= self.month]
        if not self.free_hands:
            return False
        self.free_hands.pop(0)
        return True

    @property
    def book(self) -> Any:
        """The rules as loops take them: an array of one."""
        return self._book

    @property
    def move_flows(self) -> np.ndarray:
        """Counts of this month's moves, in the order of `households`."""
        return self._move_flows

    def count_here(self) -> int:
        """Return the number of residents now."""
        return int(np.sum(self.people.column("status") == HERE))
