"""Closing weeks: each count is written once, with what is kept back, and never touched again."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, F, Max, Sum

from commonweave.base import journal
from commonweave.places.atlas import atlas
from commonweave.sharing.counts import queries, rules
from commonweave.sharing.models import Band, Cell, ClosedWeek, HeldBack, Table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date
    from uuid import UUID

    from commonweave.base.viewer import Viewer

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
    rows: Iterable[tuple[UUID, str, int]],
    categories: Collection[str] = (),
    today: date,
) -> bool:
    """Release a country's week from rows (place, category, count); False when that was done before.

    `categories` are all there can be, so that one nobody used looks like one that few used. Of the table of answers
    the category is the number of working days, and the rows of the last week of a period cover the whole period.
    """
    rules.may_release(viewer).enforce()
    if not _open_week(table, country, monday):
        return False
    week = _Week(table, country, monday, today)
    counts: Counter[tuple[UUID, str]] = Counter()
    for place, category, count in rows:
        counts[week.shown[place], category] += count
    told = week.close_answers(counts) if table == Table.ANSWERS else week.close_counts(counts, categories)
    facts = {"table": str(table), "ends_on": week.ends_on, "cells": told}
    journal.write(viewer, "counts.released", kind="country", subject=country, **facts)
    return True


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

    def close_counts(self, counts: Mapping[tuple[UUID, str], int], categories: Collection[str]) -> int:
        """Release counts; return how many cells."""
        limits = self._limits()
        week = rules.close_week(counts, self.monday, limits=limits)
        waiting: Counter[tuple[UUID, str]] = Counter()
        rests: dict[str, rules.Rest] = {}
        held = HeldBack.objects.filter(table=self.table, place__in=list(self.shown))
        for row in held:
            if row.elsewhere:
                rests[row.category] = rules.Rest(row.value, row.parts, row.since)
            else:
                waiting[self.shown[row.place_id], row.category] += row.value
        waiting.update(week.waiting)
        releases = week.releases
        if self.ends_period:
            period = self._period(waiting, self._told(week.releases), rests, limits)
            end = rules.close_period(period, categories)
            releases, waiting, rests = releases + end.releases, Counter(), end.rests
            held.delete()
        self._hold(waiting, rests)
        self._write(releases)
        return len(releases)

    def close_answers(self, counts: Mapping[tuple[UUID, str], int]) -> int:
        """Release the usual time to an answer wherever a whole period had enough of them; nothing is carried over."""
        if not self.ends_period:
            return 0
        days: dict[UUID, Counter[int]] = defaultdict(Counter)
        for (place, number), count in counts.items():
            days[place][int(number)] += count
        sizes = {(place, EVERYTHING): histogram.total() for place, histogram in days.items()}
        limits = self._limits()
        own = rules.close_week(sizes, self.starts_on, limits=limits, until=self.ends_on)
        told = {(each.place, each.category): 1 for each in own.releases}
        period = self._period(own.waiting, told, {}, limits, weeks=1)
        # What is left at the end of a year has no rows any more, and so no median.
        rest = [each for each in rules.close_period(period, [EVERYTHING]).releases if each.sources]
        medians = []
        for each in own.releases + rest:
            histogram: Counter[int] = sum((days[place] for place in each.sources), Counter())
            medians.append((each, rules.median(histogram)))
        Cell.objects.bulk_create(self._cell(each, queries.MEDIAN_DAYS, value) for each, value in medians)
        return len(medians)

    def _period(
        self,
        waiting: Mapping[tuple[UUID, str], int],
        told: Mapping[tuple[UUID, str], int],
        rests: Mapping[str, rules.Rest],
        limits: rules.Limits | None,
        weeks: int = 0,
    ) -> rules.Period:
        closed = ClosedWeek.objects.filter(
            table=self.table, country=self.country, ends_on__range=(self.starts_on, self.ends_on)
        )
        weeks = weeks or closed.count()
        return rules.Period(self.tree, self.starts_on, self.ends_on, weeks, waiting, told, rests, limits)

    def _told(self, releases: Iterable[rules.Release]) -> Counter[tuple[UUID, str]]:
        """Count how many weeks of this period each place told by itself."""
        single = Cell.objects.filter(
            table=self.table,
            place__in=list(self.tree),
            elsewhere=False,
            starts_on__gte=self.starts_on,
            ends_on=F("starts_on") + (rules.WEEK - rules.DAY),
        )
        rows = single.values_list("place_id", "category").annotate(often=Count("id")).order_by()
        told = Counter({(place, category): often for place, category, often in rows})
        told.update((each.place, each.category) for each in releases)
        return told

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

    def _hold(self, waiting: Mapping[tuple[UUID, str], int], rests: Mapping[str, rules.Rest]) -> None:
        rows = [
            self._held(place, category, value=value, since=self.starts_on)
            for (place, category), value in waiting.items()
        ]
        rows += [
            self._held(self.country, category, value=rest.value, since=rest.since, elsewhere=True, parts=rest.parts)
            for category, rest in rests.items()
        ]
        HeldBack.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["table", "place", "category", "elsewhere"],
            update_fields=["since", "value", "parts"],
        )

    def _held(
        self, place: UUID, category: str, *, value: int, since: date, elsewhere: bool = False, parts: int = 0
    ) -> HeldBack:
        return HeldBack(
            table=self.table,
            place_id=place,
            category=category,
            elsewhere=elsewhere,
            since=since,
            value=value,
            parts=parts,
        )

    def _write(self, releases: Iterable[rules.Release]) -> None:
        Cell.objects.bulk_create((self._cell(each, queries.COUNT, each.value) for each in releases), batch_size=2000)

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
