"""Ways in: an invitation's link, a password, a second step; and what stays shut without each of them."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.test import override_settings
from django.urls import reverse

from commonweave.base.tests.roles import WebClient, as_viewer
from commonweave.people import actions, queries
from commonweave.people.models import Person, Role
from commonweave.people.tests import factories as make

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test.client import _MonkeyPatchedWSGIResponse as Response

pytestmark = pytest.mark.django_db
NEW = {"name": "Cleo Example", "password": make.PASSWORD}


@pytest.fixture(autouse=True)
def _no_attempts_counted() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def code_of(secret: str) -> str:
    """Return the code an app shows now; each counts once, so the next is that of the next half minute."""
    cache.clear()
    return str(totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30)))


def sign_in(client: WebClient, person: Person, secret: str = "") -> Response:
    sent = client.post(reverse("account_login"), {"login": person.email, "password": make.PASSWORD})
    if secret:
        assert sent["Location"] == reverse("mfa_authenticate")
        sent = client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    return sent


def invite(role: str = Role.MEMBER, email: str = "cleo@example.org") -> str:
    """Invite as an administrator; return the path of the link in the mail."""
    administrator = make.make_member(Role.ADMINISTRATOR)
    viewer = make.viewer_of(administrator)
    with as_viewer(viewer):
        organisation = administrator.memberships.get().organisation_id
        actions.invite_person(viewer, email=email, organisation=organisation, role=role)
    found = re.search(rf"{settings.CONFIG.url}(/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def test_invitation_leaves_the_address_at_once_and_makes_an_account(client: WebClient) -> None:
    opened = client.get(invite())
    assert (opened.status_code, opened["Location"]) == (302, reverse("people:accept"))
    page = client.get(reverse("people:accept"))
    assert page.status_code == 200
    assert "cleo@example.org" in page.content.decode()
    done = client.post(reverse("people:accept"), NEW)
    assert done["Location"] == reverse("people:start")
    person = Person.objects.get(email="cleo@example.org")
    assert client.session["_auth_user_id"] == str(person.pk)
    assert EmailAddress.objects.get(user=person).verified
    assert client.get(reverse("people:start"))["Location"] == reverse("people:account")
    assert client.get(reverse("people:account")).status_code == 200


def test_invitation_link_works_once(client: WebClient) -> None:
    link = invite()
    client.get(link)
    client.post(reverse("people:accept"), NEW)
    other = WebClient()
    other.get(link)
    assert other.get(reverse("people:accept")).status_code == 404


def test_accept_shows_every_error_at_once(client: WebClient) -> None:
    client.get(invite())
    page = client.post(reverse("people:accept"), {"name": "", "password": "short"}).content.decode()
    assert 'href="#id_name"' in page
    assert 'href="#id_password"' in page
    assert not Person.objects.filter(email="cleo@example.org").exists()


def test_coordinator_is_led_to_the_second_factor_and_works_after_it(client: WebClient) -> None:
    client.get(invite(Role.COORDINATOR))
    assert client.post(reverse("people:accept"), NEW)["Location"] == reverse("people:second_factor")
    assert client.get(reverse("people:second_factor")).status_code == 200
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    secret = client.session["mfa.totp.secret"]
    done = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert done["Location"] == reverse("mfa_view_recovery_codes")
    assert client.get(reverse("people:second_factor"))["Location"] != reverse("people:second_factor")
    person = Person.objects.get(email="cleo@example.org")
    assert not queries.roles_waiting(make.viewer_of(person))
    assert client.get(reverse("people:account")).status_code == 200, "setting it up must not sign the person out"


def test_second_factor_ends_sessions_that_had_only_the_password(client: WebClient) -> None:
    person = make.make_member(Role.COORDINATOR, password=make.PASSWORD)
    thief = WebClient()
    sign_in(thief, person)
    sign_in(client, person)
    client.get(reverse("mfa_activate_totp"))
    client.post(reverse("mfa_activate_totp"), {"code": code_of(client.session["mfa.totp.secret"])})
    assert client.get(reverse("people:account")).status_code == 200
    assert thief.get(reverse("people:account")).status_code == 302


def test_administrator_without_second_factor_is_guided_not_refused(client: WebClient) -> None:
    person = make.make_member(Role.ADMINISTRATOR, password=make.PASSWORD)
    sign_in(client, person)
    assert client.get(reverse("people:manage"))["Location"] == reverse("people:second_factor")


def test_administrator_with_second_factor_opens_manage(client: WebClient) -> None:
    person = make.make_member(Role.ADMINISTRATOR, password=make.PASSWORD)
    secret = make.give_second_factor(person)
    assert sign_in(client, person, secret)["Location"] == reverse("people:start")
    assert client.get(reverse("people:start"))["Location"] == reverse("people:manage")
    assert client.get(reverse("people:manage")).status_code == 200


def test_a_password_alone_does_not_pass_where_a_second_factor_is_set_up(client: WebClient) -> None:
    person = make.make_member(Role.ADMINISTRATOR, password=make.PASSWORD)
    make.give_second_factor(person)
    sign_in(client, person)
    assert client.get(reverse("people:account")).status_code == 302
    assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200


def test_member_is_refused_with_a_reason(client: WebClient) -> None:
    person = make.make_member(Role.MEMBER, password=make.PASSWORD)
    sign_in(client, person)
    page = client.get(reverse("people:manage"))
    assert page.status_code == 403
    assert "Only an administrator" in page.content.decode()


def test_second_factor_is_encrypted_at_rest() -> None:
    person = make.make_member(Role.ADMINISTRATOR)
    secret = make.give_second_factor(person)
    stored = Authenticator.objects.get(user=person).data["secret"]
    assert secret not in stored
    assert decrypt(stored) == secret


def test_sessions_are_sealed_at_rest(client: WebClient) -> None:
    link = invite()
    client.get(link)
    token = link.rstrip("/").rsplit("/", 1)[-1]
    row = Session.objects.get()
    assert token not in row.session_data
    with override_settings(SESSION_SERIALIZER="django.contrib.sessions.serializers.JSONSerializer"):
        assert "invitation" not in row.get_decoded()
    assert row.get_decoded()["invitation"] == token


def test_end_of_membership_ends_sessions(client: WebClient) -> None:
    person = make.make_member(Role.MEMBER, password=make.PASSWORD)
    sign_in(client, person)
    administrator = make.viewer_of(make.make_member(Role.ADMINISTRATOR))
    make.make_member(Role.ADMINISTRATOR)
    with as_viewer(administrator):
        actions.end_membership(administrator, person.memberships.get().pk)
    assert client.get(reverse("people:account")).status_code == 302


def test_last_second_factor_stays_while_the_work_needs_it(client: WebClient) -> None:
    person = make.make_member(Role.ADMINISTRATOR, password=make.PASSWORD)
    sign_in(client, person, make.give_second_factor(person))
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists()


def test_password_reset_link_ignores_the_host_header(client: WebClient) -> None:
    person = make.make_member(password=make.PASSWORD)
    client.post(reverse("account_reset_password"), {"email": person.email}, headers={"host": "evil.example"})
    assert "evil.example" not in mail.outbox[-1].body
    assert settings.CONFIG.url in mail.outbox[-1].body


def test_password_reset_writes_to_nobody_unknown_and_looks_the_same(client: WebClient) -> None:
    known = make.make_member(password=make.PASSWORD)
    answers = [
        client.post(reverse("account_reset_password"), {"email": email}) for email in (known.email, "no@example.org")
    ]
    assert [answer["Location"] for answer in answers] == [reverse("account_reset_password_done")] * 2
    assert len(mail.outbox) == 1


def test_sign_up_is_closed(client: WebClient) -> None:
    client.post(reverse("account_signup"), {"email": "x@example.org", "password1": "a" * 20, "password2": "a" * 20})
    assert not Person.objects.exists()


def test_sign_in_is_limited(client: WebClient) -> None:
    person = make.make_member(password=make.PASSWORD)
    for _ in range(12):
        client.post(reverse("account_login"), {"login": person.email, "password": "wrong-wrong-wrong"})
    sign_in(client, person)
    assert "_auth_user_id" not in client.session


def test_a_changed_address_counts_only_after_its_link(client: WebClient) -> None:
    """Otherwise somebody could take an address and wait for the invitation that is meant for its owner."""
    person = make.make_member(password=make.PASSWORD)
    sign_in(client, person)
    wanted = "owner@example.org"
    client.post(reverse("account_email"), {"action_add": "", "email": wanted})
    client.post(reverse("account_email"), {"action_primary": "", "email": wanted})
    person.refresh_from_db()
    assert person.email != wanted
    found = re.search(rf"{settings.CONFIG.url}(/\S+)", str(mail.outbox[-1].body))
    assert found
    client.post(found[1])
    person.refresh_from_db()
    assert person.email == wanted


@override_settings(
    SESSION_COOKIE_NAME="__Host-session",
    CSRF_COOKIE_NAME="__Host-csrf",
    SESSION_COOKIE_SECURE=True,
    CSRF_COOKIE_SECURE=True,
)
def test_signing_in_works_with_the_cookies_of_an_encrypted_node() -> None:
    """Behind TLS they have other names; nothing may ask for the old ones."""
    person = make.make_member(password=make.PASSWORD)
    client = WebClient(enforce_csrf_checks=True)
    client.get(reverse("account_login"), secure=True)
    token = client.cookies["__Host-csrf"].value
    data = {"login": person.email, "password": make.PASSWORD, "csrfmiddlewaretoken": token}
    client.post(reverse("account_login"), data, secure=True, headers={"referer": "https://testserver/"})
    assert client.get(reverse("people:account"), secure=True).status_code == 200
    for name in ("__Host-session", "__Host-csrf"):
        cookie = client.cookies[name]
        assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
