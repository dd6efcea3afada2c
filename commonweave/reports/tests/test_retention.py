"""What time takes away. A failure here means words that stay readable after the day that residents were told, or go before it."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from commonweave.base.models import JournalEntry
from commonweave.base.tests.roles import as_viewer, web
from commonweave.base.verdict import Refused
from commonweave.base.viewer import Viewer
from commonweave.places.atlas import atlas
from commonweave.places.tests.factories import make_place
from commonweave.reports import actions, queries, rules
from commonweave.reports.actions import retention
from commonweave.reports.lasting import BACKUP_DAYS, REOPEN_DAYS, lasting, latest_hold
from commonweave.reports.models import Hold, Message, Movement, Report, State
from commonweave.reports.tests.factories import make_report, make_team, member_of, ring_of
from commonweave.reports.trail import trail

if TYPE_CHECKING:
    from commonweave.people.models import Team
    from commonweave.places.models import Place

DAY = timedelta(days=1)
DAYS = st.dates(date(2020, 1, 1), date(2090, 1, 1))
KEPT = st.integers(30, 90)
database = pytest.mark.django_db


@pytest.fixture
def city() -> Place:
    """A city whose clock is the server's."""
    return make_place("rr-city", make_place("rr", type="country"))


@pytest.fixture
def team(city: Place) -> Team:
    """Its team."""
    return make_team(city)


def closed(team: Team, city: Place, days_ago: int = 0) -> tuple[Report, str]:
    """Make a report with a thread that was closed some days ago."""
    report, digits = make_report(city, what="Words that must go.")
    member = member_of(team)
    with as_viewer(member):
        actions.open_report(member, report.pk, ring=ring_of(team))
        actions.close_report(member, report.pk, outcome="helped_here", text="Last words.")
    Report.objects.filter(pk=report.pk).update(closed_on=today() - days_ago * DAY)
    report.refresh_from_db()
    return report, digits


def today() -> date:
    return timezone.now().date()


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def held(report: Report, until: date, *, agreed: bool = True) -> Hold:
    return Hold.objects.create(
        report=report, team_id=report.team_id, locator=report.locator, on=today(), reason="safety", until=until,
        asked_by=uuid.uuid4(), agreed_by=uuid.uuid4() if agreed else None, agreed_on=today() if agreed else None,
    )  # fmt: skip


@given(DAYS, KEPT, st.none() | st.integers(-500, 500))
def test_days_follow_each_other(closed_on: date, kept: int, hold: int | None) -> None:
    """Nobody is told of a day to add on which nothing is left, and no backup outlives its thirty days."""
    until = closed_on + hold * DAY if hold is not None else None
    found = lasting(closed_on, kept, until)
    assert closed_on < found.adds_until <= found.reads_until < found.erases_on
    assert found.gone_by == found.erases_on + BACKUP_DAYS * DAY
    assert found.erases_on >= closed_on + kept * DAY
    if until is None or until < closed_on + kept * DAY:
        assert found.gone_by <= closed_on + 120 * DAY
    else:
        assert found.reads_until == until


@given(DAYS)
def test_a_hold_ends_within_a_year(day: date) -> None:
    assert 364 <= (latest_hold(day) - day).days <= 366


@given(DAYS, KEPT, st.integers(-10, 200))
def test_the_clock_takes_nothing_a_day_early_and_nothing_that_is_open(closed_on: date, kept: int, after: int) -> None:
    until = lasting(closed_on, kept)
    report = Report(state=State.CLOSED, closed_on=closed_on)
    assert bool(rules.may_erase(report, until, closed_on + after * DAY)) == (after >= kept)
    for state in set(State) - {State.CLOSED}:
        assert not rules.may_erase(Report(state=state), until, closed_on + after * DAY)
    assert not rules.may_erase(Report(state=State.CLOSED, erased_on=closed_on), until, closed_on + after * DAY)


