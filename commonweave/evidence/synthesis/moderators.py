"""What goes together with larger effects: meta-regression, and groups of studies side by side.

Both compare studies that differ in more than one thing. A difference between groups is a reason to look, not a proof.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from django.utils.translation import gettext_lazy as _

from commonweave.evidence.synthesis import chances
from commonweave.evidence.synthesis.pooling import FEWEST, Certainty, Pooled, TooFewError, pool
from commonweave.evidence.synthesis.spread import Method

if TYPE_CHECKING:
    from collections.abc import Sequence

    from commonweave.evidence.synthesis.spread import Numbers


@dataclass(frozen=True)
class Together:
    """A test of several coefficients at once: χ² on `df` where `below` is none, else F on `df` and `below`."""

    statistic: float
    df: int
    below: int | None
    p: float


@dataclass(frozen=True)
class Regression:
    """Effects by properties of their studies. `r2`: per cent of τ² that they account for; none where there was none."""

    fitted: Pooled
    moderators: Together
    r2: float | None


def regress(
    effects: Sequence[float] | Numbers,
    variances: Sequence[float] | Numbers,
    moderators: Numbers,
    *,
    method: Method = Method.REML,
    test: Certainty = Certainty.KNAPP_HARTUNG,
) -> Regression:
    """Regress k effects on moderators (k rows, a column each). R² as in Raudenbush (2009). Errors as in `pool`."""
    fitted = pool(effects, variances, moderators=moderators, method=method, test=test)
    without = pool(effects, variances, method=method, test=test).tau2
    r2 = max(0.0, 100 * (without - fitted.tau2) / without) if without > 0 else None
    chosen = np.eye(len(fitted.coefficients))[1:]
    return Regression(fitted, together(fitted, chosen), r2)


def together(fitted: Pooled, contrasts: Numbers) -> Together:
    """Certainty whether all contrasts (m rows over p coefficients) are zero: χ² (Wald), or F with Knapp and Hartung."""
    m = len(contrasts)
    found = contrasts @ fitted.coefficients
    q = float(found @ np.linalg.solve(contrasts @ fitted.covariance @ contrasts.T, found))
    if fitted.test == Certainty.Z:
        return Together(q, m, None, chances.chi2_tail(q, m))
    return Together(q / m, m, fitted.df, chances.f_tail(q / m, m, fitted.df))


@dataclass(frozen=True)
class Group:
    """The average of one group of studies, with its 95 % interval."""

    name: str
    k: int
    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Groups:
    """Groups side by side, what speaks against their being the same, and those with too few studies for a mean."""

    groups: tuple[Group, ...]
    difference: Together | None
    tau2: float
    too_few: tuple[tuple[str, int], ...]


def by_group(
    effects: Sequence[float] | Numbers,
    variances: Sequence[float] | Numbers,
    names: Sequence[str],
    *,
    method: Method = Method.REML,
    test: Certainty = Certainty.KNAPP_HARTUNG,
) -> Groups:
    """Compare the averages of named groups, with one τ² for all of them: few studies in each would estimate none well.

    A group of fewer than three studies gets no average; it is named with its number. Raises TooFewError where no
    group has three.
    """
    y, v, all_names = np.asarray(effects, np.float64), np.asarray(variances, np.float64), np.asarray(names, np.str_)
    counts = {name: list(names).count(name) for name in dict.fromkeys(names)}
    large = [name for name, k in counts.items() if k >= FEWEST]
    if not large:
        raise TooFewError(_("Fewer than three studies are never pooled: two say nothing of how different a third is."))
    kept = np.isin(all_names, large)
    member = (all_names[kept][:, None] == np.array(large, np.str_)[None, :]).astype(np.float64)
    fitted = pool(y[kept], v[kept], moderators=member, intercept=False, method=method, test=test)
    bounds = fitted.intervals()
    groups = tuple(
        Group(name, counts[name], float(fitted.coefficients[at]), float(bounds[at, 0]), float(bounds[at, 1]))
        for at, name in enumerate(large)
    )
    contrasts = np.hstack([-np.ones((len(large) - 1, 1)), np.eye(len(large) - 1)])
    difference = together(fitted, contrasts) if len(large) > 1 else None
    few = tuple((name, k) for name, k in counts.items() if k < FEWEST)
    return Groups(groups, difference, fitted.tau2, few)
