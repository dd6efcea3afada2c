"""Pages on which a publication is judged: begin apart, answer, settle; and the same for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commonweave.evidence import actions, queries, rules, saying, verdicts
from commonweave.evidence.forms import BeginForm, RateForm, SettleForm
from commonweave.evidence.models import Interest, State
from commonweave.people import queries as people
from commonweave.vocabulary import queries as vocabulary

if TYPE_CHECKING:
    from uuid import UUID

    from commonweave.base.viewer import Viewer, ViewerRequest
    from commonweave.evidence.models import Appraisal, Record, Settlement


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def appraise(request: ViewerRequest, slug: str) -> HttpResponse:
    """Begin to rate: what kind of study it is, and where the rater stands."""
    record = published(request.viewer, slug)
    draft = queries.draft_of(request.viewer, record)
    if draft is None:
        rules.may_appraise(request.viewer, record, queries.appraisals_of(request.viewer, record)).enforce()
    shown = draft or record
    initial = {"design": shown.design, "interest": getattr(shown, "interest", "")}
    if draft:
        initial |= {"interest_words": draft.interest_words, "seen_others": draft.seen_others}
    form = BeginForm(request.POST or None, organisations=own_organisations(request.viewer), initial=initial)
    if form.is_valid():
        actions.begin_appraisal(request.viewer, record.pk, **form.cleaned_data)
        return redirect("evidence:rate", slug=slug)
    return TemplateResponse(
        request, "evidence/appraise.html", {**_about(request.viewer, record), "form": form, "draft": draft}
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: ViewerRequest, slug: str) -> HttpResponse:
    """Answer what this kind of study is asked. Nothing of what others said is here."""
    record = published(request.viewer, slug)
    draft = queries.draft_of(request.viewer, record)
    if draft is None:
        return redirect("evidence:appraise", slug=slug)
    form = RateForm(request.POST or None, design=draft.design)
    if form.is_valid():
        actions.finish_appraisal(request.viewer, record.pk, **form.to_action())
        messages.success(request, _("Thank you. Your rating can be read now, and the record follows it."))
        return redirect("evidence:record", slug=slug)
    context = {"form": form, "groups": form.groups(), "design": vocabulary.working("design", draft.design).say()}
    return TemplateResponse(request, "evidence/rate.html", {**_about(request.viewer, record), **context})


@login_required
@require_POST
def give_up(request: ViewerRequest, slug: str) -> HttpResponse:
    """Throw the own draft away."""
    record = published(request.viewer, slug)
    actions.give_up_appraisal(request.viewer, record.pk)
    messages.success(request, _("Your rating was not kept."))
    return redirect("evidence:record", slug=slug)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def settle(request: ViewerRequest, slug: str) -> HttpResponse:
    """Say what holds where two raters differ."""
    record = published(request.viewer, slug)
    appraisals = queries.appraisals_of(request.viewer, record)
    rules.may_settle(request.viewer, record, appraisals).enforce()
    first, second = rules.independent(appraisals)
    differing = rules.differences(first, second)
    form = SettleForm(
        request.POST or None,
        organisations=own_organisations(request.viewer),
        differences=differing,
        labels={each.what: verdicts.question(each.what) for each in differing},
    )
    if form.is_valid():
        actions.settle(request.viewer, record.pk, **form.to_action())
        messages.success(request, _("Saved. The reason stands beside both ratings."))
        return redirect("evidence:record", slug=slug)
    third = request.viewer.person not in (first.person_id, second.person_id)
    return TemplateResponse(
        request, "evidence/settle.html", {**_about(request.viewer, record), "form": form, "third": third}
    )


@login_required
@require_POST
def agree(request: ViewerRequest, slug: str) -> HttpResponse:
    """Agree to what the other rater settled."""
    record = published(request.viewer, slug)
    actions.agree_to_settlement(request.viewer, record.pk)
    messages.success(request, _("Settled. The record follows it."))
    return redirect("evidence:record", slug=slug)


@require_safe
def appraisals(request: ViewerRequest, slug: str) -> JsonResponse:
    """Hand out every rating of a record with its reasons, in codes of published vocabularies."""
    record = published(request.viewer, slug)
    found = queries.appraisals_of(request.viewer, record)
    settlement = _settlement(request.viewer, record, found)
    here = request.build_absolute_uri(reverse("evidence:record", args=[slug]))
    words = {
        name: request.build_absolute_uri(reverse("vocabulary:scheme", args=[name])) for name in verdicts.VOCABULARIES
    }
    data = {"page": here, "vocabularies": words, **verdicts.as_data(record, found, settlement)}
    return JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 1})


@require_safe
def criteria(request: ViewerRequest) -> TemplateResponse:
    """Show what every study is asked, and where it comes from."""
    terms = vocabulary.labels("appraisal-criterion")
    groups = []
    for code, term in terms.items():
        if term.broader is None:
            under = [each for each in terms.values() if each.broader == code] or [term]
            groups.append({"term": term, "criteria": [_criterion(each.code) for each in under]})
    designs = [
        {"label": vocabulary.label("design", design).say(), "value": _asked(design)} for design in rules.CRITERIA_OF
    ]
    context = {"tabs": saying.tabs("", request.viewer), "groups": groups, "designs": designs}
    return TemplateResponse(request, "evidence/criteria.html", context)


def judged(viewer: Viewer, record: Record) -> dict[str, Any]:
    """Return what a record's page shows of its ratings; nothing of them to somebody who is rating it."""
    if viewer.person and queries.draft_of(viewer, record) is not None:
        return {"rating_now": True}
    found = queries.appraisals_of(viewer, record)
    two = rules.independent(found)
    replaced = {each.follows_id for each in found}
    settlement = _settlement(viewer, record, found)
    both = len(two) == rules.TWO
    holding = settlement.choices if settlement and rules.holds(settlement) else {}
    differing = rules.differences(*two) if both else []
    return {
        "ratings": [_rating(each, two, replaced=each.pk in replaced) for each in found],
        "apart": both,
        "differing": len(differing),
        "open": len([each for each in differing if each.what not in holding]),
        "compared": verdicts.compared(two[0], two[1], holding) if both else [],
        "compared_head": [_("What was judged"), _("First rating"), _("Second rating"), _("What holds")] if both else [],
        "settlement": settlement,
        "settled_by": rules.byline(settlement) if settlement else "",
        "settled": bool(settlement and rules.holds(settlement)),
        "bias": verdicts.answer("bias_missing", record.bias) if record.bias else "",
        "may_appraise": bool(rules.may_appraise(viewer, record, found)),
        "rated_before": any(each.person_id == viewer.person for each in found),
        "may_settle": bool(differing) and bool(rules.may_settle(viewer, record, found)),
        "may_agree": settlement is not None and bool(rules.may_agree(viewer, settlement)),
        "answer_head": [_("What was judged"), _("Answer"), _("Why")],
    }


