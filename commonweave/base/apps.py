"""Registers the floor with Django."""

from django.apps import AppConfig


class BaseConfig(AppConfig):
    """The floor `base`."""

    name = "commonweave.base"
    label = "base"
