"""Funding calendars: when money flows, how much, and what a fresh start does."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    field_validator,
    model_serializer,
    model_validator,
)

from .parameters.base import Group, par
from .programme import Payer, Shares

#: How a stretch of money begins, in the order of the codes in `Schedule.begins`.
BEGINNINGS = ("goes_on", "fresh", "new_name", "relay")
Beginning = Literal["goes_on", "fresh", "new_name", "relay"]


class Stretch(Group):
    """A number of months with one level of money."""

    months: int = par(
        12, unit="months", low=1, high=1200, source="judgement: a year", doc="Length."
    )
    level: float = par(
        1.0,
        unit="share of full money",
        low=0,
        high=1000,
        source="judgement: full money",
        doc="Money a month, as a share of what all places cost; 0 is a gap.",
    )
    begins: Beginning = Field(
        default="goes_on",
        description="What the first month of the stretch is for the organisation.",
    )
    payer: Payer | None = Field(
        default=None, description="Who pays all of this stretch, where that changes."
    )
    payers: Shares | None = Field(
        default=None,
        description="Who pays which part of this stretch, where that changes; the parts add up to 1.",
    )
    handover: float = par(
        0.0,
        unit="share",
        low=0,
        high=1,
        source="judgement: none unless the calendar states it",
        doc="Share of relations and memory that a relay saves.",
    )
    secure: bool = Field(
        default=False,
        description="Whether staff know, before the stretch ends, that money goes on after it.",
    )
    bridged_by: Payer | None = Field(
        default=None, description="Who pays a full month in each month of a gap; none: nobody."
    )

    @model_serializer(mode="wrap")
    def _without_payers_that_are_not(self, whole: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out a mix of payers where none is stated: it is no part of what is asked."""
        written: dict[str, Any] = whole(self)
        if self.payers is None:
            written.pop("payers", None)
        return written

    def __hash__(self) -> int:
        # A table of payers has no hash of its own.
        payers = self.payers and frozenset(self.payers.items())
        own = {name: getattr(self, name) for name in type(self).model_fields if name != "payers"}
        return hash((*own.values(), payers))

    @property
    def shares(self) -> tuple[tuple[Payer, float], ...] | None:
        """Who pays which part of this stretch; None for the payers of the programme."""
        if self.payers is not None:
            return tuple(self.payers.items())
        return None if self.payer is None else ((self.payer, 1.0),)

    @model_validator(mode="after")
    def _one_says_who_pays(self) -> Self:
        if self.payer is not None and self.payers is not None:
            raise ValueError("payer and payers both say who pays; state one")
        return self

    @model_validator(mode="after")
    def _bridges_a_gap(self) -> Self:
        if self.bridged_by and self.level > 0:
            raise ValueError("bridged_by belongs to a gap: a stretch with level 0")
        return self


