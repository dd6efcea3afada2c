"""Questions about API credentials, and the one that is asked before anybody is known: whose token is this?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Q
from django.http import Http404

from commonweave.base.viewer import Viewer, tell_database
from commonweave.people import queries
from commonweave.people.locks import WrongKey
from commonweave.people.models import Credential, MemberKey, Membership, Role, Trust
from commonweave.people.models.credentials import READING
from commonweave.people.rules import NEVER_TRUSTED

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from nacl.public import PrivateKey

    from commonweave.people.models import Organisation
    from commonweave.people.tokens import Token


@dataclass(frozen=True)
class Program:
    """A credential whose token was shown: as viewer, and with its private key."""

    viewer: Viewer
    credential: Credential
    private: PrivateKey


def program_of(token: Token) -> Program | None:
    """Return whose token this is; None for an unknown, ended or expired one, and for a wrong second half.

    Tells the database who asks, as far as it was proved.
    """
    with connection.cursor() as cursor:
        cursor.execute("select set_config('cw.credential', %s, true)", [token.name.hex()])
    found = Credential.objects.select_related("organisation").filter(name=token.name).first()
    if found is None or found.ended_on is not None or found.ends_on < queries.today():
        return None
    tell_database(Viewer(person=found.pk, organisations=frozenset({found.organisation_id})))
    key = MemberKey.objects.filter(person=found.pk).first()
    try:
        private = token.open(bytes(found.lock), bytes(key.public) if key else b"")
    except WrongKey:
        return None
    viewer = _viewer_of(found)
    return Program(viewer, found, private) if viewer else None


def _viewer_of(found: Credential) -> Viewer | None:
    """Return a credential as viewer; it ends with whoever made it, who has seen the token."""
    own = Q(person=found.pk, team=found.team_id, role=Role.READER)
    maker = Q(person=found.made_by_id, role=Role.ADMINISTRATOR)
    rows = Membership.objects.filter(own | maker, organisation=found.organisation_id, during__contains=queries.today())
    roles = set(rows.values_list("role", flat=True))
    if Role.ADMINISTRATOR not in roles:
        return None
    reads = Role.READER in roles and found.team_id is not None
    signed = found.organisation.signed_on
    return Viewer(
        person=found.pk,
        organisations=frozenset({found.organisation_id}),
        teams=frozenset({found.team_id}) if reads and found.team_id else frozenset(),
        roles={found.organisation_id: frozenset({Role.READER if reads else Role.MEMBER})},
        signed=signed is not None and signed <= queries.today(),
        rights=frozenset(found.rights) - (frozenset() if reads else frozenset(READING)),
    )


def helps(viewer: Viewer, organisation: Organisation) -> bool:
    """Say whether an organisation writes reports down for others: it has a team, or two agreed that it is trusted."""
    if queries.teams_for(viewer).filter(organisation=organisation).exists():
        return True
    trusts = Trust.objects.filter(organisation=organisation, during__upper_inf=True)
    return organisation.kind not in NEVER_TRUSTED and trusts.exists()


def credentials_for(viewer: Viewer) -> QuerySet[Credential]:
    """Return the credentials a viewer may know of: their organisations', for administrators all."""
    rows = Credential.objects.select_related("organisation", "team", "made_by", "person")
    if viewer.has_role(Role.ADMINISTRATOR):
        return rows
    return rows.filter(Q(organisation__in=viewer.organisations) | Q(pk=viewer.person))


def get_credential(viewer: Viewer, pk: UUID) -> Credential:
    """Return one credential, or 404."""
    found = credentials_for(viewer).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True)
class Standing:
    """A credential as an administrator reads it."""

    credential: Credential
    waits: bool
    over: bool


def standing_of(viewer: Viewer, organisation: UUID) -> list[Standing]:
    """Return an organisation's credentials that have not ended, the newest first, and how each stands."""
    rows = list(credentials_for(viewer).filter(organisation=organisation, ended_on=None).order_by("-made_on", "pk"))
    reading = queries.current_memberships(viewer, organisation).filter(person__in=[row.pk for row in rows])
    agreed = set(reading.values_list("person_id", flat=True))
    today = queries.today()
    return [
        Standing(row, waits=row.team_id is not None and row.pk not in agreed, over=row.ends_on < today) for row in rows
    ]


def without_programs(rows: QuerySet[Membership]) -> QuerySet[Membership]:
    """Return the memberships of people."""
    return rows.exclude(person__in=Credential.objects.values("person_id"))
