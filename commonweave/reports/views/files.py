"""Files of a report: a resident adds and takes back, with or without scripts; a team reads.

All by POST with the hidden field of a visit, as the thread; a receipt never stands in an address.
"""

from __future__ import annotations

import hashlib
import re
import threading
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.files.uploadhandler import StopUpload
from django.http import Http404, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET

from commonweave.base.gate.doors import TooMany, knock
from commonweave.base.verdict import Refused
from commonweave.files.arriving import PART, Upload
from commonweave.files.cleaning.kinds import MOST_BYTES
from commonweave.files.cleaning.unfit import Why
from commonweave.files.refusals import sentence
from commonweave.files.uploads import MOST_TOGETHER, InMemory, TooLarge
from commonweave.people.unsealing import ask_first, ring_of
from commonweave.reports import actions, queries
from commonweave.reports.draft import DraftLost, unlock_receipt
from commonweave.reports.forms import ReceiptForm
from commonweave.reports.views.frame import page, sent_from_elsewhere, spot_at
from commonweave.reports.views.receipt import thread_page
from commonweave.sharing.envelopes import CannotOpen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.core.files.uploadedfile import UploadedFile
    from django.http import HttpRequest

    from commonweave.base.viewer import ViewerRequest
    from commonweave.files.queries import Attached

HASH = re.compile(r"[0-9a-f]{64}")
ONE_PART = 2 * PART
_cleaning = threading.Lock()
"""One file at a time is cleaned in each process; nobody waits for it, so its other thread answers everybody else."""


class Busy(Refused):
    """Somebody else's file is being cleaned, or as many came from there lately as are cleaned."""


@contextmanager
def turn(request: HttpRequest, whose: str) -> Iterator[None]:
    """Take one's turn, or be asked to come back: a file that is made for it keeps a core busy for half a minute."""
    busy = Busy(_("Many people are sending files just now. Your report is safe. Please try again in a minute."))
    if not _cleaning.acquire(blocking=False):
        raise busy
    try:
        try:
            knock(request, "file", whose)
            knock(request, "files")
        except TooMany:
            raise busy from None
        yield
    finally:
        _cleaning.release()


