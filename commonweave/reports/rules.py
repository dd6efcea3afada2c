"""What may happen to a report. Pure: asks nothing, changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from commonweave.base.verdict import YES, Verdict, no
from commonweave.reports.models import State

if TYPE_CHECKING:
    from commonweave.base.viewer import Viewer
    from commonweave.reports.models import Report
    from commonweave.reports.routing import Choice

OPEN_STATES = (State.ROUTED, State.OPENED, State.ANSWERED)
WAITING_STATES = (State.ROUTED, State.OPENED)  # for these the clock runs

NEXT: dict[str, frozenset[str]] = {
    State.ROUTED: frozenset({State.ROUTED, State.OPENED, State.WITHDRAWN}),
    State.OPENED: frozenset({State.ROUTED, State.OPENED, State.ANSWERED, State.CLOSED, State.WITHDRAWN}),
    State.ANSWERED: frozenset({State.ROUTED, State.ANSWERED, State.CLOSED, State.WITHDRAWN}),
    State.CLOSED: frozenset({State.CLOSED, State.WITHDRAWN}),
    State.WITHDRAWN: frozenset(),
}


def holds(viewer: Viewer, report: Report) -> bool:
    """Say whether the viewer belongs to the team that holds the report now."""
    return report.team_id in viewer.teams


def owns(viewer: Viewer, report: Report) -> bool:
    """Say whether the viewer is the resident with this report's receipt."""
    return viewer.receipt is not None and viewer.receipt == report.locator


def may_open(viewer: Viewer, report: Report) -> Verdict:
    """Only the team that holds a report opens it, and not after it was withdrawn."""
    if not holds(viewer, report):
        return no(_("Only the team that holds this report can open it."))
    if report.state == State.WITHDRAWN:
        return no(_("The resident has withdrawn this report; nothing is left to read."))
    return YES


def may_answer(viewer: Viewer, report: Report) -> Verdict:
    """A team answers what it has opened."""
    if not holds(viewer, report):
        return no(_("Only the team that holds this report can answer it."))
    if State.ANSWERED not in NEXT[report.state]:
        return no(_("This report is not waiting for an answer."))
    return YES


def may_hand_on(viewer: Viewer, report: Report, choice: Choice | None) -> Verdict:
    """A report goes only to a team that the resident's consent reaches. `choice` is None for any other team."""
    if not holds(viewer, report):
        return no(_("Only the team that holds this report can hand it on."))
    if report.state not in (State.OPENED, State.ANSWERED):
        return no(_("Open the report before you hand it on."))
    if choice is None or choice.cover.kind not in report.consents or (choice.climbed and not report.may_climb):
        return no(_("The resident has not agreed to this team. Ask them through your answer first."))
    if choice.cover.team == report.team_id:
        return no(_("This team holds the report already."))
    return YES


def may_close(viewer: Viewer, report: Report) -> Verdict:
    """A report closes with an outcome, after it was opened."""
    if not holds(viewer, report):
        return no(_("Only the team that holds this report can close it."))
    if State.CLOSED not in NEXT[report.state] or report.state == State.CLOSED:
        return no(_("Open the report before you close it."))
    return YES


def may_add(viewer: Viewer, report: Report) -> Verdict:
    """The resident adds and corrects until the report is closed or withdrawn."""
    if not owns(viewer, report):
        return no(_("Only the person with the receipt can add to this report."))
    if report.state not in OPEN_STATES:
        return no(_("This report is closed. You can send a new one."))
    return YES


def may_withdraw(viewer: Viewer, report: Report) -> Verdict:
    """The resident withdraws at any time, once."""
    if not owns(viewer, report):
        return no(_("Only the person with the receipt can withdraw this report."))
    if report.state == State.WITHDRAWN:
        return no(_("This report was withdrawn already."))
    return YES


def may_widen(viewer: Viewer, report: Report, kinds: frozenset[str], *, climb: bool) -> Verdict:
    """Consent only grows here; to take it back, a resident withdraws."""
    verdict = may_add(viewer, report)
    if not verdict:
        return verdict
    if not kinds - set(report.consents) and not (climb and not report.may_climb):
        return no(_("You have agreed to this already."))
    return YES
