"""Who sees which report: the queryset and the row policy must agree, each read alone; lists cost the same at any size."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commonweave.base.tests.roles import as_viewer
from commonweave.base.viewer import NOBODY, Viewer
from commonweave.people.models import Team
from commonweave.places.tests.factories import make_place
from commonweave.reports import actions, queries
from commonweave.reports.models import Hold, Message, Movement, Report, State
from commonweave.reports.queries import QueueFilter
from commonweave.reports.tests.factories import make_report, make_team, member_of, ring_of
from commonweave.sharing.envelopes import receipt_keys

if TYPE_CHECKING:
    from commonweave.places.models import Place

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> Place:
    """A city."""
    return make_place("yy-city", make_place("yy", type="country"))


@pytest.fixture
def viewers(city: Place) -> dict[str, Viewer]:
    """Every kind of viewer, beside reports of two teams, one of them with a thread."""
    support, police = make_team(city), make_team(city, "police")
    digits = [make_report(city, kind)[1] for kind in ("city_support", "police", "city_support")]
    member = member_of(support)
    with as_viewer(member):
        for report in Report.objects.all():
            actions.open_report(member, report.pk, ring=ring_of(support))
            actions.answer_report(member, report.pk, text="x")
            actions.close_report(member, report.pk, outcome="helped_here")
            actions.ask_hold(member, report.pk, reason="safety", until=report.due_on + timedelta(days=100))
    one = frozenset({support.organisation_id})
    return {
        "nobody": NOBODY,
        "member of the team": member,
        "member of both teams": Viewer(
            person=uuid.uuid4(),
            organisations=one | {police.organisation_id},
            teams=frozenset({support.pk, police.pk}),
        ),
        "same organisation, no team": Viewer(person=uuid.uuid4(), organisations=one, signed=True),
        "same team, other organisation": Viewer(person=uuid.uuid4(), teams=frozenset({support.pk}), signed=True),
        "administrator": Viewer(
            person=uuid.uuid4(), organisations=one, roles={support.organisation_id: frozenset({"administrator"})}
        ),
        "member elsewhere": member_of(police),
        "resident": Viewer(receipt=receipt_keys(digits[0]).locator),
        "resident with a wrong receipt": Viewer(receipt=uuid.uuid4()),
    }


SEES = {
    "nobody": (0, 0, 0),
    "member of the team": (2, 2, 8),
    "member of both teams": (3, 2, 8),
    "same organisation, no team": (0, 0, 0),
    "same team, other organisation": (0, 2, 8),
    "administrator": (0, 0, 0),
    "member elsewhere": (1, 0, 0),
    "resident": (1, 1, 4),
    "resident with a wrong receipt": (0, 0, 0),
}


def test_queryset_equals_policy(viewers: dict[str, Viewer]) -> None:
    """If these drift apart, one of the two walls has a hole."""
    assert viewers.keys() == SEES.keys()
    for name, viewer in viewers.items():
        by_queryset = set(queries.reports_for(viewer).values_list("pk", flat=True))
        with as_viewer(viewer):
            by_policy = set(Report.objects.values_list("pk", flat=True))
        assert (name, by_queryset) == (name, by_policy)
        assert (name, len(by_queryset)) == (name, SEES[name][0])


@pytest.mark.parametrize(("model", "at"), [(Message, 1), (Movement, 2), (Hold, 1)])
def test_thread_queryset_equals_policy(
    viewers: dict[str, Viewer], model: type[Message | Movement | Hold], at: int
) -> None:
    """The thread's tables say the same as the report's."""
    for name, viewer in viewers.items():
        by_queryset = {row.pk for report in Report.objects.all() for row in queries.thread_rows(viewer, report, model)}
        with as_viewer(viewer):
            by_policy = set(model.objects.values_list("pk", flat=True))
        assert (name, by_queryset) == (name, by_policy)
        assert (name, len(by_queryset)) == (name, SEES[name][at])


def test_queue_costs_the_same_at_any_size(city: Place) -> None:
    """A constant number of queries, at 1 and at 30."""
    team = make_team(city)
    member = member_of(team)
    counted = []
    for more in (1, 29):
        for _ in range(more):
            make_report(city)
        with as_viewer(member), CaptureQueriesContext(connection) as caught:
            queries.queue(member, QueueFilter())
            queries.open_counts(member)
            queries.teams_of(member)
        counted.append(len(caught))
    assert counted == [3, 3]


def test_queue_pages_by_key_show_everything_once(city: Place) -> None:
    """No report is skipped or shown twice, whatever their due dates."""
    team = make_team(city)
    member = member_of(team)
    made = {make_report(city)[0].pk for _ in range(queries.PAGE * 2 + 3)}
    seen: list[uuid.UUID] = []
    after = ""
    with as_viewer(member):
        while True:
            page = queries.queue(member, QueueFilter(), after)
            seen += [report.pk for report in page.reports]
            if not page.older:
                break
            after = page.older
    assert len(seen) == len(made)
    assert set(seen) == made


def test_anonymous_insert_needs_its_own_receipt(city: Place) -> None:
    """Nobody can plant a report under a receipt they do not hold."""
    make_team(city)
    report, _digits = make_report(city)
    planted = Report(**{field.attname: getattr(report, field.attname) for field in Report._meta.fields})
    planted.pk, planted.locator = uuid.uuid4(), uuid.uuid4()
    with pytest.raises(Exception, match="row-level security"), as_viewer(Viewer(receipt=uuid.uuid4())):
        planted.save(force_insert=True)
    assert Team.objects.count() == 1


def test_open_counts_tell_unopened_and_late_apart(city: Place) -> None:
    """Whoever opens the queue in the morning sees how much waits, and how much of it too long."""
    team = make_team(city)
    make_team(city, "police")
    first, second, third, fourth = (make_report(city)[0] for _ in range(4))
    make_report(city, "police")
    Report.objects.filter(pk=second.pk).update(state=State.OPENED)
    Report.objects.filter(pk=third.pk).update(state=State.ANSWERED)
    Report.objects.filter(pk=fourth.pk).update(state=State.CLOSED, closed_on=first.received_on, outcome="helped_here")
    member = member_of(team)
    with as_viewer(member):
        assert queries.open_counts(member, first.received_on) == queries.OpenCounts(all=3, unopened=1, late=0)
        later = max(first.due_on, second.due_on) + timedelta(days=1)
        assert queries.open_counts(member, later) == queries.OpenCounts(all=3, unopened=1, late=2)
