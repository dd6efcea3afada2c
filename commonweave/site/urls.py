"""Every address of a node; pages carry their language in front."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, include, path

from commonweave.evidence.urls import exchange_urlpatterns as exchange
from commonweave.places.urls import plain_urlpatterns as place_files
from commonweave.reports.urls import open311_urlpatterns as open311
from commonweave.site import home, views
from commonweave.site.api import api, openapi
from commonweave.site.dashboards.urls import urlpatterns as dashboards

pages: list[URLPattern] = [
    path("", views.start, name="start"),
    path("at/<slug:code>/", views.place, name="place"),
    path("home/", home.home, name="home"),
    path("at/<slug:code>/home/", home.home, name="home_at"),
    path("offline/", home.offline, name="offline"),
    path("at/<slug:code>/offline/", home.offline, name="offline_at"),
    path("manifest.webmanifest", home.manifest, name="manifest"),
    path("at/<slug:code>/manifest.webmanifest", home.manifest, name="manifest_at"),
    path("protection/", views.protection, name="protection"),
    *dashboards,
]
urlpatterns = [
    path("", views.root, name="root"),
    path("worker.js", home.worker, name="worker"),
    path("health", views.health, name="health"),
    path("api/v1/openapi.json", openapi, name="openapi"),
    path("api/v1/", api.urls),
    path("open311/v2/", include((open311, "open311"))),
    *place_files,
    path("", include((exchange, "exchange"))),
    *i18n_patterns(
        path("", include("commonweave.reports.urls")),  # first: a crowd asks for these
        path("", include("commonweave.people.urls")),  # before allauth: two of its pages are replaced
        path("accounts/", include("allauth.urls")),
        path("", include("commonweave.base.urls")),
        path("", include("commonweave.vocabulary.urls")),
        path("", include("commonweave.places.urls")),
        path("", include("commonweave.referral.urls")),
        path("", include("commonweave.delivery.urls")),
        path("", include("commonweave.evidence.urls")),
        path("", include("commonweave.bodies.urls")),
        path("", include((pages, "site"))),
    ),
]
handler400 = "commonweave.site.broken.unreadable"
handler403 = "commonweave.site.broken.refused"
handler429 = "commonweave.site.broken.too_many"
handler404 = "commonweave.site.broken.missing"
handler500 = "commonweave.site.broken.fault"