class CalendarSpec(BaseModel):
    """A funding calendar: stretches in order, and what follows the last.

    ``then`` is ``"repeat"`` (from the first stretch again), ``"last"`` (the last goes on) or
    ``"nothing"``. The first month of a run is always a fresh start.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    key: str
    name: str = Field(min_length=1)
    about: str = Field(min_length=3)
    source: str = Field(min_length=3)
    stretches: tuple[Stretch, ...] = Field(min_length=1)
    then: Literal["repeat", "last", "nothing"]

    @field_validator("stretches", mode="before")
    @classmethod
    def _as_tuple(cls, value: Any) -> Any:
        if value in ([], ()):
            raise ValueError("says nothing")
        return tuple(value) if isinstance(value, list) else value

    def without_effect(self) -> Iterator[tuple[int, str, str]]:
        """Yield (stretch, key, why) of each key that no month of the calendar would notice.

        Whoever writes a calendar is told; one that is made in code may hold such keys.
        """
        for at, (one, works) in enumerate(zip(self.stretches, self._at_work_before(), strict=True)):
            gap, relay = one.level == 0, one.begins == "relay"
            if gap and one.payer is not None:
                yield at, "payer", "payer belongs to a stretch with money; bridged_by pays a gap"
            if gap and one.payers is not None:
                yield at, "payers", "payers belong to a stretch with money; bridged_by pays a gap"
            if gap and one.begins != "goes_on" and not (relay and works and one.bridged_by):
                yield at, "begins", "a gap begins nothing; begins belongs to a stretch with money"
            elif relay and not gap and self._is_first_of_all(at):
                yield at, "begins", "the first money of all is a fresh start, and no relay"
            elif one.handover > 0 and not relay:
                yield at, "handover", 'handover belongs to a relay: begins = "relay"'
            elif one.handover > 0 and not works:
                yield at, "handover", "after months without money nobody is there to hand over"
            if one.bridged_by is not None and not works:
                yield at, "bridged_by", "before it is no money, so that there is nothing to bridge"

    def _at_work_before(self) -> list[bool]:
        """Return for each stretch whether a programme can be at work in the month before it."""
        found = [False] * len(self.stretches)
        works = False
        for _ in range(2 if self.then == "repeat" else 1):
            for at, one in enumerate(self.stretches):
                found[at] = found[at] or works
                works = one.level > 0 or (works and one.bridged_by is not None)
        return found

    def _is_first_of_all(self, at: int) -> bool:
        """Whether a stretch has the first money, and is lived only once."""
        return self.then != "repeat" and all(one.level == 0 for one in self.stretches[:at])


class Schedule:
    """A calendar laid out month by month; every attribute has one element a month.

    Attributes
    ----------
    level : list of float
        Share of full money.
    begins : list of int
        0 goes on, 1 fresh start, 2 fresh start under a new name, 3 relay. The first month with
        money is always a fresh start.
    handover : list of float
        Share that a beginning saves.
    ends_in : list of int
        Months until money that is known of ends; `FAR` where it is secure.
    shares : list
        Who pays which part of a month's money, or None for the payers of the programme.
    bridged_by : list
        Who pays a full month in a gap, or None.
    """

    FAR = 10_000

    def __init__(self, calendar: CalendarSpec, months: int, first: int = 0) -> None:
        self.level = [0.0] * months
        self.begins = [0] * months
        self.handover = [0.0] * months
        self.ends_in = [self.FAR] * months
        self.shares: list[tuple[tuple[Payer, float], ...] | None] = [None] * months
        self.bridged_by: list[Payer | None] = [None] * months
        at = first
        for one in laid_out(calendar, months - first):
            self._lay_out(one, at)
            at += one.months
        paid = next((at for at, level in enumerate(self.level) if level > 0), None)
        if paid is not None and self.begins[paid] in (0, BEGINNINGS.index("relay")):
            self.begins[paid] = BEGINNINGS.index("fresh")

    def _lay_out(self, one: Stretch, at: int) -> None:
        end = min(len(self.level), at + one.months)
        shares = one.shares
        self.begins[at] = BEGINNINGS.index(one.begins)
        self.handover[at] = one.handover
        for month in range(at, end):
            self.level[month] = one.level
            self.shares[month] = shares
            self.bridged_by[month] = one.bridged_by
            if not one.secure:
                # What is known of is this stretch: nothing is promised after it.
                self.ends_in[month] = at + one.months - month

    def carried_by(self) -> list[Payer | None]:
        """Return who pays a full month in each month of a gap; None where nobody does.

        A gap is carried from its first month on; before the first money there is none to carry.
        """
        found: list[Payer | None] = []
        works = False
        for level, bridged_by in zip(self.level, self.bridged_by, strict=True):
            found.append(bridged_by if works and level == 0 else None)
            works = level > 0 or found[-1] is not None
        return found


def laid_out(calendar: CalendarSpec, months: int) -> Iterator[Stretch]:
    """Yield the stretches of a calendar until some months are full; the last can be longer."""
    left = months
    last = None
    while left > 0:
        for one in calendar.stretches:
            if left <= 0:
                return
            yield one
            left -= one.months
            last = one
        if calendar.then == "nothing":
            return
        if calendar.then == "last":
            assert last is not None
            if left > 0:
                on = {"months": left, "begins": "goes_on", "secure": True}
                yield last.model_copy(update=on)
            return


def month_cents(
    schedule: Schedule,
    full_month_cents: int,
    total_cents: float | None = None,
    discount_rate: float = 0.0,
) -> list[int]:
    """Return what a calendar pays month by month, in cents.

    Parameters
    ----------
    schedule
        The calendar laid out.
    full_month_cents
        What a month at level 1 costs.
    total_cents
        Total to which the calendar is scaled, or its present value when ``discount_rate`` is not
        zero; None: not scaled. Met to the cent.
    discount_rate
        Rate a year at which ``total_cents`` is a present value (month 0 counts in full).

    Raises
    ------
    ValueError
        When a calendar without money is asked to pay a total.
    """
    # A calendar has few levels: each is worked out once.
    levels = schedule.level
    worth = {
        level: Fraction(level).limit_denominator(10**9) * full_month_cents for level in set(levels)
    }
    if total_cents is None:
        rounded = {level: int(amount + Fraction(1, 2)) for level, amount in worth.items()}
        return [rounded[level] for level in levels]
    if not any(worth.values()):
        if total_cents:
            raise ValueError("a calendar without money cannot pay a total")
        return [0] * len(levels)
    if discount_rate == 0.0:
        return _shared_out(levels, worth, round(total_cents))
    weight = discount_factors(len(levels), discount_rate)
    amounts = {level: float(amount) for level, amount in worth.items()}
    size = total_cents / sum(w * amounts[level] for w, level in zip(weight, levels, strict=True))
    scaled = {level: int(amount * size) for level, amount in amounts.items()}
    cents = [scaled[level] for level in levels]
    paid = [at for at, level in enumerate(levels) if worth[level] > 0]
    # What rounding down left over goes to months in turn, the last cents to the last month.
    left = total_cents - present_value(cents, discount_rate)
    for at in reversed(paid):
        if left >= weight[at]:
            cents[at] += 1
            left -= weight[at]
    cents[paid[-1]] += int(left / weight[paid[-1]] + 0.5)
    return cents


def discount_factors(months: int, rate: float) -> list[float]:
    """Return the present value of one euro in every month; the first counts in full."""
    return [(1.0 + rate) ** (-month / 12.0) for month in range(months)]


def present_value(cents: Sequence[int], rate: float) -> float:
    """Return the present value of monthly amounts, in the unit of the amounts."""
    weight = discount_factors(len(cents), rate)
    return math.fsum(w * amount for w, amount in zip(weight, cents, strict=True))


def _shared_out(
    levels: Sequence[float], worth: Mapping[float, Fraction], total_cents: int
) -> list[int]:
    """Return ``total_cents`` shared out in proportion to what levels are worth, by largest remainder."""
    whole = sum(worth[level] * count for level, count in Counter(levels).items())
    share = {level: amount * total_cents / whole for level, amount in worth.items()}
    down = {level: int(part) for level, part in share.items()}
    cut = {level: down[level] - part for level, part in share.items()}
    sizes = sorted(set(cut.values()))
    places = {level: sizes.index(size) for level, size in cut.items()}
    cents = [down[level] for level in levels]
    order = sorted(range(len(levels)), key=lambda at: (places[levels[at]], at))
    for at in order[: total_cents - sum(cents)]:
        cents[at] += 1
    return cents
