"""Addresses of the floor `vocabulary`; none of them is a page, so none carries a language."""

from __future__ import annotations

from django.urls import URLPattern, path

from commonweave.vocabulary import views

app_name = "vocabulary"
urlpatterns: list[URLPattern] = [path("vocabulary/<slug:code>.jsonld", views.scheme, name="scheme")]
