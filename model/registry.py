"""Mesa's books: residents as agents in ``model.agents``, made when somebody looks.

A run that nobody looks into pays for no agent objects. From the first look on, arrivals and
leavers are entered and struck off at the end of every month.
"""

from __future__ import annotations

import math
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from ..agents.key_worker import KeyWorker
from ..agents.resident import TOP_RUNG, Resident
from . import families
from .positions import change_rung
from .state import HERE, Table

if TYPE_CHECKING:
    from mesa.agent import AgentSet

    from ..agents.programme import Programme
    from .purses import Purses

_LADDERS = ("learning", "working", "housing", "leisure")
_TOP_CAPABILITY = 6.0
_hired = attrgetter("unique_id")


class Registry:
    """The part of `Neighbourhood` that Mesa sees."""

    people: Table
    households: Table
    dwellings: Table
    edges: Table
    rules: Any
    _book: Any
    seed: int
    month: int
    flows: np.ndarray
    _move_flows: np.ndarray
    _counts: np.ndarray
    _working: dict[str, np.ndarray]
    _agents_by_type: dict[Any, Any]
    _all_agents: Any
    # Who takes a step every month: all but residents and key workers.
    _step_order: dict[Any, None]
    # Key workers who were hired while nobody looked.
    _unseen: dict[KeyWorker, None]
    programmes: dict[str, Programme]
    purses: Purses

    #: True when an agent has written to the arrays since the last month was recorded.
    written = False
    _registered: dict[int, Resident] | None = None
    _registered_until = 0
    _next_id = 1

    def _allocate(self) -> None:
        """Keep the working arrays as long as the tables; see `Month`."""
        raise NotImplementedError

    # -- Mesa's names -------------------------------------------------------------------------

    @property
    def agents(self) -> AgentSet:
        """All agents: residents who live here now, and organisations."""
        self._open()
        return self._all_agents

    @property
    def agents_by_type(self) -> dict[Any, Any]:
        """All agents by their class."""
        self._open()
        return self._agents_by_type

    @property
    def agent_types(self) -> list[type]:
        """The classes of agents that there are."""
        return list(self.agents_by_type)

    def register_agent(self, agent: Any) -> None:
        """Enter an agent, as Mesa does, without what Mesa 3.3 keeps of the model for ever."""
        kept = getattr(mesa.Agent, "_ids", None)
        if kept is not None:
            # Mesa 3.3 numbers agents in a class attribute keyed by the model, which then never dies.
            kept.pop(self, None)
        if isinstance(agent, KeyWorker) and self._registered is None:
            self._unseen[agent] = None
        else:
            super().register_agent(agent)  # type: ignore[misc]
        if not isinstance(agent, Resident):
            self._number(agent)
            if not isinstance(agent, KeyWorker) and type(agent).step is not mesa.Agent.step:
                self._step_order[agent] = None

    def _number(self, agent: Any) -> None:
        """Give an organisation its number, in the order in which they come; looked at or not."""
        agent.unique_id = self._next_id
        self._next_id += 1

    def deregister_agent(self, agent: Any) -> None:
        """Strike an agent off, as Mesa does."""
        if agent in self._unseen:
            del self._unseen[agent]
            return
        super().deregister_agent(agent)  # type: ignore[misc]
        if not isinstance(agent, Resident):
            self._step_order.pop(agent, None)

    # -- residents as agents ------------------------------------------------------------------

    def _open(self) -> None:
        if self._registered is None and hasattr(self, "people"):
            self._registered = {}
            self._registered_until = 0
            for worker in self._unseen:
                number = worker.unique_id
                super().register_agent(worker)  # type: ignore[misc]
                worker.unique_id = number
            self._unseen = {}
            self.renew_registry()

    def renew_registry(self) -> None:
        """Strike off who is no longer here and enter who has come, if anybody ever looked."""
        if self._registered is None:
            return
        status = self.people.rows["status"]
        rows = np.fromiter(self._registered, dtype=np.int64, count=len(self._registered))
        for row in rows[status[rows] != HERE].tolist():
            self.deregister_agent(self._registered.pop(row))  # type: ignore[attr-defined]
        count = self.people.count
        new = self._registered_until + np.flatnonzero(
            status[self._registered_until : count] == HERE
        )
        for row in new.tolist():
            resident = Resident(self, row)  # type: ignore[arg-type]
            self.register_agent(resident)
            self._registered[row] = resident
        self._registered_until = count

    def person(self, row: int) -> Resident:
        """Return the person in a row; the same object as in `agents` for who lives here now."""
        if not 0 <= row < self.people.count:
            raise IndexError(f"row {row} is outside 0 to {self.people.count - 1}")
        found = self._registered.get(row) if self._registered else None
        return found or Resident(self, row)  # type: ignore[arg-type]

    def step_organisations(self) -> None:
        """Let money go round, and agents that are not residents take their step, in their order.

        Key workers come last, and of them only those whom luck takes: see `Workforce.leaving`.
        """
        if self.programmes:
            self.purses.live_month()
        for agent in list(self._step_order):
            # Some may go before their turn comes.
            if agent in self._step_order:
                agent.step()
        leaving: list[KeyWorker] = []
        for programme in self.programmes.values():
            leaving += programme.workforce.leaving(self.month)
        # In the order in which they were hired: a free hand is there for one of them.
        for worker in sorted(leaving, key=_hired) if leaving else ():
            worker.step()

    # -- writing ------------------------------------------------------------------------------

    def write_share(self, row: int, name: str, value: float) -> None:
        """Write agency, burden, trust or strain of a person; raise ValueError outside 0 to 1."""
        number = float(value)
        if not 0.0 <= number <= 1.0:
            raise ValueError(f"{name} {value!r} is outside 0 to 1")
        self.people.rows[name][row] = number
        self.written = True

    def write_ladder(self, row: int, column: str, ladder: int, value: float) -> None:
        """Write a rung, capability or footing of a person; raise ValueError out of range."""
        name = f"{column}.{_LADDERS[ladder]}"
        number = float(value)
        if column == "rung":
            if not (number.is_integer() and 0 <= number <= TOP_RUNG):
                raise ValueError(f"{name} {value!r} is not a whole number from 0 to {TOP_RUNG}")
            if int(number) != self.people.rows["rung"][row, ladder]:
                change_rung(self.people.rows, row, ladder, int(number), self.flows)
        else:
            if not (math.isfinite(number) and 0.0 <= number <= _TOP_CAPABILITY):
                raise ValueError(f"{name} {value!r} is outside 0 to {_TOP_CAPABILITY:g}")
            self.people.rows[column][row, ladder] = number
        self.written = True

    def move_out(self, row: int) -> None:
        """Let one person leave the neighbourhood alone; children do not stay without an adult."""
        if self.people.rows["status"][row] != HERE:
            return
        self.households.reserve(1)
        self._allocate()
        families.move_out_alone(
            self.people.rows,
            self.people.count,
            self.households.rows,
            self.households.count,
            self.dwellings.rows,
            row,
            self._book,
            self.seed,
            self.month,
            self._counts,
            self._move_flows,
        )
        self.households.count = int(self._counts[1])
        self.written = True
        self.renew_registry()

    def ties_of(self, row: int) -> list[tuple[int, int, int]]:
        """Return (other row, kind, month in which it ends) of a person's ties."""
        edges, n = self.edges.rows, self.edges.count
        found = []
        for own, other in ((edges["a"], edges["b"]), (edges["b"], edges["a"])):
            at = np.flatnonzero(own[:n] == row)
            found += zip(
                other[at].tolist(),
                edges["kind"][at].tolist(),
                edges["until"][at].tolist(),
                strict=True,
            )
        return sorted(found)
