"""Which assumptions a study varies and how far: ranges as stated, or around what is usual.

Beside ``{ low = 0.2, high = 0.5 }`` a sensitivity or frontier study can say
``{ around = 0.5 }``: from half to one and a half times the value that the scenario has, within the
range that is allowed; ``{ around = 0.5 }`` for ``"moving.*"`` means every number of that group.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

from ..scenarios import Scenario, nearest_name, parameter_cards
from .composing import Composer, value_at
from .designs import Span
from .study import Study
from .study_file import StudyFile, Vary, Written

#: How far assumptions go where a study does not say: half as much less and half as much more.
AROUND = 0.5


@dataclass(frozen=True)
class Assumption:
    """One number that is varied.

    Attributes
    ----------
    key : str
        As ``langeadem explain`` takes it.
    span : Span
        From where to where.
    usual : float
        What the scenario has.
    stated : bool
        Whether the study states the range itself; else it lies around what is usual.
    """

    key: str
    span: Span
    usual: float
    stated: bool


def with_ranges(written: Written) -> tuple[Written, list[Assumption], list[str]]:
    """Return a study with a range for every assumption, the assumptions, and what is left out.

    Left out are parameters of a group that are no single number, or that nothing lies around. What
    is stated of one assumption goes before what is stated of its group.

    Raises
    ------
    ScenarioError
        For an unknown place or policy, and for an assumption without a range.
    """
    scenario_with = _lookup(written)
    axes: dict[str, Any] = {}
    paths = dict(written.paths)
    stated: dict[str, bool] = {}
    usual: dict[str, Any] = {}
    left_out: list[str] = []
    single = {key for key in written.axes if "*" not in key}
    for key, form in written.axes.items():
        names = _matching(written, key) if key not in single else [key]
        for name in names:
            if key not in single and (name in axes or name in single or name in written.settings):
                continue
            usual[name] = _usual(written, key, name, scenario_with(name))
            found = _range(written, key, name, form, usual[name])
            if found is None:
                left_out.append(name)
                continue
            axes[name] = found
            paths[name] = written.paths[key]
            stated[name] = "around" not in form
    if not axes:
        raise written.problem(("vary", "parameters"), "empty design: no parameters")
    ready = replace(written, axes=axes, paths=paths)
    found = [
        _assumption(ready, name, ends, usual[name], stated[name]) for name, ends in axes.items()
    ]
    return ready, found, left_out


def _lookup(written: Written) -> Callable[[str], Scenario]:
    """Return how to find a scenario that has a key; names of place and policies are checked."""
    names = {name: getattr(written.file, name) for name in written.file.model_fields_set - {"vary"}}
    plain = replace(written, file=StudyFile.model_validate(names), axes={}, listed=None)
    study = Study(plain, None, 1)
    study.content()
    composer = Composer(written.located(written.file.scenario), written.file.years)

    def find(key: str) -> Scenario:
        for policy in study.policies:
            if composer.concerns(policy, key):
                return composer.base(policy)
        raise written.problem(written.paths[key], "no policy of the study has this")

    return find


def _matching(written: Written, pattern: str) -> list[str]:
    """Return the parameters that a pattern names."""
    plain = pattern.removeprefix("parameters.")
    names = [key for key in parameter_cards() if fnmatchcase(key, plain)]
    if not names:
        raise written.problem(
            written.paths[pattern], "names no parameter", 'such as "moving.*" or "ties.share_*"'
        )
    return names


def _usual(written: Written, key: str, name: str, scenario: Scenario) -> Any:
    """Return what a scenario has at a key; raise ScenarioError where it has no such thing."""
    found = value_at(scenario, name)
    if found is None:
        near = nearest_name(name.removeprefix("parameters."), parameter_cards())
        raise written.problem(written.paths[key], "unknown key", nearest=near)
    return found


def _range(written: Written, key: str, name: str, form: Any, usual: Any) -> dict[str, Any] | None:
    """Return low and high of an assumption; None where one of a group has none."""
    alone = key == name
    path = written.paths[key]
    if not isinstance(form, Mapping) or set(form) not in ({"low", "high"}, {"around"}):
        message = "must be of the form { low = 0.2, high = 0.5 } or { around = 0.5 }"
        raise written.problem(path, message)
    if "around" not in form:
        return dict(form)
    share = form["around"]
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 < share <= 1:
        raise written.problem(path, f"around {share!r}: must be a share", "above 0, up to 1")
    card = parameter_cards().get(name.removeprefix("parameters."))
    ends = None
    if isinstance(usual, int | float) and not isinstance(usual, bool):
        ends = _around(usual, float(share), card)
    if ends is None and alone:
        raise written.problem(path, f"{usual!r}: nothing lies around it; state low and high")
    return ends


def _around(usual: float, share: float, card: Any) -> dict[str, Any] | None:
    away = abs(usual) * share
    low, high = usual - away, usual + away
    if card is not None:
        low, high = max(low, card.low), min(high, card.high)
    if isinstance(usual, int):
        low, high = math.ceil(low), math.floor(high)
    else:
        low, high = _rounded(low), _rounded(high)
    return {"low": low, "high": high} if low < high else None


def _rounded(value: float) -> float:
    """Return a value without the digits that only arithmetic gave it."""
    return float(f"{value:.10g}")


def _assumption(
    written: Written, name: str, ends: Mapping[str, Any], usual: Any, stated: bool
) -> Assumption:
    path = written.paths[name]
    low, high = ends["low"], ends["high"]
    for one in (low, high):
        if isinstance(one, bool) or not isinstance(one, int | float) or not math.isfinite(one):
            raise written.problem(path, f"{one!r}: must be a number")
    if isinstance(usual, bool) or not isinstance(usual, int | float):
        raise written.problem(path, "is no single number, and so has no range")
    if not low < high:
        raise written.problem(path, f"low {low!r} is not below high {high!r}")
    return Assumption(name, Span(low, high, isinstance(usual, int)), float(usual), stated)


def with_design(
    written: Written, design: str, samples: int | None, keys: list[str] | None = None
) -> Written:
    """Return a study with another design over some of its assumptions, at the ranges that it has."""
    vary = written.file.vary
    kept = written.axes if keys is None else {key: written.axes[key] for key in keys}
    made = Vary(design=design, samples=samples, seed=vary.seed, parameters={})  # type: ignore[arg-type]
    return replace(
        written, file=written.file.model_copy(update={"vary": made}), axes=kept, listed=None
    )


def with_points(written: Written, points: list[dict[str, Any]]) -> Written:
    """Return a study that lives these points."""
    made = Vary(design="list", points=points)
    file = written.file.model_copy(update={"vary": made})
    return replace(written, file=file, axes={}, listed=points)
