"""Saltelli's design for Sobol indices, drawn so that small ones are even too.

The plan is SALib's; what is chosen here is only how its sequence is scrambled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

#: Sizes at which a base sample is to be even, and how many scramblings are tried for that.
_EVEN = (32, 64, 128, 256)
_TRIED, _STRIDE = 40, 7919
#: Correlation above which the first part of a base sample shows nothing.
_TOO_UNEVEN = 0.1


def saltelli_points(count: int, samples: int, seed: int, second_order: bool = False) -> np.ndarray:
    """Return the points of a Saltelli design in the unit cube, shape ``(points, count)``.

    A design of twice the samples begins with the points of this one.

    Parameters
    ----------
    count
        Number of columns, 1 or more.
    samples
        Size of the base sample, a power of two.
    seed
        What it is drawn with.
    second_order
        Whether pairs of columns get points as well.
    """
    from SALib.sample import sobol

    return sobol.sample(
        unit_problem(count),
        samples,
        calc_second_order=second_order,
        seed=_even_seed(count, seed),
    )


def unit_problem(count: int) -> dict[str, Any]:
    """Return so many nameless axes of the unit cube, as SALib takes them."""
    names = [str(at) for at in range(count)]
    return {"num_vars": count, "names": names, "bounds": [[0.0, 1.0]] * count}


def _even_seed(count: int, seed: int) -> int:
    """Return the seed, of those that follow from one, whose design is most even.

    Each assumption has two columns in the base sample, which are to have nothing to do with each
    other. In a small Sobol sequence some do, correlated up to 0.8 below 128 points, and then an
    index comes out as much too low. Scrambling it otherwise undoes that; which scrambling is
    taken depends on the design alone, and not on the size asked, so that a design can grow.
    """
    from SALib.sample import sobol

    def unevenness(one: int) -> tuple[bool, float]:
        whole = sobol.sample(unit_problem(count), _EVEN[-1], calc_second_order=False, seed=one)
        small, *others = (_uneven(whole, count, size) for size in _EVEN)
        return max(others) > _TOO_UNEVEN / 2, small

    return min((seed + _STRIDE * one for one in range(_TRIED)), key=unevenness)


def is_uneven(points: np.ndarray, count: int, size: int) -> bool:
    """Return whether so many base points of a design are too uneven to show anything."""
    return _uneven(points, count, size) > _TOO_UNEVEN


def _uneven(points: np.ndarray, count: int, size: int) -> float:
    """Return the largest correlation between the two columns of an assumption."""
    import numpy as np

    blocks = points.reshape(-1, count + 2, count)[:size]
    return max(
        abs(float(np.corrcoef(blocks[:, 0, at], blocks[:, -1, at])[0, 1])) for at in range(count)
    )
