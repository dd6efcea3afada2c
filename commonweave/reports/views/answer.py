"""A team's answer, with files if there are some: all of it is sent, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_POST

from commonweave.base.verdict import Refused
from commonweave.files.cleaning.kinds import MOST_BYTES
from commonweave.files.cleaning.unfit import Unfit, Why
from commonweave.files.refusals import sentence
from commonweave.files.uploads import MOST_TOGETHER, TooLarge
from commonweave.reports import actions
from commonweave.reports.forms import AnswerForm
from commonweave.reports.views.files import in_memory, turn
from commonweave.reports.views.team import open_page, too_late

if TYPE_CHECKING:
    from uuid import UUID

    from django.core.files.uploadedfile import UploadedFile
    from django.http import HttpResponse

    from commonweave.base.viewer import ViewerRequest
    from commonweave.files.actions import Item


def _answer(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Answer in plain words."""
    form = AnswerForm(request.POST, request.FILES)
    if not form.is_valid():
        return open_page(request, pk, answer=form)
    text = form.cleaned_data["text"]
    try:
        items = _items(request, pk, form)
        if form.errors:
            return open_page(request, pk, answer=form)
        if items:
            actions.answer_with_files(request.viewer, pk, text=text, items=items)
        else:
            actions.answer_report(request.viewer, pk, text=text)
    except Refused as refusal:
        return too_late(request, pk, refusal, answer=form)
    messages.success(request, _("Your answer is in the thread. The person reads it with their receipt."))
    return redirect(reverse("reports:report", args=[pk]))


answer = login_required(require_POST(in_memory(csrf_protect(_answer), MOST_BYTES, MOST_TOGETHER)))


def _items(request: ViewerRequest, pk: UUID, form: AnswerForm) -> list[Item]:
    """Clean what was chosen; what cannot be taken is an error of the form, with its name."""
    found = []
    for file in request.FILES.getlist("attached"):
        try:
            found.append(_item(request, pk, file))
        except Unfit as unfit:
            form.add_error("attached", f"{file.name}: {sentence(unfit.why)}")
    if form.errors:
        form.add_error("attached", _("Nothing was sent. Choose the files again, without those that cannot be taken."))
    return found


def _item(request: ViewerRequest, pk: UUID, file: UploadedFile[bytes]) -> Item:
    if isinstance(file, TooLarge):
        raise Unfit(Why.LARGE)
    with turn(request, str(request.viewer.person)):
        return actions.clean_for_answer(request.viewer, pk, name=file.name or "-", data=file.read())
