"""The queue, and what a team does with a report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from commonweave.base.verdict import Refused
from commonweave.people.unsealing import ask_first, ring_of
from commonweave.people.views.access import for_readers
from commonweave.places.atlas import atlas
from commonweave.reports import actions, queries, rules
from commonweave.reports.deadlines import outlook
from commonweave.reports.forms import (
    KIND_WORDS,
    RECIPIENT_WORDS,
    AnswerForm,
    CloseForm,
    HoldForm,
    QueueForm,
)
from commonweave.reports.lasting import gone_by
from commonweave.reports.models import ReportKind, State
from commonweave.reports.queries import QueueFilter
from commonweave.reports.rules import WAITING_STATES
from commonweave.reports.told import told
from commonweave.reports.trail import came_back, trail
from commonweave.reports.views.repeats import repeats
from commonweave.reports.views.ways_out import given, ways_out
from commonweave.sharing.envelopes import CannotOpen
from commonweave.vocabulary.queries import choices, working

if TYPE_CHECKING:
    from django.forms import Form
    from django.http import HttpRequest, HttpResponse

    from commonweave.base.viewer import Viewer, ViewerRequest
    from commonweave.reports.actions import Opened
    from commonweave.reports.models import Report

STATE_WORDS = {
    "routed": gettext_lazy("Not opened yet"),
    "opened": gettext_lazy("Opened"),
    "answered": gettext_lazy("Answered"),
    "closed": gettext_lazy("Closed"),
    "withdrawn": gettext_lazy("Withdrawn"),
}


@require_GET
@for_readers
def queue(request: ViewerRequest) -> HttpResponse:
    """List what the viewer's teams hold, the most urgent first."""
    viewer = request.viewer
    teams = queries.teams_of(viewer)
    form = QueueForm(request.GET or None, teams=[(str(team.pk), str(team.names)) for team in teams])
    given = form.cleaned_data if form.is_bound and form.is_valid() else {}
    wanted = QueueFilter(
        state=given.get("state") or "open",
        kind=given.get("kind", ""),
        team=UUID(given["team"]) if given.get("team") else None,
        late=bool(given.get("late")),
    )
    page = queries.queue(viewer, wanted, request.GET.get("after", ""))
    names = {team.pk: team for team in teams}
    context = {
        "form": form,
        "rows": [row_of(report, names) for report in page.reports],
        "folds": queries.folds(viewer, wanted),
        "older": _older(request, page.older),
        "counts": queries.open_counts(viewer),
        "filtered": bool(request.GET),
        "old_keys": queries.sealed_to_old_keys(viewer).count(),
    }
    return render(request, "reports/queue.html", context)


@require_POST
@for_readers
def rewrap(request: ViewerRequest) -> HttpResponse:
    """Wrap some more reports for the new key, and show how many are left."""
    ring = ring_of(request)
    if ring is None:
        return ask_first(reverse("reports:queue"))
    done = actions.rewrap_reports(request.viewer, ring)
    if not done:
        messages.error(request, _("Your keys do not open them. A colleague who holds the old key can do this."))
    return redirect("reports:queue")


def _older(request: HttpRequest, key: str) -> str:
    if not key:
        return ""
    query = request.GET.copy()
    query["after"] = key
    return f"?{query.urlencode()}"


def row_of(report: Report, teams: dict[UUID, Any]) -> dict[str, Any]:
    """Return what a line of a list says of a report."""
    spot = atlas().by_id(report.place_id)
    today = queries.today_at(report)
    return {
        "report": report,
        "kind": KIND_WORDS[ReportKind(report.kind)],
        "place": spot.names if spot else "",
        "age": (today - report.received_on).days,
        "late": report.due_on < today and report.state in WAITING_STATES,
        "state": STATE_WORDS[report.state],
        "team": teams[report.team_id].names,
    }


