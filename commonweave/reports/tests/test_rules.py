"""What may happen to a report, decided without a database: every rule by who asks, where it stands, and on which day."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from commonweave.base.viewer import NOBODY, Viewer
from commonweave.people.coverage import Covered
from commonweave.people.models.credentials import Right
from commonweave.referral.models import Destination, Handover, HandoverState
from commonweave.reports import rules
from commonweave.reports.lasting import REOPEN_DAYS, lasting
from commonweave.reports.models import Hold, Report, State
from commonweave.reports.routing import Choice

if TYPE_CHECKING:
    from collections.abc import Callable

    from commonweave.base.verdict import Verdict

TEAM, OTHER, LOCATOR = UUID(int=1), UUID(int=2), UUID(int=3)
ADA, BEN = Viewer(person=UUID(int=4), teams=frozenset({TEAM})), Viewer(person=UUID(int=5), teams=frozenset({TEAM}))
ELSEWHERE = Viewer(person=UUID(int=6), teams=frozenset({OTHER}))
RESIDENT, ANOTHER = Viewer(receipt=LOCATOR), Viewer(receipt=UUID(int=7))
TODAY = date(2026, 3, 9)
DAY = timedelta(days=1)
STATES = [State(state) for state in State.values]
OPEN = [State.ROUTED, State.OPENED, State.ANSWERED]


def report(
    state: str = State.OPENED, *, erased: bool = False, closed_on: date | None = None, **columns: object
) -> Report:
    day = closed_on or (TODAY if state in {State.CLOSED, State.WITHDRAWN} else None)
    facts = {"team_id": TEAM, "locator": LOCATOR, "consents": ["city_support"], "may_climb": False, **columns}
    return Report(state=state, closed_on=day, erased_on=TODAY if erased else None, **facts)


def choice(kind: str = "city_support", *, team: UUID = OTHER, climbed: bool = False) -> Choice:
    return Choice(Covered(team, kind, uuid4(), frozenset({"happened"})), climbed)


def hold(asked_by: Viewer = ADA, until: date = TODAY + DAY) -> Hold:
    assert asked_by.person is not None
    return Hold(asked_by=asked_by.person, until=until, on=TODAY)


def handed_over(state: str = HandoverState.SEEN, to: UUID = TEAM) -> Handover:
    return Handover(state=state, to_team_id=to)


@pytest.mark.parametrize("state", STATES)
def test_only_the_team_that_holds_it_acts_and_only_in_its_time(state: State) -> None:
    here = report(state)
    for viewer in (ELSEWHERE, RESIDENT, ANOTHER, NOBODY):
        assert not rules.holds(viewer, here)
        assert not rules.may_open(viewer, here)
        assert not rules.may_answer(viewer, here)
        assert not rules.may_close(viewer, here)
        assert not rules.may_hand_on(viewer, here, choice())
    assert rules.holds(ADA, here)
    assert bool(rules.may_open(ADA, here)) == (state != State.WITHDRAWN)
    assert bool(rules.may_answer(ADA, here)) == (state in {State.OPENED, State.ANSWERED})
    assert bool(rules.may_close(ADA, here)) == (state in {State.OPENED, State.ANSWERED})
    assert bool(rules.may_hand_on(ADA, here, choice())) == (state in {State.OPENED, State.ANSWERED})


def test_what_is_gone_opens_to_nobody() -> None:
    assert not rules.may_open(ADA, report(State.CLOSED, erased=True))
    assert not rules.may_open(ADA, report(State.WITHDRAWN))


@pytest.mark.parametrize(("climbed", "may_climb"), list(product((True, False), repeat=2)))
def test_handing_on_stays_within_the_consent(*, climbed: bool, may_climb: bool) -> None:
    here = report(may_climb=may_climb)
    assert bool(rules.may_hand_on(ADA, here, choice(climbed=climbed))) == (may_climb or not climbed)
    assert not rules.may_hand_on(ADA, here, choice("police", climbed=climbed))
    assert not rules.may_hand_on(ADA, here, None)
    assert not rules.may_hand_on(ADA, here, choice(team=TEAM))


@pytest.mark.parametrize("state", STATES)
def test_only_the_receipt_adds_widens_and_withdraws(state: State) -> None:
    here = report(state)
    more = frozenset({"police"})
    for viewer in (ADA, ELSEWHERE, ANOTHER, NOBODY):
        assert not rules.owns(viewer, here)
        assert not rules.may_add(viewer, here, TODAY)
        assert not rules.may_withdraw(viewer, here)
        assert not rules.may_widen(viewer, here, more, climb=True)
        assert not rules.may_keep_address(viewer, here)
    assert rules.owns(RESIDENT, here)
    assert bool(rules.may_add(RESIDENT, here, TODAY)) == (state != State.WITHDRAWN)
    assert bool(rules.may_withdraw(RESIDENT, here)) == (state != State.WITHDRAWN)
    assert bool(rules.may_widen(RESIDENT, here, more, climb=False)) == (state in OPEN)
    assert bool(rules.may_keep_address(RESIDENT, here)) == (state in OPEN)


def test_nobody_without_a_receipt_owns_a_report_without_a_locator() -> None:
    assert not rules.owns(NOBODY, report(locator=None))


@given(st.integers(0, 400))
@example(REOPEN_DAYS)
@example(REOPEN_DAYS + 1)
def test_a_closed_report_is_added_to_for_thirty_days(days: int) -> None:
    """A promise on the receipt page: the last day counts, the next one does not."""
    closed = report(State.CLOSED, closed_on=TODAY - days * DAY)
    assert bool(rules.may_add(RESIDENT, closed, TODAY)) == (days <= REOPEN_DAYS)
    assert rules.may_withdraw(RESIDENT, closed)


def test_what_time_took_away_is_neither_added_to_nor_withdrawn() -> None:
    erased = report(State.CLOSED, erased=True)
    assert not rules.may_add(RESIDENT, erased, TODAY)
    assert not rules.may_withdraw(RESIDENT, erased)


@pytest.mark.parametrize(
    ("kinds", "climb", "more"),
    [
        (frozenset({"police"}), False, True),
        (frozenset({"police", "city_support"}), False, True),
        (frozenset({"city_support"}), False, False),
        (frozenset(), False, False),
        (frozenset(), True, True),
        (frozenset({"city_support"}), True, True),
    ],
)
def test_consent_only_grows(kinds: frozenset[str], *, climb: bool, more: bool) -> None:
    assert bool(rules.may_widen(RESIDENT, report(), kinds, climb=climb)) == more
    climbing = report(may_climb=True)
    assert bool(rules.may_widen(RESIDENT, climbing, kinds, climb=climb)) == bool(kinds - {"city_support"})


@pytest.mark.parametrize(
    ("verbs", "kept"),
    [
        ([], False),
        (["added", "reopened"], True),
        (["reopened", "added", "widened"], True),
        (["opened", "closed", "reopened"], True),
        (["reopened", "opened"], False),
        (["reopened", "reminded"], False),
        (["reopened", "handed_on"], False),
        (["reopened", "passed_on"], False),
        (["reopened", "climbed"], False),
    ],
)
def test_opening_keeps_the_deadline_of_a_reopened_report_only(verbs: list[str], *, kept: bool) -> None:
    assert rules.keeps_deadline(verbs) == kept


@pytest.mark.parametrize("state", STATES)
def test_time_erases_closed_reports_on_their_day(state: State) -> None:
    until = lasting(TODAY - 90 * DAY, 90)
    assert bool(rules.may_erase(report(state), until, until.erases_on)) == (state == State.CLOSED)
    assert not rules.may_erase(report(state), until, until.erases_on - DAY)
    assert not rules.may_erase(report(state, erased=True), until, until.erases_on + DAY)


@pytest.mark.parametrize("state", STATES)
def test_only_a_closed_report_is_held_by_its_team(state: State) -> None:
    until, here = TODAY + DAY, report(state)
    closed = state == State.CLOSED
    assert bool(rules.may_be_held(ADA, here)) == closed
    assert bool(rules.may_ask_hold(ADA, here, None, until, TODAY)) == closed
    assert bool(rules.may_agree_to_hold(BEN, here, hold(), TODAY)) == closed
    assert bool(rules.may_decline_hold(BEN, here, hold())) == closed
    for viewer in (ELSEWHERE, RESIDENT, NOBODY, Viewer(teams=frozenset({TEAM}))):
        assert not rules.may_be_held(viewer, here)
        assert not rules.may_ask_hold(viewer, here, None, until, TODAY)
        assert not rules.may_agree_to_hold(viewer, here, hold(), TODAY)
        assert not rules.may_decline_hold(viewer, here, hold())
    assert not rules.may_be_held(ADA, report(State.CLOSED, erased=True))


def test_a_hold_takes_two_and_ends() -> None:
    closed = report(State.CLOSED)
    assert not rules.may_agree_to_hold(ADA, closed, hold(ADA), TODAY), "whoever asked cannot agree"
    assert rules.may_decline_hold(ADA, closed, hold(ADA)), "but may take it back"
    assert not rules.may_agree_to_hold(BEN, closed, None, TODAY)
    assert not rules.may_decline_hold(BEN, closed, None)
    assert rules.may_agree_to_hold(BEN, closed, hold(until=TODAY), TODAY)
    assert not rules.may_agree_to_hold(BEN, closed, hold(until=TODAY - DAY), TODAY)
    assert not rules.may_ask_hold(BEN, closed, hold(), TODAY + DAY, TODAY), "one question at a time"
    for until, allowed in (
        (TODAY, False),
        (TODAY + DAY, True),
        (date(2027, 3, 9), True),
        (date(2027, 3, 10), False),
    ):
        assert bool(rules.may_ask_hold(ADA, closed, None, until, TODAY)) == allowed, until


MONDAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("steps", "counts"),
    [
        ([], None),
        ([("opened", MONDAY, "")], None),
        ([("closed", MONDAY, "a")], (MONDAY, "a")),
        ([("closed", MONDAY, "a"), ("reopened", MONDAY + 6 * DAY, "")], None),
        ([("closed", MONDAY, "a"), ("reopened", MONDAY + 7 * DAY, "")], (MONDAY, "a")),
        (
            [("closed", MONDAY, "a"), ("reopened", MONDAY + DAY, ""), ("closed", MONDAY + 9 * DAY, "b")],
            (MONDAY + 9 * DAY, "b"),
        ),
        (
            [("closed", MONDAY, "a"), ("reopened", MONDAY + 7 * DAY, ""), ("closed", MONDAY + 8 * DAY, "b")],
            (MONDAY, "a"),
        ),
        # The same number of the week, a year later, is another week.
        ([("closed", date(2025, 3, 3), "a"), ("reopened", MONDAY + 7 * DAY, "")], (date(2025, 3, 3), "a")),
        ([("reopened", MONDAY, ""), ("closed", MONDAY, "a")], (MONDAY, "a")),
    ],
)
def test_the_first_closing_that_stood_is_the_one_that_counts(
    steps: list[tuple[str, date, str]], counts: tuple[date, str] | None
) -> None:
    """A released number is never recomputed, so it must not depend on what comes later."""
    assert rules.first_standing(steps) == counts


def service() -> Destination:
    return Destination()


NEEDS: dict[str, Callable[[Viewer], tuple[Verdict, ...]]] = {
    "open": lambda who: (rules.may_open(who, report()), rules.may_fetch_file(who, report())),
    "answer": lambda who: (
        rules.may_answer(who, report()),
        rules.may_decide(who, report(), handed_over()),
        rules.may_close(who, report()),
        rules.may_point_outside(who, report(), [service()]),
    ),
    "hand_on": lambda who: (
        rules.may_hand_on(who, report(), choice()),
        rules.may_ask(who, report(), offered=True, waits=False),
    ),
    "hold": lambda who: (rules.may_be_held(who, report(State.CLOSED)),),
}


@pytest.mark.parametrize("right", NEEDS)
def test_a_program_does_what_its_credential_says_and_no_more(right: str) -> None:
    """A token that was made to answer would otherwise hand a report on to others when it is stolen."""
    without = Viewer(person=ADA.person, teams=ADA.teams, rights=frozenset(NEEDS) - {right})
    alone = Viewer(person=ADA.person, teams=ADA.teams, rights=frozenset({right}))
    assert all(NEEDS[right](ADA))
    assert all(NEEDS[right](alone))
    assert not any(NEEDS[right](without))


@pytest.mark.parametrize("what", ["hand_on", "hold"])
def test_no_program_hands_on_or_keeps_longer(what: str) -> None:
    """Where a report goes and how long it stays is decided by people."""
    program = Viewer(person=ADA.person, teams=ADA.teams, rights=frozenset(Right.values))
    assert not any(NEEDS[what](program))


def test_a_program_gives_back_only_with_both_rights() -> None:
    """To give back is to decide and to hand on."""
    for rights, allowed in (({"answer", "hand_on"}, True), ({"answer"}, False), ({"hand_on"}, False)):
        program = Viewer(person=ADA.person, teams=ADA.teams, rights=frozenset(rights))
        assert bool(rules.may_give_back(program, report(), handed_over(), choice())) == allowed


@pytest.mark.parametrize("state", [HandoverState(state) for state in HandoverState.values])
def test_a_handover_is_decided_once_it_was_seen_and_by_the_team_it_went_to(state: str) -> None:
    """Otherwise a team takes on, or sends back, what it never opened or what was never given to it."""
    seen = state == HandoverState.SEEN
    assert bool(rules.may_decide(ADA, report(), handed_over(state))) == seen
    assert bool(rules.may_give_back(ADA, report(), handed_over(state), choice())) == seen
    assert not rules.may_give_back(ADA, report(), handed_over(state), None), "it would go to nobody"
    assert not rules.may_decide(ADA, report(), handed_over(state, to=OTHER))
    assert not rules.may_decide(ELSEWHERE, report(), handed_over(state))
    assert not rules.may_decide(ADA, report(), None)


@pytest.mark.parametrize("state", STATES)
def test_more_consent_is_asked_for_after_opening_once_and_only_where_a_yes_helps(state: State) -> None:
    """A question that leads nowhere, or is put twice, is pressure on somebody who asked for help."""
    opened = state in {State.OPENED, State.ANSWERED}
    assert bool(rules.may_ask(ADA, report(state), offered=True, waits=False)) == opened
    assert not rules.may_ask(ADA, report(state), offered=False, waits=False)
    assert not rules.may_ask(ADA, report(state), offered=True, waits=True)
    assert not rules.may_ask(ELSEWHERE, report(state), offered=True, waits=False)
    assert bool(rules.may_reply(RESIDENT, report(state), asked=True)) == (state in OPEN)
    assert not rules.may_reply(RESIDENT, report(state), asked=False)
    assert not rules.may_reply(ANOTHER, report(state), asked=True), "only the resident says yes"
    assert not rules.may_reply(ADA, report(state), asked=True)


def test_a_report_closes_towards_services_that_are_listed_or_not_at_all() -> None:
    """Somebody in need would be sent to an address that nobody looked at."""
    assert rules.may_point_outside(ADA, report(), [service()])
    assert not rules.may_point_outside(ADA, report(), [])
    assert not rules.may_point_outside(ADA, report(), [service(), None])
    assert not rules.may_point_outside(ELSEWHERE, report(), [service()])
    assert not rules.may_point_outside(ADA, report(State.ROUTED), [service()])


def test_many_close_together_only_in_one_team_and_after_one_was_read() -> None:
    """A crowd's reports must not be put away unread."""
    mine, theirs = report(), report(team_id=OTHER)
    assert rules.may_close_folded(ADA, [mine, mine], was_read=True)
    assert not rules.may_close_folded(ADA, [mine, mine], was_read=False)
    assert not rules.may_close_folded(ADA, [mine, theirs], was_read=True)


