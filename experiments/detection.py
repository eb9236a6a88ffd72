"""How often evaluators would call the effect of a policy, and how often wrongly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..model.luck import draw_blocks
from .monitor import Monitor, Wave
from .verdicts import (
    VERDICTS,
    Change,
    Reference,
    Verdict,
    change_of,
    change_of_stayers,
    check_level,
    judged,
    median,
    rank_test,
)

if TYPE_CHECKING:
    import pandas as pd

#: Share of evaluations that would call the smallest visible effect.
POWER = 0.8

#: Block of the draws of comparison neighbourhoods; those of surveys begin at 2**30.
_COMPARISON_BLOCK = 0x60000000
#: Halvings in the search for the smallest visible effect, and doublings before it.
_HALVINGS, _DOUBLINGS = 14, 40

#: Two waves of one world.
Waves = tuple[Wave, Wave]

#: Numbers of a row of `rates`.
NUMBERS = (
    "detection",
    "textbook_detection",
    "false_alarms",
    "textbook_false_alarms",
    "sign_errors",
    "textbook_sign_errors",
    "exaggeration",
    "textbook_exaggeration",
    "smallest_visible",
    "standard_error",
    "answered",
)


def rates(
    policy: Sequence[Waves],
    baseline: Sequence[Waves],
    gap: Any,
    monitor: Monitor,
    *,
    units: Sequence[int] | None = None,
    surveys: int = 20,
    level: float = 0.05,
) -> pd.DataFrame:
    """Return how often evaluators would call the effect of a policy, and how often wrongly.

    Every replicate is evaluated ``surveys`` times, each time with other people asked and other
    comparison neighbourhoods. Its placebos are the worlds without policy of all other replicates.
    Few replicates are a coarse yardstick: at 5% an effect has to beat all of 19 placebos, and is
    called a little less often than it would be against many.

    Parameters
    ----------
    policy, baseline : sequence of (Wave, Wave)
        Before and after, of the worlds with and without policy, by replicate and in equal order.
    gap : array of shape (replicates,)
        The truth: mean of the policy world minus that of its twin, at the later wave.
    monitor : Monitor
        How they are looked at.
    units : sequence of int, optional
        Which stairwell, complex or street is evaluated, by replicate; the same number is looked at
        in the other worlds. By default 0, the neighbourhood.
    surveys : int
        Evaluations of each replicate.
    level : float
        Accepted rate of false alarms.

    Returns
    -------
    pandas.DataFrame
        One row a verdict, indexed by name:

        ``available``, ``reason``
            False with the reason for a verdict that the design does not allow; numbers are NaN.
        ``detection``, ``textbook_detection``
            Share of evaluations that call an effect, against placebos and by the textbook.
        ``false_alarms``, ``textbook_false_alarms``
            The same for the own twin in the place of the policy world. At the neighbourhood the
            former is the level by construction; in a unit that was chosen for what it is (the
            stairwell with most participants) it tells how far the choice misleads.
        ``sign_errors``, ``textbook_sign_errors``
            Share of calls with the sign opposite to the gap (type S, Gelman and Carlin 2014).
        ``exaggeration``, ``textbook_exaggeration``
            Mean size of the called estimates over mean size of the gaps behind them (type M).
            Against placebos an estimate is counted from their median.
        ``smallest_visible``
            Effect that `POWER` of all evaluations would call: added to the later figure of the
            own twin, upward and downward in turn, against the same placebos. NaN: none.
        ``standard_error``, ``answered``
            Medians, by the textbook, of the policy worlds.
        ``replicates``, ``surveys``
            Behind the rates.

    Raises
    ------
    ValueError
        For sequences of unequal length, too few replicates for the level or for the comparison
        neighbourhoods, and waves that do not fit the interval.
    """
    import pandas as pd

    gap = np.asarray(gap, dtype=np.float64)
    chosen = np.zeros(len(policy), dtype=np.int64) if units is None else np.asarray(units)
    _check(policy, baseline, gap, chosen, monitor, surveys)
    check_level(level, len(baseline) - 1)
    others = comparisons_of([one[0].seed for one in baseline], surveys, monitor.comparisons)
    rows: dict[str, dict[str, Any]] = {}
    kinds = [change_of, change_of_stayers] if monitor.design == "panel" else [change_of]
    looked = _looked(policy, baseline, chosen, monitor, surveys, kinds)
    for name in VERDICTS:
        reason = _reason(name, monitor)
        rows[name] = {"available": not reason, "reason": reason}
        if not reason:
            places, tables = looked[1 if name == "stayers_panel" else 0]
            compared = others[..., :0] if name == "before_after" else others
            evaluations = _evaluations(name, places, tables, chosen, compared)
            rows[name] |= _told(evaluations, gap[:, None], level)
        rows[name] |= {"replicates": len(policy), "surveys": surveys}
    columns = ["available", "reason", *NUMBERS, "replicates", "surveys"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("verdict")


def _reason(name: str, monitor: Monitor) -> str:
    """Return why a verdict cannot be had; empty when it can."""
    if name == "stayers_panel" and monitor.design != "panel":
        return "a repeated cross-section does not ask the same people again"
    if name == "difference_in_differences" and not monitor.comparisons:
        return "there are no comparison neighbourhoods"
    return ""


def _check(
    policy: Sequence[Waves],
    baseline: Sequence[Waves],
    gap: np.ndarray,
    units: np.ndarray,
    monitor: Monitor,
    surveys: int,
) -> None:
    count = len(policy)
    for name, length in (("baseline", len(baseline)), ("gap", gap.size), ("units", units.size)):
        if length != count:
            raise ValueError(f"{name} has {length} replicates and policy has {count}")
    if surveys < 1:
        raise ValueError(f"surveys is {surveys!r}; allowed: a whole number from 1")
    if monitor.comparisons > count - 1:
        raise ValueError(
            f"{monitor.comparisons} comparison neighbourhoods and {count} replicates; "
            f"allowed: at most {max(0, count - 1)} comparisons"
        )


def comparisons_of(seeds: Sequence[int], surveys: int, count: int) -> np.ndarray:
    """Return which other worlds each is compared with, shape ``(worlds, surveys, count)``."""
    worlds = len(seeds)
    persons = np.array(seeds, dtype=np.int64)
    words = np.empty((4, worlds), dtype=np.uint32)
    found = np.empty((worlds, surveys, count), dtype=np.int64)
    for world in range(worlds):
        for survey in range(surveys):
            draw_blocks(seeds[world], persons, worlds, survey, _COMPARISON_BLOCK, words)
            order = np.lexsort((words[1], words[0]))
            found[world, survey] = order[order != world][:count]
    return found


#: Changes of the policy worlds, and by unit those of all baseline worlds: (worlds, surveys).
_Looked = tuple[Change, dict[int, Change]]


def _looked(
    policy: Sequence[Waves],
    baseline: Sequence[Waves],
    units: np.ndarray,
    monitor: Monitor,
    surveys: int,
    kinds: Sequence[Callable[..., Change]],
) -> list[_Looked]:
    """Return what the monitor sees, once for each kind of change."""
    seen = [
        monitor.follow(*one, unit, surveys)
        for one, unit in zip(policy, units.tolist(), strict=True)
    ]
    without = {
        unit: [monitor.follow(*one, unit, surveys) for one in baseline]
        for unit in sorted(set(units.tolist()))
    }
    return [
        (
            Change.stacked([kind(one) for one in seen]),
            {
                unit: Change.stacked([kind(one) for one in places])
                for unit, places in without.items()
            },
        )
        for kind in kinds
    ]


@dataclass(frozen=True, eq=False)
class _Evaluations:
    """One verdict in every replicate and survey: arrays of shape (replicates, surveys)."""

    policy: Verdict
    twin: Verdict
    own_twin: Change
    reference: Reference
    #: Shape (placebos, replicates, surveys).
    placebos: np.ndarray

    def shifted(self, shift: float) -> np.ndarray:
        """Return the estimates of the twins, had their later figure been shifted."""
        return self.own_twin.size(shift) - self.reference.size


def _evaluations(
    name: str, places: Change, tables: dict[int, Change], units: np.ndarray, others: np.ndarray
) -> _Evaluations:
    """Return the verdict on policy worlds and on their twins, and its placebos."""
    rows = range(len(units))
    against = {unit: reference_of(table, others) for unit, table in tables.items()}
    estimates = {unit: table.size() - against[unit].size for unit, table in tables.items()}
    own = Change.stacked([_row(tables[unit], row) for row, unit in zip(rows, units, strict=True)])
    columns = [
        np.stack([getattr(against[unit], column)[row] for row, unit in enumerate(units)])
        for column in ("size", "variance", "doubt")
    ]
    reference = Reference(*columns)
    placebos = [np.delete(estimates[unit], row, axis=0) for row, unit in enumerate(units)]
    return _Evaluations(
        judged(name, places, reference),
        judged(name, own, reference),
        own,
        reference,
        np.stack(placebos, axis=1),
    )


def _row(table: Change, row: int) -> Change:
    """Return the change of one place of a table."""
    columns = ("before", "after", "variance", "freedom", "answered")
    return Change(*(getattr(table, name)[row] for name in columns), decimals=table.decimals)


def reference_of(table: Change, others: np.ndarray) -> Reference:
    """Return with what each world is compared, each survey with a choice of other worlds."""
    if not others.shape[-1]:
        nothing = np.zeros(table.before.shape)
        return Reference(nothing, nothing, nothing)
    # First axis: the comparison neighbourhoods of a world in a survey.
    chosen = np.moveaxis(others, -1, 0)
    survey = np.arange(others.shape[1])[None, None, :]
    return Reference.mean(
        table.size()[chosen, survey], table.variance[chosen, survey], table.freedom[chosen, survey]
    )


def _told(found: _Evaluations, gap: np.ndarray, level: float) -> dict[str, float]:
    """Return the numbers of a row of `rates`."""
    chance = rank_test(found.policy.estimate, found.placebos, level)[1]
    alarm = rank_test(found.twin.estimate, found.placebos, level)[1]
    called = found.policy.called(level).astype(np.float64)
    centred = found.policy.estimate - median(found.placebos)
    sign, exaggeration = _errors(chance, centred, gap)
    textbook_sign, textbook_exaggeration = _errors(called, found.policy.estimate, gap)
    return {
        "detection": float(chance.mean()),
        "textbook_detection": float(called.mean()),
        "false_alarms": float(alarm.mean()),
        "textbook_false_alarms": float(found.twin.called(level).mean()),
        "sign_errors": sign,
        "textbook_sign_errors": textbook_sign,
        "exaggeration": exaggeration,
        "textbook_exaggeration": textbook_exaggeration,
        "smallest_visible": _smallest_visible(found, level),
        "standard_error": float(median(found.policy.standard_error.ravel())),
        "answered": float(median(found.policy.answered.ravel().astype(np.float64))),
    }


def _errors(called: np.ndarray, estimate: np.ndarray, gap: np.ndarray) -> tuple[float, float]:
    """Return type S and type M errors among what was called; NaN where there is no effect."""
    gap = np.broadcast_to(gap, estimate.shape)
    weight = np.where((gap != 0) & ~np.isnan(estimate), called, 0.0)
    if weight.sum() == 0:
        return float("nan"), float("nan")
    estimate = np.nan_to_num(estimate)
    wrong = float((weight * (estimate * gap < 0)).sum() / weight.sum())
    return wrong, float((weight * np.abs(estimate)).sum() / (weight * np.abs(gap)).sum())


def _smallest_visible(found: _Evaluations, level: float) -> float:
    """Return the shift of the later figure that `POWER` of the evaluations of twins would call."""

    def power(shift: float) -> float:
        both = (rank_test(found.shifted(s), found.placebos, level)[1] for s in (shift, -shift))
        return float(np.mean([chance.mean() for chance in both]))

    spread = np.abs(found.placebos - median(found.placebos))
    low, high = 0.0, float(np.nanmax(spread, initial=0.0)) or 1e-6
    for _ in range(_DOUBLINGS):
        if power(high) >= POWER:
            break
        low, high = high, 2 * high
    else:
        return float("nan")
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if power(middle) >= POWER else (middle, high)
    return high
