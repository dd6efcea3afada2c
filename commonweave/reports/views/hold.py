"""Keeping a closed report longer: one member asks, another decides. No seal has to be opened for that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweave.base.verdict import Refused
from commonweave.reports import actions, queries
from commonweave.reports.forms import HoldForm
from commonweave.reports.views.team import hold_reasons, outside

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from commonweave.base.viewer import ViewerRequest


@login_required
@require_POST
def ask_hold(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Ask to keep it longer."""
    found = queries.get_report(request.viewer, pk)
    form = HoldForm(request.POST, reasons=hold_reasons())
    if form.is_valid():
        try:
            actions.ask_hold(request.viewer, pk, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("Another member of the team has to agree now. The person can see that you asked.")
            )
            return redirect("reports:report", pk=pk)
    return render(request, "reports/report.html", {**outside(request.viewer, found), "hold_form": form})


@login_required
@require_POST
def decide_hold(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Agree or decline."""
    queries.get_report(request.viewer, pk)
    agree = request.POST.get("do") == "agree"
    try:
        actions.decide_hold(request.viewer, pk, agree=agree)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            _("The report is kept longer. The person can see that.")
            if agree
            else _("The report is not kept longer. The person can see that."),
        )
    return redirect("reports:report", pk=pk)


@login_required
@require_POST
def end_hold(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Stop keeping it longer."""
    queries.get_report(request.viewer, pk)
    try:
        actions.end_hold(request.viewer, pk)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The report is not kept longer from tomorrow. The person can see that."))
    return redirect("reports:report", pk=pk)
