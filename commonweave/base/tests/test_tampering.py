"""Whatever somebody does to the journal before a checkpoint that others keep, with every right and the node's own key."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from django.db import connection, transaction

from commonweave.base import journal, merkle
from commonweave.base.journal.seal import batch_hash, leaf_data, seal_batch, signing_key
from commonweave.base.journal.verify import checkpoint_of, verify
from commonweave.base.models import JournalBatch, JournalEntry, JournalLeaf
from commonweave.base.tests.sizes import luck as lucky
from commonweave.base.tests.sizes import size
from commonweave.base.viewer import Viewer

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

BATCHES, ENTRIES = 4, 4
TABLES = ("base_journalentry", "base_journalleaf", "base_journalbatch")


class Rollback(Exception):
    """Take a tampering back."""


class Tamperer:
    """Somebody who owns the database; `batch` is the last one that an outside checkpoint covers."""

    def __init__(self, luck: Random, batch: int) -> None:
        self.luck = luck
        self.batch = luck.randint(1, batch)
        self.leaves = list(JournalLeaf.objects.order_by("number"))
        self.mine = [leaf for leaf in self.leaves if leaf.batch_id == self.batch]
        self.leaf = luck.choice(self.mine)
        self.entry = JournalEntry.objects.get(pk=self.leaf.entry)

    def new_id(self) -> UUID:
        return UUID(int=self.luck.getrandbits(128))

    def noise(self, length: int = 32) -> bytes:
        return self.luck.randbytes(length)

    # Editing

    def edit_entry(self) -> None:
        """Say that it was somebody else, another day, another thing, or for another body."""
        entry, luck = self.entry, self.luck
        other: dict[str, Callable[[], object]] = {
            "on": lambda: entry.on + timedelta(days=luck.choice((-1, 1))),
            "at": lambda: entry.at + timedelta(microseconds=luck.choice((-1, 1))) if entry.at else None,
            "verb": lambda: f"{entry.verb}x",
            "actor": lambda: luck.choice((None, self.new_id())),
            "organisations": lambda: luck.choice(([], [*entry.organisations, str(self.new_id())])),
            "kind": entry.kind.upper,
            "subject": lambda: luck.choice((None, self.new_id())),
            "facts": lambda: luck.choice(
                ({}, {**entry.facts, "more": True}, {**entry.facts, "number": float(entry.facts["number"])})
            ),
        }
        column = luck.choice(sorted(other))
        JournalEntry.objects.filter(pk=entry.pk).update(**{column: other[column]()})

    def edit_seal(self) -> None:
        """Change what was sealed instead of what it seals."""
        batch = JournalBatch.objects.get(number=self.batch)
        column = self.luck.choice(("size", "previous", "root", "signature", "hash"))
        if column == "hash":
            JournalLeaf.objects.filter(pk=self.leaf.pk).update(hash=self.noise())
            return
        other = (
            batch.size + self.luck.choice((-1, 1)) if column == "size" else self.noise(self.luck.choice((0, 32, 64)))
        )
        JournalBatch.objects.filter(pk=batch.pk).update(**{column: other})

    def edit_and_reseal(self) -> None:
        """Change an entry and seal everything after it anew, with the node's own key."""
        self.edit_entry()
        self.reseal()

    # Deleting

    def delete_entry(self) -> None:
        JournalEntry.objects.filter(pk=self.entry.pk).delete()

    def delete_leaf(self) -> None:
        """Leave a gap, or close it."""
        JournalLeaf.objects.filter(pk=self.leaf.pk).delete()
        if self.luck.random() < 0.5:
            JournalEntry.objects.filter(pk=self.entry.pk).delete()
        if self.luck.random() < 0.5:
            self.number_anew()

    def delete_and_reseal(self) -> None:
        JournalLeaf.objects.filter(pk=self.leaf.pk).delete()
        JournalEntry.objects.filter(pk=self.entry.pk).delete()
        self.number_anew()
        self.reseal()

    def delete_batch(self) -> None:
        """Take out a whole batch with its entries; perhaps move up those after it, perhaps with the key."""
        self.remove(self.batch, self.batch)
        if self.luck.random() < 0.7:
            for number in range(self.batch + 1, BATCHES + 1):
                row = JournalBatch.objects.get(number=number)
                row.number = number - 1
                row.save(force_insert=True)
                JournalLeaf.objects.filter(batch=number).update(batch=number - 1)
                JournalBatch.objects.filter(number=number).delete()
            self.number_anew()
        if self.luck.random() < 0.5:
            self.reseal()

    # Reordering

    def swap_numbers(self) -> None:
        """Let two leaves change places: what came first comes second."""
        other = self.luck.choice([leaf for leaf in self.leaves if leaf.pk != self.leaf.pk])
        whole = self.luck.random() < 0.5  # the batch, too
        for leaf, place in ((self.leaf, other), (other, self.leaf)):
            JournalLeaf.objects.filter(entry=leaf.entry).update(number=-place.number)
            if whole:
                JournalLeaf.objects.filter(entry=leaf.entry).update(batch=place.batch_id)
        JournalLeaf.objects.filter(number=-self.leaf.number).update(number=self.leaf.number)
        JournalLeaf.objects.filter(number=-other.number).update(number=other.number)
        if self.luck.random() < 0.5:
            self.reseal()

    def swap_contents(self) -> None:
        """Let two entries exchange what they say, each under its own identifier."""
        other = JournalEntry.objects.get(
            pk=self.luck.choice([leaf.entry for leaf in self.leaves if leaf.pk != self.leaf.pk])
        )
        one, two = self.entry.pk, other.pk
        for row, key in ((self.entry, two), (other, one)):
            row.pk = key
            row.save(force_update=True)
        if self.luck.random() < 0.5:
            self.reseal()

    def swap_batches(self) -> None:
        other = self.luck.choice([number for number in range(1, BATCHES + 1) if number != self.batch])
        columns = ("size", "previous", "root", "signature")
        one, two = (JournalBatch.objects.get(number=number) for number in (self.batch, other))
        for name in columns:
            first, second = getattr(one, name), getattr(two, name)
            setattr(one, name, second)
            setattr(two, name, first)
        one.save()
        two.save()

    # Cutting off, and slipping in

    def truncate(self) -> None:
        """Cut the journal off after an earlier batch, or in the middle of one."""
        if self.luck.random() < 0.5:
            self.remove(self.batch, BATCHES)
        else:
            JournalLeaf.objects.filter(number__gte=self.leaf.number).delete()
            JournalBatch.objects.filter(number__gt=self.batch).delete()

    def truncate_and_reseal(self) -> None:
        """Cut it off in the middle of a batch, write another end, and seal that with the node's own key."""
        JournalLeaf.objects.filter(number__gte=self.leaf.number).delete()
        JournalBatch.objects.filter(number__gt=self.batch).delete()
        if self.leaf == self.mine[0]:
            JournalBatch.objects.filter(number=self.batch).delete()
        else:
            self.reseal()
        journal.write(Viewer(person=self.new_id()), "thing.invented", kind="thing")
        seal_batch()

    def insert(self) -> None:
        """Slip in something that never happened."""
        fake = journal.entry(Viewer(person=self.new_id()), "thing.invented", kind="thing", number=1)
        fake.save(force_insert=True)
        later = list(JournalLeaf.objects.filter(number__gt=self.leaf.number).order_by("number"))
        JournalLeaf.objects.filter(number__gt=self.leaf.number).delete()
        hashed = merkle.leaf_hash(leaf_data(fake))
        slipped = JournalLeaf(number=self.leaf.number + 1, entry=fake.pk, batch_id=self.batch, hash=hashed)
        for leaf in later:
            leaf.number += 1
        JournalLeaf.objects.bulk_create([slipped, *later])
        if self.luck.random() < 0.7:
            self.reseal()

    def remove(self, first: int, last: int) -> None:
        leaves = JournalLeaf.objects.filter(batch__gte=first, batch__lte=last)
        JournalEntry.objects.filter(pk__in=list(leaves.values_list("entry", flat=True))).delete()
        leaves.delete()
        JournalBatch.objects.filter(number__range=(first, last)).delete()

    def number_anew(self) -> None:
        for number, leaf in enumerate(list(JournalLeaf.objects.order_by("number")), start=1):
            if leaf.number != number:
                JournalLeaf.objects.filter(entry=leaf.entry).update(number=number)

    def reseal(self) -> None:
        """Make every hash, root, chain and signature fit again, as only the holder of the node's key can."""
        previous = merkle.EMPTY
        for batch in JournalBatch.objects.order_by("number"):
            leaves = list(JournalLeaf.objects.filter(batch=batch).order_by("number"))
            entries = JournalEntry.objects.in_bulk([leaf.entry for leaf in leaves])
            hashes = [merkle.leaf_hash(leaf_data(entries[leaf.entry])) for leaf in leaves]
            for leaf, hashed in zip(leaves, hashes, strict=True):
                if bytes(leaf.hash) != hashed:
                    JournalLeaf.objects.filter(entry=leaf.entry).update(hash=hashed)
            batch.size, batch.previous, batch.root = len(leaves), previous, merkle.root(hashes)
            signed = signing_key().sign(merkle.statement(batch.number, batch.size, previous, batch.root))
            batch.signature = signed.signature
            batch.save()
            previous = batch_hash(batch)


