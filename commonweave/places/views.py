"""Pages of places: colours and maps for everybody, the tree for administrators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonweave.base.languages import own_name
from commonweave.base.text import Text
from commonweave.places import actions, defaults, queries, rules
from commonweave.places.atlas import atlas
from commonweave.places.colour import READABLE, contrast, ink_for
from commonweave.places.forms import AddForm, LookForm, TimesForm
from commonweave.vocabulary import queries as words

if TYPE_CHECKING:
    from uuid import UUID

    from commonweave.base.viewer import ViewerRequest
    from commonweave.places.atlas import Spot
    from commonweave.places.models import Place

CACHED = "public, max-age=31536000, immutable"


@require_safe
def look(request: ViewerRequest, accent: str) -> HttpResponse:
    """Answer with the colours that go with an accent, of whichever place."""
    del request
    return _style(":root", f"#{accent}")


@require_safe
def try_look(request: ViewerRequest, accent: str) -> HttpResponse:
    """Answer with colours that an administrator only tries out, for the preview alone."""
    del request
    return _style(".preview", f"#{accent}")


def _style(selector: str, accent: str) -> HttpResponse:
    text = f"{selector}{{--place-accent:{accent};--place-accent-ink:{ink_for(accent)}}}\n"
    return HttpResponse(text, content_type="text/css; charset=utf-8", headers={"Cache-Control": CACHED})


@login_required
@require_safe
def places(request: ViewerRequest) -> TemplateResponse:
    """Show the tree from the top, and find places by name."""
    rules.may_manage_places(request.viewer).enforce()
    sought = request.GET.get("q", "").strip()[:100]
    shown = atlas().find(sought, limit=40) if sought else atlas().children(None)
    context = {"sought": sought, "head": _head(), "rows": [_row(spot, above=bool(sought)) for spot in shown]}
    return TemplateResponse(request, "places/places.html", context)


@login_required
@require_safe
def place(request: ViewerRequest, pk: UUID) -> TemplateResponse:
    """Show one place: what it says itself, what it inherits and from where, and what lies beneath."""
    rules.may_manage_places(request.viewer).enforce()
    row = queries.get_place(request.viewer, pk)
    spot = atlas().by_id(row.pk)
    context = {"row": row, "crumbs": _crumbs(row), "facts": _facts(row), "head": _head(), "rows": []}
    if spot:
        context["rows"] = [_row(child) for child in atlas().children(spot)]
        context["map"] = queries.map_picture(spot) if spot.boundary_text else ""
        context["areas"] = [atlas().zones[area].names for area in atlas().areas_of(spot)]
    return TemplateResponse(request, "places/place.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_look(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Change what residents see of a place; "Preview" shows it before anybody else sees it."""
    rules.may_manage_places(request.viewer).enforce()
    row = queries.get_place(request.viewer, pk, lock=request.method == "POST")
    form = LookForm(request.POST or None, now=LookForm.starting_with(row.names, row.settings))
    if form.is_valid() and "preview" not in request.POST:
        actions.edit_place(request.viewer, pk, names=form.to_names(), settings=form.to_settings())
        messages.success(request, _("Saved. Pages show it within a few seconds."))
        return redirect("places:place", pk=pk)
    own = form.to_settings() if form.is_bound and form.is_valid() else row.settings
    context = {"row": row, "form": form, "crumbs": _crumbs(row, last=_("Name and look")), "preview": _preview(row, own)}
    return TemplateResponse(request, "places/edit_look.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_times(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Change a place's deadlines, calendar and what is offered."""
    rules.may_manage_places(request.viewer).enforce()
    row = queries.get_place(request.viewer, pk, lock=request.method == "POST")
    form = TimesForm(request.POST or None, now=TimesForm.starting_with(row.settings))
    if form.is_valid():
        actions.edit_place(request.viewer, pk, settings=form.to_settings())
        messages.success(request, _("Saved. Pages show it within a few seconds."))
        return redirect("places:place", pk=pk)
    context = {
        "row": row,
        "form": form,
        "crumbs": _crumbs(row, last=_("Days and deadlines")),
        "inherited": _inherited(row),
    }
    return TemplateResponse(request, "places/edit_times.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_place(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Add a place beneath this one."""
    rules.may_manage_places(request.viewer).enforce()
    row = queries.get_place(request.viewer, pk)
    form = AddForm(
        request.POST or None, initial={"longitude": row.longitude, "latitude": row.latitude, "shown_on_reports": True}
    )
    if form.is_valid():
        made = actions.add_place(request.viewer, pk, **form.to_place())
        messages.success(request, _("%(place)s was added.") % {"place": made.names})
        return redirect("places:place", pk=made.pk)
    context = {"row": row, "form": form, "crumbs": _crumbs(row, last=_("Add a place"))}
    return TemplateResponse(request, "places/add_place.html", context)


def _head() -> list[str]:
    return [_("Place"), _("Type"), _("Public name"), _("Beneath it")]


def _row(spot: Spot, *, above: bool = False) -> list[Any]:
    name = " · ".join(str(each) for each in reversed(atlas().lineage(spot))) if above else str(spot)
    link = {"text": name, "href": reverse("places:place", args=[spot.id])}
    beneath = len(atlas().children(spot))
    return [
        link,
        words.label("place-type", spot.type).say(),
        atlas().public_name(spot).say(),
        str(beneath) if beneath else None,
    ]


def _crumbs(row: Place, last: str = "") -> list[dict[str, Any]]:
    crumbs: list[dict[str, Any]] = [{"label": _("Places"), "url": reverse("places:places")}]
    line = [(above.id, str(above)) for each in row.lineage[:-1] if (above := atlas().by_id(each))]
    crumbs += [
        {"label": name, "url": reverse("places:place", args=[pk])} for pk, name in [*line, (row.pk, row.names.say())]
    ]
    if last:
        return [*crumbs, {"label": last}]
    del crumbs[-1]["url"]
    return crumbs


def _inherited(row: Place) -> list[dict[str, Any]]:
    names = (
        defaults.ACKNOWLEDGE_DAYS,
        defaults.ANSWER_DAYS,
        defaults.PASS_ON_DAYS,
        defaults.RETENTION_DAYS,
        defaults.TIME_ZONE,
    )
    return [fact for fact in _facts(row) if fact["name"] in names and not fact["own"]]


def _facts(row: Place) -> list[dict[str, Any]]:
    """Say each setting with where it comes from; own values from the row, which may be newer than the atlas."""
    spot = atlas().by_id(row.pk)
    parent = atlas().by_id(row.parent_id) if row.parent_id else None
    facts = []
    for name, (label, page) in _labels().items():
        own = name in row.settings
        value = row.settings[name] if own else atlas().setting(parent, name) if parent else defaults.DEFAULTS[name]
        source = parent and atlas().said_by(parent, name)
        origin = (
            "" if own else _("from %(place)s") % {"place": source} if source else _("unless a place says otherwise")
        )
        told = _say(name, value)
        edit = reverse(f"places:{page}", args=[row.pk]) if spot or own else ""
        facts.append(
            {"name": name, "own": own, "label": label, "value": f"{told} ({origin})" if origin else told, "href": edit}
        )
    return facts


def _labels() -> dict[str, tuple[str, str]]:
    look, times = "edit_look", "edit_times"
    return {
        defaults.PUBLIC_NAME: (_("Public name"), look),
        defaults.HOME_NAME: (_("Neutral name on a telephone"), look),
        defaults.ACCENT: (_("Colour"), look),
        defaults.LANGUAGES: (_("Languages"), look),
        defaults.EMERGENCY: (_("Emergency numbers"), look),
        defaults.ACKNOWLEDGE_DAYS: (_("Opened within (working days)"), times),
        defaults.ANSWER_DAYS: (_("Answered within (working days)"), times),
        defaults.PASS_ON_DAYS: (_("Next team's time (working days)"), times),
        defaults.RETENTION_DAYS: (_("Closed reports are kept (days)"), times),
        defaults.TIME_ZONE: (_("Time zone"), times),
    }


def _say(name: str, value: Any) -> str:  # noqa: ANN401 settings are JSON
    if name in {defaults.PUBLIC_NAME, defaults.HOME_NAME}:
        return Text.from_json(value).say()
    if name == defaults.LANGUAGES:
        return ", ".join(own_name(code) for code in value)
    if name == defaults.EMERGENCY:
        return ", ".join(f"{each['number']} {Text(each['names']).say()}" for each in value) or "–"
    return str(value)


def _preview(row: Place, own: dict[str, Any]) -> dict[str, Any]:
    parent = atlas().by_id(row.parent_id) if row.parent_id else None

    def value(name: str) -> Any:  # noqa: ANN401 settings are JSON
        return own.get(name) or (atlas().setting(parent, name) if parent else defaults.DEFAULTS[name])

    accent = value(defaults.ACCENT)
    said = value(defaults.EMERGENCY)
    return {
        "style": reverse("place_try_look", args=[accent.removeprefix("#")]),
        "public_name": Text.from_json(value(defaults.PUBLIC_NAME)),
        "emergency": [{"number": each["number"], "label": Text(each["names"])} for each in said],
        "languages": [own_name(code) for code in value(defaults.LANGUAGES)],
        "readable": contrast(accent, ink_for(accent)) >= READABLE,
    }
