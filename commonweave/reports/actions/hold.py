"""Keeping a closed report longer: one member of its team asks, another agrees or declines, the resident sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from commonweave.base import journal
from commonweave.reports import queries, rules
from commonweave.reports.actions.team import locked
from commonweave.reports.actions.thread import note
from commonweave.reports.models import Hold, Report

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from commonweave.base.viewer import Viewer


def _asked(viewer: Viewer, report: Report) -> Hold | None:
    return next((hold for hold in queries.holds_of(viewer, report) if hold.agreed_on is None), None)


@transaction.atomic
def ask_hold(viewer: Viewer, pk: UUID, *, reason: str, until: date) -> None:
    """Ask to keep a report until a day, for a reason of the vocabulary. Nothing is kept because of it yet."""
    report = locked(viewer, pk)
    today = queries.today_at(report)
    rules.may_ask_hold(viewer, report, _asked(viewer, report), until, today).enforce()
    assert viewer.person is not None  # noqa: S101 the rule refused nobody
    Hold(
        report=report,
        team_id=report.team_id,
        locator=report.locator,
        on=today,
        reason=reason,
        until=until,
        asked_by=viewer.person,
    ).save(force_insert=True)
    _tell(viewer, report, "hold_asked", reason, until)


@transaction.atomic
def decide_hold(viewer: Viewer, pk: UUID, *, agree: bool) -> None:
    """Agree as a second member, and the report is kept; or decline, which whoever asked may do, too."""
    report = locked(viewer, pk)
    asked, today = _asked(viewer, report), queries.today_at(report)
    if agree:
        rules.may_agree_to_hold(viewer, report, asked, today).enforce()
    else:
        rules.may_decline_hold(viewer, report, asked).enforce()
    assert asked is not None  # noqa: S101 both rules refused None
    if agree:
        asked.agreed_by, asked.agreed_on = viewer.person, today
        asked.save(update_fields=["agreed_by", "agreed_on"])
    else:
        asked.delete()
    _tell(viewer, report, "held" if agree else "hold_declined", asked.reason, asked.until)


@transaction.atomic
def end_hold(viewer: Viewer, pk: UUID) -> None:
    """Stop keeping a report longer: every hold on it ends with today. The resident sees it."""
    report = locked(viewer, pk)
    today = queries.today_at(report)
    running = [hold for hold in queries.holds_of(viewer, report) if hold.agreed_on and hold.holds_until > today]
    rules.may_end_hold(viewer, report, running[0] if running else None, today).enforce()
    for hold in running:
        hold.ended_by, hold.ended_on = viewer.person, today
        hold.save(update_fields=["ended_by", "ended_on"])
        _tell(viewer, report, "hold_ended", hold.reason, today)


def _tell(viewer: Viewer, report: Report, verb: str, reason: str, until: date) -> None:
    note(viewer, report, verb, on=queries.today_at(report), reason=reason)
    journal.write(
        viewer, f"report.{verb}", kind="report", subject=report.pk, team=report.team_id, reason=reason, until=until
    )
