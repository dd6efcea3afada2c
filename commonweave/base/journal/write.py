"""Writing: one row, in the transaction of the action it tells of."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING

from django.utils import timezone

from commonweave.base.models import JournalEntry

if TYPE_CHECKING:
    from commonweave.base.viewer import Viewer

Fact = uuid.UUID | date | int | bool | str
LONGEST_CODE = 60


class NotAFact(TypeError):
    """Free text, names and addresses have no place in the journal."""


def _plain(value: Fact) -> str | int | bool:
    if isinstance(value, (uuid.UUID, date)):
        return str(value)
    if isinstance(value, (int, bool)):
        return value
    if isinstance(value, str) and len(value) <= LONGEST_CODE and " " not in value and "@" not in value:
        return value
    message = "The journal takes identifiers, codes, dates and numbers only."
    raise NotAFact(message)


def entry(
    viewer: Viewer,
    verb: str,
    /,
    *,
    kind: str,
    subject: uuid.UUID | None = None,
    on: date | None = None,
    dated: bool = False,
    **facts: Fact,
) -> JournalEntry:
    """Return an unsaved entry. Without a person (a resident, nobody), or if only `dated`, it carries no time of day."""
    now = timezone.now()
    staffed = viewer.person is not None or viewer.system
    return JournalEntry(
        on=on or now.date(),
        at=now if staffed and viewer.person and not dated else None,
        verb=verb,
        actor=viewer.person,
        organisations=sorted(str(value) for value in viewer.organisations),
        kind=kind,
        subject=subject,
        facts={name: _plain(value) for name, value in facts.items()},
    )


def write(
    viewer: Viewer,
    verb: str,
    /,
    *,
    kind: str,
    subject: uuid.UUID | None = None,
    on: date | None = None,
    dated: bool = False,
    **facts: Fact,
) -> None:
    """Insert one entry. Raises NotAFact for anything but uuids, dates, numbers and codes without spaces."""
    entry(viewer, verb, kind=kind, subject=subject, on=on, dated=dated, **facts).save(force_insert=True)
