"""A sealed session is led to the passphrase and back; what a member cannot open stays as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from django.test import override_settings
from django.urls import reverse

from commonweave.base.models import JournalEntry
from commonweave.base.tests.roles import as_viewer
from commonweave.people import actions as people
from commonweave.people import locks
from commonweave.people.locks import CHEAPEST
from commonweave.people.models import HeldKey, Role
from commonweave.people.tests import factories as make
from commonweave.people.tests.keyed import PASSPHRASE
from commonweave.people.tests.test_pages import open_as
from commonweave.places.tests.factories import make_place
from commonweave.reports.models import Report, State
from commonweave.reports.tests.factories import make_report, make_team, ring_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from commonweave.base.tests.roles import WebClient
    from commonweave.people.models import Person, Team

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _cheap() -> Iterator[None]:
    with override_settings(UNSEALING_COST=[CHEAPEST.passes, CHEAPEST.memory]):
        yield


class Desk:
    """A report, and a reader of its team who has set a passphrase."""

    def __init__(self) -> None:
        self.city = make_place("uu-city", make_place("uu", type="country"))
        self.team = make_team(self.city)
        self.rita = make.make_member(Role.READER, self.team.organisation, self.team)
        self.report, self.digits = make_report(self.city, "city_support", "civil_society")
        viewer = make.viewer_of(self.rita)
        with as_viewer(viewer):
            self.private, _code = people.make_own_key(viewer, passphrase=PASSPHRASE, cost=CHEAPEST)
        self.client = open_as(self.rita)

    def hold(self, team: Team, person: Person) -> None:
        """Give the key of a team's organisation to its reader."""
        for name, private in ring_of(team).items():
            wrapped = locks.wrap(private, bytes(self.private.public_key))
            HeldKey.objects.create(key_id=name, person=person, wrapped=wrapped)

    def address(self, verb: str) -> str:
        return reverse(f"reports:{verb}", args=[self.report.pk])

    def unseal(self) -> None:
        done = self.client.post(reverse("people:unseal"), {"passphrase": PASSPHRASE, "next": self.address("report")})
        assert done["Location"] == self.address("report")


@pytest.fixture
def desk() -> Desk:
    return Desk()


def shown(client: WebClient, address: str) -> str:
    answer = client.post(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_opening_while_sealed_leads_to_the_passphrase_and_back(desk: Desk) -> None:
    """Nothing is opened on the way, so nobody is told that it was."""
    desk.hold(desk.team, desk.rita)
    entries = JournalEntry.objects.filter(verb="report.opened")
    sent = desk.client.post(desk.address("open"))
    assert sent["Location"] == f"{reverse('people:unseal')}?next={quote(desk.address('report'), safe='')}"
    assert not entries.exists()
    asked = desk.client.get(sent["Location"]).content.decode()
    assert f'name="next" value="{desk.address("report")}"' in asked
    desk.unseal()
    assert Report.objects.get().state == State.ROUTED, "unsealing opens no report by itself"
    assert "Example words." in shown(desk.client, desk.address("open"))
    assert entries.count() == 1


def test_sealed_again_the_next_report_asks_again(desk: Desk) -> None:
    desk.hold(desk.team, desk.rita)
    desk.unseal()
    shown(desk.client, desk.address("open"))
    desk.client.post(reverse("people:reseal"))
    assert desk.client.post(desk.address("open"))["Location"].startswith(reverse("people:unseal"))


def test_a_member_who_holds_no_key_is_led_to_the_page_that_says_so(desk: Desk) -> None:
    desk.unseal()
    assert desk.client.post(desk.address("open"))["Location"] == reverse("people:sealing")
    page = desk.client.get(reverse("people:sealing")).content.decode()
    assert "waits for the key" in page
    assert Report.objects.get().state == State.ROUTED
    assert not JournalEntry.objects.filter(verb="report.opened").exists()


def test_what_is_known_without_opening_is_shown_while_sealed(desk: Desk) -> None:
    """The queue, the report's way and its deadline need no passphrase; no word of it is there."""
    for address in (reverse("reports:queue"), desk.address("report")):
        answer = desk.client.get(address)
        assert answer.status_code == 200
        assert "Example words." not in answer.content.decode()


def test_an_answer_is_sealed_without_unsealing_and_handing_on_asks_first(desk: Desk) -> None:
    """An answer needs public keys only; a team that came later has to be let in by somebody who can read."""
    desk.hold(desk.team, desk.rita)
    desk.unseal()
    shown(desk.client, desk.address("open"))
    desk.client.post(reverse("people:reseal"))
    later = make_team(desk.city, "civil_society")
    assert desk.client.post(desk.address("answer"), {"text": "We will come by."}).status_code == 302
    handing = {"to_team": str(later.pk), "reason": "nearer"}
    assert desk.client.post(desk.address("hand_on"), handing)["Location"].startswith(reverse("people:unseal"))
    assert Report.objects.get().team_id == desk.team.pk
    desk.unseal()
    assert desk.client.post(desk.address("hand_on"), handing)["Location"] == reverse("reports:queue")
    assert Report.objects.get().team_id == later.pk


def test_a_stranger_learns_nothing_by_asking_to_open(desk: Desk) -> None:
    """Neither that there is such a report, nor that a passphrase would help."""
    elsewhere = make_team(desk.city, "police")
    other = make.make_member(Role.READER, elsewhere.organisation, elsewhere)
    assert open_as(other).post(desk.address("open")).status_code == 404
    assert open_as(make.make_member(Role.ADMINISTRATOR)).post(desk.address("open")).status_code == 404


def test_words_written_while_a_colleague_closed_it_are_not_lost(desk: Desk) -> None:
    """Whoever was slower reads why, and still has the answer to copy; a second outcome does not replace the first."""
    desk.hold(desk.team, desk.rita)
    desk.unseal()
    assert desk.client.post(desk.address("answer"), {"text": "Too early."}).status_code == 403
    assert Report.objects.get().state == State.ROUTED, "an answer opens nothing on the way"
    shown(desk.client, desk.address("open"))
    assert desk.client.post(desk.address("close"), {"outcome": "advice_given"}).status_code == 302
    late = desk.client.post(desk.address("answer"), {"text": "Come to the office."})
    assert late.status_code == 200
    assert "This report is not waiting for an answer." in late.content.decode()
    assert "Come to the office." in late.content.decode()
    again = desk.client.post(desk.address("close"), {"outcome": "helped_here", "text": "Goodbye."}).content.decode()
    assert "This report is closed already." in again
    assert "Goodbye." in again
    assert Report.objects.get().outcome == "advice_given"
