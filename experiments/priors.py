"""Priors: what is held possible of the parameters that nobody knows, before anything is fitted.

A prior is a PERT distribution between its ends (a beta distribution scaled to them, Clark 1962,
"The PERT model for the distribution of an activity time"), on the values or on their logarithms;
without a most likely value it is flat. A point is given in the unit cube, a share an axis: the
share is the chance of a lower value.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict
from scipy.special import betainc, betaincinv

from ..scenarios import ParameterCard, ScenarioError, nearest_name, parameter_cards
from ..scenarios.document import Document, parse_toml, read_toml
from ..scenarios.shipped import catalogue_folder

#: Weight of the most likely value in a PERT distribution, as Clark has it.
_WEIGHT = 4.0
SHIPPED = "priors.toml"


class _Table(BaseModel):
    """A table of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    low: float
    mid: float | None = None
    high: float
    log: bool = False
    source: str


@dataclass(frozen=True)
class Prior:
    """What is held possible of one parameter.

    Attributes
    ----------
    key : str
        The parameter, such as ``moving.local_wish``.
    low, high : float
        The ends, in its unit.
    mid : float or None
        The most likely value; None when every value is as likely.
    log : bool
        Whether factors count instead of differences.
    source : str
        Rows of the evidence, or a judgement and why.
    """

    key: str
    low: float
    high: float
    mid: float | None = None
    log: bool = False
    source: str = ""

    def place(self, values: Any) -> np.ndarray:
        """Return where values are between the ends, 0 to 1, straight or by factors."""
        low, high = self._scaled(self.low), self._scaled(self.high)
        scaled = np.log(values) if self.log else np.asarray(values, dtype=np.float64)
        return (scaled - low) / (high - low)

    def at_place(self, places: Any) -> np.ndarray:
        """Return the values at places between the ends; the other way round of `place`."""
        low, high = self._scaled(self.low), self._scaled(self.high)
        scaled = low + np.asarray(places, dtype=np.float64) * (high - low)
        found = np.exp(scaled) if self.log else scaled
        # Rounding must not pass the ends: they can be the ends of what is allowed.
        return np.clip(found, self.low, self.high)

    def place_of_share(self, shares: Any) -> np.ndarray:
        """Return the places below which these shares of the prior lie."""
        return betaincinv(*self._shape, np.asarray(shares, dtype=np.float64))

    def share_of_place(self, places: Any) -> np.ndarray:
        """Return which shares of the prior lie below places."""
        return betainc(*self._shape, np.clip(np.asarray(places, dtype=np.float64), 0.0, 1.0))

    def at(self, shares: Any) -> np.ndarray:
        """Return the values below which these shares of the prior lie."""
        return self.at_place(self.place_of_share(shares))

    def _scaled(self, value: float) -> float:
        return math.log(value) if self.log else value

    @property
    def _shape(self) -> tuple[float, float]:
        if self.mid is None:
            return 1.0, 1.0
        middle = float(self.place(self.mid))
        return 1.0 + _WEIGHT * middle, 1.0 + _WEIGHT * (1.0 - middle)


@dataclass(frozen=True)
class Priors:
    """The priors of a calibration, in order.

    Attributes
    ----------
    each : tuple of Prior
        A parameter each.
    where : str
        Name of the file, for messages.
    """

    each: tuple[Prior, ...]
    where: str = SHIPPED

    @property
    def keys(self) -> tuple[str, ...]:
        """The parameters."""
        return tuple(one.key for one in self.each)

    @cached_property
    def content(self) -> str:
        """A short key of what is in it, sources apart."""
        told = [{k: v for k, v in asdict(one).items() if k != "source"} for one in self.each]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]

    def places(self, shares: np.ndarray) -> np.ndarray:
        """Return points of the unit cube as places between the ends, a row a point."""
        return np.column_stack(
            [one.place_of_share(shares[:, at]) for at, one in enumerate(self.each)]
        )

    def values(self, places: np.ndarray) -> np.ndarray:
        """Return places between the ends as values of the parameters, a row a point."""
        return np.column_stack([one.at_place(places[:, at]) for at, one in enumerate(self.each)])

    def settings(self, values: Sequence[float]) -> dict[str, float]:
        """Return a row of values as settings by key, as `load` takes them."""
        return dict(zip(self.keys, map(float, values), strict=True))


def read_priors(path: str | Path | None = None) -> Priors:
    """Return the priors in a TOML file; default those that ship.

    Parameters
    ----------
    path
        A file with a table a parameter: ``low``, ``high``, ``source``, and where wanted ``mid``
        and ``log``.

    Raises
    ------
    ScenarioError
        For a file that cannot be read, a parameter that is unknown or no single number, ends
        outside its range or in the wrong order; every problem with its line.
    """
    if path is None:
        text = catalogue_folder(SHIPPED).read_bytes()
        return _of_document(parse_toml(SHIPPED, text), SHIPPED)
    return _of_document(read_toml(Path(path), str(path)), str(path))


def _of_document(document: Document, where: str) -> Priors:
    cards = parameter_cards()
    problems, found = [], []
    for group, tables in document.data.items():
        for name, table in (tables if isinstance(tables, Mapping) else {"": tables}).items():
            key = f"{group}.{name}" if name else group
            try:
                found.append(_prior(document, key, table, cards))
            except ScenarioError as error:
                problems += error.problems
    if not found and not problems:
        problems.append(document.problem((), "holds no priors"))
    if problems:
        raise ScenarioError(problems)
    return Priors(tuple(found), where)


def _prior(document: Document, key: str, table: Any, cards: Mapping[str, ParameterCard]) -> Prior:
    path = tuple(key.split("."))
    card = cards.get(key)
    if card is None:
        near = nearest_name(key, cards)
        raise ScenarioError([document.problem(path, "unknown parameter", nearest=near)])
    if not isinstance(card.default, float):
        raise ScenarioError([document.problem(path, "is no single number with decimals")])
    one = document.validate(_Table, table, path)
    within = f"{card.low:g} to {card.high:g} {card.unit}"
    for end in ("low", "high"):
        if not card.low <= getattr(one, end) <= card.high:
            message = f"{getattr(one, end):g} is outside the range"
            raise ScenarioError([document.problem((*path, end), message, allowed=within)])
    if not one.low < one.high:
        raise ScenarioError([document.problem((*path, "high"), "must be above low")])
    if one.mid is not None and not one.low <= one.mid <= one.high:
        raise ScenarioError([document.problem((*path, "mid"), "must lie between low and high")])
    if one.log and one.low <= 0.0:
        raise ScenarioError([document.problem((*path, "low"), "must be above 0 with log = true")])
    if not one.source.strip():
        raise ScenarioError([document.problem((*path, "source"), "says nothing")])
    return Prior(key, one.low, one.high, one.mid, one.log, one.source)
