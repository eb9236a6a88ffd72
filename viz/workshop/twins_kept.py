"""Twins that a worker process keeps: plans and programmes of one page have the same."""

from __future__ import annotations

from collections import OrderedDict

from ...experiments.lived import Lived
from ...scenarios import Scenario

_MOST = 4
_lived: OrderedDict[tuple[str, int, int], Lived] = OrderedDict()


def twin_of(baseline: Scenario, seed: int, years: int) -> Lived:
    """Return the life without the policy with the same luck, lived once for all who ask.

    A worker lives one piece of work at a time: it needs no lock. What is returned is shared, and
    must not be changed.

    Parameters
    ----------
    baseline
        The scenario without the policy.
    seed
        Its luck.
    years
        How far it is lived.
    """
    at = (baseline.key(), seed, years)
    if at not in _lived:
        _lived[at] = Lived(baseline, seed, paths=False, years=years)
        while len(_lived) > _MOST:
            _lived.popitem(last=False)
    _lived.move_to_end(at)
    return _lived[at]
