"""Until when a closed report can be read: days that stand on the receipt page."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweave.reports.lasting import gone_by, lasting, latest_hold

DAY = timedelta(days=1)
days = st.dates(date(2020, 1, 1), date(2080, 1, 1))


def test_ninety_days_counted_by_hand() -> None:
    """Closed on 1 March: read to 29 May, erased on the 30th, in no backup from 29 June, added to until the 31st."""
    until = lasting(date(2026, 3, 1), 90)
    assert until.reads_until == date(2026, 5, 29)
    assert until.erases_on == date(2026, 5, 30)
    assert until.gone_by == date(2026, 6, 29)
    assert until.adds_until == date(2026, 3, 31)
    assert gone_by(date(2026, 5, 30)) == date(2026, 6, 29)


@given(days, st.integers(30, 90), st.one_of(st.none(), st.integers(-400, 400)))
def test_a_hold_only_ever_puts_the_end_off(closed: date, kept: int, held: int | None) -> None:
    """Whoever asked for a short hold must not shorten what residents were promised."""
    until = lasting(closed, kept, closed + held * DAY if held is not None else None)
    usual = closed + kept * DAY
    assert until.erases_on == max(usual, closed + (held + 1) * DAY if held is not None else usual)
    assert until.reads_until == until.erases_on - DAY
    assert until.adds_until == min(closed + 30 * DAY, until.reads_until), "nobody adds to what is gone"
    assert until.gone_by == until.erases_on + 30 * DAY


@pytest.mark.parametrize(
    ("today", "last"),
    [
        (date(2026, 3, 9), date(2027, 3, 9)),
        (date(2028, 2, 29), date(2029, 2, 28)),
        (date(2027, 2, 28), date(2028, 2, 28)),
    ],
)
def test_a_hold_lasts_to_the_same_day_of_next_year(today: date, last: date) -> None:
    assert latest_hold(today) == last
