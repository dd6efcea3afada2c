"""What a record still lacks: before anybody else reads it, and before it could get a DOI. Pure: asks nothing, changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from commonweave.base.verdict import YES, Verdict, no

if TYPE_CHECKING:
    from commonweave.evidence.models import Record


def may_stand(record: Record) -> Verdict:
    """Say whether a record says enough to be read by others."""
    if missing := lacking(record):
        return no(_("This record still lacks: %(what)s.") % {"what": "; ".join(missing)})
    return YES


def may_be_alone(twin: Record | None) -> Verdict:
    """A publication stands here once: `twin` is a published record with the same DOI."""
    if twin is None:
        return YES
    return no(_("Another published record has this DOI: %(title)s.") % {"title": twin.titles})


def lacking(record: Record) -> list[str]:
    """Return what a record needs before anybody else reads it, in the reader's words."""
    needs = (
        (_("a title in its own language"), record.titles.texts.get(record.language)),
        (_("who wrote it"), record.authors),
        (_("what was done and found, in short"), record.summary),
        (_("where these facts were read"), record.sources),
    )
    return [words for words, there in needs if not there]


def lacking_for_doi(record: Record) -> list[str]:
    """Return what DataCite would still ask for before a DOI could be made for it (schema 4, mandatory properties)."""
    needs = (
        (_("who wrote it"), record.authors),
        (_("a title in its own language"), record.titles.texts.get(record.language)),
        (_("who published it"), record.publisher),
        (_("the year"), record.year),
        (_("what kind of publication it is"), record.kind),
        (_("an address where it can be read"), record.url),
    )
    return [words for words, there in needs if not there]
