"""Everything that hangs on a report, row by row: who reads, adds, changes and deletes it if every page forgets its rule."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest
from django.db import DatabaseError, connection

from commonweave.base.tests.roles import as_viewer
from commonweave.base.viewer import NOBODY, Viewer
from commonweave.files.models import File
from commonweave.people.models import Right
from commonweave.people.queries.credentials import program_of
from commonweave.people.tests.programs import make_program
from commonweave.places.tests.factories import make_place
from commonweave.referral.models import Handover
from commonweave.reports.models import Hold, Likeness, Message, Movement, NoticeAddress, Repeat, Report
from commonweave.reports.tests.factories import make_report, make_team, member_of

if TYPE_CHECKING:
    from commonweave.people.models import Team

pytestmark = pytest.mark.django_db
REFUSALS = {"42501", "23514"}  # insufficient privilege, check violation: anything else is a fault of these tests


class Two:
    """Two reports of two teams, each with one row of everything, and everybody who might look."""

    def __init__(self) -> None:
        city = make_place("rr-city", make_place("rr", type="country"))
        self.ours, self.theirs = make_team(city), make_team(city, "police")
        self.mine, self.other = (make_report(city, kind)[0] for kind in ("city_support", "police"))
        self.fill(self.mine, self.other, self.ours, self.theirs)
        self.fill(self.other, self.mine, self.theirs, self.ours)
        self.viewers = {
            "member": member_of(self.ours),
            "member elsewhere": member_of(self.theirs),
            "resident": Viewer(receipt=self.mine.locator),
            "another resident": Viewer(receipt=self.other.locator),
            "a wrong receipt": Viewer(receipt=uuid.uuid4()),
            "administrator": Viewer(person=uuid.uuid4(), roles={uuid.uuid4(): frozenset({"administrator"})}),
            "nobody": NOBODY,
        }

    def fill(self, report: Report, other: Report, team: Team, elsewhere: Team) -> None:
        facts: dict[str, Any] = {"team": team, "locator": report.locator, "on": report.received_on}
        sealed: dict[str, Any] = {"body": b"x", "keys": {"receipt": "x"}}
        Message.objects.create(report=report, sender="team", **sealed, **facts)
        Movement.objects.create(report=report, step=40, verb="answered", **facts)
        Likeness.objects.create(report=report, key=uuid.uuid4(), lane=0, token=uuid.uuid4(), **facts)
        Repeat.objects.create(report=report, other=other, same=True, **facts)
        NoticeAddress.objects.create(report=report, letter=b"x", **facts)
        File.objects.create(
            kind="report", subject=report.pk, sender="team", stored=uuid.uuid4(), chunks=1, **sealed, **facts
        )
        self.asker = uuid.uuid4()
        until = report.received_on.replace(year=report.received_on.year + 1, day=1)
        Hold.objects.create(report=report, reason="safety", until=until, asked_by=self.asker, **facts)
        Handover.objects.create(
            subject_kind="thing", subject=uuid.uuid4(), from_team=elsewhere, to_team=team, reason="x",
            sent_on=report.received_on,
        )  # fmt: skip

    def does(self, viewer: Viewer, sql: str, **words: Any) -> int:
        """Return how many rows a statement found or changed for somebody, and take it back; a refusal is none."""
        facts: dict[str, Any] = {"me": viewer.person, "id": self.mine.pk, "other": self.other.pk, "team": self.ours.pk,
                 "locator": self.mine.locator, "somebody": uuid.uuid4(), "elsewhere": self.theirs.pk}  # fmt: skip
        try:
            with as_viewer(viewer), connection.cursor() as cursor:
                cursor.execute(sql, facts | words)
                found: int = cursor.rowcount
                connection.set_rollback(True)
                return found
        except DatabaseError as error:
            if getattr(error.__cause__, "sqlstate", "") not in REFUSALS:
                raise
            return 0

    def counts(self, sql: str, **words: Any) -> dict[str, int]:
        """Return who found or changed how many rows, without those who did none."""
        done = {name: self.does(viewer, sql, **words) for name, viewer in self.viewers.items()}
        return {name: count for name, count in done.items() if count}

    def own(self, sql: str) -> dict[str, int]:
        """The same as `counts`, once it is certain that each found the rows of their own report."""
        found = self.counts(sql)
        here = {name: count for name, count in found.items() if name in {"member", "resident"}}
        assert (sql, self.counts(f"{sql} where locator = %(locator)s")) == (sql, here)
        return found


@pytest.fixture
def two() -> Two:
    return Two()


TEAMS = {"member": 1, "member elsewhere": 1}
BOTH = TEAMS | {"resident": 1, "another resident": 1}
THREAD = ("message", "likeness", "repeat", "noticeaddress", "hold")


def test_each_row_is_read_by_its_team_and_its_resident_alone(two: Two) -> None:
    """A second row that somebody sees is the next person's report."""
    for table in (*(f"reports_{name}" for name in THREAD), "files_file"):
        assert (table, two.own(f"select from {table}")) == (table, BOTH)
    steps = "select from reports_movement where step = 40"
    assert two.counts(steps) == BOTH
    assert two.counts("select from referral_handover") == {"member": 2, "member elsewhere": 2}


