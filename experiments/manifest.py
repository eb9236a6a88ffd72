"""What a store is of: the study, the version of the model, and the columns that its rows have."""

from __future__ import annotations

import hashlib
import json
import math
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

#: Version of the layout of a store; another one is refused.
LAYOUT = 1
#: What a label can be.
KINDS = ("float", "int", "str", "bool")
#: Columns that every row has; no label or outcome may bear one of these names.
FIXED = ("key", "policy", "world", "seed", "year", "seconds")
#: Columns of a run that failed, instead of year and outcomes.
FAILURE = ("status", "origin", "message", "attempt")
#: Packages that can change a number, or the form in which it is kept.
PACKAGES = ("langeadem", "mesa", "numpy", "numba", "networkx", "pandas", "pyarrow", "scipy")
#: What of a study does not make it another study: how many replicates are asked.
OPEN = ("replicates",)


@dataclass(frozen=True)
class Manifest:
    """What a store is of. Nothing in it depends on the machine.

    Attributes
    ----------
    study
        The resolved content of the study: anything JSON can hold. ``replicates`` in it does not
        count for `study_key`, so that a study can be extended.
    model_version
        `langeadem.experiments.runs.model_version()`.
    seeds
        Luck of each replicate, in order.
    outcomes, years
        What is kept of every run, and at the ends of which years.
    labels
        What varies, policy and world apart: column name -> ``float``, ``int``, ``str`` or ``bool``.
    command
        The command that makes the store again, or an empty text.
    created
        Moment in UTC, to the second.
    packages
        Versions of the packages that can change a number.
    resumed
        Later sessions with another command or other packages: when, command, packages.

    Raises
    ------
    ValueError
        For a column that is named twice, an unknown kind of label, or nothing to keep.
    """

    study: Mapping[str, Any]
    model_version: str
    seeds: tuple[int, ...]
    outcomes: tuple[str, ...]
    years: tuple[int, ...]
    labels: Mapping[str, str] = field(default_factory=dict)
    command: str = ""
    created: str = ""
    packages: Mapping[str, str] = field(default_factory=dict)
    resumed: tuple[Mapping[str, Any], ...] = ()
    layout: int = LAYOUT

    def __post_init__(self) -> None:
        if not self.years:
            raise ValueError("no year of which outcomes are kept")
        for name, kind in self.labels.items():
            if kind not in KINDS:
                raise ValueError(f"label {name!r} is of kind {kind!r}; allowed: {', '.join(KINDS)}")
        names = [*FIXED, *FAILURE, *self.labels, *self.outcomes]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two columns of the same name: {', '.join(twice)}")
        try:
            json.dumps(self.study, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise ValueError(f"the study holds what JSON cannot: {error}") from error

    @property
    def study_key(self) -> str:
        """Return what makes it the same study: content, outcomes, years and labels; not the seeds."""
        study = {name: value for name, value in self.study.items() if name not in OPEN}
        kept = [study, list(self.outcomes), list(self.years), dict(self.labels)]
        text = json.dumps(kept, sort_keys=True, allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def with_seeds(self, seeds: Iterable[int]) -> Manifest:
        """Return the same with seeds added, each once, in order of asking."""
        return replace(self, seeds=tuple(dict.fromkeys((*self.seeds, *seeds))))

    def to_json(self) -> str:
        """Return the content of ``study.json``."""
        kept = {**asdict(self), "study_key": self.study_key}
        return json.dumps(kept, indent=2, ensure_ascii=False, allow_nan=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """Read the content of ``study.json``; raise ValueError for anything else."""
        kept = json.loads(text)
        names = {one.name for one in fields(cls)} | {"study_key"}
        if not isinstance(kept, dict) or set(kept) != names:
            raise ValueError("not the manifest of a store")
        asked = kept.pop("study_key")
        for name in ("seeds", "outcomes", "years", "resumed"):
            kept[name] = tuple(kept[name])
        found = cls(**kept)
        if found.study_key != asked:
            raise ValueError("the study was changed by hand")
        return found


def make_manifest(
    study: Mapping[str, Any],
    *,
    outcomes: Sequence[str],
    years: Sequence[int],
    seeds: Sequence[int],
    labels: Mapping[str, str] | None = None,
    command: str = "",
    model_version: str | None = None,
) -> Manifest:
    """Return the manifest of a study that is asked now, with this moment and these packages.

    Parameters are those of `Manifest`; ``model_version`` is that of the model unless given.
    """
    if model_version is None:
        from .runs import model_version as current

        model_version = current()
    return Manifest(
        study=dict(study),
        model_version=model_version,
        seeds=tuple(seeds),
        outcomes=tuple(outcomes),
        years=tuple(years),
        labels=dict(labels or {}),
        command=command,
        created=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        packages=package_versions(),
    )


def package_versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that can change a number."""
    found = {"python": ".".join(platform.python_version_tuple()[:2])}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def kind_of(values: Iterable[Any]) -> str:
    """Return the kind of a label from all the values that it takes; whole and broken is ``float``.

    Raises
    ------
    ValueError
        For values of kinds that do not go together, and for other things than numbers, texts and
        yes or no.
    """
    found = {type(value) for value in values}
    if found == {bool}:
        return "bool"
    if found == {int}:
        return "int"
    if found and found <= {int, float}:
        return "float"
    if found == {str}:
        return "str"
    names = ", ".join(sorted(one.__name__ for one in found)) or "no values"
    raise ValueError(f"a label takes values of one kind; got {names}")


def differences(mine: Any, other: Any, at: str = "") -> list[str]:
    """Return the dotted keys in which two contents differ, the first ones of each branch."""
    if isinstance(mine, Mapping) and isinstance(other, Mapping):
        found = []
        for name in dict.fromkeys((*mine, *other)):
            here = f"{at}.{name}" if at else str(name)
            if (name in mine) != (name in other):
                found.append(here)
            else:
                found += differences(mine[name], other[name], here)
        return found
    if isinstance(mine, (list, tuple)) and isinstance(other, (list, tuple)):
        return [] if list(mine) == list(other) else [at]
    same = mine == other or (_nan(mine) and _nan(other))
    return [] if same else [at]


def _nan(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)
