"""The journal: what is sealed cannot be changed, removed or reordered without being noticed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import SigningKey

from commonweave.base import journal, merkle
from commonweave.base.journal import seal
from commonweave.base.journal.seal import batch_hash, leaf_data, ring_bells, seal_batch, verify_key
from commonweave.base.journal.verify import batch_numbered, checkpoint_of, newest_checkpoint, verify
from commonweave.base.journal.write import NotAFact
from commonweave.base.models import JournalBatch, JournalEntry, JournalLeaf
from commonweave.base.tests.roles import as_viewer
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
    ("sql", "said"),
    [
        ("update base_journalentry set verb = 'thing.undone' where id = %s", ["Entry {} (number {}) was changed."]),
        ("update base_journalentry set facts = '{}' where id = %s", ["Entry {} (number {}) was changed."]),
        ("update base_journalentry set actor = gen_random_uuid() where id = %s", ["Entry {} (number {}) was changed."]),
        (
            "update base_journalentry set at = at + interval '1 second' where id = %s",
            ["Entry {} (number {}) was changed."],
        ),
        ("delete from base_journalentry where id = %s", ["Entry {} (number {}) was deleted."]),
        (
            "update base_journalleaf set hash = '\\x00' where entry = %s",
            ["Entry {} (number {}) was changed.", "Batch {} does not hold what was sealed."],
        ),
    ],
)
def test_every_change_is_noticed_and_named(sealed: list[JournalEntry], sql: str, said: list[str]) -> None:
    """If this failed, somebody could hide that they opened a report, or it would look like somebody else."""
    leaf = JournalLeaf.objects.get(entry=sealed[4].id)
    _as_owner(sql, sealed[4].id)
    numbers = [(leaf.entry, leaf.number), (leaf.batch_id,)]
    assert verify().faults == [words.format(*those) for words, those in zip(said, numbers, strict=False)]


def test_an_entry_taken_out_is_noticed(sealed: list[JournalEntry]) -> None:
    """A gap closed with another number would make two journals look alike."""
    _as_owner("delete from base_journalleaf where number = 4")
    said = verify().faults
    assert said[:2] == [f"Entry number {number} is missing from batch 2." for number in (4, 5)]
    assert "Batch 2 does not hold what was sealed." in said
    assert len(sealed) == 9


def test_an_entry_numbered_anew_is_noticed(sealed: list[JournalEntry]) -> None:
    """Else what was put at the end would look as if it had just happened."""
    _as_owner("update base_journalleaf set number = number + 1000 where number = %s", len(sealed))
    assert verify().faults == [
        "Entry number 9 is missing from batch 3.",
        "1 entries are numbered beyond the last batch.",
    ]


def test_a_batch_taken_out_is_noticed(sealed: list[JournalEntry]) -> None:
    _as_owner("delete from base_journalleaf where batch_id = 2")
    _as_owner("delete from base_journalbatch where number = 2")
    assert verify().faults == ["Batch 2 is missing."]
    assert len(sealed) == 9


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("update base_journalbatch set signature = '\\x00' where number = 3", ["The signature of batch 3 is wrong."]),
        (
            "update base_journalbatch set previous = '\\x00' where number = 3",
            ["Batch 3 does not follow the batch before it.", "The signature of batch 3 is wrong."],
        ),
        (
            "update base_journalbatch set size = 4 where number = 3",
            ["The signature of batch 3 is wrong.", "Batch 3 does not hold what was sealed."],
        ),
        (
            "update base_journalbatch set root = decode(repeat('00', 32), 'hex') where number = 3",
            ["The signature of batch 3 is wrong.", "Batch 3 does not hold what was sealed."],
        ),
    ],
)
def test_a_seal_that_was_changed_is_named(sealed: list[JournalEntry], sql: str, said: list[str]) -> None:
    """Every part of what is signed counts: else a batch could be moved, shortened, or put elsewhere."""
    _as_owner(sql)
    assert verify().faults == said
    assert len(sealed) == 9


def test_checkpoints_that_are_not_of_this_journal_are_named(sealed: list[JournalEntry]) -> None:
    """A checkpoint of another node, or one that was mistyped, must never pass."""
    assert len(sealed) == 9
    true = [checkpoint_of(batch) for batch in JournalBatch.objects.order_by("number")]
    number, _colon, digest = true[1].partition(":")
    wrong = ["", "x", "9:ff", f"{number}:", f"3:{digest}", f"{digest}:{number}", f"{true[1]}:"]
    findings = verify([*true, *wrong])
    assert findings.faults == [f"The journal does not contain the checkpoint {each}." for each in wrong]
    assert findings.checkpoint == newest_checkpoint() == true[2]
    assert batch_numbered(2) == JournalBatch.objects.get(number=2)
    assert batch_numbered(4) is None


def test_checking_tells_how_far_it_has_come(sealed: list[JournalEntry]) -> None:
    """Whoever checks millions of entries has to see that it goes on."""
    steps: list[int] = []
    assert not verify(progress=steps.append).faults
    assert (steps, sum(steps)) == ([3, 3, 3], len(sealed))


@pytest.mark.django_db
def test_nothing_sealed_yet_is_no_fault() -> None:
    findings = verify()
    assert (findings.faults, findings.batches, findings.entries, findings.checkpoint) == ([], 0, 0, "")
    assert newest_checkpoint() == ""


@pytest.mark.django_db
def test_what_was_written_in_late_is_never_sealed_as_if_it_were_old() -> None:
    """An entry dated back behind what is sealed is said to be unsealed, and not given a number in silence."""
    today = timezone.now().date()
    journal.write(Viewer(person=uuid4()), "thing.done", kind="thing")
    assert seal_batch() == 1
    for days in (1, 2, 3):
        journal.write(NOBODY, "thing.done", kind="thing", on=today - timedelta(days=days))
    assert seal_batch() == 2
    assert seal_batch() == 0
    assert len(verify().faults) == 1


@pytest.mark.django_db
def test_a_bell_hears_the_facts_but_not_what_each_entry_has_for_itself() -> None:
    """A crowd's reports ring once; a digest of one of them has no place in a job."""
    for number in (1, 1, 2):
        journal.write(NOBODY, "thing.done", kind="thing", number=number, digest=uuid4().hex)
    old = timezone.now().date() - timedelta(days=3)
    journal.write(NOBODY, "thing.done", kind="thing", on=old, number=3)
    heard: list[tuple[str, dict[str, object]]] = []
    assert ring_bells(["thing.done"], lambda verb, facts: heard.append((verb, facts))) == 3
    assert sorted(heard, key=str) == [("thing.done", {"number": 1}), ("thing.done", {"number": 2})]
    assert ring_bells(["thing.done"], lambda verb, facts: heard.append((verb, facts)), days=3) == 1
    assert heard[-1] == ("thing.done", {"number": 3})


