"""What a report states becomes the number it says, and what cannot be is refused with the field's name."""

from __future__ import annotations

from math import exp, inf, log, nan
from typing import TYPE_CHECKING

import numpy as np
import pytest

from commonweave.evidence.synthesis import effects
from commonweave.evidence.synthesis.effects import Effect, EffectError, Scale, Times

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 20_000


def rounded(effect: Effect) -> tuple[float, float]:
    return round(effect.value, 4), round(effect.variance, 4)


def test_examples_of_the_textbook_come_out() -> None:
    """Borenstein et al. (2009), chapters 4 to 7: the examples of the book, with its three or four places."""
    g = effects.from_means(103, 5.5, 50, 100, 4.5, 50)
    assert round(g.value, 3) == 0.592
    assert round(g.variance, 3) == 0.042
    ratio = effects.from_counts(5, 100, 10, 100, Scale.LOG_RR)
    assert rounded(ratio) == (-0.6931, 0.2800)
    odds = effects.from_counts(5, 100, 10, 100)
    assert rounded(odds) == (-0.7472, 0.3216)
    difference = effects.from_counts(5, 100, 10, 100, Scale.RISK_DIFFERENCE)
    assert rounded(difference) == (-0.05, 0.0014)
    assert rounded(effects.from_correlation(0.5, 100)) == (0.5493, 0.0103)
    assert rounded(effects.as_smd(Effect(Scale.LOG_OR, 0.9069, 0.0676))) == (0.5, 0.0205)


def test_one_table_gives_the_same_by_every_way() -> None:
    """Whoever reports a t or d instead of means must not count for more or less."""
    g = effects.from_means(103, 5.5, 50, 100, 4.5, 50)
    d = 3 / np.sqrt((5.5**2 + 4.5**2) / 2)
    assert rounded(effects.from_d(d, 50, 50)) == rounded(g)
    assert rounded(effects.from_t(d * 5, 50, 50)) == rounded(g)
    assert effects.from_regression(3, 3 / (d * 5), 3 / d, 50, 50).value == pytest.approx(g.value)


def test_a_ratio_and_its_interval_give_back_its_counts() -> None:
    odds = effects.from_counts(20, 100, 40, 120)
    low, high = (exp(end) for end in odds.interval())
    again = effects.from_odds_ratio(exp(odds.value), low, high)
    assert (again.value, again.variance) == pytest.approx((odds.value, odds.variance))
    assert effects.from_risk_ratio(1, 0.5, 2).variance == pytest.approx((log(4) / 3.919928) ** 2)


@pytest.mark.parametrize("scale", [Scale.LOG_OR, Scale.LOG_RR, Scale.RISK_DIFFERENCE])
def test_an_empty_cell_is_helped_with_a_half(scale: Scale) -> None:
    assert effects.from_counts(0, 20, 3, 20, scale) == effects.from_counts(0.5, 21, 3.5, 21, scale)
    assert effects.from_counts(1, 20, 3, 20, scale) != effects.from_counts(1.5, 21, 3.5, 21, scale)


@pytest.mark.parametrize("scale", [Scale.LOG_OR, Scale.LOG_RR])
@pytest.mark.parametrize(("a", "c"), [(0, 0), (20, 30)])
def test_nobody_or_everybody_in_both_groups_says_nothing_of_a_ratio(scale: Scale, a: int, c: int) -> None:
    with pytest.raises(EffectError, match="nothing of a ratio"):
        effects.from_counts(a, 20, c, 30, scale)
    assert effects.from_counts(a, 20, c, 30, Scale.RISK_DIFFERENCE).variance > 0


