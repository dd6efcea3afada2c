"""How tests make a record in one line."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.db import connection
from django.utils import timezone

from commonweave.base.text import Text
from commonweave.evidence.actions import words_of
from commonweave.evidence.models import (
    Adaptation,
    Appraisal,
    DueEvaluation,
    Effect,
    Harvest,
    Proposal,
    Record,
    RecordFile,
    Reply,
    State,
)
from commonweave.sharing.models import Tlp

if TYPE_CHECKING:
    from datetime import date

    from commonweave.people.models import Membership

_numbers = itertools.count(1)
SOURCE = {"where": "https://example.org/study", "facts": "everything", "opened_on": "2026-01-01"}


def make_record(title: str = "", *, holder: UUID | None = None, state: str = State.PUBLISHED, **columns: Any) -> Record:
    """Make a published record of a trial that helped."""
    number = next(_numbers)
    day: date | None = None if state == State.DRAFT else timezone.now().date()
    said: dict[str, Any] = {
        "slug": f"study-{number}",
        "tlp": Tlp.CLEAR,
        "kind": "evaluation",
        "titles": Text.of(title or f"Study {number}"),
        "summary": Text.of("What was done, and what came of it."),
        "language": "en",
        "authors": [{"family": "Banda", "given": "T."}],
        "year": 2020,
        "interventions": ["mentoring"],
        "outcomes": ["prejudice"],
        "design": "rct",
        "direction": "helped",
        "sources": [SOURCE],
        "published_on": day,
    }
    record = Record(holder=holder or uuid4(), state=state, **(said | columns))
    if state == State.WITHDRAWN:
        record.authors, record.sources, record.withdrawn_on = [], [], day
        record.titles = record.summary = Text()
    else:
        record.words = words_of(record)
    record.save(force_insert=True)
    return record


def add_file(record: Record | None, person: UUID | None = None, **columns: Any) -> RecordFile:
    """Add a document to a record; without one it waits for its person."""
    said: dict[str, Any] = {"on": "2026-01-01", "name": "study.pdf", "size": 5, "sha256": "00", "data": b"%PDF-"}
    return RecordFile.objects.create(record=record, person=person or uuid4(), **(said | columns))


def add_harvest(holder: UUID, address: str = "https://example.org/oai", **columns: Any) -> Harvest:
    """Add a harvest of an organisation."""
    return Harvest.objects.create(holder=holder, address=address, **({"asked_on": "2026-01-01"} | columns))


def add_effect(record: Record, **columns: Any) -> Effect:
    """Add an effect to a record."""
    said: dict[str, Any] = {
        "position": record.effects.count(),
        "study": "Study A",
        "outcome": "prejudice",
        "measure": "smd",
        "yi": -0.3,
        "vi": 0.02,
        "positive_is": "bad",
        "source": "Table 2",
    }
    return Effect.objects.create(record=record, **(said | columns))


def settle(seconds: int = 5) -> None:
    """Do what a commit does (say when what the public sees changed), and let some seconds pass since."""
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("set role commonweave_owner")
        cursor.execute("update evidence_change set changed_at = changed_at - make_interval(secs => %s)", [seconds])
        cursor.execute("set role commonweave_worker")


def add_reply(record: Record, membership: Membership, **columns: Any) -> Reply:
    """Add a reply by a member."""
    said = {"programme": "Bridges", "words": "It was colder that year.", "language": "en", "on": timezone.now().date()}
    by = {"person_id": membership.person_id, "organisation_id": membership.organisation_id}
    return Reply.objects.create(record=record, **(said | by | columns))


def add_appraisal(record: Record, membership: Membership, **columns: Any) -> Appraisal:
    """Add what a member made of a record."""
    said = {"interest": "none", "seen_others": False, "design": "rct", "direction": "helped", "language": "en"}
    by = {"person_id": membership.person_id, "organisation_id": membership.organisation_id}
    return Appraisal.objects.create(record=record, done_at=timezone.now(), **(said | by | columns))


def add_adaptation(record: Record, membership: Membership, **columns: Any) -> Adaptation:
    """Add a note of where something was used since."""
    said = {
        "place": "Luton",
        "country": "GB",
        "year": 2024,
        "changed": "Shorter",
        "words": "We counted.",
        "language": "en",
    }
    by = {"person_id": membership.person_id, "organisation_id": membership.organisation_id}
    kept = {"happened": "made_worse", "on": timezone.now().date(), "state": "waiting"}
    return Adaptation.objects.create(record=record, **(said | by | kept | columns))


def make_due(holder: UUID, due_on: str = "2999-01-01", **columns: Any) -> DueEvaluation:
    """Make an evaluation that is due."""
    said = {"programme": "Circles", "funder": "Fund", "runner": "Bridges", "tlp": Tlp.CLEAR, "first_due_on": due_on}
    return DueEvaluation.objects.create(holder=holder, due_on=due_on, **(said | columns))


def add_proposal(holder: UUID, **columns: Any) -> Proposal:
    """Add a study that was sent in to an organisation."""
    number = next(_numbers)
    said: dict[str, Any] = {
        "place": 1,
        "code_hash": number.to_bytes(32),
        "on": timezone.now().date(),
        "title": f"Sent in {number}",
        "language": "en",
        "kind": "evaluation",
        "year": 2024,
        "words": "Nothing changed.",
        "words_language": "en",
    }
    return Proposal.objects.create(holder=holder, **(said | columns))
