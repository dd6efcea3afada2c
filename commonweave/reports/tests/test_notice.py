"""A resident's address: sealed, used once a day at most, and gone when the report is closed, taken back or erased."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone, translation

from commonweave.base.models import JournalEntry
from commonweave.base.tests.roles import as_viewer
from commonweave.base.verdict import Refused
from commonweave.base.viewer import NOBODY, Viewer
from commonweave.delivery.actions import note_bounce, send_queued
from commonweave.delivery.models import Mail, MailState
from commonweave.delivery.sealing import open_letter
from commonweave.people.models import Demonstration
from commonweave.places.tests.factories import make_place
from commonweave.reports import actions, queries
from commonweave.reports.models import NoticeAddress, Report
from commonweave.reports.tests.factories import make_report, make_team, member_of, ring_of
from tools.smtp import Deed, Server, running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.fixtures import Settings

pytestmark = pytest.mark.django_db
ADDRESS = "somebody.special@example.org"
NOON = datetime(2026, 3, 4, 12, 59, tzinfo=UTC)
AT_TWO = datetime(2026, 3, 4, 14, tzinfo=UTC)


class World:
    """A report, its resident and its team."""

    def __init__(self) -> None:
        called = {"texts": {"en": "Ask City", "fr": "Ville à l'écoute"}, "original": "en", "machine": []}
        city = make_place("vv-city", make_place("vv", type="country"), settings={"public_name": called})
        self.team, self.other = make_team(city), make_team(city, "police")
        self.report, self.digits = make_report(city, "city_support", "police")
        self.member = member_of(self.team)
        self.resident = Viewer(receipt=self.report.locator)

    def keep(self, address: str = ADDRESS) -> None:
        with as_viewer(NOBODY):
            actions.keep_address(self.digits, address=address)

    def answer(self, text: str = "Secret answer.") -> None:
        with as_viewer(self.member):
            actions.open_report(self.member, self.report.pk, ring=ring_of(self.team))
            actions.answer_report(self.member, self.report.pk, text=text)

    def close(self) -> None:
        with as_viewer(self.member):
            actions.close_report(self.member, self.report.pk, outcome="helped_here")


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def next_server(settings: Settings) -> Iterator[Server]:
    with running(lambda to: Deed.NEVER if to.startswith("no") else Deed.TAKE) as server:
        settings.CONFIG = replace(settings.CONFIG, mail_url=server.url)
        yield server


def test_resident_hears_that_there_is_an_answer_and_nothing_else(world: World, next_server: Server) -> None:
    """If this failed, whoever looks into the mailbox would learn that somebody reported, and what."""
    with translation.override("fr"):
        world.keep()
    assert actions.send_notices(NOON) == 0, "nobody has answered yet"
    world.answer()
    assert actions.send_notices(NOON) == 1
    assert send_queued(AT_TWO - timedelta(seconds=1)) == 0, "not before the hour at which all such mail leaves"
    assert send_queued(AT_TWO) == 1
    (taken,) = next_server.taken
    assert taken.to == ADDRESS
    head, _blank, body = taken.text.partition("\r\n\r\n")
    for word in ("Secret", "report", "answer", "signalement", str(world.report.pk), str(world.report.locator)):
        assert word not in taken.text, word
    assert "/receipt" not in body
    assert body.count("http") == 1
    assert "Ville" in head or "Ville" in body or "=?utf-8?" in head
    assert not Mail.objects.exists(), "no row tells afterwards that somebody got a mail"
    assert actions.send_notices(NOON) == 0


def test_one_notice_a_day(world: World, next_server: Server) -> None:
    world.keep()
    for text in ("One.", "Two."):
        world.answer(text)
        actions.send_notices(NOON)
    assert send_queued(AT_TWO) == 1
    assert actions.send_notices(NOON + timedelta(hours=2)) == 0
    assert actions.send_notices(NOON + timedelta(days=1)) == 1
    assert send_queued(AT_TWO + timedelta(days=1)) == 1
    assert len(next_server.taken) == 2


def test_what_was_answered_before_needs_no_notice(world: World) -> None:
    world.answer()
    world.keep()
    assert actions.send_notices(NOON) == 0


def test_closing_sends_a_last_notice_and_keeps_no_address(world: World, next_server: Server) -> None:
    world.keep()
    with as_viewer(world.member):
        actions.open_report(world.member, world.report.pk, ring=ring_of(world.team))
    world.close()
    assert not NoticeAddress.objects.exists()
    (row,) = Mail.objects.all()
    assert row.next_try > timezone.now()
    assert (row.next_try.minute, row.next_try.hour % 2) == (0, 0)
    assert send_queued(row.next_try) == 1
    assert next_server.taken[0].to == ADDRESS
    assert not Mail.objects.exists()
    with as_viewer(NOBODY), pytest.raises(Refused):
        actions.keep_address(world.digits, address=ADDRESS)


def test_the_last_notice_waits_for_a_day_without_another(world: World) -> None:
    world.keep()
    world.answer()
    actions.send_notices(timezone.now())
    first = Mail.objects.get()
    world.close()
    assert Mail.objects.exclude(pk=first.pk).get().next_try >= first.next_try + timedelta(hours=22)


@pytest.mark.parametrize("way", ["withdrawn", "removed", "replaced"])
def test_resident_takes_the_address_back(world: World, way: str) -> None:
    world.keep()
    with as_viewer(NOBODY):
        if way == "withdrawn":
            actions.withdraw_report(world.digits)
        elif way == "removed":
            actions.forget_address(world.digits)
        else:
            actions.keep_address(world.digits, address="other@example.org")
    kept = [open_letter(row.letter).to for row in NoticeAddress.objects.all() if row.letter]
    assert kept == (["other@example.org"] if way == "replaced" else [])


@pytest.mark.parametrize("when", ["at once", "later"])
def test_an_address_that_takes_no_mail_is_deleted_and_its_resident_sees_it(
    world: World, next_server: Server, when: str
) -> None:
    world.keep("nobody@example.org" if when == "at once" else ADDRESS)
    world.answer()
    actions.send_notices(NOON)
    sent = Mail.objects.get().pk
    send_queued(AT_TWO, on_failure=actions.drop_address)
    if when == "later":
        assert next_server.taken
        note_bounce(sent, "5.1.1", actions.drop_address)
    row = NoticeAddress.objects.get()
    assert row.letter is None
    failed = Mail.objects.get()
    assert (failed.pk, failed.state, failed.to, failed.letter, failed.status) == (
        sent,
        MailState.FAILED,
        "",
        None,
        "5.1.1",
    )
    with as_viewer(world.resident):
        assert queries.notice_address(world.resident, world.report) == row
    world.answer("Three.")
    assert actions.send_notices(NOON + timedelta(days=1)) == 0
    world.keep("better@example.org")
    assert NoticeAddress.objects.get().letter is not None
    assert JournalEntry.objects.filter(verb="notice.came_back", subject=world.report.pk).count() == 1


def test_a_demonstration_shows_the_notice_without_its_address(world: World) -> None:
    Demonstration.objects.create()
    world.keep()
    world.answer()
    actions.send_notices(NOON)
    assert send_queued(AT_TWO) == 0
    row = Mail.objects.get()
    assert (row.state, row.to, row.letter) == (MailState.KEPT, "", None)
    assert "Ask City" in row.subject


def test_the_address_follows_the_report_to_another_team(world: World) -> None:
    world.keep()
    with as_viewer(world.member):
        ring = ring_of(world.team)
        actions.open_report(world.member, world.report.pk, ring=ring)
        actions.hand_on_report(world.member, world.report.pk, to_team=world.other.pk, reason="nearer", ring=ring)
    assert NoticeAddress.objects.get().team_id == world.other.pk


def test_queryset_equals_policy(world: World) -> None:
    """Each wall alone: what a viewer asks for, and what the database would let them see."""
    world.keep()
    viewers = {
        NOBODY: 0,
        world.resident: 1,
        world.member: 1,
        member_of(world.other): 0,
        Viewer(receipt=uuid.uuid4()): 0,
        Viewer(person=uuid.uuid4(), roles={uuid.uuid4(): frozenset({"administrator"})}): 0,
    }
    for viewer, number in viewers.items():
        assert queries.thread_rows(viewer, world.report, NoticeAddress).count() == number
        assert not queries.addresses_to_tell(viewer, date(2030, 1, 1)).exists()
        with as_viewer(viewer):
            assert NoticeAddress.objects.count() == number


def test_only_the_resident_leaves_an_address_and_nobody_changes_one(world: World) -> None:
    """A team could otherwise send mail in the resident's name, or learn through a mail who they are."""
    facts = {"report": world.report, "team_id": world.team.pk, "locator": world.report.locator, "on": "2026-01-01"}
    row = NoticeAddress(**facts, letter=b"x")
    with pytest.raises(DatabaseError), as_viewer(world.member):
        row.save(force_insert=True)
    world.keep()
    for viewer in (world.member, world.resident):
        with pytest.raises(DatabaseError), as_viewer(viewer):
            NoticeAddress.objects.update(letter=b"x")


@pytest.mark.parametrize("state", ["closed", "withdrawn"])
def test_the_database_keeps_no_address_of_a_report_that_is_over(world: World, state: str) -> None:
    """Whoever writes a new way to close a report may forget the address; the database does not."""
    world.keep()
    gone = {"body": None, "keys": None} if state == "withdrawn" else {}
    with pytest.raises(DatabaseError, match="notice_address_goes_first"), transaction.atomic():
        Report.objects.update(state=state, closed_on=timezone.now().date(), **gone)
    NoticeAddress.objects.all().delete()
    Report.objects.update(state=state, closed_on=timezone.now().date(), **gone)
    row = NoticeAddress(
        report=world.report, team_id=world.team.pk, locator=world.report.locator, on="2026-01-01", letter=b"x"
    )
    with pytest.raises(DatabaseError, match="notice_address_of_an_open_report"), transaction.atomic():
        row.save(force_insert=True)
