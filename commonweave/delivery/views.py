"""The page that shows what did not arrive; in a demonstration also every mail, so that its links can be followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from commonweave.delivery import queries, rules
from commonweave.delivery.models import MailState
from commonweave.delivery.sealing import open_text
from commonweave.people.queries import demonstration
from commonweave.people.views.access import for_administrators

if TYPE_CHECKING:
    from django.http import HttpResponse

    from commonweave.base.viewer import ViewerRequest

NEWEST = 50


@require_safe
@for_administrators
def outbox(request: ViewerRequest) -> HttpResponse:
    """Show undelivered mail, and in a demonstration the newest mails with their text."""
    failed = queries.newest(request.viewer, MailState.FAILED, NEWEST)
    kept = queries.newest(request.viewer, MailState.KEPT, NEWEST)
    context = {
        "demonstration": demonstration(),
        "reads_back": bool(settings.CONFIG.bounces_url),
        "outage": queries.outage(request.viewer),
        "reasons": queries.failed_by_reason(request.viewer),
        "failed": [(mail, rules.reason(mail.last_error, mail.status)) for mail in failed],
        "kept": [(mail, open_text(mail.body)) for mail in kept],
    }
    return TemplateResponse(request, "delivery/outbox.html", context)
