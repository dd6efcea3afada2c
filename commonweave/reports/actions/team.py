"""What a team does: open, answer, close with an outcome. Handing over stands beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.http import Http404
from django.utils import timezone

from commonweave.base import journal
from commonweave.base.viewer import tell_database
from commonweave.places.atlas import atlas
from commonweave.places.defaults import ACKNOWLEDGE_DAYS, ANSWER_DAYS
from commonweave.referral.actions import step_handover
from commonweave.referral.models import HandoverState
from commonweave.referral.queries import open_handover
from commonweave.reports import queries, rules
from commonweave.reports.actions.likeness import learn
from commonweave.reports.actions.notice import release_address
from commonweave.reports.actions.thread import note, say, unsealed
from commonweave.reports.deadlines import due
from commonweave.reports.models import Report, State

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from uuid import UUID

    from commonweave.base.verdict import Verdict
    from commonweave.base.viewer import Viewer
    from commonweave.people.queries.keys import Ring
    from commonweave.referral.models import Handover
    from commonweave.reports.actions.thread import Opened
    from commonweave.reports.routing import Choice

KIND = "report"
"""What a hand-over calls a report."""


def locked(viewer: Viewer, pk: UUID) -> Report:
    """Return a report that nobody else changes meanwhile, or 404 to a stranger."""
    try:
        return queries.reports_for(viewer).select_for_update().get(pk=pk)
    except Report.DoesNotExist:
        raise Http404 from None


def _due(report: Report, today: date, setting: str) -> date:
    spot = atlas().by_id(report.place_id)
    return due(spot, report.team_id, today, setting) if spot else report.due_on


@transaction.atomic
def open_report(viewer: Viewer, pk: UUID, *, ring: Ring) -> Opened:
    """Unseal a report for the team that holds it. Every opening is journalled; the first is shown to the resident.

    Raises CannotOpen, and changes nothing, when none of the keys at hand opens it.
    """
    report = locked(viewer, pk)
    rules.may_open(viewer, report).enforce()
    opened = unsealed(viewer, report, ring)
    today = queries.today_at(report)
    if report.state == State.ROUTED:
        report.state = State.OPENED
        if not rules.keeps_deadline(movement.verb for movement in opened.movements):
            report.due_on, report.reminded_on = _due(report, today, ANSWER_DAYS), None
        report.save(update_fields=["state", "due_on", "reminded_on"])
        note(viewer, report, "opened", on=today)
        handover = handover_of(viewer, report)
        if handover is not None:
            step_handover(viewer, handover, HandoverState.SEEN, today=today, due_on=report.due_on)
    learn(viewer, report, opened.document, ring)
    journal.write(viewer, "report.opened", kind="report", subject=report.pk, team=report.team_id)
    return replace(opened, movements=queries.movements_of(viewer, report))


@transaction.atomic
def answer_report(viewer: Viewer, pk: UUID, *, text: str) -> Report:
    """Answer in plain words: a sealed message that only the team and the receipt open."""
    report = locked(viewer, pk)
    rules.may_answer(viewer, report).enforce()
    today = queries.today_at(report)
    take_on(viewer, report, today)
    say(viewer, report, text, on=today)
    report.state = State.ANSWERED
    report.answered_on = report.answered_on or today
    report.save(update_fields=["state", "answered_on"])
    note(viewer, report, "answered", on=today)
    journal.write(viewer, "report.answered", kind="report", subject=report.pk, team=report.team_id)
    return report


def handover_of(viewer: Viewer, report: Report) -> Handover | None:
    """Return the hand-over that a report is in."""
    return open_handover(viewer, KIND, report.pk)


def take_on(viewer: Viewer, report: Report, today: date) -> Handover | None:
    """Say for the receiver of a hand-over that the team takes it on, unless it has. Whoever answers or closes does."""
    handover = handover_of(viewer, report)
    if handover is not None and handover.state == HandoverState.SEEN:
        step_handover(viewer, handover, HandoverState.ACCEPTED, today=today)
        note(viewer, report, "accepted", on=today)
    return handover


def move(viewer: Viewer, report: Report, choice: Choice, today: date) -> None:
    """Give a report to another team with a fresh clock; the thread's rows follow by foreign key.

    The database shows a changed row only to whoever may read it, so for this one statement the viewer
    stands in both teams.
    """
    both = replace(
        viewer,
        teams=viewer.teams | {choice.cover.team},
        organisations=viewer.organisations | {choice.cover.organisation},
    )
    tell_database(both)
    report.team_id = choice.cover.team
    report.team_kind = choice.cover.kind
    report.holder = choice.cover.organisation
    report.climbed = report.climbed or choice.climbed
    report.state = State.ROUTED
    report.reminded_on = None
    report.due_on = _due(report, today, ACKNOWLEDGE_DAYS)
    report.save(
        update_fields=["team", "team_kind", "holder", "climbed", "state", "reminded_on", "due_on"],
    )
    tell_database(viewer)


@transaction.atomic
def close_report(viewer: Viewer, pk: UUID, *, outcome: str, text: str = "") -> Report:
    """Close with an outcome of the vocabulary and, if there is something left to say, a last message."""
    return end_report(viewer, locked(viewer, pk), outcome=outcome, text=text)


def end_report(
    viewer: Viewer,
    report: Report,
    *,
    outcome: str,
    text: str = "",
    more: Mapping[str, Any] | None = None,
    verdict: Verdict | None = None,
) -> Report:
    """Close a report that is locked; `more` is what a last message carries besides words.

    `verdict` is the answer of another rule than the one for a report that was opened.
    """
    (rules.may_close(viewer, report) if verdict is None else verdict).enforce()
    today = queries.today_at(report)
    handover = take_on(viewer, report, today)
    if text or more:
        say(viewer, report, text, on=today, more=more)
        report.answered_on = report.answered_on or today
    release_address(viewer, report, timezone.now())
    report.state = State.CLOSED
    report.closed_on = today
    report.outcome = outcome
    report.save(update_fields=["state", "closed_on", "outcome", "answered_on"])
    note(viewer, report, "closed", on=today, reason=outcome)
    if handover is not None:
        step_handover(viewer, handover, HandoverState.DONE, today=today, outcome=outcome)
    journal.write(viewer, "report.closed", kind="report", subject=report.pk, team=report.team_id, outcome=outcome)
    return report
