"""Publishing and withdrawing records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commonweave.base import journal
from commonweave.base.sorting import fold
from commonweave.base.text import Text
from commonweave.base.verdict import Refused
from commonweave.evidence import queries, rules
from commonweave.evidence.actions.findable import let_be_found
from commonweave.evidence.models import Direction, Effect, Record, RecordFile, State
from commonweave.evidence.queries.questions import KIND
from commonweave.search import actions as search

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from uuid import UUID

    from commonweave.base.viewer import Viewer
    from commonweave.evidence.rules.redaction import Passage

CODES = ("interventions", "outcomes", "populations", "levels", "countries", "places")


def words_of(record: Record) -> str:
    """Return everything a record says, folded, so that accents and capitals do not matter to who looks for it."""
    names = [" ".join(str(part) for part in author.values()) for author in record.authors]
    said = [*record.titles.texts.values(), *record.summary.texts.values(), *names, record.publisher, *record.places]
    return fold(" ".join(said))


class Pointing(Refused):
    """Passages that could point to a person, at which nobody has looked yet."""

    def __init__(self, findings: list[Passage]) -> None:
        """Keep them for the page."""
        super().__init__(_("Look at each passage that could point to a person."))
        self.findings = findings


def let_pass(found: Collection[Passage], passed: Collection[str]) -> None:
    """Go on only when somebody let every passage pass. Raises Pointing with all of them, ticked or not."""
    if any(each.key not in passed for each in found):
        raise Pointing(list(found))


def _let_pass(viewer: Viewer, record: Record, cleared: Collection[str]) -> None:
    """Go on only when somebody let every passage pass; what was let pass once is not asked again. Raises Pointing."""
    found = queries.pointing(viewer, record)
    let_pass([each for each in found if each.key not in record.cleared], cleared)
    record.cleared = sorted({each.key for each in found})


def _save_alone(record: Record, update_fields: Sequence[str] | None = None) -> None:
    """Save, unless somebody published the same DOI since we looked. Raises Refused."""
    try:
        with transaction.atomic():
            record.save(update_fields=update_fields)
    except IntegrityError as error:
        if "record_doi" not in str(error):
            raise
        raise Refused(_("Another published record has this DOI.")) from None


@transaction.atomic
def publish_record(viewer: Viewer, pk: UUID, *, cleared: Collection[str] = ()) -> Record:
    """Let a draft be read by whoever its label allows. `cleared` names passages that may be read. Raises Pointing."""
    record = queries.get_record(viewer, pk, lock=True)
    rules.may_publish(viewer, record).enforce()
    rules.may_be_alone(queries.twin_of(viewer, record)).enforce()
    _let_pass(viewer, record, cleared)
    record.state, record.published_on = State.PUBLISHED, timezone.now().date()
    record.words = words_of(record)
    _save_alone(record, update_fields=["state", "published_on", "words", "cleared"])
    let_be_found([record])
    journal.write(viewer, "record.published", kind="record", subject=record.pk, passages=len(record.cleared))
    return record


def republish(viewer: Viewer, record: Record, *, cleared: Collection[str] = ()) -> Record:
    """Save a published record whose facts were changed, as fit to be read as on its first day. Raises Pointing."""
    rules.may_stand(record).enforce()
    rules.may_be_alone(queries.twin_of(viewer, record)).enforce()
    _let_pass(viewer, record, cleared)
    record.words = words_of(record)
    _save_alone(record)
    let_be_found([record])
    journal.write(viewer, "record.changed", kind="record", subject=record.pk)
    return record


@transaction.atomic
def withdraw_record(viewer: Viewer, pk: UUID) -> Record:
    """Take a record back. Its address goes on saying that it was there and until when; nothing else is left.

    What others wrote beside it goes, too: the database takes that away (trigger `bare`).
    """
    record = queries.get_record(viewer, pk, lock=True)
    rules.may_withdraw(viewer, record).enforce()
    Effect.objects.filter(record=record).delete()
    RecordFile.objects.filter(record=record).delete()
    for column in CODES:
        setattr(record, column, [])
    record.state, record.withdrawn_on = State.WITHDRAWN, timezone.now().date()
    record.titles = record.summary = Text()
    record.authors, record.sources, record.cleared, record.directions = [], [], [], {}
    record.publisher = record.doi = record.url = record.words = record.coded_by = record.funder = record.project = ""
    record.bias = record.sample = record.licence = record.edition = ""
    record.direction, record.design, record.sms = Direction.UNKNOWN, "none_stated", None
    record.save()
    search.remove(KIND, record.pk)
    journal.write(viewer, "record.withdrawn", kind="record", subject=record.pk)
    return record


@transaction.atomic
def import_records(viewer: Viewer, records: Iterable[Record], effects: Iterable[Effect]) -> int:
    """Take in many published records at once, such as a library. Returns how many; all of them, or none."""
    found = list(records)
    for holder in {record.holder for record in found}:
        rules.may_keep(viewer, holder).enforce()
    today = timezone.now().date()
    for record in found:
        record.state, record.published_on = State.PUBLISHED, today
        record.words = words_of(record)
    Record.objects.bulk_create(found)
    Effect.objects.bulk_create(effects)
    let_be_found(found)
    journal.write(viewer, "records.imported", kind="record", records=len(found))
    return len(found)
