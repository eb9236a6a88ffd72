"""How a parameter states its unit, range, default, source and meaning."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator


def par(default: Any, *, unit: str, low: float, high: float, source: str, doc: str) -> Any:
    """Declare one parameter of a `Group`.

    Parameters
    ----------
    default
        A number, or a tuple of numbers for a parameter per rung, age band or tenure.
    unit
        Unit of the value, e.g. ``"1/month"``, ``"rungs"``, ``"share"``.
    low, high
        Closed range in which the value, or each of its elements, must lie.
    source
        Digest line, EVIDENCE id, or ``"judgement: why"``.
    doc
        What the number means, in one sentence.
    """
    extra = {"unit": unit, "source": source, "low": low, "high": high}
    if isinstance(default, tuple):
        length = len(default)
        return Field(
            default=default,
            min_length=length,
            max_length=length,
            description=doc,
            json_schema_extra=extra,
        )
    return Field(default=default, ge=low, le=high, description=doc, json_schema_extra=extra)


class Group(BaseModel):
    """A frozen set of parameters about one subject.

    A value is a number in the declared unit, or a table ``{value, unit}`` whose unit must be the
    declared one: a rate a year given where a rate a month is asked is an error and not a factor of
    twelve.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _unit_as_declared(cls, value: Any, info: ValidationInfo) -> Any:
        extra = _extra(cls, info.field_name)
        if isinstance(value, dict) and "unit" in extra:
            unknown = set(value) - {"value", "unit"}
            if unknown or "value" not in value:
                raise ValueError("a table here has the keys 'value' and 'unit' only")
            if "unit" in value and value["unit"] != extra["unit"]:
                raise ValueError(f"unit {value['unit']!r}; the unit here is {extra['unit']!r}")
            value = value["value"]
        if isinstance(value, list):
            value = tuple(value)
        return value

    @field_validator("*", mode="after")
    @classmethod
    def _elements_in_range(cls, value: Any, info: ValidationInfo) -> Any:
        extra = _extra(cls, info.field_name)
        if isinstance(value, tuple) and "low" in extra:
            for element in value:
                if not extra["low"] <= element <= extra["high"]:
                    raise ValueError(
                        f"element {element!s:.40} is outside {extra['low']:g} to {extra['high']:g}"
                    )
        return value


def _extra(cls: type[BaseModel], field_name: str | None) -> dict[str, Any]:
    extra = cls.model_fields[field_name or ""].json_schema_extra
    return extra if isinstance(extra, dict) else {}
