"""The interface of this floor: released counts, for members of organisations that signed the agreement."""

from datetime import date
from typing import Literal

from django.db.models import Q
from ninja import Router, Schema

from commonweave.base.api import Key, Token, key_of, problems
from commonweave.base.viewer import ViewerRequest
from commonweave.places.api import Code, PlaceRef, get_spot
from commonweave.places.atlas import atlas
from commonweave.sharing.counts import queries, rules

router = Router(tags=["counts"])
PAGE = 200


class Count(Schema):
    """One released number, never recomputed. `elsewhere`: beneath the place, where no other cell stands."""

    table: str
    place: PlaceRef | None
    elsewhere: bool
    category: str
    measure: str
    starts_on: date
    ends_on: date
    value: int


class Counts(Schema):
    """A page of counts, the oldest first."""

    items: list[Count]
    next: str


@router.get("/counts", auth=Token("counts"), response={200: Counts, **problems(401, 403, 404, 422)}, url_name="counts")
def counts(
    request: ViewerRequest,
    place: Code = "",
    table: Literal["", "kinds", "outcomes", "gaps", "answers"] = "",
    since: date | None = None,
    until: date | None = None,
    after: Key = "",
) -> Counts:
    """List released counts of a place and all beneath it, whose last day lies between `since` and `until`."""
    rules.may_see(request.viewer).enforce()
    inside = None
    if place:
        spot = get_spot(place)
        inside = [spot.id, *(each.id for each in atlas().descendants(spot))]
    rows = queries.cells_for(request.viewer, table=table, places=inside)
    rows = rows.filter(*([Q(ends_on__gte=since)] if since else []), *([Q(ends_on__lte=until)] if until else []))
    page = queries.page_of(rows, after, PAGE)
    items = []
    for cell in page[:PAGE]:
        spot_of = atlas().by_id(cell.place_id)
        items.append(
            Count(
                table=cell.table,
                place=PlaceRef.of(spot_of) if spot_of else None,
                elsewhere=cell.elsewhere,
                category=cell.category,
                measure=cell.measure,
                starts_on=cell.starts_on,
                ends_on=cell.ends_on,
                value=cell.value,
            )
        )
    return Counts(items=items, next=key_of(page[PAGE - 1].ends_on, page[PAGE - 1].pk) if len(page) > PAGE else "")
