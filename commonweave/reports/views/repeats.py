"""What may be about the same thing, beside an opened report, and what a member says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from commonweave.base.verdict import Refused
from commonweave.places.atlas import atlas
from commonweave.reports import actions, queries
from commonweave.reports.forms import KIND_WORDS
from commonweave.reports.likeness import ADDRESS, GROUND
from commonweave.reports.models import ReportKind

if TYPE_CHECKING:
    from django.http import HttpResponse

    from commonweave.base.viewer import Viewer, ViewerRequest
    from commonweave.reports.models import Report
    from commonweave.reports.queries import Alike

SAME = {
    ADDRESS: gettext_lazy("the same page"),
    GROUND: gettext_lazy("the same place and day"),
}


def repeats(viewer: Viewer, report: Report) -> dict[str, Any]:
    """Return for a page what is linked with a report and what may be."""
    linked, likely = queries.repeats_of(viewer, report)
    return {"linked": [_line(each) for each in linked], "likely": [_line(each) for each in likely]}


def _line(alike: Alike) -> dict[str, Any]:
    report = alike.report
    spot = atlas().by_id(report.place_id)
    why = [str(words) for lane, words in SAME.items() if lane in alike.lanes]
    if alike.lanes - SAME.keys():
        why.append(_("similar words"))
    kind = KIND_WORDS[ReportKind(report.kind)]
    return {"report": report, "kind": kind, "place": spot.names if spot else "", "why": ", ".join(why)}


@login_required
@require_POST
def tell_repeat(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Say that another report is about the same thing, or is not."""
    queries.get_report(request.viewer, pk)
    same = request.POST.get("do") == "same"
    try:
        actions.tell_repeat(request.viewer, pk, other=UUID(request.POST.get("other", "")), same=same)
    except ValueError:
        raise Http404 from None
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Linked: each shows the other.") if same else _("Noted: they are not the same."))
    return redirect("reports:report", pk=pk)
