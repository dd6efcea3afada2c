"""Until when a closed report can be read, added to, and found in a backup. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

REOPEN_DAYS = 30
BACKUP_DAYS = 30
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Lasting:
    """The days of one closed report. On `erases_on` it is taken away; by `gone_by` no backup has it either."""

    erases_on: date
    gone_by: date
    adds_until: date

    @property
    def reads_until(self) -> date:
        """Return the last day on which it can be read."""
        return self.erases_on - DAY


def lasting(closed_on: date, retention_days: int, held_until: date | None = None) -> Lasting:
    """Count from the day of closing; an agreed hold (its last day) only ever puts the end off."""
    usual = closed_on + timedelta(days=retention_days)
    erases_on = max(usual, held_until + DAY) if held_until else usual
    adds_until = min(closed_on + timedelta(days=REOPEN_DAYS), erases_on - DAY)
    return Lasting(erases_on, gone_by(erases_on), adds_until)


def gone_by(erased_on: date) -> date:
    """Return by when the last backup that still held it is pruned (`commonweave backup --prune`)."""
    return erased_on + timedelta(days=BACKUP_DAYS)


def latest_hold(today: date) -> date:
    """Return the last day that a hold asked for today may name: the same day of next year."""
    try:
        return today.replace(year=today.year + 1)
    except ValueError:  # 29 February
        return today.replace(year=today.year + 1, day=28)
