"""Addresses of the floor `base`."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "base"
urlpatterns: list[URLPattern] = []
