"""What programmes did in one run, what they cost, and where their participants stand at its end.

Three things that are kept apart: reach and output, money, and positions. Positions after a run are
no effect of a programme: that is the difference with a twin.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..model.cashbook import PAID_IN, PAID_OUT
from ..scenarios import PAYERS, FundedProgramme, ProgrammeSpec

if TYPE_CHECKING:
    import pandas as pd

    from ..model import Chronicle

#: A table by column.
Columns = dict[str, np.ndarray]

#: What is spent, in the order of the cash book; money that went back is not.
SPENT = tuple(kind for kind in PAID_OUT if kind != "returned")
#: Amounts of dwellings that change hands.
OF_DWELLINGS = ("sale", "discount", "buy_back")
#: Ends of a trajectory before its time, other than by the programme.
_STOPPED = ("dropped out", "left", "died")
#: Housing rung of who bought the dwelling.
_OWNS = 5


@dataclass(frozen=True)
class Output:
    """Reach and output of a programme.

    Attributes
    ----------
    places, in_support
        Means over the months with support; NaN where there were none.
    months_with, months_without
        Months with support, and months without it after the first.
    approached, contacted, visited, started
        Residents, each counted once.
    begun, completed, stopped, left_behind, handed_over, going_on
        Trajectories, of which a resident may have several; the last five add up to ``begun``.
        ``stopped``: the participant stopped, moved out or died. ``left_behind``: the programme
        stopped or shrank.
    """

    places: float
    in_support: float
    months_with: int
    months_without: int
    approached: int
    contacted: int
    visited: int
    started: int
    begun: int
    completed: int
    stopped: int
    left_behind: int
    handed_over: int
    going_on: int


@dataclass(frozen=True)
class Money:
    """The cash book added up, in cents.

    Attributes
    ----------
    paid, bridged
        By payer: everything paid in, and the part of it that carried a programme through gaps.
    spent
        By kind, in the order of `SPENT`.
    returned
        What went back to payers.
    spared
        By payer: what others were spared. It stands beside the book and is in no total.
    dwellings
        By kind, of `OF_DWELLINGS`: what dwellings were sold and bought back for, and the discount.
        It passes from buyer to landlord and back, and is in no total.
    cut_off
        Trajectories that were left without support when the money stopped.
    completed
        Trajectories that were completed.
    """

    paid: dict[str, int]
    bridged: dict[str, int]
    spent: dict[str, int]
    returned: int
    spared: dict[str, int]
    dwellings: dict[str, int]
    cut_off: int
    completed: int

    @property
    def paid_in(self) -> int:
        """Everything paid in."""
        return sum(self.paid.values())

    @property
    def spent_in_all(self) -> int:
        """Everything spent."""
        return sum(self.spent.values())

    @property
    def left(self) -> int:
        """What is still in hand."""
        return self.paid_in - self.spent_in_all - self.returned

    @property
    def per_completed(self) -> float:
        """What was spent for each completed trajectory; NaN where there is none."""
        return self.spent_in_all / self.completed if self.completed else math.nan


@dataclass(frozen=True)
class Standing:
    """Where those who started, and are alive, stand now beside their first start.

    Attributes
    ----------
    people
        Who started and are alive, each counted once.
    higher, same, lower
        On the ladder of the programme. Of several programmes: ``higher`` on one at least, ``lower``
        on one at least and higher on none.
    given
        Of ``higher``: who hold that rung by the place itself, its job or its change of tenure.
    elsewhere
        Of ``people``: who live elsewhere now.
    """

    people: int
    higher: int
    same: int
    lower: int
    given: int
    elsewhere: int


@dataclass(frozen=True)
class OfProgramme:
    """One programme: its name, its ladder, and what is told of it."""

    name: str
    ladder: str
    output: Output
    money: Money
    standing: Standing


@dataclass(frozen=True)
class ProgrammeSummary:
    """All programmes of a run, by key, and together."""

    programmes: dict[str, OfProgramme]
    money: Money
    standing: Standing

    @property
    def idle(self) -> bool:
        """Whether nobody ever paid anything."""
        return not self.money.paid_in


def summarise_programmes(
    chronicle: Chronicle, programmes: Mapping[str, FundedProgramme]
) -> ProgrammeSummary | None:
    """Return what the programmes of a run did; None where there are none.

    Parameters
    ----------
    chronicle
        Of a run of at least a month.
    programmes
        Those of its policy, by key.
    """
    if not programmes:
        return None
    months = _columns(chronicle.frame("programme"))
    book = _columns(chronicle.frame("cashbook"))
    trajectories = _columns(chronicle.frame("trajectory"))
    names = [funded.programme.name for funded in programmes.values()]
    found, starters = {}, []
    for key, funded in programmes.items():
        spec = funded.programme
        own = _of(trajectories, key)
        starters.append(_starters(own, spec))
        found[key] = OfProgramme(
            spec.name if names.count(spec.name) == 1 else key,
            spec.ladder,
            _output(_of(months, key), own),
            _money(_of(book, key), own),
            _standing(starters[-1:]),
        )
    return ProgrammeSummary(found, _money(book, trajectories), _standing(starters))


def _columns(frame: pd.DataFrame) -> Columns:
    """Return a table by column; a month that is missing is -1."""
    if "started" in frame:
        frame = frame.assign(started=frame["started"].fillna(-1).astype("int64"))
    return {str(name): frame[name].to_numpy() for name in frame.columns}


def _of(table: Columns, programme: str) -> Columns:
    own = table["programme"] == programme
    return {name: values[own] for name, values in table.items()}


def _output(months: Columns, trajectories: Columns) -> Output:
    working = months["working"] == 1
    with_support = int(working.sum())
    first = int(np.argmax(working)) if with_support else len(working)
    status, begun = trajectories["status"], trajectories["started"] >= 0
    completed = trajectories["completed"].astype(bool)
    return Output(
        places=_mean(months["places"][working]),
        in_support=_mean(months["in_support"][working]),
        months_with=with_support,
        months_without=len(working) - first - with_support,
        approached=int(months["aimed_at"].sum()),
        contacted=int(months["contacted"].sum()),
        visited=int(months["visited"].sum()),
        started=len(np.unique(trajectories["person"][begun])),
        begun=int(begun.sum()),
        completed=int(completed.sum()),
        stopped=int((np.isin(status, _STOPPED) & ~completed).sum()),
        left_behind=int((status == "abandoned").sum()),
        handed_over=int((status == "handed over").sum()),
        going_on=int((status == "supported").sum()),
    )


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else math.nan


def _money(book: Columns, trajectories: Columns) -> Money:
    return Money(
        paid=_by("payer", PAYERS, book, PAID_IN),
        bridged=_by("payer", PAYERS, book, ("bridge",)),
        spent=_by("kind", SPENT, book, SPENT),
        returned=sum(_by("payer", PAYERS, book, ("returned",)).values()),
        spared=_by("payer", PAYERS, book, ("saving",)),
        dwellings=_by("kind", OF_DWELLINGS, book, OF_DWELLINGS),
        cut_off=_cut_off(book),
        completed=int(trajectories["completed"].sum()),
    )


def _by(
    column: str, names: tuple[str, ...], book: Columns, kinds: tuple[str, ...]
) -> dict[str, int]:
    """Return the cents of some kinds by payer or kind; nothing for who paid nothing."""
    own = np.isin(book["kind"], kinds)
    sums = {name: int(book["cents"][own & (book[column] == name)].sum()) for name in names}
    return {name: cents for name, cents in sums.items() if cents}


def _cut_off(book: Columns) -> int:
    """Return how many were left without support: a gap names them every month, they count once.

    Who lost a place while money went on is named once. Who loses a room is no other participant.
    """
    gaps = book["kind"] == "gap"
    once = gaps & (book["unit"] == "participants left without a place")
    gaps &= book["unit"] == "participants left without support"
    month, programme, people = (book[name][gaps] for name in ("month", "programme", "quantity"))
    left: dict[str, int] = {}
    count = float(book["quantity"][once].sum())
    for at, key, number in zip(month.tolist(), programme.tolist(), people.tolist(), strict=True):
        if left.get(key) != at - 1:
            count += number
        left[key] = at
    return round(count)


def _starters(trajectories: Columns, spec: ProgrammeSpec) -> Columns:
    """Return who started and is alive: rungs gained since the first start, and what was given."""
    own = (trajectories["started"] >= 0) & (trajectories["living"] != "dead")
    order = np.argsort(trajectories["started"][own], kind="stable")
    began = {name: values[own][order] for name, values in trajectories.items()}
    now = began[f"{spec.ladder}_now"].astype(int)
    given = np.zeros(len(now), dtype=bool)
    if spec.ladder == "working":
        in_place = began["work_given"].astype(bool) & (began["status"] == "supported")
        given = in_place & (now == spec.offers.work_rung)
    elif spec.ladder == "housing" and spec.offers.tenure_change:
        given = now == _OWNS
    person, first, row = np.unique(began["person"], return_index=True, return_inverse=True)
    return {
        "person": person,
        "gained": (now - began[f"{spec.ladder}_start"].astype(int))[first],
        "given": np.bincount(row[given], minlength=len(person)) > 0,
        "elsewhere": began["living"][first] == "elsewhere",
    }


def _standing(starters: list[Columns]) -> Standing:
    """Return where people stand who started with one programme or with several."""
    person, gained, given, elsewhere = (
        np.concatenate([one[name] for one in starters])
        for name in ("person", "gained", "given", "elsewhere")
    )
    people, first, row = np.unique(person, return_index=True, return_inverse=True)

    def any_of(which: np.ndarray) -> np.ndarray:
        return np.bincount(row[which], minlength=len(people)) > 0

    higher = any_of(gained > 0)
    lower = any_of(gained < 0) & ~higher
    # Who rose on another ladder too did not only get what came with the place.
    earned = any_of((gained > 0) & ~given)
    return Standing(
        people=len(people),
        higher=int(higher.sum()),
        same=int((~higher & ~lower).sum()),
        lower=int(lower.sum()),
        given=int((higher & ~earned).sum()),
        elsewhere=int(elsewhere[first].sum()),
    )
