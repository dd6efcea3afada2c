"""Asking for evidence: everybody counts, nobody counts twice, and no page can read who asked."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.db import DatabaseError, transaction

from commonweave.base.tests.roles import as_viewer
from commonweave.base.verdict import Refused
from commonweave.base.viewer import NOBODY, Viewer
from commonweave.evidence import actions, queries
from commonweave.evidence.models import Wish
from commonweave.people.models import Role
from commonweave.people.tests.factories import make_member, viewer_of

if TYPE_CHECKING:
    from uuid import UUID

pytestmark = pytest.mark.django_db
CELL = {"tried": "sport", "outcome": "cost", "country": "MW"}


def wish(viewer: Viewer, organisation: UUID | None = None) -> None:
    with as_viewer(viewer):
        actions.wish(viewer, **CELL, organisation=organisation)


def test_everybody_counts_and_an_organisation_once() -> None:
    member = viewer_of(make_member(Role.MEMBER))
    (own,) = member.organisations
    for viewer, organisation in ((NOBODY, None), (NOBODY, None), (member, own), (member, own)):
        wish(viewer, organisation)
    for viewer in (NOBODY, member):
        with as_viewer(viewer):
            assert queries.asks(viewer) == queries.asks(viewer, "MW") == {("sport", "cost"): 3}
            assert queries.asks(viewer, "FR") == {}
            assert queries.asked_countries(viewer) == ["MW"]


def test_queryset_equals_policy_and_nobody_reads_who_asked() -> None:
    member = viewer_of(make_member(Role.ADMINISTRATOR))
    (own,) = member.organisations
    wish(member, own)
    for viewer in (NOBODY, member):
        told = list(queries.wishes_for(viewer).values_list(*queries.WISH_COLUMNS))
        with as_viewer(viewer):
            assert list(Wish.objects.values_list(*queries.WISH_COLUMNS)) == told
        for column in ("id", "organisation"):
            with as_viewer(viewer), pytest.raises(DatabaseError), transaction.atomic():
                list(Wish.objects.values_list(column))


def test_nobody_asks_for_others_or_takes_an_ask_away() -> None:
    member, stranger = viewer_of(make_member(Role.MEMBER)), viewer_of(make_member(Role.MEMBER))
    (own,) = member.organisations
    with pytest.raises(Refused):
        wish(stranger, own)
    for viewer in (NOBODY, stranger):
        with as_viewer(viewer), pytest.raises(DatabaseError), transaction.atomic():
            row = Wish(intervention="sport", outcome="cost", organisation_id=own, on=date(2026, 1, 1))
            Wish.objects.bulk_create([row], ignore_conflicts=True)
        with as_viewer(viewer), pytest.raises(DatabaseError), transaction.atomic():
            Wish.objects.filter(intervention="sport").delete()
