"""How allauth behaves here: accounts come from invitations, and addresses never tell whether one exists."""

from __future__ import annotations

import time
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.urls import reverse
from nacl.secret import SecretBox

from commonweave.base.gate.networks import address_of
from commonweave.base.viewer import Viewer
from commonweave.people import actions, queries

if TYPE_CHECKING:
    from allauth.account.models import EmailAddress, EmailConfirmation
    from django.http import HttpRequest, HttpResponse

    from commonweave.base.viewer import ViewerRequest
    from commonweave.people.models import Person

CHANGES = {
    "account/email/password_changed": "password.changed",
    "account/email/password_set": "password.changed",
    "account/email/password_reset": "password.reset",
    "account/email/email_changed": "address.changed",
    "mfa/email/totp_deactivated": "app.removed",
    "mfa/email/webauthn_removed": "passkey.removed",
}
"""Which of allauth's notices is told under which verb."""

TOLD_HERE = frozenset({"mfa/email/totp_activated", "mfa/email/webauthn_added", "mfa/email/recovery_codes_generated"})
"""Those that allauth sends only after the transaction; the pages below tell them inside it."""

UNTOLD = frozenset({"account/email/email_deleted"})
"""An address that was asked for and never counted."""

OWN_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def used_second_factor(request: HttpRequest) -> bool:
    """Say whether this session was opened with a second factor, not merely whether the person owns one."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


def record_sign_in(request: HttpRequest, person: Person) -> None:
    """Note that the person proved who they are in this session, so that a second factor can be set up at once."""
    record_authentication(request, person, method="password", email=person.email)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up without an invitation; links in mails carry the node's address, never the request's."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Answer no: an invitation makes the account."""
        del request
        return False

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Ask for the password again only when the last proof in this session is older than a few minutes."""
        del app
        records = get_authentication_records(self.request, self.request.user)
        newest = max((record["at"] for record in records), default=0.0)
        return time.time() - newest > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT

    def get_client_ip(self, request: HttpRequest) -> str:
        """Count attempts by the address that the trusted proxies tell; where they tell none, by who is connected."""
        return address_of(request) or request.META.get("REMOTE_ADDR", "") or "unknown"

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Go to the page that knows where this person's work begins."""
        del request
        return reverse("people:start")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Build the link from the node's fixed address: a forged Host header must not receive the key."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return str(settings.CONFIG.url) + path.replace("UID-KEY", key)

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: EmailConfirmation) -> str:
        """Build the link from the node's fixed address."""
        del request
        return str(settings.CONFIG.url) + reverse("account_confirm_email", args=[emailconfirmation.key])

    def set_password(self, user: Person, password: str) -> None:
        """Change this one column: the pages' role may not write the others."""
        user.set_password(password)
        with actions.as_person(self.request.viewer, user.pk):
            user.save(update_fields=["password"])

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Let an address count whose link was opened, also where nobody is signed in."""
        viewer: Viewer = request.viewer  # type: ignore[attr-defined]  # set by the middleware
        with actions.as_person(viewer, email_address.user_id):
            return bool(super().confirm_email(request, email_address))

    def send_notification_mail(
        self, template_prefix: str, user: Person, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Note a change in the journal, and tell the person in our words: allauth's would say from which machine."""
        if context and "to_email" in context and context["to_email"] == context.get("from_email"):
            return  # the same address was chosen again
        if verb := CHANGES.get(template_prefix):
            actions.tell_change(self.request.viewer, user, verb, address=email or "")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send allauth's mails without the request: neither its host nor its address belongs into one."""
        self.render_mail(template_prefix, email, {**context, "email": email, "node": settings.CONFIG.url}).send()


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors are encrypted at rest under a key of their own."""

    def encrypt(self, text: str) -> str:
        """Seal a secret (XSalsa20-Poly1305, random nonce in front), as base64 text."""
        return b64encode(_box().encrypt(text.encode())).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open what `encrypt` made."""
        return _box().decrypt(b64decode(encrypted_text)).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Keep the last second factor of somebody whose work needs one."""
        if authenticator.type not in OWN_FACTORS:
            return True
        if queries.has_another_factor(authenticator, OWN_FACTORS):
            return True
        return not queries.roles_waiting(Viewer(person=authenticator.user_id))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Bind passkeys to the node's fixed address."""
        host = urlsplit(settings.CONFIG.url).hostname or "localhost"
        return {"id": host, "name": settings.MFA_TOTP_ISSUER}


def _box() -> SecretBox:
    return SecretBox(settings.CONFIG.derive("second-factor"))


class _SetUp:
    """After a second factor was set up, this session has used it, and every older session is over.

    An older session may be somebody's who only had the password.
    """

    request: ViewerRequest
    verb: str

    def form_valid(self, form: Any) -> HttpResponse:  # noqa: ANN401 allauth's forms are untyped
        """Let allauth store the factor, then note its use."""
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        person: Person = self.request.user
        actions.end_sessions(person.pk)
        person.refresh_from_db(fields=["sessions"])
        update_session_auth_hash(self.request, person)
        record_authentication(self.request, person, "mfa", set_up=True)
        actions.tell_change(self.request.viewer, person, self.verb)
        return response


class ActivateApp(_SetUp, ActivateTOTPView):  # type: ignore[misc]
    """Set up an app that shows codes."""

    verb = "app.added"

    def form_valid(self, form: Any) -> HttpResponse:  # noqa: ANN401 allauth's forms are untyped
        """Let the code that proved the app open nothing else."""
        response = super().form_valid(form)
        person = self.request.viewer.person
        for app in queries.factors_with_codes(person).filter(type=Authenticator.Type.TOTP):
            actions.use_code(app, form.cleaned_data["code"])
        return response


class AddPasskey(_SetUp, AddWebAuthnView):  # type: ignore[misc]
    """Add a passkey or security key."""

    verb = "passkey.added"


class MakeRecoveryCodes(GenerateRecoveryCodesView):  # type: ignore[misc]
    """Make new recovery codes in place of the old ones."""

    request: ViewerRequest

    def form_valid(self, form: Any) -> HttpResponse:  # noqa: ANN401 allauth's forms are untyped
        """Let allauth make them, and tell their owner."""
        response: HttpResponse = super().form_valid(form)
        actions.tell_change(self.request.viewer, self.request.user, "recovery_codes.made")
        return response
