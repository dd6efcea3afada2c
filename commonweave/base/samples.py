"""Invented content for the page that shows the components; long words and empty data among it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _


def navigation() -> list[dict[str, Any]]:
    """Return the staff navigation as a page would give it."""
    return [
        {"label": _("Reports"), "url": ".", "current": True, "count": 12},
        {"label": _("Overview"), "url": "."},
        {"label": _("Coverage"), "url": "."},
        {"label": _("Organisations"), "url": "."},
    ]


def facts() -> list[dict[str, Any]]:
    """Return facts, one of them with a link to change it."""
    return [
        {"label": _("Kind"), "value": _("Something online")},
        {"label": _("Place"), "value": "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch", "href": "."},
        {"label": _("Who may read it"), "value": _("Support organisations"), "href": "."},
    ]


def rows() -> list[list[Any]]:
    """Return rows of a table: plain cells, links and tags."""
    return [
        [{"text": "Northbank", "href": "."}, "128", {"text": _("Answered"), "tag": "success"}],
        [{"text": "Donaudampfschifffahrtsgesellschaft", "href": "."}, "64", {"text": _("Waiting"), "tag": "warn"}],
        [{"text": "Millfield", "href": "."}, None, {"text": _("Nobody covers this"), "tag": "danger"}],
    ]


def figures() -> list[dict[str, Any]]:
    """Return a figure for every kind of chart."""
    return []
