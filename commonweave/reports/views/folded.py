"""What says the same, many times: one line in the queue, opened one by one or closed together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from commonweave.base.verdict import Refused
from commonweave.people.views.access import for_readers
from commonweave.reports import actions, queries
from commonweave.reports.forms import CloseFoldedForm
from commonweave.reports.views.team import outcomes, row_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from commonweave.base.viewer import ViewerRequest


@require_GET
@for_readers
def folded(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Show the first of them, and the form that closes all."""
    return _page(request, pk, CloseFoldedForm(outcomes=outcomes()))


def _page(request: ViewerRequest, pk: UUID, form: CloseFoldedForm) -> HttpResponse:
    viewer = request.viewer
    rows = queries.folded(viewer, pk)
    often = rows.count()
    if not often:
        raise Http404
    names = {team.pk: team for team in queries.teams_of(viewer)}
    shown = rows.defer("body", "keys", "receipt_key").order_by("due_on", "pk")[: queries.PAGE]
    context = {
        "pk": pk,
        "often": often,
        "rows": [row_of(report, names) for report in shown],
        "first": queries.reports_for(viewer).filter(pk=pk).exists(),
        "was_read": queries.was_read(viewer, pk),
        "form": form,
    }
    return render(request, "reports/folded.html", context)


@require_POST
@for_readers
def close_folded(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Close them together, some at a time."""
    form = CloseFoldedForm(request.POST, outcomes=outcomes())
    if not form.is_valid():
        return _page(request, pk, form)
    try:
        left = actions.close_folded(request.viewer, pk, **form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, pk, form)
    if left:
        told = ngettext("%(left)s more is left: close again.", "%(left)s more are left: close again.", left)
        messages.warning(request, told % {"left": left})
        return _page(request, pk, form)
    messages.success(request, _("They are closed. Each person finds your words with their receipt."))
    return redirect("reports:queue")
