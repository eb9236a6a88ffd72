"""The ties of a neighbourhood as a `networkx.Graph`."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np

from .state import HERE

if TYPE_CHECKING:
    from .neighbourhood import Neighbourhood

_KINDS = ("neighbour", "friend", "programme")
_LADDERS = ("learning", "working", "housing", "leisure")


def network_graph(world: Neighbourhood) -> nx.Graph:
    """Return who knows whom among those who live here now; see `Neighbourhood.network`."""
    people, households = world.people.rows, world.households.rows
    graph = nx.Graph(month=world.month)
    members: dict[int, list[int]] = {}
    for row in np.flatnonzero(people["status"][: world.people.count] == HERE).tolist():
        household = int(people["household"][row])
        identity = int(people["identity"][row])
        members.setdefault(household, []).append(identity)
        dwelling = households["dwelling"][household]
        graph.add_node(
            identity,
            row=row,
            household=household,
            stairwell=int(world.dwellings.rows["stairwell"][dwelling]),
            age_years=int(world.month - people["birth"][row]) // 12,
            agency=float(people["agency"][row]),
            burden=float(people["burden"][row]),
            trust=float(people["trust"][row]),
            bridges=max(0, int(people["bridges"][row])),
            **{ladder: int(people["rung"][row, k]) for k, ladder in enumerate(_LADDERS)},
        )
    for together in members.values():
        graph.add_edges_from(combinations(together, 2), kind="household")
    edges, n = world.edges.rows, world.edges.count
    for a, b, kind in zip(
        edges["a"][:n].tolist(), edges["b"][:n].tolist(), edges["kind"][:n].tolist(), strict=True
    ):
        if people["status"][a] == HERE and people["status"][b] == HERE:
            graph.add_edge(
                int(people["identity"][a]), int(people["identity"][b]), kind=_KINDS[kind]
            )
    return graph
