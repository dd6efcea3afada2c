"""Registers the floor with Django."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """The floor `search`."""

    name = "commonweave.search"
    label = "search"
