"""The page that shows what did not arrive; in a demonstration also every mail, so that its links can be followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from commonweave.people.queries import demonstration
from commonweave.people.views.access import for_administrators
from commonweave.site.mail import newest, text_of
from commonweave.site.models import MailState

if TYPE_CHECKING:
    from django.http import HttpResponse

    from commonweave.base.viewer import ViewerRequest

NEWEST = 50


@require_safe
@for_administrators
def outbox(request: ViewerRequest) -> HttpResponse:
    """Show undelivered mail, and in a demonstration the newest mails with their text."""
    context = {
        "demonstration": demonstration(),
        "undelivered": newest(MailState.FAILED, NEWEST),
        "kept": [(mail, text_of(mail)) for mail in newest(MailState.KEPT, NEWEST)],
    }
    return TemplateResponse(request, "site/outbox.html", context)
