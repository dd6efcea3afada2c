"""Questions about mails; the row policy asks the same again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Q

from commonweave.delivery import rules
from commonweave.delivery.models import Mail, MailState, Outage

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from commonweave.base.viewer import Viewer


def mails_for(viewer: Viewer) -> QuerySet[Mail]:
    """Return what a viewer may see: administrators what failed or is kept to be shown, a member what failed to reach them."""
    if viewer.system:
        return Mail.objects.all()
    mine = Q(person=viewer.person, state=MailState.FAILED) if viewer.person else Q(pk__in=())
    if viewer.has_role("administrator"):
        return Mail.objects.filter(mine | Q(state__in=[MailState.FAILED, MailState.KEPT]))
    return Mail.objects.filter(mine)


def newest(viewer: Viewer, state: MailState, limit: int) -> list[Mail]:
    """Return the newest mails of a state."""
    return list(mails_for(viewer).filter(state=state).order_by("-written_at", "id")[:limit])


def failed_by_reason(viewer: Viewer) -> list[tuple[str, int]]:
    """Count failed mails by the reason a person reads, the most frequent first."""
    rows = mails_for(viewer).filter(state=MailState.FAILED).values_list("last_error", "status")
    found: dict[str, int] = {}
    for error, status, count in rows.annotate(Count("pk")):
        words = str(rules.reason(error, status))
        found[words] = found.get(words, 0) + count
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))


def outage(viewer: Viewer) -> Outage | None:
    """Return since when the mailbox of what came back cannot be read, to administrators."""
    if not (viewer.system or viewer.has_role("administrator")):
        return None
    return Outage.objects.first()


def came_back(viewer: Viewer, address: str) -> Mail | None:
    """Return the newest mail that the viewer's own address did not take, while it still is their address."""
    if viewer.person is None:
        return None
    rows = mails_for(viewer).filter(person=viewer.person, state=MailState.FAILED, to__iexact=address)
    found = (
        mail for mail in rows.order_by("-written_at", "id") if rules.address_is_to_blame(mail.last_error, mail.status)
    )
    return next(found, None)
