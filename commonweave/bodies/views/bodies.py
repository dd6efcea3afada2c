"""Bodies: the list, one body, starting one, adding people and a meeting."""

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
from django.views.decorators.http import require_http_methods, require_safe

from commonweave.base.formats import say_moment
from commonweave.bodies import actions, queries, rules
from commonweave.bodies.forms import BodyForm, EditBodyForm, MandateForm, MeetingForm, PeopleForm
from commonweave.people.forms import place_line
from commonweave.people.queries import organisations_for
from commonweave.places.atlas import atlas
from commonweave.places.defaults import TIME_ZONE
from commonweave.vocabulary import queries as vocabulary

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django import forms

    from commonweave.base.viewer import Viewer, ViewerRequest
    from commonweave.bodies.models import Body, Sitting

show_or_post = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def bodies(request: ViewerRequest) -> TemplateResponse:
    """List bodies, by kind and place if somebody narrows it down."""
    kind, code = request.GET.get("kind", ""), request.GET.get("place", "")
    spot = atlas().by_code(code) if code else None
    if (code and spot is None) or (kind and kind not in vocabulary.labels("body-kind")):
        raise Http404
    page = queries.listed(
        request.viewer, kind=kind, place=spot.id if spot else None, after=request.GET.get("after", "")
    )
    asked = {name: value for name, value in (("kind", kind), ("place", code)) if value}
    context = {
        "rows": [_outline(body) for body in page.bodies],
        "head": [_("Name"), _("What it is"), _("Place")],
        "kinds": [
            {"code": each, "label": label, "chosen": each == kind} for each, label in vocabulary.choices("body-kind")
        ],
        "place": spot,
        "next": "?" + urlencode(asked | {"after": page.next}) if page.next else "",
        "narrowed": bool(asked),
        "may_start": bool(rules.may_start(request.viewer)),
    }
    return TemplateResponse(request, "bodies/bodies.html", context)


@require_safe
def body(request: ViewerRequest, slug: str) -> TemplateResponse:
    """Show one: when it meets, who is on it, what to do next."""
    row = queries.get_body(request.viewer, slug)
    sitting = queries.sitting_now(request.viewer, row)
    coming = queries.coming(request.viewer, row)
    keeps = bool(rules.may_keep(request.viewer, row))
    above, parts = queries.around(request.viewer, row)
    standing = rules.standing(queries.mandates_of(request.viewer, row), timezone.now().date())
    context = {
        "body": row,
        "kind": vocabulary.label("body-kind", row.kind).say(),
        "place": place_line(row.place_id),
        "standing": standing,
        "above": above,
        "parts": [each for each in parts if each.holder == row.holder],
        "claims": [each for each in parts if each.holder != row.holder],
        "people_head": [_("Name"), _("From"), _("Speaks for"), _("Seat")],
        "people": [_person(each) for each in sitting],
        "meetings": [{"when": _there(row, each.starts_at), "where": each.where} for each in coming],
        "keeps": keeps,
        "next_steps": _next_steps(row, standing, has_people=bool(sitting), meets=bool(coming)) if keeps else [],
        "crumbs": [{"label": _("Bodies"), "url": reverse("bodies:bodies")}, {"label": row.names.say()}],
    }
    return TemplateResponse(request, "bodies/body.html", context)


@login_required
@show_or_post
def start_body(request: ViewerRequest) -> HttpResponse:
    """Begin with three answers and a list of people."""
    rules.may_start(request.viewer).enforce()
    form = BodyForm(request.POST or None, organisations=_own(request.viewer))
    if form.is_valid():
        row = actions.start_body(request.viewer, **form.to_action())
        messages.success(request, _("It is there. Everything else can wait until it matters."))
        return redirect("bodies:body", slug=row.slug)
    return _form(request, form, _("Start a body"), reverse("bodies:bodies"))


