"""The sealed thread between a resident and a team, and the plain trail beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from commonweave.files.queries import attached
from commonweave.reports import queries
from commonweave.reports.models import FromWhom, Message, Movement
from commonweave.reports.sealing import recipients_of
from commonweave.sharing.envelopes import seal, unseal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from nacl.public import PrivateKey

    from commonweave.base.viewer import Viewer
    from commonweave.files.queries import Attached
    from commonweave.reports.models import Hold, Report

PLAIN = frozenset({"v", "n", "on", "text", "correction"})


@dataclass(frozen=True)
class Said:
    """One message, unsealed. `number` is its place in the thread, from 1; `more` what it carries besides words."""

    number: int
    sender: str
    on: date
    text: str
    correction: bool = False
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Opened:
    """A report as its team or its resident reads it."""

    report: Report
    document: dict[str, Any]
    messages: list[Said]
    movements: list[Movement]
    holds: list[Hold]
    files: list[Attached]


def say(
    viewer: Viewer,
    report: Report,
    text: str,
    *,
    on: date,
    correction: bool = False,
    more: Mapping[str, Any] | None = None,
) -> None:
    """Seal a message into the thread, for everybody who may read the report; `more` goes into the same seal."""
    number = queries.thread_rows(viewer, report, Message).count() + 1
    sender = FromWhom.RESIDENT if viewer.receipt else FromWhom.TEAM
    document = {"v": 1, "n": number, "on": on.isoformat(), "text": text, "correction": correction, **(more or {})}
    sealed = seal(document, recipients_of(report))
    Message(
        report=report,
        team_id=report.team_id,
        locator=report.locator,
        on=on,
        sender=sender,
        body=sealed.body,
        keys=sealed.keys,
    ).save(force_insert=True)


def note(viewer: Viewer, report: Report, verb: str, *, on: date, to_team: UUID | None = None, reason: str = "") -> None:
    """Add one step to what the resident and the team see of a report's way."""
    step = queries.thread_rows(viewer, report, Movement).count() + 1
    Movement(
        report=report,
        team_id=report.team_id,
        locator=report.locator,
        on=on,
        step=step,
        verb=verb,
        from_team_id=report.team_id if to_team else None,
        to_team_id=to_team,
        reason=reason,
    ).save(force_insert=True)


def unsealed(viewer: Viewer, report: Report, ring: Mapping[str, PrivateKey]) -> Opened:
    """Open the report's envelope and its thread with the keys at hand. Raises CannotOpen."""
    document = unseal(bytes(report.body), report.keys or {}, ring) if report.body is not None else {}
    said = []
    for message in queries.messages_of(viewer, report):
        inside = unseal(bytes(message.body), message.keys, ring)
        more = {name: value for name, value in inside.items() if name not in PLAIN}
        on = date.fromisoformat(inside["on"])
        said.append(Said(inside["n"], message.sender, on, inside["text"], inside["correction"], more))
    said.sort(key=lambda message: (message.number, message.on))
    files = attached(queries.files_of(viewer, report), ring)
    movements, holds = queries.movements_of(viewer, report), queries.holds_of(viewer, report)
    return Opened(report, document, said, movements, holds, files)
