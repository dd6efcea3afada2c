"""What ended stays ended, also on the day it began."""

from __future__ import annotations

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from commonweave.base.tests.roles import as_viewer
from commonweave.people import actions, queries, rules
from commonweave.people.models import Coverage, Membership, Role
from commonweave.people.tests.factories import (
    join,
    make_coverage,
    make_member,
    make_organisation,
    make_person,
    make_team,
    viewer_of,
)

pytestmark = pytest.mark.django_db


def test_a_membership_of_today_ends_once_and_twice() -> None:
    """Whoever presses the button again must not get a fault instead of an answer."""
    organisation = make_organisation()
    viewer = viewer_of(make_member(Role.ADMINISTRATOR, organisation))
    membership = join(make_person(), organisation, since=queries.today())
    for _time in range(2):
        with as_viewer(viewer):
            actions.end_membership(viewer, membership.pk)
    assert Membership.objects.get(pk=membership.pk).during.isempty


def test_a_coverage_that_ended_on_its_first_day_has_ended() -> None:
    """An empty range has no end to compare with."""
    coverage = make_coverage(make_team())
    Coverage.objects.filter(pk=coverage.pk).update(during=DateRange(queries.today(), queries.today()))
    coverage.refresh_from_db()
    assert not rules.may_end_coverage(coverage, queries.today())
