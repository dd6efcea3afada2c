"""What waits on a phone: the page that shows it, and where it is sent once there is a network again.

Whoever holds the phone can send what waits, and nothing else. So the answer has no number and no place in it: the
resident got the number when the report was sealed (ADR 31).
"""

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt

from commonweave.base.gate.asking import ask, passed
from commonweave.base.gate.doors import knock
from commonweave.reports import actions
from commonweave.reports.draft import DraftLost, unlock
from commonweave.reports.forms import WhoForm
from commonweave.reports.views.frame import frame, page, sent_from_elsewhere, spot_at
from commonweave.reports.views.steps import finished, options_for
from commonweave.reports.waiting import DAYS, Waited, read
from commonweave.sharing.intake import CannotOpenIntake

if TYPE_CHECKING:
    from django.http import HttpRequest

    from commonweave.reports.draft import Draft

SENT, NOBODY, GONE, WORK_FIRST = 200, 409, 410, 428
LASTS = DAYS * 24 * 60 * 60  # seconds


class WorkFirst(Exception):
    """So much is sent at the moment that this costs the browser some arithmetic; `challenge` is what it has to solve."""

    def __init__(self, challenge: str) -> None:
        """Keep the challenge."""
        super().__init__()
        self.challenge = challenge


@csrf_exempt
def waiting(request: HttpRequest) -> HttpResponse:
    """Show what waits on this phone; take what it sends. Raises TooMany."""
    if request.method != "POST":
        return page(request, "reports/waiting.html", None, None, days=DAYS)
    try:
        status = GONE if sent_from_elsewhere(request) else receive(request)
    except WorkFirst as first:
        return HttpResponse(first.challenge, status=WORK_FIRST, content_type="application/json")
    return render(request, "reports/waited.html", {**frame(None, None), "status": status, "days": DAYS}, status=status)


def receive(request: HttpRequest) -> int:
    """Take a report that waited, as the last step would have; say how that went. Raises WorkFirst, TooMany."""
    try:
        waited = read(b64decode(request.POST.get("sealed", ""), validate=True))
        draft = unlock(waited.fields.get("draft", ""), LASTS)
    except (CannotOpenIntake, DraftLost, ValueError):  # ValueError: no base64
        return GONE
    with override(waited.language):
        submission = _submission(waited, draft)
    if isinstance(submission, int):
        return submission
    level, about = knock(request, "send"), f"send {draft.seed}"
    if level and not passed(request, about, by=str(submission.pk)):
        asked = ask(request, level, about, refused=True)
        raise WorkFirst(asked.challenge if asked else "")
    try:
        actions.submit_report(submission)
    except actions.NobodyTakesIt:
        return NOBODY
    return SENT


def _submission(waited: Waited, draft: Draft) -> actions.Submission | int:
    """Read what was ticked among what there is by now: who stopped taking reports is left out, nobody is added."""
    spot = spot_at(draft.place)
    number = waited.fields.get("number", "")
    if spot is None or not draft.digits or not number or draft.helped:
        return GONE
    options = options_for(draft, spot)
    waited.fields.setlist("who", [kind for kind in waited.fields.getlist("who") if options.get(kind)])
    form = WhoForm(waited.fields, options=options, report_kind=draft.kind)
    return finished(draft, spot, form.cleaned_data, number) if form.is_valid() else NOBODY
