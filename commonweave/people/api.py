"""The interface of this floor: what a credential may do."""

from datetime import date
from uuid import UUID

from ninja import Router, Schema

from commonweave.base.api import Token, Urn, Words, problems, urn, words
from commonweave.base.viewer import ViewerRequest
from commonweave.people import queries
from commonweave.people.models import Organisation, Team
from commonweave.people.queries import credentials

router = Router(tags=["credential"])


class Named(Schema):
    """A body or a team."""

    id: Urn
    names: Words

    @classmethod
    def of(cls, row: Organisation | Team) -> "Named":
        """Name it."""
        return cls(id=urn(row.pk), names=words(row.names))


class CredentialFacts(Schema):
    """What a token may do today. `waits`: a second person has not agreed yet to what concerns reports."""

    id: Urn
    purpose: str
    organisation: Named
    team: Named | None
    rights: list[str]
    waits: bool
    ends_on: date


@router.get("/credential", auth=Token(), response={200: CredentialFacts, **problems(401)}, url_name="credential")
def credential(request: ViewerRequest) -> CredentialFacts:
    """Say what this token may do, and until when."""
    viewer = request.viewer
    row = credentials.get_credential(viewer, viewer.person or UUID(int=0))
    return CredentialFacts(
        id=urn(row.pk),
        purpose=row.purpose,
        organisation=Named.of(queries.get_organisation(viewer, row.organisation_id)),
        team=Named.of(row.team) if row.team else None,
        rights=sorted(viewer.rights or ()),
        waits=not set(row.rights) <= (viewer.rights or set()),
        ends_on=row.ends_on,
    )
