"""A report is handed over: its way, what each side sees, and that it is never lost on it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from django.http import Http404

from commonweave.base.models import JournalEntry
from commonweave.base.tests.roles import as_viewer, web
from commonweave.base.verdict import Refused
from commonweave.base.viewer import Viewer
from commonweave.people.models import Coverage, Team
from commonweave.places.atlas import expire
from commonweave.places.tests.factories import make_place
from commonweave.referral.models import Handover
from commonweave.reports import actions
from commonweave.reports.models import Movement, Report, State
from commonweave.reports.tests.factories import make_report, make_team, member_of, ring_of
from commonweave.reports.trail import trail

if TYPE_CHECKING:
    from commonweave.places.models import Place

pytestmark = pytest.mark.django_db

WEEK = timedelta(days=7)


@pytest.fixture
def city() -> Place:
    """A city."""
    return make_place("ho-city", make_place("ho", type="country"))


class Two:
    """A report that a city's team opened and handed over to a charity."""

    def __init__(self, city: Place) -> None:
        self.ours, self.theirs = make_team(city), make_team(city, "civil_society")
        self.we, self.they = member_of(self.ours), member_of(self.theirs)
        report, self.digits = make_report(city, "city_support", "civil_society")
        self.pk = report.pk
        self.open(self.ours)
        with as_viewer(self.we):
            actions.hand_on_report(
                self.we, self.pk, to_team=self.theirs.pk, reason="knows_more", ring=ring_of(self.ours)
            )

    def open(self, team: Team) -> None:
        viewer = self.they if team == self.theirs else self.we
        with as_viewer(viewer):
            actions.open_report(viewer, self.pk, ring=ring_of(team))

    def decline(self, reason: str = "not_our_work") -> None:
        with as_viewer(self.they):
            actions.decline_report(self.they, self.pk, reason=reason, ring=ring_of(self.theirs))

    @property
    def report(self) -> Report:
        return Report.objects.get(pk=self.pk)

    @property
    def handover(self) -> Handover:
        return Handover.objects.get()

    def read(self) -> list[tuple[str, str]]:
        """Return what its resident reads of its way."""
        opened = actions.read_own_report(self.digits)
        assert opened is not None
        return [(str(step.words), str(step.why)) for step in trail(opened.report, opened.movements)]


@pytest.fixture
def two(city: Place) -> Two:
    return Two(city)


def test_opened_is_seen_and_answering_takes_it_on(two: Two) -> None:
    """Whoever answers has taken it on; closing ends it, with how it ended."""
    assert (two.handover.state, two.handover.due_on) == ("sent", two.report.due_on)
    two.open(two.theirs)
    assert two.handover.state == "seen"
    with as_viewer(two.they):
        actions.answer_report(two.they, two.pk, text="We can help.")
    assert two.handover.state == "accepted"
    with as_viewer(two.they):
        actions.close_report(two.they, two.pk, outcome="helped_here")
    assert (two.handover.state, two.handover.outcome) == ("done", "helped_here")
    verbs = list(Movement.objects.order_by("step").values_list("verb", flat=True))
    assert verbs == ["opened", "handed_on", "opened", "accepted", "answered", "closed"]


def test_taken_on_once_and_then_it_cannot_be_given_back(two: Two) -> None:
    with as_viewer(two.they), pytest.raises(Refused):
        actions.accept_report(two.they, two.pk)
    two.open(two.theirs)
    with as_viewer(two.they):
        actions.accept_report(two.they, two.pk)
        with pytest.raises(Refused):
            actions.accept_report(two.they, two.pk)
        with pytest.raises(Refused):
            actions.decline_report(two.they, two.pk, reason="no_capacity", ring=ring_of(two.theirs))
    assert two.handover.state == "accepted"


def test_given_back_with_a_reason_that_both_read(two: Two) -> None:
    """It goes to whoever sent it, unread, with a fresh clock; the other team has no sight of it any more."""
    two.open(two.theirs)
    two.decline("not_our_work")
    report, handover = two.report, two.handover
    assert (report.team_id, report.state, report.reminded_on) == (two.ours.pk, State.ROUTED, None)
    assert (handover.state, handover.decline_reason) == ("declined", "not_our_work")
    said = "This is not something they deal with"
    name = str(two.ours.organisation.names)
    assert two.read()[-1] == (f"They cannot take it on. It went back to {name}.", said)
    with as_viewer(two.they), pytest.raises(Http404):
        actions.open_report(two.they, two.pk, ring=ring_of(two.theirs))
    two.open(two.ours)
    assert JournalEntry.objects.filter(verb="report.declined", actor=two.they.person).count() == 1


def test_the_sender_decides_nothing_over_there(two: Two) -> None:
    """Its members see how it stands, and can neither open, take on nor take back."""
    two.open(two.theirs)
    with as_viewer(two.we):
        assert [row.state for row in Handover.objects.all()] == ["seen"]
        assert not Report.objects.exists()
        with pytest.raises(Http404):
            actions.accept_report(two.we, two.pk)
        with pytest.raises(Http404):
            actions.open_report(two.we, two.pk, ring=ring_of(two.ours))
        with pytest.raises(Http404):
            actions.decline_report(two.we, two.pk, reason="language", ring=ring_of(two.ours))


