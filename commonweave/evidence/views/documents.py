"""A PDF on its way in, and on its way out: refused early when it is too large, handed out piece by piece."""

from __future__ import annotations

import re
import threading
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.files.uploadhandler import StopUpload
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from commonweave.base.gate.doors import knock
from commonweave.base.text import Text
from commonweave.base.viewer import seen_by
from commonweave.evidence import actions, lines, queries, rules, saying
from commonweave.evidence.forms import StartForm, blank, showing
from commonweave.evidence.models import State
from commonweave.evidence.views.ours import crumbs, for_members, holders, others
from commonweave.files.cleaning.kinds import MOST_BYTES
from commonweave.files.cleaning.unfit import Unfit, Why
from commonweave.files.refusals import sentence
from commonweave.files.uploads import InMemory, TooLarge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from commonweave.base.viewer import Viewer, ViewerRequest
    from commonweave.evidence.models import RecordFile
    from commonweave.files.cleaning.ask import Read

FRAME = 20_000  # bytes of a form around its file
TOO_LARGE, PARTIAL, NOT_THERE = 413, 206, 416
RANGE = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")
_reading = threading.Lock()
"""One PDF at a time is read in each process."""


class Stopping(InMemory):
    """Stops reading the form as soon as its file is too large, instead of reading past it."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece while there is room."""
        super().receive_data_chunk(raw_data, start)
        if self.pieces is None:
            raise StopUpload(connection_reset=True)


