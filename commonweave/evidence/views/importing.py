"""Taking in a list of publications: read, looked at with all that is wrong, then taken in as drafts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from commonweave.base.formats import say_number
from commonweave.evidence import actions, importing, queries, saying
from commonweave.evidence.views.documents import takes_file
from commonweave.evidence.views.ours import crumbs, for_members, holders, show_or_post
from commonweave.files.uploads import TooLarge

if TYPE_CHECKING:
    from django.http import HttpResponse

    from commonweave.base.viewer import ViewerRequest
    from commonweave.evidence.importing import Row

SHOWN = 200


@for_members
def _import_list(request: ViewerRequest) -> HttpResponse:
    """Read a list and show what would be taken in, or everything that is wrong."""
    context: dict[str, Any] = {
        "tabs": saying.tabs("ours", request.viewer),
        "crumbs": crumbs(_("Take in a list")),
        "columns": ", ".join(importing.COLUMNS),
        "holders": holders(request.viewer),
    }
    if request.method == "POST":
        try:
            context |= _looked_at(request)
        except importing.Unfit as unfit:
            context["refused"] = [("id_list", str(unfit))]
    return TemplateResponse(request, "evidence/import_list.html", context)


def _looked_at(request: ViewerRequest) -> dict[str, Any]:
    """Raises Unfit."""
    sent, holder = request.FILES.get("list"), _holder(request)
    if sent is None or isinstance(sent, TooLarge):
        raise importing.Unfit(_("Choose a file of at most 5 MB first."))
    rows = importing.read_list(sent.read())
    if wrong := [row for row in rows if row.wrong]:
        told = [[say_number(row.number), name, why] for row in wrong for name, why in row.wrong]
        return {
            "wrong": told[:SHOWN],
            "more": max(0, len(told) - SHOWN),
            "wrong_head": [_("Row"), _("Field"), _("What is wrong")],
        }
    facts = [row.facts for row in rows]
    twins = queries.twins(request.viewer, facts)
    batch = actions.keep_batch(request.viewer, holder=holder, name=sent.name or "-", rows=facts)
    new = [row for row, twin in zip(rows, twins, strict=True) if twin is None]
    there = [[say_number(row.number), row.title, _there(twin)] for row, twin in zip(rows, twins, strict=True) if twin]
    return {
        "batch": batch,
        "new": len(new),
        "rows": [_new(row) for row in new[:SHOWN]],
        "head": [_("Row"), _("Title"), _("Year"), _("DOI")],
        "there": there[:SHOWN],
        "there_head": [_("Row"), _("Title"), _("Stands here as")],
    }


def _holder(request: ViewerRequest) -> UUID:
    own = [code for code, _name in holders(request.viewer)]
    chosen = request.POST.get("holder", "")
    return UUID(chosen if chosen in own else own[0])


def _new(row: Row) -> list[str]:
    return [say_number(row.number), row.title, str(row.facts["year"]), row.facts["doi"]]


def _there(twin: queries.Twin) -> dict[str, str] | str:
    if twin.pk is None:
        return _("an earlier row of this list")
    return {"text": twin.title, "href": reverse("evidence:record", args=[twin.slug])}


import_list = show_or_post(takes_file(_import_list))


@require_POST
@for_members
def take_in(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Make drafts of the list that was looked at."""
    number = actions.take_in_batch(request.viewer, pk)
    told = ngettext("%(number)s draft was added.", "%(number)s drafts were added.", number)
    messages.success(request, told % {"number": say_number(number)})
    return redirect("evidence:ours")
