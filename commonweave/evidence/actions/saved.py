"""Saving a question, and counting by the clock what came since."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from commonweave.base.viewer import seen_by
from commonweave.evidence import queries, rules
from commonweave.evidence.models import SavedSearch
from commonweave.people.queries import facts_about

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from uuid import UUID

    from commonweave.base.viewer import Viewer
    from commonweave.evidence.queries import Asked


@transaction.atomic
def save_search(viewer: Viewer, *, name: str, question: str, mail: bool) -> SavedSearch:
    """Keep a question; what is published from tomorrow on counts as new."""
    rules.may_save_search(viewer, queries.saved_searches_for(viewer).count()).enforce()
    row = SavedSearch(name=name, question=question, mail=mail, told_until=timezone.now().date())
    row.person_id = viewer.person  # type: ignore[assignment]  # the rule refused nobody
    row.save(force_insert=True)
    return row


@transaction.atomic
def change_search(viewer: Viewer, pk: UUID, *, mail: bool) -> SavedSearch:
    """Turn its mails on or off."""
    row = queries.get_saved_search(viewer, pk)
    row.mail = mail
    row.save(update_fields=["mail"])
    return row


@transaction.atomic
def look_at_search(viewer: Viewer, pk: UUID) -> SavedSearch:
    """Note that a person looks at the list now; return the search."""
    row = queries.get_saved_search(viewer, pk)
    SavedSearch.objects.filter(pk=row.pk).update(fresh=0)
    return row


@transaction.atomic
def forget_search(viewer: Viewer, pk: UUID) -> None:
    """Delete a saved search."""
    queries.get_saved_search(viewer, pk).delete()


def count_new_records(today: date, read: Callable[[str], Asked], tell: Callable[[UUID], None]) -> int:
    """Count for every saved search what came up to yesterday, each in a transaction of its own; return how many have news.

    `read` reads a question, `tell` writes to a person, once however many of their searches have news. Killed half-way it
    goes on where it was: a search is counted and noted in one transaction, and whoever was not told yet is told by the next.
    """
    until = today - timedelta(days=1)
    waiting = SavedSearch.objects.filter(told_until__lt=until).order_by("person", "id")
    people: dict[UUID, list[UUID]] = {}
    for person, pk in waiting.values_list("person_id", "pk"):
        people.setdefault(person, []).append(pk)
    return sum(_count(person, keys, until, read, tell) for person, keys in people.items())


def _count(
    person: UUID, keys: list[UUID], until: date, read: Callable[[str], Asked], tell: Callable[[UUID], None]
) -> int:
    viewer = facts_about(person, second_factor=False)
    with seen_by(viewer):
        rows = list(SavedSearch.objects.select_for_update().filter(pk__in=keys, told_until__lt=until))
        news = {row.pk: queries.count_new(viewer, read(row.question), row.told_until, until) for row in rows}
        for row in rows:
            SavedSearch.objects.filter(pk=row.pk).update(told_until=until, fresh=F("fresh") + news[row.pk])
        if any(news[row.pk] for row in rows if row.mail):
            tell(person)
    return sum(1 for count in news.values() if count)
