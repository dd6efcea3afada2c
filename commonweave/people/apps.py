"""Registers the floor with Django."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The floor `people`."""

    name = "commonweave.people"
    label = "people"
