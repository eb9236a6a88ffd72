"""What finished runs say of every arm of a comparison, pair by pair."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .arms import KEPT, Arms

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = ("world", "policy", "horizon", "seed", *KEPT)


def cells_of(arms: Arms, frame: pd.DataFrame, seeds: Sequence[int]) -> pd.DataFrame:
    """Return a row a world, horizon, seed and policy, each read from the run that lived it.

    Rows without their pair are left out: where not all policies of a horizon are finished.

    Parameters
    ----------
    arms
        What is compared.
    frame
        Finished runs as a store keeps them.
    seeds
        The replicates that count.
    """
    import pandas as pd

    counted = frame.loc[frame["seed"].isin(list(seeds))]
    by_run = dict(iter(counted.groupby(["world", "policy", "horizon", "year"])))
    parts = []
    for cell, source in arms.sources.items():
        found = by_run.get((*source, cell.horizon))
        if found is not None:
            own = found.filter(["world", "seed", *KEPT])
            parts.append(own.assign(policy=cell.policy, horizon=cell.horizon))
    if not parts:
        return pd.DataFrame(columns=list(_COLUMNS))
    cells = pd.concat(parts, ignore_index=True)
    units = cells.groupby(["world", "horizon", "seed"])
    cells = units.filter(lambda unit: len(unit) == len(arms.policies))
    place = {policy: at for at, policy in enumerate(arms.policies)}
    number = {name: at for at, name in enumerate(arms.worlds)}
    cells = cells.assign(
        _policy=[place[one] for one in cells["policy"]],
        _world=[number[one] for one in cells["world"]],
    )
    order = ["_world", "horizon", "seed", "_policy"]
    return cells.sort_values(order, kind="stable").reset_index(drop=True).filter(list(_COLUMNS))
