"""Registers the floor with Django."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """The floor `files`."""

    name = "commonweave.files"
    label = "files"
