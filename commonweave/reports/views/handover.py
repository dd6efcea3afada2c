"""Handing a report over, and what the receiver says to it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweave.base.verdict import Refused
from commonweave.people.unsealing import ring_of
from commonweave.reports import actions, queries
from commonweave.reports.views.team import open_page
from commonweave.reports.views.ways_out import decline_form, hand_on_form
from commonweave.sharing.envelopes import CannotOpen

if TYPE_CHECKING:
    from django.http import HttpResponse

    from commonweave.base.viewer import ViewerRequest


@login_required
@require_POST
def hand_on(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Hand on within the consent."""
    form = hand_on_form(queries.get_report(request.viewer, pk), request.POST)
    if form is None or not form.is_valid():
        return open_page(request, pk, hand_on=form)
    given = form.cleaned_data
    try:
        actions.hand_on_report(
            request.viewer, pk, to_team=UUID(given["to_team"]), reason=given["reason"], ring=ring_of(request) or {}
        )
    except CannotOpen:
        return open_page(request, pk)
    messages.success(request, _("The report is with the other team now. The person can see that."))
    return redirect("reports:queue")


@login_required
@require_POST
def accept(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Take on what another team handed over."""
    queries.get_report(request.viewer, pk)
    try:
        actions.accept_report(request.viewer, pk)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("reports:report", pk=pk)
    messages.success(request, _("Your team has taken this report on. The person and the other team can see that."))
    return open_page(request, pk)


@login_required
@require_POST
def decline(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Give it back, with a reason."""
    queries.get_report(request.viewer, pk)
    form = decline_form(request.POST)
    if not form.is_valid():
        return open_page(request, pk, decline=form)
    try:
        actions.decline_report(request.viewer, pk, reason=form.cleaned_data["reason"], ring=ring_of(request) or {})
    except CannotOpen:
        return open_page(request, pk)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("reports:report", pk=pk)
    messages.success(request, _("The report is back with the team that handed it over. The person can see why."))
    return redirect("reports:queue")