def test_handed_further_ends_the_first_and_begins_another(two: Two, city: Place) -> None:
    third = make_team(city, "civil_society")
    two.open(two.theirs)
    with as_viewer(two.they):
        actions.hand_on_report(two.they, two.pk, to_team=third.pk, reason="nearer", ring=ring_of(two.theirs))
    states = {row.to_team_id: row.state for row in Handover.objects.all()}
    assert states == {two.theirs.pk: "moved", third.pk: "sent"}


def test_unread_it_is_reminded_and_comes_back(two: Two) -> None:
    """Never lost: nobody there looks, so it returns to whoever sent it, and from there on as the consent allows."""
    day = two.report.due_on + timedelta(days=1)
    assert actions.move_unread(day)["reminded"] == 1
    assert (two.report.team_id, two.handover.state) == (two.theirs.pk, "sent")
    day = two.report.due_on + timedelta(days=1)
    assert actions.move_unread(day)["returned"] == 1
    assert (two.report.team_id, two.report.reminded_on, two.handover.state) == (two.ours.pk, None, "returned")
    assert two.handover.returned_on == day
    assert two.read()[-1][0].startswith("Nobody took it on in time. It went back to ")
    for _week in range(4):
        day += WEEK
        actions.move_unread(day)
    assert two.read()[-1][0].startswith("Nobody opened it, and there is nobody else")
    assert two.report.team_id == two.ours.pk


def test_seen_and_left_lying_it_comes_back_too(two: Two) -> None:
    """Opening alone takes nothing on."""
    two.open(two.theirs)
    day = two.report.due_on
    for _week in range(2):
        day += WEEK
        actions.move_unread(day)
    assert (two.report.team_id, two.handover.state) == (two.ours.pk, "returned")


def test_taken_on_and_not_answered_it_goes_on_within_consent(two: Two, city: Place) -> None:
    """Whoever took it on had their time; then a team that has not had it yet."""
    third = make_team(city, "civil_society")
    make_team(city, "police")
    two.open(two.theirs)
    with as_viewer(two.they):
        actions.accept_report(two.they, two.pk)
    # The third team came later: nobody has wrapped the report for it yet, and the clock cannot.
    key = next(iter(ring_of(third)))
    Report.objects.filter(pk=two.pk).update(keys={**(two.report.keys or {}), key: "wrapped"})
    day = two.report.due_on
    for _week in range(2):
        day += WEEK
        actions.move_unread(day)
    assert (two.report.team_id, two.handover.state) == (third.pk, "moved")
    assert two.read()[-1][0].startswith("Nobody answered in time. It went on to ")


def test_opened_and_never_answered_the_resident_is_told(city: Place) -> None:
    """One team, nobody else: reminded, then told plainly, once; and the report stays where it is."""
    team = make_team(city)
    report, digits = make_report(city)
    member = member_of(team)
    with as_viewer(member):
        actions.open_report(member, report.pk, ring=ring_of(team))
    for _week in range(6):
        actions.move_unread(date(2099, 1, 5) + _week * WEEK)
    read = actions.read_own_report(digits)
    assert read is not None
    words = [str(step.words) for step in trail(read.report, read.movements)]
    assert words[-2:] == [
        "Nobody had answered in time. The team was reminded.",
        "Nobody answered in time, and there is nobody else you have agreed to. Please see who else can help.",
    ]
    assert (read.report.team_id, read.report.state) == (team.pk, State.OPENED)


def test_reminder_to_open_does_not_use_up_the_one_to_answer(city: Place) -> None:
    """Opened late, a team still has its whole time to answer, and is reminded of that again."""
    team = make_team(city)
    report, _digits = make_report(city)
    member = member_of(team)
    assert actions.move_unread(report.due_on + timedelta(days=1))["reminded"] == 1
    with as_viewer(member):
        actions.open_report(member, report.pk, ring=ring_of(team))
    report.refresh_from_db()
    assert report.reminded_on is None
    assert actions.move_unread(report.due_on + timedelta(days=1))["reminded"] == 1


def test_taken_back_by_its_resident_it_is_over_for_the_sender_too(two: Two) -> None:
    """The sender's list must not wait for ever for what is gone."""
    with web(), transaction.atomic():
        actions.withdraw_report(two.digits)
    assert two.handover.state == "withdrawn"
    assert two.handover.withdrawn_on is not None
    resident = Viewer(receipt=two.report.locator)
    with as_viewer(resident):
        assert not Handover.objects.exists(), "a resident reads the trail, not the teams' rows"


def test_a_sender_that_covers_nothing_any_more_gets_nothing_back(two: Two) -> None:
    """Then the receiver keeps it, or hands it on; the clock passes it on as it does all others."""
    two.open(two.theirs)
    Coverage.objects.filter(team=two.ours).update(during=("2020-01-01", "2020-02-01"))
    expire()
    with pytest.raises(Refused, match="takes no such reports"):
        two.decline()
    day = two.report.due_on
    for _week in range(2):
        day += WEEK
        actions.move_unread(day)
    assert two.report.team_id == two.theirs.pk
    assert two.read()[-1][0].startswith("Nobody answered in time, and there is nobody else")
