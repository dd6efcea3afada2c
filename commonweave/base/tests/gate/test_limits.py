"""How often is unusual. Pure: for every count there is an answer, and waiting helps."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from commonweave.base.gate import limits
from commonweave.base.gate.limits import LIMITS, WINDOW, Count, Limit

COUNTS = st.builds(
    Count, st.integers(0, 2_000), st.integers(0, 2_000), st.floats(0, WINDOW - 1, allow_nan=False, allow_infinity=False)
)
STOPS = st.integers(1, 1_000).map(lambda stop: Limit(stop=stop))


@given(STOPS, COUNTS)
def test_whoever_waits_as_long_as_told_is_let_through(limit: Limit, count: Count) -> None:
    assume(limits.is_over(limit, count))
    after = count.elapsed + limits.wait(limit, count)
    if after < WINDOW:
        later = Count(count.now, count.before, after)
    else:
        assert after < 2 * WINDOW + 2, "never longer than two windows"
        later = Count(0, count.now, min(after - WINDOW, WINDOW))
    assert not limits.is_over(limit, later)


@given(STOPS, COUNTS)
def test_nobody_waits_for_nothing(limit: Limit, count: Count) -> None:
    assert (limits.wait(limit, count) > 0) == limits.is_over(limit, count)


@given(st.sampled_from(sorted(LIMITS)), COUNTS, st.integers(0, 500))
def test_more_never_costs_less(name: str, count: Count, more: int) -> None:
    limit = LIMITS[name]
    worse = Count(count.now + more, count.before, count.elapsed)
    assert limits.level(limit, worse) >= limits.level(limit, count)
    assert limits.is_over(limit, worse) >= limits.is_over(limit, count)


def test_work_comes_long_before_refusing() -> None:
    """A school shares an address: it is asked for a second of arithmetic before anybody in it is sent away."""
    for name, limit in LIMITS.items():
        if limit.work and limit.stop:
            assert limit.stop >= 3 * limit.work[-1], name
        assert list(limit.work) == sorted(set(limit.work)), name


@given(st.integers(1, 10_000), st.sampled_from(sorted(LIMITS)))
def test_a_setting_multiplies_every_number(times: int, name: str) -> None:
    limit, many = LIMITS[name], limits.parse(f"times={times}")[name]
    assert many == Limit(tuple(number * times for number in limit.work), limit.stop * times)


def test_one_purpose_can_be_set_by_itself() -> None:
    chosen = limits.parse("send=20/40/200/1200 pages=9000")
    assert chosen["send"] == Limit((20, 40, 200), 1_200)
    assert chosen["pages"] == Limit(stop=9_000)
    assert chosen["guess"] == LIMITS["guess"]


@pytest.mark.parametrize(
    "text", ["send", "send=", "send=1/2", "send=4/3/2/1", "sent=1", "times=0", "times=1/2", "pages=٣", "pages=-1"]
)
def test_a_wrong_setting_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        limits.parse(text)
