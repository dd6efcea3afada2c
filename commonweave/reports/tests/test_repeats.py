"""Likely repeats: suggested to whoever may open both, to nobody else, and gone with what they were made of."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import DatabaseError, connection
from django.db.models import F
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from nacl.public import PrivateKey

from commonweave.base.models import JournalEntry
from commonweave.base.tests.roles import as_viewer
from commonweave.base.verdict import Refused
from commonweave.base.viewer import NOBODY, SYSTEM, Viewer
from commonweave.people.models import OrganisationKey
from commonweave.people.tests.factories import make_key
from commonweave.places.atlas import expire
from commonweave.places.tests.factories import make_place
from commonweave.reports import actions, queries
from commonweave.reports.likeness import repeat_key, tokens
from commonweave.reports.models import Likeness, Repeat, Report
from commonweave.reports.tests.factories import make_report, make_team, member_of, ring_of

if TYPE_CHECKING:
    from commonweave.people.models import Team

pytestmark = pytest.mark.django_db
WORDS = "Somebody put stickers with threats on the bus stop in front of the school last night."


class Desk:
    """A support team and a charity for one city; reports are opened by members of the support team."""

    def __init__(self) -> None:
        self.city = make_place("rr-city", make_place("rr", type="country"))
        self.team: Team = make_team(self.city)
        self.charity: Team = make_team(self.city, "civil_society")
        self.member = member_of(self.team)

    def report(self, what: str = WORDS, *kinds: str, open_: bool = True) -> Report:
        report, self.digits = make_report(self.city, *(kinds or ("city_support",)), what=what)
        if open_:
            self.open(report)
        return report

    def open(self, report: Report, viewer: Viewer | None = None, team: Team | None = None) -> None:
        viewer = viewer or self.member
        with as_viewer(viewer):
            actions.open_report(viewer, report.pk, ring=ring_of(team or self.team))

    def likely(self, report: Report, viewer: Viewer | None = None) -> list[Report]:
        return [each.report for each in self.both(report, viewer)[1]]

    def linked(self, report: Report, viewer: Viewer | None = None) -> list[Report]:
        return [each.report for each in self.both(report, viewer)[0]]

    def both(self, report: Report, viewer: Viewer | None = None) -> tuple[list[queries.Alike], list[queries.Alike]]:
        viewer = viewer or self.member
        with as_viewer(viewer):
            return queries.repeats_of(viewer, report)

    def tell(self, one: Report, other: Report, *, same: bool, viewer: Viewer | None = None) -> None:
        viewer = viewer or self.member
        with as_viewer(viewer):
            actions.tell_repeat(viewer, one.pk, other=other.pk, same=same)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_the_same_words_are_suggested_once_both_were_opened(desk: Desk) -> None:
    """Before somebody opened it, nothing is known of a report; another text is not suggested."""
    first, second = desk.report(), desk.report(open_=False)
    other = desk.report("We need a light at the playground.")
    assert desk.likely(first) == []
    desk.open(second)
    assert desk.likely(first) == [second]
    assert desk.likely(second) == [first]
    assert desk.likely(other) == []


def test_tokens_are_made_with_the_organisations_key_and_never_twice(desk: Desk) -> None:
    """Opening again adds nothing."""
    report = desk.report()
    desk.open(report)
    (private,) = ring_of(desk.team).values()
    opened = actions.read_own_report(desk.digits)
    assert opened is not None
    wanted = tokens(repeat_key(private), opened.document, report.received_on)
    assert dict(Likeness.objects.values_list("lane", "token")) == wanted


def test_nothing_matches_between_organisations(desk: Desk) -> None:
    """Two organisations that got the same text learn nothing of each other."""
    here, there = desk.report(), desk.report(WORDS, "civil_society", open_=False)
    viewer = member_of(desk.charity)
    desk.open(there, viewer, desk.charity)
    assert Likeness.objects.filter(report=there).exists()
    assert not set(Likeness.objects.filter(report=here).values_list("token", flat=True)) & set(
        Likeness.objects.filter(report=there).values_list("token", flat=True)
    )
    assert desk.likely(here) == []
    assert desk.likely(there, viewer) == []


@pytest.mark.parametrize("model", [Likeness, Repeat])
def test_queryset_equals_policy(desk: Desk, model: type[Likeness | Repeat]) -> None:
    """Each read alone, for every kind of viewer: rows of the own teams, and of the own receipt."""
    first, second = desk.report(), desk.report()
    desk.tell(first, second, same=True)
    viewers = [desk.member, member_of(desk.charity), Viewer(receipt=first.locator), NOBODY]
    seen = []
    for viewer in viewers:
        with as_viewer(viewer):
            by_policy = set(model.objects.values_list("pk", flat=True))
        by_query = {row.pk for report in (first, second) for row in queries.thread_rows(viewer, report, model)}
        assert by_policy == by_query
        seen.append(len(by_policy))
    assert seen[0] == model.objects.count() > seen[2] > 0
    assert seen[1] == seen[3] == 0


@pytest.mark.parametrize("way", ["withdrawn", "handed on", "erased", "closed"])
def test_tokens_die_with_the_report_and_do_not_travel(desk: Desk, way: str) -> None:
    """Whoever has it next does not get what the organisation before made of it; a closed one is still a repeat."""
    first = desk.report(WORDS, "city_support", "civil_society")
    digits = desk.digits
    second = desk.report()
    desk.tell(first, second, same=True)
    if way == "withdrawn":
        actions.withdraw_report(digits)
    elif way == "handed on":
        with as_viewer(desk.member):
            actions.hand_on_report(
                desk.member, first.pk, to_team=desk.charity.pk, reason="nearer", ring=ring_of(desk.team)
            )
    else:
        with as_viewer(desk.member):
            actions.close_report(desk.member, first.pk, outcome="advice_given")
    if way == "erased":
        Report.objects.filter(pk=first.pk).update(closed_on=timezone.now().date() - timedelta(days=400))
        assert actions.erase_closed(timezone.now()) == 1
    assert Likeness.objects.filter(report=first).exists() == (way == "closed")
    assert Repeat.objects.filter(report=first).exists() == (way == "closed")
    assert desk.linked(second) == ([first] if way == "closed" else [])
    actions.forget_likeness()
    assert Repeat.objects.filter(other=first).exists() == (way == "closed")


def test_the_database_moves_no_report_whose_tokens_would_stay(desk: Desk) -> None:
    """Without the trigger the row cannot leave its team: nothing travels in silence."""
    report = desk.report()
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("reset role")
        cursor.execute("alter table reports_report disable trigger likeness_goes")
        cursor.execute("set role commonweave_worker")
    with pytest.raises(DatabaseError, match="reports_likeness_stays"):
        Report.objects.filter(pk=report.pk).update(
            team=desk.charity,
            team_kind="civil_society",
            holder=desk.charity.organisation_id,
            consents=["civil_society"],
        )


def test_after_a_new_key_tokens_are_made_anew_and_old_ones_thrown_away(desk: Desk) -> None:
    """Somebody who left and took the old key along can hold no guess against what is kept."""
    first, second = desk.report(), desk.report()
    old = OrganisationKey.objects.get(organisation=desk.team.organisation)
    OrganisationKey.objects.filter(pk=old.pk).update(retired_on=timezone.now().date())
    make_key(desk.team.organisation)
    expire()
    desk.open(first)
    assert not Likeness.objects.filter(report=first, key=old.pk).exists()
    assert desk.likely(first) == [], "the other one was not opened since"
    assert actions.forget_likeness() > 0
    assert not Likeness.objects.filter(key=old.pk).exists()
    desk.open(second)
    assert desk.likely(first) == [second]


def test_a_key_that_is_not_at_hand_makes_no_tokens(desk: Desk) -> None:
    """Whoever opens with another key of theirs learns nothing into the table."""
    report = desk.report(WORDS, "city_support", "civil_society", open_=False)
    desk.open(report, desk.member, desk.charity)
    assert not Likeness.objects.exists()


def test_a_member_says_what_is_the_same_and_both_show_it(desk: Desk) -> None:
    """Journalled; it can be said otherwise again, and what is not the same is not suggested again."""
    first, second = desk.report(), desk.report()
    desk.tell(first, second, same=True)
    assert (desk.linked(first), desk.linked(second)) == ([second], [first])
    assert (desk.likely(first), desk.likely(second)) == ([], [])
    desk.tell(second, first, same=False)
    assert (desk.linked(first), desk.linked(second), desk.likely(first)) == ([], [], [])
    verbs = JournalEntry.objects.filter(verb__in=["report.linked", "report.told_apart"])
    told = [(entry.verb, entry.subject, entry.facts["other"], entry.actor) for entry in verbs.order_by("at")]
    assert told == [
        ("report.linked", first.pk, str(second.pk), desk.member.person),
        ("report.told_apart", second.pk, str(first.pk), desk.member.person),
    ]


def test_nobody_links_what_they_may_not_open(desk: Desk) -> None:
    """Neither another team's report, nor one that is gone, nor a report with itself."""
    mine, theirs = desk.report(), desk.report(WORDS, "civil_society", open_=False)
    with pytest.raises(Http404):
        desk.tell(mine, theirs, same=True)
    with pytest.raises(Refused):
        desk.tell(mine, mine, same=True)
    gone = desk.report()
    actions.withdraw_report(desk.digits)
    with pytest.raises(Refused):
        desk.tell(mine, gone, same=True)
    with pytest.raises(DatabaseError), as_viewer(desk.member):
        Repeat(
            report=theirs, team=theirs.team, locator=theirs.locator, on=mine.received_on, other=mine, same=True
        ).save(force_insert=True)
    assert not Repeat.objects.exists()


def test_looking_asks_three_questions_however_many_there_are(desk: Desk) -> None:
    """A flood of the same text must not make opening slow: few are looked at, fewer shown."""
    counts = []
    for more in (2, 8):
        for _ in range(more):
            report = desk.report()
        with as_viewer(desk.member), CaptureQueriesContext(connection) as captured:
            _linked, likely = queries.repeats_of(desk.member, report)
        counts.append(len(captured))
    assert counts == [3, 3]
    assert len(likely) == queries.MOST


def test_another_key_tells_nothing_of_a_guess(desk: Desk) -> None:
    """A thief of the disk who guesses the very words has no key to make the tokens with."""
    report = desk.report()
    stored = set(Likeness.objects.filter(report=report, key=F("key")).values_list("token", flat=True))
    opened = actions.read_own_report(desk.digits)
    assert opened is not None
    publics = [bytes(key.public) for key in OrganisationKey.objects.all()]
    for key in (b"", *publics, *(repeat_key(PrivateKey(public)) for public in publics)):
        assert not stored & set(tokens(key, opened.document, report.received_on).values())
    assert queries.repeats_of(SYSTEM, report) == ([], [])
