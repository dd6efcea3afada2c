"""Addresses of the floor base."""

from django.urls import path

from commonweave.base import views

app_name = "base"
urlpatterns = [path("style/", views.style, name="style")]