def test_what_a_resident_said_is_deleted_by_them_and_what_helps_a_team_by_either(two: Two) -> None:
    """A team that deletes a message hides what it said; a stranger who deletes anything hides a crime."""
    residents = {"resident": 1, "another resident": 1}
    for table, wanted in (
        ("reports_message", residents),
        ("files_file", residents),
        ("reports_likeness", BOTH),
        ("reports_repeat", BOTH),
        ("reports_noticeaddress", BOTH),
        ("reports_hold", TEAMS),
    ):
        assert (table, two.own(f"delete from {table}")) == (table, wanted)  # noqa: S608 our own words
    for table in ("reports_movement", "reports_report", "referral_handover"):
        assert (table, two.counts(f"delete from {table}")) == (table, {})  # noqa: S608 our own words


def test_wraps_are_changed_by_those_who_read_the_row(two: Two) -> None:
    for table in ("reports_message", "files_file"):
        assert two.own(f"update {table} set keys = keys") == BOTH  # noqa: S608 our own words


THREAD_ROW = 'id, report_id, team_id, locator, "on"'
VALUES = "gen_random_uuid(), %(id)s, %(team)s, %(locator)s, "
MESSAGE = (
    f"insert into reports_message ({THREAD_ROW}, sender, body, keys) values ({VALUES} %(day)s, %(who)s, 'x', '{{}}')"  # noqa: S608 our own words
)
FILE = (
    'insert into files_file (id, kind, subject, team_id, locator, "on", sender, stored, chunks, body, keys) values '
    "(gen_random_uuid(), 'report', %(id)s, %(team)s, %(locator)s, %(day)s, %(who)s, gen_random_uuid(), 1, 'x', '{}')"
)
STEP = f"insert into reports_movement ({THREAD_ROW}, step, verb, reason) values ({VALUES} %(day)s, 50, %(verb)s, '')"  # noqa: S608 our own words
LIKENESS = f"insert into reports_likeness ({THREAD_ROW}, key, lane, token) values ({VALUES} %(day)s, %(id)s, 7, %(id)s)"  # noqa: S608 our own words
REPEAT = f"insert into reports_repeat ({THREAD_ROW}, other_id, same) values ({VALUES} %(day)s, %(other)s, true)"  # noqa: S608 our own words


def test_each_writes_as_themselves_about_their_own_report(two: Two) -> None:
    """Words put into somebody's mouth would be believed: the thread is all that both sides have."""
    day = two.mine.received_on
    for sql in (MESSAGE, FILE):
        assert two.counts(sql, who="team", day=day) == {"member": 1}
        assert two.counts(sql, who="resident", day=day) == {"resident": 1}
    Repeat.objects.all().delete()
    for sql in (LIKENESS, REPEAT):
        assert two.counts(sql, day=day) == {"member": 1}
    assert two.counts(STEP, verb="answered", day=day) == {"member": 1}
    assert two.counts(STEP, verb="added", day=day) == {"resident": 1}


NOTICE = f"insert into reports_noticeaddress ({THREAD_ROW}, letter, told, told_on, mail) values ({VALUES} %(day)s, "  # noqa: S608 our own words


def test_an_address_for_notices_is_left_by_the_resident_and_new(two: Two) -> None:
    """With a day of the last notice, or a mail's number, in it the worker would write to nobody, or to somebody else."""
    NoticeAddress.objects.all().delete()
    day = two.mine.received_on
    assert two.counts(NOTICE + "'x', 0, null, null)", day=day) == {"resident": 1}
    for wrong in ("'x', 0, current_date, null)", "'x', 0, null, %(id)s)", "null, 0, null, %(id)s)"):
        assert two.counts(NOTICE + wrong, day=day) == {}


