"""API credentials: made by an administrator, agreed to by a second person where they read, ended at once."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q
from nacl.public import PrivateKey

from commonweave.base import journal
from commonweave.people import queries, rules, tokens
from commonweave.people.actions.keys import take_keys_back
from commonweave.people.actions.proposals import propose
from commonweave.people.actions.signing_in import as_person
from commonweave.people.models import Credential, MemberKey, Membership, Person, ProposalVerb, Right, Role
from commonweave.people.queries import credentials

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date
    from uuid import UUID

    from commonweave.base.viewer import Viewer
    from commonweave.people.models import Organisation
    from commonweave.people.tokens import Token

NOBODYS_MAILBOX = "credential.localhost"
"""RFC 6761: a name under "localhost" leads nowhere, so no mail ever reaches such an address."""


@dataclass(frozen=True)
class Admitted:
    """A new credential, its token, and the public half of its key."""

    credential: Credential
    token: Token
    public: bytes


@transaction.atomic
def make_credential(
    viewer: Viewer,
    *,
    organisation: UUID,
    purpose: str,
    rights: Collection[str],
    ends_on: date,
    team: UUID | None = None,
    reason: str = "",
) -> Admitted:
    """Make a credential and return it with its token, which is shown once and kept nowhere.

    What concerns reports waits for a second person elsewhere, and opening them besides for whoever holds the key.
    """
    body = queries.get_organisation(viewer, organisation)
    reading = queries.get_team(viewer, team) if team else None
    rules.may_make_credential(viewer, body.pk, rights, reading, ends_on - queries.today()).enforce()
    if Right.SUBMIT in rights:
        rules.may_hand_in(helps=credentials.helps(viewer, body)).enforce()
    token, private = tokens.draw(), PrivateKey.generate()
    credential = Credential(
        person=_account(viewer, purpose),
        organisation=body,
        team=reading,
        purpose=purpose,
        rights=sorted(rights),
        name=token.name,
        lock=token.lock(private),
        made_by=queries.get_self(viewer),
        made_on=queries.today(),
        ends_on=ends_on,
    )
    credential.save(force_insert=True)
    key = MemberKey(person_id=credential.pk, public=bytes(private.public_key), made_on=queries.today())
    with as_person(viewer, credential.pk):
        key.save(force_insert=True)
    journal.write(viewer, "credential.made", kind="credential", subject=credential.pk, organisation=body.pk)
    if reading is not None:
        _propose(viewer, credential, body, key, reason)
    return Admitted(credential, token, bytes(key.public))


def _account(viewer: Viewer, purpose: str) -> Person:
    """Make the account that key and membership hang on; nobody can sign in to it."""
    maker = queries.get_self(viewer)
    pk = uuid.uuid4()
    account = Person(
        pk=pk,
        email=f"{pk}@{NOBODYS_MAILBOX}",
        name=purpose,
        is_active=False,
        made_by=maker,
        demonstration_id=maker.demonstration_id,
    )
    account.set_unusable_password()
    account.save(force_insert=True)
    return account


def _propose(viewer: Viewer, credential: Credential, body: Organisation, key: MemberKey, reason: str) -> None:
    payload = {
        "credential": str(credential.pk),
        "organisation": str(body.pk),
        "team": str(credential.team_id),
        "rights": credential.rights,
        "purpose": credential.purpose,
        "ends_on": str(credential.ends_on),
        "public": bytes(key.public).hex(),
    }
    propose(viewer, ProposalVerb.CREDENTIAL, payload, reason, body.pk)


@transaction.atomic
def end_credential(viewer: Viewer, pk: UUID) -> Credential:
    """Make a token useless at once, and take back the keys its holder was given."""
    credentials.get_credential(viewer, pk)
    credential = credentials.credentials_for(viewer).select_for_update(of=("self",)).get(pk=pk)
    rules.may_end_credential(viewer, credential).enforce()
    _end(viewer, credential)
    return credential


@transaction.atomic
def end_credentials_through(viewer: Viewer, membership: Membership) -> None:
    """End what somebody made who no longer administers there: they have seen the tokens. And a program whose work ended."""
    made = Q(made_by=membership.person_id) if membership.role == Role.ADMINISTRATOR else Q(pk__in=())
    rows = credentials.credentials_for(viewer).filter(made | Q(pk=membership.person_id), ended_on=None)
    for credential in rows.filter(organisation=membership.organisation_id).select_for_update(of=("self",)):
        _end(viewer, credential)


def _end(viewer: Viewer, credential: Credential) -> None:
    today = queries.today()
    credential.ended_on = today
    credential.save(update_fields=["ended_on"])
    for membership in Membership.objects.filter(person=credential.pk, during__contains=today):
        membership.during = DateRange(membership.during.lower, today)
        membership.save(update_fields=["during"])
    take_keys_back(viewer, credential.pk, credential.organisation_id)
    journal.write(viewer, "credential.ended", kind="credential", subject=credential.pk)


def note_use(credential: Credential) -> None:
    """Keep the day on which a token was last used: the day only, once a day."""
    if credential.used_on != queries.today():
        Credential.objects.filter(pk=credential.pk).update(used_on=queries.today())