@login_required
@require_GET
def report(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Show what is known without opening, and the button that opens."""
    found = queries.get_report(request.viewer, pk)
    return render(request, "reports/report.html", outside(request.viewer, found))


def outside(viewer: Viewer, found: Report) -> dict[str, Any]:
    """Return what a page says of a report that nobody has opened."""
    spot = atlas().by_id(found.place_id)
    holds = queries.holds_of(viewer, found) if rules.may_be_held(viewer, found) else []
    movements = queries.movements_of(viewer, found)
    asked = next((hold for hold in holds if hold.agreed_on is None), None)
    return {
        "report": found,
        "spot": spot,
        "kind_words": KIND_WORDS[ReportKind(found.kind)],
        "state_words": STATE_WORDS[found.state],
        "consents": [RECIPIENT_WORDS[kind] for kind in RECIPIENT_WORDS if kind in found.consents],
        "trail": trail(found, movements, own=False),
        "came_back": came_back(found, movements),
        "outlook": outlook(found, spot, movements, atlas().today(spot)) if spot else None,
        "given": given(viewer, found),
        "lasting": queries.lasting_of(found, holds),
        "gone_by": gone_by(found.erased_on) if found.erased_on else None,
        "asked": asked,
        "held": next(
            (hold for hold in holds if rules.may_end_hold(viewer, found, hold, queries.today_at(found))), None
        ),
        "asked_reason": working("hold-reason", asked.reason) if asked else "",
        "own_question": asked is not None and asked.asked_by == viewer.person,
        "hold_form": HoldForm(reasons=hold_reasons()),
        "late": found.state in WAITING_STATES and found.due_on < queries.today_at(found),
    }


def hold_reasons() -> list[tuple[str, str]]:
    """Return why a closed report may be kept longer, for a form."""
    return choices("hold-reason", exact=True)


@login_required
@require_POST
def open_report(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Open a report: an action, journalled, and told to the resident."""
    return open_page(request, pk)


def open_page(request: ViewerRequest, pk: UUID, **forms: Any) -> HttpResponse:
    """Open with the keys of this session; without them ask for the passphrase first."""
    ring = ring_of(request)
    if ring is None:
        queries.get_report(request.viewer, pk)
        return ask_first(reverse("reports:report", args=[pk]))
    try:
        return _opened(request, actions.open_report(request.viewer, pk, ring=ring), **forms)
    except CannotOpen:
        return redirect("people:sealing")


def too_late(request: ViewerRequest, pk: UUID, refusal: Refused, **forms: Form) -> HttpResponse:
    """Show the report as it stands now with why it could not be done, and keep what was written.

    Without keys at hand the refusal's own page says why; and what nobody has opened is not opened on the way.
    """
    if ring_of(request) is None or queries.get_report(request.viewer, pk).state == State.ROUTED:
        raise refusal
    for form in forms.values():
        form.add_error(None, str(refusal))
    return open_page(request, pk, **forms)


def _opened(request: ViewerRequest, opened: Opened, **forms: Any) -> HttpResponse:
    viewer, found = request.viewer, opened.report
    finest = atlas().by_id(UUID(opened.document["place"])) if opened.document.get("place") else None
    context = {
        **outside(viewer, found),
        "opened": opened,
        "finest": finest,
        **told(opened.document),
        **repeats(viewer, found),
        "answer": AnswerForm(),
        **ways_out(viewer, found, opened.messages),
        "close": CloseForm(outcomes=outcomes()),
        **forms,
    }
    return render(request, "reports/opened.html", context)


def outcomes() -> list[tuple[str, str]]:
    """Return how a team may end a report."""
    return choices("outcome", exact=True, without=("withdrawn",))


@login_required
@require_POST
def close(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Close with an outcome."""
    form = CloseForm(request.POST, outcomes=outcomes())
    if not form.is_valid():
        return open_page(request, pk, close=form)
    try:
        actions.close_report(request.viewer, pk, **form.cleaned_data)
    except Refused as refusal:
        return too_late(request, pk, refusal, close=form)
    messages.success(request, _("The report is closed."))
    return redirect("reports:queue")