@pytest.mark.django_db
def test_bells_ring_in_portions() -> None:
    """After a long outage one transaction does not take all of it."""
    for number in range(3):
        journal.write(NOBODY, "thing.done", kind="thing", number=number)
    assert [ring_bells(["thing.done"], lambda _verb, _facts: None, limit=2) for _turn in range(3)] == [2, 1, 0]


ENTRY = JournalEntry(
    id=UUID(int=1),
    on=date(2026, 3, 9),
    at=datetime(2026, 3, 9, 10, 11, 12, 131415, tzinfo=UTC),
    verb="report.opened",
    actor=UUID(int=2),
    organisations=["b", "a"],
    kind="report",
    subject=UUID(int=3),
    facts={"team": "Łódź", "days": 3},
)


def test_the_exact_bytes_that_are_sealed() -> None:
    """Whoever keeps a proof for years checks it with these bytes; in any other form no old proof would hold."""
    assert leaf_data(ENTRY).decode() == (
        '{"actor":"00000000-0000-0000-0000-000000000002","at":"2026-03-09T10:11:12.131415+00:00",'
        '"facts":{"days":3,"team":"Łódź"},"id":"00000000-0000-0000-0000-000000000001","kind":"report",'
        '"on":"2026-03-09","organisations":["b","a"],"subject":"00000000-0000-0000-0000-000000000003",'
        '"verb":"report.opened"}'
    )
    assert leaf_data(JournalEntry(id=UUID(int=1), on=date(2026, 3, 9), verb="v", kind="k")).decode() == (
        '{"actor":null,"at":null,"facts":{},"id":"00000000-0000-0000-0000-000000000001","kind":"k",'
        '"on":"2026-03-09","organisations":[],"subject":null,"verb":"v"}'
    )


