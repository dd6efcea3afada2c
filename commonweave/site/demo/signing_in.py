"""How to sign in to a demonstration: one password for all, and second factors that this node alone can compute."""

from __future__ import annotations

import base64
import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings

from commonweave.people.actions.signing_in import LAST_STEP
from commonweave.people.models import Demonstration, Membership, OrganisationKind, Person, Role
from commonweave.places.atlas import atlas

PASSWORD = "Weave-the-cloth-2026"  # noqa: S105 - printed with every demonstration, and of use in none but that
PERIOD = 30  # seconds, RFC 6238
SECRET_BYTES = 20  # RFC 4226, section 4
SHOWN = (
    "reader.leeds-support",
    "reader.open-door-leeds",
    "reader.west-police",
    "reader.england-police",
    "reader.tirana-support",
    "reader.mississauga-support",
    "reader.lilongwe-support",
    "reader.upper-shire-peace",
    "coordinator.leeds",
    "coordinator.uk",
    "coordinator.albania",
    "coordinator.canada",
    "coordinator.malawi",
    "admin.leeds",
    "admin.northern-bridges",
    "admin.lilongwe",
    "admin.peel",
    "admin.library",
    "member.research",
    "member.harehills-table",
)
"""Whom `sign_ins` names; every other team has its reader too."""

WORDS = {
    Role.READER: "reads reports",
    Role.COORDINATOR: "coordinator",
    Role.ADMINISTRATOR: "administrator",
    Role.MEMBER: "member",
}


def secret_of(email: str) -> str:
    """Return the second factor's secret of a demonstration person (base32), from the node's own secret."""
    return base64.b32encode(settings.CONFIG.derive(f"demonstration-second-factor:{email}")[:SECRET_BYTES]).decode()


def current_code(email: str, at: float | None = None) -> str:
    """Return the code that signs this person in now, or "" for anybody who is not of a demonstration."""
    person = Person.objects.filter(email=email.strip().lower(), demonstration__isnull=False).first()
    if person is None or not Demonstration.objects.exists():
        return ""
    step = int(time.time() if at is None else at) // PERIOD
    app = Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).first()
    if app is not None and app.data.get(LAST_STEP) == step:
        step += 1  # each opens once; the next one is taken already, as from a clock that is a little fast
    return str(format_hotp_value(hotp_value(secret_of(person.email), step)))


def sign_ins() -> list[tuple[str, str, str]]:
    """Return (what they do, address, place) of a few people worth trying, in the order of SHOWN."""
    wanted = [f"{name}@demo.invalid" for name in SHOWN]
    rows = Membership.objects.filter(person__email__in=wanted, person__demonstration__isnull=False).select_related(
        "person", "organisation", "team"
    )
    found = {row.person.email: row for row in rows}
    return [_sign_in(found[email]) for email in wanted if email in found]


def _sign_in(row: Membership) -> tuple[str, str, str]:
    words = WORDS[Role(row.role)]
    if row.organisation.kind == OrganisationKind.RESEARCH:
        words += " (holds the library of what works)"
    if row.team:
        words += f" ({row.team.names.say('en').removesuffix(' (example)')})"
    spot = atlas().by_id(row.organisation.place_id)
    return words, row.person.email, spot.names.say("en") if spot else ""