@login_required
@show_or_post
def edit_body(request: ViewerRequest, slug: str) -> HttpResponse:
    """Change what it is called, what it is for, what it is part of, who sees it; or end it."""
    row = queries.get_body(request.viewer, slug)
    rules.may_keep(request.viewer, row).enforce()
    row = queries.get_body(request.viewer, slug, lock=request.method == "POST")
    form = EditBodyForm(
        request.POST if request.method == "POST" else None,
        now=EditBodyForm.starting_with(row),
        viewer=request.viewer,
        body=row,
    )
    if form.is_valid():
        actions.edit_body(request.viewer, slug, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("bodies:body", slug=slug)
    return _form(request, form, _("Change it"), reverse("bodies:body", args=[slug]), row)


@login_required
@show_or_post
def give_mandate(request: ViewerRequest, slug: str) -> HttpResponse:
    """Say on what it rests, and for how long."""
    row = queries.get_body(request.viewer, slug)
    rules.may_keep(request.viewer, row).enforce()
    form = MandateForm(request.POST or None, mandates=queries.mandates_of(request.viewer, row))
    if form.is_valid():
        actions.give_mandate(request.viewer, slug, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("bodies:body", slug=slug)
    return _form(request, form, _("On what it rests"), reverse("bodies:body", args=[slug]), row)


@login_required
@show_or_post
def add_people(request: ViewerRequest, slug: str) -> HttpResponse:
    """Put people on it."""
    row = queries.get_body(request.viewer, slug)
    rules.may_keep(request.viewer, row).enforce()
    form = PeopleForm(request.POST or None)
    if form.is_valid():
        number = actions.add_people(request.viewer, slug, form.cleaned_data["people"])
        messages.success(request, _("%(number)s added. Who was there already stays.") % {"number": number})
        return redirect("bodies:body", slug=slug)
    return _form(request, form, _("Add people"), reverse("bodies:body", args=[slug]), row)


@login_required
@show_or_post
def plan_meeting(request: ViewerRequest, slug: str) -> HttpResponse:
    """Say when it meets next."""
    row = queries.get_body(request.viewer, slug)
    rules.may_keep(request.viewer, row).enforce()
    form = MeetingForm(request.POST or None)
    form.fields["meets_at"].required = True
    if form.is_valid() and (moment := form.there(row.place_id)):
        actions.plan_meeting(request.viewer, slug, starts_at=moment)
        messages.success(request, _("Saved."))
        return redirect("bodies:body", slug=slug)
    return _form(request, form, _("Plan a meeting"), reverse("bodies:body", args=[slug]), row)


def _form(request: ViewerRequest, form: forms.Form, title: str, back: str, row: Body | None = None) -> TemplateResponse:
    crumbs = [{"label": _("Bodies"), "url": reverse("bodies:bodies")}]
    crumbs += [{"label": row.names.say(), "url": back}] if row else []
    context = {"form": form, "title": title, "back": back, "crumbs": [*crumbs, {"label": title}]}
    return TemplateResponse(request, "bodies/form.html", context)


def _own(viewer: Viewer) -> list[tuple[UUID, str]]:
    rows = organisations_for(viewer).filter(pk__in=list(viewer.organisations)).order_by("sort_key")
    return [(row.pk, row.names.say()) for row in rows]


def _outline(row: Body) -> list[Any]:
    link = {"text": row.names.say(), "href": reverse("bodies:body", args=[row.slug])}
    return [link, vocabulary.label("body-kind", row.kind).say(), place_line(row.place_id)]


def _person(each: Sitting) -> list[str | None]:
    speaks_for = vocabulary.label("constituency", each.constituency).say()
    return [each.name, each.comes_from or None, speaks_for, vocabulary.label("seat", each.seat).say()]


def _there(row: Body, moment: datetime) -> str:
    """Say a moment in the time of the body's place."""
    book = atlas()
    spot = book.by_id(row.place_id)
    with timezone.override(str(book.setting(spot, TIME_ZONE)) if spot else "UTC"):
        return say_moment(timezone.localtime(moment))


def _next_steps(row: Body, standing: rules.Standing, *, has_people: bool, meets: bool) -> list[dict[str, str]]:
    """Return what is worth doing next; nothing that does not matter yet, and nothing for what has ended."""
    steps: list[dict[str, str]] = []
    if row.ended_on is not None:
        return steps
    if standing.state in ("lapsing", "lapsed"):
        steps.append({"url": reverse("bodies:give_mandate", args=[row.slug]), "label": _("Renew the mandate")})
    if not meets:
        steps.append({"url": reverse("bodies:plan_meeting", args=[row.slug]), "label": _("Plan a meeting")})
    if not has_people:
        steps.append({"url": reverse("bodies:add_people", args=[row.slug]), "label": _("Add people")})
    return steps
