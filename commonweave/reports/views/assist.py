"""Where somebody who is signed in begins to write down what another person tells them.

From here on these are the resident's own three steps: the draft says that somebody else types, and nothing of the
session is looked at but whether its owner may do this.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from commonweave.people.coverage import book
from commonweave.people.queries import organisations_for
from commonweave.people.rules import may_assist
from commonweave.places.atlas import atlas
from commonweave.reports import actions
from commonweave.reports.draft import begin
from commonweave.reports.forms import TellForm, WhatForm
from commonweave.reports.views.steps import what_page

if TYPE_CHECKING:
    from django.http import HttpResponse

    from commonweave.base.viewer import Viewer, ViewerRequest


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def assist(request: ViewerRequest) -> HttpResponse:
    """Say how the person tells it; then the steps begin."""
    may_assist(request.viewer, book().trusted).enforce()
    form = TellForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        actions.begin_assisting(request.viewer, told=given["told"])
        draft = replace(begin(_home(request.viewer)), helped=given["told"], spoken=given["spoken"])
        return what_page(request, draft, WhatForm())
    return render(request, "reports/assist.html", {"form": form})


def _home(viewer: Viewer) -> str:
    """Return the code of a place where the helper works: its name and numbers stand on the first page."""
    body = organisations_for(viewer).filter(pk__in=viewer.organisations).order_by("pk").first()
    spot = atlas().by_id(body.place_id) if body else None
    return spot.code if spot else ""
