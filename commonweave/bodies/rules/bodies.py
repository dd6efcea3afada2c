"""Who may start and keep a body. Pure: asks nothing, changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from commonweave.base.verdict import YES, Verdict, no

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from commonweave.base.viewer import Viewer
    from commonweave.bodies.models import Body


def may_start(viewer: Viewer) -> Verdict:
    """Any member of an organisation starts a body; a program does not."""
    if viewer.person is not None and viewer.organisations and viewer.rights is None:
        return YES
    return no(_("Only members of an organisation can do this."))


def may_keep(viewer: Viewer, body: Body) -> Verdict:
    """Members of the organisation that keeps a body change it."""
    return may_keep_for(viewer, body.holder)


def may_keep_for(viewer: Viewer, holder: UUID) -> Verdict:
    """Say whether the viewer keeps the bodies of an organisation."""
    if may_start(viewer) and holder in viewer.organisations:
        return YES
    return no(_("Only members of the organisation that keeps this body can change it."))


def may_be_part_of(body: Body, parent: Body | None, line: Iterable[UUID]) -> Verdict:
    """A body is part of another, never of itself or of its own parts. `line` goes from the parent up."""
    if parent is not None and body.pk in set(line):
        return no(_("A body cannot be part of itself or of one of its own parts."))
    return YES


def may_meet(body: Body, day: date) -> Verdict:
    """A body that has ended meets no more."""
    if body.ended_on is not None and day > body.ended_on:
        return no(_("This body has ended."))
    return YES
