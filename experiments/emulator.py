"""An emulator: what the simulation would give, and how sure that is, without living it.

A Gaussian process of scikit-learn a target, on the parameters that move that target (chosen by a
cross-validated lasso of values and squares, which is also its mean). What is left over of the
others is noise to it.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

#: What brings scikit-learn to who has not got it.
INSTALL = 'pip install "langeadem[calibration]"'
#: Fewest lives from which an emulator can be made.
FEWEST = 20
#: Most lives that a Gaussian process is conditioned on, and of those that its sizes are fitted to.
MOST, MOST_FITTED = 700, 200
#: Most parameters that a Gaussian process bends to.
MOST_ACTIVE = 8
_CHUNK = 4096


class MissingExtra(RuntimeError):  # noqa: N818 -- the word that pip uses, not a name of an error
    """scikit-learn is not installed; the message holds the command that does it."""


@dataclass(frozen=True)
class Guess:
    """What an emulator expects: mean, and variance of that mean, a row a point."""

    mean: np.ndarray
    variance: np.ndarray


@dataclass(frozen=True, eq=False)
class Emulator:
    """What is expected of one target.

    Attributes
    ----------
    active : numpy.ndarray
        Columns that move it, the most telling first.
    noise : float
        Variance of single lives around what is expected.
    """

    active: np.ndarray
    noise: float
    _mean: Any
    _process: Any
    _scale: float

    def guess(self, places: np.ndarray) -> Guess:
        """Return what is expected at points, a row a point, a column a parameter."""
        mean = np.empty(len(places))
        variance = np.empty(len(places))
        for start in range(0, len(places), _CHUNK):
            part = slice(start, start + _CHUNK)
            rest, deviation = self._process.predict(places[part][:, self.active], return_std=True)
            mean[part] = self._mean.predict(_terms(places[part])) + self._scale * rest
            # The noise of single lives is no doubt about what is expected.
            latent = deviation**2 - self._process.kernel_.k2.noise_level
            variance[part] = self._scale**2 * np.maximum(latent, 0.0)
        return Guess(mean, variance)


def fit(places: np.ndarray, values: np.ndarray, names: Sequence[str] = ()) -> Emulator:
    """Return the emulator of one target.

    Parameters
    ----------
    places
        Where each life was between the ends of the priors, a row a life, a column a parameter.
    values
        What came of it; NaN where it could not be told. The latest lives count where there are
        more than `MOST`.
    names
        Of the target, for messages.

    Raises
    ------
    MissingExtra
        When scikit-learn is not installed.
    ValueError
        With fewer than `FEWEST` lives that tell.
    """
    told = np.isfinite(values)
    if told.sum() < FEWEST:
        who = ", ".join(names) or "a target"
        raise ValueError(f"{who}: {int(told.sum())} lives tell; allowed: {FEWEST} or more")
    places, values = places[told], values[told]
    mean = _mean_of(places, values)
    rest = values - mean.predict(_terms(places))
    scale = float(rest.std()) or 1.0
    active = _active(mean, places)
    near, own = places[-MOST:, active], rest[-MOST:] / scale
    process = _process(near, own)
    noise = scale**2 * float(process.kernel_.k2.noise_level)
    return Emulator(active, noise, mean, process, scale)


def _terms(places: np.ndarray) -> np.ndarray:
    """Return values and squares, around the middle of the prior."""
    centred = 2.0 * places - 1.0
    return np.hstack([centred, centred**2])


def _mean_of(places: np.ndarray, values: np.ndarray) -> Any:
    try:
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.linear_model import LassoCV
        from sklearn.model_selection import KFold
    except ImportError as error:
        raise MissingExtra(f"calibration needs the package scikit-learn: {INSTALL}") from error
    with warnings.catch_warnings():
        # A penalty that has not settled to the last decimal is a mean as good as any.
        warnings.simplefilter("ignore", ConvergenceWarning)
        found = LassoCV(cv=KFold(5), max_iter=3000)
        return found.fit(_terms(places), values)


def _active(mean: Any, places: np.ndarray) -> np.ndarray:
    """Return the columns that move the mean, the most telling first; at least one."""
    count = places.shape[1]
    spread = _terms(places).std(axis=0)
    moves = np.abs(mean.coef_) * spread
    size = moves[:count] + moves[count:]
    order = np.argsort(-size, kind="stable")
    return order[: max(1, min(MOST_ACTIVE, int((size > 0.02 * size.max()).sum())))]


def _process(places: np.ndarray, values: np.ndarray) -> Any:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.gaussian_process import GaussianProcessRegressor, kernels

    wide: Any = np.full(places.shape[1], 1.0)
    bends = kernels.ConstantKernel(0.3, (1e-3, 10.0)) * kernels.RBF(wide, (0.15, 10.0))
    kernel = bends + kernels.WhiteKernel(0.7, (1e-4, 2.0))
    # The sizes are fitted to a spread of the lives: their cost is the cube of the number.
    every = max(1, len(places) // MOST_FITTED)
    with warnings.catch_warnings():
        # At a bound: a target that is straight in a parameter, or hardly any noise.
        warnings.simplefilter("ignore", ConvergenceWarning)
        fitted = GaussianProcessRegressor(kernel).fit(places[::every], values[::every])
        as_it_is: Any = None
        found = GaussianProcessRegressor(fitted.kernel_, optimizer=as_it_is)
        return found.fit(places, values)
