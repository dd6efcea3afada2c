"""The journal: what is sealed cannot be changed, removed or reordered without being noticed."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from commonweave.base import journal, merkle
from commonweave.base.journal import seal
from commonweave.base.journal.seal import ring_bells, seal_batch
from commonweave.base.journal.verify import newest_checkpoint, verify
from commonweave.base.journal.write import NotAFact
from commonweave.base.models import JournalEntry
from commonweave.base.viewer import NOBODY, Viewer

TOMORROW = timezone.now().date() + timedelta(days=1)


def _as_owner(sql: str, *values: str | int | UUID) -> None:
    """Do what only somebody with the owner's rights and a disabled trigger could do."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("reset role")
        for table in ("base_journalentry", "base_journalleaf", "base_journalbatch"):
            cursor.execute(f"alter table {table} disable trigger append_only, no force row level security")
        cursor.execute(sql, values)
        for table in ("base_journalentry", "base_journalleaf", "base_journalbatch"):
            cursor.execute(f"alter table {table} enable trigger append_only, force row level security")
        cursor.execute("set role commonweave_worker")


@pytest.fixture
def sealed(db: None) -> list[JournalEntry]:
    """Nine entries in three batches."""
    person = Viewer(person=uuid4(), organisations=frozenset({uuid4()}))
    for _batch in range(3):
        for number in range(3):
            journal.write(person, "thing.done", kind="thing", subject=uuid4(), number=number)
        assert seal_batch() == 3
    return list(JournalEntry.objects.order_by("id"))


def test_untouched_journal_verifies(sealed: list[JournalEntry]) -> None:
    """A true journal is called true."""
    findings = verify([newest_checkpoint()])
    assert (findings.faults, findings.entries, findings.batches) == ([], len(sealed), 3)


@pytest.mark.parametrize(
    "sql",
    [
        "update base_journalentry set verb = 'thing.undone' where id = %s",
        "update base_journalentry set facts = '{}' where id = %s",
        "update base_journalentry set actor = gen_random_uuid() where id = %s",
        "update base_journalentry set at = at + interval '1 second' where id = %s",
        "delete from base_journalentry where id = %s",
        "delete from base_journalleaf where entry = %s",
        "update base_journalleaf set number = number + 1000 where entry = %s",
        "update base_journalleaf set hash = '\\x00' where entry = %s",
    ],
)
def test_every_change_is_noticed(sealed: list[JournalEntry], sql: str) -> None:
    """If this failed, somebody could hide that they opened a report."""
    _as_owner(sql, sealed[4].id)
    assert verify().faults


def test_cut_off_end_is_noticed_with_a_kept_checkpoint(sealed: list[JournalEntry]) -> None:
    """A journal cut at its end is whole in itself; only a checkpoint kept elsewhere tells."""
    kept = newest_checkpoint()
    _as_owner("delete from base_journalleaf where batch_id = 3")
    _as_owner("delete from base_journalbatch where number = 3")
    assert not verify().faults
    assert verify([kept]).faults
    assert len(sealed) == 9


def test_what_was_never_sealed_is_said(sealed: list[JournalEntry]) -> None:
    """Until it is sealed, an entry can be taken out without a trace; a worker that stands still must be noticed."""
    journal.write(NOBODY, "thing.done", kind="thing", on=timezone.now().date() - timedelta(days=2))
    assert not verify().faults, "residents' entries wait for the end of their day"
    journal.write(NOBODY, "thing.done", kind="thing", on=timezone.now().date() - timedelta(days=3))
    assert [fault for fault in verify().faults if fault.startswith("1 of the entries") and "never sealed" in fault]
    assert len(sealed) == 9


@pytest.mark.django_db
def test_everything_is_sealed_after_a_long_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than one batch may wait, and its oldest entries come in any order."""
    monkeypatch.setattr(seal, "LARGEST_BATCH", 2)
    for days in range(7, 0, -1):
        journal.write(NOBODY, "thing.done", kind="thing", on=timezone.now().date() - timedelta(days=days))
    while seal_batch() == 2:
        pass
    assert not verify().faults


@pytest.mark.parametrize("role", ["commonweave_web", "commonweave_worker"])
@pytest.mark.parametrize("sql", ["update base_journalentry set verb = 'x'", "delete from base_journalentry"])
def test_no_role_changes_the_journal(sealed: list[JournalEntry], role: str, sql: str) -> None:
    """The roles we run as may only add."""
    del sealed
    with connection.cursor() as cursor:
        cursor.execute(f"set role {role}")
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute(sql)
        cursor.execute("set role commonweave_worker")


@pytest.mark.django_db
def test_resident_entries_have_no_time_and_wait_for_the_end_of_the_day() -> None:
    """If this failed, the journal would say when within the day somebody reported."""
    journal.write(Viewer(receipt=uuid4()), "report.received", kind="report", subject=uuid4())
    journal.write(NOBODY, "report.nobody_takes", kind="place", subject=uuid4())
    assert set(JournalEntry.objects.values_list("at", flat=True)) == {None}
    assert seal_batch() == 0
    assert seal_batch(TOMORROW) == 2


@pytest.mark.django_db
def test_entry_names_who_acted_with_every_organisation() -> None:
    """Otherwise somebody who works for two bodies could act for one and let it look like the other."""
    person, organisations = uuid4(), frozenset(uuid4() for _ in range(3))
    journal.write(Viewer(person=person, organisations=organisations), "thing.done", kind="thing")
    written = JournalEntry.objects.get()
    assert (written.actor, written.organisations) == (person, sorted(map(str, organisations)))
    assert written.at is not None


@pytest.mark.django_db
@pytest.mark.parametrize("fact", ["a name with spaces", "someone@example.org", "x" * 61, 1.5, None, ["a"]])
def test_journal_refuses_free_text(fact: object) -> None:
    """Names, addresses and words of reports have no place in the journal."""
    with pytest.raises(NotAFact):
        journal.write(NOBODY, "thing.done", kind="thing", word=fact)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_bell_rings_once() -> None:
    """A team gets one notice, not one a minute."""
    journal.write(NOBODY, "thing.done", kind="thing")
    journal.write(NOBODY, "thing.unheard", kind="thing")
    heard: list[str] = []
    assert ring_bells(["thing.done"], lambda verb, _facts: heard.append(verb)) == 1
    assert ring_bells(["thing.done"], lambda verb, _facts: heard.append(verb)) == 0
    assert heard == ["thing.done"]


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=40), st.data())
def test_path_proves_each_leaf_and_no_other(leaves: list[bytes], data: st.DataObject) -> None:
    """An audit path leads from a leaf to the root, and from a changed leaf elsewhere."""
    hashes = [merkle.leaf_hash(leaf) for leaf in leaves]
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof = merkle.path(hashes, index)
    assert merkle.root_from(hashes[index], index, len(leaves), proof) == merkle.root(hashes)
    assert merkle.root_from(merkle.leaf_hash(b"another leaf"), index, len(leaves), proof) != merkle.root(hashes)


def test_merkle_root_known_answers() -> None:
    """The test vectors of Certificate Transparency (RFC 6962) for 0, 1, 2 and 8 leaves."""
    leaves = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
    leaves.append(bytes.fromhex("606162636465666768696a6b6c6d6e6f"))
    hashes = [merkle.leaf_hash(leaf) for leaf in leaves]
    known = {
        0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    }
    assert {count: merkle.root(hashes[:count]).hex() for count in known} == known
