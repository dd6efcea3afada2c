"""Standard errors that hold when effects of one study hang together in ways nobody reported.

CR2: Bell and McCaffrey (2002); Tipton (2015), Psychological Methods 20(3), for Satterthwaite's degrees of freedom;
Pustejovsky and Tipton (2018), Journal of Business & Economic Statistics 36(4), for any weights. The fitted model itself
is the working covariance.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from commonweave.evidence.synthesis import chances

if TYPE_CHECKING:
    from collections.abc import Sequence

    from commonweave.evidence.synthesis.spread import Numbers

NOTHING = 1e-12
"""Eigenvalues below this share of the largest are none: a study that alone decides a coefficient leaves no rest."""


@dataclass(frozen=True)
class Cluster:
    """Effects of one study (n), their design (n × p), what the model says of their covariance, and its inverse."""

    y: Numbers
    x: Numbers
    model: Numbers
    weights: Numbers


@dataclass(frozen=True)
class Robust:
    """The covariance of p coefficients, and the degrees of freedom that each of their errors rests on."""

    covariance: Numbers
    df: Numbers

    @property
    def errors(self) -> Numbers:
        """The standard error of each coefficient."""
        return np.sqrt(np.diag(self.covariance))

    def intervals(self, coefficients: Numbers, level: float = 0.95) -> Numbers:
        """Return lower and upper bound of each coefficient, p × 2."""
        reach = [chances.quantile((1 + level) / 2, df) for df in self.df] * self.errors
        return np.stack([coefficients - reach, coefficients + reach], axis=1)

    def p_values(self, coefficients: Numbers) -> Numbers:
        """Return how rarely chance alone would give a coefficient at least so far from zero."""
        ratios = coefficients / self.errors
        return np.array([chances.two_sided(ratio, df) for ratio, df in zip(ratios, self.df, strict=True)])


def cr2(clusters: Sequence[Cluster], coefficients: Numbers) -> Robust:
    """Return CR2 errors of coefficients that were fitted with the clusters' weights."""
    bread = np.asarray(np.linalg.inv(sum(each.x.T @ each.weights @ each.x for each in clusters)), np.float64)
    halves = [_half(each, bread) for each in clusters]
    scores = np.stack([half @ (each.y - each.x @ coefficients) for each, half in zip(clusters, halves, strict=True)])
    df = [_df(clusters, [half[place] for half in halves], bread) for place in range(len(bread))]
    return Robust(scores.T @ scores, np.array(df))


def _half(each: Cluster, bread: Numbers) -> Numbers:
    """Return M X'WA (p × n), where A makes the rest of a cluster as wide as the model says it is."""
    root = np.linalg.cholesky(each.model).T
    inside = root @ (each.model - each.x @ bread @ each.x.T) @ root.T
    return np.asarray(bread @ each.x.T @ each.weights @ root.T @ _inverse_root(inside) @ root, np.float64)


def _inverse_root(matrix: Numbers) -> Numbers:
    """Return the Moore-Penrose inverse of the symmetric square root."""
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    kept = values > values.max() * NOTHING
    turned = np.where(kept, 1 / np.sqrt(np.where(kept, values, 1.0)), 0.0)
    return np.asarray((vectors * turned) @ vectors.T, np.float64)


def _df(clusters: Sequence[Cluster], rows: Sequence[Numbers], bread: Numbers) -> float:
    """Return Satterthwaite's degrees of freedom: how many free pieces of information one error rests on."""
    own = np.diag([float(row @ each.model @ row) for each, row in zip(clusters, rows, strict=True)])
    shared = np.array([each.x.T @ row for each, row in zip(clusters, rows, strict=True)])
    p = own - shared @ bread @ shared.T
    return float(np.trace(p) ** 2 / (p * p).sum())
