"""Random-effects meta-analysis of independent effects: how much on average, how certain, how different from place to place.

Formulas as in Viechtbauer (2010), Journal of Statistical Software 36(3), and the references at each method. Effects are
plain numbers on a scale where their sampling variances are known (d, log odds ratio, Fisher's z ...).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from django.utils.translation import gettext_lazy as _

from commonweave.evidence.synthesis import chances, spread
from commonweave.evidence.synthesis.spread import Method

if TYPE_CHECKING:
    from collections.abc import Sequence

    from commonweave.evidence.synthesis.spread import Numbers

FEWEST = 3
"""Fewer studies are never pooled: two say nothing of how different the third would be."""
LEVEL = 0.95


class Certainty(StrEnum):
    """How certain the mean is."""

    Z = "z"  # normal; too sure of itself with few studies
    KNAPP_HARTUNG = "knha"  # t with k - p degrees of freedom, Knapp and Hartung (2003)
    CONSERVATIVE = "adhoc"  # the same, with a variance never smaller than by the weights alone (Jackson et al. 2017)


class TooFewError(ValueError):
    """There are not enough studies for what was asked; the text says so to a reader."""


@dataclass(frozen=True)
class Pooled:
    """What came out. `coefficients` first hold the mean (or intercept), then one for each moderator.

    `covariance` is theirs (p × p), `tau2` the variance between studies, `q` Cochran's test of heterogeneity on `df`
    degrees of freedom, `i2` in per cent, `weights` each study's share of the mean in per cent.
    """

    method: Method
    test: Certainty
    k: int
    coefficients: Numbers
    covariance: Numbers
    tau2: float
    q: float
    q_p: float
    i2: float
    h2: float
    df: int
    weights: Numbers

    @property
    def mean(self) -> float:
        """The average effect (or the intercept)."""
        return float(self.coefficients[0])

    @property
    def errors(self) -> Numbers:
        """The standard error of each coefficient."""
        return np.sqrt(np.diag(self.covariance))

    def interval(self, level: float = LEVEL) -> tuple[float, float]:
        """Return where the average lies."""
        low, high = self.intervals(level)[0]
        return float(low), float(high)

    def intervals(self, level: float = LEVEL) -> Numbers:
        """Return lower and upper bound of each coefficient, p × 2."""
        reach = self._quantile(level) * self.errors
        return np.stack([self.coefficients - reach, self.coefficients + reach], axis=1)

    def prediction(self, level: float = LEVEL) -> tuple[float, float]:
        """Return where the effect of one more study like these would lie (Higgins, Thompson and Spiegelhalter 2009).

        By t with k - p degrees of freedom, or the normal distribution where that is the test.
        """
        reach = self._quantile(level) * float(np.sqrt(self.covariance[0, 0] + self.tau2))
        return self.mean - reach, self.mean + reach

    def at(self, place: Sequence[float], level: float = LEVEL) -> tuple[float, float, float]:
        """Return the fitted average and its interval at a row of the design (the leading one for the intercept too)."""
        row = np.asarray(place, np.float64)
        middle = float(row @ self.coefficients)
        reach = self._quantile(level) * float(np.sqrt(row @ self.covariance @ row))
        return middle, middle - reach, middle + reach

    def p_values(self) -> Numbers:
        """Return how rarely chance alone would give a coefficient at least so far from zero."""
        ratios = self.coefficients / self.errors
        return np.array([chances.two_sided(ratio, self._df) for ratio in ratios])

    @property
    def _df(self) -> int | None:
        return None if self.test == Certainty.Z else self.df

    def _quantile(self, level: float) -> float:
        return chances.quantile((1 + level) / 2, self._df)


@dataclass(frozen=True)
class Uncertainty:
    """95 % intervals of how different studies are: τ², I² in per cent and H²."""

    tau2: tuple[float, float]
    i2: tuple[float, float]
    h2: tuple[float, float]


def pool(
    effects: Sequence[float] | Numbers,
    variances: Sequence[float] | Numbers,
    *,
    moderators: Numbers | None = None,
    intercept: bool = True,
    method: Method = Method.REML,
    test: Certainty = Certainty.KNAPP_HARTUNG,
) -> Pooled:
    """Pool k independent effects, or regress them on moderators (k rows, a column each, without the intercept).

    Raises TooFewError for fewer than three studies, or fewer than two more than coefficients; ValueError for a
    variance that is not above zero, a number that is none, or moderators that say the same.
    """
    y, v, x = arranged(effects, variances, moderators, intercept=intercept)
    k, p = x.shape
    tau2 = spread.tau2_of(y, v, x, method)
    w = 1 / (v + tau2)
    coefficients, covariance = spread.fit(y, w, x)
    if test != Certainty.Z:
        rest = y - x @ coefficients
        scale = float(rest @ (w * rest)) / (k - p)
        covariance = covariance * (max(scale, 1.0) if test == Certainty.CONSERVATIVE else scale)
    q = spread.q_of(y, v, x)
    if method == Method.EE:
        i2, h2 = (max(0.0, 100 * (q - (k - p)) / q) if q else 0.0), q / (k - p)
    else:
        unit = spread.typical(v, x)
        i2, h2 = 100 * tau2 / (tau2 + unit), tau2 / unit + 1
    rare = chances.chi2_tail(q, k - p)
    return Pooled(method, test, k, coefficients, covariance, tau2, q, rare, i2, h2, k - p, 100 * w / w.sum())


def uncertainty(
    effects: Sequence[float] | Numbers,
    variances: Sequence[float] | Numbers,
    *,
    moderators: Numbers | None = None,
) -> Uncertainty:
    """Return how far τ², I² and H² can be trusted, by the Q-profile; it takes no side between the estimators."""
    y, v, x = arranged(effects, variances, moderators)
    low, high = spread.tau2_interval(y, v, x, LEVEL)
    unit = spread.typical(v, x)
    return Uncertainty(
        (low, high), (100 * low / (low + unit), 100 * high / (high + unit)), (low / unit + 1, high / unit + 1)
    )


def arranged(
    effects: Sequence[float] | Numbers,
    variances: Sequence[float] | Numbers,
    moderators: Numbers | None = None,
    *,
    intercept: bool = True,
) -> tuple[Numbers, Numbers, Numbers]:
    """Return effects, variances and the k × p design, once it is certain that they can be pooled."""
    y, v = np.asarray(effects, np.float64), np.asarray(variances, np.float64)
    x = design(len(y), moderators, intercept=intercept)
    k, p = x.shape
    if k < FEWEST:
        raise TooFewError(_("Fewer than three studies are never pooled: two say nothing of how different a third is."))
    if k - p < FEWEST - 1:
        raise TooFewError(_("There are too few studies to compare them by so many properties."))
    if v.shape != y.shape or not (np.isfinite(y).all() and np.isfinite(v).all() and (v > 0).all()):
        raise ValueError(_("Every effect needs a number, and a variance above zero."))
    if not np.isfinite(x).all() or np.linalg.matrix_rank(x) < p:
        raise ValueError(_("Two properties say the same of these studies, or one has no number."))
    return y, v, x


def design(k: int, moderators: Numbers | None, *, intercept: bool = True) -> Numbers:
    """Return the k × p design: a column of ones, then the moderators."""
    ones = np.ones((k, 1 if intercept or moderators is None else 0))
    return ones if moderators is None else np.hstack([ones, np.asarray(moderators, np.float64).reshape(k, -1)])
