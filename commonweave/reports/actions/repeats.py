"""Likely repeats: a member says whether two reports are about the same thing; what is worth nothing any more goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Q

from commonweave.base import journal
from commonweave.base.viewer import SYSTEM
from commonweave.people.queries.keys import retired_names
from commonweave.reports import queries, rules
from commonweave.reports.actions.team import locked
from commonweave.reports.models import Likeness, Repeat

if TYPE_CHECKING:
    from uuid import UUID

    from commonweave.base.viewer import Viewer


@transaction.atomic
def tell_repeat(viewer: Viewer, pk: UUID, *, other: UUID, same: bool) -> None:
    """Say that two reports are about the same thing, or that they are not. Either can be said again."""
    one, two = (locked(viewer, each) for each in sorted((pk, other)))
    rules.may_tell_repeat(viewer, one, two).enforce()
    today = queries.today_at(one)
    Repeat.objects.filter(Q(report=one, other=two) | Q(report=two, other=one)).delete()
    for mine, theirs in ((one, two), (two, one)):
        Repeat(report=mine, team_id=mine.team_id, locator=mine.locator, on=today, other=theirs, same=same).save(
            force_insert=True
        )
    verb = "report.linked" if same else "report.told_apart"
    journal.write(viewer, verb, kind="report", subject=pk, team=one.team_id, other=other)


def forget_likeness() -> int:
    """Throw away, as the worker, what was made under retired keys, and links whose other end has moved or is gone."""
    retired = list(retired_names(SYSTEM))
    gone, _each = Likeness.objects.filter(key__in=retired).delete()
    loose = Repeat.objects.filter(Q(other__body__isnull=True) | ~Q(other__team=F("team")))
    lost, _each = loose.delete()
    return gone + lost
