"""Staff and money of a programme, who pays, and who is spared costs."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
)

from ..parameters.base import Group, par

PAYERS = ("municipality", "landlord", "state", "fund", "own_income")
Payer = Literal["municipality", "landlord", "state", "fund", "own_income"]

#: Numbers of `Money` that only a programme that sells dwellings has.
OF_SALES = ("dwelling_eur", "dwelling_growth", "discount", "profit_share")


def _whole_shares(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {name: float(share) if type(share) is int else share for name, share in value.items()}


def _add_up(value: dict[Payer, float]) -> dict[Payer, float]:
    if any(share < 0 for share in value.values()) or abs(sum(value.values()) - 1) > 1e-9:
        raise ValueError("the shares of the payers must be 0 or more and add up to 1")
    return value


#: Who pays which part.
Shares = Annotated[dict[Payer, float], BeforeValidator(_whole_shares), AfterValidator(_add_up)]


class Staff(Group):
    """The people who do it."""

    caseload: float = par(
        15.0,
        unit="participants/fte",
        low=0.1,
        high=10_000,
        source="EVIDENCE E8: 15 families for a Dutch family guardian",
        doc="Participants that one full-time key worker supports at a time.",
    )
    salary_eur_per_month: float = par(
        4500.0,
        unit="EUR/fte/month",
        low=0,
        high=50_000,
        source="judgement: employer's cost of a Dutch social worker; no figure in the digests",
        doc="Employer's cost of one full-time key worker.",
    )
    experience_months: float = par(
        12.0,
        unit="months",
        low=0,
        high=600,
        source="judgement: a year",
        doc="Experience of a key worker who is hired.",
    )
    handover: float = par(
        0.0,
        unit="share",
        low=0,
        high=1,
        source="judgement: none; digest 000 section 5, built-up trust falls away without transfer",
        doc="Share of the relation that is saved when a key worker leaves.",
    )
    start_up_months: int = par(
        5,
        unit="months",
        low=0,
        high=60,
        source="digest 003 L1649: five months from plan to opening",
        doc="Months of a fresh start without participants.",
    )


class Money(Group):
    """What it costs."""

    fixed_eur_per_month: float = par(
        0.0,
        unit="EUR/month",
        low=0,
        high=10_000_000,
        source="judgement: none unless a programme states it",
        doc="Costs that do not depend on the number of places.",
    )
    place_eur_per_month: float = par(
        0.0,
        unit="EUR/place/month",
        low=0,
        high=100_000,
        source="judgement: none unless a programme states it",
        doc="Costs of a filled place, besides staff.",
    )
    start_eur: float = par(
        0.0,
        unit="EUR/start",
        low=0,
        high=1_000_000,
        source="judgement: none unless a programme states it",
        doc="Costs of each start, once.",
    )
    overhead: float = par(
        0.20,
        unit="share of salaries",
        low=0,
        high=5,
        source="judgement: a fifth; no figure in the digests",
        doc="Overhead on salaries.",
    )
    start_up_eur: float = par(
        0.0,
        unit="EUR/fresh start",
        low=0,
        high=10_000_000,
        source="judgement: none beside the salaries of the start-up months",
        doc="Costs of a fresh start, besides salaries.",
    )
    investment_eur: float = par(
        0.0,
        unit="EUR",
        low=0,
        high=100_000_000,
        source="judgement: none unless a programme states it",
        doc="One-off investment at the first start, paid beside the calendar.",
    )
    dwelling_eur: float = par(
        0.0,
        unit="EUR/dwelling",
        low=0,
        high=10_000_000,
        source="judgement: none unless a programme sells dwellings and states it",
        doc="Market value of a dwelling that is sold, in the first month.",
    )
    dwelling_growth: float = par(
        0.0,
        unit="1/year",
        low=-0.5,
        high=0.5,
        source="judgement: prices stand still, as all costs do",
        doc="Growth of that market value.",
    )
    discount: float = par(
        0.0,
        unit="share of market value",
        low=0,
        high=1,
        source="judgement: none unless a programme states it",
        doc="What a buyer pays less than the market value.",
    )
    profit_share: float = par(
        0.0,
        unit="share",
        low=0,
        high=1,
        source="judgement: none unless a programme states it",
        doc="Share of the profit or loss that is the landlord's when a dwelling is bought back.",
    )

    @model_serializer(mode="wrap")
    def _without_sales_that_are_not(self, whole: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out the numbers of sales where none is stated.

        Where nothing is sold they are no part of what is asked, so no part of its content key.
        """
        written: dict[str, Any] = whole(self)
        if any(getattr(self, name) for name in OF_SALES):
            return written
        return {name: value for name, value in written.items() if name not in OF_SALES}


class Saving(BaseModel):
    """A cost that others are spared, for the payer whom it spares; never set against the cash book."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    payer: Payer
    per: Literal["supported_month", "found_work", "completion"]
    eur: float = Field(ge=0, le=1_000_000)
    source: str = Field(min_length=3)
