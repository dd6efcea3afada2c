"""What may be done to the list of outside services. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from commonweave.base.verdict import YES, Verdict, no

if TYPE_CHECKING:
    from commonweave.base.viewer import Viewer


def may_manage_destinations(viewer: Viewer) -> Verdict:
    """Administrators keep the list."""
    if viewer.system or viewer.has_role("administrator"):
        return YES
    return no(_("Only an administrator can change this list. Sign in with your second factor if you are one."))


def may_be_reached(*, telephone: str, url: str) -> Verdict:
    """A service that nobody can reach helps nobody."""
    if telephone or url:
        return YES
    return no(_("Write a telephone number or an address on the web."))
