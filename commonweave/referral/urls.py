"""Addresses of the floor `referral`."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "referral"
urlpatterns: list[URLPattern] = []
