"""Our records: the list for members, the form of a record, publishing, withdrawing, the next version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commonweave.base.verdict import Refused
from commonweave.evidence import actions, queries, rules, saying
from commonweave.evidence.forms import PublishForm, RecordForm, StartForm, WithdrawForm, blank
from commonweave.evidence.models import State
from commonweave.evidence.rules import redaction
from commonweave.people.queries import organisations_for
from commonweave.people.views.access import opens_for

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from uuid import UUID

    from django.http import HttpResponse

    from commonweave.base.viewer import Viewer, ViewerRequest
    from commonweave.evidence.models import Record
    from commonweave.evidence.rules.redaction import Passage

for_members = opens_for(rules.may_contribute)
show_or_post = require_http_methods(["GET", "HEAD", "POST"])
TAGS = {State.DRAFT: "warn", State.PUBLISHED: "good", State.WITHDRAWN: ""}


@require_safe
@for_members
def ours(request: ViewerRequest) -> HttpResponse:
    """List what our organisations hold, with where each stands."""
    state = request.GET.get("state", "")
    if state and state not in State.values:
        raise Http404
    found = queries.ours(request.viewer, state=state, after=request.GET.get("after", ""))
    here = reverse("evidence:ours")
    words = {"": _("All"), **state_words()}
    context = {
        "tabs": saying.tabs("ours", request.viewer),
        "states": [
            {
                "url": f"{here}?state={each}" if each else here,
                "label": label,
                "current": each == state,
                **({"count": found.counts.get(each, 0)} if each else {}),
            }
            for each, label in words.items()
        ],
        "keeps": request.viewer.has_role("administrator"),
        "head": [_("Title"), _("Kind"), _("Year"), _("State")],
        "rows": [_row(record) for record in found.records],
        "notes": queries.waiting_notes(request.viewer).count() if rules.may_look_through(request.viewer) else None,
        "sent_in": queries.waiting_proposals(request.viewer).count()
        if rules.may_look_through(request.viewer)
        else None,
        "next": "?" + urlencode({"state": state, "after": found.next}) if found.next else "",
    }
    return TemplateResponse(request, "evidence/ours.html", context)


@show_or_post
@for_members
def start_record(request: ViewerRequest) -> HttpResponse:
    """Begin a draft."""
    form = StartForm(
        request.POST or None,
        holders=holders(request.viewer),
        others=others(request.viewer),
        begins=blank(get_language() or "en"),
    )
    if form.is_valid():
        said = form.cleaned_data
        file = said["file"] if said.get("keep") else None
        record = actions.start_record(request.viewer, holder=said["holder"], facts=form.facts(), file=file)
        messages.success(request, _("The draft is saved. Only your organisation sees it."))
        return redirect("evidence:edit_record", pk=record.pk)
    context = {"form": form, "tabs": saying.tabs("ours", request.viewer), "crumbs": crumbs(_("New record"))}
    return TemplateResponse(request, "evidence/start_record.html", context)


@show_or_post
@for_members
def edit_record(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Change a record; of two people who do so at once the later one sees both."""
    record = queries.get_own(request.viewer, pk)
    if record.state == State.WITHDRAWN:
        raise Http404
    verdict = rules.may_change(request.viewer, record)
    if request.method == "POST":
        verdict.enforce()
        record = queries.get_own(request.viewer, pk, lock=True)  # the database lets nobody lock what they cannot change
    judged = {name: getattr(record, name) for name in rules.JUDGED} if record.state == State.PUBLISHED else {}
    readers = others(request.viewer, besides=record.holder)
    form = RecordForm(request.POST or None, now=RecordForm.starting_with(record), fixed=judged, others=readers)
    findings: list[Passage] = []
    if form.is_valid():
        try:
            actions.change_record(request.viewer, pk, form.facts(), cleared=request.POST.getlist("cleared"))
        except Refused as refusal:
            findings = refusal.findings if isinstance(refusal, actions.Pointing) else []
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("evidence:edit_record", pk=pk)
    context = {
        "record": record,
        "form": form,
        "may_change": verdict,
        "may_keep": rules.may_keep(request.viewer, record.holder),
        "published": record.state == State.PUBLISHED,
        "state": state_words()[record.state],
        "tag": TAGS[State(record.state)],
        "lacking": rules.lacking(record),
        "lacking_for_doi": [] if record.doi else rules.lacking_for_doi(record),
        "findings": said_findings(findings, request.POST.getlist("cleared")),
        "file": queries.file_of(request.viewer, record),
        "may_attach": rules.may_attach(request.viewer, record),
        "before": record.follows if record.follows_id else None,
        "tabs": saying.tabs("ours", request.viewer),
        "crumbs": crumbs(record.titles.say()),
    }
    return TemplateResponse(request, "evidence/edit_record.html", context)


