"""A resident as a Mesa agent: a view of one row of the population arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import mesa

if TYPE_CHECKING:
    from ..model.neighbourhood import Neighbourhood

_STATUS = ("here", "elsewhere", "dead")
_ORIGIN = ("original", "newcomer", "born here")
_ROLE = ("head", "partner", "child")
_TENURE = ("social rent", "private rent", "owner-occupied", "supported")
_TIE = ("neighbour", "friend", "programme")

TOP_RUNG = 5


class FourLadders:
    """Four numbers of one resident, by ladder; reading and writing goes to the arrays."""

    __slots__ = ("_column", "_resident")

    def __init__(self, resident: Resident, column: str) -> None:
        self._resident = resident
        self._column = column

    def __getitem__(self, ladder: int) -> Any:
        return self._resident.model.people.rows[self._column][self._resident.row, ladder].item()

    def _set(self, ladder: int, value: float) -> None:
        self._resident.model.write_ladder(self._resident.row, self._column, ladder, value)

    def __iter__(self) -> Any:
        return (self[ladder] for ladder in range(4))

    def __repr__(self) -> str:
        values = ", ".join(f"{value:g}" for value in self)
        return f"{self._column}(learning, working, housing, leisure = {values})"

    @property
    def learning(self) -> Any:
        """Learning: 0 or below the first rung, up to 5."""
        return self[0]

    @learning.setter
    def learning(self, value: float) -> None:
        self._set(0, value)

    @property
    def working(self) -> Any:
        """Working: 3 is a subsidised, 4 a temporary and 5 a permanent job."""
        return self[1]

    @working.setter
    def working(self, value: float) -> None:
        self._set(1, value)

    @property
    def housing(self) -> Any:
        """Housing: 2 supported or with parents, 3 and 4 renting, 5 owning."""
        return self[2]

    @housing.setter
    def housing(self, value: float) -> None:
        self._set(2, value)

    @property
    def leisure(self) -> Any:
        """Leisure: 3 and higher take a place in a club or activity."""
        return self[3]

    @leisure.setter
    def leisure(self, value: float) -> None:
        self._set(3, value)


class Tie(NamedTuple):
    """A tie as seen by one of the two: with whom, of which kind, until which month."""

    other: Resident
    kind: str
    until_month: int


class Dwelling:
    """A dwelling; ``number`` counts along the street."""

    __slots__ = ("_model", "number")

    def __init__(self, model: Neighbourhood, number: int) -> None:
        self._model = model
        self.number = number

    def __repr__(self) -> str:
        return f"Dwelling({self.number}, stairwell={self.stairwell}, {self.tenure})"

    @property
    def stairwell(self) -> int:
        """Number of the stairwell."""
        return int(self._model.dwellings.rows["stairwell"][self.number])

    @property
    def complex(self) -> int:
        """Number of the complex."""
        return int(self._model.dwellings.rows["complex"][self.number])

    @property
    def street(self) -> int:
        """Number of the street."""
        return int(self._model.dwellings.rows["street"][self.number])

    @property
    def tenure(self) -> str:
        """Social rent, private rent, owner-occupied or supported."""
        return _TENURE[self._model.dwellings.rows["tenure"][self.number]]

    @property
    def rung(self) -> int:
        """Housing rung held by its head and partner."""
        return int(self._model.dwellings.rows["rung"][self.number])


class Household:
    """Who lives together and moves together."""

    __slots__ = ("_model", "number")

    def __init__(self, model: Neighbourhood, number: int) -> None:
        self._model = model
        self.number = number

    def __repr__(self) -> str:
        return f"Household({self.number}, {len(self.members)} members)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Household) and other.number == self.number

    def __hash__(self) -> int:
        return hash(self.number)

    @property
    def members(self) -> list[Resident]:
        """The members, in the order in which they joined."""
        people = self._model.people.rows
        row = int(self._model.households.rows["first_member"][self.number])
        members = []
        while row >= 0:
            members.append(self._model.person(row))
            row = int(people["next_member"][row])
        return members

    @property
    def dwelling(self) -> Dwelling | None:
        """The dwelling, or None for a household elsewhere."""
        number = int(self._model.households.rows["dwelling"][self.number])
        return Dwelling(self._model, number) if number >= 0 else None

    @property
    def poor(self) -> bool:
        """Whether nobody in it earns on the labour market or has a pension."""
        return bool(self._model.households.rows["poor"][self.number] == 1)


def _share(name: str, doc: str) -> property:
    def read(self: Resident) -> float:
        return float(self.model.people.rows[name][self.row])

    def write(self: Resident, value: float) -> None:
        self.model.write_share(self.row, name, value)

    return property(read, write, doc=doc)


class Resident(mesa.Agent):
    """One person, for life: a resident, or a leaver who is followed elsewhere.

    The world makes residents; what is written here goes to the arrays and is seen in the next
    month. ``unique_id`` is the lifelong identity that twin worlds share.
    """

    model: Neighbourhood  # pyright: ignore[reportIncompatibleVariableOverride]
    # Thousands of these stand beside the arrays: slots, and nothing else on the object.
    __slots__ = ("model", "row")
    pos = None

    def __init__(self, model: Neighbourhood, row: int) -> None:
        # Not Mesa's: that would register, and number, everybody that is merely looked at.
        self.model = model  # pyright: ignore[reportIncompatibleVariableOverride]
        self.row = row

    @property
    def unique_id(self) -> int:
        """The lifelong identity; the number that Mesa gives at registration is not kept."""
        return int(self.model.people.rows["identity"][self.row])

    @unique_id.setter
    def unique_id(  # pyright: ignore[reportIncompatibleVariableOverride]
        self, number: int | None
    ) -> None:
        pass

    def __repr__(self) -> str:
        return f"Resident({self.unique_id}, {self.status}, {self.age_years} years)"

    agency = _share("agency", "Say and control over one's life, 0 to 1.")
    burden = _share("burden", "Problems that keep hands from being free, 0 to 1.")
    trust = _share("trust", "Trust in professionals and institutions, 0 to 1.")
    strain = _share("strain", "The structural part of burden, 0 to 1.")

    @property
    def rung(self) -> FourLadders:
        """The rung held on each ladder, 0 to 5."""
        return FourLadders(self, "rung")

    @property
    def capability(self) -> FourLadders:
        """The position that could be sustained on each ladder, in rungs."""
        return FourLadders(self, "capability")

    @property
    def footing(self) -> FourLadders:
        """The capability that is left without support, in rungs."""
        return FourLadders(self, "footing")

    @property
    def age_years(self) -> int:
        """Age in whole years."""
        return int(self.model.month - self.model.people.rows["birth"][self.row]) // 12

    @property
    def status(self) -> str:
        """Here, elsewhere or dead."""
        return _STATUS[self.model.people.rows["status"][self.row]]

    @property
    def origin(self) -> str:
        """Original, newcomer or born here."""
        return _ORIGIN[self.model.people.rows["origin"][self.row]]

    @property
    def role(self) -> str:
        """Head, partner or child in the household."""
        return _ROLE[self.model.people.rows["role"][self.row]]

    @property
    def household(self) -> Household:
        """The household."""
        return Household(self.model, int(self.model.people.rows["household"][self.row]))

    @property
    def dwelling(self) -> Dwelling | None:
        """The dwelling, or None for somebody who lives elsewhere."""
        return self.household.dwelling

    @property
    def idle_months(self) -> int:
        """Months since the last paid work."""
        return int(self.model.people.rows["idle_months"][self.row])

    @property
    def bridges(self) -> int:
        """Number of ties to people outside the neighbourhood."""
        return max(0, int(self.model.people.rows["bridges"][self.row]))

    @property
    def ties(self) -> list[Tie]:
        """The ties with other residents and leavers, without those of the household."""
        return [
            Tie(self.model.person(other), _TIE[kind], until)
            for other, kind, until in self.model.ties_of(self.row)
        ]

    def remove(self) -> None:
        """Leave the neighbourhood alone; the person is followed elsewhere."""
        self.model.move_out(self.row)
