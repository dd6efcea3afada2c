"""How tests get a client whose session was opened with a second factor, without the second it takes to sign in."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from allauth.account.internal.flows import login

from commonweave.base.tests.roles import WebClient
from commonweave.people.tests.factories import give_second_factor, make_member

if TYPE_CHECKING:
    from commonweave.people.models import Person


def sign_in(person: Person, *methods: str, at: float | None = None) -> WebClient:
    """Return a client in which this person proved who they are just now: with a password and a code, unless said."""
    client = WebClient()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": method, "at": at or time.time()} for method in methods or ("password", "mfa")
    ]
    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(person.pk)
    session.save()
    return client


def client_as(role: str) -> WebClient:
    """Return a client of somebody new with this role in some organisation."""
    person = make_member(role)
    give_second_factor(person)
    return sign_in(person)