@pytest.mark.parametrize("state", STATES)
def test_files_are_the_residents_to_add_and_remove_and_the_teams_to_read(state: State) -> None:
    """A team reads no file of a report that it has not opened: the resident could not see that somebody looked."""
    here = report(state)
    for viewer in (ADA, ELSEWHERE, ANOTHER, NOBODY):
        assert not rules.may_add_file(viewer, here)
        assert not rules.may_remove_file(viewer, here, sender="resident")
    assert bool(rules.may_add_file(RESIDENT, here)) == (state in OPEN)
    assert rules.may_remove_file(RESIDENT, here, sender="resident")
    assert not rules.may_remove_file(RESIDENT, here, sender="team")
    assert rules.may_fetch_file(RESIDENT, here)
    assert bool(rules.may_fetch_file(ADA, here)) == (state not in {State.ROUTED, State.WITHDRAWN})
    assert not rules.may_fetch_file(ELSEWHERE, here)
    assert not rules.may_fetch_file(ANOTHER, here)


def test_repeats_are_told_by_whoever_may_open_both() -> None:
    """Otherwise a name beside one's own report would tell what another team reads."""
    one, other, theirs = report(pk=uuid4()), report(pk=uuid4()), report(pk=uuid4(), team_id=OTHER)
    assert rules.may_tell_repeat(ADA, one, other)
    assert not rules.may_tell_repeat(ADA, one, one)
    assert not rules.may_tell_repeat(ADA, one, theirs)
    assert not rules.may_tell_repeat(ADA, theirs, one)


