"""Registers the floor with Django."""

from django.apps import AppConfig


class BodiesConfig(AppConfig):
    """The floor `bodies`."""

    name = "commonweave.bodies"
    label = "bodies"
