"""How different the true effects are from study to study: τ² by five methods, and how far it can be trusted.

Everywhere `y` are k effects, `v` their sampling variances, `x` the k × p design (a column of ones, then moderators).
Nothing is k × k: a literature of thousands of effects is fast, too.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from scipy import optimize

from commonweave.evidence.synthesis import chances

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Numbers: TypeAlias = NDArray[np.float64]

NOTHING = 1e-12
"""Effects that differ by so little of the smallest variance do not differ: what follows would be rounding."""
GRID = 80
"""Places looked at before the search is narrowed: a likelihood with two tops is not climbed on the wrong side."""


class Method(StrEnum):
    """How the variance between studies is estimated."""

    EE = "EE"  # none: one common effect
    DL = "DL"  # DerSimonian and Laird (1986), moments
    PM = "PM"  # Paule and Mandel (1982), empirical Bayes
    ML = "ML"  # maximum likelihood
    REML = "REML"  # restricted maximum likelihood, Viechtbauer (2005)


def tau2_of(y: Numbers, v: Numbers, x: Numbers, method: Method) -> float:
    """Return the variance between studies, never below zero."""
    return _ESTIMATORS[method](y, v, x)


def tau2_interval(y: Numbers, v: Numbers, x: Numbers, level: float = 0.95) -> tuple[float, float]:
    """Return the Q-profile interval of τ² (Viechtbauer 2007), whatever estimated it.

    Both bounds are zero where the effects are nearer to each other than their own errors would let expect.
    """
    df = x.shape[0] - x.shape[1]
    edge = (1 - level) / 2
    return (
        crossing(y, v, x, chances.chi2_quantile(1 - edge, df)),
        crossing(y, v, x, chances.chi2_quantile(edge, df)),
    )


def typical(v: Numbers, x: Numbers) -> float:
    """Return the typical sampling variance of Higgins and Thompson (2002), by which I² and H² measure τ²."""
    k, p = x.shape
    return float(k - p) / trace(1 / v, x)


def q_of(y: Numbers, v: Numbers, x: Numbers, tau2: float = 0.0) -> float:
    """Return the weighted squares that are left when the fit is taken out: Cochran's Q where τ² is zero."""
    w = 1 / (v + tau2)
    rest = y - x @ fit(y, w, x)[0]
    return float(rest @ (w * rest))


def fit(y: Numbers, w: Numbers, x: Numbers) -> tuple[Numbers, Numbers]:
    """Return the p coefficients of weighted least squares, and (X'WX)⁻¹."""
    wx = w[:, None] * x
    covariance = np.asarray(np.linalg.inv(x.T @ wx), np.float64)
    return covariance @ (wx.T @ y), covariance


def trace(w: Numbers, x: Numbers) -> float:
    """Return the trace of W - WX(X'WX)⁻¹X'W."""
    information = x.T @ (w[:, None] * x)
    return float(w.sum() - np.trace(np.linalg.solve(information, x.T @ ((w * w)[:, None] * x))))


def crossing(y: Numbers, v: Numbers, x: Numbers, target: float) -> float:
    """Return the τ² at which the weighted squares come down to `target`; zero where they never were above."""
    if q_of(y, v, x) <= target:
        return 0.0
    high = float(v.max())
    while q_of(y, v, x, high) > target:
        high *= 4
    return float(optimize.brentq(lambda tau2: q_of(y, v, x, tau2) - target, 0.0, high, xtol=1e-15))


def _common(y: Numbers, v: Numbers, x: Numbers) -> float:
    del y, v, x
    return 0.0


def _moments(y: Numbers, v: Numbers, x: Numbers) -> float:
    k, p = x.shape
    return max(0.0, (q_of(y, v, x) - float(k - p)) / trace(1 / v, x))


def _paule_mandel(y: Numbers, v: Numbers, x: Numbers) -> float:
    k, p = x.shape
    return crossing(y, v, x, k - p)


def _unlikely(y: Numbers, v: Numbers, x: Numbers, tau2: Numbers, *, restricted: bool) -> Numbers:
    """Return, for each of G values of τ², minus twice the log-likelihood but for a constant."""
    w = 1 / (v + tau2[:, None])
    information = np.einsum("gk,kp,kq->gpq", w, x, x)
    score = (w * y) @ x
    coefficients = np.linalg.solve(information, score[:, :, None])[:, :, 0]
    rest = y - coefficients @ x.T
    found = (w * rest * rest).sum(axis=1) - np.log(w).sum(axis=1)
    return np.asarray(found + np.linalg.slogdet(information)[1] if restricted else found, np.float64)


def _likeliest(*, restricted: bool) -> Callable[[Numbers, Numbers, Numbers], float]:
    """Return the search for the likeliest τ²: a wide look first, then the best place narrowed."""

    def estimate(y: Numbers, v: Numbers, x: Numbers) -> float:
        k, p = x.shape
        rest = y - x @ fit(y, np.ones(k), x)[0]
        top = 10 * float(rest @ rest) / (k - p)
        if top <= NOTHING * float(v.min()):
            return 0.0
        places = np.concatenate([[0.0], np.geomspace(top * 1e-8, top, GRID)])
        best = int(np.argmin(_unlikely(y, v, x, places, restricted=restricted)))
        low, high = places[max(best - 1, 0)], places[min(best + 1, GRID)]
        found = optimize.minimize_scalar(
            lambda tau2: float(_unlikely(y, v, x, np.array([tau2]), restricted=restricted)[0]),
            bounds=(low, high),
            method="bounded",
            options={"xatol": top * 1e-13},
        )
        at_zero = float(_unlikely(y, v, x, places[:1], restricted=restricted)[0])
        return 0.0 if at_zero <= found.fun else float(found.x)

    return estimate


_ESTIMATORS: dict[Method, Callable[[Numbers, Numbers, Numbers], float]] = {
    Method.EE: _common,
    Method.DL: _moments,
    Method.PM: _paule_mandel,
    Method.ML: _likeliest(restricted=False),
    Method.REML: _likeliest(restricted=True),
}
