"""What the database refuses even when a page's code forgets a rule: consent, seals and names are not the web's to change."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from commonweave.base import journal
from commonweave.base.models import JournalEntry
from commonweave.base.tests.roles import WEB, as_viewer
from commonweave.base.viewer import Viewer
from commonweave.files.models import File
from commonweave.people.models import Right
from commonweave.people.tests.programs import make_program
from commonweave.places.tests.factories import make_place
from commonweave.referral.models import Handover
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


REPORT = """insert into reports_report (id, locator, receipt_key, tlp, holder, readers, people, kind, place_id, received_on,
due_on, state, team_id, team_kind, consents, may_climb, climbed, outcome, body, keys, {more})
select gen_random_uuid(), viewer_receipt(), receipt_key, {tlp}, holder, '{{}}', '{{}}', kind, place_id, {day}, due_on, 'routed',
team_id, team_kind, consents, false, false, '', body, keys, {value} from given"""


@pytest.mark.parametrize(
    "more",
    [
        {"day": "current_date - 40"},
        {"tlp": "'CLEAR'"},
        {"more": "answered_on", "value": "current_date"},
        {"more": "reminded_on", "value": "current_date"},
    ],
)
def test_a_report_is_new_when_it_comes(held: tuple[Report, Viewer, Viewer], more: dict[str, str]) -> None:
    """Numbers that people act upon rest on the day it came; nobody sends one of last month, or one that was answered."""
    assert Report.objects.filter(pk=held[0].pk).exists()
    with connection.cursor() as cursor:
        cursor.execute("create temporary table given on commit drop as select * from reports_report")
        cursor.execute(f"grant select on given to {WEB}")
    new = Viewer(receipt=uuid.uuid4())
    usual = {"day": "current_date", "tlp": "'AMBER+STRICT'", "more": "fold", "value": "null"}
    asked(new, REPORT.format(**usual))
    with pytest.raises(DatabaseError):
        asked(Viewer(receipt=uuid.uuid4()), REPORT.format(**{**usual, **more}))


STEP = """insert into reports_movement (id, report_id, team_id, locator, "on", step, verb, reason, from_team_id, to_team_id)
select gen_random_uuid(), id, team_id, locator, {day}, 9, '{verb}', '', {giver}, {taker} from reports_report"""


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("member", {"verb": "said_no"}),
        ("member", {"verb": "withdrawn"}),
        ("member", {"verb": "returned"}),
        ("member", {"verb": "file_added"}),
        ("member", {"day": "current_date - 9"}),
        ("member", {"verb": "handed_on", "giver": "gen_random_uuid()", "taker": "team_id"}),
        ("resident", {"verb": "answered"}),
        ("resident", {"verb": "closed"}),
        ("resident", {"verb": "file_sent"}),
    ],
)
def test_each_writes_only_their_own_steps(held: tuple[Report, Viewer, Viewer], who: str, said: dict[str, str]) -> None:
    """The trail is what a resident trusts, what the clock follows, and what is counted."""
    viewer = {"member": held[1], "resident": held[2]}[who]
    usual = {
        "verb": {"member": "opened", "resident": "added"}[who],
        "day": "current_date",
        "giver": "null",
        "taker": "null",
    }
    with pytest.raises(DatabaseError):
        asked(viewer, STEP.format(**{**usual, **said}))
    asked(viewer, STEP.format(**usual))


def test_only_what_one_holds_is_handed_over(held: tuple[Report, Viewer, Viewer]) -> None:
    """Else any team could put a false hand-over beside a report it knows of, and keep it from being handed over at all."""
    report, member, _resident = held
    other = make_team(report.place, "civil_society")
    for viewer, giver, taker in ((member_of(other), other, report.team), (member, report.team, other)):
        row = Handover(
            subject_kind="report",
            subject=report.pk,
            from_team=giver,
            to_team=taker,
            reason="x",
            sent_on=report.received_on,
        )
        if giver == other:
            with pytest.raises(DatabaseError), as_viewer(viewer):
                row.save(force_insert=True)
        else:
            with as_viewer(viewer):
                row.save(force_insert=True)


def test_no_team_writes_that_a_resident_took_something_back(held: tuple[Report, Viewer, Viewer]) -> None:
    report, member, _resident = held
    other = make_team(report.place, "civil_society")
    Handover.objects.create(
        subject_kind="report",
        subject=report.pk,
        from_team=other,
        to_team=report.team,
        reason="x",
        sent_on=report.received_on,
    )
    with pytest.raises(DatabaseError):
        asked(member, "update referral_handover set state = 'withdrawn', withdrawn_on = current_date")
    asked(member, "update referral_handover set state = 'seen', seen_on = current_date")


def test_the_pages_write_the_journal_of_today() -> None:
    """A report that is said to have come last month would get a proof that says so, signed."""
    entry = journal.entry(Viewer(), "report.received", kind="report", on=timezone.now().date() - timedelta(days=30))
    with pytest.raises(DatabaseError), as_viewer(Viewer()):
        entry.save(force_insert=True)


def test_a_program_adds_no_file(held: tuple[Report, Viewer, Viewer]) -> None:
    """It may answer, perhaps; what a team attaches a person attaches."""
    report, _member, _resident = held
    program = make_program(report.team, Right.FACTS, Right.OPEN, Right.ANSWER)
    viewer = replace(member_of(report.team), person=program.credential.pk)
    with pytest.raises(DatabaseError), as_viewer(viewer):
        File(
            kind="report",
            subject=report.pk,
            team=report.team,
            locator=report.locator,
            on=report.received_on,
            sender="team",
            stored=uuid.uuid4(),
            chunks=1,
            body=b"",
            keys={},
        ).save(force_insert=True)
