"""What may happen to a report, decided without a database: every rule by who asks, where it stands, and on which day."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweave.base.viewer import NOBODY, Viewer
from commonweave.people.coverage import Covered
from commonweave.reports import rules
from commonweave.reports.lasting import REOPEN_DAYS, lasting
from commonweave.reports.models import Hold, Report, State
from commonweave.reports.routing import Choice

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