def takes_file(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a page for members take one file into memory; of strangers, and of forms that say they are larger, nothing is read."""
    protected = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def read_first(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.viewer.organisations:  # type: ignore[attr-defined]  # the middleware has said who asks
            return view(request, *args, **kwargs)  # which sends them away before a byte of it is read
        length = request.META.get("CONTENT_LENGTH") or ""
        if request.method == "POST" and (not length.isdecimal() or int(length) > MOST_BYTES + FRAME):
            return too_large(request)
        request.upload_handlers = [Stopping(request)]
        try:
            _post = request.POST
        except (UnreadablePostError, MultiPartParserError, StopUpload):
            return HttpResponse(status=400)
        return protected(request, *args, **kwargs)

    return read_first


def too_large(request: HttpRequest) -> HttpResponse:
    """Say that it is too large, and end the connection: what still comes is not read."""
    context = {"why": sentence(Why.LARGE), "tabs": saying.tabs("ours", request.viewer)}  # type: ignore[attr-defined]
    answer = TemplateResponse(request, "evidence/too_large.html", context, status=TOO_LARGE)
    answer.headers["Connection"] = "close"
    return answer


@contextmanager
def _turn(request: ViewerRequest) -> Iterator[None]:
    knock(request, "file", str(request.viewer.person))
    with _reading:
        yield


def _arrived(request: ViewerRequest) -> tuple[RecordFile, Read]:
    """Read and clean what was sent. Raises Unfit."""
    sent = request.FILES.get("pdf")
    if sent is None:
        raise Unfit(Why.EMPTY)
    if isinstance(sent, TooLarge):
        raise Unfit(Why.LARGE)
    if not (data := sent.read()):
        raise Unfit(Why.EMPTY)
    if not data.startswith(b"%PDF-"):
        raise Unfit(Why.UNKNOWN)
    with _turn(request):
        return actions.read_pdf(request.viewer, name=sent.name or "-", data=data)


def _read_pdf(request: ViewerRequest) -> HttpResponse:
    """Fill in the form of a new record from a PDF, for a person to check; nothing is a record yet."""
    begins, refused = blank(get_language() or "en"), []
    try:
        file, said = _arrived(request)
    except Unfit as unfit:
        refused = [("id_pdf", said_unfit(unfit))]
    else:
        begins |= offered(said) | {"file": file.pk, "keep": True}
    context = {
        "form": StartForm(holders=holders(request.viewer), others=others(request.viewer), begins=begins),
        "refused": refused,
        "told": "" if refused else _("This was read from the PDF. Please check every field: a program guessed them."),
        "tabs": saying.tabs("ours", request.viewer),
        "crumbs": crumbs(_("New record")),
    }
    return TemplateResponse(request, "evidence/start_record.html", context)


def offered(said: Read) -> dict[str, Any]:
    """Return what a PDF says of itself as the form shows it."""
    language = said.language or get_language() or "en"
    return showing(
        language=language,
        titles=Text.of(said.title, language),
        summary=Text.of(said.abstract, language),
        authors=[lines.person(name) for name in said.authors],
        doi=said.doi,
        year=said.year,
    )


def said_unfit(unfit: Unfit) -> str:
    """Say why a file is not taken here, where only PDFs are."""
    if unfit.why in (Why.EMPTY, Why.LARGE, Why.ENCRYPTED):
        return str(sentence(unfit.why))
    if unfit.why == Why.BROKEN:
        return _("This PDF is damaged. Save it anew, or fill in the form by hand.")
    return _("This is not a PDF. Save it as one, or fill in the form by hand.")


def _attach(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Let a PDF go with a draft."""
    record = queries.get_own(request.viewer, pk)
    rules.may_attach(request.viewer, record).enforce()
    try:
        file, _said = _arrived(request)
    except Unfit as unfit:
        messages.error(request, said_unfit(unfit))
    else:
        actions.attach_file(request.viewer, record, file.pk)
        messages.success(request, _("The document is added."))
    return redirect("evidence:edit_record", pk=pk)


read_pdf = require_POST(takes_file(for_members(_read_pdf)))
attach = require_POST(takes_file(for_members(_attach)))


@require_POST
@for_members
def detach(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Take the document of a draft away."""
    actions.remove_file(request.viewer, pk)
    messages.success(request, _("The document is removed."))
    return redirect("evidence:edit_record", pk=pk)


@require_safe
def document(request: ViewerRequest, slug: str) -> HttpResponseBase:
    """Hand out the document of a record, or the piece of it that was asked for."""
    record = queries.record_at(request.viewer, slug)
    file = queries.file_of(request.viewer, record)
    if file is None or record.state == State.WITHDRAWN:
        raise Http404
    first, last, status = asked_range(request.headers.get("Range", ""), file.size)
    if status == NOT_THERE:
        return HttpResponse(status=NOT_THERE, headers={"Content-Range": f"bytes */{file.size}"})
    answer = StreamingHttpResponse(
        _pieces(request.viewer, file, first, last), content_type="application/pdf", status=status
    )
    headers = {
        "Content-Length": str(last - first + 1),
        "Accept-Ranges": "bytes",
        "ETag": f'"{file.sha256}"',
        "Content-Disposition": content_disposition_header(as_attachment=True, filename=file.name) or "attachment",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    for name, value in headers.items():
        answer.headers[name] = value
    if status == PARTIAL:
        answer.headers["Content-Range"] = f"bytes {first}-{last}/{file.size}"
    return answer


def asked_range(text: str, size: int) -> tuple[int, int, int]:
    """Return the first and the last byte asked for, and the status of the answer; several pieces at once are the whole."""
    match = RANGE.fullmatch(text.strip())
    if match is None or not (match[1] or match[2]):
        return 0, size - 1, 200
    if not match[1]:
        first, last = max(0, size - int(match[2])), size - 1
    else:
        first, last = int(match[1]), min(int(match[2] or size - 1), size - 1)
    return (first, last, PARTIAL) if first <= last else (0, 0, NOT_THERE)


def _pieces(viewer: Viewer, file: RecordFile, first: int, last: int) -> Iterator[bytes]:
    """Read piece by piece, each in a transaction of its own that knows the viewer: a slow reader holds nothing."""
    while first <= last:
        with seen_by(viewer):
            piece = queries.piece_of(viewer, file.pk, first, last - first + 1)
        if not piece:
            return
        first += len(piece)
        yield piece
