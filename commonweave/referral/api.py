"""The interface of this floor: who outside the network can help, for anybody."""

from datetime import date
from typing import Literal

from django.http import HttpResponse
from ninja import Router, Schema

from commonweave.base.api import PUBLIC, Urn, Words, problems, urn, words
from commonweave.base.viewer import ViewerRequest
from commonweave.places.api import CodeAsked, PlaceRef, get_spot
from commonweave.places.atlas import atlas
from commonweave.referral.queries import destinations_for

router = Router(tags=["places"])


class Service(Schema):
    """An outside service. `place`: for whom it is there. `source`, `checked_on`: how we know."""

    id: Urn
    names: Words
    about: Words
    kind: str
    place: PlaceRef | None
    report_kinds: list[str]
    telephone: str
    url: str
    languages: list[str]
    hours: Words
    free: bool
    source: str
    checked_on: date | None


@router.get("/places/{code}/services", response={200: list[Service], **problems(404, 422)}, url_name="services")
def services(
    request: ViewerRequest,
    response: HttpResponse,
    code: CodeAsked,
    kind: Literal["", "online", "happened", "neighbourhood"] = "",
) -> list[Service]:
    """List who can help at a place, the nearest first; with `kind`, for that kind of report only."""
    response.headers["Cache-Control"] = PUBLIC
    found = []
    for row in destinations_for(request.viewer, get_spot(code), kind):
        spot = atlas().by_id(row.place_id)
        found.append(
            Service(
                id=urn(row.pk),
                names=words(row.names),
                about=words(row.about),
                kind=row.kind,
                place=PlaceRef.of(spot) if spot else None,
                report_kinds=row.report_kinds,
                telephone=row.telephone,
                url=row.url,
                languages=row.languages,
                hours=words(row.hours),
                free=row.free,
                source=row.source,
                checked_on=row.checked_on,
            )
        )
    return found
