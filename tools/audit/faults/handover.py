"""Faults of handing over, asking first, and the clocks."""

from __future__ import annotations

from tools.audit.faults.fault import Fault

HANDOVER = (
    Fault(
        "The row policy of hand-overs lets everybody read",
        "commonweave/referral/migrations/0005_handover_policies.py",
        'select=f"{FROM_US} or {TO_US}"',
        'select="true"',
        "commonweave/referral/tests/test_handover.py::test_queryset_equals_policy",
    ),
    Fault(
        "A sender may write the receiver's steps",
        "commonweave/referral/migrations/0007_what_is_new.py",
        "using ({TO_US})",
        "using ({FROM_US} or {TO_US})",
        "commonweave/referral/tests/test_handover.py::test_database_refuses_what_no_step_is",
    ),
    Fault(
        "What nobody has seen may be taken on, says the database",
        "commonweave/referral/migrations/0005_handover_policies.py",
        "('sent', 'seen'), ",
        "('sent', 'seen'), ('sent', 'accepted'), ",
        "commonweave/referral/tests/test_handover.py::test_database_refuses_what_no_step_is",
    ),
    Fault(
        "What was taken on may still be given back",
        "commonweave/reports/rules.py",
        "handover.to_team_id != report.team_id or handover.state != HandoverState.SEEN",
        "handover.to_team_id != report.team_id",
        "commonweave/reports/tests/test_handover.py::test_taken_on_once_and_then_it_cannot_be_given_back",
    ),
    Fault(
        "A hand-over that nobody took on does not come back",
        "commonweave/reports/deadlines.py",
        "for choice in queries.choices_for(report, today) if sender else ():",
        "for choice in ():",
        "commonweave/reports/tests/test_handover.py::test_unread_it_is_reminded_and_comes_back",
    ),
    Fault(
        "What was opened and never answered waits for ever",
        "commonweave/reports/rules.py",
        "WAITING_STATES = (State.ROUTED, State.OPENED)",
        "WAITING_STATES = (State.ROUTED,)",
        "commonweave/reports/tests/test_handover.py::test_opened_and_never_answered_the_resident_is_told",
    ),
    Fault(
        "A team may answer its own question about consent",
        "commonweave/reports/questions.py",
        "if reply and said.sender == FromWhom.RESIDENT else None",
        "if reply else None",
        "commonweave/reports/tests/test_asking.py::test_only_a_residents_word_answers_a_teams_question",
    ),
    Fault(
        "The trail, which is not sealed, says whom a team asked for",
        "commonweave/reports/actions/asking.py",
        'note(viewer, report, "asked", on=today)',
        'note(viewer, report, "asked", on=today, reason=wish.kind)',
        "commonweave/reports/tests/test_asking.py::test_what_is_asked_for_stands_in_no_column",
    ),
    Fault(
        "Whoever ends a hold may rewrite when it was agreed",
        "commonweave/reports/migrations/0016_hold_ends_early_policies.py",
        "(new.agreed_by, new.agreed_on) is distinct from (old.agreed_by, old.agreed_on) or old.ended_by",
        "old.ended_by",
        "commonweave/reports/tests/test_hold.py::test_one_member_ends_early_what_two_agreed_to",
    ),
    Fault(
        "A team's own clock is passed over",
        "commonweave/reports/deadlines.py",
        "return int(own or atlas().setting(spot, setting))",
        "return int(atlas().setting(spot, setting))",
        "commonweave/reports/tests/test_deadlines.py::test_a_teams_own_days_count_from_arrival_to_answer_and_leave_with_it",
    ),
)
