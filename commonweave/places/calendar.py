"""Weeks and deadlines: pure arithmetic on dates."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

DAY = timedelta(days=1)


def week(day: date) -> tuple[date, date]:
    """Return Monday and Sunday of the ISO 8601 week that holds a day."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def due(start: date, working_days: int, *, working_week: Collection[int], holidays: Collection[date]) -> date:
    """Return the n-th working day after `start` (Monday is 0), so that a weekend never eats into a deadline.

    With 0 it is the first working day on or after `start`. A week without working days would never end:
    every day counts then.
    """
    week_days = frozenset(working_week) or frozenset(range(7))
    off = frozenset(holidays)

    def works(day: date) -> bool:
        return day.weekday() in week_days and day not in off

    day, left = start, working_days
    while left > 0 or not works(day):
        day += DAY
        if left and works(day):
            left -= 1
    return day
