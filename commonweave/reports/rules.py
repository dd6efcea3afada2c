"""What may happen to a report. Pure: asks nothing, changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from commonweave.base.verdict import YES, Verdict, no
from commonweave.referral.models import HandoverState
from commonweave.reports.lasting import REOPEN_DAYS, latest_hold
from commonweave.reports.models import FromWhom, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from commonweave.base.viewer import Viewer
    from commonweave.referral.models import Destination, Handover
    from commonweave.reports.lasting import Lasting
    from commonweave.reports.models import Hold, Report
    from commonweave.reports.routing import Choice

OPEN_STATES = (State.ROUTED, State.OPENED, State.ANSWERED)
WAITING_STATES = (State.ROUTED, State.OPENED)  # for these the clock runs

NEXT: dict[str, frozenset[str]] = {
    State.ROUTED: frozenset({State.ROUTED, State.OPENED, State.WITHDRAWN}),
    State.OPENED: frozenset({State.ROUTED, State.OPENED, State.ANSWERED, State.CLOSED, State.WITHDRAWN}),
    State.ANSWERED: frozenset({State.ROUTED, State.ANSWERED, State.CLOSED, State.WITHDRAWN}),
    State.CLOSED: frozenset({State.CLOSED, State.ROUTED, State.WITHDRAWN}),
    State.WITHDRAWN: frozenset(),
}


def holds(viewer: Viewer, report: Report) -> bool:
    """Say whether the viewer belongs to the team that holds the report now."""
    return report.team_id in viewer.teams


def owns(viewer: Viewer, report: Report) -> bool:
    """Say whether the viewer is the resident with this report's receipt."""
    return viewer.receipt is not None and viewer.receipt == report.locator


def program_may(viewer: Viewer, right: str) -> Verdict:
    """Say whether a program's credential allows this; a person's role was asked already."""
    if viewer.lacks(right):
        return no(_("This program was not given the right to do this."))
    return YES


def may_open(viewer: Viewer, report: Report) -> Verdict:
    """Only the team that holds a report opens it, and not after it was withdrawn."""
    if not (allowed := program_may(viewer, "open")):
        return allowed
    if not holds(viewer, report):
        return no(_("Only the team that holds this report can open it."))
    if report.state == State.WITHDRAWN:
        return no(_("The resident has withdrawn this report; nothing is left to read."))
    if report.erased_on is not None:
        return no(_("What was written was deleted after the time it is kept; nothing is left to read."))
    return YES


def may_answer(viewer: Viewer, report: Report) -> Verdict:
    """A team answers what it has opened."""
    if not (allowed := program_may(viewer, "answer")):
        return allowed
    if not holds(viewer, report):
        return no(_("Only the team that holds this report can answer it."))
    if State.ANSWERED not in NEXT[report.state]:
        return no(_("This report is not waiting for an answer."))
    return YES


def may_hand_on(viewer: Viewer, report: Report, choice: Choice | None) -> Verdict:
    """A report goes only to a team that the resident's consent reaches. `choice` is None for any other team."""
    if not (allowed := program_may(viewer, "hand_on")):
        return allowed
    if not holds(viewer, report):
        return no(_("Only the team that holds this report can hand it on."))
    if report.state not in (State.OPENED, State.ANSWERED):
        return no(_("Open the report before you hand it on."))
    if choice is None or choice.cover.kind not in report.consents or (choice.climbed and not report.may_climb):
        return no(_("The resident has not agreed to this team. Ask them through your answer first."))
    if choice.cover.team == report.team_id:
        return no(_("This team holds the report already."))
    return YES


def may_decide(viewer: Viewer, report: Report, handover: Handover | None) -> Verdict:
    """Whoever opened what was handed over says whether their team takes it on."""
    if not (allowed := program_may(viewer, "answer")):
        return allowed
    if not holds(viewer, report):
        return no(_("Only the team that holds this report can take it on or give it back."))
    if handover is None or handover.to_team_id != report.team_id or handover.state != HandoverState.SEEN:
        return no(_("Nothing waits for a decision here. A report that was handed over has to be opened first."))
    return YES


def may_give_back(viewer: Viewer, report: Report, handover: Handover | None, choice: Choice | None) -> Verdict:
    """It goes back to where it came from, while that team still takes such reports. `choice` is None otherwise."""
    if not (allowed := program_may(viewer, "hand_on")):
        return allowed
    verdict = may_decide(viewer, report, handover)
    if verdict and choice is None:
        return no(_("The team that sent it takes no such reports any more. Hand it on to another, or answer it."))
    return verdict


