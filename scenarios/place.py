"""A neighbourhood as the documents describe it: figures with their sources."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

_FROZEN = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

TENURES = ("social_rent", "private_rent", "owner_occupied", "supported")

#: name -> (unit, lowest, highest) of every figure that composes a place.
FIGURES: dict[str, tuple[str, float, float]] = {
    "households": ("households", 1, 100_000),
    "residents": ("residents", 1, 400_000),
    "share_social_rent": ("share of dwellings", 0, 1),
    "share_private_rent": ("share of dwellings", 0, 1),
    "share_owner_occupied": ("share of dwellings", 0, 1),
    "share_supported": ("share of dwellings", 0, 1),
    "share_under_18": ("share of residents", 0, 0.6),
    "share_65_plus": ("share of residents", 0, 0.6),
    "share_single_parent": ("share of households", 0, 0.6),
    "share_low_education": ("share of adults 25-66", 0, 1),
    "share_benefit": ("share of residents 18-66", 0, 0.6),
    "share_unemployed": ("share of labour force 18-66", 0, 0.6),
    "share_in_control": ("share of adults", 0, 1),
    "share_debts": ("share of households", 0, 1),
    "turnover_social_rent": ("share of social-rent dwellings a year", 0, 0.5),
}


class Figure(BaseModel):
    """One number and what it rests on.

    Exactly one of ``source`` (a document states it), ``derived`` (arithmetic from stated figures)
    and ``default`` (not given; filled in, and why) is present.
    """

    model_config = _FROZEN

    value: float
    unit: str
    year: int | None = Field(default=None, ge=1900, le=2100)
    source: str | None = None
    derived: str | None = None
    default: str | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _one_basis(self) -> Self:
        given = [name for name in ("source", "derived", "default") if getattr(self, name)]
        if len(given) != 1:
            raise ValueError("needs exactly one of 'source', 'derived' and 'default'")
        return self

    @property
    def basis(self) -> Literal["source", "derived", "default"]:
        """Which of the three the number rests on."""
        if self.source:
            return "source"
        return "derived" if self.derived else "default"

    @property
    def why(self) -> str:
        """The text of the basis."""
        return self.source or self.derived or self.default or ""


class Figures(BaseModel):
    """All figures that compose a place."""

    model_config = _FROZEN

    households: Figure
    residents: Figure
    share_social_rent: Figure
    share_private_rent: Figure
    share_owner_occupied: Figure
    share_supported: Figure
    share_under_18: Figure
    share_65_plus: Figure
    share_single_parent: Figure
    share_low_education: Figure
    share_benefit: Figure
    share_unemployed: Figure
    share_in_control: Figure
    share_debts: Figure
    turnover_social_rent: Figure

    @field_validator("*", mode="after")
    @classmethod
    def _in_range(cls, figure: Figure, info: ValidationInfo) -> Figure:
        unit, low, high = FIGURES[info.field_name or ""]
        if not low <= figure.value <= high:
            raise ValueError(f"{figure.value:.10g} is outside {low:.10g} to {high:.10g} {unit}")
        if figure.unit != unit:
            raise ValueError(f"unit {figure.unit!r}; the unit here is {unit!r}")
        if unit == info.field_name and not figure.value.is_integer():
            raise ValueError(f"{figure.value:g} is not a whole number")
        return figure

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        tenures = sum(getattr(self, f"share_{tenure}").value for tenure in TENURES)
        if abs(tenures - 1) > 1e-9:
            raise ValueError(f"the four tenure shares add up to {tenures:.6g} and not to 1")
        if self.share_under_18.value + self.share_65_plus.value > 0.8:
            raise ValueError(
                "share_under_18 and share_65_plus together leave under 20% of other ages"
            )
        size = self.residents.value / self.households.value
        if not 1.0 <= size <= 5.0:
            raise ValueError(
                f"residents / households = {size:.2f}; households of 1 to 5 can be composed"
            )
        return self


class Place(BaseModel):
    """A neighbourhood of the catalogue.

    ``figures`` compose the world; ``context`` figures are kept for the reader and steer nothing.
    """

    model_config = _FROZEN

    key: str
    name: str
    municipality: str
    synthetic: bool
    landlords: tuple[str, ...] = Field(strict=False)
    about_nl: str
    about_en: str
    figures: Figures
    context: dict[str, Figure] = {}

    def figure(self, name: str) -> float:
        """Return the value of one of the composing figures."""
        return float(getattr(self.figures, name).value)
