"""Pages on which administrators keep the list of outside services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonweave.base.formats import say_date
from commonweave.places.atlas import atlas
from commonweave.referral import actions, queries, rules
from commonweave.referral.forms import DestinationForm, RemoveForm
from commonweave.vocabulary.queries import label

if TYPE_CHECKING:
    from uuid import UUID

    from commonweave.base.viewer import ViewerRequest
    from commonweave.places.atlas import Spot
    from commonweave.referral.models import Destination


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
