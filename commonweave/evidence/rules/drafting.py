"""Who may write a draft, and what a record still lacks. Pure: asks nothing, changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from commonweave.base.verdict import YES, Refused, Verdict, no
from commonweave.evidence.models import State
from commonweave.evidence.rules.records import may_keep

if TYPE_CHECKING:
    from uuid import UUID

    from commonweave.base.viewer import Viewer
    from commonweave.evidence.models import Record


JUDGED = ("design", "direction", "coded_by", "rating")
"""What follows from appraisals alone once others can read a record."""


def may_contribute(viewer: Viewer) -> Verdict:
    """Members of any organisation write drafts."""
    if viewer.system or viewer.organisations:
        return YES
    return no(gettext_lazy("Only members of an organisation can write records."))


def somebody(viewer: Viewer) -> UUID:
    """Return who asks. Raises Refused for the worker and for nobody: what waits, waits for a person."""
    may_contribute(viewer).enforce()
    if viewer.person is None:
        raise Refused(gettext_lazy("Only members of an organisation can write records."))
    return viewer.person


def may_draft(viewer: Viewer, holder: UUID) -> Verdict:
    """Members write drafts for their own organisation."""
    if viewer.system or holder in viewer.organisations:
        return YES
    return no(gettext_lazy("You can write records for your own organisation only."))


def may_change(viewer: Viewer, record: Record) -> Verdict:
    """A draft is changed by any member of its holder, what is published by an administrator, what is withdrawn by nobody."""
    if record.state == State.WITHDRAWN:
        return no(gettext_lazy("This record was withdrawn. Start a new one."))
    return may_draft(viewer, record.holder) if record.state == State.DRAFT else may_keep(viewer, record.holder)


def may_attach(viewer: Viewer, record: Record) -> Verdict:
    """A document is looked over before it is read by others, so it goes with a draft only."""
    if record.state != State.DRAFT:
        return no(gettext_lazy("A document goes with a draft. Begin a new version of this record."))
    return may_change(viewer, record)


def may_sweep(viewer: Viewer) -> Verdict:
    """Only the worker tidies up what others left."""
    return YES if viewer.system else no(gettext_lazy("Only the worker does this."))


def may_follow(before: Record) -> Verdict:
    """Only what is published has a next edition."""
    if before.state == State.PUBLISHED:
        return YES
    return no(gettext_lazy("Only a published record can have a new version."))
