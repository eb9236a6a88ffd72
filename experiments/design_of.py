"""From the table ``vary`` of a study to its design; what cannot be a design is refused here."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from ..scenarios import Scenario
from .composing import value_at
from .designs import MOST_POINTS, OF_TWOS, SAMPLED, Choice, Design, Span
from .study_file import Vary, Written

_AT_VARY = ("vary",)
_AT_AXES = ("vary", "parameters")


def design_of(written: Written, base_of: Callable[[str], Scenario]) -> Design:
    """Return the design of a study.

    Parameters
    ----------
    written
        The study as it is written.
    base_of
        From a key to a scenario that has it; raises ScenarioError where no arm does.

    Raises
    ------
    ScenarioError
        For an empty design, two designs in one, a range turned round, a number of samples that the
        design cannot have.
    """
    vary = written.file.vary
    if "vary" not in written.file.model_fields_set:
        return Design()
    _check_one_design(written, vary)
    if vary.design == "list":
        listed = written.listed or []
        for key in dict.fromkeys(key for point in listed for key in point):
            base_of(key)
        return Design("list", listed=listed)
    axes = {
        key: _axis(written, key, stated, vary.design, base_of)
        for key, stated in written.axes.items()
    }
    design = Design(vary.design, axes, vary.samples or 1, vary.seed, vary.levels)
    if len(design) > MOST_POINTS:
        message = f"{len(design)} points"
        raise written.problem(_AT_VARY, message, f"at most {MOST_POINTS} points")
    return design


def _check_one_design(written: Written, vary: Vary) -> None:
    """Refuse keys that belong to another design, and a design without anything in it."""
    sampled = vary.design in SAMPLED
    if vary.design == "list":
        if written.axes:
            raise written.problem(_AT_AXES, "stands beside design 'list', which has points")
        if not written.listed or not all(written.listed):
            raise written.problem((*_AT_VARY, "points"), "empty design: no points")
    else:
        if vary.points is not None:
            message = f"stands beside design {vary.design!r}, which has parameters"
            raise written.problem((*_AT_VARY, "points"), message)
        if not written.axes:
            raise written.problem(_AT_AXES, "empty design: no parameters")
    if sampled and vary.samples is None:
        raise written.problem(
            (*_AT_VARY, "samples"), f"is missing; design {vary.design!r} needs it"
        )
    for key, belongs in (
        ("samples", sampled),
        ("seed", sampled),
        ("levels", vary.design == "morris"),
    ):
        if key in vary.model_fields_set and not belongs:
            raise written.problem((*_AT_VARY, key), f"has no meaning in design {vary.design!r}")
    if vary.design in OF_TWOS and vary.samples and vary.samples & (vary.samples - 1):
        below = 1 << int(math.log2(vary.samples))
        message = f"{vary.samples}: design {vary.design!r} needs a power of two"
        raise written.problem((*_AT_VARY, "samples"), message, f"{below} or {2 * below}")
    if vary.levels % 2:
        raise written.problem((*_AT_VARY, "levels"), f"{vary.levels}: must be even")


def _axis(
    written: Written,
    key: str,
    stated: Any,
    design: str,
    base_of: Callable[[str], Scenario],
) -> Span | Choice:
    path = written.paths[key]
    scenario = base_of(key)
    if isinstance(stated, list):
        if not stated:
            raise written.problem(path, "empty design: no values")
        values = [repr(one) for one in stated]
        for one in values:
            if values.count(one) > 1:
                raise written.problem(path, f"{one} stands there twice")
        return Choice(tuple(stated))
    if design == "grid" or not isinstance(stated, Mapping):
        form = "[0.2, 0.5]" if design == "grid" else "{ low = 0.2, high = 0.5 }, or a list"
        raise written.problem(path, f"must be of the form {form}")
    return _span(written, path, key, stated, scenario)


def _span(
    written: Written,
    path: tuple[str, ...],
    key: str,
    stated: Mapping[str, Any],
    scenario: Scenario,
) -> Span:
    if set(stated) != {"low", "high"}:
        raise written.problem(path, "must have the keys low and high", "low, high")
    low, high = stated["low"], stated["high"]
    for one in (low, high):
        if isinstance(one, bool) or not isinstance(one, int | float) or not math.isfinite(one):
            raise written.problem(path, f"{one!r}: must be a number")
    if low > high:
        raise written.problem(path, f"low {low!r} is above high {high!r}")
    if low == high:
        raise written.problem(path, f"low and high are both {low!r}; put it in the table set")
    now = value_at(scenario, key)
    if isinstance(now, bool | str | tuple):
        raise written.problem(path, "has no range; write a list of values")
    whole = isinstance(now, int)
    if whole and not (float(low).is_integer() and float(high).is_integer()):
        raise written.problem(path, f"{low!r} to {high!r}: must be whole numbers")
    return Span(low, high, whole)
