"""Keeping a closed report longer. A failure here means words kept because one person wanted that, or without an end."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.http import Http404
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from commonweave.base.models import JournalEntry
from commonweave.base.tests.roles import as_viewer, web
from commonweave.base.verdict import Refused
from commonweave.base.viewer import Viewer
from commonweave.places.tests.factories import make_place
from commonweave.reports import actions, queries, rules
from commonweave.reports.lasting import latest_hold
from commonweave.reports.models import Hold, Report, State
from commonweave.reports.tests.factories import make_report, make_team, member_of, ring_of
from commonweave.reports.trail import HELD, trail

if TYPE_CHECKING:
    from commonweave.people.models import Team

DAY = timedelta(days=1)
IDS = [uuid.UUID(int=number) for number in range(3)]
database = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    """A team with a closed report."""
    city = make_place("hh-city", make_place("hh", type="country"))
    found = make_team(city)
    report, _digits = make_report(city)
    member = member_of(found)
    with as_viewer(member):
        actions.open_report(member, report.pk, ring=ring_of(found))
        actions.close_report(member, report.pk, outcome="helped_here")
    return found


def month() -> date:
    return timezone.now().date() + 30 * DAY


@given(
    st.sampled_from(State), st.tuples(st.booleans(), st.booleans()), st.sampled_from(IDS), st.sampled_from([None, *IDS]),
    st.dates(date(2020, 1, 1), date(2090, 1, 1)), st.integers(-400, 400),
)  # fmt: skip
def test_it_takes_two_of_the_team_a_closed_report_and_an_end(
    state: State, drawn: tuple[bool, bool], asker: uuid.UUID, person: uuid.UUID | None, today: date, ahead: int
) -> None:
    erased, ours = drawn
    report = Report(state=state, team_id=uuid.uuid4(), erased_on=today if erased else None)
    viewer = Viewer(person=person, teams=frozenset({report.team_id} if ours else ()))
    until = today + ahead * DAY
    asked = Hold(asked_by=asker, until=until)
    may = person is not None and ours and state == State.CLOSED and not erased
    assert bool(rules.may_ask_hold(viewer, report, None, until, today)) == (may and today < until <= latest_hold(today))
    assert not rules.may_ask_hold(viewer, report, asked, until, today)
    agrees = may and ahead >= 0 and person != asker
    assert bool(rules.may_agree_to_hold(viewer, report, asked, today)) == agrees
    assert bool(rules.may_decline_hold(viewer, report, asked)) == may
    assert not rules.may_agree_to_hold(viewer, report, None, today)
    assert not rules.may_decline_hold(viewer, report, None)


@database
def test_two_members_keep_it_and_the_resident_sees_why(team: Team) -> None:
    """One asks, the other agrees: journalled, in the trail, and kept to the day."""
    report = Report.objects.get()
    one, two = member_of(team), member_of(team)
    with as_viewer(one):
        actions.ask_hold(one, report.pk, reason="court_order", until=month())
        with pytest.raises(Refused):
            actions.decide_hold(one, report.pk, agree=True)
        with pytest.raises(Refused):
            actions.ask_hold(one, report.pk, reason="safety", until=month())
    with as_viewer(two):
        actions.decide_hold(two, report.pk, agree=True)
        with pytest.raises(Refused):
            actions.decide_hold(two, report.pk, agree=False)
    hold = Hold.objects.get()
    assert (hold.asked_by, hold.agreed_by, hold.until) == (one.person, two.person, month())
    entries = JournalEntry.objects.filter(verb__in=("report.hold_asked", "report.held")).order_by("verb")
    assert [(entry.verb, entry.actor) for entry in entries] == [
        ("report.held", two.person),
        ("report.hold_asked", one.person),
    ]
    assert {entry.facts["reason"] for entry in entries} == {"court_order"}
    resident = Viewer(receipt=report.locator)
    with as_viewer(resident):
        assert [hold.until for hold in queries.holds_of(resident, report)] == [month()]
        steps = trail(report, queries.movements_of(resident, report))
    assert [(str(step.words), step.why) for step in steps[-2:]] == [
        (str(HELD["hold_asked"]), "A court has ordered it"),
        (str(HELD["held"]), "A court has ordered it"),
    ]


@database
@pytest.mark.parametrize("who", ["one", "two"])
def test_a_question_is_declined_or_taken_back(team: Team, who: str) -> None:
    report = Report.objects.get()
    viewers = {"one": member_of(team), "two": member_of(team)}
    with as_viewer(viewers["one"]):
        actions.ask_hold(viewers["one"], report.pk, reason="safety", until=month())
    with as_viewer(viewers[who]):
        actions.decide_hold(viewers[who], report.pk, agree=False)
        assert not Hold.objects.exists()
        actions.ask_hold(viewers[who], report.pk, reason="complaint", until=month())
    assert JournalEntry.objects.filter(verb="report.hold_declined").count() == 1


@database
def test_another_team_learns_nothing_of_it(team: Team) -> None:
    report = Report.objects.get()
    stranger = member_of(make_team(make_place("hh-far")))
    with as_viewer(stranger):
        with pytest.raises(Http404):
            actions.ask_hold(stranger, report.pk, reason="safety", until=month())
        with pytest.raises(Http404):
            actions.decide_hold(stranger, report.pk, agree=True)


@database
def test_database_refuses_what_one_person_alone_would_keep(team: Team) -> None:
    """Even a program with full rights; and the pages' role cannot write another's name."""
    report = Report.objects.get()
    today, me = timezone.now().date(), member_of(team)
    assert me.person
    row: dict[str, Any] = {
        "report": report,
        "team_id": team.pk,
        "locator": report.locator,
        "on": today,
        "reason": "safety",
    }
    wrong: dict[str, Any]
    for wrong in (
        {"asked_by": me.person, "agreed_by": me.person, "agreed_on": today},
        {"asked_by": me.person, "agreed_by": uuid.uuid4()},
        {"asked_by": me.person, "until": today},
        {"asked_by": me.person, "until": today + 370 * DAY},
        {"asked_by": me.person, "locator": uuid.uuid4()},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Hold.objects.create(**{**row, "until": month(), **wrong})
    for wrong in (
        {"asked_by": uuid.uuid4()},
        {"asked_by": me.person, "agreed_by": uuid.uuid4(), "agreed_on": today},
        {"asked_by": me.person, "on": today + 20 * DAY},
    ):
        with pytest.raises(DatabaseError), as_viewer(me):
            Hold(**{**row, "until": month(), **wrong}).save(force_insert=True)
    Hold.objects.create(**row, until=month(), asked_by=me.person)
    for sql in (
        "agreed_by = gen_random_uuid(), agreed_on = current_date",
        "agreed_by = viewer_person(), agreed_on = current_date",
        "until = until + 300",
    ):
        with pytest.raises(DatabaseError), as_viewer(me), connection.cursor() as cursor:
            cursor.execute(f"update reports_hold set {sql}")  # noqa: S608 our own words
    two = member_of(team)
    with as_viewer(two):
        actions.decide_hold(two, report.pk, agree=True)
    with as_viewer(two), connection.cursor() as cursor:
        cursor.execute("delete from reports_hold")
        assert cursor.rowcount == 0, "what two agreed to, one cannot take away"


@database
def test_a_hold_does_not_stop_the_resident() -> None:
    """A hold puts off what the clock does, nothing else: reopening and taking back stay the resident's."""
    city = make_place("hh-city-2")
    ours = make_team(city)
    report, digits = make_report(city)
    one, two = member_of(ours), member_of(ours)
    with as_viewer(one):
        actions.open_report(one, report.pk, ring=ring_of(ours))
        actions.close_report(one, report.pk, outcome="helped_here")
        actions.ask_hold(one, report.pk, reason="still_needed", until=month())
    with as_viewer(two):
        actions.decide_hold(two, report.pk, agree=True)
    with web(), transaction.atomic():
        assert actions.add_to_report(digits, text="More.")
    with web(), transaction.atomic():
        actions.withdraw_report(digits)
    report.refresh_from_db()
    assert (report.state, report.body) == (State.WITHDRAWN, None)


