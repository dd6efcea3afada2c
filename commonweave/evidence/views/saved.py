"""Saved searches of the person who is signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from commonweave.evidence import actions, queries, saying
from commonweave.evidence.forms import SaveForm
from commonweave.evidence.views.finding import read_question, words_of_question

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from commonweave.base.viewer import ViewerRequest
    from commonweave.evidence.models import SavedSearch
    from commonweave.evidence.queries import Asked


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def saved(request: ViewerRequest) -> HttpResponse:
    """List one's saved searches, and save one more: the question stands in the address that led here."""
    posted = request.method == "POST"
    question = request.POST.get("question", "") if posted else request.GET.urlencode()
    asked = words_of_question(read_saved(question))
    form = SaveForm(request.POST if posted else None, initial={"name": asked[:80], "question": question})
    if posted and form.is_valid():
        actions.save_search(request.viewer, **form.cleaned_data)
        messages.success(request, _("The search is saved."))
        return redirect("evidence:saved")
    context = {
        "form": form if posted or question else None,
        "asked": asked,
        "rows": [_row(row) for row in queries.saved_searches_for(request.viewer)],
        "tabs": saying.tabs("saved", request.viewer),
    }
    return TemplateResponse(request, "evidence/saved.html", context)


def read_saved(question: str) -> Asked:
    """Read what was saved behind the "?" of an address."""
    return read_question(QueryDict(question))


def _row(row: SavedSearch) -> dict[str, object]:
    return {
        "search": row,
        "asked": words_of_question(read_saved(row.question)) or _("Everything"),
        "open": reverse("evidence:open_saved", args=[row.pk]),
    }


@login_required
@require_POST
def open_saved(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Show the list of a saved search; from now on nothing in it is new."""
    row = actions.look_at_search(request.viewer, pk)
    return redirect(f"{reverse('evidence:find')}?{row.question}")


@login_required
@require_POST
def change_saved(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Turn mails on or off."""
    actions.change_search(request.viewer, pk, mail="mail" in request.POST)
    return redirect("evidence:saved")


@login_required
@require_POST
def forget_saved(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Delete a saved search."""
    actions.forget_search(request.viewer, pk)
    messages.success(request, _("The saved search is deleted."))
    return redirect("evidence:saved")
