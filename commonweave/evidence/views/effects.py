"""The effects of one of our records: entered one by one, reckoned and shown before they are saved, or as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from commonweave.base.formats import say_number
from commonweave.evidence import actions, queries, rules, saying
from commonweave.evidence.forms import EffectForm, TableForm
from commonweave.evidence.forms.effects import COLUMNS as TABLE_COLUMNS
from commonweave.evidence.models import State
from commonweave.evidence.synthesis.words import EFFECT_NAMES, effect
from commonweave.evidence.views.documents import takes_file
from commonweave.people.views.access import opens_for

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from commonweave.base.viewer import ViewerRequest
    from commonweave.evidence.models import Effect, Record

for_members = opens_for(rules.may_contribute)
show_or_post = require_http_methods(["GET", "HEAD", "POST"])


@for_members
def _effects(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """List the effects of a record, offer the ways to state one, and take in a table of many."""
    record = _ours(request, pk)
    form = TableForm(record=record)
    if request.method == "POST":
        rules.may_change(request.viewer, record).enforce()
        form = TableForm(request.POST, request.FILES, record=record)
    if form.is_valid():
        many = actions.add_effects(request.viewer, pk, form.found)
        messages.success(request, _("Effects saved: %(many)s.") % {"many": say_number(many)})
        return redirect("evidence:effects", pk=pk)
    context = {
        **_frame(request, record),
        "form": form,
        "head": [_("Study"), _("Outcome"), _("Effect"), _("Read in")],
        "rows": [_row(record, each) for each in queries.own_effects(request.viewer, record)],
        "ways": [
            {"url": reverse("evidence:add_effect", args=[pk, code]), "label": way.label}
            for code, way in rules.MEASURES.items()
        ],
        "columns": ", ".join(TABLE_COLUMNS),
        "measures": [(code, ", ".join(way.numbers)) for code, way in rules.MEASURES.items()],
        "outcomes": ", ".join(record.outcomes),
        "tried": "; ".join(record.interventions),
    }
    return TemplateResponse(request, "evidence/effects.html", context)


effects = show_or_post(takes_file(_effects))


@show_or_post
@for_members
def add_effect(request: ViewerRequest, pk: UUID, measure: str) -> HttpResponse:
    """State one effect."""
    record = _ours(request, pk)
    rules.may_change(request.viewer, record).enforce()
    form = EffectForm(request.POST or None, measure=_measure(measure), record=record)
    if form.is_valid() and _was_shown(request, form):
        actions.add_effects(request.viewer, pk, [form.stated()])
        messages.success(request, _("Saved."))
        return redirect("evidence:effects", pk=pk)
    return _form(request, record, form)


@show_or_post
@for_members
def edit_effect(request: ViewerRequest, pk: UUID, effect: UUID) -> HttpResponse:
    """State an effect anew; of two people who do so at once the later one sees both."""
    record = _ours(request, pk)
    rules.may_change(request.viewer, record).enforce()
    row = queries.get_effect(request.viewer, record, effect, lock=request.method == "POST")
    now = EffectForm.starting_with(row)
    form = EffectForm(request.POST or None, measure=_measure(row.measure), record=record, now=now)
    if form.is_valid() and _was_shown(request, form):
        actions.change_effect(request.viewer, pk, effect, form.stated())
        messages.success(request, _("Saved."))
        return redirect("evidence:effects", pk=pk)
    return _form(request, record, form, row)


@require_POST
@for_members
def remove_effect(request: ViewerRequest, pk: UUID, effect: UUID) -> HttpResponse:
    """Take an effect away."""
    actions.remove_effect(request.viewer, _ours(request, pk).pk, effect)
    messages.success(request, _("The effect is removed."))
    return redirect("evidence:effects", pk=pk)


def _ours(request: ViewerRequest, pk: UUID) -> Record:
    record = queries.get_own(request.viewer, pk)
    if record.state == State.WITHDRAWN:
        raise Http404
    return record


def _measure(code: str) -> str:
    if code not in rules.MEASURES:
        raise Http404
    return code


def _was_shown(request: ViewerRequest, form: EffectForm) -> bool:
    """Say whether this very effect was shown before it is saved: whoever changes a number sees what it does first."""
    return str(request.POST.get("shown")) == _mark(form)


def _mark(form: EffectForm) -> str:
    return f"{form.reckoned.value:.9g} {form.reckoned.variance:.9g}" if form.reckoned else ""


def _form(request: ViewerRequest, record: Record, form: EffectForm, row: Effect | None = None) -> HttpResponse:
    way = rules.MEASURES[form.measure]
    context = {**_frame(request, record), "form": form, "way": way.label, "formula": way.formula, "row": row}
    if form.is_bound and not form.errors and (found := form.reckoned):
        context |= {
            "shown": _mark(form),
            "said": effect(found.scale, found.value, found.interval()),
            "name": EFFECT_NAMES[found.scale],
            "value": say_number(found.value, places=4),
            "variance": say_number(found.variance, places=5),
        }
    return TemplateResponse(request, "evidence/effect.html", context)


def _frame(request: ViewerRequest, record: Record) -> dict[str, Any]:
    work = reverse("evidence:edit_record", args=[record.pk])
    return {
        "record": record,
        "may_change": rules.may_change(request.viewer, record),
        "tabs": saying.tabs("ours", request.viewer),
        "crumbs": [
            {"label": _("Our records"), "url": reverse("evidence:ours")},
            {"label": record.titles.say() or record.slug, "url": work},
            {"label": _("Effects as numbers")},
        ],
    }


def _row(record: Record, row: Effect) -> list[Any]:
    found = rules.effect_from(row.measure, row.yi, row.vi, row.raw)
    said = effect(found.scale, found.value, found.interval()) if found else row.measure
    link = reverse("evidence:edit_effect", args=[record.pk, row.pk]) if row.measure in rules.MEASURES else ""
    return [{"text": row.study, "href": link}, saying.code_name("outcome", row.outcome), said, row.source]
