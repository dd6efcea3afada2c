"""Sealing: the worker numbers what is new and signs it as one chained batch.

What residents did is sealed once a day, in the order of random identifiers, so that neither numbers nor batches
say when within the day it happened or what came before what.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone
from nacl.signing import SigningKey, VerifyKey

from commonweave.base import merkle
from commonweave.base.models import JournalBatch, JournalEntry, JournalLeaf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

LARGEST_BATCH = 10_000
OWN = "digest"
"""A fact that every entry has for itself: bells do not hear it, or a crowd would ring once for each."""
_LOCK = 0x6A6F75726E616C  # one sealer at a time, in the whole database


def signing_key() -> SigningKey:
    """Return the node's journal key (Ed25519), derived from the secret file."""
    return SigningKey(settings.CONFIG.derive("journal"))


def verify_key() -> VerifyKey:
    """Return the public half, by which anyone checks batches."""
    return signing_key().verify_key


def leaf_data(entry: JournalEntry) -> bytes:
    """Return the exact bytes that are hashed for an entry: canonical JSON (sorted keys, no spaces, UTF-8)."""
    return json.dumps(
        {
            "id": str(entry.id),
            "on": entry.on.isoformat(),
            "at": entry.at.isoformat() if entry.at else None,
            "verb": entry.verb,
            "actor": str(entry.actor) if entry.actor else None,
            "organisations": entry.organisations,
            "kind": entry.kind,
            "subject": str(entry.subject) if entry.subject else None,
            "facts": entry.facts,
        },
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    ).encode()


def batch_hash(batch: JournalBatch) -> bytes:
    """Hash of a sealed batch, which the next one carries as `previous`: the checkpoint others may keep."""
    said = merkle.statement(batch.number, batch.size, bytes(batch.previous), bytes(batch.root))
    return merkle.sealed_hash(said, bytes(batch.signature))


def _unsealed(today: date) -> Iterable[JournalEntry]:
    # A full batch may have left older entries behind, so it says nothing about how far sealing has come.
    horizon = JournalBatch.objects.filter(size__lt=LARGEST_BATCH).aggregate(newest=Max("sealed_on"))["newest"]
    sealed = Exists(JournalLeaf.objects.filter(entry=OuterRef("id")))
    entries = JournalEntry.objects.filter(~sealed).exclude(at__isnull=True, on__gte=today)
    if horizon:
        entries = entries.filter(on__gte=horizon - timedelta(days=2))
    return entries.order_by("id")[:LARGEST_BATCH]


@transaction.atomic
def seal_batch(today: date | None = None) -> int:
    """Seal one batch of what is new and return how many entries it holds (0: nothing to do)."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
    entries = list(_unsealed(today or timezone.now().date()))
    if not entries:
        return 0
    last = JournalBatch.objects.order_by("-number").first()
    first_leaf = (JournalLeaf.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    hashes = [merkle.leaf_hash(leaf_data(entry)) for entry in entries]
    number = last.number + 1 if last else 1
    previous = batch_hash(last) if last else merkle.EMPTY
    root = merkle.root(hashes)
    signature = signing_key().sign(merkle.statement(number, len(entries), previous, root)).signature
    batch = JournalBatch.objects.create(
        number=number, size=len(entries), previous=previous, root=root, signature=signature
    )
    JournalLeaf.objects.bulk_create(
        JournalLeaf(number=first_leaf + offset, entry=entry.id, batch=batch, hash=hashed)
        for offset, (entry, hashed) in enumerate(zip(entries, hashes, strict=True))
    )
    return len(entries)


_RING = """
with rung as (
  insert into base_journalbell (entry)
  select e.id from base_journalentry e
  where e.verb = any(%s) and e."on" >= %s and not exists (select from base_journalbell b where b.entry = e.id)
  limit %s
  returning entry
)
select e.verb, (e.facts - %s)::text, count(*) from base_journalentry e join rung on rung.entry = e.id group by 1, 2
"""


@transaction.atomic
def ring_bells(
    verbs: Iterable[str], ring: Callable[[str, dict[str, Any]], None], *, days: int = 2, limit: int = 10_000
) -> int:
    """Hand verb and facts of the new entries to `ring`, the same facts once, in one transaction; return how many entries.

    `days` is how far to look back: a little in the running loop, far when a worker starts after an outage.
    """
    since = timezone.now().date() - timedelta(days=days)
    with connection.cursor() as cursor:
        cursor.execute(_RING, [list(verbs), since, limit, OWN])
        rows = cursor.fetchall()
    for verb, facts, _count in rows:
        ring(verb, json.loads(facts))
    return sum(count for _verb, _facts, count in rows)
