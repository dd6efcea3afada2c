"""Addresses of the floor `referral`."""

from __future__ import annotations

from django.urls import URLPattern, path

from commonweave.referral import views

app_name = "referral"
urlpatterns: list[URLPattern] = [
    path("handed-over/", views.handed_over, name="handed_over"),
    path("manage/services/", views.destinations, name="destinations"),
    path("manage/services/at/<slug:code>/add/", views.add_destination, name="add_destination"),
    path("manage/services/<uuid:pk>/", views.edit_destination, name="edit_destination"),
    path("manage/services/<uuid:pk>/remove/", views.remove_destination, name="remove_destination"),
]
