"""Do 95 % intervals hold 95 times in 100? Bodies of 3 to 10 studies are made up from people on, and pooled as pages do it.

Each study has 15 to 200 people a group, its own true effect, and reports g with the variance that its formula gives; so
the errors of the formulas count as well. Seeds are fixed: a round can be done again.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from commonweave.evidence.synthesis.effects import from_d
from commonweave.evidence.synthesis.pooling import Certainty, Pooled, pool
from tools.audit.parts import AuditError, Found, Part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.audit.parts import Round

STUDIES = range(3, 11)
SPREADS = (0.0, 0.02, 0.1)
"""Variances between studies: none, about as much as each study's own, several times as much."""
TRUTH = 0.3
EACH = 50
"""Bodies for every number of studies and every spread in one round."""
LEAST, MOST = 93.0, 97.0
SMALLEST, LARGEST = 15, 200


def one_round(number: int) -> Found:
    """Pool 50 bodies of each kind; count how often the truth lay in the interval, by Knapp-Hartung and by z."""
    luck = np.random.default_rng([20261122, number])
    counts: dict[str, int] = {}
    for k in STUDIES:
        for spread in SPREADS:
            for _ in range(EACH):
                values, variances = _body(luck, k, spread)
                for name, held in _held(luck, values, variances, spread).items():
                    key = f"k={k} {name}"
                    counts[key] = counts.get(key, 0) + held
            counts[f"k={k}"] = counts.get(f"k={k}", 0) + EACH
    return Found(counts)


def judge(counts: dict[str, int]) -> None:
    """Raise where an interval by Knapp and Hartung holds too seldom or too often for its name."""
    held = {k: 100 * counts[f"k={k} held"] / counts[f"k={k}"] for k in STUDIES}
    wrong = {k: round(share, 2) for k, share in held.items() if not LEAST <= share <= MOST}
    if wrong:
        message = f"95 % intervals hold in per cent, by the number of studies: {wrong}"
        raise AuditError(message)


def _body(luck: np.random.Generator, k: int, spread: float) -> tuple[list[float], list[float]]:
    made = []
    for _ in range(k):
        n1, n2 = (int(n) for n in np.exp(luck.uniform(np.log(SMALLEST), np.log(LARGEST), 2)))
        truth = luck.normal(TRUTH, np.sqrt(spread))
        difference = luck.normal(truth, np.sqrt(1 / n1 + 1 / n2))
        sd = np.sqrt(luck.chisquare(n1 + n2 - 2) / (n1 + n2 - 2))
        made.append(from_d(float(difference / sd), n1, n2))
    return [each.value for each in made], [each.variance for each in made]


def _held(luck: np.random.Generator, values: list[float], variances: list[float], spread: float) -> dict[str, bool]:
    """Say which intervals hold the average, and whether that of prediction holds what one more study is about."""
    found, careful, plain = three_ways(values, variances)
    (low, high), (before, ahead) = found.interval(), found.prediction()
    return {
        "held": low <= TRUTH <= high,
        "held by the careful form": careful.interval()[0] <= TRUTH <= careful.interval()[1],
        "held by z": plain.interval()[0] <= TRUTH <= plain.interval()[1],
        "predicted": before <= luck.normal(TRUTH, np.sqrt(spread)) <= ahead,
    }


def three_ways(values: list[float], variances: list[float]) -> tuple[Pooled, Pooled, Pooled]:
    """Pool by Knapp-Hartung, its careful form and z, as `pool` does, with the search for τ² (all of the time) done once."""
    found = pool(values, variances)
    alone = np.full((1, 1), 1 / (1 / (np.array(variances) + found.tau2)).sum())
    careful = replace(found, test=Certainty.CONSERVATIVE, covariance=np.maximum(found.covariance, alone))
    return found, careful, replace(found, test=Certainty.Z, covariance=alone)


@contextlib.contextmanager
def _prepare() -> Iterator[Round]:
    yield one_round


PART = Part("intervals", "95 % intervals of 3 to 10 studies hold 93 to 97 times in 100", 100, _prepare, judge)
