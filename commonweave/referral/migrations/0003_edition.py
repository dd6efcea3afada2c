"""A changed outside service makes a new edition: prepared pages show it."""

from importlib import import_module

from django.db import migrations

on_change = import_module("commonweave.places.migrations.0003_new_edition").on_change


class Migration(migrations.Migration):
    """Prepared pages name outside services."""

    dependencies = [("referral", "0002_policies"), ("places", "0003_new_edition")]
    operations = [on_change("referral_destination")]
