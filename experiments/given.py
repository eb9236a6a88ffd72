"""A place as it is given, held against the population that is generated from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..model.state import CHILD
from ..model.tally import TALLY_COLUMN
from ..scenarios import FIGURES, TENURES

if TYPE_CHECKING:
    from ..model import Neighbourhood
    from ..scenarios import Place

#: How many persons, households or dwellings a generated number may be off: ranks are cut where the
#: share says, whole couples are 65 or older, and dwellings of each tenure add up to those there are.
ALLOWED = 2.0
#: Of a share that is given, the figures of a place that no starting population shows.
NOT_MEASURED = ("turnover_social_rent",)


@dataclass(frozen=True)
class Compared:
    """One figure, given and generated.

    Attributes
    ----------
    figure
        A name of `FIGURES`, or of the place's context.
    basis
        What the given figure rests on: ``source``, ``derived`` or ``default``.
    given, generated
        Persons, households or dwellings.
    among
        Of how many, where the figure is a share; else None.
    allowed
        How far they may be apart; None where the population is not built from the figure.
    """

    figure: str
    basis: str
    given: float
    generated: float
    among: float | None
    allowed: float | None

    @property
    def met(self) -> bool | None:
        """Whether they are near enough; None where nothing says that they should be."""
        if self.allowed is None:
            return None
        return bool(abs(self.generated - self.given) <= self.allowed + 1e-6)


def compare_given(place: Place, world: Neighbourhood) -> list[Compared]:
    """Return every figure of a place beside what a world that has not begun to live has of it.

    Parameters
    ----------
    place
        Given figures; those under ``context`` that a population can be counted for come last.
    world
        Generated from this place.
    """
    counted = _counts(world)
    largest = float(world.households.column("members").max())
    rows = []
    for name in FIGURES:
        if name in NOT_MEASURED:
            continue
        figure = getattr(place.figures, name)
        found, among = counted[name]
        given = figure.value if among is None else figure.value * among
        allowed = 0.0 if among is None else ALLOWED
        if name == "share_benefit":
            # Who has no earner in the household comes to benefit together.
            allowed = max(allowed, largest)
        rows.append(Compared(name, figure.basis, given, found, among, allowed))
    for name, figure in place.context.items():
        if name in counted:
            found, among = counted[name]
            rows.append(Compared(name, figure.basis, figure.value, found, among, None))
    return rows


def _counts(world: Neighbourhood) -> dict[str, tuple[float, float | None]]:
    """Return by figure how many there are, and among how many where it is a share."""
    return {**_of_people(world), **_of_households(world), **_of_tally(world)}


def _of_people(world: Neighbourhood) -> dict[str, tuple[float, float | None]]:
    people = world.people.rows[: world.people.count]
    age = -people["birth"] // 12
    core = (age >= 25) & (age < world.setup.parameters.ages.pension)
    bands = ((0, 15), (15, 25), (25, 45), (45, 65))
    residents = float(len(people))
    return {
        "residents": (residents, None),
        "share_under_18": (float(np.sum(age < 18)), residents),
        "share_65_plus": (float(np.sum(age >= 65)), residents),
        "share_low_education": (
            float(np.sum(people["rung"][core, 0] < 2)),
            float(np.sum(core)),
        ),
        **{
            f"residents_aged_{low}_to_{high - 1}": (
                float(np.sum((age >= low) & (age < high))),
                None,
            )
            for low, high in bands
        },
    }


def _of_households(world: Neighbourhood) -> dict[str, tuple[float, float | None]]:
    people = world.people.rows[: world.people.count]
    n = world.households.count
    at = people["household"]
    grown = np.bincount(at[people["role"] != CHILD], minlength=n)
    children = np.bincount(at[people["role"] == CHILD], minlength=n)
    minors = np.bincount(at[-people["birth"] // 12 < 18], minlength=n)
    members = grown + children
    tenures = np.bincount(world.dwellings.column("tenure"), minlength=len(TENURES))
    dwellings = float(tenures.sum())
    return {
        "households": (float(n), None),
        "share_single_parent": (float(np.sum((grown == 1) & (minors > 0))), float(n)),
        **{f"share_{one}": (float(tenures[at]), dwellings) for at, one in enumerate(TENURES)},
        "one_person_households": (float(np.sum(members == 1)), None),
        "households_without_children": (
            float(np.sum((members > 1) & (children == 0))),
            None,
        ),
        "households_with_children": (float(np.sum(children > 0)), None),
    }


def _of_tally(world: Neighbourhood) -> dict[str, tuple[float, float | None]]:
    first = world.chronicle.tallies()[0]
    tally = {name: float(first[at]) for name, at in TALLY_COLUMN.items()}
    labour = tally["unemployed"] + tally["at_work"]
    return {
        "share_benefit": (tally["on_benefit"], tally["working_age"]),
        "share_unemployed": (tally["unemployed"], labour),
        "share_in_control": (tally["in_control"], tally["adults"]),
        "share_debts": (tally["problem_households"], tally["households"]),
        "residents_on_assistance": (tally["on_benefit"], None),
    }
