"""What a panel shows between two dates: stayers, leavers and newcomers.

This is the decomposition that somebody who has no twin can make. It says who moved a mean, and not
why: a stayer may have changed with or without a programme.
"""

from __future__ import annotations

import numbers
from typing import TYPE_CHECKING

import numpy as np

from .indicators import indicator as indicator_of

if TYPE_CHECKING:
    import pandas as pd

    from .lived import Lived

#: Names of the column that says where a person lives; a panel has one of them.
PLACE_COLUMNS = ("unit", "place")
#: What the change of a mean is made of, in the order of the columns.
TERMS = ("stayers", "leavers", "newcomers")


def decompose(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Return how stayers, leavers and newcomers changed the mean of each unit between two dates.

    With ``y`` a score, ``m`` the mean of the unit before and ``N`` the people in it after::

        mean after - m = 1/N * ( sum over stayers of (y after - y before)
                               - sum over leavers of (y before - m)
                               + sum over newcomers of (y after - m) )

    which is exact, also when the number of people changes.

    Parameters
    ----------
    before, after
        A row a person who is there at that date, with the columns ``person`` (a label, the same at
        both dates), ``unit`` or ``place`` (where the person lives) and ``score`` (a number). Other
        columns are set aside. Who stays in a unit is a stayer; who leaves one unit for another is a
        leaver of the first and a newcomer of the second; who dies, or no longer belongs to those
        who are counted, is a leaver too. Give everybody the same unit for the whole area.

    Returns
    -------
    pandas.DataFrame
        A row a unit, in order: ``unit``, ``mean_before``, ``mean_after``, ``change``; what each
        group adds to the change, in units of the score (``stayers``, ``leavers``, ``newcomers``,
        adding up to ``change``); and people (``n_before``, ``n_after``, ``n_stayers``,
        ``n_leavers``, ``n_newcomers``). A unit that is empty at one of the dates has a mean there
        of NaN, and so its change and terms are NaN; its people are counted.

    Raises
    ------
    TypeError
        For anything but two frames.
    ValueError
        For an empty frame, a missing or doubled column, a person who is there twice, something
        missing, a score that is not a finite number, and labels of different kinds.

    Examples
    --------
    Rungs on the working ladder in two stairwells. In the first Ann climbs from 1 to 3, Bo leaves
    with a 5, and Cas comes in at 0; in the second nothing happens.

    >>> import pandas as pd
    >>> from langeadem.experiments.decomposition import decompose
    >>> before = pd.DataFrame(
    ...     {"person": ["Ann", "Bo", "Dee"], "place": ["A", "A", "B"], "score": [1, 5, 2]}
    ... )
    >>> after = pd.DataFrame(
    ...     {"person": ["Ann", "Cas", "Dee"], "place": ["A", "A", "B"], "score": [3, 0, 2]}
    ... )
    >>> found = decompose(before, after)
    >>> found[["unit", "mean_before", "mean_after", "change"]]
      unit  mean_before  mean_after  change
    0    A          3.0         1.5    -1.5
    1    B          2.0         2.0     0.0

    Ann's two rungs add 1 to the mean of two people. Bo stood 2 above the mean, so leaving takes 1
    off; Cas stands 3 below it, and takes 1.5 off. The mean fell although the only one who stayed
    gained.

    >>> found[["unit", "stayers", "leavers", "newcomers"]]
      unit  stayers  leavers  newcomers
    0    A      1.0     -1.0       -1.5
    1    B      0.0      0.0        0.0
    """
    import pandas as pd

    place = _place_column(before, after)
    panels = [
        _checked(frame, place, name) for frame, name in ((before, "before"), (after, "after"))
    ]
    for column in ("person", "unit"):
        _refuse_mixed_labels(column, panels)
    both = panels[0].merge(
        panels[1], on=["unit", "person"], how="outer", suffixes=("_before", "_after")
    )
    number, units = pd.factorize(both["unit"], sort=True)
    was, now = both["score_before"].to_numpy(), both["score_after"].to_numpy()
    there, here = ~np.isnan(was), ~np.isnan(now)

    def count(who: np.ndarray) -> np.ndarray:
        return np.bincount(number[who], minlength=len(units))

    def total(value: np.ndarray, who: np.ndarray) -> np.ndarray:
        return np.bincount(number[who], value[who], minlength=len(units))

    n_before, n_after = count(there), count(here)
    mean_before = _ratio(total(was, there), n_before)
    mean_after = _ratio(total(now, here), n_after)
    below, above = mean_before[number] - was, now - mean_before[number]
    stayers, leavers, newcomers = there & here, there & ~here, here & ~there
    known = np.where((n_before > 0) & (n_after > 0), 1.0, np.nan)
    return pd.DataFrame(
        {
            "unit": units,
            "mean_before": mean_before,
            "mean_after": mean_after,
            "change": mean_after - mean_before,
            "stayers": known * _ratio(total(now - was, stayers), n_after),
            "leavers": known * _ratio(total(below, leavers), n_after),
            "newcomers": known * _ratio(total(above, newcomers), n_after),
            "n_before": n_before,
            "n_after": n_after,
            "n_stayers": count(stayers),
            "n_leavers": count(leavers),
            "n_newcomers": count(newcomers),
        }
    )


def panel_frame(
    lived: Lived, indicator: str, year: int, scale: str = "neighbourhood"
) -> pd.DataFrame:
    """Return the panel of a lived world at the end of a year, as `decompose` takes it.

    Parameters
    ----------
    lived
        A world that was lived.
    indicator
        Name of one of `INDICATORS`; those are in the panel who are counted for it and live here.
        Who reaches the age from which people are counted is a newcomer, and who passes the pension
        age a leaver of an indicator of the working age.
    year
        At the end of which; 0 is the start.
    scale
        One of `SCALES`.

    Returns
    -------
    pandas.DataFrame
        ``person`` (key of identity and month of birth), ``unit`` (number of the stairwell, complex
        or street; 0 for the neighbourhood) and ``score``.

    Raises
    ------
    ValueError
        For an unknown indicator or scale, or a year that was not lived.
    """
    import pandas as pd

    unit_of = lived.unit_of_stairwell(scale)
    snapshot = lived.snapshot(indicator_of(indicator), year)
    here = snapshot.here
    return pd.DataFrame(
        {
            "person": snapshot.person[here],
            "unit": unit_of[snapshot.stairwell[here]],
            "score": snapshot.score[here],
        }
    )


def _place_column(*frames: pd.DataFrame) -> str:
    """Return which column says where people live; refuse frames without one, or with both."""
    import pandas as pd

    for frame, name in zip(frames, ("before", "after"), strict=True):
        if not isinstance(frame, pd.DataFrame):
            raise TypeError(f"{name} is a {type(frame).__name__}; allowed: a pandas DataFrame")
    found = {name for frame in frames for name in PLACE_COLUMNS if name in frame.columns}
    if len(found) > 1:
        raise ValueError("before and after have both unit and place; keep one of the two, in both")
    return found.pop() if found else PLACE_COLUMNS[0]


def _checked(frame: pd.DataFrame, place: str, name: str) -> pd.DataFrame:
    """Return the columns person, unit and score of a panel that can be used."""
    import pandas as pd

    columns = list(frame.columns)
    for column in ("person", place, "score"):
        times = columns.count(column)
        if times != 1:
            found = ", ".join(map(str, columns)) or "none"
            raise ValueError(
                f"{name} has {times or 'no'} columns named {column}; needed once each: person,"
                f" unit (or place), score; found: {found}"
            )
    if frame.empty:
        raise ValueError(f"{name} has no rows; needed: at least one person")
    person, unit, score = (frame[column].to_numpy() for column in ("person", place, "score"))
    for column, values in (("person", person), (place, unit), ("score", score)):
        missing = int(np.count_nonzero(pd.isna(values)))
        if missing:
            raise ValueError(
                f"{name} has {missing} of {len(frame)} rows without a {column}; leave those people"
                f" out of the panel, or fill in their {column}"
            )
    again = np.asarray(pd.Index(person).duplicated())
    if again.any():
        raise ValueError(
            f"{name} has {person[again].tolist()[0]!r} more than once ({np.count_nonzero(again)} rows too"
            " many); needed: a row a person"
        )
    return pd.DataFrame({"person": person, "unit": unit, "score": _numbers(score, name)})


def _numbers(score: np.ndarray, name: str) -> np.ndarray:
    """Return scores as floats; refuse text and infinity."""
    odd = [one for one in score if not isinstance(one, numbers.Real | np.bool_)]
    if odd:
        raise ValueError(f"{name} has a score of {odd[0]!r}; allowed: numbers")
    found = score.astype(np.float64)
    if not np.isfinite(found).all():
        raise ValueError(f"{name} has a score that is infinite; allowed: finite numbers")
    return found


def _refuse_mixed_labels(column: str, panels: list[pd.DataFrame]) -> None:
    """Refuse labels that could never be the same: the number 7 at one date, the text "7" at another."""
    kinds = {
        "numbers" if isinstance(label, numbers.Number) else type(label).__name__
        for panel in panels
        for label in panel[column].tolist()
    }
    if len(kinds) > 1:
        raise ValueError(
            f"{column} is of several kinds: {', '.join(sorted(kinds))}; allowed: one kind, in"
            " before and after alike"
        )


def _ratio(total: np.ndarray, count: np.ndarray) -> np.ndarray:
    """Return a mean by unit; NaN for nobody."""
    return np.divide(total, count, out=np.full(len(count), np.nan), where=count > 0)
