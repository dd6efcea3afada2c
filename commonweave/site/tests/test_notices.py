"""Mails that leave by themselves: they say that something waits, and what the record's newest seal is, nothing else."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from commonweave.base import journal
from commonweave.base.journal.seal import seal_batch
from commonweave.base.journal.verify import newest_checkpoint
from commonweave.base.tests.roles import as_viewer
from commonweave.base.viewer import SYSTEM, Viewer
from commonweave.delivery.models import Mail, MailState
from commonweave.delivery.queries import newest
from commonweave.delivery.sealing import open_text
from commonweave.evidence.actions import note_adaptation, reply, save_search, send_in
from commonweave.evidence.queries import replies_to
from commonweave.evidence.tests.factories import add_appraisal, make_record
from commonweave.people.models import Membership, Person, Role
from commonweave.people.tests.factories import make_member, viewer_of
from commonweave.places.tests.factories import make_place
from commonweave.reports.tests.factories import make_report, make_team
from commonweave.site import bells, notices

if TYPE_CHECKING:
    from pytest_django import Settings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _our_own_outbox(settings: Settings) -> None:
    """Django replaces the mail backend while it tests; here the product's own is meant."""
    settings.EMAIL_BACKEND = "commonweave.delivery.backend.Backend"


def test_team_hears_that_something_waits_and_nothing_more() -> None:
    """If this failed, a mail server would learn what a resident wrote, or the team would learn nothing."""
    city = make_place("nn-city", make_place("nn", type="country"))
    team = make_team(city)
    person = Person.objects.create(email="reader@example.org")
    Membership.objects.create(
        person=person,
        organisation_id=team.organisation_id,
        role=Role.READER,
        team=team,
        during=("2020-01-01", None),
        founding=True,
    )
    report, _digits = make_report(city, what="Secret words.")
    assert bells.ring_all() == 1
    bells.answer_bell.func("report.received", str(team.pk))
    mail = Mail.objects.get()
    assert mail.to == person.email
    for secret in ("Secret", str(report.pk), str(report.locator), "Team", city.code):
        assert secret not in open_text(mail.body) + mail.subject


def test_administrators_get_the_newest_seal() -> None:
    """What they keep elsewhere, nobody here can change unseen."""
    city = make_place("mm", type="country")
    team = make_team(city)
    person = Person.objects.create(email="admin@example.org")
    Membership.objects.create(
        person=person,
        organisation_id=team.organisation_id,
        role=Role.ADMINISTRATOR,
        during=("2020-01-01", None),
        founding=True,
    )
    journal.write(Viewer(person=uuid.uuid4()), "thing.done", kind="thing")
    seal_batch()
    notices.mail_seal(SYSTEM)
    (mail,) = newest(SYSTEM, MailState.QUEUED, 5)
    assert newest_checkpoint() in open_text(mail.body)


def test_administrators_hear_that_something_was_sent_to_their_organisation_and_not_what() -> None:
    """Those of another organisation hear nothing; the mail names neither study nor sender nor place."""
    membership, other = (make_member(Role.ADMINISTRATOR).memberships.get() for _each in range(2))
    record = make_record(holder=membership.organisation_id)
    make_record(holder=other.organisation_id)
    sender = make_member().memberships.get()
    said: dict[str, Any] = {
        "title": "Secret title",
        "language": "en",
        "kind": "evaluation",
        "year": 2024,
        "words": "Nothing changed.",
    }
    send_in(seed=uuid.uuid4(), holder=membership.organisation_id, contact="ada@example.org", **said)
    note: dict[str, Any] = {
        "place": "Zomba",
        "country": "MW",
        "year": 2024,
        "changed": "Much.",
        "happened": "helped",
        "words": "Seen.",
    }
    note_adaptation(viewer_of(sender.person), record.pk, organisation=sender.organisation_id, **note)
    assert bells.ring_all() == 2
    for verb in ("study.sent_in", "adaptation.noted"):
        bells.answer_bell.func(verb, str(membership.organisation_id))
    mails = list(Mail.objects.order_by("id"))
    assert {each.to for each in mails} == {membership.person.email}
    pages = {reverse("evidence:proposals"), reverse("evidence:notes")}
    assert [sum(page in open_text(each.body) for page in pages) for each in mails] == [1, 1]
    for secret in ("Secret", "ada@", "Zomba", "Much", "Seen", record.slug, str(record.pk), sender.person.email):
        assert not any(secret in open_text(each.body) + each.subject for each in mails)


def test_raters_and_keepers_hear_that_there_is_a_reply_and_not_what() -> None:
    """Others hear nothing, whoever is both hears it once, and the mail names neither record nor programme."""
    keeper, other, rater, sender = (
        make_member(role).memberships.get() for role in ("administrator",) * 2 + ("member",) * 2
    )
    record = make_record("Secret title", holder=keeper.organisation_id)
    for membership in (keeper, rater):
        add_appraisal(record, membership)
    add_appraisal(make_record(), other)
    said: dict[str, Any] = {
        "organisation": sender.organisation_id,
        "programme": "Bridges",
        "words": "It was colder that year.",
    }
    for _each in range(2):
        reply(viewer_of(sender.person), record.pk, **said)
    assert bells.ring_all() == 2
    bells.answer_bell.func("reply.written", str(record.pk))
    mails = list(Mail.objects.all())
    assert sorted(each.to for each in mails) == sorted([keeper.person.email, rater.person.email])
    assert all(reverse("evidence:replies") in open_text(each.body) for each in mails)
    for secret in ("Secret", "Bridges", "colder", record.slug, str(record.pk), sender.person.email):
        assert not any(secret in open_text(each.body) + each.subject for each in mails)
    for membership, seen in ((keeper, 2), (rater, 2), (other, 0), (sender, 0)):
        with as_viewer(viewer := viewer_of(membership.person)):
            assert len(replies_to(viewer).replies) == seen


def test_who_saved_a_search_hears_that_something_is_new_and_not_of_what() -> None:
    """What somebody looks for tells what they worry about; a mail server must not learn it."""
    person = Person.objects.create(email="looking@example.org")
    save_search(Viewer(person=person.pk), name="unheardof", question="q=unheardof", mail=True)
    notices.tell_of_records(SYSTEM, person.pk)
    notices.tell_of_records(SYSTEM, uuid.uuid4())
    (waiting,) = Mail.objects.all()
    said = open_text(waiting.body) + waiting.subject
    assert "/evidence/saved/" in said
    assert "unheardof" not in said