def test_the_journals_key_comes_from_its_own_label() -> None:
    """docs/envelopes.md promises it: a key shared with another purpose would sign what nobody meant."""
    assert bytes(verify_key()) == bytes(SigningKey(settings.CONFIG.derive("journal")).verify_key)


def test_batches_are_numbered_chained_and_signed(sealed: list[JournalEntry]) -> None:
    """By the written rules, worked out here anew: what only our own check accepts convinces nobody else."""
    previous, leaf = merkle.EMPTY, 0
    for number, batch in enumerate(JournalBatch.objects.order_by("number"), start=1):
        leaves = list(JournalLeaf.objects.filter(batch=batch).order_by("number"))
        assert (batch.number, batch.size, bytes(batch.previous)) == (number, 3, previous)
        assert [row.number for row in leaves] == list(range(leaf + 1, leaf + 4))
        assert [row.entry for row in leaves] == sorted(row.entry for row in leaves)
        hashes = [merkle.leaf_hash(leaf_data(JournalEntry.objects.get(pk=row.entry))) for row in leaves]
        assert [bytes(row.hash) for row in leaves] == hashes
        assert bytes(batch.root) == merkle.root(hashes)
        said = merkle.statement(number, 3, previous, bytes(batch.root))
        assert verify_key().verify(said, bytes(batch.signature)) == said
        previous, leaf = batch_hash(batch), leaf + 3
        assert previous == merkle.sealed_hash(said, bytes(batch.signature))
    assert leaf == len(sealed)


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
def test_an_entry_keeps_what_it_was_told() -> None:
    """What, of what kind, about which thing, on which day: an entry without one of these proves nothing."""
    subject, team, day = uuid4(), uuid4(), date(2026, 3, 9)
    longest = "x" * 60
    facts: dict[str, Any] = {"team": team, "until": day, "days": 3, "kept": True, "code": longest}
    person = Viewer(person=uuid4())
    journal.write(person, "thing.done", kind="thing", subject=subject, on=day, **facts)
    row = JournalEntry.objects.get()
    assert (row.verb, row.kind, row.subject, row.on) == ("thing.done", "thing", subject, day)
    assert row.facts == {"team": str(team), "until": "2026-03-09", "days": 3, "kept": True, "code": longest}
    assert journal.entry(person, "thing.done", kind="thing").on == timezone.now().date()


@pytest.mark.django_db
def test_only_a_persons_act_has_a_time_of_day_unless_it_is_dated() -> None:
    """What somebody does on behalf of a resident must not tell when the resident was there."""
    person, system = Viewer(person=uuid4()), Viewer(system=True)
    cases = {"seen.now": (person, False), "dated.only": (person, True), "by.system": (system, False)}
    for verb, (viewer, dated) in cases.items():
        journal.write(viewer, verb, kind="thing", dated=dated)
    assert set(JournalEntry.objects.filter(at__isnull=False).values_list("verb", flat=True)) == {"seen.now"}


@pytest.mark.django_db
@pytest.mark.parametrize("fact", ["a name with spaces", "someone@example.org", "x" * 61, 1.5, None, ["a"]])
def test_journal_refuses_free_text(fact: object) -> None:
    """Names, addresses and words of reports have no place in the journal."""
    with pytest.raises(NotAFact):
        journal.write(NOBODY, "thing.done", kind="thing", word=fact)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_members_read_their_own_entries_alone() -> None:
    """What a colleague opened and when is for the administrators of the journal, and for nobody beside them."""
    mine, other = Viewer(person=uuid4()), Viewer(person=uuid4())
    journal.write(mine, "thing.mine", kind="thing")
    journal.write(other, "thing.other", kind="thing")
    journal.write(NOBODY, "thing.nobodys", kind="thing")
    for viewer, verbs in ((mine, ["thing.mine"]), (other, ["thing.other"]), (NOBODY, [])):
        with as_viewer(viewer):
            assert list(JournalEntry.objects.values_list("verb", flat=True)) == verbs


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
