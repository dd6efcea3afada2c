"""Do small studies say something else than large ones? Two checks, and what they cannot tell.

Both look for asymmetry. It may come from studies that were never published, and also from small programmes that were
better, or from chance: a check that finds nothing proves nothing, above all with fewer than ten studies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from commonweave.evidence.synthesis import spread
from commonweave.evidence.synthesis.chances import two_sided
from commonweave.evidence.synthesis.pooling import FEWEST, Certainty, Pooled, arranged, pool
from commonweave.evidence.synthesis.spread import Method

if TYPE_CHECKING:
    from collections.abc import Sequence

    from commonweave.evidence.synthesis.spread import Numbers

ENOUGH = 10
"""Studies, before a check is worth reading (Sterne et al. 2011, BMJ 343, d4002)."""
ROUNDS = 100


@dataclass(frozen=True)
class Egger:
    """How much more small studies say: the slope on the standard error, and what is left where the error is none."""

    slope: float
    statistic: float
    p: float
    limit: float


def egger(
    effects: Sequence[float] | Numbers,
    variances: Sequence[float] | Numbers,
    *,
    method: Method = Method.REML,
    test: Certainty = Certainty.KNAPP_HARTUNG,
) -> Egger:
    """Regress effects on their standard errors, true effects differing (Sterne and Egger 2005, as a mixed model)."""
    errors = np.sqrt(np.asarray(variances, np.float64))
    found = pool(effects, variances, moderators=errors, method=method, test=test)
    statistic = float(found.coefficients[1] / found.errors[1])
    return Egger(float(found.coefficients[1]), statistic, float(found.p_values()[1]), found.mean)


def classical_egger(effects: Sequence[float] | Numbers, variances: Sequence[float] | Numbers) -> Egger:
    """Do the same as Egger et al. (1997) did it: differences between studies only stretch the errors; t with k - 2."""
    errors = np.sqrt(np.asarray(variances, np.float64))
    y, v, x = arranged(effects, variances, errors)
    coefficients, covariance = spread.fit(y, 1 / v, x)
    k, p = x.shape
    stretched = np.sqrt(np.diag(covariance) * spread.q_of(y, v, x) / (k - p))
    statistic = float(coefficients[1] / stretched[1])
    return Egger(float(coefficients[1]), statistic, two_sided(statistic, k - p), float(coefficients[0]))


@dataclass(frozen=True)
class Filled:
    """How many studies seem to be missing on one side, and what the mean would be with them.

    `effects` and `variances` hold the k studies in ascending order of what they say, then the mirrored ones.
    """

    missing: int
    side: Literal["left", "right"]
    pooled: Pooled
    effects: Numbers
    variances: Numbers


def trim_and_fill(
    effects: Sequence[float] | Numbers,
    variances: Sequence[float] | Numbers,
    *,
    method: Method = Method.REML,
    test: Certainty = Certainty.KNAPP_HARTUNG,
    lean: Egger | None = None,
) -> Filled:
    """Duval and Tweedie (2000), estimator L0: trim what stands alone on one side, then put its mirror image beside it.

    The side that lacks studies is the one away from which small studies lean; `lean` says it where it is known already.
    """
    slope = (lean or egger(effects, variances, method=method)).slope
    side: Literal["left", "right"] = "right" if slope < 0 else "left"
    sign = -1 if side == "right" else 1
    y, v = sign * np.asarray(effects, np.float64), np.asarray(variances, np.float64)
    order = np.argsort(y, kind="stable")
    y, v = y[order], v[order]
    missing, centre = _trimmed(y, v, method)
    mirrored = 2 * centre - y[len(y) - missing :]
    all_effects = sign * np.concatenate([y, mirrored])
    all_variances = np.concatenate([v, v[len(v) - missing :]])
    return Filled(missing, side, pool(all_effects, all_variances, method=method, test=test), all_effects, all_variances)


@dataclass(frozen=True)
class Checks:
    """Both checks of one body of studies."""

    lean: Egger
    filled: Filled


def check(effects: Numbers, variances: Numbers) -> Checks:
    """Do both checks as findings need them: errors of the average with those added never smaller than by the weights."""
    lean = egger(effects, variances)
    return Checks(lean, trim_and_fill(effects, variances, test=Certainty.CONSERVATIVE, lean=lean))


def _trimmed(y: Numbers, v: Numbers, method: Method) -> tuple[int, float]:
    """Return how many of k ascending effects have no partner on the other side, and the mean without them."""
    k, missing = len(y), 0
    centre = pool(y, v, method=method).mean
    for _ in range(ROUNDS):
        rest = y - centre
        ranks = np.empty(k)
        ranks[np.argsort(np.abs(rest), kind="stable")] = np.arange(1, k + 1)
        found = max(0, round((4 * float(ranks[rest > 0].sum()) - k * (k + 1)) / (2 * k - 1)))
        if found == missing:
            break
        missing = min(found, k - FEWEST)
        centre = pool(y[: k - missing], v[: k - missing], method=method).mean
    return missing, centre
