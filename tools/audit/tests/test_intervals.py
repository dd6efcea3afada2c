"""The judge of intervals looks at each number of studies by itself, or a bad one would hide behind the others."""

from __future__ import annotations

import pytest

from tools.audit import intervals
from tools.audit.parts import AuditError


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
