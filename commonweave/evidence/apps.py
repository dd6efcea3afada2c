"""Registers the floor with Django."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """The floor `evidence`."""

    name = "commonweave.evidence"
    label = "evidence"
