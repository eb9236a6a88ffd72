"""Boxes of assumptions in which something happens: scenario discovery by PRIM of the EMA Workbench.

PRIM peels thin slices off the space of assumptions until what is left holds mostly the cases that
one looks for, and pastes back what it peeled too much. The search is the EMA Workbench's; what is
added here is which box of its many is told, which of its limits are more than chance, and how well
boxes found in a part of the cases hold in the rest.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

#: What brings the search to who has not got it.
INSTALL = 'pip install "langeadem[frontier]"'
#: Fewest cases of each kind in which a box can be sought.
FEWEST = 10
#: A box is told when more than half of its cases are of the kind.
DENSITY = 0.5
#: A limit is kept when as many cases would be kept out of the box by chance as seldom as this.
CHANCE = 0.01
_FOLDS = 5
_NONE = float("nan")
_PEEL, _SMALLEST = 0.05, 0.05


class MissingExtra(RuntimeError):  # noqa: N818 -- the word that pip uses, not a name of an error
    """The EMA Workbench is not installed; the message holds the command that does it."""


@dataclass(frozen=True)
class Limit:
    """Between which values of one assumption the box lies, both included.

    Attributes
    ----------
    key : str
        The assumption.
    low, high : float
        NaN where the box goes on to the end of what was tried.
    chance : float
        How often a limit that means nothing would keep out as many (quasi p-value of Bryant and
        Lempert 2010).
    """

    key: str
    low: float
    high: float
    chance: float


@dataclass(frozen=True)
class Box:
    """A box of assumptions that holds many cases of a kind.

    Attributes
    ----------
    limits : tuple of Limit
        The limits together; the most telling first.
    coverage : float
        Share of all cases of the kind that are in the box.
    density : float
        Share of the cases in the box that are of the kind.
    cases, of_kind : int
        Cases in the box, and those of the kind.
    elsewhere : float
        Density of boxes found without a fifth of the cases, in that fifth.
    """

    limits: tuple[Limit, ...]
    coverage: float
    density: float
    cases: int
    of_kind: int
    elsewhere: float


def search_box(cases: pd.DataFrame, of_kind: Sequence[bool] | np.ndarray) -> Box | None:
    """Return the box that best holds the cases of a kind; None where there is none.

    Limits that could be chance are dropped from the boxes on the path of PRIM, the least telling
    first; of what is left the box with the highest harmonic mean of coverage and density is taken.
    A box is told only when such boxes hold more of the kind than chance among cases that the search
    did not see.

    Parameters
    ----------
    cases
        Assumptions, a column each, a row a case; numbers.
    of_kind
        Whether each case is of the kind.

    Raises
    ------
    MissingExtra
        When the EMA Workbench is not installed.
    """
    kind = np.asarray(of_kind, dtype=bool)
    if min(int(kind.sum()), int((~kind).sum())) < FEWEST:
        return None
    numbers = cases.reset_index(drop=True).astype(np.float64)
    limits = _limits(numbers, kind)
    if limits is None:
        return None
    elsewhere = _elsewhere(numbers, kind)
    if not elsewhere > kind.mean():
        return None
    inside = _inside(numbers, limits)
    found = int((inside & kind).sum())
    told = [
        Limit(key, low, high, _chance(numbers, kind, limits, {**limits, key: (_NONE, _NONE)}))
        for key, (low, high) in limits.items()
    ]
    return Box(
        limits=tuple(sorted(told, key=lambda one: (one.chance, one.key))),
        coverage=found / int(kind.sum()),
        density=found / int(inside.sum()),
        cases=int(inside.sum()),
        of_kind=found,
        elsewhere=elsewhere,
    )


def _limits(cases: pd.DataFrame, kind: np.ndarray) -> dict[str, tuple[float, float]] | None:
    """Return the limits of the box that is told, NaN where it goes on; None where there is none."""
    if not kind.any():
        return None
    best: dict[str, tuple[float, float]] | None = None
    best_score = 0.0
    for whole in _path(cases, kind):
        limits = _telling(cases, kind, whole)
        inside = _inside(cases, limits)
        found = (inside & kind).sum()
        score = 2 * found / (inside.sum() + kind.sum())
        dense = found > max(DENSITY, kind.mean()) * inside.sum()
        if limits and dense and score > best_score:
            best, best_score = limits, float(score)
    return best


def _telling(
    cases: pd.DataFrame, kind: np.ndarray, limits: dict[str, tuple[float, float]]
) -> dict[str, tuple[float, float]]:
    """Return a box without the ends of limits that could be chance."""
    while limits:
        wider = [
            {**limits, key: ends}
            for key, (low, high) in limits.items()
            for ends in ((_NONE, high), (low, _NONE))
            if not _same(ends, (low, high))
        ]
        chances = [_chance(cases, kind, limits, one) for one in wider]
        worst = int(np.argmax(chances))
        if chances[worst] <= CHANCE:
            break
        limits = {
            key: ends for key, ends in wider[worst].items() if not _same(ends, (_NONE, _NONE))
        }
    return limits


def _same(one: tuple[float, float], other: tuple[float, float]) -> bool:
    """Return whether two limits are equal; no limit is equal to no limit."""
    return all(a == b or (np.isnan(a) and np.isnan(b)) for a, b in zip(one, other, strict=True))


def _path(cases: pd.DataFrame, kind: np.ndarray) -> list[dict[str, tuple[float, float]]]:
    """Return the boxes that PRIM goes through, each by its limits."""
    prim = _prim()
    # A name of its own for every column: PRIM keeps some names for itself.
    names = {f"a{at}": str(key) for at, key in enumerate(cases.columns)}
    # Version 2 takes a threshold, below which it calls a box empty; 3 returns what it found.
    more = {"threshold": 1e-9} if "threshold" in prim.__init__.__code__.co_varnames else {}
    with warnings.catch_warnings():
        # How it uses pandas is due to go out of use; what it returns does not depend on it.
        warnings.filterwarnings("ignore", module=r"ema_workbench\.")
        found = prim(
            cases.set_axis(list(names), axis=1),
            kind.astype(np.int64),
            peel_alpha=_PEEL,
            mass_min=_SMALLEST,
            **more,
        ).find_box()
        boxes = [
            {key: box[name].to_numpy() for name, key in names.items()} for box in found.box_lims
        ]
    whole = boxes[0]
    return [
        {key: ends for key in box if (ends := _ends(box[key], whole[key])) is not None}
        for box in boxes
    ]


def _ends(own: np.ndarray, whole: np.ndarray) -> tuple[float, float] | None:
    low = float(own[0]) if own[0] > whole[0] else float("nan")
    high = float(own[1]) if own[1] < whole[1] else float("nan")
    return None if np.isnan(low) and np.isnan(high) else (low, high)


def _prim() -> Any:
    """Return PRIM of the EMA Workbench, version 2 or 3."""
    with warnings.catch_warnings():
        # It tells of libraries of its own that are not there and that PRIM does not use.
        warnings.filterwarnings("ignore", "ipyparallel not installed", UserWarning)
        warnings.filterwarnings("ignore", ".*not available", ImportWarning)
        try:
            from ema_workbench.analysis.prim import Prim
        except ModuleNotFoundError as error:
            if (error.name or "").split(".")[0] != "ema_workbench":
                raise
            raise MissingExtra(
                f"the EMA Workbench is not installed; install it with: {INSTALL}"
            ) from None
    return Prim


def check_installed() -> None:
    """Refuse to begin what could not be finished; raise `MissingExtra`."""
    _prim()


def _inside(cases: pd.DataFrame, limits: dict[str, tuple[float, float]]) -> np.ndarray:
    """Return which cases lie in a box."""
    inside = np.ones(len(cases), dtype=bool)
    for key, (low, high) in limits.items():
        values = cases[key].to_numpy()
        # A comparison with NaN is false: there is no limit on that side.
        inside &= ~((values < low) | (values > high))
    return inside


def _chance(
    cases: pd.DataFrame,
    kind: np.ndarray,
    limits: dict[str, tuple[float, float]],
    wider: dict[str, tuple[float, float]],
) -> float:
    """Return how often a box would hold as many of the kind if what narrows it meant nothing."""
    from scipy.special import bdtrc

    inside, around = _inside(cases, limits), _inside(cases, wider)
    found = int((inside & kind).sum())
    if found == 0:
        return 1.0
    share = (around & kind).sum() / around.sum()
    return float(bdtrc(found - 1, int(inside.sum()), share))


def _elsewhere(cases: pd.DataFrame, kind: np.ndarray) -> float:
    """Return the density, in cases left out, of boxes found without them."""
    fold = np.arange(len(cases)) % _FOLDS
    found = whole = 0
    for one in range(_FOLDS):
        known = fold != one
        limits = _limits(cases.take(np.flatnonzero(known)).reset_index(drop=True), kind[known])
        if limits is None:
            continue
        inside = _inside(cases.take(np.flatnonzero(~known)), limits)
        found += int((inside & kind[~known]).sum())
        whole += int(inside.sum())
    return found / whole if whole else float("nan")
