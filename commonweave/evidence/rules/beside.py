"""Who may reply, refuse a reply, and say where something was used since. Pure: asks nothing, changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from commonweave.base.verdict import YES, Verdict, no
from commonweave.evidence.models import Adaptation, State
from commonweave.people.rules import administered

if TYPE_CHECKING:
    from commonweave.base.viewer import Viewer
    from commonweave.evidence.models import Record, Reply

LINK_DAYS = 60


def may_write_beside(viewer: Viewer, record: Record) -> Verdict:
    """Any member of an organisation may write beside what is published."""
    if viewer.person is None or not viewer.organisations:
        return no(_("Only members of an organisation can write here."))
    if record.state != State.PUBLISHED:
        return no(_("This record is not published."))
    return YES


def may_hold(viewer: Viewer, record: Record) -> Verdict:
    """An administrator of the organisation that holds a record hands out links and looks at what others write."""
    if record.holder in administered(viewer):
        return YES
    return no(_("Only an administrator of the organisation that holds this record can do this."))


def may_refuse(viewer: Viewer, reply: Reply) -> Verdict:
    """A reply is taken away once, by the holder."""
    if not (allowed := may_hold(viewer, reply.record)):
        return allowed
    return no(_("This reply was taken away already.")) if reply.refused else YES


def may_decide(viewer: Viewer, note: Adaptation) -> Verdict:
    """A note is looked at once, by the holder."""
    if not (allowed := may_hold(viewer, note.record)):
        return allowed
    return YES if note.state == Adaptation.State.WAITING else no(_("Somebody has decided about this note already."))
