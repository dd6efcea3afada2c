"""Brings rows to the counts that `sharing` releases: one grouped question a table and week."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Max, Min

from commonweave.base.viewer import SYSTEM
from commonweave.places.atlas import atlas
from commonweave.places.defaults import HOLIDAYS, WORKING_WEEK
from commonweave.reports.models import Gap, Report, ReportKind, State
from commonweave.sharing.counts import rules
from commonweave.sharing.counts.actions import release_week, write_bands
from commonweave.sharing.models import Band, ClosedWeek, Table, Tlp
from commonweave.vocabulary.queries import labels

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from django.db.models import QuerySet

    from commonweave.places.atlas import Spot

Row = tuple[UUID, str, int]
NEXT_WEEK_EVERYWHERE = rules.DAY
"""Sunday is over everywhere on Earth when Monday is over in UTC, the worker's own day."""


def close_weeks(today: date) -> int:
    """Release every week that is over and was not released, oldest first; then today's bands. Return how many.

    Safe to run late, twice, or on several workers at once: each week of a country is one transaction.
    """
    countries = atlas().children(None)
    last = rules.week_of(today - NEXT_WEEK_EVERYWHERE) - rules.WEEK
    closed = _closed()
    first = _first_day()
    done = 0
    for monday in _mondays(first, countries, closed, last):
        for table in Table:
            due = [spot for spot in countries if _is_due(closed.get((table, spot.id)), monday)]
            rows = _by_country(_rows(table, monday)) if due else {}
            for spot in due:
                done += release_week(
                    SYSTEM,
                    table=table,
                    country=spot.id,
                    monday=monday,
                    rows=rows.get(spot.id, ()),
                    categories=_categories(table),
                    today=today,
                )
    _write_bands(today)
    return done


def _closed() -> dict[tuple[str, UUID], date]:
    rows = ClosedWeek.objects.values_list("table", "country_id").annotate(last=Max("ends_on")).order_by()
    return {(table, country): last for table, country, last in rows}


def _first_day() -> date | None:
    days = (
        Report.objects.aggregate(first=Min("received_on"))["first"],
        Gap.objects.aggregate(first=Min("on"))["first"],
    )
    return min((day for day in days if day), default=None)


def _mondays(
    first: date | None, countries: list[Spot], closed: dict[tuple[str, UUID], date], last: date
) -> Iterator[date]:
    """Return the weeks that are over and that any table of any country still waits for."""
    if first is None:
        return
    waiting = [closed.get((table, spot.id)) for table in Table for spot in countries]
    monday = min((rules.week_of(first) if day is None else day + rules.DAY for day in waiting), default=None)
    while monday is not None and monday <= last:
        yield monday
        monday += rules.WEEK


def _is_due(last: date | None, monday: date) -> bool:
    return last is None or last < monday


def _by_country(rows: Iterator[Row]) -> dict[UUID, list[Row]]:
    book = atlas()
    found: dict[UUID, list[Row]] = defaultdict(list)
    for place, category, count in rows:
        spot = book.by_id(place)
        if spot is not None:
            found[spot.lineage[0]].append((place, category, count))
    return found


def _categories(table: Table) -> list[str]:
    if table == Table.OUTCOMES:
        return list(labels("outcome"))
    return [] if table == Table.ANSWERS else list(ReportKind.values)


def _countable() -> QuerySet[Report]:
    """Return what may be counted: nothing that its resident took back, nothing for named people only."""
    return Report.objects.exclude(state=State.WITHDRAWN).exclude(tlp=Tlp.RED)


def _rows(table: Table, monday: date) -> Iterator[Row]:
    sunday = monday + rules.WEEK - rules.DAY
    if table == Table.KINDS:
        return _grouped(_countable().filter(received_on__range=(monday, sunday)), "kind")
    if table == Table.OUTCOMES:
        closed = _countable().filter(state=State.CLOSED, closed_on__range=(monday, sunday)).exclude(outcome="")
        return _grouped(closed, "outcome")
    if table == Table.GAPS:
        return _grouped(Gap.objects.filter(on__range=(monday, sunday)), "kind")
    return _answers(monday, sunday)


def _grouped(rows: QuerySet[Report] | QuerySet[Gap], category: str) -> Iterator[Row]:
    return rows.order_by().values_list("place_id", category).annotate(often=Count("pk")).iterator(chunk_size=5000)


def _answers(monday: date, sunday: date) -> Iterator[Row]:
    """Return how many reports waited how many working days for their answer, once a period is over."""
    start, end = rules.period_of(monday)
    if end != sunday:
        return
    rows = _countable().filter(answered_on__range=(start, end)).order_by()
    grouped = rows.values_list("place_id", "received_on", "answered_on").annotate(often=Count("pk"))
    found: Counter[tuple[UUID, int]] = Counter()
    for place, received_on, answered_on, often in grouped.iterator(chunk_size=5000):
        spot = atlas().by_id(place)
        if spot is not None:
            found[place, _working_days(spot, received_on, answered_on)] += often
    for (place, days), often in found.items():
        yield place, str(days), often


def _working_days(spot: Spot, received_on: date, answered_on: date) -> int:
    """Return how many working days of the place passed; an answer on the same day took none."""
    week = frozenset(atlas().setting(spot, WORKING_WEEK)) or frozenset(range(7))
    off = frozenset(atlas().setting(spot, HOLIDAYS))
    days = (received_on + rules.DAY * number for number in range(1, (answered_on - received_on).days + 1))
    return sum(1 for day in days if day.weekday() in week and day.isoformat() not in off)


def _write_bands(today: date) -> None:
    monday = rules.week_of(today)
    if Band.objects.filter(on=today).exists():
        return
    rows = _countable().filter(received_on__gte=monday, received_on__lt=today).order_by()
    counted = rows.values_list("place_id").annotate(often=Count("pk"))
    write_bands(SYSTEM, on=today, rows=[(place, often) for place, often in counted])
