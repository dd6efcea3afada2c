"""The numbers we publish are computed as their names say."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.figures import GOALS, Measure, median, p95_ms, percentile

TIMES = st.lists(st.floats(0, 10), min_size=1, max_size=200)


def test_percentile_is_the_nearest_rank() -> None:
    assert percentile(list(range(1, 101)), 0.95) == 95
    assert percentile([3], 0.95) == 3
    assert median([1, 2, 3, 4]) == 2
    assert p95_ms([0.001] * 19 + [1.0]) == pytest.approx(1.0)
    assert p95_ms([0.001] * 18 + [1.0] * 2) == pytest.approx(1000.0)


@given(TIMES, st.floats(0.01, 1))
def test_percentile_is_one_of_the_values_and_enough_are_not_above_it(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-9


def test_percentile_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing"):
        percentile([], 0.5)


def test_line_is_json_with_goal_and_unit() -> None:
    line = json.loads(Measure("submission_p95_ms", 41.23456, 800).line())
    assert line == {"measure": "submission_p95_ms", "value": 41.23, "unit": "ms", "n": 800, "goal": 50}


def test_every_promised_measure_has_a_unit() -> None:
    assert len(GOALS) == 33
