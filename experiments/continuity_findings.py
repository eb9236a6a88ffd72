"""What a study of continuity says: who comes first where, how surely, what decides it, what luck does.

Everything here is computed from finished runs; which words go with it is for the command line.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd

from .comparison import Comparison
from .continuity import Continuity
from .discovery import FEWEST, Box, MissingExtra, search_box
from .leading import Lead, lead
from .noise import Nested, nested
from .paired import Paired, wilson

#: How sure a lead is.
SURE, MOSTLY, OPEN, SAME = "sure", "mostly", "open", "same"
Verdict = Literal["sure", "mostly", "open", "same"]
#: Fewest worlds over which a rank correlation is told.
FEWEST_WORLDS = 10
#: Of all intervals of rank correlations together.
LEVEL = 0.95


@dataclass(frozen=True, eq=False)
class Standing:
    """Who comes first in one place, on one outcome, over one horizon.

    Attributes
    ----------
    place : str
        Key.
    outcome : str
        One of `continuity.OUTCOMES`.
    horizon : int
        Years.
    groups : tuple of tuple of str
        Calendars; those with the same outcome in every replicate are one.
    won : tuple of float
        In how many worlds each is best, of the means over the lucks there; who tie share it.
    lead : Lead
        The first by its mean over worlds, beside the second.
    """

    place: str
    outcome: str
    horizon: int
    groups: tuple[tuple[str, ...], ...]
    won: tuple[float, ...]
    lead: Lead

    @property
    def worlds(self) -> int:
        """Number of plausible worlds."""
        return round(sum(self.won))

    @property
    def first(self) -> tuple[str, ...]:
        """The calendars in front."""
        return next(group for group in self.groups if self.lead.first[0] in group)

    def won_by(self, policy: str) -> float:
        """Return in how many worlds a calendar, or one that is the same, is best."""
        return next(
            won for group, won in zip(self.groups, self.won, strict=True) if policy in group
        )

    @property
    def verdict(self) -> Verdict:
        """How sure it is.

        ``"sure"``: the interval of the difference with the second, in which that of one more world
        would lie, is above zero. ``"mostly"``: the first is ahead in more than half of the worlds,
        and Wilson's interval of that share is above a half. ``"open"``: neither. ``"same"``: all
        calendars bring the same.
        """
        pair = self.lead.pair
        if pair is None:
            return SAME
        if pair.low > 0:
            return SURE
        return MOSTLY if pair.worlds > 1 and ahead(pair)[1] > 0.5 else OPEN


def ahead(pair: Paired) -> tuple[float, float, float]:
    """Return the share of worlds in which A is ahead of B, a tie half, and Wilson's interval."""
    share = float((0.5 * (1 + np.sign(pair.world_means))).mean())
    low, high = wilson(share, pair.worlds, pair.level)
    return share, low, high


