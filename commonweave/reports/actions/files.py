"""Files of a report: the resident adds, reads and deletes them with the receipt; the team reads them, and adds its own to an answer."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from commonweave.base import journal
from commonweave.base.verdict import Refused
from commonweave.files import queries as files
from commonweave.files.actions import Item, Subject, keep_files, lay, remove_files, take_back
from commonweave.files.arriving import Upload, file_id
from commonweave.files.cleaning import ask
from commonweave.files.cleaning.kinds import kind_of
from commonweave.files.cleaning.unfit import Unfit
from commonweave.files.models import Sender
from commonweave.files.names import tidy
from commonweave.files.refusals import sentence
from commonweave.reports import queries, rules
from commonweave.reports.actions.resident import locked_own, resident
from commonweave.reports.actions.team import answer_report
from commonweave.reports.actions.thread import note
from commonweave.reports.sealing import recipients_of
from commonweave.sharing.envelopes import RECEIPT

if TYPE_CHECKING:
    from uuid import UUID

    from commonweave.base.viewer import Viewer
    from commonweave.files.actions import Laid
    from commonweave.files.queries import Attached, Ring
    from commonweave.reports.models import Report


@dataclass(frozen=True)
class Added:
    """What became of a file: what it is called now, and whether its original was kept, left out for safety, or not asked for."""

    name: str
    original: str = ""


def may_add_file(digits: str) -> None:
    """Ask before the first byte is taken. Raises Refused."""
    _keys, viewer = resident(digits)
    report = queries.own_report(viewer)
    if report is None:
        raise Refused(_("We have no report with this number."))
    rules.may_add_file(viewer, report).enforce()


def has_file(digits: str, sha256: str) -> bool:
    """Say whether these very bytes were added before with this receipt."""
    _keys, viewer = resident(digits)
    return files.files_for(viewer).filter(pk=file_id(digits, sha256)).exists()


def add_file(digits: str, *, name: str, data: bytes, original: bool) -> Added:
    """Clean a file, seal it for everybody who may read the report, and keep it; if asked, as it came, too.

    The same file sent twice is kept once. Raises Refused with why it is not taken.
    """
    may_add_file(digits)
    sha256 = hashlib.sha256(data).hexdigest()
    if has_file(digits, sha256):
        return Added(name)
    try:
        first = _cleaned(file_id(digits, sha256), name, data)
    except Unfit as unfit:
        raise Refused(sentence(unfit.why)) from None
    items = [first]
    if original and not first.active:
        kind = kind_of(data)
        items.append(Item(_original_of(digits, first.pk), tidy(name, kind), kind, data, original=True))
    _keep(digits, items)
    return Added(first.name, ("unsafe" if first.active else "kept") if original else "")


def _cleaned(pk: UUID, name: str, data: bytes) -> Item:
    """Return a file made anew without what it hides. Raises Unfit."""
    clean = ask.clean(data)
    return Item(pk, tidy(name, clean.kind), clean.kind, clean.data, active=clean.active, preview=clean.preview)


def clean_for_answer(viewer: Viewer, pk: UUID, *, name: str, data: bytes) -> Item:
    """Clean a file that goes with an answer; nothing is kept yet. Raises Unfit."""
    rules.may_answer(viewer, queries.get_report(viewer, pk)).enforce()
    return _cleaned(uuid4(), name, data)


def answer_with_files(viewer: Viewer, pk: UUID, *, text: str, items: list[Item]) -> Report:
    """Answer, and seal these files for the same people: all of it or nothing."""
    laid = lay(items)
    kept = False
    try:
        with transaction.atomic():
            report = answer_report(viewer, pk, text=text)
            on = queries.today_at(report)
            keep_files(viewer, subject_of(report), laid, sender=Sender.TEAM, on=on, recipients=recipients_of(report))
            note(viewer, report, "file_sent", on=on)
            journal.write(viewer, "report.file_sent", kind="report", subject=pk, team=report.team_id, files=len(laid))
        kept = True
    finally:
        if not kept:
            take_back(laid)
    return report


def _original_of(digits: str, pk: UUID) -> UUID:
    """Return the id under which the original of a cleaned file is kept, if it is."""
    return file_id(digits, pk.hex, "original")


def _keep(digits: str, items: list[Item]) -> None:
    laid = lay(items)
    kept = False
    try:
        kept = _keep_rows(digits, laid)
    finally:
        if not kept:
            take_back(laid)


@transaction.atomic
def _keep_rows(digits: str, laid: list[Laid]) -> bool:
    """Say whether they were kept: somebody may have sent the same file at the same moment."""
    _keys, viewer = resident(digits)
    report = locked_own(viewer)
    rules.may_add_file(viewer, report).enforce()
    if files.files_for(viewer).filter(pk=laid[0].item.pk).exists():
        return False
    today = queries.today_at(report)
    keep_files(viewer, subject_of(report), laid, sender=Sender.RESIDENT, on=today, recipients=recipients_of(report))
    note(viewer, report, "file_added", on=today)
    journal.write(viewer, "report.file_added", kind="report", subject=report.pk, team=report.team_id)
    return True


def subject_of(report: Report) -> Subject:
    """Return what a report's files belong to."""
    return Subject(queries.FILES, report.pk, report.team_id, report.locator)


def finish_upload(upload: Upload, *, name: str, original: bool) -> Added | None:
    """Add a file whose parts have all arrived; None when some are missing or it is not what its sender reckoned."""
    if has_file(upload.digits, upload.sha256):
        upload.forget()
        return Added(name)
    data = upload.whole()
    if data is None:
        return None
    try:
        return add_file(upload.digits, name=name, data=data, original=original)
    finally:
        upload.forget()


@transaction.atomic
def remove_file(digits: str, pk: UUID) -> None:
    """Delete a file, and with it the original it was made from."""
    _keys, viewer = resident(digits)
    report = locked_own(viewer)
    found = files.get_file(viewer, queries.FILES, report.pk, pk)
    rules.may_remove_file(viewer, report, sender=found.sender).enforce()
    gone = [found.pk, _original_of(digits, found.pk)]
    remove_files(files.files_for(viewer).filter(pk__in=gone))
    note(viewer, report, "file_removed", on=queries.today_at(report))
    journal.write(viewer, "report.file_removed", kind="report", subject=report.pk, team=report.team_id)


def read_own_file(digits: str, pk: UUID) -> tuple[Attached, bytes]:
    """Return one of the resident's own files. Raises CannotOpen."""
    keys, viewer = resident(digits)
    report = queries.own_report(viewer)
    if report is None:
        raise Http404
    return files.opened(files.get_file(viewer, queries.FILES, report.pk, pk), {RECEIPT: keys.private})


def open_file(viewer: Viewer, pk: UUID, file: UUID, *, ring: Ring) -> tuple[Attached, bytes]:
    """Return a file of a report that the viewer's team has opened; journalled. Raises CannotOpen."""
    report = queries.get_report(viewer, pk)
    rules.may_fetch_file(viewer, report).enforce()
    found = files.opened(files.get_file(viewer, queries.FILES, pk, file), ring)
    journal.write(viewer, "report.file_opened", kind="report", subject=pk, team=report.team_id, file=file)
    return found
