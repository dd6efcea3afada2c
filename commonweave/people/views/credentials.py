"""Letting programs in: a token shown once, and its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from commonweave.base.verdict import Refused
from commonweave.people import actions, locks, queries, rules
from commonweave.people.forms.credentials import CredentialForm
from commonweave.people.views.access import for_administrators

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from commonweave.base.viewer import ViewerRequest


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def new_credential(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Let a program in and show its token, this once."""
    viewer = request.viewer
    body = queries.get_organisation(viewer, pk)
    rules.may_let_in(viewer, pk).enforce()
    teams = list(queries.teams_for(viewer).filter(organisation=body).order_by("id"))
    form = CredentialForm(request.POST if request.method == "POST" else None, teams=teams)
    crumbs = [
        {"label": _("Manage"), "url": reverse("people:manage")},
        {"label": body.names, "url": reverse("people:organisation", args=[pk])},
        {"label": _("Let a program in")},
    ]
    if form.is_bound and form.is_valid():
        try:
            admitted = actions.make_credential(viewer, organisation=pk, **form.facts())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            shown = {
                "made": admitted.credential,
                "token": admitted.token.text,
                "fingerprint": locks.spoken(admitted.public),
                "crumbs": crumbs,
            }
            return TemplateResponse(request, "people/token.html", shown)
    context = {"organisation": body, "form": form, "crumbs": crumbs}
    return TemplateResponse(request, "people/new_credential.html", context)


@require_POST
@for_administrators
def end_credential(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """End a program's access."""
    ended = actions.end_credential(request.viewer, pk)
    messages.success(request, _("Ended. Its token no longer works."))
    return redirect("people:organisation", pk=ended.organisation_id)
