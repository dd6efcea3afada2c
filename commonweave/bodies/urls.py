"""Addresses of the floor `bodies`."""

from __future__ import annotations

from django.urls import URLPattern, path

from commonweave.bodies import views

app_name = "bodies"
urlpatterns: list[URLPattern] = [
    path("bodies/", views.bodies, name="bodies"),
    path("bodies/start/", views.start_body, name="start_body"),
    path("body/<slug:slug>/", views.body, name="body"),
    path("body/<slug:slug>/change/", views.edit_body, name="edit_body"),
    path("body/<slug:slug>/mandate/", views.give_mandate, name="give_mandate"),
    path("body/<slug:slug>/people/", views.add_people, name="add_people"),
    path("body/<slug:slug>/meeting/", views.plan_meeting, name="plan_meeting"),
]
