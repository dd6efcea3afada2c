"""Sending a study in without an account, asking what became of it, and deciding about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonweave.base import formats
from commonweave.base.gate.asking import ask, passed
from commonweave.base.gate.doors import knock, look
from commonweave.base.verdict import Refused
from commonweave.base.viewer import NOBODY
from commonweave.delivery.sealing import open_text
from commonweave.evidence import actions, lines, queries, rules, saying
from commonweave.evidence.forms import CodeForm, DeclineForm, SendForm
from commonweave.evidence.forms.proposals import REASONS
from commonweave.evidence.models import Proposal
from commonweave.evidence.views.beside import Findings
from commonweave.evidence.views.ours import crumbs
from commonweave.people.views.access import opens_for
from commonweave.sharing import receipts

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from commonweave.base.viewer import ViewerRequest

show_or_post = require_http_methods(["GET", "HEAD", "POST"])
for_those_who_decide = opens_for(rules.may_look_through)


@show_or_post
def send_in(request: ViewerRequest) -> HttpResponse:
    """Take a study from anybody; where very much is sent, for a little work. Raises TooMany."""
    holders = [(str(each.pk), each.names.say()) for each in queries.keepers()]
    form = SendForm(request.POST if request.method == "POST" else None, holders=holders)
    seed = form.data.get("seed", "") if form.is_bound else str(form.initial["seed"])
    about, level, missing = f"study {seed[:40]}", look(request, "study"), False
    findings = Findings(request)
    if form.is_valid():
        said = form.to_action()
        digits = queries.number_of(**said)
        if queries.proposal_with(digits):
            return _sent(request, digits)
        level = knock(request, "study")
        missing = bool(level) and not passed(request, about, by=digits)  # so it is good once more with passages ticked
        if not missing:
            with findings.asked(form):
                try:
                    return _sent(request, actions.send_in(**said, cleared=findings.cleared))
                except actions.Pointing:
                    raise
                except Refused as refusal:
                    form.add_error("holder", str(refusal))
    shown = {
        "form": form,
        "asking": ask(request, level, about, refused=missing),
        "findings": findings.said,
        "somebody": bool(holders),
        "days": rules.DECIDED_DAYS,
        "tabs": saying.tabs("", request.viewer),
    }
    return TemplateResponse(request, "evidence/send_in.html", shown)


def _sent(request: ViewerRequest, digits: str) -> HttpResponse:
    context = {
        "code": "".join(receipts.show(digits)),
        "days": rules.DECIDED_DAYS,
        "tabs": saying.tabs("", request.viewer),
    }
    return TemplateResponse(request, "evidence/sent_in.html", context)


@show_or_post
def sent_in_answer(request: ViewerRequest) -> HttpResponse:
    """Say what became of what was sent in. Raises TooMany when many numbers are tried that do not exist."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"form": form, "tabs": saying.tabs("", request.viewer)}
    if form.is_valid():
        digits = receipts.read(form.cleaned_data["number"])
        found = queries.proposal_with(digits) if digits else None
        if found is None:
            knock(request, "guess")
            form.add_error("number", _("Nothing was sent in with this number. Please compare it, group by group."))
        else:
            context |= _answer(found)
    return TemplateResponse(request, "evidence/sent_in_answer.html", context)


def _answer(row: Proposal) -> dict[str, Any]:
    """Return what a sender learns; the record once others can read it."""
    record = queries.published_for(NOBODY).filter(pk=row.record_id).first() if row.record_id else None
    return {"row": row, "state": str(row.state), "reason": REASONS.get(row.reason, ""), "record": record}  # type: ignore[call-overload]  # "" has none


@require_safe
@for_those_who_decide
def proposals(request: ViewerRequest) -> HttpResponse:
    """List what waits, the oldest first; no more than an organisation's places can wait."""
    rows = [
        [
            {"text": each.title, "href": reverse("evidence:proposal", args=[each.pk])},
            saying.code_name("kind", each.kind),
            formats.digits(each.year),
            formats.say_date(each.on),
        ]
        for each in queries.waiting_proposals(request.viewer)
    ]
    context = {
        "rows": rows,
        "days": rules.WAITING_DAYS,
        "head": [_("Title"), _("Kind"), _("Year"), _("Sent in on")],
        "tabs": saying.tabs("ours", request.viewer),
        "crumbs": crumbs(_("Sent in by others")),
    }
    return TemplateResponse(request, "evidence/proposals.html", context)


@show_or_post
@for_those_who_decide
def proposal(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Look at one; take it over as a draft, or decline it with a reason."""
    row = queries.get_proposal(request.viewer, pk)
    declining = request.method == "POST" and "take" not in request.POST
    form = DeclineForm(request.POST if declining else None)
    if request.method == "POST":
        rules.may_decide_about(request.viewer, row).enforce()
        if not declining:
            record = actions.take_over(request.viewer, pk)
            messages.success(
                request, _("A draft is begun with what was sent in. Read the study before you publish it.")
            )
            return redirect("evidence:edit_record", pk=record.pk)
        if form.is_valid():
            actions.decline_proposal(request.viewer, pk, **form.cleaned_data)
            messages.success(request, _("Declined. Its sender reads your reason."))
            return redirect("evidence:proposals")
    context = {
        "row": row,
        "waiting": row.state == Proposal.State.WAITING,
        "form": form,
        "facts": _facts(row),
        "url": row.url or (f"https://doi.org/{row.doi}" if row.doi else ""),
        "tabs": saying.tabs("ours", request.viewer),
        "crumbs": [*crumbs("")[:1], {"label": _("Sent in by others"), "url": reverse("evidence:proposals")}],
    }
    return TemplateResponse(request, "evidence/proposal.html", context)


def _facts(row: Proposal) -> list[dict[str, str]]:
    said = [
        (_("Kind"), saying.code_name("kind", row.kind)),
        (_("Year"), formats.digits(row.year)),
        (_("Language"), saying.code_name("language", row.language)),
        (_("Who wrote it?"), "; ".join(lines.write_authors(row.authors).splitlines())),
        (_("Who published it?"), row.publisher),
        (_("How to reach the sender"), open_text(row.contact)),
    ]
    return [{"label": label, "value": value} for label, value in said if value]