@show_or_post
@for_members
def publish(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Look once more at what could point to a person, then let others read it."""
    record = queries.get_own(request.viewer, pk, lock=request.method == "POST")
    rules.may_keep(request.viewer, record.holder).enforce()
    if record.state != State.DRAFT:
        return redirect("evidence:edit_record", pk=pk)
    form = PublishForm(request.POST if request.method == "POST" else None, now=RecordForm.starting_with(record))
    if form.is_valid():
        try:
            actions.publish_record(request.viewer, pk, cleared=request.POST.getlist("cleared"))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("It is published."))
            return redirect("evidence:edit_record", pk=pk)
    context = {
        "record": record,
        "form": form,
        "lacking": rules.lacking(record),
        "findings": said_findings(queries.pointing(request.viewer, record), request.POST.getlist("cleared")),
        "back": reverse("evidence:edit_record", args=[pk]),
        "tabs": saying.tabs("ours", request.viewer),
        "crumbs": crumbs(record.titles.say(), record),
    }
    return TemplateResponse(request, "evidence/publish.html", context)


@show_or_post
@for_members
def withdraw(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Take a published record back, after asking."""
    record = queries.get_own(request.viewer, pk)
    rules.may_withdraw(request.viewer, record).enforce()
    record = queries.get_own(request.viewer, pk, lock=request.method == "POST")
    form = WithdrawForm(request.POST if request.method == "POST" else None, now=RecordForm.starting_with(record))
    if form.is_valid():
        actions.withdraw_record(request.viewer, pk)
        messages.success(request, _("It is withdrawn."))
        return redirect("evidence:ours")
    context = {
        "record": record,
        "form": form,
        "back": reverse("evidence:edit_record", args=[pk]),
        "tabs": saying.tabs("ours", request.viewer),
    }
    return TemplateResponse(request, "evidence/withdraw.html", context)


@require_POST
@for_members
def new_version(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Begin the next edition."""
    record = actions.start_version(request.viewer, queries.get_own(request.viewer, pk).pk)
    messages.success(request, _("A draft of the new version is begun with the facts of the one before."))
    return redirect("evidence:edit_record", pk=record.pk)


def holders(viewer: Viewer) -> list[tuple[str, str]]:
    """Return the viewer's own organisations as choices."""
    rows = organisations_for(viewer).filter(pk__in=list(viewer.organisations)).order_by("sort_key")
    return [(str(row.pk), row.names.say()) for row in rows]


def others(viewer: Viewer, *, besides: UUID | None = None) -> list[tuple[str, str]]:
    """Return the organisations that can be named as readers."""
    rows = organisations_for(viewer).order_by("sort_key")
    return [(str(row.pk), row.names.say()) for row in rows if row.pk != besides]


def state_words() -> dict[str, str]:
    """Say where a record stands."""
    return {State.DRAFT: _("Draft"), State.PUBLISHED: _("Published"), State.WITHDRAWN: _("Withdrawn")}


def said_findings(findings: Iterable[Passage], cleared: Collection[str] = ()) -> list[dict[str, Any]]:
    """Say what kind of sign stands where, for a page that asks whether it may be read."""
    kinds = {
        redaction.NAME: _("A name"),
        redaction.MAIL: _("A mail address"),
        redaction.PHONE: _("A telephone number"),
        redaction.NUMBER: _("The number of a person or a file"),
        redaction.FEW: _("So few that people could be told apart"),
    }
    places = {"title": _("Title"), "summary": _("In short"), "sources": _("Sources"), "file": _("In the PDF")}
    return [
        {
            "key": each.key,
            "kind": kinds[each.kind],
            "where": places.get(each.where.split()[0], _("In what you wrote")),
            "before": each.passage.partition(each.words)[0],
            "words": each.words,
            "after": each.passage.partition(each.words)[2],
            "cleared": each.key in cleared,
        }
        for each in findings
    ]


def crumbs(last: str, record: Record | None = None) -> list[dict[str, Any]]:
    """Return the way back to the list."""
    found: list[dict[str, Any]] = [{"label": _("Our records"), "url": reverse("evidence:ours")}]
    if record:
        found.append({"label": last, "url": reverse("evidence:edit_record", args=[record.pk])})
        return [*found, {"label": _("Publish")}]
    return [*found, {"label": last}]


def _row(record: Record) -> list[Any]:
    title = record.titles.say() or record.slug
    gone = record.state == State.WITHDRAWN
    link = "" if gone else reverse("evidence:edit_record", args=[record.pk])
    return [
        {"text": title, "href": link},
        "" if gone else saying.code_name("kind", record.kind),
        str(record.year),
        {"text": state_words()[record.state], "tag": TAGS[State(record.state)] or "plain"},
    ]
