"""Checking the whole journal: every entry, every batch, the chain, and checkpoints that others kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.utils import timezone
from nacl.exceptions import BadSignatureError

from commonweave.base import merkle
from commonweave.base.journal.seal import batch_hash, leaf_data, verify_key
from commonweave.base.models import JournalBatch, JournalEntry, JournalLeaf

if TYPE_CHECKING:
    from collections.abc import Callable

SEALED_BY = timedelta(days=2)  # an entry without a person waits for the end of its day; any other for seconds


@dataclass
class Findings:
    """What a check saw: how much it read, and each thing that is not as it was sealed."""

    batches: int = 0
    entries: int = 0
    faults: list[str] = field(default_factory=list)
    checkpoint: str = ""

    def say(self, sentence: str) -> None:
        """Note one fault."""
        self.faults.append(sentence)


def checkpoint_of(batch: JournalBatch) -> str:
    """Return what others keep: "number:hash" of a sealed batch."""
    return f"{batch.number}:{batch_hash(batch).hex()}"


def batch_numbered(number: int) -> JournalBatch | None:
    """Return a sealed batch: what is signed of it is for everybody."""
    return JournalBatch.objects.filter(number=number).first()


def newest_checkpoint() -> str:
    """Return the newest checkpoint, or "" when nothing is sealed yet."""
    batch = JournalBatch.objects.order_by("-number").first()
    return checkpoint_of(batch) if batch else ""


def verify(checkpoints: list[str] | None = None, progress: Callable[[int], None] | None = None) -> Findings:
    """Read the journal from its first entry on and compare it with what was sealed.

    `checkpoints` are "number:hash" texts kept elsewhere; without one, a journal cut off at its end and
    sealed anew by someone who holds the node's key cannot be told from a true one.
    """
    findings = Findings()
    known: dict[int, str] = {}
    previous = merkle.EMPTY
    expected_leaf = 1
    for expected, batch in enumerate(JournalBatch.objects.order_by("number").iterator(chunk_size=500), start=1):
        if batch.number != expected:
            findings.say(f"Batch {expected} is missing.")
            return findings
        if bytes(batch.previous) != previous:
            findings.say(f"Batch {batch.number} does not follow the batch before it.")
        expected_leaf = _check_batch(batch, expected_leaf, findings)
        previous = batch_hash(batch)
        known[batch.number] = checkpoint_of(batch)
        findings.batches += 1
        findings.checkpoint = known[batch.number]
        if progress:
            progress(batch.size)
    beyond = JournalLeaf.objects.filter(number__gte=expected_leaf).count()
    if beyond:
        findings.say(f"{beyond} entries are numbered beyond the last batch.")
    _check_unsealed(findings)
    for kept in checkpoints or []:
        number = kept.partition(":")[0]
        if not number.isdigit() or known.get(int(number)) != kept:
            findings.say(f"The journal does not contain the checkpoint {kept}.")
    return findings


def _check_unsealed(findings: Findings) -> None:
    """What is not sealed can be changed or removed without a trace, so it must not stay so."""
    oldest = timezone.now().date() - SEALED_BY
    sealed = Exists(JournalLeaf.objects.filter(entry=OuterRef("id")))
    late = JournalEntry.objects.filter(~sealed, on__lt=oldest).count()
    if late:
        findings.say(
            f"{late:,} of the entries from before {oldest} were never sealed: has the worker been running? "
            "If it has, somebody wrote them in late."
        )


def _check_batch(batch: JournalBatch, first: int, findings: Findings) -> int:
    try:
        verify_key().verify(
            merkle.statement(batch.number, batch.size, bytes(batch.previous), bytes(batch.root)), bytes(batch.signature)
        )
    except (BadSignatureError, ValueError):  # ValueError: not even the length of one
        findings.say(f"The signature of batch {batch.number} is wrong.")
    leaves = list(JournalLeaf.objects.filter(batch=batch).order_by("number"))
    entries = JournalEntry.objects.in_bulk([leaf.entry for leaf in leaves])
    hashes = []
    for number, leaf in enumerate(leaves, start=first):
        entry = entries.get(leaf.entry)
        if leaf.number != number:
            findings.say(f"Entry number {number} is missing from batch {batch.number}.")
        if entry is None:
            findings.say(f"Entry {leaf.entry} (number {leaf.number}) was deleted.")
        elif merkle.leaf_hash(leaf_data(entry)) != bytes(leaf.hash):
            findings.say(f"Entry {leaf.entry} (number {leaf.number}) was changed.")
        hashes.append(bytes(leaf.hash))
    if len(leaves) != batch.size or merkle.root(hashes) != bytes(batch.root):
        findings.say(f"Batch {batch.number} does not hold what was sealed.")
    findings.entries += len(leaves)
    return first + len(leaves)
