"""Every change of who covers what, or of a body's name, makes a new edition, whoever makes the change."""

from importlib import import_module

from django.db import migrations

on_change = import_module("commonweave.places.migrations.0003_new_edition").on_change


class Migration(migrations.Migration):
    """Processes keep coverages in memory; a trigger cannot be forgotten."""

    dependencies = [("people", "0003_second_person"), ("places", "0003_new_edition")]
    operations = [on_change("people_coverage", "people_team", "people_organisation")]
