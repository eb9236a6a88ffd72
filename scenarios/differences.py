"""In what two scenarios differ, and whether that is what was declared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from .errors import Problem, ScenarioError
from .scenario import Scenario

#: What tells scenarios apart without making them different.
_NAMES = ("name", "policy.key", "policy.about", "policy.source")


@dataclass(frozen=True)
class Difference:
    """One key in which two scenarios differ; a value is None where the key is not there."""

    key: str
    first: Any
    second: Any


def differences(first: Scenario, second: Scenario) -> list[Difference]:
    """Return every key in which two scenarios differ, in the order of the keys of the first."""
    a, b = dict(_flat(first)), dict(_flat(second))
    keys = [*a, *(key for key in b if key not in a)]
    return [
        Difference(key, a.get(key), b.get(key))
        for key in keys
        if key not in _NAMES and a.get(key) != b.get(key)
    ]


def require_comparable(
    first: Scenario, second: Scenario, levers: Iterable[str] = ("policy",)
) -> None:
    """Refuse to compare scenarios that differ in anything but the declared levers.

    Parameters
    ----------
    first, second
        The two arms.
    levers
        Keys, or beginnings of keys, that the arms may differ in: ``"policy"``,
        ``"policy.programmes.watch-out.calendar"``, ``"mechanisms.relation"``.

    Raises
    ------
    ScenarioError
        With the list of every other difference.
    """
    allowed = tuple(levers)
    found = [
        one
        for one in differences(first, second)
        if not any(one.key == lever or one.key.startswith(f"{lever}.") for lever in allowed)
    ]
    if found:
        raise ScenarioError(
            Problem(
                "comparison",
                one.key,
                f"differs between the arms ({one.first!r} against {one.second!r})",
                allowed=f"differences in {', '.join(allowed)}",
            )
            for one in found
        )


def _flat(model: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(model, BaseModel):
        items: Iterable[tuple[str, Any]] = [
            (name, getattr(model, name)) for name in type(model).model_fields
        ]
    else:
        items = model.items()
    for name, value in items:
        key = f"{prefix}{name}"
        if isinstance(value, BaseModel | dict):
            yield from _flat(value, f"{key}.")
        else:
            yield key, value
