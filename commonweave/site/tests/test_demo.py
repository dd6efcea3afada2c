"""The demonstration: complete, made once, plainly invented, and impossible beside anything real."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.staticfiles.finders import find
from django.db import IntegrityError, transaction
from django.test import TestCase
from django.urls import reverse

from commonweave.base.tests.roles import WebClient
from commonweave.base.viewer import NOBODY, SYSTEM
from commonweave.people.models import Coverage, Demonstration, Membership, Organisation, Person, Proposal, Role, Team
from commonweave.people.queries import facts_about, standing
from commonweave.people.rules import may_approve
from commonweave.people.tests.factories import make_organisation, make_person
from commonweave.places import atlas
from commonweave.places.models import Place
from commonweave.places.queries import map_picture
from commonweave.referral.models import Destination, Handover, HandoverState
from commonweave.referral.queries import destinations_for
from commonweave.reports.draft import begin, lock
from commonweave.reports.models import Report, State
from commonweave.reports.queries import movements_of, options_at
from commonweave.reports.tests.factories import make_report
from commonweave.reports.trail import trail
from commonweave.site import demo
from commonweave.site.demo.handovers import add_handovers
from commonweave.site.demo.network import CannotDemonstrate

if TYPE_CHECKING:
    from commonweave.places.atlas import Spot

MODELS = (Place, Organisation, Team, Coverage, Person, Membership, Proposal, Destination, Authenticator)
COUNTRIES = ("al", "ca", "gb", "mw")
KINDS = ("online", "happened", "neighbourhood")


def spot(code: str) -> Spot:
    found = atlas.atlas().by_code(code)
    assert found
    return found


def nearby(code: str, kind: str) -> dict[str, bool]:
    """Return, per kind of recipient, whether a team covers the place itself (and not only from above)."""
    return {recipient: bool(reach.direct) for recipient, reach in options_at(spot(code), kind).items()}


@pytest.mark.django_db
def test_it_refuses_a_database_that_holds_something_real() -> None:
    make_organisation()
    with pytest.raises(CannotDemonstrate):
        demo.build()
    assert not Demonstration.objects.exists()


@pytest.mark.django_db
def test_its_people_cannot_exist_outside_a_demonstration() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create(email="somebody@demo.invalid")


@pytest.mark.django_db
def test_no_code_is_given_outside_a_demonstration() -> None:
    assert demo.current_code("admin.leeds@demo.invalid") == ""
    assert demo.sign_ins() == []


class TestNetwork(TestCase):
    """Built once: it takes seconds."""

    @classmethod
    def setUpTestData(cls) -> None:
        atlas.expire()
        assert demo.build()
        atlas.expire()

    def tearDown(self) -> None:
        atlas.expire()

    def test_building_twice_changes_nothing(self) -> None:
        before = [list(model.objects.order_by("pk").values_list("pk", flat=True)) for model in MODELS]
        assert demo.build() is False
        assert [list(model.objects.order_by("pk").values_list("pk", flat=True)) for model in MODELS] == before

    def test_its_people_go_with_it(self) -> None:
        assert Person.objects.filter(demonstration__isnull=True).count() == 0
        assert set(Person.objects.values_list("email", flat=True)) >= {
            email for _words, email, _place in demo.sign_ins()
        }
        assert all(email.endswith("@demo.invalid") for email in Person.objects.values_list("email", flat=True))

    def test_hand_overs_of_every_kind_can_be_looked_at(self) -> None:
        """Each with a trail that tells the same."""
        place = Place.objects.get(code="gb-lds")
        gone = {"body": None, "keys": None, "outcome": "withdrawn"}
        kinds = ("city_support", "civil_society", "police")
        for state in (*State.values, "routed", "opened", "answered"):
            report, _digits = make_report(place, *kinds)
            closed = {"closed_on": report.received_on} if state in {"closed", "withdrawn"} else {}
            ended = {"outcome": "helped_here"} if state == "closed" else gone if state == "withdrawn" else {}
            Report.objects.filter(pk=report.pk).update(state=state, **closed, **ended)
        assert add_handovers(1) == len(HandoverState.values)
        assert set(Handover.objects.values_list("state", flat=True)) == set(HandoverState.values)
        for row in Handover.objects.all():
            report = Report.objects.get(pk=row.subject)
            assert report.team_id in {row.from_team_id, row.to_team_id}
            told = [str(step.words) for step in trail(report, movements_of(SYSTEM, report))]
            assert any(words.startswith("It was handed on to ") for words in told), told

    def test_a_code_is_given_for_nobody_else(self) -> None:
        real = make_person(email="real@example.org")
        assert demo.current_code(real.email) == ""
        assert demo.current_code("nobody@demo.invalid") == ""
        assert len(demo.current_code("admin.leeds@demo.invalid")) == 6

    def test_every_sign_in_works_as_printed(self) -> None:
        roles = set()
        for words, email, place in demo.sign_ins():
            client = WebClient()
            sent = client.post(reverse("account_login"), {"login": email, "password": demo.PASSWORD})
            assert sent["Location"] == reverse("mfa_authenticate"), email
            sent = client.post(reverse("mfa_authenticate"), {"code": demo.current_code(email)})
            assert sent.status_code == 302, email
            assert client.get(sent["Location"], follow=True).status_code == 200
            assert place
            roles.add(words.split(" (")[0])
        assert roles == {"reads reports", "coordinator", "administrator", "member"}

    def test_everything_invented_says_so(self) -> None:
        marks = ("(example)", "(exemple)", "(shembull)", "(chitsanzo)")
        for texts in [
            *Organisation.objects.values_list("names", flat=True),
            *Team.objects.values_list("names", flat=True),
        ]:
            assert all(said.endswith(marks) for said in texts.texts.values()), texts
        assert not Organisation.objects.filter(synthetic=False).exists()
        assert all(name.startswith("Demo ") for name in Person.objects.values_list("name", flat=True))
        assert not Team.objects.exclude(telephone="").exists()  # an invented number may be somebody's

    def test_there_are_bodies_of_every_kind_and_ministries_hold_no_team(self) -> None:
        assert set(Organisation.objects.values_list("kind", flat=True)) >= {
            "city_support",
            "civil_society",
            "police",
            "ministry",
            "funder",
            "research",
        }
        for country in COUNTRIES:
            assert Organisation.objects.filter(kind="ministry", place__code=country, teams__isnull=True).count() == 1
        assert Organisation.objects.count() >= 60
        assert not Team.objects.filter(memberships__role=Role.READER, memberships__isnull=True).exists()
        readers = set(Membership.objects.filter(role=Role.READER).values_list("team_id", flat=True))
        assert readers == set(Team.objects.values_list("pk", flat=True))

    def test_gaps_are_there_on_purpose(self) -> None:
        leeds = nearby("gb-lds-example-ward-central", "happened")
        assert leeds == {"city_support": True, "civil_society": True, "police": True}
        assert not any(nearby("mw-zo-zomba", "online").values())  # a city with nobody for this
        assert any(nearby("mw-zo-zomba", "happened").values())
        for kind in KINDS:
            assert options_at(spot("ca-yt-whitehorse"), kind) == {}  # nobody at all, not even from above
            assert options_at(spot("gb-fmo"), kind) == {}
        above = options_at(spot("gb-yor"), "online")["police"]
        assert not above.direct
        assert len(above.above) == 2  # region and nation, only by consent

    def test_every_place_has_an_emergency_number_and_somebody_outside(self) -> None:
        for country in COUNTRIES:
            assert atlas.atlas().setting(spot(country), "emergency")
            assert destinations_for(NOBODY, spot(country))
        assert not Destination.objects.filter(checked_on__isnull=False).exists()  # the deployer checks

    def test_the_largest_map_leaves_a_page_that_a_cheap_phone_can_load(self) -> None:
        """The map lies in the page, so that no address names the place: at most 100 KB with all that the page loads."""
        largest = max(atlas.atlas().spots, key=lambda each: len(map_picture(each)))
        page = WebClient().post(reverse("reports:where"), {"draft": lock(begin()), "into": largest.code}).content
        assert b"data:image/svg+xml" in page
        loaded = [find(f"commonweave/{name}") for name in ("style.css", "enhance.js", "weave.svg")]
        sizes = [len(gzip.compress(each)) for each in (page, *(Path(str(file)).read_bytes() for file in loaded))]
        assert sum(sizes) <= 100_000

    def test_places_have_names_of_their_own_and_villages_are_never_named_on_reports(self) -> None:
        assert atlas.atlas().public_name(spot("gb-lds-example-ward-west")).say("fr") == "Dites-le à Leeds"
        assert atlas.atlas().public_name(spot("al-11-tirana")).say("sq") == "Thuaja Tiranës"
        village = spot("mw-mg-ta-a-village-1")
        assert atlas.atlas().shown(village).code == "mw-mg-ta-a"
        assert atlas.atlas().areas_of(village)

    def test_proposals_wait_for_an_administrator_of_another_organisation(self) -> None:
        waiting = list(Proposal.objects.filter(state="open"))
        assert {proposal.verb for proposal in waiting} == {"new_team", "cover", "grant"}
        other = facts_about(Person.objects.get(email="admin.lilongwe@demo.invalid").pk, second_factor=True)
        assert all(may_approve(other, proposal, standing(other, proposal)) for proposal in waiting)
