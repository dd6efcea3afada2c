"""Numbers that anybody can look up come out to the last printed place, and too little is never pooled."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from commonweave.evidence.synthesis.moderators import by_group, regress
from commonweave.evidence.synthesis.pooling import Certainty, TooFewError, pool, uncertainty
from commonweave.evidence.synthesis.small_studies import classical_egger, egger, trim_and_fill
from commonweave.evidence.synthesis.spread import Method
from commonweave.evidence.synthesis.three_levels import pool_layers
from commonweave.evidence.tests.known import BCG, SCHOOLS, bcg

Y, V = bcg()
effects = st.lists(st.tuples(st.floats(-3, 3), st.floats(0.001, 4)), min_size=3, max_size=15)


def test_the_vaccine_comes_out_as_published() -> None:
    """Viechtbauer (2010), table of the BCG trials."""
    found = pool(Y, V, test=Certainty.Z)
    assert [round(found.mean, 4), round(float(found.errors[0]), 4), round(found.tau2, 4)] == [-0.7145, 0.1798, 0.3132]
    assert [round(found.q, 4), round(found.i2, 2), found.df] == [152.2330, 92.22, 12]
    assert [round(end, 4) for end in found.interval()] == [-1.0669, -0.3622]
    assert [round(end, 4) for end in found.prediction()] == [-1.8667, 0.4376]
    assert found.q_p < 1e-25


@pytest.mark.parametrize(
    ("method", "mean", "tau2"),
    [
        (Method.EE, -0.4303, 0.0),
        (Method.DL, -0.7141, 0.3088),
        (Method.PM, -0.7150, 0.3181),
        (Method.ML, -0.7112, 0.2800),
        (Method.REML, -0.7145, 0.3132),
    ],
)
def test_every_estimator_comes_out_as_published(method: Method, mean: float, tau2: float) -> None:
    found = pool(Y, V, method=method)
    assert (round(found.mean, 4), round(found.tau2, 4)) == (mean, tau2)
    assert found.weights.sum() == pytest.approx(100)


def test_how_different_studies_are_has_an_interval_of_its_own() -> None:
    """Viechtbauer (2010): `confint` of the same trials."""
    found = uncertainty(Y, V)
    assert [round(end, 4) for end in found.tau2] == [0.1197, 1.1115]
    assert [round(end, 2) for end in found.i2] == [81.92, 97.68]
    assert [round(end, 2) for end in found.h2] == [5.53, 43.07]


def test_alike_studies_have_no_difference_to_be_uncertain_about() -> None:
    same = uncertainty([0.2, 0.2, 0.2], [0.01, 0.02, 0.03])
    assert same.tau2 == (0.0, 0.0)
    assert [pool([0.2] * 3, [0.01] * 3, method=method).tau2 for method in Method] == [0.0] * 5


def test_schools_come_out_as_published() -> None:
    """Konstantopoulos (2011), and the same with metafor."""
    found = pool_layers(SCHOOLS[:, 1], SCHOOLS[:, 2], SCHOOLS[:, 0].tolist())
    assert [round(found.mean, 4), round(float(found.errors[0]), 4)] == [0.1847, 0.0846]
    assert [round(found.between, 4), round(found.within, 4)] == [0.0651, 0.0327]
    assert (found.studies, found.effects) == (11, 56)


def test_one_effect_from_each_study_needs_no_third_level() -> None:
    """Who counts levels differently must not get another average."""
    layered, flat = pool_layers(Y, V, list(range(13))), pool(Y, V)
    assert layered.mean == pytest.approx(flat.mean, abs=1e-6)
    assert layered.between + layered.within == pytest.approx(flat.tau2, abs=1e-5)


def test_latitude_accounts_for_most_of_the_difference() -> None:
    """Viechtbauer (2010): the trials by absolute latitude."""
    found = regress(Y, V, BCG[:, 4], test=Certainty.Z)
    assert [round(float(each), 4) for each in found.fitted.coefficients] == [0.2515, -0.0291]
    assert round(found.fitted.tau2, 4) == 0.0763
    assert found.r2 is not None
    assert round(found.r2, 2) == 75.63
    assert round(found.moderators.statistic, 3) == 16.358


def test_small_studies_of_the_vaccine_lean_little() -> None:
    """Viechtbauer (2010): Egger's regression, and trim-and-fill of the same trials."""
    found = egger(Y, V, test=Certainty.Z)
    assert (round(found.statistic, 4), round(found.p, 4)) == (-0.8033, 0.4218)
    assert round(classical_egger(Y, V).statistic, 3) == -1.401
    filled = trim_and_fill(Y, V, test=Certainty.Z)
    assert (filled.missing, filled.side, len(filled.effects)) == (1, "right", 14)
    assert round(filled.pooled.mean, 4) == -0.6571


