"""Whoever changes how somebody signs in leaves a trace in the journal, and that person hears of it by mail."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import TYPE_CHECKING

import allauth
import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.urls import reverse

from commonweave.base.models import JournalEntry
from commonweave.base.tests.roles import WebClient
from commonweave.people import actions, sign_in
from commonweave.people.actions.signing_in import TOLD
from commonweave.people.models import Person
from commonweave.people.tests import factories as make

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.django_db
NEW = "another-correct-horse-staple"


@pytest.fixture(autouse=True)
def _no_attempts_counted() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def person() -> Person:
    return make.make_member(password=make.PASSWORD)


def signed_in(person: Person, secret: str = "", *, ago: int = 0) -> WebClient:
    """Sign in; with an app, by the code it showed so many half minutes ago."""
    client = WebClient()
    client.post(reverse("account_login"), {"login": person.email, "password": make.PASSWORD})
    if secret:
        client.post(reverse("mfa_authenticate"), {"code": code(secret, ago)})
    assert client.get(reverse("people:account")).status_code == 200
    return client


def code(secret: str, ago: int = 0) -> str:
    return str(totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 - ago)))


def link() -> str:
    found = re.search(rf"{settings.CONFIG.url}(/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def is_told(person: Person, verb: str, address: str = "") -> bool:
    """Say whether exactly this change was journalled in the person's name, and told at this address alone."""
    entries = JournalEntry.objects.filter(kind="person").values_list("verb", "actor", "subject", "facts")
    told = [message for message in mail.outbox if str(TOLD[verb]) in str(message.body)]
    assert not any(word in str(message.body) for message in told for word in ("127.0.0.1", "testclient"))
    assert all(message.subject == "How you sign in was changed" for message in told)
    return list(entries) == [(verb, person.pk, person.pk, {})] and [message.to for message in told] == [
        [address or person.email]
    ]


def test_a_changed_password_is_told(person: Person) -> None:
    """A thief who changes it must not have days before its owner notices."""
    data = {"oldpassword": make.PASSWORD, "password1": NEW, "password2": NEW}
    signed_in(person).post(reverse("account_change_password"), data)
    person.refresh_from_db()
    assert person.check_password(NEW)
    assert is_told(person, "password.changed")


@pytest.mark.parametrize("opened_by", ["nobody", "somebody else", "themselves"])
def test_a_new_password_by_link_is_told(person: Person, opened_by: str) -> None:
    """Whoever reads the mailbox can take the account; a shared computer may be signed in as somebody else."""
    other = make.make_member(password=make.PASSWORD)
    clients = {"nobody": WebClient(), "somebody else": signed_in(other), "themselves": signed_in(person)}
    client = clients[opened_by]
    client.post(reverse("account_reset_password"), {"email": person.email})
    form = client.get(link())["Location"]
    client.post(form, {"password1": NEW, "password2": NEW})
    person.refresh_from_db()
    other.refresh_from_db()
    assert person.check_password(NEW)
    assert other.check_password(make.PASSWORD)
    assert is_told(person, "password.reset")


@pytest.mark.parametrize("opened_by", ["nobody", "somebody else", "themselves"])
def test_a_changed_address_is_told_at_the_old_one(person: Person, opened_by: str) -> None:
    """The new one may be the thief's."""
    old, client = person.email, signed_in(person)
    client.post(reverse("account_email"), {"action_add": "", "email": "new@example.org"})
    other = make.make_member(password=make.PASSWORD)
    clients = {"nobody": WebClient(), "somebody else": signed_in(other), "themselves": client}
    clients[opened_by].post(link())
    person.refresh_from_db()
    assert person.email == "new@example.org"
    assert EmailAddress.objects.get(user=person).verified
    assert is_told(person, "address.changed", old)


def test_choosing_the_same_address_again_is_no_change(person: Person) -> None:
    signed_in(person).post(reverse("account_email"), {"action_primary": "", "email": person.email})
    assert not JournalEntry.objects.filter(kind="person").exists()
    assert not mail.outbox


def test_an_added_app_is_told_and_its_first_code_opens_nothing_else(person: Person) -> None:
    """Who looked over a shoulder while it was set up has seen a code that was used."""
    client = signed_in(person)
    client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]
    client.post(reverse("mfa_activate_totp"), {"code": code(secret)})
    assert is_told(person, "app.added")
    assert client.get(reverse("people:account")).status_code == 200
    assert not opens(person, code(secret))


def test_a_removed_app_is_told(person: Person) -> None:
    secret = make.give_second_factor(person)
    signed_in(person, secret).post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=person).exists()
    assert is_told(person, "app.removed")