WAYS = (
    Tamperer.edit_entry,
    Tamperer.edit_seal,
    Tamperer.edit_and_reseal,
    Tamperer.delete_entry,
    Tamperer.delete_leaf,
    Tamperer.delete_and_reseal,
    Tamperer.delete_batch,
    Tamperer.swap_numbers,
    Tamperer.swap_contents,
    Tamperer.swap_batches,
    Tamperer.truncate,
    Tamperer.truncate_and_reseal,
    Tamperer.insert,
)


@pytest.fixture
def checkpoints(db: None) -> list[str]:
    """Seal a small journal and return what others keep of each batch; from here on everything is allowed."""
    luck = lucky("journal")
    for _batch in range(BATCHES):
        person = Viewer(
            person=UUID(int=luck.getrandbits(128)), organisations=frozenset({UUID(int=luck.getrandbits(128))})
        )
        for number in range(ENTRIES):
            journal.write(person, "thing.done", kind="thing", subject=UUID(int=luck.getrandbits(128)), number=number)
        assert seal_batch() == ENTRIES
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("reset role")
        for table in TABLES:
            cursor.execute(f"alter table {table} disable trigger append_only, no force row level security")
    return [checkpoint_of(batch) for batch in JournalBatch.objects.order_by("number")]


def test_every_tampering_before_an_outside_checkpoint_is_detected(checkpoints: list[str]) -> None:
    """If this failed, somebody with every right could hide that they opened a report, or invent that another did."""
    assert not verify([checkpoints[-1]]).faults
    for number in range(size(4 * len(WAYS))):
        luck, way = lucky(f"tampering {number}"), WAYS[number % len(WAYS)]
        covered = luck.randint(1, BATCHES)
        with suppress(Rollback), transaction.atomic():
            way(Tamperer(luck, covered))
            assert verify([checkpoints[covered - 1]]).faults, f"{way.__name__}, number {number}, was not detected"
            raise Rollback
    assert not verify([checkpoints[-1]]).faults, "each tampering was taken back before the next one"


def test_with_the_nodes_key_and_without_a_checkpoint_nothing_is_detected(checkpoints: list[str]) -> None:
    """What the threat model says plainly: only a checkpoint that somebody outside keeps tells."""
    tamperer = Tamperer(lucky("one"), BATCHES)
    tamperer.edit_and_reseal()
    assert not verify().faults
    assert verify(checkpoints[-1:]).faults
    assert not verify(checkpoints[: tamperer.batch - 1]).faults, "an older checkpoint covers what came before it only"
