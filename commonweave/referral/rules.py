"""What may be done to the list of outside services, and how a hand-over goes on. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from commonweave.base.verdict import YES, Verdict, no
from commonweave.referral.models import OPEN, HandoverState

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from commonweave.base.viewer import Viewer
    from commonweave.referral.models import Handover

_ENDS_ELSEWHERE = frozenset({HandoverState.MOVED, HandoverState.WITHDRAWN})
NEXT: dict[str, frozenset[str]] = {
    HandoverState.SENT: frozenset({HandoverState.SEEN, HandoverState.RETURNED}) | _ENDS_ELSEWHERE,
    HandoverState.SEEN: frozenset({HandoverState.ACCEPTED, HandoverState.DECLINED, HandoverState.RETURNED})
    | _ENDS_ELSEWHERE,
    HandoverState.ACCEPTED: frozenset({HandoverState.DONE}) | _ENDS_ELSEWHERE,
}
"""What may follow. What is not here is over, and stays as it is."""


def may_manage_destinations(viewer: Viewer) -> Verdict:
    """Administrators keep the list."""
    if viewer.system or viewer.has_role("administrator"):
        return YES
    return no(_("Only an administrator can change this list. Sign in with your second factor if you are one."))


def may_be_reached(*, telephone: str, url: str) -> Verdict:
    """A service that nobody can reach helps nobody."""
    if telephone or url:
        return YES
    return no(_("Write a telephone number or an address on the web."))


def may_step(viewer: Viewer, handover: Handover | None, to: str) -> Verdict:
    """Only the receiver goes on with a hand-over, step by step; the clock alone returns one."""
    if handover is None or handover.state not in OPEN:
        return no(_("This hand-over is over."))
    if viewer.rights is not None and to == HandoverState.DECLINED:
        return no(_("Only a person can say no to a hand-over."))
    if not viewer.system and (handover.to_team_id not in viewer.teams or to == HandoverState.RETURNED):
        return no(_("Only the team that it was handed to can do this."))
    if to not in NEXT[handover.state]:
        return no(_("Open it first, then say whether your team takes it on."))
    return YES


def may_send(viewer: Viewer, from_team: UUID, to_team: UUID, before: Handover | None) -> Verdict:
    """A team hands over what it has, to another team, once at a time."""
    if viewer.rights is not None or from_team not in viewer.teams:
        return no(_("Only the team that has it can hand it over."))
    if from_team == to_team:
        return no(_("This team has it already."))
    if before is not None and before.state in OPEN:
        return no(_("It is being handed over already."))
    return YES


def is_overdue(handover: Handover, today: date) -> bool:
    """Say whether the receiver should have looked, or said yes or no, before today."""
    return handover.state in OPEN and handover.due_on is not None and handover.due_on < today