@dataclass(frozen=True)
class Decider:
    """How far the lead of the favourite goes with one parameter, over plausible worlds.

    Attributes
    ----------
    key : str
        The parameter.
    rank : float
        Spearman's rank correlation with the lead, the mean of the ranks in all places.
    low, high : float
        Interval by Bonett and Wright (2000), as wide as holds for all parameters together
        (Bonferroni).
    places : dict of str to float
        The rank correlation in each place.
    """

    key: str
    rank: float
    low: float
    high: float
    places: Mapping[str, float]

    @property
    def clear(self) -> bool:
        """Whether the interval lies on one side of zero."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Cut:
    """The box of plausible worlds in which the favourite is behind in most places.

    Attributes
    ----------
    behind : int
        Worlds in which it is behind in most places.
    worlds : int
        Worlds in all.
    box : Box or None
        Where those are; None where none is told.
    without : str
        Why not: ``"few"`` (fewer than ten of one kind), ``"no_box"``, ``"missing"`` (the library is
        not installed), ``"no_worlds"``, or ``"same"`` (all calendars bring the same); empty with a
        box.
    """

    behind: int
    worlds: int
    box: Box | None
    without: str


@dataclass(frozen=True, eq=False)
class Findings:
    """What the comparisons of a study say."""

    of: Continuity

    @cached_property
    def standings(self) -> dict[tuple[str, str, int], Standing]:
        """By place, outcome and horizon."""
        from .continuity import OUTCOMES

        return {
            (place, outcome, horizon): standing(place, found, outcome, horizon)
            for outcome in OUTCOMES
            for place, found in self.of.places.items()
            for horizon in self.of.finished
        }

    def beside(self, place: str, outcome: str, horizon: int) -> tuple[str, Paired] | None:
        """Return the best calendar that is not the favourite, and the favourite beside it.

        None where all calendars bring the same.
        """
        found = self.of.places[place]
        own = self.of.favourite
        same = found.same_as(own, outcome, horizon)
        others = [one for one in found.order(outcome, horizon) if one not in (own, *same)]
        if not others:
            return None
        return others[0], found.paired(own, others[0], outcome, horizon)

    def margins(self, outcome: str, horizon: int) -> pd.DataFrame:
        """Return the lead of the favourite over the best other: a row a world, a column a place."""
        found = {}
        for place in self.of.places:
            known = self.beside(place, outcome, horizon)
            if known is not None:
                worlds = self._names(place, horizon)
                found[place] = pd.Series(known[1].world_means, index=worlds)
        return pd.DataFrame(found).dropna()

    def _names(self, place: str, horizon: int) -> list[str]:
        """Return the worlds in the order in which `Paired` numbers them."""
        units = self.of.places[place].units(horizon)
        return np.unique(units["world"].to_numpy()).tolist()

    def luck(self, place: str, outcome: str, horizon: int) -> Nested | None:
        """Return what of the lead of the favourite over the best other is worlds, and what is luck.

        None with fewer than two worlds or two lucks, or where calendars bring the same.
        """
        known = self.beside(place, outcome, horizon)
        if known is None:
            return None
        units = self.of.places[place].units(horizon).reset_index(drop=True)
        units = units.assign(lead=known[1].difference, luck=units.groupby("world").cumcount())
        table = units.pivot(index="world", columns="luck", values="lead")
        # Of a study that was stopped: only replicates that every world has had.
        table = table.dropna(axis=1)
        return nested(table.to_numpy()) if min(table.shape) >= 2 else None

    def settings(self) -> pd.DataFrame:
        """Return the parameters that differ between worlds: a row a world, a column a parameter."""
        ensemble = self.of.asked.ensemble
        if ensemble is None:
            return pd.DataFrame()
        frame = pd.DataFrame.from_dict(
            {name: dict(one) for name, one in ensemble.worlds.items()}, orient="index"
        ).astype(np.float64)
        return frame.loc[:, frame.nunique() > 1]

    def deciders(self, outcome: str, horizon: int) -> list[Decider]:
        """Return how far the lead goes with each parameter, the farthest first.

        Empty with fewer than `FEWEST_WORLDS` worlds, or where the lead is the same in all.
        """
        margins = self.margins(outcome, horizon)
        margins = margins.loc[:, margins.nunique() > 1]
        settings = self.settings()
        if len(margins) < FEWEST_WORLDS or margins.empty or settings.empty:
            return []
        whole = margins.rank().mean(axis=1).rename("all")
        both = pd.concat([settings.loc[margins.index], margins, whole], axis=1)
        ranks = both.corr(method="spearman")
        found = []
        for key in settings.columns:
            rank = float(ranks.at[key, "all"])
            if math.isnan(rank):
                continue
            low, high = rank_interval(rank, len(margins), 1 - (1 - LEVEL) / len(settings.columns))
            places = {str(one): float(ranks.at[key, one]) for one in margins.columns}
            found.append(Decider(str(key), rank, low, high, places))
        return sorted(found, key=lambda one: -abs(one.rank))

    def cut(self, outcome: str, horizon: int) -> Cut:
        """Return the box of worlds in which the favourite is behind in most places, by PRIM."""
        margins = self.margins(outcome, horizon)
        settings = self.settings()
        if settings.empty or margins.empty:
            return Cut(0, len(margins), None, "no_worlds" if settings.empty else "same")
        behind = ((margins < 0).sum(axis=1) > margins.shape[1] / 2).to_numpy()
        count = int(behind.sum())
        if min(count, len(behind) - count) < FEWEST:
            return Cut(count, len(behind), None, "few")
        try:
            box = search_box(settings.loc[margins.index], behind)
        except MissingExtra:
            return Cut(count, len(behind), None, "missing")
        return Cut(count, len(behind), box, "" if box else "no_box")


def standing(place: str, found: Comparison, outcome: str, horizon: int) -> Standing:
    """Return who comes first in a place."""
    groups: list[tuple[str, ...]] = []
    for policy in found.policies:
        if not any(policy in group for group in groups):
            groups.append((policy, *found.same_as(policy, outcome, horizon)))
    values = np.column_stack([found.values(outcome, group[0], horizon) for group in groups])
    worlds = found.units(horizon)["world"].to_numpy()
    means = np.array([values[worlds == world].mean(axis=0) for world in np.unique(worlds)])
    best = means == means.max(axis=1, keepdims=True)
    won = (best / best.sum(axis=1, keepdims=True)).sum(axis=0)
    return Standing(
        place, outcome, horizon, tuple(groups), tuple(won.tolist()), lead(found, outcome, horizon)
    )


def rank_interval(rank: float, number: int, level: float) -> tuple[float, float]:
    """Return the interval of a rank correlation by Bonett and Wright (2000, eq. 3).

    Parameters
    ----------
    rank
        Spearman's, -1 to 1.
    number
        Of pairs, 4 or more.
    level
        Of the interval, 0 to 1.
    """
    from scipy.special import ndtri

    if abs(rank) >= 1.0:
        return rank, rank
    half = float(ndtri(0.5 + level / 2)) * math.sqrt((1 + rank**2 / 2) / (number - 3))
    middle = math.atanh(rank)
    return math.tanh(middle - half), math.tanh(middle + half)
