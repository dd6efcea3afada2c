"""A report's life: what residents, teams and the clock do with it, under the row policies."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import Http404

from commonweave.base.models import JournalEntry
from commonweave.base.tests.roles import as_viewer, web
from commonweave.base.verdict import Refused
from commonweave.base.viewer import Viewer
from commonweave.people.models import Organisation, Team
from commonweave.places.atlas import atlas, expire
from commonweave.places.tests.factories import make_area, make_place
from commonweave.reports import actions, queries
from commonweave.reports.models import Gap, Message, Movement, Report, State
from commonweave.reports.tests.factories import make_report, make_submission, make_team, member_of, ring_of
from commonweave.sharing.envelopes import receipt_keys

if TYPE_CHECKING:
    from commonweave.places.models import Place

pytestmark = pytest.mark.django_db


@pytest.fixture
def country() -> Place:
    """A country."""
    return make_place("xx", type="country")


@pytest.fixture
def city(country: Place) -> Place:
    """A city in it."""
    return make_place("xx-city", country)


def _resident(digits: str) -> Viewer:
    return Viewer(receipt=receipt_keys(digits).locator)


def test_submission_is_routed_sealed_and_read_back(city: Place) -> None:
    """The whole promise in one test: it arrives, its team reads it, the answer comes back, nobody else sees it."""
    team, other = make_team(city), make_team(city, "police")
    with web(), transaction.atomic():
        report, digits = make_report(city, what="Example: words on a wall.")
    assert report.team_id == team.pk
    assert b"wall" not in bytes(Report.objects.get().body or b"")
    member = member_of(team)
    with as_viewer(member):
        assert (
            actions.open_report(member, report.pk, ring=ring_of(report.team)).document["what"]
            == "Example: words on a wall."
        )
        actions.answer_report(member, report.pk, text="We will come by.")
    with as_viewer(member_of(other)), pytest.raises(Http404):
        actions.open_report(member_of(other), report.pk, ring=ring_of(report.team))
    with web(), transaction.atomic():
        read = actions.read_own_report(digits)
    assert read is not None
    assert [said.text for said in read.messages] == ["We will come by."]
    assert [movement.verb for movement in read.movements] == ["opened", "answered"]


def test_same_form_sent_twice_is_one_report(city: Place) -> None:
    """An impatient second press changes nothing."""
    make_team(city)
    submission = make_submission(city)
    with web(), transaction.atomic():
        first, _viewer = actions.submit_report(submission)
    with web(), transaction.atomic():
        second, viewer = actions.submit_report(submission)
        assert queries.own_report(viewer) == first
    assert second is None
    assert Report.objects.count() == 1


def test_nobody_takes_it_without_consent_that_reaches(city: Place, country: Place) -> None:
    """Only a national team exists: it needs the consent to climb."""
    national = make_team(country, "police")
    with web(), pytest.raises(actions.NobodyTakesIt), transaction.atomic():
        make_report(city, "police")
    with web(), transaction.atomic():
        report, _digits = make_report(city, "police", climb=True)
    assert (report.team_id, report.climbed) == (national.pk, True)


def test_area_team_covers_its_cities(city: Place, country: Place) -> None:
    """A police area lies over the tree."""
    twin = make_place("xx-twin", country)
    team = make_team(make_area([city, twin]), "police", place=city)
    report, _digits = make_report(twin, "police")
    assert report.team_id == team.pk


def test_finer_place_stays_sealed(city: Place) -> None:
    """In the clear stands the city, not the village."""
    make_team(city)
    village = make_place("xx-village", city, type="village", shown=False)
    report, digits = make_report(village)
    assert report.place_id == city.pk
    read = actions.read_own_report(digits)
    assert read is not None
    assert read.document["place"] == str(village.pk)


def test_database_refuses_a_team_without_consent(city: Place) -> None:
    """Even a program with full rights cannot give a support-only report to the police."""
    make_team(city)
    police = make_team(city, "police")
    report, _digits = make_report(city)
    move = {"team": police, "team_kind": "police", "holder": police.organisation_id}
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(**move)
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(**{**move, "team_kind": "city_support"})
        connection.check_constraints()


def test_ministry_cannot_hold_a_team(city: Place) -> None:
    """A constraint, not a habit."""
    ministry = Organisation.objects.create(kind="ministry", place=city, sort_key="m")
    for kind in ("ministry", "police"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Team.objects.create(organisation=ministry, kind=kind, founding=True)
            connection.check_constraints()


def test_hand_on_moves_the_thread_and_blinds_the_old_team(city: Place) -> None:
    """The receiver reads everything, the sender nothing any more, the receipt goes on working."""
    team, charity = make_team(city), make_team(city, "civil_society")
    report, digits = make_report(city, "city_support", "civil_society")
    member, receiver = member_of(team), member_of(charity)
    with as_viewer(member):
        actions.open_report(member, report.pk, ring=ring_of(report.team))
        actions.answer_report(member, report.pk, text="First words.")
        actions.hand_on_report(member, report.pk, to_team=charity.pk, reason="nearer", ring=ring_of(team))
    with as_viewer(member), pytest.raises(Http404):
        actions.open_report(member, report.pk, ring=ring_of(report.team))
    with as_viewer(receiver):
        assert [said.text for said in actions.open_report(receiver, report.pk, ring=ring_of(charity)).messages] == [
            "First words."
        ]
    read = actions.read_own_report(digits)
    assert read is not None
    assert [movement.verb for movement in read.movements] == ["opened", "answered", "handed_on", "opened"]


def test_hand_on_refuses_what_the_resident_did_not_allow(city: Place) -> None:
    """The police team covers the place, but the resident never ticked it."""
    team, police = make_team(city), make_team(city, "police")
    report, digits = make_report(city)
    member = member_of(team)
    with as_viewer(member):
        actions.open_report(member, report.pk, ring=ring_of(report.team))
        with pytest.raises(Refused):
            actions.hand_on_report(member, report.pk, to_team=police.pk, reason="nearer", ring=ring_of(team))
    with web(), transaction.atomic():
        actions.widen_consent(digits, kinds=frozenset({"police"}), climb=False)
    with as_viewer(member):
        actions.hand_on_report(member, report.pk, to_team=police.pk, reason="nearer", ring=ring_of(team))
    assert Report.objects.get().team_id == police.pk


def test_resident_adds_corrects_and_withdraws(city: Place) -> None:
    """After withdrawing nothing sealed is left."""
    team = make_team(city)
    report, digits = make_report(city)
    with web(), transaction.atomic():
        actions.add_to_report(digits, text="One more thing.")
        actions.add_to_report(digits, text="It was Monday.", correction=True)
        read = actions.read_own_report(digits)
    assert read is not None
    assert [(said.number, said.correction) for said in read.messages] == [(1, False), (2, True)]
    with web(), transaction.atomic():
        actions.withdraw_report(digits)
    report.refresh_from_db()
    assert (report.state, report.body, report.keys) == (State.WITHDRAWN, None, None)
    assert not Message.objects.exists()
    member = member_of(team)
    with as_viewer(member), pytest.raises(Refused):
        actions.open_report(member, report.pk, ring=ring_of(report.team))
    with web(), pytest.raises(Refused), transaction.atomic():
        actions.add_to_report(digits, text="Too late.")


def test_close_records_outcome_and_last_words(city: Place) -> None:
    """The resident sees how it ended."""
    team = make_team(city)
    report, digits = make_report(city)
    member = member_of(team)
    with as_viewer(member):
        with pytest.raises(Refused):
            actions.close_report(member, report.pk, outcome="advice_given")
        actions.open_report(member, report.pk, ring=ring_of(report.team))
        actions.close_report(member, report.pk, outcome="advice_given", text="Good luck.")
    read = actions.read_own_report(digits)
    assert read is not None
    assert (read.report.state, read.report.outcome) == (State.CLOSED, "advice_given")
    assert read.messages[-1].text == "Good luck."


def test_clock_reminds_then_passes_on_then_says_that_nobody_is_left(city: Place, country: Place) -> None:
    """Unread reports move by themselves, never past the consent, and the resident sees each step."""
    local = make_team(city)
    charity = make_team(city, "civil_society")
    make_team(city, "police")
    national = make_team(country)
    report, digits = make_report(city, "city_support", "civil_society", climb=True)
    seen = [report.team_id]
    day = report.due_on
    verbs: list[str] = []
    for _week in range(12):
        day += timedelta(days=7)
        actions.move_unread(day)
        report.refresh_from_db()
        if report.team_id != seen[-1]:
            seen.append(report.team_id)
    assert seen == [local.pk, national.pk, charity.pk]
    verbs = list(Movement.objects.order_by("step").values_list("verb", flat=True))
    assert verbs == ["reminded", "climbed", "reminded", "passed_on", "reminded", "nobody_left"]
    read = actions.read_own_report(digits)
    assert read is not None
    assert len(read.movements) == 6


def test_clock_never_climbs_without_that_consent(city: Place, country: Place) -> None:
    """However long nobody opens it: the team of the country never gets what was meant for the city.

    Both belong to one organisation here, whose key opens the report: it is not the seal alone that keeps it away.
    """
    local, above = make_team(city), make_team(country)
    Team.objects.filter(pk=above.pk).update(organisation=local.organisation)
    expire()
    report, _digits = make_report(city)
    for week in range(1, 8):
        actions.move_unread(report.due_on + timedelta(days=7 * week))
    report.refresh_from_db()
    assert (report.team_id, report.climbed) == (local.pk, False)
    assert set(Movement.objects.values_list("verb", flat=True)) == {"reminded", "nobody_left"}


def test_clock_leaves_answered_reports_alone(city: Place) -> None:
    """A team that has answered a report keeps it."""
    team = make_team(city)
    report, _digits = make_report(city)
    member = member_of(team)
    with as_viewer(member):
        actions.open_report(member, report.pk, ring=ring_of(report.team))
        actions.answer_report(member, report.pk, text="We will come by.")
    assert not any(actions.move_unread(date(2099, 1, 1)).values())


def test_gap_is_a_fact_without_text(city: Place) -> None:
    """Place, kind and date; no more."""
    spot = atlas().by_id(city.pk)
    assert spot is not None
    with web(), transaction.atomic():
        assert actions.note_gap(uuid.uuid4(), spot, "online")
    gap = Gap.objects.get()
    assert (gap.place_id, gap.kind) == (city.pk, "online")


def test_a_gap_that_is_noted_again_stays_one(city: Place, country: Place) -> None:
    """Or a script decides where help is missing; and what the page asks afterwards still works, for the same viewer."""
    spot, wider = atlas().by_id(city.pk), atlas().by_id(country.pk)
    assert spot is not None
    assert wider is not None
    pk, viewer = uuid.uuid4(), Viewer(receipt=uuid.uuid4())
    with as_viewer(viewer), transaction.atomic():
        assert actions.note_gap(pk, spot, "online")
        assert not actions.note_gap(pk, wider, "happened")
        with connection.cursor() as cursor:
            cursor.execute("select current_setting('cw.receipt')")
            assert cursor.fetchone() == (str(viewer.receipt),)
        assert actions.note_gap(uuid.uuid4(), spot, "online")
    assert sorted(Gap.objects.values_list("place_id", "kind")) == [(city.pk, "online")] * 2
    assert JournalEntry.objects.filter(verb="report.nobody_takes").count() == 2


def test_a_gap_that_cannot_be_kept_is_a_fault(city: Place) -> None:
    """Only the same gap again is passed over in silence."""
    spot = atlas().by_id(city.pk)
    assert spot is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.note_gap(uuid.uuid4(), spot, None)  # type: ignore[arg-type]  # on purpose


def test_every_opening_is_journalled(city: Place) -> None:
    """Who opened what, each time, with nothing of what it says."""
    team = make_team(city)
    report, _digits = make_report(city, what="Secret words.")
    member = member_of(team)
    with as_viewer(member):
        actions.open_report(member, report.pk, ring=ring_of(report.team))
        actions.open_report(member, report.pk, ring=ring_of(report.team))
    entries = JournalEntry.objects.filter(verb="report.opened", subject=report.pk, actor=member.person)
    assert entries.count() == 2
    assert not JournalEntry.objects.filter(facts__icontains="secret").exists()


def test_wrong_receipt_opens_nothing(city: Place) -> None:
    """A guess finds nothing, and the policy hides everything from it."""
    make_team(city)
    make_report(city)
    with web(), transaction.atomic():
        assert actions.read_own_report("1" * 28) is None
        assert not Report.objects.exists()
