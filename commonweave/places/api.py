"""The interface of this floor: places, for anybody."""

from typing import Annotated

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from commonweave.base.api import PUBLIC, Urn, Words, problems, urn, words
from commonweave.base.text import Text
from commonweave.places import defaults
from commonweave.places.atlas import Spot, atlas
from commonweave.places.queries import emergency

router = Router(tags=["places"])
Code = Annotated[str, Field(max_length=60, pattern=r"^[a-z0-9_-]*$", description="A place's code, or nothing.")]
CodeAsked = Annotated[
    str, Field(max_length=60, pattern=r"^[a-z0-9_-]+$", description="A place's code, such as `gb-leeds`.")
]
Limit = Annotated[int, Field(ge=1, le=200)]


class PlaceRef(Schema):
    """A place, named."""

    id: Urn
    code: str
    names: Words

    @classmethod
    def of(cls, spot: Spot) -> "PlaceRef":
        """Name it."""
        return cls(id=urn(spot.id), code=spot.code, names=words(spot.names))


class PlaceLine(PlaceRef):
    """A place in a list. `within` are the codes above it, from the country down."""

    type: str
    within: list[str]

    @classmethod
    def of(cls, spot: Spot) -> "PlaceLine":
        """Name it and say where it lies."""
        above = [each.code for each in atlas().lineage(spot)[:-1]]
        return cls(id=urn(spot.id), code=spot.code, names=words(spot.names), type=spot.type, within=above)


class Places(Schema):
    """A page of places, by code. `next` is empty at the end."""

    items: list[PlaceLine]
    next: str


class Number(Schema):
    """A number to call in an emergency."""

    number: str
    names: Words


class PlaceFacts(PlaceLine):
    """What holds at a place: said by itself or inherited. `report_at` is the nearest place that a report may carry."""

    public_name: Words
    longitude: float
    latitude: float
    time_zone: str
    languages: list[str]
    emergency: list[Number]
    report_kinds: list[str]
    report_at: str


def get_spot(code: str) -> Spot:
    """Return a place. Raises Http404."""
    spot = atlas().by_code(code)
    if spot is None:
        raise Http404
    return spot


@router.get("/places", response={200: Places, **problems(404, 422)}, url_name="places")
def places(
    request: HttpRequest,
    response: HttpResponse,
    q: Annotated[str, Field(max_length=80, description="A part of a name, in any language.")] = "",
    within: Code = "",
    after: Code = "",
    limit: Limit = 50,
) -> Places:
    """Find places by name, the best first and one page only; without `q`, list what lies directly `within` one, by code."""
    del request
    response.headers["Cache-Control"] = PUBLIC
    inside = get_spot(within) if within else None
    if q.strip():
        return Places(items=[PlaceLine.of(spot) for spot in atlas().find(q, inside, limit)], next="")
    found = sorted((spot for spot in atlas().children(inside) if spot.code > after), key=lambda spot: spot.code)
    more = found[limit - 1].code if len(found) > limit else ""
    return Places(items=[PlaceLine.of(spot) for spot in found[:limit]], next=more)


@router.get("/places/{code}", response={200: PlaceFacts, **problems(404, 422)}, url_name="place")
def place(request: HttpRequest, response: HttpResponse, code: CodeAsked) -> PlaceFacts:
    """Say what holds at a place."""
    del request
    response.headers["Cache-Control"] = PUBLIC
    book, spot = atlas(), get_spot(code)
    return PlaceFacts(
        **PlaceLine.of(spot).model_dump(),
        public_name=words(book.public_name(spot)),
        longitude=spot.longitude,
        latitude=spot.latitude,
        time_zone=book.setting(spot, defaults.TIME_ZONE),
        languages=book.setting(spot, defaults.LANGUAGES),
        emergency=[Number(number=each["number"], names=words(_text(each["label"]))) for each in emergency(spot)],
        report_kinds=book.setting(spot, defaults.REPORT_KINDS),
        report_at=book.shown(spot).code,
    )


def _text(label: Text | str) -> Text:
    return label if isinstance(label, Text) else Text.of(label)
