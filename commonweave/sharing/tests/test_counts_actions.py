"""Closing weeks in the database. A failure here means a number told twice, lost, or shown to somebody it is not for."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from commonweave.base.models import JournalEntry
from commonweave.base.tests.roles import as_viewer
from commonweave.base.verdict import Refused
from commonweave.base.viewer import NOBODY, SYSTEM, Viewer
from commonweave.places.atlas import atlas
from commonweave.places.tests.factories import make_place
from commonweave.sharing.counts import actions, export, files, queries, rules
from commonweave.sharing.counts.rules import DAY, WEEK
from commonweave.sharing.models import Band, Cell, ClosedWeek, HeldBack, Table

if TYPE_CHECKING:
    from commonweave.places.models import Place

pytestmark = pytest.mark.django_db
START = rules.period_of(date(2026, 3, 2))[0]
SIGNED = Viewer(signed=True)
COUNTED: dict[str, list[actions.Row]] = {}
Row = tuple["Place", str, int]


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    COUNTED.clear()


@pytest.fixture
def country() -> Place:
    return make_place("xx", type="country", name="Country")


@pytest.fixture
def city(country: Place) -> Place:
    return make_place("xx-city", country, name="City")


@pytest.fixture
def wards(city: Place) -> list[Place]:
    return [make_place(f"xx-ward-{number}", city, name=f"Ward {number}") for number in range(4)]


def release(country: Place, week: int, *rows: Row, table: Table = Table.KINDS) -> bool:
    """Close a week; rows of earlier weeks of the same period are given again, as the caller of the action does."""
    monday = START + week * WEEK
    COUNTED.setdefault(table, []).extend((monday, place.pk, category, count) for place, category, count in rows)
    return actions.release_week(
        SYSTEM,
        table=table,
        country=country.pk,
        monday=monday,
        rows=[row for row in COUNTED[table] if actions.rows_from(monday) <= row[0] <= monday],
        categories=["online"],
        today=monday + WEEK,
    )


def make_busy(place: Place, *categories: str, table: Table = Table.KINDS) -> None:
    """Let a place have been told so much that it is told every week now."""
    for category in categories:
        Cell.objects.create(
            table=table,
            place=place,
            category=category,
            starts_on=START - 4 * WEEK,
            ends_on=START - DAY,
            value=40,
            released_on=START,
        )


def told(table: Table = Table.KINDS) -> list[tuple[str, bool, int]]:
    rows = Cell.objects.filter(table=table, starts_on__gte=START).order_by("ends_on", "-starts_on", "place__code")
    return [(cell.place.code, cell.elsewhere, cell.value) for cell in rows.select_related("place")]


def test_a_busy_place_is_told_every_week(country: Place, city: Place) -> None:
    make_busy(city, "online")
    release(country, 0, (city, "online", 7), (city, "happened", 7))
    assert told() == [("xx-city", False, 7)]
    assert Cell.objects.get(starts_on=START).ends_on == START + WEEK - DAY


def test_a_usual_place_is_told_when_four_weeks_are_over(country: Place, city: Place) -> None:
    for week in range(4):
        release(country, week, (city, "online", 7), (city, "happened", 1))
        assert bool(told()) == (week == 3)
    assert told() == [("xx-city", False, 28)]
    assert HeldBack.objects.get(category="happened").value == 4


def test_release_is_done_once_whatever_the_rows_say_later(country: Place, city: Place) -> None:
    make_busy(city, "online")
    release(country, 0, (city, "online", 7))
    assert not release(country, 0, (city, "online", 8))
    assert told() == [("xx-city", False, 7)]
    assert ClosedWeek.objects.count() == 1
    assert JournalEntry.objects.filter(verb="counts.released").count() == 1


def test_release_that_breaks_leaves_nothing_and_can_be_repeated(country: Place, city: Place) -> None:
    make_busy(city, "happened", "online")
    twin = Cell.objects.create(
        table=Table.KINDS,
        place=city,
        category="online",
        starts_on=START,
        ends_on=START + WEEK - DAY,
        value=9,
        released_on=START,
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        release(country, 0, (city, "happened", 6), (city, "online", 7))
    assert not ClosedWeek.objects.exists()
    assert not JournalEntry.objects.exists()
    twin.delete()
    COUNTED.clear()
    assert release(country, 0, (city, "happened", 6), (city, "online", 7))
    assert sorted(value for _code, _elsewhere, value in told()) == [6, 7]


def test_weeks_are_closed_in_order_and_only_for_countries(country: Place, city: Place) -> None:
    release(country, 1)
    with pytest.raises(actions.OutOfOrder), transaction.atomic():
        release(country, 3)
    with pytest.raises(actions.OutOfOrder), transaction.atomic():
        release(country, 0)
    with pytest.raises(ValueError, match="country"), transaction.atomic():
        release(city, 0)
    with pytest.raises(ValueError, match="Monday"):
        actions.release_week(SYSTEM, table=Table.KINDS, country=country.pk, monday=START + DAY, rows=[], today=START)


def test_small_weeks_are_told_together_after_four_weeks(country: Place, city: Place) -> None:
    for week in range(4):
        release(country, week, (city, "online", 2))
    assert told() == [("xx-city", False, 8)]
    cell = Cell.objects.get()
    assert (cell.starts_on, cell.ends_on) == (START, START + 4 * WEEK - DAY)
    assert HeldBack.objects.get().value == 0


def test_small_wards_are_told_elsewhere_in_their_city(country: Place, wards: list[Place]) -> None:
    for week in range(4):
        release(country, week, *((ward, "online", 2) for ward in wards if week == 1))
    assert told() == [("xx-city", True, 8)]


def test_places_that_reports_may_not_name_are_counted_above(country: Place, city: Place) -> None:
    hidden = make_place("xx-street", city, shown=False)
    make_busy(city, "online")
    release(country, 0, (hidden, "online", 5))
    assert told() == [("xx-city", False, 5)]


def test_everything_is_told_or_held_over_a_year(country: Place, city: Place, wards: list[Place]) -> None:
    total = 0
    weeks = 60
    for week in range(weeks):
        rows = [(place, "online", (week * 7 + number * 3) % 5) for number, place in enumerate([country, city, *wards])]
        rows.append((wards[0], "happened", 12 if week % 5 else 3))
        total += sum(count for _place, _category, count in rows)
        release(country, week, *rows)
    held = sum(HeldBack.objects.values_list("value", flat=True))
    assert sum(Cell.objects.values_list("value", flat=True)) + held == total
    assert min(Cell.objects.values_list("value", flat=True)) >= rules.SMALLEST


def test_outcomes_never_tell_of_more_than_was_told_of_kinds(country: Place, city: Place) -> None:
    for week in range(8):
        release(country, week, (city, "online", 2), (city, "happened", 1))
        release(country, week, (city, "done", 3 if week < 4 else 2), table=Table.OUTCOMES)
        if week == 3:
            assert told(Table.OUTCOMES) == [], "twelve closed against eight told would prove four that were left out"
    assert told() == [("xx-city", False, 8), ("xx-city", False, 8)]
    assert told(Table.OUTCOMES) == [("xx-city", False, 8)]


def test_answers_are_told_as_a_median_where_a_period_has_enough(country: Place, city: Place) -> None:
    make_busy(city, "online")
    for week in range(4):
        rows = [(city, "1", 2), (city, "3", 2), (city, "8", 1), (country, "2", 4)] if week == 3 else []
        release(country, week, *rows, table=Table.ANSWERS)
    cell = Cell.objects.get(table=Table.ANSWERS)
    assert (cell.place_id, cell.measure, cell.value) == (city.pk, queries.MEDIAN_DAYS, 3)
    assert (cell.starts_on, cell.ends_on) == (START, START + 4 * WEEK - DAY)


def test_nobody_but_the_worker_releases(country: Place) -> None:
    with pytest.raises(Refused):
        actions.release_week(SIGNED, table=Table.KINDS, country=country.pk, monday=START, rows=[], today=START)
    with pytest.raises(Refused):
        actions.write_bands(SIGNED, on=START, rows=[])


def test_bands_are_written_once_a_day_and_forgotten_with_their_week(country: Place, city: Place) -> None:
    actions.write_bands(SYSTEM, on=START + DAY, rows=[(city.pk, 12)])
    actions.write_bands(SYSTEM, on=START + DAY, rows=[(city.pk, 80)])
    assert [(band.place_id, band.band) for band in Band.objects.order_by("place__code")] == [
        (country.pk, "some"),
        (city.pk, "some"),
    ]
    actions.write_bands(SYSTEM, on=START + WEEK, rows=[(city.pk, 80)])
    assert not Band.objects.exists()


@pytest.mark.parametrize("viewer", [NOBODY, SIGNED, Viewer(person=UUID(int=7), organisations=frozenset({UUID(int=8)}))])
def test_queryset_equals_policy_each_read_alone(country: Place, city: Place, viewer: Viewer) -> None:
    """The queryset read as the worker and the table read by the web server agree on what each viewer may see."""
    make_busy(city, "online")
    release(country, 0, (city, "online", 7), (city, "happened", 3))
    actions.write_bands(SYSTEM, on=START + DAY, rows=[(city.pk, 12)])
    asked = set(queries.cells_for(viewer)), set(queries.bands_for(viewer))
    with as_viewer(viewer):
        stored = set(Cell.objects.all()), set(Band.objects.all())
    assert asked == stored
    assert bool(stored[0]) == viewer.signed


@pytest.mark.parametrize("model", [HeldBack, ClosedWeek])
def test_what_is_held_back_is_for_the_worker_alone(
    country: Place, city: Place, model: type[HeldBack | ClosedWeek]
) -> None:
    for week in range(4):
        release(country, week, (city, "online", 1))
    assert model.objects.exists()
    with pytest.raises(ProgrammingError, match="permission denied"), as_viewer(SIGNED):
        model.objects.exists()


def test_weeks_select_each_cell_once(country: Place, city: Place) -> None:
    make_busy(city, "online")
    for week in range(8):
        release(country, week, (city, "online", 2 if week % 2 else 6), (city, "happened", 3))
    spans = [(START + week * WEEK, START + (week + 1) * WEEK - DAY) for week in range(8)]
    found = [cell.pk for weeks in spans for cell in queries.cells_for(SIGNED, weeks=weeks)]
    assert sorted(found) == sorted(Cell.objects.filter(starts_on__gte=START).values_list("pk", flat=True))


def test_a_choice_too_small_says_where_it_is_counted(country: Place, city: Place, wards: list[Place]) -> None:
    for week in range(4):
        release(country, week, *((ward, "online", 2) for ward in wards if week == 1))
    book = atlas()
    ward, town = book.by_id(wards[0].pk), book.by_id(city.pk)
    assert ward
    assert town
    assert not queries.cells_for(SIGNED, places=[ward.id])
    above = queries.cells_for(SIGNED, places=ward.lineage)
    said = queries.instead_of(book, ward, above)["online"]
    assert said.say(ward) == "Too few to show for Ward 0; this is elsewhere in City, 4 weeks: 8."
    assert queries.instead_of(book, town, above)["online"].say(town) == "Elsewhere in City, 4 weeks: 8."


def test_export_writes_the_cells_and_nothing_else(country: Place, city: Place) -> None:
    for week in range(4):
        release(country, week, (city, "online", 2), (city, "happened", 1))
    lines = list(csv.DictReader(io.StringIO(files.as_text(queries.cells_for(SIGNED), "csv"))))
    assert lines == [
        {
            "table": "kinds",
            "place": "xx-city",
            "name": "City",
            "elsewhere": "False",
            "category": "online",
            "measure": "count",
            "starts_on": str(START),
            "ends_on": str(START + 4 * WEEK - DAY),
            "value": "8",
        }
    ]
    (line,) = json.loads(files.as_text(queries.cells_for(SIGNED), "json"))
    assert {name: str(value) for name, value in line.items()} == lines[0]
    assert json.loads(files.as_text(queries.cells_for(NOBODY), "json")) == []


def test_the_command_exports_what_a_member_may_see(country: Place, city: Place) -> None:
    for week in range(4):
        release(country, week, (city, "online", 2))
    file = io.StringIO()
    with as_viewer(NOBODY):
        export(file, "csv")
    assert file.getvalue().count("xx-city") == 1