HOLD = f"insert into reports_hold ({THREAD_ROW}, reason, until, asked_by, agreed_by, agreed_on) values ({VALUES} "  # noqa: S608 our own words
AGREE = "update reports_hold set agreed_by = {}, agreed_on = current_date"
END = "update reports_hold set ended_by = {}, ended_on = current_date"


def test_a_hold_is_asked_for_agreed_to_and_ended_in_ones_own_name(two: Two) -> None:
    """It takes two: a name that somebody else wrote there would be the second one."""
    assert two.own(AGREE.format("%(me)s")) == TEAMS
    assert two.counts(AGREE.format("%(somebody)s")) == {}
    assert two.counts(END.format("%(me)s")) == {}, "nobody agreed yet"
    Hold.objects.update(agreed_by=two.viewers["administrator"].person, agreed_on=two.mine.received_on)
    assert two.counts("delete from reports_hold") == {}, "what two agreed to stays written"
    assert two.counts(AGREE.format("%(me)s")) == {}
    assert two.own(END.format("%(me)s")) == TEAMS
    assert two.counts(END.format("%(somebody)s")) == {}
    Hold.objects.update(ended_by=two.viewers["administrator"].person, ended_on=two.mine.received_on)
    assert two.counts(END.format("%(me)s")) == {}, "it is over"
    Hold.objects.all().delete()
    until = "current_date, 'safety', current_date + 30, "
    assert two.counts(HOLD + until + "%(me)s, null, null)") == {"member": 1}
    for wrong in (
        until + "%(somebody)s, null, null)",
        until + "%(somebody)s, %(me)s, current_date)",
        until + "%(me)s, %(somebody)s, current_date)",
        "current_date - 9, 'safety', current_date + 30, %(me)s, null, null)",
    ):
        assert two.counts(HOLD + wrong) == {}


HAND = (
    "insert into referral_handover (id, subject_kind, subject, from_team_id, to_team_id, reason, state, sent_on, seen_on, "
    "decline_reason, outcome) values (gen_random_uuid(), 'thing', %(id)s, {}, {}, 'x', '{}', current_date, {}, '', '')"
)
SEEN = "update referral_handover set state = 'seen', seen_on = current_date"


def test_a_team_hands_over_from_itself_and_looks_at_what_came_to_it(two: Two) -> None:
    assert two.counts(HAND.format("%(team)s", "%(elsewhere)s", "sent", "null")) == {"member": 1}
    assert two.counts(HAND.format("%(team)s", "%(elsewhere)s", "seen", "current_date")) == {}, "the receiver says so"
    assert two.counts(SEEN) == TEAMS


FOR_PEOPLE = (LIKENESS, FILE, "update files_file set keys = keys", "update reports_message set keys = keys",
              "delete from reports_hold", AGREE.format("%(me)s"), HAND.format("%(team)s", "%(elsewhere)s", "sent", "null"), REPEAT,
              HOLD + "current_date, 'safety', current_date + 30, %(me)s, null, null)")  # fmt: skip


def program(team: Team, *rights: str) -> Viewer:
    admitted = make_program(team, *rights)
    with as_viewer(NOBODY):
        found = program_of(admitted.token)
    assert found
    return found.viewer


def test_a_program_with_every_right_does_none_of_what_people_decide(two: Two) -> None:
    """A stolen token would otherwise keep, compare and hand over what people told one team."""
    every, member = program(two.ours, Right.FACTS, Right.OPEN, Right.ANSWER), two.viewers["member"]
    words = {"day": two.mine.received_on, "who": "team"}
    for sql in FOR_PEOPLE:
        if sql in FOR_PEOPLE[-2:]:  # one at a time for each report
            Repeat.objects.all().delete()
            Hold.objects.all().delete()
        assert (sql, two.does(member, sql, **words)) == (sql, 1)
        assert (sql, two.does(every, sql, **words)) == (sql, 0)


@pytest.mark.parametrize(("right", "may"), [(Right.FACTS, 0), (Right.OPEN, 1), (Right.ANSWER, 1)])
def test_a_program_goes_on_with_what_was_handed_over_only_if_it_opens_or_answers(
    two: Two, right: str, may: int
) -> None:
    viewer = program(two.ours, right)
    assert two.does(viewer, SEEN) == may
    assert two.does(viewer, STEP, verb="answered", day=two.mine.received_on) == may
