"""What somebody hears when they sign in: that mail to their own address came back, and where to correct it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from commonweave.delivery.queries import came_back
from commonweave.delivery.rules import reason
from commonweave.people.actions.signing_in import as_person
from commonweave.people.queries import get_self
from commonweave.people.sign_in import AccountAdapter as PeoplesAdapter

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from commonweave.base.viewer import Viewer
    from commonweave.people.models import Person


def mail_came_back(viewer: Viewer) -> str:
    """Return what a member should know about their own address, "" when mail reaches it as far as we know."""
    if viewer.person is None:
        return ""
    address = get_self(viewer).email
    mail = came_back(viewer, address)
    if mail is None:
        return ""
    why = reason(mail.last_error, mail.status)
    told = _("Our mail to %(address)s did not arrive: %(why)s If the address is right, look into the mailbox.")
    change = _("Change the address")
    return format_html(
        '{} <a href="{}">{}</a>', told % {"address": address, "why": why}, reverse("account_email"), change
    )


class AccountAdapter(PeoplesAdapter):
    """Whoever gets no mail learns it here, or nowhere."""

    def post_login(self, request: HttpRequest, user: Person, **facts: Any) -> HttpResponse:
        """Say it on the first page after signing in."""
        response: HttpResponse = super().post_login(request, user, **facts)
        with as_person(request.viewer, user.pk) as viewer:  # type: ignore[attr-defined]  # set by the middleware
            if told := mail_came_back(viewer):
                messages.warning(request, told)
        return response