def test_a_removed_passkey_is_told(person: Person) -> None:
    client = signed_in(person)
    data = {"name": "Key", "credential": {}}
    key = Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data=data)
    client.post(reverse("mfa_remove_webauthn", args=[key.pk]))
    assert not Authenticator.objects.filter(user=person).exists()
    assert is_told(person, "passkey.removed")


def test_new_recovery_codes_are_told(person: Person) -> None:
    secret = make.give_second_factor(person)
    signed_in(person, secret).post(reverse("mfa_generate_recovery_codes"))
    assert Authenticator.objects.filter(user=person, type=Authenticator.Type.RECOVERY_CODES).exists()
    assert is_told(person, "recovery_codes.made")


def test_it_is_told_in_the_persons_own_language(person: Person) -> None:
    """A thief's browser may speak another one."""
    Person.objects.filter(pk=person.pk).update(language="fr")
    person.refresh_from_db()
    actions.tell_change(make.viewer_of(person), person, "password.changed")
    assert "mot de passe" in str(mail.outbox[0].body)


def test_every_notice_of_the_library_is_told_or_left_out_on_purpose() -> None:
    """A newer version may bring a change that nobody hears of."""
    package = Path(allauth.__file__).parent
    files = [*package.glob("account/**/*.py"), *package.glob("mfa/**/*.py")]
    sent = {
        prefix
        for file in files
        for prefix in re.findall(r"send_notification_mail\(\s*\"([\w/]+)\"", file.read_text(encoding="utf-8"))
    }
    assert sent == set(sign_in.CHANGES) | sign_in.TOLD_HERE | sign_in.UNTOLD
    pages = {sign_in.ActivateApp.verb, sign_in.AddPasskey.verb, "recovery_codes.made"}
    assert set(TOLD) == {*sign_in.CHANGES.values(), *pages}


def opens(person: Person, code: str) -> bool:
    """Say whether a code signs somebody in, in another process, which has a cache of its own."""
    cache.clear()
    client = WebClient()
    client.post(reverse("account_login"), {"login": person.email, "password": make.PASSWORD})
    client.post(reverse("mfa_authenticate"), {"code": code})
    return "_auth_user_id" in client.session


def test_a_code_opens_once_in_every_process(person: Person) -> None:
    """Somebody who saw it typed has 90 seconds to type it elsewhere."""
    secret = make.give_second_factor(person)
    seen = code(secret)
    assert opens(person, seen)
    assert not opens(person, seen)
    assert not opens(person, code(secret, ago=1)), "nor one that is older than the last"
    assert opens(person, code(secret, ago=-1)), "the app's next one does"


def test_a_used_code_proves_nothing_again(person: Person) -> None:
    """The page that asks once more before something important takes a new code, too."""
    secret = make.give_second_factor(person)
    client = signed_in(person, secret)
    cache.clear()
    before = client.session["account_authentication_methods"]
    client.post(reverse("mfa_reauthenticate"), {"code": code(secret)})
    assert client.session["account_authentication_methods"] == before
    client.post(reverse("mfa_reauthenticate"), {"code": code(secret, ago=-1)})
    assert client.session["account_authentication_methods"] != before


def test_used_codes_do_not_make_attempts_forgotten(person: Person) -> None:
    """Else a code that was seen would open the way to guess the next one without end."""
    secret = make.give_second_factor(person)
    assert opens(person, code(secret))
    cache.clear()
    client = WebClient()
    client.post(reverse("account_login"), {"login": person.email, "password": make.PASSWORD})
    for guess in ("000000", code(secret)) * 6:
        client.post(reverse("mfa_authenticate"), {"code": guess})
    client.post(reverse("mfa_authenticate"), {"code": code(secret, ago=-1)})
    assert "_auth_user_id" not in client.session, "even the right one comes too late"


def test_a_recovery_code_opens_once(person: Person) -> None:
    make.give_second_factor(person)
    codes = Authenticator.objects.create(
        user=person,
        type=Authenticator.Type.RECOVERY_CODES,
        data={"seed": sign_in.SecondFactorAdapter().encrypt("00" * 20), "used_mask": 0},
    )
    first = codes.wrap().get_unused_codes()[0]
    assert opens(person, first)
    assert not opens(person, first)


@pytest.mark.django_db(transaction=True)
def test_a_code_typed_in_several_places_at_once_opens_once() -> None:
    """Two processes that look before either of them wrote would both let it pass."""
    person = make.make_member()
    seen = code(make.give_second_factor(person))
    factor = Authenticator.objects.get(user=person)
    ready = Barrier(4)

    def type_it(_number: int) -> bool:
        try:
            connection.ensure_connection()
            ready.wait(20)
            return actions.use_code(factor, seen)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(type_it, range(4))) == 1