WRONG: list[tuple[str, Callable[[], Effect]]] = [
    ("n2", lambda: effects.from_means(1, 1, 10, 1, 1, 1)),
    ("sd1", lambda: effects.from_means(1, 0, 10, 1, 1, 10)),
    ("m2", lambda: effects.from_means(1, 1, 10, nan, 1, 10)),
    ("d", lambda: effects.from_d(inf, 10, 10)),
    ("t", lambda: effects.from_t(nan, 10, 10)),
    ("a", lambda: effects.from_counts(11, 10, 1, 10)),
    ("c", lambda: effects.from_counts(1, 10, -1, 10)),
    ("scale", lambda: effects.from_counts(1, 10, 1, 10, Scale.SMD)),
    ("low", lambda: effects.from_odds_ratio(1, 0, 2)),
    ("high", lambda: effects.from_odds_ratio(1, 2, 1)),
    ("ratio", lambda: effects.from_odds_ratio(3, 1, 2)),
    ("r", lambda: effects.from_correlation(1, 50)),
    ("n", lambda: effects.from_correlation(0.5, 3)),
    ("n", lambda: effects.from_pre_post(Times(1, 2, 1, 2), 0.5)),
    ("r", lambda: effects.from_pre_post(Times(1, 2, 1, 20), 1.5)),
    ("control_sd_before", lambda: effects.from_pre_post_control(Times(1, 2, 1, 9), Times(1, 2, -1, 9), 0.5)),
    ("error", lambda: effects.from_regression(1, 0, 1, 10, 10)),
    ("scale", lambda: effects.as_smd(Effect(Scale.FISHER_Z, 0.1, 0.1))),
]


@pytest.mark.parametrize("nth", range(len(WRONG)))
def test_what_cannot_be_is_refused_by_name(nth: int) -> None:
    field, make = WRONG[nth]
    with pytest.raises(EffectError) as refused:
        make()
    assert refused.value.field == field
    assert str(refused.value).endswith(".")


def test_the_example_of_changes_with_controls_comes_out() -> None:
    """Morris (2008), table 5: d_ppc2 of five studies of training."""
    treated = [
        (30.6, 38.5, 15.0, 20),
        (23.5, 26.8, 3.1, 50),
        (0.5, 0.7, 0.1, 9),
        (53.4, 75.9, 14.5, 10),
        (35.6, 36.0, 4.7, 14),
    ]
    control = [
        (23.1, 19.7, 13.8, 20),
        (24.9, 25.3, 4.1, 42),
        (0.6, 0.6, 0.2, 9),
        (55.7, 60.7, 17.3, 11),
        (34.8, 33.4, 3.1, 14),
    ]
    made = [
        effects.from_pre_post_control(Times(*a), Times(*b), r)
        for a, b, r in zip(treated, control, (0.47, 0.64, 0.77, 0.89, 0.44), strict=True)
    ]
    assert [round(each.value, 2) for each in made] == [0.77, 0.80, 1.20, 1.05, 0.44]


@pytest.mark.parametrize(("change", "r", "n"), [(0.0, 0.5, 15), (0.8, 0.7, 15), (0.5, 0.3, 60)])
def test_stated_variances_are_those_of_many_repeated_studies(change: float, r: float, n: int) -> None:
    """The formulas are from papers; whether they were typed rightly shows when a study is done 20,000 times."""
    luck = np.random.default_rng(20261122)
    pairs = [luck.multivariate_normal([0, rise], [[1, r], [r, 1]], (ROUNDS, n)) for rise in (change, 0.0)]
    changed, unchanged = Times(0, change, 1, n), Times(0, 0, 1, n)
    (before1, after1), (before2, after2) = ((pair[:, :, 0], pair[:, :, 1]) for pair in pairs)
    alone = effects.correction(n - 1) * (after1 - before1).mean(axis=1) / before1.std(axis=1, ddof=1)
    assert alone.var() == pytest.approx(effects.from_pre_post(changed, r).variance, rel=0.2)  # for large studies
    wide = np.sqrt((before1.var(axis=1, ddof=1) + before2.var(axis=1, ddof=1)) / 2)
    both = ((after1 - before1).mean(axis=1) - (after2 - before2).mean(axis=1)) / wide * effects.correction(2 * n - 2)
    assert both.mean() == pytest.approx(change, abs=0.02)
    assert both.var() == pytest.approx(effects.from_pre_post_control(changed, unchanged, r).variance, rel=0.06)
