"""Pages learn within seconds that they belong to a demonstration, and say so."""

from importlib import import_module

from django.db import migrations

on_change = import_module("commonweave.places.migrations.0003_new_edition").on_change


class Migration(migrations.Migration):
    """Processes keep it in memory (`people/coverage.py`)."""

    dependencies = [("people", "0005_origin_stays")]
    operations = [on_change("people_demonstration")]
