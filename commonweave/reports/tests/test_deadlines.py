"""Whose days count, and that what a receipt page promises is what the clock does."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from commonweave.base.models import JournalEntry
from commonweave.base.tests.roles import as_viewer
from commonweave.base.verdict import Refused
from commonweave.people.actions import set_team_clocks
from commonweave.people.models import Role, Team
from commonweave.people.tests.factories import make_member, viewer_of
from commonweave.places.atlas import atlas, expire
from commonweave.places.models import Place
from commonweave.places.tests.factories import make_place
from commonweave.reports import actions, queries
from commonweave.reports.deadlines import outlook
from commonweave.reports.models import Report, State
from commonweave.reports.tests.factories import make_report, make_team, member_of, ring_of

if TYPE_CHECKING:
    from commonweave.reports.deadlines import Outlook

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def city() -> Place:
    """A city."""
    return make_place("dl-city", make_place("dl", type="country"))


def clocks(team: Team, *, acknowledge: int | None, answer: int | None) -> None:
    """Let an administrator say how long a team has."""
    viewer = viewer_of(make_member(Role.ADMINISTRATOR))
    with as_viewer(viewer):
        set_team_clocks(viewer, team.pk, acknowledge_days=acknowledge, answer_days=answer)
    expire()


def working(city: Place, start: date, days: int) -> date:
    spot = atlas().by_id(city.pk)
    assert spot is not None
    return atlas().due(spot, start, days)


def test_a_teams_own_days_count_from_arrival_to_answer_and_leave_with_it(city: Place) -> None:
    """In working days and holidays of the place; another team has its own again."""
    friday = working(city, date(2026, 3, 2), 4)
    Place.objects.filter(pk=city.pk).update(settings={"holidays": [(friday + 3 * DAY).isoformat()]})
    expire()
    team, other = make_team(city), make_team(city, "civil_society")
    clocks(team, acknowledge=1, answer=25)
    report, _digits = make_report(city, "city_support", "civil_society")
    assert report.due_on == working(city, report.received_on, 1)
    member = member_of(team)
    with as_viewer(member):
        actions.open_report(member, report.pk, ring=ring_of(team))
    report.refresh_from_db()
    assert report.due_on == working(city, report.received_on, 25)
    with as_viewer(member):
        actions.hand_on_report(member, report.pk, to_team=other.pk, reason="nearer", ring=ring_of(team))
    report.refresh_from_db()
    assert report.due_on == working(city, report.received_on, 3)
    clocks(team, acknowledge=None, answer=None)
    assert make_report(city)[0].due_on == working(city, report.received_on, 3)
    assert JournalEntry.objects.filter(verb="team.clocks_set").count() == 2


@pytest.mark.parametrize("days", [0, 61, -1])
def test_no_team_has_more_time_than_a_place_could_give(city: Place, days: int) -> None:
    """Or no time at all: the rule says so, and the database where the rule is forgotten."""
    team = make_team(city)
    with pytest.raises(Refused):
        clocks(team, acknowledge=days, answer=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Team.objects.filter(pk=team.pk).update(answer_days=days)


def test_members_do_not_give_themselves_time(city: Place) -> None:
    team = make_team(city)
    member = member_of(team)
    with as_viewer(member), pytest.raises(Refused):
        set_team_clocks(member, team.pk, acknowledge_days=60, answer_days=60)
    with as_viewer(member):
        assert Team.objects.filter(pk=team.pk).update(answer_days=60) == 0
    admin = viewer_of(make_member(Role.ADMINISTRATOR))
    with pytest.raises(DatabaseError), as_viewer(admin):
        Team.objects.filter(pk=team.pk).update(kind="police")


def ahead(digits: str, today: date) -> Outlook | None:
    """Return what the receipt page says that happens next."""
    opened = actions.read_own_report(digits)
    assert opened is not None
    spot = atlas().by_id(opened.report.place_id)
    assert spot is not None
    return outlook(opened.report, spot, opened.movements, today)


def follow(report: Report, digits: str, today: date) -> list[tuple[str, bool]]:
    """Let time pass as the page promises, and hold each step against the promise; return who had it, and if it went back."""
    went = []
    for _turn in range(8):
        told = ahead(digits, today)
        if told is None or told.over:
            break
        assert told.due_on == report.due_on
        if not told.reminded:
            assert not any(actions.move_unread(report.due_on).values()), "not a day before"
            today = report.due_on + DAY
            assert actions.move_unread(today)["reminded"] == 1
            again = ahead(digits, today)
            assert again is not None
            assert again.moves_after == told.moves_after
            told = again
        today = told.moves_after + DAY
        actions.move_unread(today)
        report.refresh_from_db()
        if told.then.choice is None:
            last = ahead(digits, today)
            assert last is not None
            assert last.over
        else:
            assert report.team_id == told.then.choice.cover.team
            went.append((report.team_kind, told.then.back))
    return went


def test_what_the_receipt_page_promises_is_what_the_clock_does(city: Place) -> None:
    """Unread: through everybody whom the resident ticked, and no further."""
    for kind in ("city_support", "civil_society", "police"):
        make_team(city, kind)
    report, digits = make_report(city, "city_support", "police")
    assert follow(report, digits, report.received_on) == [("police", False)]
    assert ahead(digits, report.due_on + 99 * DAY) is not None


def test_promise_of_a_hand_over_is_that_it_comes_back(city: Place) -> None:
    """Opened and left, it goes back first, then on to whoever has not had it."""
    team, charity, _police = make_team(city), make_team(city, "civil_society"), make_team(city, "police")
    report, digits = make_report(city, "city_support", "civil_society", "police")
    we, they = member_of(team), member_of(charity)
    with as_viewer(we):
        actions.open_report(we, report.pk, ring=ring_of(team))
        actions.hand_on_report(we, report.pk, to_team=charity.pk, reason="nearer", ring=ring_of(team))
    with as_viewer(they):
        actions.open_report(they, report.pk, ring=ring_of(charity))
    report.refresh_from_db()
    assert follow(report, digits, report.received_on) == [("city_support", True), ("police", False)]


@pytest.mark.parametrize("state", [State.ANSWERED, State.CLOSED, State.WITHDRAWN])
def test_where_no_clock_runs_nothing_is_promised(city: Place, state: State) -> None:
    make_team(city)
    report, _digits = make_report(city)
    report.state = state
    spot = atlas().by_id(city.pk)
    assert spot is not None
    assert outlook(report, spot, queries.movements_of(member_of(report.team), report), report.due_on) is None
