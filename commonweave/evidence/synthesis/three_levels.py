"""Several effects from one study: what differs inside studies, between them, and an average that counts neither twice.

Three-level model with restricted maximum likelihood: Konstantopoulos (2011), Research Synthesis Methods 2(1). Nothing is
as large as effects × effects: a study's covariance is a diagonal and one shared number, and its inverse is written down.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from django.utils.translation import gettext_lazy as _
from scipy import optimize

from commonweave.evidence.synthesis import chances
from commonweave.evidence.synthesis.pooling import FEWEST, LEVEL, TooFewError, arranged
from commonweave.evidence.synthesis.robust import Cluster, Robust, cr2

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from commonweave.evidence.synthesis.spread import Numbers

STARTS = ((0.5, 0.5), (0.9, 0.001), (0.001, 0.9), (0.01, 0.01))
"""Shares of the variance of all effects that the search begins from: between studies, within them."""
NONE = 1e-9
"""A variance below this share of the variance of all effects is none."""


@dataclass(frozen=True)
class Layered:
    """An average over studies with several effects each; `between` and `within` studies are variances."""

    studies: int
    effects: int
    coefficients: Numbers
    covariance: Numbers
    between: float
    within: float
    robust: Robust

    @property
    def mean(self) -> float:
        """The average effect (or the intercept)."""
        return float(self.coefficients[0])

    @property
    def errors(self) -> Numbers:
        """Standard errors that hold if the model does; `robust.errors` hold also where it does not."""
        return np.sqrt(np.diag(self.covariance))

    def interval(self, level: float = LEVEL) -> tuple[float, float]:
        """Return where the average lies, by the larger of both errors: agreement by luck makes nothing certain."""
        reach = self._quantile(level) * self._error
        return self.mean - reach, self.mean + reach

    def prediction(self, level: float = LEVEL) -> tuple[float, float]:
        """Return where one more effect of one more study would lie, by the same error and degrees of freedom."""
        reach = self._quantile(level) * float(np.sqrt(self._error**2 + self.between + self.within))
        return self.mean - reach, self.mean + reach

    @property
    def _error(self) -> float:
        return float(max(self.robust.errors[0], self.errors[0]))

    def _quantile(self, level: float) -> float:
        return chances.quantile((1 + level) / 2, float(self.robust.df[0]))


@dataclass(frozen=True)
class _Stack:
    """All effects, sorted so that those of a study stand together; `starts` says where each study begins."""

    y: Numbers
    v: Numbers
    x: Numbers
    starts: list[int]

    def sums(self, rows: Numbers) -> Numbers:
        """Return the sums over each study."""
        return np.asarray(np.add.reduceat(rows, self.starts, axis=0), np.float64)

    def fit(self, between: float, within: float) -> tuple[Numbers, Numbers, float]:
        """Return coefficients, their covariance, and minus twice the restricted log-likelihood but for a constant."""
        d = 1 / (self.v + within)
        total = self.sums(d)
        shared = between / (1 + between * total)
        dx, dy = self.sums(d[:, None] * self.x), self.sums(d * self.y)
        information = self.x.T @ (d[:, None] * self.x) - dx.T @ (shared[:, None] * dx)
        score = self.x.T @ (d * self.y) - dx.T @ (shared * dy)
        coefficients = np.asarray(np.linalg.solve(information, score), np.float64)
        rest = self.y - self.x @ coefficients
        left = float(rest @ (d * rest) - (shared * self.sums(d * rest) ** 2).sum())
        size = float(np.log1p(between * total).sum() - np.log(d).sum() + np.linalg.slogdet(information)[1])
        return coefficients, np.asarray(np.linalg.inv(information), np.float64), left + size

    def clusters(self, between: float, within: float) -> list[Cluster]:
        """Return each study with what the model says of it."""
        out = []
        for start, end in zip(self.starts, [*self.starts[1:], len(self.y)], strict=True):
            v = self.v[start:end] + within
            d = 1 / v
            inverse = np.diag(d) - between / (1 + between * d.sum()) * np.outer(d, d)
            out.append(Cluster(self.y[start:end], self.x[start:end], np.diag(v) + between, inverse))
        return out


def pool_layers(
    effects: Sequence[float] | Numbers,
    variances: Sequence[float] | Numbers,
    studies: Sequence[Hashable],
    *,
    moderators: Numbers | None = None,
) -> Layered:
    """Pool effects of which several come from one study; `studies` names the study of each.

    Raises TooFewError for fewer than three studies, however many effects they report; else as `pool`.
    """
    y, v, x = arranged(effects, variances, moderators)
    places = {name: place for place, name in enumerate(dict.fromkeys(studies))}
    if len(places) < max(FEWEST, x.shape[1] + FEWEST - 1):
        raise TooFewError(_("Fewer than three studies are never pooled: two say nothing of how different a third is."))
    which = np.array([places[name] for name in studies])
    order = np.argsort(which, kind="stable")
    stack = _Stack(y[order], v[order], x[order], np.flatnonzero(np.diff(which[order], prepend=-1)).tolist())
    between, within = _likeliest(stack)
    coefficients, covariance, _unlikely = stack.fit(between, within)
    robust = cr2(stack.clusters(between, within), coefficients)
    return Layered(len(places), len(y), coefficients, covariance, between, within, robust)


def _likeliest(stack: _Stack) -> tuple[float, float]:
    """Find both variances at which the data are likeliest, from several starts; logs keep them above zero."""
    unit = float(np.var(stack.y))
    if unit <= 0:
        return 0.0, 0.0

    def unlikely(logs: Numbers) -> float:
        between, within = unit * np.exp(np.clip(logs, -30, 10))
        return stack.fit(between, within)[2]

    options = {"xatol": 1e-8, "fatol": 1e-12, "maxiter": 4000, "maxfev": 4000}
    tries = [optimize.minimize(unlikely, np.log(each), method="Nelder-Mead", options=options) for each in STARTS]
    best = min(tries, key=lambda found: float(found.fun))
    between, within = (float(share) * unit if share > NONE else 0.0 for share in np.exp(best.x))
    return between, within
