"""Telling a resident that there is something new, never what: the sealed letter of `address.py` is put into the queue."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from commonweave.base import journal
from commonweave.base.viewer import SYSTEM
from commonweave.delivery.actions import put_letter
from commonweave.delivery.rules import fixed_hour
from commonweave.reports import queries
from commonweave.reports.models import NoticeAddress

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from commonweave.base.viewer import Viewer
    from commonweave.reports.models import Report

BATCH = 500


def release_address(viewer: Viewer, report: Report, now: datetime) -> None:
    """Delete the address of a report that is closed, after one last notice: at a fixed hour, on a day without another."""
    for row in queries.thread_rows(viewer, report, NoticeAddress):
        kept: NoticeAddress = row  # type: ignore[assignment]  # rows of NoticeAddress
        if kept.letter:
            later = timedelta(days=1) if kept.told_on == now.date() else timedelta()
            put_letter(uuid.uuid4(), bytes(kept.letter), fixed_hour(now + later))
        kept.delete()


def send_notices(now: datetime) -> int:
    """Write to whoever has an answer they were not told about, once a day at most; return to how many.

    What is written leaves at the next fixed hour, together with all that leaves then.
    """
    done = 0
    for pk in queries.addresses_to_tell(SYSTEM, now.date()).values_list("pk", flat=True)[:BATCH]:
        done += _tell(pk, now)
    return done


@transaction.atomic
def _tell(pk: UUID, now: datetime) -> bool:
    waiting = queries.addresses_to_tell(SYSTEM, now.date()).filter(pk=pk)
    row = NoticeAddress.objects.select_for_update(skip_locked=True).filter(pk__in=waiting).first()
    if row is None or row.letter is None:
        return False
    row.mail, row.told_on, row.told = uuid.uuid4(), now.date(), queries.answers_in(SYSTEM, row.report)
    put_letter(row.mail, bytes(row.letter), fixed_hour(now))
    row.save(update_fields=["mail", "told_on", "told"])
    return True


@transaction.atomic
def drop_address(mail: UUID) -> None:
    """Delete an address that takes no mail; what stays is that it did, for its resident to see."""
    for row in NoticeAddress.objects.select_for_update().filter(mail=mail, letter__isnull=False):
        row.letter = None
        row.save(update_fields=["letter"])
        journal.write(SYSTEM, "notice.came_back", kind="report", subject=row.report_id)
