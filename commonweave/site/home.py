"""On a telephone's home screen: an icon that says nothing, and one page that is there without a network.

Only for who asks for it. Nobody else's phone is given anything to keep (ADR 31).
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from commonweave.places.queries import home_name
from commonweave.reports.views.frame import page, spot_at
from commonweave.reports.waiting import DAYS

if TYPE_CHECKING:
    from django.http import HttpRequest

    from commonweave.places.atlas import Spot

WORKER = Path(__file__).resolve().parents[1] / "base" / "static" / "commonweave" / "worker.js"
PLAIN = "#ffffff"


@require_safe
def home(request: HttpRequest, code: str = "") -> HttpResponse:
    """Explain what a phone would keep, and who could see it, before anything is kept."""
    spot = _spot(code)
    return page(
        request,
        "site/home.html",
        spot,
        spot,
        manifest=_at("manifest", code),
        offline=_at("offline", code),
        home_name=home_name(spot),
        days=DAYS,
    )


@require_safe
def offline(request: HttpRequest, code: str = "") -> HttpResponse:
    """Show what the phone shows without a network: whom to call, what waits, how to try again."""
    spot = _spot(code)
    return page(request, "site/offline.html", spot, spot, start=_start(code))


@require_safe
def manifest(request: HttpRequest, code: str = "") -> HttpResponse:
    """Describe the icon to the browser: neither the place's public name nor its colour."""
    del request
    name = home_name(_spot(code)).say()
    said = {
        "id": _start(code),
        "name": name,
        "short_name": name,
        "lang": get_language(),
        "start_url": _start(code),
        "scope": reverse("site:start"),
        "display": "minimal-ui",
        "background_color": PLAIN,
        "theme_color": PLAIN,
        "icons": [
            {
                "src": static(f"commonweave/home-{size}.png"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose,
            }
            for size in (192, 512)
            for purpose in ("any", "maskable")
        ],
    }
    return HttpResponse(json.dumps(said), content_type="application/manifest+json")


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Answer with the script that shows the page for no network. It stands at the top, because its address limits it."""
    del request
    return HttpResponse(_worker(), content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


@cache
def _worker() -> str:
    return WORKER.read_text(encoding="utf-8")


def _spot(code: str) -> Spot | None:
    spot = spot_at(code)
    if code and spot is None:
        raise Http404
    return spot


def _at(name: str, code: str) -> str:
    return reverse(f"site:{name}_at", args=[code]) if code else reverse(f"site:{name}")


def _start(code: str) -> str:
    return reverse("site:place", args=[code]) if code else reverse("site:start")
