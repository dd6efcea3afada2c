"""Registers the floor with Django."""

from django.apps import AppConfig


class ReferralConfig(AppConfig):
    """The floor `referral`."""

    name = "commonweave.referral"
    label = "referral"
