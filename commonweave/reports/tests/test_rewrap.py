"""After a key was exchanged, open reports come to be sealed to the new one alone."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commonweave.base.tests.roles import as_viewer
from commonweave.people import queries as people
from commonweave.people.models import HeldKey, OrganisationKey
from commonweave.people.tests.factories import make_key
from commonweave.places.atlas import expire
from commonweave.places.tests.factories import make_place
from commonweave.reports import actions, queries
from commonweave.reports.models import Message, Report
from commonweave.reports.tests.factories import make_report, make_team, member_of, ring_of

if TYPE_CHECKING:
    from commonweave.people.models import Team
    from commonweave.places.models import Place

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> Place:
    """A city."""
    return make_place("ww-city", make_place("ww", type="country"))


def new_key(team: Team) -> tuple[str, str]:
    """Exchange the key of a team's organisation; return the old and the new name in envelopes."""
    old = OrganisationKey.objects.get(organisation=team.organisation_id, retired_on=None)
    OrganisationKey.objects.filter(pk=old.pk).update(retired_on=people.today())
    new = make_key(team.organisation)
    expire()
    return str(old.pk), str(new.pk)


def test_rewrapping_takes_the_old_key_off_and_keeps_every_word(city: Place) -> None:
    """Whoever left with the old key must not be able to open a copy of the database; nobody may lose a report by it."""
    team = make_team(city)
    member = member_of(team)
    made = [make_report(city) for _ in range(3)]
    with as_viewer(member):
        actions.open_report(member, made[0][0].pk, ring=ring_of(team))
        actions.answer_report(member, made[0][0].pk, text="We will come by.")
    old, new = new_key(team)
    with as_viewer(member):
        assert queries.sealed_to_old_keys(member).count() == 3
        assert actions.rewrap_reports(member, ring_of(team)) == 3
        assert queries.sealed_to_old_keys(member).count() == 0
        assert actions.rewrap_reports(member, ring_of(team)) == 0
    rows: list[Report | Message] = [*Report.objects.all(), *Message.objects.all()]
    for row in rows:
        assert row.keys is not None
        assert old not in row.keys
        assert {new, "receipt"} <= set(row.keys)
    only_new = {new: ring_of(team)[new]}
    with as_viewer(member):
        assert actions.open_report(member, made[0][0].pk, ring=only_new).messages[0].text == "We will come by."
    for report, digits in made:
        read = actions.read_own_report(digits)
        assert read is not None
        assert read.report.pk == report.pk
        assert read.document["what"] == "Example words."


def test_a_process_that_has_not_heard_of_the_new_key_takes_no_old_one_off(city: Place) -> None:
    """For some seconds it still seals to the old key: taking that off would leave a report that nobody opens."""
    team = make_team(city)
    member = member_of(team)
    report, _digits = make_report(city)
    old = OrganisationKey.objects.get(organisation=team.organisation_id)
    OrganisationKey.objects.filter(pk=old.pk).update(retired_on=people.today())
    make_key(team.organisation)  # and nothing expires here
    with as_viewer(member):
        actions.rewrap_reports(member, ring_of(team))
        assert actions.open_report(member, report.pk, ring={str(old.pk): ring_of(team)[str(old.pk)]})
    expire()
    with as_viewer(member):
        assert actions.rewrap_reports(member, ring_of(team)) == 1


def test_rewrapping_without_the_old_key_changes_nothing(city: Place) -> None:
    """A member who was given only the new key is told so; nothing is lost."""
    team = make_team(city)
    member = member_of(team)
    report, _digits = make_report(city)
    _old, new = new_key(team)
    with as_viewer(member):
        assert actions.rewrap_reports(member, {new: ring_of(team)[new]}) == 0
    assert Report.objects.get().keys == report.keys


def test_retired_key_stays_where_its_organisation_has_no_other(city: Place) -> None:
    """Whoever made the new key left before giving it to anybody: the colleagues must go on reading with the old one."""
    team, police = make_team(city), make_team(city, "police")
    member = member_of(team)
    report, digits = make_report(city)
    old, new = new_key(team)
    HeldKey.objects.filter(key=UUID(new)).delete()
    expire()
    with as_viewer(member):
        assert actions.rewrap_reports(member, ring_of(team)) == 0
    actions.widen_consent(digits, kinds=frozenset({"police"}), climb=False)
    assert {old, "receipt", *ring_of(police)} == set(Report.objects.get().keys or {})
    with as_viewer(member):
        assert actions.open_report(member, report.pk, ring={old: ring_of(team)[old]}).document["what"]


def test_rewrapping_asks_a_batch_at_once(city: Place) -> None:
    """As many questions for twelve as for two."""
    team = make_team(city)
    member = member_of(team)
    asked = []
    for more in (2, 10):
        for _ in range(more):
            make_report(city)
        new_key(team)
        with as_viewer(member), CaptureQueriesContext(connection) as caught:
            actions.rewrap_reports(member, ring_of(team))
        asked.append(sum(query["sql"].startswith("SELECT") for query in caught))
    assert asked[0] == asked[1]
