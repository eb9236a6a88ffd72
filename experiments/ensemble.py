"""An ensemble: plausible worlds, each a set of parameters under which everything is lived."""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from ..scenarios import Problem, Scenario, ScenarioError, nearest_name, parameter_cards
from ..scenarios.document import read_toml
from ..scenarios.shipped import catalogue_folder
from .study_file import fault_of

_READ = (".csv", ".parquet", ".toml")
#: Where in a Parquet file stands what it was made of.
_ABOUT = b"langeadem"


@dataclass(frozen=True)
class Ensemble:
    """Plausible worlds by name, in order.

    Attributes
    ----------
    worlds
        Name -> settings by key, as `load` takes them; every world has the same keys.
    where
        Name of the file, for messages.
    about
        What it was made of, as far as the file says: command, version, claims, priors, date.
    """

    worlds: Mapping[str, Mapping[str, Any]]
    where: str = "ensemble"
    about: Mapping[str, Any] = field(default_factory=dict)

    @property
    def keys(self) -> tuple[str, ...]:
        """The parameters that differ between worlds."""
        return tuple(next(iter(self.worlds.values()), {}))

    @property
    def content(self) -> str:
        """A short key of what is in it: equal for equal worlds, whatever file they came from."""
        text = json.dumps(self.worlds, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @classmethod
    def of(cls, asked: Ensemble | str | os.PathLike[str] | None) -> Ensemble | None:
        """Return an ensemble, whether it was read already, is in a file, or there is none."""
        if asked is None or isinstance(asked, Ensemble):
            return asked
        return cls.read(Path(asked))

    def _first_of(self, count: int, where: str) -> Ensemble:
        if not 1 <= count <= len(self.worlds):
            raise _wrong(where, "", f"{count} worlds", allowed=f"1-{len(self.worlds)}")
        worlds = dict(islice(self.worlds.items(), count))
        return replace(self, worlds=worlds, where=where)

    def named(self, error: ScenarioError, world: str) -> ScenarioError:
        """Return an error that says in which world it is."""
        return ScenarioError(
            replace(one, where=f"{self.where}, {world}") if one.where == "override" else one
            for one in error.problems
        )

    @classmethod
    def read(cls, path: str | Path) -> Ensemble:
        """Return the worlds in a file, or those that ship under a name.

        Parameters
        ----------
        path
            A name (``langeadem list ensembles``), or a file. CSV or Parquet: a row a world, a
            column ``world`` with its name and a column a parameter, named by its key
            (``moving.local_wish``). Or TOML: a table ``[worlds.NAME]`` a world, with keys and
            values. With ``:20`` behind it: the first twenty only.

        Raises
        ------
        ScenarioError
            When it cannot be read, names a world twice, or a world lacks a value.
        """
        where = str(path)
        asked, _, count = where.rpartition(":")
        if asked and count.isdecimal():
            return cls.read(asked)._first_of(int(count), where)
        path = shipped_file(path)
        if path.suffix not in _READ:
            names = ensemble_names()
            near = nearest_name(where, names)
            allowed = ", ".join([*_READ, *names])
            raise ScenarioError([Problem(where, "", "is no file of worlds", None, allowed, near)])
        about: dict[str, Any] = {}
        if path.suffix == ".toml":
            worlds = _of_toml(path, where)
        else:
            worlds = _of_table(path, where)
            about = _about(path)
        if not worlds:
            raise _wrong(where, "", "holds no worlds")
        _check_same_keys(worlds, where)
        return cls(worlds, where, about)

    def write(self, path: str | Path, about: Mapping[str, Any]) -> Path:
        """Write the worlds as Parquet with what they were made of; return the path.

        It is there whole or not at all.
        """
        import pyarrow as pa
        from pyarrow import parquet

        rows = [{"world": name, **settings} for name, settings in self.worlds.items()]
        told = json.dumps(about, sort_keys=True, ensure_ascii=False).encode()
        table = pa.Table.from_pylist(rows).replace_schema_metadata({_ABOUT: told})
        target = Path(path)
        part = target.with_name(f".{target.name}.part")
        try:
            parquet.write_table(table, part)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
        return target


def in_world(scenario: Scenario, settings: Mapping[str, Any]) -> Scenario:
    """Return a scenario with the parameters of a plausible world.

    A parameter that the scenario itself has at another value than usual stays as it is: somebody
    chose it.

    Parameters
    ----------
    scenario
        A scenario.
    settings
        Parameters by key, such as ``moving.local_wish``.

    Raises
    ------
    ScenarioError
        For a key that is no parameter.
    """
    groups: dict[str, dict[str, Any]] = {}
    cards = parameter_cards()
    for key, value in settings.items():
        if key not in cards:
            near = nearest_name(key, cards)
            raise ScenarioError([Problem("ensemble", key, "unknown parameter", None, "", near)])
        group, _, name = key.partition(".")
        own = getattr(scenario.parameters, group)
        if getattr(own, name) == cards[key].default:
            groups.setdefault(group, own.model_dump())[name] = value
    changed = {
        group: type(getattr(scenario.parameters, group)).model_validate(values)
        for group, values in groups.items()
    }
    parameters = scenario.parameters.model_copy(update=changed)
    return scenario.model_copy(update={"parameters": parameters})


def ensemble_names() -> list[str]:
    """Return the names of the ensembles that ship, sorted."""
    folder = catalogue_folder("ensembles")
    entries = folder.iterdir() if folder.is_dir() else ()
    return sorted(Path(one.name).stem for one in entries if one.name.endswith(".parquet"))


def shipped_file(name: str | Path) -> Path:
    """Return the file of an ensemble that ships; any other name is returned as a path."""
    if str(name) in ensemble_names():
        return Path(str(catalogue_folder("ensembles").joinpath(f"{name}.parquet")))
    return Path(name)


def _about(path: Path) -> dict[str, Any]:
    """Return what a Parquet file says that it was made of; nothing where it says nothing."""
    if path.suffix != ".parquet":
        return {}
    from pyarrow import parquet

    told = (parquet.read_schema(path).metadata or {}).get(_ABOUT)
    return json.loads(told) if told else {}


def _wrong(
    where: str, key: str, message: str, line: int | None = None, allowed: str = ""
) -> ScenarioError:
    return ScenarioError([Problem(where, key, message, line, allowed)])


def _of_toml(path: Path, where: str) -> dict[str, dict[str, Any]]:
    document = read_toml(path, where)
    for key in document.data:
        if key != "worlds":
            raise ScenarioError([document.problem((key,), "unknown key", allowed="worlds")])
    tables = document.data.get("worlds", {})
    if not isinstance(tables, dict) or not all(isinstance(one, dict) for one in tables.values()):
        raise ScenarioError([document.problem(("worlds",), "must be tables: [worlds.NAME]")])
    return {name: _flat(table) for name, table in tables.items()}


def _flat(table: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in table.items():
        key = f"{before}{name}"
        found.update(_flat(value, f"{key}.") if isinstance(value, Mapping) else {key: value})
    return found


def _of_table(path: Path, where: str) -> dict[str, dict[str, Any]]:
    import pandas as pd

    try:
        if path.suffix == ".csv":
            frame = pd.read_csv(path, dtype={"world": str}, keep_default_na=True)
        else:
            frame = pd.read_parquet(path)
    except OSError as error:
        raise _wrong(where, "", f"cannot be read: {error.strerror or error}") from None
    except ValueError as error:
        raise _wrong(where, "", f"cannot be read: {error}") from None
    if "world" not in frame.columns:
        raise _wrong(where, "world", "is missing")
    worlds: dict[str, dict[str, Any]] = {}
    for at, row in enumerate(frame.to_dict("records")):
        # The header is the first line of a CSV.
        line = at + 2 if path.suffix == ".csv" else None
        name = str(row.pop("world"))
        if name in ("", "nan", "None"):
            raise _wrong(where, "world", "has no name", line)
        if name in worlds:
            raise _wrong(where, "world", f"{name!r} stands there twice", line)
        worlds[name] = {str(key): _plain(value) for key, value in row.items()}
        for key, value in worlds[name].items():
            if value is None or (isinstance(value, float) and not math.isfinite(value)):
                raise _wrong(where, key, f"has no value in world {name!r}", line)
    return worlds


def _plain(value: Any) -> Any:
    """Return a number of NumPy as one of Python."""
    return value.item() if hasattr(value, "item") else value


def _check_same_keys(worlds: Mapping[str, Mapping[str, Any]], where: str) -> None:
    first = next(iter(worlds.values()))
    if not first:
        raise _wrong(where, "", "holds no parameters")
    for key in first:
        if wrong := fault_of(key):
            message, allowed, near = wrong
            raise ScenarioError([Problem(where, key, message, None, allowed, near)])
    for name, settings in worlds.items():
        if other := sorted(set(first) ^ set(settings)):
            raise _wrong(where, other[0], f"not every world has it; see world {name!r}")
