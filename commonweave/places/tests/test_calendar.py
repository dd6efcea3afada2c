"""Deadlines: a promise of three working days must not shrink over a weekend, nor last for ever."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from commonweave.places.atlas import Atlas
from commonweave.places.calendar import due, week
from commonweave.places.tests.factories import make_spot

DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
WEEKS = st.sets(st.integers(0, 6))
OFF = st.sets(st.dates(date(2000, 1, 1), date(2100, 3, 1)), max_size=20)


def works(day: date, working_week: set[int], holidays: set[date]) -> bool:
    return day.weekday() in (working_week or set(range(7))) and day not in holidays


@given(DAYS, st.integers(0, 60), WEEKS, OFF)
def test_due_counts_exactly_the_working_days(
    start: date, days: int, working_week: set[int], holidays: set[date]
) -> None:
    found = due(start, days, working_week=working_week, holidays=holidays)
    assert found >= start
    assert works(found, working_week, holidays)
    between = [start + timedelta(days=n) for n in range(1, (found - start).days + 1)]
    counted = sum(works(day, working_week, holidays) for day in between)
    assert counted == days or (days == 0 and counted <= 1)


@given(DAYS, st.integers(0, 30), WEEKS, OFF)
def test_due_is_never_earlier_for_more_days_or_more_holidays(
    start: date, days: int, working_week: set[int], holidays: set[date]
) -> None:
    plain = due(start, days, working_week=working_week, holidays=())
    assert due(start, days + 1, working_week=working_week, holidays=()) > plain or days == 0
    assert due(start, days, working_week=working_week, holidays=holidays) >= plain


@given(DAYS)
def test_week_is_monday_to_sunday_of_the_same_iso_week(day: date) -> None:
    monday, sunday = week(day)
    assert (monday.isoweekday(), sunday.isoweekday()) == (1, 7)
    assert monday <= day <= sunday
    assert monday.isocalendar()[:2] == day.isocalendar()[:2] == sunday.isocalendar()[:2]


def test_due_of_a_place_follows_its_own_week_and_holidays() -> None:
    country = make_spot(settings={"working_week": [6, 0, 1, 2, 3], "holidays": ["2026-12-27"]})
    city = make_spot(parent=country)
    atlas = Atlas(1, [country, city])
    thursday = date(2026, 12, 24)
    assert atlas.due(city, thursday, 1) == date(2026, 12, 28)  # Friday and Saturday are free, Sunday is a holiday
    assert atlas.due(city, thursday, 0) == thursday
    assert atlas.due(city, date(2026, 12, 25), 0) == date(2026, 12, 28)


def test_today_is_the_date_at_the_place() -> None:
    east, west = (
        make_spot(settings={"time_zone": "Pacific/Kiritimati"}),
        make_spot(settings={"time_zone": "Pacific/Midway"}),
    )
    atlas = Atlas(1, [east, west])
    assert atlas.today(east) - atlas.today(west) in (timedelta(days=1), timedelta(days=2))
    assert atlas.week(east)[0] <= atlas.today(east)
