"""Funding calendars: when money flows, how much, and what a fresh start does."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from .parameters.base import Group, par
from .programme import Payer

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
        default=None, description="Who pays fixed costs and salaries in a gap; none: nobody."
    )


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
        return tuple(value) if isinstance(value, list) else value

    @model_validator(mode="after")
    def _gaps_are_gaps(self) -> Self:
        for stretch in self.stretches:
            if stretch.bridged_by and stretch.level > 0:
                raise ValueError("bridged_by belongs to a gap: a stretch with level 0")
        return self


class Schedule:
    """A calendar laid out month by month.

    Attributes
    ----------
    level : numpy.ndarray
        Share of full money, shape ``(months,)``.
    begins : numpy.ndarray
        0 goes on, 1 fresh start, 2 fresh start under a new name, 3 relay, shape ``(months,)``.
    handover : numpy.ndarray
        Share that a beginning saves, shape ``(months,)``.
    ends_in : numpy.ndarray
        Months until money that is known of ends; a large number where it is secure.
    payer, bridged_by : list
        Payer of all of a month's money, or None for those of the programme.
    """

    FAR = 10_000

    def __init__(self, calendar: CalendarSpec, months: int, first: int = 0) -> None:
        stretches = list(_laid_out(calendar, months - first))
        self.level = np.zeros(months)
        self.begins = np.zeros(months, dtype=np.int64)
        self.handover = np.zeros(months)
        self.ends_in = np.full(months, self.FAR)
        self.payer: list[Payer | None] = [None] * months
        self.bridged_by: list[Payer | None] = [None] * months
        at = first
        for one in stretches:
            end = min(months, at + one.months)
            self.level[at:end] = one.level
            self.begins[at] = BEGINNINGS.index(one.begins)
            self.handover[at] = one.handover
            if not one.secure:
                # What is known of is this stretch: nothing is promised after it.
                self.ends_in[at:end] = at + one.months - np.arange(at, end)
            self.payer[at:end] = [one.payer] * (end - at)
            self.bridged_by[at:end] = [one.bridged_by] * (end - at)
            at = end
        paid = np.flatnonzero(self.level > 0)
        if len(paid) and self.begins[paid[0]] == 0:
            self.begins[paid[0]] = 1


def _laid_out(calendar: CalendarSpec, months: int) -> Any:
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
    total_cents: int | None = None,
    discount_rate: float = 0.0,
) -> np.ndarray:
    """Return what a calendar pays month by month, in cents, shape ``(months,)``.

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
    exact = [
        Fraction(level).limit_denominator(10**9) * full_month_cents for level in schedule.level
    ]
    if total_cents is None:
        return np.array([int(amount + Fraction(1, 2)) for amount in exact], dtype=np.int64)
    if not any(exact):
        if total_cents:
            raise ValueError("a calendar without money cannot pay a total")
        return np.zeros(len(exact), dtype=np.int64)
    if discount_rate == 0.0:
        return _shared_out(exact, total_cents)
    weight = discount_factors(len(exact), discount_rate)
    size = total_cents / float(np.dot(weight, [float(amount) for amount in exact]))
    cents = np.array([int(float(amount) * size) for amount in exact], dtype=np.int64)
    paid = np.flatnonzero(np.array(exact, dtype=float) > 0)
    # What rounding down left over goes to months in turn, the last cents to the last month.
    left = total_cents - float(np.dot(weight, cents))
    for at in paid[::-1]:
        if left < weight[at]:
            continue
        cents[at] += 1
        left -= weight[at]
    cents[paid[-1]] += int(left / weight[paid[-1]] + 0.5)
    return cents


def discount_factors(months: int, rate: float) -> np.ndarray:
    """Return the present value of one euro in every month, shape ``(months,)``."""
    return (1.0 + rate) ** (-np.arange(months) / 12.0)


def present_value(cents: np.ndarray, rate: float) -> float:
    """Return the present value of monthly amounts, in the unit of the amounts."""
    return float(np.dot(discount_factors(len(cents), rate), cents))


def _shared_out(exact: list[Fraction], total_cents: int) -> np.ndarray:
    """Return ``total_cents`` shared out in proportion, by largest remainder."""
    whole = sum(exact)
    parts = [amount * total_cents / whole for amount in exact]
    cents = [int(part) for part in parts]
    order = sorted(range(len(parts)), key=lambda at: (cents[at] - parts[at], at))
    for at in order[: total_cents - sum(cents)]:
        cents[at] += 1
    return np.array(cents, dtype=np.int64)