def in_memory(view: Callable[..., HttpResponse], most: int, together: int) -> Callable[..., HttpResponse]:
    """Let a page read files, into memory and nowhere else; a form that was cut off is no form."""

    @csrf_exempt
    @wraps(view)
    def read_first(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        request.upload_handlers = [InMemory(request, most, together)]
        try:
            _ = request.POST
        except (UnreadablePostError, MultiPartParserError, StopUpload):
            return HttpResponse(status=400)
        return view(request, *args, **kwargs)

    return read_first


def _files(request: HttpRequest, code: str = "") -> HttpResponse:
    """Add files, fetch one back, or delete one; the thread comes back."""
    begun = spot_at(code)
    if request.method != "POST" or sent_from_elsewhere(request):
        return page(request, "reports/ask_receipt.html", begun, begun, form=ReceiptForm())
    try:
        digits = unlock_receipt(request.POST.get("visit", ""))
    except DraftLost:
        return page(request, "reports/ask_receipt.html", begun, begun, form=ReceiptForm(), expired=True)
    try:
        if "fetch" in request.POST:
            return _sent(*actions.read_own_file(digits, _pk(request.POST["fetch"])))
        if "remove" in request.POST:
            actions.remove_file(digits, _pk(request.POST["remove"]))
            return thread_page(request, begun, digits, done=_("The file is deleted."))
        told, problems = _add_all(request, digits)
    except Refused as refusal:
        return thread_page(request, begun, digits, refused=str(refusal))
    except CannotOpen:
        return thread_page(request, begun, digits, refused=_("This file cannot be opened any more."))
    return thread_page(request, begun, digits, file_told=told, file_problems=problems)


files = in_memory(_files, MOST_BYTES, MOST_TOGETHER)


def _add_all(request: HttpRequest, digits: str) -> tuple[list[str], list[tuple[str, str]]]:
    """Add what was chosen, one by one: what cannot be taken stops nothing else."""
    chosen = request.FILES.getlist("files")
    if not chosen:
        raise Refused(_("Choose a file first."))
    told, problems = [], []
    for file in chosen:
        name = file.name or "-"
        try:
            added = _add(request, file, digits)
        except Refused as refusal:
            problems.append((name, str(refusal)))
        else:
            told.append(_said(added))
    return told, problems


def _add(request: HttpRequest, file: UploadedFile[bytes], digits: str) -> actions.Added:
    if isinstance(file, TooLarge):
        raise Refused(sentence(Why.LARGE))
    with turn(request, digits):
        return actions.add_file(digits, name=file.name or "-", data=file.read(), original="original" in request.POST)


def _said(added: actions.Added) -> str:
    if added.original == "unsafe":
        return _(
            "%(name)s has arrived. Its original was not kept: it holds parts that act by themselves and could harm a reader."
        ) % {"name": added.name}
    return _("%(name)s has arrived.") % {"name": added.name}


def _pk(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


def _sent(file: Attached, data: bytes) -> HttpResponse:
    """Hand a file out so that no browser opens or keeps it by itself."""
    response = HttpResponse(data, content_type="application/octet-stream" if file.original else file.mime)
    name = f"original-{file.name}" if file.original else file.name
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store"
    return response


def _part(request: HttpRequest) -> HttpResponse:
    """Take a file in parts: where it stands, one part more, or the end. Answers a script, in JSON."""
    if request.method != "POST" or sent_from_elsewhere(request):
        return JsonResponse({}, status=405)
    try:
        digits = unlock_receipt(request.POST.get("visit", ""))
        upload = _upload(request, digits)
        return JsonResponse(_deed(request, upload))
    except DraftLost:
        return JsonResponse({"refused": _("For your safety this visit has ended. Open your report again."), "over": 1})
    except Busy as busy:
        return JsonResponse({"busy": str(busy)})
    except Refused as refusal:
        return JsonResponse({"refused": str(refusal)})
    except (ValueError, Http404):
        return JsonResponse({}, status=400)


part = in_memory(_part, ONE_PART, ONE_PART)


def _upload(request: HttpRequest, digits: str) -> Upload:
    size, sha256 = int(request.POST.get("size", "")[:12]), request.POST.get("sha256", "")
    if not HASH.fullmatch(sha256) or size < 0:
        raise ValueError(sha256)
    if size > MOST_BYTES or size == 0:
        raise Refused(sentence(Why.LARGE if size else Why.EMPTY))
    return Upload(digits, sha256, size)


def _deed(request: HttpRequest, upload: Upload) -> dict[str, object]:
    actions.may_add_file(upload.digits)
    if "finish" in request.POST:
        with turn(request, upload.digits):
            added = actions.finish_upload(
                upload, name=request.POST.get("name", ""), original="original" in request.POST
            )
        return {"at": upload.held()} if added is None else {"done": upload.sha256, "said": _said(added)}
    if actions.has_file(upload.digits, upload.sha256):
        return {"at": upload.parts}
    if "at" in request.POST:
        data = b"".join(file.read() for file in request.FILES.getlist("part"))
        if hashlib.sha256(data).hexdigest() == request.POST.get("part_sha256"):
            upload.put(int(request.POST["at"][:6]), data)
    return {"at": upload.held()}


@login_required
@require_GET
def file(request: ViewerRequest, pk: UUID, file: UUID) -> HttpResponse:
    """Hand a file of an opened report to its team."""
    ring = ring_of(request)
    back = reverse("reports:report", args=[pk])
    if ring is None:
        queries.get_report(request.viewer, pk)
        return ask_first(back)
    try:
        return _sent(*actions.open_file(request.viewer, pk, file, ring=ring))
    except CannotOpen:
        return redirect(back)