@pytest.mark.parametrize("k", [0, 1, 2])
def test_fewer_than_three_are_never_pooled(k: int) -> None:
    ask = "Fewer than three studies"
    with pytest.raises(TooFewError, match=ask):
        pool(Y[:k], V[:k])
    with pytest.raises(TooFewError, match=ask):
        uncertainty(Y[:k], V[:k])
    with pytest.raises(TooFewError, match=ask):
        by_group(Y[:4], V[:4], ["a", "a", "b", "b"])


def test_two_studies_with_many_results_are_still_two() -> None:
    with pytest.raises(TooFewError, match="Fewer than three studies"):
        pool_layers(Y, V, ["a"] * 6 + ["b"] * 7)


def test_more_properties_than_studies_can_tell_apart_are_refused() -> None:
    with pytest.raises(TooFewError, match="so many properties"):
        pool(Y[:3], V[:3], moderators=BCG[:3, 4])
    with pytest.raises(ValueError, match="say the same"):
        pool(Y, V, moderators=np.stack([BCG[:, 4], 2 * BCG[:, 4]], axis=1))


@pytest.mark.parametrize("wrong", [0.0, -1.0, float("nan"), float("inf")])
def test_a_variance_that_cannot_be_is_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match="variance above zero"):
        pool([0.1, 0.2, 0.3], [0.1, wrong, 0.1])


def test_a_group_of_two_is_named_and_has_no_average() -> None:
    names = ["city"] * 5 + ["village"] * 6 + ["island"] * 2
    found = by_group(Y, V, names)
    assert [(group.name, group.k) for group in found.groups] == [("city", 5), ("village", 6)]
    assert found.too_few == (("island", 2),)
    assert found.difference is not None
    assert found.difference.df == 1


@given(effects, st.floats(-2, 2), st.sampled_from(list(Method)), st.sampled_from(list(Certainty)))
def test_the_average_follows_a_shift_and_lies_among_the_effects(
    pairs: list[tuple[float, float]], shift: float, method: Method, test: Certainty
) -> None:
    """Whatever is pooled: moving all effects moves the mean as far, and turning the sign turns it."""
    y, v = (np.array(side) for side in zip(*pairs, strict=True))
    found, moved, turned = (pool(each, v, method=method, test=test) for each in (y, y + shift, -y))
    assert y.min() - 1e-9 <= found.mean <= y.max() + 1e-9
    assert moved.mean == pytest.approx(found.mean + shift, abs=1e-4)
    assert turned.mean == pytest.approx(-found.mean, abs=1e-4)
    assert found.tau2 >= 0
    low, high = found.prediction()
    assert low <= found.interval()[0] <= found.interval()[1] <= high


@example([(0.0, 1.0), (0.0, 1.0), (1e-161, 1.0)])  # differences whose squares are hardly numbers any more
@given(effects)
def test_the_careful_errors_are_never_smaller(pairs: list[tuple[float, float]]) -> None:
    y, v = (np.array(side) for side in zip(*pairs, strict=True))
    plain, careful = (pool(y, v, test=test).errors[0] for test in (Certainty.Z, Certainty.CONSERVATIVE))
    assert careful >= plain - 1e-12
