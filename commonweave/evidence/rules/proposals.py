"""Who decides about what was sent in. Pure: asks nothing, changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from commonweave.base.verdict import YES, Verdict, no
from commonweave.evidence.models import Proposal

if TYPE_CHECKING:
    from commonweave.base.viewer import Viewer

DECIDED_DAYS = 90
"""As long a sender can ask what became of it; then nothing of it is left."""
WAITING_DAYS = 365
"""What nobody has looked at by then is deleted, too."""


def may_look_through(viewer: Viewer) -> Verdict:
    """Administrators look through what was sent to their organisation."""
    if viewer.has_role("administrator"):
        return YES
    return no(_("Only administrators read what was sent in."))


def may_decide_about(viewer: Viewer, proposal: Proposal) -> Verdict:
    """An administrator of the chosen organisation decides, once."""
    if "administrator" not in viewer.roles.get(proposal.holder, ()):
        return no(_("Only administrators read what was sent in."))
    if proposal.state != Proposal.State.WAITING:
        return no(_("Somebody has decided about this already."))
    return YES
