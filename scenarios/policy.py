"""A policy: programmes with the calendars that pay them, and rules of letting."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

from .amounts import AMOUNTS, cents_per_resident_year, in_parts
from .calendar import CalendarSpec, Schedule, month_cents, present_value
from .parameters.base import Group, par
from .programme import ProgrammeSpec

_FROZEN = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class LandlordRules(Group):
    """Rules of letting that a policy can set; at these defaults the landlord lets as always."""

    local_priority_added: float = par(
        0.0,
        unit="share of vacancies",
        low=0,
        high=1,
        source="judgement: none unless a policy states it",
        doc="Vacancies offered to residents first, beyond those that always are.",
    )
    housing_career: float = par(
        0.0,
        unit="share",
        low=0,
        high=1,
        source="judgement: none unless a policy states it; digest 000 section 2, careers within the neighbourhood",
        doc="Share of the households that would leave for a better dwelling and look here first instead.",
    )
    conditions_share: float = par(
        0.0,
        unit="share of vacancies",
        low=0,
        high=1,
        source="judgement: none unless a policy states it; digest 004, Woensel-West",
        doc="Rented vacancies let under conditions: to the stronger half of the list.",
    )
    starts_year: float = par(
        0.0,
        unit="years",
        low=0,
        high=100,
        source="judgement: from the start unless a policy states it",
        doc="Year of the run in which these rules of letting begin.",
    )
    conditions_ties: int = par(
        2,
        unit="ties",
        low=0,
        high=50,
        source="judgement: service to the area makes acquaintances; digest 004, Woensel-West",
        doc="Ties that who is placed under conditions keeps up more than usual.",
    )


class FundedProgramme(BaseModel):
    """A programme in a policy, with the calendar that pays it.

    ``equal_money_to`` is the calendar whose money this one is scaled to, over the months that the
    scenario lasts; ``money_eur`` scales it to an amount in euros over those months instead.
    ``equal_in`` says whether that is a total or a present value.
    """

    model_config = _FROZEN

    programme: ProgrammeSpec
    calendar: CalendarSpec
    equal_money_to: CalendarSpec | None = None
    money_eur: float | None = Field(default=None, ge=0, le=1e12)
    equal_in: Literal["total", "present_value"] = "total"
    starts_year: float = Field(default=0.0, ge=0, le=100)

    @model_validator(mode="after")
    def _one_amount(self) -> Self:
        if self.equal_money_to is not None and self.money_eur is not None:
            raise ValueError("money_eur and equal_money_to both say how much money; state one")
        return self

    @property
    def first_month(self) -> int:
        """First month of the run (counted from 0) that the calendar speaks of."""
        return round(12 * self.starts_year)

    def schedule(self, months: int) -> Schedule:
        """Return the calendar laid out over ``months`` months of a run."""
        return Schedule(self.calendar, months, min(months, self.first_month))

    def grants_cents(
        self, months: int, discount_rate: float, total_cents: int | None = None
    ) -> list[int]:
        """Return what is paid in every month of a run, in cents.

        Parameters
        ----------
        months
            Length of the run.
        discount_rate
            Rate a year, where it is a present value that is equal.
        total_cents
            This programme's part of the amount that its policy states, see `Policy.grants_cents`;
            None where the policy states none.

        Raises
        ------
        ValueError
            When the calendar has no money in these months and is to pay some.
        """
        full = self.programme.full_month_cents()
        schedule = self.schedule(months)
        if total_cents is not None:
            return month_cents(schedule, full, total_cents)
        if self.money_eur is not None:
            rate = discount_rate if self.equal_in == "present_value" else 0.0
            return month_cents(schedule, full, 100.0 * self.money_eur, rate)
        if self.equal_money_to is None:
            return month_cents(schedule, full)
        other = Schedule(self.equal_money_to, months, min(months, self.first_month))
        target = month_cents(other, full)
        if self.equal_in == "total":
            return month_cents(schedule, full, sum(target))
        worth = present_value(target, discount_rate)
        return month_cents(schedule, full, worth, discount_rate)


class Policy(BaseModel):
    """What is done: programmes by name, and rules of letting. The policy ``none`` does nothing.

    ``money_eur`` is what all programmes get together over the months that the scenario lasts;
    ``money_eur_per_resident_year`` is that for each resident of the place at the start, a year of
    months in which any of them has money. Either is shared out over programmes and months as their
    calendars and their full months would pay without it.
    """

    model_config = _FROZEN

    key: str = "none"
    about: str = ""
    source: str = ""
    programmes: dict[str, FundedProgramme] = Field(default_factory=dict)
    landlord: LandlordRules = Field(default_factory=LandlordRules)
    money_eur: float | None = Field(default=None, ge=0, le=1e12)
    money_eur_per_resident_year: float | None = Field(default=None, ge=0, le=1e6)

    @model_serializer(mode="wrap")
    def _without_amounts_that_are_not(self, whole: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out amounts that are not stated: they are no part of what is asked."""
        written: dict[str, Any] = whole(self)
        return {
            name: value
            for name, value in written.items()
            if name not in AMOUNTS or value is not None
        }

    @model_validator(mode="after")
    def _one_amount(self) -> Self:
        stated = [name for name in AMOUNTS if getattr(self, name) is not None]
        if len(stated) > 1:
            raise ValueError(f"{' and '.join(stated)} both say how much money; state one")
        if stated and not self.programmes:
            raise ValueError(f"{stated[0]} pays programmes, and there are none")
        for name, funded in self.programmes.items():
            if stated and (funded.equal_money_to is not None or funded.money_eur is not None):
                raise ValueError(
                    f"programme {name!r} has an amount of its own beside {stated[0]}; state one"
                )
        return self

    @model_validator(mode="after")
    def _rooms_once(self) -> Self:
        for name, funded in self.programmes.items():
            if funded.programme.key != name:
                raise ValueError(f"programme {funded.programme.key!r} stands under {name!r}")
        return self

    @property
    def is_null(self) -> bool:
        """Whether the policy does nothing at all."""
        return not self.programmes and self.landlord == LandlordRules()

    @property
    def amount(self) -> str | None:
        """The key with which all programmes together get an amount; None where none is stated."""
        return next((name for name in AMOUNTS if getattr(self, name) is not None), None)

    def without_programmes(self) -> Policy:
        """Return the rules of letting alone."""
        return self.model_copy(update={"programmes": {}, **dict.fromkeys(AMOUNTS)})

    def total_cents(self, months: int, residents: float) -> int | None:
        """Return what all programmes get together in a run, in cents; None where none is stated."""
        if self.money_eur is not None:
            return round(100 * self.money_eur)
        if self.money_eur_per_resident_year is None:
            return None
        levels = [funded.schedule(months).level for funded in self.programmes.values()]
        paid = sum(any(level > 0 for level in month) for month in zip(*levels, strict=True))
        return cents_per_resident_year(self.money_eur_per_resident_year, residents, paid)

    def grants_cents(
        self, months: int, discount_rate: float, residents: float
    ) -> dict[str, list[int]]:
        """Return what each programme is paid in every month of a run, in cents.

        Parameters
        ----------
        months
            Length of the run.
        discount_rate
            Rate a year, where it is a present value that is equal.
        residents
            Of the place at the start.

        Raises
        ------
        ValueError
            When there is no money in these months and some is to be paid.
        """
        own = {
            name: funded.grants_cents(months, discount_rate)
            for name, funded in self.programmes.items()
        }
        total = self.total_cents(months, residents)
        if total is None:
            return own
        weights = {name: sum(cents) for name, cents in own.items()}
        if self.money_eur_per_resident_year and not any(weights.values()):
            # Euros a resident come to nothing here, and nobody stated them for that.
            raise ValueError("a calendar without money cannot pay a total")
        parts = in_parts(total, weights)
        return {
            name: funded.grants_cents(months, discount_rate, parts[name])
            for name, funded in self.programmes.items()
        }

    def __str__(self) -> str:
        return self.key
