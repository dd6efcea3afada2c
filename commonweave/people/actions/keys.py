"""Keys: a member's own, an organisation's, and who holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from nacl.public import PrivateKey

from commonweave.base import journal
from commonweave.people import locks, queries, rules
from commonweave.people.actions.proposals import propose
from commonweave.people.models import HeldKey, MemberKey, MemberLock, OrganisationKey, ProposalVerb
from commonweave.people.queries import keys

if TYPE_CHECKING:
    from uuid import UUID

    from commonweave.base.viewer import Viewer
    from commonweave.people.locks import Cost
    from commonweave.people.models import Proposal
    from commonweave.people.queries.keys import Ring


@transaction.atomic
def make_own_key(viewer: Viewer, *, passphrase: str, cost: Cost) -> tuple[PrivateKey, str]:
    """Make the viewer's key pair; return its private half and the recovery code, which is shown once.

    Whoever had a pair and lost both ways to open it begins anew: what was wrapped for the old one is gone, and a
    colleague who holds the organisation's key gives it again.
    """
    person = queries.get_self(viewer)
    private = PrivateKey.generate()
    HeldKey.objects.filter(person=person).delete()
    _keep(MemberKey(person=person, public=bytes(private.public_key), made_on=queries.today()))
    code = lock_own_key(viewer, private, passphrase=passphrase, cost=cost)
    print_of_it = locks.fingerprint(bytes(private.public_key))
    journal.write(viewer, "key.own_made", kind="person", subject=person.pk, fingerprint=print_of_it)
    return private, code


@transaction.atomic
def lock_own_key(viewer: Viewer, private: PrivateKey, *, passphrase: str, cost: Cost) -> str:
    """Lock the viewer's private key under a new passphrase and a new recovery code; return the code."""
    person = queries.get_self(viewer)
    code = locks.draw_code()
    locked = locks.lock(private, passphrase, code, cost)
    _keep(MemberLock.of(person, locked))
    journal.write(viewer, "key.own_locked", kind="person", subject=person.pk)
    return code


def note_wrong_passphrases(viewer: Viewer) -> None:
    """Leave a trace that a passphrase was tried too often; the owner of the account may not know of it."""
    journal.write(viewer, "unsealing.tried_often", kind="person", subject=viewer.person)


def _keep(row: MemberKey | MemberLock) -> None:
    """Insert a row, or change the one that is there."""
    there = type(row)._default_manager.filter(pk=row.pk).exists()  # noqa: SLF001 public in Django
    row.save(force_insert=not there, force_update=there)


@transaction.atomic
def propose_key(viewer: Viewer, organisation: UUID, *, reason: str) -> Proposal:
    """Make a key for an organisation, held by the viewer alone; it counts once a second person elsewhere has agreed."""
    mine = keys.own_public(viewer)
    rules.may_make_key(viewer, reads=organisation in keys.reading_organisations(viewer), has_own=bool(mine)).enforce()
    private = PrivateKey.generate()
    key = OrganisationKey(
        organisation=queries.get_organisation(viewer, organisation),
        public=bytes(private.public_key),
        made_by=queries.get_self(viewer),
        made_on=queries.today(),
    )
    key.save(force_insert=True)
    HeldKey(key=key, person=queries.get_self(viewer), wrapped=locks.wrap(private, mine or b"")).save(force_insert=True)
    payload = {"key": str(key.pk), "organisation": str(organisation), "public": bytes(key.public).hex()}
    return propose(viewer, ProposalVerb.KEY, payload, reason, organisation)


@transaction.atomic
def give_key(viewer: Viewer, key: UUID, *, to: UUID, ring: Ring) -> HeldKey:
    """Wrap an organisation's key for a colleague who reads for it."""
    row = keys.get_key(viewer, key)
    private = ring.get(str(key))
    able = {colleague.person.pk: colleague for colleague in keys.colleagues(viewer, row)}
    rules.may_give_key(holds=private is not None and viewer.rights is None, colleague=able.get(to)).enforce()
    assert private is not None  # noqa: S101 the rule refused None
    held = HeldKey(key=row, person=able[to].person, wrapped=locks.wrap(private, able[to].public))
    held.save(force_insert=True)
    print_of_theirs = locks.fingerprint(able[to].public)
    journal.write(viewer, "key.given", kind="organisation_key", subject=key, to=to, fingerprint=print_of_theirs)
    return held


@transaction.atomic
def take_keys_back(viewer: Viewer, person: UUID, organisation: UUID) -> None:
    """Remove what somebody who reads there no longer held, and say that a new key should be made.

    The last one to hold a key keeps it: without it nobody would ever read what is sealed, and it opens nothing for
    somebody who cannot sign in for the team.
    """
    if keys.reads_for(viewer, person, organisation):
        return
    for key in keys.keys_for(viewer).filter(organisation=organisation, held__person=person):
        if keys.holders(viewer, key) != {person}:
            HeldKey.objects.filter(key=key, person=person).delete()
        OrganisationKey.objects.filter(pk=key.pk, left_on=None).update(left_on=queries.today())
        journal.write(viewer, "key.taken_back", kind="organisation_key", subject=key.pk, person=person)
