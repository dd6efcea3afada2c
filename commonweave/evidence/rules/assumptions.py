"""What may be said of an assumption. Pure: asks nothing, changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from commonweave.base.verdict import YES, Verdict, no
from commonweave.evidence.models import AssumptionState, Side

if TYPE_CHECKING:
    from collections.abc import Collection

    from commonweave.base.viewer import Viewer

NEEDED = {
    AssumptionState.OPEN: frozenset[Side](),
    AssumptionState.SUPPORTED: frozenset({Side.FOR}),
    AssumptionState.CONTESTED: frozenset({Side.FOR, Side.AGAINST}),
    AssumptionState.REFUTED: frozenset({Side.AGAINST}),
}
"""What has to stand there before a state can be said."""


def may_follow_assumptions(viewer: Viewer) -> Verdict:
    """Members of organisations keep the register together."""
    if viewer.person is not None and viewer.organisations:
        return YES
    return no(_("Only members of an organisation can write here."))


def may_call(state: str, sides: Collection[str]) -> Verdict:
    """No state without evidence for it: nobody calls something refuted because they think so."""
    if NEEDED[AssumptionState(state)] <= set(sides):
        return YES
    return no(_("Add the studies that say so first."))
