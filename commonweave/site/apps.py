"""Registers the floor with Django."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """The floor `site`."""

    name = "commonweave.site"
    label = "site"