@database
def test_one_member_ends_early_what_two_agreed_to(team: Team) -> None:
    """It holds to the end of that day, journalled and shown; nobody else's name, and not twice."""
    report = Report.objects.get()
    one, two, stranger = member_of(team), member_of(team), member_of(make_team(make_place("hh-end")))
    with as_viewer(one):
        actions.ask_hold(one, report.pk, reason="safety", until=month())
        with pytest.raises(Refused):
            actions.end_hold(one, report.pk)
    with as_viewer(two):
        actions.decide_hold(two, report.pk, agree=True)
        for sql in (
            "ended_by = gen_random_uuid(), ended_on = current_date",
            "ended_by = viewer_person(), ended_on = current_date + 20",
            "agreed_on = agreed_on - 1, ended_by = viewer_person(), ended_on = current_date",
        ):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"update reports_hold set {sql}")  # noqa: S608 our own words
    with as_viewer(stranger), pytest.raises(Http404):
        actions.end_hold(stranger, report.pk)
    with as_viewer(one):
        actions.end_hold(one, report.pk)
        with pytest.raises(Refused):
            actions.end_hold(one, report.pk)
    hold = Hold.objects.get()
    assert (hold.ended_by, hold.holds_until) == (one.person, hold.ended_on)
    assert JournalEntry.objects.filter(verb="report.hold_ended", actor=one.person).count() == 1
    report.refresh_from_db()
    until = queries.lasting_of(report, [hold])
    assert until is not None
    assert report.closed_on is not None
    assert until.erases_on == max(report.closed_on + 90 * DAY, hold.holds_until + DAY)
