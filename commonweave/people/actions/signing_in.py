"""What people change about how they sign in: kept in the journal, and told to them by mail."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commonweave.base import journal
from commonweave.base.viewer import Viewer, tell_database
from commonweave.people import queries

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from allauth.mfa.models import Authenticator
    from django.utils.functional import _StrPromise

    from commonweave.people.models import Person

TOLD: dict[str, _StrPromise] = {
    "password.changed": gettext_lazy("The password of your account was changed."),
    "password.reset": gettext_lazy("A new password was chosen for your account, through a link sent to this address."),
    "address.changed": gettext_lazy("The address of your account was changed. It is no longer this one."),
    "app.added": gettext_lazy("An app that shows codes was added to your account."),
    "app.removed": gettext_lazy("The app that shows codes was removed from your account."),
    "passkey.added": gettext_lazy("A passkey or security key was added to your account."),
    "passkey.removed": gettext_lazy("A passkey or security key was removed from your account."),
    "recovery_codes.made": gettext_lazy("New recovery codes were made for your account. The old ones no longer work."),
}
"""Each verb of the journal, and what the person reads."""

LAST_STEP = "last_step"


@contextlib.contextmanager
def as_person(viewer: Viewer, person: UUID) -> Iterator[Viewer]:
    """Let the database know whose row this is about: a link from a mail is opened signed out, or as somebody else.

    Whoever calls this has just checked that link. Where it raises, the transaction is lost anyway.
    """
    if viewer.person == person:
        yield viewer
        return
    shown = Viewer(person=person)
    tell_database(shown)
    yield shown
    tell_database(viewer)


@transaction.atomic
def tell_change(viewer: Viewer, person: Person, verb: str, *, address: str = "") -> None:
    """Note a change in the journal and write to the person, at the address that held before the change."""
    with as_person(viewer, person.pk) as shown:
        journal.write(shown, verb, kind="person", subject=person.pk)
    with translation.override(person.language or translation.get_language()):
        text = render_to_string("people/mail/sign_in_changed.txt", {"told": TOLD[verb], "node": settings.CONFIG.url})
        send_mail(_("How you sign in was changed"), text, None, [address or person.email])


@transaction.atomic
def use_code(authenticator: Authenticator, code: str) -> bool:
    """Say whether an app's code is right and newer than the last one used, and keep it (RFC 6238, 5.2: once only).

    Kept in the database under a lock, since each process has a cache of its own.
    """
    row = queries.locked_authenticator(authenticator.pk)
    step = _step(decrypt(row.data["secret"]), code, after=row.data.get(LAST_STEP, 0))
    if step is None:
        return False
    row.data[LAST_STEP] = step
    row.save(update_fields=["data"])
    return True


def _step(secret: str, code: str, *, after: int) -> int | None:
    """Return the time step that a code belongs to, of those that are near enough and later than `after`."""
    for step in totp.yield_hotp_counters_from_time():
        if step > after and compare_user_code(
            actual=code, expected=totp.format_hotp_value(totp.hotp_value(secret, step))
        ):
            return int(step)
    return None