@given(DAYS, st.integers(0, 200), st.sampled_from(State), st.tuples(st.booleans(), st.booleans()))
def test_adding_ends_thirty_days_after_closing(
    closed_on: date, after: int, state: State, drawn: tuple[bool, bool]
) -> None:
    erased, own = drawn
    report = Report(
        consents=[],
        state=state,
        locator=uuid.uuid4(),
        closed_on=closed_on if state in {State.CLOSED, State.WITHDRAWN} else None,
    )
    report.erased_on = closed_on if erased and state == State.CLOSED else None
    viewer = Viewer(receipt=report.locator if own else uuid.uuid4())
    wanted = own and (
        state in rules.OPEN_STATES or (state == State.CLOSED and not report.erased_on and after <= REOPEN_DAYS)
    )
    assert bool(rules.may_add(viewer, report, closed_on + after * DAY)) == wanted
    widens = rules.may_widen(viewer, report, frozenset({"police"}), climb=False)
    assert bool(widens) == (own and state in rules.OPEN_STATES)


STEPS = st.lists(st.integers(0, 30), min_size=1, max_size=7)


@given(DAYS, STEPS)
def test_one_closing_counts_and_it_stood_to_its_sunday(start: date, gaps: list[int]) -> None:
    """Read at the end of any later week, the same closing counts: a released number never needs another word."""
    steps, day = [], start
    for number, gap in enumerate(gaps):
        day += gap * DAY
        steps.append(("reopened" if number % 2 else "closed", day, "" if number % 2 else f"outcome-{number}"))
    found = rules.first_standing(steps)
    for week in {each[1] - each[1].weekday() * DAY for each in steps}:
        known = [each for each in steps if each[1] <= week + 6 * DAY]
        earlier = rules.first_standing(known)
        if earlier is not None:
            assert earlier == found
    if len(steps) % 2:
        assert found is not None


@database
def test_clock_takes_what_was_written_on_the_day_and_not_before(team: Team, city: Place) -> None:
    """The whole promise: readable up to the last day, gone on the next, twice is once."""
    report, digits = closed(team, city)
    erases_on = today() + 90 * DAY
    assert retention.erase_closed(noon(erases_on - DAY)) == 0
    read = actions.read_own_report(digits)
    assert read is not None
    assert read.document["what"] == "Words that must go."
    assert [retention.erase_closed(noon(erases_on)) for _ in range(2)] == [1, 0]
    report.refresh_from_db()
    assert (report.state, report.outcome, report.closed_on) == (State.CLOSED, "helped_here", today())
    assert (report.erased_on, report.body, report.keys) == (erases_on, None, None)
    assert not Message.objects.exists()
    with web(), transaction.atomic():
        read = actions.read_own_report(digits)
        assert read is not None
        assert (read.document, read.messages) == ({}, [])
        assert [step.verb for step in read.movements] == ["opened", "closed", "erased"]
        assert all(str(step.words) for step in trail(report, read.movements))
    entry = JournalEntry.objects.get(verb="report.erased")
    assert (entry.kind, entry.subject, entry.at, entry.facts) == ("report", report.pk, None, {"team": str(team.pk)})


@database
def test_a_place_keeps_for_less_and_hands_that_down(team: Team, city: Place) -> None:
    """Thirty days at a country hold in its cities, too; a neighbour keeps its ninety."""
    other = make_place("rr-other", city.parent, settings={"retention_days": 90})
    neighbour = make_team(other)
    type(city).objects.filter(code="rr").update(settings={"retention_days": 30})
    make_place("rr-new", type="country")  # a new edition: everybody reads the places again
    short, _digits = closed(team, city, 30)
    long, _digits = closed(neighbour, other, 30)
    assert retention.erase_closed(timezone.now()) == 1
    assert list(Report.objects.filter(erased_on=None)) == [long]
    assert Report.objects.get(erased_on__isnull=False) == short


@database
def test_the_day_is_the_place_s_own(team: Team, city: Place) -> None:
    """Who was told "until Tuesday" reads until Tuesday is over there, not in the room of the server."""
    type(city).objects.filter(pk=city.pk).update(settings={"time_zone": "Pacific/Honolulu"})
    make_place("rr-new", type="country")
    report, _digits = closed(team, city)
    assert report.closed_on
    erases_on = report.closed_on + 90 * DAY
    assert retention.erase_closed(datetime.combine(erases_on, time(9), UTC)) == 0
    assert retention.erase_closed(datetime.combine(erases_on, time(11), UTC)) == 1


