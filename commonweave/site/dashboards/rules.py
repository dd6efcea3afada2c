"""Who sees the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from commonweave.base.verdict import Verdict, no
from commonweave.people.models import Role
from commonweave.sharing.counts.rules import may_see

if TYPE_CHECKING:
    from commonweave.base.viewer import Viewer


def may_see_picture(viewer: Viewer) -> Verdict:
    """A coordinator or administrator of an organisation that signed the agreement."""
    if not viewer.has_role(Role.COORDINATOR, Role.ADMINISTRATOR):
        return no(_("Only coordinators and administrators see this page. An administrator can give you the role."))
    return may_see(viewer)