def test_a_hold_that_two_agreed_to_is_ended_before_its_last_day() -> None:
    """Sensitive words would otherwise stay although the reason to keep them is gone."""
    closed = report(State.CLOSED)
    agreed = Hold(asked_by=uuid4(), agreed_on=TODAY, until=TODAY + 9 * DAY, on=TODAY)
    assert rules.may_end_hold(ADA, closed, agreed, TODAY)
    assert not rules.may_end_hold(ADA, closed, agreed, TODAY + 9 * DAY), "it ends by itself today"
    assert not rules.may_end_hold(ADA, closed, hold(), TODAY), "nobody agreed yet"
    assert not rules.may_end_hold(ADA, closed, None, TODAY)
    assert not rules.may_end_hold(ELSEWHERE, closed, agreed, TODAY)


def test_a_report_without_a_day_of_closing_is_not_opened_again() -> None:
    """An outcome that was never dated could be added to for ever."""
    assert not rules.may_add(RESIDENT, Report(state=State.CLOSED, locator=LOCATOR, closed_on=None), TODAY)


def test_refusals_name_the_days_that_count() -> None:
    """A reason with a gap in it helps nobody."""
    late = rules.may_add(RESIDENT, report(State.CLOSED, closed_on=TODAY - 31 * DAY), TODAY)
    assert f"{REOPEN_DAYS} days" in str(late.reason)
    until = lasting(TODAY, 90)
    assert str(until.reads_until) in str(rules.may_erase(report(State.CLOSED), until, TODAY).reason)
