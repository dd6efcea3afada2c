"""The proof as a small file, and the page where anybody checks one. Nothing is kept of what is checked."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from commonweave.base.formats import say_date
from commonweave.base.viewer import Viewer
from commonweave.reports import actions
from commonweave.reports.forms import ProofForm
from commonweave.reports.proof import about, proof_of, stands_in_journal
from commonweave.reports.views.frame import page
from commonweave.sharing import proofs
from commonweave.sharing.proofs import Step

if TYPE_CHECKING:
    from django.http import HttpRequest

    from commonweave.sharing.proofs import Proof

FAILS = {
    Step.ENTRY: _("The record's entry does not say what the proof says."),
    Step.PATH: _("The entry does not belong to this record."),
    Step.SIGNATURE: _("The signature is not by the key in the proof."),
    Step.CHECKPOINT: _("The checkpoint is another one."),
    Step.WORDS: _("The words in it are not those that were received."),
}


def proof_file(digits: str, *, plain: bool, words: bool) -> HttpResponse | None:
    """Return the proof for a receipt as a file to keep, or None before the day's record is sealed."""
    opened = actions.read_own_report(digits)
    if opened is None:
        return None
    proof = proof_of(Viewer(receipt=opened.report.locator), digits, opened.document if words else None)
    if proof is None:
        return None
    name, kind = ("proof.txt", "text/plain") if plain else ("proof.json", "application/json")
    text = letter(proof) if plain else proof.file()
    answer = HttpResponse(text, content_type=f"{kind}; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def letter(proof: Proof) -> str:
    """Return the proof to read and print, with what a machine needs at its end."""
    lines = [
        proof.about,
        "",
        f"{_('Day')}: {proof.day}",
        f"{_('Digest')}: {proof.digest}",
        f"{_('Checkpoint')}: {proof.checkpoint}",
        f"{_('Public key')}: {proof.key}",
        f"{_('Check it at')}: {proof.node}{reverse('reports:check_proof')}",
        "",
        proof.file(),
        "",
    ]
    return "\n".join(lines)


@csrf_exempt
def check_proof(request: HttpRequest) -> HttpResponse:
    """Say whether a proof holds, to anybody."""
    if request.method == "POST":
        request.upload_handlers = [MemoryFileUploadHandler(request)]  # never onto a disk
    form = ProofForm(request.POST, request.FILES) if request.method == "POST" else ProofForm()
    if not form.is_bound or not form.is_valid():
        return page(request, "reports/check_proof.html", None, None, form=form)
    checked = proofs.check(form.cleaned_data["proof"])
    proof = checked.proof
    reasons = [FAILS[step] for step in checked.failed]
    if not checked.failed and not stands_in_journal(proof):
        reasons = [_("It was not signed by this service, or its record has been changed.")]
    found: dict[str, Any] = {"reasons": reasons, "proof": proof, "about": about()}
    if not reasons:
        found |= {"holds": True, "day": say_date(date.fromisoformat(proof.day)), "words": _words(proof)}
    return page(request, "reports/check_proof.html", None, None, form=ProofForm(), **found)


def _words(proof: Proof) -> list[str]:
    """Return what somebody wrote, as it lies in a proof whose words hold."""
    document = json.loads(proof.words.text) if proof.words else {}
    return [document[name] for name in ("what", "address", "where", "when") if document.get(name)]
