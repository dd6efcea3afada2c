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
from commonweave.reports.forms import AskForm
from commonweave.reports.questions import Wish
from commonweave.reports.views.team import open_page, too_late
from commonweave.reports.views.ways_out import ask_choices, decline_form, hand_on_form, outside_form, services_of
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
        return open_page(request, pk, hand_on=form, not_ours_open=True)
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


@login_required
@require_POST
def ask(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Ask the person whether somebody else may read it."""
    queries.get_report(request.viewer, pk)
    wish, form = Wish.read(request.POST.get("ask-wish", "")), AskForm(request.POST, wishes=ask_choices())
    if not form.is_valid():
        return open_page(request, pk, ask=form, not_ours_open=True)
    try:
        actions.ask_consent(request.viewer, pk, wish, text=form.cleaned_data["text"], ring=ring_of(request) or {})
    except CannotOpen:
        return open_page(request, pk)
    except Refused as refusal:
        return too_late(request, pk, refusal, ask=form)
    messages.success(request, _("Your question is in the thread. The person answers it with their receipt."))
    return redirect("reports:report", pk=pk)


@login_required
@require_POST
def outside(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Name who outside can help, and close."""
    found = queries.get_report(request.viewer, pk)
    form = outside_form(services_of(request.viewer, found), request.POST)
    if form is None or not form.is_valid():
        return open_page(request, pk, outside=form, not_ours_open=True)
    given = form.cleaned_data
    try:
        actions.point_outside(
            request.viewer, pk, services=[UUID(each) for each in given["services"]], text=given["text"]
        )
    except Refused as refusal:
        return too_late(request, pk, refusal, outside=form)
    messages.success(request, _("The report is closed. The person reads who can help with their receipt."))
    return redirect("reports:queue")
