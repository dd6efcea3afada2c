"""What waits on a phone: the page that shows it, and where it is sent once there is a network again.

Whoever holds the phone can send what waits, and nothing else. So the answer has no number and no place in it: the
resident got the number when the report was sealed (ADR 31).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt

from commonweave.reports import actions
from commonweave.reports.draft import DraftLost, unlock
from commonweave.reports.forms import WhoForm
from commonweave.reports.views.frame import frame, page, sent_from_elsewhere, spot_at
from commonweave.reports.views.steps import finished, options_for
from commonweave.reports.waiting import DAYS, Waited, read
from commonweave.sharing.intake import CannotOpenIntake

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from commonweave.reports.draft import Draft

SENT, NOBODY, GONE = 200, 409, 410
LASTS = DAYS * 24 * 60 * 60  # seconds


@csrf_exempt
def waiting(request: HttpRequest) -> HttpResponse:
    """Show what waits on this phone; take what it sends."""
    if request.method != "POST":
        return page(request, "reports/waiting.html", None, None, days=DAYS)
    status = GONE if sent_from_elsewhere(request) else receive(request.body)
    return render(request, "reports/waited.html", {**frame(None, None), "status": status, "days": DAYS}, status=status)


def receive(sealed: bytes) -> int:
    """Take a report that waited, as the last step would have; say how that went."""
    try:
        waited = read(sealed)
        draft = unlock(waited.fields.get("draft", ""), LASTS)
    except (CannotOpenIntake, DraftLost):
        return GONE
    with override(waited.language):
        return _submit(waited, draft)


def _submit(waited: Waited, draft: Draft) -> int:
    """Route what was ticked among what there is by now: who stopped taking reports is left out, nobody is added."""
    spot = spot_at(draft.place)
    number = waited.fields.get("number", "")
    if spot is None or not draft.digits or not number or draft.helped:
        return GONE
    options = options_for(draft, spot)
    waited.fields.setlist("who", [kind for kind in waited.fields.getlist("who") if options.get(kind)])
    form = WhoForm(waited.fields, options=options, report_kind=draft.kind)
    if not form.is_valid():
        return NOBODY
    try:
        actions.submit_report(finished(draft, spot, form.cleaned_data, number))
    except actions.NobodyTakesIt:
        return NOBODY
    return SENT
