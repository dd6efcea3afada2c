"""The register of evaluations that are due: who promised what by when, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonweave.base import spreadsheets
from commonweave.base.formats import say_date
from commonweave.base.viewer import seen_by
from commonweave.evidence import actions, queries, rules, saying
from commonweave.evidence.forms import DueForm
from commonweave.evidence.views.judging import own_organisations
from commonweave.vocabulary import queries as vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from django.http.response import HttpResponseBase

    from commonweave.base.viewer import Viewer, ViewerRequest
    from commonweave.evidence.models import DueEvaluation

AT_ONCE = 500
"""Lines of the table that are read at once."""
TAGS = {"overdue": "danger", "due": "", "embargoed": "info", "published": "success", "excused": "warn"}


@require_safe
def due(request: ViewerRequest) -> TemplateResponse:
    """List what was promised, with how many there are of each status."""
    status = _status(request)
    here, counts = reverse("evidence:due"), queries.due_counts(request.viewer)
    rows, after = queries.due_listed(request.viewer, status, str(request.GET.get("after", "")))
    narrowed = {"status": status} if status else {}
    ways = [("", _("All")), *((code, vocabulary.label("due-status", code).say()) for code in rules.DUE_STATUS)]
    context = {
        "tabs": saying.tabs("due", request.viewer),
        "states": [
            {
                "url": f"{here}?status={code}" if code else here,
                "label": label,
                "current": code == status,
                "count": counts.get(code, 0) if code else sum(counts.values()),
            }
            for code, label in ways
        ],
        "head": [_("Programme"), _("Status"), _("Due"), _("Who pays"), _("Who publishes"), _("Reason")],
        "rows": [_row(request, each) for each in rows],
        "later": f"{here}?{urlencode(narrowed | {'after': after})}" if after else "",
        "table": reverse("evidence:due_table") + (f"?status={status}" if status else ""),
        "may_write": bool(rules.may_follow_assumptions(request.viewer)),
    }
    return TemplateResponse(request, "evidence/due.html", context)


@require_safe
def due_table(request: ViewerRequest) -> HttpResponseBase:
    """Hand out the whole register for spreadsheets."""
    head = ("programme", "status", "due_on", "first_due_on", "funder", "publisher", "record", "reason")
    return spreadsheets.table("due", head, _lines(request.viewer, _status(request)))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def register_due(request: ViewerRequest) -> HttpResponse:
    """Put down that an evaluation will be published."""
    rules.may_follow_assumptions(request.viewer).enforce()
    own = own_organisations(request.viewer)
    form = DueForm(request.POST or None, viewer=request.viewer, organisations=own)
    if form.is_valid():
        actions.register_due(request.viewer, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("evidence:due")
    return _form(request, form, _("Add an evaluation that is due"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_due(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Change it, or link what fulfils it."""
    row = queries.get_due(request.viewer, pk, lock=request.method == "POST")
    form = DueForm(request.POST or None, now=DueForm.starting_with(row), viewer=request.viewer)
    if form.is_valid():
        actions.edit_due(request.viewer, pk, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("evidence:due")
    return _form(request, form, row.programme)


def _form(request: ViewerRequest, form: DueForm, title: str) -> TemplateResponse:
    back = reverse("evidence:due")
    context = {"form": form, "title": title, "back": back, "tabs": saying.tabs("", request.viewer)}
    return TemplateResponse(request, "evidence/assumption_form.html", context)


def _status(request: ViewerRequest) -> str:
    status = str(request.GET.get("status", ""))
    if status and status not in rules.DUE_STATUS:
        raise Http404
    return status


def _row(request: ViewerRequest, each: DueEvaluation) -> list[Any]:
    status = each.status  # type: ignore[attr-defined]  # annotated
    programme: Any = each.programme
    if rules.may_keep_due(request.viewer, each.holder):
        programme = {"text": each.programme, "href": reverse("evidence:edit_due", args=[each.pk])}
    elif each.record is not None:
        programme = {"text": each.programme, "href": reverse("evidence:record", args=[each.record.slug])}
    day = say_date(each.due_on, form="medium")
    if each.first_due_on != each.due_on:
        day = _("%(day)s (at first %(first)s)") % {"day": day, "first": say_date(each.first_due_on, form="medium")}
    tag = {"text": vocabulary.label("due-status", status).say(), "tag": TAGS[status]}
    return [programme, tag, day, each.funder, each.runner, each.excuse or None]


def _lines(viewer: Viewer, status: str) -> Iterator[tuple[str, ...]]:
    """Read some hundred at a time, each in a transaction of its own that knows the viewer: a slow reader holds nothing."""
    after, more = "", True
    while more:
        with seen_by(viewer):
            rows, after = queries.due_listed(viewer, status, after, AT_ONCE)
        more = bool(after)
        for each in rows:
            record = each.record.slug if each.record else ""
            days = (each.due_on.isoformat(), each.first_due_on.isoformat())
            stands = each.status  # type: ignore[attr-defined]  # annotated
            yield (each.programme, stands, *days, each.funder, each.runner, record, each.excuse)