MOST_NOES = 2
"""After so many a no is a no: who is asked until they are tired has not agreed."""


def may_ask(viewer: Viewer, report: Report, *, offered: bool, waits: bool, noes: int = 0) -> Verdict:
    """A team that has opened a report asks for more consent, once at a time for the same. `offered`: a yes reaches somebody.

    `noes`: how often the person said no to this since they last wrote.
    """
    if not (allowed := program_may(viewer, "hand_on")):
        return allowed
    if not holds(viewer, report):
        return no(_("Only the team that holds this report can ask."))
    if report.state not in (State.OPENED, State.ANSWERED):
        return no(_("Open the report before you ask."))
    if not offered:
        return no(_("There is nobody here whom the person could still agree to in this way."))
    if waits:
        return no(_("You have asked this already. The person has not answered yet."))
    if noes >= MOST_NOES:
        return no(_("The person has said no to this twice. Ask again only after they have written to you."))
    return YES


def may_reply(viewer: Viewer, report: Report, *, asked: bool) -> Verdict:
    """A resident answers what waits for an answer while the report is open."""
    if not owns(viewer, report):
        return no(_("Only the person with the receipt can answer this."))
    if report.state not in OPEN_STATES:
        return no(_("This report is closed. You can send a new one."))
    if not asked:
        return no(_("This question is answered already."))
    return YES


def may_close(viewer: Viewer, report: Report) -> Verdict:
    """A report closes with an outcome, after it was opened."""
    if not (allowed := program_may(viewer, "answer")):
        return allowed
    if not holds(viewer, report):
        return no(_("Only the team that holds this report can close it."))
    if report.state == State.CLOSED:
        return no(_("This report is closed already."))
    if State.CLOSED not in NEXT[report.state]:
        return no(_("Open the report before you close it."))
    return YES


def may_point_outside(viewer: Viewer, report: Report, services: Sequence[Destination | None]) -> Verdict:
    """A team names services that stand on the list of the place, one at least, and closes. None: not on the list."""
    verdict = may_close(viewer, report)
    if verdict and (not services or None in services):
        return no(_("Choose one or more services from the list of this place."))
    return verdict


def may_close_folded(viewer: Viewer, reports: Iterable[Report], *, was_read: bool) -> Verdict:
    """Many that say the same close together once somebody of the team has read one of them."""
    if not all(holds(viewer, report) for report in reports):
        return no(_("Only the team that holds this report can close it."))
    if not was_read:
        return no(_("First open one of them and read it."))
    return YES


def may_add(viewer: Viewer, report: Report, today: date) -> Verdict:
    """The resident adds and corrects while the report is open, and for some days after: then it is open again."""
    if not owns(viewer, report):
        return no(_("Only the person with the receipt can add to this report."))
    if report.state in OPEN_STATES:
        return YES
    if report.state == State.WITHDRAWN or report.erased_on is not None or report.closed_on is None:
        return no(_("This report is closed. You can send a new one."))
    if (today - report.closed_on).days > REOPEN_DAYS:
        return no(
            _("This report was closed more than %(days)s days ago. You can send a new one.") % {"days": REOPEN_DAYS}
        )
    return YES


def may_add_file(viewer: Viewer, report: Report) -> Verdict:
    """The resident adds files while the report is open; to open it again takes a word."""
    if not owns(viewer, report):
        return no(_("Only the person with the receipt can add to this report."))
    if report.state not in OPEN_STATES:
        return no(_("This report is closed. Add a message first: that opens it again."))
    return YES


def may_remove_file(viewer: Viewer, report: Report, *, sender: str) -> Verdict:
    """The resident takes a file of their own back at any time; what a team sent belongs to the thread."""
    if not owns(viewer, report):
        return no(_("Only the person with the receipt can delete a file."))
    if sender != FromWhom.RESIDENT:
        return no(_("The team sent this file. It goes when the report is deleted."))
    return YES


def may_fetch_file(viewer: Viewer, report: Report) -> Verdict:
    """A team reads files of a report it has opened, so that nobody reads unseen; the resident reads their own."""
    if owns(viewer, report):
        return YES
    if holds(viewer, report) and report.state == State.ROUTED:
        return no(_("Open the report first."))
    return may_open(viewer, report)


def may_withdraw(viewer: Viewer, report: Report) -> Verdict:
    """The resident withdraws at any time, once."""
    if not owns(viewer, report):
        return no(_("Only the person with the receipt can withdraw this report."))
    if report.state == State.WITHDRAWN:
        return no(_("This report was withdrawn already."))
    if report.erased_on is not None:
        return no(_("What was written has been deleted already."))
    return YES


