"""The page of one publication, and the same as others' programs read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commonweave.base.formats import say_number
from commonweave.evidence import citing, queries, rules, saying
from commonweave.evidence.exchange import addresses, csl, signposting
from commonweave.evidence.exchange.forms import FORMS
from commonweave.evidence.exchange.ro_crate import Part
from commonweave.evidence.models import State
from commonweave.evidence.queries import FACETS
from commonweave.evidence.views import judging
from commonweave.evidence.views.beside import beside
from commonweave.vocabulary import queries as vocabulary

if TYPE_CHECKING:
    from commonweave.base.viewer import Viewer, ViewerRequest
    from commonweave.evidence.models import Effect, Record

GONE = 410
LARGE = 20_000_000  # bytes of a document that still goes into an archive
PDF, DOCUMENT = "application/pdf", "The publication"
CODED = ("tried", "population", "level", "country", "place")


@require_safe
def record(request: ViewerRequest, slug: str) -> HttpResponse:
    """Show a publication: what it found and how sure that is, side by side; then everything behind it."""
    row = queries.get_published(request.viewer, slug)
    if row.state == State.WITHDRAWN:
        return TemplateResponse(request, "evidence/withdrawn.html", {"record": row}, status=GONE)
    effects = queries.effects_of(request.viewer, row)
    outline = saying.outline(row)
    context = {
        **outline,
        "tabs": saying.tabs("", request.viewer),
        "names": "; ".join(map(citing.name_of, row.authors)),
        "definition": vocabulary.labels("evidence-strength")[outline["strength"]].definition,
        "facts": _facts(row),
        "outcomes": [_outcome(row, code) for code in row.outcomes],
        "effects": [_effect(each) for each in effects],
        "together": _together(row, effects),
        "same": [saying.outline(each) for each in queries.same_people(request.viewer, row)],
        "effect_head": [_("Study"), _("Outcome"), _("Effect"), _("Variance"), _("Read in")],
        "citation": csl.formatted(row, "apa"),
        "address": citing.address_of(row),
        "forms": [(form.label, reverse("evidence:citation", args=[slug, name])) for name, form in FORMS.items()],
        "linked": reverse("evidence:citation", args=[slug, "jsonld"]),
        "file": queries.file_of(request.viewer, row),
        "newer": queries.follower_of(request.viewer, row),
        **judging.judged(request.viewer, row),
        **beside(request.viewer, row),
        "alike": [saying.outline(each) for each in queries.like_this(request.viewer, row)],
    }
    answer = TemplateResponse(request, "evidence/record.html", context)
    answer.headers["Link"] = signposting.header(signposting.of_page(row, [context["file"]] if context["file"] else []))
    return answer


@require_safe
def citation(request: ViewerRequest, slug: str, citation: str) -> HttpResponse:
    """Hand out a publication in a form that others read."""
    row = queries.get_published(request.viewer, slug)
    if citation not in FORMS or row.state == State.WITHDRAWN:
        raise Http404
    form = FORMS[citation]
    effects = queries.effects_of(request.viewer, row) if citation == "zip" else []
    files = _files(request.viewer, row, whole=citation == "zip") if citation in {"zip", "linkset"} else []
    answer = HttpResponse(form.write(row, effects, files), content_type=form.media)
    if form.saved:
        answer.headers["Content-Disposition"] = f'attachment; filename="{row.slug}.{form.saved}"'
    if links := signposting.of_form(row, citation):
        answer.headers["Link"] = signposting.header(links)
    return answer


def _files(viewer: Viewer, row: Record, *, whole: bool) -> list[Part]:
    """Return the document of a record as a part of an archive; a large one stays where it is."""
    file = queries.file_of(viewer, row)
    if file is None:
        return []
    if not whole or file.size > LARGE:
        return [Part(addresses.absolute("evidence:document", row.slug), PDF, DOCUMENT, b"", file.size)]
    pieces = [queries.piece_of(viewer, file.pk, first, queries.PIECE) for first in range(0, file.size, queries.PIECE)]
    return [Part("document.pdf", PDF, DOCUMENT, b"".join(pieces))]


def _facts(row: Record) -> list[dict[str, Any]]:
    """Return the coding as facts, without what nobody knows."""
    facts = [(_("How it was studied"), vocabulary.label("design", row.design).say())]
    if row.sms:
        scale = _("%(level)s of 5 (%(version)s)") % {"level": say_number(row.sms), "version": row.sms_version}
        facts.append((_("Maryland scale"), scale))
    for name in CODED:
        codes = getattr(row, FACETS[name].column)
        facts.append((saying.facet_name(name), " · ".join(saying.code_name(name, code) for code in codes)))
    facts += [
        (saying.facet_name("language"), saying.code_name("language", row.language)),
        (_("Edition"), row.edition),
        (_("Who paid for it"), row.funder),
        (_("Project it belongs to"), row.project),
        (_("Licence"), row.licence),
        (_("Identifier"), f"urn:uuid:{row.pk}"),
    ]
    return [{"label": label, "value": value} for label, value in facts if value]


def _together(row: Record, effects: list[Effect]) -> list[dict[str, str]]:
    """Return the findings that this record's numbers go into."""
    pairs = dict.fromkeys(
        (tried, each.outcome) for each in effects for tried in each.interventions or row.interventions
    )
    return [
        {
            "label": f"{saying.code_name('tried', tried)} → {saying.code_name('outcome', outcome)}",
            "url": reverse("evidence:finding", args=[tried, outcome]),
        }
        for tried, outcome in pairs
    ]


def _outcome(row: Record, code: str) -> dict[str, str]:
    direction = rules.direction_for(row, code)
    return {
        "label": saying.code_name("outcome", code),
        "direction": direction,
        "found": saying.code_name("found", direction),
        "url": reverse("evidence:find") + f"?outcome={code}",
    }


def _effect(effect: Effect) -> list[str]:
    """Return a row of the table: the effect where it was given, else the numbers it is reckoned from."""
    numbers = {name: say_number(number) for name, number in effect.raw.items()}
    shown = ", ".join(f"{name} = {number}" for name, number in numbers.items())
    if effect.yi is not None:
        shown = f"{effect.measure} {say_number(effect.yi, places=3)}"
    elif effect.measure == "counts":
        numbers |= {
            "all": say_number(effect.raw["a"] + effect.raw["b"]),
            "rest": say_number(effect.raw["c"] + effect.raw["d"]),
        }
        shown = _("%(a)s of %(all)s; without it %(c)s of %(rest)s") % numbers
    outcome = saying.code_name("outcome", effect.outcome)
    return [effect.study, outcome, shown, say_number(effect.vi, places=4), effect.source]
