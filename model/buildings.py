"""Dwellings in stairwells, complexes and streets, with tenure and quality."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..agents.moving import OWNER_OCCUPIED, PRIVATE_RENT, SUPPORTED
from ..scenarios import TENURES, Parameters, Place
from .luck import Luck
from .state import identity_of

#: Housing rung of each tenure before rented dwellings are split in wanted and less wanted.
_RUNG_OF_TENURE = np.array([3, 3, 5, 2], dtype=np.int8)


@dataclass(frozen=True)
class Buildings:
    """Where dwellings are and what they are; arrays have one row a dwelling."""

    stairwell: np.ndarray
    complex: np.ndarray
    street: np.ndarray
    tenure: np.ndarray
    rung: np.ndarray
    stairwell_start: np.ndarray
    street_start: np.ndarray


def build(place: Place, parameters: Parameters, luck: Luck) -> Buildings:
    """Return the buildings of a place: its tenure shares are met to the dwelling.

    Dwellings are numbered along the street; tenures come in blocks, as complexes do.
    """
    n = int(place.figure("households"))
    layout = parameters.layout
    low, high = layout.dwellings_per_stairwell_low, layout.dwellings_per_stairwell_high
    draws = luck.many("stairwell_size", identity_of(np.arange(n // low + 1), 0, 0))
    ends = np.cumsum(low + np.floor(draws * (high - low + 1)).astype(np.int64))
    stairwell = np.searchsorted(ends, np.arange(n), side="right")
    in_complex = stairwell // layout.stairwells_per_complex
    street = in_complex // layout.complexes_per_street
    tenure = _tenures(place, n, in_complex, luck)
    rung = _RUNG_OF_TENURE[tenure].copy()
    rented = np.flatnonzero(tenure <= PRIVATE_RENT)
    # Whole complexes are wanted or not: quality follows the building.
    order = rented[
        np.lexsort((rented, luck.many("wanted_dwelling", identity_of(in_complex[rented], 0, 0))))
    ]
    rung[order[: round(parameters.start.share_wanted_rent * len(rented))]] = 4
    return Buildings(
        stairwell=stairwell,
        complex=in_complex,
        street=street,
        tenure=tenure,
        rung=rung,
        stairwell_start=_starts(stairwell),
        street_start=_starts(street),
    )


def extend(buildings: Buildings, tenure: int, rung: int) -> Buildings:
    """Return the buildings with one more dwelling, in the last stairwell."""

    def longer(starts: np.ndarray) -> np.ndarray:
        return np.append(starts[:-1], starts[-1] + 1)

    return replace(
        buildings,
        stairwell=np.append(buildings.stairwell, buildings.stairwell[-1]),
        complex=np.append(buildings.complex, buildings.complex[-1]),
        street=np.append(buildings.street, buildings.street[-1]),
        tenure=np.append(buildings.tenure, np.int8(tenure)),
        rung=np.append(buildings.rung, np.int8(rung)),
        stairwell_start=longer(buildings.stairwell_start),
        street_start=longer(buildings.street_start),
    )


def _starts(group: np.ndarray) -> np.ndarray:
    """Return the first dwelling of each group, and one past the last."""
    return np.searchsorted(group, np.arange(int(group[-1]) + 2)).astype(np.int64)


def tenure_counts(place: Place, n: int) -> np.ndarray:
    """Return how many of ``n`` dwellings have each tenure: largest remainders, adding up to n."""
    exact = np.array([place.figure(f"share_{tenure}") for tenure in TENURES]) * n
    counts = np.floor(exact + 1e-9).astype(np.int64)
    for index in np.argsort(counts - exact, kind="stable")[: n - int(counts.sum())]:
        counts[index] += 1
    return counts


def _tenures(place: Place, n: int, in_complex: np.ndarray, luck: Luck) -> np.ndarray:
    counts = tenure_counts(place, n)
    order = np.lexsort((np.arange(n), luck.many("tenure", identity_of(in_complex, 0, 0))))
    tenure = np.empty(n, dtype=np.int8)
    kinds = [OWNER_OCCUPIED, PRIVATE_RENT, SUPPORTED, 0]
    tenure[order] = np.repeat(kinds, counts[kinds])
    return tenure
