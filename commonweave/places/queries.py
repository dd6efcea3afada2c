"""Questions about places that pages ask; the tree itself is answered by `atlas`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.conf import settings as node
from django.http import Http404
from django.urls import reverse
from django.utils.translation import get_language

from commonweave.base.charts.map import bounds_of
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
    from commonweave.places.atlas import Spot

MAP_SIZE = 300  # pixels


@dataclass(frozen=True)
class Frame:
    """What the frame of a page says about the place it belongs to."""

    code: str
    public_name: Text
    look_url: str
    start_url: str = ""


def places_for(viewer: Viewer) -> QuerySet[Place]:
    """Return the places a viewer may know: they are public."""
    del viewer
    return Place.objects.all()


def areas_for(viewer: Viewer) -> QuerySet[Area]:
    """Return the areas that lie over places; they are public."""
    del viewer
    return Area.objects.all()


def get_place(viewer: Viewer, pk: UUID) -> Place:
    """Return one place as it is stored, with its own settings only."""
    try:
        return places_for(viewer).select_related("parent").get(pk=pk)
    except Place.DoesNotExist:
        raise Http404 from None


def free_code(viewer: Viewer, wanted: str) -> str:
    """Return a code nobody has: the wanted one, or with the next number behind it."""
    taken = set(places_for(viewer).filter(code__startswith=wanted).values_list("code", flat=True))
    return wanted if wanted not in taken else next(code for code in _numbered(wanted) if code not in taken)


def frame(spot: Spot, start_url: str = "") -> Frame:
    """Return the frame of a place's pages; upper floors say where its name leads."""
    return Frame(spot.code, atlas().public_name(spot), look_url(spot), start_url)


def look_url(spot: Spot) -> str:
    """Return the address of the place's colours. It names the colour, not the place.

    Every page of a report fetches it: a place in it would stand in the logs of proxies and on the resident's phone.
    """
    return reverse("place_look", args=[atlas().setting(spot, defaults.ACCENT).removeprefix("#")])


def map_url(spot: Spot | None) -> str:
    """Return the address of the map image of what lies beneath a place (of None: the countries)."""
    asked = {"in": get_language() or node.LANGUAGE_CODE}
    return f"{reverse('place_map', args=[spot.code if spot else 'all'])}?{urlencode(asked)}"


def map_frame(spot: Spot | None) -> tuple[Bounds, int, int]:
    """Return bounds, width and height of the image of `map_url`, to read a press on it."""
    return bounds_of(features(spot)), MAP_SIZE, MAP_SIZE


def emergency(spot: Spot) -> list[dict[str, Any]]:
    """Return the emergency numbers of a place as components show them: number and label (a Text)."""
    said = atlas().setting(spot, defaults.EMERGENCY)
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
