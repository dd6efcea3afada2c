"""Brings rows to the counts that `sharing` releases: one grouped question a table and week."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, Max, Min, OuterRef
from django.db.models.functions import TruncWeek

from commonweave.base.viewer import SYSTEM
from commonweave.places.atlas import atlas
from commonweave.places.defaults import HOLIDAYS, WORKING_WEEK
from commonweave.reports.models import Gap, Movement, Report, ReportKind, State
from commonweave.reports.rules import first_standing
from commonweave.sharing.counts import rules
from commonweave.sharing.counts.actions import Row, release_week, rows_from, write_bands
from commonweave.sharing.models import Band, ClosedWeek, Table, Tlp
from commonweave.vocabulary.queries import labels

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date
    from uuid import UUID

    from django.db.models import QuerySet

    from commonweave.places.atlas import Spot

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
            rows = _Gathered(table, monday)
            for spot in due:
                done += release_week(
                    SYSTEM,
                    table=table,
                    country=spot.id,
                    monday=monday,
                    rows=rows.of(spot),
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


class _Gathered:
    """The rows of a table and week, asked for once for all countries, and only if one needs them."""

    def __init__(self, table: Table, monday: date) -> None:
        self.table, self.monday = table, monday

    @cached_property
    def by_country(self) -> dict[UUID, list[Row]]:
        book = atlas()
        found: dict[UUID, list[Row]] = defaultdict(list)
        for row in _rows(self.table, self.monday):
            spot = book.by_id(row[1])
            if spot is not None:
                found[spot.lineage[0]].append(row)
        return found

    def of(self, country: Spot) -> Iterator[Row]:
        """Return the rows of one country when they are asked for."""
        yield from self.by_country.get(country.id, ())


def _categories(table: Table) -> list[str]:
    if table == Table.OUTCOMES:
        return list(labels("outcome"))
    return [] if table == Table.ANSWERS else list(ReportKind.values)


def _countable() -> QuerySet[Report]:
    """Return what may be counted: nothing taken back, nothing for named people only, a flood of one text but once."""
    return Report.objects.filter(fold=None).exclude(state=State.WITHDRAWN).exclude(tlp=Tlp.RED)


def _rows(table: Table, monday: date) -> Iterable[Row]:
    weeks = (rows_from(monday), monday + rules.WEEK - rules.DAY)
    if table == Table.KINDS:
        return _grouped(_countable().filter(received_on__range=weeks), "received_on", "kind")
    if table == Table.OUTCOMES:
        return _outcomes(*weeks)
    if table == Table.GAPS:
        return _grouped(Gap.objects.filter(on__range=weeks), "on", "kind")
    return _answers(*weeks)


def _outcomes(start: date, end: date) -> Iterable[Row]:
    """Return how reports ended. One that was opened again counts once, for the first closing that stood to its Sunday.

    What the trail says does not change afterwards, so that it matters neither when a week is released nor whether the
    report is open again by then.
    """
    again = Exists(Movement.objects.filter(report=OuterRef("pk"), verb="reopened"))
    closed = _countable().filter(state=State.CLOSED, closed_on__range=(start, end)).exclude(outcome="")
    yield from _grouped(closed.exclude(again), "closed_on", "outcome")
    reopened = _countable().filter(again, received_on__lte=end)
    steps = Movement.objects.filter(report__in=reopened, verb__in=("closed", "reopened")).order_by("report", "step")
    values = steps.values_list("report_id", "report__place_id", "verb", "on", "reason")
    found: Counter[tuple[date, UUID, str]] = Counter()
    for (_report, place), group in groupby(values.iterator(chunk_size=5000), key=itemgetter(0, 1)):
        first = first_standing((verb, on, reason) for *_, verb, on, reason in group)
        if first and first[1] and start <= first[0] <= end:
            found[rules.week_of(first[0]), place, first[1]] += 1
    for (week, place, outcome), often in found.items():
        yield week, place, outcome, often


def _grouped(rows: QuerySet[Report] | QuerySet[Gap], day: str, category: str) -> Iterable[Row]:
    grouped = rows.order_by().annotate(week=TruncWeek(day)).values_list("week", "place_id", category)
    return grouped.annotate(often=Count("pk")).iterator(chunk_size=5000)


def _answers(start: date, end: date) -> Iterable[Row]:
    """Return how many reports waited how many working days for their answer, once a period is over."""
    if rules.period_of(start) != (start, end):
        return
    rows = _countable().filter(answered_on__range=(start, end)).order_by()
    grouped = rows.values_list("place_id", "received_on", "answered_on").annotate(often=Count("pk"))
    found: Counter[tuple[UUID, int]] = Counter()
    calendars = _Calendars()
    for place, received_on, answered_on, often in grouped.iterator(chunk_size=5000):
        spot = atlas().by_id(place)
        if spot is not None:
            found[place, calendars.working_days(spot, received_on, answered_on)] += often
    for (place, days), often in found.items():
        yield start, place, str(days), often


class _Calendars:
    """Counts working days; places that share a working week and holidays share the answers."""

    def __init__(self) -> None:
        self.rules_of: dict[UUID, tuple[tuple[int, ...], tuple[str, ...]]] = {}
        self.known: dict[tuple[object, date, date], int] = {}

    def working_days(self, spot: Spot, received_on: date, answered_on: date) -> int:
        """Return how many working days of the place passed; an answer on the same day took none."""
        if spot.id not in self.rules_of:
            week, off = atlas().setting(spot, WORKING_WEEK), atlas().setting(spot, HOLIDAYS)
            self.rules_of[spot.id] = (tuple(week) or tuple(range(7)), tuple(off))
        rule = self.rules_of[spot.id]
        key = (rule, received_on, answered_on)
        if key not in self.known:
            days = (received_on + rules.DAY * number for number in range(1, (answered_on - received_on).days + 1))
            self.known[key] = sum(1 for day in days if day.weekday() in rule[0] and day.isoformat() not in rule[1])
        return self.known[key]


def _write_bands(today: date) -> None:
    monday = rules.week_of(today)
    if Band.objects.filter(on=today).exists():
        return
    rows = _countable().filter(received_on__gte=monday, received_on__lt=today).order_by()
    counted = rows.values_list("place_id").annotate(often=Count("pk"))
    write_bands(SYSTEM, on=today, rows=[(place, often) for place, often in counted])
