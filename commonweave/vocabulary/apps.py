"""Registers the floor with Django."""

from django.apps import AppConfig


class VocabularyConfig(AppConfig):
    """The floor `vocabulary`."""

    name = "commonweave.vocabulary"
    label = "vocabulary"
