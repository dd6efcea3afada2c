"""Handing a report over: sent, then the receiver takes it on or gives it back with a reason; by time it goes back, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from commonweave.base import journal
from commonweave.people.queries.keys import retired_names
from commonweave.places.atlas import atlas
from commonweave.places.defaults import ACKNOWLEDGE_DAYS
from commonweave.referral.actions import send_handover, step_handover
from commonweave.referral.cards import snapshot
from commonweave.referral.models import HandoverState
from commonweave.referral.queries import destinations_for
from commonweave.reports import queries, rules
from commonweave.reports.actions.team import KIND, end_report, handover_of, locked, move, take_on
from commonweave.reports.actions.thread import note
from commonweave.reports.deadlines import due
from commonweave.reports.sealing import widen

if TYPE_CHECKING:
    from uuid import UUID

    from commonweave.base.viewer import Viewer
    from commonweave.people.queries.keys import Ring
    from commonweave.reports.models import Report

OUTSIDE = "passed_on_outside"
"""The outcome (scheme `outcome`) of a report for which somebody outside is named."""


@transaction.atomic
def hand_on_report(viewer: Viewer, pk: UUID, *, to_team: UUID, reason: str, ring: Ring) -> Report:
    """Hand a report to another team that the consent reaches. `reason` is a code of the vocabulary.

    A team that came later is wrapped for first. Raises CannotOpen when none of the keys at hand opens the report.
    """
    report = locked(viewer, pk)
    choice = next((found for found in queries.choices_for(report) if found.cover.team == to_team), None)
    rules.may_hand_on(viewer, report, choice).enforce()
    assert choice is not None  # noqa: S101 the rule refused None
    widen(report, queries.sealed_with(viewer, report), ring, retired_names(viewer))
    today, sender = queries.today_at(report), report.team_id
    if (before := handover_of(viewer, report)) is not None:
        step_handover(viewer, before, HandoverState.MOVED, today=today)
    note(viewer, report, "handed_on", on=today, to_team=to_team, reason=reason)
    journal.write(viewer, "report.handed_on", kind=KIND, subject=report.pk, team=sender, to=to_team, reason=reason)
    spot = atlas().by_id(report.place_id)
    send_handover(
        viewer,
        kind=KIND,
        subject=report.pk,
        from_team=sender,
        to_team=to_team,
        reason=reason,
        today=today,
        due_on=due(spot, to_team, today, ACKNOWLEDGE_DAYS) if spot else report.due_on,
    )
    move(viewer, report, choice, today)
    return report


@transaction.atomic
def point_outside(viewer: Viewer, pk: UUID, *, services: list[UUID], text: str = "") -> Report:
    """Close a report that is nobody's here, and put into its thread who outside of this network can help."""
    report = locked(viewer, pk)
    spot = atlas().by_id(report.place_id)
    found = {row.pk: row for row in destinations_for(viewer, spot, report.kind)} if spot else {}
    rules.may_point_outside(viewer, report, [found.get(each) for each in services]).enforce()
    more = {"cards": [snapshot(found[each]) for each in services]}
    return end_report(viewer, report, outcome=OUTSIDE, text=text, more=more)


@transaction.atomic
def accept_report(viewer: Viewer, pk: UUID) -> None:
    """Take on what was handed over."""
    report = locked(viewer, pk)
    rules.may_decide(viewer, report, handover_of(viewer, report)).enforce()
    take_on(viewer, report, queries.today_at(report))
    journal.write(viewer, "report.accepted", kind=KIND, subject=report.pk, team=report.team_id)


@transaction.atomic
def decline_report(viewer: Viewer, pk: UUID, *, reason: str, ring: Ring) -> None:
    """Give a report back to the team that handed it over, for a reason that it and the resident read.

    Raises CannotOpen when none of the keys at hand opens the report.
    """
    report = locked(viewer, pk)
    handover = handover_of(viewer, report)
    back = handover.from_team_id if handover else None
    choice = next((found for found in queries.choices_for(report) if found.cover.team == back), None)
    rules.may_give_back(viewer, report, handover, choice).enforce()
    assert choice is not None  # noqa: S101 the rule refused None
    widen(report, queries.sealed_with(viewer, report), ring, retired_names(viewer))
    today = queries.today_at(report)
    step_handover(viewer, handover, HandoverState.DECLINED, today=today, decline_reason=reason)
    note(viewer, report, "declined", on=today, to_team=choice.cover.team, reason=reason)
    to = choice.cover.team
    journal.write(viewer, "report.declined", kind=KIND, subject=report.pk, team=report.team_id, to=to, reason=reason)
    move(viewer, report, choice, today)
