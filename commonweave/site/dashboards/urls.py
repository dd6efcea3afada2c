"""Addresses of the picture; they belong to the namespace of the node's own pages."""

from __future__ import annotations

from django.urls import path

from commonweave.site.dashboards import views

urlpatterns = [
    path("picture/", views.picture, name="picture"),
    path("picture/<slug:code>/", views.picture, name="picture"),
    path("picture/<slug:code>/counts.<slug:kind>", views.picture_counts, name="picture_counts"),
]