@database
def test_only_an_agreed_hold_that_runs_keeps_it(team: Team, city: Place) -> None:
    agreed, asked, over = (closed(team, city, 90)[0] for _ in range(3))
    held(agreed, today() + 5 * DAY)
    held(asked, today() + 5 * DAY, agreed=False)
    old = held(over, today() + DAY)
    Hold.objects.filter(pk=old.pk).update(on=today() - 9 * DAY, until=today() - DAY)
    assert retention.erase_closed(timezone.now()) == 2
    assert list(Report.objects.filter(erased_on=None)) == [agreed]
    assert retention.erase_closed(noon(today() + 5 * DAY)) == 0
    assert retention.erase_closed(noon(today() + 6 * DAY)) == 1


@database
def test_many_are_taken_in_batches(team: Team, city: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    for _ in range(5):
        closed(team, city, 100)
    held(Report.objects.order_by("pk")[0], today() + 5 * DAY)
    assert retention.erase_closed(timezone.now()) == 4


@database
def test_a_team_finds_nothing_to_open_afterwards(team: Team, city: Place) -> None:
    report, digits = closed(team, city, 90)
    retention.erase_closed(timezone.now())
    member = member_of(team)
    with as_viewer(member), pytest.raises(Refused):
        actions.open_report(member, report.pk, ring=ring_of(team))
    for deed in (lambda: actions.add_to_report(digits, text="x"), lambda: actions.withdraw_report(digits)):
        with web(), pytest.raises(Refused), transaction.atomic():
            deed()


@database
@pytest.mark.parametrize(
    "change",
    [
        {"body": None, "keys": None},
        {"erased_on": date(2099, 1, 1)},
        {"body": None, "keys": None, "erased_on": date(2001, 1, 1)},
        {"closed_on": None},
        {"state": "routed"},
        {"state": "opened", "closed_on": None},
    ],
)
def test_database_refuses_half_erased_and_half_open(team: Team, city: Place, change: dict[str, object]) -> None:
    """Sealed words without a key, a key without words, a closing without a day: nothing would ever take these away."""
    report, _digits = closed(team, city)
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(**change)


@database
def test_adding_reopens_for_the_team_that_held_it(team: Team, city: Place) -> None:
    """The resident has the last word for thirty days; the team gets a fresh day to answer, and the old end is gone."""
    report, digits = closed(team, city, 30)
    with web(), transaction.atomic():
        assert actions.add_to_report(digits, text="It happened again.")
        assert not actions.add_to_report(digits, text="And again.")
    report.refresh_from_db()
    assert (report.state, report.closed_on, report.outcome, report.team_id) == (State.ROUTED, None, "", team.pk)
    spot = atlas().by_id(city.pk)
    assert spot
    due = atlas().due(spot, today(), 10)
    assert (report.due_on, report.reminded_on) == (due, None)
    assert JournalEntry.objects.filter(verb="report.reopened", subject=report.pk).count() == 1
    assert retention.erase_closed(noon(today() + 200 * DAY)) == 0
    member = member_of(team)
    with as_viewer(member):
        opened = actions.open_report(member, report.pk, ring=ring_of(team))
        assert [said.text for said in opened.messages] == ["Last words.", "It happened again.", "And again."]
        assert opened.report.due_on == due, "opening does not put the promised answer off"
        actions.close_report(member, report.pk, outcome="advice_given")
    report.refresh_from_db()
    assert (report.closed_on, report.outcome) == (today(), "advice_given")


@database
def test_after_thirty_days_nothing_reopens(team: Team, city: Place) -> None:
    report, digits = closed(team, city, 31)
    with web(), pytest.raises(Refused, match="30 days ago"), transaction.atomic():
        actions.add_to_report(digits, text="Too late.")
    assert Report.objects.get(pk=report.pk).state == State.CLOSED


def _as(viewer: Viewer, sql: str, report: Report) -> None:
    with as_viewer(viewer), connection.cursor() as cursor:
        cursor.execute(f"update reports_report set {sql} where id = %s", [report.pk])  # noqa: S608 our own words


@database
def test_database_lets_only_the_resident_reopen_and_nobody_bring_back_what_is_gone(team: Team, city: Place) -> None:
    """The second wall says what the rules say."""
    report, _digits = closed(team, city)
    member, resident = member_of(team), Viewer(receipt=report.locator)
    reopen = "state = 'routed', closed_on = null, outcome = ''"
    for viewer, sql in (
        (member, reopen),
        (member, "closed_on = closed_on + 1"),
        (member, "outcome = 'other'"),
        (resident, "state = 'opened', closed_on = null, outcome = ''"),
        (resident, "erased_on = current_date + 1, body = null, keys = null"),
    ):
        with pytest.raises(DatabaseError):
            _as(viewer, sql, report)
    Report.objects.filter(pk=report.pk).update(closed_on=today() - 40 * DAY)
    with pytest.raises(DatabaseError):
        _as(resident, reopen, report)
    Report.objects.filter(pk=report.pk).update(closed_on=today() - 5 * DAY)
    _as(resident, reopen, report)
    with pytest.raises(DatabaseError):
        _as(member, "state = 'closed', closed_on = current_date - 60, outcome = 'helped_here'", report)
    Report.objects.filter(pk=report.pk).update(
        state="closed", outcome="helped_here", closed_on=today() - 5 * DAY, body=None, keys=None, erased_on=today()
    )
    with pytest.raises(DatabaseError):
        _as(resident, reopen, report)


@database
def test_reopening_wraps_for_the_key_of_today(team: Team, city: Place) -> None:
    """Keys that changed while it was closed must not lock the team out of what is added now."""
    report, digits = closed(team, city)
    newer = make_team(city, "civil_society")
    Report.objects.filter(pk=report.pk).update(consents=["city_support", "civil_society"])
    with web(), transaction.atomic():
        actions.add_to_report(digits, text="More.")
    report.refresh_from_db()
    assert set(ring_of(newer)) <= set(report.keys or {})
    assert all(set(ring_of(newer)) <= set(message.keys) for message in Message.objects.all())


@database(transaction=True)
def test_a_second_worker_waits_for_nobody(city: Place) -> None:
    """What another one works on is left to it, and done by the next run if that one died."""
    team = make_team(city)
    first, second = (closed(team, city, 90)[0] for _ in range(2))
    with connection.get_new_connection(connection.get_connection_params()) as other:
        other.execute("set role commonweave_worker")
        other.execute("begin")
        other.execute("select 1 from reports_report where id = %s for update", [first.pk])
        assert retention.erase_closed(timezone.now()) == 1
        assert Report.objects.get(erased_on=None) == first
    other.close()
    assert retention.erase_closed(timezone.now()) == 1
    assert not Report.objects.filter(pk__in=(first.pk, second.pk), erased_on=None).exists()


@database(transaction=True)
def test_vacuum_frees_what_was_erased(city: Place) -> None:
    """Deleted rows stay in the files until somebody frees them."""
    report, _digits = closed(make_team(city), city, 90)
    assert not actions.vacuum_reports(today() - DAY), "nothing was erased"
    assert retention.erase_closed(timezone.now()) == 1
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('server_version_num')::int >= 170000")
        assert actions.vacuum_reports(today() - DAY) == cursor.fetchone()[0]
        cursor.execute("select last_vacuum is not null from pg_stat_user_tables where relname = 'reports_message'")
    report.refresh_from_db()
    assert report.erased_on == today()


@database
def test_what_can_be_read_until_when_is_told(team: Team, city: Place) -> None:
    """A hold puts the day off for everybody who looks."""
    report, _digits = closed(team, city)
    usual = queries.lasting_of(report, [])
    assert usual is not None
    assert usual.reads_until == today() + 89 * DAY
    longer = queries.lasting_of(report, [held(report, today() + 100 * DAY)])
    assert longer is not None
    assert longer.reads_until == today() + 100 * DAY
    assert Movement.objects.filter(verb="erased").count() == 0
