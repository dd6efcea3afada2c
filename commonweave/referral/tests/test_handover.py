"""Hand-overs: both teams see how one stands, only the receiver goes on with it, and no step is left out."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from commonweave.base.tests.roles import as_viewer
from commonweave.base.verdict import Refused
from commonweave.base.viewer import NOBODY, SYSTEM, Viewer
from commonweave.people.tests.factories import make_organisation, make_team
from commonweave.referral import actions, queries, rules
from commonweave.referral.models import OPEN, Handover, HandoverState

if TYPE_CHECKING:
    from commonweave.people.models import Team

TODAY = date(2026, 3, 2)
DUE = TODAY + timedelta(days=3)
WAYS = st.lists(st.sampled_from(HandoverState.values), max_size=8)


def reader(*teams: Team) -> Viewer:
    return Viewer(person=uuid.uuid4(), teams=frozenset(team.pk for team in teams))


@given(st.sampled_from(HandoverState.values), st.sampled_from(HandoverState.values), st.booleans(), st.booleans())
def test_only_the_receiver_steps_and_never_back(state: str, to: str, system: bool, ours: bool) -> None:  # noqa: FBT001 Hypothesis gives it
    """Or a sender could write that the other team took something on, or bring back what is over."""
    row = Handover(state=state, from_team_id=uuid.uuid4(), to_team_id=uuid.uuid4())
    viewer = SYSTEM if system else Viewer(teams=frozenset({row.to_team_id if ours else row.from_team_id}))
    allowed = bool(rules.may_step(viewer, row, to))
    assert allowed == ((system or (ours and to != "returned")) and to in rules.NEXT.get(state, ()))
    if allowed:
        assert state in OPEN
        assert to != "sent"
    assert not rules.may_step(viewer, None, to)


@given(WAYS)
def test_every_way_ends_and_passes_each_state_once(wanted: list[str]) -> None:
    """Each state has one day: nothing is seen twice, declined after it was taken on, or done before."""
    way = ["sent"]
    for to in wanted:
        if rules.may_step(SYSTEM, Handover(state=way[-1]), to):
            way.append(to)
    assert len(way) == len(set(way))
    assert all(b in rules.NEXT[a] for a, b in pairwise(way))
    assert not ({"accepted", "declined"} <= set(way))
    if "done" in way:
        assert way == ["sent", "seen", "accepted", "done"]


@given(st.booleans(), st.booleans(), st.sampled_from([None, *HandoverState.values]))
def test_a_team_hands_over_what_it_has_once_at_a_time(ours: bool, same: bool, before: str | None) -> None:  # noqa: FBT001 Hypothesis gives it
    mine = uuid.uuid4()
    other = mine if same else uuid.uuid4()
    viewer = Viewer(teams=frozenset({mine} if ours else ()))
    running = Handover(state=before) if before else None
    verdict = rules.may_send(viewer, mine, other, running)
    assert bool(verdict) == (ours and not same and (running is None or before not in OPEN))


@given(st.sampled_from(HandoverState.values), st.one_of(st.none(), st.dates()), st.dates())
def test_what_is_over_is_never_overdue(state: str, due: date | None, today: date) -> None:
    overdue = rules.is_overdue(Handover(state=state, due_on=due), today)
    assert overdue == (state in OPEN and due is not None and due < today)


def send(giver: Team, taker: Team, subject: uuid.UUID | None = None, today: date = TODAY) -> Handover:
    viewer = reader(giver)
    with as_viewer(viewer):
        return actions.send_handover(
            viewer,
            kind="thing",
            subject=subject or uuid.uuid4(),
            from_team=giver.pk,
            to_team=taker.pk,
            reason="nearer",
            today=today,
            due_on=today + timedelta(days=3),
        )


@pytest.fixture
def teams(db: None) -> tuple[Team, Team, Team]:
    """Return three teams of three organisations."""
    first, second, third = (make_team(make_organisation(kind)) for kind in ("city_support", "civil_society", "police"))
    return first, second, third


def test_queryset_equals_policy(teams: tuple[Team, Team, Team]) -> None:
    """Each read alone; otherwise a third team learns who works with whom on what day."""
    giver, taker, third = teams
    send(giver, taker)
    send(taker, third)
    body = uuid.uuid4()
    viewers = {
        "nobody": (NOBODY, 0),
        "giver": (reader(giver), 1),
        "taker": (reader(taker), 2),
        "third": (reader(third), 1),
        "two teams": (reader(giver, third), 2),
        "colleague without team": (Viewer(person=uuid.uuid4(), organisations=frozenset({giver.organisation_id})), 0),
        "administrator": (Viewer(person=uuid.uuid4(), roles={body: frozenset({"administrator"})}), 0),
        "resident": (Viewer(receipt=uuid.uuid4()), 0),
    }
    for name, (viewer, count) in viewers.items():
        by_queryset = set(queries.handovers_for(viewer).values_list("pk", flat=True))
        with as_viewer(viewer):
            by_policy = set(Handover.objects.values_list("pk", flat=True))
        assert (name, by_queryset) == (name, by_policy)
        assert (name, len(by_policy)) == (name, count)


def test_receiver_goes_on_to_the_end_with_one_day_each(teams: tuple[Team, Team, Team]) -> None:
    giver, taker, _third = teams
    row = send(giver, taker)
    there = reader(taker)
    with as_viewer(there):
        for days, to in enumerate(("seen", "accepted", "done"), start=1):
            found = queries.open_handover(there, "thing", row.subject)
            outcome = "advice_given" if to == "done" else ""
            today = TODAY + timedelta(days=days)
            actions.step_handover(there, found, to, today=today, due_on=DUE, outcome=outcome)
    row.refresh_from_db()
    assert [row.sent_on, row.seen_on, row.accepted_on, row.done_on] == [TODAY + timedelta(days=n) for n in range(4)]
    assert (row.state, row.outcome, row.due_on) == ("done", "advice_given", None)
    with as_viewer(there), pytest.raises(Refused):
        actions.step_handover(there, row, "moved", today=TODAY)


@pytest.mark.parametrize(
    "change",
    [
        "state = 'accepted', accepted_on = current_date",
        "state = 'returned'",
        "from_team_id = to_team_id",
        "reason = 'x'",
        "sent_on = sent_on - 1",
        "subject = gen_random_uuid()",
    ],
)
def test_database_refuses_what_no_step_is(teams: tuple[Team, Team, Team], change: str) -> None:
    """Even if a page forgets the rule."""
    giver, taker, _third = teams
    send(giver, taker)
    with as_viewer(reader(taker)), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"update referral_handover set {change}")  # noqa: S608 our own words
    with as_viewer(reader(giver)), connection.cursor() as cursor:
        cursor.execute("update referral_handover set state = 'seen', seen_on = current_date")
        assert cursor.rowcount == 0, "the sender writes none of the receiver's steps"


def test_database_keeps_what_is_over_and_one_at_a_time(teams: tuple[Team, Team, Team]) -> None:
    """The worker, too: what was declined stays so, with its reason."""
    giver, taker, third = teams
    row = send(giver, taker)
    with pytest.raises(IntegrityError), transaction.atomic():
        Handover.objects.create(
            subject_kind="thing", subject=row.subject, from_team=taker, to_team=third, reason="x", sent_on=TODAY
        )
    for state, day in (("declined", "declined_on"), ("done", "done_on")):
        with pytest.raises(IntegrityError), transaction.atomic():
            Handover.objects.filter(pk=row.pk).update(**{"state": state, day: TODAY})
    Handover.objects.filter(pk=row.pk).update(state="returned", returned_on=TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Handover.objects.filter(pk=row.pk).update(state="sent")
    with pytest.raises(DatabaseError), as_viewer(reader(third)):
        Handover(
            subject_kind="thing", subject=uuid.uuid4(), from_team=giver, to_team=third, reason="x", sent_on=TODAY
        ).save(force_insert=True)


def test_handed_over_list_costs_the_same_at_any_size(teams: tuple[Team, Team, Team]) -> None:
    """A constant number of queries, at 1 and at 30."""
    giver, taker, _third = teams
    viewer, counted = reader(giver), []
    for more in (1, 29):
        for _ in range(more):
            send(giver, taker)
        with as_viewer(viewer), CaptureQueriesContext(connection) as caught:
            page = queries.handed_over(viewer, "open", "", TODAY)
            queries.handed_over_counts(viewer, TODAY)
        counted.append(len(caught))
    assert counted == [2, 2]
    assert len(page.handovers) == 30


def test_pages_by_key_show_everything_once(teams: tuple[Team, Team, Team]) -> None:
    """Newest first; what others handed to us is not in it."""
    giver, taker, _third = teams
    made = {send(giver, taker, today=TODAY - timedelta(days=n % 4)).pk for n in range(queries.PAGE + 5)}
    send(taker, giver)
    viewer, seen, after = reader(giver), [], ""
    with as_viewer(viewer):
        while True:
            page = queries.handed_over(viewer, after=after)
            seen += page.handovers
            if not page.older:
                break
            after = page.older
    assert len(seen) == len(made)
    assert {row.pk for row in seen} == made
    assert [row.sent_on for row in seen] == sorted((row.sent_on for row in seen), reverse=True)


def test_overdue_are_found_and_counted(teams: tuple[Team, Team, Team]) -> None:
    giver, taker, _third = teams
    old = send(giver, taker, today=TODAY - timedelta(days=30))
    send(giver, taker)
    viewer = reader(giver)
    with as_viewer(viewer):
        assert [row.pk for row in queries.handed_over(viewer, "overdue", today=TODAY).handovers] == [old.pk]
        assert queries.handed_over_counts(viewer, TODAY) == {"open": 2, "overdue": 1}
