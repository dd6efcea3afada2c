"""Closing weeks: each count is written once, with what is kept back, and never touched again."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Max, Sum

from commonweave.base import journal
from commonweave.places.atlas import atlas
from commonweave.sharing.counts import queries, rules
from commonweave.sharing.models import Band, Cell, ClosedWeek, HeldBack, Table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from commonweave.base.viewer import Viewer

Row = tuple[date, UUID, str, int]
EVERYTHING = "all"
CEILINGS = {Table.OUTCOMES: Table.KINDS, Table.ANSWERS: Table.KINDS}
"""A table of what happened to reports never tells of more of them at a place than the table of reports does."""


class OutOfOrder(ValueError):
    """A week can only follow the one before it."""


@transaction.atomic
def release_week(
    viewer: Viewer,
    *,
    table: Table,
    country: UUID,
    monday: date,
    rows: Iterable[Row],
    categories: Collection[str] = (),
    today: date,
) -> bool:
    """Release a country's week from rows (Monday, place, category, count); False when that was done before.

    The rows are those of the weeks that `rows_from` names; they are not asked for where nothing is told yet, for
    most numbers are told for four weeks together.
    `categories` are all there can be, so that one nobody used looks like one that few used. Of the table of answers
    the category is the number of working days.
    """
    rules.may_release(viewer).enforce()
    if not _open_week(table, country, monday):
        return False
    week = _Week(table, country, monday, today)
    told = week.close_answers(rows) if table == Table.ANSWERS else week.close_counts(rows, categories)
    journal.write(
        viewer,
        "counts.released",
        kind="country",
        subject=country,
        table=str(table),
        ends_on=week.ends_on,
        cells=told,
    )
    return True


def rows_from(monday: date) -> date:
    """Return the first Monday whose rows the release of this week needs."""
    start, end = rules.period_of(monday)
    return start if end < monday + rules.WEEK else monday


def _open_week(table: Table, country: UUID, monday: date) -> bool:
    """Mark the week as closed first: whoever comes second waits here, and then finds it done."""
    ends_on = monday + rules.WEEK - rules.DAY
    if monday != rules.week_of(monday):
        message = "A week begins on a Monday."
        raise ValueError(message)
    _row, made = ClosedWeek.objects.get_or_create(table=table, country_id=country, ends_on=ends_on)
    if made:
        others = ClosedWeek.objects.filter(table=table, country=country).exclude(ends_on=ends_on)
        last = others.aggregate(last=Max("ends_on"))["last"]
        if last is not None and last != ends_on - rules.WEEK:
            message = "Weeks are closed in their order, none left out."
            raise OutOfOrder(message)
    return made


class _Week:
    """One country's week while it is being closed."""

    def __init__(self, table: Table, country: UUID, monday: date, today: date) -> None:
        book = atlas()
        root = book.by_id(country)
        if root is None or root.parent is not None:
            message = "Only a country's week can be closed."
            raise ValueError(message)
        self.table, self.country, self.monday, self.today = table, country, monday, today
        self.ends_on = monday + rules.WEEK - rules.DAY
        self.starts_on, self.last_day = rules.period_of(monday)
        spots = [root, *book.descendants(root)]
        self.shown = {spot.id: book.shown(spot).id for spot in spots}
        self.tree = {
            spot.id: None if spot.parent is None else self.shown[spot.parent]
            for spot in spots
            if self.shown[spot.id] == spot.id
        }

    @property
    def ends_period(self) -> bool:
        return self.ends_on == self.last_day

    def close_counts(self, rows: Iterable[Row], categories: Collection[str]) -> int:
        """Release counts; return how many cells."""
        busy = self._busy()
        if not busy and not self.ends_period:
            return 0
        counts, limits = self._counts(rows), self._limits()
        releases = rules.close_week(counts.get(self.monday, {}), self.monday, busy, limits=limits)
        if self.ends_period:
            weeks = self._weeks()
            told = self._told(busy) | {(each.place, each.category, self.monday) for each in releases}
            waiting: Counter[rules.Stream] = Counter()
            for start in weeks:
                waiting.update({s: n for s, n in counts.get(start, {}).items() if (*s, start) not in told})
            often = Counter((place, category) for place, category, _start in told)
            period = self._period(waiting, len(weeks), busy=busy, told=often, rests=self._rests(), limits=limits)
            end = rules.close_period(period, categories)
            releases += end.releases
            self._hold(end.rests)
        Cell.objects.bulk_create((self._cell(each, queries.COUNT, each.value) for each in releases), batch_size=2000)
        return len(releases)

    def close_answers(self, rows: Iterable[Row]) -> int:
        """Release the usual time to an answer wherever a whole period had enough of them; nothing is carried over."""
        if not self.ends_period:
            return 0
        days: dict[UUID, Counter[int]] = defaultdict(Counter)
        for week in self._counts(rows).values():
            for (place, number), count in week.items():
                days[place][int(number)] += count
        sizes = {(place, EVERYTHING): histogram.total() for place, histogram in days.items()}
        period = self._period(sizes, rules.PERIOD_WEEKS, limits=self._limits())
        medians = []
        for each in rules.close_period(period, [EVERYTHING]).releases:
            histogram: Counter[int] = sum((days[place] for place in each.sources), Counter())
            medians.append(self._cell(each, queries.MEDIAN_DAYS, rules.median(histogram)))
        Cell.objects.bulk_create(medians)
        return len(medians)

    def _counts(self, rows: Iterable[Row]) -> dict[date, Counter[rules.Stream]]:
        counts: dict[date, Counter[rules.Stream]] = defaultdict(Counter)
        for start, place, category, count in rows:
            counts[start][self.shown[place], category] += count
        return counts

    def _period(self, waiting: Mapping[rules.Stream, int], weeks: int, **known: Any) -> rules.Period:
        return rules.Period(self.tree, self.starts_on, self.ends_on, weeks, waiting, **known)

    def _weeks(self) -> list[date]:
        """Return the weeks of this period that were closed; a node may begin in the middle of one."""
        closed = ClosedWeek.objects.filter(
            table=self.table, country=self.country, ends_on__range=(self.starts_on, self.ends_on)
        )
        return [day + rules.DAY - rules.WEEK for day in closed.values_list("ends_on", flat=True)]

    def _busy(self) -> frozenset[tuple[UUID, str]]:
        """Return what is told every week in this period."""
        before = Cell.objects.filter(
            table=self.table,
            place__in=list(self.tree),
            elsewhere=False,
            ends_on__range=(self.starts_on - rules.PERIOD_WEEKS * rules.WEEK, self.starts_on - rules.DAY),
        )
        rows = before.values_list("place_id", "category").annotate(Sum("value")).order_by()
        return rules.busy_streams({(place, category): value for place, category, value in rows})

    def _told(self, busy: Collection[rules.Stream]) -> set[tuple[UUID, str, date]]:
        """Return which weeks of this period were told by themselves already."""
        if not busy:
            return set()
        single = Cell.objects.filter(
            table=self.table, place__in=list(self.tree), elsewhere=False, ends_on__range=(self.starts_on, self.ends_on)
        )
        return set(single.values_list("place_id", "category", "starts_on"))

    def _rests(self) -> dict[str, rules.Rest]:
        rows = HeldBack.objects.filter(table=self.table, place=self.country)
        return {row.category: rules.Rest(row.value, row.parts, row.since) for row in rows}

    def _limits(self) -> rules.Limits | None:
        ceiling = CEILINGS.get(self.table)
        if ceiling is None:
            return None
        room: Counter[UUID] = Counter()
        cells = Cell.objects.filter(
            table__in=(ceiling, self.table), place__in=list(self.tree), ends_on__lte=self.ends_on
        )
        rows = cells.values_list("table", "measure", "place_id").annotate(Sum("value"), Count("id")).order_by()
        for table, measure, place, value, often in rows:
            known = value if measure == queries.COUNT else often * rules.SMALLEST
            here: UUID | None = place
            while here is not None:
                room[here] += known if table == ceiling else -known
                here = self.tree[here]
        return rules.Limits(self.tree, dict(room))

    def _hold(self, rests: Mapping[str, rules.Rest]) -> None:
        HeldBack.objects.bulk_create(
            [
                HeldBack(
                    table=self.table,
                    place_id=self.country,
                    category=category,
                    since=rest.since,
                    value=rest.value,
                    parts=rest.parts,
                )
                for category, rest in rests.items()
            ],
            update_conflicts=True,
            unique_fields=["table", "place", "category"],
            update_fields=["since", "value", "parts"],
        )

    def _cell(self, each: rules.Release, measure: str, value: int) -> Cell:
        return Cell(
            table=self.table,
            place_id=each.place,
            elsewhere=each.elsewhere,
            category=each.category,
            measure=measure,
            starts_on=each.starts_on,
            ends_on=each.ends_on,
            value=value,
            released_on=self.today,
        )


@transaction.atomic
def write_bands(viewer: Viewer, *, on: date, rows: Iterable[tuple[UUID, int]]) -> None:
    """Write once a day how busy the running week is, from rows (place, count) up to yesterday; forget earlier weeks.

    On a Monday no day of the week is over, so there is nothing to tell.
    """
    rules.may_release(viewer).enforce()
    monday = rules.week_of(on)
    Band.objects.filter(on__lte=monday).delete()
    if on == monday:
        return
    book = atlas()
    counts: Counter[UUID] = Counter()
    for place, count in rows:
        spot = book.by_id(place)
        for above in spot.lineage if spot else ():
            counts[above] += count
    bands = [Band(place_id=s.id, on=on, band=rules.band_of(counts[s.id])) for s in book.spots if rules.is_wide(s)]
    Band.objects.bulk_create(bands, ignore_conflicts=True)
