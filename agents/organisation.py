"""What organisations among the agents have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import mesa

if TYPE_CHECKING:
    from ..model.neighbourhood import Neighbourhood


class NoRungs(NamedTuple):
    """The rungs of who has no position: every comparison with them is false."""

    learning: float = float("nan")
    working: float = float("nan")
    housing: float = float("nan")
    leisure: float = float("nan")


class Organisation(mesa.Agent):
    """An agent that is not a resident.

    It stands beside the residents in ``model.agents``; its rungs are NaN, so that a selection by
    rung over all agents leaves it out.
    """

    model: Neighbourhood  # pyright: ignore[reportIncompatibleVariableOverride]
    rung = NoRungs()
