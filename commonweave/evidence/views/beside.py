"""Pages on which others write beside a record: the programme's reply, and where it was used since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from commonweave.base.viewer import NOBODY
from commonweave.evidence import actions, queries, rules, saying
from commonweave.evidence.forms import AdaptationForm, DecideForm, MemberReplyForm, RefuseForm, ReplyForm
from commonweave.evidence.models import Adaptation
from commonweave.evidence.views.judging import own_organisations, published

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from commonweave.base.viewer import Viewer, ViewerRequest
    from commonweave.evidence.models import Record


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: ViewerRequest, slug: str) -> HttpResponse:
    """Reply for the programme, as a member."""
    record = published(request.viewer, slug)
    rules.may_write_beside(request.viewer, record).enforce()
    form = MemberReplyForm(request.POST or None, organisations=own_organisations(request.viewer))
    if form.is_valid():
        actions.reply(request.viewer, record.pk, **form.to_action())
        messages.success(request, _("Your reply stands beside the rating now."))
        return redirect("evidence:record", slug=slug)
    return TemplateResponse(request, "evidence/reply.html", _about(request.viewer, record) | {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def reply_by_link(request: ViewerRequest, token: str) -> HttpResponse:
    """Reply for the programme through a link, without an account."""
    link = queries.link_with(token)
    form = ReplyForm(request.POST or None)
    if form.is_valid():
        actions.reply_by_link(request.viewer, token, **form.to_action())
        return redirect("evidence:record", slug=link.record.slug)
    return TemplateResponse(request, "evidence/reply.html", _about(NOBODY, link.record) | {"form": form})


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
    if form.is_valid():
        actions.note_adaptation(request.viewer, record.pk, **form.cleaned_data)
        messages.success(request, _("Thank you. Whoever keeps this record looks at it before others see it."))
        return redirect("evidence:record", slug=slug)
    return TemplateResponse(request, "evidence/note_adaptation.html", _about(request.viewer, record) | {"form": form})


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
