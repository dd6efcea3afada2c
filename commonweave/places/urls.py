"""Addresses of the floor `places`: pages under a language, and files that are the same in all of them."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from commonweave.places import views

app_name = "places"
urlpatterns: list[URLPattern] = [
    path("manage/places/", views.places, name="places"),
    path("manage/places/<uuid:pk>/", views.place, name="place"),
    path("manage/places/<uuid:pk>/look/", views.edit_look, name="edit_look"),
    path("manage/places/<uuid:pk>/times/", views.edit_times, name="edit_times"),
    path("manage/places/<uuid:pk>/add/", views.add_place, name="add_place"),
]
plain_urlpatterns: list[URLPattern] = [
    re_path(r"^look/try-(?P<accent>[0-9a-f]{6})\.css$", views.try_look, name="place_try_look"),
    re_path(r"^look/(?P<accent>[0-9a-f]{6})\.css$", views.look, name="place_look"),
]
