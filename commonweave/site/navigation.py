"""What every page's frame needs to know: where its reader may go, and what stands at its foot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from commonweave.base.viewer import NOBODY
from commonweave.people.coverage import book
from commonweave.people.rules import may_assist
from commonweave.site.sign_in import mail_came_back

if TYPE_CHECKING:
    from django.http import HttpRequest

    from commonweave.base.viewer import Viewer


def context(request: HttpRequest) -> dict[str, Any]:
    """Return the frame's variables; a page of residents has no navigation."""
    viewer = getattr(request, "viewer", NOBODY)
    found: dict[str, Any] = {"viewer": viewer, "footer_links": _foot(), "demonstration": book().demonstration}
    if viewer.person:
        found["mail_came_back"] = SimpleLazyObject(lambda: mail_came_back(viewer))  # asked by one page only
        found["navigation"] = [
            {"url": url, "label": label, "current": request.path.startswith(url)} for url, label in _ways(viewer)
        ]
    return found


def _ways(viewer: Viewer) -> list[tuple[str, str]]:
    ways = []
    if viewer.teams:
        ways.append((reverse("reports:queue"), _("Reports")))
        ways.append((reverse("referral:handed_over"), _("Handed over")))
        ways.append((reverse("people:sealing"), _("Sealing")))
    if may_assist(viewer, book().trusted):
        ways.append((reverse("reports:assist"), _("Write down for somebody")))
    if viewer.has_role("coordinator", "administrator"):
        ways.append((reverse("site:picture"), _("What we hear")))
    if viewer.has_role("administrator"):
        ways.append((reverse("people:manage"), _("Manage")))
    ways.append((reverse("bodies:bodies"), _("Who meets")))
    ways.append((reverse("evidence:find"), _("What works")))
    return [*ways, (reverse("mfa_index"), _("My sign-in")), (reverse("account_logout"), _("Sign out"))]


def _foot() -> list[dict[str, str]]:
    return [
        {"url": reverse("evidence:find"), "label": _("What works")},
        {"url": reverse("site:protection"), "label": _("How we protect you")},
        {"url": reverse("account_login"), "label": _("Sign in for members of a team")},
    ]
