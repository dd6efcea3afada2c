"""An unsealed session: the member's private key lies in the session under a key that only a cookie holds.

Whoever has the database, its backups and the node's secret still lacks the cookie; whoever has the cookie alone lacks
the session. Signing out, or closing the browser, ends it.
"""

from __future__ import annotations

import secrets
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.conf import settings
from django.shortcuts import redirect
from django.urls import reverse
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey
from nacl.secret import SecretBox

from commonweave.people.locks import Cost, WrongKey
from commonweave.people.queries import keys

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from commonweave.base.viewer import Viewer, ViewerRequest
    from commonweave.people.queries.keys import Ring

ENTRY = "unsealed"


def cost() -> Cost:
    """Return what a try at a passphrase costs, as measured when this node was installed."""
    return Cost(*settings.UNSEALING_COST) if settings.UNSEALING_COST else Cost()


def cookie_name() -> str:
    """Return the cookie's name: with https, one that browsers take from this host alone."""
    return "__Host-unsealing" if settings.SESSION_COOKIE_SECURE else "unsealing"


def unseal_session(request: HttpRequest, response: HttpResponse, private: PrivateKey) -> None:
    """Keep the private key for this session."""
    half = secrets.token_bytes(SecretBox.KEY_SIZE)
    request.session[ENTRY] = b64encode(SecretBox(half).encrypt(bytes(private))).decode("ascii")
    response.set_cookie(
        cookie_name(),
        urlsafe_b64encode(half).decode("ascii"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def seal_session(request: HttpRequest, response: HttpResponse) -> None:
    """Forget the private key now."""
    request.session.pop(ENTRY, None)
    response.delete_cookie(cookie_name(), samesite="Strict")


def check_own(viewer: Viewer, private: PrivateKey) -> PrivateKey:
    """Return a private key if it belongs to the viewer's public key of today. Raises WrongKey.

    A session that was unsealed before its owner began anew elsewhere still has the old one.
    """
    if keys.own_public(viewer) != bytes(private.public_key):
        raise WrongKey
    return private


def private_of(request: ViewerRequest) -> PrivateKey | None:
    """Return the private key of an unsealed session, or None."""
    kept, half = request.session.get(ENTRY), request.COOKIES.get(cookie_name())
    if not kept or not half:
        return None
    try:
        private = PrivateKey(SecretBox(urlsafe_b64decode(half)).decrypt(b64decode(kept)))
        return check_own(request.viewer, private)
    except (CryptoError, ValueError, TypeError, WrongKey):
        return None


def ask_first(back: str) -> HttpResponse:
    """Send somebody to their passphrase, and from there to an address of this site."""
    return redirect(f"{reverse('people:unseal')}?{urlencode({'next': back})}")


def ring_of(request: ViewerRequest) -> Ring | None:
    """Return the keys the viewer holds, or None while the session is sealed."""
    private = private_of(request)
    return keys.ring_of(request.viewer, private) if private else None
