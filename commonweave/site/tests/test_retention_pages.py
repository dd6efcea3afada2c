"""What residents and teams read about how long things are kept. A failure here means a promise that no page makes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import pytest
from django.urls import reverse
from django.utils import timezone

from commonweave.base.formats import say_date as day
from commonweave.base.tests.roles import WebClient, as_viewer
from commonweave.people.models import Role
from commonweave.people.tests import factories as people
from commonweave.places.tests.factories import make_place
from commonweave.reports import actions
from commonweave.reports.models import Hold, Report, State
from commonweave.reports.tests.factories import make_report, make_team, ring_of
from commonweave.sharing import receipts
from commonweave.site.tests.signed_in import sign_in

if TYPE_CHECKING:
    from datetime import date

    from commonweave.people.models import Person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


class World(NamedTuple):
    report: Report
    digits: str
    one: Person
    two: Person


@pytest.fixture
def world() -> World:
    """A closed report and two members of its team."""
    team = make_team(make_place("pp-city", make_place("pp", type="country")))
    members = [people.make_member(Role.READER, team.organisation, team) for _ in range(2)]
    for person in members:
        people.give_second_factor(person)
    report, digits = make_report(team.organisation.place)
    viewer = people.viewer_of(members[0])
    with as_viewer(viewer):
        actions.open_report(viewer, report.pk, ring=ring_of(team))
        actions.close_report(viewer, report.pk, outcome="helped_here")
    return World(report, digits, *members)


def today() -> date:
    return timezone.now().date()


def resident(digits: str, **more: str) -> str:
    """Return what the receipt page says; `more` presses a button of it."""
    client, address = WebClient(), reverse("reports:receipt")
    page = client.post(address, {"number": "".join(receipts.show(digits))})
    if more:
        visit = page.content.decode().split('name="visit" value="')[1].split('"')[0]
        page = client.post(address, {"visit": visit, **more})
    assert page.status_code == 200
    return " ".join(page.content.decode().split())


def team_page(person: Person, report: Report) -> str:
    page = sign_in(person).get(reverse("reports:report", args=[report.pk]))
    assert page.status_code == 200
    return " ".join(page.content.decode().split())


def test_receipt_page_says_until_when_before_and_after_closing(world: World) -> None:
    """Ninety days, then thirty of backups: as numbers while it is open, as days once it is closed."""
    told = resident(world.digits)
    assert f"can be read until {day(today() + 89 * DAY)}" in told
    assert f"by {day(today() + 120 * DAY)} it is gone from every backup" in told
    assert f"Until {day(today() + 30 * DAY)} you can add" in told
    told = resident(world.digits, do="add", **{"words-text": "One more thing."})
    assert "The report is open again" in told
    assert "They should read what you added and answer by" in told
    assert "can be read for 90 days. Then it is deleted here, and 30 days later" in told
    assert Report.objects.get().state == State.ROUTED


def test_after_thirty_days_the_page_offers_nothing_to_add(world: World) -> None:
    Report.objects.update(closed_on=today() - 31 * DAY)
    told = resident(world.digits)
    assert "can be read until" in told
    assert "words-text" not in told


def test_erased_report_says_what_is_left(world: World) -> None:
    """Both sides learn that it is gone and are offered nothing that would open it."""
    Report.objects.update(closed_on=today() - 90 * DAY)
    actions.erase_closed(timezone.now())
    told = resident(world.digits)
    assert f"was deleted on {day(today())}" in told
    assert f"After {day(today() + 30 * DAY)} no backup holds it either" in told
    assert "What is left:" in told
    assert 'value="withdraw"' not in told
    told = team_page(world.one, world.report)
    assert "Nothing is left to open" in told
    for name in ("open", "ask_hold", "decide_hold"):
        assert reverse(f"reports:{name}", args=[world.report.pk]) not in told
    assert sign_in(world.one).post(reverse("reports:open", args=[world.report.pk])).status_code in {302, 403}


def test_two_members_hold_it_on_their_page_and_the_resident_reads_why(world: World) -> None:
    ask, decide = (reverse(f"reports:{name}", args=[world.report.pk]) for name in ("ask_hold", "decide_hold"))
    until = today() + 200 * DAY
    one, two = sign_in(world.one), sign_in(world.two)
    assert ask in team_page(world.one, world.report)
    late = one.post(ask, {"reason": "safety", "until": str(today() + 400 * DAY)})
    assert "Choose a day after today" in late.content.decode()
    assert "Choose a reason" in one.post(ask, {"until": str(until)}).content.decode()
    assert one.post(ask, {"reason": "safety", "until": str(until)}).status_code == 302
    assert "another member has to agree" in team_page(world.one, world.report)
    assert 'value="agree"' not in team_page(world.one, world.report)
    one.post(decide, {"do": "agree"})
    assert Hold.objects.get().agreed_by is None
    assert 'value="agree"' in team_page(world.two, world.report)
    two.post(decide, {"do": "agree"})
    assert Hold.objects.get().agreed_by == world.two.pk
    assert str(day(until)) in team_page(world.two, world.report)
    told = resident(world.digits)
    assert "Two people in the team agreed to keep it longer." in told
    assert "safety depends on it" in told
    assert f"can be read until {day(until)}" in told


def test_a_page_declines(world: World) -> None:
    ask, decide = (reverse(f"reports:{name}", args=[world.report.pk]) for name in ("ask_hold", "decide_hold"))
    sign_in(world.one).post(ask, {"reason": "complaint", "until": str(today() + 100 * DAY)})
    sign_in(world.two).post(decide, {"do": "decline"})
    assert not Hold.objects.exists()
    assert "decided not to keep it longer" in resident(world.digits)
