"""Who reads what was sent in: administrators of the chosen organisation, and whoever has its code."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection
from django.db.models import Count
from django.http import Http404

from commonweave.base.viewer import NOBODY
from commonweave.evidence.models import Proposal
from commonweave.evidence.queries.records import published_for
from commonweave.people.queries import organisations_for
from commonweave.sharing import receipts
from commonweave.sharing.models import Tlp

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from commonweave.base.viewer import Viewer
    from commonweave.people.models import Organisation


def keepers() -> list[Organisation]:
    """Return who holds published records that anybody may read, the largest library first. Two queries."""
    rows = published_for(NOBODY).filter(tlp=Tlp.CLEAR).order_by().values_list("holder").annotate(number=Count("pk"))
    numbers = dict(rows)
    found = organisations_for(NOBODY).filter(pk__in=numbers).order_by("sort_key")
    return sorted(found, key=lambda each: -numbers[each.pk])


def proposals_for(viewer: Viewer) -> QuerySet[Proposal]:
    """Return what was sent to organisations that a viewer administers."""
    own = [pk for pk, held in viewer.roles.items() if "administrator" in held and pk in viewer.organisations]
    return Proposal.objects.filter(holder__in=own)


def waiting_proposals(viewer: Viewer) -> QuerySet[Proposal]:
    """Return what waits for a viewer's decision, the oldest first."""
    return proposals_for(viewer).filter(state=Proposal.State.WAITING).order_by("on", "pk")


def get_proposal(viewer: Viewer, pk: UUID, *, lock: bool = False) -> Proposal:
    """Return one. Raises Http404."""
    rows = proposals_for(viewer)
    if (found := (rows.select_for_update() if lock else rows).filter(pk=pk).first()) is None:
        raise Http404
    return found


def code_hash(digits: str) -> bytes:
    """Return what is stored of a code: without the key of the node it says nothing."""
    return hashlib.blake2b(digits.encode(), key=_key("code"), digest_size=32, person=b"cw-sent-in").digest()


def content_hash(holder: UUID, said: dict[str, Any]) -> bytes:
    """Return what is stored of everything that was said of a study: the same twice is the same here."""
    return hashlib.blake2b(_whole(holder, said), key=_key("content"), digest_size=32, person=b"cw-sent-in").digest()


def number_of(*, seed: UUID, holder: UUID, **said: Any) -> str:
    """Return the code of what one form sent: a second click gets it again. Nobody else has the form's random seed."""
    words = seed.bytes + _whole(holder, said)
    made = hashlib.blake2b(words, key=_key("number"), digest_size=32, person=b"cw-sent-in").digest()
    return f"{int.from_bytes(made) % 10**receipts.DIGITS:0{receipts.DIGITS}d}"


def _key(name: str) -> bytes:
    return settings.CONFIG.derive(f"{name}-of-a-proposal")


def _whole(holder: UUID, said: dict[str, Any]) -> bytes:
    return json.dumps([str(holder), said], sort_keys=True).encode()


def proposal_with(digits: str) -> Proposal | None:
    """Return what was sent in with this code; the database shows this row to whoever has it."""
    hashed = code_hash(digits)
    with connection.cursor() as cursor:
        cursor.execute("select set_config('cw.invitation', %s, true)", [hashed.hex()])
    return Proposal.objects.filter(code_hash=hashed).first()
