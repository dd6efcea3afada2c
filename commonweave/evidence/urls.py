"""Addresses of the floor `evidence`."""

from django.urls import path

from commonweave.evidence import views

app_name = "evidence"
urlpatterns = [
    path("evidence/", views.find, name="find"),
    path("evidence/map/", views.gap_map, name="gap_map"),
    path("evidence/map/table.csv", views.gap_table, name="gap_table"),
    path("evidence/record/<slug:slug>/", views.record, name="record"),
    path("evidence/record/<slug:slug>.<slug:citation>", views.citation, name="citation"),
]
