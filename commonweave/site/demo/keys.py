"""The keys of the demonstration: every organisation with a team has one, and all its readers hold it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nacl.public import PrivateKey

from commonweave.base.viewer import SYSTEM
from commonweave.people import locks
from commonweave.people.actions.proposals import write_fingerprint
from commonweave.people.models import HeldKey, MemberKey, MemberLock, Membership, OrganisationKey
from commonweave.site.demo.signing_in import PASSWORD

if TYPE_CHECKING:
    from datetime import date

    from commonweave.people.models import Organisation, Person


def make(bodies: list[Organisation], since: date) -> None:
    """Make them. The passphrase is the printed password, so it is stretched as little as possible."""
    reading = Membership.objects.filter(team__isnull=False).select_related("person", "organisation")
    publics = _own({row.person for row in reading}, since)
    for body in bodies:
        private = PrivateKey.generate()
        key = OrganisationKey(
            organisation=body, public=bytes(private.public_key), made_on=since, approved_on=since, founding=True
        )
        key.save(force_insert=True)
        HeldKey.objects.bulk_create(
            HeldKey(key=key, person=row.person, wrapped=locks.wrap(private, publics[row.person]))
            for row in reading
            if row.organisation_id == body.pk
        )
        write_fingerprint(SYSTEM, key)


def _own(people: set[Person], since: date) -> dict[Person, bytes]:
    publics, rows = {}, []
    for person in people:
        private = PrivateKey.generate()
        publics[person] = bytes(private.public_key)
        locked = locks.lock(private, PASSWORD, locks.draw_code(), locks.CHEAPEST)
        rows.append(MemberLock.of(person, locked))
    MemberKey.objects.bulk_create(
        MemberKey(person=person, public=public, made_on=since) for person, public in publics.items()
    )
    MemberLock.objects.bulk_create(rows)
    return publics
