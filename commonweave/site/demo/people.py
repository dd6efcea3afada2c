"""The people of the demonstration. The database ties each to the row that says that this is one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.hashers import make_password
from django.db.backends.postgresql.psycopg_any import DateRange

from commonweave.people.models import Membership, Person, Role
from commonweave.site.demo.signing_in import PASSWORD, secret_of

if TYPE_CHECKING:
    from datetime import date

    from commonweave.people.models import Demonstration, Organisation, Team

    Bodies = dict[str, tuple[Organisation, list[Team]]]


def make(entries: list[dict[str, Any]], bodies: Bodies, demonstration: Demonstration, since: date) -> dict[str, Person]:
    """Make the accounts, each with a second factor, and what they may do. Returns them by address."""
    hashed = make_password(PASSWORD)  # one for all: it is printed anyway, and hashing is slow on purpose
    people = {
        entry["email"]: Person(
            email=entry["email"],
            name=entry["name"],
            language=entry["language"],
            password=hashed,
            demonstration=demonstration,
        )
        for entry in entries
    }
    Person.objects.bulk_create(people.values())
    EmailAddress.objects.bulk_create(
        EmailAddress(user=person, email=person.email, verified=True, primary=True) for person in people.values()
    )
    for person in people.values():
        TOTP.activate(person, secret_of(person.email))
    Membership.objects.bulk_create(
        _membership(people[entry["email"]], role, bodies, since) for entry in entries for role in entry["roles"]
    )
    return people


def _membership(person: Person, said: dict[str, Any], bodies: Bodies, since: date) -> Membership:
    organisation, teams = bodies[said["organisation"]]
    return Membership(
        person=person,
        organisation=organisation,
        role=Role(said["role"]),
        team=teams[said["team"]] if "team" in said else None,
        during=DateRange(since, None),
        founding=True,
    )
