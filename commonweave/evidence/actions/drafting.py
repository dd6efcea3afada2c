"""Writing records: a draft is begun, changed, and begun anew as the next edition of what is published."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import transaction
from django.utils.text import slugify

from commonweave.base import journal
from commonweave.base.sorting import fold
from commonweave.base.text import Text
from commonweave.evidence import queries, rules
from commonweave.evidence.actions.files import attach_file
from commonweave.evidence.actions.publishing import republish
from commonweave.evidence.models import Direction, Rating, Record, State
from commonweave.sharing.models import Tlp

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date
    from uuid import UUID

    from commonweave.base.viewer import Viewer

LONGEST_SLUG = 90


@dataclass(frozen=True)
class Facts:
    """Everything that a person says of a publication; names and meanings are those of `Record`."""

    kind: str
    titles: Text
    language: str
    year: int
    summary: Text = field(default_factory=Text)
    authors: list[dict[str, str]] = field(default_factory=list)
    publisher: str = ""
    doi: str = ""
    url: str = ""
    licence: str = ""
    edition: str = ""
    funder: str = ""
    project: str = ""
    embargo_until: date | None = None
    tlp: str = Tlp.CLEAR
    readers: list[UUID] = field(default_factory=list)
    interventions: list[str] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)
    populations: list[str] = field(default_factory=list)
    levels: list[str] = field(default_factory=list)
    countries: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    design: str = "none_stated"
    direction: str = Direction.UNKNOWN
    directions: dict[str, str] = field(default_factory=dict)
    coded_by: str = ""
    rating: str = Rating.ONE
    sources: list[dict[str, str]] = field(default_factory=list)
    sample: str = ""


def put_in(record: Record, facts: Facts, viewer: Viewer) -> None:
    """Give a record its facts. Whoever makes it RED reads it; other organisations are named of what is AMBER alone."""
    for name, value in vars(facts).items():
        setattr(record, name, value)
    record.untouched = False
    if record.tlp != Tlp.AMBER:
        record.readers = []
    if record.tlp != Tlp.RED:
        record.people = []
    elif viewer.person and viewer.person not in record.people:
        record.people = [*record.people, viewer.person]


def drafted(viewer: Viewer, holder: UUID, facts: Facts) -> Record:
    """Return an unsaved draft with an address of its own, which stays when the title changes."""
    record = Record(pk=uuid4(), holder=holder, state=State.DRAFT)
    put_in(record, facts, viewer)
    said = slugify(fold(facts.titles.texts.get("en") or str(facts.titles)))[:LONGEST_SLUG].strip("-")
    record.slug = f"{said or facts.kind.replace('_', '-')}-{record.pk.hex[:8]}"
    return record


@transaction.atomic
def start_record(viewer: Viewer, *, holder: UUID, facts: Facts, file: UUID | None = None) -> Record:
    """Begin a draft for one's own organisation, with a document that waits if there is one."""
    rules.may_draft(viewer, holder).enforce()
    record = drafted(viewer, holder, facts)
    record.save(force_insert=True)
    journal.write(viewer, "record.drafted", kind="record", subject=record.pk)
    if file:
        attach_file(viewer, record, file)
    return record


@transaction.atomic
def change_record(viewer: Viewer, pk: UUID, facts: Facts, *, cleared: Collection[str] = ()) -> Record:
    """Put other facts in place of those that a record says; what is published stays whole and can be found by them at once.

    What was judged of a published record stays: only appraisals change it (`actions.judging`).
    """
    record = queries.get_record(viewer, pk, lock=True)
    rules.may_change(viewer, record).enforce()
    if record.state == State.PUBLISHED:
        facts = replace(facts, **{name: getattr(record, name) for name in rules.JUDGED})
    put_in(record, facts, viewer)
    if record.state == State.PUBLISHED:
        return republish(viewer, record, cleared=cleared)
    record.save()
    journal.write(viewer, "record.changed", kind="record", subject=record.pk)
    return record


@transaction.atomic
def start_version(viewer: Viewer, pk: UUID) -> Record:
    """Begin the next edition of what is published: its facts, without its own identifier, edition and embargo."""
    before = queries.get_record(viewer, pk)
    rules.may_draft(viewer, before.holder).enforce()
    rules.may_follow(before).enforce()
    said = {name: getattr(before, name) for name in Facts.__dataclass_fields__}
    said |= {"doi": "", "edition": "", "embargo_until": None}
    record = drafted(viewer, before.holder, Facts(**said))
    record.follows = before
    record.save(force_insert=True)
    journal.write(viewer, "record.drafted", kind="record", subject=record.pk, follows=before.pk)
    return record
