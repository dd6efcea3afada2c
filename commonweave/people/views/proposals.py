"""What waits for a second person, and what was decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commonweave.base.verdict import Refused
from commonweave.people import actions, queries, rules
from commonweave.people.changes import Change, changes_of
from commonweave.people.forms import DecisionForm, place_line
from commonweave.people.labels import RECIPIENT_KINDS, REPORT_KINDS, RIGHTS, ROLES, STATES, VERBS
from commonweave.people.views.access import for_administrators

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from uuid import UUID

    from django.http import HttpResponse

    from commonweave.base.viewer import ViewerRequest
    from commonweave.people.models import Proposal

MOST = 100  # more than this many open proposals mean that nobody decides


@require_safe
@for_administrators
def proposals(request: ViewerRequest) -> HttpResponse:
    """List what waits, oldest first, then what was decided, newest first."""
    decided, more = queries.decided_proposals(request.viewer, after=request.GET.get("after", ""))
    context = {
        "waiting": _lines(request, queries.open_proposals(request.viewer)[:MOST]),
        "decided": _lines(request, decided),
        "first": reverse("people:proposals") if request.GET.get("after") else "",
        "more": "?" + urlencode({"after": more}) if more else "",
    }
    return TemplateResponse(request, "people/proposals.html", context)


@require_safe
@for_administrators
def proposal(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Show what a proposal would change, and let a second person decide."""
    return _page(request, queries.get_proposal(request.viewer, pk), DecisionForm())


@require_POST
@for_administrators
def approve(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Agree as the second person."""
    return _decide(request, pk, actions.approve_proposal, _("Approved. It is done."))


@require_POST
@for_administrators
def decline(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Decline, or take the own proposal back."""
    return _decide(request, pk, actions.decline_proposal, _("Declined. Nothing has changed."))


def _decide(request: ViewerRequest, pk: UUID, action: Callable[..., Proposal], done: str) -> HttpResponse:
    row = queries.get_proposal(request.viewer, pk)
    form = DecisionForm(request.POST)
    if form.is_valid():
        try:
            action(request.viewer, pk, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, done)
            return redirect("people:proposal", pk=pk)
    return _page(request, row, form)


def _page(request: ViewerRequest, row: Proposal, form: DecisionForm) -> HttpResponse:
    context = {
        "proposal": row,
        "form": form,
        "may_approve": rules.may_approve(request.viewer, row, queries.standing(request.viewer, row)),
        "may_decline": rules.may_decline(request.viewer, row),
        "own": row.proposed_by_id == request.viewer.person,
        "crumbs": [
            {"label": _("Manage"), "url": reverse("people:manage")},
            {"label": _("Proposals"), "url": reverse("people:proposals")},
            {"label": VERBS[row.verb]},
        ],
        **_said(row, changes_of(request.viewer, [row])[row.pk]),
    }
    return TemplateResponse(request, "people/proposal.html", context)


def _lines(request: ViewerRequest, rows: Iterable[Proposal]) -> list[dict[str, Any]]:
    shown = list(rows)
    changes = changes_of(request.viewer, shown)
    return [
        {"proposal": row, "url": reverse("people:proposal", args=[row.pk]), **_said(row, changes[row.pk])}
        for row in shown
    ]


def _said(row: Proposal, change: Change) -> dict[str, Any]:
    """Return a proposal in words: what it is, and what would change."""
    where = place_line(change.place.pk) if change.place else change.area.names.say() if change.area else ""
    return {
        "verb": VERBS[row.verb],
        "state": STATES[row.state],
        "change": change,
        "kind": RECIPIENT_KINDS.get(change.kind, ""),
        "role": ROLES.get(change.role, ""),
        "report_kinds": [REPORT_KINDS.get(kind, kind) for kind in change.report_kinds],
        "rights": [RIGHTS[right] for right in change.rights],
        "where": where,
    }
