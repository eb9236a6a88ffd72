"""Tables of a world as columns of NumPy, for the measures of evidence."""

from __future__ import annotations

import numpy as np

from .lived import Lived

#: Months of a trajectory that need not have come.
_MAY_BE_OPEN = ("since", "started", "support_ended", "ended")


def programme_months(world: Lived) -> dict[str, np.ndarray]:
    """Return what programmes did by month, all programmes of a world added up.

    Quality is the mean of its programmes, weighed by who is in support; of nobody it is 0.
    """
    frame = world.chronicle.frame("programme")
    columns = {str(name): frame[name].to_numpy() for name in frame.columns}
    month = np.unique(columns["month"])
    at = np.searchsorted(month, columns["month"])
    columns["delivered"] = columns["supported_months"] * np.nan_to_num(columns["quality"])
    return {"month": month} | {
        name: np.bincount(at, weights=values)
        for name, values in columns.items()
        if name != "month" and values.dtype.kind in "if"
    }


def trajectories(world: Lived) -> dict[str, np.ndarray]:
    """Return a row a trajectory that started; months that have not come are -1.

    ``row`` is that of the person in the world.
    """
    frame = world.trajectories
    if frame is None:
        raise ValueError("this measure needs a policy with programmes")
    columns = {
        str(name): (
            frame[name].to_numpy(dtype=np.int64, na_value=-1)
            if name in _MAY_BE_OPEN
            else frame[name].to_numpy()
        )
        for name in frame.columns
    }
    begun = columns["started"] >= 0
    columns = {name: values[begun] for name, values in columns.items()}
    return columns | {"row": world.rows_by_identity(columns["person"])}
