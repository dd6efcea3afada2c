"""Pages on which others write beside a record: the programme's reply, and where it was used since."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commonweave.base import formats
from commonweave.base.viewer import NOBODY
from commonweave.evidence import actions, queries, rules, saying
from commonweave.evidence.forms import AdaptationForm, DecideForm, MemberReplyForm, RefuseForm, ReplyForm
from commonweave.evidence.models import Adaptation
from commonweave.evidence.views.judging import own_organisations, published
from commonweave.evidence.views.ours import crumbs, said_findings
from commonweave.people.views.access import opens_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from django.forms import Form
    from django.http import HttpResponse

    from commonweave.base.viewer import Viewer, ViewerRequest
    from commonweave.evidence.models import Record, Reply

for_members = opens_for(rules.may_contribute)
for_those_who_decide = opens_for(rules.may_look_through)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: ViewerRequest, slug: str) -> HttpResponse:
    """Reply for the programme, as a member."""
    record = published(request.viewer, slug)
    rules.may_write_beside(request.viewer, record).enforce()
    form = MemberReplyForm(request.POST or None, organisations=own_organisations(request.viewer))
    findings = Findings(request)
    if form.is_valid():
        with findings.asked(form):
            actions.reply(request.viewer, record.pk, **form.to_action(), cleared=findings.cleared)
            messages.success(request, _("Your reply stands beside the rating now."))
            return redirect("evidence:record", slug=slug)
    context = _about(request.viewer, record) | {"form": form, "findings": findings.said}
    return TemplateResponse(request, "evidence/reply.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def reply_by_link(request: ViewerRequest, token: str) -> HttpResponse:
    """Reply for the programme through a link, without an account."""
    link = queries.link_with(token)
    form = ReplyForm(request.POST or None)
    findings = Findings(request)
    if form.is_valid():
        with findings.asked(form):
            actions.reply_by_link(request.viewer, token, **form.to_action(), cleared=findings.cleared)
            return redirect("evidence:record", slug=link.record.slug)
    context = _about(NOBODY, link.record) | {"form": form, "findings": findings.said}
    return TemplateResponse(request, "evidence/reply.html", context)


@require_safe
@for_members
def replies(request: ViewerRequest) -> HttpResponse:
    """List replies to what one rated, and on records that one keeps."""
    found = queries.replies_to(request.viewer, request.GET.get("after", ""))
    context = {
        "head": [_("Title"), _("Who replies?"), _("Written on")],
        "rows": [_reply_row(each) for each in found.replies],
        "next": "?" + urlencode({"after": found.next}) if found.next else "",
        "tabs": saying.tabs("ours", request.viewer),
        "crumbs": crumbs(_("Replies to ratings")),
    }
    return TemplateResponse(request, "evidence/replies.html", context)


def _reply_row(each: Reply) -> list[Any]:
    page = reverse("evidence:record", args=[each.record.slug])
    return [
        {"text": each.record.titles.say() or each.record.slug, "href": page},
        each.programme,
        formats.say_date(each.on),
    ]


@login_required
@require_POST
def reply_link(request: ViewerRequest, slug: str) -> HttpResponse:
    """Make a link for one reply and show it this once."""
    record = published(request.viewer, slug)
    token = actions.make_reply_link(request.viewer, record.pk)
    address = request.build_absolute_uri(reverse("evidence:reply_by_link", args=[token]))
    context = _about(request.viewer, record) | {"address": address, "days": rules.LINK_DAYS}
    return TemplateResponse(request, "evidence/reply_link.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def refuse_reply(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Take a reply away, with a reason that stands in its place."""
    row = queries.get_reply(request.viewer, pk)
    rules.may_refuse(request.viewer, row).enforce()
    form = RefuseForm(request.POST or None)
    if form.is_valid():
        actions.refuse_reply(request.viewer, pk, **form.cleaned_data)
        messages.success(request, _("The reply was taken away. Your reason stands in its place."))
        return redirect("evidence:record", slug=row.record.slug)
    context = _about(request.viewer, row.record) | {"form": form, "reply": row}
    return TemplateResponse(request, "evidence/refuse_reply.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def note_adaptation(request: ViewerRequest, slug: str) -> HttpResponse:
    """Say where it was used since."""
    record = published(request.viewer, slug)
    rules.may_write_beside(request.viewer, record).enforce()
    form = AdaptationForm(request.POST or None, organisations=own_organisations(request.viewer))
    findings = Findings(request)
    if form.is_valid():
        with findings.asked(form):
            actions.note_adaptation(request.viewer, record.pk, **form.cleaned_data, cleared=findings.cleared)
            messages.success(request, _("Thank you. Whoever keeps this record looks at it before others see it."))
            return redirect("evidence:record", slug=slug)
    context = _about(request.viewer, record) | {"form": form, "findings": findings.said}
    return TemplateResponse(request, "evidence/note_adaptation.html", context)


@require_safe
@for_those_who_decide
def notes(request: ViewerRequest) -> HttpResponse:
    """List what others wrote of where our records were used since, by where each note stands."""
    state = request.GET.get("state", Adaptation.State.WAITING)
    found = queries.notes_on_ours(request.viewer, state=state, after=request.GET.get("after", ""))
    here = reverse("evidence:notes")
    words = {
        Adaptation.State.WAITING: _("Waiting"),
        Adaptation.State.SHOWN: _("Shown"),
        Adaptation.State.DECLINED: _("Not shown"),
    }
    context = {
        "states": [
            {
                "url": f"{here}?state={each}",
                "label": label,
                "current": each == state,
                "count": found.counts.get(each, 0),
            }
            for each, label in words.items()
        ],
        "head": [_("Title"), _("Where was it used?"), _("Year"), _("What happened?"), _("Written on")],
        "rows": [_note_row(each) for each in found.notes],
        "next": "?" + urlencode({"state": state, "after": found.next}) if found.next else "",
        "tabs": saying.tabs("ours", request.viewer),
        "crumbs": crumbs(_("Notes on your records")),
    }
    return TemplateResponse(request, "evidence/notes.html", context)


def _note_row(each: Adaptation) -> list[Any]:
    waits = each.state == Adaptation.State.WAITING
    page = reverse("evidence:decide_adaptation", args=[each.pk])
    shown = reverse("evidence:record", args=[each.record.slug]) + "#used"
    return [
        {"text": each.record.titles.say() or each.record.slug, "href": page if waits else shown},
        f"{each.place}, {saying.code_name('country', each.country)}",
        formats.digits(each.year),
        saying.code_name("found", each.happened),
        formats.say_date(each.on),
    ]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def decide_adaptation(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Let a note be shown, or not."""
    note = queries.get_adaptation(request.viewer, pk)
    rules.may_decide(request.viewer, note).enforce()
    form = DecideForm(request.POST or None)
    if form.is_valid():
        actions.decide_adaptation(request.viewer, pk, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("evidence:record", slug=note.record.slug)
    context = _about(request.viewer, note.record) | {"form": form, "note": _note(note)}
    return TemplateResponse(request, "evidence/decide_adaptation.html", context)


def beside(viewer: Viewer, record: Record) -> dict[str, Any]:
    """Return what a record's page shows beside it."""
    return {
        "replies": queries.replies_of(viewer, record),
        "adaptations": [_note(each) for each in queries.adaptations_of(viewer, record)],
        "may_write": bool(rules.may_write_beside(viewer, record)),
        "may_hold": bool(rules.may_hold(viewer, record)),
    }


class Findings:
    """What could point to a person in what somebody writes: shown to be let pass, in the same form, before it is kept."""

    def __init__(self, request: ViewerRequest) -> None:
        """Read what was let pass."""
        self.cleared = request.POST.getlist("cleared")
        self.said: list[dict[str, Any]] = []

    @contextmanager
    def asked(self, form: Form) -> Iterator[None]:
        """Say in a form that something waits to be looked at."""
        try:
            yield
        except actions.Pointing as pointing:
            form.add_error(None, str(pointing))
            self.said = said_findings(pointing.findings, self.cleared)


def _about(viewer: Viewer, record: Record) -> dict[str, Any]:
    return {
        "record": record,
        "tabs": saying.tabs("", viewer),
        "back": reverse("evidence:record", args=[record.slug]),
    }


def _note(each: Adaptation) -> dict[str, Any]:
    return {
        "row": each,
        "country": saying.code_name("country", each.country),
        "found": saying.code_name("found", each.happened),
        "waiting": each.state == Adaptation.State.WAITING,
        "declined": each.state == Adaptation.State.DECLINED,
    }