def may_keep_address(viewer: Viewer, report: Report) -> Verdict:
    """The resident leaves an address while there is an answer to wait for."""
    if not owns(viewer, report):
        return no(_("Only the person with the receipt can leave an address."))
    if report.state not in OPEN_STATES:
        return no(_("This report is closed; no notice will follow."))
    return YES


def may_widen(viewer: Viewer, report: Report, kinds: frozenset[str], *, climb: bool) -> Verdict:
    """Consent only grows here; to take it back, a resident withdraws."""
    if not owns(viewer, report):
        return no(_("Only the person with the receipt can add to this report."))
    if report.state not in OPEN_STATES:
        return no(_("This report is closed. You can send a new one."))
    if not kinds - set(report.consents) and not (climb and not report.may_climb):
        return no(_("You have agreed to this already."))
    return YES


SETS_CLOCK = frozenset({"opened", "reopened", "reminded", "handed_on", "passed_on", "climbed", "declined", "returned"})


def keeps_deadline(verbs: Iterable[str]) -> bool:
    """Say whether opening leaves the deadline as it is: a reopened report was promised an answer, not an opening."""
    return next((verb for verb in reversed(list(verbs)) if verb in SETS_CLOCK), "") == "reopened"


def may_tell_repeat(viewer: Viewer, one: Report, other: Report) -> Verdict:
    """Whoever may open two reports says whether they are about the same thing."""
    if one.pk == other.pk:
        return no(_("Choose another report."))
    for report in (one, other):
        verdict = may_open(viewer, report)
        if not verdict:
            return verdict
    return YES


def may_erase(report: Report, until: Lasting, today: date) -> Verdict:
    """The clock takes away what was written once its time is over, and nothing else does but the resident."""
    if report.state != State.CLOSED or report.erased_on is not None:
        return no(_("Only what is closed and still sealed is deleted by time."))
    if today < until.erases_on:
        return no(_("It is kept until %(day)s.") % {"day": until.reads_until})
    return YES


def may_be_held(viewer: Viewer, report: Report) -> Verdict:
    """The team that holds a closed report may keep it longer while there is something to keep."""
    if not (allowed := program_may(viewer, "hold")):
        return allowed
    if viewer.person is None or not holds(viewer, report):
        return no(_("Only the team that holds this report can keep it longer."))
    if report.state != State.CLOSED or report.erased_on is not None:
        return no(_("Only a closed report can be kept longer, while there is something to keep."))
    return YES


def may_ask_hold(viewer: Viewer, report: Report, asked: Hold | None, until: date, today: date) -> Verdict:
    """One question at a time, for a year at most."""
    verdict = may_be_held(viewer, report)
    if not verdict:
        return verdict
    if asked is not None:
        return no(_("Somebody asked for this already; another member has to decide first."))
    if not today < until <= latest_hold(today):
        return no(_("Choose a day after today, and at most one year away."))
    return YES


def may_agree_to_hold(viewer: Viewer, report: Report, asked: Hold | None, today: date) -> Verdict:
    """It takes two: whoever asked cannot agree."""
    verdict = may_be_held(viewer, report)
    if not verdict:
        return verdict
    if asked is None or asked.until < today:
        return no(_("Nobody asks to keep this report longer."))
    if viewer.person == asked.asked_by:
        return no(_("Another member of the team has to agree."))
    return YES


def may_decline_hold(viewer: Viewer, report: Report, asked: Hold | None) -> Verdict:
    """Any member of the team says no; whoever asked takes it back in the same way."""
    verdict = may_be_held(viewer, report)
    if verdict and asked is None:
        return no(_("Nobody asks to keep this report longer."))
    return verdict


def may_end_hold(viewer: Viewer, report: Report, hold: Hold | None, today: date) -> Verdict:
    """What two agreed to, one of the team ends early; it still holds to the end of that day."""
    verdict = may_be_held(viewer, report)
    if verdict and (hold is None or hold.agreed_on is None or hold.holds_until <= today):
        return no(_("Nothing is kept longer here."))
    return verdict


def first_standing(steps: Iterable[tuple[str, date, str]]) -> tuple[date, str] | None:
    """Return day and outcome of the first closing that was not taken back in its own ISO week: the one that counts.

    `steps` are (verb, day, reason) in order. Which closing counts never depends on when somebody counts.
    """
    closing: tuple[date, str] | None = None
    for verb, on, reason in steps:
        if verb == "closed":
            closing = (on, reason)
        elif verb == "reopened" and closing and on.isocalendar()[:2] == closing[0].isocalendar()[:2]:
            closing = None
        if verb == "reopened" and closing:
            return closing
    return closing
