"""Every address of a node; pages carry their language in front."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

urlpatterns = i18n_patterns(
    path("accounts/", include("allauth.urls")),
    path("", include("commonweave.base.urls")),
    path("", include("commonweave.people.urls")),
    path("", include("commonweave.places.urls")),
    path("", include("commonweave.referral.urls")),
    path("", include("commonweave.reports.urls")),
)
