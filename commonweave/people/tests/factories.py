"""How tests make people, organisations and what holds between them in one line."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.db.backends.postgresql.psycopg_any import DateRange
from nacl.public import PrivateKey

from commonweave.base.sorting import sort_key
from commonweave.base.text import Text
from commonweave.base.viewer import SYSTEM
from commonweave.people import actions, queries
from commonweave.people.actions.proposals import write_fingerprint
from commonweave.people.models import Coverage, HeldKey, Membership, Organisation, OrganisationKey, Person, Role, Team
from commonweave.places.models import Place
from commonweave.places.tests.factories import make_place

if TYPE_CHECKING:
    from uuid import UUID

    from commonweave.base.viewer import Viewer
    from commonweave.people.queries.keys import Ring
    from commonweave.places.models import Area

_numbers = itertools.count(1)
PASSWORD = "correct-horse-battery-staple"
rings: dict[UUID, Ring] = {}
"""The private keys of organisations made here."""


def make_organisation(
    kind: str = "city_support",
    name: str = "",
    place: Place | None = None,
    **columns: Any,
) -> Organisation:
    """Make an organisation."""
    said = name or f"Body {next(_numbers)}"
    return Organisation.objects.create(
        names=Text.of(said),
        kind=kind,
        place=place or some_place(),
        sort_key=sort_key(said),
        **columns,
    )


def make_key(organisation: Organisation) -> OrganisationKey:
    """Give an organisation an approved key; `rings` remembers its private half.

    It is held by a reader who never signs in and to whom no mail goes.
    """
    if (there := OrganisationKey.objects.filter(organisation=organisation, retired_on=None).first()) is not None:
        return there
    private = PrivateKey.generate()
    key = OrganisationKey.objects.create(
        organisation=organisation,
        public=bytes(private.public_key),
        made_on=queries.today(),
        approved_on=queries.today(),
        founding=True,
    )
    team = Team.objects.filter(organisation=organisation).first() or make_team(organisation)
    holder = Person.objects.create(email=f"holder{next(_numbers)}@example.org", is_active=False)
    join(holder, organisation, Role.READER, team)
    HeldKey.objects.create(key=key, person=holder, wrapped=b"wrapped for somebody who never comes")
    write_fingerprint(SYSTEM, key)
    rings.setdefault(organisation.pk, {})[str(key.pk)] = private
    return key


def some_place() -> Place:
    """Return any place, making one if there is none."""
    return Place.objects.first() or Place.objects.get(pk=make_place().id)


def make_person(
    name: str = "",
    *,
    email: str = "",
    password: str | None = None,
    made_by: Person | None = None,
) -> Person:
    """Make an account."""
    number = next(_numbers)
    return actions.make_person(
        email=email or f"person{number}@example.org",
        name=name or f"Person {number}",
        password=password,
        made_by=made_by.pk if made_by else None,
    )


def join(
    person: Person,
    organisation: Organisation,
    role: str = Role.MEMBER,
    team: Team | None = None,
    *,
    granted_by: Person | None = None,
    since: date | None = None,
    until: date | None = None,
) -> Membership:
    """Put a person into an organisation, without asking anybody (founding)."""
    return Membership.objects.create(
        person=person,
        organisation=organisation,
        role=role,
        team=team,
        during=DateRange(since or queries.today() - timedelta(days=30), until),
        granted_by=granted_by,
        founding=True,
    )


def make_team(organisation: Organisation | None = None, name: str = "") -> Team:
    """Make a team of an organisation."""
    body = organisation or make_organisation()
    return Team.objects.create(
        organisation=body,
        kind=body.kind,
        names=Text.of(name or f"Team {next(_numbers)}"),
        founding=True,
    )


def make_coverage(
    team: Team,
    place: Place | None = None,
    area: Area | None = None,
    kinds: tuple[str, ...] = ("online", "happened", "neighbourhood"),
) -> Coverage:
    """Let a team cover a place or an area since a month ago."""
    return Coverage.objects.create(
        team=team,
        place=place if place or area else some_place(),
        area=area,
        report_kinds=list(kinds),
        during=DateRange(queries.today() - timedelta(days=30), None),
        founding=True,
    )


def make_member(
    role: str = Role.MEMBER,
    organisation: Organisation | None = None,
    team: Team | None = None,
    **facts: Any,
) -> Person:
    """Make a person with one membership."""
    person = make_person(**facts)
    join(person, organisation or (team.organisation if team else make_organisation()), role, team)
    return person


def viewer_of(person: Person, *, second_factor: bool = True) -> Viewer:
    """Return the Viewer of a signed-in person."""
    return queries.facts_about(person.pk, second_factor=second_factor)


def give_second_factor(person: Person) -> str:
    """Set up an app that shows codes; return its secret."""
    secret: str = totp.generate_totp_secret()
    totp.TOTP.activate(person, secret)
    assert Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists()
    return secret
