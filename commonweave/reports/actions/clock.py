"""What time does: what nobody opened or answered is brought to mind, then goes on as far as the consent allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Q

from commonweave.base import journal
from commonweave.base.viewer import SYSTEM
from commonweave.people.queries.keys import held_names
from commonweave.places.atlas import atlas
from commonweave.referral.actions import step_handover
from commonweave.referral.models import HandoverState
from commonweave.reports import queries, rules
from commonweave.reports.actions.team import handover_of, move
from commonweave.reports.actions.thread import note
from commonweave.reports.deadlines import next_holder, second_due
from commonweave.reports.models import Report, State

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from uuid import UUID

    from commonweave.places.atlas import Spot

BATCH = 200
UNANSWERED = "unanswered"
"""The reason (scheme `hand-on-reason`) of what the clock does to a report that was opened and not answered."""


def move_unread(today: date) -> dict[str, int]:
    """Remind teams of reports past their due date; pass on those that waited on long after the reminder.

    What was handed over and not taken on goes back to whoever sent it. Returns how many were reminded, returned,
    passed on, and left with nobody to go to. Safe to run at any time, any
    number of times, by several workers at once.
    """
    done = {"reminded": 0, "returned": 0, "passed_on": 0, "nobody_left": 0}
    while batch := _batch(today, done):
        if batch < BATCH:
            break
    return done


@transaction.atomic
def _batch(today: date, done: dict[str, int]) -> int:
    late = Report.objects.filter(state__in=rules.WAITING_STATES, due_on__lt=today)
    waiting = Q(reminded_on__isnull=True) | Q(reminded_on__lt=F("due_on"))
    rows = list(late.filter(waiting).select_for_update(skip_locked=True).order_by("due_on", "pk")[:BATCH])
    held = held_names(SYSTEM)
    for report in rows:
        spot = atlas().by_id(report.place_id)
        if spot is not None:
            done[_one(report, spot, today, held)] += 1
    return len(rows)


def _one(report: Report, spot: Spot, today: date, held: Mapping[str, UUID]) -> str:
    """Act on one late report. `reminded_on` earlier than `due_on` marks that the second deadline has passed."""
    why = UNANSWERED if report.state == State.OPENED else ""
    if report.reminded_on is None:
        report.reminded_on = today
        report.due_on = second_due(spot, today)
        report.save(update_fields=["reminded_on", "due_on"])
        note(SYSTEM, report, "reminded", on=today, reason=why)
        journal.write(SYSTEM, "report.reminded", kind="report", subject=report.pk, team=report.team_id)
        return "reminded"
    movements = queries.movements_of(SYSTEM, report)
    then = next_holder(report, spot, movements, today, held)
    handover = handover_of(SYSTEM, report)
    if then.choice is None:
        report.reminded_on = report.due_on
        report.save(update_fields=["reminded_on"])
        note(SYSTEM, report, "nobody_left", on=today, reason=why)
        journal.write(SYSTEM, "report.nobody_left", kind="report", subject=report.pk, team=report.team_id)
        return "nobody_left"
    verb = "returned" if then.back else "climbed" if then.choice.climbed else "passed_on"
    if handover is not None:
        step_handover(SYSTEM, handover, HandoverState.RETURNED if then.back else HandoverState.MOVED, today=today)
    to = then.choice.cover.team
    note(SYSTEM, report, verb, on=today, to_team=to, reason=why)
    journal.write(SYSTEM, f"report.{verb}", kind="report", subject=report.pk, team=report.team_id, to=to)
    move(SYSTEM, report, then.choice, today)
    return "returned" if then.back else "passed_on"
