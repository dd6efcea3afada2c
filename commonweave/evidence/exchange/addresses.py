"""Where a record stands on this node: one address each, whatever language or host somebody asked with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

if TYPE_CHECKING:
    from commonweave.evidence.models import Record


def absolute(name: str, *path: object) -> str:
    """Return the public address of a page or a file in the first language."""
    with override(settings.LANGUAGE_CODE):
        return str(settings.CONFIG.url) + reverse(name, args=path)


def page_of(record: Record) -> str:
    """Return the address of a record's page."""
    return absolute("evidence:record", record.slug)


def file_of(record: Record, form: str) -> str:
    """Return the address of a record in a form that programs read."""
    return absolute("evidence:citation", record.slug, form)


def concept(scheme: str, code: str) -> str:
    """Return the address of a word of the vocabulary."""
    return f"{absolute('vocabulary:scheme', scheme)}#{code}"
