"""What follows from what: the one table that says which action answers which journal verb.

A lower floor never calls upwards. It writes the journal in its own transaction; the worker finds the entry
here and does the rest as a background job whose arguments are identifiers, nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from commonweave.base.journal.seal import ring_bells
from commonweave.base.viewer import SYSTEM
from commonweave.delivery.rules import fixed_hour
from commonweave.evidence.actions import clear_harvest, harvest, renew_findings
from commonweave.site import notices

if TYPE_CHECKING:
    from collections.abc import Callable

    from commonweave.base.viewer import Viewer


@dataclass(frozen=True)
class Bell:
    """An action for (viewer, id) and the fact that holds the id; without one it concerns no single thing.

    Rings before the next fixed hour are answered once, so that mail says nothing of the minute; those that tell nobody
    anything are answered `at_once`.
    """

    action: Callable[[Viewer, UUID], object]
    fact: str = ""
    at_once: bool = False


NOTHING = UUID(int=0)


def _renew(viewer: Viewer, _nothing: UUID) -> int:
    return renew_findings(viewer)


FINDINGS = Bell(_renew, at_once=True)


BELLS: dict[str, Bell] = {
    "report.received": Bell(notices.tell_team_of_reports, "team"),
    "report.handed_on": Bell(notices.tell_team_of_reports, "to"),
    "report.question_answered": Bell(notices.tell_team_of_reports, "team"),
    "report.declined": Bell(notices.tell_team_of_reports, "to"),
    "report.returned": Bell(notices.tell_team_of_reports, "to"),
    "report.passed_on": Bell(notices.tell_team_of_reports, "to"),
    "report.climbed": Bell(notices.tell_team_of_reports, "to"),
    "report.added_to": Bell(notices.tell_team_of_reports, "team"),
    "report.file_added": Bell(notices.tell_team_of_reports, "team"),
    "harvest.asked": Bell(harvest, "harvest", at_once=True),
    "harvest.clearing": Bell(clear_harvest, "harvest", at_once=True),
    "report.reminded": Bell(notices.remind_team_of_reports, "team"),
    "study.sent_in": Bell(notices.tell_of_what_was_sent_in, "holder"),
    "adaptation.noted": Bell(notices.tell_of_notes, "holder"),
    "reply.written": Bell(notices.tell_of_replies, "record"),
    "record.published": FINDINGS,
    "record.withdrawn": FINDINGS,
    "record.changed": FINDINGS,
    "appraisal.done": FINDINGS,
    "appraisal.settled": FINDINGS,
    "appraisal.agreed": FINDINGS,
    "record.effects_changed": FINDINGS,
    "records.imported": FINDINGS,
}


class NotAnIdentifier(TypeError):
    """Jobs carry identifiers only: what they concern stays behind its row policy."""


@app.task(name="answer_bell", pass_context=False)
def answer_bell(verb: str, subject: str) -> None:
    """Do what follows from a journal entry."""
    BELLS[verb].action(SYSTEM, UUID(subject))


def ring_all(days: int = 2) -> int:
    """Defer the jobs of all new entries, together with the mark that they rang; return how many entries rang."""
    return ring_bells(BELLS, _ring, days=days)


def _ring(verb: str, facts: dict[str, Any]) -> None:
    if not BELLS[verb].fact:
        return _defer(BELLS[verb], verb, NOTHING)
    value = facts.get(BELLS[verb].fact)
    if not isinstance(value, str):
        raise NotAnIdentifier
    return _defer(BELLS[verb], verb, UUID(value))


def _defer(bell: Bell, verb: str, subject: UUID) -> None:
    """Put one job in the queue unless the same one waits there already."""
    job = answer_bell.configure(
        queueing_lock=f"{bell.action.__name__}:{subject}",
        schedule_at=None if bell.at_once else fixed_hour(timezone.now()),
    )
    try:
        with transaction.atomic():
            job.defer(verb=verb, subject=str(subject))
    except AlreadyEnqueued:
        return
