"""Putting things into the index and taking them out, in the transaction of whoever changes the thing itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction

from commonweave.base.text import Text
from commonweave.search.meaning import pack
from commonweave.search.models import INDEXED, YEAR, Document

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from uuid import UUID

    from commonweave.search.meaning import Numbers

WORDS = ("title", "text")


@dataclass(frozen=True, kw_only=True)
class Findable:
    """What a floor says of one of its things; the label is the thing's own (`Protected`)."""

    kind: str
    subject: UUID
    title: Text
    tlp: str
    holder: UUID
    text: Text = field(default_factory=Text)
    readers: Sequence[UUID] = ()
    labels: Sequence[str] = ()
    facets: Sequence[str] = ()
    on: date | None = None


@transaction.atomic
def put(thing: Findable) -> None:
    """Let a thing be found by whoever may read it, and by nobody else; one whose label is never indexed is taken out.

    Costs a query and a write; nothing is written when nothing changed.
    """
    put_all([thing])


@transaction.atomic
def put_all(things: Sequence[Findable]) -> None:
    """Put many things of one kind: a query for those that are known, a write for all new ones, one for each that changed."""
    for thing in things:
        if thing.tlp not in INDEXED:
            remove(thing.kind, thing.subject)
    rows = [(thing, _row(thing)) for thing in things if thing.tlp in INDEXED]
    asked = Document.objects.filter(kind__in={thing.kind for thing, _said in rows})
    there = {(row.kind, row.subject): row for row in asked.filter(subject__in=[thing.subject for thing, _said in rows])}
    new = []
    for thing, said in rows:
        if known := there.get((thing.kind, thing.subject)):
            _change(known, said)
        else:
            new.append(row_of(thing))
    Document.objects.bulk_create(new)


def row_of(thing: Findable) -> Document:
    """Return what the table will hold of a thing. Pure."""
    return Document(kind=thing.kind, subject=thing.subject, **_row(thing))


def _row(thing: Findable) -> dict[str, Any]:
    return {
        "title": thing.title,
        "text": thing.text,
        "tlp": thing.tlp,
        "holder": thing.holder,
        "readers": sorted(thing.readers),
        "labels": list(dict.fromkeys(thing.labels)),
        "facets": sorted({*thing.facets, *([f"{YEAR}={thing.on.year}"] if thing.on else [])}),
        "on": thing.on,
        "gone": False,
    }


def _change(known: Document, said: dict[str, Any]) -> None:
    changed = {name for name, value in said.items() if _plain(getattr(known, name)) != _plain(value)}
    if not changed:
        return
    if changed & set(WORDS):
        said |= {"vector": None, "vector_of": "", "vector_model": ""}
    Document.objects.filter(pk=known.pk).update(**said)


def remove(kind: str, subject: UUID) -> None:
    """Let a thing be found no more. Its words leave the table now and the indexes' files within a day."""
    Document.objects.filter(kind=kind, subject=subject, gone=False).update(
        gone=True,
        title=Text(),
        text=Text(),
        labels=[],
        facets=[],
        readers=[],
        on=None,
        vector=None,
        vector_of="",
        vector_model="",
    )


def understand(row: Document, numbers: Numbers, *, of: str, model: str) -> None:
    """Keep what a model made of a title or of the whole, unless the words have changed since it read them."""
    same = Document.objects.filter(pk=row.pk, worded=row.worded)
    same.update(vector=pack(numbers), vector_of=of, vector_model=model)


def forget_other_meanings(model: str) -> None:
    """Let everything be read again that another model read: their numbers mean nothing to each other."""
    others = Document.objects.exclude(vector_model__in=("", model))
    others.update(vector=None, vector_of="", vector_model="")


def _plain(value: object) -> object:
    return value.to_json() if isinstance(value, Text) else value
