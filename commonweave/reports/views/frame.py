"""The frame of resident pages: the place's own name and look, its emergency numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.shortcuts import render
from django.urls import reverse

from commonweave.places.atlas import atlas
from commonweave.places.queries import emergency as numbers_of
from commonweave.places.queries import frame as place_frame
from commonweave.referral.queries import destinations_for

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from commonweave.base.viewer import Viewer
    from commonweave.places.atlas import Spot
    from commonweave.referral.models import Destination


def sent_from_elsewhere(request: HttpRequest) -> bool:
    """Say whether the browser tells that a page of another site sent this form (Fetch Metadata, else Origin).

    Such a page could put its own draft or its own receipt before a resident and read later what they wrote there.
    Browsers that tell nothing are served: a form sent twice still gives no receipt to whoever does not know its words.
    """
    if site := request.headers.get("Sec-Fetch-Site"):
        return site not in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc not in {
        request.get_host(),
        urlsplit(settings.CONFIG.url).netloc,
    }


def spot_at(code: str) -> Spot | None:
    """Return the place whose name a page carries, if it exists."""
    return atlas().by_code(code) if code else None


def frame(spot: Spot | None) -> dict[str, Any]:
    """Return what every resident page needs."""
    context: dict[str, Any] = {"resident": True, "emergency": emergency(spot)}
    if spot:
        context["place"] = place_frame(spot, reverse("site:place", args=[spot.code]))
    return context


def emergency(spot: Spot | None) -> list[dict[str, Any]]:
    """Return emergency numbers: the place's, or the first of every country when the place is not known yet."""
    if spot:
        return numbers_of(spot)
    countries = atlas().children(None)
    return [{**each, "label": country.names} for country in countries for each in numbers_of(country)[:1]]


def helpers(viewer: Viewer, spot: Spot, kind: str, limit: int = 6) -> list[Destination]:
    """Return who outside this network can help here, nearest first."""
    return destinations_for(viewer, spot, kind)[:limit]


def page(request: HttpRequest, template: str, spot: Spot | None, /, status: int = 200, **context: Any) -> HttpResponse:
    """Render a resident page in the frame of its place."""
    return render(request, template, {**frame(spot), **context}, status=status)
