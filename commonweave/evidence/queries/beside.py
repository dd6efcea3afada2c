"""Who reads what stands beside a record."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Q
from django.http import Http404
from django.utils import timezone

from commonweave.evidence.models import Adaptation, Record, Reply, ReplyLink, State
from commonweave.evidence.queries.records import records_for

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from commonweave.base.viewer import Viewer


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


def adaptations_for(viewer: Viewer) -> QuerySet[Adaptation]:
    """Return notes that were let through, the viewer's own, and for the holder those that wait."""
    shown = _readable(viewer) & Q(state=Adaptation.State.SHOWN)
    if viewer.person:
        shown |= Q(person=viewer.person)
    if viewer.has_role("administrator"):
        shown |= Q(record__in=records_for(viewer).filter(holder__in=viewer.organisations).values("pk"))
    return Adaptation.objects.filter(shown).select_related("organisation", "record")


def adaptations_of(viewer: Viewer, record: Record) -> list[Adaptation]:
    """Return a record's notes, the newest use first."""
    return list(adaptations_for(viewer).filter(record=record).order_by("-year", "id"))


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
