"""What happened to a report, in plain words, for its resident and its team."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from commonweave.vocabulary.queries import label

if TYPE_CHECKING:
    from datetime import date

    from django.utils.functional import _StrOrPromise

    from commonweave.reports.models import Movement, Report

WORDS = {
    "opened": _("The team opened it."),
    "answered": _("The team answered."),
    "accepted": _("The team has taken it on."),
    "added": _("You added something."),
    "corrected": _("You corrected something."),
    "file_added": _("You added a file."),
    "file_removed": _("You deleted a file."),
    "file_sent": _("The team added a file."),
    "widened": _("You allowed more people to read it."),
    "asked": _("The team asked you something."),
    "said_no": _("You said no."),
    "reopened": _("It was closed before. Because you added something, it is open again."),
    "withdrawn": _("You withdrew it."),
    "erased": _("What you and the team wrote was deleted."),
    "reminded": _("Nobody had opened it in time. The team was reminded."),
    "nobody_left": _("Nobody opened it, and there is nobody else you have agreed to. Please see who else can help."),
}
MOVED = {
    "handed_on": _("It was handed on to %(team)s."),
    "passed_on": _("Nobody opened it in time. It went on to %(team)s."),
    "climbed": _("Nobody opened it in time. It went to %(team)s, as you allowed."),
    "declined": _("They cannot take it on. It went back to %(team)s."),
    "returned": _("Nobody took it on in time. It went back to %(team)s."),
}
UNANSWERED = {
    "reminded": _("Nobody had answered in time. The team was reminded."),
    "passed_on": _("Nobody answered in time. It went on to %(team)s."),
    "climbed": _("Nobody answered in time. It went to %(team)s, as you allowed."),
    "nobody_left": _(
        "Nobody answered in time, and there is nobody else you have agreed to. Please see who else can help."
    ),
}
TEAMS_WORDS = {
    "added": _("The person added something."),
    "corrected": _("The person corrected something."),
    "file_added": _("The person added a file."),
    "file_removed": _("The person deleted a file."),
    "widened": _("The person allowed more people to read it."),
    "asked": _("The team asked the person something."),
    "said_no": _("The person said no."),
    "reopened": _("It was closed before. Because the person added something, it is open again."),
    "withdrawn": _("The person withdrew it."),
    "erased": _("What was written was deleted."),
    "nobody_left": _("It was not done in time, and there is nobody else the person has agreed to."),
    "climbed": _("It was not done in time. It went to %(team)s, as the person allowed."),
}
"""The same steps as a team reads them."""
REASONS = {"handed_on": "hand-on-reason", "declined": "decline-reason"}


HELD = {
    "hold_asked": _("Somebody in the team asked to keep it longer."),
    "held": _("Two people in the team agreed to keep it longer."),
    "hold_ended": _("The team no longer keeps it longer than usual."),
    "hold_declined": _("The team decided not to keep it longer."),
}


@dataclass(frozen=True)
class Step:
    """One line of the trail."""

    on: date
    words: _StrOrPromise
    why: _StrOrPromise = ""


def trail(report: Report, movements: list[Movement], *, own: bool = True) -> list[Step]:
    """Return the way of a report, first to last, as its resident reads it or as its team does."""
    return [Step(report.received_on, _("We received it.")), *(_step(movement, own=own) for movement in movements)]


def came_back(report: Report, movements: list[Movement]) -> Step | None:
    """Return why a report is with its team again that had handed it over, until the team has done something with it."""
    last = next((each for each in reversed(movements) if each.verb in {*MOVED, "answered", "closed"}), None)
    if last is None or last.verb not in {"declined", "returned"} or last.to_team_id != report.team_id:
        return None
    return _step(last, own=False)


def _step(movement: Movement, *, own: bool) -> Step:
    words = UNANSWERED if movement.reason == "unanswered" else {}
    words = words if own else {**words, **TEAMS_WORDS}
    if movement.verb in MOVED and movement.to_team is not None:
        team = movement.to_team.organisation.names.shown()
        scheme = REASONS.get(movement.verb)
        why = str(label(scheme, movement.reason)) if scheme and movement.reason else ""
        return Step(movement.on, words.get(movement.verb, MOVED[movement.verb]) % {"team": team}, why)
    if movement.verb == "closed":
        return Step(movement.on, _("It was closed."), str(label("outcome", movement.reason)))
    if movement.verb in HELD:
        return Step(movement.on, HELD[movement.verb], str(label("hold-reason", movement.reason)))
    return Step(movement.on, words.get(movement.verb, WORDS.get(movement.verb, "")))
