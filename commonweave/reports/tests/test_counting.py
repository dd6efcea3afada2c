"""From rows to released counts. A failure here means numbers that are wrong, late, or about what nobody may count."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commonweave.places.atlas import atlas
from commonweave.places.tests.factories import make_place
from commonweave.reports import coverage
from commonweave.reports.counting import close_weeks
from commonweave.reports.models import Gap, Movement, Report, State
from commonweave.reports.tests.factories import make_report, make_team
from commonweave.sharing.counts import rules
from commonweave.sharing.models import Band, Cell, ClosedWeek, Table

if TYPE_CHECKING:
    from commonweave.places.models import Place

pytestmark = pytest.mark.django_db
START = rules.period_of(date(2026, 3, 2))[0]
TUESDAY_AFTER = START + 4 * rules.WEEK + rules.DAY


@pytest.fixture
def city() -> Place:
    country = make_place("xx", type="country", name="Country")
    return make_place("xx-city", country, name="City")


def add(city: Place, number: int, on: date = START, **columns: object) -> None:
    """Add reports that differ in nothing a count can see."""
    for _ in range(number):
        report, _digits = make_report(city)
        Report.objects.filter(pk=report.pk).update(received_on=on, **columns)


def told(table: Table = Table.KINDS) -> list[tuple[str, str, str, int]]:
    rows = Cell.objects.filter(table=table).order_by("category")
    return list(rows.values_list("place__code", "category", "measure", "value"))


def test_close_weeks_tells_each_table_once(city: Place) -> None:
    make_team(city)
    add(city, 6, answered_on=START + timedelta(days=4))
    done = {"state": State.CLOSED, "outcome": "helped_here", "closed_on": START + timedelta(days=9)}
    add(city, 5, START + rules.WEEK, answered_on=START + timedelta(days=8), **done)
    Gap.objects.bulk_create(Gap(place=city, kind="online", on=START + timedelta(days=20)) for _ in range(5))
    assert close_weeks(TUESDAY_AFTER) == 4 * len(Table)
    assert told() == [("xx-city", "happened", "count", 11)]
    assert told(Table.OUTCOMES) == [("xx-city", "helped_here", "count", 5)]
    assert told(Table.GAPS) == [("xx-city", "online", "count", 5)]
    assert told(Table.ANSWERS) == [("xx-city", "all", "median_answer_days", 4)]
    assert close_weeks(TUESDAY_AFTER) == 0
    assert Cell.objects.count() == 4


def test_a_week_is_over_when_its_sunday_is_over_everywhere(city: Place) -> None:
    make_team(city)
    add(city, 1)
    monday = START + rules.WEEK
    assert close_weeks(monday) == 0, "in the west of the Americas it is still Sunday"
    assert close_weeks(monday + rules.DAY) == len(Table)
    assert set(ClosedWeek.objects.values_list("ends_on", flat=True)) == {monday - rules.DAY}


def test_what_was_taken_back_or_is_for_named_people_is_not_counted(city: Place) -> None:
    make_team(city)
    add(city, 4)
    add(city, 3, state=State.WITHDRAWN, body=None, keys=None)
    add(city, 3, tlp="RED")
    close_weeks(TUESDAY_AFTER)
    assert told() == []


def _trail(report: Report, *steps: tuple[str, date, str]) -> None:
    for number, (verb, on, reason) in enumerate(steps, start=1):
        Movement.objects.create(
            report=report, team_id=report.team_id, locator=report.locator, on=on, step=number, verb=verb, reason=reason
        )


@pytest.mark.parametrize("later", [False, True])
def test_a_reopened_report_counts_once_for_the_end_that_stood(city: Place, *, later: bool) -> None:
    """Not twice, not for an end that was taken back at once; the same whether it is open again by now or not."""
    make_team(city)
    add(city, 10, START)
    first, second, third = START + rules.DAY, START + 8 * rules.DAY, START + 15 * rules.DAY
    open_again = {"state": State.ROUTED, "closed_on": None, "outcome": ""}
    closed_again = {"state": State.CLOSED, "closed_on": third, "outcome": "no_action_possible"}
    for report in Report.objects.order_by("pk")[:5]:  # stood its week: counts as helped, whatever came then
        steps = [("closed", first, "helped_here"), ("reopened", second, "")]
        _trail(report, *steps, *([("closed", third, "no_action_possible")] if later else []))
        Report.objects.filter(pk=report.pk).update(**(closed_again if later else open_again))
    for report in Report.objects.order_by("pk")[5:10]:  # taken back at once: only the second end counts
        _trail(
            report,
            ("closed", first, "helped_here"),
            ("reopened", first + rules.DAY, ""),
            ("closed", second, "advice_given"),
        )
        Report.objects.filter(pk=report.pk).update(state=State.CLOSED, closed_on=second, outcome="advice_given")
    close_weeks(TUESDAY_AFTER)
    assert told(Table.OUTCOMES) == [
        ("xx-city", "advice_given", "count", 5),
        ("xx-city", "helped_here", "count", 5),
    ]


def test_bands_count_up_to_yesterday(city: Place) -> None:
    make_team(city)
    today = START + timedelta(days=3)
    add(city, 9, START)
    add(city, 1, today)
    close_weeks(today)
    assert Band.objects.get(place__code="xx", on=today).band == "few"
    add(city, 1, START)
    close_weeks(today + rules.DAY)
    assert Band.objects.get(place__code="xx", on=today + rules.DAY).band == "some"


def test_answers_count_working_days_of_the_place(city: Place) -> None:
    make_team(city)
    make_place_work = {"working_week": [0, 1, 2, 3, 4], "holidays": [str(START + timedelta(days=7))]}
    type(city).objects.filter(pk=city.pk).update(settings=make_place_work)
    make_place("yy", type="country")  # a new edition: everybody reads the places again
    friday, tuesday = START + timedelta(days=4), START + timedelta(days=8)
    add(city, 5, friday, answered_on=tuesday)
    close_weeks(TUESDAY_AFTER)
    assert told(Table.ANSWERS) == [("xx-city", "all", "median_answer_days", 1)]


def test_counting_asks_the_same_number_of_questions_whatever_there_is_to_count(city: Place) -> None:
    make_team(city)
    add(city, 1)
    with CaptureQueriesContext(connection) as few:
        close_weeks(START + rules.WEEK + rules.DAY)
    add(city, 12, START + rules.WEEK)
    with CaptureQueriesContext(connection) as many:
        close_weeks(START + 2 * rules.WEEK + rules.DAY)
    assert len(many) <= len(few)


def test_coverage_says_who_is_here_who_is_above_and_where_nobody_is(city: Place) -> None:
    country = city.parent
    assert country
    village = make_place("xx-village", country)
    make_team(city, "city_support", report_kinds=["online"])
    make_team(country, "police", report_kinds=["online"])
    make_place("zz", type="country")
    book = atlas()
    spot = book.by_id(country.pk)
    assert spot
    assert {each.code for each in coverage.finest(spot)} == {"xx-city", "xx-village"}
    found = coverage.shares({country.pk: coverage.finest(spot)}, date(2026, 3, 2))
    assert found[country.pk, "online", "city_support"] == coverage.Share(2, 1, 0)
    assert found[country.pk, "online", "police"] == coverage.Share(2, 0, 2)
    assert found[country.pk, "happened", "police"].nobody == 2
    assert village
