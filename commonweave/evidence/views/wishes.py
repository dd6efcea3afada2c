"""Asking for evidence where there is little, and what was asked for: for those who pay for studies, and who make them."""

from __future__ import annotations

import csv
import secrets
from typing import TYPE_CHECKING, Any, NamedTuple

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonweave.base.gate.asking import ASKED, ask, passed
from commonweave.base.gate.doors import knock, look
from commonweave.base.gate.memory import LASTS, memory
from commonweave.base.gate.networks import network_of
from commonweave.evidence import actions, marks, queries, rules, saying
from commonweave.evidence.forms import AskedForForm, MemberWishForm, WishForm
from commonweave.evidence.views.judging import own_organisations

if TYPE_CHECKING:
    from commonweave.base.gate.asking import Asking
    from commonweave.base.viewer import ViewerRequest


class Needed(NamedTuple):
    """A field of the map that was asked for, with what there is already."""

    tried: str
    outcome: str
    asks: int
    studies: int
    strength: str


@require_safe
def asked_for(request: ViewerRequest) -> TemplateResponse:
    """Show what was asked for, the most wanted first, beside how many studies there are."""
    country, form = _chosen(request)
    context = {
        "tabs": saying.tabs("gap_map", request.viewer),
        "form": form,
        "tried": saying.facet_name("tried"),
        "outcome": saying.facet_name("outcome"),
        "rows": [_line(each) for each in _needed(request, country)],
        "table": reverse("evidence:asked_for_table") + (f"?country={country}" if country else ""),
        "thanks": "thanks" in request.GET,
    }
    return TemplateResponse(request, "evidence/asked_for.html", context)


@require_safe
def asked_for_table(request: ViewerRequest) -> HttpResponse:
    """Hand out the same for spreadsheets."""
    country, _form = _chosen(request)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="evidence-asked-for.csv"'
    lines = csv.writer(answer)
    head = [saying.facet_name(name) for name in ("tried", "outcome")]
    lines.writerow([*head, _("Asked for"), _("Studies"), saying.facet_name("strength")])
    for each in _needed(request, country):
        names = [saying.code_name("tried", each.tried), saying.code_name("outcome", each.outcome)]
        sure = saying.code_name("strength", each.strength) if each.studies else ""
        lines.writerow([*names, each.asks, each.studies, sure])
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def ask_for(request: ViewerRequest, tried: str, outcome: str) -> HttpResponse:
    """Ask for evidence, with or without an account."""
    if not (saying.is_known("tried", tried) and saying.is_known("outcome", outcome)):
        raise Http404
    own = own_organisations(request.viewer) if request.viewer.organisations else []
    sent = request.POST if request.method == "POST" else None
    form = MemberWishForm(sent, organisations=own) if own else WishForm(sent)
    asking = None
    if form.is_valid():
        asking = None if own else _asking(request, f"wish {tried} {outcome}")
        if asking is None:
            if own or _first_today(request, tried, outcome):
                actions.wish(request.viewer, tried=tried, outcome=outcome, **form.cleaned_data)
            return redirect(reverse("evidence:asked_for") + "?thanks")
    elif not own:
        asking = ask(request, look(request, "send"), f"wish {tried} {outcome}")
    context = {
        "tabs": saying.tabs("gap_map", request.viewer),
        "tried": saying.code_name("tried", tried),
        "outcome": saying.code_name("outcome", outcome),
        "form": form,
        "asking": asking,
        "back": reverse("evidence:find") + f"?tried={tried}&outcome={outcome}",
    }
    return TemplateResponse(request, "evidence/ask_for.html", context)


def _asking(request: ViewerRequest, about: str) -> Asking | None:
    """Count a form that was sent; return what to ask for before it is taken, or None."""
    level = knock(request, "send")
    if not level or passed(request, about, by=secrets.token_hex()):
        return None
    return ask(request, level, about, refused=ASKED in request.POST, sends=ASKED not in request.POST)


def _first_today(request: ViewerRequest, tried: str, outcome: str) -> bool:
    """Say whether nobody from there asked for this today; known in memory only, under the key of the day (ADR 26)."""
    network = network_of(request)
    return not network or memory().claim("wish", tried, outcome, network, by=secrets.token_hex(), lasts=LASTS)


def _chosen(request: ViewerRequest) -> tuple[str, AskedForForm]:
    form = AskedForForm(request.GET or None, countries=queries.asked_countries(request.viewer))
    return (form.cleaned_data["country"] if form.is_bound and form.is_valid() else ""), form


def _needed(request: ViewerRequest, country: str) -> list[Needed]:
    """Return what was asked for with the studies that there are; in one country where one is chosen. Two questions."""
    asks = queries.asks(request.viewer, country)
    studies: dict[tuple[str, str], int] = {}
    best: dict[tuple[str, str], str] = {}
    for gap in queries.gaps(request.viewer, {"country": [country]} if country else {}):
        key = (gap.intervention, gap.outcome)
        studies[key] = studies.get(key, 0) + gap.number
        best[key] = max(best.get(key, gap.strength), gap.strength, key=_sureness)
    found = [Needed(*key, number, studies.get(key, 0), best.get(key, "unknown")) for key, number in asks.items()]
    return sorted(found, key=lambda each: (-each.asks, each.studies, each.tried, each.outcome))


def _sureness(strength: str) -> tuple[int, int]:
    return marks.SIZES[strength], -rules.STRENGTHS.index(strength)


def _line(each: Needed) -> dict[str, Any]:
    return {
        "row": each,
        "tried": saying.code_name("tried", each.tried),
        "outcome": saying.code_name("outcome", each.outcome),
        "sure": saying.code_name("strength", each.strength) if each.studies else "",
        "url": reverse("evidence:find") + f"?tried={each.tried}&outcome={each.outcome}",
        "ask": reverse("evidence:ask_for", args=[each.tried, each.outcome]),
    }
