"""Questions about places that pages ask; the tree itself is answered by `atlas`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings as node
from django.http import Http404
from django.urls import reverse
from django.utils.translation import get_language, override

from commonweave.base.charts import svg
from commonweave.base.charts.map import bounds_of, map_image
from commonweave.base.text import Text
from commonweave.places import defaults
from commonweave.places.atlas import atlas
from commonweave.places.models import Area, Place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from django.db.models import QuerySet

    from commonweave.base.charts.map import Bounds
    from commonweave.base.viewer import Viewer
    from commonweave.places.atlas import Atlas, Spot

MAP_SIZE = 300  # pixels


@dataclass(frozen=True)
class Frame:
    """What the frame of a page says about a place; what addresses and titles keep may be of another place, or missing."""

    public_name: Text
    title: Text | None = None
    look_url: str = ""
    start_url: str = ""


def places_for(viewer: Viewer) -> QuerySet[Place]:
    """Return the places a viewer may know: they are public."""
    del viewer
    return Place.objects.all()


def areas_for(viewer: Viewer) -> QuerySet[Area]:
    """Return the areas that lie over places; they are public."""
    del viewer
    return Area.objects.all()


def get_place(viewer: Viewer, pk: UUID, *, lock: bool = False) -> Place:
    """Return one place as it is stored, with its own settings only; locked for whoever is about to change it."""
    rows = places_for(viewer).select_related("parent")
    try:
        return (rows.select_for_update(of=("self",)) if lock else rows).get(pk=pk)
    except Place.DoesNotExist:
        raise Http404 from None


def free_code(viewer: Viewer, wanted: str) -> str:
    """Return a code nobody has: the wanted one, or with the next number behind it."""
    taken = set(places_for(viewer).filter(code__startswith=wanted).values_list("code", flat=True))
    return wanted if wanted not in taken else next(code for code in _numbered(wanted) if code not in taken)


def frame(spot: Spot, start_url: str) -> Frame:
    """Return the frame of pages whose own address names the place; upper floors say where its name leads."""
    return Frame(public_name(spot), public_name(spot), look_url(spot), start_url)


def public_name(spot: Spot) -> Text:
    """Return the name under which residents know a place."""
    return atlas().public_name(spot)


def home_name(spot: Spot | None) -> Text:
    """Return the name for a telephone's home screen: one that says nothing of what this is."""
    said = atlas().setting(spot, defaults.HOME_NAME) if spot else defaults.DEFAULTS[defaults.HOME_NAME]
    return Text.from_json(said)


def look_url(spot: Spot) -> str:
    """Return the address of the place's colours. It names the colour, but few places share one."""
    return reverse("place_look", args=[atlas().setting(spot, defaults.ACCENT).removeprefix("#")])


def map_picture(spot: Spot) -> str:
    """Return the map of what lies beneath a place, embedded: an address of its own would name the place in logs."""
    return _picture(atlas().edition, spot, get_language() or node.LANGUAGE_CODE)


@lru_cache(maxsize=200)  # at most some 40 KB each; drawing Canada takes a tenth of a second
def _picture(edition: int, spot: Spot, language: str) -> str:
    del edition  # keeps pictures of two editions apart
    with override(language):
        return svg.embedded(map_image(spot.names.say(), features(spot), width=MAP_SIZE, height=MAP_SIZE))


def map_frame(spot: Spot) -> tuple[Bounds, int, int]:
    """Return bounds, width and height of `map_picture`, to read a press on it."""
    return bounds_of(features(spot)), MAP_SIZE, MAP_SIZE


def emergency(spot: Spot | None, book: Atlas | None = None) -> list[dict[str, Any]]:
    """Return emergency numbers as components show them, number and label (a Text); of no place: the first of every country."""
    book = book or atlas()
    if spot is None:
        countries = book.children(None)
        return [{**each, "label": country.names} for country in countries for each in emergency(country, book)[:1]]
    said = book.setting(spot, defaults.EMERGENCY)
    return [{"number": each["number"], "label": Text(each["names"])} for each in said]


def features(spot: Spot | None) -> list[dict[str, Any]]:
    """Return what lies beneath a place as maps draw it; a place with nothing beneath draws itself."""
    drawn = [child for child in atlas().children(spot) if child.boundary_text]
    if not drawn and spot is not None and spot.boundary_text:
        drawn = [spot]
    return [{"id": s.code, "label": s.names.say(), "geometry": s.boundary} for s in drawn]


def _numbered(wanted: str) -> Iterator[str]:
    number = 2
    while True:
        yield f"{wanted[:54]}-{number}"
        number += 1
