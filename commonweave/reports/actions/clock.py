"""What time does: an unread report is brought to mind, then goes on as far as the consent allows."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Q

from commonweave.base import journal
from commonweave.base.viewer import SYSTEM
from commonweave.people.queries.keys import held_names
from commonweave.places.atlas import atlas
from commonweave.reports import queries
from commonweave.reports.actions.team import move
from commonweave.reports.actions.thread import note
from commonweave.reports.models import Movement, Report, State
from commonweave.reports.routing import Consent, pass_on
from commonweave.reports.sealing import is_sealed_for

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from uuid import UUID

    from commonweave.places.atlas import Spot

BATCH = 200


def move_unread(today: date) -> dict[str, int]:
    """Remind teams of reports past their due date; pass on those that were unread long after the reminder.

    Returns how many were reminded, passed on, and left with nobody to go to. Safe to run at any time, any
    number of times, by several workers at once.
    """
    done = {"reminded": 0, "passed_on": 0, "nobody_left": 0}
    while batch := _batch(today, done):
        if batch < BATCH:
            break
    return done


@transaction.atomic
def _batch(today: date, done: dict[str, int]) -> int:
    unread = Report.objects.filter(state=State.ROUTED, due_on__lt=today)
    waiting = Q(reminded_on__isnull=True) | Q(reminded_on__lt=F("due_on"))
    rows = list(unread.filter(waiting).select_for_update(skip_locked=True).order_by("due_on", "pk")[:BATCH])
    held = held_names(SYSTEM)
    for report in rows:
        spot = atlas().by_id(report.place_id)
        if spot is not None:
            done[_one(report, spot, today, held)] += 1
    return len(rows)


def _one(report: Report, spot: Spot, today: date, held: Mapping[str, UUID]) -> str:
    """Act on one unread report. `reminded_on` earlier than `due_on` marks that the second deadline has passed."""
    if report.reminded_on is None:
        report.reminded_on = today
        report.due_on = atlas().due(spot, today, atlas().setting(spot, "pass_on_days"))
        report.save(update_fields=["reminded_on", "due_on"])
        note(SYSTEM, report, "reminded", on=today)
        journal.write(SYSTEM, "report.reminded", kind="report", subject=report.pk, team=report.team_id)
        return "reminded"
    moves = Movement.objects.filter(report=report, to_team__isnull=False).values_list("from_team_id", "to_team_id")
    tried = {team for pair in moves for team in pair}
    choice = pass_on(
        queries.options_at(spot, report.kind, today),
        Consent(frozenset(report.consents), climb=report.may_climb),
        holder_kind=report.team_kind,
        tried=tried | {report.team_id},
        order=queries.order_at(spot),
        may=partial(is_sealed_for, report, held),
    )
    if choice is None:
        report.reminded_on = report.due_on
        report.save(update_fields=["reminded_on"])
        note(SYSTEM, report, "nobody_left", on=today)
        journal.write(SYSTEM, "report.nobody_left", kind="report", subject=report.pk, team=report.team_id)
        return "nobody_left"
    verb = "climbed" if choice.climbed else "passed_on"
    note(SYSTEM, report, verb, on=today, to_team=choice.cover.team)
    journal.write(SYSTEM, f"report.{verb}", kind="report", subject=report.pk, team=report.team_id, to=choice.cover.team)
    move(SYSTEM, report, choice, today)
    return "passed_on"
