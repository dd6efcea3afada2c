"""Registers the floor with Django."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """The floor `places`."""

    name = "commonweave.places"
    label = "places"
