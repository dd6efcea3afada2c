"""The coordinator's page: what we hear, where support is needed, and who is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from commonweave.places.atlas import atlas
from commonweave.places.queries import frame
from commonweave.sharing.counts import files, rules
from commonweave.site.dashboards import figures, queries
from commonweave.site.dashboards.forms import USUAL_WEEKS, PictureForm
from commonweave.site.dashboards.rules import may_see_picture

if TYPE_CHECKING:
    from commonweave.base.viewer import ViewerRequest
    from commonweave.places.atlas import Spot

BAND_WORDS = {
    "few": gettext_lazy("fewer than 10"),
    "some": gettext_lazy("10 to 49"),
    "many": gettext_lazy("50 or more"),
}


@login_required
@require_GET
def picture(request: ViewerRequest, code: str = "") -> HttpResponse:
    """Show what was released about a place, and beside it who takes what there."""
    may_see_picture(request.viewer).enforce()
    spot = _spot(request, code)
    form, choice = _chosen(request, spot)
    wanted = form.cleaned_data.get("place") if form.is_bound and form.is_valid() else ""
    if wanted and wanted != spot.code:
        query = request.GET.copy()
        del query["place"]
        return redirect(f"{reverse('site:picture', args=[wanted])}?{query.urlencode()}")
    answers = queries.Picture(request.viewer, choice)
    context = {
        "place": frame(spot, reverse("site:place", args=[spot.code])),
        "spot": spot,
        "crumbs": _crumbs(answers),
        "form": form,
        "period": choice.period,
        "smallest": rules.SMALLEST,
        "bands": _bands(answers),
        "downloads": [(kind, _file(request, spot, kind)) for kind in files.FORMATS],
        "missing": figures.notes(answers),
        **figures.all_figures(answers),
    }
    return TemplateResponse(request, "site/picture.html", context)


@login_required
@require_GET
def picture_counts(request: ViewerRequest, code: str, kind: str) -> HttpResponse:
    """Give the same cells that the page draws as a file."""
    may_see_picture(request.viewer).enforce()
    if kind not in files.FORMATS:
        raise Http404
    spot = _spot(request, code)
    _form, choice = _chosen(request, spot)
    text = files.as_text(queries.selected(request.viewer, choice), kind)
    name = f"{spot.code}-{choice.period[1]}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type=files.FORMATS[kind], headers=headers)


def _spot(request: ViewerRequest, code: str) -> Spot:
    spot = atlas().by_code(code) if code else queries.home_of(request.viewer)
    if spot is None:
        raise Http404
    return spot


def _chosen(request: ViewerRequest, spot: Spot) -> tuple[PictureForm, queries.Choice]:
    book = atlas()
    near = [*book.lineage(spot), *book.children(spot)]
    places = [
        (place.code, f"{'· ' * (place.depth if place.depth < spot.depth else spot.depth + (place != spot))}{place}")
        for place in near
    ]
    given = {"place": spot.code, "weeks": str(USUAL_WEEKS), "kind": "", **request.GET.dict()}
    form = PictureForm(given, places=places)
    data: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    return form, queries.Choice(spot, data.get("weeks") or USUAL_WEEKS, data.get("kind", ""))


def _crumbs(answers: queries.Picture) -> list[dict[str, object]]:
    line = answers.book.lineage(answers.spot)
    above: list[dict[str, object]] = [{"label": str(spot), "url": figures.link(spot, answers)} for spot in line[:-1]]
    return [*above, {"label": str(answers.spot)}] if above else []


def _bands(answers: queries.Picture) -> dict[str, Any]:
    """Return how busy the running week is: here if this place is large enough, and in what lies beneath it."""
    shown = [spot for spot in (answers.spot, *answers.children) if spot.id in answers.bands]
    words = {spot.id: BAND_WORDS[answers.bands[spot.id][1]] for spot in shown}
    return {
        "here": words.get(answers.spot.id, ""),
        "until": max((on for on, _band in answers.bands.values()), default=answers.choice.this_week) - rules.DAY,
        "head": [_("Place"), _("This week")],
        "rows": [
            [{"text": str(spot), "href": figures.link(spot, answers)}, words[spot.id]]
            for spot in shown
            if spot != answers.spot
        ],
    }


def _file(request: ViewerRequest, spot: Spot, kind: str) -> str:
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return reverse("site:picture_counts", args=[spot.code, kind]) + query
