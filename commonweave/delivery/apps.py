"""Registers the floor with Django."""

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    """The floor `delivery`."""

    name = "commonweave.delivery"
    label = "delivery"
