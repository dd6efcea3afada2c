"""Questions about keys: which are held, by whom, and what a signed-in member may open with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection
from django.http import Http404

from commonweave.people import queries
from commonweave.people.locks import WrongKey, spoken, unwrap
from commonweave.people.models import Credential, HeldKey, MemberKey, MemberLock, OrganisationKey, Person, Right

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from django.db.models import QuerySet
    from nacl.public import PrivateKey

    from commonweave.base.viewer import Viewer
    from commonweave.people.locks import Lock

Ring = dict[str, "PrivateKey"]
"""Private keys by the names under which envelopes are wrapped for them."""


@dataclass(frozen=True)
class IntakeKey:
    """The key of an organisation that reports are sealed to now."""

    organisation: UUID
    pk: UUID
    public: bytes

    @property
    def name(self) -> str:
        """The recipient's name in an envelope."""
        return str(self.pk)


def intake_keys() -> dict[UUID, IntakeKey]:
    """Return, per organisation, the approved key that somebody holds and whose fingerprint stands in the journal."""
    with connection.cursor() as cursor:
        cursor.execute("select organisation, key, public from people_intake_keys()")
        return {body: IntakeKey(body, pk, bytes(public)) for body, pk, public in cursor.fetchall()}


def own_lock(viewer: Viewer) -> Lock | None:
    """Return the viewer's own locked key, or None before there is one."""
    row = MemberLock.objects.filter(person=viewer.person).first() if viewer.person else None
    return row.lock() if row else None


def own_public(viewer: Viewer) -> bytes | None:
    """Return the viewer's own public key."""
    row = MemberKey.objects.filter(person=viewer.person).first() if viewer.person else None
    return bytes(row.public) if row else None


def keys_for(viewer: Viewer) -> QuerySet[OrganisationKey]:
    """Return every organisation's keys: public keys are public, and so is when they were made and retired."""
    del viewer
    return OrganisationKey.objects.select_related("organisation", "made_by")


def get_key(viewer: Viewer, pk: UUID) -> OrganisationKey:
    """Return one organisation's key, or 404."""
    found = keys_for(viewer).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def reading_organisations(viewer: Viewer) -> frozenset[UUID]:
    """Return the organisations for whose teams the viewer reads (with a second factor in this session)."""
    rows = queries.teams_for(viewer).filter(pk__in=viewer.teams)
    return frozenset(rows.values_list("organisation_id", flat=True))


def ring_of(viewer: Viewer, private: PrivateKey) -> Ring:
    """Return every organisation key the viewer holds, opened; each is checked against its public half.

    A wrapped key that does not open, or is not what it says, is left out: it opens nothing.
    """
    ring: Ring = {}
    for held in HeldKey.objects.filter(person=viewer.person).select_related("key"):
        try:
            ring[str(held.key_id)] = unwrap(bytes(held.wrapped), private, bytes(held.key.public))
        except WrongKey:
            continue
    return ring


@dataclass(frozen=True)
class Colleague:
    """Somebody who reads for an organisation, and how they stand to its key. `public` is their own, b"" before there is one."""

    person: Person
    public: bytes
    holds: bool
    program: bool = False

    @property
    def has_key(self) -> bool:
        """Whether they have a key of their own to which another can be given."""
        return bool(self.public)

    @property
    def fingerprint(self) -> str:
        """What they read out before they are given anything."""
        return spoken(self.public) if self.public else ""


def colleagues(viewer: Viewer, key: OrganisationKey) -> list[Colleague]:
    """Return who reads for the key's organisation today, by name; of its programs those that may open."""
    programs = dict(Credential.objects.filter(organisation=key.organisation_id).values_list("person_id", "rights"))
    reading = queries.current_memberships(viewer, key.organisation_id).filter(team__isnull=False)
    people = {row.person_id: row.person for row in reading}
    publics = publics_of(viewer, list(people))
    holding = set(HeldKey.objects.filter(key=key).values_list("person_id", flat=True))
    return [
        Colleague(person, publics.get(pk, b""), pk in holding, program=pk in programs)
        for pk, person in people.items()
        if Right.OPEN in programs.get(pk, (Right.OPEN,))
    ]


def publics_of(viewer: Viewer, people: list[UUID]) -> Mapping[UUID, bytes]:
    """Return the public keys of colleagues."""
    del viewer
    return {row.person_id: bytes(row.public) for row in MemberKey.objects.filter(person__in=people)}


def holders(viewer: Viewer, key: OrganisationKey) -> set[UUID]:
    """Return the people who hold a key; a program that holds it, too, replaces nobody."""
    del viewer
    rows = _held_by_people().filter(key=key)
    return set(rows.values_list("person_id", flat=True))


def _held_by_people() -> QuerySet[HeldKey]:
    return HeldKey.objects.exclude(person__in=Credential.objects.values("person_id"))


def reads_for(viewer: Viewer, person: UUID, organisation: UUID) -> bool:
    """Say whether somebody reads reports for an organisation today."""
    rows = queries.current_memberships(viewer, organisation)
    return rows.filter(person=person, team__isnull=False).exists()


def held_names(viewer: Viewer) -> dict[str, UUID]:
    """Return the names in envelopes of every key that some person holds, each with its organisation; retired ones too."""
    rows = keys_for(viewer).filter(approved_on__isnull=False, held__in=_held_by_people())
    return {str(pk): body for pk, body in rows.values_list("pk", "organisation_id")}


def retired_names(viewer: Viewer) -> dict[str, UUID]:
    """Return the names in envelopes of every key that was retired, each with its organisation."""
    rows = keys_for(viewer).exclude(retired_on=None).values_list("pk", "organisation_id")
    return {str(pk): body for pk, body in rows}
