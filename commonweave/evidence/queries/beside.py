"""Who reads what stands beside a record."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING, NamedTuple, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q
from django.http import Http404
from django.utils import timezone

from commonweave.evidence.models import Adaptation, Appraisal, Record, Reply, ReplyLink, State
from commonweave.evidence.queries.records import records_for
from commonweave.people.rules import administered

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import QuerySet

    from commonweave.base.viewer import Viewer

NOTES_PAGE = 30
Written = TypeVar("Written", Reply, Adaptation)


def replies_for(viewer: Viewer) -> QuerySet[Reply]:
    """Return the replies beside what a viewer may read."""
    return Reply.objects.filter(_readable(viewer)).select_related("organisation", "record")


def replies_of(viewer: Viewer, record: Record) -> list[Reply]:
    """Return a record's replies, the oldest first."""
    return list(replies_for(viewer).filter(record=record).order_by("on", "id"))


def get_reply(viewer: Viewer, pk: UUID) -> Reply:
    """Return one reply. Raises Http404."""
    if (reply := replies_for(viewer).filter(pk=pk).first()) is None:
        raise Http404
    return reply


def replies_to(viewer: Viewer, after: str = "") -> Replies:
    """Return replies to what the viewer rated or keeps as an administrator, the newest first. Raises Http404 for a wrong key."""
    rated = Appraisal.objects.filter(person=viewer.person).values("record")
    rows = replies_for(viewer).filter(Q(record__in=rated) | Q(record__holder__in=administered(viewer)))
    found = list(_after(rows, after).order_by("-on", "pk")[: NOTES_PAGE + 1])
    return Replies(found[:NOTES_PAGE], _key(found))


def concerned(viewer: Viewer, pk: UUID) -> tuple[UUID, set[UUID]] | None:
    """Return who holds a published record and who rated it, for the worker, who tells them of a reply."""
    record = Record.objects.filter(pk=pk, state=State.PUBLISHED).first() if viewer.system else None
    if record is None:
        return None
    return record.holder, set(Appraisal.objects.filter(record=record).values_list("person", flat=True))


def adaptations_for(viewer: Viewer) -> QuerySet[Adaptation]:
    """Return notes that were let through, the viewer's own, and for the holder those that wait."""
    shown = _readable(viewer) & Q(state=Adaptation.State.SHOWN)
    if viewer.person:
        shown |= Q(person=viewer.person)
    if ours := administered(viewer):
        shown |= Q(record__in=records_for(viewer).filter(holder__in=ours).values("pk"))
    return Adaptation.objects.filter(shown).select_related("organisation", "record")


def adaptations_of(viewer: Viewer, record: Record) -> list[Adaptation]:
    """Return a record's notes, the newest use first."""
    return list(adaptations_for(viewer).filter(record=record).order_by("-year", "id"))


class Notes(NamedTuple):
    """A page of notes on our records, the key of the next one ("" when this is the last), how many stand where."""

    notes: list[Adaptation]
    next: str
    counts: Mapping[str, int]


class Replies(NamedTuple):
    """A page of replies, and the key of the next one ("" when this is the last)."""

    replies: list[Reply]
    next: str


def notes_for_us(viewer: Viewer) -> QuerySet[Adaptation]:
    """Return the notes on records that an administrator's organisations hold."""
    return adaptations_for(viewer).filter(record__holder__in=administered(viewer))


def waiting_notes(viewer: Viewer) -> QuerySet[Adaptation]:
    """Return those at which nobody has looked yet."""
    return notes_for_us(viewer).filter(state=Adaptation.State.WAITING)


def notes_on_ours(viewer: Viewer, *, state: str, after: str = "") -> Notes:
    """Return notes in one state, the newest first. Two queries. Raises Http404 for a state or key that does not exist."""
    if state not in Adaptation.State.values:
        raise Http404
    rows = notes_for_us(viewer)
    counts = dict(rows.order_by().values_list("state").annotate(number=Count("pk")))
    found = list(_after(rows.filter(state=state), after).order_by("-on", "pk")[: NOTES_PAGE + 1])
    return Notes(found[:NOTES_PAGE], _key(found), counts)


def _after(rows: QuerySet[Written], after: str) -> QuerySet[Written]:
    if not after:
        return rows
    day, pk = _read(after)
    return rows.filter(Q(on__lt=day) | Q(on=day, pk__gt=pk))


def _key(found: Sequence[Reply | Adaptation]) -> str:
    """Return where the next page begins, of one row more than a page has."""
    return f"{found[NOTES_PAGE - 1].on}.{found[NOTES_PAGE - 1].pk}" if len(found) > NOTES_PAGE else ""


def _read(key: str) -> tuple[date, UUID]:
    try:
        day, pk = key.split(".")
        return date.fromisoformat(day), UUID(pk)
    except ValueError:
        raise Http404 from None


def get_adaptation(viewer: Viewer, pk: UUID) -> Adaptation:
    """Return one note. Raises Http404."""
    if (note := adaptations_for(viewer).filter(pk=pk).first()) is None:
        raise Http404
    return note


def token_hash(token: str) -> bytes:
    """Return what is stored of a link's token: 256 random bits need no slow hash."""
    return hashlib.blake2b(token.encode(), digest_size=32, person=b"cw-reply").digest()


def link_with(token: str) -> ReplyLink:
    """Return the open link of a token; the database shows this row to whoever has the token. Raises Http404."""
    hashed = token_hash(token)
    with connection.cursor() as cursor:
        cursor.execute("select set_config('cw.invitation', %s, true)", [hashed.hex()])
    rows = ReplyLink.objects.filter(token_hash=hashed, expires_on__gt=timezone.now().date(), reply__isnull=True)
    link = rows.filter(record__state=State.PUBLISHED).select_related("record").first()
    if link is None:
        raise Http404
    return link


def _readable(viewer: Viewer) -> Q:
    return Q(record__in=records_for(viewer).exclude(state=State.WITHDRAWN).values("pk"))
