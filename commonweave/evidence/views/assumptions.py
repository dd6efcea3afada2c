"""The register of assumptions: what the field takes for granted, and what is known of it."""

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

from commonweave.base.charts.matrix import Cell, Row, matrix
from commonweave.base.formats import say_number
from commonweave.evidence import actions, queries, rules, saying
from commonweave.evidence.forms import AssumptionForm, BearingForm, CallForm, RelyForm
from commonweave.evidence.models import AssumptionState, Side
from commonweave.evidence.views.judging import own_organisations
from commonweave.vocabulary import queries as vocabulary

if TYPE_CHECKING:
    from django import forms

    from commonweave.base.viewer import ViewerRequest
    from commonweave.evidence.models import Assumption, AssumptionEvidence

TAGS = {"open": "", "supported": "success", "contested": "warn", "refuted": "danger"}


@require_safe
def assumptions(request: ViewerRequest) -> TemplateResponse:
    """List what is taken for granted, with how many studies speak for and against it."""
    state = request.GET.get("state", "")
    if state and state not in AssumptionState.values:
        raise Http404
    here = reverse("evidence:assumptions")
    choices = [("", _("All")), *vocabulary.choices("assumption-state")]
    context = {
        "tabs": saying.tabs("assumptions", request.viewer),
        "states": [
            {"url": f"{here}?state={code}" if code else here, "label": label, "current": code == state}
            for code, label in choices
        ],
        "rows": [_outline(each) for each in queries.assumptions_for(request.viewer, state)],
        "may_write": bool(rules.may_follow_assumptions(request.viewer)),
    }
    return TemplateResponse(request, "evidence/assumptions.html", context)


@require_safe
def assumption(request: ViewerRequest, slug: str) -> TemplateResponse:
    """Show one: studies for and against side by side, how what is known changed, and who relies on it."""
    row = queries.get_assumption(request.viewer, slug)
    steps = sorted(row.steps.all(), key=lambda each: each.done_at, reverse=True)
    context = {
        **_outline(row),
        "tabs": saying.tabs("", request.viewer),
        "bearing": [
            {"side": side, "label": vocabulary.label("assumption-side", side).say(), "rows": _bearing(row, side)}
            for side in Side.values
        ],
        "balance": _balance(row),
        "steps": [{"row": each, "state": vocabulary.label("assumption-state", each.state).say()} for each in steps],
        "reliances": sorted(row.reliances.all(), key=lambda each: (each.on, str(each.pk))),
        "may_write": bool(rules.may_follow_assumptions(request.viewer)),
    }
    return TemplateResponse(request, "evidence/assumption.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def state_assumption(request: ViewerRequest) -> HttpResponse:
    """Put an assumption into the register."""
    form = AssumptionForm(*_given(request), organisations=own_organisations(request.viewer))
    if form.is_valid():
        row = actions.state_assumption(request.viewer, **form.to_action())
        return _done(request, row.slug)
    return _form(request, form, _("Add an assumption"), reverse("evidence:assumptions"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_bearing(request: ViewerRequest, slug: str) -> HttpResponse:
    """Add a study that bears on it."""
    row = queries.get_assumption(request.viewer, slug)
    form = BearingForm(*_given(request), organisations=own_organisations(request.viewer))
    if form.is_valid():
        actions.add_bearing(request.viewer, slug, **form.cleaned_data)
        return _done(request, slug)
    return _form(request, form, _("Add a study"), _address(slug), row)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def call_assumption(request: ViewerRequest, slug: str) -> HttpResponse:
    """Say what is known of it now."""
    row = queries.get_assumption(request.viewer, slug)
    sides = {each.side for each in row.evidence.all()}
    form = CallForm(*_given(request), organisations=own_organisations(request.viewer), sides=sides)
    if form.is_valid():
        actions.call_assumption(request.viewer, slug, **form.cleaned_data)
        return _done(request, slug)
    return _form(request, form, _("Say what is known now"), _address(slug), row)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rely(request: ViewerRequest, slug: str) -> HttpResponse:
    """Say that a programme of one's own builds on it."""
    row = queries.get_assumption(request.viewer, slug)
    form = RelyForm(*_given(request), organisations=own_organisations(request.viewer))
    if form.is_valid():
        actions.rely(request.viewer, slug, **form.cleaned_data)
        return _done(request, slug)
    return _form(request, form, _("We rely on this"), _address(slug), row)


def _given(request: ViewerRequest) -> tuple[Any, ...]:
    rules.may_follow_assumptions(request.viewer).enforce()
    return (request.POST or None,)


def _address(slug: str) -> str:
    return reverse("evidence:assumption", args=[slug])


def _done(request: ViewerRequest, slug: str) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect(_address(slug))


def _form(
    request: ViewerRequest, form: forms.Form, title: str, back: str, row: Assumption | None = None
) -> TemplateResponse:
    context = {"form": form, "title": title, "back": back, "row": row, "tabs": saying.tabs("", request.viewer)}
    return TemplateResponse(request, "evidence/assumption_form.html", context)


def _outline(row: Assumption) -> dict[str, Any]:
    sides = [each.side for each in row.evidence.all()]
    return {
        "row": row,
        "url": _address(row.slug),
        "state": vocabulary.label("assumption-state", row.state).say(),
        "tag": TAGS[row.state],
        "counts": [(vocabulary.label("assumption-side", side).say(), sides.count(side)) for side in Side.values],
    }


def _balance(row: Assumption) -> dict[str, Any] | None:
    """Count the studies of each side by how sure they are: ten weak ones are seen not to be one strong one."""
    found = [(rules.strength_of(each.record.design), each.side) for each in row.evidence.all()]
    if not found:
        return None
    sides = {side: vocabulary.label("assumption-side", side).say() for side in Side.values}
    rows = [
        (saying.code_name("strength", code), [found.count((code, side)) for side in sides])
        for code in rules.STRENGTHS
        if any(strength == code for strength, _side in found)
    ]
    title = _("Studies on each side, by how sure they are")
    drawn = [Row(label, [Cell(number) for number in numbers]) for label, numbers in rows]
    return {
        "title": title,
        "chart": matrix(title, list(sides.values()), drawn),
        "head": [saying.facet_name("strength"), *sides.values()],
        "rows": [[label, *map(say_number, numbers)] for label, numbers in rows],
        "numbers": list(range(1, len(sides) + 1)),
    }


def _bearing(row: Assumption, side: str) -> list[dict[str, Any]]:
    found: list[AssumptionEvidence] = [each for each in row.evidence.all() if each.side == side]
    return [{**saying.outline(each.record), "bearing": each} for each in found]
