"""Who learns of mail that did not arrive: administrators, and the member whose address it was."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache
from django.core.mail import send_mail
from django.urls import reverse

from commonweave.base.tests.roles import WebClient, as_viewer
from commonweave.base.viewer import NOBODY
from commonweave.delivery.actions import note_bounce, read_bounces
from commonweave.delivery.mailbox import MailboxAway
from commonweave.delivery.models import Mail
from commonweave.people.models import Role
from commonweave.people.tests import factories as make
from commonweave.site import checks
from commonweave.site.tests.signed_in import client_as, sign_in

if TYPE_CHECKING:
    import uuid
    from pathlib import Path

    from pytest_django.fixtures import Settings

    from commonweave.people.models import Person

pytestmark = pytest.mark.django_db
TOLD = "did not arrive: The mailbox is full."


@pytest.fixture
def member(settings: Settings) -> Person:
    """Somebody whose mail comes back."""
    settings.EMAIL_BACKEND = "commonweave.delivery.backend.Backend"
    person = make.make_member(Role.MEMBER, password=make.PASSWORD)
    with as_viewer(NOBODY):
        send_mail("Subject", "Text", None, [person.email.upper()])
    note_bounce(Mail.objects.get().pk, "5.2.2", nobody)
    return person


def nobody(pk: uuid.UUID) -> None:
    del pk


def test_member_hears_after_signing_in_that_mail_came_back(member: Person) -> None:
    """They would otherwise wait for notices that never come."""
    cache.clear()
    client = WebClient()
    sent = client.post(reverse("account_login"), {"login": member.email, "password": make.PASSWORD}, follow=True)
    assert TOLD in sent.content.decode()
    assert reverse("account_email") in sent.content.decode()
    assert TOLD in client.get(reverse("people:account")).content.decode(), "and as long as it is true"
    with as_viewer(make.viewer_of(member)):
        type(member).objects.filter(pk=member.pk).update(email="new@example.org")
    assert TOLD not in client.get(reverse("people:account")).content.decode()


def test_others_hear_nothing_of_it(member: Person) -> None:
    del member
    page = sign_in(make.make_member(Role.MEMBER)).get(reverse("people:account"))
    assert "did not arrive" not in page.content.decode()


def test_administrators_see_what_failed_and_why(member: Person) -> None:
    page = client_as(Role.ADMINISTRATOR).get(reverse("delivery:outbox")).content.decode()
    assert member.email.upper() in page
    assert "The mailbox is full. <b>1</b>" in page
    assert "(5.2.2)" in page


def test_page_and_doctor_say_that_the_mailbox_cannot_be_read(tmp_path: Path, settings: Settings) -> None:
    """Silence would be taken for "everything arrived"."""
    settings.CONFIG = replace(settings.CONFIG, bounces_url=f"maildir://{tmp_path}/gone?address=b@example.org")
    administrator = client_as(Role.ADMINISTRATOR)
    calm = administrator.get(reverse("delivery:outbox")).content.decode()
    assert "did not come back" in calm
    with pytest.raises(MailboxAway):
        read_bounces(nobody)
    alarmed = administrator.get(reverse("delivery:outbox")).content.decode()
    assert "Mail that comes back is not read" in alarmed
    assert "gone has no folder new" in alarmed
    assert "did not come back" not in alarmed
    settings.CONFIG.data.mkdir(parents=True, exist_ok=True)
    said = [finding for finding in checks.surroundings(settings.CONFIG) if "COMMONWEAVE_BOUNCES_URL" in finding.text]
    assert [finding.level for finding in said] == ["fail"]
