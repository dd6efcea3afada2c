"""What a team does: open, answer, hand on within the consent, close with an outcome."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import transaction
from django.http import Http404

from commonweave.base import journal
from commonweave.base.viewer import tell_database
from commonweave.people.queries.keys import retired_names
from commonweave.places.atlas import atlas
from commonweave.reports import queries, rules
from commonweave.reports.actions.thread import note, say, unsealed
from commonweave.reports.models import Report, State
from commonweave.reports.sealing import widen

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from commonweave.base.viewer import Viewer
    from commonweave.people.queries.keys import Ring
    from commonweave.reports.actions.thread import Opened
    from commonweave.reports.routing import Choice


def locked(viewer: Viewer, pk: UUID) -> Report:
    """Return a report that nobody else changes meanwhile, or 404 to a stranger."""
    try:
        return queries.reports_for(viewer).select_for_update().get(pk=pk)
    except Report.DoesNotExist:
        raise Http404 from None


def _due(report: Report, today: date, setting: str) -> date:
    spot = atlas().by_id(report.place_id)
    return atlas().due(spot, today, atlas().setting(spot, setting)) if spot else report.due_on


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
            report.due_on = _due(report, today, "answer_days")
        report.save(update_fields=["state", "due_on"])
        note(viewer, report, "opened", on=today)
    journal.write(viewer, "report.opened", kind="report", subject=report.pk, team=report.team_id)
    return replace(opened, movements=queries.movements_of(viewer, report))


@transaction.atomic
def answer_report(viewer: Viewer, pk: UUID, *, text: str) -> Report:
    """Answer in plain words: a sealed message that only the team and the receipt open."""
    report = locked(viewer, pk)
    rules.may_answer(viewer, report).enforce()
    today = queries.today_at(report)
    say(viewer, report, text, on=today)
    report.state = State.ANSWERED
    report.answered_on = report.answered_on or today
    report.save(update_fields=["state", "answered_on"])
    note(viewer, report, "answered", on=today)
    journal.write(viewer, "report.answered", kind="report", subject=report.pk, team=report.team_id)
    return report


@transaction.atomic
def hand_on_report(viewer: Viewer, pk: UUID, *, to_team: UUID, reason: str, ring: Ring) -> Report:
    """Hand a report to another team that the consent reaches. `reason` is a code of the vocabulary.

    A team that came later is wrapped for first. Raises CannotOpen when none of the keys at hand opens the report.
    """
    report = locked(viewer, pk)
    choice = next((found for found in queries.choices_for(report) if found.cover.team == to_team), None)
    rules.may_hand_on(viewer, report, choice).enforce()
    assert choice is not None  # noqa: S101 the rule refused None
    widen(report, queries.messages_of(viewer, report), ring, retired_names(viewer))
    today = queries.today_at(report)
    note(viewer, report, "handed_on", on=today, to_team=to_team, reason=reason)
    journal.write(
        viewer, "report.handed_on", kind="report", subject=report.pk, team=report.team_id, to=to_team, reason=reason
    )
    move(viewer, report, choice, today)
    return report


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
    report.due_on = _due(report, today, "acknowledge_days")
    report.save(
        update_fields=["team", "team_kind", "holder", "climbed", "state", "reminded_on", "due_on"],
    )
    tell_database(viewer)


@transaction.atomic
def close_report(viewer: Viewer, pk: UUID, *, outcome: str, text: str = "") -> Report:
    """Close with an outcome of the vocabulary and, if there is something left to say, a last message."""
    report = locked(viewer, pk)
    rules.may_close(viewer, report).enforce()
    today = queries.today_at(report)
    if text:
        say(viewer, report, text, on=today)
        report.answered_on = report.answered_on or today
    report.state = State.CLOSED
    report.closed_on = today
    report.outcome = outcome
    report.save(update_fields=["state", "closed_on", "outcome", "answered_on"])
    note(viewer, report, "closed", on=today, reason=outcome)
    journal.write(viewer, "report.closed", kind="report", subject=report.pk, team=report.team_id, outcome=outcome)
    return report
