"""The judge of intervals looks at each number of studies by itself, or a bad one would hide behind the others."""

from __future__ import annotations

import numpy as np
import pytest

from commonweave.evidence.synthesis.pooling import Certainty, pool
from tools.audit import intervals
from tools.audit.parts import AuditError

CERTAINTIES = (Certainty.KNAPP_HARTUNG, Certainty.CONSERVATIVE, Certainty.Z)


def counted(**wrong: int) -> dict[str, int]:
    held = {f"k={k} held": wrong.get(f"k{k}", 950) for k in intervals.STUDIES}
    return {f"k={k}": 1000 for k in intervals.STUDIES} | held


def test_intervals_that_hold_as_often_as_they_say_pass() -> None:
    intervals.judge(counted())


@pytest.mark.parametrize("share", [929, 971])
def test_one_number_of_studies_that_does_not_is_named(share: int) -> None:
    with pytest.raises(AuditError, match=str({7: share / 10})):
        intervals.judge(counted(k7=share))


def test_a_round_can_be_done_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intervals, "EACH", 2)
    assert intervals.one_round(3) == intervals.one_round(3)
    assert intervals.one_round(3) != intervals.one_round(4)


def test_pooling_once_gives_what_pooling_three_times_does() -> None:
    luck = np.random.default_rng(5)
    for k in (3, 6, 10):
        for spread in intervals.SPREADS:
            values, variances = intervals._body(luck, k, spread)
            for quick, test in zip(intervals.three_ways(values, variances), CERTAINTIES, strict=True):
                whole = pool(values, variances, test=test)
                assert quick.interval() == pytest.approx(whole.interval(), rel=1e-12)
                assert quick.prediction() == pytest.approx(whole.prediction(), rel=1e-12)
