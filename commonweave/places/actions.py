"""Changing places: what they are called, how they look, what holds there, and what lies beneath them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils.text import slugify

from commonweave.base import journal
from commonweave.base.sorting import fold, sort_key
from commonweave.base.text import Text
from commonweave.places import atlas, queries, rules
from commonweave.places.models import Area, BoundaryKind, Edition, Place

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from commonweave.base.viewer import Viewer

BUMP = """
update places_edition
set number = greatest(number + 1, (extract(epoch from clock_timestamp()) * 1000000)::bigint) where id = 1
"""


def bump_edition() -> None:
    """Tell every process to read the places again.

    The number follows the clock: after a restore it must not repeat one that stood for other places.
    """
    with connection.cursor() as cursor:
        cursor.execute(BUMP)
        if cursor.rowcount == 0:
            Edition.objects.create()
            cursor.execute(BUMP)
    transaction.on_commit(atlas.expire)


@transaction.atomic
def edit_place(
    viewer: Viewer,
    pk: UUID,
    *,
    names: Text | None = None,
    shown_on_reports: bool | None = None,
    settings: Mapping[str, Any] | None = None,
) -> Place:
    """Change a place's names and own settings; None as a setting's value takes it away, so that it inherits again."""
    rules.may_manage_places(viewer).enforce()
    rules.may_set(settings or {}).enforce()
    place = queries.places_for(viewer).select_for_update().get(pk=pk)
    before = (place.names.to_json(), place.shown_on_reports, dict(place.settings))
    changed = {name for name, value in (settings or {}).items() if place.settings.get(name) != value}
    if names:
        place.names = names
        place.sort_key = sort_key(names.say("en"))
    if shown_on_reports is not None:
        place.shown_on_reports = shown_on_reports
    place.settings = {n: v for n, v in {**place.settings, **(settings or {})}.items() if v is not None}
    if before == (place.names.to_json(), place.shown_on_reports, place.settings):
        return place
    place.save(update_fields=["names", "sort_key", "shown_on_reports", "settings"])
    bump_edition()
    journal.write(viewer, "place.edited", kind="place", subject=place.pk, on=None, **dict.fromkeys(changed, True))
    return place


@transaction.atomic
def add_place(
    viewer: Viewer,
    parent: UUID | None,
    *,
    names: Text,
    type: str,  # noqa: A002 the column's name
    longitude: float,
    latitude: float,
    shown_on_reports: bool = True,
    population: int | None = None,
) -> Place:
    """Add a place beneath another one (or a country), without a boundary."""
    rules.may_manage_places(viewer).enforce()
    above = queries.get_place(viewer, parent) if parent else None
    slug = slugify(fold(names.say("en"))) or "place"
    pk = uuid.uuid4()
    place = Place(
        id=pk,
        code=queries.free_code(viewer, (f"{above.code}-{slug}" if above else slug)[:54].strip("-")),
        parent=above,
        lineage=[*(above.lineage if above else ()), pk],
        type=type,
        names=names,
        sort_key=sort_key(names.say("en")),
        longitude=longitude,
        latitude=latitude,
        population=population,
        shown_on_reports=shown_on_reports,
    )
    place.save(force_insert=True)
    bump_edition()
    journal.write(viewer, "place.added", kind="place", subject=place.pk)
    return place


@transaction.atomic
def import_places(
    viewer: Viewer, document: Mapping[str, Any], settings: Mapping[str, dict[str, Any]]
) -> dict[str, Place]:
    """Add a country from a document of `places/data` in bulk; `settings` are own values by code.

    Places stand after the one above them. A place too small to be named on a report carries `"shown": false`.
    """
    rules.may_manage_places(viewer).enforce()
    for own in settings.values():
        rules.may_set(own).enforce()
    made: dict[str, Place] = {}
    for entry in document["places"]:
        above = made.get(entry["parent"])
        pk = uuid.uuid4()
        names = Text(entry["names"])
        made[entry["code"]] = Place(
            id=pk,
            code=entry["code"],
            parent=above,
            lineage=[*(above.lineage if above else ()), pk],
            type=entry["type"],
            names=names,
            sort_key=sort_key(names.say("en")),
            longitude=entry["point"][0],
            latitude=entry["point"][1],
            boundary=entry["boundary"],
            boundary_kind=entry["boundary_kind"] if entry["boundary"] else BoundaryKind.NONE,
            population=entry["population"],
            shown_on_reports=entry.get("shown", True),
            settings=settings.get(entry["code"], {}),
        )
    Place.objects.bulk_create(made.values(), batch_size=200)
    areas = [
        Area(code=a["code"], kind=a["kind"], names=Text(a["names"]), synthetic=a["synthetic"])
        for a in document["areas"]
    ]
    Area.objects.bulk_create(areas)
    members = zip(areas, document["areas"], strict=True)
    through = Area.places.through
    through.objects.bulk_create(
        through(area_id=area.pk, place_id=made[code].pk) for area, entry in members for code in entry["places"]
    )
    bump_edition()
    journal.write(viewer, "places.imported", kind="place", subject=next(iter(made.values())).pk, number=len(made))
    return made
