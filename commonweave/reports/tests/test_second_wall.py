"""What the database refuses even when a page's code forgets a rule: consent, seals and names are not the web's to change."""

from __future__ import annotations

import uuid

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from commonweave.base import journal
from commonweave.base.models import JournalEntry
from commonweave.base.tests.roles import as_viewer
from commonweave.base.viewer import Viewer
from commonweave.places.tests.factories import make_place
from commonweave.reports.models import FromWhom, Message, Report
from commonweave.reports.tests.factories import make_report, make_team, member_of

pytestmark = pytest.mark.django_db


def asked(viewer: Viewer, sql: str, *values: uuid.UUID) -> None:
    """Run one statement as the web server for a viewer; raise what the database says."""
    with as_viewer(viewer), connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.fixture
def held() -> tuple[Report, Viewer, Viewer]:
    """A report, a member of the team that holds it, and its resident."""
    city = make_place("ww-city", make_place("ww", type="country"))
    team = make_team(city)
    report, _digits = make_report(city)
    return report, member_of(team), Viewer(receipt=report.locator)


@pytest.mark.parametrize(
    "change",
    [
        "consents = consents || '{police}'",
        "may_climb = true",
        "body = '\\x00'",
        "keys = '{}'",
        "receipt_key = '\\x00'",
        "locator = gen_random_uuid()",
        "tlp = 'CLEAR'",
        "readers = array[gen_random_uuid()]",
        "place_id = gen_random_uuid()",
        "received_on = received_on - 1",
        "fold = id",
    ],
)
def test_a_team_cannot_change_consent_seal_or_origin(held: tuple[Report, Viewer, Viewer], change: str) -> None:
    """Otherwise one forgotten rule hands a report to people whom the resident never agreed to."""
    report, member, _resident = held
    with pytest.raises(DatabaseError):
        asked(member, f"update reports_report set {change} where id = %s", report.pk)  # noqa: S608 our own words


def test_a_resident_widens_and_never_narrows_in_silence(held: tuple[Report, Viewer, Viewer]) -> None:
    """Taking back is withdrawing, which deletes; a row whose consent shrank would still lie with the team."""
    report, _member, resident = held
    asked(resident, "update reports_report set consents = consents || '{police}' where id = %s", report.pk)
    assert Report.objects.get().consents == ["city_support", "police"]
    with pytest.raises(DatabaseError):
        asked(resident, "update reports_report set consents = '{city_support}' where id = %s", report.pk)
    with pytest.raises(DatabaseError):
        asked(resident, "update reports_report set body = '\\x00' where id = %s", report.pk)


@pytest.mark.parametrize("sender", FromWhom)
def test_nobody_writes_as_the_other(held: tuple[Report, Viewer, Viewer], sender: FromWhom) -> None:
    """The thread says who spoke."""
    report, member, resident = held
    viewer = member if sender == FromWhom.RESIDENT else resident
    message = Message(
        report=report, team=report.team, locator=report.locator, on=report.received_on, sender=sender, body=b"", keys={}
    )
    with pytest.raises(DatabaseError), as_viewer(viewer):
        message.save(force_insert=True)


@pytest.mark.parametrize("named", [True, False])
def test_nobody_writes_the_journal_in_anothers_name(*, named: bool) -> None:
    """It would be sealed and signed like a true entry; without a name it must not carry a time of day."""
    forged = journal.entry(Viewer(person=uuid.uuid4()), "report.opened", kind="report", subject=uuid.uuid4())
    if not named:
        forged.actor, forged.at = None, timezone.now()
    with pytest.raises(DatabaseError), as_viewer(Viewer(person=uuid.uuid4())):
        forged.save(force_insert=True)


def test_an_administrator_learns_of_no_report_from_the_journal(held: tuple[Report, Viewer, Viewer]) -> None:
    """Entries about reports say which team got one on which day: finer than any released count."""
    assert JournalEntry.objects.filter(kind="report", subject=held[0].pk).exists()
    mine = Viewer(person=uuid.uuid4(), roles={uuid.uuid4(): frozenset({"administrator"})})
    journal.write(Viewer(person=uuid.uuid4()), "place.edited", kind="place", subject=uuid.uuid4())
    with as_viewer(mine):
        assert set(JournalEntry.objects.values_list("verb", flat=True)) == {"place.edited", "key.approved"}
