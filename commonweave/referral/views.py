"""Pages on which administrators keep the list of outside services, and teams see what they handed over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from commonweave.base.formats import say_date
from commonweave.people.coverage import book
from commonweave.people.views.access import for_readers
from commonweave.places.atlas import atlas
from commonweave.referral import actions, queries, rules
from commonweave.referral.forms import DestinationForm, RemoveForm
from commonweave.referral.models import HandoverState
from commonweave.vocabulary.queries import label, working

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from commonweave.base.viewer import ViewerRequest
    from commonweave.places.atlas import Spot
    from commonweave.referral.models import Destination, Handover

STATE_WORDS = {
    HandoverState.SENT: gettext_lazy("Not opened yet"),
    HandoverState.SEEN: gettext_lazy("Opened, not taken on yet"),
    HandoverState.ACCEPTED: gettext_lazy("Taken on"),
    HandoverState.DECLINED: gettext_lazy("Given back"),
    HandoverState.DONE: gettext_lazy("Closed there"),
    HandoverState.RETURNED: gettext_lazy("Came back: nobody took it on in time"),
    HandoverState.MOVED: gettext_lazy("Went on to another team"),
    HandoverState.WITHDRAWN: gettext_lazy("The person took it back"),
}
SHOWN = ("", "open", "overdue")


@login_required
@require_safe
def destinations(request: ViewerRequest) -> TemplateResponse:
    """Show the services of a place and of the places above it, as a resident there would meet them."""
    rules.may_manage_destinations(request.viewer).enforce()
    spot = atlas().by_code(request.GET.get("at", ""))
    sought = request.GET.get("q", "").strip()[:100]
    near = queries.destinations_for(request.viewer, spot) if spot else []
    shown = atlas().find(sought, limit=20) if sought else atlas().children(spot)
    context = {
        "spot": spot,
        "sought": sought,
        "crumbs": _crumbs(spot) if spot else [],
        "head": [_("Service"), _("For"), _("Kind"), _("Telephone"), _("Checked")],
        "rows": [_row(each) for each in near],
        "places": [{"name": _long_name(place) if sought else str(place), "url": _address(place)} for place in shown],
    }
    return TemplateResponse(request, "referral/destinations.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_destination(request: ViewerRequest, code: str) -> HttpResponse:
    """Add a service for a place."""
    rules.may_manage_destinations(request.viewer).enforce()
    spot = atlas().by_code(code)
    if spot is None:
        raise Http404
    form = DestinationForm(request.POST or None)
    if form.is_valid():
        made = actions.add_destination(request.viewer, place=spot.id, **form.to_details())
        messages.success(request, _("%(name)s was added.") % {"name": made.names})
        return redirect(_address(spot))
    context = {"spot": spot, "form": form, "crumbs": _crumbs(spot, last=_("Add a service")), "back": _address(spot)}
    return TemplateResponse(request, "referral/add_destination.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_destination(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Change a service, or say that it was checked."""
    rules.may_manage_destinations(request.viewer).enforce()
    row = queries.get_destination(request.viewer, pk, lock=request.method == "POST")
    spot = atlas().by_id(row.place_id)
    form = DestinationForm(request.POST or None, now=DestinationForm.starting_with(row))
    if form.is_valid():
        actions.edit_destination(request.viewer, pk, **form.to_details(row))
        messages.success(request, _("Saved."))
        return redirect(_address(spot))
    context = {"row": row, "form": form, "crumbs": _crumbs(spot, last=row.names.say()), "back": _address(spot)}
    return TemplateResponse(request, "referral/edit_destination.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def remove_destination(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Take a service off the list, after asking."""
    rules.may_manage_destinations(request.viewer).enforce()
    row = queries.get_destination(request.viewer, pk, lock=request.method == "POST")
    spot = atlas().by_id(row.place_id)
    form = RemoveForm(request.POST if request.method == "POST" else None, now=DestinationForm.starting_with(row))
    if form.is_valid():
        actions.remove_destination(request.viewer, pk)
        messages.success(request, _("%(name)s was removed.") % {"name": row.names})
        return redirect(_address(spot))
    context = {"row": row, "form": form, "crumbs": _crumbs(spot, last=row.names.say()), "back": _address(spot)}
    return TemplateResponse(request, "referral/remove_destination.html", context)


def _address(spot: Spot | None) -> str:
    return reverse("referral:destinations") + (f"?at={spot.code}" if spot else "")


def _long_name(spot: Spot) -> str:
    return " · ".join(str(each) for each in reversed(atlas().lineage(spot)))


def _row(row: Destination) -> list[Any]:
    place = atlas().by_id(row.place_id)
    checked: Any = say_date(row.checked_on, form="medium") if row.checked_on else {"text": _("Not yet"), "tag": "warn"}
    link = {"text": row.names.say(), "href": reverse("referral:edit_destination", args=[row.pk])}
    return [link, str(place or ""), label("destination-kind", row.kind).say(), row.telephone or None, checked]


def _crumbs(spot: Spot | None, last: str = "") -> list[dict[str, Any]]:
    crumbs: list[dict[str, Any]] = [{"label": _("Who else can help"), "url": _address(None)}]
    crumbs += [{"label": str(each), "url": _address(each)} for each in (atlas().lineage(spot) if spot else ())]
    if last:
        return [*crumbs, {"label": last}]
    del crumbs[-1]["url"]
    return crumbs


@require_safe
@for_readers
def handed_over(request: ViewerRequest) -> HttpResponse:
    """List what the viewer's teams gave to others: how it stands and since when, never what it is."""
    viewer, today = request.viewer, timezone.now().date()
    show = request.GET.get("show", "")
    if show not in SHOWN:
        raise Http404
    page = queries.handed_over(viewer, show, request.GET.get("after", ""), today)
    here = reverse("referral:handed_over")
    counts = queries.handed_over_counts(viewer, today)
    words = {"": _("All"), "open": _("Open"), "overdue": _("Overdue")}
    context = {
        "head": [_("To"), _("Handed over"), _("How it stands"), _("Since"), _("Due"), _("Reason"), _("How it ended")],
        "rows": [_handed(row, today) for row in page.handovers],
        "older": f"?{urlencode({'show': show, 'after': page.older})}" if page.older else "",
        "tabs": [
            {"url": f"{here}?show={each}" if each else here, "label": words[each], "current": each == show}
            | ({"count": counts[each]} if each else {})
            for each in SHOWN
        ],
    }
    return TemplateResponse(request, "referral/handed_over.html", context)


def _handed(row: Handover, today: date) -> list[Any]:
    team = book().teams[row.to_team_id]
    overdue = rules.is_overdue(row, today)
    due: Any = say_date(row.due_on, form="medium") if row.due_on else None
    end = ""
    if row.decline_reason:
        end = working("decline-reason", row.decline_reason).say()
    elif row.outcome:
        end = working("outcome", row.outcome).say()
    return [
        team.organisation_names.say(),
        say_date(row.sent_on, form="medium"),
        {"text": STATE_WORDS[HandoverState(row.state)], "tag": "warn" if overdue else "info"},
        say_date(getattr(row, f"{row.state}_on"), form="medium"),
        {"text": _("overdue since %(day)s") % {"day": due}, "tag": "danger"} if overdue else due,
        working("hand-on-reason", row.reason).say(),
        end or None,
    ]
