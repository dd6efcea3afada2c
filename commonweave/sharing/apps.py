"""Registers the floor with Django."""

from django.apps import AppConfig


class SharingConfig(AppConfig):
    """The floor `sharing`."""

    name = "commonweave.sharing"
    label = "sharing"
