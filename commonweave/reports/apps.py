"""Registers the floor with Django."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """The floor `reports`."""

    name = "commonweave.reports"
    label = "reports"