def own_organisations(viewer: Viewer) -> list[tuple[UUID, str]]:
    """Return the viewer's organisations by name."""
    rows = people.organisations_for(viewer).filter(pk__in=viewer.organisations).order_by("sort_key", "id")
    return [(each.pk, each.names.say()) for each in rows]


def published(viewer: Viewer, slug: str) -> Record:
    """Return a published record by its address. Raises Http404."""
    record = queries.get_published(viewer, slug)
    if record.state != State.PUBLISHED:
        raise Http404
    return record


def _about(viewer: Viewer, record: Record) -> dict[str, Any]:
    return {"record": record, "tabs": saying.tabs("", viewer), "back": reverse("evidence:record", args=[record.slug])}


def _settlement(viewer: Viewer, record: Record, found: list[Appraisal]) -> Settlement | None:
    two = rules.independent(found)
    return queries.settlement_of(viewer, record, two) if len(two) == rules.TWO else None


def _rating(each: Appraisal, two: list[Appraisal], *, replaced: bool) -> dict[str, Any]:
    return {
        "appraisal": each,
        "by": rules.byline(each),
        "own": each.interest == Interest.RAN,
        "interest": vocabulary.label("appraisal-interest", each.interest).say(),
        "place": [_("First rating"), _("Second rating")][two.index(each)] if each in two else "",
        "replaced": replaced,
        "direction": each.direction,
        "found": verdicts.answer("direction", each.direction),
        "strength": rules.strength_of(each.design),
        "sure": saying.code_name("strength", rules.strength_of(each.design)),
        "answers": verdicts.answers(each),
    }


def _criterion(name: str) -> dict[str, Any]:
    term = vocabulary.labels("appraisal-criterion")[name]
    values = rules.values_of(name) if term.broader or name in rules.LEVELS else ()
    return {
        "label": term.public.say(),
        "exact": term.working.say(),
        "question": term.definition.say() if term.broader else "",
        "answers": [verdicts.answer_choice(name, value) for value in values],
    }


def _asked(design: str) -> str:
    instruments = dict.fromkeys(rules.instrument_of(name) for name in rules.criteria_of(design))
    return " · ".join(vocabulary.label("appraisal-criterion", code).say() for code in instruments)
