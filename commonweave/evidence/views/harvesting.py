"""Harvesting others' libraries: which ones, how far each has come, what went wrong, and going on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commonweave.base.formats import say_number
from commonweave.evidence import actions, queries, rules, saying
from commonweave.evidence.forms import HarvestForm
from commonweave.evidence.models import HarvestState
from commonweave.evidence.views.ours import crumbs, holders, show_or_post
from commonweave.people.rules import administered
from commonweave.people.views.access import for_administrators

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from commonweave.base.viewer import ViewerRequest
    from commonweave.evidence.models import Harvest

TAGS = {HarvestState.WAITING: "plain", HarvestState.STOPPED: "warn", HarvestState.DONE: "good"}


@show_or_post
@for_administrators
def harvests(request: ViewerRequest) -> HttpResponse:
    """List the libraries that are harvested, and take in another."""
    own = {str(pk) for pk in administered(request.viewer)}
    form = HarvestForm(request.POST or None, holders=[each for each in holders(request.viewer) if each[0] in own])
    if form.is_valid():
        row = actions.start_harvest(request.viewer, **form.cleaned_data)
        messages.success(request, _("It is asked for now. What comes are drafts for you to look at."))
        return redirect("evidence:harvest", pk=row.pk)
    context = {
        "form": form,
        "head": [_("Library"), _("State"), _("Drafts")],
        "rows": [_row(each) for each in queries.harvests_for(request.viewer).order_by("address", "oai_set")],
        "tabs": saying.tabs("ours", request.viewer),
        "crumbs": crumbs(_("Take in a library")),
    }
    return TemplateResponse(request, "evidence/harvests.html", context)


@require_safe
@for_administrators
def harvest(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Show how far a harvest has come."""
    row = queries.get_harvest(request.viewer, pk)
    numbers = (
        (_("Pages"), row.pages),
        (_("New drafts"), row.taken),
        (_("Stood here already"), row.there),
        (_("Without title or year"), row.unfit),
        (_("Taken back there"), row.gone),
    )
    context = {
        "row": row,
        "state": state_words()[row.state],
        "tag": TAGS[HarvestState(row.state)],
        "fault": said_fault(row.fault),
        "waiting": row.state == HarvestState.WAITING,
        "untouched": queries.untouched_drafts(request.viewer, row).count(),
        "facts": [{"label": label, "value": say_number(number)} for label, number in numbers],
        "gone": queries.taken_back(request.viewer, row),
        "tabs": saying.tabs("ours", request.viewer),
        "crumbs": crumbs(row.address),
    }
    return TemplateResponse(request, "evidence/harvest.html", context)


@require_POST
@for_administrators
def harvest_on(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Go on, or ask for what is new."""
    actions.go_on(request.viewer, pk)
    return redirect("evidence:harvest", pk=pk)


@require_POST
@for_administrators
def harvest_stop(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Let no more come."""
    actions.stop_harvest(request.viewer, pk)
    return redirect("evidence:harvest", pk=pk)


@show_or_post
@for_administrators
def harvest_clear(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Delete what nobody has worked on, after asking with the number; asked once more where it is another one by then."""
    row = queries.get_harvest(request.viewer, pk)
    rules.may_clear(row).enforce()
    count = queries.untouched_drafts(request.viewer, row).count()
    if not count:
        return redirect("evidence:harvest", pk=pk)
    if request.method == "POST" and request.POST.get("drafts") == str(count):
        actions.ask_to_clear(request.viewer, pk)
        messages.success(request, _("The drafts are deleted now. Open this page again to see that they are gone."))
        return redirect("evidence:harvest", pk=pk)
    context = {
        "row": row,
        "count": count,
        "back": reverse("evidence:harvest", args=[pk]),
        "tabs": saying.tabs("ours", request.viewer),
    }
    return TemplateResponse(request, "evidence/harvest_clear.html", context)


def state_words() -> dict[str, str]:
    """Say where a harvest stands."""
    return {HarvestState.WAITING: _("Under way"), HarvestState.STOPPED: _("Stopped"), HarvestState.DONE: _("Done")}


def said_fault(code: str) -> str:
    """Say what went wrong, and what to do."""
    said = {
        "": "",
        "unknown": _("No library that everybody can reach is at this address. Look at it again."),
        "address": _("This address cannot be asked."),
        "away": _("The server did not answer, or broke off. What came before is kept; go on later."),
        "slow": _("The server took too long. What came before is kept; go on later."),
        "status": _("The server answered with an error. What came before is kept; go on later."),
        "redirects": _("The server sends us from one place to the next."),
        "large": _("One page of it is larger than 20 MB."),
        "xml": _("The answer is not OAI-PMH. Look at the address."),
        "person": _("Somebody stopped it. It can go on where it was."),
        "pages": _("One run takes %(number)s pages at most. Look through what came, then go on.")
        % {"number": say_number(rules.MOST_PAGES)},
        "drafts": _("One run makes %(number)s drafts at most. Look through what came, then go on.")
        % {"number": say_number(rules.MOST_DRAFTS)},
        "bytes": _("One run reads %(number)s MB at most. Look through what came, then go on.")
        % {"number": say_number(rules.MOST_BYTES // 1_000_000)},
        "round": _("The server sends us round in circles. What came before is kept; going on begins anew."),
        "badResumptionToken": _(
            "The server has forgotten where we were. Going on begins anew; nothing is taken in twice."
        ),
    }
    return said[code] if code in said else _("The server says: %(code)s.") % {"code": code}


def _row(row: Harvest) -> list[Any]:
    name = f"{row.address} · {row.oai_set}" if row.oai_set else row.address
    return [
        {"text": name, "href": reverse("evidence:harvest", args=[row.pk])},
        {"text": state_words()[row.state], "tag": TAGS[HarvestState(row.state)]},
        say_number(row.taken),
    ]
